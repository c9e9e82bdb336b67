//! Keys that need the person's attention, in words.

use std::sync::Arc;

use time::OffsetDateTime;

use super::{Revocation, State};
use crate::{
    failure::{CallContext, ClipboardProblem, Failure, ReplacementProblem},
    journal::{Event, Origin},
    key::{Change, Key, KeyApi, Owner, is_same_name},
    role::GivenRole,
    words::{self, Message},
};

#[derive(Clone)]
pub struct Notice {
    pub number: u32,
    pub kind: NoticeKind,
    pub revocation: Option<Revocation>,
    /// How the last remedy failed.
    pub problem: Option<Failure>,
    /// The calls of the account that it belongs to.
    pub keys: Arc<dyn KeyApi>,
    pub(super) origin: Origin,
    /// A candidate of the intent that was revoked already. It settles the intent once the rest are judged, and nothing more
    /// appears.
    pub(super) revoked: Option<Key>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NoticeKind {
    /// Its token was wiped without a proof that it is in a vault.
    NotHandedOver(Key),
    /// The same, but it was on its way to this place in a vault, and may be there.
    PerhapsHandedOver(Key, String),
    /// Its token was wiped, and is in this place of a vault, which deletes it by itself then.
    KeptForATime(Key, String, OffsetDateTime),
    /// It is new under a name that was asked for, after a doubtful answer.
    Candidate(Key),
    /// A doubtful answer, and no key that could be it.
    Doubtful {
        /// Whether the list could be looked through.
        looked: bool,
    },
    WithoutToken(Key),
    AwaitingApproval,
    /// Its token is in a vault, and the key that it replaces, which this is about, still works.
    OldToRevoke(Key),
    /// The same, and the one that it replaces, which this is about, rests: it can be activated again, or archived.
    OldToArchive(Key),
    /// Its token was wiped here, but could not be cleared from the clipboard.
    OnClipboard(Key, ClipboardProblem),
}

impl NoticeKind {
    /// Of a key whose token was wiped without a proof that it is in a vault for good: where it is for a time, or may be.
    pub(super) fn unproven(key: Key, kept: Option<(String, OffsetDateTime)>, perhaps_in: Option<String>) -> Self {
        match (kept, perhaps_in) {
            (Some((place, until)), _) => Self::KeptForATime(key, place, until),
            (None, Some(place)) => Self::PerhapsHandedOver(key, place),
            (None, None) => Self::NotHandedOver(key),
        }
    }
}

impl Notice {
    pub fn key(&self) -> Option<&Key> {
        match &self.kind {
            NoticeKind::NotHandedOver(key)
            | NoticeKind::PerhapsHandedOver(key, _)
            | NoticeKind::KeptForATime(key, ..)
            | NoticeKind::Candidate(key)
            | NoticeKind::WithoutToken(key)
            | NoticeKind::OldToRevoke(key)
            | NoticeKind::OldToArchive(key)
            | NoticeKind::OnClipboard(key, _) => Some(key),
            NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval => None,
        }
    }

    /// The key's name; of a key that is not known, the one that was asked for.
    pub fn name(&self) -> &str {
        self.key().map_or(&self.origin.intent.name, |key| &key.name)
    }

    pub fn is_candidate(&self) -> bool {
        matches!(self.kind, NoticeKind::Candidate(_))
    }

    pub fn owner(&self) -> &Owner {
        &self.origin.intent.owner
    }

    /// The key that the one that was asked for is to replace.
    pub fn replaces(&self) -> Option<&Key> {
        self.origin.intent.replaces.as_ref()
    }

    /// What happened and what it means.
    pub fn message(&self) -> Message {
        let name = self.name();
        match &self.kind {
            NoticeKind::OnClipboard(_, problem) => {
                words::notice_on_clipboard(name, Failure::Clipboard(problem.clone()).message())
            }
            NoticeKind::OldToRevoke(old) if old.kind.signs() => {
                words::notice_old_to_deactivate(&self.origin.intent.name, name)
            }
            NoticeKind::OldToRevoke(_) => words::notice_old_to_revoke(name),
            NoticeKind::OldToArchive(_) => words::notice_old_to_archive(&self.origin.intent.name, name),
            NoticeKind::NotHandedOver(_) => words::notice_not_handed_over(name),
            NoticeKind::PerhapsHandedOver(_, place) => words::notice_perhaps_handed_over(name, place),
            NoticeKind::KeptForATime(_, place, until) => words::notice_kept_for_a_time(name, place, *until),
            NoticeKind::WithoutToken(_) => words::notice_without_token(name),
            NoticeKind::Candidate(_) => self.candidate(name),
            NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval if self.revoked.is_some() => {
                words::notice_revoked(self.revoked.as_ref().map_or(name, |key| &key.name))
            }
            NoticeKind::Doubtful { looked } => self.doubtful(name, *looked),
            NoticeKind::AwaitingApproval if self.may_list() => words::notice_awaiting_approval(name),
            NoticeKind::AwaitingApproval => words::notice_awaiting_approval_unlistable(name),
        }
    }

