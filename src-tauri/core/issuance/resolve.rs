//! What the person makes of a key that needs attention: it is revoked, or in a vault, or not the one that was asked for.

use std::sync::Arc;

use super::{Issuance, Notice, NoticeKind, Revocation, reconciling};
use crate::{
    failure::{Failure, NotNow},
    journal::{Event, Origin},
    key::{Key, KeyApi, KeyId},
};

/// A notice's key that something is asked for about.
pub(super) struct Remedied {
    pub(super) keys: Arc<dyn KeyApi>,
    base: String,
    pub(super) key: Key,
    pub(super) remedy: Revocation,
}

impl Issuance {
    /// What needs attention, newest first.
    pub fn notices(&self) -> Vec<Notice> {
        self.state.lock().notices.iter().rev().cloned().collect()
    }

    pub fn count_notices(&self) -> usize {
        self.state.lock().notices.len()
    }

    /// Revokes the key that a notice names; the notice stays until Dfns has confirmed it.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where there is no such notice, or no key to revoke; else the call's.
    pub async fn revoke_noticed(self: &Arc<Self>, number: u32) -> Result<(), Failure> {
        let Remedied { keys, base, key, remedy } = self.begin_remedy(number)?;
        let outcome = remedy.run(&keys, &key).await;
        match &outcome {
            Ok(()) => self.revoked(&base, &key.id).await,
            Err(failure) => self.end_remedy(number, Some(failure.clone())),
        }
        outcome
    }

    pub(super) fn begin_remedy(&self, number: u32) -> Result<Remedied, Failure> {
        let begun = self.change(|state| {
            let notice = state.notices.iter_mut().find(|notice| notice.number == number)?;
            if notice.revocation.is_some() {
                return None;
            }
            let key = notice.key()?.clone();
            let remedy = notice.revocation.insert(Revocation::begin()).clone();
            Some(Remedied { keys: Arc::clone(&notice.keys), base: notice.owner().base.clone(), key, remedy })
        });
        begun.ok_or(Failure::NotNow(NotNow::DealtWith))
    }

    pub(super) fn end_remedy(&self, number: u32, problem: Option<Failure>) {
        self.change(|state| {
            if let Some(notice) = state.notices.iter_mut().find(|notice| notice.number == number) {
                (notice.revocation, notice.problem) = (None, problem);
            }
        });
    }

    /// Calls the revocation off that a notice's key is in, which leaves in doubt whether it was revoked.
    pub fn call_off_noticed(&self, number: u32) {
        let notices = &self.state.lock().notices;
        let notice = notices.iter().find(|notice| notice.number == number);
        if let Some(revocation) = notice.and_then(|notice| notice.revocation.as_ref()) {
            revocation.call_off();
        }
    }

    /// The person had a key of the Dfns at this address revoked: what was open of it is settled.
    pub async fn revoked(self: &Arc<Self>, base: &str, id: &KeyId) {
        let was_open = self.gone(base, id, true).await;
        if !was_open {
            let (base, id) = (base.to_owned(), id.clone());
            self.write_with(move |journal| journal.revoked_later(&base, &id)).await;
        }
    }

    /// A key does not work any more, as the person here had it revoked or as it is listed. Whether anything was open of it.
    ///
    /// A candidate need not have been the key that was asked for. It settles its intent if its author is who asked for it;
    /// where that cannot be told, if the person had it revoked and nothing else appears. While other candidates are left,
    /// they are to be judged first.
    pub(super) async fn gone(self: &Arc<Self>, base: &str, id: &KeyId, by_person: bool) -> bool {
        let gone = self.change(|state| {
            let is_it = |notice: &Notice| notice.owner().base == base && notice.key().is_some_and(|key| key.id == *id);
            let (gone, left) = std::mem::take(&mut state.notices).into_iter().partition::<Vec<_>, _>(is_it);
            state.notices = left;
            gone
        });
        let was_open = !gone.is_empty();
        for mut gone in gone {
            if !gone.is_candidate() {
                self.write(gone.origin.id, gone.revoked()).await;
                continue;
            }
            let ours = gone.is_by_owner().unwrap_or(by_person);
            if ours {
                gone.revoked = gone.key().cloned();
            }
            let others = self.change(|state| {
                let mut others = 0;
                for other in state.notices.iter_mut().filter(|each| gone.is_candidate_beside(each)) {
                    other.know(&gone);
                    other.revoked = other.revoked.take().or_else(|| gone.revoked.clone());
                    others += 1;
                }
                others
            });
            if !ours {
                self.write_not_ours(&gone).await;
            }
            if others == 0 && gone.is_by_owner() == Some(true) {
                self.settle_revoked(&gone).await;
            } else if others == 0 {
                self.reopen(gone);
            }
        }
        was_open
    }

