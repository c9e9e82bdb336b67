//! Keys that need the person's attention, and the remedies.

use std::sync::Arc;

use super::{
    Issuance, Revocation,
    journal::{Origin, Step, WishId},
};
use crate::{
    failure::{ClipboardProblem, Failure},
    key::{Key, KeyId, Keys},
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
}

/// Why a key needs attention.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NoticeKind {
    /// Its token was wiped without a proof that it is in a vault.
    NotHandedOver,
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
    /// Its token was wiped here when its time was over, but could not be cleared from the clipboard.
    OnClipboard(ClipboardProblem),
}

impl Notice {
    /// What happened and what it means.
    #[must_use]
    pub fn message(&self) -> String {
        let name = &self.name;
        match &self.kind {
            NoticeKind::OnClipboard(problem) => format!("“{name}”: {problem}"),
            NoticeKind::NotHandedOver => format!(
                "The token of “{name}” was wiped before it was proven to be in a vault. Nobody can get it again."
            ),
            NoticeKind::Candidate => format!(
                "The answer was lost, and a new key named “{name}” is in the list. It may be the one you asked for; its \
                 token is lost."
            ),
            NoticeKind::Doubtful { looked: true } => {
                format!("The answer was lost. No new key named “{name}” is in the list, but one may still appear.")
            }
            NoticeKind::Doubtful { looked: false } => {
                format!("The answer was lost, and the keys could not be looked through: “{name}” may exist.")
            }
            NoticeKind::WithoutToken => {
                format!("Dfns made “{name}” but sent no token with it. Nobody can get it any more.")
            }
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
                Failure::NotConfirmed(_) | Failure::KeyWithoutId => problem.to_string(),
                other => format!("It was not revoked. {other}"),
            };
            return format!("{told} {}", problem.hint()).trim_end().to_owned();
        }
        match &self.kind {
            NoticeKind::OnClipboard(problem) => return Failure::Clipboard(problem.clone()).hint(),
            NoticeKind::NotHandedOver => "Revoke it, unless you have put the token into your vault yourself.",
            NoticeKind::Candidate => "Look who made it and when. If it is yours, revoke it and create it anew.",
            NoticeKind::Doubtful { .. } => "Look for it in the Dfns dashboard before you ask again.",
            NoticeKind::WithoutToken => "Revoke it, and create a key anew.",
            NoticeKind::AwaitingApproval => {
                "Its token will not come to this request. Once it is approved, revoke that key and create it anew."
            }
        }
        .to_owned()
    }
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
    pub async fn revoke_noticed(&self, number: u32) -> Result<(), Failure> {
        let nothing = Failure::NotNow("This key is already being dealt with.");
        let (keys, key, revocation, wish) = self
            .change(|state| {
                let notice = state.notices.iter_mut().find(|notice| notice.number == number)?;
                if notice.revocation.is_some() {
                    return None;
                }
                let key = notice.key.clone()?;
                let revocation = notice.revocation.insert(Revocation::begin()).clone();
                Some((Arc::clone(&notice.keys), key, revocation, notice.origin.id))
            })
            .ok_or(nothing)?;
        let outcome = revocation.run(&keys, &key).await;
        if outcome.is_ok() {
            self.write_step(wish, Step::Revoked).await;
        }
        self.change(|state| match &outcome {
            Ok(()) => state.notices.retain(|notice| notice.number != number),
            Err(failure) => {
                if let Some(notice) = state.notices.iter_mut().find(|notice| notice.number == number) {
                    notice.revocation = None;
                    notice.problem = Some(failure.clone());
                }
            }
        });
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

    /// A key was revoked elsewhere in the app: what was open of it is settled.
    pub async fn revoked(&self, id: &KeyId) {
        let wishes = self.change(|state| {
            let is_it = |notice: &Notice| notice.key.as_ref().is_some_and(|key| key.id == *id);
            let wishes: Vec<WishId> =
                state.notices.iter().filter(|notice| is_it(notice)).map(|notice| notice.origin.id).collect();
            state.notices.retain(|notice| !is_it(notice));
            wishes
        });
        for wish in wishes {
            self.write_step(wish, Step::Revoked).await;
        }
    }

    /// The person has dealt with it: "it is in a vault, keep it". A candidate that is not ours leaves the wish in doubt.
    pub async fn dismiss(&self, number: u32) {
        let dismissed = self.change(|state| {
            let place = state.notices.iter().position(|each| each.number == number && each.revocation.is_none())?;
            let notice = state.notices.remove(place);
            let others = state.notices.iter().any(|each| each.origin.id == notice.origin.id);
            Some((notice, others))
        });
        match dismissed {
            Some((Notice { kind: NoticeKind::Candidate, key, keys, mut origin, .. }, false)) => {
                if let (Some(known), Some(key)) = (&mut origin.wish.known, key) {
                    known.insert(key.id);
                }
                self.doubt(&keys, &origin, true);
            }
            Some((Notice { kind, origin, .. }, false)) if !matches!(kind, NoticeKind::OnClipboard(_)) => {
                self.write_step(origin.id, Step::Settled).await;
            }
            _ => {}
        }
    }

    pub(super) fn note(&self, kind: NoticeKind, name: String, key: Option<Key>, keys: &Arc<dyn Keys>, origin: Origin) {
        let keys = Arc::clone(keys);
        self.change(|state| {
            let number = state.count();
            state.notices.push(Notice { number, kind, name, key, revocation: None, problem: None, keys, origin });
        });
    }
}
