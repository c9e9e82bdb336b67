// Shows what happened: what it means, and what to do.

/** @import { Message, Told } from "./ipc-types" */

import { make, show } from "./dom.js";
import { said } from "./words.js";

/** What the page itself refuses. @param {Told["code"]} code @param {Message} message @param {Message | null} [hint] @returns {Told} */
export const refusalOf = (code, message, hint = null) => ({ code, message, hint, waitMs: null });

/** What there is to tell of a refusal: nothing where the person called it off. @param {Told | null} refusal */
export const unlessCalledOff = (refusal) => (refusal?.code === "calledOff" ? null : refusal);

/**
 * Shows it in `element`, with the hint on a line of its own, or hides that.
 *
 * @param {HTMLElement} element
 * @param {Told | null} told
 */
export function tell(element, told) {
  const [message, hint] = [said(told?.message), said(told?.hint)];
  const text = told ? `${message}\n${hint}` : "";
  if (element.dataset.told !== text) {
    element.dataset.told = text;
    // For people who automate.
    if (told) element.dataset.code = told.code;
    else delete element.dataset.code;
    const lines = told ? [make("span", { class: "told-message" }, message)] : [];
    if (hint) lines.push(make("span", { class: "told-hint" }, hint));
    // White space between the two, so that they are two sentences to whoever reads the text alone.
    element.replaceChildren(...lines.flatMap((line) => [line, " "]));
  }
  show(element, told !== null);
}
