// The dialog's part that delivers the token to a destination: straight from Rust, without screen or clipboard.

/** @typedef {import("./ipc-types").View} View */
/** @typedef {import("./ipc-types").RevealView} RevealView */
/** @typedef {import("./ipc-types").Proof} Proof */

import { button, byId, el, make, setBusy, setText, show, when } from "./dom.js";
import { run } from "./ipc.js";
import { tell } from "./told.js";
import { makeWaiting } from "./waiting.js";

/** What each proof says. @type {Record<Proof, string>} */
export const PROOFS = {
  "read-back": "read back, and equal to the last character",
  "first-version": "stored as version 1; this access may not read it back",
  taken: "Nothing shows yet that it is there",
  "taken-as-before": "taken; not read back, but an earlier token was checked there",
};

/** What is true of a destination that cannot be asked whether an entry is there. */
export const mayOverwrite = (/** @type {string} */ name) => `${name} cannot be asked beforehand, and may overwrite an entry of the same name.`;

/** @type {Record<import("./ipc-types").DeliveryStep, { words: string, meaning: string }>} */
const STEPS = {
  looking: { words: "Asking whether there is room…", meaning: "The token was not sent yet." },
  storing: { words: "Storing the token…", meaning: "If you cancel now, it may be stored all the same." },
  readingBack: { words: "Reading it back…", meaning: "" },
};

const select = byId("reveal-destination", HTMLSelectElement);
const waiting = makeWaiting({ test: "reveal-deliver", cancel: () => run("cancel_delivery") });
el("reveal-deliver-row").after(waiting.element);
/** The choices, as they are drawn. */
let choices = "";
/** What was told the last time, so that it is scrolled to once. */
let told = "";
/** What is drawn of where it was delivered. */
let drawn = "";
/** The destinations, as they are drawn. @type {View["destinations"]} */
let known = [];
/** Those that have taken the token, by their names. @type {string[]} */
let deliveredTo = [];

/** @param {View} view @param {RevealView} reveal @returns {boolean} whether delivering is what to do next */
export function drawDeliver(view, reveal) {
  const all = view.destinations;
  known = all;
  show(el("reveal-deliver-part"), all.length > 0);
  const next = JSON.stringify(all.map(({ id, name }) => [id, name]));
  if (next !== choices) {
    choices = next;
    const before = select.value;
    select.replaceChildren(...all.map(({ id, name }) => {
      const option = make("option", {}, name);
      option.value = id;
      return option;
    }));
    const wanted = all.find(({ id }) => id === before);
    if (wanted) select.value = wanted.id;
    else chooseDefault(view);
  }
  show(select, all.length > 1);
  const { delivering, delivered, undelivered } = reveal;
  deliveredTo = delivered.map(({ vault }) => vault);
  drawChosen();
  setBusy(button("reveal-deliver"), delivering !== null);
  select.disabled = delivering !== null;
  const step = delivering ? STEPS[delivering.step] : null;
  waiting.set(delivering && step ? { ...step, words: `${step.words.slice(0, -1)} (${delivering.vault})…`, runningMs: delivering.runningMs } : null);
  drawDelivered(delivered, reveal.proven);
  tell(el("reveal-undelivered"), undelivered ? { ...undelivered.told, message: `${undelivered.vault}, ${undelivered.entry}: ${undelivered.told.message}` } : null);
  const perhaps = undelivered?.told.code === "perhapsStored";
  el("reveal-undelivered").classList.toggle("warning", perhaps);
  el("reveal-undelivered").classList.toggle("error", !perhaps);
  const now = JSON.stringify([delivered, undelivered]);
  if (now !== told && (delivered.length > 0 || undelivered)) {
    requestAnimationFrame(() => (undelivered ? el("reveal-undelivered") : el("reveal-delivered")).scrollIntoView({ block: "nearest" }));
  }
  told = now;
  return all.length > 0 && delivered.length === 0;
}

/** A new key: what was chosen for the last one is not meant for it. @param {View} view */
export function chooseDefault(view) {
  const wanted = view.destinations.find((each) => each.default) ?? view.destinations[0];
  if (wanted) select.value = wanted.id;
}

/** @param {RevealView["delivered"]} delivered @param {boolean} proven */
function drawDelivered(delivered, proven) {
  const list = el("reveal-delivered");
  show(list, delivered.length > 0);
  const next = JSON.stringify([delivered, proven]);
  if (next === drawn) return;
  drawn = next;
  list.replaceChildren(
    ...delivered.map(({ vault, entry, account, proof, until }) => {
      const ends = until ? ` Stored until ${when(until)}: the vault deletes it then.` : "";
      const whose = account === null ? [] : [" (account ", make("span", { class: "mono" }, account), ")"];
      const open = proof === "taken" && !proven;
      const [before, after] = proof === "taken" ? [`${vault} took it as `, open ? `. ${PROOFS.taken}.` : "."] : [`In ${vault} as `, `: ${PROOFS[proof]}.`];
      const row = make("li", { class: "outcome small" }, before, make("span", { class: "mono" }, entry), ...whose, after + ends);
      row.dataset.open = String(until !== null || open);
      return row;
    }),
  );
}

function drawChosen() {
  const chosen = known.find(({ id }) => id === select.value);
  setText(button("reveal-deliver"), `Deliver to ${chosen?.name ?? ""}`);
  // Where it went already, there is nothing to think about any more.
  const warns = chosen?.mayOverwrite === true && !deliveredTo.includes(chosen.name);
  setText(el("reveal-deliver-note"), warns ? mayOverwrite(chosen.name) : "");
  show(el("reveal-deliver-note"), warns);
}

/** Hands the token to the destination that is chosen. How that ended is in the view; what kept it from beginning is not. @param {string} key */
export const deliverTo = (key) => run("deliver", { key, id: select.value });

select.addEventListener("input", drawChosen);
