//! The journal: an SQLite file with each intent for a key and each step after it. No secret is ever in it.

mod batches;
mod changes;
mod enrolments;
mod history;
mod migrations;
mod place;
mod reminders;
mod role_changes;
mod rows;
#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use parking_lot::Mutex;

use rusqlite::{Connection, Transaction, params};

use keybearer_core::{
    credential::{Fingerprints, SaltedFingerprints},
    failure::Failure,
    journal::{
        Batch, BatchId, ChangeId, ChangeOutcome, Changes, Enrolment, EnrolmentId, EnrolmentState, Enrolments, Event,
        History, Intent, IntentId, Journal, KeyNotes, NewChange, NewEnrolment, NewRoleChange, NoteField, NotedKey,
        OpenBatch, OpenIntent, PastBatch, PastChange, PastEnrolment, PastIntent, Record, Reminder, Reminders,
        RoleChange, RoleChangeId, RoleChangeState, RoleChanges, Then,
    },
    key::{Key, KeyId, Owner},
    secret::SaltedFingerprint,
    words::{self, Message},
};
use time::OffsetDateTime;

pub use self::place::is_in_use;
use self::{
    migrations::{leaving_nothing, why},
    place::Place,
    rows::{CLOSED, event_word, insert_intent, line, line_of, now, open_intent, stage_word, steps},
};

/// Opens the journal in this file; where it cannot be used, one that writes nothing down, and so asks for nothing. Beside it,
/// what is wrong with it.
#[must_use]
pub fn open(path: &Path) -> (Arc<dyn Journal>, Option<Failure>) {
    match SqliteJournal::open(path) {
        Ok((journal, damaged)) => (Arc::new(journal), damaged),
        Err(failure) => (Arc::new(SqliteJournal { file: Err(failure.clone()) }), Some(failure)),
    }
}

pub struct SqliteJournal {
    /// Or why it cannot be used.
    file: Result<File, Failure>,
}

