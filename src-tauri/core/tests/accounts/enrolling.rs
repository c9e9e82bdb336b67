//! A credential of this computer's own: none is registered that Keybearer does not know of.

use std::time::Duration;

use keybearer_core::{
    account::{Keep, Session, Storage},
    failure::{CallContext, CredentialProblem, Failure, KeyringProblem, UnclearAnswer},
    journal::EnrolmentState,
};

use crate::stand_ins::{Scene, locked};

const LOST: Failure = Failure::Unclear(CallContext::Enrol, UnclearAnswer::Cut);

#[tokio::test]
async fn it_is_written_down_and_in_the_keyring_before_dfns_is_asked_to_register_it() {
    let scene = Scene::new();
    scene.enrol(true).await.expect("enrolled");
    scene.until(|scene| scene.signed_in().storage == Storage::Keyring).await;
    let log = ["written down", "kept Unconfirmed", "asked to register it", "kept Confirmed", "Registered"];
    assert_eq!(scene.log(), log);
    let credential = scene.signed_in().at.account.credential.expect("a credential");
    assert!(credential.own && locked(&scene.dfns.credentials).contains(&credential.id));
    assert!(scene.keyring.tokens().is_empty(), "no token is kept where there is a credential");
    assert!(scene.sessions.can_sign());
}

#[tokio::test]
async fn the_next_start_signs_in_by_it_and_so_does_the_one_after() {
    let mut scene = Scene::new();
    scene.enrol(true).await.expect("enrolled");
    scene.until(|scene| scene.signed_in().storage == Storage::Keyring).await;
    for _ in 0..2 {
        scene = scene.started_anew();
        scene.sessions.restore().await;
        assert_eq!(scene.user(), "ada");
        assert!(scene.sessions.can_sign());
    }
    assert_eq!(scene.private_keys(), 1);
}

#[tokio::test]
async fn nothing_is_asked_for_where_it_cannot_be_written_down() {
    let scene = Scene::new();
    *locked(&scene.book.full) = true;
    assert!(matches!(scene.enrol(true).await, Err(Failure::File(_))));
    assert!(scene.log().is_empty() && scene.private_keys() == 0);
    assert!(locked(&scene.dfns.credentials).is_empty());
}

#[tokio::test]
async fn a_registration_that_dfns_refuses_leaves_no_key_behind() {
    let scene = Scene::new();
    let refused = Failure::Credential(CredentialProblem::CodeRefused(None));
    locked(&scene.dfns.registrations).push_back((Err(refused.clone()), false));
    assert_eq!(scene.enrol(true).await, Err(refused));
    assert_eq!((scene.book.states(), scene.private_keys()), (vec![EnrolmentState::NotRegistered], 0));
    assert!(matches!(scene.sessions.now(), Session::SignedOut { .. }));
}

#[tokio::test]
async fn where_the_answer_alone_was_lost_it_is_signed_in_with() {
    let scene = Scene::new();
    locked(&scene.dfns.registrations).push_back((Err(LOST), true));
    scene.enrol(true).await.expect("found among the user's credentials");
    assert_eq!(scene.book.states(), [EnrolmentState::Registered]);
    assert_eq!(scene.user(), "ada");
}

#[tokio::test(start_paused = true)]
async fn one_that_cannot_be_looked_for_at_once_is_found_later_in_the_same_run() {
    let scene = Scene::new();
    locked(&scene.dfns.registrations).push_back((Err(LOST), true));
    locked(&scene.dfns.refusals).extend([None, Some(Failure::Unclear(CallContext::SignIn, UnclearAnswer::Cut))]);
    assert_eq!(scene.enrol(false).await, Err(LOST));
    assert_eq!(scene.book.states(), [EnrolmentState::Begun]);
    tokio::time::sleep(Duration::from_secs(3)).await;
    scene.until(|scene| !scene.sessions.accounts().is_empty()).await;
    assert_eq!(scene.book.states(), [EnrolmentState::Registered]);
    let id = scene.sessions.accounts()[0].at.account.id.clone();
    scene.sessions.switch(&id).await.expect("its key was not lost, though no keyring has it");
    assert_eq!(scene.user(), "ada");
}

