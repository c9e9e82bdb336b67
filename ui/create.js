// The form that asks for a key, and what is seen while Dfns is asked.

/** @import { CredentialKind, CreationPhase, CreationView, DestinationView, KeyView, Told, View } from "./ipc-types" */

import { armed } from "./arming.js";
import { clock, countdown } from "./countdown.js";
import { button, byId, el, input, onClick, onSubmit, setBusy, setText, show } from "./dom.js";
import { request, run } from "./ipc.js";
import { tell } from "./error.js";
import { chooseKind, chosenKind, drawKinds, signs, whenChosen } from "./kinds.js";
import { isInProduction, signedIn } from "./session.js";
import { roleNames } from "./roles.js";
import { askForRoles, drawRoles, makeTerms } from "./terms.js";
import { makeWaiting } from "./waiting.js";
import { text, write } from "./words.js";

/** @type {Record<CreationPhase, { words: string, meaning: string }>} */
const PHASES = {
  looking: { words: text("creating-looking"), meaning: text("creating-harmless") },
  asked: { words: text("creating-asked"), meaning: text("creating-asked-meaning") },
  verifying: { words: text("creating-verifying"), meaning: text("creating-verifying-meaning") },
  preparing: { words: text("creating-preparing"), meaning: text("creating-harmless") },
  delivering: { words: text("creating-delivering"), meaning: text("creating-delivering-meaning") },
  readingBack: { words: text("creating-reading-back"), meaning: "" },
};

/** Refusals that are questions, by the button that answers them. @type {Partial<Record<Told["code"], string>>} */
const ANSWERS = { sameName: "create-anyway", stillOpen: "create-anyway", signatureOffered: "create-sign" };

/** What the button says, where the token is held, where that is in Production, and where it goes to a vault. */
const SUBMIT = {
  create: { hold: text("create-submit"), production: text("create-submit-production"), deliver: text("create-submit-deliver") },
  replace: {
    hold: text("create-replacement"),
    production: text("create-replacement-production"),
    deliver: text("create-replacement-deliver"),
  },
};

const form = byId("create", HTMLFormElement);
const name = input("key-name");
const terms = makeTerms("key");
const progress = makeWaiting({
  test: "create",
  operation: () => ({ of: isDelivering() ? "delivery" : "creation" }),
  onShow: (shown) => show(el("create-help"), !shown),
  before: el("create-help"),
});
/** Until Dfns may be asked again. */
const pause = countdown({
  draw: (left) => setText(el("create-wait"), left > 0 ? text("create-wait", { time: clock(left) }) : text("create-waited")),
  every: 1000,
});
/** The key that the next one is to replace. @type {KeyView | null} */
let replaces = null;
let production = false;
/** Where keys are delivered to at once. @type {DestinationView | null} */
let destination = null;
/** Of which replacement, and which destination, the place is drawn. */
let placeOf = "";
/** What is being done. @type {CreationView | null} */
let creation = null;
/** Whose form it is. @type {string | null} */
let account = null;
/** From the click until Rust's answer, so that a second click does not turn into a refusal of its own. */
let asked = false;
/**
 * What was wished besides the name.
 *
 * @typedef {object} Wish
 * @property {boolean} [anyway]  though a key of that name is there, or may be
 * @property {boolean} [signed]  by the account's credential
 * @property {boolean} [hold]  rather than deliver at once
 */

/** Of which kind what the click will wait for was listed ahead, and when. @type {{ kind: CredentialKind | null, at: number }} */
let ahead = { kind: null, at: 0 };

/** The last one, which an answer to a question adds to. @type {Wish} */
let last = {};

const isDelivering = () => creation?.phase === "delivering" || creation?.phase === "readingBack";

/** Gives back what was typed before the page was replaced. @param {string} draft */
export function fillDraft(draft) {
  if (name.value === "") name.value = draft;
}

/** The next key is to replace this one. It bears its name, unless it signs: then it needs one of its own. @param {KeyView} key */
export async function replace(key) {
  chooseKind(key.kind);
  setReplaces(key);
  window.scrollTo(0, 0);
  if (!signs(key.kind)) return button("create-submit").focus();
  name.focus();
  const answer = await request("propose_replacements", { ids: [key.id] });
  const [proposed] = "refusal" in answer ? [] : answer;
  // Another was chosen meanwhile, or a name was typed.
  if (replaces !== key || !proposed) return;
  terms.beginWithDays(proposed.days);
  if (name.value !== "") return;
  name.value = proposed.name;
  name.select();
}

