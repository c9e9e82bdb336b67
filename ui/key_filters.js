// What the list of keys is narrowed down to: chosen in a panel under one button, seen beside it at a glance, and taken away
// one by one or all at once.

/** @import { GivenRole, KeyView } from "./ipc-types" */

import { button, byId, el, input, make, makeButton, onClick, setText, show } from "./dom.js";
import { placeUnder } from "./menus.js";
import { isNoted } from "./notes.js";
import { A_DAY } from "./times.js";
import { text } from "./words.js";

/**
 * A key, with what it is found and ordered by, worked out once for each list.
 *
 * @typedef {object} Entry
 * @property {KeyView} key
 * @property {string} text  what is searched, in lower case
 * @property {"working" | "inactive" | "revoked"} state
 * @property {number} created  NaN where Dfns tells no time that can be understood
 * @property {number | null} ends  of one that works, where that is known
 * @property {boolean} madeHere
 * @property {boolean} lost  whether nothing shows that its token is in a vault
 */

/**
 * What lets an entry through, of what somebody has chosen or typed.
 *
 * @typedef {object} Test
 * @property {(entry: Entry) => boolean} passes
 * @property {(count: number) => string} without  what there is without it, in words
 * @property {() => void} remove
 */

const NO_ROLE = "no-role";

/**
 * Each filter by the field that it is chosen in. `off` is the value that lets everything through, `usual` the one that there is
 * before anybody chooses.
 *
 * @typedef {{ id: string, off: string, usual: string, passes: (entry: Entry, value: string, now: number) => boolean }} Filter
 * @type {Filter[]}
 */
const FILTERS = [
  { id: "filter-status", off: "all", usual: "working", passes: ({ state }, value) => state === value },
  { id: "key-kind", off: "", usual: "", passes: ({ key }, value) => key.kind === value },
  { id: "filter-role", off: "", usual: "", passes: ({ key }, value) => hasRole(key.signing?.roles, value) },
  { id: "filter-age", off: "", usual: "", passes: ({ created }, days, now) => created < now - Number(days) * A_DAY },
  { id: "filter-expiry", off: "", usual: "", passes: ({ key, ends }, value, now) => key.works && endsSo(ends, value, now) },
  { id: "filter-token", off: "", usual: "", passes: ({ madeHere, lost }, value) => (value === "lost" ? lost : !madeHere) },
];

/** Of what has no roles at all, such as an API key, it is not said that it was given none. @param {GivenRole[] | undefined} roles @param {string} wanted */
function hasRole(roles, wanted) {
  if (!roles) return false;
  return wanted === NO_ROLE ? roles.length === 0 : roles.some(({ id }) => id === wanted);
}

/** @param {number | null} ends @param {string} value @param {number} now */
function endsSo(ends, value, now) {
  if (value === "unknown") return ends === null;
  if (ends === null) return false;
  const left = ends - now;
  if (value === "ended") return left <= 0;
  if (value === "later") return left > 30 * A_DAY;
  if (value === "soon") return left <= 30 * A_DAY;
  return left > 0 && left <= Number(value) * A_DAY;
}

const panel = el("key-filters");
const search = input("key-search");
const opener = button("key-filter");
const chips = el("key-chips");
const role = byId("filter-role", HTMLSelectElement);
/** What is to follow another choice; and whether it was made to see something where there was nothing. @type {(isFound: boolean) => void} */
let changed = () => {};
/** Which chips are drawn, so that none is made anew under somebody's finger. */
let drawn = "";

/** @param {Filter} filter */
const field = ({ id }) => byId(id, HTMLSelectElement);

/** What is chosen, in words. @param {Filter} filter */
const words = (filter) => field(filter).selectedOptions[0]?.textContent ?? "";

/** @param {(isFound: boolean) => void} action */
export function onFilter(action) {
  changed = action;
}

/** What lets an entry through, of each filter that holds any back, and of the search. @returns {Test[]} */
export function chosen() {
  const now = Date.now();
  const holding = FILTERS.filter((filter) => field(filter).value !== filter.off);
  const tests = holding.map((filter) => {
    const { value } = field(filter);
    return {
      passes: (/** @type {Entry} */ entry) => filter.passes(entry, value, now),
      without: (/** @type {number} */ count) => text("keys-without", { filter: words(filter), count }),
      remove: () => {
        field(filter).value = filter.off;
      },
    };
  });
  return [...tests, ...searched()];
}

/** What is typed into the search: each word of it, anywhere. @returns {Test[]} */
function searched() {
  const words = search.value.toLowerCase().split(/\s+/);
  const looked = words.filter((word) => word !== "");
  if (looked.length === 0) return [];
  return [
    {
      passes: ({ key, text }) => looked.every((word) => text.includes(word) || isNoted(key, word)),
      without: (count) => text("keys-without-search", { count }),
      remove: () => {
        search.value = "";
      },
    },
  ];
}

/** As they were before anybody chose. */
export function resetFilters() {
  for (const filter of FILTERS) field(filter).value = filter.usual;
}

