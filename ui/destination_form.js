// Adding and editing a destination: which vault, a preset's two or three questions, and the whole of it.

/** @import { DestinationForm, ProgramPresetView, VaultForm } from "./ipc-types" */

import { button, byId, el, input, make, onClick, onSubmit, setText, show } from "./dom.js";
import { request } from "./ipc.js";
import { tell } from "./error.js";
import { said, text, write } from "./words.js";

const dialog = byId("destinations", HTMLDialogElement);
const asking = byId("destination-asking", HTMLFormElement);
const whole = byId("destination-form", HTMLFormElement);
/** What is edited. @type {DestinationForm | null} */
let form = null;
/** The preset that is asked about. @type {ProgramPresetView | null} */
let preset = null;

/** @param {"choose" | "asking" | "form" | null} part */
function showPart(part) {
  show(el("destination-choose"), part === "choose");
  show(asking, part === "asking");
  show(whole, part === "form");
}

/** Shows which vaults there are to choose from. */
export async function chooseKind() {
  showPart("choose");
  tell(el("destination-choose-problem"), null);
  const presets = await request("list_presets");
  if ("refusal" in presets) return tell(el("destination-choose-problem"), presets.refusal);
  // Those that are on this computer come first.
  const sorted = [...presets].sort((a, b) => Number(b.installed) - Number(a.installed));
  const choices = [
    choice(text("vault-kv2"), text("vault-kv2-what"), "kv2", () => beginNew("kv2", text("vault-kv2-name"))),
    ...sorted.map((each) =>
      choice(each.name, each.installed ? each.program : text("vault-not-installed", { program: each.program }), each.id, () =>
        ask(each),
      ),
    ),
    choice(text("vault-program"), text("vault-program-what"), "program", () => beginNew("program", "")),
  ];
  el("destination-choices").replaceChildren(...choices);
  choices[0]?.focus();
}

/** @param {string} name @param {string} small @param {string} id @param {() => void} action */
function choice(name, small, id, action) {
  const made = make(
    "button",
    { class: "choice", type: "button", test: "destination-choice" },
    make("strong", {}, name),
    make("small", {}, small),
  );
  made.dataset.preset = id;
  onClick(made, action);
  return made;
}

/** @param {ProgramPresetView} next */
function ask(next) {
  preset = next;
  showPart("asking");
  tell(el("destination-asking-error"), null);
  setText(el("destination-asking-title"), next.name);
  setText(el("destination-asking-note"), said(next.note));
  show(el("destination-asking-note"), next.note !== null);
  const fields = next.asks.map(({ label, usual, optional }, place) => {
    const field = make("input", { type: "text", test: "destination-answer", id: `destination-answer-${place}` });
    field.value = usual;
    field.autocomplete = "off";
    field.spellcheck = false;
    const name = make("label", {}, said(label), ...(optional ? [" ", make("span", { class: "quiet" }, text("optional"))] : []));
    name.htmlFor = field.id;
    return make("p", { class: "field" }, name, field);
  });
  el("destination-answers").replaceChildren(...fields);
  el("destination-answers").querySelector("input")?.select();
}

/** A new one begins with what stands in the page. @param {VaultForm["kind"]} kind @param {string} name */
function beginNew(kind, name) {
  whole.reset();
  beginForm({ id: null, name, vault: typed(kind) });
}

/** Shows the whole of a destination. @param {DestinationForm} next */
export function beginForm(next) {
  form = next;
  const { kind, ...values } = next.vault;
  dialog.dispatchEvent(new Event("form-begins"));
  showPart("form");
  tell(el("destination-error"), null);
  setText(el("destination-title"), title(next));
  input("destination-name").value = next.name;
  show(el("destination-kv2"), kind === "kv2");
  show(el("destination-program"), kind === "program");
  for (const [name, value] of Object.entries(values)) {
    const field = el(`${kind}-${name}`);
    if (typeof value === "boolean") input(field.id).checked = value;
    else Object.assign(field, { value });
  }
  // What a preset has filled in needs no reading; what one writes oneself does.
  byId("program-more", HTMLDetailsElement).open = next.name === "";
  drawTemplate();
  input("destination-name").select();
  input("destination-name").focus();
}

