// The sign-in form, with three ways in. Pasting goes past the page: Rust reads the clipboard itself, and files as well. The
// field for typing a token is the way out where that cannot work; this page, and the process it is in, end once it was used.

/** @import { KeySource, Persona, PresetView, SessionView, SignInForm, Told } from "./ipc-types" */

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
const code = input("signin-code");
const organization = input("signin-organization");

/** @typedef {"connect" | "key" | "token"} Way */

/** What each way in ends with: there it is told how an attempt goes. @type {Record<Way, HTMLElement>} */
const BUTTONS = { connect: el("signin-connect-buttons"), key: el("signin-key-buttons"), token: el("signin-buttons") };

/** What an attempt may find wrong, and the field that it is shown at. @type {Partial<Record<Told["code"], (way: Way) => HTMLInputElement>>} */
const FIELDS = {
  address: () => input("signin-url"),
  name: () => input("signin-name"),
  secret: () => input("signin-name"),
  enrolmentCode: () => code,
  organization: (way) => (way === "key" ? input("signin-key-organization") : organization),
  credentialId: () => input("signin-key-id"),
  username: () => input("signin-username"),
  privateKey: () => input(keySource() === "file" ? "signin-key-file" : "signin-key-paste"),
  tokenMissing: () => token,
};

/** They are emptied once somebody is signed in: the next account has others. */
const TYPED = [
  "signin-code",
  "signin-organization",
  "signin-key-id",
  "signin-username",
  "signin-key-organization",
  "signin-token",
];

/** The form as Rust last gave it: it is filled in again only when that changes, never over what was typed. */
const isGivenAnew = changes();
/** The way that is unfolded. @type {Way} */
let unfolded = "connect";
/** Whether a token is typed, rather than pasted. */
let typing = false;
/** The accounts that were seen signed in with a credential. @type {Set<string>} */
const withCredential = new Set();
/** The way that was last tried. @type {Way} */
let tried = "connect";
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
const progress = makeWaiting({
  test: "signin",
  operation: () => ({ of: "signIn" }),
  onShow: (shown) => shown && progress.element.scrollIntoView({ block: "nearest" }),
});

const keySource = () => /** @type {KeySource} */ (radios(form, "key-from").value);

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

  if (next.state === "signedIn" && next.credential) withCredential.add(next.id);
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
  if (wasHidden) {
    // Whoever pasted a token before, and is asked for the next, has that way first.
    const again = next.account !== null && !withCredential.has(next.account.id) && reason?.code !== "credential";
    typing = false;
    unfolded = again ? "token" : "connect";
    el("signin-in-title").after(el(again ? "signin-token-way" : "signin-connect-way"));
    if (!again) el("signin-key-way").after(el("signin-token-way"));
  }
  draw();
  if (!wasHidden) return;
  window.scrollTo(0, 0);
  const way = [submit, paste].find((each) => each.getClientRects().length > 0 && each.classList.contains("primary"));
  const first = way ?? form.querySelector("[name=environment]:checked");
  if (first instanceof HTMLElement) first.focus({ preventScroll: true });
}

/** The organization's own environments come first. @param {PresetView[]} offered */
function drawEnvironments(offered) {
  // What a file said at the start does not change.
  if (el("signin-choices").hasChildNodes()) return;
  presets = offered;
  for (const [index, { name, host }] of presets.entries()) addEnvironment(`preset-${index}`, name, host);
  for (const [kind, { name, meaning, choice }] of Object.entries(ENVIRONMENTS)) {
    addEnvironment(kind, choice ?? name, meaning);
  }
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
  input("signin-passphrase").checked = values.passphrase;
}

