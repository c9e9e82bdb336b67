//! Replacing what signs: the new one gets the old one's roles, and the old one rests once Dfns itself shows that the new one takes
//! its place.

use std::collections::{BTreeSet, HashSet};

use super::{CheckedNames, Keybearer, WantedTerms, keys::said};
use crate::{
    account::SignedIn,
    assigning::{Assigning, RoleOutcome},
    confirmation::Named,
    failure::{Failure, NotNow},
    issuance::{HeldId, Issuance, Lacking, Notice, Revocation},
    journal::{NewRoleChange, RoleOperation},
    key::{Change, Key, KeyId},
    naming::{self, folded},
    role::Role,
    words,
};

/// What one that replaces another is to be, as it is proposed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proposed {
    /// What it replaces, with the roles that the new one gets as well.
    pub old: Key,
    /// Free, as far as what was listed last tells.
    pub name: String,
    /// For how many days the old one was asked for, where that is known.
    pub days: Option<u16>,
}

impl Keybearer {
    /// What these are to be that replace these: under the next name that is free, where they sign. What replaces an API key bears
    /// its name.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nobody is signed in; else as [`Keybearer::known_key`].
    pub async fn propose_replacements(&self, ids: &[KeyId]) -> Result<Vec<Proposed>, Failure> {
        let SignedIn { at, .. } = self.sessions.signed_in()?;
        let listed = self.last_listed(&at);
        // A journal that cannot be read is told as a problem of its own.
        let records = self.issuance.records(at.base.to_string()).await.unwrap_or_default();
        // Dfns lets nothing bear the name of one that was archived either, and lists it no more.
        let known = listed.iter().flat_map(|listed| listed.iter()).chain(records.iter().map(|record| &record.key));
        let mut taken: HashSet<String> = known.map(|key| folded(&key.name)).collect();
        let mut proposed = Vec::new();
        for id in ids {
            let old = self.known_key(id).await?;
            let name = match old.kind.signs() {
                true => naming::next(&old.name, |name| taken.contains(name)),
                false => old.name.clone(),
            };
            taken.insert(folded(&name));
            let record = records.iter().rev().find(|record| record.key.id == *id);
            let days = record.and_then(|record| record.signing.as_ref()?.days);
            proposed.push(Proposed { old, name, days });
        }
        Ok(proposed)
    }

    /// Looks at what is to replace several, each under the name that is beside its id, before anything happens.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where they are not of one kind; else as [`super::Lists::check`].
    pub async fn check_replacements(
        &self,
        wanted: &[(KeyId, String)],
        terms: WantedTerms<'_>,
        destination: &str,
    ) -> Result<CheckedNames, Failure> {
        let mut olds = Vec::new();
        for (id, name) in wanted {
            olds.push((self.known_key(id).await?, name.clone()));
        }
        let kinds: BTreeSet<_> = olds.iter().map(|(old, _)| old.kind).collect();
        match Vec::from_iter(kinds)[..] {
            [kind] => self.lists.check_replacing(kind, &olds, terms, destination).await,
            _ => Err(Failure::NotNow(NotNow::NotOfOneKind)),
        }
    }

    /// Has the one rest that a notice says was replaced, or work again.
    ///
    /// # Errors
    /// [`Failure::Unconfirmed`]; else as [`crate::issuance::Issuance::change_noticed`].
    pub async fn change_noticed(&self, number: u32, change: &Change) -> Result<(), Failure> {
        let (notice, old) = self.replaced(number)?;
        self.may_change(&old, change).await?;
        let mut outcome = self.issuance.change_noticed(number, change).await;
        if outcome == Err(Failure::SignInAgain) && self.session_ended(&notice.keys).await {
            // To change it twice does no harm.
            outcome = self.issuance.change_noticed(number, change).await;
        }
        self.changed_at_dfns();
        outcome.inspect(|()| self.messages.say(said(change, &old.name)))
    }

    /// Gives what replaces the one that a notice names the roles that were found to be missing, and looks whether any still is.
    ///
    /// # Errors
    /// [`Failure::Unconfirmed`]; [`Failure::Replacement`] where it lacks some still, be it that another admin has to approve; else
    /// as [`Assigning::change`].
    pub async fn give_missing_roles(&self, number: u32) -> Result<(), Failure> {
        let (notice, _) = self.replaced(number)?;
        let missing = notice.missing_roles().to_vec();
        let new = self.issuance.replacement(&notice).await?;
        let listed = self.list_roles().await?;
        let roles: Vec<Role> = missing.iter().map(|role| role.among(&listed)).collect();
        let operation = words::signing_give_role(new.kind.as_str());
        self.may_sign(&operation, &[Named { roles: Some(&roles), ..Named::of(&new.name) }]).await?;
        let mut outcome = Ok(());
        for role in missing {
            let change = NewRoleChange::of(notice.owner().clone(), &new, RoleOperation::Give, role);
            outcome = self.assigning.change(&notice.keys, change, &Revocation::begin()).await.map(drop);
            if outcome.is_err() {
                break;
            }
        }
        self.changed_at_dfns();
        // Whatever came of it: what is missing now.
        let looked = self.issuance.look_at_replacement(number).await;
        outcome.and(looked)
    }

    /// A notice that is about one that was replaced and signs, of whoever is signed in.
    fn replaced(&self, number: u32) -> Result<(Notice, Key), Failure> {
        let dealt_with = Failure::NotNow(NotNow::DealtWith);
        let notice = self.notice(number).ok_or(dealt_with.clone())?;
        let old = notice.key().filter(|old| old.kind.signs()).cloned().ok_or(dealt_with)?;
        match self.sessions.elsewhere(&notice.keys, notice.owner()) {
            Some(account) => Err(Failure::OtherAccount(account)),
            None => Ok((notice, old)),
        }
    }
}

/// Gives what is held, and was made in place of another, those of its roles that it was not made with. The person has agreed to
/// them all. What cannot be given is told where the old one is to be deactivated.
pub(super) async fn give_the_other_roles(issuance: &Issuance, assigning: &Assigning, held: HeldId) {
    let Some(Lacking { keys, owner, key, roles }) = issuance.lacking(held) else { return };
    for role in roles {
        let change = NewRoleChange::of(owner.clone(), &key, RoleOperation::Give, role.clone());
        match assigning.change(&keys, change, &Revocation::begin()).await {
            Ok(RoleOutcome::Done) => issuance.was_given(held, role),
            Ok(RoleOutcome::Pending) => {}
            Err(_) => return,
        }
    }
}
