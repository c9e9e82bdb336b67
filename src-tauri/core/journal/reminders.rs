//! What a person was reminded of, so that they are not again: over restarts, and by nothing.

use crate::{
    expiry::Nearness,
    failure::Failure,
    key::{KeyId, Owner},
};

/// How one was told of an end that comes nearer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reminded {
    /// They have put it off until it is nearer.
    PutOff,
    /// By a notification.
    Notified,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reminder {
    pub owner: Owner,
    pub key: KeyId,
    pub nearness: Nearness,
    pub how: Reminded,
}

/// Where it is written down. Blocking, and as lasting as the rest of the journal.
pub trait Reminders: Send + Sync {
    /// All at the Dfns of this address.
    ///
    /// # Errors
    /// [`Failure::File`] where it cannot be read.
    fn reminders(&self, base: &str) -> Result<Vec<Reminder>, Failure>;

    /// Writes some down, all of them or none.
    ///
    /// # Errors
    /// [`Failure::File`] where that cannot be written.
    fn remind(&self, reminders: &[Reminder]) -> Result<(), Failure>;

    /// Takes some back, whoever's they are.
    ///
    /// # Errors
    /// [`Failure::File`] where that cannot be written.
    fn take_back(&self, reminders: &[Reminder]) -> Result<(), Failure>;
}
