//! Replacing what signs: the new one gets the old one's roles, and the old one rests once Dfns itself shows that the new one takes
//! its place.

use std::{collections::HashSet, sync::Arc};

use super::Keybearer;
use crate::{
    account::SignedIn,
    confirmation::Named,
    failure::{Failure, NotNow},
    issuance::Notice,
    key::{KeyApi, KeyId},
    naming::{self, folded},
    role::{GivenRole, Role},
    words,
};

/// What one that replaces another is to be, as it is proposed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proposed {
    /// Free, as far as what was listed last tells.
    pub name: String,
    /// Those that the old one has.
    pub roles: Vec<GivenRole>,
    /// For how many days the old one was asked for, where that is known.
    pub days: Option<u16>,
}

impl Keybearer {
    /// What one is to be that replaces this one, which signs.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nobody is signed in; else as [`Keybearer::known_key`].
    pub async fn propose_replacement(&self, id: &KeyId) -> Result<Proposed, Failure> {
        let SignedIn { at, access, .. } = self.sessions.signed_in()?;
        let old = self.known_key(id).await?;
        // The list may be some minutes old.
        let old = access.read(old.kind, id).await.unwrap_or(old);
        let record = self.record(id, at.base.to_string()).await.ok().flatten();
        let listed = self.last_listed(&at);
        // Dfns lets nothing bear the name of one that was archived either.
        let taken: HashSet<String> =
            listed.iter().flat_map(|listed| listed.iter()).map(|key| folded(&key.name)).collect();
        Ok(Proposed {
            name: naming::next(&old.name, |name| taken.contains(name)),
            roles: old.roles().to_vec(),
            days: record.and_then(|record| record.signing?.days),
        })
    }

    /// Has the one rest that a notice says was replaced.
    ///
    /// # Errors
    /// [`Failure::Unconfirmed`]; else as [`crate::issuance::Issuance::deactivate_noticed`].
    pub async fn deactivate_noticed(&self, number: u32) -> Result<(), Failure> {
        let notice = self.replaced(number)?;
        let operation = words::signing_deactivate_it(notice.origin_kind().as_str());
        self.may_sign(&operation, &[Named::of(notice.name())]).await?;
        let mut outcome = self.issuance.deactivate_noticed(number).await;
        if outcome == Err(Failure::SignInAgain) && self.session_ended(&notice.keys).await {
            // To have it rest twice does no harm.
            outcome = self.issuance.deactivate_noticed(number).await;
        }
        self.changed_at_dfns();
        outcome.inspect(|()| self.messages.say(words::said_deactivated(notice.name())))
    }

    /// Has the one work again that a notice says was replaced, and rests.
    ///
    /// # Errors
    /// [`Failure::Unconfirmed`]; else as [`crate::issuance::Issuance::activate_noticed`].
    pub async fn activate_noticed(&self, number: u32) -> Result<(), Failure> {
        let notice = self.replaced(number)?;
        let operation = words::signing_activate(notice.origin_kind().as_str());
        self.may_sign(&operation, &[Named::of(notice.name())]).await?;
        let mut outcome = self.issuance.activate_noticed(number).await;
        if outcome == Err(Failure::SignInAgain) && self.session_ended(&notice.keys).await {
            // To have it work twice does no harm.
            outcome = self.issuance.activate_noticed(number).await;
        }
        self.changed_at_dfns();
        outcome.inspect(|()| self.messages.say(words::said_activated(notice.name())))
    }

    /// A notice that is about one that was replaced and signs, of whoever is signed in.
    fn replaced(&self, number: u32) -> Result<Notice, Failure> {
        let notice = self.notice(number).filter(|notice| notice.key().is_some_and(|old| old.kind.signs()));
        let notice = notice.ok_or(Failure::NotNow(NotNow::DealtWith))?;
        match self.sessions.elsewhere(&notice.keys, notice.owner()) {
            Some(account) => Err(Failure::OtherAccount(account)),
            None => Ok(notice),
        }
    }
}
