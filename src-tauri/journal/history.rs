//! The whole of what happened, as it stands in the file.

use keybearer_core::journal::{BatchId, Event, Happened, IntentId, PastBatch, PastIntent, Record, Unknown};
use rusqlite::{Connection, Params, Row, params};

use super::rows::{StepLine, instant, kind, owner, read_line, steps};

pub(super) fn intents(connection: &Connection) -> rusqlite::Result<Vec<PastIntent>> {
    let mut select = connection.prepare("SELECT * FROM wish ORDER BY id")?;
    let rows = select.query_map([], |row| {
        let (events, unknown) = happened(connection, row)?;
        Ok(PastIntent {
            owner: owner(row)?,
            kind: kind(row)?,
            name: row.get("name")?,
            key: read_line(row, "key")?,
            events,
            unknown,
        })
    })?;
    rows.collect()
}

pub(super) fn batches(connection: &Connection) -> rusqlite::Result<Vec<PastBatch>> {
    // Earlier versions did not write down when; a list of theirs of which nothing was asked for did nothing.
    let mut select = connection.prepare(
        "SELECT *, (SELECT count(*) FROM batch_name WHERE batch_name.batch = batch.id) AS names,
                coalesce(begun_at, (SELECT min(asked_at) FROM wish WHERE wish.batch = batch.id)) AS begun
            FROM batch WHERE begun IS NOT NULL ORDER BY id",
    )?;
    let rows = select.query_map([], |row| {
        Ok(PastBatch {
            owner: owner(row)?,
            kind: kind(row)?,
            destination: row.get("destination")?,
            names: row.get("names")?,
            begun: instant(&row.get::<_, String>("begun")?),
        })
    })?;
    rows.collect()
}

/// What is known of the keys that were made at the Dfns of this address.
pub(super) fn records(connection: &Connection, base: &str) -> rusqlite::Result<Vec<Record>> {
    let select = "SELECT * FROM wish WHERE base = ?1 AND key IS NOT NULL ORDER BY id";
    records_of(connection, select, params![base])
}

pub(super) fn records_of_batch(connection: &Connection, batch: BatchId) -> rusqlite::Result<Vec<Record>> {
    let select = "SELECT * FROM wish WHERE batch = ?1 AND key IS NOT NULL ORDER BY place, id";
    records_of(connection, select, params![batch.0])
}

fn records_of(connection: &Connection, select: &str, of: impl Params) -> rusqlite::Result<Vec<Record>> {
    let mut intents = connection.prepare(select)?;
    let mut found = intents.query(of)?;
    let mut records = Vec::new();
    while let Some(row) = found.next()? {
        let Some(key) = read_line(row, "key")? else { continue };
        let (events, unknown) = happened(connection, row)?;
        records.push(Record {
            key,
            kind: kind(row)?,
            owner: owner(row)?,
            fingerprints: read_line(row, "fingerprint")?.unwrap_or_default(),
            replaces: read_line(row, "replaces")?,
            signing: read_line(row, "signing")?,
            events,
            unknown,
        });
    }
    Ok(records)
}

/// What happened to an intent, and what only a later version knows, oldest first.
fn happened(connection: &Connection, row: &Row<'_>) -> rusqlite::Result<(Vec<Happened>, Vec<Unknown>)> {
    let asked_at = instant(&row.get::<_, String>("asked_at")?);
    let mut events = vec![Happened { at: asked_at, event: Event::Asked, place: None, until: None }];
    let mut unknown = Vec::new();
    for StepLine { at, word, event, place, until } in steps(connection, IntentId(row.get("id")?))? {
        match event {
            Some(event) => events.push(Happened { at, event, place, until }),
            None => unknown.push(Unknown { at, word }),
        }
    }
    Ok((events, unknown))
}
