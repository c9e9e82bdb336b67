// Puts the messages of the catalogue into words. Rust has left the catalogue of the language that is spoken here in the
// window; which messages there are, and what each speaks of, is in words-types, written from the catalogue.

/** @import { Message } from "./ipc-types" */
/** @import { Words } from "./words-types" */

/** @template {keyof Words} Id @typedef {{} extends Words[Id] ? [] : [args: Words[Id]]} Args */

import { FluentBundle, FluentDateTime, FluentResource } from "./fluent/index.js";

const given = /** @type {{ KEYBEARER_WORDS: { language: string, locale: string, text: string } }} */ (
  /** @type {unknown} */ (window)
).KEYBEARER_WORDS;

/** Dates and numbers are written so: by the region, where the language is the person's own. */
export const LOCALE = given.locale;

// Marks around each argument would be copied along with a name.
const bundle = new FluentBundle([given.locale, given.language], { useIsolating: false });
bundle.addResource(new FluentResource(given.text));

/** Stands for an element until it is put there: no text has these, since Unicode keeps them from being letters. */
const [OPEN, CLOSE] = ["\ufdd0", "\ufdd1"];
const PLACES = new RegExp(`${OPEN}(\\d+)${CLOSE}`);

/**
 * A message as text.
 *
 * @template {keyof Words & string} Id
 * @param {Id} id
 * @param {Args<Id>} args
 */
export function text(id, ...args) {
  return format(id, undefined, args[0]);
}

/**
 * A message that is put into words later.
 *
 * @template {keyof Words & string} Id
 * @param {Id} id
 * @param {Args<Id>} args
 * @returns {Message}
 */
export const message = (id, ...args) => ({ id, args: /** @type {Message["args"]} */ (args[0] ?? {}) });

/** Two sentences, the second of which there may be none. @param {Message} first @param {Message | null} second @returns {Message} */
export const before = (first, second) => (second ? message("sentences", { first, second }) : first);

/** What Rust says, as text; nothing where it says nothing. @param {Message | null | undefined} message */
export function said(message) {
  return message ? format(message.id, undefined, message.args) : "";
}

/**
 * Writes a message into an element, with elements where they stand in the sentence. Nothing is touched that is right already.
 *
 * @template {keyof Words & string} Id
 * @param {HTMLElement} element
 * @param {Id} id
 * @param {Args<Id>} args
 */
export function write(element, id, ...args) {
  /** @type {Node[]} */
  const nodes = [];
  const whole = format(id, undefined, args[0], nodes);
  const written = [whole, ...nodes.map((node) => node.textContent)].join("\n");
  if (element.dataset.written === written) return;
  element.dataset.written = written;
  element.replaceChildren(...whole.split(PLACES).map((part, at) => (at % 2 === 1 ? (nodes[Number(part)] ?? "") : part)));
}

/**
 * @param {string} id
 * @param {string | undefined} attribute
 * @param {Record<string, unknown>} [args]
 * @param {Node[]} [nodes] where elements are collected that stand in it
 */
function format(id, attribute, args = {}, nodes = []) {
  const message = bundle.getMessage(id);
  const pattern = attribute === undefined ? message?.value : message?.attributes[attribute];
  // One that is missing is named, so that somebody notices; the build sees to it that none is.
  if (!pattern) return id;
  const known = Object.fromEntries(Object.entries(args).map(([name, value]) => [name, argument(value, nodes)]));
  return bundle.formatPattern(pattern, known, []);
}

/** @param {unknown} value @param {Node[]} nodes @returns {string | number | FluentDateTime} */
function argument(value, nodes) {
  if (value instanceof Node) return `${OPEN}${nodes.push(value) - 1}${CLOSE}`;
  if (value instanceof Date) return new FluentDateTime(value, { dateStyle: "medium", timeStyle: "short" });
  if (typeof value === "object" && value !== null && "at" in value) return argument(new Date(String(value.at)), nodes);
  if (typeof value === "object" && value !== null && "id" in value) return said(/** @type {Message} */ (value));
  return typeof value === "number" ? value : String(value);
}

/** The attributes that people read. */
const ATTRIBUTES = ["aria-label", "title", "placeholder"];

/** Gives each element that names a message its words. */
function writePage() {
  document.documentElement.lang = given.language;
  for (const element of document.querySelectorAll("[data-l10n-id]")) {
    const id = element.getAttribute("data-l10n-id") ?? "";
    const message = bundle.getMessage(id);
    if (message?.value) element.textContent = format(id, undefined);
    for (const name of ATTRIBUTES) {
      if (message?.attributes[name]) element.setAttribute(name, format(id, name));
    }
  }
}

writePage();
