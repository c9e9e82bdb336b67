// The dialog's line on the clipboard: whether the token is there, for how long, and how that ended.

/** @import { ClipboardView } from "./ipc-types" */

import { countdown } from "./countdown.js";
import { button, el, setText, show } from "./dom.js";
import { tell } from "./error.js";
import { LOCALE, text } from "./words.js";

/** Keybearer's copy on the clipboard, and the one that the person took out of the vault: drawn, and spoken. */
const OWN = /** @type {const} */ ({ drawn: "clipboard-own", spoken: "clipboard-own-spoken" });
const OF_THE_VAULT = /** @type {const} */ ({ drawn: "clipboard-vault", spoken: "clipboard-vault-spoken" });

/** What is on the clipboard. @type {typeof OWN | typeof OF_THE_VAULT} */
let what = OWN;
/** Milliseconds of the whole countdown: the bar's full length. */
let whole = 1;
/** Milliseconds of it that were left when it was drawn last. */
let left = 0;
/** The state last drawn, so that an outcome is announced once. */
let state = "";

const clearing = countdown({ draw: drawLeft, announce: announceLeft });

/** @param {ClipboardView | null} clipboard @param {number} seconds that a copy stays */
export function drawClipboard(clipboard, seconds) {
  const live = clipboard?.state === "live" ? clipboard : null;
  what = live?.own === false ? OF_THE_VAULT : OWN;
  // What is copied all at once stays for a shorter time than anything else.
  if (live && (state !== "live" || live.clearsInMs > left)) whole = Math.min(live.clearsInMs, seconds * 1000);
  left = live?.clearsInMs ?? 0;
  show(el("reveal-clipboard-row"), clipboard !== null && clipboard.state !== "untouched");
  show(el("reveal-bar"), live !== null);
  show(button("reveal-clear"), live !== null || clipboard?.state === "unsure" || clipboard?.state === "stillThere");
  el("reveal-clipboard-row").dataset.state = clipboard?.state ?? "";
  clearing.set(live?.clearsInMs ?? null);
  if (!live) drawOutcome(clipboard, (clipboard?.state ?? "") !== state);
  state = clipboard?.state ?? "";
}

/** Who has a copy now, whatever becomes of the clipboard. @param {string[]} programs */
export function drawTakenOver(programs) {
  const names = new Intl.ListFormat(LOCALE).format(programs);
  setText(el("reveal-taken-over"), programs.length > 0 ? text("clipboard-taken-over", { programs: names }) : "");
}

/** @param {ClipboardView | null} clipboard @param {boolean} news */
function drawOutcome(clipboard, news) {
  if (clipboard?.state === "unsure" || clipboard?.state === "stillThere") tell(el("reveal-clipboard"), clipboard.problem);
  else if (clipboard?.state === "clearing") setLine(text("clipboard-clearing-wait"));
  else if (clipboard?.state === "cleared") setLine(text("clipboard-cleared"));
  else if (clipboard?.state === "replaced") setLine(text("clipboard-replaced"));
  else setLine("");
  if (news) announce(el("reveal-clipboard").textContent ?? "");
}

/** @param {number} now milliseconds that are left */
function drawLeft(now) {
  const seconds = Math.ceil(now / 1000);
  setLine(seconds > 0 ? text(what.drawn, { seconds }) : text("clipboard-clearing"));
  el("reveal-bar-left").style.transform = `scaleX(${Math.min(1, Math.max(0, now - 1000) / whole)})`;
}

/** @param {number} seconds */
function announceLeft(seconds) {
  announce(seconds > 0 ? text(what.spoken, { seconds }) : text("clipboard-clearing"));
}

/** @param {string} words */
function setLine(words) {
  // `tell` skips what it said last; it has not said this.
  delete el("reveal-clipboard").dataset.told;
  setText(el("reveal-clipboard"), words);
}

/** Apart from the line itself, which changes every second. @param {string} words */
function announce(words) {
  if (words !== "") setText(el("reveal-announce"), words);
}
