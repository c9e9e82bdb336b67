// One key of the list: what is known of it, its receipt, and what can be done with it.

/** @import { KeyView, Told, View } from "./ipc-types" */

import { armed } from "./arming.js";
import { replace } from "./create.js";
import { drawKeyRoles, drawRoleChanges, lookAtRoles, onTakeRole, roleChoices, roleToGive, setRolesBusy } from "./key_roles.js";
import { signs } from "./kinds.js";
import { byId, button, el, input, make, onClick, onSubmit, setBusy, setText, show } from "./dom.js";
import { request, run } from "./ipc.js";
import { drawNotes, openNotes } from "./notes.js";
import { isInProduction, signedIn } from "./session.js";
import { when } from "./times.js";
import { tell } from "./error.js";
import { makeWaiting } from "./waiting.js";
import { before, message, said, text, write } from "./words.js";

const dialog = byId("key-dialog", HTMLDialogElement);
/** @type {KeyView | null} */
let key = null;
let production = false;
/** @typedef {"revoke" | "deactivate" | "rename" | "give-role" | "take-role"} Question */
/** What the person is asked before it is done. @type {"" | Question} */
let asking = "";
/** The role that is to be taken, and what it allows. @type {{ id: string, name: string, allows: string }} */
let toTake = { id: "", name: "", allows: "" };
let since = 0;
/** What is seen while Dfns is asked. */
let waitingFor = { words: text("revoking-key"), meaning: text("revoking-meaning") };
/** What is to follow a revocation that was confirmed. @type {() => void} */
let revoked = () => {};
/** What is to follow the revocation of the key that is shown. @type {() => unknown} */
let afterwards = () => undefined;
/** What is to follow a look at a key, which tells how it is now; null where it is gone. @type {(id: string, now: KeyView | null) => void} */
let looked = () => {};

/** @param {() => unknown} action */
export function onRevoked(action) {
  revoked = action;
}

/** @type {Question[]} */
const QUESTIONS = ["revoke", "deactivate", "rename", "give-role", "take-role"];

/** @param {(id: string, now: KeyView | null) => void} action */
export function onLooked(action) {
  looked = action;
}

const revoking = makeWaiting({
  test: "key-revoke",
  operation: () => key && { of: "revocation", id: key.id },
  before: el("key-problem"),
});

/** @param {View} view */
export function drawKey(view) {
  production = isInProduction(view);
  drawRoleChanges(view.roleChanges);
  // The account that it belongs to is not in use any more.
  if (!signedIn(view)) dialog.close();
}

/**
 * @param {KeyView} shown
 * @param {boolean} [toRevoke] the question whether to revoke it is asked at once
 * @param {() => unknown} [then] what is to follow its revocation
 */
export function openKey(shown, toRevoke = false, then = () => undefined) {
  asking = "";
  afterwards = then;
  for (const id of ["key-history", "key-elsewhere", "key-receipt", "key-calendar"]) show(el(id), false);
  for (const id of ["key-unread", "key-no-history", "key-problem"]) tell(el(id), null);
  setText(el("key-said"), "");
  dialog.dataset.environment = production ? "production" : "";
  drawFacts(shown);
  openNotes(shown);
  dialog.showModal();
  if (toRevoke) ask("revoke");
  else button("key-close").focus();
  look(shown);
}

/** Brings what is shown up to date: the list may be some minutes old. @param {KeyView} shown */
async function look(shown) {
  const answer = await request("get_key", { id: shown.id });
  // Another key was opened meanwhile.
  if (key?.id !== shown.id || !dialog.open) return;
  if ("refusal" in answer) return tell(el("key-unread"), answer.refusal);
  tell(el("key-unread"), answer.unread && { ...answer.unread, hint: before(message("key-as-listed"), answer.unread.hint) });
  if (answer.key) drawFacts(answer.key);
  if (answer.key || answer.unread?.code === "keyGone") looked(shown.id, answer.key);
  drawNotes(answer.key ?? shown, answer.notes);
  if (shown.signing) void lookAtRoles(shown.id);
  // The list and Dfns itself do not tell; the journal does of what was made here.
  const { ends, endsReckoned } = answer;
  if (ends) {
    show(el("key-expires-fact"), true);
    show(button("key-calendar"), Date.parse(ends) > Date.now());
    setText(el("key-expires"), endsReckoned ? text("key-ends-about", { at: new Date(ends) }) : when(ends));
  }
  const history = answer.history.map(({ at, what, until }) =>
    make(
      "li",
      {},
      make("span", { class: "quiet numbers" }, when(at)),
      " ",
      until ? text("key-history-until", { what, until: new Date(until) }) : said(what),
    ),
  );
  el("key-history-list").replaceChildren(...history);
  show(el("key-history"), history.length > 0);
  show(el("key-elsewhere"), !answer.madeHere && answer.noHistory === null);
  tell(el("key-no-history"), answer.noHistory);
  show(el("key-receipt"), answer.receipt);
}

