// Keys that need the person's attention, each with its remedies.

/** @import { NoticeKind, NoticeView, RoleChangeView, Told } from "./ipc-types" */
/** @import { Row } from "./rows.js" */

import { armed } from "./arming.js";
import { createInPlace, isAsking } from "./create.js";
import { signs } from "./kinds.js";
import { el, make, makeButton, onClick, setBusy, setText, show } from "./dom.js";
import { run } from "./ipc.js";
import { openKey } from "./key.js";
import { makeRoleChangeRow } from "./role_changes.js";
import { rowsOf } from "./rows.js";
import { when } from "./times.js";
import { refusalOf, tell } from "./error.js";
import { makeWaiting } from "./waiting.js";
import { message, text } from "./words.js";

/** What a kind is called, and what it means to let it be. @type {Record<NoticeKind, { title: string, dismiss: string }>} */
const KINDS = {
  notHandedOver: { title: text("attention-not-handed-over"), dismiss: text("attention-not-handed-over-dismiss") },
  keptForATime: { title: text("attention-for-a-time"), dismiss: text("attention-for-a-time-dismiss") },
  candidate: { title: text("attention-candidate"), dismiss: text("attention-candidate-dismiss") },
  othersCandidate: { title: text("attention-others-candidate"), dismiss: text("attention-candidate-dismiss") },
  doubtful: { title: text("attention-doubtful"), dismiss: text("attention-doubtful-dismiss") },
  withoutToken: { title: text("attention-without-token"), dismiss: text("attention-without-token-dismiss") },
  awaitingApproval: { title: text("attention-awaiting-approval"), dismiss: text("attention-awaiting-approval-dismiss") },
  oldToArchive: { title: text("attention-old-to-archive"), dismiss: text("attention-old-to-archive-dismiss") },
  oldToRevoke: { title: text("attention-old-to-revoke"), dismiss: text("attention-old-to-revoke-dismiss") },
  onClipboard: { title: text("attention-on-clipboard"), dismiss: text("attention-on-clipboard-dismiss") },
  gone: { title: text("attention-gone"), dismiss: text("attention-gone-dismiss") },
};

const section = el("attention");
/** Rows that are settled, and keep their place until the pointer has left. @type {Set<HTMLElement>} */
const settled = new Set();
let looking = 0;
const list = el("attention-rows");
const drawRows = rowsOf(list, makeRow, settle);
const roleList = el("attention-role-rows");
const drawRoleRows = rowsOf(roleList, makeRoleChangeRow, settle);
/** What ends soon stands beneath the rest. */
const isEmpty = () => [list, roleList, el("ending-rows")].every((each) => !each.hasChildNodes());

/**
 * @param {NoticeView[]} notices newest first
 * @param {RoleChangeView[]} roleChanges likewise
 * @param {boolean} covered whether a dialog lies over them
 */
export function drawAttention(notices, roleChanges, covered) {
  drawRows(notices.map((notice) => ({ ...notice, id: String(notice.number) })));
  drawRoleRows(roleChanges.map((change) => ({ ...change, id: String(change.number) })));
  for (const each of [list, roleList]) show(each, each.hasChildNodes());
  show(section, !isEmpty());
  if (covered) removeSettled();
  else removeOnceLeft();
}

/** The next row would slide under the pointer that has just clicked, and under its next click. @param {HTMLElement} element */
function settle(element) {
  const height = element.getBoundingClientRect().height;
  // A second Enter would press what the focus went to, so it goes to what takes none.
  if (element.contains(document.activeElement)) el("attention-title").focus({ preventScroll: true });
  element.dataset.test = "attention-settled";
  element.style.minHeight = `${height}px`;
  element.querySelector(".actions")?.replaceWith(make("p", { class: "quiet small settled" }, text("attention-resolved")));
  element.querySelector(".progress")?.remove();
  settled.add(element);
}

/** Not every way out is told as one: a page that moved away from under the pointer tells nothing. */
function removeOnceLeft() {
  window.clearTimeout(looking);
  if (settled.size === 0) return;
  if (section.matches(":hover")) looking = window.setTimeout(removeOnceLeft, 300);
  else removeSettled();
}

function removeSettled() {
  if (settled.size === 0) return;
  for (const element of settled) element.remove();
  settled.clear();
  for (const each of [list, roleList]) show(each, each.hasChildNodes());
  if (!isEmpty()) return;
  const at = document.activeElement;
  show(section, false);
  if (at === null || at === document.body || section.contains(at)) el("key-name").focus({ preventScroll: true });
}

section.addEventListener("pointerleave", removeSettled);

/** One that was replaced rests first, which can be undone. @param {NoticeView} notice */
const toDeactivate = ({ kind, key }) => kind === "oldToRevoke" && signs(key?.kind ?? null);

