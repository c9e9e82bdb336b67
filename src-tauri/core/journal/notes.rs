//! What people have noted here of keys, wherever those were made.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{
    credential::CredentialKind,
    failure::Failure,
    key::{Key, KeyId, Owner},
};

/// What is noted of a key: kept on this computer, and never sent to Dfns. Empty where nothing is.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Notes {
    /// What it is for.
    pub purpose: String,
    /// Who answers for it.
    pub owner: String,
    pub ticket: String,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum NoteField {
    Purpose,
    Owner,
    Ticket,
}

/// A key of which something is noted, or was.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NotedKey {
    /// Who noted it last.
    pub owner: Owner,
    pub kind: CredentialKind,
    pub key: KeyId,
    /// The organization that Dfns names with the key.
    pub organization: String,
    /// What it was called then.
    pub name: String,
    pub notes: Notes,
    /// When, by this computer's clock.
    pub at: OffsetDateTime,
}

impl Notes {
    pub fn set(&mut self, field: NoteField, text: String) {
        *match field {
            NoteField::Purpose => &mut self.purpose,
            NoteField::Owner => &mut self.owner,
            NoteField::Ticket => &mut self.ticket,
        } = text;
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl NotedKey {
    pub fn is_of(&self, key: &Key) -> bool {
        self.key == key.id && self.organization == key.organization
    }
}

/// What is noted of a key, by what is noted of all.
pub fn notes_of(noted: &[NotedKey], key: &Key) -> Notes {
    noted.iter().find(|noted| noted.is_of(key)).map(|noted| noted.notes.clone()).unwrap_or_default()
}

/// Where notes are kept. Blocking, and as lasting as the rest of the [journal](super::Journal).
pub trait KeyNotes: Send + Sync {
    /// Notes this of a key, in place of what was noted there before.
    fn note(&self, owner: &Owner, key: &Key, field: NoteField, text: &str) -> Result<(), Failure>;

    /// What is noted of keys of the Dfns at this address; of all, where none is named.
    fn notes(&self, base: Option<&str>) -> Result<Vec<NotedKey>, Failure>;
}
