// What people note here of keys: in the details of one, and for the search of the list.

/** @import { KeyView, NoteField, NotedView, Notes } from "./ipc-types" */

import { button, byId, el, input, onSubmit, setBusy, setText } from "./dom.js";
import { run } from "./ipc.js";
import { tell } from "./error.js";
import { text } from "./words.js";

/** @type {[NoteField, HTMLInputElement][]} */
const FIELDS = [
  ["purpose", input("key-notes-purpose")],
  ["owner", input("key-notes-owner")],
  ["ticket", input("key-notes-ticket")],
];

/** @type {Notes} */
const NONE = { purpose: "", owner: "", ticket: "" };

/** What is saved, by key. @type {Map<string, Notes>} */
let noted = new Map();
/** What was typed and not saved, by key. @type {Map<string, Notes>} */
const unsaved = new Map();
/** The key that is shown. @type {KeyView | null} */
let shown = null;

/** @param {{ id: string, organization: string }} key */
const nameOf = ({ id, organization }) => `${id}\n${organization}`;

/** @param {NotedView[]} all */
export function setNoted(all) {
  noted = new Map(all.map((each) => [nameOf(each), each.notes]));
}

/** Whether a word, in small letters, stands in what is noted of a key. @param {KeyView} key @param {string} word */
export function isNoted(key, word) {
  const notes = noted.get(nameOf(key));
  return notes !== undefined && FIELDS.some(([field]) => notes[field].toLowerCase().includes(word));
}

/** Shows what is noted of a key, or was typed for it and not saved. @param {KeyView} key */
export function openNotes(key) {
  shown = key;
  tell(el("key-notes-problem"), null);
  setText(el("key-notes-saved"), "");
  fill(unsaved.get(nameOf(key)) ?? saved());
}

/** Brings what is noted up to date, where nothing else was typed. @param {KeyView} key @param {Notes} notes */
export function drawNotes(key, notes) {
  const before = saved();
  noted.set(nameOf(key), notes);
  if (shown && nameOf(shown) === nameOf(key) && isSame(typed(), before)) fill(notes);
}

const saved = () => (shown && noted.get(nameOf(shown))) ?? NONE;

/** @returns {Notes} */
const typed = () => ({
  purpose: FIELDS[0]?.[1].value ?? "",
  owner: FIELDS[1]?.[1].value ?? "",
  ticket: FIELDS[2]?.[1].value ?? "",
});

/** @param {Notes} one @param {Notes} other */
const isSame = (one, other) => FIELDS.every(([field]) => one[field] === other[field]);

/** @param {Notes} notes */
function fill(notes) {
  for (const [field, at] of FIELDS) at.value = notes[field];
}

function keep() {
  if (!shown) return;
  setText(el("key-notes-saved"), "");
  if (isSame(typed(), saved())) unsaved.delete(nameOf(shown));
  else unsaved.set(nameOf(shown), typed());
}

async function save() {
  const key = shown;
  if (!key || button("key-notes-save").getAttribute("aria-disabled") === "true") return;
  setBusy(button("key-notes-save"), true);
  tell(el("key-notes-problem"), null);
  setText(el("key-notes-saved"), "");
  const wanted = typed();
  const refused = await saveEach(key, wanted);
  setBusy(button("key-notes-save"), false);
  if (shown !== key && shown && nameOf(shown) !== nameOf(key)) return;
  if (!refused) return setText(el("key-notes-saved"), text("notes-saved"));
  const [at, refusal] = refused;
  // A secret does not stay there; anything else does.
  if (refusal.code === "secret") at.value = "";
  keep();
  tell(el("key-notes-problem"), refusal);
  at.focus();
}

/**
 * Saves what is another than before: the field that was refused, and why. All at once: where one of them is a secret, this page goes
 * along with it, and the others are saved by then.
 *
 * @param {KeyView} key
 * @param {Notes} wanted
 */
async function saveEach(key, wanted) {
  const before = noted.get(nameOf(key)) ?? NONE;
  const changed = FIELDS.filter(([field]) => wanted[field] !== before[field]);
  const refusals = await Promise.all(changed.map(([field]) => run("note", { id: key.id, field, text: wanted[field] })));
  for (const [place, [field]] of changed.entries()) {
    if (!refusals[place]) noted.set(nameOf(key), { ...(noted.get(nameOf(key)) ?? NONE), [field]: wanted[field] });
  }
  const first = refusals.findIndex((refusal) => refusal !== null);
  const [at, refusal] = [changed[first]?.[1], refusals[first]];
  if (at && refusal) return /** @type {const} */ ([at, refusal]);
  unsaved.delete(nameOf(key));
  return null;
}

for (const [, at] of FIELDS) at.addEventListener("input", keep);
onSubmit(byId("key-notes", HTMLFormElement), save);
