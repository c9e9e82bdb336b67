// What was done here, for audits: read anew whenever its dialog is opened, searched and filtered here, and drawn only as far as
// it can be seen, so that ten thousand entries are as quick as ten.

/** @import { ActivityView, View } from "./ipc-types" */

import { button, byId, el, input, make, onClick, setText, show } from "./dom.js";
import { request, run } from "./ipc.js";
import { tell } from "./error.js";
import { signedIn } from "./session.js";
import { A_DAY, when } from "./times.js";
import { makeWaiting } from "./waiting.js";
import { LOCALE, said, text } from "./words.js";

/** Pixels, as the stylesheet has it. */
const ROW = 58;
/** Rows drawn beyond what is seen, so that scrolling shows no gap. */
const SPARE = 6;

const dialog = byId("activity", HTMLDialogElement);
const list = el("activity-list");
const space = el("activity-space");
const accounts = byId("activity-account", HTMLSelectElement);
const waiting = makeWaiting({ test: "activity", cancel: () => dialog.close(), before: el("activity-empty") });

/** Something that happened, its place in the whole list, and what it is found by, once somebody searches. @typedef {{ activity: ActivityView, place: number, text: string | null }} Entry */
/** Newest first. @type {Entry[]} */
let all = [];
/** Names the list. */
let number = 0;
/** What search and filters leave. @type {Entry[]} */
let found = [];
/** Which answer is waited for; one that comes late is dropped. */
let asked = 0;
/** The rows that are in the page, by their place. @type {Map<number, HTMLElement>} */
const drawn = new Map();

const KINDS = {
  "api-key": text("kinds-api-key"),
  "service-account": text("kinds-service-account"),
  "personal-access-token": text("kinds-personal-access-token"),
};

/** Since when, in milliseconds. @type {Record<string, () => number>} */
const SPANS = {
  today: () => new Date().setHours(0, 0, 0, 0),
  week: () => Date.now() - 7 * A_DAY,
  month: () => Date.now() - 30 * A_DAY,
};

/** @param {View} view */
export function drawActivity(view) {
  show(button("activity-open"), signedIn(view) !== null);
}

/** Tells accounts apart. @param {ActivityView} activity */
const accountOf = ({ account, base }) => `${account}\n${base}`;

async function load() {
  asked += 1;
  const mine = asked;
  tell(el("activity-problem"), null);
  if (all.length === 0) waiting.set({ words: text("activity-loading"), runningMs: 0 });
  const answer = await request("list_activity");
  if (mine !== asked) return;
  waiting.set(null);
  if ("refusal" in answer) return tell(el("activity-problem"), answer.refusal);
  number = answer.number;
  all = answer.all.map((activity, place) => ({ activity, place, text: null }));
  drawAccounts();
  draw();
}

/** Each account that did something, to filter by. */
function drawAccounts() {
  const chosen = accounts.value;
  const each = new Map(all.map(({ activity }) => [accountOf(activity), activity]));
  const labels = [...each.values()].map(({ account }) => account);
  const options = [...each].map(([value, { account, base }]) => {
    const isOne = labels.filter((label) => label === account).length === 1;
    return new Option(isOne ? account : `${account} · ${base}`, value);
  });
  options.sort((a, b) => a.text.localeCompare(b.text, LOCALE));
  accounts.replaceChildren(new Option(text("activity-account-all"), ""), ...options);
  accounts.value = each.has(chosen) ? chosen : "";
}

/** What an entry is found by. @param {Entry} entry */
function textOf(entry) {
  const { what, kind, name, id, account, place } = entry.activity;
  entry.text ??= [said(what), kind && KINDS[kind], name, id, account, place].join("\n").toLowerCase();
  return entry.text;
}

/** Applies search and filters anew. */
function draw() {
  const words = input("activity-search")
    .value.toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const type = byId("activity-type", HTMLSelectElement).value;
  const since = SPANS[byId("activity-span", HTMLSelectElement).value]?.() ?? 0;
  found = all.filter(
    (entry) =>
      (type === "" || entry.activity.sort === type) &&
      (accounts.value === "" || accountOf(entry.activity) === accounts.value) &&
      (since === 0 || Date.parse(entry.activity.at) >= since) &&
      words.every((word) => textOf(entry).includes(word)),
  );
  const count = found.length === all.length ? "activity-count" : "keys-some";
  setText(
    el("activity-count"),
    count === "keys-some"
      ? text(count, { found: found.length, count: all.length })
      : text("activity-count", { count: all.length }),
  );
  show(el("activity-empty"), found.length === 0);
  setText(el("activity-empty"), all.length === 0 ? text("activity-none") : text("activity-no-match"));
  show(list, found.length > 0);
  for (const id of ["activity-export-csv", "activity-export-json"]) show(button(id), found.length > 0);
  space.style.height = `${found.length * ROW}px`;
  drawn.clear();
  space.replaceChildren();
  drawRows();
}

function drawRows() {
  const first = Math.max(0, Math.floor(list.scrollTop / ROW) - SPARE);
  const last = Math.min(found.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + SPARE);
  for (const [place, row] of drawn) {
    if (place >= first && place < last) continue;
    row.remove();
    drawn.delete(place);
  }
  for (let place = first; place < last; place += 1) {
    const entry = found[place];
    if (!entry || drawn.has(place)) continue;
    const row = makeRow(entry.activity, place);
    drawn.set(place, row);
    space.append(row);
  }
}

/** @param {ActivityView} activity @param {number} place */
function makeRow({ at, sort, what, kind, name, id, account, base, place: vault, until }, place) {
  const time = make("time", { class: "quiet small numbers", test: "activity-at" }, when(at));
  time.dateTime = at;
  time.title = at;
  const of = make("span", { class: "activity-of" });
  if (name !== "") of.append(make("span", { class: "activity-name" }, name));
  /** @type {(Node | string)[]} */
  const facts = [];
  if (kind) facts.push(KINDS[kind]);
  if (id) facts.push(make("span", { class: "mono" }, id));
  if (vault) facts.push(text("activity-in", { place: vault }));
  if (until) facts.push(text("activity-until", { until: new Date(until) }));
  const rest = make("span", { class: "quiet" });
  for (const fact of facts) rest.append(rest.hasChildNodes() || name !== "" ? " · " : "", fact);
  of.append(rest);
  const by = make("span", { class: "quiet small" }, account);
  by.title = base;
  const row = make(
    "div",
    { class: "activity-row", test: "activity-row", role: "listitem" },
    make("span", { class: "key-line" }, make("span", { class: "activity-what", test: "activity-what" }, said(what)), time),
    make("span", { class: "key-line" }, of, by),
  );
  row.dataset.sort = sort;
  row.setAttribute("aria-setsize", String(found.length));
  row.setAttribute("aria-posinset", String(place + 1));
  row.style.top = `${place * ROW}px`;
  return row;
}

list.addEventListener("scroll", () => requestAnimationFrame(drawRows));
window.addEventListener("resize", drawRows);
for (const id of ["activity-search", "activity-type", "activity-account", "activity-span"]) {
  el(id).addEventListener("input", () => {
    list.scrollTop = 0;
    draw();
  });
}
for (const format of /** @type {const} */ (["csv", "json"])) {
  onClick(button(`activity-export-${format}`), async () => {
    const places = found.map(({ place }) => place);
    tell(el("activity-problem"), await run("export_activity", { format, number, places }));
  });
}
onClick(button("activity-open"), () => {
  dialog.showModal();
  draw();
  input("activity-search").focus();
  return load();
});
onClick(button("activity-close"), () => dialog.close());
