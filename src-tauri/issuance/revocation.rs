//! Revoking a key, which can be called off and is made sure of.

use std::sync::Arc;

use tokio::{sync::Notify, time::Instant};

use crate::{
    failure::{Failure, Trouble},
    key::{Key, KeyStatus, Keys},
};

/// A revocation on its way.
#[derive(Clone, Debug)]
pub struct Revocation {
    /// Since when.
    pub since: Instant,
    call_off: Arc<Notify>,
}

impl Revocation {
    /// Nothing is asked for yet.
    #[must_use]
    pub fn begin() -> Self {
        Self { since: Instant::now(), call_off: Arc::default() }
    }

    /// Whether the key was revoked is then not known.
    pub fn call_off(&self) {
        self.call_off.notify_one();
    }

    /// Asks for it, once. Only an answer that says so counts, or that there is no such key any more.
    ///
    /// # Errors
    /// The call's; [`Failure::NotConfirmed`] where it may have been revoked.
    pub async fn run(&self, keys: &Arc<dyn Keys>, key: &Key) -> Result<(), Failure> {
        let answer = tokio::select! {
            biased;
            answer = keys.revoke(&key.id) => answer,
            () = self.call_off.notified() => Err(Failure::NotConfirmed(Trouble::CalledOff)),
        };
        match answer {
            Ok(Key { status: KeyStatus::Revoked(_), .. }) | Err(Failure::KeyGone) => Ok(()),
            Ok(_) => Err(Failure::NotConfirmed(Trouble::NotUnderstood)),
            Err(failure) => Err(failure),
        }
    }
}
