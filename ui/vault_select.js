// A select of the vaults that there are.

/** @import { DestinationView } from "./ipc-types" */

import { make } from "./dom.js";

/** What is chosen stays so while it is there. @param {HTMLSelectElement} select @param {DestinationView[]} vaults */
export function drawVaults(select, vaults) {
  const { options, value } = select;
  const isDrawn = vaults.every(({ id, name }, at) => options[at]?.value === id && options[at]?.textContent === name);
  if (isDrawn && options.length === vaults.length) return;
  select.replaceChildren(...vaults.map(({ id, name }) => Object.assign(make("option", {}, name), { value: id })));
  if (vaults.some(({ id }) => id === value)) select.value = value;
  else chooseDefault(select, vaults);
}

/** @param {HTMLSelectElement} select @param {DestinationView[]} vaults */
export function chooseDefault(select, vaults) {
  const wanted = vaults.find((each) => each.default) ?? vaults[0];
  if (wanted) select.value = wanted.id;
}
