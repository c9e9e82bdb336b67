//! What an intent waits for is done before it, where that can be: what is there is listed while somebody fills in the form.

use std::sync::Arc;

use tokio::time::{Instant, sleep};

use super::{AHEAD, Issuance, Listed};
use crate::{
    credential::CredentialKind,
    key::{Key, KeyApi, Owner},
};

impl Issuance {
    /// Lists what is there of a kind, for an intent that may come. Does nothing while another is under way or held, or where that
    /// was done a moment ago.
    pub async fn prepare(self: &Arc<Self>, keys: &Arc<dyn KeyApi>, owner: &Owner, kind: CredentialKind) {
        if !self.is_idle() {
            return;
        }
        let list = async {
            let listed = keys.list(kind).await?;
            self.listed(owner, keys, Listed { kinds: &[kind], keys: &listed }).await;
            Ok(listed.into())
        };
        if self.listed_ahead.prepare(keys, kind, list).await {
            self.forget_in_time();
        }
    }

    /// What was listed for another purpose, since `began`, serves an intent as well.
    pub fn was_listed(
        self: &Arc<Self>,
        keys: &Arc<dyn KeyApi>,
        kinds: &[CredentialKind],
        all: &Arc<[Key]>,
        began: Instant,
    ) {
        self.listed_ahead.keep(keys, kinds, Arc::clone(all), began);
        self.forget_in_time();
    }

    /// Something was changed at Dfns from here: what was listed before does not show it.
    pub fn changed_at_dfns(&self) {
        self.listed_ahead.outdate();
    }

    /// A long list takes its room no longer than it may be used.
    fn forget_in_time(self: &Arc<Self>) {
        let this = Arc::downgrade(self);
        tokio::spawn(async move {
            sleep(AHEAD).await;
            if let Some(this) = this.upgrade() {
                this.listed_ahead.drop_old();
            }
        });
    }
}
