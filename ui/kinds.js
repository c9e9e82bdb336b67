// Which kind of credential is made: what the organization offers, of the kinds that there are, each with its reason in words
// where it cannot be had.

/** @import { CredentialKind, Offer } from "./ipc-types" */
/** @import { SignedIn } from "./session.js" */

import { el, make, setText, show } from "./dom.js";
import { text } from "./words.js";

/** In the order in which they are offered, by what people who automate call them. @satisfies {Record<CredentialKind, object>} */
const KINDS = {
  "service-account": { name: "serviceAccount", words: text("kinds-service-account"), signs: true },
  "personal-access-token": { name: "personalAccessToken", words: text("kinds-personal-access-token"), signs: true },
  "api-key": { name: "apiKey", words: text("kinds-api-key"), signs: false },
};
const ALL = /** @type {CredentialKind[]} */ (Object.keys(KINDS));
/** Which is made unless somebody chooses another: the first of these that can be had. @type {CredentialKind[]} */
const USUAL = ["service-account", "api-key", "personal-access-token"];

/** What reading a kind has shown. @type {Record<Offer, { words: string, offered: boolean }>} */
const OFFERS = {
  listed: { words: "", offered: true },
  noPermission: { words: text("kinds-no-permission"), offered: true },
  unknown: { words: text("kinds-unknown"), offered: true },
  refused: { words: text("kinds-refused"), offered: false },
  notThere: { words: text("kinds-not-there"), offered: false },
};

const made = ALL.map((kind) => {
  const radio = make("input", { type: "radio" });
  radio.name = "kind";
  radio.value = kind;
  const reason = make("span", { class: "quiet" });
  const item = make("li", {}, make("label", { class: "kind" }, radio, make("span", {}, KINDS[kind].words, " ", reason)));
  item.dataset.kind = KINDS[kind].name;
  radio.addEventListener("change", () => {
    wanted = kind;
    draw();
    onChoice();
  });
  return { kind, radio, reason, item };
});
el("kinds").append(...made.map(({ item }) => item));

/** What the person has chosen, for as long as they are signed in. @type {CredentialKind | null} */
let wanted = null;
/** @type {CredentialKind | null} */
let chosen = null;
/** @type {SignedIn | null} */
let session = null;
let onChoice = () => {};

/** What such a kind is called by people who automate. @param {CredentialKind} kind */
export const kindName = (kind) => KINDS[kind].name;

/** The kind that is to be made; null where none can be had. */
export const chosenKind = () => chosen;

/** Whether such a one is made with a key pair, and its request signed. @param {CredentialKind | null} kind */
export const signs = (kind) => kind !== null && KINDS[kind].signs;

/** @param {() => void} draw is called whenever another is chosen */
export function whenChosen(draw) {
  onChoice = draw;
}

/** @param {SignedIn | null} next */
export function drawKinds(next) {
  if (next?.id !== session?.id) wanted = null;
  session = next;
  draw();
}

/** Chooses a kind, as for one that is to be made in place of another. @param {CredentialKind} kind */
export function chooseKind(kind) {
  wanted = kind;
  draw();
  onChoice();
}

/** @param {CredentialKind} kind */
function offerOf(kind) {
  return session?.kinds.find((each) => each.kind === kind)?.offer ?? null;
}

/** Why a kind cannot be had, or cannot be seen; and whether it is offered. @param {CredentialKind} kind */
function stateOf(kind) {
  const offer = offerOf(kind);
  const { words, offered } = offer ? OFFERS[offer] : { words: "", offered: true };
  // That it is not there says more than that it could not be signed.
  if (offered && KINDS[kind].signs && session && session.credential === null) {
    return { words: text("kinds-needs-credential"), offered: false };
  }
  return { words, offered };
}

function draw() {
  const offered = (/** @type {CredentialKind} */ kind) => stateOf(kind).offered;
  chosen = (wanted !== null && offered(wanted) ? wanted : USUAL.find(offered)) ?? null;
  for (const { kind, radio, reason, item } of made) {
    const state = stateOf(kind);
    radio.checked = kind === chosen;
    radio.disabled = !state.offered;
    setText(reason, state.words === "" ? "" : `(${state.words})`);
    show(reason, state.words !== "");
    item.dataset.offer = offerOf(kind) ?? "";
    item.dataset.offered = String(state.offered);
  }
}
