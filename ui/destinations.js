// The destinations, in a dialog: listed, tested, ordered, and given what opens them. Adding and editing one is the form's.

/** @import { DestinationView, Told, View } from "./ipc-types" */
/** @import { Row } from "./rows.js" */

import { armed } from "./arming.js";
import { beginForm, chooseKind, onFormDone } from "./destination_form.js";
import { button, byId, changes, el, make, makeButton, onClick, setBusy, setText, show } from "./dom.js";
import { request, run } from "./ipc.js";
import { rowsOf } from "./rows.js";
import { tell } from "./error.js";
import { makeWaiting } from "./waiting.js";
import { said, text } from "./words.js";

const dialog = byId("destinations", HTMLDialogElement);

const drawRows = rowsOf(el("destinations-rows"), makeRow);

/** @param {View} view */
export function drawDestinations({ destinations }) {
  show(el("destinations-empty"), destinations.length === 0);
  drawRows(destinations);
}

/** @param {DestinationView} first @returns {Row<DestinationView>} */
function makeRow(first) {
  let latest = first;
  const isOther = changes();
  const { id } = first;
  const name = make("strong", { class: "row-name" });
  const badge = make("span", { class: "badge" }, text("vault-default"));
  const place = make("p", { class: "quiet small mono" });
  const marks = make("p", { class: "quiet small", test: "destination-marks" });
  const outcome = make("p", { class: "outcome small", test: "destination-outcome", role: "status" });
  const refusal = make("p", { class: "note error", test: "destination-problem", role: "alert" });
  const testing = makeWaiting({ test: "destination-test", operation: () => ({ of: "look" }) });
  const test = makeButton("destination-test", text("vault-test"));
  const secret = makeButton("destination-secret", "", "plain");
  const edit = makeButton("destination-edit", text("vault-edit"), "plain");
  const standard = makeButton("destination-default", "", "plain");
  const up = makeButton("destination-up", text("vault-up"), "plain");
  const remove = makeButton("destination-remove", text("vault-remove"), "plain");
  const actions = make("div", { class: "actions start" }, test, secret, edit, standard, up, remove);
  const question = make("span", { class: "small" });
  const keep = makeButton("destination-keep", text("vault-keep"));
  const removing = makeButton("destination-remove-confirm", text("vault-remove-yes"), "danger");
  const sure = make("div", { class: "actions" }, question, make("span", { class: "spacer" }), keep, removing);
  const head = make("p", { class: "row-head" }, name, " ", badge);
  const element = make("li", { class: "destination", test: "destination-row" });
  element.append(head, place, marks, outcome, refusal, testing.element, actions, sure);
  element.dataset.destinationId = id;
  tell(refusal, null);
  show(sure, false);

  /** @param {Told | null} told */
  const problem = (told) => {
    setText(outcome, "");
    tell(refusal, told);
  };
  onClick(test, async () => {
    problem(null);
    testing.set({ words: text("vault-testing", { vault: latest.name }), runningMs: 0 });
    setBusy(test, true);
    const tested = JSON.stringify(latest.form);
    const answer = await request("test_destination", { id });
    setBusy(test, false);
    testing.set(null);
    if (tested !== JSON.stringify(latest.form)) return;
    if ("refusal" in answer) return problem(answer.refusal);
    outcome.dataset.good = String(answer.good);
    setText(outcome, said(answer.words));
  });
  onClick(secret, async () => problem(await run("give_vault_secret", { id })));
  onClick(edit, () => beginForm(latest.form));
  onClick(standard, async () => problem(await run("set_default_destination", { id: latest.default ? null : id })));
  onClick(up, async () => problem(await run("move_destination", { id, up: true })));
  onClick(remove, () => {
    show(sure, true);
    keep.focus();
  });
  onClick(keep, () => {
    show(sure, false);
    remove.focus();
  });
  armed(removing);
  onClick(removing, async () => problem(await run("remove_destination", { id })));

  return {
    element,
    draw(destination, at) {
      // What was found holds for what was tested.
      if (isOther(destination.form)) problem(null);
      latest = destination;
      setText(name, destination.name);
      show(badge, destination.default);
      setText(place, destination.place);
      drawMarks(marks, destination);
      const opener = destination.secret;
      setText(secret, opener ? text("vault-paste", { secret: opener }) : "");
      show(secret, opener !== null);
      setText(question, opener ? text("vault-remove-sure-secret", { secret: opener }) : text("vault-remove-sure"));
      setText(standard, destination.default ? text("vault-use-not") : text("vault-use"));
      show(up, at > 0);
      for (const each of element.querySelectorAll("button")) each.setAttribute("aria-description", destination.name);
    },
  };
}

/** What is to be known of it before one delivers there. @param {HTMLElement} marks @param {DestinationView} destination */
function drawMarks(marks, { name, proven, mayOverwrite }) {
  const told = [];
  if (!proven) told.push(text("vault-unproven"));
  if (mayOverwrite) told.push(text("deliver-overwrites", { vault: name }));
  setText(marks, told.join(" "));
  show(marks, told.length > 0);
}

/** Shows the list, or the steps of adding one. @param {boolean} shown */
function showList(shown) {
  for (const id of ["destinations-list", "destinations-list-foot"]) show(el(id), shown);
}

onClick(button("destinations-open"), () => {
  onFormDone(true);
  dialog.showModal();
});
onClick(button("destinations-close"), () => dialog.close());
onClick(button("destinations-add"), () => {
  showList(false);
  return chooseKind();
});
dialog.addEventListener("form-begins", () => showList(false));
dialog.addEventListener("form-ends", () => {
  showList(true);
  button("destinations-add").focus();
});
// Escape goes back a step, rather than losing what was typed.
dialog.addEventListener("cancel", (event) => {
  if (el("destinations-list").hidden) {
    event.preventDefault();
    onFormDone(false);
  }
});
