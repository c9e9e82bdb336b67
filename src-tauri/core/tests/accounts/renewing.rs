//! Sessions that a credential has begun are renewed before they end, for as long as somebody is there.

use std::{sync::Arc, time::Duration};

use keybearer_core::{
    account::{Environment, Session, Storage},
    failure::{CallContext, CredentialProblem, Failure, UnclearAnswer},
    key::KeyApi,
};

use crate::stand_ins::{Scene, locked};

/// Signed in by a credential, for a session of 1,000 seconds.
async fn enrolled() -> Scene {
    let scene = Scene::new();
    *locked(&scene.dfns.life) = Some(time::Duration::seconds(1000));
    scene.enrol(true).await.expect("enrolled");
    scene.until(|scene| scene.signed_in().storage == Storage::Keyring).await;
    tokio::spawn(Arc::clone(&scene.sessions).keep_renewed());
    scene
}

fn connections(scene: &Scene) -> usize {
    locked(&scene.dfns.connections).len()
}

async fn pass(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_session_is_renewed_before_it_ends_and_not_long_before() {
    let scene = enrolled().await;
    let before = connections(&scene);
    pass(790).await;
    assert_eq!(connections(&scene), before, "there is time yet");
    pass(20).await;
    assert_eq!(connections(&scene), before + 1);
    assert!(scene.signed_in().unrenewed.is_none());
}

#[tokio::test(start_paused = true)]
async fn none_is_renewed_behind_a_lock_or_when_nobody_was_there_for_long_and_all_once_somebody_is_back() {
    let scene = enrolled().await;
    let before = connections(&scene);
    scene.sessions.set_locked(true);
    pass(2000).await;
    assert_eq!(connections(&scene), before, "behind the lock");
    scene.sessions.set_locked(false);
    pass(1).await;
    assert_eq!(connections(&scene), before + 1);
    // By the clock of the stand-in's tokens no time passes.
    scene.sessions.set_idle(Duration::from_secs(100));
    pass(2000).await;
    assert_eq!(connections(&scene), before + 1, "while nobody is there");
    scene.sessions.set_locked(false);
    pass(1).await;
    assert_eq!(connections(&scene), before + 2);
}

#[tokio::test(start_paused = true)]
async fn what_keeps_a_session_from_being_renewed_is_told_while_it_lasts_and_tried_again() {
    let scene = enrolled().await;
    let cut = Failure::Unclear(CallContext::SignIn, UnclearAnswer::Cut);
    locked(&scene.dfns.refusals).push_back(Some(cut.clone()));
    pass(810).await;
    assert_eq!(scene.signed_in().unrenewed, Some(cut));
    pass(20).await;
    assert!(scene.signed_in().unrenewed.is_none(), "the next try succeeds");
}

#[tokio::test]
async fn a_session_that_dfns_ended_is_renewed_and_whoever_was_refused_is_told_so() {
    let scene = enrolled().await;
    let keys: Arc<dyn KeyApi> = scene.signed_in().access;
    let before = connections(&scene);
    assert!(scene.sessions.ended(&keys, true).await);
    assert_eq!(connections(&scene), before + 1);
    assert_eq!(scene.user(), "ada", "and what was under way stays");
}

#[tokio::test]
async fn where_it_cannot_be_renewed_for_good_a_new_sign_in_is_asked_for_with_the_reason() {
    let scene = enrolled().await;
    let keys: Arc<dyn KeyApi> = scene.signed_in().access;
    locked(&scene.dfns.refusals).push_back(Some(Failure::Credential(CredentialProblem::SingleSignOn)));
    assert!(!scene.sessions.ended(&keys, true).await);
    let Session::SignedOut { reason, account: Some(_) } = scene.sessions.now() else { panic!("signed in") };
    assert_eq!(reason, Some(Failure::Credential(CredentialProblem::SingleSignOn)));
}

#[tokio::test]
async fn a_session_of_a_pasted_token_is_never_renewed() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", Environment::Staging).await;
    let keys: Arc<dyn KeyApi> = scene.signed_in().access;
    assert!(!scene.sessions.ended(&keys, true).await);
    assert!(matches!(scene.sessions.now(), Session::SignedOut { reason: Some(Failure::SignInAgain), .. }));
}

#[tokio::test]
async fn a_renewal_that_ends_after_signing_out_signs_nobody_in_again() {
    let scene = enrolled().await;
    let keys: Arc<dyn KeyApi> = scene.signed_in().access;
    let access = scene.signed_in().access;
    let gate = scene.dfns.hold_sign_ins();
    let (renewed, ()) = tokio::join!(scene.sessions.ended(&keys, true), async {
        scene.sessions.sign_out(false).await.expect("signed out");
        gate.notify_one();
    });
    assert!(renewed, "it ended well");
    assert!(access.session().is_none(), "what it brought is in memory still");
    assert!(matches!(scene.sessions.now(), Session::SignedOut { .. }));
}
