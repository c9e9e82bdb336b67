// The receipt of the key that was finished with: what may be kept of it.

/** @import { ReceiptView } from "./ipc-types" */

import { button, changes, el, makeFact, onClick, setText, show } from "./dom.js";
import { run } from "./ipc.js";
import { tell } from "./error.js";
import { said, text } from "./words.js";

/** The key whose receipt is drawn. */
let id = "";
const isNew = changes();

/** @param {ReceiptView | null} receipt */
export function drawReceipt(receipt) {
  show(el("receipt"), receipt !== null);
  // It may be noted something of meanwhile.
  if (!isNew(receipt) || !receipt) return;
  id = receipt.id;
  tell(el("receipt-problem"), null);
  setText(el("receipt-title"), text("receipt-title", { name: receipt.name }));
  const facts = receipt.facts.map(([term, fact]) => makeFact(said(term), said(fact), fact.id === "verbatim"));
  el("receipt-facts").replaceChildren(...facts);
}

onClick(button("receipt-copy"), async () => tell(el("receipt-problem"), await run("copy_receipt", { id })));
onClick(button("receipt-save"), async () => tell(el("receipt-problem"), await run("save_receipt", { id })));
onClick(button("receipt-close"), async () => {
  id = "";
  await run("dismiss_receipt");
  el("key-name").focus();
});
