// Many keys at once: a list of names, checked and shown before anything happens, then worked on one after the other.

/** @typedef {import("./ipc-types").View} View */
/** @typedef {import("./ipc-types").ManyView} ManyView */
/** @typedef {import("./ipc-types").ManyRow} ManyRow */
/** @typedef {import("./ipc-types").CheckedList} CheckedList */

import { armed } from "./arming.js";
import { clock, countdown } from "./countdown.js";
import { button, byId, el, make, onClick, setBusy, setText, show } from "./dom.js";
import { request, run } from "./ipc.js";
import { tell } from "./told.js";
import { drawVaults } from "./vault_select.js";
import { makeWaiting } from "./waiting.js";
import { message, said, text } from "./words.js";

const dialog = byId("many", HTMLDialogElement);
const names = byId("many-names", HTMLTextAreaElement);
const select = byId("many-destination", HTMLSelectElement);
const checking = makeWaiting({ test: "many-check", cancel: () => run("cancel_look") });
el("many-input-error").before(checking.element);
/** @type {ManyView | null} */
let many = null;
/** The list that was checked, while it is shown. @type {CheckedList | null} */
let checked = null;
/** Whose keys they would be, and where their tokens would go, as they were checked. */
let checkedFor = "";
/** The same, as it is now: the account's id, and the destinations. */
let now = "";
/** The account in use. @type {{ id: string, label: string } | null} */
let account = null;

/** What a state is called, and how it is drawn. @type {Record<ManyRow["state"], { word: string, sign: string }>} */
const STATES = {
  waiting: { word: text("many-row-waiting"), sign: "" },
  underWay: { word: text("many-row-under-way"), sign: "" },
  delivered: { word: text("many-row-delivered"), sign: "✓" },
  failed: { word: text("many-row-failed"), sign: "✕" },
  attention: { word: text("attention-title"), sign: "!" },
  settled: { word: text("many-row-settled"), sign: "–" },
};

const pause = countdown({
  draw: (left) => setText(el("many-waits"), left > 0 ? text("many-waits", { time: clock(left) }) : ""),
  every: 1000,
});

/** @param {View} view */
export function drawMany(view) {
  many = view.many;
  const unfinished = many !== null && many.state !== "ended";
  setText(button("many-open"), unfinished ? text("create-several-unfinished") : text("create-several"));
  account = view.session.state === "signedIn" ? { id: view.session.id, label: view.session.account } : null;
  now = JSON.stringify([account?.id, view.destinations.map(({ form }) => form)]);
  // What was checked holds for the account and the destinations that it was checked with.
  if (checked && checkedFor !== now) checked = null;
  drawVaults(select, view.destinations);
  show(el("many-none"), view.destinations.length === 0);
  show(el("many-fields"), view.destinations.length > 0);
  draw();
}

function draw() {
  show(el("many-input"), many === null && checked === null);
  show(el("many-checked"), many === null && checked !== null);
  show(el("many-work"), many !== null);
  if (many === null) tell(el("many-refusal"), null);
  if (!many) {
    pause.set(null);
    return;
  }
  drawWork(many);
}

/** @param {ManyView} work */
function drawWork({ destination, state, rows, waitsMs, problem }) {
  // For people who automate: all that is drawn below is drawn for this state.
  el("many-work").dataset.state = state;
  const count = (/** @type {ManyRow["state"][]} */ ...states) => rows.filter((row) => states.includes(row.state)).length;
  const [delivered, failed, attention, waiting] = [count("delivered"), count("failed"), count("attention"), count("waiting")];
  const running = state === "running" || state === "stopping";
  setText(
    el("many-title"),
    running ? text("many-running", { vault: destination }) : state === "paused" ? text("many-paused") : text("many-ended"),
  );
  const facts = [text("many-delivered", { delivered, count: rows.length })];
  if (failed > 0) facts.push(text("many-failed", { count: failed }));
  if (attention > 0) facts.push(text("many-attention", { count: attention }));
  if (state === "paused") facts.push(text("many-waiting", { count: waiting }));
  setText(el("many-summary"), facts.join(" · "));
  const bar = byId("many-bar", HTMLProgressElement);
  bar.max = rows.length;
  bar.value = rows.length - waiting - count("underWay");
  pause.set(waitsMs);
  show(el("many-waits"), waitsMs !== null);
  tell(el("many-problem"), problem);
  drawRows(
    el("many-rows"),
    rows.map(({ name, state: each, words }) => ({ name, words: words ? said(words) : STATES[each].word, state: each })),
  );
  const focused = document.activeElement;
  show(button("many-pause"), running);
  show(button("many-stop"), running);
  setText(button("many-pause"), state === "stopping" ? text("many-pausing") : text("many-pause"));
  setBusy(button("many-pause"), state === "stopping");
  show(button("many-resume"), state === "paused");
  show(button("many-again"), !running && failed > 0);
  show(button("many-done"), !running);
  setText(button("many-done"), state === "paused" ? text("many-skip") : text("done"));
  // The focus goes to what took the pressed button's place.
  if (focused instanceof HTMLElement && focused.hidden)
    button(running ? "many-pause" : state === "paused" ? "many-resume" : "many-done").focus();
}

