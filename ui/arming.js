// What ends, makes or gives away something is pressed on purpose alone. A button that appeared a moment ago, or that slid to
// where it is, takes nothing yet: the second half of a double click, and an Enter pressed twice, were meant for what was there
// before it.

/** Milliseconds that such a button takes nothing: the slowest double click of most desktops, and then some. */
const ARMING = 700;

/** Pixels that one may shift without being somewhere else to whoever aims at it. */
const A_SHIFT = 4;

/**
 * @typedef {object} Guarded
 * @property {number} arming  milliseconds that it takes nothing
 * @property {DOMRect | null} place  where it is shown since then; null while it is not
 * @property {number} since  when it came there
 * @property {boolean} known  whether it was in the page before
 * @property {number} timer  takes the sign off
 */

/** @type {Map<HTMLButtonElement, Guarded>} */
const guarded = new Map();
/** The last press on one of them, and whether it counts. @type {{ on: HTMLButtonElement, counts: boolean } | null} */
let press = null;
let toLook = false;

/**
 * Lets a button take a click only where it was pressed some time after it came to where it is.
 *
 * @param {HTMLButtonElement} element
 * @param {number} [arming] milliseconds
 */
export function armed(element, arming = ARMING) {
  guarded.set(element, { arming, place: null, since: 0, known: false, timer: 0 });
  lookSoon();
}

/** Looks which of them came, went or moved. */
function look() {
  toLook = false;
  for (const [element, each] of guarded) {
    if (!element.isConnected) {
      // It goes for good with what it stood in; one that was not put into the page yet comes.
      if (each.known) guarded.delete(element);
      continue;
    }
    each.known = true;
    const place = element.getClientRects().length > 0 ? element.getBoundingClientRect() : null;
    if (place && (!each.place || isElsewhere(place, each.place))) disarm(element, each, place);
    if (!place) each.place = null;
  }
}

/** What moves by itself is looked at before the page is drawn. */
function lookSoon() {
  if (toLook) return;
  toLook = true;
  requestAnimationFrame(look);
}

/** @param {DOMRect} one @param {DOMRect} other */
function isElsewhere(one, other) {
  const shifts = [one.left - other.left, one.right - other.right, one.top - other.top, one.bottom - other.bottom];
  return shifts.some((shift) => Math.abs(shift) > A_SHIFT);
}

/** @param {HTMLButtonElement} element @param {Guarded} each @param {DOMRect} place */
function disarm(element, each, place) {
  each.place = place;
  each.since = performance.now();
  element.dataset.unarmed = "";
  window.clearTimeout(each.timer);
  each.timer = window.setTimeout(() => delete element.dataset.unarmed, each.arming);
}

/** Something that covered the page came or went: whatever is seen now was not what one aimed at a moment ago. */
function disarmAll() {
  for (const each of guarded.values()) each.place = null;
  look();
}

/** @param {Event} event @returns {HTMLButtonElement | null} the one of them that it is on */
function on(event) {
  const element = event.target instanceof Element ? event.target.closest("button") : null;
  return element && guarded.has(element) ? element : null;
}

/** Whether it takes what was pressed at this time. @param {HTMLButtonElement} element @param {number} time */
function takes(element, time) {
  look();
  const each = guarded.get(element);
  // An event that waited for the page to be drawn is as old as it is.
  return !!each?.place && Math.min(time, performance.now()) - each.since >= each.arming;
}

/** @param {PointerEvent | KeyboardEvent} event */
function pressed(event) {
  const element = on(event);
  press = element && { on: element, counts: takes(element, event.timeStamp) };
}

document.addEventListener("pointerdown", pressed, true);
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    // A key that is held down presses what had the focus when it went down, and nothing that gets it afterwards.
    if (event.repeat) {
      if (on(event)) event.preventDefault();
      return;
    }
    pressed(event);
  },
  true,
);
document.addEventListener(
  "click",
  (event) => {
    const element = on(event);
    if (!element) return;
    // Assistive programs click without a press.
    const counts = press?.on === element ? press.counts : takes(element, event.timeStamp);
    press = null;
    if (counts) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// At once: a click may come before the page is drawn.
new MutationObserver((changes) => {
  if (changes.some(({ attributeName, target }) => attributeName === "open" && target instanceof HTMLDialogElement)) disarmAll();
  else look();
}).observe(document, {
  subtree: true,
  childList: true,
  characterData: true,
  attributeFilter: ["hidden", "open", "class", "style"],
});
document.addEventListener("scroll", lookSoon, true);
window.addEventListener("resize", lookSoon);
document.addEventListener("toggle", (event) => (event.target instanceof HTMLDetailsElement ? lookSoon() : disarmAll()), true);
// A window that lay above this one is gone, or was left.
window.addEventListener("focus", disarmAll);
