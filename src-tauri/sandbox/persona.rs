//! The users of the sandbox, and what each may do.

use serde::{Deserialize, Serialize};

/// A user of the sandbox, told apart by what they may do.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Persona {
    /// May all: create, read and revoke keys; and the same with service accounts, tokens and roles.
    Admin,
    /// May create, but neither read nor revoke.
    Issuer,
    /// May read only.
    Auditor,
}

impl Persona {
    pub(super) const ALL: [Self; 3] = [Self::Admin, Self::Issuer, Self::Auditor];

    /// The names of the user's permissions, as Dfns writes them.
    pub(super) fn permissions(self) -> &'static [&'static str] {
        match self {
            Self::Admin => &[
                "ApiKeys:Create",
                "ApiKeys:Read",
                "ApiKeys:Revoke",
                "Auth:ServiceAccounts:Create",
                "Auth:ServiceAccounts:Read",
                "Auth:ServiceAccounts:Update",
                "Auth:ServiceAccounts:Activate",
                "Auth:ServiceAccounts:Deactivate",
                "Auth:ServiceAccounts:Delete",
                "Auth:Pats:Create",
                "Permissions:Read",
                "Permissions:Assign",
                "Permissions:Revoke",
                "Permissions:Assignments:Read",
            ],
            Self::Issuer => {
                &["ApiKeys:Create", "Auth:ServiceAccounts:Create", "Auth:Pats:Create", "Permissions:Assign"]
            }
            Self::Auditor => {
                &["ApiKeys:Read", "Auth:ServiceAccounts:Read", "Permissions:Read", "Permissions:Assignments:Read"]
            }
        }
    }
}
