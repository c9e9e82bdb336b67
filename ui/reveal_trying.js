// The dialog's step in which a new credential's secrets are tried at Dfns, where they sign.

/** @import { RevealView } from "./ipc-types" */

import { el, show } from "./dom.js";
import { tell } from "./error.js";
import { makeWaiting } from "./waiting.js";
import { text } from "./words.js";

const trying = makeWaiting({ test: "reveal-try", operation: () => ({ of: "trial" }), before: el("reveal-tried") });

/** @param {RevealView} reveal */
export function drawTrying({ canBeTried, tryingMs, tried }) {
  show(el("reveal-trying"), canBeTried);
  const [words, meaning] = [text("trying-out"), text("trying-out-meaning")];
  trying.set(tryingMs === null ? null : { words, meaning, runningMs: tryingMs });
  const outcome = el("reveal-tried");
  tell(outcome, tried?.told ?? null);
  // For people who automate.
  outcome.dataset.tried = tried === null ? "" : (tried.outcome ?? "unknown");
  outcome.dataset.good = String(tried?.outcome === "proven");
}
