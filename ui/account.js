// The header: who is signed in, where, for how long still, and where the sign-in token is kept.

/** @typedef {import("./ipc-types").SessionView} SessionView */

import { countdown, span } from "./countdown.js";
import { button, el, ENVIRONMENTS, onClick, setBadge, setText, show, tell } from "./dom.js";
import { signOut } from "./ipc.js";

/** From here on the person is warned, so that a key is not asked for with a sign-in about to end. */
const SOON = 10 * 60 * 1000;

const expiry = countdown({ draw: drawExpiry, every: 30_000 });

/** @param {SessionView} session */
export function drawAccount(session) {
  const signedIn = session.state === "signedIn" ? session : null;
  show(el("account"), signedIn !== null);
  show(el("band"), signedIn !== null);
  tell(el("kept-problem"), signedIn?.keptProblem ?? null);
  if (!signedIn) {
    expiry.set(null);
    return;
  }

  const { environment } = signedIn;
  el("band").dataset.environment = environment;
  setText(el("band-name"), ENVIRONMENTS[environment].name);
  setText(el("band-meaning"), environment === "custom" ? signedIn.host : ENVIRONMENTS[environment].meaning);

  setText(el("account-name"), signedIn.account);
  setBadge(el("account-badge"), environment);
  const user = signedIn.user === signedIn.account ? null : signedIn.user;
  const identity = [user, signedIn.organization, signedIn.host].filter((part) => part !== null);
  setText(el("account-identity"), identity.join(" · "));
  setText(el("account-kept"), kept(signedIn));

  if (signedIn.expiresInMs === null) {
    expiry.set(null);
    setText(el("account-expiry"), environment === "sandbox" ? "" : "When it expires cannot be read");
    el("account-expiry").dataset.urgency = "";
  } else if (signedIn.expiresInMs <= 0) {
    expiry.set(null);
    drawExpiry(0);
  } else {
    expiry.set(signedIn.expiresInMs);
  }
}

/** @param {Extract<SessionView, { state: "signedIn" }>} session */
function kept(session) {
  if (session.environment === "sandbox") return "Gone when Keybearer quits";
  return session.kept === "keyring" ? "Kept in the system’s keyring" : "Kept in memory until Keybearer quits";
}

/** @param {number} left */
function drawExpiry(left) {
  const element = el("account-expiry");
  if (left <= 0) {
    setText(element, "Sign-in has expired; the next request asks for a new token");
    element.dataset.urgency = "over";
  } else {
    setText(element, left < SOON ? `Sign-in expires in ${span(left)}` : `Signed in for another ${span(left)}`);
    element.dataset.urgency = left < SOON ? "soon" : "";
  }
}

onClick(button("signout"), signOut);