/** @param {KeyView} shown */
function drawFacts(shown) {
  key = shown;
  setText(button("revoke-confirm"), text("revoke-it", { kind: shown.kind }));
  setText(el("deactivate-title"), text("deactivate-title", { kind: shown.kind }));
  setText(el("revoke-title"), text("revoke-title", { kind: shown.kind }));
  setText(el("key-title"), shown.name);
  setText(el("key-id"), shown.id);
  setText(el("key-state"), statusName(shown.status));
  setText(el("key-created"), when(shown.created));
  setText(el("key-author"), shown.author);
  show(el("key-author-fact"), shown.author !== "");
  const { expires, signing } = shown;
  show(el("key-expires-fact"), expires !== undefined);
  setText(el("key-expires"), expires === undefined ? "" : when(expires));
  show(el("key-credential-fact"), signing !== undefined);
  setText(el("key-credential"), signing?.credential ?? "");
  drawKeyRoles(shown);
  setText(el("key-organization"), shown.organization);
  draw();
}

function draw() {
  const works = key?.works ?? false;
  const idle = works && asking === "" && key !== null;
  const isOfSigning = key !== null && signs(key.kind);
  show(button("key-revoke"), idle && !isOfSigning);
  show(button("key-archive"), idle && isOfSigning);
  show(button("key-replace"), idle);
  show(button("key-rename"), idle && isOfSigning);
  show(button("key-deactivate"), idle && isOfSigning && key?.status === "Active");
  show(button("key-activate"), idle && isOfSigning && key?.status === "Inactive");
  for (const each of QUESTIONS) show(el(`${each}-asking`), asking === each);
  setText(el("take-role-title"), text("take-role-title", { role: toTake.name }));
  const means = toTake.allows ? text("take-role-means", { operations: toTake.allows }) : text("take-role-means-unknown");
  setText(el("take-role-means"), means);
  show(el("revoke-name-field"), production);
  setText(el("revoke-name-wanted"), key?.name ?? "");
  write(el("revoke-name-label"), "revoke-production", { name: el("revoke-name-wanted") });
  setText(button("key-close"), asking === "" ? text("close") : asking === "revoke" ? text("key-keep") : text("cancel"));
  const busy = since > 0;
  for (const id of [
    "revoke-confirm",
    "deactivate-confirm",
    "rename-save",
    "take-role-confirm",
    "key-revoke",
    "key-archive",
    "key-rename",
    "key-deactivate",
    "key-activate",
    "key-close",
  ])
    setBusy(button(id), busy);
  setRolesBusy(busy);
  revoking.set(busy ? { ...waitingFor, runningMs: performance.now() - since } : null);
}

/** The name that was typed for one, and could not be saved. @type {{ id: string, name: string } | null} */
let unsaved = null;

/** @param {Question} what */
function ask(what) {
  asking = what;
  input("revoke-name").value = "";
  input("key-new-name").value = (unsaved?.id === key?.id ? unsaved?.name : null) ?? key?.name ?? "";
  tell(el("key-problem"), null);
  draw();
  if (what === "rename") input("key-new-name").select();
  else if (what === "give-role") input("key-new-role").focus();
  else (what === "revoke" && production ? input("revoke-name") : button("key-close")).focus();
}

/** What can be given is listed first. */
async function askForRole() {
  const { id } = key ?? {};
  const refusal = await roleChoices();
  // Another key was opened, or something else was asked meanwhile.
  if (key?.id !== id || !dialog.open || asking !== "" || since > 0) return;
  if (refusal) return tell(el("key-problem"), refusal);
  ask("give-role");
}

