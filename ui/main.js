// The main window's entry: takes each view and hands every part of the page its share of it.

/** @import { SessionView } from "./ipc-types" */

import { drawAbout } from "./about.js";
import { drawAccount } from "./account.js";
import { drawActivity } from "./activity.js";
import { drawAccounts } from "./accounts.js";
import { drawAttention } from "./attention.js";
import { drawClosing } from "./closing.js";
import { drawCreate, fillDraft } from "./create.js";
import { drawDestinations } from "./destinations.js";
import { byId, el, show } from "./dom.js";
import "./drops.js";
import { drawEndings } from "./ending.js";
import { watch } from "./ipc.js";
import { drawKeys } from "./keys.js";
import { drawBatch } from "./batch.js";
import "./security_report.js";
import { drawReceipt } from "./receipt.js";
import { drawReveal } from "./reveal.js";
import { drawSettings } from "./settings.js";
import "./shortcuts.js";
import { checkingWords, drawSignIn } from "./sign_in.js";
import { drawToast } from "./toast.js";
import { makeWaiting } from "./waiting.js";

let first = true;

watch((view) => {
  if (first) fillDraft(view.draft);
  first = false;

  const session = view.session;
  drawSettings(view);
  drawAbout(view);
  drawAccount(view);
  drawAccounts(view);
  drawActivity(view);
  drawSignIn(session, view.presets);
  drawChecking(session);
  drawCreate(view);
  drawEndings(view.endings);
  drawAttention(view.notices, view.roleChanges, view.reveal !== null);
  drawReceipt(view.receipt);
  drawKeys(view);
  drawDestinations(view);
  drawBatch(view);
  drawReveal(view);
  drawClosing(view);
  // Last, for it speaks in whichever dialog is open by now.
  drawToast(view.said, view.notices);
});

const checking = makeWaiting({ test: "checking", operation: () => ({ of: "signIn" }) });
el("checking").append(checking.element);

/** An account is come back to, on start or by the switch; the form shows its own waiting. @param {SessionView} session */
function drawChecking(session) {
  const waiting = session.state === "checking" && byId("sign-in", HTMLFormElement).hidden;
  show(el("checking"), waiting);
  checking.set(waiting ? { words: checkingWords(session), runningMs: session.runningMs } : null);
}
