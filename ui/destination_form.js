// Adding and editing a destination: which vault, a preset's two or three questions, and the whole of it.

/** @import { DestinationForm, ProgramPresetView, VaultForm } from "./ipc-types" */

import { button, byId, el, input, make, onClick, setText, show } from "./dom.js";
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

/** @type {DestinationForm} */
const NEW_KV2 = {
  id: null,
  name: text("vault-kv2-name"),
  vault: {
    kind: "kv2",
    address: "https://",
    mount: "secret",
    path: "dfns/{key_name}",
    field: "token",
    namespace: "",
    authority: "",
  },
};

/** @type {DestinationForm} */
const NEW_PROGRAM = {
  id: null,
  name: "",
  vault: {
    kind: "program",
    program: "",
    store: "{key_name}",
    input: "raw",
    template: "",
    exists: "",
    missing: "",
    prints: false,
    stale: false,
    readBack: "",
    readBackLine: false,
    whose: "",
    whoseFields: "",
    names: "readable",
    seconds: 60,
    variables: "",
    password: false,
  },
};

const CHECKED = /** @type {const} */ (["prints", "stale", "readBackLine", "password"]);

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
  if ("refusal" in presets) {
    tell(el("destination-choose-problem"), presets.refusal);
    return;
  }
  // Those that are on this computer come first.
  const sorted = [...presets].sort((a, b) => Number(b.installed) - Number(a.installed));
  const choices = [
    choice(text("vault-kv2"), text("vault-kv2-what"), "kv2", () => beginForm(NEW_KV2)),
    ...sorted.map((each) =>
      choice(each.name, each.installed ? each.program : text("vault-not-installed", { program: each.program }), each.id, () =>
        ask(each),
      ),
    ),
    choice(text("vault-program"), text("vault-program-what"), "program", () => beginForm(NEW_PROGRAM)),
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
    const field = make("input", { type: "text", test: "destination-answer" });
    field.id = `destination-answer-${place}`;
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

/** Shows the whole of a destination. @param {DestinationForm} next */
export function beginForm(next) {
  form = next;
  const { vault } = next;
  dialog.dispatchEvent(new Event("form-begins"));
  showPart("form");
  tell(el("destination-error"), null);
  setText(el("destination-title"), title(next));
  input("destination-name").value = next.name;
  show(el("destination-kv2"), vault.kind === "kv2");
  show(el("destination-program"), vault.kind === "program");
  if (vault.kind === "kv2") {
    for (const name of /** @type {const} */ (["address", "mount", "path", "field", "namespace", "authority"])) {
      input(`kv2-${name}`).value = vault[name];
    }
  } else {
    input("program-program").value = vault.program;
    for (const name of /** @type {const} */ (["store", "template", "exists", "readBack", "whose"])) {
      byId(`program-${name}`, HTMLTextAreaElement).value = vault[name];
    }
    for (const name of /** @type {const} */ (["input", "names"])) byId(`program-${name}`, HTMLSelectElement).value = vault[name];
    for (const name of /** @type {const} */ (["missing", "whoseFields", "variables"]))
      input(`program-${name}`).value = vault[name];
    input("program-seconds").value = String(vault.seconds);
    for (const name of CHECKED) input(`program-${name}`).checked = vault[name];
    // What a preset has filled in needs no reading; what one writes oneself does.
    byId("program-more", HTMLDetailsElement).open = next.name === "";
    drawTemplate();
  }
  input("destination-name").select();
  input("destination-name").focus();
}

/** @param {DestinationForm} of */
function title({ id, name, vault }) {
  if (id) return text("vault-edit-title", { vault: name });
  return vault.kind === "kv2" ? text("vault-kv2") : name || text("vault-program");
}

function drawTemplate() {
  show(el("program-template-field"), byId("program-input", HTMLSelectElement).value.includes("json"));
}

/** @returns {VaultForm} */
function typed() {
  if (form?.vault.kind === "kv2") {
    const value = (/** @type {string} */ name) => input(`kv2-${name}`).value;
    return {
      kind: "kv2",
      address: value("address"),
      mount: value("mount"),
      path: value("path"),
      field: value("field"),
      namespace: value("namespace"),
      authority: value("authority"),
    };
  }
  const area = (/** @type {string} */ name) => byId(`program-${name}`, HTMLTextAreaElement).value;
  const json = byId("program-input", HTMLSelectElement).value.includes("json");
  return {
    kind: "program",
    program: input("program-program").value,
    store: area("store"),
    input: byId("program-input", HTMLSelectElement).value,
    template: json ? area("template") : "",
    exists: area("exists"),
    missing: input("program-missing").value,
    prints: input("program-prints").checked,
    stale: input("program-stale").checked,
    readBack: area("readBack"),
    readBackLine: input("program-readBackLine").checked,
    whose: area("whose"),
    whoseFields: input("program-whoseFields").value,
    names: byId("program-names", HTMLSelectElement).value,
    seconds: Math.max(0, Math.round(input("program-seconds").valueAsNumber || 0)),
    variables: input("program-variables").value,
    password: input("program-password").checked,
  };
}

async function save() {
  const answer = await request("save_destination", {
    form: { id: form?.id ?? null, name: input("destination-name").value, vault: typed() },
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
  if (!saved && form !== null && form.id === null && !whole.hidden) {
    form = null;
    void chooseKind();
    return;
  }
  if (!saved && !asking.hidden) {
    void chooseKind();
    return;
  }
  form = null;
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
byId("program-input", HTMLSelectElement).addEventListener("input", drawTemplate);
whole.addEventListener("submit", (event) => {
  event.preventDefault();
  void save();
});
asking.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!preset) return;
  const answers = [...el("destination-answers").querySelectorAll("input")].map((field) => field.value);
  const answer = await request("fill_preset", { id: preset.id, answers });
  if ("refusal" in answer) tell(el("destination-asking-error"), answer.refusal);
  else beginForm(answer);
});
for (const id of ["destination-choose-back", "destination-asking-back", "destination-back"]) {
  onClick(button(id), () => onFormDone(id === "destination-choose-back"));
}
