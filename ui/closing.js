// The question that comes when the window is to be closed while a token is held or a key is being asked for.

/** @import { Closing, View } from "./ipc-types" */

import { armed } from "./arming.js";
import { button, byId, el, onClick, setBusy, setText, show } from "./dom.js";
import { run } from "./ipc.js";
import { tell } from "./error.js";
import { text } from "./words.js";

const dialog = byId("closing", HTMLDialogElement);
/** What is drawn. @type {View | null} */
let view = null;

/** @param {View} next */
export function drawClosing(next) {
  view = next;
  if (!view.closing) {
    dialog.close();
    return;
  }
  const { title, meaning } = words(view.closing);
  setText(el("closing-title"), title);
  setText(el("closing-text"), meaning);
  // While it is on its way to a vault, there is nothing to decide about it yet.
  show(button("closing-revoke"), view.closing.reason !== "list" && view.reveal !== null && view.reveal.delivering === null);
  const revoking = view.reveal?.revokingMs != null;
  setText(button("closing-revoke"), revoking ? text("revoking") : text("closing-revoke"));
  setBusy(button("closing-revoke"), revoking);
  if (!dialog.open) {
    tell(el("closing-error"), null);
    dialog.showModal();
    button("closing-back").focus();
  }
}

/** @param {Closing} closing @returns {{ title: string, meaning: string }} */
function words(closing) {
  switch (closing.reason) {
    case "list":
      return { title: text("closing-list"), meaning: text("closing-list-text") };
    case "creating":
      return { title: text("closing-creating"), meaning: text("closing-creating-text") };
    case "delivering":
      return { title: text("closing-delivering"), meaning: text("closing-delivering-text", { name: closing.name }) };
    case "keptForATime": {
      const { name, vault, until } = closing;
      return { title: text("closing-held"), meaning: text("closing-for-a-time-text", { name, vault, until: new Date(until) }) };
    }
    case "inVault":
      return { title: text("closing-in-vault"), meaning: text("closing-in-vault-text", { name: closing.name }) };
    case "unproven":
      return { title: text("closing-held"), meaning: text("closing-unproven-text", { name: closing.name }) };
  }
}

onClick(button("closing-back"), async () => tell(el("closing-error"), await run("keep_open")));
onClick(button("closing-revoke"), async () => {
  const key = view?.reveal?.key.id;
  if (key !== undefined) tell(el("closing-error"), await run("revoke_held", { key, quit: true }));
});
onClick(button("closing-quit"), async () => tell(el("closing-error"), await run("quit_anyway")));
for (const id of ["closing-revoke", "closing-quit"]) armed(button(id));

// Escape is "Go back", by way of Rust: the dialog goes when the view says so.
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  button("closing-back").click();
});
// Until Rust has its answer, the dialog may not go.
dialog.addEventListener("close", () => {
  if (view?.closing) dialog.showModal();
});