#[tokio::test]
async fn one_that_the_app_was_ended_over_is_found_at_the_next_start() {
    let scene = Scene::new();
    locked(&scene.dfns.registrations).push_back((Err(LOST), true));
    locked(&scene.dfns.refusals).extend([None, Some(Failure::Unclear(CallContext::SignIn, UnclearAnswer::Cut))]);
    assert_eq!(scene.enrol(true).await, Err(LOST));
    let next = scene.started_anew();
    next.sessions.settle_enrolments().await;
    assert_eq!(next.book.states(), [EnrolmentState::Registered]);
    let id = next.sessions.accounts()[0].at.account.id.clone();
    next.sessions.switch(&id).await.expect("signed in");
    assert_eq!(next.user(), "ada");
}

#[tokio::test]
async fn one_that_was_never_registered_is_given_up_once_its_code_is_over_and_not_before() {
    let scene = Scene::new();
    locked(&scene.dfns.registrations).push_back((Err(LOST), false));
    assert_eq!(scene.enrol(true).await, Err(LOST));
    let next = scene.started_anew();
    next.sessions.settle_enrolments().await;
    assert_eq!((next.book.states(), next.private_keys()), (vec![EnrolmentState::Begun], 1));
    next.book.age(time::Duration::minutes(3));
    next.sessions.settle_enrolments().await;
    assert_eq!((next.book.states(), next.private_keys()), (vec![EnrolmentState::NotRegistered], 0));
}

#[tokio::test]
async fn without_a_keyring_it_is_good_for_this_run_and_that_is_told() {
    let scene = Scene::new();
    scene.keyring.fail_with(Some(KeyringProblem::Absent));
    scene.enrol(true).await.expect("enrolled");
    let told = Storage::MemoryForWant(Failure::Keyring(KeyringProblem::Absent));
    scene.until(|scene| scene.signed_in().storage == told).await;
    let id = scene.signed_in().at.account.id;
    scene.sessions.switch(&id).await.expect("still signed in");
    assert!(scene.sessions.can_sign());
}

#[tokio::test]
async fn nothing_is_registered_for_an_organization_that_the_user_is_not_of() {
    let scene = Scene::new();
    let refused = Failure::Credential(CredentialProblem::UserRefused(None));
    locked(&scene.dfns.refusals).push_back(Some(refused.clone()));
    assert_eq!(scene.enrol(true).await, Err(refused));
    assert!(scene.log().is_empty() && scene.private_keys() == 0);
}

#[tokio::test]
async fn an_answer_alone_is_no_proof_that_it_is_registered() {
    let scene = Scene::new();
    locked(&scene.dfns.registrations).push_back((Ok(()), false));
    assert!(matches!(scene.enrol(true).await, Err(Failure::Unclear(CallContext::Enrol, _))));
    assert_eq!((scene.book.states(), scene.private_keys()), (vec![EnrolmentState::Begun], 1));
}

#[tokio::test]
async fn it_stays_in_doubt_in_the_journal_where_the_file_of_the_accounts_cannot_be_written() {
    let scene = Scene::new();
    let newer = r#"{"version": 2, "accounts": []}"#;
    std::fs::write(scene.folder().join("accounts.json"), newer).expect("written");
    assert!(matches!(scene.enrol(true).await, Err(Failure::File(_))));
    assert_eq!((scene.book.states(), scene.private_keys()), (vec![EnrolmentState::Begun], 1));
}

#[tokio::test]
async fn a_token_that_is_pasted_for_this_run_alone_takes_no_credential_along() {
    let scene = Scene::new();
    scene.enrol(true).await.expect("enrolled");
    let (user, organization) = ("ada", "or-1");
    let claims = serde_json::json!({ "email": user, "https://custom/orgId": organization });
    scene.sign_in_with(&claims, false).await.expect("signed in");
    scene.until(|scene| scene.keyring.uses() > 0).await;
    tokio::task::yield_now().await;
    assert!(scene.sessions.can_sign() && scene.private_keys() == 1);
    let next = scene.started_anew();
    next.sessions.restore().await;
    assert_eq!(next.user(), "ada", "by the credential");
}

