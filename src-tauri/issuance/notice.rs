//! Keys that need the person's attention, and the remedies.

use std::sync::Arc;

use super::{
    Issuance, Revocation, State,
    journal::{Event, Origin},
    reconciling,
};
use crate::{
    failure::{ClipboardProblem, Failure},
    key::{Key, KeyId, Keys, Owner},
};

/// A key that needs attention.
#[derive(Clone)]
pub struct Notice {
    /// Names it.
    pub number: u32,
    /// What happened.
    pub kind: NoticeKind,
    /// The key's name.
    pub name: String,
    /// The key, where it is known.
    pub key: Option<Key>,
    /// It is being revoked.
    pub revocation: Option<Revocation>,
    /// How the last remedy failed.
    pub problem: Option<Failure>,
    /// The calls of the account that it belongs to.
    pub keys: Arc<dyn Keys>,
    /// The wish that it came of.
    pub(super) origin: Origin,
    /// A candidate of the wish that was revoked already. It settles the wish once the rest are judged, and nothing more
    /// appears.
    pub(super) revoked: Option<Key>,
}

/// Why a key needs attention.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NoticeKind {
    /// Its token was wiped without a proof that it is in a vault.
    NotHandedOver,
    /// The same, but it was on its way to this place in a vault, and may be there.
    PerhapsHandedOver(String),
    /// It is new under a name that was asked for, after a doubtful answer.
    Candidate,
    /// A doubtful answer, and no key that could be it.
    Doubtful {
        /// Whether the list could be looked through.
        looked: bool,
    },
    /// It was made, but no token came.
    WithoutToken,
    /// A policy holds its creation back.
    AwaitingApproval,
    /// Its token is in a vault, and the key that it replaces, which this is about, still works.
    OldToRevoke,
    /// Its token was wiped here when its time was over, but could not be cleared from the clipboard.
    OnClipboard(ClipboardProblem),
}

impl Notice {
    /// Whose it is.
    #[must_use]
    pub fn owner(&self) -> &Owner {
        &self.origin.wish.owner
    }

    /// The key that the one that was asked for is to replace.
    #[must_use]
    pub fn replaces(&self) -> Option<&Key> {
        self.origin.wish.replaces.as_ref()
    }

