//! The journal: an SQLite file with each intent for a key and each step after it. No secret is ever in it.

mod batches;
mod migrations;
mod place;
mod rows;
#[cfg(test)]
mod tests;
mod unavailable;

use std::{path::Path, sync::Arc};

use parking_lot::{Mutex, MutexGuard};

use rusqlite::{Connection, Transaction, params};

use keybearer_core::{
    credential::{Fingerprints, SaltedFingerprints},
    failure::Failure,
    journal::{
        Batch, BatchId, Event, Happened, Intent, IntentId, Journal, OpenBatch, OpenIntent, Record, Then, Unknown,
    },
    key::{Key, KeyId},
    token::SaltedFingerprint,
};
use time::OffsetDateTime;

use self::{
    migrations::{leaving_nothing, not_begun, not_begun_since, not_read, not_recorded, not_recorded_since},
    place::Place,
    rows::{
        CLOSED, StepLine, event_word, insert_intent, instant, kind, line, line_of, now, open_intent, owner, read_line,
        stage_word, steps,
    },
};
pub use self::{place::is_in_use, unavailable::Unusable};

/// Opens the journal in this file; where it cannot be used, one that writes nothing down, and so asks for nothing. Beside it,
/// what is wrong with it.
#[must_use]
pub fn open(path: &Path) -> (Arc<dyn Journal>, Option<Failure>) {
    match SqliteJournal::open(path) {
        Ok((journal, damaged)) => (Arc::new(journal), damaged),
        Err(failure) => (Arc::new(Unusable(failure.clone())), Some(failure)),
    }
}

/// The journal in a file.
pub struct SqliteJournal {
    connection: Mutex<Connection>,
    place: Place,
}

impl SqliteJournal {
    /// Opens the file, and makes it where it is not there. A damaged one is set aside, which is returned beside it.
    ///
    /// # Errors
    /// [`Failure::File`] where it cannot be opened or written, or is of a newer version: it is left as it is then.
    pub fn open(path: &Path) -> Result<(Self, Option<Failure>), Failure> {
        let (connection, damaged) = migrations::open(path)?;
        Ok((Self { connection: Mutex::new(connection), place: Place::of(path) }, damaged))
    }

    /// Writes an event down, and what else belongs to it, at once or not at all.
    fn write(
        &self,
        intent: IntentId,
        event: Event,
        delivery: Option<(&str, Option<OffsetDateTime>)>,
        also: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), Failure> {
        let place = delivery.map(|(place, _)| place);
        let until = delivery.and_then(|(_, until)| until).map(line_of);
        let mut connection = self.connection();
        let write = || -> rusqlite::Result<()> {
            let transaction = connection.transaction()?;
            transaction.execute(
                "INSERT INTO step (wish, at, kind, place, until) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![intent.0, now(), event_word(event), place, until],
            )?;
            also(&transaction)?;
            match event.effect().0 {
                Then::Stays => {}
                Then::Is(stage) => {
                    let update = "UPDATE wish SET stage = ?2 WHERE id = ?1";
                    transaction.execute(update, params![intent.0, stage_word(stage)])?;
                }
                Then::Closed => {
                    // What there was before matters only while something may still appear.
                    let update = "UPDATE wish SET stage = ?2, known = NULL WHERE id = ?1";
                    transaction.execute(update, params![intent.0, CLOSED])?;
                }
            }
            transaction.commit()
        };
        write().map_err(|error| not_recorded(&error))?;
        // Written into a file that nobody finds any more is not written.
        self.place.left().map_or(Ok(()), |why| Err(not_recorded_since(why)))
    }

    /// Nothing is begun that the next start would not find.
    fn ensure_found_again(&self) -> Result<(), Failure> {
        self.place.left().map_or(Ok(()), |why| Err(not_begun_since(why)))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A thread that panicked in the midst of a transaction has rolled it back.
        self.connection.lock()
    }
}

impl Journal for SqliteJournal {
    fn begin(&self, intent: &Intent) -> Result<IntentId, Failure> {
        self.ensure_found_again()?;
        insert_intent(&self.connection(), intent).map_err(|error| not_begun(&error))
    }

    fn made(&self, intent: IntentId, key: &Key, fingerprints: Option<&Fingerprints>) -> Result<(), Failure> {
        let event = if fingerprints.is_some() { Event::Created } else { Event::WithoutToken };
        self.write(intent, event, None, |transaction| {
            let fingerprints = fingerprints.map(line);
            let update = "UPDATE wish SET key = ?2, fingerprint = ?3 WHERE id = ?1";
            transaction.execute(update, params![intent.0, line(key), fingerprints]).map(drop)
        })
    }

    fn record(&self, intent: IntentId, event: Event) -> Result<(), Failure> {
        self.write(intent, event, None, |_| Ok(()))
    }

    fn revoked_later(&self, base: &str, id: &KeyId) -> Result<(), Failure> {
        let insert = "INSERT INTO step (wish, at, kind)
            SELECT id, ?3, ?4 FROM wish
            WHERE base = ?1 AND json_extract(key, '$.id') = ?2 AND stage = ?5
                AND NOT EXISTS (SELECT 1 FROM step WHERE step.wish = wish.id AND step.kind = ?4)";
        let written = self.connection().execute(insert, params![base, id.0, now(), event_word(Event::Revoked), CLOSED]);
        written.map(drop).map_err(|error| not_recorded(&error))
    }

