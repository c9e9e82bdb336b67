//! How intents, keys and events stand in the file: its tables, and how their rows are written and read.

use std::collections::HashSet;

use keybearer_core::{
    credential::CredentialKind,
    delivery::Proof,
    expiry::Nearness,
    journal::{
        BatchId, Before, ChangeOutcome, EnrolmentState, Event, Intent, IntentId, OpenIntent, Part, Reminded,
        RoleChangeState, RoleOperation, Stage, Tells,
    },
    key::Owner,
};
use rusqlite::{Connection, Error, Row, named_params, params, types::Type};
use serde::{Serialize, de::DeserializeOwned};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Each brings the file from the version of its place to the next.
pub(super) const MIGRATIONS: [&str; 14] = [
    "
    CREATE TABLE wish (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        asked_at TEXT NOT NULL,
        account TEXT NOT NULL,
        label TEXT NOT NULL,
        base TEXT NOT NULL,
        organization TEXT,
        user TEXT,
        name TEXT NOT NULL,
        known TEXT,
        stage TEXT NOT NULL,
        key TEXT
    ) STRICT;
    CREATE INDEX wish_stage ON wish (stage);
    CREATE TABLE step (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        wish INTEGER NOT NULL REFERENCES wish (id),
        at TEXT NOT NULL,
        kind TEXT NOT NULL
    ) STRICT;
    CREATE INDEX step_wish ON step (wish);
",
    "
    ALTER TABLE wish ADD COLUMN author TEXT;
    ALTER TABLE wish ADD COLUMN replaces TEXT;
    ALTER TABLE wish ADD COLUMN fingerprint TEXT;
",
    "
    CREATE TABLE copy (
        wish INTEGER PRIMARY KEY REFERENCES wish (id),
        salt BLOB NOT NULL,
        hash BLOB NOT NULL
    ) STRICT;
",
    "
    ALTER TABLE step ADD COLUMN place TEXT;
    CREATE TABLE batch (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account TEXT NOT NULL,
        label TEXT NOT NULL,
        base TEXT NOT NULL,
        organization TEXT,
        user TEXT,
        author TEXT,
        destination TEXT NOT NULL,
        open INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE batch_name (
        batch INTEGER NOT NULL REFERENCES batch (id),
        place INTEGER NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (batch, place)
    ) STRICT;
    ALTER TABLE wish ADD COLUMN batch INTEGER REFERENCES batch (id);
    ALTER TABLE wish ADD COLUMN place INTEGER;
    CREATE INDEX wish_batch ON wish (batch, place);
",
    "
    ALTER TABLE step ADD COLUMN until TEXT;
",
    "
    ALTER TABLE wish ADD COLUMN kind TEXT NOT NULL DEFAULT 'api key';
",
    "
    ALTER TABLE batch ADD COLUMN kind TEXT NOT NULL DEFAULT 'api key';
    UPDATE wish SET fingerprint = json_object('token', fingerprint) WHERE fingerprint IS NOT NULL;
    ALTER TABLE copy RENAME TO copy_of_one;
    CREATE TABLE copy (
        wish INTEGER NOT NULL REFERENCES wish (id),
        salt BLOB NOT NULL,
        hash BLOB NOT NULL
    ) STRICT;
    INSERT INTO copy SELECT wish, salt, hash FROM copy_of_one;
    DROP TABLE copy_of_one;
    CREATE INDEX copy_wish ON copy (wish);
",
    "
    CREATE TABLE enrolment (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        begun_at TEXT NOT NULL,
        base TEXT NOT NULL,
        organization TEXT NOT NULL,
        username TEXT NOT NULL,
        credential TEXT NOT NULL,
        name TEXT NOT NULL,
        public_key TEXT NOT NULL,
        state TEXT NOT NULL
    ) STRICT;
",
    "
    ALTER TABLE wish ADD COLUMN signing TEXT;
",
    "
    ALTER TABLE batch_name ADD COLUMN terms TEXT;
",
    "
    ALTER TABLE batch_name ADD COLUMN replaces TEXT;
",
    "
    CREATE TABLE role_change (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        asked_at TEXT NOT NULL,
        account TEXT NOT NULL,
        label TEXT NOT NULL,
        base TEXT NOT NULL,
        organization TEXT,
        user TEXT,
        author TEXT,
        operation TEXT NOT NULL,
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        key_name TEXT NOT NULL,
        identity TEXT NOT NULL,
        role TEXT NOT NULL,
        role_name TEXT NOT NULL,
        assignment TEXT,
        state TEXT NOT NULL,
        request TEXT,
        settled_at TEXT
    ) STRICT;
",
    "
    CREATE TABLE reminder (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        account TEXT NOT NULL,
        label TEXT NOT NULL,
        base TEXT NOT NULL,
        organization TEXT,
        user TEXT,
        author TEXT,
        key TEXT NOT NULL,
        nearness TEXT NOT NULL,
        how TEXT NOT NULL
    ) STRICT;
    CREATE INDEX reminder_base ON reminder (base);
",
    "
    CREATE TABLE change (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        account TEXT NOT NULL,
        label TEXT NOT NULL,
        base TEXT NOT NULL,
        organization TEXT,
        user TEXT,
        author TEXT,
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        name TEXT NOT NULL,
        what TEXT NOT NULL,
        new_name TEXT,
        outcome TEXT NOT NULL,
        ended_at TEXT
    ) STRICT;
    CREATE INDEX change_key ON change (base, key);
    CREATE TABLE note (
        base TEXT NOT NULL,
        key_organization TEXT NOT NULL,
        key TEXT NOT NULL,
        at TEXT NOT NULL,
        account TEXT NOT NULL,
        label TEXT NOT NULL,
        organization TEXT,
        user TEXT,
        author TEXT,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        purpose TEXT NOT NULL DEFAULT '',
        owner TEXT NOT NULL DEFAULT '',
        ticket TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (base, key_organization, key)
    ) STRICT;
    CREATE TABLE enrolment_step (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        enrolment INTEGER NOT NULL REFERENCES enrolment (id),
        at TEXT NOT NULL,
        state TEXT NOT NULL
    ) STRICT;
    CREATE INDEX enrolment_step_enrolment ON enrolment_step (enrolment);
    ALTER TABLE batch ADD COLUMN begun_at TEXT;
",
];

/// The stage of an intent that is settled.
pub(super) const CLOSED: &str = "closed";

/// Writes out both directions of a table: the word with which a value stands in the file, and the value of a word. A value
/// that is missing from the table does not compile, and so none can be written that cannot be read.
macro_rules! words {
    ($to:ident, $of:ident, $all:ident, $type:ty: $($($value:ident)::+ $(($proof:path))? => $word:literal;)+) => {
        #[cfg(test)]
        pub(super) const $all: &[$type] = &[$($($value)::+ $(($proof))?),+];

        pub(super) fn $to(value: $type) -> &'static str {
            match value {
                $($($value)::+ $(($proof))? => $word,)+
            }
        }

        pub(super) fn $of(word: &str) -> Option<$type> {
            match word {
                $($word => Some($($value)::+ $(($proof))?),)+
                _ => None,
            }
        }
    };
}