    /// What happened and what it means.
    #[must_use]
    pub fn message(&self) -> String {
        let name = &self.name;
        match &self.kind {
            NoticeKind::OnClipboard(problem) => format!("“{name}”: {problem}"),
            NoticeKind::OldToRevoke => format!(
                "The new key named “{name}” is finished with. The one that it replaces still works, and so does whatever \
                 uses it."
            ),
            NoticeKind::NotHandedOver => format!(
                "The token of “{name}” was wiped before it was proven to be in a vault. Nobody can get it again."
            ),
            NoticeKind::PerhapsHandedOver(place) => format!(
                "The token of “{name}” was on its way to {place}, and was wiped here before it was known whether it \
                 arrived. Nobody can get it again."
            ),
            NoticeKind::Candidate if self.origin.held_back => format!(
                "A new key named “{name}” is in the list. It may be the one that waited for approval; its token did not \
                 come here."
            ),
            NoticeKind::Candidate => format!(
                "The answer was lost, and a new key named “{name}” is in the list. It may be the one you asked for; its \
                 token is lost."
            ),
            NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval if self.revoked.is_some() => format!(
                "A new key named “{name}” was revoked. Dfns does not tell for sure that it was the one you asked for."
            ),
            NoticeKind::Doubtful { looked: true } => {
                format!("The answer was lost. No new key named “{name}” is in the list, but one may still appear.")
            }
            NoticeKind::Doubtful { looked: false } if self.origin.wish.known.is_none() => {
                format!("The answer was lost, and you may not list keys: whether “{name}” was made stays unknown here.")
            }
            NoticeKind::Doubtful { looked: false } => {
                format!("The answer was lost, and the keys could not be looked through yet: “{name}” may exist.")
            }
            NoticeKind::WithoutToken => {
                format!("Dfns made “{name}” but sent no token with it. Nobody can get it any more.")
            }
            NoticeKind::AwaitingApproval if self.origin.wish.known.is_none() => format!(
                "A policy of your organization holds “{name}” back until it is approved in Dfns. You may not list keys: \
                 Keybearer cannot see whether it was."
            ),
            NoticeKind::AwaitingApproval => {
                format!("A policy of your organization holds “{name}” back until it is approved in Dfns.")
            }
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> String {
        if let Some(problem) = &self.problem {
            let told = match problem {
                Failure::NotConfirmed(_) | Failure::KeyWithoutId | Failure::KeyGone => problem.to_string(),
                other => format!("It was not revoked. {other}"),
            };
            return format!("{told} {}", problem.hint()).trim_end().to_owned();
        }
        let hint = match &self.kind {
            NoticeKind::OnClipboard(problem) => return Failure::Clipboard(problem.clone()).hint(),
            NoticeKind::OldToRevoke => return "Revoke the old key once the new token is in use everywhere.".to_owned(),
            NoticeKind::NotHandedOver => {
                "Revoke it, unless you have put the token into your vault yourself.".to_owned()
            }
            NoticeKind::PerhapsHandedOver(_) => {
                "Look in that vault. If it is there, keep the key; if not, revoke it.".to_owned()
            }
            NoticeKind::Candidate => self.judging(),
            NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval if self.revoked.is_some() => {
                "Keybearer looks for some minutes more whether another appears, and settles this by itself if none does."
                    .to_owned()
            }
            NoticeKind::Doubtful { looked: true } => {
                "Keybearer looks again for some minutes, whenever you refresh the list, and at each start.".to_owned()
            }
            NoticeKind::Doubtful { .. } if self.origin.wish.known.is_none() => {
                "Ask somebody who may list keys, or look in the Dfns dashboard, before you ask for it again.".to_owned()
            }
            NoticeKind::Doubtful { .. } => "Keybearer looks for it as soon as the keys can be listed.".to_owned(),
            NoticeKind::WithoutToken => "Revoke it, and create a key anew.".to_owned(),
            NoticeKind::AwaitingApproval if self.origin.wish.known.is_none() => {
                "Its token will not come here. Ask somebody who may list keys to revoke it once it is approved.".to_owned()
            }
            NoticeKind::AwaitingApproval => {
                "Its token will not come here. Once it is approved and listed, revoke that key and create it anew."
                    .to_owned()
            }
        };
        match self.replaces().filter(|old| !old.is_revoked()) {
            Some(old) => format!("{hint} The key that it was to replace, {}, still works.", old.id),
            None => hint,
        }
    }

    /// Whether the author that Dfns names for its key is who asked for it; `None` where that cannot be told.
    #[must_use]
    pub fn is_by_owner(&self) -> Option<bool> {
        let (user, author) = (self.owner().author.as_ref()?, &self.key.as_ref()?.author);
        // Dfns calls one user by ids of several kinds, `us-…` and `ce-…`, which cannot be compared.
        let same_kind = user.split('-').next() == author.split('-').next();
        same_kind.then_some(user == author)
    }

    /// How to judge a candidate: by its author and its time, as far as these can be trusted.
    fn judging(&self) -> String {
        let who = match self.is_by_owner() {
            Some(true) => "You are named as its author. If you asked for it once, it is yours: revoke it.",
            Some(false) => {
                "Somebody else is named as its author: it is probably theirs. Ask them before you revoke it."
            }
            None => "Look who made it and when. If it is yours, revoke it and create it anew.",
        };
        match self.keys.clock_ahead().filter(|ahead| ahead.abs() > TOLERANCE) {
            Some(ahead) => {
                let direction = if ahead.is_positive() { "ahead of" } else { "behind" };
                format!("{who} Dfns’ clock is {} {direction} this computer’s.", about(ahead))
            }
            None => who.to_owned(),
        }
    }

    /// A revocation was answered with that there is no such key.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.problem == Some(Failure::KeyGone)
    }

    /// Whether both are candidates of one wish.
    fn is_candidate_beside(&self, other: &Self) -> bool {
        let both = self.kind == NoticeKind::Candidate && other.kind == NoticeKind::Candidate;
        both && self.origin.id == other.origin.id
    }

    /// The key of that candidate is not the one that was asked for.
    fn know(&mut self, candidate: &Self) {
        if let (Some(known), Some(key)) = (&mut self.origin.wish.known, &candidate.key) {
            known.insert(key.id.clone());
        }
    }

    /// What it means for the wish that the person is done with it; `None` where the wish stays open, or was closed before.
    fn dismissed(&self) -> Option<Event> {
        match &self.kind {
            NoticeKind::OnClipboard(_) => None,
            NoticeKind::Candidate => self.revoked.is_some().then_some(Event::Revoked),
            NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval if self.revoked.is_some() => {
                Some(Event::Revoked)
            }
            NoticeKind::OldToRevoke => Some(Event::OldKept),
            _ if self.is_gone() => Some(Event::Settled),
            NoticeKind::NotHandedOver | NoticeKind::PerhapsHandedOver(_) if self.replaces().is_some() => {
                Some(Event::HandedOver)
            }
            _ => Some(Event::Settled),
        }
    }

    /// What it means for the wish that the key was revoked.
    fn revoked(&self) -> Event {
        if self.kind == NoticeKind::OldToRevoke { Event::OldRevoked } else { Event::Revoked }
    }
}

/// Clocks differ by less than this without anybody being misled.
const TOLERANCE: time::Duration = time::Duration::minutes(2);

fn about(span: time::Duration) -> String {
    let minutes = (span.abs().whole_seconds() + 30) / 60;
    let (count, unit) = if minutes < 100 { (minutes, "minute") } else { ((minutes + 30) / 60, "hour") };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

impl Issuance {
    /// What needs attention, newest first.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        self.state().notices.iter().rev().cloned().collect()
    }

    /// Revokes the key that a notice names; the notice stays until Dfns has confirmed it.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where there is no such notice, or no key to revoke; else the call's.
    pub async fn revoke_noticed(self: &Arc<Self>, number: u32) -> Result<(), Failure> {
        let nothing = Failure::NotNow("This key is already being dealt with.");
        let (keys, base, key, revocation) = self
            .change(|state| {
                let notice = state.notices.iter_mut().find(|notice| notice.number == number)?;
                if notice.revocation.is_some() {
                    return None;
                }
                let key = notice.key.clone()?;
                let revocation = notice.revocation.insert(Revocation::begin()).clone();
                Some((Arc::clone(&notice.keys), notice.owner().base.clone(), key, revocation))
            })
            .ok_or(nothing)?;
        let outcome = revocation.run(&keys, &key).await;
        match &outcome {
            Ok(()) => self.revoked(&base, &key.id).await,
            Err(failure) => self.change(|state| {
                if let Some(notice) = state.notices.iter_mut().find(|notice| notice.number == number) {
                    notice.revocation = None;
                    notice.problem = Some(failure.clone());
                }
            }),
        }
        outcome
    }

    /// Calls the revocation off that a notice's key is in, which leaves in doubt whether it was revoked.
    pub fn call_off_noticed(&self, number: u32) {
        let notices = &self.state().notices;
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

    /// A key is listed as revoked that nobody here had revoked.
    pub(super) async fn revoked_elsewhere(self: &Arc<Self>, base: &str, id: &KeyId) {
        self.gone(base, id, false).await;
    }

    /// A key does not work any more. Whether anything was open of it.
    ///
    /// A candidate need not have been the key that was asked for. It settles its wish if its author is who asked for it;
    /// where that cannot be told, if the person had it revoked and nothing else appears. While other candidates are left,
    /// they are to be judged first.
    async fn gone(self: &Arc<Self>, base: &str, id: &KeyId, by_person: bool) -> bool {
        let gone = self.change(|state| {
            let is_it =
                |notice: &Notice| notice.owner().base == base && notice.key.as_ref().is_some_and(|key| key.id == *id);
            let (gone, left) = std::mem::take(&mut state.notices).into_iter().partition::<Vec<_>, _>(is_it);
            state.notices = left;
            gone
        });
        let was_open = !gone.is_empty();
        for mut gone in gone {
            if gone.kind != NoticeKind::Candidate {
                self.write(gone.origin.id, gone.revoked()).await;
                continue;
            }
            let ours = gone.is_by_owner().unwrap_or(by_person);
            if ours {
                gone.revoked = gone.key.clone();
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

    /// The wish of a candidate that is gone is as open as before.
    fn reopen(self: &Arc<Self>, mut candidate: Notice) {
        let known = candidate.clone();
        candidate.know(&known);
        let Notice { name, keys, origin, revoked, .. } = candidate;
        self.change(|state| {
            state.note(reconciling::open(&origin, true), name, None, &keys, origin.clone());
            if let Some(notice) = state.notices.last_mut() {
                notice.revoked = revoked;
            }
        });
        self.look_again(&origin);
    }

    /// The key of a wish was found after all, and is revoked.
    pub(super) async fn settle_revoked(&self, notice: &Notice) {
        let wish = notice.origin.id;
        if let Some(key) = notice.revoked.clone() {
            self.write_made(wish, key, None).await;
        }
        self.write(wish, Event::Revoked).await;
    }

    /// A candidate is not the key that was asked for: it is not offered again, at a later start either.
    async fn write_not_ours(&self, candidate: &Notice) {
        let (wish, key) = (candidate.origin.id, candidate.key.clone());
        if let Some(key) = key {
            self.write_with(move |journal| journal.not_ours(wish, &key.id)).await;
        }
    }

    /// The person has dealt with it: "it is in a vault, keep it". A candidate that is not ours leaves the wish open.
    pub async fn dismiss(self: &Arc<Self>, number: u32) {
        let Some((notice, alone)) = self.judged(number) else { return };
        // Written before it goes: what is not seen any more does not come back.
        if notice.kind == NoticeKind::Candidate {
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
            (None, _) if notice.kind == NoticeKind::Candidate => self.reopen(notice),
            (Some(Event::HandedOver), Some(old)) if old.is_revoked() => {
                self.write(notice.origin.id, Event::OldRevoked).await
            }
            (Some(Event::HandedOver), old) => {
                self.note(NoticeKind::OldToRevoke, notice.name.clone(), old, &notice.keys, notice.origin);
            }
            _ => {}
        }
    }

    /// A notice that the person has judged, and whether no other candidate of its wish is left.
    fn judged(&self, number: u32) -> Option<(Notice, bool)> {
        let state = self.state();
        let notice = state.notices.iter().find(|each| each.number == number && each.revocation.is_none())?;
        let beside = |each: &Notice| each.number != number && notice.is_candidate_beside(each);
        Some((notice.clone(), !state.notices.iter().any(beside)))
    }

    pub(super) fn note(&self, kind: NoticeKind, name: String, key: Option<Key>, keys: &Arc<dyn Keys>, origin: Origin) {
        self.change(|state| state.note(kind, name, key, keys, origin));
    }
}

impl State {
    pub(super) fn note(
        &mut self,
        kind: NoticeKind,
        name: String,
        key: Option<Key>,
        keys: &Arc<dyn Keys>,
        origin: Origin,
    ) {
        let number = self.count();
        self.notices.push(Notice {
            number,
            kind,
            name,
            key,
            revocation: None,
            problem: None,
            keys: Arc::clone(keys),
            origin,
            revoked: None,
        });
    }
}
