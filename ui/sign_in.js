// The sign-in form. Pasting goes past the page: Rust reads the clipboard itself. The field for typing is the way out
// where that cannot work; this page, and the process it is in, end once it was used.

/** @typedef {import("./ipc-types").SessionView} SessionView */
/** @typedef {import("./ipc-types").SignInForm} SignInForm */
/** @typedef {import("./ipc-types").SandboxPersona} SandboxPersona */
/** @typedef {import("./ipc-types").Told} Told */

import { A_MOMENT, button, byId, el, input, onClick, setBusy, setText, show, tell } from "./dom.js";
import { enterSandbox, signInPasted, signInTyped } from "./ipc.js";

const form = byId("sign-in", HTMLFormElement);
const paste = button("signin-paste");
const submit = button("signin-submit");
const type = button("signin-type");
const token = input("signin-token");

/** The form as Rust last gave it: it is filled in again only when that changes, never over what was typed. */
let given = "";
let typing = false;
/** @type {Told | null} */
let refusal = null;
/** @type {Told | null} */
let reason = null;
let busyTimer = 0;

/** @param {SessionView} session */
export function drawSignIn(session) {
  // While a sign-in begun here is checked, the form stays, with what was typed in it.
  const checkedFromHere = session.state === "checking" && !form.hidden;
  setChecking(checkedFromHere ? session.host : null);
  if (checkedFromHere) return;

  const wasHidden = form.hidden;
  show(form, session.state === "signedOut");
  if (session.state !== "signedOut") {
    refusal = null;
    return;
  }
  reason = session.reason;
  const next = JSON.stringify(session.form);
  if (next !== given) fill(session.form);
  given = next;
  if (wasHidden) typing = false;
  draw();
  if (wasHidden) (paste.hidden ? submit : paste).focus({ preventScroll: true });
}

/** @param {SignInForm} values */
function fill(values) {
  radio("environment", values.environment).checked = true;
  input("signin-url").value = values.url;
  input("signin-name").value = values.name;
  input("signin-remember").checked = values.remember;
}

function draw() {
  const { environment } = read();
  const sandbox = environment === "sandbox";
  form.dataset.environment = environment;
  show(el("signin-url-field"), environment === "custom");
  show(el("signin-account"), !sandbox);
  show(el("signin-personas"), sandbox);
  show(el("signin-token-field"), typing && !sandbox);
  show(paste, !typing && !sandbox);
  show(submit, typing || sandbox);
  setText(submit, sandbox ? "Enter the sandbox" : "Sign in");
  show(type, !sandbox);
  setText(type, typing ? "Paste it instead" : "Type it instead");
  type.setAttribute("aria-expanded", String(typing));
  show(el("signin-how"), !typing && !sandbox);

  const told = refusal ?? reason;
  tell(el("signin-error"), told);
  token.setAttribute("aria-invalid", String(told?.code === "tokenMissing"));
  input("signin-url").setAttribute("aria-invalid", String(told?.code === "address"));
}

/** @returns {SignInForm} */
function read() {
  const chosen = form.querySelector("input[name=environment]:checked");
  const environment = chosen instanceof HTMLInputElement ? chosen.value : "production";
  return {
    environment: /** @type {SignInForm["environment"]} */ (environment),
    url: environment === "custom" ? input("signin-url").value.trim() : "",
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
  refusal = await start();
  // After a refusal it stays, to be corrected or tried again; once signed in this page is about to end as well.
  if (!refusal) token.value = "";
  form.removeAttribute("aria-busy");
  draw();
  if (refusal) el("signin-error").scrollIntoView({ block: "nearest" });
  if (refusal?.code === "address") input("signin-url").focus();
  else if (refusal?.code === "tokenMissing" && typing) token.focus();
}

function signIn() {
  const values = read();
  if (values.environment === "sandbox") {
    const persona = form.querySelector("input[name=persona]:checked");
    if (!(persona instanceof HTMLInputElement)) return;
    attempt(() => enterSandbox(/** @type {SandboxPersona} */ (persona.value)));
  } else if (typing) {
    const draft = input("key-name").value;
    attempt(() => signInTyped(values, token.value, draft));
  } else {
    attempt(() => signInPasted(values));
  }
}

/** @param {string | null} host whom is asked, or null: nothing is being checked */
function setChecking(host) {
  window.clearTimeout(busyTimer);
  for (const each of [paste, submit, type]) setBusy(each, host !== null);
  if (host === null) {
    show(el("signin-busy"), false);
    setText(el("signin-busy-text"), "");
    return;
  }
  busyTimer = window.setTimeout(() => {
    show(el("signin-busy"), true);
    setText(el("signin-busy-text"), `Checking with ${host}…`);
  }, A_MOMENT);
}

/** @param {string} name @param {string} value */
function radio(name, value) {
  const found = form.querySelector(`input[name=${name}][value=${value}]`);
  if (!(found instanceof HTMLInputElement)) throw new Error(`no radio ${name} ${value}`);
  return found;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  signIn();
});
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
onClick(type, () => {
  typing = !typing;
  token.value = "";
  draw();
  if (typing) token.focus();
});
