// Times, as people here write them.

import { text } from "./words.js";

/** In milliseconds. */
export const A_DAY = 86_400_000;

/** An ISO 8601 date; what is no date is shown as it came. @param {string} iso */
export function when(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return text("moment", { at: date });
}

/** How long: 45 s, 12 min, 3 h. The largest unit says enough. @param {number} ms */
export function span(ms) {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return text("short-seconds", { count: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return text("short-minutes", { count: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? text("short-hours", { count: hours }) : text("short-days", { count: Math.floor(hours / 24) });
}
