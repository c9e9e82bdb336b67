// Roles, in words.

/** @import { GivenRole, RoleView } from "./ipc-types" */

import { LOCALE, text } from "./words.js";

/** @param {GivenRole[]} roles */
export const roleNames = (roles) => (roles.length > 0 ? roles.map(({ id, name }) => name || id).join(", ") : text("role-none"));

/** @param {RoleView[]} roles */
export const byName = (roles) => [...roles].sort((a, b) => a.name.localeCompare(b.name, LOCALE));

/** What a role allows. @param {RoleView} role */
export const roleAbout = ({ fullAdmin, operations }) => (fullAdmin ? text("role-full-admin") : operations.join(", "));
