//! Wishes whose outcome is not known, against the keys there are: what is new under a wish's name may be the key that was
//! asked for. Whether it is, the person judges, since a colleague's key may bear the same name.

use std::{collections::HashSet, sync::Arc, time::Duration};

use tokio::time::sleep;

use super::{
    Issuance, Notice, NoticeKind,
    journal::{Event, OpenWish, Origin, Stage, WishId},
};
use crate::key::{Key, KeyId, Keys, Owner};

/// When to look again after a doubtful answer, in seconds from one look to the next: a key may appear late, and most that
/// do within the first minute.
const LOOKS: [u64; 10] = [5, 10, 10, 10, 10, 15, 30, 60, 120, 240];

impl Issuance {
    /// What was open when the app ended the last time stands under "Needs attention" again. `keys` gives the calls of the
    /// account that a wish belongs to.
    pub fn recall(&self, open: Vec<OpenWish>, keys: impl Fn(&Owner) -> Arc<dyn Keys>) {
        for OpenWish { id, wish, mut stage, key, perhaps_in, .. } in open {
            let keys = keys(&wish.owner);
            if stage == Stage::Checked {
                // It ended between Check and Done, and its token is where it belongs.
                let event = if wish.replaces.is_some() { Event::HandedOver } else { Event::Finished };
                if let Err(failure) = self.journal.record(id, event) {
                    self.change(|state| state.unwritten = Some(failure));
                }
                if wish.replaces.is_none() {
                    continue;
                }
                stage = Stage::OldToRevoke;
            }
            let (kind, key) = match stage {
                Stage::Asked | Stage::Doubtful => (NoticeKind::Doubtful { looked: false }, None),
                Stage::AwaitingApproval => (NoticeKind::AwaitingApproval, None),
                Stage::Created | Stage::Checked => {
                    (perhaps_in.map_or(NoticeKind::NotHandedOver, NoticeKind::PerhapsHandedOver), key)
                }
                Stage::WithoutToken => (NoticeKind::WithoutToken, key),
                Stage::OldToRevoke => (NoticeKind::OldToRevoke, wish.replaces.clone()),
            };
            let name = key.as_ref().map_or_else(|| wish.name.clone(), |key| key.name.clone());
            let held_back = stage == Stage::AwaitingApproval;
            self.note(kind, name, key, &keys, Origin { id, wish, held_back });
        }
    }

    /// Somebody signed in: the keys of theirs that need attention are dealt with by this sign-in from now on, and what is
    /// in doubt is looked for, now and for some minutes.
    pub async fn reconcile(self: &Arc<Self>, owner: &Owner, keys: &Arc<dyn Keys>) {
        let in_doubt = self.taken_over(owner, keys);
        if in_doubt.is_empty() {
            return;
        }
        match keys.list().await {
            Ok(listed) => self.listed(owner, keys, &listed).await,
            Err(_) => in_doubt.iter().for_each(|origin| self.compare(keys, origin, None)),
        }
    }

    /// The keys of this user were listed just now: what is in doubt is looked for among them, and what was revoked
    /// elsewhere needs no attention any more.
    pub async fn listed(self: &Arc<Self>, owner: &Owner, keys: &Arc<dyn Keys>, listed: &[Key]) {
        for origin in self.taken_over(owner, keys) {
            self.compare(keys, &origin, Some(listed));
        }
        let theirs = self.notices().into_iter().filter(|notice| notice.owner().is_same_user(owner));
        let noticed: HashSet<KeyId> = theirs.filter_map(|notice| Some(notice.key?.id)).collect();
        for gone in listed.iter().filter(|key| key.is_revoked() && noticed.contains(&key.id)) {
            self.revoked(&gone.id).await;
        }
    }

