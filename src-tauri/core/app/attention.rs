//! What needs attention, and its remedies.

use super::Keybearer;
use crate::{
    account::Environment,
    address::BaseUrl,
    failure::{Failure, NotNow},
    issuance::{Notice, NoticeKind},
    words,
};

impl Keybearer {
    /// Revokes the key that a notice names.
    ///
    /// # Errors
    /// As [`crate::issuance::Issuance::revoke_noticed`]; [`Failure::NameDiffers`] for a key that may be in use in
    /// Production, which is revoked as one of the list is.
    pub async fn revoke_noticed(&self, number: u32) -> Result<(), Failure> {
        let Some(notice) = self.notice(number) else { return Err(DEALT_WITH) };
        if asks_name(&notice) {
            return Err(match self.sessions.elsewhere(&notice.keys, notice.owner()) {
                Some(account) => Failure::OtherAccount(account),
                None => Failure::NameDiffers,
            });
        }
        if let Some(key) = notice.key() {
            self.may_archive(key).await?;
        }
        let mut outcome = self.issuance.revoke_noticed(number).await;
        if outcome == Err(Failure::SignInAgain) && self.session_ended(&notice.keys).await {
            outcome = self.issuance.revoke_noticed(number).await;
        }
        self.lists.refresh().await;
        if outcome.is_ok() {
            self.messages.say(words::said_revoked(notice.name()));
        }
        outcome
    }

    /// The person has dealt with what a notice is about.
    pub async fn dismiss_notice(&self, number: u32) {
        self.issuance.dismiss(number).await;
        self.lists.refresh().await;
    }

    pub(super) fn notice(&self, number: u32) -> Option<Notice> {
        self.issuance.notices().into_iter().find(|notice| notice.number == number)
    }
}

/// Whether the key's name is asked for before it is revoked: something in Production may be using it, since it is the one
/// that was replaced, or not known to be one's own.
pub fn asks_name(notice: &Notice) -> bool {
    let may_be_in_use = match notice.kind {
        NoticeKind::OldToRevoke(_) | NoticeKind::OldToArchive(_) => true,
        // Most often there is nothing to compare its author with.
        NoticeKind::Candidate(_) => notice.is_by_owner() != Some(true),
        _ => false,
    };
    may_be_in_use && BaseUrl::with_prefix(&notice.owner().base).is_ok_and(|base| Environment::at(base).has_real_funds())
}

const DEALT_WITH: Failure = Failure::NotNow(NotNow::DealtWith);
