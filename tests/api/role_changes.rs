//! A role is given to a service account or a personal access token, and taken: as Dfns' own client sends it, and however it fails,
//! nothing is said to be given or taken that is not.

use std::{sync::Arc, time::Duration};

use keybearer::dfns::OverHttp;
use keybearer_core::{
    account::{Connect, UserSession},
    assigning::{Assigning, RoleOutcome},
    credential::CredentialKind,
    failure::{CallContext, Failure, RoleChangeEnded, UnclearAnswer},
    issuance::Revocation,
    journal::{NewRoleChange, RoleOperation},
    key::{Key, KeyApi, KeyId, Owner},
    order::Terms,
    role::{Assigned, Assignment, GivenRole, PendingChange},
    secret::SignInToken,
};
use keybearer_support::{
    recorder::{Recorder, Reply},
    snapshot,
};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    access_tokens::{KINDS, made, order, role},
    access_tokens_answers::faults,
    bad_answers::{NoJournal, told, with_no_port},
    signing::{Scene, Signs, answer, base, official, sent},
};

/// Longer than any answer takes on a busy computer; and what is waited for one that never comes.
const PATIENCE: Duration = Duration::from_secs(60);
const IN_VAIN: Duration = Duration::from_secs(4);

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

/// Somebody who signs, and what is to be done with a role of theirs.
struct Wanted {
    scene: Scene,
    keys: Arc<dyn KeyApi>,
    /// The same user, who waits as long as it takes.
    patient: Arc<dyn UserSession>,
    assigning: Assigning,
    change: NewRoleChange,
}

impl Wanted {
    /// One of this kind, which has the role where it is to be taken.
    async fn new(kind: CredentialKind, operation: RoleOperation, patience: Duration) -> Self {
        let scene = Scene::new().await;
        let (keys, (_, patient)) = (scene.waiting_at_most(patience).await, scene.signed_in().await);
        let (key, _) = made(&patient, &order(kind, "Reader", Terms::default())).await;
        let mut role = role(&patient, "Wallet reader").await.given();
        if operation == RoleOperation::Take {
            patient.assign(&role.id, key.identity()).await.expect("given");
            role = roles(&patient.read(kind, &key.id).await.expect("it is there"))[0].clone();
        }
        let (owner, key_name, identity) = (Owner::default(), key.name.clone(), key.identity().clone());
        let change = NewRoleChange { owner, operation, kind, key: key.id, key_name, identity, role };
        let assigning = Assigning::new(Arc::new(NoJournal), watch::Sender::new(()));
        Self { scene, keys, patient, assigning, change }
    }

    async fn ask(&self) -> Result<RoleOutcome, Failure> {
        self.assigning.change(&self.keys, self.change.clone(), &Revocation::begin()).await
    }

    /// Whether it is so, by what Dfns lists.
    async fn is_so(&self) -> bool {
        let listed = self.patient.list(self.change.kind).await.expect("a list");
        let key = listed.iter().find(|key| key.id == self.change.key).expect("it is listed");
        roles(key).iter().any(|role| role.id == self.change.role.id) == (self.change.operation == RoleOperation::Give)
    }

    /// What needs attention.
    fn open(&self) -> String {
        let open = self.assigning.open().into_iter();
        open.map(|open| format!("  needs attention: {} {}\n", open.message(), open.hint())).collect()
    }

    /// Asks for it while requests fail in one way: what a person reads, then and once it was looked what became of it.
    async fn outcome(&self, calls: &[&str], fault: &Value) -> String {
        for call in calls {
            self.scene.control("fault", json!({ "on": call, "fault": fault })).await;
        }
        let outcome = self.ask().await;
        let (is_so, open) = (self.is_so().await, self.open());
        let text = match &outcome {
            Ok(RoleOutcome::Done) => {
                assert!(is_so && open.is_empty(), "{calls:?} {fault}: said to be done, and is not");
                "  done, and that is sure\n".to_owned()
            }
            Ok(RoleOutcome::Pending) => {
                assert!(!is_so && !open.is_empty(), "{calls:?} {fault}: said to be pending, and is not");
                "  pending\n".to_owned()
            }
            Err(failure @ Failure::Unclear(CallContext::GiveRole | CallContext::TakeRole, _)) => {
                assert!(!open.is_empty(), "{calls:?} {fault}: open, and nobody is told");
                told(failure) + &format!("  open, and so: {is_so}\n")
            }
            Err(failure) => {
                assert!(!is_so && open.is_empty(), "{calls:?} {fault}: said not to be done, and is: {failure}");
                told(failure) + "  not done, and that is sure\n"
            }
        };
        // Whatever was planned for requests that were never sent has its turn.
        for _ in 0..3 {
            let applied = self.assigning.follow_up(&self.keys, &Owner::default()).await;
            assert!(applied.is_empty() || self.is_so().await, "{calls:?} {fault}: found to be so, and is not");
        }
        let later = self.open();
        assert_eq!(later.is_empty(), open.is_empty() || is_so, "{calls:?} {fault}: {later}");
        let later = if open.is_empty() { String::new() } else { format!("  looked at again:\n{later}") };
        with_no_port(&(text + &open + &later), &self.scene.url)
    }
}