    /// The answer to a wish was doubtful: looks for what is new under its name, and tells what it finds, or that it found
    /// nothing.
    pub(super) async fn look_for_candidates(self: &Arc<Self>, keys: &Arc<dyn Keys>, origin: &Origin) {
        let listed = match origin.wish.known {
            Some(_) => keys.list().await.ok(),
            None => None,
        };
        self.doubt(keys, origin, false);
        self.compare(keys, origin, listed.as_deref());
    }

    /// Notes that a wish is open, and lets its key be looked for.
    pub(super) fn doubt(self: &Arc<Self>, keys: &Arc<dyn Keys>, origin: &Origin, looked: bool) {
        self.change(|state| state.note(open(origin, looked), origin.wish.name.clone(), None, keys, origin.clone()));
        self.look_again(keys, origin);
    }

    /// Looks again for some minutes, as long as the wish is in doubt.
    fn look_again(self: &Arc<Self>, keys: &Arc<dyn Keys>, origin: &Origin) {
        let wish = origin.id;
        if origin.wish.known.is_none() || !self.state().looked_for.insert(wish) {
            return;
        }
        let (this, keys) = (Arc::clone(self), Arc::clone(keys));
        tokio::spawn(async move {
            for pause in LOOKS {
                sleep(Duration::from_secs(pause)).await;
                let Some(origin) = this.in_doubt(wish) else { break };
                if let Ok(listed) = keys.list().await {
                    this.compare(&keys, &origin, Some(&listed));
                }
            }
            this.state().looked_for.remove(&wish);
        });
    }

    /// Compares the keys there are, where they could be listed, with those there were before a wish, if it is in doubt
    /// still.
    fn compare(self: &Arc<Self>, keys: &Arc<dyn Keys>, origin: &Origin, listed: Option<&[Key]>) {
        let new = new_ones(origin, listed);
        self.change(|state| {
            let Some(place) = state.notices.iter().position(|each| each.origin.id == origin.id && is_in_doubt(each))
            else {
                return;
            };
            match new {
                Some(new) if !new.is_empty() => {
                    state.notices.remove(place);
                    for key in new {
                        state.note(NoticeKind::Candidate, key.name.clone(), Some(key), keys, origin.clone());
                    }
                }
                looked => state.notices[place].kind = open(origin, looked.is_some()),
            }
        });
        self.look_again(keys, origin);
    }

    /// Lets the wishes of a user be dealt with by these calls from now on; those in doubt are returned.
    fn taken_over(&self, owner: &Owner, keys: &Arc<dyn Keys>) -> Vec<Origin> {
        let mut state = self.state();
        let theirs = state.notices.iter_mut().filter(|notice| notice.origin.wish.owner.is_same_user(owner));
        let mut in_doubt = Vec::new();
        for notice in theirs {
            notice.keys = Arc::clone(keys);
            if is_in_doubt(notice) {
                in_doubt.push(notice.origin.clone());
            }
        }
        in_doubt
    }

    /// A wish as it stands, while it is in doubt.
    fn in_doubt(&self, wish: WishId) -> Option<Origin> {
        let state = self.state();
        let notice = state.notices.iter().find(|each| each.origin.id == wish && is_in_doubt(each))?;
        Some(notice.origin.clone())
    }
}

/// What is new under the name of a wish; `None` where that cannot be told.
fn new_ones(origin: &Origin, listed: Option<&[Key]>) -> Option<Vec<Key>> {
    let known = origin.wish.known.as_ref()?;
    // One that was revoked meanwhile needs nothing any more.
    let is_new = |key: &&Key| key.name == origin.wish.name && !known.contains(&key.id) && !key.is_revoked();
    Some(listed?.iter().filter(is_new).cloned().collect())
}

fn open(origin: &Origin, looked: bool) -> NoticeKind {
    if origin.held_back { NoticeKind::AwaitingApproval } else { NoticeKind::Doubtful { looked } }
}

/// Whether a key may still appear.
fn is_in_doubt(notice: &Notice) -> bool {
    matches!(notice.kind, NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval)
}
