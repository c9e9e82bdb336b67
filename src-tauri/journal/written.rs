//! How wishes, keys and events stand in the file.

use rusqlite::Row;
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    delivery::Proof,
    issuance::{
        Before,
        journal::{BatchId, Event, OpenWish, Part, Stage, Wish, WishId},
    },
    key::{Key, KeyId, KeyStatus, Owner},
};

/// The stage of a wish that is settled.
pub(super) const CLOSED: &str = "closed";

/// Writes out both directions of the table: how an event is written, and how it is read. An event that is missing from the
/// table does not compile, and so none can be written that cannot be read.
macro_rules! events {
    ($($($event:ident)::+ $(($proof:path))? => $kind:literal, $stage:expr;)+) => {
        /// Each event as it stands in the file, and the wish's stage from then on, where the event changes it.
        #[cfg(test)]
        pub(super) const EVENTS: &[Event] = &[$($($event)::+ $(($proof))?),+];

        /// An event as it stands in the file, and the wish's stage from then on, where the event changes it.
        pub(super) fn written(event: Event) -> (&'static str, Option<&'static str>) {
            match event {
                $($($event)::+ $(($proof))? => ($kind, $stage),)+
            }
        }

        pub(super) fn event(kind: &str) -> Option<Event> {
            match kind {
                $($kind => Some($($event)::+ $(($proof))?),)+
                _ => None,
            }
        }
    };
}

events! {
    Event::Asked => "asked", None;
    Event::NotMade => "not made", Some(CLOSED);
    Event::Doubtful => "doubtful", Some("doubtful");
    Event::Refused => "refused", Some("refused");
    Event::AwaitingApproval => "awaiting approval", Some("awaiting approval");
    Event::Created => "created", Some("created");
    Event::WithoutToken => "without token", Some("without token");
    Event::Copied => "copied", None;
    Event::Checked => "checked", Some("checked");
    // What is not known of one delivery takes nothing from what is known of another.
    Event::Delivering => "delivering", None;
    Event::Delivered(Proof::ReadBack) => "delivered, read back", Some("checked");
    Event::Delivered(Proof::FirstVersion) => "delivered, first version", Some("checked");
    Event::Delivered(Proof::TakenAsBefore) => "delivered, as checked before", Some("checked");
    // It is as open as before: that a vault has taken it shows nothing.
    Event::Delivered(Proof::Taken) => "delivered", None;
    // It is as open as before: what the vault deletes is in no vault afterwards.
    Event::StoredForATime(Proof::ReadBack) => "stored for a time, read back", None;
    Event::StoredForATime(Proof::FirstVersion) => "stored for a time, first version", None;
    Event::StoredForATime(Proof::TakenAsBefore) => "stored for a time, as checked before", None;
    Event::StoredForATime(Proof::Taken) => "stored for a time", None;
    Event::NotStored => "not stored", None;
    Event::PerhapsStored => "perhaps stored", None;
    Event::Finished => "finished", Some(CLOSED);
    Event::HandedOver => "handed over", Some("old to revoke");
    Event::Wiped => "wiped", Some("created");
    Event::Revoked => "revoked", Some(CLOSED);
    Event::OldRevoked => "old revoked", Some(CLOSED);
    Event::OldKept => "old kept", Some(CLOSED);
    Event::Settled => "settled", Some(CLOSED);
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

pub(super) fn line(key: &Key) -> String {
    serde_json::to_string(&KeyLine::from(key)).expect("texts always serialize")
}

pub(super) fn key(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Key>> {
    let line = row.get::<_, Option<String>>(column)?;
    Ok(line.and_then(|line| serde_json::from_str::<KeyLine>(&line).ok()).map(Key::from))
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

pub(super) fn open_wish(row: &Row<'_>) -> rusqlite::Result<OpenWish> {
    let stage = match row.get::<_, String>("stage")?.as_str() {
        "asked" => Stage::Asked,
        "refused" => Stage::Refused,
        "awaiting approval" => Stage::AwaitingApproval,
        "created" => Stage::Created,
        "checked" => Stage::Checked,
        "without token" => Stage::WithoutToken,
        "old to revoke" => Stage::OldToRevoke,
        // A stage not known here says nothing for sure.
        _ => Stage::Doubtful,
    };
    let known = row.get::<_, Option<String>>("known")?;
    let asked_at = instant(&row.get::<_, String>("asked_at")?);
    Ok(OpenWish {
        id: WishId(row.get("id")?),
        wish: Wish {
            owner: owner(row)?,
            name: row.get("name")?,
            before: Before::read(known.as_deref(), asked_at),
            replaces: key(row, "replaces")?,
            part_of: match (row.get("batch")?, row.get("place")?) {
                (Some(batch), Some(place)) => Some(Part { batch: BatchId(batch), place }),
                _ => None,
            },
        },
        asked_at,
        stage,
        key: key(row, "key")?,
        perhaps_in: row.get("perhaps_in")?,
        kept: match (row.get("kept_in")?, row.get::<_, Option<String>>("kept_until")?) {
            (Some(place), Some(until)) => Some((place, instant(&until))),
            _ => None,
        },
    })
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
