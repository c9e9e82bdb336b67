// Clocks that run in the page between two views. Rust keeps the true time; each view sets them right again.

/**
 * @typedef {object} Countdown
 * @property {(ms: number | null) => void} set  the milliseconds that are left, or null: not running
 */

/**
 * Counts down to zero, drawing each step. What a screen reader hears is rare: the start, a few marks, the end.
 *
 * @param {object} options
 * @param {(ms: number) => void} options.draw  called with what is left, never less than zero
 * @param {(seconds: number) => void} [options.announce]  called at the start, at each mark, and at zero
 * @param {number[]} [options.marks]  seconds left at which to announce
 * @param {number} [options.every]  milliseconds between two steps
 * @returns {Countdown}
 */
export function countdown({ draw, announce = () => {}, marks = [10], every = 1000 }) {
  /** @type {number | null} */
  let end = null;
  let heard = Infinity;
  let timer = 0;

  function step() {
    if (end === null) return;
    const left = Math.max(0, end - performance.now());
    draw(left);
    const seconds = Math.ceil(left / 1000);
    const due = [...marks, 0].filter((mark) => seconds <= mark && mark < heard);
    if (due.length > 0) {
      heard = Math.min(...due);
      announce(seconds);
    }
    // Steps fall on whole seconds, however late the last one came.
    if (left > 0) timer = window.setTimeout(step, left % every || every);
  }

  return {
    set(ms) {
      window.clearTimeout(timer);
      if (ms === null) {
        end = null;
        return;
      }
      const next = performance.now() + ms;
      // A view that only confirms a running count is no new start.
      if (end === null || Math.abs(next - end) > 2000) {
        heard = Math.ceil(ms / 1000);
        announce(heard);
      }
      end = next;
      step();
    },
  };
}

/**
 * Counts up, drawing each second.
 *
 * @param {(ms: number) => void} draw
 */
export function stopwatch(draw) {
  let start = 0;
  let timer = 0;

  function step() {
    const passed = performance.now() - start;
    draw(passed);
    timer = window.setTimeout(step, 1000 - (passed % 1000));
  }

  return {
    /** @param {number | null} ms what has passed already, or null: not running */
    set(ms) {
      window.clearTimeout(timer);
      if (ms === null) return;
      start = performance.now() - ms;
      step();
    },
  };
}

/** As on a clock: 9:05. @param {number} ms */
export function clock(ms) {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
