// One quiet line on what just happened elsewhere.

/** @import { NoticeView, Said } from "./ipc-types" */

import { button, byId, el, onClick, setText, show } from "./dom.js";
import { said as words } from "./words.js";

/** Milliseconds that a line stays at least, whatever the person does. */
const READING_TIME = 8000;

/** What is said of what one of them shows, is said in it. */
const dialogs = ["key-dialog", "activity", "batch"].map((id) => byId(id, HTMLDialogElement));
let drawn = -1;
let since = 0;

/** The newest of what needs attention. */
let noticed = 0;

/** @param {Said | null} said @param {NoticeView[]} notices */
export function drawToast(said, notices) {
  place();
  const newest = Math.max(0, ...notices.map((notice) => notice.number));
  // What needs attention stands beneath it, and matters more.
  if (newest > noticed) fill("");
  noticed = newest;
  if (!said) {
    fill("");
    return;
  }
  if (said.number === drawn) {
    // It goes on in its place. Where it has gone, or a dialog was opened meanwhile, nothing comes in between.
    if (el("toast").classList.contains("filled")) fill(words(said.text));
    return;
  }
  drawn = said.number;
  since = performance.now();
  fill(words(said.text));
}

/**
 * Everything outside an open dialog is out of reach and unheard, so the line moves in and out of it; what was said before
 * has nothing to do with what is there now.
 */
function place() {
  const home = [byId("reveal", HTMLDialogElement), ...dialogs].find((dialog) => dialog.open) ?? document.body;
  const before = el("toast").parentElement;
  if (before === home) return;
  home.append(el("toast"));
  // What was said of a key holds when its dialog is closed; that is what closed it. So does where something was saved.
  if (!dialogs.some((dialog) => dialog === before)) fill("");
}

/** The line itself stays in the page while empty: a live region that comes with its text may go unheard. @param {string} text */
function fill(text) {
  setText(el("toast-text"), text);
  show(button("toast-close"), text !== "");
  el("toast").classList.toggle("filled", text !== "");
}

// It goes once the person does something else: nobody who was away misses it, and nothing stale stays. After the click,
// not before it: what moves up must not slip away from under the pointer.
for (const kind of ["click", "keydown"]) {
  document.addEventListener(kind, () => {
    if (performance.now() - since > READING_TIME) fill("");
  });
}

for (const dialog of dialogs) dialog.addEventListener("close", place);
onClick(button("toast-close"), () => fill(""));
