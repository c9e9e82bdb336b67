// What protects a secret on this computer, in a dialog: found out each time it is opened.

/** @import { Protection } from "./ipc-types" */

import { button, byId, el, make, onClick, setBusy, setText } from "./dom.js";
import { request } from "./ipc.js";
import { tell } from "./error.js";
import { makeWaiting } from "./waiting.js";
import { said, text } from "./words.js";

const dialog = byId("protection", HTMLDialogElement);
const list = el("protection-list");
const waiting = makeWaiting({ test: "protection", cancel: () => dialog.close(), before: list });

const SVG = "http://www.w3.org/2000/svg";

/** What each answer is called, and how it is drawn. @type {Record<Protection["holds"], { word: string, path: string }>} */
const ANSWERS = {
  yes: { word: text("protection-yes"), path: "M6 10.5 9 13.5 14.5 7" },
  partly: { word: text("protection-partly"), path: "M10 5.5v6M10 14.4v.2" },
  no: { word: text("protection-no"), path: "M6.5 6.5l7 7M13.5 6.5l-7 7" },
};

/** @param {Protection["holds"]} holds */
function sign(holds) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", ANSWERS[holds].word);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ANSWERS[holds].path);
  svg.append(path);
  return svg;
}

/** @param {Protection} protection */
function row({ what, holds, found, advice }) {
  const words = make("div", {}, make("h3", {}, said(what)), make("p", {}, said(found)));
  if (advice) words.append(make("p", { class: "quiet" }, said(advice)));
  const made = make("li", { class: "protection", test: "protection-row" }, sign(holds), words);
  made.dataset.holds = holds;
  return made;
}

/** @param {Protection[]} found */
function summary(found) {
  const [active, missing] = [
    found.filter(({ holds }) => holds === "yes").length,
    found.filter(({ holds }) => holds === "no").length,
  ];
  const all = found.length;
  const partly = all - active - missing;
  if (partly > 0 && missing > 0) return text("protection-some", { active, all, partly, missing });
  if (partly > 0) return text("protection-some-partly", { active, all, partly });
  return missing > 0 ? text("protection-some-not", { active, all, missing }) : text("protection-all", { active, all });
}

async function look() {
  const again = button("protection-again");
  // What was found the last time may not be true any more.
  list.replaceChildren();
  setText(el("protection-summary"), "");
  setBusy(again, true);
  tell(el("protection-problem"), null);
  waiting.set({ words: text("protection-looking"), runningMs: 0 });
  const answer = await request("security_report");
  waiting.set(null);
  setBusy(again, false);
  if ("refusal" in answer) return tell(el("protection-problem"), answer.refusal);
  list.replaceChildren(...answer.map(row));
  setText(el("protection-summary"), summary(answer));
}

onClick(button("protection-open"), () => {
  dialog.showModal();
  return look();
});
onClick(button("protection-again"), look);
onClick(button("protection-close"), () => dialog.close());
