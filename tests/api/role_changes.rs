//! A role is given to a service account or a personal access token, and taken: as Dfns' own client sends it, and against the sandbox.

use std::sync::Arc;

use keybearer::dfns::OverHttp;
use keybearer_core::{
    account::{Connect, UserSession},
    failure::{CallContext, Failure, RoleChangeEnded, UnclearAnswer},
    key::{Key, KeyId},
    order::Terms,
    role::{Assigned, Assignment, GivenRole, PendingChange},
    secret::SignInToken,
};
use keybearer_support::recorder::{Recorder, Reply};
use serde_json::{Value, json};

use crate::{
    access_tokens::{KINDS, made, order, role},
    signing::{Scene, Signs, answer, base, official, sent},
};

const ROLE: &str = "pm-37vj4-jkr4l-lc9945spfftkne57";
const ACCOUNT: &str = "us-6b58p-r53sr-rlrd3l5cj3uc4ome";
const ASSIGNMENT: &str = "as-1vcmc-qrek0-6b4vii9pln60907e";

/// Signed in at a Dfns that answers the last request so.
async fn answered(status: u16, body: Value) -> (Recorder, Arc<dyn UserSession>) {
    let recorder = Recorder::answering(move |request| match request.path() {
        path if path.starts_with("/permissions") => Reply::json(status, &body),
        _ => answer(request),
    });
    let recorder = recorder.await.expect("it starts");
    let token = Arc::new(SignInToken::parse("TOKEN").expect("a token"));
    let session = OverHttp.connect(&base(&recorder.url()), token, Some(Signs::own())).expect("a client");
    (recorder, session)
}

#[tokio::test]
async fn a_role_is_given_and_taken_on_the_wire_as_the_official_client_does_it() {
    let (recorder, session) = answered(200, json!({ "id": ASSIGNMENT })).await;
    assert_eq!(session.assign(ROLE, &KeyId(ACCOUNT.to_owned())).await, Ok(Assigned::Applied));
    assert_eq!(session.unassign(ROLE, ASSIGNMENT).await, Ok(Assigned::Applied));
    let ours: Vec<_> = recorder.requests().iter().map(sent).collect();
    assert_eq!(ours[..3], official("createAssignment"));
    // Theirs passes the approval by, which nobody asked for.
    let mut theirs = official("deleteAssignment force");
    theirs[2].1 = theirs[2].1.strip_suffix("?force=true").expect("a query").to_owned();
    assert_eq!(ours[3..], theirs);
}

#[tokio::test]
async fn an_answer_is_taken_for_what_it_says_and_no_other_for_dfns_own() {
    let unclear = |context| Err(Failure::Unclear(context, UnclearAnswer::NotUnderstood));
    let pending = |change: &str| Ok(Assigned::Pending { change: change.to_owned() });
    let change = |status: &str| json!({ "id": "cr-1", "kind": "Assignment", "status": status });
    for (status, body, given, taken) in [
        (200, json!({ "id": "as-1" }), Ok(Assigned::Applied), Ok(Assigned::Applied)),
        (200, json!({}), unclear(CallContext::GiveRole), Ok(Assigned::Applied)),
        (202, change("Pending"), pending("cr-1"), pending("cr-1")),
        (200, change("Pending"), pending("cr-1"), pending("cr-1")),
        (202, json!({ "status": "PendingApproval" }), pending(""), pending("")),
        (200, change("Applied"), Ok(Assigned::Applied), Ok(Assigned::Applied)),
        (202, change("Applied"), Ok(Assigned::Applied), Ok(Assigned::Applied)),
        (
            202,
            change("Rejected"),
            Err(Failure::RoleChange(RoleChangeEnded::Rejected)),
            Err(Failure::RoleChange(RoleChangeEnded::Rejected)),
        ),
        (
            200,
            change("Failed"),
            Err(Failure::RoleChange(RoleChangeEnded::Failed)),
            Err(Failure::RoleChange(RoleChangeEnded::Failed)),
        ),
    ] {
        let (_recorder, session) = answered(status, body.clone()).await;
        assert_eq!(session.assign(ROLE, &KeyId(ACCOUNT.to_owned())).await, given, "{status} {body}");
        assert_eq!(session.unassign(ROLE, ASSIGNMENT).await, taken, "{status} {body}");
    }
}

#[tokio::test]
async fn what_is_no_plain_id_is_put_into_no_path_and_no_body() {
    let (recorder, session) = answered(200, json!({ "id": "as-1", "items": [] })).await;
    let account = KeyId(ACCOUNT.to_owned());
    for odd in ["", "..", "pm-1/../x", "pm 1", "pm-1?force=true", "pm%2f1", "é"] {
        assert_eq!(session.assign(odd, &account).await, Err(Failure::KeyWithoutId), "{odd}");
        assert_eq!(session.assign(ROLE, &KeyId(odd.to_owned())).await, Err(Failure::KeyWithoutId), "{odd}");
        assert_eq!(session.unassign(odd, ASSIGNMENT).await, Err(Failure::KeyWithoutId), "{odd}");
        assert_eq!(session.unassign(ROLE, odd).await, Err(Failure::KeyWithoutId), "{odd}");
        assert_eq!(session.assignments(odd).await, Err(Failure::KeyWithoutId), "{odd}");
    }
    assert!(recorder.requests().is_empty());
}

