// The one-time dialog. The token is not in this page: what is drawn here are bullets, outcomes and clocks.

/** @import { Check, RevealView, SecretName, SecretView, Told, View } from "./ipc-types" */

import { armed } from "./arming.js";
import { clock, countdown } from "./countdown.js";
import { button, byId, el, makeFact, onClick, setBusy, setText, show } from "./dom.js";
import { setBadge } from "./environment.js";
import { run } from "./ipc.js";
import { drawClipboard, drawTakenOver } from "./reveal_clipboard.js";
import { beginCopyAll, chosenFormat, drawCopyAll } from "./reveal_copy_all.js";
import { beginDelivering, deliverTo, drawDeliver } from "./reveal_deliver.js";
import { drawSecrets, whenActed } from "./reveal_secrets.js";
import { drawTrying } from "./reveal_trying.js";
import { roleNames } from "./roles.js";
import { signedIn } from "./session.js";
import { when } from "./times.js";
import { tell } from "./error.js";
import { makeWaiting } from "./waiting.js";
import { before, message, said, text, write } from "./words.js";

/** What a check has shown, of which secret, or of all in one text. @type {Record<Check, (secret: SecretName | "all") => string>} */
const OUTCOMES = {
  stored: (secret) => text("check-stored", { secret }),
  different: (secret) => text("check-different", { secret }),
  whiteSpace: (secret) => text("check-white-space", { secret }),
  empty: () => text("check-empty"),
  ownCopy: (secret) => text("check-own-copy", { secret }),
};

/** The last minute is the time to speak up. */
const LAST_MINUTE = 60_000;

const dialog = byId("reveal", HTMLDialogElement);
/** What is drawn; null while no token is held. @type {RevealView | null} */
let held = null;
let asking = false;
/** Whether delivering is what to do next. */
let toDeliver = false;

const wiping = countdown({ draw: drawHeld, announce: announceHeld, marks: [60, 10] });
const showing = countdown({
  draw: (ms) =>
    setText(el("reveal-length"), text(held?.captureProtected ? "reveal-shown" : "reveal-shown-unprotected", { time: clock(ms) })),
});

/** @param {View} view */
export function drawReveal(view) {
  const last = held;
  held = view.reveal;
  if (!held) {
    wiping.set(null);
    showing.set(null);
    drawClipboard(null, view.settings.clipboardSeconds);
    if (dialog.open) {
      dialog.close();
      // The focus goes back to where it was; on a page that was loaded anew that is nowhere.
      const at = document.activeElement;
      if (at === null || at === document.body || dialog.contains(at)) el("key-name").focus();
    }
    return;
  }
  if (last?.key.id !== held.key.id) begin(view);
  // A proof answers the question.
  const answered = asking && held.proven && !last?.proven;
  const wasOnAnswer = document.activeElement === button("reveal-back");
  if (answered) asking = false;
  drawKey(held);
  drawSecrets(held);
  drawCopyAll(held);
  drawShown(held);
  drawCheck(held);
  drawTrying(held);
  drawClipboard(held.clipboard, view.settings.clipboardSeconds);
  drawTakenOver(held.takenOver);
  toDeliver = drawDeliver(view, held);
  wiping.set(held.wipedInMs);
  drawButtons(held);
  if (answered && wasOnAnswer) button("reveal-done").focus();
  if (!dialog.open) {
    dialog.showModal();
    button(toDeliver ? "reveal-deliver" : held.checkProves ? "reveal-check" : "reveal-copy").focus();
  }
}

/** A new key: nothing of the last one may show. @param {View} view */
function begin(view) {
  asking = false;
  beginDelivering(view);
  beginCopyAll();
  tell(el("reveal-error"), null);
  byId("reveal-facts", HTMLDetailsElement).open = false;
  const seconds = view.settings.heldSeconds;
  const minutes = seconds / 60;
  const time = Number.isInteger(minutes)
    ? message("short-minutes", { count: minutes })
    : message("short-seconds", { count: seconds });
  setText(button("reveal-keep"), text("reveal-keep", { time }));
  const session = signedIn(view);
  if (session) setBadge(el("reveal-badge"), session.environment);
  dialog.dataset.environment = el("reveal-badge").dataset.environment;
}

/** The token: an API key has no other. @param {SecretView[]} secrets */
const first = (secrets) => /** @type {SecretView} */ (secrets[0]);

