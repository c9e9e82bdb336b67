// Many keys at once: a list of names, checked and shown before anything happens, then worked on one after the other.

/** @import { BatchRow, BatchView, CheckedName, CredentialKind, KeyView, View } from "./ipc-types" */
/** @import { Row } from "./rows.js" */

import { armed } from "./arming.js";
import { clock, countdown } from "./countdown.js";
import { newNames, offer, replacedKind, whenReplacementsChange } from "./batch_replace.js";
import { chosenTerms } from "./create.js";
import { button, byId, el, input, make, onClick, setBusy, setText, show } from "./dom.js";
import { request, run } from "./ipc.js";
import { refusalOf, tell } from "./error.js";
import { chosenKind, signs } from "./kinds.js";
import { rowsOf } from "./rows.js";
import { roleNames } from "./roles.js";
import { signedIn } from "./session.js";
import { askForRoles, makeTerms } from "./terms.js";
import { drawVaults } from "./vault_select.js";
import { makeWaiting } from "./waiting.js";
import { message, said, text } from "./words.js";

const dialog = byId("batch", HTMLDialogElement);
const names = byId("batch-names", HTMLTextAreaElement);
const select = byId("batch-destination", HTMLSelectElement);
const terms = makeTerms("batch");
const checking = makeWaiting({ test: "batch-check", operation: () => ({ of: "look" }), before: el("batch-input-error") });
const drawRows = rowsOf(el("batch-rows"), makeRow);
const drawChecked = rowsOf(el("batch-checked-rows"), makeRow);
/** What is drawn. @type {View | null} */
let view = null;
/** Of which kind they would be: the one that was chosen when the dialog was opened. @type {CredentialKind} */
let kind = "api-key";
/** Whether they are to replace some that there are. */
let replacing = false;
/** The list that was checked, by its number, and what it was checked for, while it is shown. @type {{ number: number, purpose: string } | null} */
let checked = null;

/** Of which kind and whose they would be, and where their tokens would go. @param {View | null} view */
const purpose = (view) => JSON.stringify(view && [kind, signedIn(view)?.id, view.destinations.map(({ form }) => form)]);

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

/** @param {View} next */
export function drawBatch(next) {
  view = next;
  const { batch, destinations } = next;
  const unfinished = batch !== null && batch.state !== "ended";
  setText(button("batch-open"), unfinished ? text("create-several-unfinished") : text("create-several"));
  // What was checked holds for the account and the destinations that it was checked with.
  if (checked?.purpose !== purpose(next)) checked = null;
  drawVaults(select, destinations);
  show(el("batch-none"), destinations.length === 0);
  show(el("batch-fields"), destinations.length > 0);
  draw();
}

function draw() {
  const batch = view?.batch ?? null;
  show(el("batch-input"), batch === null && checked === null);
  if (replacing) kind = replacedKind();
  const chosen = replacing ? newNames().length : 0;
  setText(el("batch-input-title"), replacing ? text("batch-replace-title") : text("batch-title", { kind }));
  setText(el("batch-what"), replacing ? text("batch-replace-what", { kind }) : text("batch-what", { kind }));
  setText(button("batch-check"), replacing ? text("batch-replace-check", { count: chosen }) : text("batch-check"));
  button("batch-check").disabled = replacing && chosen === 0;
  show(el("batch-replace"), replacing);
  for (const id of ["batch-names-field", "batch-file-field"]) show(el(id), !replacing);
  byId("batch", HTMLDialogElement).classList.toggle("with-roles-of-old", replacing);
  show(el("batch-terms"), signs(kind));
  show(el("batch-own-role"), signs(kind) && !replacing);
  show(el("batch-checked"), batch === null && checked !== null);
  show(el("batch-work"), batch !== null);
  if (batch) return drawWork(batch);
  tell(el("batch-refusal"), null);
  pause.set(null);
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
  drawRows(rows.map((row, at) => ({ ...row, id: String(at), words: row.words ? said(row.words) : STATES[row.state].word })));
  const focused = document.activeElement;
  show(button("batch-pause"), running);
  show(button("batch-stop"), running);
  setText(button("batch-pause"), state === "stopping" ? text("batch-pausing") : text("batch-pause"));
  setBusy(button("batch-pause"), state === "stopping");
  show(button("batch-resume"), state === "paused");
  show(button("batch-again"), !running && failed > 0);
  show(button("batch-done"), !running);
  for (const id of ["batch-receipts-copy", "batch-receipts-save"]) show(button(id), state === "ended" && delivered > 0);
  setText(button("batch-done"), state === "paused" ? text("batch-skip") : text("done"));
  // The focus goes to what took the pressed button's place.
  if (focused instanceof HTMLElement && focused.hidden)
    button(running ? "batch-pause" : state === "paused" ? "batch-resume" : "batch-done").focus();
}

/** A name and what there is to say of it, by its place in the list. @typedef {{ id: string, name: string, words: string, state: BatchRow["state"] }} Line */

/** @returns {Row<Line>} */
function makeRow() {
  const sign = make("span", { class: "batch-sign" });
  const title = make("span", { class: "batch-name" });
  const told = make("span", { class: "quiet small" });
  const element = make("li", { class: "batch-row", test: "batch-row" }, sign, title, told);
  return {
    element,
    draw({ name, words, state }) {
      const begins = state === "underWay" && element.dataset.state !== state;
      element.dataset.state = state;
      setText(sign, STATES[state].sign);
      setText(title, name);
      setText(told, words);
      // Once it is in the page.
      if (begins) requestAnimationFrame(() => element.scrollIntoView({ block: "nearest" }));
    },
  };
}

