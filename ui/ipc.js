// The only file that knows Tauri. What there is to give, with its arguments and its answer, is written from Rust's table of
// commands into ipc-types.

/** @import { Channel as TauriChannel, MainCommands, Told, TokenCommands, View } from "./ipc-types" */

/**
 * @typedef {object} Core  What of Tauri's global object is used here.
 * @property {<Answer>(command: string, args?: Record<string, unknown>) => Promise<Answer>} invoke
 * @property {new <Message>() => TauriChannel<Message>} Channel
 */

/** @template Command @typedef {Command extends (...args: infer Args) => unknown ? Args : never} Args */
/** @template Command @typedef {Command extends (...args: never) => infer Answer ? Answer : never} Answer */
/** Those that answer with their outcome alone. @template Commands @typedef {{ [Name in keyof Commands]: Answer<Commands[Name]> extends null ? Name : never }[keyof Commands]} Plain */

/**
 * What the page of a window may give.
 *
 * A refusal is an outcome like any other here, so that none is forgotten in a `catch`: `run` gives a command that answers
 * with no more than that, and comes back with what went wrong or null; `request` comes back with the answer, or with what went
 * wrong as `refusal`.
 *
 * @template Commands
 * @typedef {object} Border
 * @property {<Name extends Plain<Commands>>(command: Name, ...args: Args<Commands[Name]>) => Promise<Told | null>} run
 * @property {<Name extends Exclude<keyof Commands, Plain<Commands>>>(command: Name, ...args: Args<Commands[Name]>) => Promise<Answer<Commands[Name]> | { refusal: Told }>} request
 */

const tauri = /** @type {{ __TAURI__: { core: Core } }} */ (/** @type {unknown} */ (window)).__TAURI__;
const { invoke, Channel } = tauri.core;

const border = {
  /** @param {string} command @param {Record<string, unknown>} [args] @returns {Promise<Told | null>} */
  async run(command, args) {
    try {
      await invoke(command, args);
      return null;
    } catch (reason) {
      return told(reason);
    }
  },
  /** @param {string} command @param {Record<string, unknown>} [args] @returns {Promise<unknown>} */
  async request(command, args) {
    try {
      return await invoke(command, args);
    } catch (reason) {
      return { refusal: told(reason) };
    }
  },
};

/** For the main window. */
export const { run, request } = /** @type {Border<MainCommands>} */ (border);

/** For the token's own window. */
export const tokenWindow = /** @type {Border<TokenCommands>} */ (border);

/**
 * Asks for the view now and whenever it changes. One that comes late is dropped: it is older than what is drawn. One that was
 * lost is asked for again, over a channel of its own, since the last one waits for it for ever.
 *
 * @param {(view: View) => void} draw
 */
export function watch(draw) {
  let drawn = -1;
  const ask = () => {
    /** @type {TauriChannel<View>} */
    const onView = new Channel();
    onView.onmessage = (view) => {
      if (view.revision <= drawn) return;
      drawn = view.revision;
      draw(view);
    };
    return run("watch", { onView });
  };
  addEventListener("view-sent", (event) => {
    if (event instanceof CustomEvent && event.detail > drawn) ask();
  });
  return ask();
}

/** @param {unknown} reason @returns {Told} */
function told(reason) {
  return isTold(reason)
    ? reason
    : { code: "computer", message: { id: "verbatim", args: { text: String(reason) } }, hint: null, waitMs: null };
}

/** @param {unknown} reason @returns {reason is Told} */
function isTold(reason) {
  return typeof reason === "object" && reason !== null && "code" in reason && "message" in reason;
}
