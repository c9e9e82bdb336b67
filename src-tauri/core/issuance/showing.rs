//! The held token in a window of its own.

use std::sync::Arc;

use tokio::time::{Instant, sleep_until};

use super::{HeldId, Issuance};
use crate::{failure::Failure, token::Token};

/// What the token's own window shows, for as long as it may.
pub struct Shown {
    pub token: Arc<Token>,
    pub key_name: String,
    /// When the window closes.
    pub until: Instant,
}

impl Issuance {
    /// Lets the token be shown for a while in a window of its own, which whoever draws the windows opens and closes.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not held any more.
    pub fn show(self: &Arc<Self>, id: HeldId) -> Result<(), Failure> {
        let until = Instant::now() + self.times().shown;
        self.change_held(id, |held| {
            held.given_out = true;
            held.shown_until = Some(until);
        })?;
        let this = Arc::clone(self);
        tokio::spawn(async move {
            sleep_until(until).await;
            if this.with_held(|held| held.shown_until == Some(until)) == Some(true) {
                this.hide();
            }
        });
        Ok(())
    }

    pub fn hide(&self) {
        self.change(|state| {
            if let Some(held) = state.held() {
                held.shown_until = None;
            }
        });
    }

    /// What the token's own window draws; `None` once its time is over.
    #[must_use]
    pub fn shown(&self) -> Option<Shown> {
        self.with_held(|held| {
            let until = held.shown_until.filter(|until| *until > Instant::now())?;
            Some(Shown { token: Arc::clone(&held.token), key_name: held.key.name.clone(), until })
        })
        .flatten()
    }
}
