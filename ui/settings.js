// The settings, in a small dialog; what is wrong with files of Keybearer's own; and the colors.

/** @import { Message, SettingsView, View } from "./ipc-types" */

import { button, byId, changes, el, input, make, onClick, onSubmit, radios, setText, show } from "./dom.js";
import { run } from "./ipc.js";
import { refusalOf, tell } from "./error.js";
import { message, said, write } from "./words.js";

const dialog = byId("settings-dialog", HTMLDialogElement);
const form = byId("settings-form", HTMLFormElement);
/** @type {SettingsView | null} */
let settings = null;
const areOther = changes();

/** @param {View} view */
export function drawSettings(view) {
  settings = view.settings;
  if (settings.theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = settings.theme;
  setText(el("settings-file"), view.settingsFile);
  write(el("settings-kept"), "settings-kept", { file: el("settings-file") });

  show(el("settings-notifying"), view.notifications !== null);
  const notShown = said(view.notifications?.notShown);
  setText(el("settings-not-shown"), notShown);
  show(el("settings-not-shown"), notShown !== "");

  show(el("problems"), view.problems.length > 0);
  if (!areOther(view.problems)) return;
  const rows = view.problems.map((problem) => {
    const row = make("p", {});
    tell(row, problem);
    return row;
  });
  el("problems-list").replaceChildren(...rows);
}

function open() {
  if (!settings) return;
  input("settings-clipboard").value = String(settings.clipboardSeconds);
  // A tenth of a minute is fine enough to show what a file may hold.
  input("settings-held").value = String(Number((settings.heldSeconds / 60).toFixed(2)));
  input("settings-idle").value = String(Number((settings.idleSeconds / 60).toFixed(2)));
  radios(form, "theme").value = settings.theme;
  input("settings-notify").checked = settings.notifyEnding;
  tell(el("settings-error"), null);
  dialog.showModal();
  input("settings-clipboard").select();
}

async function save() {
  const clipboard = input("settings-clipboard");
  const held = input("settings-held");
  const idle = input("settings-idle");
  /** @type {[HTMLInputElement, Message][]} */
  const fields = [
    [clipboard, message("settings-clipboard-range")],
    [held, message("settings-held-range")],
    [idle, message("settings-idle-range")],
  ];
  for (const [field, range] of fields) {
    field.setAttribute("aria-invalid", String(!field.checkValidity()));
    if (field.checkValidity()) continue;
    tell(el("settings-error"), refusalOf("setting", range));
    field.focus();
    return;
  }
  const settings = {
    clipboardSeconds: Math.round(clipboard.valueAsNumber),
    heldSeconds: Math.max(1, Math.round(held.valueAsNumber * 60)),
    idleSeconds: Math.max(1, Math.round(idle.valueAsNumber * 60)),
    theme: /** @type {SettingsView["theme"]} */ (radios(form, "theme").value),
    notifyEnding: input("settings-notify").checked,
  };
  const refusal = await run("change_settings", { settings });
  tell(el("settings-error"), refusal);
  if (!refusal) dialog.close();
}

onClick(button("settings-open"), open);
onClick(button("settings-cancel"), () => dialog.close());
onSubmit(form, save);
onClick(button("problems-dismiss"), () => run("dismiss_problems"));