async function check() {
  tell(el("batch-input-error"), null);
  checking.set({ words: text("batch-checking"), runningMs: 0 });
  setBusy(button("batch-check"), true);
  const asked = purpose(view);
  const [wanted, to] = [signs(kind) ? terms.wanted() : null, select.value];
  const answer = replacing
    ? await request("check_replacements", { names: newNames(), terms: wanted, destination: to })
    : await request("check_names", { kind, text: names.value, terms: wanted, destination: to });
  setBusy(button("batch-check"), false);
  checking.set(null);
  if ("refusal" in answer) {
    if (answer.refusal.code === "secret" && !replacing) names.value = "";
    if (answer.refusal.code === "role") void askForRoles();
    tell(el("batch-input-error"), answer.refusal);
    el("batch-input-error").scrollIntoView({ block: "nearest" });
    return;
  }
  // The account or the destination is another by now.
  if (!view || asked !== purpose(view)) return;
  checked = { number: answer.number, purpose: asked };
  const all = answer.names;
  const good = all.filter(({ problem }) => problem === null);
  setText(el("batch-checked-title"), text("batch-checked-title", { kind, count: good.length }));
  setText(
    el("batch-checked-summary"),
    good.length === all.length
      ? text("batch-all-good", { count: all.length })
      : text("batch-some-good", { good: good.length, count: all.length }),
  );
  setText(
    el("batch-checked-where"),
    text("batch-where", { kind, count: good.length, account: signedIn(view)?.label ?? "", vault: answer.destination }),
  );
  show(
    el("batch-checked-warning"),
    good.some(({ roles }) => roles.some(({ fullAdmin }) => fullAdmin)),
  );
  drawChecked(
    // What is wrong is read first.
    [...all]
      .sort((a, b) => Number(a.problem === null) - Number(b.problem === null))
      .map((each, at) => ({
        id: String(at),
        name: each.name,
        words: wouldBe(each, answer.signs),
        state: each.problem ? "failed" : "waiting",
      })),
  );
  const start = button("batch-start");
  show(start, good.length > 0);
  setText(start, text("batch-start", { kind, count: good.length }));
  tell(el("batch-checked-error"), null);
  draw();
  (good.length > 0 ? start : button("batch-back")).focus();
}

/** What would become of a name. @param {CheckedName} checked @param {boolean} signs */
function wouldBe({ place, roles, replaces, problem }, signs) {
  if (problem) return said(problem.message);
  const role = roleNames(roles);
  if (replaces === null) return signs ? text("batch-as-with-role", { place, role }) : text("batch-as", { place });
  return signs
    ? text("batch-replaces-with-role", { old: replaces, place, role })
    : text("batch-replaces", { old: replaces, place });
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
  const now = chosenKind() ?? "api-key";
  // It begins with what stands in the form, and keeps what was chosen here.
  if (signs(now) && (now !== kind || names.value === "")) terms.begin(chosenTerms());
  kind = now;
  replacing = false;
  if (checked?.purpose !== purpose(view)) checked = null;
  dialog.showModal();
  draw();
});
/** Offers to replace some of these. @param {KeyView[]} keys */
export async function openToReplace(keys) {
  const now = chosenKind();
  if (!replacing) terms.begin({ ...chosenTerms(), role: null });
  [replacing, checked] = [true, null];
  dialog.showModal();
  tell(el("batch-input-error"), await offer(keys, now));
}

whenReplacementsChange(() => {
  if (dialog.open) draw();
});
onClick(button("batch-check"), check);
onClick(button("batch-start"), start);
// Closing too: in a small window it slides to where the failed ones were tried again.
for (const id of ["batch-start", "batch-stop", "batch-resume", "batch-again", "batch-done", "batch-work-close"])
  armed(button(id));
onClick(button("batch-back"), () => {
  checked = null;
  draw();
  (replacing ? el("batch-replace-all") : names).focus();
});
onClick(button("batch-pause"), () => run("pause_batch"));
onClick(button("batch-stop"), () => run("stop_batch"));
onClick(button("batch-resume"), async () => tell(el("batch-refusal"), await run("resume_batch", { failed: false })));
onClick(button("batch-again"), async () => tell(el("batch-refusal"), await run("resume_batch", { failed: true })));
onClick(button("batch-receipts-copy"), async () => tell(el("batch-refusal"), await run("copy_batch_receipts")));
onClick(button("batch-receipts-save"), async () => tell(el("batch-refusal"), await run("save_batch_receipts")));
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
const field = input("batch-file");
field.addEventListener("change", async () => {
  const file = field.files?.[0];
  if (!file) return;
  // Names, and no more of them than a list can have.
  if (file.size > 1 << 20) {
    tell(el("batch-input-error"), refusalOf("file", message("batch-file-too-large"), message("batch-file-too-large-hint")));
    return;
  }
  const bytes = [...new Uint8Array(await file.arrayBuffer())];
  const answer = await request("names_in", { kind, file: file.name, bytes });
  field.value = "";
  tell(el("batch-input-error"), typeof answer === "string" ? null : answer.refusal);
  if (typeof answer !== "string") return;
  names.value = answer;
  names.focus();
});
