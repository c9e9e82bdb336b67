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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{
        Persona, Sandbox,
        client::sandbox,
        iam::person::{Person, told},
    };

    async fn admin() -> (Sandbox, Person) {
        let sandbox = sandbox().await;
        let person = Person::sign_in(&sandbox, Persona::Admin).await;
        (sandbox, person)
    }

    /// The path of the assignments of a role.
    async fn assignments_of(admin: &Person, name: &str) -> String {
        let roles = admin.client.get("/permissions").await.json();
        let mut roles = roles["items"].as_array().into_iter().flatten();
        let role = roles.find(|role| role["name"] == name).expect(name);
        format!("/permissions/{}/assignments", role["id"].as_str().expect("an id"))
    }

    /// Of the first service account.
    async fn identity(admin: &Person) -> String {
        let listed = admin.client.get("/auth/service-accounts").await.json();
        listed["items"][0]["userInfo"]["userId"].as_str().expect("an id").to_owned()
    }

    async fn items(admin: &Person, path: &str) -> Vec<Value> {
        admin.client.get(path).await.json()["items"].as_array().cloned().unwrap_or_default()
    }

    #[tokio::test]
    async fn roles_come_page_by_page() {
        let (_sandbox, admin) = admin().await;
        let all = items(&admin, "/permissions").await;
        assert_eq!(all[0]["name"], "ManagedFullAdminAccess");
        assert_eq!((&all[0]["isImmutable"], &all[1]["isImmutable"]), (&true.into(), &false.into()));
        let (mut seen, mut query) = (Vec::new(), "limit=4".to_owned());
        loop {
            let page = admin.client.get(&format!("/permissions?{query}")).await.json();
            seen.extend(page["items"].as_array().cloned().unwrap_or_default());
            let Some(next) = page["nextPageToken"].as_str() else { break };
            query = format!("limit=4&paginationToken={next}");
        }
        assert_eq!(seen, all);
        for query in ["limit=0", "limit=101", "limit=a", "paginationToken=unknown", "page=1"] {
            let name = query.split('=').next().expect("a name");
            let reply = admin.client.get(&format!("/permissions?{query}")).await;
            assert!(reply.status == 400 && reply.body.contains(name), "{query}: {}", reply.body);
        }
    }

    #[tokio::test]
    async fn a_role_is_given_once_and_taken_again() {
        let (_sandbox, admin) = admin().await;
        let path = assignments_of(&admin, "Wallet reader").await;
        let body = json!({ "identityId": identity(&admin).await }).to_string();
        let given = admin.signed("POST", &path, &body).await;
        assert_eq!(given.status, 200);
        assert_eq!(admin.signed("POST", &path, &body).await.status, 409);
        let id = given.json()["id"].as_str().expect("an id").to_owned();
        assert!(items(&admin, &path).await.iter().any(|it| it["id"] == *id));
        let taken = admin.signed("DELETE", &format!("{path}/{id}"), "{}").await;
        assert_eq!((taken.status, taken.body.as_str()), (204, ""));
        assert_eq!(admin.signed("DELETE", &format!("{path}/{id}"), "").await.status, 404);
        assert!(items(&admin, &path).await.iter().all(|it| it["id"] != *id));
    }

    #[tokio::test]
    async fn what_or_whom_there_is_not_gets_no_role() {
        let (_sandbox, admin) = admin().await;
        let path = assignments_of(&admin, "Wallet reader").await;
        let archived = assignments_of(&admin, "Signer of 2024").await;
        let known = json!({ "identityId": identity(&admin).await }).to_string();
        for (path, body, status) in [
            (path.as_str(), r#"{"identityId":"us-none"}"#, 404),
            ("/permissions/pm-none/assignments", &known, 404),
            (&archived, &known, 400),
            (&path, r#"{"identityId":"us-none","extra":1}"#, 400),
        ] {
            assert_eq!(admin.signed("POST", path, body).await.status, status, "{path} {body}");
        }
    }

    #[tokio::test]
    async fn where_roles_are_approved_another_admin_decides() {
        let (sandbox, admin) = admin().await;
        told(&sandbox, "role-approval", json!({ "needed": true })).await;
        let path = assignments_of(&admin, "Wallet reader").await;
        let identity = identity(&admin).await;
        let body = json!({ "identityId": identity }).to_string();
        let account = format!("/auth/service-accounts/{identity}");
        let before = admin.client.get(&account).await.json();
        for approved in [false, true] {
            let asked = admin.signed("POST", &path, &body).await;
            let change = asked.json();
            assert_eq!(
                (asked.status, &change["kind"], &change["status"]),
                (202, &"Assignment".into(), &"Pending".into())
            );
            let listed = items(&admin, &path).await;
            assert_eq!(listed.last().map(|it| it["pendingChangeRequest"].clone()), Some(change.clone()));
            assert_eq!(admin.client.get(&account).await.json(), before, "it does not hold yet");
            assert_eq!(admin.signed("POST", &path, &body).await.status, 409);
            told(&sandbox, "resolve-role", json!({ "changeRequestId": change["id"], "approved": approved })).await;
            assert_eq!(items(&admin, &path).await.len(), listed.len() - usize::from(!approved));
        }
        let listed = items(&admin, &path).await;
        let of_it = format!("{path}/{}", listed.last().and_then(|it| it["id"].as_str()).expect("an id"));
        let asked = admin.signed("DELETE", &of_it, "").await;
        assert_eq!((asked.status, &asked.json()["operationKind"]), (202, &"Delete".into()));
        assert_ne!(admin.client.get(&account).await.json(), before, "it holds still");
        let id = asked.json()["id"].clone();
        told(&sandbox, "resolve-role", json!({ "changeRequestId": id, "approved": true })).await;
        assert_eq!(admin.client.get(&account).await.json(), before);
    }
}
