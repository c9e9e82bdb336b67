// One quiet line on what just happened elsewhere.

/** @typedef {import("./ipc-types").Said} Said */

import { button, byId, el, onClick, setText, show } from "./dom.js";

/** Milliseconds that a line stays at least, whatever the person does. */
const READING_TIME = 8000;

let drawn = -1;
let since = 0;

/** @param {Said | null} said */
export function drawSaid(said) {
  place();
  if (!said) {
    fill("");
    return;
  }
  if (said.number === drawn) return;
  drawn = said.number;
  since = performance.now();
  fill(said.text);
}

/**
 * Everything outside an open dialog is out of reach and unheard, so the line moves in and out of it; what was said before
 * has nothing to do with what is there now.
 */
function place() {
  const reveal = byId("reveal", HTMLDialogElement);
  const home = reveal.open ? reveal : document.body;
  if (el("said").parentElement === home) return;
  home.append(el("said"));
  fill("");
}

/** The line itself stays in the page while empty: a live region that comes with its text may go unheard. @param {string} text */
function fill(text) {
  setText(el("said-text"), text);
  show(button("said-close"), text !== "");
  el("said").classList.toggle("filled", text !== "");
}

// It goes once the person does something else: nobody who was away misses it, and nothing stale stays. After the click,
// not before it: what moves up must not slip away from under the pointer.
for (const kind of ["click", "keydown"]) {
  document.addEventListener(kind, () => {
    if (performance.now() - since > READING_TIME) fill("");
  });
}

onClick(button("said-close"), () => fill(""));
