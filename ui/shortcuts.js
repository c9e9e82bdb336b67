// Every key that the main window takes beside what fields, buttons and dialogs do by themselves. What guards against keys that
// were meant for something else is in arming.js.

import { stepMenu } from "./accounts.js";
import { button } from "./dom.js";
import { openActive, pageBy, stepBy, stepTo } from "./keys.js";

/**
 * @typedef {object} Shortcut
 * @property {string} where  a selector of what has the focus, or holds what has it
 * @property {string} keys  as aria-keyshortcuts spells them: Control, Alt, Shift and Meta first, with a plus between
 * @property {() => unknown} [run]
 * @property {string} [presses]  the id of a button, in place of `run`
 */

/** @type {Shortcut[]} */
const SHORTCUTS = [
  { where: "#accounts button", keys: "ArrowDown", run: () => stepMenu(1) },
  { where: "#accounts button", keys: "ArrowUp", run: () => stepMenu(-1) },
  { where: "#key-list", keys: "ArrowDown", run: () => stepBy(1) },
  { where: "#key-list", keys: "ArrowUp", run: () => stepBy(-1) },
  { where: "#key-list", keys: "PageDown", run: () => pageBy(1) },
  { where: "#key-list", keys: "PageUp", run: () => pageBy(-1) },
  { where: "#key-list", keys: "Home", run: () => stepTo(0) },
  { where: "#key-list", keys: "End", run: () => stepTo(Infinity) },
  { where: "#key-list", keys: "Enter", run: openActive },
  { where: "body:not(:has(dialog[open]))", keys: "Control+Shift+H", presses: "activity-open" },
  { where: "#revoke-name", keys: "Enter", presses: "revoke-confirm" },
];

// Those of a list or a menu are told by its role.
for (const { keys, presses } of SHORTCUTS) {
  if (presses) button(presses).setAttribute("aria-keyshortcuts", keys);
}

document.addEventListener("keydown", (event) => {
  const { target, ctrlKey, altKey, shiftKey, metaKey, key, repeat } = event;
  const pressed = [ctrlKey && "Control", altKey && "Alt", shiftKey && "Shift", metaKey && "Meta", key]
    .filter((each) => each !== false)
    .join("+");
  const shortcut = SHORTCUTS.find(({ where, keys }) => keys === pressed && target instanceof Element && target.closest(where));
  if (!shortcut) return;
  event.preventDefault();
  // One moves on for as long as a key is held down, and opens or presses once.
  if (repeat && key === "Enter") return;
  if (shortcut.presses) button(shortcut.presses).click();
  else shortcut.run?.();
});
