// The roles of one that signs: those that it has and what each allows, those that are pending, and the ones it can be given.

/** @import { KeyView, RoleChangeView, RoleView, Told } from "./ipc-types" */
/** @import { Row } from "./rows.js" */

import { makeCombobox } from "./combobox.js";
import { button, el, input, make, makeButton, onClick, setBusy, setText, show } from "./dom.js";
import { request } from "./ipc.js";
import { rowsOf } from "./rows.js";
import { byName, roleAbout } from "./roles.js";
import { text } from "./words.js";

/**
 * A role as a row shows it.
 *
 * @typedef {object} Held
 * @property {string} id
 * @property {string} name
 * @property {string} allows  what it allows, as far as that is known
 * @property {boolean} warns  whether it may do everything
 * @property {boolean} given  whether it holds by now
 * @property {RoleChangeView | null} change  what is open of it
 */

/** What Dfns lists; null until it has. @type {RoleView[] | null} */
let listed = null;
/** Why it does not. @type {Told | null} */
let refused = null;
/** Of which key. @type {KeyView | null} */
let key = null;
/** What is open of its roles. @type {RoleChangeView[]} */
let changes = [];
let busy = false;
/** What is to follow where one is to be taken. @type {(role: Held) => void} */
let take = () => {};

const drawRows = rowsOf(el("key-role-rows"), makeRow);
const chosen = makeCombobox({
  field: input("key-new-role"),
  list: el("key-new-role-list"),
  none: text("role-no-match"),
  onChoice: drawChosen,
});

/** @param {(role: Held) => void} action */
export function onTakeRole(action) {
  take = action;
}

/** @param {KeyView} next */
export function drawKeyRoles(next) {
  if (next.id !== key?.id) {
    listed = null;
    refused = null;
  }
  key = next;
  draw();
}

/** @param {RoleChangeView[]} all */
export function drawRoleChanges(all) {
  changes = all;
  if (key) draw();
}

/** Nothing is taken and nothing given while something is done with it. @param {boolean} isBusy */
export function setRolesBusy(isBusy) {
  busy = isBusy;
  draw();
}

/** What there is, by what Dfns lists now. @param {string} id */
export async function lookAtRoles(id) {
  const answer = await request("list_roles");
  if (key?.id !== id) return;
  if ("refusal" in answer) refused = answer.refusal;
  else [listed, refused] = [answer, null];
  draw();
}

/** The roles that it can be given: none where they cannot be listed, which is told. @returns {Promise<Told | null>} */
export async function roleChoices() {
  if (listed === null && key) await lookAtRoles(key.id);
  return refused;
}

/** @returns {string | null} */
export const roleToGive = () => chosen.value();

function drawChosen() {
  const role = listed?.find(({ id }) => id === chosen.value());
  show(el("key-new-role-warning"), role?.fullAdmin === true);
  show(el("give-role-means"), role !== undefined && !role.fullAdmin);
  setBusy(button("give-role-confirm"), busy || role === undefined);
}

function draw() {
  // Told twice, a role is one nevertheless.
  const given = [...new Map((key?.signing?.roles ?? []).map((role) => [role.id, role])).values()];
  const signs = key?.signing !== undefined;
  show(el("key-roles-section"), signs);
  show(button("key-roles"), signs && key?.works === true);
  const open = changes.filter((change) => change.key === key?.id && change.account === null);
  /** @param {{ id: string, name: string }} role @param {boolean} holds @returns {Held} */
  const held = ({ id, name }, holds) => {
    const role = listed?.find((each) => each.id === id);
    const change = open.find((each) => each.role === id) ?? null;
    const unknown = listed === null ? "" : text("key-role-unknown");
    const allows = role ? roleAbout(role) : unknown;
    return { id, name: role?.name || name || id, allows, warns: role?.fullAdmin === true, given: holds, change };
  };
  // What is open of a role that it does not have stands there, too: it may have it soon.
  const coming = open.filter(({ role }) => given.every(({ id }) => id !== role));
  const rows = [
    ...given.map((role) => held(role, true)),
    ...coming.map(({ role, roleName }) => held({ id: role, name: roleName }, false)),
  ];
  drawRows(rows);
  show(el("key-roles-none"), rows.length === 0);
  const free = byName(listed ?? []).filter(({ id }) => rows.every((row) => row.id !== id));
  const choices = free.map((role) => ({
    id: role.id,
    name: role.name,
    about: roleAbout(role),
    found: role.operations.join(" "),
    warns: role.fullAdmin,
  }));
  // None is given that was not chosen.
  chosen.set([{ id: null, name: text("key-choose-role"), about: "" }, ...choices]);
  show(el("key-no-more-roles"), listed !== null && free.length === 0);
  drawChosen();
  setBusy(button("key-roles"), busy);
}

/** What is open of it, in words. @param {Held} role */
function openWords({ change }) {
  if (change === null || change.state === "over") return "";
  if (change.state === "doubtful") return text("key-role-open");
  return change.operation === "give" ? text("key-role-waits-give") : text("key-role-waits-take");
}

/** @param {Held} first @returns {Row<Held>} */
function makeRow(first) {
  const name = make("strong", { test: "key-role-name" });
  const allows = make("span", { class: "small", test: "key-operations" });
  const open = make("span", { class: "small warning", test: "key-role-open" });
  const remove = makeButton("key-take-role", text("key-take-role"), "plain");
  remove.classList.add("inline");
  const element = make(
    "li",
    { class: "role-row", test: "key-role-row" },
    make("span", { class: "role-words" }, name, allows, open),
    remove,
  );
  let latest = first;
  onClick(remove, () => take(latest));
  return {
    element,
    draw(role) {
      latest = role;
      element.dataset.role = role.id;
      setText(name, role.name);
      setText(allows, role.allows);
      allows.classList.toggle("warning", role.warns);
      allows.classList.toggle("quiet", !role.warns);
      const words = openWords(role);
      setText(open, words);
      show(open, words !== "");
      // What waits for somebody cannot be asked for once more.
      show(remove, role.given && key?.works === true && role.change?.state !== "pending");
      remove.setAttribute("aria-description", role.name);
      setBusy(remove, busy);
    },
  };
}
