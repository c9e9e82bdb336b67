//! Which programs take over a copy, for as long as it is on the clipboard.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep};

use super::{HeldId, Issuance, OnClipboard};
use crate::clipboard::{Watch, off_the_loop};

/// How long it is watched in one go.
const WATCH: Duration = Duration::from_secs(60);
/// Until the next time, where it could not be watched.
const PAUSE: Duration = Duration::from_secs(1);

impl Issuance {
    /// The token was copied just now.
    pub(super) fn begin_naming(self: &Arc<Self>, id: HeldId) {
        let copy = self.with_held(|held| held.clipboard.clone());
        if let Some(OnClipboard::Live { until, own: true }) = copy {
            tokio::spawn(Arc::clone(self).name_who_takes_over(id, until));
        }
    }

    async fn name_who_takes_over(self: Arc<Self>, id: HeldId, until: Instant) {
        // The token itself would be here still for a moment once it is wiped.
        let Some(salted) = self.secrets(id).ok().and_then(|secrets| secrets.salted_fingerprints()) else { return };
        if off_the_loop(&self.clipboard, |clipboard| Ok(clipboard.tells_who_takes_over())).await != Ok(true) {
            return;
        }
        while let Some(known) = self.names_of_copy(id, until) {
            let (this, salted) = (Arc::clone(&self), salted.clone());
            let named = off_the_loop(&self.clipboard, move |clipboard| {
                let is_secret = |text: &str| salted.is_of(text);
                let is_wanted = || this.names_of_copy(id, until).is_some();
                clipboard.taken_over(&Watch { is_secret: &is_secret, within: WATCH, is_wanted: &is_wanted }, &known)
            })
            .await;
            match named {
                Ok(Some(name)) => {
                    let _ = self.change_held(id, |held| held.taken_over.push(name));
                }
                _ => sleep(PAUSE).await,
            }
        }
    }

    /// Those that are known by now, while this copy is on the clipboard.
    fn names_of_copy(&self, id: HeldId, copied_until: Instant) -> Option<Vec<String>> {
        let of_copy = self.read_held(id, |held| {
            let is_it = held.clipboard == OnClipboard::Live { until: copied_until, own: true };
            is_it.then(|| held.taken_over.clone())
        });
        of_copy.ok().flatten()
    }
}
