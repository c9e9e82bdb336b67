// One key of the list: what is known of it, its receipt, and what can be done with it.

/** @import { KeyView, Told, View } from "./ipc-types" */

import { armed } from "./arming.js";
import { replace } from "./create.js";
import { signs } from "./kinds.js";
import { roleNames } from "./roles.js";
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
/** What the person is asked before it is done. @type {"" | "revoke" | "deactivate" | "rename"} */
let asking = "";
let since = 0;
/** What is seen while Dfns is asked. */
let waitingFor = { words: text("revoking-key"), meaning: text("revoking-meaning") };
/** What is to follow a revocation that was confirmed. @type {() => void} */
let revoked = () => {};
/** What is to follow the revocation of the key that is shown. @type {() => unknown} */
let afterwards = () => undefined;

/** @param {() => unknown} action */
export function onRevoked(action) {
  revoked = action;
}

const revoking = makeWaiting({
  test: "key-revoke",
  operation: () => key && { of: "revocation", id: key.id },
  before: el("key-problem"),
});

/** @param {View} view */
export function drawKey(view) {
  production = isInProduction(view);
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
  for (const id of ["key-history", "key-elsewhere", "key-receipt"]) show(el(id), false);
  for (const id of ["key-unread", "key-no-history", "key-problem"]) tell(el(id), null);
  for (const id of ["key-said", "key-operations"]) setText(el(id), "");
  dialog.dataset.environment = production ? "production" : "";
  drawFacts(shown);
  openNotes(shown);
  dialog.showModal();
  if (toRevoke) ask("revoke");
  else button("key-close").focus();
  look(shown);
}

/** What the roles of one that signs allow, as far as that can be listed: a role's name alone says little. @param {KeyView} shown */
async function lookAtRoles({ id, signing }) {
  const given = signing?.roles ?? [];
  if (given.length === 0) return;
  const answer = await request("list_roles");
  if (key?.id !== id || !dialog.open || "refusal" in answer) return;
  const ofIt = answer.filter((role) => given.some((each) => each.id === role.id));
  const what = ofIt.some(({ fullAdmin }) => fullAdmin)
    ? text("role-full-admin")
    : [...new Set(ofIt.flatMap(({ operations }) => operations))].join(", ");
  setText(el("key-operations"), what);
}

/** Brings what is shown up to date: the list may be some minutes old. @param {KeyView} shown */
async function look(shown) {
  const answer = await request("get_key", { id: shown.id });
  // Another key was opened meanwhile.
  if (key?.id !== shown.id || !dialog.open) return;
  if ("refusal" in answer) return tell(el("key-unread"), answer.refusal);
  tell(el("key-unread"), answer.unread && { ...answer.unread, hint: before(message("key-as-listed"), answer.unread.hint) });
  if (answer.key) drawFacts(answer.key);
  drawNotes(answer.key ?? shown, answer.notes);
  void lookAtRoles(answer.key ?? shown);
  // The list and Dfns itself do not tell; the journal does of what was made here.
  const { ends, endsReckoned } = answer;
  if (ends) {
    show(el("key-expires-fact"), true);
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
  setText(button("key-revoke"), text("revoke-it", { kind: shown.kind }));
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
  for (const id of ["key-credential-fact", "key-roles-fact"]) show(el(id), signing !== undefined);
  setText(el("key-credential"), signing?.credential ?? "");
  setText(el("key-roles"), roleNames(signing?.roles ?? []));
  setText(el("key-organization"), shown.organization);
  draw();
}

function draw() {
  const works = key?.works ?? false;
  const idle = works && asking === "" && key !== null;
  const isOfSigning = key !== null && signs(key.kind);
  show(button("key-revoke"), idle);
  // One that signs bears a name that no other may have beside it.
  show(button("key-replace"), idle && !isOfSigning);
  show(button("key-rename"), idle && isOfSigning);
  show(button("key-deactivate"), idle && isOfSigning && key?.status === "Active");
  show(button("key-activate"), idle && isOfSigning && key?.status === "Inactive");
  show(el("revoke-asking"), asking === "revoke");
  show(el("deactivate-asking"), asking === "deactivate");
  show(el("rename-asking"), asking === "rename");
  show(el("revoke-name-field"), production);
  setText(el("revoke-name-wanted"), key?.name ?? "");
  write(el("revoke-name-label"), "revoke-production", { name: el("revoke-name-wanted") });
  setText(button("key-close"), asking === "" ? text("close") : asking === "revoke" ? text("key-keep") : text("cancel"));
  const busy = since > 0;
  for (const id of [
    "revoke-confirm",
    "deactivate-confirm",
    "rename-save",
    "key-rename",
    "key-deactivate",
    "key-activate",
    "key-close",
  ])
    setBusy(button(id), busy);
  revoking.set(busy ? { ...waitingFor, runningMs: performance.now() - since } : null);
}

/** The name that was typed for one, and could not be saved. @type {{ id: string, name: string } | null} */
let unsaved = null;

/** @param {"revoke" | "deactivate" | "rename"} what */
function ask(what) {
  asking = what;
  input("revoke-name").value = "";
  input("key-new-name").value = (unsaved?.id === key?.id ? unsaved?.name : null) ?? key?.name ?? "";
  tell(el("key-problem"), null);
  draw();
  if (what === "rename") input("key-new-name").select();
  else (what === "revoke" && production ? input("revoke-name") : button("key-close")).focus();
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

/** @param {"copy_key_id" | "copy_receipt" | "save_receipt"} command @param {string} [done] */
const doing = (command, done) => async () => {
  if (!key) return;
  const refusal = await run(command, { id: key.id });
  tell(el("key-problem"), refusal);
  setText(el("key-said"), refusal ? "" : (done ?? ""));
};
onClick(button("key-copy-id"), doing("copy_key_id", text("key-copied-id")));
onClick(button("key-receipt-copy"), doing("copy_receipt"));
onClick(button("key-receipt-save"), doing("save_receipt"));
onClick(button("key-replace"), () => {
  dialog.close();
  if (key) replace(key);
});
onClick(button("key-revoke"), () => ask("revoke"));
onClick(button("key-deactivate"), () => ask("deactivate"));
onClick(button("key-rename"), () => ask("rename"));
onClick(button("key-activate"), () => changing((id) => run("set_key_active", { id, active: true })));
onClick(button("deactivate-confirm"), () => changing((id) => run("set_key_active", { id, active: false })));
onSubmit(byId("rename-asking", HTMLFormElement), () =>
  changing((id) => run("rename_key", { id, name: input("key-new-name").value })),
);
armed(button("deactivate-confirm"));
onClick(button("revoke-confirm"), revoke);
armed(button("revoke-confirm"));
onClick(button("key-close"), () => {
  if (asking === "") return dialog.close();
  const from = button(`key-${asking}`);
  asking = "";
  tell(el("key-problem"), null);
  draw();
  from.focus();
});
dialog.addEventListener("cancel", (event) => {
  // While something is being done with it the outcome is waited for; and what is typed is left first.
  if (since > 0 || asking === "rename") event.preventDefault();
  if (since === 0 && asking === "rename") button("key-close").click();
});

/** What a status is called: Dfns' own in the words of the catalogue, any other as it came. @param {string} status */
export function statusName(status) {
  if (status === "Active") return text("key-status-active");
  if (status === "Revoked") return text("key-status-revoked");
  if (status === "Archived") return text("key-status-archived");
  if (status === "Inactive") return text("key-status-inactive");
  return status || text("key-status-unknown");
}
