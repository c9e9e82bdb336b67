//! Closing the window while something stands in the way, which the person is asked about.

use std::time::Duration;

use parking_lot::Mutex;
use serde::Serialize;
use tokio::{sync::watch, time::Instant};

use super::Keybearer;
use crate::{
    failure::{Failure, NotNow},
    issuance::Held,
    redact::iso,
};

/// Nobody has read a question sooner, so no answer to it is meant.
const READING: Duration = Duration::from_millis(700);

/// Why the window does not close at once. Each name is that of the key whose token it is about.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "reason", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Closing {
    /// A list of names is worked on.
    List,
    Creating,
    /// A token goes straight into a vault.
    Delivering {
        name: String,
    },
    /// A token is held, and in a vault that deletes it by itself.
    KeptForATime {
        name: String,
        vault: String,
        /// Until when: ISO 8601, UTC.
        until: String,
    },
    /// A token is held, and proven to be in a vault.
    InVault {
        name: String,
    },
    /// A token is held, and nothing shows that it is in a vault.
    Unproven {
        name: String,
    },
}

impl Closing {
    fn of(held: &Held) -> Self {
        let name = held.key.name.clone();
        match held.kept_for_a_time() {
            _ if held.is_hidden() => Self::Delivering { name },
            _ if held.proven() => Self::InVault { name },
            Some((place, until)) => {
                let until = iso(until);
                Self::KeptForATime { name, vault: place.vault.clone(), until }
            }
            None => Self::Unproven { name },
        }
    }
}

/// Since when the person wants to close the window, if they do.
pub(super) struct ClosingIntent {
    since: Mutex<Option<Instant>>,
    changed: watch::Sender<()>,
}

impl ClosingIntent {
    pub(super) fn new(changed: watch::Sender<()>) -> Self {
        Self { since: Mutex::default(), changed }
    }

    fn since(&self) -> Option<Instant> {
        *self.since.lock()
    }

    pub(super) fn set(&self, closing: bool) {
        let mut since = self.since.lock();
        *since = closing.then(|| since.unwrap_or_else(Instant::now));
        drop(since);
        self.changed.send_replace(());
    }
}

impl Keybearer {
    /// The person wants to close the window. Whether it may close now; if not, the page asks.
    #[must_use]
    pub fn may_close(&self) -> bool {
        self.closing_intent.set(true);
        self.closing().is_none()
    }

    /// What stands in the way of closing the window, while the person wants to.
    pub fn closing(&self) -> Option<Closing> {
        if self.closing_intent.since().is_none() {
            None
        } else if self.lists.is_under_way() {
            Some(Closing::List)
        } else if self.issuance.asking().is_some() {
            Some(Closing::Creating)
        } else {
            self.issuance.with_held(Closing::of)
        }
    }

    /// The person quits although something stands in the way, which they were asked about long enough to have read it.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where they were not, or a moment ago.
    pub fn quit_is_meant(&self) -> Result<(), Failure> {
        match self.closing_intent.since() {
            Some(asked) if asked.elapsed() >= READING && self.closing().is_some() => Ok(()),
            _ => Err(Failure::NotNow(NotNow::QuitAsked)),
        }
    }

    /// The person goes back instead of closing.
    pub fn keep_open(&self) {
        self.closing_intent.set(false);
    }
}
