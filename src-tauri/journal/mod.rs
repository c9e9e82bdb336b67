//! The journal: an SQLite file with each wish for a key and each step after it. No secret is ever in it.

mod file;

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, Row, named_params, params};
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use self::file::told;
use crate::{
    failure::Failure,
    issuance::journal::{Journal, OpenWish, Stage, Step, Wish, WishId},
    key::{Key, KeyId, KeyStatus, Owner},
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

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A thread that panicked in the midst of a transaction has rolled it back.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal for SqliteJournal {
    fn begin(&self, wish: &Wish) -> Result<WishId, Failure> {
        let known = wish.known.as_ref().map(|known| known.iter().map(|id| id.0.as_str()).collect::<Vec<_>>());
        let known = known.map(|known| serde_json::to_string(&known).expect("texts always serialize"));
        let Owner { account, label, base, organization, user } = &wish.owner;
        let insert = "INSERT INTO wish (asked_at, account, label, base, organization, user, name, known, stage)
            VALUES (:asked_at, :account, :label, :base, :organization, :user, :name, :known, 'asked')";
        let connection = self.connection();
        connection
            .execute(
                insert,
                named_params! {
                    ":asked_at": now(), ":account": account, ":label": label, ":base": base,
                    ":organization": organization, ":user": user, ":name": wish.name, ":known": known,
                },
            )
            .map_err(|error| told(&error))?;
        Ok(WishId(connection.last_insert_rowid()))
    }

    fn record(&self, wish: WishId, step: &Step) -> Result<(), Failure> {
        let Written { kind, stage, key } = written(step);
        let mut connection = self.connection();
        let record = || -> rusqlite::Result<()> {
            let transaction = connection.transaction()?;
            transaction
                .execute("INSERT INTO step (wish, at, kind) VALUES (?1, ?2, ?3)", params![wish.0, now(), kind])?;
            if let Some(key) = key {
                transaction.execute("UPDATE wish SET key = ?2 WHERE id = ?1", params![wish.0, key])?;
            }
            if let Some(stage) = stage {
                transaction.execute("UPDATE wish SET stage = ?2 WHERE id = ?1", params![wish.0, stage])?;
            }
            if stage == Some(CLOSED) {
                // What there was before matters only while something may still appear.
                transaction.execute("UPDATE wish SET known = NULL WHERE id = ?1", params![wish.0])?;
            }
            transaction.commit()
        };
        record().map_err(|error| told(&error))
    }

    fn open(&self) -> Result<Vec<OpenWish>, Failure> {
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<OpenWish>> {
            let mut select = connection.prepare("SELECT * FROM wish WHERE stage <> ?1 ORDER BY id")?;
            select.query_map(params![CLOSED], open_wish)?.collect()
        };
        read().map_err(|error| told(&error))
    }
}

/// In place of a journal that cannot be used: nothing can be written down, and so nothing is asked for.
pub struct Unusable(pub Failure);

impl Journal for Unusable {
    fn begin(&self, _: &Wish) -> Result<WishId, Failure> {
        Err(self.0.clone())
    }

    fn record(&self, _: WishId, _: &Step) -> Result<(), Failure> {
        Err(self.0.clone())
    }

    fn open(&self) -> Result<Vec<OpenWish>, Failure> {
        Err(self.0.clone())
    }
}

/// The stage of a wish that is settled.
const CLOSED: &str = "closed";

/// A step, as it stands in the file.
struct Written {
    kind: &'static str,
    /// The wish's stage from now on, where the step changes it.
    stage: Option<&'static str>,
    key: Option<String>,
}

fn written(step: &Step) -> Written {
    let (kind, stage, key) = match step {
        Step::NotMade => ("not made", Some(CLOSED), None),
        Step::Doubtful => ("doubtful", Some("doubtful"), None),
        Step::AwaitingApproval => ("awaiting approval", Some("awaiting approval"), None),
        Step::Created(key) => ("created", Some("created"), Some(key)),
        Step::WithoutToken(key) => ("without token", Some("without token"), Some(key)),
        Step::Copied => ("copied", None, None),
        Step::Checked => ("checked", None, None),
        Step::Finished => ("finished", Some(CLOSED), None),
        Step::Wiped => ("wiped", None, None),
        Step::Revoked => ("revoked", Some(CLOSED), None),
        Step::Settled => ("settled", Some(CLOSED), None),
    };
    let key = key.map(|key| serde_json::to_string(&KeyLine::from(key)).expect("texts always serialize"));
    Written { kind, stage, key }
}

/// A key, as it stands in the file.
#[derive(Deserialize, Serialize)]
struct KeyLine {
    id: String,
    name: String,
    organization: String,
    author: String,
    created: String,
    status: String,
}

impl From<&Key> for KeyLine {
    fn from(key: &Key) -> Self {
        Self {
            id: key.id.0.clone(),
            name: key.name.clone(),
            organization: key.organization.clone(),
            author: key.author.clone(),
            created: key.created.clone(),
            status: key.status.as_str().to_owned(),
        }
    }
}

impl From<KeyLine> for Key {
    fn from(line: KeyLine) -> Self {
        Self {
            id: KeyId(line.id),
            name: line.name,
            organization: line.organization,
            author: line.author,
            created: line.created,
            status: KeyStatus::read(&line.status),
        }
    }
}

fn open_wish(row: &Row<'_>) -> rusqlite::Result<OpenWish> {
    let text = |name| row.get::<_, String>(name);
    let stage = match text("stage")?.as_str() {
        "asked" => Stage::Asked,
        "awaiting approval" => Stage::AwaitingApproval,
        "created" => Stage::Created,
        "without token" => Stage::WithoutToken,
        // A stage not known here says nothing for sure.
        _ => Stage::Doubtful,
    };
    let json = |name| row.get::<_, Option<String>>(name);
    let known = json("known")?.and_then(|known| serde_json::from_str::<Vec<String>>(&known).ok());
    let key = json("key")?.and_then(|key| serde_json::from_str::<KeyLine>(&key).ok());
    let asked_at = OffsetDateTime::parse(&text("asked_at")?, &Rfc3339).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    Ok(OpenWish {
        id: WishId(row.get("id")?),
        wish: Wish {
            owner: Owner {
                account: text("account")?,
                label: text("label")?,
                base: text("base")?,
                organization: row.get("organization")?,
                user: row.get("user")?,
            },
            name: text("name")?,
            known: known.map(|known| known.into_iter().map(KeyId).collect()),
        },
        asked_at,
        stage,
        key: key.map(Key::from),
    })
}

fn now() -> String {
    OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn wish(name: &str, known: Option<&[&str]>) -> Wish {
        let owner = Owner {
            account: "a1".into(),
            label: "Treasury".into(),
            base: "https://api.dfns.io".into(),
            organization: Some("cu-1".into()),
            user: None,
        };
        let known = known.map(|known| known.iter().map(|id| KeyId((*id).to_owned())).collect());
        Wish { owner, name: name.into(), known }
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
        journal.record(made, &Step::Created(key("api-3"))).expect("written");
        journal.record(made, &Step::Copied).expect("written");
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
        for step in [Step::NotMade, Step::Finished, Step::Revoked, Step::Settled] {
            let id = journal.begin(&wish("Any", Some(&["api-1"]))).expect("written");
            journal.record(id, &Step::Created(key("api-3"))).expect("written");
            journal.record(id, &step).expect("written");
        }
        assert!(journal.open().expect("read").is_empty());
        let steps: i64 =
            journal.connection().query_row("SELECT count(*) FROM step", [], |row| row.get(0)).expect("counted");
        assert_eq!(steps, 8);
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