/** @param {HTMLElement} list @param {{ name: string, words: string, state: ManyRow["state"] }[]} rows */
function drawRows(list, rows) {
  rows.forEach(({ name, words, state }, place) => {
    let row = list.children[place];
    if (!(row instanceof HTMLElement)) {
      row = make(
        "li",
        { class: "many-row", test: "many-row" },
        make("span", { class: "many-sign" }),
        make("span", { class: "many-name" }),
        make("span", { class: "quiet small" }),
      );
      list.append(row);
    }
    if (!(row instanceof HTMLElement)) return;
    const changed = row.dataset.state !== state;
    row.dataset.state = state;
    const [sign, title, told] = row.children;
    if (sign) setText(sign, STATES[state].sign);
    if (title) setText(title, name);
    if (told) setText(told, words);
    if (changed && state === "underWay") row.scrollIntoView({ block: "nearest" });
  });
  while (list.children.length > rows.length) list.lastElementChild?.remove();
}

async function check() {
  tell(el("many-input-error"), null);
  checking.set({ words: text("many-checking"), runningMs: 0 });
  setBusy(button("many-check"), true);
  const asked = now;
  const answer = await request("check_names", { text: names.value, destination: select.value });
  setBusy(button("many-check"), false);
  checking.set(null);
  if ("refusal" in answer) {
    if (answer.refusal.code === "secret") names.value = "";
    tell(el("many-input-error"), answer.refusal);
    el("many-input-error").scrollIntoView({ block: "nearest" });
    return;
  }
  // The account or the destination is another by now.
  if (asked !== now) return;
  checked = answer;
  checkedFor = now;
  const all = answer.names;
  const good = all.filter(({ problem }) => problem === null);
  setText(
    el("many-checked-summary"),
    good.length === all.length
      ? text("many-all-good", { count: all.length })
      : text("many-some-good", { good: good.length, count: all.length }),
  );
  setText(el("many-checked-where"), text("many-where", { account: account?.label ?? "", vault: answer.destination }));
  drawRows(
    el("many-checked-rows"),
    // What is wrong is read first.
    [...all]
      .sort((a, b) => Number(a.problem === null) - Number(b.problem === null))
      .map(({ name, place, problem }) => ({
        name,
        words: problem ? said(problem.message) : text("many-as", { place }),
        state: problem ? "failed" : "waiting",
      })),
  );
  const start = button("many-start");
  show(start, good.length > 0);
  setText(start, text("many-start", { count: good.length }));
  tell(el("many-checked-error"), null);
  draw();
  (good.length > 0 ? start : button("many-back")).focus();
}

async function start() {
  if (!checked) return;
  const refusal = await run("begin_many", { number: checked.number });
  tell(el("many-checked-error"), refusal);
  if (refusal) return;
  checked = null;
  names.value = "";
  button("many-pause").focus();
}

onClick(button("many-open"), () => {
  dialog.showModal();
  draw();
});
onClick(button("many-check"), check);
onClick(button("many-start"), start);
for (const id of ["many-start", "many-stop", "many-resume", "many-again", "many-done"]) armed(button(id));
onClick(button("many-back"), () => {
  checked = null;
  draw();
  names.focus();
});
onClick(button("many-pause"), () => run("pause_many"));
onClick(button("many-stop"), () => run("stop_many"));
onClick(button("many-resume"), async () => tell(el("many-refusal"), await run("resume_many", { failed: false })));
onClick(button("many-again"), async () => tell(el("many-refusal"), await run("resume_many", { failed: true })));
onClick(button("many-done"), async () => {
  const refusal = await run("put_many_aside");
  tell(el("many-refusal"), refusal);
  if (refusal) return;
  dialog.close();
});
// What was checked for one destination is not what another gets.
select.addEventListener("input", () => {
  checked = null;
  draw();
});
for (const id of ["many-close", "many-checked-close", "many-work-close"]) onClick(button(id), () => dialog.close());
byId("many-file", HTMLInputElement).addEventListener("change", async () => {
  const field = byId("many-file", HTMLInputElement);
  const file = field.files?.[0];
  if (!file) return;
  // Names, and no more of them than a list can have.
  if (file.size > 1 << 20) {
    tell(el("many-input-error"), {
      code: "file",
      message: message("many-file-too-large"),
      hint: message("many-file-too-large-hint"),
      waitMs: null,
    });
    return;
  }
  const bytes = [...new Uint8Array(await file.arrayBuffer())];
  const answer = await request("names_in", { file: file.name, bytes });
  field.value = "";
  tell(el("many-input-error"), typeof answer === "string" ? null : answer.refusal);
  if (typeof answer !== "string") return;
  names.value = answer;
  names.focus();
});
