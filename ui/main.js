// The main window's entry: takes each view and hands every part of the page its share of it.

/** @typedef {import("./ipc-types").View} View */
/** @typedef {import("./ipc-types").SessionView} SessionView */

import { drawAccount } from "./account.js";
import { drawAttention } from "./attention.js";
import { drawClosing } from "./closing.js";
import { drawCreate, fillDraft } from "./create.js";
import { A_MOMENT, byId, el, setText, show, tell } from "./dom.js";
import { watch } from "./ipc.js";
import { drawReveal } from "./reveal.js";
import { drawSaid } from "./said.js";
import { drawSignIn } from "./sign_in.js";

let first = true;

watch((view) => {
  if (first) fillDraft(view.draft);
  first = false;

  const session = view.session;
  drawAccount(session);
  drawChecking(session);
  drawSignIn(session);
  drawCreate(view);
  drawAttention(view.notices);
  tell(el("settings-problem"), view.settingsProblem);
  drawReveal(view);
  drawClosing(view);
  // Last, for it speaks in whichever dialog is open by now.
  drawSaid(view.said);
});

let checkingTimer = 0;

/** A remembered account is looked at on start; the form shows its own waiting. @param {SessionView} session */
function drawChecking(session) {
  window.clearTimeout(checkingTimer);
  const waiting = session.state === "checking" && byId("sign-in", HTMLFormElement).hidden;
  if (!waiting) {
    show(el("checking"), false);
    return;
  }
  const text = `Checking your sign-in with ${session.host}…`;
  checkingTimer = window.setTimeout(() => {
    show(el("checking"), true);
    setText(el("checking-text"), text);
  }, A_MOMENT);
}
