// The token's own small window. Its web process ends with it and takes every copy along; that is why the text is
// here and nowhere else.

import { clock, countdown } from "./countdown.js";
import { button, el, onClick, setText, show, tell } from "./dom.js";
import "./drops.js";
import { tokenWindow } from "./ipc.js";

const countdownText = countdown({
  draw: (ms) => setText(el("token-countdown"), `Hides in ${clock(ms)}`),
  announce: (seconds) => setText(el("token-announce"), seconds === 0 ? "Hiding" : `Hides in ${seconds} seconds`),
  marks: [5],
});

async function hide() {
  setText(el("token-text"), "");
  tell(el("token-problem"), await tokenWindow.run("close_token_window"));
}

async function start() {
  const token = await tokenWindow.request("token_text");
  if ("refusal" in token) return tell(el("token-problem"), token.refusal);
  setText(el("token-text"), token.text);
  setText(el("token-name"), token.keyName);
  show(el("token-capture"), !token.captureProtected);
  countdownText.set(token.closesInMs);
}

// What a screen reader gets to know every program of the person's can read: nothing, before somebody needs it.
function letRead() {
  const text = el("token-text");
  text.removeAttribute("aria-hidden");
  text.tabIndex = 0;
  show(el("token-reading"), false);
  text.focus();
}

// A copy taken here would be one that nobody clears: no hint, no countdown, and a selection alone is one on X11.
for (const type of ["selectstart", "copy", "cut", "contextmenu", "dragstart"]) {
  document.addEventListener(type, (event) => event.preventDefault());
}

onClick(button("token-hide"), hide);
onClick(button("token-read"), letRead);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
start();