words! { event_word, event_of, EVENTS, Event:
    Event::Asked => "asked";
    Event::NotMade => "not made";
    Event::Doubtful => "doubtful";
    Event::Refused => "refused";
    Event::AwaitingApproval => "awaiting approval";
    Event::Created => "created";
    Event::WithoutToken => "without token";
    Event::Copied => "copied";
    Event::Checked => "checked";
    Event::Delivering => "delivering";
    Event::Delivered(Proof::ReadBack) => "delivered, read back";
    Event::Delivered(Proof::FirstVersion) => "delivered, first version";
    Event::Delivered(Proof::TakenAsBefore) => "delivered, as checked before";
    Event::Delivered(Proof::Taken) => "delivered";
    Event::StoredForATime(Proof::ReadBack) => "stored for a time, read back";
    Event::StoredForATime(Proof::FirstVersion) => "stored for a time, first version";
    Event::StoredForATime(Proof::TakenAsBefore) => "stored for a time, as checked before";
    Event::StoredForATime(Proof::Taken) => "stored for a time";
    Event::NotStored => "not stored";
    Event::PerhapsStored => "perhaps stored";
    Event::Finished => "finished";
    Event::HandedOver => "handed over";
    Event::Wiped => "wiped";
    Event::Revoked => "revoked";
    Event::OldRevoked => "old revoked";
    Event::OldDeactivated => "old deactivated";
    Event::OldActivated => "old activated";
    Event::OldKept => "old kept";
    Event::Settled => "settled";
}

