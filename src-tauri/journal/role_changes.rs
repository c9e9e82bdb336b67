//! Roles that were about to be given or taken, in the file.

use keybearer_core::{
    journal::{NewRoleChange, RoleChange, RoleChangeId, RoleChangeState},
    key::{KeyId, Owner},
    role::GivenRole,
};
use rusqlite::{Connection, named_params, params};

use super::rows::{
    instant, kind, kind_word, now, owner, role_change_of, role_change_word, role_operation_of, role_operation_word,
};

pub(super) fn begin(connection: &Connection, new: &NewRoleChange) -> rusqlite::Result<RoleChangeId> {
    let NewRoleChange { owner, operation, kind, key, key_name, identity, role } = new;
    let Owner { account, label, base, organization, user, author } = owner;
    connection.execute(
        "INSERT INTO role_change
            (asked_at, account, label, base, organization, user, author, operation, kind, key, key_name, identity, role,
                role_name, assignment, state)
            VALUES (:asked_at, :account, :label, :base, :organization, :user, :author, :operation, :kind, :key, :key_name,
                :identity, :role, :role_name, :assignment, :state)",
        named_params! {
            ":asked_at": now(), ":account": account, ":label": label, ":base": base, ":organization": organization,
            ":user": user, ":author": author, ":operation": role_operation_word(*operation), ":kind": kind_word(*kind),
            ":key": key.0, ":key_name": key_name, ":identity": identity.0, ":role": role.id, ":role_name": role.name,
            ":assignment": role.assignment, ":state": role_change_word(RoleChangeState::Asked),
        },
    )?;
    Ok(RoleChangeId(connection.last_insert_rowid()))
}

pub(super) fn set(
    connection: &Connection,
    id: RoleChangeId,
    state: RoleChangeState,
    request: Option<&str>,
) -> rusqlite::Result<()> {
    let update = "UPDATE role_change SET state = ?2, settled_at = ?3, request = coalesce(?4, request) WHERE id = ?1";
    let settled = (!state.is_open()).then(now);
    connection.execute(update, params![id.0, role_change_word(state), settled, request]).map(drop)
}

pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<RoleChange>> {
    let mut select = connection.prepare("SELECT * FROM role_change ORDER BY id")?;
    let rows = select.query_map([], |row| {
        // What a later version calls otherwise says nothing for sure.
        let state = role_change_of(&row.get::<_, String>("state")?).unwrap_or(RoleChangeState::Asked);
        let Some(operation) = role_operation_of(&row.get::<_, String>("operation")?) else { return Ok(None) };
        Ok(Some(RoleChange {
            id: RoleChangeId(row.get("id")?),
            new: NewRoleChange {
                owner: owner(row)?,
                operation,
                kind: kind(row)?,
                key: KeyId(row.get("key")?),
                key_name: row.get("key_name")?,
                identity: KeyId(row.get("identity")?),
                role: GivenRole {
                    id: row.get("role")?,
                    name: row.get("role_name")?,
                    assignment: row.get("assignment")?,
                },
            },
            asked: instant(&row.get::<_, String>("asked_at")?),
            settled: row.get::<_, Option<String>>("settled_at")?.map(|at| instant(&at)),
            state,
            request: row.get("request")?,
        }))
    })?;
    rows.filter_map(Result::transpose).collect()
}
