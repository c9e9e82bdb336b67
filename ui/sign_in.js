// The sign-in form. Pasting goes past the page: Rust reads the clipboard itself. The field for typing is the way out
// where that cannot work; this page, and the process it is in, end once it was used.

/** @import { Persona, PresetView, SessionView, SignInForm, Told } from "./ipc-types" */

import { armed } from "./arming.js";
import { button, byId, changes, el, input, make, onClick, onSubmit, radios, setBusy, setText, show } from "./dom.js";
import { ENVIRONMENTS } from "./environment.js";
import { run } from "./ipc.js";
import { tell, unlessCalledOff } from "./error.js";
import { makeWaiting } from "./waiting.js";
import { text } from "./words.js";

const form = byId("sign-in", HTMLFormElement);
const paste = button("signin-paste");
const submit = button("signin-submit");
const type = button("signin-type");
const token = input("signin-token");

/** The form as Rust last gave it: it is filled in again only when that changes, never over what was typed. */
const isGivenAnew = changes();
let typing = false;
/** Whether Rust knows that something was typed into the field. */
let noted = false;
/** @type {PresetView[]} */
let presets = [];
/** @type {Told | null} */
let refusal = null;
/** @type {Told | null} */
let reason = null;
/** @type {Extract<SessionView, { state: "signedOut" }> | null} */
let session = null;
const progress = makeWaiting({ test: "signin", operation: () => ({ of: "signIn" }), before: el("signin-how") });

/** What is waited for. @param {Extract<SessionView, { state: "checking" }>} checking */
export function checkingWords({ step, host }) {
  return step === "keyring" ? text("checking-keyring") : text("checking-dfns", { host });
}

/** @param {SessionView} next @param {PresetView[]} offered */
export function drawSignIn(next, offered) {
  drawEnvironments(offered);
  // While a sign-in begun here is checked, the form stays, with what was typed in it.
  if (next.state === "checking" && !form.hidden && form.getAttribute("aria-busy") === "true") {
    setChecking(next);
    return;
  }
  setChecking(null);

  const wasHidden = form.hidden;
  show(form, next.state === "signedOut");
  if (next.state !== "signedOut") {
    // Of a check the page may hear only after the answer to what began it.
    if (next.state !== "checking") refusal = null;
    return;
  }
  session = next;
  reason = next.reason;
  if (isGivenAnew([next.form, next.account])) {
    fill(next.form);
    refusal = null;
  }
  if (wasHidden) typing = false;
  draw();
  if (!wasHidden) return;
  window.scrollTo(0, 0);
  (paste.hidden ? submit : paste).focus({ preventScroll: true });
}

/** The organization's own environments come first. @param {PresetView[]} offered */
function drawEnvironments(offered) {
  // What a file said at the start does not change.
  if (el("signin-choices").hasChildNodes()) return;
  presets = offered;
  for (const [index, { name, host }] of presets.entries()) addEnvironment(`preset-${index}`, name, host);
  for (const [kind, { name, meaning }] of Object.entries(ENVIRONMENTS)) addEnvironment(kind, name, meaning);
}

/** @param {string} value @param {string} name @param {string} meaning */
function addEnvironment(value, name, meaning) {
  const choice = make("input", { type: "radio" });
  choice.name = "environment";
  choice.value = value;
  el("signin-choices").append(
    make("label", { class: "choice" }, choice, make("span", {}, make("strong", {}, name), " ", make("small", {}, meaning))),
  );
}

/** @param {SignInForm} values */
function fill(values) {
  const preset = presets.findIndex(({ url }) => values.environment === "custom" && url === values.url);
  radios(form, "environment").value = preset < 0 ? values.environment : `preset-${preset}`;
  input("signin-url").value = preset < 0 ? values.url : "";
  input("signin-name").value = values.name;
  input("signin-remember").checked = values.remember;
}