words! { stage_word, stage_of, STAGES, Stage:
    Stage::Asked => "asked";
    Stage::Doubtful => "doubtful";
    Stage::Refused => "refused";
    Stage::AwaitingApproval => "awaiting approval";
    Stage::Created => "created";
    Stage::Checked => "checked";
    Stage::WithoutToken => "without token";
    Stage::OldToRevoke => "old to revoke";
    Stage::OldToArchive => "old to archive";
}

words! { kind_word, kind_of, KINDS, CredentialKind:
    CredentialKind::ApiKey => "api key";
    CredentialKind::ServiceAccount => "service account";
    CredentialKind::PersonalAccessToken => "personal access token";
}

words! { outcome_word, outcome_of, OUTCOMES, ChangeOutcome:
    ChangeOutcome::Asked => "asked";
    ChangeOutcome::Done => "done";
    ChangeOutcome::Refused => "refused";
    ChangeOutcome::Doubtful => "doubtful";
}

words! { enrolment_word, enrolment_of, ENROLMENTS, EnrolmentState:
    EnrolmentState::Begun => "begun";
    EnrolmentState::Registered => "registered";
    EnrolmentState::NotRegistered => "not registered";
    EnrolmentState::Deactivated => "deactivated";
}

words! { role_operation_word, role_operation_of, ROLE_OPERATIONS, RoleOperation:
    RoleOperation::Give => "give";
    RoleOperation::Take => "take";
}

words! { role_change_word, role_change_of, ROLE_CHANGES, RoleChangeState:
    RoleChangeState::Asked => "asked";
    RoleChangeState::Pending => "pending";
    RoleChangeState::NoLongerPending => "no longer pending";
    RoleChangeState::Applied => "applied";
    RoleChangeState::NotDone => "not done";
    RoleChangeState::Settled => "settled";
}

words! { nearness_word, nearness_of, NEARNESSES, Nearness:
    Nearness::Month => "month";
    Nearness::Week => "week";
    Nearness::Day => "day";
    Nearness::Ended => "ended";
}

words! { reminded_word, reminded_of, REMINDED, Reminded:
    Reminded::PutOff => "put off";
    Reminded::Notified => "notified";
}

pub(super) fn kind(row: &Row<'_>) -> rusqlite::Result<CredentialKind> {
    let word: String = row.get("kind")?;
    kind_of(&word).ok_or_else(|| Error::InvalidColumnType(0, format!("kind {word}"), Type::Text))
}

/// What stands in a column as JSON.
pub(super) fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts always serialize")
}

/// What stood in a column as JSON; `None` where nothing did, or nothing that is understood.
pub(super) fn read_line<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<T>> {
    let line = row.get::<_, Option<String>>(column)?;
    Ok(line.and_then(|line| serde_json::from_str(&line).ok()))
}

pub(super) fn owner(row: &Row<'_>) -> rusqlite::Result<Owner> {
    Ok(Owner {
        account: row.get("account")?,
        label: row.get("label")?,
        base: row.get("base")?,
        organization: row.get("organization")?,
        user: row.get("user")?,
        author: row.get("author")?,
    })
}