/** What its button is called that does something about it. @param {NoticeView} notice */
function remedyOf(notice) {
  if (toDeactivate(notice)) return text("attention-deactivate-old");
  if (notice.kind === "oldToArchive") return text("attention-archive-old");
  if (notice.kind === "oldToRevoke") return text("attention-revoke-old");
  return text(signs(notice.key?.kind ?? null) ? "archive" : "revoke");
}

/** @param {NoticeView} first @returns {Row<NoticeView & { id: string }>} */
function makeRow(first) {
  const name = make("strong", { class: "row-name" });
  const kind = make("span", { class: "badge warning" });
  const told = make("p", { class: "small" });
  const id = make("span", { class: "mono" });
  const author = make("span", { class: "mono" });
  const created = make("span", { class: "whole" });
  const account = make("p", { class: "small" });
  const facts = make("p", { class: "quiet small" }, id, " ", author, " ", created);
  const refusal = make("p", { class: "note error", role: "alert" });
  const revoke = makeButton("attention-revoke", "", "danger");
  const anew = makeButton("attention-anew", text("attention-recreate"));
  const dismiss = makeButton("attention-dismiss");
  const activate = makeButton("attention-activate", text("attention-activate-old"));
  const roles = makeButton("attention-roles", text("attention-give-roles"));
  const revoking = makeWaiting({
    test: "attention-revoke",
    operation: () => ({ of: "noticedRevocation", number: first.number }),
  });
  const actions = make("div", { class: "actions" }, dismiss, anew, activate, roles, revoke);
  const element = make("li", { class: "card row", test: "attention-row" }, make("p", { class: "row-head" }, name, " ", kind));
  element.append(told, account, facts, refusal, revoking.element, actions);
  tell(refusal, null);
  for (const each of [dismiss, anew, activate, roles, revoke]) armed(each);

  let latest = first;
  /** What Dfns refused stands in the row itself. @param {Told | null} told */
  const remedied = (told) => tell(refusal, told?.code === "notNow" || told?.code === "otherAccount" ? told : null);
  onClick(revoke, async () => {
    if (toDeactivate(latest)) return remedied(await run("set_noticed_active", { number: first.number, active: false }));
    // Something may be using it: it is revoked as one of the list is, where its name is asked for.
    if (latest.key && latest.asksName && latest.account === null) openKey(latest.key, true);
    else remedied(await run("revoke_noticed", { number: first.number }));
  });
  onClick(anew, async () => {
    if (isAsking()) return tell(refusal, refusalOf("notNow", message("attention-busy"), message("attention-busy-hint")));
    const { key, keyName, replaces } = latest;
    if (key && latest.asksName) return openKey(key, true, () => createInPlace(keyName, key.kind, replaces));
    const told = await run("revoke_noticed", { number: first.number });
    if (told) return remedied(told);
    // What Dfns says to that stands at the form, and so does what to do then.
    await createInPlace(keyName, key?.kind ?? "api-key", replaces);
  });
  onClick(activate, async () => remedied(await run("set_noticed_active", { number: first.number, active: true })));
  onClick(roles, async () => remedied(await run("give_missing_roles", { number: first.number })));
  onClick(dismiss, async () => tell(refusal, await run("dismiss_notice", { number: first.number })));

  return {
    element,
    draw(notice) {
      latest = notice;
      element.dataset.kind = notice.kind;
      setText(name, notice.keyName);
      setText(kind, KINDS[notice.kind].title);
      tell(told, notice.told);
      setText(account, notice.account ? text("attention-account", { account: notice.account }) : "");
      show(account, notice.account !== null);
      const { key } = notice;
      setText(id, key?.id ?? "");
      setText(author, key?.author ? text("attention-by", { author: key.author }) : "");
      setText(created, key?.created ? when(key.created) : "");
      show(facts, key !== null);
      show(revoke, key !== null);
      show(anew, notice.anew);
      show(activate, notice.kind === "oldToArchive" && notice.account === null);
      show(roles, notice.lacksRoles && notice.account === null);
      setText(revoke, remedyOf(notice));
      setText(anew, text(signs(key?.kind ?? null) ? "attention-archive-anew" : "attention-recreate"));
      revoke.setAttribute("aria-description", notice.keyName);
      setText(dismiss, KINDS[notice.kind].dismiss);
      for (const each of [revoke, anew, activate, roles, dismiss]) setBusy(each, notice.revokingMs !== null);
      const turns = toDeactivate(notice) || notice.kind === "oldToArchive";
      const [words, meaning] = turns
        ? [text("key-changing"), text("key-changing-meaning")]
        : [text("revoking"), text("revoking-meaning")];
      revoking.set(notice.revokingMs === null ? null : { words, meaning, runningMs: notice.revokingMs });
    },
  };
}
