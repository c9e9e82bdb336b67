// What service accounts and personal access tokens are to be, beside their names: their role, how long their tokens are good, and
// of what type their keys are. The form for one has such fields, and so has the one for a list.

/** @import { Choice } from "./combobox.js" */
/** @import { NewKeyType, RoleView, TermsForm, Told } from "./ipc-types" */

import { makeCombobox } from "./combobox.js";
import { byId, el, input, show } from "./dom.js";
import { request } from "./ipc.js";
import { tell } from "./error.js";
import { A_DAY } from "./times.js";
import { byName, roleAbout } from "./roles.js";
import { text } from "./words.js";

/** @type {RoleView[]} */
let roles = [];
/** Whose roles those are, where they were asked for. @type {string | null} */
let account = null;
/** Gives each place with such fields the roles that there are, and the reason why there are no more. @type {((options: Choice[], refusal: Told | null) => void)[]} */
const drawn = [];

/** @param {string} prefix  what the ids of its fields begin with */
export function makeTerms(prefix) {
  const days = byId(`${prefix}-days`, HTMLSelectElement);
  const until = input(`${prefix}-until`);
  const type = byId(`${prefix}-type`, HTMLSelectElement);
  const warning = el(`${prefix}-role-warning`);
  const problem = el(`${prefix}-role-problem`);
  const role = makeCombobox({
    field: input(`${prefix}-role`),
    list: el(`${prefix}-role-list`),
    none: text("role-no-match"),
    onChoice: drawWarning,
  });

  function drawWarning() {
    const chosen = roles.find(({ id }) => id === role.value());
    show(warning, chosen?.fullAdmin === true);
  }

  function drawUntil() {
    show(el(`${prefix}-until-field`), days.value === "until");
    if (days.value === "until" && until.value === "") until.valueAsDate = new Date(Date.now() + 90 * A_DAY);
  }

  /** Up to the end of the day that is chosen. */
  function wantedDays() {
    if (days.value !== "until") return Number(days.value);
    const end = until.valueAsDate;
    return end ? Math.max(0, Math.ceil((end.getTime() - Date.now()) / A_DAY)) : 0;
  }

  for (const count of [30, 90, 180, 365, 730]) days.append(new Option(text("key-days", { count }), String(count)));
  days.append(new Option(text("key-days-until"), "until"));
  days.value = "90";
  days.addEventListener("input", drawUntil);
  drawn.push((options, refusal) => {
    role.set(options);
    tell(problem, refusal);
    drawWarning();
  });
  setRoles([]);

  return {
    /** @returns {TermsForm} */
    wanted: () => ({ role: role.value(), days: wantedDays(), keyType: /** @type {NewKeyType} */ (type.value) }),

    /** The token is to be good for as long as another is, where that can be chosen. @param {number | null} count */
    beginWithDays(count) {
      if ([...days.options].some(({ value }) => value === String(count))) days.value = String(count);
      drawUntil();
    },

    /** As it stands there. */
    chosen: () => ({ role: role.value(), days: days.value, until: until.value, type: type.value }),

    /** Begins with what stands elsewhere. @param {{ role: string | null, days: string, until: string, type: string }} chosen */
    begin(chosen) {
      role.choose(chosen.role);
      days.value = chosen.days;
      until.value = chosen.until;
      type.value = chosen.type;
      drawUntil();
    },
  };
}

/** @param {string | null} next who is signed in, where such a one is to be made */
export async function drawRoles(next) {
  if (next === null || next === account) return;
  account = next;
  setRoles([]);
  const answer = await request("list_roles");
  if (account !== next) return;
  // Where it is refused, they are asked for again with the next account, or when one is asked for in vain.
  if ("refusal" in answer) setRoles([], answer.refusal);
  else setRoles(answer);
}

/** A role is not there any more: what there is, is asked for anew. */
export function askForRoles() {
  const again = account;
  account = null;
  return drawRoles(again);
}

/** @param {RoleView[]} next @param {Told | null} refusal */
function setRoles(next, refusal = null) {
  roles = byName(next);
  const found = roles.map((role) => ({
    id: role.id,
    name: role.name,
    about: roleAbout(role),
    found: role.operations.join(" "),
    warns: role.fullAdmin,
  }));
  const options = [{ id: null, name: text("role-none"), about: text("role-none-what") }, ...found];
  for (const draw of drawn) draw(options, refusal);
}