/** @param {RevealView} reveal */
function drawKey({ key, replaces, secrets, facts, rolesGiven }) {
  show(el("reveal-replaces"), replaces !== null);
  setText(el("reveal-replaces-id"), replaces?.id ?? "");
  write(el("reveal-replaces-how"), "reveal-replaces-how", { id: el("reveal-replaces-id") });
  setText(el("reveal-store-title"), text("reveal-store", { count: secrets.length }));
  setText(button("reveal-revoke"), text("revoke-it", { kind: key.kind }));
  setText(el("reveal-name"), key.name);
  write(el("reveal-title"), "reveal-title", { name: el("reveal-name") });
  setText(el("reveal-masked"), "•".repeat(Math.min(first(secrets).length, 40)));
  setText(el("reveal-key-id"), key.id);
  setText(el("reveal-created"), when(key.created));
  setText(el("reveal-organization"), key.organization);
  setText(el("reveal-author"), key.author);
  show(el("reveal-author-fact"), key.author !== "");
  drawRoles(key, rolesGiven);
  show(el("reveal-expires-fact"), key.expires !== undefined);
  setText(el("reveal-expires"), key.expires === undefined ? "" : when(key.expires));
  setText(el("reveal-status"), key.status === "Active" ? "" : text("reveal-status", { status: key.status }));

  const rows = facts
    ? [
        [text("token-fact-id"), facts.id],
        [text("token-fact-subject"), facts.subject],
        [text("token-fact-issuer"), facts.issuer],
        [text("token-fact-issued"), facts.issued && when(facts.issued)],
        [text("token-fact-expires"), facts.expires && when(facts.expires)],
      ].filter(([, value]) => value)
    : [];
  show(el("reveal-facts"), rows.length > 0);
  if (el("reveal-facts-list").childElementCount !== rows.length) {
    el("reveal-facts-list").replaceChildren(...rows.map(([term, value]) => makeFact(term ?? "", value ?? "")));
  }
}

/** What it may do, held against what was asked for. @param {RevealView["key"]} key @param {RevealView["rolesGiven"]} given */
function drawRoles({ signing }, given) {
  const roles = signing?.roles ?? [];
  show(el("reveal-roles-fact"), given !== null);
  setText(el("reveal-roles-given"), roleNames(roles));
  // An API key is given its permissions in the dashboard.
  show(el("reveal-permissions"), given === null || (given === "asAsked" && roles.length === 0));
  const odd = {
    more: () => text("roles-more", { roles: roleNames(roles) }),
    fewer: () => text("roles-fewer"),
    asAsked: () => "",
  };
  const words = given === null ? "" : odd[given]();
  show(el("reveal-roles"), words !== "");
  setText(el("reveal-roles"), words);
}

/** @param {RevealView} reveal */
function drawShown({ shownForMs, secrets }) {
  setText(button("reveal-show"), shownForMs === null ? text("reveal-show") : text("reveal-hide"));
  showing.set(shownForMs);
  if (shownForMs === null) setText(el("reveal-length"), text("reveal-length", { count: first(secrets).length }));
}

/** @param {RevealView} reveal */
function drawCheck({ check, checkOf, checkProves, delivered, proven, secrets }) {
  const vault = checkProves ? delivered[0]?.vault : undefined;
  const how = secrets.length > 1 ? text("reveal-verify-each") : text("reveal-verify-how");
  setText(el("reveal-verify-text"), vault === undefined ? how : text("reveal-verify-proves", { vault }));
  const outcome = el("reveal-outcome");
  // What is something else is none of them.
  const words = check ? OUTCOMES[check](checkOf ?? (check === "different" ? first(secrets).name : "all")) : "";
  const isNew = check !== null && outcome.textContent !== words;
  setText(outcome, words);
  // For people who automate.
  outcome.dataset.check = check ?? "";
  outcome.dataset.good = String(check === "stored");
  // In a small window the answer would stand below what can be seen, once the rest is drawn.
  if (isNew) requestAnimationFrame(() => outcome.scrollIntoView({ block: "nearest" }));
  dialog.dataset.proven = String(proven);
}

/** @param {number} left */
function drawHeld(left) {
  const last = left <= LAST_MINUTE;
  el("reveal-held").dataset.last = String(last);
  setText(el("reveal-held-text"), text(last ? "reveal-held-last" : "reveal-held", { time: clock(left) }));
}

/** @param {number} seconds */
function announceHeld(seconds) {
  const minutes = text("reveal-held-minutes", { count: Math.round(seconds / 60) });
  const left = seconds > 60 ? minutes : text("reveal-held-seconds", { count: seconds });
  setText(el("reveal-announce"), seconds === 0 ? text("reveal-held-over") : left);
}

