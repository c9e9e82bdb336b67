// What each environment is called, and how it is marked.

/** @import { EnvironmentKind } from "./ipc-types" */

import { setText } from "./dom.js";
import { text } from "./words.js";

/**
 * What the person calls an environment, and what it means to whoever chooses one. Other hosts look like Production as well, so
 * that where it is, only the choice says.
 * @type {Record<EnvironmentKind, { name: string, meaning: string, choice?: string }>}
 */
export const ENVIRONMENTS = {
  production: {
    name: text("environment-production"),
    meaning: text("environment-production-meaning"),
    choice: text("environment-production-choice"),
  },
  productionUae: { name: text("environment-production-uae"), meaning: text("environment-production-uae-meaning") },
  staging: { name: text("environment-staging"), meaning: text("environment-staging-meaning") },
  sandbox: { name: text("environment-sandbox"), meaning: text("environment-sandbox-meaning") },
  custom: { name: text("environment-custom"), meaning: text("environment-custom-meaning") },
};

/** @param {HTMLElement} badge @param {EnvironmentKind} environment */
export function setBadge(badge, environment) {
  setText(badge, ENVIRONMENTS[environment].name);
  badge.dataset.environment = environment;
}
