// A list with a row for each of some things that have ids.

/** @template T @typedef {{ element: HTMLElement, draw: (item: T, place: number) => void }} Row */

/**
 * Draws the rows of a list, each made once and drawn anew from then on.
 *
 * @template {{ id: string }} T
 * @param {HTMLElement} list
 * @param {(item: T) => Row<T>} make
 * @param {(element: HTMLElement) => void} [leave]  what becomes of a row whose thing is gone; it may stay where it is
 */
export function rowsOf(list, make, leave = (element) => element.remove()) {
  /** @type {Map<string, Row<T>>} */
  const rows = new Map();
  /** @type {WeakSet<Element>} */
  const left = new WeakSet();
  return (/** @type {T[]} */ items) => {
    const wanted = new Set(items.map(({ id }) => id));
    for (const [id, { element }] of rows) {
      if (wanted.has(id)) continue;
      left.add(element);
      leave(element);
      rows.delete(id);
    }
    let next = list.firstElementChild;
    for (const [place, item] of items.entries()) {
      const row = rows.get(item.id) ?? make(item);
      rows.set(item.id, row);
      row.draw(item, place);
      while (next && left.has(next)) next = next.nextElementSibling;
      // Rows are moved only where their place is wrong: moving one takes its focus away.
      if (next === row.element) next = next.nextElementSibling;
      else list.insertBefore(row.element, next);
    }
  };
}
