// What is shown while something runs: after a moment that it does, from five seconds on for how long already, and at
// every moment how to call it off.

import { armed } from "./arming.js";
import { stopwatch } from "./countdown.js";
import { A_MOMENT, make, makeButton, onClick, setText, show } from "./dom.js";
import { run } from "./ipc.js";
import { span } from "./times.js";
import { text } from "./words.js";

/** @import { Operation } from "./ipc-types" */

/** Before this a number would only make a short wait look long. */
const SHOW_ELAPSED_FROM = 5000;

/**
 * @typedef {object} Wait
 * @property {string} words  what is being done
 * @property {string} [meaning]  what calling it off would mean
 * @property {number} runningMs  for how long already
 */

/**
 * @typedef {object} Waiting
 * @property {HTMLElement} element  hidden while nothing runs
 * @property {(wait: Wait | null) => void} set
 */

/**
 * @param {object} options
 * @param {string} options.test  the names for automation begin with it: -progress, -cancel
 * @param {() => Operation | null} [options.operation]  what is called off
 * @param {() => unknown} [options.cancel]  how the page itself calls it off, where it does
 * @param {Element} [options.before]  what it is put before
 * @param {(shown: boolean) => void} [options.onShow]  called when it appears and goes
 * @returns {Waiting}
 */
export function makeWaiting({ test, operation, cancel, before, onShow = () => {} }) {
  const words = make("span", { role: "status" });
  const elapsed = make("span", { class: "elapsed quiet numbers" });
  const meaning = make("p", { class: "quiet small" });
  const button = makeButton(`${test}-cancel`, text("cancel"));
  const element = make(
    "div",
    { class: "progress", test: `${test}-progress` },
    make("span", { class: "spinner" }),
    make("div", { class: "progress-words" }, make("p", {}, words, " ", elapsed), meaning),
    button,
  );
  show(element, false);
  before?.before(element);
  onClick(button, cancel ?? callOff);
  armed(button);

  function callOff() {
    const named = operation?.();
    if (named) run("cancel", { operation: named });
  }

  const watch = stopwatch((ms) => {
    setText(elapsed, ms < SHOW_ELAPSED_FROM ? "" : text("elapsed", { time: span(Math.floor(ms / 1000) * 1000) }));
  });
  let timer = 0;

  /** @param {boolean} shown */
  function appear(shown) {
    if (element.hidden !== shown) return;
    show(element, shown);
    onShow(shown);
  }

  return {
    element,
    set(wait) {
      window.clearTimeout(timer);
      watch.set(wait?.runningMs ?? null);
      if (!wait) {
        appear(false);
        setText(words, "");
        return;
      }
      setText(meaning, wait.meaning ?? "");
      timer = window.setTimeout(
        () => {
          appear(true);
          setText(words, wait.words);
        },
        Math.max(0, A_MOMENT - wait.runningMs),
      );
    },
  };
}
