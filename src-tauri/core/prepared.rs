//! What is listed ahead of a click, while somebody fills in a form: the click then waits for no list.

use std::{future::Future, sync::Arc};

use tokio::{
    sync::Mutex,
    time::{Duration, Instant},
};

use crate::{credential::CredentialKind, failure::Failure, key::KeyApi};

/// A list that took long is made again after this many times as long, at the soonest: no server does little else.
const TIMES_AS_LONG: u32 = 10;

/// A list that was made ahead, of one account's credentials of some kinds. Used once: what is asked for then makes it an old one.
pub(crate) struct Prepared<T> {
    /// Held while a list is being made, so that whoever wants it waits for that one and makes no second.
    listing: Mutex<Option<Listing<T>>>,
    /// How old a list may be that is used.
    good_for: Duration,
    /// What was asked for before this is out of date, however fresh it is.
    changed: parking_lot::Mutex<Option<Instant>>,
}

struct Listing<T> {
    keys: Arc<dyn KeyApi>,
    kinds: Vec<CredentialKind>,
    listed: T,
    /// When it was asked for.
    began: Instant,
    took: Duration,
}

impl<T: Send> Prepared<T> {
    pub(crate) fn good_for(good_for: Duration) -> Self {
        Self { listing: Mutex::default(), good_for, changed: parking_lot::Mutex::default() }
    }

    /// Makes a list unless there is one that will do for a while, or one is being made; tells whether there is a new one.
    pub(crate) async fn prepare(
        &self,
        keys: &Arc<dyn KeyApi>,
        kind: CredentialKind,
        list: impl Future<Output = Result<T, Failure>>,
    ) -> bool {
        let Ok(mut now) = self.listing.try_lock() else { return false };
        // One that goes out of date soon is made anew while there is time.
        let lasts = |listing: &Listing<T>| (self.good_for / 3).max(listing.took * TIMES_AS_LONG);
        let will_do =
            |listing: &Listing<T>| self.is_good(listing, keys, kind) && listing.began.elapsed() < lasts(listing);
        if now.as_ref().is_some_and(will_do) {
            return false;
        }
        let began = Instant::now();
        // Why none could be made is found out, and told, by what is asked for then.
        *now = list.await.ok().map(|listed| {
            let (keys, kinds, took) = (Arc::clone(keys), vec![kind], began.elapsed());
            Listing { keys, kinds, listed, began, took }
        });
        now.is_some()
    }

    /// Keeps what was listed anyway, since `began`.
    pub(crate) fn keep(&self, keys: &Arc<dyn KeyApi>, kinds: &[CredentialKind], listed: T, began: Instant) {
        let Ok(mut now) = self.listing.try_lock() else { return };
        let (keys, kinds, took) = (Arc::clone(keys), kinds.to_vec(), began.elapsed());
        *now = Some(Listing { keys, kinds, listed, began, took });
    }

    /// What was listed of this account and kind, if that is fresh; one that is being made is waited for.
    pub(crate) async fn take(&self, keys: &Arc<dyn KeyApi>, kind: CredentialKind) -> Option<T> {
        let listing = self.listing.lock().await.take()?;
        let is_fresh = listing.began.elapsed() < self.good_for;
        (self.is_good(&listing, keys, kind) && is_fresh).then_some(listing.listed)
    }

    /// Whether it is of this account and kind, and shows what was done from here.
    fn is_good(&self, listing: &Listing<T>, keys: &Arc<dyn KeyApi>, kind: CredentialKind) -> bool {
        let is_up_to_date = self.changed.lock().is_none_or(|changed| listing.began > changed);
        Arc::ptr_eq(&listing.keys, keys) && listing.kinds.contains(&kind) && is_up_to_date
    }

    /// Something was made or changed here: a list that was asked for before that does not show it.
    pub(crate) fn outdate(&self) {
        *self.changed.lock() = Some(Instant::now());
    }

    /// Lets go of what nobody used in time.
    pub(crate) fn drop_old(&self) {
        let Ok(mut now) = self.listing.try_lock() else { return };
        now.take_if(|listing| listing.began.elapsed() >= self.good_for);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::ApiHandle;

    const KIND: CredentialKind = CredentialKind::ApiKey;
    const SOON: Duration = Duration::from_secs(15);

    fn account() -> Arc<dyn KeyApi> {
        Arc::new(ApiHandle::closed("ada"))
    }

    #[tokio::test(start_paused = true)]
    async fn a_list_is_used_once_by_whom_it_is_of_and_while_it_is_fresh() {
        let (ours, theirs) = (account(), account());
        let prepared = Prepared::good_for(SOON);
        for (keys, kind, wait, expected) in [
            (&ours, KIND, 0, Some(1)),
            (&theirs, KIND, 0, None),
            (&ours, CredentialKind::ServiceAccount, 0, None),
            (&ours, KIND, 14, Some(1)),
            (&ours, KIND, 15, None),
        ] {
            prepared.prepare(&ours, KIND, async { Ok(1) }).await;
            tokio::time::advance(Duration::from_secs(wait)).await;
            assert_eq!(prepared.take(keys, kind).await, expected, "{kind:?} after {wait} s");
            assert_eq!(prepared.take(&ours, KIND).await, None, "a second time");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_made_again_before_it_is_old_but_a_long_one_seldom() {
        let keys = account();
        for (took, again_after) in [(0, 5), (1, 10)] {
            let prepared = Prepared::good_for(SOON);
            let list = |number| async move {
                tokio::time::sleep(Duration::from_secs(took)).await;
                Ok(number)
            };
            prepared.prepare(&keys, KIND, list(1)).await;
            tokio::time::advance(Duration::from_secs(again_after - took - 1)).await;
            prepared.prepare(&keys, KIND, list(2)).await;
            tokio::time::advance(Duration::from_secs(1)).await;
            prepared.prepare(&keys, KIND, list(3)).await;
            assert_eq!(prepared.take(&keys, KIND).await, Some(3), "{took} s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_being_made_is_waited_for_and_no_second_is_made() {
        let (keys, prepared) = (account(), Prepared::good_for(SOON));
        let slow = async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            Ok(1)
        };
        let (_, _, taken) = tokio::join!(
            prepared.prepare(&keys, KIND, slow),
            prepared.prepare(&keys, KIND, async { Ok(2) }),
            prepared.take(&keys, KIND)
        );
        assert_eq!(taken, Some(1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_asked_for_before_a_change_is_not_used_after_it() {
        let (keys, prepared) = (account(), Prepared::good_for(SOON));
        let began = Instant::now();
        tokio::time::advance(Duration::from_secs(1)).await;
        prepared.outdate();
        // It came late.
        prepared.keep(&keys, &[KIND], 1, began);
        assert_eq!(prepared.take(&keys, KIND).await, None);
        prepared.keep(&keys, &[KIND], 1, began);
        tokio::time::advance(Duration::from_secs(1)).await;
        prepared.prepare(&keys, KIND, async { Ok(2) }).await;
        assert_eq!(prepared.take(&keys, KIND).await, Some(2));
    }

    #[tokio::test(start_paused = true)]
    async fn what_could_not_be_listed_or_was_not_used_in_time_is_not_kept() {
        let (keys, prepared) = (account(), Prepared::good_for(SOON));
        prepared.prepare(&keys, KIND, async { Err::<u8, _>(Failure::CalledOff) }).await;
        assert_eq!(prepared.take(&keys, KIND).await, None);
        prepared.keep(&keys, &[KIND], 1, Instant::now());
        tokio::time::advance(SOON).await;
        prepared.drop_old();
        assert!(prepared.listing.lock().await.is_none());
    }
}
