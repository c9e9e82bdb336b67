// The header: who is signed in, where, for how long still, and where the sign-in token is kept.

/** @import { Told, View } from "./ipc-types" */
/** @import { SignedIn } from "./session.js" */

import { armed } from "./arming.js";
import { countdown } from "./countdown.js";
import { button, byId, changes, el, input, onClick, setBusy, setName, setText, show } from "./dom.js";
import { ENVIRONMENTS, setBadge } from "./environment.js";
import { run } from "./ipc.js";
import { identity, signedIn } from "./session.js";
import { span } from "./times.js";
import { tell, unlessCalledOff } from "./error.js";
import { text } from "./words.js";

/** From here on the person is warned, so that a key is not asked for with a sign-in about to end. */
const SOON = 10 * 60 * 1000;

const expiry = countdown({ draw: drawExpiry, every: 30_000 });
const signOut = byId("signout-dialog", HTMLDialogElement);
/** The account in use. */
let id = "";
/** What is drawn of it. @type {SignedIn | null} */
let current = null;
/** Whether the person is signed out just now. */
let leaving = false;
/** What a refusal belongs to: it goes with it. */
const isOther = changes();

/** @param {View} view */
export function drawAccount({ session, creation, reveal }) {
  const account = signedIn({ session });
  // While its session is renewed, or looked at again, the question stays.
  if (session.state === "signedOut" || (account && account.id !== id)) signOut.close();
  current = account;
  if (isOther([session.state, account?.id]) && session.state !== "checking") tell(el("account-problem"), null);

  show(el("account"), account !== null);
  show(el("welcome"), session.state === "signedOut");
  show(button("signout"), account !== null);
  setBusy(button("signout"), creation !== null || reveal !== null);
  show(el("band"), account !== null);
  tell(el("kept-problem"), account?.keptProblem ?? null);
  show(el("unchecked"), !!account?.unchecked);
  tell(el("unchecked-text"), account?.unchecked ?? null);
  show(el("unrenewed"), !!account?.unrenewed);
  tell(el("unrenewed-text"), account?.unrenewed ?? null);
  if (!account) {
    expiry.set(null);
    return;
  }

  id = account.id;
  const { environment } = account;
  el("band").dataset.environment = environment;
  setText(el("band-name"), ENVIRONMENTS[environment].name);
  setText(el("band-meaning"), meaning(account));

  setName(el("account-name"), account.label);
  setBadge(el("account-badge"), environment);
  setText(el("account-identity"), identity(account.label, account));
  setText(el("account-kept"), kept(account));
  // For people who automate.
  el("account-kept").dataset.kept = account.kept;
  setText(el("account-credential"), account.credential ? text("session-credential") : "");

  if (account.expiresInMs === null) {
    expiry.set(null);
    setText(el("account-expiry"), environment === "sandbox" ? "" : text("session-unknown"));
    el("account-expiry").dataset.urgency = "";
    show(button("renew"), false);
  } else {
    expiry.set(Math.max(0, account.expiresInMs));
  }
}

/** What it means to be signed in there. @param {SignedIn} session */
function meaning({ environment, host }) {
  if (environment === "custom") return host;
  return environment === "sandbox" ? text("band-sandbox") : ENVIRONMENTS[environment].meaning;
}

/** Where the sign-in token is kept. @type {Record<SignedIn["kept"], string>} */
const KEPT = {
  keyring: text("session-keyring"),
  keeping: text("session-keeping"),
  memory: text("session-memory"),
};

/** It stands after what is told of the expiry, where that is told. @param {SignedIn} session */
function kept({ environment, expiresInMs, kept }) {
  if (environment === "sandbox") return expiresInMs === null ? text("session-sandbox-alone") : text("session-sandbox");
  return KEPT[kept];
}

/** @param {number} left */
function drawExpiry(left) {
  const element = el("account-expiry");
  // One that is renewed by itself is nothing to warn of before that has failed.
  const renewed = current?.credential && !current.unrenewed;
  const urgency = left <= 0 ? "over" : left < SOON && !renewed ? "soon" : "";
  const time = span(left);
  setText(
    element,
    urgency === "over" ? text("session-over") : urgency ? text("session-soon", { time }) : text("session-left", { time }),
  );
  element.dataset.urgency = urgency;
  // The note of a renewal that failed has a button of its own.
  show(button("renew"), urgency !== "" && !current?.unrenewed);
}

/** @param {Promise<Told | null>} command */
const doing = async (command) => tell(el("account-problem"), unlessCalledOff(await command));

/** Where the account has a credential, there is something to decide. */
function askToSignOut() {
  if (!current?.credential) return doing(run("sign_out", { deactivate: false }));
  const { credential, label } = current;
  setText(el("signout-title"), text("signout-title", { account: label }));
  setText(el("signout-stays"), credential.own ? text("signout-stays") : text("signout-stays-elsewhere"));
  input("signout-deactivate").checked = credential.own;
  tell(el("signout-error"), null);
  drawLeaving(false);
  signOut.showModal();
  button("signout-cancel").focus();
}

async function signOutNow() {
  tell(el("signout-error"), null);
  drawLeaving(true);
  const refusal = unlessCalledOff(await run("sign_out", { deactivate: input("signout-deactivate").checked }));
  drawLeaving(false);
  // Signed out there may still be something to tell.
  if (!signOut.open) tell(el("account-problem"), refusal);
  else if (refusal) tell(el("signout-error"), refusal);
}

/** @param {boolean} now */
function drawLeaving(now) {
  leaving = now;
  for (const each of ["signout-confirm", "signout-cancel"]) setBusy(button(each), now);
  setText(button("signout-confirm"), now ? text("signing-out") : text("sign-out"));
}

onClick(button("signout"), askToSignOut);
armed(button("signout"));
onClick(button("signout-confirm"), signOutNow);
armed(button("signout-confirm"));
onClick(button("signout-cancel"), () => signOut.close());
signOut.addEventListener("cancel", (event) => {
  if (leaving) event.preventDefault();
});
onClick(button("unrenewed-renew"), () => doing(run("ask_for_token", { sameAccount: true })));
onClick(button("renew"), () => doing(run("ask_for_token", { sameAccount: true })));
onClick(button("unchecked-retry"), () => doing(run("switch_account", { id })));