function draw() {
  const { environment } = read();
  const preset = chosenPreset();
  const sandbox = environment === "sandbox";
  form.dataset.environment = environment;
  show(el("signin-url-field"), environment === "custom" && !preset);
  show(el("signin-account"), !sandbox);
  show(el("signin-passphrase-field"), input("signin-remember").checked);
  show(el("signin-personas"), sandbox);
  for (const id of ["signin-in-title", "signin-connect-way", "signin-key-way", "signin-token-title", "signin-how"]) {
    show(el(id), !sandbox);
  }
  for (const way of /** @type {const} */ (["connect", "key"])) {
    show(el(`signin-${way}-fields`), unfolded === way);
    button(`signin-${way}`).setAttribute("aria-expanded", String(unfolded === way));
  }
  show(el("signin-token-field"), typing && !sandbox);
  show(paste, !typing && !sandbox);
  paste.classList.toggle("primary", unfolded === "token");
  show(submit, typing || sandbox);
  setText(submit, sandbox ? text("signin-sandbox") : text("signin-submit"));
  show(type, !sandbox);
  setText(type, typing ? text("signin-paste-instead") : text("signin-type-instead"));
  type.setAttribute("aria-expanded", String(typing));

  const account = session?.account ?? null;
  show(el("signin-title"), account !== null);
  setText(el("signin-title"), account ? text("signin-title", { account: account.label }) : "");
  show(el("signin-again"), session?.retry ?? false);
  show(button("signin-forget"), account !== null);
  show(button("signin-back"), !!session?.back);
  setText(button("signin-back"), session?.back ? text("signin-back", { account: session.back.label }) : "");
  show(el("signin-ways"), !!session?.back || account !== null);

  const told = refusal ?? reason;
  // What was tried is told where that was done; why one is asked again, and what concerns all ways, above them.
  const place = refusal && !sandbox && refusal.code !== "address" ? BUTTONS[tried] : el("signin-again");
  if (place.previousElementSibling !== el("signin-error")) place.before(el("signin-error"));
  tell(el("signin-error"), told);
  const wrong = wrongField();
  for (const field of form.querySelectorAll("input")) {
    field.setAttribute("aria-invalid", String(field === wrong));
  }
}

/** The field that a refusal is about. */
const wrongField = () => (refusal && FIELDS[refusal.code]?.(tried)) ?? null;

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
    passphrase: input("signin-passphrase").checked,
  };
}

/** As many letters as a code has. */
const CODE = 9;

/** One attempt at a time; Rust holds to that as well. @param {Way} way @param {() => Promise<Told | null>} start */
async function attempt(way, start) {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  tried = way;
  BUTTONS[way].after(progress.element);
  refusal = null;
  reason = null;
  draw();
  const told = await start();
  refusal = unlessCalledOff(told);
  // After a refusal it stays, to be corrected or tried again; once signed in this page is about to end as well.
  if (!told) for (const id of TYPED) input(id).value = "";
  if (refusal?.code === "secret") input("signin-name").value = "";
  // A whole one was sent, and works once.
  if (refusal?.code === "enrolmentCode" && code.value.trim().length === CODE) code.value = "";
  form.removeAttribute("aria-busy");
  draw();
  if (refusal) el("signin-error").scrollIntoView({ block: "nearest" });
  const wrong = wrongField();
  if (wrong && wrong.getClientRects().length > 0) wrong.focus();
}

function signIn() {
  const values = read();
  if (values.environment === "sandbox") {
    const persona = /** @type {Persona} */ (radios(form, "persona").value);
    attempt("token", () => run("enter_sandbox", { persona }));
  } else if (unfolded === "token") {
    if (typing) attempt("token", () => run("sign_in_typed", { form: values, token: token.value }));
    else signInPasted();
  } else if (unfolded === "key") {
    const credential = {
      id: input("signin-key-id").value.trim(),
      username: input("signin-username").value.trim(),
      organization: input("signin-key-organization").value.trim(),
    };
    attempt("key", () => run("sign_in_by_key", { form: values, credential, from: keySource() }));
  } else {
    attempt("connect", () => run("enrol", { form: values, code: code.value.trim(), organization: organization.value.trim() }));
  }
}

function signInPasted() {
  attempt("token", () => run("sign_in_pasted", { form: read() }));
}

/** Unfolds a way in, and folds the others: what was typed there stays. @param {Way} way */
function unfold(way) {
  unfolded = way;
  if (way !== "token") typing = false;
  draw();
}

/** @param {Extract<SessionView, { state: "checking" }> | null} checking null: nothing is being checked */
function setChecking(checking) {
  for (const each of form.querySelectorAll(".actions button")) {
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
onClick(paste, signInPasted);
onClick(button("signin-connect"), () => {
  unfold("connect");
  organization.focus();
});
onClick(button("signin-key"), () => {
  unfold("key");
  input("signin-key-id").focus();
});
/** @param {Promise<Told | null>} command */
const leaving = async (command) => {
  refusal = unlessCalledOff(await command);
  draw();
};
onClick(button("signin-retry"), () => leaving(run("switch_account", { id: session?.account?.id ?? "" })));
onClick(button("signin-back"), () => leaving(run("switch_account", { id: session?.back?.id ?? "" })));
onClick(button("signin-forget"), () => leaving(run("sign_out", { deactivate: false })));
armed(button("signin-forget"));
onClick(type, () => {
  token.value = "";
  typing = !typing;
  unfold("token");
  if (typing) token.focus();
});
