// A field in which one of many is found by typing, and chosen: the pattern of ARIA, with its keys.

import { make, show } from "./dom.js";

/**
 * @typedef {object} Choice
 * @property {string | null} id
 * @property {string} name  which the field shows
 * @property {string} about  in smaller letters below it
 * @property {string} [found]  what it is found by besides
 * @property {boolean} [warns]
 */

/**
 * @param {object} options
 * @param {HTMLInputElement} options.field
 * @param {HTMLElement} options.list
 * @param {string} options.none  what is said where nothing is found
 * @param {() => void} options.onChoice
 */
export function makeCombobox({ field, list, none, onChoice }) {
  /** @type {Choice[]} */
  let all = [];
  /** @type {Choice[]} */
  let found = [];
  /** @type {Choice | null} */
  let chosen = null;
  let active = 0;

  const isOpen = () => !list.hidden;

  function open() {
    const words = (field.value === chosen?.name ? "" : field.value).toLowerCase().split(/\s+/).filter(Boolean);
    found = all.filter(({ name, about, found: by = "" }) => {
      const text = `${name}\n${about}\n${by}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const at = found.findIndex(({ id }) => id === chosen?.id);
    active = words.length > 0 || at < 0 ? 0 : at;
    show(list, true);
    field.setAttribute("aria-expanded", "true");
    draw();
  }

  function close() {
    show(list, false);
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    field.value = chosen?.name ?? "";
  }

  function draw() {
    const rows = found.map((option, place) => {
      const about = make("small", { class: option.warns ? "warning" : "quiet" }, option.about);
      const row = make(
        "li",
        { class: "option", role: "option", id: `${list.id}-${place}` },
        make("strong", {}, option.name),
        about,
      );
      row.dataset.value = option.id ?? "";
      row.setAttribute("aria-selected", String(place === active));
      // Before the field would lose the focus.
      row.addEventListener("pointerdown", (event) => event.preventDefault());
      row.addEventListener("click", () => choose(option));
      return row;
    });
    list.replaceChildren(...(rows.length > 0 ? rows : [make("li", { class: "option quiet", role: "presentation" }, none)]));
    const row = rows[active];
    if (!row) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  /** @param {Choice} option */
  function choose(option) {
    chosen = option;
    close();
    onChoice();
  }

  field.addEventListener("input", open);
  // What is typed takes the place of what was chosen.
  field.addEventListener("focus", () => field.select());
  field.addEventListener("click", () => {
    if (isOpen()) return;
    field.placeholder = chosen?.name ?? "";
    field.value = "";
    open();
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const option = found[active];
    if (steps !== undefined) {
      event.preventDefault();
      if (!isOpen()) return open();
      active = Math.max(0, Math.min(found.length - 1, active + steps));
      draw();
    } else if (event.key === "Enter" && isOpen()) {
      // It chooses, and does not send the form.
      event.preventDefault();
      if (option) choose(option);
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });

  return {
    /** @param {Choice[]} options in their order; the first is chosen where what was is not among them */
    set(options) {
      all = options;
      chosen = all.find(({ id }) => id === chosen?.id) ?? all[0] ?? null;
      if (isOpen()) open();
      else close();
    },
    /** @param {string | null} id */
    choose(id) {
      const option = all.find((each) => each.id === id);
      if (option) choose(option);
    },
    /** @returns {string | null} */
    value: () => chosen?.id ?? null,
  };
}