/** Has something changed that can be changed back. @param {(id: string) => Promise<Told | null>} change */
async function changing(change) {
  if (!key || since > 0) return;
  const { id } = key;
  since = performance.now();
  waitingFor = { words: text("key-changing"), meaning: text("key-changing-meaning") };
  tell(el("key-problem"), null);
  draw();
  const typed = input("key-new-name");
  const refusal = await change(id);
  since = 0;
  // A secret does not stay there; anything else is kept until it is saved.
  if (refusal?.code === "secret") typed.value = "";
  if (asking === "rename") unsaved = refusal && refusal.code !== "secret" ? { id, name: typed.value } : null;
  // Another key was opened meanwhile.
  if (key?.id !== id || !dialog.open) return draw();
  if (!refusal) asking = "";
  draw();
  tell(el("key-problem"), refusal);
  if (refusal?.code === "name" || refusal?.code === "secret") return typed.focus();
  button("key-close").focus();
  await look(key);
}

async function revoke() {
  if (!key) return;
  since = performance.now();
  waitingFor = { words: text("revoking-key"), meaning: text("revoking-meaning") };
  tell(el("key-problem"), null);
  draw();
  const refusal = await run("revoke_key", { id: key.id, typed: input("revoke-name").value });
  since = 0;
  draw();
  tell(el("key-problem"), refusal);
  if (!refusal) {
    dialog.close();
    revoked();
    await afterwards();
  } else if (refusal.code === "name") input("revoke-name").focus();
}

/** @param {"copy_key_id" | "copy_receipt" | "save_receipt" | "save_calendar"} command @param {string} [done] */
const doing = (command, done) => async () => {
  if (!key) return;
  const refusal = await run(command, { id: key.id });
  tell(el("key-problem"), refusal);
  setText(el("key-said"), refusal ? "" : (done ?? ""));
};
onClick(button("key-copy-id"), doing("copy_key_id", text("key-copied-id")));
onClick(button("key-receipt-copy"), doing("copy_receipt"));
onClick(button("key-receipt-save"), doing("save_receipt"));
onClick(button("key-calendar"), doing("save_calendar"));
onClick(button("key-replace"), () => {
  dialog.close();
  if (key) replace(key);
});
setText(button("key-revoke"), text("revoke-it", { kind: "api-key" }));
for (const id of ["key-revoke", "key-archive"]) onClick(button(id), () => ask("revoke"));
onClick(button("key-deactivate"), () => ask("deactivate"));
onClick(button("key-rename"), () => ask("rename"));
onClick(button("key-activate"), () => changing((id) => run("set_key_active", { id, active: true })));
onClick(button("deactivate-confirm"), () => changing((id) => run("set_key_active", { id, active: false })));
onSubmit(byId("rename-asking", HTMLFormElement), () =>
  changing((id) => run("rename_key", { id, name: input("key-new-name").value })),
);
armed(button("deactivate-confirm"));
onClick(button("key-roles"), askForRole);
onSubmit(byId("give-role-asking", HTMLFormElement), () => {
  const role = roleToGive();
  if (role !== null) return changing((id) => run("give_role", { id, role }));
});
onTakeRole((role) => {
  toTake = { id: role.id, name: role.name, allows: role.allows };
  ask("take-role");
});
onClick(button("take-role-confirm"), () => changing((id) => run("take_role", { id, role: toTake.id })));
for (const id of ["give-role-confirm", "take-role-confirm"]) armed(button(id));
onClick(button("revoke-confirm"), revoke);
armed(button("revoke-confirm"));
onClick(button("key-close"), () => {
  if (asking === "") return dialog.close();
  const question = asking === "revoke" && key && signs(key.kind) ? "archive" : asking;
  const from = button(asking === "give-role" || asking === "take-role" ? "key-roles" : `key-${question}`);
  asking = "";
  tell(el("key-problem"), null);
  draw();
  from.focus();
});
dialog.addEventListener("cancel", (event) => {
  // While something is being done with it the outcome is waited for; and what is typed is left first.
  const isTyped = asking === "rename" || asking === "give-role";
  if (since > 0 || isTyped) event.preventDefault();
  if (since === 0 && isTyped) button("key-close").click();
});

// Whoever comes back from elsewhere may have changed it there.
window.addEventListener("focus", () => {
  if (dialog.open && key && since === 0 && asking === "") void look(key);
});

/** What a status is called: Dfns' own in the words of the catalogue, any other as it came. @param {string} status */
export function statusName(status) {
  if (status === "Active") return text("key-status-active");
  if (status === "Revoked") return text("key-status-revoked");
  if (status === "Archived") return text("key-status-archived");
  if (status === "Inactive") return text("key-status-inactive");
  return status || text("key-status-unknown");
}
