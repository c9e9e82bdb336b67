//! A list of names, looked through before anything happens.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{Lists, takes_lists};
use crate::{
    account::SignedIn,
    app::{WantedTerms, roles::Chosen},
    credential::CredentialKind,
    delivery::Entry,
    failure::{Failure, NameProblem, NotNow, VaultContext, VaultProblem},
    issuance::{Listed, entry_of_old},
    journal::roles_wanted,
    key::{Key, KeyApi, KeyName, Owner},
    naming,
    role::GivenRole,
    vault::Destination,
    words,
};

/// More names than this are no list that anybody has looked through; and of a kind that signs, none that is asked about at once.
fn most(kind: CredentialKind) -> usize {
    if kind.signs() { 150 } else { 500 }
}

/// A list of names that was looked through before anything happens: for one account, and one destination as it was then.
#[derive(Clone, Debug)]
pub struct CheckedNames {
    /// Tells it from those that were looked through before and after it.
    pub number: u32,
    /// What the keys would be.
    pub kind: CredentialKind,
    /// The destination, as it was.
    pub destination: Destination,
    pub names: Vec<Checked>,
    /// Who the keys would be made by.
    pub(super) owner: Owner,
}

/// A line of a list, before it was looked at.
struct Line<'a> {
    name: &'a str,
    /// What stands behind the name in place of the role that the others get.
    role: &'a str,
    replaces: Option<&'a Key>,
}

/// A name that was checked before anything happens.
#[derive(Clone, Debug)]
pub struct Checked {
    /// As it was given, trimmed.
    pub name: String,
    /// Where its token would go.
    pub place: String,
    /// What it is to be, of a kind that signs.
    pub chosen: Chosen,
    /// What the new one is to replace, as it is now.
    pub replaces: Option<Key>,
    pub problem: Option<Failure>,
}

impl Checked {
    /// The roles that it is to have.
    pub(super) fn roles(&self) -> &[GivenRole] {
        roles_wanted(self.replaces.as_ref(), self.chosen.terms.role.as_ref())
    }
}

/// The list that was looked through last, and how many there were.
#[derive(Default)]
pub(super) struct LastChecked {
    count: u32,
    pub(super) list: Option<CheckedNames>,
}

impl Lists {
    /// Looks at each line of a text as a name, with a role behind it where it is to have another than all the others, and at the
    /// place where its token would go. Nothing is made or stored.
    ///
    /// # Errors
    /// Where the list is empty or too long, the terms are none, the keys or the roles cannot be listed, or the destination cannot
    /// be used at all.
    pub async fn check(
        &self,
        kind: CredentialKind,
        text: &str,
        wanted: WantedTerms<'_>,
        destination: &str,
    ) -> Result<CheckedNames, Failure> {
        let is_blank = |line: &str| naming::parse(line).is_ok_and(|name| name.is_empty());
        let apart = |line| if kind.signs() { naming::name_and_role(line) } else { (line, "") };
        let lines = text.lines().map(apart).map(|(name, role)| Line { name: name.trim(), role, replaces: None });
        let lines = lines.filter(|line| !is_blank(line.name) || !line.role.is_empty()).collect();
        self.names.is_no_secret(text)?;
        self.check_lines(kind, lines, wanted, destination).await
    }

