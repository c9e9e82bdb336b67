// The token's own small window. Its web process ends with it and takes every copy along; that is why the text is
// here and nowhere else.

/** @import { Told } from "./ipc-types" */

import { clock, countdown } from "./countdown.js";
import { button, el, onClick, setText, show } from "./dom.js";
import "./drops.js";
import { tokenWindow } from "./ipc.js";

/** What this page says, ready to be shown: nobody else's code is in it, and so no catalogue. @typedef {Record<string, string>} Texts */

const given = /** @type {{ KEYBEARER_WORDS: { language: string, texts: Texts } }} */ (/** @type {unknown} */ (window))
  .KEYBEARER_WORDS;

/** @param {string} id @param {string | number} [time] */
const text = (id, time = "") => given.texts[id]?.replace("{time}", String(time)) ?? id;

const countdownText = countdown({
  draw: (ms) => setText(el("token-countdown"), text("token-hides", clock(ms))),
  announce: (seconds) => setText(el("token-announce"), seconds === 0 ? text("token-hiding") : text("token-hides-soon", seconds)),
  marks: [5],
});

/** Rust has put it into words. @param {Told | null} told */
function tell(told) {
  setText(el("token-problem"), String(told?.message.args.text ?? ""));
  show(el("token-problem"), told !== null);
}

async function hide() {
  setText(el("token-text"), "");
  tell(await tokenWindow.run("close_token_window"));
}

async function start() {
  const token = await tokenWindow.request("token_text");
  if ("refusal" in token) return tell(token.refusal);
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

document.documentElement.lang = given.language;
for (const element of document.querySelectorAll("[data-l10n-id]")) {
  element.textContent = text(element.getAttribute("data-l10n-id") ?? "");
}
onClick(button("token-hide"), hide);
onClick(button("token-read"), letRead);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
start();
