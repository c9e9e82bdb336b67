// What a service account or a personal access token is to be, beside its name: its role, how long its token is good, and of
// what type its key is.

/** @import { NewKeyType, RoleView, TermsForm } from "./ipc-types" */

import { makeCombobox } from "./combobox.js";
import { byId, el, input, show } from "./dom.js";
import { request } from "./ipc.js";
import { tell } from "./error.js";
import { LOCALE, text } from "./words.js";

const A_DAY = 86_400_000;

const days = byId("key-days", HTMLSelectElement);
const until = input("key-until");
const type = byId("key-type", HTMLSelectElement);
/** @type {RoleView[]} */
let roles = [];
/** Whose roles those are, where they were asked for. @type {string | null} */
let account = null;

const role = makeCombobox({
  field: input("key-role"),
  list: el("key-role-list"),
  none: text("role-no-match"),
  onChoice: drawRole,
});

for (const count of [30, 90, 180, 365, 730]) days.append(new Option(text("key-days", { count }), String(count)));
days.append(new Option(text("key-days-until"), "until"));
days.value = "90";

/** @param {string | null} next who is signed in, where such a one is to be made */
export async function drawTerms(next) {
  show(el("create-terms"), next !== null);
  if (next === null || next === account) return;
  account = next;
  setRoles([]);
  tell(el("key-role-problem"), null);
  const answer = await request("list_roles");
  if (account !== next) return;
  if ("refusal" in answer) {
    // They are asked for again with the next account, or when it is asked for in vain.
    return tell(el("key-role-problem"), answer.refusal);
  }
  setRoles(answer);
}

/** Its role is not there any more: what there is, is asked for anew. */
export function askForRoles() {
  const again = account;
  account = null;
  return drawTerms(again);
}

/** @param {RoleView[]} next */
function setRoles(next) {
  roles = [...next].sort((a, b) => a.name.localeCompare(b.name, LOCALE));
  const found = roles.map(({ id, name, operations, fullAdmin }) => ({
    id,
    name,
    about: fullAdmin ? text("role-full-admin") : operations.join(", "),
    found: operations.join(" "),
    warns: fullAdmin,
  }));
  role.set([{ id: null, name: text("role-none"), about: text("role-none-what") }, ...found]);
  drawRole();
}

function drawRole() {
  const chosen = roles.find(({ id }) => id === role.value());
  show(el("key-role-warning"), chosen?.fullAdmin === true);
}

/** @returns {TermsForm} */
export function terms() {
  return { role: role.value(), days: wantedDays(), keyType: /** @type {NewKeyType} */ (type.value) };
}

/** Up to the end of the day that is chosen. */
function wantedDays() {
  if (days.value !== "until") return Number(days.value);
  const end = until.valueAsDate;
  return end ? Math.max(0, Math.ceil((end.getTime() - Date.now()) / A_DAY)) : 0;
}

days.addEventListener("input", () => {
  show(el("key-until-field"), days.value === "until");
  if (days.value === "until" && until.value === "") until.valueAsDate = new Date(Date.now() + 90 * A_DAY);
});
setRoles([]);
