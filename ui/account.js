// The header: who is signed in, where, for how long still, and where the sign-in token is kept.

/** @import { Told, View } from "./ipc-types" */
/** @import { SignedIn } from "./session.js" */

import { armed } from "./arming.js";
import { countdown } from "./countdown.js";
import { button, changes, el, onClick, setBusy, setText, show } from "./dom.js";
import { ENVIRONMENTS, setBadge } from "./environment.js";
import { run } from "./ipc.js";
import { identity, signedIn } from "./session.js";
import { span } from "./times.js";
import { tell, unlessCalledOff } from "./error.js";
import { text } from "./words.js";

/** From here on the person is warned, so that a key is not asked for with a sign-in about to end. */
const SOON = 10 * 60 * 1000;

const expiry = countdown({ draw: drawExpiry, every: 30_000 });
/** The account in use. */
let id = "";
/** What a refusal belongs to: it goes with it. */
const isOther = changes();

/** @param {View} view */
export function drawAccount({ session, creation, reveal }) {
  const account = signedIn({ session });
  if (isOther([session.state, account?.id]) && session.state !== "checking") tell(el("account-problem"), null);

  show(el("account"), account !== null);
  show(el("welcome"), session.state === "signedOut");
  show(button("signout"), account !== null);
  setBusy(button("signout"), creation !== null || reveal !== null);
  show(el("band"), account !== null);
  tell(el("kept-problem"), account?.keptProblem ?? null);
  show(el("unchecked"), !!account?.unchecked);
  tell(el("unchecked-text"), account?.unchecked ?? null);
  if (!account) {
    expiry.set(null);
    return;
  }

  id = account.id;
  const { environment } = account;
  el("band").dataset.environment = environment;
  setText(el("band-name"), ENVIRONMENTS[environment].name);
  setText(el("band-meaning"), meaning(account));

  setText(el("account-name"), account.label);
  setBadge(el("account-badge"), environment);
  setText(el("account-identity"), identity(account.label, account));
  setText(el("account-kept"), kept(account));
  // For people who automate.
  el("account-kept").dataset.kept = account.kept;

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
  const urgency = left <= 0 ? "over" : left < SOON ? "soon" : "";
  const time = span(left);
  setText(
    element,
    urgency === "over" ? text("session-over") : urgency ? text("session-soon", { time }) : text("session-left", { time }),
  );
  element.dataset.urgency = urgency;
  show(button("renew"), urgency !== "");
}

/** @param {Promise<Told | null>} command */
const doing = async (command) => tell(el("account-problem"), unlessCalledOff(await command));

onClick(button("signout"), () => doing(run("sign_out")));
armed(button("signout"));
onClick(button("renew"), () => doing(run("ask_for_token", { sameAccount: true })));
onClick(button("unchecked-retry"), () => doing(run("switch_account", { id })));
