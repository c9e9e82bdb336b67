// One key of the list: what is known of it, and revoking it.

/** @typedef {import("./ipc-types").View} View */
/** @typedef {import("./ipc-types").KeyView} KeyView */

import { byId, button, el, input, onClick, setBusy, setText, show, tell, when } from "./dom.js";
import { cancelKeyRevocation, revokeKey } from "./ipc.js";
import { makeWaiting } from "./waiting.js";

const dialog = byId("key-dialog", HTMLDialogElement);
/** @type {KeyView | null} */
let key = null;
let production = false;
let asking = false;
let since = 0;
/** What is to follow a revocation that was confirmed. @type {() => void} */
let revoked = () => {};

/** @param {() => unknown} action */
export function onRevoked(action) {
  revoked = action;
}

const revoking = makeWaiting({ test: "key-revoke", cancel: () => key && cancelKeyRevocation(key.id) });
el("key-problem").before(revoking.element);

/** @param {View} view */
export function drawKey(view) {
  production = view.session.state === "signedIn" && view.session.environment === "production";
  // The account that it belongs to is not in use any more.
  if (view.session.state !== "signedIn" && dialog.open) dialog.close();
}

/** @param {KeyView} shown */
export function openKey(shown) {
  key = shown;
  asking = false;
  setText(el("key-title"), shown.name);
  setText(el("key-id"), shown.id);
  setText(el("key-state"), shown.status);
  setText(el("key-created"), when(shown.created));
  setText(el("key-author"), shown.author);
  setText(el("key-organization"), shown.organization);
  dialog.dataset.environment = production ? "production" : "";
  tell(el("key-problem"), null);
  draw();
  dialog.showModal();
  button("key-close").focus();
}

function draw() {
  const works = key?.works ?? false;
  show(button("key-revoke"), works && !asking);
  show(el("revoke-asking"), asking);
  show(el("revoke-name-field"), production);
  show(button("revoke-confirm"), asking);
  setText(button("key-close"), asking ? "Keep it" : "Close");
  const busy = since > 0;
  for (const each of [button("revoke-confirm"), button("key-close")]) setBusy(each, busy);
  revoking.set(
    busy
      ? {
          words: "Revoking the key…",
          meaning: "If you cancel now, Dfns may have revoked it all the same.",
          runningMs: performance.now() - since,
        }
      : null,
  );
}

function ask() {
  asking = true;
  input("revoke-name").value = "";
  draw();
  (production ? input("revoke-name") : button("key-close")).focus();
}

async function revoke() {
  if (!key) return;
  since = performance.now();
  tell(el("key-problem"), null);
  draw();
  const refusal = await revokeKey(key, input("revoke-name").value);
  since = 0;
  draw();
  tell(el("key-problem"), refusal);
  if (!refusal) {
    dialog.close();
    revoked();
  } else if (refusal.code === "name") input("revoke-name").focus();
}

onClick(button("key-revoke"), ask);
onClick(button("revoke-confirm"), revoke);
onClick(button("key-close"), () => {
  if (!asking) return dialog.close();
  asking = false;
  tell(el("key-problem"), null);
  draw();
  button("key-revoke").focus();
});
input("revoke-name").addEventListener("keydown", (event) => {
  if (event.key === "Enter") button("revoke-confirm").click();
});
dialog.addEventListener("cancel", (event) => {
  // While it is being revoked the outcome is waited for.
  if (since > 0) event.preventDefault();
});