#[tokio::test]
async fn connecting_again_takes_the_place_of_the_credential_before_whose_key_is_forgotten() {
    let scene = Scene::new();
    scene.enrol(true).await.expect("enrolled");
    let first = scene.signed_in().at.account.credential.expect("a credential").id;
    scene.sessions.renew();
    scene.enrol(true).await.expect("enrolled");
    let second = scene.signed_in().at.account.credential.expect("a credential").id;
    assert_ne!(first, second);
    scene.until(|scene| scene.private_keys() == 1).await;
    assert_eq!(scene.sessions.accounts().len(), 1);
    // It is registered still, and the one that is in use can deactivate it.
    assert!(locked(&scene.dfns.credentials).contains(&first));
}

#[tokio::test]
async fn signing_out_ends_the_session_and_deactivates_the_credential_where_that_is_wanted() {
    for deactivate in [false, true] {
        let scene = Scene::new();
        scene.enrol(true).await.expect("enrolled");
        scene.until(|scene| scene.signed_in().storage == Storage::Keyring).await;
        scene.sessions.sign_out(deactivate).await.expect("signed out");
        assert_eq!(scene.dfns.ended.load(std::sync::atomic::Ordering::SeqCst), 1);
        assert_eq!(locked(&scene.dfns.credentials).is_empty(), deactivate);
        let state = if deactivate { EnrolmentState::Deactivated } else { EnrolmentState::Registered };
        assert_eq!((scene.book.states(), scene.private_keys()), (vec![state], 0));
        assert!(scene.started_anew().sessions.accounts().is_empty());
    }
}

#[tokio::test]
async fn a_session_from_the_dashboard_is_not_ended_there() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", keybearer_core::account::Environment::Staging).await;
    scene.sessions.sign_out(false).await.expect("signed out");
    assert_eq!(scene.dfns.ended.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_credential_that_dfns_no_longer_takes_is_told_and_nothing_is_signed() {
    let scene = Scene::new();
    scene.enrol(true).await.expect("enrolled");
    scene.until(|scene| scene.signed_in().storage == Storage::Keyring).await;
    locked(&scene.dfns.credentials).clear();
    let next = scene.started_anew();
    next.sessions.restore().await;
    let Session::SignedOut { reason: Some(reason), account: Some(account) } = next.sessions.now() else {
        panic!("somebody is signed in");
    };
    let id = account.credential.expect("its credential").id;
    let told = CredentialProblem::NotAmongTheUsers { id, username: "ada".into() };
    assert_eq!(reason, Failure::Credential(told));
}

#[tokio::test]
async fn one_with_a_passphrase_is_locked_in_the_keyring_and_opened_once_after_each_start() {
    let scene = Scene::new();
    locked(&scene.typist.0).push_back("correct horse");
    scene.enrol_and(Keep::Locked).await.expect("enrolled");
    assert!(scene.are_locked() && scene.signed_in().storage == Storage::Keyring);

    let next = scene.started_anew();
    locked(&next.typist.0).extend(["wrong", "correct horse"]);
    next.sessions.restore().await;
    assert_eq!(next.user(), "ada");
    let keys: std::sync::Arc<dyn keybearer_core::key::KeyApi> = next.signed_in().access;
    assert!(next.sessions.ended(&keys, true).await, "it is open still");
    next.sessions.set_locked(true);
    assert!(!next.sessions.ended(&keys, true).await, "nothing is signed behind a lock");
    assert_eq!(next.user(), "ada", "and nobody is signed out by it");
    next.sessions.set_locked(false);
    assert!(!next.sessions.ended(&keys, true).await, "it was locked along with the session");
    let Session::SignedOut { reason, .. } = next.sessions.now() else { panic!("signed in") };
    assert_eq!(reason, Some(Failure::Credential(CredentialProblem::StaysLocked)));
}

#[tokio::test]
async fn whoever_gives_up_choosing_a_passphrase_registers_nothing() {
    let scene = Scene::new();
    assert_eq!(scene.enrol_and(Keep::Locked).await, Err(Failure::CheckCalledOff));
    assert!(scene.log().is_empty() && scene.private_keys() == 0);
}
