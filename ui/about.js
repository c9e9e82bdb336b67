// What Keybearer is, in a dialog over the settings: its version, and the licences of everything that is compiled in.

/** @import { View } from "./ipc-types" */

import { button, byId, el, onClick, setText } from "./dom.js";

const dialog = byId("about", HTMLDialogElement);
const others = byId("about-others", HTMLDetailsElement);

/** @param {View} view */
export function drawAbout(view) {
  setText(el("about-version"), view.version);
}

onClick(button("about-open"), () => {
  others.open = false;
  dialog.showModal();
});
onClick(button("about-close"), () => dialog.close());
others.addEventListener("toggle", async () => {
  if (!others.open) return;
  // A hundred kilobytes that hardly anybody reads: fetched once somebody does.
  const { THIRD_PARTY } = await import("./third_party.js");
  setText(el("about-licences"), THIRD_PARTY);
});
