// A list with a row for each of some things that have ids.

/** @template T @typedef {{ element: HTMLElement, draw: (item: T, place: number, count: number) => void }} Row */

/**
 * Draws the rows of a list, each made once and drawn anew from then on.
 *
 * @template {{ id: string }} T
 * @param {HTMLElement} list
 * @param {(item: T) => Row<T>} make
 */
export function rowsOf(list, make) {
  /** @type {Map<string, Row<T>>} */
  const rows = new Map();
  return (/** @type {T[]} */ items) => {
    for (const [id, { element }] of rows) {
      if (items.some((item) => item.id === id)) continue;
      element.remove();
      rows.delete(id);
    }
    items.forEach((item, place) => {
      const row = rows.get(item.id) ?? make(item);
      rows.set(item.id, row);
      row.draw(item, place, items.length);
      // Rows are moved only where their place is wrong: moving one takes its focus away.
      if (list.children[place] !== row.element) list.insertBefore(row.element, list.children[place] ?? null);
    });
  };
}
