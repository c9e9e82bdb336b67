// What the organization offers, of the kinds of credentials that there are: a sign, and its reason in words.

/** @import { Offer, OfferKind, OfferView } from "./ipc-types" */

import { changes, el, make } from "./dom.js";
import { text } from "./words.js";

/** @type {Record<OfferKind, string>} */
const KINDS = {
  apiKey: text("kinds-api-key"),
  serviceAccount: text("kinds-service-account"),
  personalAccessToken: text("kinds-personal-access-token"),
};

/** What was found out, with its drawing: a tick, a lock, a dash, a question mark. @type {Record<Offer, { words: string, path: string }>} */
const OFFERS = {
  listed: { words: text("kinds-listed"), path: "M3.5 8.5 6.5 11.5 12.5 5" },
  refused: { words: text("kinds-refused"), path: "M4 7.5h8v5.5H4zM5.5 7.5V5.6a2.5 2.5 0 0 1 5 0v1.9" },
  noPermission: { words: text("kinds-no-permission"), path: "M4 7.5h8v5.5H4zM5.5 7.5V5.6a2.5 2.5 0 0 1 5 0v1.9" },
  notThere: { words: text("kinds-not-there"), path: "M4 8h8" },
  unknown: { words: text("kinds-unknown"), path: "M5.8 6.2a2.2 2.2 0 1 1 3.3 1.9c-.7.4-1.1.8-1.1 1.5M8 12v.1" },
};

const SVG = "http://www.w3.org/2000/svg";
const isNew = changes();

/** What stands there until it is known: what is below does not move then. @type {{ kind: OfferKind, offer: Offer | null }[]} */
const ASKED = [
  { kind: "apiKey", offer: null },
  { kind: "serviceAccount", offer: null },
  { kind: "personalAccessToken", offer: null },
];

/** @param {OfferView[]} kinds */
export function drawKinds(kinds) {
  const known = kinds.length > 0 ? kinds : ASKED;
  if (isNew(known)) el("kinds").replaceChildren(...known.map(makeKind));
}

/** @param {{ kind: OfferKind, offer: Offer | null }} offered */
function makeKind({ kind, offer }) {
  const { words, path } = offer ? OFFERS[offer] : { words: text("kinds-asked"), path: "M4 8h.1M8 8h.1M12 8h.1" };
  const sign = document.createElementNS(SVG, "svg");
  sign.setAttribute("viewBox", "0 0 16 16");
  // The words beside it say the same.
  sign.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  sign.append(line);
  // That one can be seen, the tick says to whoever sees it.
  const reason = make("span", { class: offer === "listed" || !offer ? "unseen" : "" }, ` (${words})`);
  const made = make("li", {}, sign, make("span", {}, KINDS[kind], reason));
  made.dataset.kind = kind;
  made.dataset.offer = offer ?? "";
  return made;
}