    fn not_ours(&self, intent: IntentId, id: &KeyId) -> Result<(), Failure> {
        // Earlier versions wrote a list of ids alone.
        let update = "UPDATE wish
            SET known = json_insert(known, CASE json_type(known) WHEN 'object' THEN '$.ids[#]' ELSE '$[#]' END, ?2)
            WHERE id = ?1 AND known IS NOT NULL";
        self.connection().execute(update, params![intent.0, id.0]).map(drop).map_err(|error| not_recorded(&error))
    }

    fn keys_made(&self) -> Result<Vec<KeyId>, Failure> {
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<KeyId>> {
            let mut select = connection.prepare("SELECT json_extract(key, '$.id') FROM wish WHERE key IS NOT NULL")?;
            select.query_map([], |row| row.get(0).map(KeyId))?.collect()
        };
        read().map_err(|error| not_read(&error))
    }

    fn delivery(
        &self,
        intent: IntentId,
        event: Event,
        place: &str,
        until: Option<OffsetDateTime>,
    ) -> Result<(), Failure> {
        self.write(intent, event, Some((place, until)), |_| Ok(()))
    }

    fn begin_batch(&self, batch: &Batch) -> Result<BatchId, Failure> {
        self.ensure_found_again()?;
        batches::begin(&mut self.connection(), batch).map_err(|error| not_begun(&error))
    }

    fn open_batch(&self) -> Result<Option<OpenBatch>, Failure> {
        batches::open(&self.connection()).map_err(|error| not_read(&error))
    }

    fn close_batch(&self, id: BatchId) -> Result<(), Failure> {
        batches::close(&self.connection(), id).map_err(|error| not_recorded(&error))
    }

    fn copied(&self, intent: IntentId, salted: &SaltedFingerprints) -> Result<(), Failure> {
        let mut connection = self.connection();
        let mut copied = || -> rusqlite::Result<()> {
            let transaction = connection.transaction()?;
            transaction.execute("DELETE FROM copy WHERE wish = ?1", params![intent.0])?;
            for SaltedFingerprint { salt, hash } in &salted.0 {
                let insert = "INSERT INTO copy (wish, salt, hash) VALUES (?1, ?2, ?3)";
                transaction.execute(insert, params![intent.0, salt, hash])?;
            }
            transaction.commit()
        };
        copied().map_err(|error| not_recorded(&error))
    }

    fn copy_gone(&self, intent: IntentId) -> Result<(), Failure> {
        let connection = self.connection();
        let gone = leaving_nothing(&connection, |connection| {
            connection.execute("DELETE FROM copy WHERE wish = ?1", params![intent.0])
        });
        gone.map(drop).map_err(|error| not_recorded(&error))
    }

    fn copies(&self) -> Result<Vec<(IntentId, SaltedFingerprints)>, Failure> {
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<(IntentId, SaltedFingerprints)>> {
            let mut select = connection.prepare("SELECT wish, salt, hash FROM copy ORDER BY wish")?;
            let rows = select.query_map([], |row| {
                Ok((IntentId(row.get(0)?), SaltedFingerprint { salt: row.get(1)?, hash: row.get(2)? }))
            })?;
            let mut copies: Vec<(IntentId, SaltedFingerprints)> = Vec::new();
            for row in rows {
                let (intent, salted) = row?;
                match copies.last_mut().filter(|(of, _)| *of == intent) {
                    Some((_, all)) => all.0.push(salted),
                    None => copies.push((intent, SaltedFingerprints(vec![salted]))),
                }
            }
            Ok(copies)
        };
        read().map_err(|error| not_read(&error))
    }

    fn open(&self) -> Result<Vec<OpenIntent>, Failure> {
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<OpenIntent>> {
            let mut select = connection.prepare("SELECT * FROM wish WHERE stage <> ?1 ORDER BY id")?;
            let open = select
                .query_map(params![CLOSED], |row| open_intent(row, &steps(&connection, IntentId(row.get("id")?))?))?;
            open.collect()
        };
        read().map_err(|error| not_read(&error))
    }

    fn records(&self, base: &str) -> Result<Vec<Record>, Failure> {
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<Record>> {
            let mut intents =
                connection.prepare("SELECT * FROM wish WHERE base = ?1 AND key IS NOT NULL ORDER BY id")?;
            let mut found = intents.query(params![base])?;
            let mut records = Vec::new();
            while let Some(row) = found.next()? {
                let Some(key) = read_line(row, "key")? else { continue };
                let asked_at = instant(&row.get::<_, String>("asked_at")?);
                let mut events = vec![Happened { at: asked_at, event: Event::Asked, place: None, until: None }];
                let mut unknown = Vec::new();
                for StepLine { at, word, event, place, until } in steps(&connection, IntentId(row.get("id")?))? {
                    match event {
                        Some(event) => events.push(Happened { at, event, place, until }),
                        None => unknown.push(Unknown { at, word }),
                    }
                }
                records.push(Record {
                    key,
                    kind: kind(row)?,
                    owner: owner(row)?,
                    fingerprints: read_line(row, "fingerprint")?.unwrap_or_default(),
                    replaces: read_line(row, "replaces")?,
                    events,
                    unknown,
                });
            }
            Ok(records)
        };
        read().map_err(|error| not_read(&error))
    }
}