/** What one that signs is to be, as it stands in the form. */
export const chosenTerms = () => terms.chosen();

/** Whether a key is being asked for. */
export const isAsking = () => asked || creation !== null;

/** Asks for a key in place of one that was just revoked. What was typed meanwhile comes back after that. One that signs is left in
 * the form, since its role and its time are to be chosen again.
 * @param {string} keyName @param {CredentialKind} kind @param {KeyView | null} replaced what the revoked one was to replace */
export async function createInPlace(keyName, kind, replaced) {
  const typed = name.value;
  chooseKind(kind);
  setReplaces(replaced);
  if (signs(kind)) {
    name.value = keyName;
    window.scrollTo(0, 0);
    return name.focus();
  }
  name.value = keyName;
  window.scrollTo(0, 0);
  await create();
  if (name.value === "" && typed !== keyName) name.value = typed;
}

/** @param {KeyView | null} key */
function setReplaces(key) {
  if (replaces === key) return;
  replaces = key;
  name.value = key === null || signs(key.kind) ? "" : key.name;
  drawRefusal(null);
  drawReplaces();
}

function drawReplaces() {
  show(el("create-replaces"), replaces !== null);
  const kind = chosenKind();
  setText(
    el("create-title"),
    replaces ? text("create-replacement-title", { kind: replaces.kind }) : text("create-title", { kind: kind ?? "" }),
  );
  show(el("create-terms"), signs(kind) && account !== null);
  void drawRoles(signs(kind) ? account : null);
  const itSigns = signs(replaces?.kind ?? null);
  setText(el("create-replaces-id"), (itSigns ? replaces?.name : replaces?.id) ?? "");
  el("create-replaces-id").classList.toggle("mono", !itSigns);
  if (itSigns) write(el("create-replaces-what"), "create-replaces-it", { name: el("create-replaces-id") });
  else write(el("create-replaces-what"), "create-replaces", { id: el("create-replaces-id") });
  const roles = replaces?.signing?.roles ?? [];
  show(el("create-replaces-roles"), itSigns);
  setText(el("create-replaces-roles"), text("create-replaces-roles", { count: roles.length, roles: roleNames(roles) }));
  // What replaces another gets its roles, whatever was chosen.
  form.classList.toggle("with-roles-of-old", itSigns);
  setText(
    button("create-submit"),
    SUBMIT[replaces ? "replace" : "create"][destination ? "deliver" : production ? "production" : "hold"],
  );
  show(el("create-delivers"), destination !== null);
  setText(el("create-delivers-to"), destination?.name ?? "");
  write(el("create-delivers-what"), "create-delivers", { vault: el("create-delivers-to") });
  show(el("create-holds"), destination === null && kind !== null);
  setText(el("create-holds"), text("create-holds", { kind: kind ?? "" }));
  show(el("create-not-there"), kind === null);
  void drawPlace();
  name.readOnly = (replaces !== null && !itSigns) || creation !== null;
}

/** The old key's entry stays: where the new one's goes is told before anything happens. */
async function drawPlace() {
  const next = replaces && destination && !signs(replaces.kind) ? JSON.stringify([replaces.id, account, destination]) : "";
  if (next === placeOf) return;
  placeOf = next;
  setText(el("create-delivers-place"), "");
  if (!next || !replaces || !destination) return;
  const place = await request("place_of_replacement", { id: replaces.id, destination: destination.id });
  if (placeOf === next && typeof place === "string") setText(el("create-delivers-place"), text("create-place", { place }));
}