/** @param {DestinationForm} of */
function title({ id, name, vault }) {
  if (id) return text("vault-edit-title", { vault: name });
  return vault.kind === "kv2" ? text("vault-kv2") : name || text("vault-program");
}

/** The choices of an input, each with its template. */
const TEMPLATES = { input: "template", severalInput: "severalTemplate" };
/** @param {string} choice */
const takesTemplate = (choice) => !["raw", "line"].includes(byId(`program-${choice}`, HTMLSelectElement).value);
function drawTemplate() {
  for (const [choice, template] of Object.entries(TEMPLATES)) show(el(`program-${template}-field`), takesTemplate(choice));
}

/** What stands in the fields of a kind, each of which has its id from the kind and its name. @param {VaultForm["kind"]} kind */
function typed(kind) {
  const fields = el(`destination-${kind}`).querySelectorAll("input, select, textarea");
  const values = [...fields].map((field) => [field.id.slice(kind.length + 1), valueOf(field)]);
  if (kind === "program") {
    for (const [choice, template] of Object.entries(TEMPLATES)) if (!takesTemplate(choice)) values.push([template, ""]);
  }
  return /** @type {VaultForm} */ ({ kind, ...Object.fromEntries(values) });
}

/** @param {Element} field */
function valueOf(field) {
  if (!(field instanceof HTMLInputElement)) return /** @type {HTMLTextAreaElement | HTMLSelectElement} */ (field).value;
  if (field.type === "checkbox") return field.checked;
  return field.type === "number" ? Math.max(0, Math.round(field.valueAsNumber || 0)) : field.value;
}

async function save() {
  if (!form) return;
  const answer = await request("save_destination", {
    form: { id: form.id, name: input("destination-name").value, vault: typed(form.vault.kind) },
  });
  if (typeof answer !== "string") {
    if (answer.refusal.code === "secret") input("destination-name").value = "";
    return tell(el("destination-error"), answer.refusal);
  }
  tell(el("destination-error"), null);
  onFormDone(true);
}

/** The form is left: for the list, or a step back. @param {boolean} saved */
export function onFormDone(saved) {
  // What a preset was filled with is chosen anew; what is edited goes back to the list.
  if (!saved && (!asking.hidden || (!whole.hidden && !form?.id))) {
    void chooseKind();
    return;
  }
  showPart(null);
  dialog.dispatchEvent(new Event("form-ends"));
}

/** What is typed as it stands. @param {string} typed */
const verbatim = (typed) => make("span", { class: "mono" }, typed);
for (const id of ["kv2-places", "program-places"]) {
  const places = { name: verbatim("{key_name}"), id: verbatim("{key_id}"), organization: verbatim("{org_id}") };
  write(el(id), "vault-places", places);
}
write(el("program-template-label"), "program-template", { token: verbatim('"{token}"') });
write(el("program-whose-fields-label"), "program-whose-fields", { example: verbatim("/user/email") });
const secrets = { token: verbatim('"{token}"'), key: verbatim('"{private_key}"'), id: verbatim('"{credential_id}"') };
write(el("program-severalTemplate-label"), "program-several-template", secrets);
write(el("program-several-each"), "program-several-each", { secret: verbatim("{secret}") });
for (const choice of Object.keys(TEMPLATES)) {
  byId(`program-${choice}`, HTMLSelectElement).addEventListener("input", drawTemplate);
}
onSubmit(whole, save);
onSubmit(asking, async () => {
  if (!preset) return;
  const answers = [...el("destination-answers").querySelectorAll("input")].map((field) => field.value);
  const answer = await request("fill_preset", { id: preset.id, answers });
  if ("refusal" in answer) tell(el("destination-asking-error"), answer.refusal);
  else beginForm(answer);
});
for (const id of ["destination-choose-back", "destination-asking-back", "destination-back"]) {
  onClick(button(id), () => onFormDone(id === "destination-choose-back"));
}
