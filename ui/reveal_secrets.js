// The dialog's list of secrets, where there are several: each masked, shown, copied and checked by itself.

/** @import { RevealView, SecretName, SecretView } from "./ipc-types" */

import { el, make, makeButton, onClick, setBusy, setText, show } from "./dom.js";
import { text } from "./words.js";

/** @typedef {{ row: HTMLElement, masked: HTMLElement, length: HTMLElement, checked: HTMLElement, shows: HTMLButtonElement }} Row */

/** By the name of its secret. @type {Map<SecretName, Row>} */
const rows = new Map();
/** @type {(act: "copy" | "show" | "check", secret: SecretName) => unknown} */
let onAct = () => undefined;

/** @param {typeof onAct} act is called with what is to be done with which secret */
export function whenActed(act) {
  onAct = act;
}

/** @param {RevealView} reveal */
export function drawSecrets({ secrets, shown, delivering, revokingMs, tryingMs }) {
  const several = secrets.length > 1;
  show(el("reveal-secrets"), several);
  show(el("reveal-secret"), !several);
  for (const name of [...rows.keys()]) {
    if (several && secrets.some((secret) => secret.name === name)) continue;
    rows.get(name)?.row.remove();
    rows.delete(name);
  }
  if (!several) return;
  const busy = delivering !== null || revokingMs !== null || tryingMs !== null;
  for (const secret of secrets) {
    const { row, masked, length, checked, shows } = rows.get(secret.name) ?? makeRow(secret);
    setText(masked, "•".repeat(Math.min(secret.length, 24)));
    setText(length, text("reveal-length", { count: secret.length }));
    setText(checked, secret.checked ? text("secret-checked") : "");
    setText(shows, shown === secret.name ? text("reveal-hide") : text("reveal-show"));
    row.dataset.checked = String(secret.checked);
    for (const button of row.querySelectorAll("button")) setBusy(button, busy);
  }
}

/** What its buttons say. */
const ACTS = { show: text("reveal-show"), copy: text("reveal-copy-it"), check: text("reveal-check") };

/** @param {SecretView} secret */
function makeRow({ name }) {
  const called = text("secret-name", { secret: name });
  const masked = make("span", { class: "mono masked", role: "img" });
  masked.setAttribute("aria-label", text("secret-hidden", { secret: name }));
  const length = make("span", { class: "quiet small numbers" });
  const checked = make("span", { class: "small good", role: "status" });
  const [shows, copies, checks] = /** @type {const} */ (["show", "copy", "check"]).map((act) => {
    const button = makeButton(`secret-${act}`, ACTS[act], "plain");
    // Which of them it means, whoever hears it alone is told.
    button.setAttribute("aria-describedby", `secret-${name}`);
    onClick(button, () => onAct(act, name));
    return button;
  });
  const title = make("strong", { id: `secret-${name}` }, called);
  const row = make(
    "li",
    { class: "secret", test: "secret" },
    make("div", { class: "secret-name" }, title, checked),
    make("div", { class: "secret-text" }, masked, length),
    make("div", { class: "actions" }, ...[shows, copies, checks].filter((each) => each !== undefined)),
  );
  row.dataset.secret = name;
  el("reveal-secrets").append(row);
  const made = { row, masked, length, checked, shows: /** @type {HTMLButtonElement} */ (shows) };
  rows.set(name, made);
  return made;
}
