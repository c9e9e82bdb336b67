//! Intents whose outcome is not known, against the keys there are: what is new under an intent's name, or else by its user, may be
//! the key that was asked for. Whether it is, the person judges, since a colleague's key may bear the same name. Of a kind that
//! signs nobody has to judge: its public key proves which one is ours.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::Duration,
};

use tokio::{runtime::Handle, time::sleep};

use super::{Issuance, Notice, NoticeKind, State, notice::is_by};
use crate::{
    credential::CredentialKind,
    journal::{Event, IntentId, OpenIntent, Origin, Stage},
    key::{Key, KeyApi, KeyId, Owner, is_same_name, may_be_made_of},
};

/// When to look again after a doubtful answer, in seconds from one look to the next: a key may appear late, and most that
/// do within the first minute.
const LOOKS: [u64; 10] = [5, 10, 10, 10, 10, 15, 30, 60, 120, 240];

/// All keys of these kinds that somebody may see.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    pub kinds: &'a [CredentialKind],
    pub keys: &'a [Key],
}

/// What a look through the keys there are made of an intent that was in doubt.
enum Compared {
    /// It is so still.
    Open,
    /// It is sure that none was made.
    NotMade,
    /// This is the one, and its secrets are lost.
    Found(Box<Key>),
}

impl Issuance {
    /// What was open when the app ended the last time stands under "Needs attention" again. `keys` gives the calls of the
    /// account that an intent belongs to.
    pub fn recall(&self, open: Vec<OpenIntent>, keys: impl Fn(&Owner) -> Arc<dyn KeyApi>) {
        // A journal that cannot be read is told as a problem of its own.
        self.state.lock().made.extend(self.journal.keys_made().unwrap_or_default());
        for OpenIntent { id, intent, mut stage, key, perhaps_in, kept, .. } in open {
            if intent.owner.is_of_sandbox() {
                // Its keys have ended with the app that it was in.
                self.record_now(id, Event::Settled);
                continue;
            }
            let keys = keys(&intent.owner);
            if stage == Stage::Checked {
                // It ended between Check and Done, and its token is where it belongs.
                self.record_now(id, if intent.replaces.is_some() { Event::HandedOver } else { Event::Finished });
                if intent.replaces.is_none() {
                    continue;
                }
                stage = Stage::OldToRevoke;
            }
            let kind = match (stage, key, &intent.replaces) {
                (Stage::AwaitingApproval, ..) => NoticeKind::AwaitingApproval,
                (Stage::Created | Stage::Checked, Some(key), _) => NoticeKind::unproven(key, kept, perhaps_in),
                (Stage::WithoutToken, Some(key), _) => NoticeKind::WithoutToken(key),
                (Stage::OldToRevoke, _, Some(old)) => NoticeKind::OldToRevoke(old.clone()),
                (Stage::OldToArchive, _, Some(old)) => NoticeKind::OldToArchive(old.clone()),
                (Stage::Asked | Stage::Doubtful | Stage::Refused, ..)
                // It was made, and which key it is could not be written.
                | (Stage::Created | Stage::Checked | Stage::WithoutToken, None, _)
                | (Stage::OldToRevoke | Stage::OldToArchive, _, None) => NoticeKind::Doubtful { looked: false },
            };
            let (held_back, refused) = (stage == Stage::AwaitingApproval, stage == Stage::Refused);
            self.note(kind, &keys, Origin { id, intent, held_back, refused });
        }
    }

    /// Writes an event down where nothing can be waited for.
    pub(super) fn record_now(&self, intent: IntentId, event: Event) {
        if let Err(failure) = self.journal.record(intent, event) {
            self.change(|state| state.unwritten = Some(failure));
        }
    }

    /// Somebody signed in: the keys of theirs that need attention are dealt with by this sign-in from now on, and what is
    /// in doubt is looked for, now and for some minutes.
    pub async fn reconcile(self: &Arc<Self>, owner: &Owner, keys: &Arc<dyn KeyApi>) {
        let mut by_kind: BTreeMap<CredentialKind, Vec<IntentId>> = BTreeMap::new();
        for (intent, kind) in self.taken_over(owner, keys) {
            by_kind.entry(kind).or_default().push(intent);
        }
        for (kind, in_doubt) in by_kind {
            match keys.list(kind).await {
                Ok(listed) => self.listed(owner, keys, Listed { kinds: &[kind], keys: &listed }).await,
                Err(_) => {
                    for intent in in_doubt {
                        self.compare(intent, None).await;
                    }
                }
            }
        }
    }

