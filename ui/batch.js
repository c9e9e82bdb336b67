// Many keys at once: a list of names, checked and shown before anything happens, then worked on one after the other.

/** @import { BatchRow, BatchView, CheckedList, View } from "./ipc-types" */

import { armed } from "./arming.js";
import { clock, countdown } from "./countdown.js";
import { button, byId, el, make, onClick, setBusy, setText, show } from "./dom.js";
import { request, run } from "./ipc.js";
import { tell } from "./error.js";
import { drawVaults } from "./vault_select.js";
import { makeWaiting } from "./waiting.js";
import { message, said, text } from "./words.js";

const dialog = byId("batch", HTMLDialogElement);
const names = byId("batch-names", HTMLTextAreaElement);
const select = byId("batch-destination", HTMLSelectElement);
const checking = makeWaiting({ test: "batch-check", cancel: () => run("cancel_look") });
el("batch-input-error").before(checking.element);
/** @type {BatchView | null} */
let batch = null;
/** The list that was checked, while it is shown. @type {CheckedList | null} */
let checked = null;
/** Whose keys they would be, and where their tokens would go, as they were checked. */
let checkedFor = "";
/** The same, as it is now: the account's id, and the destinations. */
let now = "";
/** The account in use. @type {{ id: string, label: string } | null} */
let account = null;

/** What a state is called, and how it is drawn. @type {Record<BatchRow["state"], { word: string, sign: string }>} */
const STATES = {
  waiting: { word: text("batch-row-waiting"), sign: "" },
  underWay: { word: text("batch-row-under-way"), sign: "" },
  delivered: { word: text("batch-row-delivered"), sign: "✓" },
  failed: { word: text("batch-row-failed"), sign: "✕" },
  attention: { word: text("attention-title"), sign: "!" },
  settled: { word: text("batch-row-settled"), sign: "–" },
};

const pause = countdown({
  draw: (left) => setText(el("batch-waits"), left > 0 ? text("batch-waits", { time: clock(left) }) : ""),
  every: 1000,
});

/** @param {View} view */
export function drawBatch(view) {
  batch = view.batch;
  const unfinished = batch !== null && batch.state !== "ended";
  setText(button("batch-open"), unfinished ? text("create-several-unfinished") : text("create-several"));
  account = view.session.state === "signedIn" ? { id: view.session.id, label: view.session.account } : null;
  now = JSON.stringify([account?.id, view.destinations.map(({ form }) => form)]);
  // What was checked holds for the account and the destinations that it was checked with.
  if (checked && checkedFor !== now) checked = null;
  drawVaults(select, view.destinations);
  show(el("batch-none"), view.destinations.length === 0);
  show(el("batch-fields"), view.destinations.length > 0);
  draw();
}

function draw() {
  show(el("batch-input"), batch === null && checked === null);
  show(el("batch-checked"), batch === null && checked !== null);
  show(el("batch-work"), batch !== null);
  if (batch === null) tell(el("batch-refusal"), null);
  if (!batch) {
    pause.set(null);
    return;
  }
  drawWork(batch);
}

/** @param {BatchView} work */
function drawWork({ destination, state, rows, waitsMs, problem }) {
  // For people who automate: all that is drawn below is drawn for this state.
  el("batch-work").dataset.state = state;
  const count = (/** @type {BatchRow["state"][]} */ ...states) => rows.filter((row) => states.includes(row.state)).length;
  const [delivered, failed, attention, waiting] = [count("delivered"), count("failed"), count("attention"), count("waiting")];
  const running = state === "running" || state === "stopping";
  setText(
    el("batch-title"),
    running ? text("batch-running", { vault: destination }) : state === "paused" ? text("batch-paused") : text("batch-ended"),
  );
  const facts = [text("batch-delivered", { delivered, count: rows.length })];
  if (failed > 0) facts.push(text("batch-failed", { count: failed }));
  if (attention > 0) facts.push(text("batch-attention", { count: attention }));
  if (state === "paused") facts.push(text("batch-waiting", { count: waiting }));
  setText(el("batch-summary"), facts.join(" · "));
  const bar = byId("batch-bar", HTMLProgressElement);
  bar.max = rows.length;
  bar.value = rows.length - waiting - count("underWay");
  pause.set(waitsMs);
  show(el("batch-waits"), waitsMs !== null);
  tell(el("batch-problem"), problem);
  drawRows(
    el("batch-rows"),
    rows.map(({ name, state: each, words }) => ({ name, words: words ? said(words) : STATES[each].word, state: each })),
  );
  const focused = document.activeElement;
  show(button("batch-pause"), running);
  show(button("batch-stop"), running);
  setText(button("batch-pause"), state === "stopping" ? text("batch-pausing") : text("batch-pause"));
  setBusy(button("batch-pause"), state === "stopping");
  show(button("batch-resume"), state === "paused");
  show(button("batch-again"), !running && failed > 0);
  show(button("batch-done"), !running);
  setText(button("batch-done"), state === "paused" ? text("batch-skip") : text("done"));
  // The focus goes to what took the pressed button's place.
  if (focused instanceof HTMLElement && focused.hidden)
    button(running ? "batch-pause" : state === "paused" ? "batch-resume" : "batch-done").focus();
}

