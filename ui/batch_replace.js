// Which keys are to be replaced at once, and what the new ones are to be called: chosen before they are checked.

/** @import { CredentialKind, KeyView, NewName, ReplacementView, Told } from "./ipc-types" */
/** @import { Row } from "./rows.js" */

import { byId, el, input, make, setText, show } from "./dom.js";
import { request } from "./ipc.js";
import { signs } from "./kinds.js";
import { roleNames } from "./roles.js";
import { rowsOf } from "./rows.js";
import { text } from "./words.js";

/** As many as one dialog asks about at once. */
const MOST = 150;

/** One that can be replaced, as it stands there. @typedef {{ id: string, old: KeyView, name: string, chosen: boolean }} Choice */

const kinds = byId("batch-replace-kind", HTMLSelectElement);
const all = input("batch-replace-all");
const drawRows = rowsOf(el("batch-replace-rows"), makeRow);
/** What the list showed as the dialog was opened, of all kinds. @type {KeyView[]} */
let offered = [];
/** @type {Choice[]} */
let choices = [];
/** Told of every change. */
let changed = () => {};

/** @param {() => void} action */
export function whenReplacementsChange(action) {
  changed = action;
}

/** Of which kind those are that can be chosen. */
export const replacedKind = () => /** @type {CredentialKind} */ (kinds.value);

/** Those that are chosen, with the names of the new ones. @returns {NewName[]} */
export const newNames = () => choices.filter(({ chosen }) => chosen).map(({ id, name }) => ({ replaces: id, name }));

/** Offers these. @param {KeyView[]} keys @param {CredentialKind | null} kind the one to begin with @returns {Promise<Told | null>} */
export function offer(keys, kind) {
  offered = keys;
  const there = [...new Set(keys.map((key) => key.kind))];
  for (const option of kinds.options) option.hidden = !there.some((each) => each === option.value);
  show(el("batch-replace-kind-field"), there.length > 1);
  kinds.value = there.find((each) => each === kind) ?? there[0] ?? "api-key";
  return propose();
}

/** Asks what the new ones are to be called. @returns {Promise<Told | null>} */
async function propose() {
  const kind = replacedKind();
  const keys = offered.filter((key) => key.kind === kind);
  choices = [];
  draw();
  const answer = await request("propose_replacements", { ids: keys.slice(0, MOST).map(({ id }) => id) });
  // Another kind was chosen meanwhile.
  if (kind !== replacedKind()) return null;
  if ("refusal" in answer) return answer.refusal;
  choices = answer.map(
    /** @param {ReplacementView} each @returns {Choice} */ ({ replaces, name }) => ({
      id: replaces.id,
      old: replaces,
      name,
      chosen: false,
    }),
  );
  show(el("batch-replace-more"), keys.length > MOST);
  setText(el("batch-replace-more"), text("batch-replace-more", { most: MOST, count: keys.length }));
  draw();
  return null;
}

function draw() {
  drawRows(choices);
  const count = newNames().length;
  all.checked = count > 0 && count === choices.length;
  all.indeterminate = count > 0 && count < choices.length;
  setText(el("batch-replace-count"), text("batch-replace-count", { chosen: count, count: choices.length }));
  changed();
}

/** @param {Choice} choice @returns {Row<Choice>} */
function makeRow(choice) {
  const box = make("input", { type: "checkbox", test: "batch-replace-choice" });
  const name = make("strong");
  const roles = make("span", { class: "quiet small" });
  const field = make("input", { type: "text", test: "batch-replace-name" });
  field.autocomplete = "off";
  field.spellcheck = false;
  const label = make("label", { class: "batch-replace-old" }, box, make("span", {}, name, " ", roles));
  const element = make("li", { class: "batch-replace-row", test: "batch-replace-row" }, label, field);
  let latest = choice;
  box.addEventListener("input", () => {
    latest.chosen = box.checked;
    draw();
  });
  field.addEventListener("input", () => {
    latest.name = field.value;
    // Whoever names one means it.
    latest.chosen = true;
    draw();
  });
  return {
    element,
    draw(next) {
      latest = next;
      const { old, chosen } = next;
      element.dataset.keyId = old.id;
      setText(name, old.name);
      setText(roles, signs(old.kind) ? roleNames(old.signing?.roles ?? []) : old.id);
      box.checked = chosen;
      if (field.value !== next.name) field.value = next.name;
      field.setAttribute("aria-label", text("batch-replace-name", { name: old.name }));
      // What replaces an API key bears its name.
      show(field, signs(old.kind));
      element.dataset.chosen = String(chosen);
    },
  };
}

all.addEventListener("input", () => {
  for (const choice of choices) choice.chosen = all.checked;
  draw();
});
kinds.addEventListener("input", () => void propose());