    /// The same of what is to replace these, each under the name that is beside it and with the roles of the old one.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub(in crate::app) async fn check_replacing(
        &self,
        kind: CredentialKind,
        olds: &[(Key, String)],
        wanted: WantedTerms<'_>,
        destination: &str,
    ) -> Result<CheckedNames, Failure> {
        for (_, name) in olds {
            self.names.is_no_secret(name)?;
        }
        let lines = olds.iter().map(|(old, name)| Line { name: name.trim(), role: "", replaces: Some(old) });
        self.check_lines(kind, lines.collect(), wanted, destination).await
    }

    async fn check_lines(
        &self,
        kind: CredentialKind,
        lines: Vec<Line<'_>>,
        wanted: WantedTerms<'_>,
        destination: &str,
    ) -> Result<CheckedNames, Failure> {
        // Whatever comes of this one, an earlier one is no longer what is looked at.
        let number = {
            let mut last = self.checked.lock();
            last.list = None;
            last.count += 1;
            last.count
        };
        let signed_in = self.sessions.signed_in()?;
        let may_list = signed_in.may_list(kind);
        let SignedIn { at, access, .. } = signed_in;
        if kind.signs() && !self.sessions.can_sign() {
            return Err(Failure::NotNow(NotNow::NothingToSignWith));
        }
        if lines.is_empty() {
            return Err(Failure::Name(NameProblem::Empty));
        }
        if lines.len() > most(kind) {
            return Err(Failure::Destination(words::err_list_long(lines.len(), most(kind))));
        }
        let destination = self.destinations.one(destination)?;
        let vault = self.destinations.open(&destination.id).await.and_then(takes_lists).map_err(Failure::unusable)?;
        let owner = at.owner();
        let organization = owner.organization.clone();
        let names = self
            .looks
            .unless_called_off(async {
                let has_role = |line: &Line<'_>| {
                    Chosen::names_role(line.role) || line.replaces.is_some_and(|old| !old.roles().is_empty())
                };
                let any_role = wanted.role.is_some() || lines.iter().any(has_role);
                let roles = if any_role { access.roles().await? } else { Vec::new() };
                let usual = Chosen::of(wanted, &roles)?;
                let listed = if may_list { access.list(kind).await? } else { Vec::new() };
                if may_list {
                    // What is open of these names may be settled by that.
                    let keys: Arc<dyn KeyApi> = access;
                    self.issuance.listed(&owner, &keys, Listed { kinds: &[kind], keys: &listed }).await;
                }
                let there = listed.iter().filter(|key| !key.is_revoked());
                let taken: HashMap<String, &str> =
                    there.map(|key| (naming::folded(&key.name), key.name.as_str())).collect();
                let (mut seen, mut places, mut checked) = (HashSet::new(), HashSet::new(), Vec::new());
                for (number, Line { name: line, role, replaces }) in lines.into_iter().enumerate() {
                    // As it is now, where it is listed.
                    let is_old = |key: &&Key| replaces.is_some_and(|old| old.id == key.id);
                    let replaces = listed.iter().find(is_old).or(replaces).cloned();
                    let chosen = match &replaces {
                        Some(old) => Ok(usual.with_roles(old.roles(), &roles)),
                        None => usual.with_role(role, &roles),
                    };
                    let name = KeyName::parse(line);
                    let line = name.as_ref().map_or(line, KeyName::as_str);
                    let entry = Entry {
                        key_name: line.to_owned(),
                        key_id: None,
                        organization: organization.clone(),
                        replaces: entry_of_old(replaces.as_ref()),
                        kind,
                        ..Entry::default()
                    };
                    let place = vault.place(&entry);
                    // Each key gets an id of its own.
                    let with_id = Entry { key_id: Some(format!("{number}")), ..entry.clone() };
                    let folded = naming::folded(line);
                    let twice = !seen.insert(folded.clone());
                    let collides = !places.insert(vault.place(&with_id));
                    let still_open = self.issuance.still_open(&owner, line);
                    // What replaces an API key bears its name.
                    let bears_its_name = replaces.is_some() && !kind.signs();
                    let problem = match &name {
                        Err(failure) => Some(failure.clone()),
                        Ok(_) if replaces.as_ref().is_some_and(Key::is_revoked) => Some(Failure::KeyGone),
                        Ok(_) if chosen.is_err() => chosen.as_ref().err().cloned(),
                        Ok(_) if twice && !bears_its_name => Some(Failure::NotNow(NotNow::NameTwice)),
                        Ok(_) if collides => Some(Failure::NotNow(NotNow::SamePlace)),
                        Ok(_) if still_open.is_some() => still_open.map(Failure::StillOpen),
                        Ok(_) if taken.contains_key(&folded) && !bears_its_name => {
                            Some(Failure::SameName(taken[&folded].to_owned()))
                        }
                        Ok(_) => match vault.look(&entry).await {
                            Ok(looked) => {
                                looked
                                    .for_good(place.clone())
                                    .map_err(|problem| Failure::Vault(VaultContext::Unusable, problem))?;
                                None
                            }
                            Err(Failure::Vault(
                                VaultContext::NotStored,
                                problem @ (VaultProblem::Exists(_)
                                | VaultProblem::ExistsDeleted(_)
                                | VaultProblem::NeedsUpdate(_)),
                            )) => Some(Failure::Vault(VaultContext::NoRoom, problem)),
                            Err(failure) => return Err(failure.unusable()),
                        },
                    };
                    let chosen = chosen.unwrap_or_default();
                    checked.push(Checked { name: line.to_owned(), place, chosen, replaces, problem });
                }
                Ok(checked)
            })
            .await?;
        let checked = CheckedNames { number, kind, destination, names, owner };
        self.still_as_checked(&checked)?;
        let mut last = self.checked.lock();
        // Another was begun meanwhile, and is the one that is shown.
        if last.count != number {
            return Err(Failure::CheckCalledOff);
        }
        last.list = Some(checked.clone());
        Ok(checked)
    }

    /// Whether the destination and the user are still those that a list was checked for.
    pub(super) fn still_as_checked(&self, checked: &CheckedNames) -> Result<(), Failure> {
        let SignedIn { at, .. } = self.sessions.signed_in()?;
        let owner = at.owner();
        if owner.account != checked.owner.account || !owner.is_same_user(&checked.owner) {
            return Err(Failure::NotNow(NotNow::CheckedElsewhere));
        }
        match self.destinations.one(&checked.destination.id) {
            Ok(destination) if destination == checked.destination => Ok(()),
            _ => Err(Failure::NotNow(NotNow::ChangedSinceCheck)),
        }
    }
}
