// The dialog's part that delivers the token to a destination: straight from Rust, without screen or clipboard.

/** @import { DeliveringView, Proof, RevealView, UndeliveredView, View } from "./ipc-types" */
/** @import { Words } from "./words-types" */

import { button, byId, changes, el, make, setBusy, setText, show } from "./dom.js";
import { run } from "./ipc.js";
import { tell } from "./error.js";
import { chooseDefault, drawVaults } from "./vault_select.js";
import { makeWaiting } from "./waiting.js";
import { message, text, write } from "./words.js";

/** Where a token was delivered, and how that is known. @satisfies {Record<Proof, keyof Words>} */
const PROOFS = /** @type {const} */ ({
  "read-back": "delivered-read-back",
  "first-version": "delivered-first-version",
  taken: "delivered-taken-open",
  "taken-as-before": "delivered-taken-as-before",
});

/** What is waited for, and what canceling means. @param {DeliveringView} delivering */
function wait({ step, vault, runningMs }) {
  switch (step) {
    case "looking":
      return { words: text("deliver-looking", { vault }), meaning: text("deliver-looking-meaning"), runningMs };
    case "storing":
      return { words: text("deliver-storing", { vault }), meaning: text("deliver-storing-meaning"), runningMs };
    case "readingBack":
      return { words: text("deliver-reading-back", { vault }), runningMs };
  }
}

const select = byId("reveal-destination", HTMLSelectElement);
const waiting = makeWaiting({ test: "reveal-deliver", operation: () => ({ of: "delivery" }), before: el("reveal-deliver-note") });
/** What is told is scrolled to once. */
const isNews = changes();
const isUndrawn = changes();
/** The destinations, as they are drawn. @type {View["destinations"]} */
let known = [];
/** Those that have taken the token, by their names. @type {string[]} */
let deliveredTo = [];

/** @param {View} view @param {RevealView} reveal @returns {boolean} whether delivering is what to do next */
export function drawDeliver(view, reveal) {
  const all = view.destinations;
  known = all;
  show(el("reveal-deliver-part"), all.length > 0);
  drawVaults(select, all);
  show(select, all.length > 1);
  const { delivering, delivered, undelivered } = reveal;
  deliveredTo = delivered.map(({ vault }) => vault);
  drawChosen();
  setBusy(button("reveal-deliver"), delivering !== null);
  select.disabled = delivering !== null;
  waiting.set(delivering && wait(delivering));
  drawDelivered(delivered, reveal.proven);
  tell(el("reveal-undelivered"), undelivered && problem(undelivered));
  const perhaps = undelivered?.told.code === "perhapsStored";
  el("reveal-undelivered").classList.toggle("warning", perhaps);
  el("reveal-undelivered").classList.toggle("error", !perhaps);
  if (isNews([delivered, undelivered]) && (delivered.length > 0 || undelivered)) {
    const news = el(undelivered ? "reveal-undelivered" : "reveal-delivered");
    requestAnimationFrame(() => news.scrollIntoView({ block: "nearest" }));
  }
  return all.length > 0 && delivered.length === 0;
}

/** @param {UndeliveredView} undelivered */
const problem = ({ vault, entry, told }) => ({
  ...told,
  message: message("undelivered", { vault, entry, problem: told.message }),
});

/** A new key: what was chosen for the last one is not meant for it. @param {View} view */
export const beginDelivering = ({ destinations }) => chooseDefault(select, destinations);

/** @param {RevealView["delivered"]} delivered @param {boolean} proven */
function drawDelivered(delivered, proven) {
  const list = el("reveal-delivered");
  show(list, delivered.length > 0);
  if (!isUndrawn([delivered, proven])) return;
  list.replaceChildren(
    ...delivered.map(({ vault, entry, account, proof, until }) => {
      const open = proof === "taken" && !proven;
      const where = make("span", {});
      write(where, proof === "taken" && proven ? "delivered-taken" : PROOFS[proof], {
        vault,
        entry: make("span", { class: "mono" }, entry),
      });
      const row = make("li", { class: "outcome small" }, where);
      if (account !== null) {
        const whose = make("span", {});
        write(whose, "vault-account", { account: make("span", { class: "mono" }, account) });
        row.append(" ", whose);
      }
      if (until !== null) row.append(" ", text("delivered-until", { until: new Date(until) }));
      row.dataset.open = String(until !== null || open);
      return row;
    }),
  );
}

function drawChosen() {
  const chosen = known.find(({ id }) => id === select.value);
  setText(button("reveal-deliver"), text("deliver-to", { vault: chosen?.name ?? "" }));
  // Where it went already, there is nothing to think about any more.
  const warns = chosen?.mayOverwrite === true && !deliveredTo.includes(chosen.name);
  setText(el("reveal-deliver-note"), warns ? text("deliver-overwrites", { vault: chosen.name }) : "");
  show(el("reveal-deliver-note"), warns);
}

/** Hands the token to the destination that is chosen. How that ended is in the view; what kept it from beginning is not. @param {string} key */
export const deliverTo = (key) => run("deliver", { key, id: select.value });

select.addEventListener("input", drawChosen);
