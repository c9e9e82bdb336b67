// Who is signed in, and to what.

/** @import { AccountView, SessionView, View } from "./ipc-types" */

/** @typedef {Extract<SessionView, { state: "signedIn" }>} SignedIn */

/** @param {Pick<View, "session">} view @returns {SignedIn | null} */
export const signedIn = ({ session }) => (session.state === "signedIn" ? session : null);

/** Whether what is done now is done in Production. @param {View} view */
export const isInProduction = (view) => signedIn(view)?.environment.startsWith("production") ?? false;

/** Whose an account is, beside what it is called. @param {string} called @param {SignedIn | AccountView} account */
export const identity = (called, { user, organization, host }) =>
  [user === called ? null : user, organization, host].filter((part) => part !== null).join(" · ");

/** Whether this Dfns is known to have no API keys. @param {View} view */
export const hasNoApiKeys = (view) =>
  signedIn(view)?.kinds.some(({ kind, offer }) => kind === "api-key" && offer === "notThere") ?? false;

/** Whether there is anything to list: one's own tokens everybody may see, and most have none. @param {SignedIn} session */
export const mayList = ({ mayList, kinds }) =>
  mayList || kinds.some(({ kind, offer }) => kind === "service-account" && offer === "listed");
