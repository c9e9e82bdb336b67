// What ends soon, or has ended, under what needs attention.

/** @import { EndingView, EndingsView, Nearness, Told } from "./ipc-types" */
/** @import { Row } from "./rows.js" */

import { armed } from "./arming.js";
import { replace } from "./create.js";
import { el, make, makeButton, onClick, setText, show } from "./dom.js";
import { tell } from "./error.js";
import { run } from "./ipc.js";
import { openKey } from "./key.js";
import { showEnding } from "./keys.js";
import { signs } from "./kinds.js";
import { rowsOf } from "./rows.js";
import { text } from "./words.js";

/** @type {Record<Nearness, string>} */
const NEAR = {
  month: text("ending-near-month"),
  week: text("ending-near-week"),
  day: text("ending-near-day"),
  ended: text("ending-near-ended"),
};

/** One of them, or all in one row, which has no key. @typedef {{ id: string, ending: EndingView | null, told: Told }} Item */

const list = el("ending-rows");
const drawRows = rowsOf(list, makeRow);

/** @param {EndingsView} endings */
export function drawEndings({ each, many }) {
  /** @type {Item[]} */
  const items = each.map((ending) => ({ id: ending.key.id, ending, told: ending.told }));
  if (many) items.push({ id: "", ending: null, told: many });
  const had = list.contains(document.activeElement);
  drawRows(items);
  // Whoever pressed a button of a row that is gone goes on from where it stood.
  if (!had || list.contains(document.activeElement)) return;
  const isLast = !list.hasChildNodes() && !el("attention-rows").hasChildNodes();
  el(isLast ? "key-name" : "attention-title").focus({ preventScroll: true });
}

/** @param {Item} first @returns {Row<Item>} */
function makeRow(first) {
  const isOne = first.ending !== null;
  const name = make("strong", { class: "row-name" });
  const badge = make("span", { class: "badge warning" });
  const told = make("p", { class: "small" });
  const refusal = make("p", { class: "note error", role: "alert" });
  const later = makeButton("ending-later");
  const calendar = makeButton("ending-calendar", text(isOne ? "ending-calendar" : "endings-calendar"));
  const archive = makeButton("ending-archive", "", "danger");
  const go = makeButton(isOne ? "ending-replace" : "ending-show", text(isOne ? "key-replace" : "endings-show"));
  const actions = make("div", { class: "actions" }, later, calendar, archive, go);
  const head = make("p", { class: "row-head" }, name, " ", badge);
  const element = make("li", { class: "card row", test: "attention-row" }, head, told, refusal, actions);
  tell(refusal, null);
  // The next row slides under the pointer that has just pressed one of these.
  for (const each of [later, archive]) armed(each);

  let latest = first;
  const id = () => latest.ending?.key.id ?? null;
  onClick(later, async () => tell(refusal, await run("put_off_ending", { id: id() })));
  onClick(calendar, async () => tell(refusal, await run("save_calendar", { id: id() })));
  onClick(archive, () => latest.ending && openKey(latest.ending.key, true));
  onClick(go, () => (latest.ending ? replace(latest.ending.key) : showEnding()));

  return {
    element,
    draw(item) {
      latest = item;
      tell(told, item.told);
      const { ending } = item;
      element.dataset.kind = ending ? "ending" : "endings";
      setText(name, ending ? ending.key.name : text("endings-title"));
      setText(badge, ending ? near(ending) : "");
      show(badge, ending !== null);
      const hasEnded = ending?.nearness === "ended";
      if (ending) element.dataset.near = ending.nearness;
      // What has ended comes no nearer, and nobody needs to be reminded of the day.
      setText(later, text(hasEnded ? "ending-leave" : "ending-later"));
      show(calendar, !hasEnded);
      show(archive, hasEnded);
      setText(archive, text(ending && signs(ending.key.kind) ? "archive" : "revoke"));
      for (const each of ending ? [later, calendar, archive, go] : [])
        each.setAttribute("aria-description", ending?.key.name ?? "");
    },
  };
}

/** @param {EndingView} ending */
const near = ({ nearness, reckoned }) => (nearness === "ended" && reckoned ? text("ending-near-may-have-ended") : NEAR[nearness]);
