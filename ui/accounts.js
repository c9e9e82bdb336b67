// The switch between accounts: a menu under its button.

/** @import { AccountView, Told, View } from "./ipc-types" */
/** @import { Row } from "./rows.js" */

import { button, byId, el, input, make, onClick, onSubmit, setBusy, setText, show } from "./dom.js";
import { setBadge } from "./environment.js";
import { run } from "./ipc.js";
import { placeUnder } from "./menus.js";
import { rowsOf } from "./rows.js";
import { identity, signedIn } from "./session.js";
import { span } from "./times.js";
import { tell, unlessCalledOff } from "./error.js";
import { text } from "./words.js";

const menu = el("accounts");
const opener = button("accounts-open");
const rename = byId("accounts-name-form", HTMLFormElement);

const drawRows = rowsOf(el("accounts-rows"), makeRow);
/** The name of the account in use, as the person gave it; null while none is in use. @type {string | null} */
let name = null;

/** @param {View} view */
export function drawAccounts({ accounts, session, creation, reveal }) {
  // With none there is nothing to switch to, and the form is there already.
  show(opener, accounts.length > 0 && session.state !== "checking");
  name = signedIn({ session })?.name ?? null;
  show(el("accounts-current"), name !== null && rename.hidden);
  show(button("accounts-add"), session.state !== "signedOut" || session.account !== null);
  setBusy(opener, creation !== null || reveal !== null);
  if (session.state === "checking" || creation || reveal) close();
  drawRows(accounts);
}

/** @param {AccountView} first @returns {Row<AccountView>} */
function makeRow(first) {
  const label = make("strong", { class: "row-name" });
  const badge = make("span", { class: "badge" });
  const whose = make("span", { class: "quiet small" });
  const state = make("span", { class: "account-state small" });
  const choose = make("button", { class: "account-row", type: "button", test: "account-row" });
  choose.append(make("span", { class: "row-head" }, label, badge), whose, state);
  choose.dataset.accountId = first.id;
  onClick(choose, () => doing(run("switch_account", { id: first.id })));
  return {
    element: make("li", {}, choose),
    draw(account) {
      setText(label, account.label);
      setBadge(badge, account.environment);
      setText(whose, identity(account.label, account));
      const { words, urgent } = describe(account);
      setText(state, words);
      state.dataset.urgent = String(urgent);
      if (account.current) choose.setAttribute("aria-current", "true");
      else choose.removeAttribute("aria-current");
    },
  };
}

/** @param {AccountView} account */
function describe(account) {
  const left = account.expiresInMs;
  if (account.over || (left !== null && left <= 0)) return { words: text("account-over"), urgent: true };
  const facts = [account.current ? text("account-current") : "", left === null ? "" : text("account-left", { time: span(left) })];
  if (!account.current && account.kept === "memory") facts.push(text("account-memory"));
  return { words: facts.filter((fact) => fact !== "").join(" · "), urgent: false };
}

function close() {
  if (menu.matches(":popover-open")) menu.hidePopover();
}

/** Closes the menu once it is done; a refusal is told in it. @param {Promise<Told | null>} command */
async function doing(command) {
  const refusal = await command;
  tell(el("accounts-problem"), unlessCalledOff(refusal));
  if (!refusal) close();
  return refusal;
}

/** Goes through the buttons, as in any menu. @param {1 | -1} step */
export function stepMenu(step) {
  const all = [...menu.querySelectorAll("button")].filter((each) => each.offsetParent !== null);
  const now = all.findIndex((each) => each === document.activeElement);
  all[(now + step + all.length) % all.length]?.focus();
}

/** @param {boolean} open */
function openRename(open) {
  show(rename, open);
  show(el("accounts-current"), !open && name !== null);
  if (!open) return;
  input("accounts-name").value = name ?? "";
  input("accounts-name").focus();
}

menu.addEventListener("beforetoggle", (event) => {
  if (/** @type {ToggleEvent} */ (event).newState !== "open") return;
  tell(el("accounts-problem"), null);
  openRename(false);
});
placeUnder(menu, opener, () => menu.querySelector("[aria-current]") ?? menu.querySelector(".account-row"));
// The page opens the menu by itself, as the button's markup says, save while a key is being made or held.
opener.addEventListener("click", (event) => {
  if (opener.getAttribute("aria-disabled") === "true") event.preventDefault();
});
onClick(button("accounts-add"), () => doing(run("ask_for_token", { sameAccount: false })));
onClick(button("accounts-renew"), () => doing(run("ask_for_token", { sameAccount: true })));
onClick(button("accounts-rename-open"), () => openRename(true));
onSubmit(rename, async () => {
  const refusal = await doing(run("rename_account", { name: input("accounts-name").value }));
  if (refusal?.code === "secret") input("accounts-name").value = "";
});
