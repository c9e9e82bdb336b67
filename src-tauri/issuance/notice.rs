//! Keys that need the person's attention, in words.

use std::sync::Arc;

use time::OffsetDateTime;

use super::{
    Revocation, State,
    journal::{Event, Origin},
};
use crate::{
    failure::{CallContext, ClipboardProblem, Failure},
    key::{Key, Keys, Owner, is_same_name},
    said,
};

/// A key that needs attention.
#[derive(Clone)]
pub struct Notice {
    /// Names it.
    pub number: u32,
    /// What happened.
    pub kind: NoticeKind,
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
    /// It was made, but no token came.
    WithoutToken(Key),
    /// A policy holds its creation back.
    AwaitingApproval,
    /// Its token is in a vault, and the key that it replaces, which this is about, still works.
    OldToRevoke(Key),
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
    /// The key, where it is known.
    #[must_use]
    pub fn key(&self) -> Option<&Key> {
        match &self.kind {
            NoticeKind::NotHandedOver(key)
            | NoticeKind::PerhapsHandedOver(key, _)
            | NoticeKind::KeptForATime(key, ..)
            | NoticeKind::Candidate(key)
            | NoticeKind::WithoutToken(key)
            | NoticeKind::OldToRevoke(key)
            | NoticeKind::OnClipboard(key, _) => Some(key),
            NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval => None,
        }
    }

    /// The key's name; of a key that is not known, the one that was asked for.
    #[must_use]
    pub fn name(&self) -> &str {
        self.key().map_or(&self.origin.wish.name, |key| &key.name)
    }