    /// The intent of a candidate that is gone is as open as before.
    fn reopen(self: &Arc<Self>, mut candidate: Notice) {
        let known = candidate.clone();
        candidate.know(&known);
        let Notice { keys, origin, revoked, .. } = candidate;
        self.change(|state| {
            state.note(reconciling::open(&origin, true), &keys, origin.clone()).revoked = revoked;
        });
        self.look_again(&origin);
    }

    /// The key of an intent was found after all, and is revoked.
    pub(super) async fn settle_revoked(&self, notice: &Notice) {
        let intent = notice.origin.id;
        if let Some(key) = notice.revoked.clone() {
            self.write_made(intent, key, None).await;
        }
        self.write(intent, Event::Revoked).await;
    }

    /// A candidate is not the key that was asked for: it is not offered again, at a later start either.
    async fn write_not_ours(&self, candidate: &Notice) {
        let (intent, key) = (candidate.origin.id, candidate.key().cloned());
        if let Some(key) = key {
            self.write_with(move |journal| journal.not_ours(intent, &key.id)).await;
        }
    }

    /// The person has dealt with it: "it is in a vault, keep it". A candidate that is not ours leaves the intent open.
    pub async fn dismiss(self: &Arc<Self>, number: u32) {
        let Some((notice, alone)) = self.judged(number) else { return };
        // Written before it goes: what is not seen any more does not come back.
        if notice.is_candidate() {
            self.write_not_ours(&notice).await;
        }
        match notice.dismissed().filter(|_| alone) {
            Some(Event::Revoked) => self.settle_revoked(&notice).await,
            Some(event) => self.write(notice.origin.id, event).await,
            None => {}
        }
        let gone = self.change(|state| {
            let place = state.notices.iter().position(|each| each.number == number)?;
            state.notices.remove(place);
            state
                .notices
                .iter_mut()
                .filter(|other| notice.is_candidate_beside(other))
                .for_each(|other| other.know(&notice));
            Some(())
        });
        if gone.is_none() || !alone {
            return;
        }
        match (notice.dismissed(), notice.replaces().cloned()) {
            (None, _) if notice.is_candidate() => self.reopen(notice),
            (Some(Event::HandedOver), Some(old)) if old.is_revoked() => {
                self.write(notice.origin.id, Event::OldRevoked).await
            }
            (Some(Event::HandedOver), Some(old)) => {
                self.note(NoticeKind::OldToRevoke(old), &notice.keys, notice.origin);
            }
            _ => {}
        }
    }

    /// A notice that the person has judged, and whether no other candidate of its intent is left.
    fn judged(&self, number: u32) -> Option<(Notice, bool)> {
        let state = self.state.lock();
        let notice = state.notices.iter().find(|each| each.number == number && each.revocation.is_none())?;
        let beside = |each: &Notice| each.number != number && notice.is_candidate_beside(each);
        Some((notice.clone(), !state.notices.iter().any(beside)))
    }

    pub(super) fn note(&self, kind: NoticeKind, keys: &Arc<dyn KeyApi>, origin: Origin) {
        self.change(|state| {
            state.note(kind, keys, origin);
        });
    }
}