/** @param {View} view */
export function drawCreate(view) {
  const session = signedIn(view);
  const appears = form.hidden && session !== null;
  show(form, session !== null);
  if (!session) drawRefusal(null);
  // What was to be replaced belongs to the account that was in use.
  else if (session.id !== account) setReplaces(null);
  account = session?.id ?? account;
  production = isInProduction(view);
  form.classList.toggle("in-production", production);
  drawKinds(session);
  const kind = chosenKind();
  const unseen = session?.kinds.some((each) => each.kind === kind && each.offer === "noPermission") ?? false;
  show(el("create-no-list"), session !== null && (kind === "api-key" ? !session.mayList : unseen));
  destination = view.destinations.find((each) => each.default) ?? null;
  creation = view.creation;
  drawProgress();
  drawReplaces();
  if (!appears) return;
  // Wherever the page was scrolled to before: who is signed in is told at its top.
  window.scrollTo(0, 0);
  if (!view.reveal) name.focus({ preventScroll: true });
}

function drawProgress() {
  for (const id of ["create-submit", "create-replaces-not", "create-hold"]) setBusy(button(id), creation !== null);
  if (!creation && progress.element.contains(document.activeElement)) name.focus();
  progress.set(creation && { ...PHASES[creation.phase], runningMs: creation.runningMs });
}

/** Somebody is at the form: what the click would wait for is done before it. Rust knows how often that makes sense. */
function prepare() {
  const [kind, at] = [chosenKind(), performance.now()];
  if (account === null || kind === null || isAsking() || (kind === ahead.kind && at - ahead.at < 1000)) return;
  ahead = { kind, at };
  void run("prepare", { kind });
}

/** @param {Wish} [wish] */
async function create(wish = {}) {
  if (asked) return;
  asked = true;
  last = wish;
  const { anyway = false, signed = false, hold = false } = wish;
  const kind = chosenKind() ?? "api-key";
  const deliverTo = hold ? null : (destination?.id ?? null);
  // What is drawn comes after what is waited for.
  const outcome = run("create_key", {
    kind,
    name: name.value,
    terms: signs(kind) ? terms.wanted() : null,
    anyway,
    signed,
    replaces: replaces?.id ?? null,
    deliverTo,
  });
  drawRefusal(null);
  const refusal = await outcome;
  asked = false;
  // The view shows the sign-in form with the reason; the name stays for afterwards.
  if (refusal?.code === "signInAgain") return;
  drawRefusal(refusal);
  if (!refusal) {
    setReplaces(null);
    name.value = "";
  } else if (refusal.code === "secret") {
    name.value = "";
    name.focus();
  } else if (refusal.code === "name") name.focus();
  else if (refusal.code === "days") el("key-days").focus();
  else if (refusal.code === "role") {
    el("key-role").focus();
    void askForRoles();
  } else {
    const answer = ANSWERS[refusal.code];
    if (answer) button(answer).focus();
  }
}

/** @param {Told | null} refusal */
function drawRefusal(refusal) {
  show(el("create-problem"), refusal !== null);
  // While it counts down, the countdown says what the hint would.
  tell(el("create-error"), refusal && refusal.waitMs !== null ? { ...refusal, hint: null } : refusal);
  const answer = refusal && ANSWERS[refusal.code];
  for (const id of ["create-anyway", "create-sign"]) show(button(id), id === answer);
  pause.set(refusal?.waitMs ?? null);
  show(el("create-wait"), refusal?.waitMs != null);
  // Not every refusal is a fault: one is a question, one the person's own wish, and one is not known to be a refusal.
  const fault = !answer && !["calledOff", "doubtful", "unconfirmed"].includes(refusal?.code ?? "");
  el("create-problem").classList.toggle("error", fault);
  el("create-problem").classList.toggle("warning", !fault);
  name.setAttribute("aria-invalid", String(refusal?.code === "name"));
}

whenChosen(() => {
  drawRefusal(null);
  drawReplaces();
  prepare();
});
for (const sign of ["focusin", "input"]) form.addEventListener(sign, prepare);
button("create-submit").addEventListener("pointerenter", prepare);
onSubmit(form, () => create());
// "Anyway" was offered for the name as it stood.
name.addEventListener("input", () => drawRefusal(null));
onClick(button("create-anyway"), () => create({ ...last, anyway: true }));
onClick(button("create-sign"), () => create({ ...last, signed: true }));
for (const id of ["create-anyway", "create-sign"]) armed(button(id));
onClick(button("create-hold"), () => create({ hold: true }));
onClick(button("create-replaces-not"), () => {
  setReplaces(null);
  name.focus();
});
