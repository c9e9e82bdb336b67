// The form that asks for a key, and what is seen while Dfns is asked.

/** @typedef {import("./ipc-types").View} View */
/** @typedef {import("./ipc-types").CreationView} CreationView */
/** @typedef {import("./ipc-types").CreationPhase} CreationPhase */
/** @typedef {import("./ipc-types").Told} Told */

import { span, stopwatch } from "./countdown.js";
import { A_MOMENT, button, byId, el, input, onClick, setBusy, setText, show, tell } from "./dom.js";
import { cancelCreation, createKey } from "./ipc.js";

/** Before this a number would only make a short wait look long. */
const SHOW_ELAPSED_FROM = 5000;

/** @type {Record<CreationPhase, { words: string, meaning: string }>} */
const PHASES = {
  looking: {
    words: "Looking whether the name is free…",
    meaning: "Nothing has been asked for yet, so cancelling is harmless.",
  },
  asked: {
    words: "Asking Dfns for the key…",
    meaning: "If you cancel now, Dfns may have made the key all the same. Keybearer will look for it.",
  },
  verifying: {
    words: "Looking for the key in the list…",
    meaning: "The answer left in doubt whether Dfns made it.",
  },
};

const form = byId("create", HTMLFormElement);
const name = input("key-name");
const cancel = button("create-cancel");
const elapsed = stopwatch((ms) => {
  setText(el("create-elapsed"), ms < SHOW_ELAPSED_FROM ? "" : `for ${span(Math.floor(ms / 1000) * 1000)}`);
});
let progressTimer = 0;
/** From the click until Rust's answer, so that a second click does not turn into a refusal of its own. */
let asked = false;

/** Gives back what was typed before the page was replaced. @param {string} draft */
export function fillDraft(draft) {
  if (name.value === "") name.value = draft;
}

/** @param {View} view */
export function drawCreate(view) {
  const { session, creation } = view;
  const appears = form.hidden && session.state === "signedIn";
  show(form, session.state === "signedIn");
  if (session.state !== "signedIn") drawRefusal(null);
  show(el("create-no-list"), session.state === "signedIn" && !session.mayList);
  drawProgress(creation);
  if (appears && !view.reveal) name.focus({ preventScroll: true });
}

/** @param {CreationView | null} creation */
function drawProgress(creation) {
  window.clearTimeout(progressTimer);
  setBusy(button("create-submit"), creation !== null);
  name.readOnly = creation !== null;
  elapsed.set(creation?.runningMs ?? null);
  if (!creation) {
    if (document.activeElement === cancel) name.focus();
    showProgress(false);
    return;
  }
  const phase = PHASES[creation.phase];
  setText(el("create-meaning"), phase.meaning);
  show(cancel, creation.phase !== "verifying");
  progressTimer = window.setTimeout(() => {
    showProgress(true);
    setText(el("create-phase"), phase.words);
  }, Math.max(0, A_MOMENT - creation.runningMs));
}

/** @param {boolean} shown */
function showProgress(shown) {
  show(el("create-progress"), shown);
  show(el("create-help"), !shown);
  if (!shown) setText(el("create-phase"), "");
}

/** @param {boolean} despiteSameName */
async function create(despiteSameName) {
  if (asked) return;
  asked = true;
  drawRefusal(null);
  const refusal = await createKey(name.value, despiteSameName);
  asked = false;
  // The view shows the sign-in form with the reason; the name stays for afterwards.
  if (refusal?.code === "signInAgain") return;
  drawRefusal(refusal);
  if (!refusal) name.value = "";
  else if (refusal.code === "name") name.focus();
  else if (refusal.code === "sameName") button("create-anyway").focus();
}

/** @param {Told | null} refusal */
function drawRefusal(refusal) {
  show(el("create-problem"), refusal !== null);
  tell(el("create-error"), refusal);
  show(button("create-anyway"), refusal?.code === "sameName");
  // Not every refusal is a fault: one is a question, one the person's own wish.
  const fault = refusal?.code !== "sameName" && refusal?.code !== "calledOff";
  el("create-problem").classList.toggle("error", fault);
  el("create-problem").classList.toggle("warning", !fault);
  name.setAttribute("aria-invalid", String(refusal?.code === "name"));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  create(false);
});
// "Anyway" was offered for the name as it stood.
name.addEventListener("input", () => drawRefusal(null));
onClick(button("create-anyway"), () => create(true));
onClick(cancel, async () => drawRefusal(await cancelCreation()));
