// The list of keys: searched, filtered and sorted here, drawn only as far as it can be seen, so that ten thousand are as
// quick as ten.

/** @import { KeyView, KnownView, UnlistedView, View, Whereabouts } from "./ipc-types" */
/** @import { Entry } from "./key_filters.js" */

import { byId, button, el, make, onClick, setText, show } from "./dom.js";
import { request, run } from "./ipc.js";
import { openToReplace } from "./batch.js";
import { drawKey, onLooked, onRevoked, openKey, statusName } from "./key.js";
import { chosen, drawFilters, drawNothing, narrowToEnding, offerFilters, onFilter, resetFilters } from "./key_filters.js";
import { kindName, signs } from "./kinds.js";
import { placeUnder } from "./menus.js";
import { setNoted } from "./notes.js";
import { hasNoApiKeys, mayList, signedIn } from "./session.js";
import { A_DAY, when } from "./times.js";
import { refusalOf, tell } from "./error.js";
import { makeWaiting } from "./waiting.js";
import { before, LOCALE, message, text } from "./words.js";

/** Pixels, as the stylesheet has it. */
const ROW = 58;
/** Rows drawn beyond what is seen, so that scrolling shows no gap. */
const SPARE = 6;

const list = el("key-list");
const space = el("key-space");
const waiting = makeWaiting({ test: "keys", cancel, before: el("keys-empty") });

/** In the order that is chosen. @type {Entry[]} */
let all = [];
/** Where the tokens are of those that were asked for on this computer. @type {Map<string, KnownView>} */
let known = new Map();
/** When they were listed; null while they are not. @type {Date | null} */
let listedAt = null;
/** What the search, the filter and the order leave. @type {Entry[]} */
let found = [];
/** The row that the keyboard is on. */
let active = 0;
/** Which answer is waited for; one that comes late is dropped. */
let asked = 0;
/** Of which list the keys are, as Rust counts them; null before the first. @type {number | null} */
let revision = null;
/** Whose they are. */
let account = "";
/** Whose keys the filters were chosen for. */
let filteredOf = "";

/** @param {View} view */
export function drawKeys(view) {
  const session = signedIn(view);
  show(el("keys"), session !== null);
  const may = session !== null && mayList(session);
  show(el("keys-forbidden"), !may);
  setText(el("keys-forbidden"), hasNoApiKeys(view) ? text("keys-not-there") : text("keys-forbidden"));
  show(el("keys-card"), may);
  for (const id of ["keys-refresh", "keys-export"]) show(button(id), may);
  drawKey(view);
  if (!session || !may) {
    revision = null;
    account = "";
    forget();
    return;
  }
  if (view.keysRevision === null || view.keysRevision === revision) return;
  if (session.id !== account) forget();
  revision = view.keysRevision;
  account = session.id;
  // What another organization calls its roles filters nothing here.
  if (account !== filteredOf) resetFilters();
  filteredOf = account;
  load();
}

function forget() {
  asked += 1;
  all = [];
  listedAt = null;
  waiting.set(null);
  draw();
}

async function load() {
  asked += 1;
  const mine = asked;
  // What is there already stays while it is brought up to date.
  if (!listedAt) waiting.set({ words: text("keys-loading"), runningMs: 0 });
  const answer = await request("list_keys");
  if (mine !== asked) return;
  waiting.set(null);
  if ("refusal" in answer) {
    const { refusal } = answer;
    tell(
      el("keys-problem"),
      listedAt ? { ...refusal, hint: before(message("keys-as-they-were", { at: listedAt }), refusal.hint) } : refusal,
    );
    return;
  }
  const [unlisted] = answer.unlisted;
  tell(el("keys-problem"), unlisted ? problem(unlisted) : null);
  listedAt = new Date();
  setNoted(answer.noted);
  known = new Map(answer.known.map((each) => [each.id, each]));
  all = answer.keys.map(entryOf);
  offerFilters(all);
  sort();
  draw();
}

/** @param {KeyView} key @returns {Entry} */
function entryOf(key) {
  const here = known.get(key.id);
  return {
    key,
    text: `${key.name}\n${key.id}\n${key.author}\n${key.signing?.credential ?? ""}`.toLowerCase(),
    state: stateOf(key),
    created: Date.parse(key.created),
    ends: key.works && here?.ends ? Date.parse(here.ends) : null,
    madeHere: here !== undefined,
    lost: key.works && here?.lost === true,
  };
}

/** A kind that is not among what is listed. @param {UnlistedView} unlisted */
const problem = ({ kind, told }) => ({ ...told, message: message("keys-kind-unlisted", { kind, problem: told.message }) });

