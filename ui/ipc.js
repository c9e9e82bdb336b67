// The only file that knows Tauri: every command the page may give, by name and with its arguments' types.

/**
 * @typedef {import("./ipc-types").View} View
 * @typedef {import("./ipc-types").Told} Told
 * @typedef {import("./ipc-types").SignInForm} SignInForm
 * @typedef {import("./ipc-types").Persona} Persona
 * @typedef {import("./ipc-types").SettingsView} SettingsView
 * @typedef {import("./ipc-types").TokenText} TokenText
 * @typedef {import("./ipc-types").ListView} ListView
 * @typedef {import("./ipc-types").KeyDetailsView} KeyDetailsView
 * @typedef {import("./ipc-types").DestinationForm} DestinationForm
 *
 * @typedef {object} Core  What of Tauri's global object is used here.
 * @property {(command: string, args?: Record<string, unknown>) => Promise<any>} invoke
 * @property {new () => { onmessage: (message: any) => void }} Channel
 */

const tauri = /** @type {{ __TAURI__: { core: Core } }} */ (/** @type {unknown} */ (window)).__TAURI__;
const { invoke, Channel } = tauri.core;

/**
 * Asks for the view now and whenever it changes. One that comes late is dropped: it is older than what is drawn.
 *
 * @param {(view: View) => void} onView
 */
export async function watch(onView) {
  let drawn = -1;
  const channel = new Channel();
  channel.onmessage = (/** @type {View} */ view) => {
    if (view.revision <= drawn) return;
    drawn = view.revision;
    onView(view);
  };
  await invoke("watch", { onView: channel });
}

/** @param {SignInForm} form */
export const signInPasted = (form) => run("sign_in_pasted", { form });

/**
 * Something is typed into the field for a sign-in token: this page is replaced once somebody is signed in.
 *
 * @param {string} draft the key's name typed so far
 */
export const noteTyped = (draft) => run("note_typed", { draft });

/** @param {SignInForm} form @param {string} token */
export const signInTyped = (form, token) => run("sign_in_typed", { form, token });

/** @param {Persona} persona */
export const enterSandbox = (persona) => run("enter_sandbox", { persona });

export const signOut = () => run("sign_out");

/** @param {string} id */
export const switchAccount = (id) => run("switch_account", { id });

/** Shows the sign-in form. @param {boolean} sameAccount for a new token of the account in use, or else for another account */
export const askForToken = (sameAccount) => run("ask_for_token", { sameAccount });

/** @param {string} name */
export const renameAccount = (name) => run("rename_account", { name });

export const cancelChecking = () => run("cancel_checking");

/** @param {number | null} number a notice's; null is the key whose token is held */
export const cancelRevocation = (number) => run("cancel_revocation", { number });

/** @param {SettingsView} settings */
export const changeSettings = (settings) => run("change_settings", { settings });

/** What protects a secret on this computer. @returns {Promise<import("./ipc-types").ProtectionView[] | { refusal: Told }>} */
export const whatProtects = () => ask("what_protects");

export const putProblemsAside = () => run("put_problems_aside");

/**
 * @param {string} name
 * @param {boolean} anyway
 * @param {string | null} replaces the id of the key that it is to replace
 * @param {string | null} deliverTo the destination that its token is to go to at once
 */
export const createKey = (name, anyway, replaces, deliverTo) =>
  run("create_key", { name, anyway, replaces, deliverTo });

/** @param {string} key the id of the one whose token is meant @param {string} id a destination's */
export const deliver = (key, id) => run("deliver", { key, id });

export const cancelDelivery = () => run("cancel_delivery");

/** @returns {Promise<import("./ipc-types").ProgramPresetView[] | { refusal: Told }>} */
export const listPresets = () => ask("list_presets");

/** @param {string} id @param {string[]} answers @returns {Promise<DestinationForm | { refusal: Told }>} */
export const fillPreset = (id, answers) => ask("fill_preset", { id, answers });

/** @param {DestinationForm} form @returns {Promise<string | { refusal: Told }>} its id */
export const saveDestination = (form) => ask("save_destination", { form });

/** @param {string} id */
export const removeDestination = (id) => run("remove_destination", { id });

/** @param {string} id @param {boolean} up */
export const shiftDestination = (id, up) => run("shift_destination", { id, up });

/** @param {string | null} id */
export const setDefaultDestination = (id) => run("set_default_destination", { id });

/** Takes what opens it from the clipboard. @param {string} id */
export const giveVaultSecret = (id) => run("give_vault_secret", { id });

/** @param {string} id of the key that is replaced @param {string} destination @returns {Promise<string | { refusal: Told }>} where its replacement's token goes */
export const placeOfReplacement = (id, destination) => ask("place_of_replacement", { id, destination });

