//! Lists of names in the file. What became of a name is read off the last wish that it led to, and stands nowhere else.

use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::written::owner;
use crate::{
    issuance::journal::{Batch, BatchId, Fate, OpenBatch},
    key::Owner,
};

pub(super) fn begin(connection: &mut Connection, batch: &Batch) -> rusqlite::Result<BatchId> {
    let Owner { account, label, base, organization, user, author } = &batch.owner;
    let transaction = connection.transaction()?;
    // One at a time: one that was left lying is given up for the next.
    transaction.execute("UPDATE batch SET open = 0", [])?;
    transaction.execute(
        "INSERT INTO batch (account, label, base, organization, user, author, destination, open)
            VALUES (:account, :label, :base, :organization, :user, :author, :destination, 1)",
        named_params! {
            ":account": account, ":label": label, ":base": base, ":organization": organization, ":user": user,
            ":author": author, ":destination": batch.destination,
        },
    )?;
    let id = transaction.last_insert_rowid();
    {
        let mut insert = transaction.prepare("INSERT INTO batch_name (batch, place, name) VALUES (?1, ?2, ?3)")?;
        for (place, name) in batch.names.iter().enumerate() {
            insert.execute(params![id, place, name])?;
        }
    }
    transaction.commit()?;
    Ok(BatchId(id))
}

pub(super) fn open(connection: &Connection) -> rusqlite::Result<Option<OpenBatch>> {
    let found = connection
        .query_row("SELECT * FROM batch WHERE open = 1 ORDER BY id DESC LIMIT 1", [], |row| {
            Ok((row.get("id")?, owner(row)?, row.get("destination")?))
        })
        .optional()?;
    let Some((id, owner, destination)) = found else { return Ok(None) };
    let mut select = connection.prepare(FATES)?;
    let rows = select.query_map(params![id], |row| {
        let name: String = row.get(0)?;
        let (stage, delivered): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
        let not_made: bool = row.get(3)?;
        Ok((
            name,
            match (stage.as_deref(), delivered) {
                (None, _) => Fate::Waiting,
                (Some(_), Some(place)) => Fate::Delivered(place),
                (Some("closed"), None) if not_made => Fate::NotMade,
                (Some("closed"), None) => Fate::Settled,
                (Some(_), None) => Fate::Open,
            },
        ))
    })?;
    let (names, fates) = rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().unzip();
    Ok(Some(OpenBatch { id: BatchId(id), batch: Batch { owner, destination, names }, fates }))
}

pub(super) fn close(connection: &Connection, id: BatchId) -> rusqlite::Result<()> {
    connection.execute("UPDATE batch SET open = 0 WHERE id = ?1", params![id.0]).map(drop)
}

/// Each name, with the stage of its last wish, where its token was delivered, and whether no key was made. What was only
/// taken somewhere is delivered once a check or the person says so.
const FATES: &str = "
    SELECT batch_name.name, wish.stage,
        (SELECT step.place FROM step WHERE step.wish = wish.id AND (
            step.kind LIKE 'delivered,%' OR step.kind = 'delivered' AND EXISTS (
                SELECT 1 FROM step AS later
                WHERE later.wish = wish.id AND later.kind IN ('checked', 'finished', 'handed over', 'settled')
            )
        ) ORDER BY step.id LIMIT 1),
        EXISTS (SELECT 1 FROM step WHERE step.wish = wish.id AND step.kind = 'not made')
    FROM batch_name LEFT JOIN wish ON wish.id = (
        SELECT max(each.id) FROM wish AS each
        WHERE each.batch = batch_name.batch AND each.place = batch_name.place
    )
    WHERE batch_name.batch = ?1 ORDER BY batch_name.place";