/** @param {RevealView} reveal */
function drawButtons({ proven, revokingMs, tryingMs, clipboard, delivering, delivered }) {
  // The vault's copy too: once it is proven there, it is cleared as our own is.
  const copied = clipboard.state === "live";
  show(el("reveal-asking"), asking);
  const taken = delivered.findLast(({ proof }) => proof === "taken");
  drawQuestion(proven, delivered, copied);
  show(button("reveal-back"), asking);
  // What cannot be taken back is among the answers, and only the way back stands where Done was.
  const revoke = button("reveal-revoke");
  if (asking && revoke.parentElement !== el("asking-answers")) el("asking-answers").append(revoke);
  if (!asking && revoke.parentElement !== el("reveal-actions")) el("reveal-actions").prepend(revoke);
  show(button("reveal-done"), !asking);
  // What has no part in the answer makes room for the question.
  show(el("reveal-more"), !asking);
  setText(button("reveal-done"), copied ? text("reveal-done-clear") : text("done"));
  // The button to press next is the bright one: Deliver, or Copy and then Check; then Done.
  const next = proven ? "done" : clipboard.state !== "untouched" || taken ? "check" : toDeliver ? "deliver" : "copy";
  for (const each of ["deliver", "copy", "check", "done"]) {
    button(`reveal-${each}`).classList.toggle("primary", each === next);
  }
  button("reveal-discard").classList.toggle("primary", next === "done");

  for (const each of dialog.querySelectorAll("button")) {
    const cancels = each.dataset.test?.endsWith("-cancel") ?? false;
    setBusy(each, (revokingMs !== null || tryingMs !== null || delivering !== null) && !cancels);
  }
  const [words, meaning] = [text("revoking-key"), text("revoking-meaning")];
  revoking.set(revokingMs === null ? null : { words, meaning, runningMs: revokingMs });
}

/** Whether to finish, and what that would mean. @param {boolean} proven @param {RevealView["delivered"]} delivered @param {boolean} copied */
function drawQuestion(proven, delivered, copied) {
  const count = held?.secrets.length ?? 1;
  const erases = message(copied ? "finish-erases-copy" : "finish-erases", { count });
  // The last of those vaults that delete it by themselves.
  const ends = delivered
    .flatMap(({ vault, until }) => (until === null ? [] : [{ vault, until: new Date(until) }]))
    .sort((a, b) => a.until.getTime() - b.until.getTime())
    .pop();
  const taken = delivered.findLast(({ proof }) => proof === "taken");
  const unproven = taken ? message("finish-taken", { vault: taken.vault }) : message("finish-unproven", { count });
  const known = ends ? message("finish-for-a-time", ends) : unproven;
  setText(
    el("asking-title"),
    proven ? text("finish-proven-title", { count }) : ends ? text("finish-for-a-time-title") : text("finish-title", { count }),
  );
  setText(el("asking-text"), said(proven ? erases : before(known, erases)));
}

/** @param {boolean} next */
function ask(next) {
  asking = next;
  tell(el("reveal-error"), null);
  if (!held) return;
  drawButtons(held);
  button(asking ? "reveal-back" : "reveal-done").focus();
}

/** @param {boolean} unproven */
async function done(unproven) {
  if (!held) return;
  const refusal = await run("finish", { key: held.key.id, unproven });
  if (refusal?.code === "notProven") ask(true);
  else tell(el("reveal-error"), refusal);
}

const revoking = makeWaiting({ test: "reveal-revoke", operation: () => ({ of: "heldRevocation" }), before: el("reveal-error") });

/**
 * What is asked for is asked for the key that is shown, and its secret.
 * @param {string} id of a button
 * @param {(key: string, secret: SecretName) => Promise<Told | null>} command
 */
const onKey = (id, command) =>
  onClick(button(id), async () => {
    if (held) tell(el("reveal-error"), await command(held.key.id, first(held.secrets).name));
  });

whenActed(async (act, secret) => {
  if (!held) return;
  const key = held.key.id;
  const acts = {
    copy: () => run("copy_token", { key, secret }),
    show: () => (held?.shown === secret ? run("hide_token") : run("show_token", { key, secret })),
    check: () => run("check_token", { key, secret }),
  };
  tell(el("reveal-error"), await acts[act]());
});
onKey("reveal-copy", (key, secret) => run("copy_token", { key, secret }));
onKey("reveal-show", (key, secret) => (held?.shownForMs == null ? run("show_token", { key, secret }) : run("hide_token")));
onKey("reveal-check", (key) => run("check_token", { key, secret: null }));
onKey("reveal-copy-all", (key) => run("copy_all", { key, format: chosenFormat() }));
onKey("reveal-try", (key) => run("try_held", { key }));
onKey("reveal-clear", (key) => run("clear_clipboard", { key }));
onKey("reveal-deliver", deliverTo);
onKey("reveal-keep", (key) => run("extend_hold", { key }));
onKey("reveal-revoke", (key) => run("revoke_held", { key, quit: false }));
onClick(button("reveal-done"), () => done(false));
onClick(button("reveal-discard"), () => done(true));
onClick(button("reveal-back"), () => ask(false));
armed(button("reveal-revoke"));
// Rust takes no answer within a second of its question, and asked before this page did.
armed(button("reveal-discard"), 1050);

// Escape asks, as Done would; it never ends the token's life by itself. A second one goes back.
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  if (held && held.revokingMs === null && held.delivering === null) ask(!asking);
});
// An Enter still held down from the form would press Copy as soon as the dialog is there.
dialog.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter") event.preventDefault();
});
// Should the engine close it all the same, it comes back while a token is held.
dialog.addEventListener("close", () => {
  if (held) dialog.showModal();
});