function cancel() {
  asked += 1;
  waiting.set(null);
  tell(el("keys-problem"), refusalOf("calledOff", message("keys-canceled"), message("keys-canceled-hint")));
}

/** Puts all of them into the order that is chosen; what is found of them stays in it. */
function sort() {
  all.sort(ORDERS[byId("key-sort", HTMLSelectElement).value] ?? newest);
}

/** Shows those that have ended or end soon, the soonest first. */
export function showEnding() {
  narrowToEnding();
  byId("key-sort", HTMLSelectElement).value = "ending";
  list.scrollTop = 0;
  active = 0;
  sort();
  draw();
  el("keys").scrollIntoView({ block: "start" });
  list.focus({ preventScroll: true });
}

/** Applies search and filters anew. */
function draw() {
  const tests = chosen();
  found = all.filter((entry) => tests.every((test) => test.passes(entry)));
  active = Math.min(active, Math.max(0, found.length - 1));
  const count =
    found.length === all.length
      ? all.length.toLocaleString(LOCALE)
      : text("keys-some", { found: found.length, count: all.length });
  setText(el("keys-count"), listedAt ? count : "");
  show(el("keys-tools"), !listedAt || all.length > 0);
  drawFilters(found.length, all.length);
  drawNothing(listedAt !== null && found.length === 0, all, tests);
  show(list, found.length > 0);
  show(
    button("keys-replace"),
    found.some(({ key }) => key.works),
  );
  space.style.height = `${found.length * ROW}px`;
  drawn.clear();
  space.replaceChildren();
  drawRows();
}

/** From the first row on, of what is looked for now. */
function anew() {
  list.scrollTop = 0;
  active = 0;
  draw();
}

/** What it is filtered by. @param {KeyView} key */
function stateOf({ works, status }) {
  if (!works) return "revoked";
  return status === "Inactive" ? "inactive" : "working";
}

/** Milliseconds until the token ends of one that works, where that is known. @param {Entry} entry */
const endsIn = ({ ends }) => (ends === null ? null : ends - Date.now());

/** Whether there is not much time left to replace it. @param {number | null} left */
const isSoon = (left) => left !== null && left < 30 * A_DAY;

/** As people order names, with numbers by their value. */
const names = new Intl.Collator(LOCALE, { numeric: true });

/** @type {Record<Whereabouts, { text: string, tone: string }>} */
const WHEREABOUTS = {
  checked: { text: text("token-checked"), tone: "good" },
  delivered: { text: text("token-delivered"), tone: "good" },
  forATime: { text: text("token-for-a-time"), tone: "warning" },
  stated: { text: text("token-stated"), tone: "" },
  unproven: { text: text("token-unproven"), tone: "warning" },
  noToken: { text: text("token-none"), tone: "warning" },
};

/** @type {Record<string, (a: Entry, b: Entry) => number>} */
const ORDERS = {
  newest: newest,
  oldest: (a, b) => newest(b, a),
  name: (a, b) => names.compare(a.key.name, b.key.name) || newest(a, b),
  // Of what is not known, nobody has to be reminded.
  ending: (a, b) => (a.ends ?? Infinity) - (b.ends ?? Infinity) || newest(a, b),
};

/** @param {Entry} a @param {Entry} b */
function newest(a, b) {
  // ISO 8601 sorts as text; what is none comes last.
  return a.key.created < b.key.created ? 1 : a.key.created > b.key.created ? -1 : 0;
}

/** The rows that are in the page, by their place. @type {Map<number, HTMLElement>} */
const drawn = new Map();

function drawRows() {
  const first = Math.max(0, Math.floor(list.scrollTop / ROW) - SPARE);
  const last = Math.min(found.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + SPARE);
  for (const [place, row] of drawn) {
    if (place >= first && place < last) continue;
    row.remove();
    drawn.delete(place);
  }
  for (let place = first; place < last; place += 1) {
    let row = drawn.get(place);
    if (!row) {
      const entry = found[place];
      if (!entry) break;
      row = makeRow(entry, place);
      drawn.set(place, row);
      space.append(row);
    }
    row.setAttribute("aria-selected", String(place === active));
  }
  list.setAttribute("aria-activedescendant", found.length > 0 ? `key-row-${active}` : "");
}

/** Which vault says more than that there is one. @param {KnownView} known */
function whereItIs({ whereabouts, place, until }) {
  if (place === null) return WHEREABOUTS[whereabouts].text;
  const vault = place.split(":")[0] ?? "";
  return until === null ? text("token-in", { vault }) : text("token-in-until", { vault, until: new Date(until) });
}

