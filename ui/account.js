// The header: who is signed in, where, for how long still, and where the sign-in token is kept.

/** @import { SessionView, Told, View } from "./ipc-types" */

import { armed } from "./arming.js";
import { countdown } from "./countdown.js";
import { button, el, onClick, setBusy, setText, show } from "./dom.js";
import { ENVIRONMENTS, setBadge } from "./environment.js";
import { run } from "./ipc.js";
import { span } from "./times.js";
import { tell } from "./error.js";
import { text } from "./words.js";

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
  setText(el("band-meaning"), meaning(signedIn));

  setText(el("account-name"), signedIn.account);
  setBadge(el("account-badge"), environment);
  const user = signedIn.user === signedIn.account ? null : signedIn.user;
  const identity = [user, signedIn.organization, signedIn.host].filter((part) => part !== null);
  setText(el("account-identity"), identity.join(" · "));
  setText(el("account-kept"), kept(signedIn));
  // For people who automate.
  el("account-kept").dataset.kept = signedIn.kept;

  if (signedIn.expiresInMs === null) {
    expiry.set(null);
    setText(el("account-expiry"), environment === "sandbox" ? "" : text("session-unknown"));
    el("account-expiry").dataset.urgency = "";
    show(button("renew"), false);
  } else if (signedIn.expiresInMs <= 0) {
    expiry.set(null);
    drawExpiry(0);
  } else {
    expiry.set(signedIn.expiresInMs);
  }
}

/** @typedef {Extract<SessionView, { state: "signedIn" }>} SignedIn */

/** What it means to be signed in there. @param {SignedIn} session */
function meaning({ environment, host }) {
  switch (environment) {
    case "custom":
      return host;
    case "sandbox":
      return text("band-sandbox");
    default:
      return ENVIRONMENTS[environment].meaning;
  }
}

/** It stands after what is told of the expiry, where that is told. @param {SignedIn} session */
function kept({ environment, expiresInMs, kept }) {
  if (environment === "sandbox") return expiresInMs === null ? text("session-sandbox-alone") : text("session-sandbox");
  switch (kept) {
    case "keyring":
      return text("session-keyring");
    case "keeping":
      return text("session-keeping");
    case "memory":
      return text("session-memory");
  }
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

/** @param {() => Promise<Told | null>} command */
const doing = (command) => async () => {
  const refusal = await command();
  tell(el("account-problem"), refusal?.code === "calledOff" ? null : refusal);
};

onClick(
  button("signout"),
  doing(() => run("sign_out")),
);
armed(button("signout"));
onClick(
  button("renew"),
  doing(() => run("ask_for_token", { sameAccount: true })),
);
onClick(
  button("unchecked-retry"),
  doing(() => run("switch_account", { id })),
);
