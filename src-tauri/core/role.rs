//! Roles, which Dfns' calls name permissions: what a service account or a personal access token may do.

use serde::{Deserialize, Serialize};

use crate::key::KeyId;

/// A role of the organization.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Role {
    /// `pm-…`
    pub id: String,
    pub name: String,
    /// What whoever has it may do, as Dfns names it: `Wallets:Read`.
    pub operations: Vec<String>,
}

/// Dfns' own role that may do everything.
const FULL_ADMIN: &str = "ManagedFullAdminAccess";

/// The permission to give a role to something, also to what is made with it.
pub const ASSIGN: &str = "Permissions:Assign";

/// With any of these, whoever has the role can give itself every other.
const GIVES_ROLES: [&str; 3] = [ASSIGN, "Permissions:Create", "Permissions:Update"];

impl Role {
    /// Whether whoever has it may do everything, or can come to.
    pub fn is_full_admin(&self) -> bool {
        self.name == FULL_ADMIN || self.operations.iter().any(|operation| GIVES_ROLES.contains(&operation.as_str()))
    }

    pub fn given(&self) -> GivenRole {
        GivenRole { id: self.id.clone(), name: self.name.clone(), assignment: None }
    }
}

/// A role that something has, or is asked for with.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct GivenRole {
    /// `pm-…`
    pub id: String,
    pub name: String,
    /// `as-…`, by which it is taken again; `None` where Dfns did not tell it, and of one that is only asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub assignment: Option<String>,
}

/// That somebody has a role, or is to have it, as Dfns lists it beside the role.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Assignment {
    /// `as-…`
    pub id: String,
    /// To whom it is given.
    pub identity: KeyId,
    /// What another admin has to approve of: that it holds, or that it ends.
    pub pending: Option<PendingChange>,
}

/// A change request that nobody has decided on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PendingChange {
    /// `cr-…`; empty where Dfns did not tell it.
    pub id: String,
    /// Whether the role is to be taken; `None` where Dfns did not tell what is to be done.
    pub takes: Option<bool>,
}

/// What Dfns answered to a request to give a role, or to take it. Whether it is so by now, the list alone shows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Assigned {
    Applied,
    /// Another admin has to approve first.
    Pending {
        /// `cr-…`; empty where Dfns did not tell it.
        change: String,
    },
}

impl GivenRole {
    /// With what it allows, as the roles that are listed tell; as little as is known of one that is not listed, which Dfns
    /// refuses to give.
    pub fn among(&self, roles: &[Role]) -> Role {
        let listed = roles.iter().find(|role| role.id == self.id).cloned();
        listed.unwrap_or_else(|| Role { id: self.id.clone(), name: self.name.clone(), operations: Vec::new() })
    }
}

/// Those of the roles that were wanted which are not among those given.
pub fn missing<'a>(wanted: &'a [GivenRole], given: &[GivenRole]) -> Vec<&'a GivenRole> {
    wanted.iter().filter(|role| given.iter().all(|each| each.id != role.id)).collect()
}

/// How the roles of something new stand to those that it was asked for with.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum RolesGiven {
    /// Those alone, be it none.
    AsAsked,
    /// Not all that were asked for, and no other.
    Fewer,
    /// Another, too: it may do what nobody has asked for.
    More,
}

impl RolesGiven {
    pub fn of(asked: &[GivenRole], given: &[GivenRole]) -> Self {
        if !missing(given, asked).is_empty() {
            Self::More
        } else if !missing(asked, given).is_empty() {
            Self::Fewer
        } else {
            Self::AsAsked
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(name: &str, operations: &[&str]) -> Role {
        let operations = operations.iter().map(|each| (*each).to_owned()).collect();
        Role { id: format!("pm-{name}"), name: name.to_owned(), operations }
    }

    #[test]
    fn what_can_come_to_everything_is_told_as_such() {
        assert!(role(FULL_ADMIN, &[]).is_full_admin());
        assert!(role("Helper", &["Wallets:Read", "Permissions:Assign"]).is_full_admin());
        assert!(!role("Reader", &["Wallets:Read", "Permissions:Read"]).is_full_admin());
    }

    #[test]
    fn what_was_given_is_held_against_what_was_asked_for() {
        let (reader, other) = (role("Reader", &[]).given(), role("Other", &[]).given());
        let (reader, other, both) = (vec![reader.clone()], vec![other.clone()], vec![reader, other]);
        for (asked, given, told) in [
            (&vec![], &vec![], RolesGiven::AsAsked),
            (&reader, &reader, RolesGiven::AsAsked),
            (&both, &both, RolesGiven::AsAsked),
            (&reader, &vec![], RolesGiven::Fewer),
            (&both, &reader, RolesGiven::Fewer),
            (&vec![], &reader, RolesGiven::More),
            (&reader, &both, RolesGiven::More),
            (&reader, &other, RolesGiven::More),
        ] {
            assert_eq!(RolesGiven::of(asked, given), told, "{asked:?} {given:?}");
        }
    }
}