/// Writes an intent down that is about to be asked for.
pub(super) fn insert_intent(connection: &Connection, intent: &Intent) -> rusqlite::Result<IntentId> {
    let Intent { owner, kind, name, before, replaces, part_of, signing } = intent;
    let Owner { account, label, base, organization, user, author } = owner;
    connection.execute(
        "INSERT INTO wish
            (asked_at, account, label, base, organization, user, author, kind, name, known, replaces, signing, batch,
                place, stage)
            VALUES (:asked_at, :account, :label, :base, :organization, :user, :author, :kind, :name, :known, :replaces,
                :signing, :batch, :place, :stage)",
        named_params! {
            ":asked_at": now(), ":account": account, ":label": label, ":base": base, ":organization": organization,
            ":user": user, ":author": author, ":kind": kind_word(*kind), ":name": name, ":known": before.written(),
            ":replaces": replaces.as_ref().map(line), ":signing": signing.as_ref().map(line), ":batch": part_of.map(|part| part.batch.0),
            ":place": part_of.map(|part| part.place), ":stage": stage_word(Stage::Asked),
        },
    )?;
    Ok(IntentId(connection.last_insert_rowid()))
}

pub(super) fn open_intent(row: &Row<'_>, steps: &[StepLine]) -> rusqlite::Result<OpenIntent> {
    let known = row.get::<_, Option<String>>("known")?;
    let asked_at = instant(&row.get::<_, String>("asked_at")?);
    Ok(OpenIntent {
        id: IntentId(row.get("id")?),
        intent: Intent {
            owner: owner(row)?,
            kind: kind(row)?,
            name: row.get("name")?,
            before: Before::read(known.as_deref(), asked_at),
            replaces: read_line(row, "replaces")?,
            part_of: match (row.get("batch")?, row.get("place")?) {
                (Some(batch), Some(place)) => Some(Part { batch: BatchId(batch), place }),
                _ => None,
            },
            signing: read_line(row, "signing")?,
        },
        asked_at,
        // A stage not known here says nothing for sure.
        stage: stage_of(&row.get::<_, String>("stage")?).unwrap_or(Stage::Doubtful),
        key: read_line(row, "key")?,
        perhaps_in: perhaps_in(steps),
        kept: steps.iter().rev().find(|step| step.until.is_some()).and_then(|step| step.place.clone().zip(step.until)),
    })
}

/// The last place of a delivery after whose last step it is not known whether the token is there.
fn perhaps_in(steps: &[StepLine]) -> Option<String> {
    let mut later = HashSet::new();
    let mut last_of_each =
        steps.iter().rev().filter(|step| step.place.as_ref().is_some_and(|place| later.insert(place)));
    let unclear = last_of_each.find(|step| step.tells() == Tells::PerhapsDelivered)?;
    unclear.place.clone()
}

/// A step after an intent, as it stands in the file.
pub(super) struct StepLine {
    pub(super) at: OffsetDateTime,
    pub(super) word: String,
    /// None where only a later version knows the word.
    pub(super) event: Option<Event>,
    pub(super) place: Option<String>,
    pub(super) until: Option<OffsetDateTime>,
}

impl StepLine {
    /// What it tells of where the token is.
    pub(super) fn tells(&self) -> Tells {
        self.event.map_or(Tells::Nothing, |event| event.effect().1)
    }
}

/// The steps after an intent, oldest first.
pub(super) fn steps(connection: &Connection, intent: IntentId) -> rusqlite::Result<Vec<StepLine>> {
    let mut select =
        connection.prepare_cached("SELECT at, kind, place, until FROM step WHERE wish = ?1 ORDER BY id")?;
    let steps = select.query_map(params![intent.0], |row| {
        let word: String = row.get(1)?;
        Ok(StepLine {
            at: instant(&row.get::<_, String>(0)?),
            event: event_of(&word),
            word,
            place: row.get(2)?,
            until: row.get::<_, Option<String>>(3)?.map(|until| instant(&until)),
        })
    })?;
    steps.collect()
}

pub(super) fn instant(text: &str) -> OffsetDateTime {
    OffsetDateTime::parse(text, &Rfc3339).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

pub(super) fn now() -> String {
    line_of(OffsetDateTime::now_utc())
}

pub(super) fn line_of(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}
