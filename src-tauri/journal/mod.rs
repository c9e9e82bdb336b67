//! The journal: an SQLite file with each wish for a key and each step after it. No secret is ever in it.

mod batches;
mod file;
mod unusable;
mod written;

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, Transaction, named_params, params};

pub use self::unusable::Unusable;
use self::{
    file::{not_begun, not_read, not_recorded},
    written::{CLOSED, event, instant, key as key_of, line, now, open_wish, owner, written},
};
use crate::{
    failure::Failure,
    issuance::journal::{Batch, BatchId, Event, Happened, Journal, OpenBatch, OpenWish, Record, Wish, WishId},
    key::{Key, KeyId, Owner},
    token::{Fingerprint, Mark},
};

/// The journal in a file.
pub struct SqliteJournal(Mutex<Connection>);

impl SqliteJournal {
    /// Opens the file, and makes it where it is not there. A damaged one is set aside, which is returned beside it.
    ///
    /// # Errors
    /// [`Failure::File`] where it cannot be opened or written, or is of a newer version: it is left as it is then.
    pub fn open(path: &Path) -> Result<(Self, Option<Failure>), Failure> {
        let (connection, damaged) = file::open(path)?;
        Ok((Self(Mutex::new(connection)), damaged))
    }

    /// Writes an event down, and what else belongs to it, at once or not at all.
    fn write(
        &self,
        wish: WishId,
        event: Event,
        place: Option<&str>,
        also: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), Failure> {
        let (kind, stage) = written(event);
        let mut connection = self.connection();
        let write = || -> rusqlite::Result<()> {
            let transaction = connection.transaction()?;
            transaction.execute(
                "INSERT INTO step (wish, at, kind, place) VALUES (?1, ?2, ?3, ?4)",
                params![wish.0, now(), kind, place],
            )?;
            also(&transaction)?;
            if let Some(stage) = stage {
                transaction.execute("UPDATE wish SET stage = ?2 WHERE id = ?1", params![wish.0, stage])?;
            }
            if stage == Some(CLOSED) {
                // What there was before matters only while something may still appear.
                transaction.execute("UPDATE wish SET known = NULL WHERE id = ?1", params![wish.0])?;
            }
            transaction.commit()
        };
        write().map_err(|error| not_recorded(&error))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A thread that panicked in the midst of a transaction has rolled it back.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal for SqliteJournal {
    fn begin(&self, wish: &Wish) -> Result<WishId, Failure> {
        let known = wish.known.as_ref().map(|known| known.iter().map(|id| id.0.as_str()).collect::<Vec<_>>());
        let known = known.map(|known| serde_json::to_string(&known).expect("texts always serialize"));
        let Owner { account, label, base, organization, user, author } = &wish.owner;
        let insert = "INSERT INTO wish
            (asked_at, account, label, base, organization, user, author, name, known, replaces, batch, place,
             stage)
            VALUES (:asked_at, :account, :label, :base, :organization, :user, :author, :name, :known, :replaces,
                :batch, :place, 'asked')";
        let connection = self.connection();
        connection
            .execute(
                insert,
                named_params! {
                    ":asked_at": now(), ":account": account, ":label": label, ":base": base,
                    ":organization": organization, ":user": user, ":author": author, ":name": wish.name, ":known": known,
                    ":replaces": wish.replaces.as_ref().map(line),
                    ":batch": wish.part_of.map(|part| part.batch.0), ":place": wish.part_of.map(|part| part.place),
                },
            )
            .map_err(|error| not_begun(&error))?;
        Ok(WishId(connection.last_insert_rowid()))
    }

    fn made(&self, wish: WishId, key: &Key, fingerprint: Option<&Fingerprint>) -> Result<(), Failure> {
        let event = if fingerprint.is_some() { Event::Created } else { Event::WithoutToken };
        self.write(wish, event, None, |transaction| {
            let fingerprint = fingerprint.map(|fingerprint| fingerprint.0.as_str());
            let update = "UPDATE wish SET key = ?2, fingerprint = ?3 WHERE id = ?1";
            transaction.execute(update, params![wish.0, line(key), fingerprint]).map(drop)
        })
    }

    fn record(&self, wish: WishId, event: Event) -> Result<(), Failure> {
        self.write(wish, event, None, |_| Ok(()))
    }

    fn revoked_later(&self, base: &str, id: &KeyId) -> Result<(), Failure> {
        let (kind, _) = written(Event::Revoked);
        let insert = "INSERT INTO step (wish, at, kind)
            SELECT id, ?3, ?4 FROM wish
            WHERE base = ?1 AND json_extract(key, '$.id') = ?2 AND stage = ?5
                AND NOT EXISTS (SELECT 1 FROM step WHERE step.wish = wish.id AND step.kind = ?4)";
        let written = self.connection().execute(insert, params![base, id.0, now(), kind, CLOSED]);
        written.map(drop).map_err(|error| not_recorded(&error))
    }

    fn not_ours(&self, wish: WishId, id: &KeyId) -> Result<(), Failure> {
        let update = "UPDATE wish SET known = json_insert(known, '$[#]', ?2) WHERE id = ?1 AND known IS NOT NULL";
        self.connection().execute(update, params![wish.0, id.0]).map(drop).map_err(|error| not_recorded(&error))
    }

    fn keys_made(&self) -> Result<Vec<KeyId>, Failure> {
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<KeyId>> {
            let mut select = connection.prepare("SELECT json_extract(key, '$.id') FROM wish WHERE key IS NOT NULL")?;
            select.query_map([], |row| row.get(0).map(KeyId))?.collect()
        };
        read().map_err(|error| not_read(&error))
    }

    fn delivery(&self, wish: WishId, event: Event, place: &str) -> Result<(), Failure> {
        self.write(wish, event, Some(place), |_| Ok(()))
    }

    fn begin_batch(&self, batch: &Batch) -> Result<BatchId, Failure> {
        batches::begin(&mut self.connection(), batch).map_err(|error| not_begun(&error))
    }

    fn open_batch(&self) -> Result<Option<OpenBatch>, Failure> {
        batches::open(&self.connection()).map_err(|error| not_read(&error))
    }

    fn close_batch(&self, id: BatchId) -> Result<(), Failure> {
        batches::close(&self.connection(), id).map_err(|error| not_recorded(&error))
    }

    fn copied(&self, wish: WishId, mark: &Mark) -> Result<(), Failure> {
        let insert = "INSERT OR REPLACE INTO copy (wish, salt, hash) VALUES (?1, ?2, ?3)";
        let copied = self.connection().execute(insert, params![wish.0, mark.salt, mark.hash]);
        copied.map(drop).map_err(|error| not_recorded(&error))
    }

    fn copy_gone(&self, wish: WishId) -> Result<(), Failure> {
        let gone = self.connection().execute("DELETE FROM copy WHERE wish = ?1", params![wish.0]);
        gone.map(drop).map_err(|error| not_recorded(&error))
    }

    fn copies(&self) -> Result<Vec<(WishId, Mark)>, Failure> {
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<(WishId, Mark)>> {
            let mut select = connection.prepare("SELECT wish, salt, hash FROM copy")?;
            let copies =
                select.query_map([], |row| Ok((WishId(row.get(0)?), Mark { salt: row.get(1)?, hash: row.get(2)? })))?;
            copies.collect()
        };
        read().map_err(|error| not_read(&error))
    }

    fn open(&self) -> Result<Vec<OpenWish>, Failure> {
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<OpenWish>> {
            let mut select = connection.prepare(OPEN)?;
            select.query_map(params![CLOSED], open_wish)?.collect()
        };
        read().map_err(|error| not_read(&error))
    }

    fn records(&self, base: &str) -> Result<Vec<Record>, Failure> {
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<Record>> {
            let mut wishes =
                connection.prepare("SELECT * FROM wish WHERE base = ?1 AND key IS NOT NULL ORDER BY id")?;
            let mut steps = connection.prepare("SELECT at, kind, place FROM step WHERE wish = ?1 ORDER BY id")?;
            let mut found = wishes.query(params![base])?;
            let mut records = Vec::new();
            while let Some(row) = found.next()? {
                let Some(key) = key_of(row, "key")? else { continue };
                let asked_at = instant(&row.get::<_, String>("asked_at")?);
                let later = steps.query_map(params![row.get::<_, i64>("id")?], |step| {
                    let at = instant(&step.get::<_, String>(0)?);
                    Ok((at, event(&step.get::<_, String>(1)?), step.get(2)?))
                })?;
                let mut events = vec![Happened { at: asked_at, event: Event::Asked, place: None }];
                for step in later {
                    // An event not known here is of a newer version, which would not have opened the file.
                    if let (at, Some(event), place) = step? {
                        events.push(Happened { at, event, place });
                    }
                }
                records.push(Record {
                    key,
                    owner: owner(row)?,
                    fingerprint: row.get::<_, Option<String>>("fingerprint")?.map(Fingerprint),
                    replaces: key_of(row, "replaces")?,
                    events,
                });
            }
            Ok(records)
        };
        read().map_err(|error| not_read(&error))
    }
}

/// The wishes that are not settled; and where the token of each may be: the last place of which nothing later is known than
/// that it was on its way there, or did not arrive clearly.
const OPEN: &str = "
    SELECT wish.*, (
        SELECT step.place FROM step
        WHERE step.wish = wish.id AND step.kind IN ('delivering', 'perhaps stored') AND NOT EXISTS (
            SELECT 1 FROM step AS later
            WHERE later.wish = step.wish AND later.place = step.place AND later.id > step.id
        )
        ORDER BY step.id DESC LIMIT 1
    ) AS perhaps_in
    FROM wish WHERE stage <> ?1 ORDER BY id";

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{delivery::Proof, issuance::journal::Stage, key::KeyStatus};

    fn wish(name: &str, known: Option<&[&str]>) -> Wish {
        let owner = Owner {
            account: "a1".into(),
            label: "Treasury".into(),
            base: "https://api.dfns.io".into(),
            organization: Some("cu-1".into()),
            user: None,
            author: Some("ce-1".into()),
        };
        let known = known.map(|known| known.iter().map(|id| KeyId((*id).to_owned())).collect());
        Wish { owner, name: name.into(), known, replaces: None, part_of: None }
    }

    fn key(id: &str) -> Key {
        Key {
            id: KeyId(id.into()),
            name: "Server Key 3".into(),
            organization: "cu-1".into(),
            author: "ce-1".into(),
            created: "2026-11-23T09:00:00.000Z".into(),
            status: KeyStatus::Active,
        }
    }

    #[test]
    fn an_open_wish_comes_back_as_it_was_after_the_file_was_closed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("not/there/journal.sqlite");
        let (journal, damaged) = SqliteJournal::open(&path).expect("opened");
        assert_eq!(damaged, None);
        let asked = journal.begin(&wish("Asked", Some(&["api-1", "api-2"]))).expect("written");
        let made = journal.begin(&wish("Made", None)).expect("written");
        journal.made(made, &key("api-3"), Some(&Fingerprint("0123abcd".into()))).expect("written");
        journal.record(made, Event::Copied).expect("written");
        drop(journal);

        let (journal, _) = SqliteJournal::open(&path).expect("opened again");
        let open = journal.open().expect("read");
        assert_eq!(
            open.iter().map(|each| (each.id, each.stage)).collect::<Vec<_>>(),
            [(asked, Stage::Asked), (made, Stage::Created)]
        );
        assert_eq!(open[0].wish, wish("Asked", Some(&["api-1", "api-2"])));
        assert_eq!(open[1].key, Some(key("api-3")));
    }

