//! The calls of roles.

use hyper::StatusCode;
use serde::Deserialize;

use super::{
    Effect, Reply,
    body::{Nothing, parse, parse_optional},
    query::{Page, force},
    roles::{Assignment, Change, Role},
};
use crate::{
    api::Refusal,
    directory::{Caller, Directory},
    http::Asked,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewAssignment {
    identity_id: String,
}

pub(super) fn list(asked: &Asked) -> Result<Effect, Refusal> {
    let page = Page::of(asked)?;
    Ok(Box::new(move |directory| page.reply(directory.iam.roles.all().iter().map(Role::body))))
}

pub(super) fn list_assignments(role: &str, asked: &Asked, directory: &Directory) -> Result<Effect, Refusal> {
    let (role, page) = (known(role, directory)?.id.clone(), Page::of(asked)?);
    Ok(Box::new(move |directory| page.reply(directory.iam.roles.assignments(&role).map(Assignment::body))))
}

pub(super) fn assign(role: &str, asked: &Asked, caller: Caller, directory: &Directory) -> Result<Effect, Refusal> {
    let NewAssignment { identity_id: identity } = parse(&asked.body)?;
    let role = known(role, directory)?;
    if role.is_archived {
        return Err(Refusal::bad_request("The role is archived."));
    }
    if !directory.iam.tokens.is_identity(&identity) && !directory.is_user(&identity) {
        return Err(Refusal::full(StatusCode::NOT_FOUND, "identityId: there is no such identity."));
    }
    if directory.iam.roles.assignments(&role.id).any(|it| it.identity == identity) {
        return Err(Refusal::full(StatusCode::CONFLICT, "The role is assigned to this identity already."));
    }
    let role = role.id.clone();
    Ok(Box::new(move |directory| {
        let requester = directory.id_of(&caller).to_owned();
        let assignment = give(&role, &identity, &requester, directory);
        match assignment.change_body() {
            Some(change) => Reply { status: StatusCode::ACCEPTED, body: Some(change) },
            None => Reply::ok(assignment.body()),
        }
    }))
}

pub(super) fn revoke(
    role: &str,
    id: &str,
    asked: &Asked,
    caller: Caller,
    directory: &Directory,
) -> Result<Effect, Refusal> {
    parse_optional::<Nothing>(&asked.body)?;
    let forced = force(asked)?;
    let assignment = directory.iam.roles.assignments(&known(role, directory)?.id).find(|it| it.id == id);
    let assignment =
        assignment.ok_or_else(|| Refusal::full(StatusCode::NOT_FOUND, "The role has no such assignment."))?;
    if assignment.pending.is_some() {
        return Err(Refusal::full(StatusCode::CONFLICT, "The assignment has a pending change request."));
    }
    let id = id.to_owned();
    Ok(Box::new(move |directory| {
        if !directory.iam.settings.approves_roles || forced {
            directory.iam.roles.revoke(&id);
            return Reply { status: StatusCode::NO_CONTENT, body: None };
        }
        let change = new_change(directory.id_of(&caller).to_owned(), true, directory);
        let assignment = directory.iam.roles.assignment_mut(&id);
        let body = assignment.and_then(|assignment| {
            assignment.pending = Some(change);
            assignment.change_body()
        });
        Reply { status: StatusCode::ACCEPTED, body }
    }))
}

/// Gives a role to an identity: at once, or as soon as another admin has approved of it.
pub(super) fn give(role: &str, identity: &str, requester: &str, directory: &mut Directory) -> Assignment {
    let needs_approval = directory.iam.settings.approves_roles;
    let assignment = Assignment {
        id: directory.draw.dfns_id("as"),
        role: role.to_owned(),
        identity: identity.to_owned(),
        created: directory.clock.now(),
        pending: needs_approval.then(|| new_change(requester.to_owned(), false, directory)),
    };
    directory.iam.roles.assign(assignment.clone());
    assignment
}

fn new_change(requester: String, is_revocation: bool, directory: &mut Directory) -> Change {
    let (id, approval) = (directory.draw.dfns_id("cr"), directory.draw.dfns_id("ap"));
    Change { id, approval, requester, created: directory.clock.now(), is_revocation }
}

fn known<'a>(role: &str, directory: &'a Directory) -> Result<&'a Role, Refusal> {
    let known = directory.iam.roles.role(role);
    known.ok_or_else(|| Refusal::full(StatusCode::NOT_FOUND, "There is no such role."))
}