/// The request for it, and those by which it is looked at afterwards.
fn calls(kind: CredentialKind, operation: RoleOperation) -> [Vec<&'static str>; 2] {
    let read = if kind == CredentialKind::ServiceAccount { "readServiceAccount" } else { "readPat" };
    match operation {
        RoleOperation::Give => [vec!["createAssignment"], vec!["listAssignments", read]],
        RoleOperation::Take => [vec!["revokeAssignment"], vec!["listAssignments", read]],
    }
}

async fn all_outcomes(kind: CredentialKind, operation: RoleOperation, also: &[&'static str]) -> String {
    let mut all = String::new();
    for calls in also.iter().map(|call| vec![*call]).chain(calls(kind, operation)) {
        let (first, rest) = calls.split_first().expect("one");
        let about = if rest.is_empty() { (*first).to_owned() } else { format!("{operation:?}, looked at afterwards") };
        for (name, fault) in faults() {
            let patience = if fault["kind"] == "silent" { IN_VAIN } else { PATIENCE };
            let outcome = Wanted::new(kind, operation, patience).await.outcome(&calls, &fault).await;
            all += &format!("{about}: {name}\n{outcome}\n");
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_at_each_request_no_role_is_said_to_be_given_or_taken_that_is_not() {
    let (account, pat) = (CredentialKind::ServiceAccount, CredentialKind::PersonalAccessToken);
    // What fails before it is signed, fails alike for each.
    let (give, give_pat, take, take_pat) = tokio::join!(
        all_outcomes(account, RoleOperation::Give, &["actionInit", "action"]),
        all_outcomes(pat, RoleOperation::Give, &["actionInit", "action"]),
        all_outcomes(account, RoleOperation::Take, &[]),
        all_outcomes(pat, RoleOperation::Take, &[]),
    );
    assert_eq!(give, give_pat, "a personal access token is told of otherwise");
    assert_eq!(take, take_pat, "a personal access token is told of otherwise");
    snapshot::ensure_as_in("api/role_changes.txt", &(give + &take));
}

#[tokio::test]
async fn what_is_pending_is_asked_for_no_second_time_and_is_told_once_it_is_decided() {
    for operation in [RoleOperation::Give, RoleOperation::Take] {
        for approved in [true, false] {
            let wanted = Wanted::new(CredentialKind::ServiceAccount, operation, PATIENCE).await;
            wanted.scene.control("role-approval", json!({ "needed": true })).await;
            assert_eq!(wanted.ask().await, Ok(RoleOutcome::Pending));
            let refused = wanted.ask().await;
            assert!(matches!(refused, Err(Failure::NotNow(_))), "{refused:?}");
            let before = wanted.open();
            assert!(before.contains("waits for another admin’s approval"), "{before}");
            let request = wanted.assigning.open()[0].change.request.clone().expect("its id");
            wanted.scene.control("resolve-role", json!({ "changeRequestId": request, "approved": approved })).await;
            let applied = wanted.assigning.follow_up(&wanted.keys, &Owner::default()).await;
            let after = wanted.open();
            assert_eq!((applied.len(), after.is_empty()), (usize::from(approved), approved), "{after}");
            assert_eq!(wanted.is_so().await, approved);
            if !approved {
                assert!(after.contains("no longer pending") && after.contains("outcome isn’t known"), "{after}");
                // It can be asked for anew, and what was open of it is over.
                wanted.scene.control("role-approval", json!({ "needed": false })).await;
                assert_eq!(wanted.ask().await, Ok(RoleOutcome::Done));
                assert_eq!(wanted.open(), "");
            }
        }
    }
}

#[tokio::test]
async fn what_dfns_says_was_rejected_is_not_done_and_not_open() {
    let rejected = json!({ "id": "cr-1", "kind": "Assignment", "status": "Rejected" });
    let (_recorder, session) = answered(202, rejected).await;
    let keys: Arc<dyn KeyApi> = session;
    let assigning = Assigning::new(Arc::new(NoJournal), watch::Sender::new(()));
    let role = GivenRole { id: ROLE.into(), name: "Reader".into(), assignment: None };
    let [key, identity] = [KeyId(ACCOUNT.into()), KeyId(ACCOUNT.into())];
    let (owner, operation) = (Owner::default(), RoleOperation::Give);
    let change = NewRoleChange { owner, operation, kind: KINDS[0], key, key_name: "Bot".into(), identity, role };
    let outcome = assigning.change(&keys, change, &Revocation::begin()).await;
    assert_eq!(outcome, Err(Failure::RoleChange(RoleChangeEnded::Rejected)));
    assert!(assigning.open().is_empty());
}
