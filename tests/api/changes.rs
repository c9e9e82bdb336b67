//! A service account or a personal access token is renamed, deactivated and activated: as Dfns' own client sends it, and however it
//! fails, nothing is said to be changed that is not.

use std::sync::Arc;

use keybearer::dfns::OverHttp;
use keybearer_core::{
    account::Connect,
    credential::CredentialKind,
    failure::{CallContext, Failure, NotNow},
    issuance::Revocation,
    key::{Change, Key, KeyApi, KeyId, KeyName},
    order::Terms,
    secret::SignInToken,
};
use keybearer_support::{recorder::Recorder, snapshot};
use serde_json::json;

use crate::{
    access_tokens::{KINDS, made, order},
    access_tokens_answers::faults,
    bad_answers::{told, with_no_port},
    signing::{Scene, Signs, answer, base, official, sent},
};

fn rename() -> Change {
    Change::Rename(KeyName::parse("New").expect("a name"))
}

#[tokio::test]
async fn each_change_is_on_the_wire_as_the_official_client_sends_it() {
    let (account, pat) = (CredentialKind::ServiceAccount, CredentialKind::PersonalAccessToken);
    for (label, kind, id, change) in [
        ("updateServiceAccount", account, "us-6b58p-r53sr-rlrd3l5cj3uc4ome", rename()),
        ("deactivateServiceAccount", account, "us-6b58p-r53sr-rlrd3l5cj3uc4ome", Change::Deactivate),
        ("activateServiceAccount", account, "us-6b58p-r53sr-rlrd3l5cj3uc4ome", Change::Activate),
        ("activatePAT", pat, "to-202a0-cdo33-o65mbt6q758lvvnt", Change::Activate),
    ] {
        let recorder = Recorder::answering(answer).await.expect("it starts");
        let token = Arc::new(SignInToken::parse("TOKEN").expect("a token"));
        let session = OverHttp.connect(&base(&recorder.url()), token, Some(Signs::own())).expect("a client");
        // What answers there knows of no account, so nothing shows that it was changed.
        let outcome = session.change(kind, &KeyId(id.to_owned()), &change).await;
        assert!(outcome.is_ok_and(|key| !change.is_made_in(&key)), "{label}");
        let ours: Vec<_> = recorder.requests().iter().map(sent).collect();
        assert_eq!(ours[..3], official(label), "{label}");
        assert_eq!(ours[3].0, "GET", "an answer proves nothing");
    }
}

#[tokio::test]
async fn each_is_changed_to_and_fro_and_an_api_key_is_not() {
    let scene = Scene::new().await;
    let (_, session) = scene.signed_in().await;
    for kind in KINDS {
        let (key, _) = made(&session, &order(kind, "Old", Terms::default())).await;
        for change in [rename(), Change::Deactivate, Change::Deactivate, Change::Activate, Change::Activate] {
            let changed = session.change(kind, &key.id, &change).await.expect("changed");
            assert!(changed.id == key.id && change.is_made_in(&changed), "{change:?}: {changed:?}");
        }
        let gone = session.change(kind, &KeyId("us-none".into()), &Change::Deactivate).await;
        assert_eq!(gone, Err(Failure::KeyGone));
    }
    let key = KeyId("api-one".into());
    let refused = session.change(CredentialKind::ApiKey, &key, &Change::Deactivate).await;
    assert_eq!(refused, Err(Failure::NotNow(NotNow::Unchangeable)));
}

#[tokio::test]
async fn one_whose_archiving_is_held_back_by_a_policy_is_not_said_to_be_archived() {
    let scene = Scene::new().await;
    let (_, session) = scene.signed_in().await;
    let keys: Arc<dyn KeyApi> = session;
    let listed = keys.list(CredentialKind::ServiceAccount).await.expect("a list");
    for key in listed {
        scene.control("fault", json!({ "on": "archiveServiceAccount", "fault": { "kind": "pendingApproval" } })).await;
        let outcome = Revocation::begin().run(&keys, &key).await;
        assert_eq!(outcome, Err(Failure::NotNow(NotNow::ChangeHeldBack)), "{key:?}");
        assert!(keys.read(key.kind, &key.id).await.is_ok_and(|now| now.status == key.status), "{key:?}");
    }
}

/// Changes one while a request fails in one way: what a person reads, and whether it was changed.
async fn outcome(change: &Change, call: &str, fault: &serde_json::Value) -> String {
    let scene = Scene::new().await;
    let keys = scene.impatient().await;
    let find = |listed: Vec<Key>| listed.into_iter().find(|key| ["Settlement bot", "New"].contains(&key.name.as_str()));
    let listed = keys.list(CredentialKind::ServiceAccount).await.expect("a list");
    let before = find(listed).expect("the sandbox has it");
    if *change == Change::Activate {
        keys.change(before.kind, &before.id, &Change::Deactivate).await.expect("deactivated");
    }
    scene.control("fault", json!({ "on": call, "fault": fault })).await;
    let outcome = Revocation::begin().change(&keys, &before, change).await;
    let now = find(keys.list(CredentialKind::ServiceAccount).await.expect("a list")).expect("it is there");
    let is_made = change.is_made_in(&now);
    let text = match &outcome {
        Ok(changed) => {
            assert!(is_made && change.is_made_in(changed), "{call} {fault}: said to be changed, and is not");
            "  changed, and that is sure\n".to_owned()
        }
        Err(failure @ Failure::Unclear(CallContext::Change, _)) => {
            told(failure) + &format!("  open, and changed: {is_made}\n")
        }
        Err(failure) => {
            assert!(!is_made, "{call} {fault}: said not to be changed, and is: {failure}");
            told(failure) + "  not changed, and that is sure\n"
        }
    };
    with_no_port(&text, &scene.url)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_at_each_request_of_a_change_nothing_is_claimed_that_is_not_so() {
    let mut all = String::new();
    for (change, last) in [
        (rename(), "updateServiceAccount"),
        (Change::Deactivate, "deactivateServiceAccount"),
        (Change::Activate, "activateServiceAccount"),
    ] {
        // What fails before it is signed, fails alike for each.
        let calls = if last == "deactivateServiceAccount" { &["actionInit", "action", last][..] } else { &[last] };
        for call in calls {
            for (name, fault) in faults() {
                all += &format!("{call}: {name}\n{}\n", outcome(&change, call, &fault).await);
            }
        }
    }
    snapshot::ensure_as_in("api/changes.txt", &all);
}
