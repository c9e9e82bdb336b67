//! The held secrets tried out together: a signature that is never used shows Dfns that they belong to each other.

use std::sync::Arc;

use tokio::{sync::Notify, time::Instant};

use super::{
    HeldId, Issuance,
    finish::REVOKING,
    held_secret::{Activity, Held, NOTHING_HELD},
};
use crate::{
    caught::caught,
    credential::SecretName,
    failure::{CallContext, Failure, NotNow, UnclearAnswer},
};

#[derive(Clone, Debug)]
pub struct TryingOut {
    pub since: Instant,
    call_off: Arc<Notify>,
}

pub(super) const TRYING_OUT: Failure = Failure::NotNow(NotNow::TryingOut);

impl Held {
    /// Whether there is something to sign, and all that it takes.
    pub fn can_be_tried_out(&self) -> bool {
        let has = |name: &SecretName| self.secrets.get(*name).is_some();
        self.key.kind.signs() && self.key.kind.secrets().iter().all(has)
    }

    fn begin_trying(&mut self) -> Result<Arc<Notify>, Failure> {
        match self.activity {
            // Before it is on its way, nothing may take the turn of what goes straight into a vault.
            Activity::None if self.is_hidden() => return Err(Failure::NotNow(NotNow::Delivering)),
            Activity::None => {}
            Activity::Ending => return Err(NOTHING_HELD),
            Activity::Delivering(_) => return Err(Failure::NotNow(NotNow::Delivering)),
            Activity::Revoking(_) => return Err(REVOKING),
            Activity::TryingOut(_) => return Err(TRYING_OUT),
        }
        if !self.can_be_tried_out() {
            return Err(Failure::NotNow(NotNow::NothingToTryOut));
        }
        let call_off = Arc::new(Notify::new());
        self.tried = None;
        self.activity = Activity::TryingOut(TryingOut { since: Instant::now(), call_off: Arc::clone(&call_off) });
        Ok(call_off)
    }
}

impl Issuance {
    /// Tries the held secrets out, at the Dfns that made them. What came of it is in the view, also where that is not known.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not held any more, something else is done with it, or it signs nothing.
    pub async fn try_out(&self, id: HeldId) -> Result<(), Failure> {
        let (keys, secrets, call_off) = self.change_held(id, |held| {
            let call_off = held.begin_trying()?;
            Ok((Arc::clone(&held.keys), held.secrets(), call_off))
        })??;
        let tried = tokio::select! {
            biased;
            // Whatever fails in it: nothing else could be done with the secrets, were they tried out for ever.
            tried = caught(keys.try_out(&secrets)) => Some(tried.unwrap_or(Err(FAILED))),
            () = call_off.notified() => None,
        };
        // Whoever waits for the end of it may be about to wipe them.
        drop(secrets);
        let _ = self.change_held(id, |held| {
            held.tried = tried;
            if held.trying_out().is_some() {
                held.activity = Activity::None;
            }
        });
        Ok(())
    }

    /// Nothing was made by it, and nothing is in doubt.
    pub fn call_off_trying(&self) {
        self.with_held(|held| held.trying_out().map(|trying| trying.call_off.notify_one()));
    }

    /// Calls it off, where it is under way, and waits until its secrets are let go of.
    pub(super) async fn give_up_trying(&self, id: HeldId) {
        let mut changes = self.changed.subscribe();
        while self.read_held(id, |held| held.trying_out().is_some()) == Ok(true) {
            self.call_off_trying();
            if changes.changed().await.is_err() {
                return;
            }
        }
    }
}

const FAILED: Failure = Failure::Unclear(CallContext::TryOut, UnclearAnswer::Failed);
