//! What happened, as an audit asks for it: also what led to nothing, and what was settled long ago.

use time::OffsetDateTime;

use super::{BatchId, EnrolmentState, Happened, NewEnrolment, Record, Unknown};
use crate::{
    credential::CredentialKind,
    failure::Failure,
    key::{Key, Owner},
};

/// An intent, whatever became of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PastIntent {
    pub owner: Owner,
    pub kind: CredentialKind,
    /// As it was asked for.
    pub name: String,
    /// What it led to.
    pub key: Option<Key>,
    /// What happened, oldest first.
    pub events: Vec<Happened>,
    /// What happened besides, as a later version wrote it.
    pub unknown: Vec<Unknown>,
}

/// A list of names that was begun.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PastBatch {
    pub owner: Owner,
    pub kind: CredentialKind,
    /// The id of the destination.
    pub destination: String,
    pub names: u32,
    /// Earlier versions did not write that down: of theirs it is when the first name was asked for.
    pub begun: OffsetDateTime,
}

/// A credential that Keybearer was to have of its own, and what became of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PastEnrolment {
    pub new: NewEnrolment,
    /// Oldest first; a state that only a later version knows as its word.
    pub states: Vec<(OffsetDateTime, Result<EnrolmentState, String>)>,
}

/// Everything that was written down so far, oldest first. Blocking.
pub trait History: Send + Sync {
    fn past_intents(&self) -> Result<Vec<PastIntent>, Failure>;

    fn past_batches(&self) -> Result<Vec<PastBatch>, Failure>;

    fn past_enrolments(&self) -> Result<Vec<PastEnrolment>, Failure>;

    /// What is known of the keys that were made of a list, in its order.
    fn batch_records(&self, batch: BatchId) -> Result<Vec<Record>, Failure>;
}