/** @param {number} left milliseconds @param {boolean} reckoned */
function endsWords(left, reckoned) {
  if (left < 0) return reckoned ? text("key-may-have-ended") : text("key-ended");
  const days = Math.floor(left / A_DAY);
  return reckoned ? text("key-ends-in-about", { days }) : text("key-ends-in", { days });
}

/** @param {Entry} entry @param {number} place */
function makeRow(entry, place) {
  const { key } = entry;
  const status = make("span", { class: "badge key-status", test: "key-status" }, statusName(key.status));
  status.dataset.works = String(entry.state === "working");
  const whereabouts = key.works ? known.get(key.id) : undefined;
  const vault = make("span", { class: "key-whereabouts", test: "key-whereabouts" }, whereabouts ? whereItIs(whereabouts) : "");
  vault.dataset.tone = whereabouts ? WHEREABOUTS[whereabouts.whereabouts].tone : "";
  const left = endsIn(entry);
  const ends = make(
    "span",
    { class: "key-whereabouts", test: "key-ends" },
    left === null ? "" : endsWords(left, known.get(key.id)?.endsReckoned === true),
  );
  ends.dataset.tone = isSoon(left) ? "warning" : "";
  const where = make("span", { class: "quiet small numbers" }, vault, whereabouts ? " · " : "", when(key.created));
  if (left !== null) where.append(" · ", ends);
  // Of an API key it is told by nothing: that is what most of them are where there are any.
  const kind = make("span", { class: "quiet small key-kind" }, signs(key.kind) ? text("key-kind", { kind: key.kind }) : "");
  const row = make(
    "div",
    { class: "key-row", test: "key-row" },
    make("span", { class: "key-line" }, make("span", { class: "key-name" }, key.name), kind, status),
    make("span", { class: "key-line" }, make("span", { class: "mono quiet" }, key.id), where),
  );
  row.id = `key-row-${place}`;
  row.dataset.keyId = key.id;
  row.dataset.kind = kindName(key.kind);
  row.setAttribute("role", "option");
  row.setAttribute("aria-setsize", String(found.length));
  row.setAttribute("aria-posinset", String(place + 1));
  row.style.top = `${place * ROW}px`;
  row.addEventListener("click", () => {
    stepTo(place);
    openKey(key);
  });
  return row;
}

/** @param {number} place the nearest there is to it */
export function stepTo(place) {
  active = Math.max(0, Math.min(found.length - 1, place));
  const top = active * ROW;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
  drawRows();
}

/** @param {number} rows */
export const stepBy = (rows) => stepTo(active + rows);

/** @param {1 | -1} pages */
export const pageBy = (pages) => stepBy(pages * Math.max(1, Math.floor(list.clientHeight / ROW) - 1));

export function openActive() {
  const entry = found[active];
  if (entry) openKey(entry.key);
}

list.addEventListener("scroll", () => requestAnimationFrame(drawRows));
el("key-sort").addEventListener("input", () => {
  sort();
  anew();
});
onFilter((isFound) => {
  anew();
  if (isFound && !list.hidden) list.focus();
});
placeUnder(el("keys-export-menu"), button("keys-export"), () => button("keys-export-csv"));
for (const format of /** @type {const} */ (["csv", "json"])) {
  onClick(button(`keys-export-${format}`), async () => {
    el("keys-export-menu").hidePopover();
    tell(el("keys-problem"), await run("export_list", { format }));
  });
}
onClick(button("keys-export-calendar"), async () => {
  el("keys-export-menu").hidePopover();
  tell(el("keys-problem"), await run("save_calendar", { id: null }));
});
window.addEventListener("resize", drawRows);
onClick(button("keys-refresh"), load);
onClick(button("keys-replace"), () => openToReplace(found.map(({ key }) => key).filter(({ works }) => works)));
onRevoked(load);
// Where its details say otherwise than the list, it was changed elsewhere since then.
onLooked((id, now) => {
  const listed = all.find(({ key }) => key.id === id)?.key;
  if (listed && (!now || now.name !== listed.name || now.status !== listed.status || !isSame(now.signing, listed.signing)))
    load();
});

/** @param {KeyView["signing"]} one @param {KeyView["signing"]} other */
function isSame(one, other) {
  const roles = [one, other].map((signing) =>
    (signing?.roles ?? [])
      .map(({ id }) => id)
      .sort()
      .join(),
  );
  return roles[0] === roles[1];
}
