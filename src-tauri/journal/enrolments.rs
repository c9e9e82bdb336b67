//! Credentials that were about to be registered, in the file.

use keybearer_core::{
    account::SigningCredential,
    journal::{Enrolment, EnrolmentId, EnrolmentState, NewEnrolment},
};
use rusqlite::{Connection, named_params, params};

use super::rows::{enrolment_of, enrolment_word, instant, now};

pub(super) fn begin(connection: &Connection, new: &NewEnrolment) -> rusqlite::Result<EnrolmentId> {
    let NewEnrolment { credential, base, name, public_key } = new;
    connection.execute(
        "INSERT INTO enrolment (begun_at, base, organization, username, credential, name, public_key, state)
            VALUES (:begun_at, :base, :organization, :username, :credential, :name, :public_key, :state)",
        named_params! {
            ":begun_at": now(), ":base": base, ":organization": credential.organization,
            ":username": credential.username, ":credential": credential.id, ":name": name, ":public_key": public_key,
            ":state": enrolment_word(EnrolmentState::Begun),
        },
    )?;
    Ok(EnrolmentId(connection.last_insert_rowid()))
}

pub(super) fn set(connection: &Connection, id: EnrolmentId, state: EnrolmentState) -> rusqlite::Result<()> {
    let update = "UPDATE enrolment SET state = ?2 WHERE id = ?1";
    connection.execute(update, params![id.0, enrolment_word(state)]).map(drop)
}

pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<Enrolment>> {
    let mut select = connection.prepare("SELECT * FROM enrolment ORDER BY id")?;
    let rows = select.query_map([], |row| {
        Ok(Enrolment {
            id: EnrolmentId(row.get("id")?),
            new: NewEnrolment {
                credential: SigningCredential {
                    id: row.get("credential")?,
                    username: row.get("username")?,
                    organization: row.get("organization")?,
                    own: true,
                },
                base: row.get("base")?,
                name: row.get("name")?,
                public_key: row.get("public_key")?,
            },
            begun: instant(&row.get::<_, String>("begun_at")?),
            // What is not known here may well be registered.
            state: enrolment_of(&row.get::<_, String>("state")?).unwrap_or(EnrolmentState::Registered),
        })
    })?;
    rows.collect()
}
