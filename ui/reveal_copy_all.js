// The dialog's way to copy all secrets in one text, where there are several.

/** @import { BundleFormat, RevealView } from "./ipc-types" */

import { button, byId, el, show } from "./dom.js";

const format = byId("reveal-copy-format", HTMLSelectElement);

/** Which format is chosen. @returns {BundleFormat} */
export const chosenFormat = () => (format.value === "json" ? "json" : "env");

// For people who automate.
const note = () => (button("reveal-copy-all").dataset.format = chosenFormat());
format.addEventListener("change", note);

/** A new credential: what was opened or chosen for the last one is not for it. */
export function beginCopyAll() {
  byId("reveal-all", HTMLDetailsElement).open = false;
  format.value = "env";
  note();
}

/** @param {RevealView} reveal */
export function drawCopyAll({ secrets }) {
  show(el("reveal-all"), secrets.length > 1);
}