function draw() {
  const { environment } = read();
  const preset = chosenPreset();
  const sandbox = environment === "sandbox";
  form.dataset.environment = environment;
  show(el("signin-url-field"), environment === "custom" && !preset);
  show(el("signin-account"), !sandbox);
  show(el("signin-personas"), sandbox);
  show(el("signin-token-field"), typing && !sandbox);
  show(paste, !typing && !sandbox);
  show(submit, typing || sandbox);
  setText(submit, sandbox ? text("signin-sandbox") : text("signin-submit"));
  show(type, !sandbox);
  setText(type, typing ? text("signin-paste-instead") : text("signin-type-instead"));
  type.setAttribute("aria-expanded", String(typing));
  show(el("signin-how"), !typing && !sandbox);

  const account = session?.account ?? null;
  show(el("signin-title"), account !== null);
  setText(el("signin-title"), account ? text("signin-title", { account: account.label }) : "");
  show(button("signin-retry"), session?.retry ?? false);
  show(button("signin-forget"), account !== null);
  show(button("signin-back"), !!session?.back);
  setText(button("signin-back"), session?.back ? text("signin-back", { account: session.back.label }) : "");
  show(el("signin-ways"), !!session?.back || account !== null);

  const told = refusal ?? reason;
  tell(el("signin-error"), told);
  token.setAttribute("aria-invalid", String(told?.code === "tokenMissing"));
  input("signin-url").setAttribute("aria-invalid", String(told?.code === "address"));
}

const chosenPreset = () => presets.find((_, index) => radios(form, "environment").value === `preset-${index}`) ?? null;

/** @returns {SignInForm} */
function read() {
  const preset = chosenPreset();
  const environment = preset ? "custom" : radios(form, "environment").value;
  return {
    environment: /** @type {SignInForm["environment"]} */ (environment),
    url: preset?.url ?? (environment === "custom" ? input("signin-url").value.trim() : ""),
    name: input("signin-name").value.trim(),
    remember: input("signin-remember").checked,
  };
}

/** One attempt at a time; Rust holds to that as well. @param {() => Promise<Told | null>} start */
async function attempt(start) {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  refusal = null;
  reason = null;
  draw();
  refusal = unlessCalledOff(await start());
  // After a refusal it stays, to be corrected or tried again; once signed in this page is about to end as well.
  if (!refusal) token.value = "";
  if (refusal?.code === "secret") input("signin-name").value = "";
  form.removeAttribute("aria-busy");
  draw();
  if (refusal) el("signin-error").scrollIntoView({ block: "nearest" });
  if (refusal?.code === "address") input("signin-url").focus();
  else if (refusal?.code === "tokenMissing" && typing) token.focus();
  else if (refusal?.code === "secret") input("signin-name").focus();
}

function signIn() {
  const values = read();
  if (values.environment === "sandbox") {
    const persona = /** @type {Persona} */ (radios(form, "persona").value);
    attempt(() => run("enter_sandbox", { persona }));
  } else if (typing) {
    attempt(() => run("sign_in_typed", { form: values, token: token.value }));
  } else {
    attempt(() => run("sign_in_pasted", { form: values }));
  }
}

/** @param {Extract<SessionView, { state: "checking" }> | null} checking null: nothing is being checked */
function setChecking(checking) {
  for (const each of form.querySelectorAll("#signin-buttons button, #signin-ways button")) {
    setBusy(/** @type {HTMLButtonElement} */ (each), checking !== null);
  }
  progress.set(checking && { words: checkingWords(checking), runningMs: checking.runningMs });
}

// Sent or not, signed in by it or otherwise: this page is to end then, with the name that waits in it kept.
token.addEventListener("input", () => {
  if (noted) return;
  noted = true;
  run("note_typed", { draft: input("key-name").value });
});
onSubmit(form, signIn);
form.addEventListener("change", (event) => {
  const changed = event.target;
  if (changed instanceof HTMLInputElement && changed.name === "environment") {
    // What was refused there says nothing about here.
    refusal = null;
    reason = null;
  }
  draw();
});
onClick(paste, signIn);
/** @param {Promise<Told | null>} command */
const leaving = async (command) => {
  refusal = unlessCalledOff(await command);
  draw();
};
onClick(button("signin-retry"), () => leaving(run("switch_account", { id: session?.account?.id ?? "" })));
onClick(button("signin-back"), () => leaving(run("switch_account", { id: session?.back?.id ?? "" })));
onClick(button("signin-forget"), () => leaving(run("sign_out")));
armed(button("signin-forget"));
onClick(type, () => {
  typing = !typing;
  token.value = "";
  draw();
  if (typing) token.focus();
});