#[tokio::test]
async fn assignments_are_read_page_by_page_with_what_is_pending() {
    let page = |items: Value, next: Option<&str>| Reply::json(200, &json!({ "items": items, "nextPageToken": next }));
    let one = |id: &str, change: Value| json!({ "id": id, "permissionId": ROLE, "identityId": ACCOUNT, "pendingChangeRequest": change });
    let change = |status: &str, kind: &str| json!({ "id": "cr-1", "status": status, "operationKind": kind });
    let recorder = Recorder::start([
        page(json!([one("as-1", Value::Null), one("as-2", change("Pending", "Create"))]), Some("more")),
        page(json!([one("as-3", change("Pending", "Delete")), one("as-4", change("Applied", "Create"))]), None),
        page(json!([{ "id": "as-5" }]), None),
    ]);
    let recorder = recorder.await.expect("it starts");
    let token = Arc::new(SignInToken::parse("TOKEN").expect("a token"));
    let session = OverHttp.connect(&base(&recorder.url()), token, None).expect("a client");
    let of = |id: &str, takes: Option<bool>| Assignment {
        id: id.to_owned(),
        identity: KeyId(ACCOUNT.to_owned()),
        pending: takes.map(|takes| PendingChange { id: "cr-1".to_owned(), takes: Some(takes) }),
    };
    let listed = session.assignments(ROLE).await.expect("a list");
    assert_eq!(listed, [of("as-1", None), of("as-2", Some(false)), of("as-3", Some(true)), of("as-4", None)]);
    assert!(recorder.requests()[1].path().ends_with("/assignments?limit=100&paginationToken=more"));
    // One that is given to nobody is no assignment.
    let odd = session.assignments(ROLE).await;
    assert_eq!(odd, Err(Failure::Unclear(CallContext::Read, UnclearAnswer::NotUnderstood)));
}

fn roles(key: &Key) -> &[GivenRole] {
    &key.signing.as_ref().expect("it signs").roles
}

#[tokio::test]
async fn each_kind_is_given_a_role_that_is_seen_then_and_taken_again_by_its_assignment() {
    let scene = Scene::new().await;
    let (_, session) = scene.signed_in().await;
    let reader = role(&session, "Wallet reader").await;
    for kind in KINDS {
        let (key, _) = made(&session, &order(kind, "Reader", Terms::default())).await;
        assert_eq!(session.assign(&reader.id, key.identity()).await, Ok(Assigned::Applied));
        let given = session.read(kind, &key.id).await.expect("it is there");
        let assignment = roles(&given)[0].assignment.clone().expect("an id");
        let listed = session.assignments(&reader.id).await.expect("a list");
        assert!(listed.iter().any(|it| it.id == assignment && it.identity == *key.identity() && it.pending.is_none()));
        let twice = session.assign(&reader.id, key.identity()).await;
        assert!(matches!(twice, Err(Failure::Conflict(_))), "{twice:?}");
        assert_eq!(session.unassign(&reader.id, &assignment).await, Ok(Assigned::Applied));
        assert!(roles(&session.read(kind, &key.id).await.expect("it is there")).is_empty());
        assert_eq!(session.unassign(&reader.id, &assignment).await, Err(Failure::KeyGone));
    }
}

#[tokio::test]
async fn where_another_admin_approves_of_roles_one_is_pending_until_then() {
    let scene = Scene::new().await;
    let (_, session) = scene.signed_in().await;
    scene.control("role-approval", json!({ "needed": true })).await;
    let reader = role(&session, "Wallet reader").await;
    let (key, _) = made(&session, &order(KINDS[0], "Reader", Terms::default())).await;
    let Ok(Assigned::Pending { change }) = session.assign(&reader.id, key.identity()).await else {
        panic!("not pending");
    };
    let of = |listed: Vec<Assignment>| listed.into_iter().find(|it| it.identity == *key.identity());
    let listed = of(session.assignments(&reader.id).await.expect("a list")).expect("it is listed");
    assert_eq!(listed.pending, Some(PendingChange { id: change.clone(), takes: Some(false) }));
    assert!(roles(&session.read(key.kind, &key.id).await.expect("it is there")).is_empty(), "it does not hold yet");
    scene.control("resolve-role", json!({ "changeRequestId": change, "approved": true })).await;
    let taken = session.unassign(&reader.id, &listed.id).await;
    let Ok(Assigned::Pending { change }) = taken else { panic!("{taken:?}") };
    let listed = of(session.assignments(&reader.id).await.expect("a list")).expect("it is listed");
    assert_eq!(listed.pending.and_then(|pending| pending.takes), Some(true));
    scene.control("resolve-role", json!({ "changeRequestId": change, "approved": true })).await;
    assert_eq!(of(session.assignments(&reader.id).await.expect("a list")), None);
}
