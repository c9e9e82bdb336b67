//! Roles, which Dfns' calls name permissions, and to whom they are given.

use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::{directory::iso8601, draw::Draw};

#[derive(Clone)]
pub(super) struct Role {
    pub(super) id: String,
    pub(super) name: &'static str,
    pub(super) operations: Vec<&'static str>,
    pub(super) is_immutable: bool,
    pub(super) is_archived: bool,
    pub(super) created: OffsetDateTime,
}

#[derive(Clone)]
pub(super) struct Assignment {
    pub(super) id: String,
    pub(super) role: String,
    pub(super) identity: String,
    pub(super) created: OffsetDateTime,
    pub(super) pending: Option<Change>,
}

/// What another admin has to approve.
#[derive(Clone)]
pub(super) struct Change {
    pub(super) id: String,
    pub(super) approval: String,
    /// The id of the user who asked for it.
    pub(super) requester: String,
    pub(super) created: OffsetDateTime,
    pub(super) is_revocation: bool,
}

#[derive(Clone, Default)]
pub(super) struct Roles {
    roles: Vec<Role>,
    assignments: Vec<Assignment>,
}

/// What a new organization has, of which the last is archived. Names and operations.
const FIRST: [(&str, &[&str]); 5] = [
    ("Wallet reader", &["Wallets:Read"]),
    ("Payout operator", &["Wallets:Read", "Wallets:Transfers:Create", "Wallets:Transfers:Read"]),
    ("Role reader", &["Permissions:Read", "Permissions:Assignments:Read"]),
    ("Account manager", &["Auth:ServiceAccounts:Read", "Auth:ServiceAccounts:Deactivate", "Permissions:Read"]),
    ("Signer of 2024", &["Keys:Signatures:Create"]),
];

impl Role {
    pub(super) fn body(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "operations": self.operations,
            "status": "Active",
            "isImmutable": self.is_immutable,
            "isArchived": self.is_archived,
            "dateCreated": iso8601(self.created),
            "dateUpdated": iso8601(self.created),
        })
    }
}

impl Assignment {
    pub(super) fn body(&self) -> Value {
        let mut body = json!({
            "id": self.id,
            "permissionId": self.role,
            "identityId": self.identity,
            "isImmutable": false,
            "dateCreated": iso8601(self.created),
            "dateUpdated": iso8601(self.created),
        });
        if let Some(change) = self.change_body() {
            body["pendingChangeRequest"] = change;
        }
        body
    }

    /// The change request that it waits for.
    pub(super) fn change_body(&self) -> Option<Value> {
        let change = self.pending.as_ref()?;
        Some(json!({
            "id": change.id,
            "requester": { "userId": change.requester },
            "status": "Pending",
            "entityId": self.id,
            "dateCreated": iso8601(change.created),
            "approvalId": change.approval,
            "kind": "Assignment",
            "operationKind": if change.is_revocation { "Delete" } else { "Create" },
            "body": { "id": self.id, "permissionId": self.role, "identityId": self.identity, "isImmutable": false },
        }))
    }

    /// Whether it holds: it was not first to be approved.
    fn holds(&self) -> bool {
        self.pending.as_ref().is_none_or(|change| change.is_revocation)
    }
}

impl Roles {
    /// Those that a new organization has; the first may all, and cannot be changed.
    pub(super) fn new(all_operations: &[&'static str], draw: &mut Draw, now: OffsetDateTime) -> Self {
        let mut role = |name, operations: &[&'static str], days| Role {
            id: draw.dfns_id("pm"),
            name,
            operations: operations.to_vec(),
            is_immutable: false,
            is_archived: false,
            created: now - time::Duration::days(days),
        };
        let mut roles = vec![Role { is_immutable: true, ..role("ManagedFullAdminAccess", all_operations, 700) }];
        roles.extend(FIRST.map(|(name, operations)| role(name, operations, 400)));
        if let Some(last) = roles.last_mut() {
            last.is_archived = true;
        }
        Self { roles, assignments: Vec::new() }
    }

    pub(super) fn all(&self) -> &[Role] {
        &self.roles
    }

    pub(super) fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    pub(super) fn assignments(&self, role: &str) -> impl Iterator<Item = &Assignment> {
        self.assignments.iter().filter(move |assignment| assignment.role == role)
    }

    pub(super) fn assign(&mut self, assignment: Assignment) {
        self.assignments.push(assignment);
    }

    pub(super) fn assignment_mut(&mut self, id: &str) -> Option<&mut Assignment> {
        self.assignments.iter_mut().find(|assignment| assignment.id == id)
    }

    pub(super) fn revoke(&mut self, id: &str) {
        self.assignments.retain(|assignment| assignment.id != id);
    }

    pub(super) fn take_all(&mut self, identity: &str) {
        self.assignments.retain(|assignment| assignment.identity != identity);
    }

    /// What an identity may do by its roles.
    pub(super) fn operations(&self, identity: &str) -> impl Iterator<Item = &'static str> {
        self.held(identity).flat_map(|(_, role)| role.operations.iter().copied())
    }

    /// The roles of an identity, as they stand in what is told of it.
    pub(super) fn told_of(&self, identity: &str) -> Vec<Value> {
        let told = self.held(identity).map(|(assignment, role)| {
            json!({
                "permissionId": role.id,
                "permissionName": role.name,
                "assignmentId": assignment.id,
                "operations": role.operations,
            })
        });
        told.collect()
    }

    /// Decides over a change request; says whether there was one.
    pub(super) fn resolve(&mut self, change: &str, is_approved: bool) -> bool {
        let is_meant = |assignment: &&mut Assignment| assignment.pending.as_ref().is_some_and(|it| it.id == change);
        let Some(assignment) = self.assignments.iter_mut().find(is_meant) else { return false };
        let is_revocation = assignment.pending.take().is_some_and(|it| it.is_revocation);
        if is_revocation == is_approved {
            let id = assignment.id.clone();
            self.revoke(&id);
        }
        true
    }

    fn held(&self, identity: &str) -> impl Iterator<Item = (&Assignment, &Role)> {
        let held = self.assignments.iter().filter(move |it| it.identity == identity && it.holds());
        held.filter_map(|assignment| Some((assignment, self.role(&assignment.role)?)))
    }
}