/** @param {HTMLElement} list @param {{ name: string, words: string, state: BatchRow["state"] }[]} rows */
function drawRows(list, rows) {
  rows.forEach(({ name, words, state }, place) => {
    let row = list.children[place];
    if (!(row instanceof HTMLElement)) {
      row = make(
        "li",
        { class: "batch-row", test: "batch-row" },
        make("span", { class: "batch-sign" }),
        make("span", { class: "batch-name" }),
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
  tell(el("batch-input-error"), null);
  checking.set({ words: text("batch-checking"), runningMs: 0 });
  setBusy(button("batch-check"), true);
  const asked = now;
  const answer = await request("check_names", { kind: "api-key", text: names.value, destination: select.value });
  setBusy(button("batch-check"), false);
  checking.set(null);
  if ("refusal" in answer) {
    if (answer.refusal.code === "secret") names.value = "";
    tell(el("batch-input-error"), answer.refusal);
    el("batch-input-error").scrollIntoView({ block: "nearest" });
    return;
  }
  // The account or the destination is another by now.
  if (asked !== now) return;
  checked = answer;
  checkedFor = now;
  const all = answer.names;
  const good = all.filter(({ problem }) => problem === null);
  setText(
    el("batch-checked-summary"),
    good.length === all.length
      ? text("batch-all-good", { count: all.length })
      : text("batch-some-good", { good: good.length, count: all.length }),
  );
  setText(el("batch-checked-where"), text("batch-where", { account: account?.label ?? "", vault: answer.destination }));
  drawRows(
    el("batch-checked-rows"),
    // What is wrong is read first.
    [...all]
      .sort((a, b) => Number(a.problem === null) - Number(b.problem === null))
      .map(({ name, place, problem }) => ({
        name,
        words: problem ? said(problem.message) : text("batch-as", { place }),
        state: problem ? "failed" : "waiting",
      })),
  );
  const start = button("batch-start");
  show(start, good.length > 0);
  setText(start, text("batch-start", { count: good.length }));
  tell(el("batch-checked-error"), null);
  draw();
  (good.length > 0 ? start : button("batch-back")).focus();
}

async function start() {
  if (!checked) return;
  const refusal = await run("begin_batch", { number: checked.number });
  tell(el("batch-checked-error"), refusal);
  if (refusal) return;
  checked = null;
  names.value = "";
  button("batch-pause").focus();
}

onClick(button("batch-open"), () => {
  dialog.showModal();
  draw();
});
onClick(button("batch-check"), check);
onClick(button("batch-start"), start);
for (const id of ["batch-start", "batch-stop", "batch-resume", "batch-again", "batch-done"]) armed(button(id));
onClick(button("batch-back"), () => {
  checked = null;
  draw();
  names.focus();
});
onClick(button("batch-pause"), () => run("pause_batch"));
onClick(button("batch-stop"), () => run("stop_batch"));
onClick(button("batch-resume"), async () => tell(el("batch-refusal"), await run("resume_batch", { failed: false })));
onClick(button("batch-again"), async () => tell(el("batch-refusal"), await run("resume_batch", { failed: true })));
onClick(button("batch-done"), async () => {
  const refusal = await run("dismiss_batch");
  tell(el("batch-refusal"), refusal);
  if (refusal) return;
  dialog.close();
});
// What was checked for one destination is not what another gets.
select.addEventListener("input", () => {
  checked = null;
  draw();
});
for (const id of ["batch-close", "batch-checked-close", "batch-work-close"]) onClick(button(id), () => dialog.close());
byId("batch-file", HTMLInputElement).addEventListener("change", async () => {
  const field = byId("batch-file", HTMLInputElement);
  const file = field.files?.[0];
  if (!file) return;
  // Names, and no more of them than a list can have.
  if (file.size > 1 << 20) {
    tell(el("batch-input-error"), {
      code: "file",
      message: message("batch-file-too-large"),
      hint: message("batch-file-too-large-hint"),
      waitMs: null,
    });
    return;
  }
  const bytes = [...new Uint8Array(await file.arrayBuffer())];
  const answer = await request("names_in", { file: file.name, bytes });
  field.value = "";
  tell(el("batch-input-error"), typeof answer === "string" ? null : answer.refusal);
  if (typeof answer !== "string") return;
  names.value = answer;
  names.focus();
});