    /// Whether it is about a candidate.
    #[must_use]
    pub fn is_candidate(&self) -> bool {
        matches!(self.kind, NoticeKind::Candidate(_))
    }

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
        let name = self.name();
        match &self.kind {
            NoticeKind::OnClipboard(_, problem) => format!("“{name}”: {problem}"),
            NoticeKind::OldToRevoke(_) => format!(
                "The new key named “{name}” is finished with. The one that it replaces still works, and so does whatever \
                 uses it."
            ),
            NoticeKind::NotHandedOver(_) => format!(
                "The token of “{name}” was wiped before it was proven to be in a vault. Nobody can get it again."
            ),
            NoticeKind::PerhapsHandedOver(_, place) => format!(
                "The token of “{name}” was on its way to {place}, and was wiped here before it was known whether it \
                 arrived. Nobody can get it again."
            ),
            NoticeKind::KeptForATime(_, place, until) => format!(
                "The token of “{name}” is in {place}, which deletes it by itself on {}. After that nobody can get it \
                 again.",
                said::instant(*until)
            ),
            NoticeKind::Candidate(_) if self.origin.held_back => format!(
                "A new key named “{name}” is in the list. It may be the one that waited for approval; its token did not \
                 come here."
            ),
            NoticeKind::Candidate(_) if self.origin.refused => format!(
                "Dfns refused to make “{}”, and yet {} is in the list. It may be the one you asked for; its token did not \
                 come here.",
                self.origin.wish.name,
                self.a_new_key()
            ),
            NoticeKind::Candidate(_) if self.bears_another_name() => format!(
                "Dfns’ answer to your wish for “{}” was lost, and {} is in the list. It may be the one you asked for; its \
                 token is lost.",
                self.origin.wish.name,
                self.a_new_key()
            ),
            NoticeKind::Candidate(_) => format!(
                "Dfns’ answer was lost, and a new key named “{name}” is in the list. It may be the one you asked for; its \
                 token is lost."
            ),
            NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval if self.revoked.is_some() => format!(
                "A new key named “{}” was revoked. Dfns does not tell for sure that it was the one you asked for.",
                self.revoked.as_ref().map_or(name, |key| &key.name)
            ),
            NoticeKind::Doubtful { looked: true } if self.origin.refused => format!(
                "Dfns refused to make “{name}”, and no new key of that name is in the list. But that list lacks keys that \
                 were there before, so it proves nothing: “{name}” may have been made all the same."
            ),
            NoticeKind::Doubtful { looked: true } => {
                format!("Dfns’ answer was lost. No new key named “{name}” is in the list, but one may still appear.")
            }
            NoticeKind::Doubtful { .. } if self.origin.refused && !self.origin.wish.before.listed => format!(
                "Dfns refused to make “{name}”. You may not list keys: whether it was made all the same stays unknown here."
            ),
            NoticeKind::Doubtful { .. } if self.origin.refused => format!(
                "Dfns refused to make “{name}”. The keys could not be looked through since: it may have been made all the \
                 same."
            ),
            NoticeKind::Doubtful { looked: false } if !self.origin.wish.before.listed => {
                format!(
                    "Dfns’ answer was lost, and you may not list keys: whether “{name}” was made stays unknown here."
                )
            }
            NoticeKind::Doubtful { looked: false } => {
                format!("Dfns’ answer was lost, and the keys could not be looked through yet: “{name}” may exist.")
            }
            NoticeKind::WithoutToken(_) => {
                format!("Dfns made “{name}” but sent no token with it. Nobody can get it any more.")
            }
            NoticeKind::AwaitingApproval if !self.origin.wish.before.listed => format!(
                "The answer, HTTP 202, says that “{name}” is not made yet: most likely a policy of your organization holds it \
                 back until it is approved in Dfns. You may not list keys: Keybearer cannot see whether it was."
            ),
            NoticeKind::AwaitingApproval => {
                format!(
                    "The answer, HTTP 202, says that “{name}” is not made yet: most likely a policy of your organization holds \
                     it back until it is approved in Dfns."
                )
            }
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> String {
        if let Some(problem) = &self.problem {
            let told = match problem {
                Failure::Unclear(CallContext::Revoke, _) | Failure::KeyWithoutId | Failure::KeyGone => {
                    problem.to_string()
                }
                other => format!("It was not revoked. {other}"),
            };
            return match problem.hint() {
                Some(hint) => format!("{told} {hint}"),
                None => told,
            };
        }
        let hint = match &self.kind {
            NoticeKind::OnClipboard(_, problem) => return Failure::Clipboard(problem.clone()).hint().map(|hint| hint.to_string()).unwrap_or_default(),
            NoticeKind::OldToRevoke(_) => return "Revoke the old key once the new token is in use everywhere.".to_owned(),
            NoticeKind::NotHandedOver(_) => {
                "Revoke it, unless you have put the token into your vault yourself.".to_owned()
            }
            NoticeKind::PerhapsHandedOver(..) => {
                "Look in that vault. If it is there, keep the key; if not, revoke it.".to_owned()
            }
            NoticeKind::KeptForATime(..) => {
                "Copy it there to a place that keeps it, or let the vault keep it; then keep the key. If not, revoke it."
                    .to_owned()
            }
            NoticeKind::Candidate(_) => self.judging(),
            NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval if self.revoked.is_some() => {
                "Keybearer looks for some minutes more whether another appears, and settles this by itself if none does."
                    .to_owned()
            }
            NoticeKind::Doubtful { looked: true } if self.origin.refused => {
                "Keybearer looks again for some minutes, whenever you refresh the list, and at each start, and settles this by \
                 itself once the list is whole and shows no such key."
                    .to_owned()
            }
            NoticeKind::Doubtful { looked: true } => {
                "Keybearer looks again for some minutes, whenever you refresh the list, and at each start.".to_owned()
            }
            NoticeKind::Doubtful { .. } if !self.origin.wish.before.listed => {
                "Ask somebody who may list keys, or look in the Dfns dashboard, before you ask for it again.".to_owned()
            }
            NoticeKind::Doubtful { .. } if self.origin.refused => {
                "Keybearer looks as soon as the keys can be listed, and settles this by itself if there is no such key."
                    .to_owned()
            }
            NoticeKind::Doubtful { .. } => "Keybearer looks for it as soon as the keys can be listed.".to_owned(),
            NoticeKind::WithoutToken(_) => "Revoke it, and create a key anew.".to_owned(),
            NoticeKind::AwaitingApproval if !self.origin.wish.before.listed => {
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
        is_by(self.owner(), self.key()?)
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

    /// Whether a candidate bears another name than was asked for.
    #[must_use]
    pub fn bears_another_name(&self) -> bool {
        self.key().is_some_and(|key| !is_same_name(&key.name, &self.origin.wish.name))
    }

    fn a_new_key(&self) -> String {
        if self.bears_another_name() && self.is_by_owner() == Some(true) {
            format!("a new key of yours named “{}”", self.name())
        } else {
            format!("a new key named “{}”", self.name())
        }
    }

    /// Whether no key is known that could be the one that was asked for.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.kind, NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval)
    }

    /// Whether the key that was asked for may still appear.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.is_open() || self.is_candidate()
    }

    /// A revocation was answered with that there is no such key.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.problem == Some(Failure::KeyGone)
    }

    /// Whether revoking it and asking for one of its name anew settles it: its token is lost, or may be, and it is nobody
    /// else's.
    #[must_use]
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
            | NoticeKind::OnClipboard(..) => false,
        };
        is_lost && self.is_by_owner() != Some(false) && !self.is_gone()
    }

    /// Whether both are candidates of one wish.
    pub(super) fn is_candidate_beside(&self, other: &Self) -> bool {
        self.is_candidate() && other.is_candidate() && self.origin.id == other.origin.id
    }

    /// The key of that candidate is not the one that was asked for.
    pub(super) fn know(&mut self, candidate: &Self) {
        if let Some(key) = candidate.key() {
            self.origin.wish.before.know(key.id.clone());
        }
    }

    /// What it means for the wish that the person is done with it; `None` where the wish stays open, or was closed before.
    pub(super) fn dismissed(&self) -> Option<Event> {
        match &self.kind {
            NoticeKind::OnClipboard(_, _) => None,
            NoticeKind::Candidate(_) => self.revoked.is_some().then_some(Event::Revoked),
            NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval if self.revoked.is_some() => {
                Some(Event::Revoked)
            }
            NoticeKind::OldToRevoke(_) => Some(Event::OldKept),
            _ if self.is_gone() => Some(Event::Settled),
            NoticeKind::NotHandedOver(_) | NoticeKind::PerhapsHandedOver(..) | NoticeKind::KeptForATime(..)
                if self.replaces().is_some() =>
            {
                Some(Event::HandedOver)
            }
            _ => Some(Event::Settled),
        }
    }

    /// What it means for the wish that the key was revoked.
    pub(super) fn revoked(&self) -> Event {
        match self.kind {
            NoticeKind::OldToRevoke(_) => Event::OldRevoked,
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

fn about(span: time::Duration) -> String {
    let minutes = (span.abs().whole_seconds() + 30) / 60;
    let (count, unit) = if minutes < 100 { (minutes, "minute") } else { ((minutes + 30) / 60, "hour") };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

impl State {
    pub(super) fn note(&mut self, kind: NoticeKind, keys: &Arc<dyn Keys>, origin: Origin) -> &mut Notice {
        let number = self.count();
        let keys = Arc::clone(keys);
        self.notices.push(Notice { number, kind, revocation: None, problem: None, keys, origin, revoked: None });
        self.notices.last_mut().expect("it was put there just above")
    }
}
