//! The roles that something new can be given, and what it is to be else.

use super::{Keybearer, WantedTerms};
use crate::{
    credential::CredentialKind,
    failure::{Failure, TermsProblem},
    key::KeyApi,
    order::{MOST_DAYS, Terms},
    role::Role,
};

impl Keybearer {
    /// The organization's roles, as Dfns lists them now.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nobody is signed in; else the call's.
    pub async fn list_roles(&self) -> Result<Vec<Role>, Failure> {
        let access = self.sessions.signed_in()?.access;
        access.roles().await
    }

    /// What something new is to be, of which the page tells the role's id alone; and that role.
    ///
    /// # Errors
    /// [`Failure::Terms`]; else the call's.
    pub(super) async fn terms(
        &self,
        kind: CredentialKind,
        wanted: WantedTerms<'_>,
    ) -> Result<(Terms, Option<Role>), Failure> {
        if !kind.signs() {
            return Ok((Terms::default(), None));
        }
        let WantedTerms { role, days, key_type } = wanted;
        let days = days.map(|days| u16::try_from(days).ok().filter(|days| (1..=MOST_DAYS).contains(days)));
        let days = days.map(|days| days.ok_or(Failure::Terms(TermsProblem::Days))).transpose()?;
        let role = match role {
            Some(id) => {
                let all = self.list_roles().await?;
                Some(all.into_iter().find(|role| role.id == id).ok_or(Failure::Terms(TermsProblem::RoleGone))?)
            }
            None => None,
        };
        Ok((Terms { role: role.as_ref().map(Role::given), days, key_type }, role))
    }
}