    /// Of a key that may be the one that was asked for.
    fn candidate(&self, name: &str) -> Message {
        let wished = &self.origin.intent.name;
        let is_renamed = self.bears_another_name();
        let is_yours = is_renamed && self.is_by_owner() == Some(true);
        if self.origin.held_back {
            words::notice_approved(name)
        } else if self.origin.refused && is_yours {
            words::notice_refused_yours(name, wished)
        } else if self.origin.refused {
            words::notice_refused(name, wished)
        } else if is_yours {
            words::notice_renamed_yours(name, wished)
        } else if is_renamed {
            words::notice_renamed(name, wished)
        } else {
            words::notice_candidate(name)
        }
    }

    fn doubtful(&self, name: &str, looked: bool) -> Message {
        match (looked, self.origin.refused, self.may_list()) {
            (true, true, _) => words::notice_list_lacks(name),
            (true, false, _) => words::notice_none_yet(name),
            (false, true, false) => words::notice_refused_unlistable(name),
            (false, true, true) => words::notice_refused_unlisted(name),
            (false, false, false) => words::notice_unlistable(name),
            (false, false, true) => words::notice_unlisted(name),
        }
    }

    /// Whether the keys could be listed before it was asked for.
    fn may_list(&self) -> bool {
        self.origin.intent.before.listed
    }

    /// What to do, where something can be done.
    pub fn hint(&self) -> Option<Message> {
        if let Some(problem) = &self.problem {
            let told = match problem {
                Failure::Unclear(CallContext::Revoke, _) | Failure::KeyWithoutId | Failure::KeyGone => {
                    problem.message()
                }
                Failure::Replacement(_) | Failure::Unclear(CallContext::Change, _) => problem.message(),
                other if self.is_to_be_deactivated() => {
                    words::sentences(words::notice_not_deactivated(), other.message())
                }
                other => words::sentences(words::notice_not_revoked(), other.message()),
            };
            return Some(match problem.hint() {
                Some(hint) => words::sentences(told, hint),
                None => told,
            });
        }
        let kind = self.origin.intent.kind.as_str();
        let hint = match &self.kind {
            NoticeKind::OnClipboard(_, problem) => return Failure::Clipboard(problem.clone()).hint(),
            NoticeKind::OldToRevoke(_) if self.is_to_be_deactivated() => {
                return Some(words::notice_old_to_deactivate_hint());
            }
            NoticeKind::OldToRevoke(_) => return Some(words::notice_old_to_revoke_hint()),
            NoticeKind::OldToArchive(_) => return Some(words::notice_old_to_archive_hint()),
            NoticeKind::NotHandedOver(_) => words::notice_not_handed_over_hint(kind),
            NoticeKind::PerhapsHandedOver(..) => words::notice_perhaps_handed_over_hint(kind),
            NoticeKind::KeptForATime(..) => words::notice_kept_for_a_time_hint(kind),
            NoticeKind::WithoutToken(_) => words::notice_without_token_hint(kind),
            NoticeKind::Candidate(_) => self.judging(),
            NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval if self.revoked.is_some() => {
                words::notice_revoked_hint()
            }
            NoticeKind::Doubtful { looked: true } if self.origin.refused => words::notice_list_lacks_hint(self.name()),
            NoticeKind::Doubtful { looked: true } => words::notice_none_yet_hint(),
            NoticeKind::Doubtful { .. } if !self.may_list() => words::notice_unlistable_hint(),
            NoticeKind::Doubtful { .. } if self.origin.refused => words::notice_refused_unlisted_hint(),
            NoticeKind::Doubtful { .. } => words::notice_unlisted_hint(),
            NoticeKind::AwaitingApproval if self.may_list() => words::notice_awaiting_approval_hint(),
            NoticeKind::AwaitingApproval => words::notice_awaiting_approval_unlistable_hint(),
        };
        Some(match self.replaces().filter(|old| !old.is_revoked()) {
            Some(old) => words::sentences(hint, words::notice_old_works(&old.id.0)),
            None => hint,
        })
    }

    /// Whether the author that Dfns names for its key is who asked for it; `None` where that cannot be told.
    pub fn is_by_owner(&self) -> Option<bool> {
        is_by(self.owner(), self.key()?)
    }

    /// How to judge a candidate: by its author and its time, as far as these can be trusted.
    fn judging(&self) -> Message {
        let who = match self.is_by_owner() {
            Some(true) => words::notice_yours_hint(),
            Some(false) => words::notice_others_hint(),
            None => words::notice_whose_hint(),
        };
        let clock = match self.keys.clock_ahead().filter(|ahead| ahead.abs() > TOLERANCE) {
            Some(ahead) if ahead.is_positive() => words::notice_clock_ahead(about(ahead)),
            Some(behind) => words::notice_clock_behind(about(behind)),
            None => return who,
        };
        words::sentences(who, clock)
    }

    /// Whether a candidate bears another name than was asked for.
    pub fn bears_another_name(&self) -> bool {
        self.key().is_some_and(|key| !is_same_name(&key.name, &self.origin.intent.name))
    }

    /// Whether no key is known that could be the one that was asked for.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.kind, NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval)
    }

