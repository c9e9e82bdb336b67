// The header: who is signed in, where, for how long still, and where the sign-in token is kept.

/** @typedef {import("./ipc-types").View} View */
/** @typedef {import("./ipc-types").SessionView} SessionView */
/** @typedef {import("./ipc-types").Told} Told */

import { armed } from "./arming.js";
import { countdown, span } from "./countdown.js";
import { button, el, ENVIRONMENTS, onClick, setBadge, setBusy, setText, show } from "./dom.js";
import { run } from "./ipc.js";
import { tell } from "./told.js";

/** From here on the person is warned, so that a key is not asked for with a sign-in about to end. */
const SOON = 10 * 60 * 1000;

const expiry = countdown({ draw: drawExpiry, every: 30_000 });
/** The account in use. */
let id = "";
/** What a refusal belongs to: it goes with it. */
let state = "";

/** @param {View} view */
export function drawAccount({ session, creation, reveal }) {
  const signedIn = session.state === "signedIn" ? session : null;
  const next = `${session.state} ${signedIn?.id ?? ""}`;
  if (next !== state && session.state !== "checking") tell(el("account-problem"), null);
  state = next;

  show(el("account"), signedIn !== null);
  show(el("welcome"), session.state === "signedOut");
  show(button("signout"), signedIn !== null);
  setBusy(button("signout"), creation !== null || reveal !== null);
  show(el("band"), signedIn !== null);
  tell(el("kept-problem"), signedIn?.keptProblem ?? null);
  show(el("unchecked"), !!signedIn?.unchecked);
  tell(el("unchecked-text"), signedIn?.unchecked ?? null);
  if (!signedIn) {
    expiry.set(null);
    return;
  }

  id = signedIn.id;
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
    show(button("renew"), false);
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
  switch (session.kept) {
    case "keyring":
      return "Kept in the system’s keyring";
    case "keeping":
      return "Being put into the system’s keyring, which may ask you to unlock it";
    case "memory":
      return "Kept in memory until Keybearer quits";
  }
}

/** @param {number} left */
function drawExpiry(left) {
  const element = el("account-expiry");
  const urgency = left <= 0 ? "over" : left < SOON ? "soon" : "";
  if (urgency === "over") setText(element, "The sign-in token has expired");
  else setText(element, urgency ? `Sign-in expires in ${span(left)}` : `Signed in for another ${span(left)}`);
  element.dataset.urgency = urgency;
  show(button("renew"), urgency !== "");
}

/** @param {() => Promise<Told | null>} command */
const doing = (command) => async () => {
  const refusal = await command();
  tell(el("account-problem"), refusal?.code === "calledOff" ? null : refusal);
};

onClick(button("signout"), doing(() => run("sign_out")));
armed(button("signout"));
onClick(button("renew"), doing(() => run("ask_for_token", { sameAccount: true })));
onClick(button("unchecked-retry"), doing(() => run("switch_account", { id })));
