// Small steps on the document. Text goes in as text and never as markup; nothing is touched that is already right,
// so that focus, selection and screen readers are left in peace when a view is drawn again.

/**
 * The one element of an id.
 *
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`no ${kind.name} #${id}`);
  return found;
}

/** @param {string} id */
export const el = (id) => byId(id, HTMLElement);

/** @param {string} id */
export const button = (id) => byId(id, HTMLButtonElement);

/** @param {string} id */
export const input = (id) => byId(id, HTMLInputElement);

/**
 * The radio buttons of a name: their `value` is that of the one which is chosen, and chooses another.
 *
 * @param {HTMLFormElement} form
 * @param {string} name
 */
export function radios(form, name) {
  const found = form.elements.namedItem(name);
  if (!(found instanceof RadioNodeList)) throw new Error(`no radio buttons ${name}`);
  return found;
}

/**
 * Makes an element. `test` becomes data-test.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {{ class?: string, test?: string, type?: string, id?: string, role?: string }} [props]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  if (props.class) made.className = props.class;
  if (props.test) made.dataset.test = props.test;
  for (const name of /** @type {const} */ (["type", "id", "role"])) {
    if (props[name]) made.setAttribute(name, props[name]);
  }
  made.append(...children);
  return made;
}

/**
 * Makes a button, which takes its words later where it has none yet.
 *
 * @param {string} test
 * @param {string} [words]
 * @param {"" | "plain" | "danger"} [look]
 */
export const makeButton = (test, words = "", look = "") =>
  make("button", { class: `button ${look}`.trim(), type: "button", test }, words);

/** Makes a fact of a list of them. @param {string} term @param {string} fact @param {boolean} [mono] */
export const makeFact = (term, fact, mono = true) =>
  make("div", {}, make("dt", {}, term), make("dd", { class: mono ? "mono" : "" }, fact));

/** @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {HTMLElement} element @param {boolean} shown */
export function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

/**
 * The same for a name, which goes on in a second line after its `@` rather than in the midst of a word.
 *
 * @param {Element} element @param {string} text
 */
export function setName(element, text) {
  if (element.textContent === text) return;
  const parts = text.match(/[^@]+@*|@+/g) ?? [];
  element.replaceChildren(...parts.flatMap((part) => [document.createElement("wbr"), part]));
}

/** A busy button stays focusable: `disabled` would throw the focus away. @param {HTMLButtonElement} element @param {boolean} busy */
export function setBusy(element, busy) {
  if (busy) element.setAttribute("aria-disabled", "true");
  else element.removeAttribute("aria-disabled");
}

/**
 * Runs `action` on each click, but never twice at once, and not while the button is busy.
 *
 * @param {HTMLButtonElement} element
 * @param {() => unknown} action
 */
export function onClick(element, action) {
  let running = false;
  element.addEventListener("click", async () => {
    if (running || element.getAttribute("aria-disabled") === "true") return;
    running = true;
    // A button stays usable whatever became of it.
    try {
      await action();
    } finally {
      running = false;
    }
  });
}

/** Sends a form by `action` instead. @param {HTMLFormElement} form @param {() => unknown} action */
export function onSubmit(form, action) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    action();
  });
}

/**
 * Tells of each value whether it is another than the last one.
 *
 * @returns {(value: unknown) => boolean}
 */
export function changes() {
  let last = "";
  return (value) => {
    const before = last;
    last = JSON.stringify(value);
    return last !== before;
  };
}

/** A wait shorter than this shows nothing: a flash would only disturb. */
export const A_MOMENT = 150;