    /// Whether the key that was asked for may still appear.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.is_open() || self.is_candidate()
    }

    /// Whether what is to be done next is to have the old one rest, rather than to revoke it at once.
    pub fn is_to_be_deactivated(&self) -> bool {
        matches!(&self.kind, NoticeKind::OldToRevoke(old) if old.kind.signs())
    }

    /// The roles that were found to be missing, without which the new one cannot take the old one's place.
    pub fn missing_roles(&self) -> &[GivenRole] {
        match &self.problem {
            Some(Failure::Replacement(ReplacementProblem::Lacks(roles))) => roles,
            _ => &[],
        }
    }

    /// A revocation was answered with that there is no such key.
    pub fn is_gone(&self) -> bool {
        self.problem == Some(Failure::KeyGone)
    }

    /// Whether revoking it and asking for one of its name anew settles it: its token is lost, or may be, and it is nobody
    /// else's.
    pub fn can_be_made_anew(&self) -> bool {
        let is_lost = match self.kind {
            NoticeKind::NotHandedOver(_)
            | NoticeKind::PerhapsHandedOver(..)
            | NoticeKind::KeptForATime(..)
            | NoticeKind::Candidate(_)
            | NoticeKind::WithoutToken(_) => true,
            NoticeKind::Doubtful { .. }
            | NoticeKind::AwaitingApproval
            | NoticeKind::OldToRevoke(_)
            | NoticeKind::OldToArchive(_)
            | NoticeKind::OnClipboard(..) => false,
        };
        is_lost && self.is_by_owner() != Some(false) && !self.is_gone()
    }

    pub(super) fn is_candidate_beside(&self, other: &Self) -> bool {
        self.is_candidate() && other.is_candidate() && self.origin.id == other.origin.id
    }

    /// The key of that candidate is not the one that was asked for.
    pub(super) fn know(&mut self, candidate: &Self) {
        if let Some(key) = candidate.key() {
            self.origin.intent.before.know(key.id.clone());
        }
    }

    /// What it means for the intent that the person is done with it; `None` where the intent stays open, or was closed before.
    pub(super) fn dismissed(&self) -> Option<Event> {
        match &self.kind {
            NoticeKind::OnClipboard(_, _) => None,
            NoticeKind::Candidate(_) => self.revoked.is_some().then_some(Event::Revoked),
            NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval if self.revoked.is_some() => {
                Some(Event::Revoked)
            }
            NoticeKind::OldToRevoke(_) | NoticeKind::OldToArchive(_) => Some(Event::OldKept),
            _ if self.is_gone() => Some(Event::Settled),
            NoticeKind::NotHandedOver(_) | NoticeKind::PerhapsHandedOver(..) | NoticeKind::KeptForATime(..)
                if self.replaces().is_some() =>
            {
                Some(Event::HandedOver)
            }
            _ => Some(Event::Settled),
        }
    }

    /// What was replaced is seen to rest by now, or to work again, whoever had it do that.
    pub(super) fn turn(&mut self, old: &Key) -> Option<Event> {
        let (kind, event): (fn(Key) -> NoticeKind, _) = match &self.kind {
            NoticeKind::OldToRevoke(_) if Change::Deactivate.is_made_in(old) => {
                (NoticeKind::OldToArchive, Event::OldDeactivated)
            }
            NoticeKind::OldToArchive(_) if Change::Activate.is_made_in(old) => {
                (NoticeKind::OldToRevoke, Event::OldActivated)
            }
            _ => return None,
        };
        (self.kind, self.problem) = (kind(old.clone()), None);
        Some(event)
    }

    /// What it means for the intent that the key was revoked.
    pub(super) fn revoked(&self) -> Event {
        match self.kind {
            NoticeKind::OldToRevoke(_) | NoticeKind::OldToArchive(_) => Event::OldRevoked,
            _ => Event::Revoked,
        }
    }
}

/// Whether the author that Dfns names for a key is this user; `None` where that cannot be told.
pub(super) fn is_by(owner: &Owner, key: &Key) -> Option<bool> {
    let user = owner.author.as_ref()?;
    // Dfns calls one user by ids of several kinds, `us-…` and `ce-…`, which cannot be compared.
    let same_kind = user.split('-').next() == key.author.split('-').next();
    same_kind.then_some(*user == key.author)
}

/// Clocks differ by less than this without anybody being misled.
const TOLERANCE: time::Duration = time::Duration::minutes(2);

fn about(span: time::Duration) -> Message {
    let minutes = (span.abs().whole_seconds() + 30) / 60;
    if minutes < 100 { words::span_minutes(minutes) } else { words::span_hours((minutes + 30) / 60) }
}

impl State {
    pub(super) fn note(&mut self, kind: NoticeKind, keys: &Arc<dyn KeyApi>, origin: Origin) -> &mut Notice {
        let number = self.count();
        let keys = Arc::clone(keys);
        self.notices.push(Notice { number, kind, revocation: None, problem: None, keys, origin, revoked: None });
        self.notices.last_mut().expect("it was put there just above")
    }
}
