// Roles that were to be given or taken, and are not settled: a row of what needs attention for each.

/** @import { OpenRoleState, RoleChangeView } from "./ipc-types" */
/** @import { Row } from "./rows.js" */

import { armed } from "./arming.js";
import { make, makeButton, onClick, setBusy, setText, show } from "./dom.js";
import { run } from "./ipc.js";
import { tell } from "./error.js";
import { text } from "./words.js";

/** @type {Record<OpenRoleState, string>} */
const STATES = {
  pending: text("attention-role-pending"),
  over: text("attention-role-over"),
  doubtful: text("attention-role-doubtful"),
};

/** @param {RoleChangeView} first @returns {Row<RoleChangeView & { id: string }>} */
export function makeRoleChangeRow({ number }) {
  const name = make("strong", { class: "row-name" });
  const state = make("span", { class: "badge warning" });
  const told = make("p", { class: "small" });
  const account = make("p", { class: "small" });
  const refusal = make("p", { class: "note error", role: "alert" });
  const dismiss = makeButton("attention-dismiss", text("attention-role-dismiss"));
  const check = makeButton("attention-check");
  const actions = make("div", { class: "actions" }, dismiss, check);
  const element = make("li", { class: "card row", test: "attention-row" }, make("p", { class: "row-head" }, name, " ", state));
  element.append(told, account, refusal, actions);
  element.dataset.kind = "roleChange";
  tell(refusal, null);
  armed(dismiss);
  onClick(check, async () => tell(refusal, await run("check_role_change", { number })));
  onClick(dismiss, async () => tell(refusal, await run("dismiss_role_change", { number })));

  return {
    element,
    draw(change) {
      element.dataset.state = change.state;
      setText(name, change.keyName);
      setText(state, STATES[change.state]);
      tell(told, change.told);
      setText(account, change.account ? text("attention-account", { account: change.account }) : "");
      show(account, change.account !== null);
      show(check, change.account === null);
      setText(check, text(change.looking ? "attention-role-checking" : "attention-role-check"));
      check.setAttribute("aria-description", change.keyName);
      for (const each of [check, dismiss]) setBusy(each, change.looking);
    },
  };
}
