//! Lists of names in the file. What became of a name is read off the last intent that it led to, and stands nowhere else.

use keybearer_core::{
    delivery::Proof,
    journal::{Batch, BatchId, BatchOutcome, Event, IntentId, NameInBatch, OpenBatch, Tells},
    key::Owner,
    order::Terms,
};
use rusqlite::{Connection, Error, OptionalExtension, named_params, params, types::Type};

use super::rows::{CLOSED, kind, kind_word, line, now, owner, read_line, steps};

pub(super) fn begin(connection: &mut Connection, batch: &Batch) -> rusqlite::Result<BatchId> {
    let Batch { owner, kind, destination, names } = batch;
    let Owner { account, label, base, organization, user, author } = owner;
    let transaction = connection.transaction()?;
    // One at a time: one that was left lying is given up for the next.
    transaction.execute("UPDATE batch SET open = 0", [])?;
    transaction.execute(
        "INSERT INTO batch (account, label, base, organization, user, author, kind, destination, open, begun_at)
            VALUES (:account, :label, :base, :organization, :user, :author, :kind, :destination, 1, :begun_at)",
        named_params! {
            ":account": account, ":label": label, ":base": base, ":organization": organization, ":user": user,
            ":author": author, ":kind": kind_word(*kind), ":destination": destination, ":begun_at": now(),
        },
    )?;
    let id = transaction.last_insert_rowid();
    {
        let mut insert = transaction
            .prepare("INSERT INTO batch_name (batch, place, name, terms, replaces) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for (place, NameInBatch { name, terms, replaces }) in names.iter().enumerate() {
            let terms = kind.signs().then(|| line(terms));
            insert.execute(params![id, place, name, terms, replaces.as_ref().map(line)])?;
        }
    }
    transaction.commit()?;
    Ok(BatchId(id))
}

pub(super) fn open(connection: &Connection) -> rusqlite::Result<Option<OpenBatch>> {
    let found = connection
        .query_row("SELECT * FROM batch WHERE open = 1 ORDER BY id DESC LIMIT 1", [], |row| {
            Ok((row.get("id")?, owner(row)?, kind(row)?, row.get("destination")?))
        })
        .optional()?;
    let Some((id, owner, kind, destination)) = found else { return Ok(None) };
    let mut select = connection.prepare(
        "SELECT name, terms, replaces, (
            SELECT max(wish.id) FROM wish WHERE wish.batch = batch_name.batch AND wish.place = batch_name.place
        ) AS last FROM batch_name WHERE batch = ?1 ORDER BY place",
    )?;
    let rows = select.query_map(params![id], |row| {
        let last: Option<i64> = row.get("last")?;
        let outcome = last.map_or(Ok(BatchOutcome::Waiting), |intent| outcome(connection, IntentId(intent)))?;
        let terms = match read_line(row, "terms")? {
            Some(terms) => terms,
            None if kind.signs() => return Err(Error::InvalidColumnType(1, "terms".into(), Type::Text)),
            None => Terms::default(),
        };
        let replaces = match (read_line(row, "replaces")?, row.get::<_, Option<String>>("replaces")?) {
            // Made without knowing what it replaces, that would be left to work, and nobody be told.
            (None, Some(_)) => return Err(Error::InvalidColumnType(2, "replaces".into(), Type::Text)),
            (replaces, _) => replaces,
        };
        Ok((NameInBatch { name: row.get("name")?, terms, replaces }, outcome))
    })?;
    let (names, outcomes) = rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().unzip();
    Ok(Some(OpenBatch { id: BatchId(id), batch: Batch { owner, kind, destination, names }, outcomes }))
}

pub(super) fn close(connection: &Connection, id: BatchId) -> rusqlite::Result<()> {
    connection.execute("UPDATE batch SET open = 0 WHERE id = ?1", params![id.0]).map(drop)
}

/// What became of an intent. What was only taken somewhere is delivered once a check or the person says so.
fn outcome(connection: &Connection, intent: IntentId) -> rusqlite::Result<BatchOutcome> {
    let steps = steps(connection, intent)?;
    let in_vault = steps.iter().any(|step| step.tells() == Tells::InVault);
    let delivered = steps.iter().find(|step| match step.event {
        Some(Event::Delivered(Proof::Taken)) => in_vault,
        Some(Event::Delivered(Proof::ReadBack | Proof::FirstVersion | Proof::TakenAsBefore)) => true,
        _ => false,
    });
    if let Some(place) = delivered.and_then(|step| step.place.clone()) {
        return Ok(BatchOutcome::Delivered(place));
    }
    let stage: String =
        connection.query_row("SELECT stage FROM wish WHERE id = ?1", params![intent.0], |row| row.get(0))?;
    Ok(match stage == CLOSED {
        false => BatchOutcome::Open,
        true if steps.iter().any(|step| step.event == Some(Event::NotMade)) => BatchOutcome::NotMade,
        true => BatchOutcome::Settled,
    })
}
