//! Credentials that were about to be registered, in the file.

use keybearer_core::{
    account::SigningCredential,
    journal::{Enrolment, EnrolmentId, EnrolmentState, NewEnrolment, PastEnrolment},
};
use rusqlite::{Connection, Row, named_params, params};

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

pub(super) fn set(connection: &mut Connection, id: EnrolmentId, state: EnrolmentState) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    let update = "UPDATE enrolment SET state = ?2 WHERE id = ?1";
    transaction.execute(update, params![id.0, enrolment_word(state)])?;
    let insert = "INSERT INTO enrolment_step (enrolment, at, state) VALUES (?1, ?2, ?3)";
    transaction.execute(insert, params![id.0, now(), enrolment_word(state)])?;
    transaction.commit()
}

pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<Enrolment>> {
    let mut select = connection.prepare("SELECT * FROM enrolment ORDER BY id")?;
    let rows = select.query_map([], |row| {
        Ok(Enrolment {
            id: EnrolmentId(row.get("id")?),
            new: new_enrolment(row)?,
            begun: instant(&row.get::<_, String>("begun_at")?),
            // What is not known here may well be registered.
            state: enrolment_of(&row.get::<_, String>("state")?).unwrap_or(EnrolmentState::Registered),
        })
    })?;
    rows.collect()
}

/// Each with the states that it was in, oldest first.
pub(super) fn past(connection: &Connection) -> rusqlite::Result<Vec<PastEnrolment>> {
    let mut steps = connection.prepare("SELECT at, state FROM enrolment_step WHERE enrolment = ?1 ORDER BY id")?;
    let mut select = connection.prepare("SELECT * FROM enrolment ORDER BY id")?;
    let rows = select.query_map([], |row| {
        let state = |word: String| enrolment_of(&word).ok_or(word);
        let begun = instant(&row.get::<_, String>("begun_at")?);
        let later = steps.query_map(params![row.get::<_, i64>("id")?], |step| {
            Ok((instant(&step.get::<_, String>("at")?), state(step.get("state")?)))
        })?;
        let mut states = vec![(begun, Ok(EnrolmentState::Begun))];
        states.extend(later.collect::<rusqlite::Result<Vec<_>>>()?);
        let now = state(row.get("state")?);
        // Earlier versions did not write down when.
        if states.last().is_none_or(|(_, last)| *last != now) {
            states.push((begun, now));
        }
        Ok(PastEnrolment { new: new_enrolment(row)?, states })
    })?;
    rows.collect()
}

fn new_enrolment(row: &Row<'_>) -> rusqlite::Result<NewEnrolment> {
    Ok(NewEnrolment {
        credential: SigningCredential {
            id: row.get("credential")?,
            username: row.get("username")?,
            organization: row.get("organization")?,
            own: true,
        },
        base: row.get("base")?,
        name: row.get("name")?,
        public_key: row.get("public_key")?,
    })
}
