//! The roles that something new can be given, and what it is to be else.

use std::sync::Arc;

use super::{Keybearer, WantedTerms};
use crate::{
    credential::CredentialKind,
    failure::{Failure, TermsProblem},
    key::{Key, KeyApi},
    naming::folded,
    order::{MOST_DAYS, Terms},
    role::{GivenRole, Role},
};

/// What stands behind a name in a list in place of a role where it is to have none, whatever role the others have.
const NO_ROLE: &str = "-";

/// What something new is to be, as it was asked for, and held against the roles there are.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Chosen {
    pub terms: Terms,
    /// All that it is to have: of those terms, or of what it replaces; with what each allows.
    pub roles: Vec<Role>,
}

impl Keybearer {
    /// The organization's roles, as Dfns lists them now.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nobody is signed in; else the call's.
    pub async fn list_roles(&self) -> Result<Vec<Role>, Failure> {
        let access = self.sessions.signed_in()?.access;
        access.roles().await
    }

    /// What something new is to be, of which the page tells the role's id alone. What replaces another gets its roles.
    ///
    /// # Errors
    /// As [`Chosen::of`]; else the call's.
    pub(super) async fn terms(
        &self,
        kind: CredentialKind,
        wanted: WantedTerms<'_>,
        replaces: Option<&Key>,
    ) -> Result<Chosen, Failure> {
        if !kind.signs() {
            return Ok(Chosen::default());
        }
        if let Some(old) = replaces {
            let all = if old.roles().is_empty() { Vec::new() } else { self.list_roles().await? };
            return Ok(Chosen::of(WantedTerms { role: None, ..wanted }, &all)?.with_roles(old.roles(), &all));
        }
        if wanted.role.is_none() {
            return Chosen::of(wanted, &[]);
        }
        let keys: Arc<dyn KeyApi> = self.sessions.signed_in()?.access;
        let ahead = self.roles_ahead.take(&keys, kind).await;
        match ahead.map(|roles| Chosen::of(wanted, &roles)) {
            Some(Ok(chosen)) => Ok(chosen),
            // What speaks against it is looked at anew.
            _ => Chosen::of(wanted, &self.list_roles().await?),
        }
    }

    /// Somebody fills in the form for something of this kind: what would have to be listed then is listed now.
    pub async fn prepare(&self, kind: CredentialKind) {
        let Ok(signed_in) = self.sessions.signed_in() else { return };
        let keys: Arc<dyn KeyApi> = Arc::clone(&signed_in.access) as _;
        if self.lists.is_under_way() || !self.issuance.is_idle() {
            return;
        }
        if kind.signs() {
            self.roles_ahead.prepare(&keys, kind, keys.roles()).await;
        }
        if signed_in.may_list(kind) {
            self.issuance.prepare(&keys, &signed_in.at.owner(), kind).await;
        }
    }
}

impl Chosen {
    /// # Errors
    /// [`Failure::Terms`].
    pub(super) fn of(wanted: WantedTerms<'_>, roles: &[Role]) -> Result<Self, Failure> {
        let WantedTerms { role, days, key_type } = wanted;
        let days = days.map(|days| u16::try_from(days).ok().filter(|days| (1..=MOST_DAYS).contains(days)));
        let days = days.map(|days| days.ok_or(Failure::Terms(TermsProblem::Days))).transpose()?;
        let is_there = |id| roles.iter().find(|role| role.id == id).ok_or(Failure::Terms(TermsProblem::RoleGone));
        let role = role.map(is_there).transpose()?.cloned();
        Ok(Self { terms: Terms { role: role.as_ref().map(Role::given), days, key_type }, roles: Vec::from_iter(role) })
    }

    /// The same, with these roles. It is asked for with the first; the others are given to it once it is there, since Dfns takes
    /// but one at first.
    pub(super) fn with_roles(&self, wanted: &[GivenRole], all: &[Role]) -> Self {
        let roles = wanted.iter().map(|given| given.among(all)).collect();
        Self { terms: Terms { role: wanted.first().cloned(), ..self.terms.clone() }, roles }
    }

    /// Whether a line of a list names a role by this.
    pub(super) fn names_role(text: &str) -> bool {
        !text.is_empty() && text != NO_ROLE
    }

    /// The same but for the role, which a line of a list tells by its name or its id; a line that is empty leaves it.
    ///
    /// # Errors
    /// [`Failure::Terms`] where no role or no single one is meant by that.
    pub(super) fn with_role(&self, text: &str, roles: &[Role]) -> Result<Self, Failure> {
        let role = match text {
            "" => return Ok(self.clone()),
            NO_ROLE => None,
            text => {
                let by_id = roles.iter().find(|role| role.id == text);
                let mut by_name = roles.iter().filter(|role| folded(&role.name) == folded(text));
                match (by_id, by_name.next(), by_name.next()) {
                    (Some(role), ..) | (None, Some(role), None) => Some(role.clone()),
                    (None, None, _) => return Err(Failure::Terms(TermsProblem::NoSuchRole(text.to_owned()))),
                    (None, Some(_), Some(_)) => {
                        return Err(Failure::Terms(TermsProblem::RoleNotUnique(text.to_owned())));
                    }
                }
            }
        };
        let given = role.as_ref().map(Role::given);
        Ok(Self { terms: Terms { role: given, ..self.terms.clone() }, roles: Vec::from_iter(role) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(id: &str, name: &str) -> Role {
        Role { id: id.to_owned(), name: name.to_owned(), operations: Vec::new() }
    }

    #[test]
    fn a_line_tells_its_role_by_name_or_id_or_that_it_has_none() {
        let roles = [role("pm-1", "Reader"), role("pm-2", "Payout"), role("pm-3", "payout ")];
        let all = WantedTerms { role: Some("pm-1"), days: Some(30), ..WantedTerms::default() };
        let all = Chosen::of(all, &roles).expect("it is there");
        let told =
            |text| all.with_role(text, &roles).map(|chosen| (chosen.terms.role.map(|role| role.id), chosen.terms.days));
        assert_eq!(told(""), Ok((Some("pm-1".into()), Some(30))));
        assert_eq!(told("-"), Ok((None, Some(30))));
        assert_eq!(told("READER"), Ok((Some("pm-1".into()), Some(30))));
        assert_eq!(told("pm-3"), Ok((Some("pm-3".into()), Some(30))));
        assert_eq!(told("Payout"), Err(Failure::Terms(TermsProblem::RoleNotUnique("Payout".into()))));
        assert_eq!(told("Writer"), Err(Failure::Terms(TermsProblem::NoSuchRole("Writer".into()))));
    }
}