    #[test]
    fn a_settled_wish_is_not_open_any_more_and_its_steps_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let (journal, _) = SqliteJournal::open(&folder.path().join("journal.sqlite")).expect("opened");
        for event in [Event::Finished, Event::Revoked, Event::OldRevoked, Event::Settled] {
            let id = journal.begin(&wish("Any", Some(&["api-1"]))).expect("written");
            journal.made(id, &key("api-3"), None).expect("written");
            journal.record(id, event).expect("written");
        }
        assert!(journal.open().expect("read").is_empty());
        let records = journal.records("https://api.dfns.io").expect("read");
        assert_eq!(records.len(), 4);
        let events: Vec<Event> = records[2].events.iter().map(|happened| happened.event).collect();
        assert_eq!(events, [Event::Asked, Event::WithoutToken, Event::OldRevoked]);
        assert!(journal.records("https://another.example").expect("read").is_empty());
    }

    #[test]
    fn what_a_key_replaces_and_the_fingerprint_of_its_token_are_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let (journal, _) = SqliteJournal::open(&folder.path().join("journal.sqlite")).expect("opened");
        let replacing = Wish { replaces: Some(key("api-old")), ..wish("New", None) };
        let id = journal.begin(&replacing).expect("written");
        journal.made(id, &key("api-new"), Some(&Fingerprint("0123abcd".into()))).expect("written");
        journal.record(id, Event::HandedOver).expect("written");
        let open = &journal.open().expect("read")[0];
        assert_eq!((open.stage, &open.wish.replaces), (Stage::OldToRevoke, &Some(key("api-old"))));
        let record = &journal.records("https://api.dfns.io").expect("read")[0];
        assert_eq!(record.fingerprint, Some(Fingerprint("0123abcd".into())));
        assert!(record.when(Event::HandedOver).is_some() && record.when(Event::Copied).is_none());
    }

    #[test]
    fn a_file_of_the_first_version_is_brought_to_the_present_one_with_what_is_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.sqlite");
        let first = Connection::open(&path).expect("opened");
        first.execute_batch(file::MIGRATIONS[0]).expect("the first version");
        let insert = "INSERT INTO wish (asked_at, account, label, base, name, stage)
            VALUES ('2026-11-23T09:00:00Z', 'a1', 'Treasury', 'https://api.dfns.io', 'Server Key 3', 'asked');
            PRAGMA user_version = 1";
        first.execute_batch(insert).expect("written");
        drop(first);
        let (journal, damaged) = SqliteJournal::open(&path).expect("opened");
        assert_eq!(damaged, None);
        let open = journal.open().expect("read");
        assert_eq!((open[0].wish.name.as_str(), open[0].stage), ("Server Key 3", Stage::Asked));
        journal.made(open[0].id, &key("api-3"), Some(&Fingerprint("0123abcd".into()))).expect("written");
    }

    #[test]
    fn a_key_that_is_not_ours_is_known_from_then_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let (journal, _) = SqliteJournal::open(&folder.path().join("journal.sqlite")).expect("opened");
        let asked = journal.begin(&wish("Asked", Some(&["api-1"]))).expect("written");
        journal.not_ours(asked, &KeyId("api-theirs".into())).expect("written");
        assert_eq!(journal.open().expect("read")[0].wish, wish("Asked", Some(&["api-1", "api-theirs"])));
    }

    #[test]
    fn a_key_that_is_revoked_long_after_it_was_settled_has_that_in_its_history_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let (journal, _) = SqliteJournal::open(&folder.path().join("journal.sqlite")).expect("opened");
        let id = journal.begin(&wish("Server Key 3", None)).expect("written");
        journal.made(id, &key("api-3"), Some(&Fingerprint("0123abcd".into()))).expect("written");
        journal.record(id, Event::Finished).expect("written");
        for base in ["https://another.example", "https://api.dfns.io", "https://api.dfns.io"] {
            journal.revoked_later(base, &KeyId("api-3".into())).expect("written");
        }
        let events: Vec<Event> = journal.records("https://api.dfns.io").expect("read")[0]
            .events
            .iter()
            .map(|happened| happened.event)
            .collect();
        assert_eq!(events, [Event::Asked, Event::Created, Event::Finished, Event::Revoked]);
        assert_eq!(journal.keys_made().expect("read"), [KeyId("api-3".into())]);
    }

    #[test]
    fn where_a_token_was_on_its_way_to_is_known_as_long_as_it_is_not_known_whether_it_arrived() {
        let folder = tempfile::tempdir().expect("a folder");
        let (journal, _) = SqliteJournal::open(&folder.path().join("journal.sqlite")).expect("opened");
        let id = journal.begin(&wish("Delivered", None)).expect("written");
        journal.made(id, &key("api-3"), Some(&Fingerprint("0123abcd".into()))).expect("written");
        let open = |journal: &SqliteJournal| journal.open().expect("read").remove(0);
        let after = |event| {
            journal.delivery(id, event, "Team Vault: secret/dfns/x").expect("written");
            let open = open(&journal);
            (open.stage, open.perhaps_in.is_some())
        };
        assert_eq!(after(Event::Delivering), (Stage::Created, true));
        assert_eq!(after(Event::NotStored), (Stage::Created, false));
        assert_eq!(after(Event::PerhapsStored), (Stage::Created, true));
        assert_eq!(after(Event::Delivered(Proof::FirstVersion)), (Stage::Checked, false));
        assert_eq!(after(Event::PerhapsStored), (Stage::Checked, true));
        journal.delivery(id, Event::NotStored, "Another vault: x").expect("written");
        assert_eq!(open(&journal).perhaps_in.as_deref(), Some("Team Vault: secret/dfns/x"), "it is in doubt still");
        let records = journal.records("https://api.dfns.io").expect("read");
        assert_eq!(records[0].events[2].place.as_deref(), Some("Team Vault: secret/dfns/x"));
    }

    #[test]
    fn the_mark_of_a_copy_is_kept_until_it_is_gone_and_then_nowhere_in_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.sqlite");
        let (journal, _) = SqliteJournal::open(&path).expect("opened");
        let id = journal.begin(&wish("Copied", None)).expect("written");
        let mark = crate::token::Token::new("abc".into()).and_then(|token| token.mark()).expect("a mark");
        journal.copied(id, &mark).expect("written");
        drop(journal);
        let (journal, _) = SqliteJournal::open(&path).expect("opened again");
        assert_eq!(journal.copies().expect("read"), [(id, mark.clone())]);
        journal.copy_gone(id).expect("written");
        assert!(journal.copies().expect("read").is_empty());
        drop(journal);
        let bytes = fs::read(&path).expect("read");
        assert!(!bytes.windows(32).any(|part| part == mark.hash), "it is in the file still");
    }

    #[test]
    fn each_event_is_written_as_a_word_of_its_own() {
        for (place, (event, kind, _)) in written::EVENTS.iter().enumerate() {
            assert_eq!(written(*event).0, *kind);
            assert_eq!(super::event(kind), Some(*event), "at {place}");
        }
    }

    #[test]
    fn a_journal_that_is_in_use_is_told_and_serves_nobody_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.sqlite");
        let (first, _) = SqliteJournal::open(&path).expect("opened");
        let refused = SqliteJournal::open(&path).err().expect("refused").to_string();
        assert!(refused.contains("another Keybearer"), "{refused}");
        first.begin(&wish("Still written", None)).expect("written");
        drop(first);
        SqliteJournal::open(&path).expect("free again");
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_told_and_a_new_one_is_begun() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.sqlite");
        fs::write(&path, "this is no database, whatever it may be called").expect("written");
        let (journal, damaged) = SqliteJournal::open(&path).expect("opened");
        let told = damaged.expect("it is told").to_string();
        assert!(told.contains("damaged") && told.contains("journal.broken-1.sqlite"), "{told}");
        assert!(
            fs::read_to_string(folder.path().join("journal.broken-1.sqlite")).expect("there").starts_with("this is")
        );
        journal.begin(&wish("After it", None)).expect("written");
    }

    #[test]
    fn a_file_of_a_newer_version_is_told_and_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.sqlite");
        drop(SqliteJournal::open(&path).expect("opened"));
        let newer = Connection::open(&path).expect("opened");
        newer.pragma_update(None, "user_version", 99).expect("written");
        drop(newer);
        let before = fs::read(&path).expect("read");
        let refused = SqliteJournal::open(&path).err().expect("refused").to_string();
        assert!(refused.contains("newer Keybearer (version 99"), "{refused}");
        assert_eq!(fs::read(&path).expect("read"), before);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("file"), "").expect("written");
        let refused = SqliteJournal::open(&folder.path().join("file/journal.sqlite"));
        assert!(matches!(refused, Err(Failure::File(_))));
    }
}
