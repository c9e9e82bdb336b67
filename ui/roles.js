// Roles, in words.

/** @import { GivenRole } from "./ipc-types" */

import { text } from "./words.js";

/** @param {GivenRole[]} roles */
export const roleNames = (roles) => (roles.length > 0 ? roles.map(({ id, name }) => name || id).join(", ") : text("role-none"));
