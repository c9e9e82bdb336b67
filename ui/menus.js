// Menus and panels that open under a button.

/** In pixels, as the stylesheet has them: how wide one is, and between it and its button, and the window's edge. */
const [WIDTH, GAP, EDGE] = [400, 6, 14];

/**
 * Places a popover under the button that opens it, and gives it the focus.
 *
 * @param {HTMLElement} menu
 * @param {HTMLElement} opener
 * @param {() => Element | null} first  what has the focus then
 */
export function placeUnder(menu, opener, first) {
  menu.addEventListener("beforetoggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "open") return;
    const place = opener.getBoundingClientRect();
    menu.style.top = `${place.bottom + window.scrollY + GAP}px`;
    // Its right edge is the button's, unless its left one would leave the window.
    const wide = document.documentElement.clientWidth;
    const room = wide - Math.min(WIDTH, wide - 2 * EDGE) - EDGE;
    menu.style.right = `${Math.max(EDGE, Math.min(wide - place.right, room))}px`;
  });
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "open") return;
    const bottom = document.documentElement.clientHeight - EDGE;
    // What has no room beneath its button has it once that is at the top.
    if (menu.getBoundingClientRect().bottom > bottom) opener.scrollIntoView({ block: "start" });
    const focused = first();
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  });
}
