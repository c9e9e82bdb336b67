//! Roles, and to whom they are given: `/permissions`, page by page. To give one and to take it is signed, and never tried again
//! by itself.

use keybearer_core::{
    failure::{CallContext, Failure, RoleChangeEnded, UnclearAnswer},
    key::KeyId,
    role::{Assigned, Assignment, PendingChange, Role},
};
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    answer::{Expected, Received, Refusal},
    api_keys::{of_signed, plain},
    auth_wire::body,
    refusal::{self, is_of_user_action},
    transport::Transport,
    user_action::UserActions,
    wire::{lenient, text},
};

const READ: Expected = Expected { context: CallContext::Read, largest: 4 << 20 };
const GIVE: Expected = Expected { context: CallContext::GiveRole, largest: 1 << 20 };
const TAKE: Expected = Expected { context: CallContext::TakeRole, largest: 1 << 20 };

/// As many as Dfns gives at once, and so many times: more roles than that nobody has, and no role is given more often.
const PAGE: &str = "100";
const MOST_PAGES_OF_ROLES: usize = 50;
const MOST_PAGES_OF_ASSIGNMENTS: usize = 500;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<T> {
    items: Vec<T>,
    #[serde(default, deserialize_with = "text")]
    next_page_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RoleBody {
    #[serde(default, deserialize_with = "text")]
    id: String,
    #[serde(default, deserialize_with = "text")]
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    operations: Vec<String>,
    #[serde(default, deserialize_with = "lenient")]
    is_archived: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssignmentBody {
    #[serde(default, deserialize_with = "text")]
    id: String,
    #[serde(default, deserialize_with = "text")]
    identity_id: String,
    pending_change_request: Option<ChangeBody>,
}

/// A change request, or an assignment that was made: what tells which it is.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangeBody {
    #[serde(default, deserialize_with = "text")]
    id: String,
    /// `Assignment`, of a change request for one.
    #[serde(default, deserialize_with = "text")]
    kind: String,
    #[serde(default, deserialize_with = "text")]
    status: String,
    #[serde(default, deserialize_with = "text")]
    operation_kind: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewAssignment<'a> {
    identity_id: &'a str,
}

pub(super) async fn list(transport: &Transport) -> Result<Vec<Role>, Failure> {
    let listed = pages::<RoleBody>(transport, &["permissions"], "Permissions:Read", MOST_PAGES_OF_ROLES).await?;
    let told = listed.into_iter().filter(|role| !role.is_archived && !role.id.is_empty());
    Ok(told.map(|RoleBody { id, name, operations, .. }| Role { id, name, operations }).collect())
}

pub(super) async fn assignments(transport: &Transport, role: &str) -> Result<Vec<Assignment>, Failure> {
    let path = ["permissions", plain(role)?, "assignments"];
    let permission = "Permissions:Assignments:Read";
    let listed = pages::<AssignmentBody>(transport, &path, permission, MOST_PAGES_OF_ASSIGNMENTS).await?;
    // What cannot be told apart is no assignment, and a list of such is not Dfns'.
    if listed.iter().any(|it| it.id.is_empty() || it.identity_id.is_empty()) {
        return Err(READ.unclear(UnclearAnswer::NotUnderstood));
    }
    Ok(listed.into_iter().map(AssignmentBody::assignment).collect())
}

pub(super) async fn assign(actions: &UserActions, role: &str, identity: &KeyId) -> Result<Assigned, Failure> {
    let path = ["permissions", plain(role)?, "assignments"];
    let content = body(&NewAssignment { identity_id: plain(&identity.0)? });
    let received = signed(actions, GIVE, Method::POST, &path, content, "Permissions:Assign").await?;
    let change: ChangeBody = received.parse(GIVE)?;
    match change.outcome(received.status) {
        Some(outcome) => outcome,
        None if change.id.is_empty() => Err(GIVE.unclear(UnclearAnswer::NotUnderstood)),
        None => Ok(Assigned::Applied),
    }
}

pub(super) async fn unassign(actions: &UserActions, role: &str, assignment: &str) -> Result<Assigned, Failure> {
    let path = ["permissions", plain(role)?, "assignments", plain(assignment)?];
    // What Dfns' clients send with a call that has nothing to say.
    let received = signed(actions, TAKE, Method::DELETE, &path, "{}".to_owned(), "Permissions:Revoke").await?;
    if received.status == StatusCode::NO_CONTENT {
        return Ok(Assigned::Applied);
    }
    received.parse::<ChangeBody>(TAKE)?.outcome(received.status).unwrap_or(Ok(Assigned::Applied))
}

impl AssignmentBody {
    fn assignment(self) -> Assignment {
        let pending = self.pending_change_request.filter(ChangeBody::is_open).map(|change| PendingChange {
            takes: match change.operation_kind.as_str() {
                "Create" => Some(false),
                "Delete" => Some(true),
                _ => None,
            },
            id: change.id,
        });
        Assignment { id: self.id, identity: KeyId(self.identity_id), pending }
    }
}

impl ChangeBody {
    /// Whether nobody has decided on it yet, so far as Dfns tells.
    fn is_open(&self) -> bool {
        !matches!(self.status.as_str(), "Applied" | "Failed" | "Rejected")
    }

    /// What became of the change request; `None` where it is none.
    fn outcome(&self, status: StatusCode) -> Option<Result<Assigned, Failure>> {
        let is_change = status == StatusCode::ACCEPTED || self.id.starts_with("cr-") || self.kind == "Assignment";
        is_change.then(|| match self.status.as_str() {
            "Applied" => Ok(Assigned::Applied),
            "Rejected" => Err(Failure::RoleChange(RoleChangeEnded::Rejected)),
            "Failed" => Err(Failure::RoleChange(RoleChangeEnded::Failed)),
            _ => Ok(Assigned::Pending { change: self.id.clone() }),
        })
    }
}

/// All that there is at a path, from its first page to its last.
async fn pages<T: DeserializeOwned>(
    transport: &Transport,
    path: &[&str],
    permission: &str,
    most: usize,
) -> Result<Vec<T>, Failure> {
    let (mut all, mut next) = (Vec::new(), String::new());
    for _ in 0..most {
        let mut query = vec![("limit", PAGE)];
        if !next.is_empty() {
            query.push(("paginationToken", &next));
        }
        let request = transport.request_for(Method::GET, path, &query);
        let received = transport.call(READ, request).await?;
        if received.status != StatusCode::OK {
            return Err(refused(&received, READ, transport, permission));
        }
        let page: Page<T> = received.parse(READ)?;
        all.extend(page.items);
        // Whoever tells the same page again and again has no end.
        if page.next_page_token.is_empty() || page.next_page_token == next {
            return Ok(all);
        }
        next = page.next_page_token;
    }
    Err(READ.unclear(UnclearAnswer::TooMany(all.len())))
}

/// Has a request signed, and sends it: an answer of Dfns' own that does not refuse it.
async fn signed(
    actions: &UserActions,
    expected: Expected,
    method: Method,
    path: &[&str],
    content: String,
    permission: &str,
) -> Result<Received, Failure> {
    let action = actions.sign(&method, path, &content).await?;
    let request = actions.transport.signed(method, path, content, &action);
    let received = actions.transport.call(expected, request).await?;
    let says_nothing = received.status == StatusCode::NO_CONTENT && received.body.is_empty();
    if received.status.is_success() && (says_nothing || received.is_dfns()) {
        return Ok(received);
    }
    Err(of_signed(refused(&received, expected, &actions.transport, permission), &action))
}

/// What an answer means that is none of success. `permission` is what is asked for where Dfns does not name it.
fn refused(received: &Received, expected: Expected, transport: &Transport, permission: &str) -> Failure {
    let Some(Refusal { word, message }) = received.refusal(transport.own_token()) else {
        return received.of_somebody(expected, &transport.host());
    };
    let changes = expected.context != CallContext::Read;
    match received.status.as_u16() {
        400 | 401 | 403 if changes && is_of_user_action(&word) => Failure::SignatureRequired,
        400 if changes => Failure::Refused(message),
        401 => Failure::SignInAgain,
        403 => {
            let permission = Some(refusal::permission(&word).unwrap_or(permission).to_owned());
            Failure::Forbidden { permission, message }
        }
        404 if changes => Failure::KeyGone,
        404 | 410 => Failure::NoSuchService(transport.host()),
        409 if changes => Failure::Conflict(message),
        _ => received.unforeseen(message),
    }
}
