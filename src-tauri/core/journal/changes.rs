//! What was to be changed of keys that Dfns has: renamed, deactivated, activated, or archived.

use time::OffsetDateTime;

use crate::{
    credential::CredentialKind,
    failure::{Failure, NotNow},
    key::{Change, Key, KeyId, Owner},
    words::{self, Message},
};

/// Names a change in the journal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ChangeId(pub i64);

/// What a key is to be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AskedChange {
    Rename(String),
    Deactivate,
    Activate,
    /// Revoked, where it is an API key.
    Archive,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChangeOutcome {
    /// Dfns is about to be asked for it, and no end was recorded.
    Asked,
    /// Dfns has said that it is so.
    Done,
    /// It is sure that it was not made.
    Refused,
    /// The answer leaves open whether it was made.
    Doubtful,
}

/// A change as it is about to be asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewChange {
    pub owner: Owner,
    pub kind: CredentialKind,
    pub key: KeyId,
    /// What the key is called before it.
    pub name: String,
    pub asked: AskedChange,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PastChange {
    pub owner: Owner,
    pub kind: CredentialKind,
    pub key: KeyId,
    pub name: String,
    /// The journal's own word, where only a later version knows it.
    pub asked: Result<AskedChange, String>,
    pub outcome: ChangeOutcome,
    /// When it was asked for, by this computer's clock.
    pub at: OffsetDateTime,
    pub ended: Option<OffsetDateTime>,
}

/// Where changes are written down. Blocking, and as lasting as the rest of the [journal](super::Journal).
pub trait Changes: Send + Sync {
    /// Writes down what is about to be asked for. Where that fails it is asked for all the same: a secret that leaked must not go on
    /// working for want of room on a disk.
    fn begin_change(&self, change: &NewChange) -> Result<ChangeId, Failure>;

    fn change_is(&self, id: ChangeId, outcome: ChangeOutcome) -> Result<(), Failure>;

    /// Those of one key, or all of them, oldest first.
    fn changes(&self, key: Option<&KeyId>) -> Result<Vec<PastChange>, Failure>;
}

impl NewChange {
    pub fn of(owner: Owner, key: &Key, asked: AskedChange) -> Self {
        Self { owner, kind: key.kind, key: key.id.clone(), name: key.name.clone(), asked }
    }
}

impl From<&Change> for AskedChange {
    fn from(change: &Change) -> Self {
        match change {
            Change::Rename(name) => Self::Rename(name.as_str().to_owned()),
            Change::Deactivate => Self::Deactivate,
            Change::Activate => Self::Activate,
        }
    }
}

impl ChangeOutcome {
    /// What asking for it has shown.
    pub fn of<T>(asked: &Result<T, Failure>) -> Self {
        match asked {
            Ok(_) => Self::Done,
            // What a policy holds back may be made later.
            Err(Failure::Unclear(..) | Failure::NotNow(NotNow::ChangeHeldBack)) => Self::Doubtful,
            Err(_) => Self::Refused,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Doubtful => "doubtful",
        }
    }
}

impl PastChange {
    /// Whether this was asked for, and is so.
    pub fn is_done(&self, asked: &AskedChange) -> bool {
        self.asked.as_ref() == Ok(asked) && self.outcome == ChangeOutcome::Done
    }

    /// What happened, in words.
    pub fn message(&self) -> Message {
        let outcome = self.outcome.as_str();
        match &self.asked {
            Ok(AskedChange::Rename(name)) => words::happened_rename(name, outcome),
            Ok(AskedChange::Deactivate) => words::happened_deactivate(outcome),
            Ok(AskedChange::Activate) => words::happened_activate(outcome),
            Ok(AskedChange::Archive) => words::happened_archive(self.kind.as_str(), outcome),
            Err(word) => words::happened_unknown_word(word),
        }
    }
}