/** @param {string} id @returns {Promise<import("./ipc-types").TestedView | { refusal: Told }>} what was found */
export const testDestination = (id) => ask("test_destination", { id });

/** Calls off a test, or a check of names. */
export const cancelLook = () => run("cancel_look");

/** The names in a file. @param {string} file what it is called @param {Uint8Array} bytes @returns {Promise<string | { refusal: Told }>} one on each line */
export const namesIn = (file, bytes) => ask("names_in", { file, bytes: [...bytes] });

/** @param {string} text a name on each line @param {string} destination @returns {Promise<import("./ipc-types").CheckedList | { refusal: Told }>} */
export const checkNames = (text, destination) => ask("check_names", { text, destination });

/** @param {number} number the list's, as it was checked */
export const beginMany = (number) => run("begin_many", { number });

export const pauseMany = () => run("pause_many");

/** Calls off the name that is worked on, too. */
export const stopMany = () => run("stop_many");

/** @param {boolean} failed take up those again of which no key was made */
export const resumeMany = (failed) => run("resume_many", { failed });

export const putManyAside = () => run("put_many_aside");

export const cancelCreation = () => run("cancel_creation");

/** Every key of the organization. @returns {Promise<ListView | { refusal: Told }>} */
export const listKeys = () => ask("list_keys");

/** @param {string} id @returns {Promise<KeyDetailsView | { refusal: Told }>} */
export const lookAtKey = (id) => ask("look_at_key", { id });

/** @param {string} id */
export const copyKeyId = (id) => run("copy_key_id", { id });

/** @param {string} id @param {string} typed what was typed as its name, where that is asked for */
export const revokeKey = (id, typed) => run("revoke_key", { id, typed });

/** @param {string} id */
export const cancelKeyRevocation = (id) => run("cancel_key_revocation", { id });

/** @param {string} key the id of the one whose token is meant */
export const copyToken = (key) => run("copy_token", { key });

/** @param {string} key the id of the one whose token is meant */
export const clearClipboard = (key) => run("clear_clipboard", { key });

/** @param {string} key the id of the one whose token is meant */
export const showToken = (key) => run("show_token", { key });

export const hideToken = () => run("hide_token");

/** @param {string} key the id of the one whose token is meant */
export const checkToken = (key) => run("check_token", { key });

/** @param {string} key the id of the one whose token is meant */
export const keepLonger = (key) => run("keep_longer", { key });

/** @param {string} key the id of the one whose token is meant @param {boolean} unproven finish although nothing proves that it is in a vault */
export const finish = (key, unproven) => run("finish", { key, unproven });

/** @param {string} key the id of the one whose token is held @param {boolean} quit */
export const revokeHeld = (key, quit) => run("revoke_held", { key, quit });

/** @param {number} number */
export const revokeNoticed = (number) => run("revoke_noticed", { number });

/** @param {number} number */
export const dismissNotice = (number) => run("dismiss_notice", { number });

/** @param {string} id a key's */
export const copyReceipt = (id) => run("copy_receipt", { id });

/** @param {string} id a key's */
export const saveReceipt = (id) => run("save_receipt", { id });

export const putReceiptAside = () => run("put_receipt_aside");

export const keepOpen = () => run("keep_open");

export const quitAnyway = () => run("quit_anyway");

/** For the token's own window alone. @returns {Promise<TokenText>} */
export const tokenText = () => invoke("token_text");

/** For the token's own window alone. */
export const closeTokenWindow = () => run("close_token_window");

/**
 * Runs a command. A refusal is an outcome like any other here, so that none is forgotten in a `catch`.
 *
 * @param {string} command
 * @param {Record<string, unknown>} [args]
 * @returns {Promise<Told | null>} what went wrong, or null
 */
async function run(command, args) {
  try {
    await invoke(command, args);
    return null;
  } catch (reason) {
    return told(reason);
  }
}

/**
 * Runs a command that answers with more than its outcome.
 *
 * @param {string} command
 * @param {Record<string, unknown>} [args]
 * @returns {Promise<any>} the answer, or what went wrong as `refusal`
 */
async function ask(command, args) {
  try {
    return await invoke(command, args);
  } catch (reason) {
    return { refusal: told(reason) };
  }
}

/** @param {unknown} reason @returns {Told} */
function told(reason) {
  return isTold(reason) ? reason : { code: "computer", message: String(reason), hint: "", waitMs: null };
}

/** @param {unknown} reason @returns {reason is Told} */
function isTold(reason) {
  return typeof reason === "object" && reason !== null && "code" in reason && "message" in reason;
}
