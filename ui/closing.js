// The question that comes when the window is to be closed while a token is held or a key is being asked for.

/** @typedef {import("./ipc-types").View} View */
/** @typedef {import("./ipc-types").Closing} Closing */

import { armed } from "./arming.js";
import { button, byId, el, onClick, setBusy, setText, show, when } from "./dom.js";
import { run } from "./ipc.js";
import { tell } from "./told.js";

const dialog = byId("closing", HTMLDialogElement);
/** Whether Rust still waits for an answer: until then the dialog may not go. */
let asked = false;
/** The id of the key whose token is held. @type {string | null} */
let key = null;

/** @param {View} view */
export function drawClosing(view) {
  asked = view.closing !== null;
  key = view.reveal?.key.id ?? null;
  if (!view.closing) {
    if (dialog.open) dialog.close();
    return;
  }
  const { title, text } = words(view.closing);
  setText(el("closing-title"), title);
  setText(el("closing-text"), text);
  // While it is on its way to a vault, there is nothing to decide about it yet.
  show(button("closing-revoke"), view.closing.reason !== "list" && view.reveal !== null && view.reveal.delivering === null);
  const revoking = view.reveal?.revokingMs != null;
  setText(button("closing-revoke"), revoking ? "Revoking…" : "Revoke and quit");
  setBusy(button("closing-revoke"), revoking);
  if (!dialog.open) {
    tell(el("closing-error"), null);
    dialog.showModal();
    button("closing-back").focus();
  }
}

/** @param {Closing} closing @returns {{ title: string, text: string }} */
function words(closing) {
  switch (closing.reason) {
    case "list":
      return {
        title: "Quit in the midst of a list?",
        text: "The name that is worked on may be left in doubt, and stands under “Needs attention” then. The list goes on at the next start.",
      };
    case "creating":
      return {
        title: "Quit while a key is being asked for?",
        text: "Dfns may make it all the same, and its token would be lost. Keybearer looks for the key at the next start.",
      };
    case "delivering":
      return {
        title: "Quit while a token is delivered?",
        text: `The token of “${closing.name}” is on its way to your vault. Quitting calls that off; the key stands under “Needs attention” at the next start.`,
      };
    case "keptForATime":
      return {
        title: "Quit while a token is held?",
        text: `The token of “${closing.name}” is in ${closing.vault} until ${when(closing.until)} and no longer. Quitting wipes it from this computer. The key stands under “Needs attention” at the next start.`,
      };
    case "inVault":
      return {
        title: "Quit and wipe the token?",
        text: `The token of “${closing.name}” is in your vault. Quitting wipes it from this computer.`,
      };
    case "unproven":
      return {
        title: "Quit while a token is held?",
        text: `“${closing.name}” exists at Dfns, and nothing shows that its token is in a vault. Quitting wipes the token for good. The key stands under “Needs attention” at the next start.`,
      };
  }
}

onClick(button("closing-back"), async () => tell(el("closing-error"), await run("keep_open")));
onClick(button("closing-revoke"), async () => {
  if (key !== null) tell(el("closing-error"), await run("revoke_held", { key, quit: true }));
});
onClick(button("closing-quit"), async () => tell(el("closing-error"), await run("quit_anyway")));
for (const id of ["closing-revoke", "closing-quit"]) armed(button(id));

// Escape is "Go back", by way of Rust: the dialog goes when the view says so.
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  button("closing-back").click();
});
dialog.addEventListener("close", () => {
  if (asked) dialog.showModal();
});