    /// The keys of this user were listed just now: what is in doubt is looked for among them, and what was revoked
    /// elsewhere needs no attention any more.
    pub async fn listed(self: &Arc<Self>, owner: &Owner, keys: &Arc<dyn KeyApi>, listed: Listed<'_>) {
        let Listed { kinds, keys: listed } = listed;
        for (intent, kind) in self.taken_over(owner, keys) {
            if kinds.contains(&kind) {
                self.compare(intent, Some(listed)).await;
            }
        }
        let (noticed, turned) = self.change(|state| {
            let (mut noticed, mut turned) = (HashSet::new(), Vec::new());
            for notice in state.notices.iter_mut().filter(|notice| notice.owner().is_same_user(owner)) {
                noticed.extend(notice.key().map(|key| key.id.clone()));
                let replaced = notice.origin.intent.replaces.as_mut();
                let as_listed = replaced.and_then(|old| Some((listed.iter().find(|key| key.id == old.id)?, old)));
                if let Some((key, old)) = as_listed {
                    old.status = key.status.clone();
                    turned.extend(notice.turn(key).map(|event| (notice.origin.id, event)));
                }
            }
            (noticed, turned)
        });
        for (intent, event) in turned {
            self.write(intent, event).await;
        }
        for gone in listed.iter().filter(|key| key.is_revoked() && noticed.contains(&key.id)) {
            self.gone(&owner.base, &gone.id, false).await;
        }
    }

    /// What is open of accounts that there are no more is dealt with by whoever lists the keys of the same organization:
    /// an account whose sign-in token tells no user cannot be known again otherwise. That it is the same is proven by a key
    /// that was there before the intent, or that it led to; before the first key of all, nothing proves it.
    pub fn adopt(&self, owner: &Owner, keys: &Arc<dyn KeyApi>, listed: &[Key], is_known: impl Fn(&Owner) -> bool) {
        self.change(|state| {
            for notice in &mut state.notices {
                let intent = &notice.origin.intent;
                let orphaned = intent.owner.may_share_keys(owner) && !is_known(&intent.owner);
                let of_intent = |id: &KeyId| notice.key().is_some_and(|key| key.id == *id) || intent.before.had(id);
                if orphaned && listed.iter().any(|key| of_intent(&key.id)) {
                    notice.origin.intent.owner = owner.clone();
                    notice.keys = Arc::clone(keys);
                }
            }
        });
    }

    /// Notes that an intent is open, and lets its key be looked for.
    pub(super) fn doubt(self: &Arc<Self>, keys: &Arc<dyn KeyApi>, origin: &Origin, looked: bool) {
        self.note(open(origin, looked), keys, origin.clone());
        self.look_again(origin);
    }

    /// Looks again for some minutes, as long as the intent is in doubt: also while candidates are judged, since the key that
    /// was asked for may be none of them.
    pub(super) fn look_again(self: &Arc<Self>, origin: &Origin) {
        let intent = origin.id;
        // Where nothing runs any more, the next start looks.
        let nobody_looks = !origin.intent.before.listed || Handle::try_current().is_err();
        if nobody_looks || !self.state.lock().looked_for.insert(intent) {
            return;
        }
        let this = Arc::clone(self);
        tokio::spawn(async move {
            for pause in LOOKS {
                sleep(Duration::from_secs(pause)).await;
                // With the sign-in that its account has by then.
                let in_doubt = this
                    .state
                    .lock()
                    .in_doubt(intent)
                    .map(|notice| (Arc::clone(&notice.keys), notice.origin.intent.kind));
                let Some((keys, kind)) = in_doubt else { break };
                if let Ok(listed) = keys.list(kind).await {
                    this.compare(intent, Some(&listed)).await;
                }
            }
            this.looked_enough(intent).await;
        });
    }

    /// Nothing more is expected to appear of an intent. If a candidate of it was revoked, that was it.
    async fn looked_enough(&self, intent: IntentId) {
        let settled = self.change(|state| {
            state.looked_for.remove(&intent);
            let is_settled =
                |notice: &Notice| notice.origin.id == intent && notice.is_open() && notice.revoked.is_some();
            let place = state.notices.iter().position(is_settled)?;
            Some(state.notices.remove(place))
        });
        if let Some(settled) = settled {
            self.settle_revoked(&settled).await;
        }
    }