struct File {
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
        let file = File { connection: Mutex::new(connection), place: Place::of(path) };
        Ok((Self { file: Ok(file) }, damaged))
    }

    /// Uses the file; `failed` says why that did not succeed.
    fn with<T>(
        &self,
        failed: impl FnOnce(Message) -> Message,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Failure> {
        // A thread that panicked in the midst of a transaction has rolled it back.
        work(&mut self.file()?.connection.lock()).map_err(|error| Failure::File(failed(why(&error))))
    }

    fn read<T>(&self, read: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, Failure> {
        self.with(words::journal_unread, read)
    }

    /// Writes down what happened to an intent.
    fn change<T>(&self, change: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<(), Failure> {
        self.with(words::journal_unrecorded, change).map(drop)
    }

    /// Begins what the next start would find.
    fn begin_with<T>(&self, begin: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, Failure> {
        self.is_found_again(words::journal_unwritten)?;
        self.with(words::journal_unwritten, begin)
    }

    /// Written into a file that nobody finds any more is not written.
    fn is_found_again(&self, failed: impl FnOnce(Message) -> Message) -> Result<(), Failure> {
        self.file()?.place.left().map_or(Ok(()), |why| Err(Failure::File(failed(why))))
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
        self.change(|connection| {
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
        })?;
        self.is_found_again(words::journal_unrecorded)
    }

    fn file(&self) -> Result<&File, Failure> {
        self.file.as_ref().map_err(Failure::clone)
    }
}

impl Enrolments for SqliteJournal {
    fn begin_enrolment(&self, enrolment: &NewEnrolment) -> Result<EnrolmentId, Failure> {
        self.begin_with(|connection| enrolments::begin(connection, enrolment))
    }

    fn enrolment_is(&self, id: EnrolmentId, state: EnrolmentState) -> Result<(), Failure> {
        self.change(|connection| enrolments::set(connection, id, state))
    }

    fn enrolments(&self) -> Result<Vec<Enrolment>, Failure> {
        self.read(|connection| enrolments::all(connection))
    }
}

impl RoleChanges for SqliteJournal {
    fn begin_role_change(&self, change: &NewRoleChange) -> Result<RoleChangeId, Failure> {
        self.begin_with(|connection| role_changes::begin(connection, change))
    }

    fn role_change_is(&self, id: RoleChangeId, state: RoleChangeState, request: Option<&str>) -> Result<(), Failure> {
        self.change(|connection| role_changes::set(connection, id, state, request))
    }

    fn role_changes(&self) -> Result<Vec<RoleChange>, Failure> {
        self.read(|connection| role_changes::all(connection))
    }
}

impl Reminders for SqliteJournal {
    fn reminders(&self, base: &str) -> Result<Vec<Reminder>, Failure> {
        self.read(|connection| reminders::all(connection, base))
    }

    fn remind(&self, reminders: &[Reminder]) -> Result<(), Failure> {
        self.change(|connection| reminders::write(connection, reminders))
    }

    fn take_back(&self, reminders: &[Reminder]) -> Result<(), Failure> {
        self.change(|connection| reminders::delete(connection, reminders))
    }
}

impl Changes for SqliteJournal {
    fn begin_change(&self, change: &NewChange) -> Result<ChangeId, Failure> {
        self.with(words::journal_change_unwritten, |connection| changes::begin(connection, change))
    }

    fn change_is(&self, id: ChangeId, outcome: ChangeOutcome) -> Result<(), Failure> {
        self.with(words::journal_change_unwritten, |connection| changes::end(connection, id, outcome))
    }

    fn changes(&self, key: Option<&KeyId>) -> Result<Vec<PastChange>, Failure> {
        self.read(|connection| changes::past(connection, key))
    }
}

impl KeyNotes for SqliteJournal {
    fn note(&self, owner: &Owner, key: &Key, field: NoteField, text: &str) -> Result<(), Failure> {
        self.is_found_again(words::journal_note_unwritten)?;
        self.with(words::journal_note_unwritten, |connection| changes::note(connection, owner, key, field, text))
    }

    fn notes(&self, base: Option<&str>) -> Result<Vec<NotedKey>, Failure> {
        self.read(|connection| changes::notes(connection, base))
    }
}

impl History for SqliteJournal {
    fn past_intents(&self) -> Result<Vec<PastIntent>, Failure> {
        self.read(|connection| history::intents(connection))
    }

    fn past_batches(&self) -> Result<Vec<PastBatch>, Failure> {
        self.read(|connection| history::batches(connection))
    }

    fn past_enrolments(&self) -> Result<Vec<PastEnrolment>, Failure> {
        self.read(|connection| enrolments::past(connection))
    }

    fn batch_records(&self, batch: BatchId) -> Result<Vec<Record>, Failure> {
        self.read(|connection| history::records_of_batch(connection, batch))
    }
}

impl Journal for SqliteJournal {
    fn begin(&self, intent: &Intent) -> Result<IntentId, Failure> {
        self.begin_with(|connection| insert_intent(connection, intent))
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
        let revoked = event_word(Event::Revoked);
        self.change(|connection| connection.execute(insert, params![base, id.0, now(), revoked, CLOSED]))
    }

    fn not_ours(&self, intent: IntentId, id: &KeyId) -> Result<(), Failure> {
        // Earlier versions wrote a list of ids alone.
        let update = "UPDATE wish
            SET known = json_insert(known, CASE json_type(known) WHEN 'object' THEN '$.ids[#]' ELSE '$[#]' END, ?2)
            WHERE id = ?1 AND known IS NOT NULL";
        self.change(|connection| connection.execute(update, params![intent.0, id.0]))
    }

    fn keys_made(&self) -> Result<Vec<KeyId>, Failure> {
        self.read(|connection| {
            let mut select = connection.prepare("SELECT json_extract(key, '$.id') FROM wish WHERE key IS NOT NULL")?;
            select.query_map([], |row| row.get(0).map(KeyId))?.collect()
        })
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
        self.begin_with(|connection| batches::begin(connection, batch))
    }

    fn open_batch(&self) -> Result<Option<OpenBatch>, Failure> {
        self.read(|connection| batches::open(connection))
    }

    fn close_batch(&self, id: BatchId) -> Result<(), Failure> {
        self.change(|connection| batches::close(connection, id))
    }

    fn copied(&self, intent: IntentId, salted: &SaltedFingerprints) -> Result<(), Failure> {
        self.change(|connection| {
            let transaction = connection.transaction()?;
            transaction.execute("DELETE FROM copy WHERE wish = ?1", params![intent.0])?;
            for SaltedFingerprint { salt, hash } in &salted.0 {
                let insert = "INSERT INTO copy (wish, salt, hash) VALUES (?1, ?2, ?3)";
                transaction.execute(insert, params![intent.0, salt, hash])?;
            }
            transaction.commit()
        })
    }

    fn copy_gone(&self, intent: IntentId) -> Result<(), Failure> {
        self.change(|connection| {
            leaving_nothing(connection, |connection| {
                connection.execute("DELETE FROM copy WHERE wish = ?1", params![intent.0])
            })
        })
    }

    fn copies(&self) -> Result<Vec<(IntentId, SaltedFingerprints)>, Failure> {
        self.read(|connection| {
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
        })
    }

    fn open(&self) -> Result<Vec<OpenIntent>, Failure> {
        self.read(|connection| {
            let mut select = connection.prepare("SELECT * FROM wish WHERE stage <> ?1 ORDER BY id")?;
            let open = select
                .query_map(params![CLOSED], |row| open_intent(row, &steps(connection, IntentId(row.get("id")?))?))?;
            open.collect()
        })
    }

    fn records(&self, base: &str) -> Result<Vec<Record>, Failure> {
        self.read(|connection| history::records(connection, base))
    }
}