/** Nothing is chosen any more but what has ended, or does within 30 days. */
export function narrowToEnding() {
  resetFilters();
  search.value = "";
  byId("filter-expiry", HTMLSelectElement).value = "soon";
}

/** Offers what occurs among these, and what is chosen already. @param {Entry[]} entries */
export function offerFilters(entries) {
  const kind = byId("key-kind", HTMLSelectElement);
  const isMixed = entries.some(({ key }) => key.kind !== entries[0]?.key.kind);
  show(el("key-kind-field"), isMixed || kind.value !== "");
  /** @type {Map<string, string>} */
  const roles = new Map();
  const wanted = role.value;
  if (wanted !== "" && wanted !== NO_ROLE) roles.set(wanted, role.selectedOptions[0]?.textContent ?? wanted);
  for (const { key } of entries) {
    for (const { id, name } of key.signing?.roles ?? []) roles.set(id, name || id);
  }
  show(el("filter-role-field"), wanted !== "" || entries.some(({ key }) => key.signing));
  const byName = [...roles].sort(([, one], [, other]) => one.localeCompare(other));
  role.replaceChildren(...role.querySelectorAll("[data-l10n-id]"), ...byName.map(([id, name]) => option(id, name)));
  role.value = wanted;
}

/** @param {string} value @param {string} words */
function option(value, words) {
  const made = make("option", {}, words);
  made.value = value;
  return made;
}

/** Tells what is chosen, and how much of everything is shown. @param {number} found @param {number} count */
export function drawFilters(found, count) {
  setText(el("filter-shown"), text("filter-shown", { found, count }));
  const unusual = FILTERS.filter((filter) => field(filter).value !== filter.usual);
  setText(opener, text("keys-filter", { count: unusual.length }));
  show(button("filter-clear"), unusual.length > 0);
  const now = unusual.map((filter) => `${filter.id}\n${field(filter).value}\n${words(filter)}`).join("\n");
  if (now === drawn) return;
  drawn = now;
  const clear = make("button", { class: "button plain inline", type: "button", test: "filter-clear-all" }, text("filter-clear"));
  onClick(clear, () => take(resetFilters));
  chips.replaceChildren(...unusual.map(chip), make("li", {}, clear));
  show(chips, unusual.length > 0);
}

/** One that is taken away by a press. @param {Filter} filter */
function chip(filter) {
  const remove = make("button", { class: "chip", type: "button", test: "filter-chip" });
  remove.dataset.filter = filter.id;
  remove.setAttribute("aria-label", text("filter-remove", { filter: words(filter) }));
  const cross = make("span", { class: "chip-cross" }, "×");
  cross.setAttribute("aria-hidden", "true");
  remove.append(make("span", { class: "chip-words" }, words(filter)), cross);
  onClick(remove, () =>
    take(() => {
      field(filter).value = filter.usual;
    }),
  );
  return make("li", {}, remove);
}

/** What had the focus is gone with what it took away. @param {() => void} action */
function take(action) {
  action();
  changed(false);
  const next = chips.querySelector("button");
  (chips.hidden || !next ? opener : next).focus();
}

/** Says why no row is there, and what to take away for one. @param {boolean} isSo @param {Entry[]} all @param {Test[]} tests */
export function drawNothing(isSo, all, tests) {
  show(el("keys-nothing"), isSo);
  if (isSo) setText(el("keys-empty"), all.length === 0 ? text("keys-none") : nothing());
  el("keys-without").replaceChildren(...(isSo && all.length > 0 ? ways(all, tests) : []));
}

function nothing() {
  const typed = search.value.trim();
  const [first, ...others] = FILTERS;
  const status = first ? field(first).value : "";
  // With nothing else chosen, what is shown by itself may be what is meant.
  if (others.some((filter) => field(filter).value !== filter.off)) {
    return typed === "" ? text("keys-none-match") : text("keys-none-found", { search: typed });
  }
  return typed === "" ? text("keys-none-of-status", { status }) : text("keys-no-match", { status, search: typed });
}

/** @param {Entry[]} all @param {Test[]} tests */
function ways(all, tests) {
  const each = tests.flatMap((test) => {
    const others = tests.filter((other) => other !== test);
    const count = all.filter((entry) => others.every((other) => other.passes(entry))).length;
    return count > 0 ? [way("keys-without", test.without(count), test.remove)] : [];
  });
  if (each.length > 0) return each;
  return [way("keys-without-any", text("keys-without-any"), () => tests.forEach((test) => test.remove()))];
}

/** @param {string} test @param {string} words @param {() => void} remove */
function way(test, words, remove) {
  const press = makeButton(test, words);
  onClick(press, () => {
    remove();
    changed(true);
  });
  return press;
}

search.addEventListener("input", () => changed(false));
for (const filter of FILTERS) field(filter).addEventListener("input", () => changed(false));
onClick(button("filter-clear"), () => {
  resetFilters();
  changed(false);
  el("filter-status").focus();
});
placeUnder(panel, opener, () => el("filter-status"));
