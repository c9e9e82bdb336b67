//! Wishes whose outcome is not known, against the keys there are: what is new under a wish's name may be the key that was
//! asked for. Whether it is, the person judges, since a colleague's key may bear the same name.

use std::{sync::Arc, time::Duration};

use tokio::time::sleep;

use super::{
    Issuance, Notice, NoticeKind,
    journal::{OpenWish, Origin, Stage, WishId},
};
use crate::key::{Key, Keys, Owner};

/// When to look again after a doubtful answer: a key may appear late.
const LOOKS: [Duration; 7] = [
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(15),
    Duration::from_secs(30),
    Duration::from_secs(60),
    Duration::from_secs(120),
    Duration::from_secs(240),
];

impl Issuance {
    /// What was open when the app ended the last time stands under "Needs attention" again. `keys` gives the calls of the
    /// account that a wish belongs to.
    pub fn recall(&self, open: Vec<OpenWish>, keys: impl Fn(&Owner) -> Arc<dyn Keys>) {
        for OpenWish { id, wish, stage, key, .. } in open {
            let keys = keys(&wish.owner);
            let name = key.as_ref().map_or_else(|| wish.name.clone(), |key| key.name.clone());
            let kind = match stage {
                Stage::Asked | Stage::Doubtful => NoticeKind::Doubtful { looked: false },
                Stage::AwaitingApproval => NoticeKind::AwaitingApproval,
                Stage::Created => NoticeKind::NotHandedOver,
                Stage::WithoutToken => NoticeKind::WithoutToken,
            };
            self.note(kind, name, key, &keys, Origin { id, wish });
        }
    }

    /// Somebody signed in: the keys of theirs that need attention are dealt with by this sign-in from now on, and what is
    /// in doubt is looked for.
    pub async fn reconcile(self: &Arc<Self>, owner: &Owner, keys: &Arc<dyn Keys>) {
        let in_doubt = self.change(|state| {
            let theirs = state.notices.iter_mut().filter(|notice| notice.origin.wish.owner.is_same_user(owner));
            let mut in_doubt = Vec::new();
            for notice in theirs {
                notice.keys = Arc::clone(keys);
                if is_in_doubt(notice) {
                    in_doubt.push(notice.origin.clone());
                }
            }
            in_doubt
        });
        for origin in in_doubt {
            self.look_for_candidates(keys, &origin).await;
        }
    }

    /// Looks for what is new under the name of a wish in doubt, and tells what it finds, or that it found nothing.
    pub(super) async fn look_for_candidates(self: &Arc<Self>, keys: &Arc<dyn Keys>, origin: &Origin) {
        let before = self.is_noticed(origin.id);
        let found = self.candidates(keys, origin).await;
        match found {
            Some(new) if !new.is_empty() => self.tell_candidates(keys, origin, new),
            looked => {
                self.doubt(keys, origin, looked.is_some());
                if !before && origin.wish.known.is_some() {
                    tokio::spawn(Arc::clone(self).look_again(Arc::clone(keys), origin.id));
                }
            }
        }
    }

    /// Notes that a wish is in doubt, in place of what was noted of it before.
    pub(super) fn doubt(&self, keys: &Arc<dyn Keys>, origin: &Origin, looked: bool) {
        let kind = NoticeKind::Doubtful { looked };
        let known = self.change(|state| {
            let mut there = state.notices.iter_mut().filter(|notice| notice.origin.id == origin.id);
            let there = there.find(|notice| is_in_doubt(notice))?;
            if let NoticeKind::Doubtful { .. } = there.kind {
                there.kind = kind.clone();
            }
            Some(())
        });
        if known.is_none() {
            self.note(kind, origin.wish.name.clone(), None, keys, origin.clone());
        }
    }

    /// Looks again for some minutes, as long as the wish is in doubt.
    async fn look_again(self: Arc<Self>, keys: Arc<dyn Keys>, wish: WishId) {
        for pause in LOOKS {
            sleep(pause).await;
            let notices = self.notices();
            let Some(notice) = notices.iter().find(|each| each.origin.id == wish && is_in_doubt(each)) else { return };
            if let Some(new) = self.candidates(&keys, &notice.origin).await
                && !new.is_empty()
            {
                self.tell_candidates(&keys, &notice.origin, new);
                return;
            }
        }
    }

    /// What is new under the name; `None` where that cannot be found out.
    async fn candidates(&self, keys: &Arc<dyn Keys>, origin: &Origin) -> Option<Vec<Key>> {
        let known = origin.wish.known.as_ref()?;
        let listed = keys.list().await.ok()?;
        Some(listed.into_iter().filter(|key| key.name == origin.wish.name && !known.contains(&key.id)).collect())
    }

    fn tell_candidates(&self, keys: &Arc<dyn Keys>, origin: &Origin, new: Vec<Key>) {
        self.change(|state| {
            state.notices.retain(|notice| !(notice.origin.id == origin.id && is_in_doubt(notice)));
        });
        for key in new {
            self.note(NoticeKind::Candidate, key.name.clone(), Some(key), keys, origin.clone());
        }
    }

    fn is_noticed(&self, wish: WishId) -> bool {
        self.state().notices.iter().any(|notice| notice.origin.id == wish)
    }
}

/// Whether a key may still appear.
fn is_in_doubt(notice: &Notice) -> bool {
    matches!(notice.kind, NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval)
}
