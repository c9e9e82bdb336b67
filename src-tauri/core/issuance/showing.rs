//! A held secret in a window of its own.

use std::sync::Arc;

use tokio::time::{Instant, sleep_until};

use super::{HeldId, Issuance};
use crate::{
    credential::{SecretName, Secrets},
    failure::Failure,
    secret::Secret,
};

/// What the window for one secret shows, for as long as it may.
pub struct Shown {
    secrets: Arc<Secrets>,
    name: SecretName,
    pub key_name: String,
    pub until: Instant,
}

impl Shown {
    pub fn secret(&self) -> Option<&Secret> {
        self.secrets.get(self.name)
    }
}

impl Issuance {
    /// Lets one of the secrets be shown for a while in a window of its own, which whoever draws the windows opens and closes.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not held any more.
    pub fn show(self: &Arc<Self>, id: HeldId, name: SecretName) -> Result<(), Failure> {
        self.is_among_held(id, name)?;
        let until = Instant::now() + self.times().shown;
        self.change_held(id, |held| {
            held.given_out = true;
            held.shown = Some((name, until));
        })?;
        let this = Arc::clone(self);
        tokio::spawn(async move {
            sleep_until(until).await;
            if this.with_held(|held| held.shown == Some((name, until))) == Some(true) {
                this.hide();
            }
        });
        Ok(())
    }

    pub fn hide(&self) {
        self.change(|state| {
            if let Some(held) = state.held() {
                held.shown = None;
            }
        });
    }

    /// What that window draws; `None` once its time is over.
    pub fn shown(&self) -> Option<Shown> {
        self.with_held(|held| {
            let (name, until) = held.shown.filter(|(_, until)| *until > Instant::now())?;
            Some(Shown { secrets: held.secrets(), name, key_name: held.key.name.clone(), until })
        })
        .flatten()
    }
}