    /// Compares the keys there are, where they could be listed, with those there were before an intent, if it is in doubt
    /// still. One that Dfns refused is settled by a whole list without a new key.
    pub(super) async fn compare(self: &Arc<Self>, intent: IntentId, listed: Option<&[Key]>) {
        let compared = self.change(|state| {
            let in_doubt = state.in_doubt(intent)?;
            let (origin, keys) = (in_doubt.origin.clone(), Arc::clone(&in_doubt.keys));
            let found = listed.and_then(|listed| listed.iter().find(|key| origin.is_proven(key) == Some(true)));
            if let Some(found) = found {
                return Some((origin, keys, Compared::Found(Box::new(found.clone()))));
            }
            let place = state.notices.iter().position(|each| each.origin.id == intent && each.is_open());
            let new = listed.and_then(|listed| state.candidates(&origin, listed)).map(|new| {
                let told = |key: &Key| {
                    let mut candidates = state.notices.iter().filter(|each| each.origin.id == intent);
                    candidates.any(|each| each.key().is_some_and(|told| told.id == key.id))
                };
                new.into_iter().filter(|key| !told(key)).collect::<Vec<_>>()
            });
            let is_whole = listed.is_some_and(|listed| origin.intent.before.is_all_in(listed));
            let mut compared = Compared::Open;
            match (new, place) {
                (Some(new), place) if !new.is_empty() => {
                    let revoked = place.and_then(|place| state.notices.remove(place).revoked);
                    for key in new {
                        let candidate = state.note(NoticeKind::Candidate(key), &keys, origin.clone());
                        candidate.revoked.clone_from(&revoked);
                    }
                }
                (Some(_), Some(place)) if origin.refused && is_whole && state.notices[place].revoked.is_none() => {
                    compared = Compared::NotMade;
                }
                (looked, Some(place)) => state.notices[place].kind = open(&origin, looked.is_some()),
                (_, None) => {}
            }
            Some((origin, keys, compared))
        });
        match compared {
            Some((_, _, Compared::NotMade)) => {
                // Written before it goes: what is not seen any more does not come back.
                self.write(intent, Event::NotMade).await;
                self.change(|state| state.notices.retain(|each| each.origin.id != intent || !each.is_open()));
            }
            Some((origin, keys, Compared::Found(key))) => {
                self.write_made(intent, Key::clone(&key), None).await;
                self.change(|state| {
                    state.notices.retain(|each| each.origin.id != intent || !each.is_in_doubt());
                    state.note(NoticeKind::WithoutToken(*key), &keys, origin);
                });
            }
            Some((origin, _, Compared::Open)) => self.look_again(&origin),
            None => {}
        }
    }

    /// Lets the intents of a user be dealt with by these calls from now on; those in doubt are returned.
    fn taken_over(&self, owner: &Owner, keys: &Arc<dyn KeyApi>) -> Vec<(IntentId, CredentialKind)> {
        let mut state = self.state.lock();
        let theirs = state.notices.iter_mut().filter(|notice| notice.origin.intent.owner.is_same_user(owner));
        let mut in_doubt = Vec::new();
        for notice in theirs {
            notice.keys = Arc::clone(keys);
            let intent = (notice.origin.id, notice.origin.intent.kind);
            if notice.is_in_doubt() && !in_doubt.contains(&intent) {
                in_doubt.push(intent);
            }
        }
        in_doubt
    }
}

impl State {
    /// A notice of an intent that is in doubt.
    fn in_doubt(&self, intent: IntentId) -> Option<&Notice> {
        self.notices.iter().find(|each| each.origin.id == intent && each.is_in_doubt())
    }

    /// What may be the key of an intent: what is new under its name, whoever is named as its author, since that may be told in
    /// ids that cannot be compared. If none of those is by its user, what else is new by that user, or under a name that could be
    /// made of it where its author cannot be told: a server may make another name of the one that was asked for. The likeliest is last, and so stands first among the notices. `None` where what is
    /// new cannot be told.
    pub(super) fn candidates(&self, origin: &Origin, listed: &[Key]) -> Option<Vec<Key>> {
        let (intent, owner) = (&origin.intent, &origin.intent.owner);
        let (mut named, mut others) = (Vec::new(), Vec::new());
        for key in listed.iter().filter(|key| key.kind == intent.kind && origin.is_perhaps(key)) {
            // One that was revoked meanwhile needs nothing any more.
            if !intent.before.is_new(key)? || key.is_revoked() || self.made.contains(&key.id) {
                continue;
            }
            if is_same_name(&key.name, &intent.name) {
                named.push(key.clone());
            } else if is_by(owner, key).unwrap_or_else(|| may_be_made_of(&key.name, &intent.name)) {
                others.push(key.clone());
            }
        }
        if named.iter().any(|key| is_by(owner, key) == Some(true)) {
            others.clear();
        }
        others.append(&mut named);
        Some(others)
    }
}

pub(super) fn open(origin: &Origin, looked: bool) -> NoticeKind {
    if origin.held_back { NoticeKind::AwaitingApproval } else { NoticeKind::Doubtful { looked } }
}
