//! The roles that Keybearer has asked Dfns to give or to take.

use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    credential::CredentialKind,
    failure::Failure,
    key::{Key, KeyId, Owner},
    role::GivenRole,
};

/// Names a change of a role in the journal.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RoleChangeId(pub i64);

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum RoleOperation {
    Give,
    Take,
}

/// What became of a change of a role.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RoleChangeState {
    /// Dfns is about to be asked for it, and may have been.
    Asked,
    /// Another admin has to approve of it.
    Pending,
    /// It waits for nobody any more, and is not so: what was decided, Dfns does not tell.
    NoLongerPending,
    /// It was seen to be so.
    Applied,
    /// It is sure that it was not done.
    NotDone,
    /// The person has dealt with it, or has asked for it anew.
    Settled,
}

impl RoleChangeState {
    /// Whether the person is to know of it.
    pub fn is_open(self) -> bool {
        match self {
            Self::Asked | Self::Pending | Self::NoLongerPending => true,
            Self::Applied | Self::NotDone | Self::Settled => false,
        }
    }
}

/// A change of a role as it was about to be asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewRoleChange {
    pub owner: Owner,
    pub operation: RoleOperation,
    pub kind: CredentialKind,
    pub key: KeyId,
    /// What it was called then.
    pub key_name: String,
    /// To whom the role is given, or from whom it is taken.
    pub identity: KeyId,
    /// With its assignment, where it is to be taken.
    pub role: GivenRole,
}

impl NewRoleChange {
    pub fn of(owner: Owner, key: &Key, operation: RoleOperation, role: GivenRole) -> Self {
        let role = match operation {
            // It gets an assignment of its own.
            RoleOperation::Give => GivenRole { assignment: None, ..role },
            RoleOperation::Take => role,
        };
        let (kind, identity) = (key.kind, key.identity().clone());
        Self { owner, operation, kind, key: key.id.clone(), key_name: key.name.clone(), identity, role }
    }
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RoleChange {
    pub id: RoleChangeId,
    pub new: NewRoleChange,
    /// When it was asked for, by this computer's clock.
    pub asked: OffsetDateTime,
    /// When it was settled, likewise; `None` while the person is to know of it.
    pub settled: Option<OffsetDateTime>,
    pub state: RoleChangeState,
    /// The change request that is pending, or was: `cr-…`.
    pub request: Option<String>,
}

/// Where changes of roles are written down. Blocking, and as lasting as the rest of the [journal](super::Journal).
pub trait RoleChanges: Send + Sync {
    /// Writes down what is about to be asked for. Where that fails, nothing must be.
    fn begin_role_change(&self, change: &NewRoleChange) -> Result<RoleChangeId, Failure>;

    /// Writes down what became of it, and of which change request that is told, where it is of one.
    fn role_change_is(&self, id: RoleChangeId, state: RoleChangeState, request: Option<&str>) -> Result<(), Failure>;

    /// All of them, oldest first.
    fn role_changes(&self) -> Result<Vec<RoleChange>, Failure>;
}
