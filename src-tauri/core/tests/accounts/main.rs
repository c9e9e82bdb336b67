//! Signing in and out and switching accounts, with a keyring and a Dfns that behave as told.

mod enrolling;
mod renewing;
mod stand_ins;

use keybearer_core::{
    account::{Environment, Session, Storage},
    credential::CredentialKind,
    failure::{CallContext, ConnectError, Failure, KeyringProblem, UnclearAnswer},
    key::KeyApi,
};

use crate::stand_ins::{Scene, custom, locked, token};

#[tokio::test]
async fn a_keyring_that_takes_its_time_keeps_nobody_waiting() {
    let scene = Scene::new();
    scene.keyring.hold_back();
    scene.sign_in("ada", Environment::Production, true).await.expect("signed in");
    assert_eq!(scene.signed_in().storage, Storage::Keeping);
    assert!(scene.signed_in().access.list(CredentialKind::ApiKey).await.is_ok(), "it can be worked with");
    scene.keyring.go_on();
    scene.until(|scene| scene.signed_in().storage == Storage::Keyring).await;
    assert_eq!(scene.keyring.tokens(), [token("ada")]);
}

#[tokio::test]
async fn a_token_that_reaches_the_keyring_after_signing_out_does_not_stay_there() {
    let scene = Scene::new();
    scene.keyring.hold_back();
    scene.sign_in("ada", Environment::Production, true).await.expect("signed in");
    scene.until(|scene| scene.keyring.waiting() == 1).await;
    let (signed_out, ()) = tokio::join!(scene.sessions.sign_out(false), async { scene.keyring.go_on() });
    signed_out.expect("signed out");
    // Kept, forgotten by the sign-out, and forgotten again since it may have been kept only after that.
    scene.until(|scene| scene.keyring.uses() == 3).await;
    assert!(scene.keyring.tokens().is_empty());
    assert!(scene.started_anew().sessions.accounts().is_empty());
}

#[tokio::test]
async fn who_is_shown_as_signed_out_stays_so_though_the_app_ends_while_the_keyring_takes_its_time() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", Environment::Production).await;
    scene.keyring.hold_back();
    tokio::select! {
        biased;
        _ = scene.sessions.sign_out(false) => panic!("the keyring is waited for"),
        () = std::future::ready(()) => assert!(matches!(scene.sessions.now(), Session::SignedOut { .. })),
    }
    let next = scene.started_anew();
    scene.keyring.go_on();
    assert!(next.sessions.accounts().is_empty(), "the next start signs nobody in");
    next.sessions.restore().await;
    next.until(|scene| scene.keyring.tokens().is_empty()).await;
}

#[tokio::test]
async fn a_keyring_that_refuses_is_told_and_the_sign_in_holds_for_this_run() {
    let scene = Scene::new();
    scene.keyring.fail_with(Some(KeyringProblem::Locked));
    scene.sign_in("ada", Environment::Production, true).await.expect("signed in");
    let locked = Failure::Keyring(KeyringProblem::Locked);
    scene.until(|scene| scene.signed_in().storage == Storage::MemoryForWant(locked.clone())).await;
    assert!(scene.signed_in().access.list(CredentialKind::ApiKey).await.is_ok());
    assert!(scene.started_anew().sessions.accounts().is_empty(), "the next start asks anew");
}

#[tokio::test]
async fn what_the_keyring_would_not_forget_is_not_signed_in_to_again_and_goes_with_the_next_start() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", Environment::Production).await;
    scene.keyring.fail_with(Some(KeyringProblem::Absent));
    assert_eq!(scene.sessions.sign_out(false).await, Err(Failure::StaysInKeyring(KeyringProblem::Absent)));
    scene.keyring.fail_with(None);
    assert_eq!(scene.keyring.tokens().len(), 1);

    let next = scene.started_anew();
    next.sessions.restore().await;
    assert!(matches!(next.sessions.now(), Session::SignedOut { account: None, .. }));
    next.until(|scene| scene.keyring.tokens().is_empty()).await;
}

#[tokio::test]
async fn a_token_that_the_keyring_took_and_would_not_give_back_goes_with_signing_out() {
    let scene = Scene::new();
    scene.keyring.take_and_fail_with(Some(KeyringProblem::Refused));
    scene.sign_in("ada", Environment::Production, true).await.expect("signed in");
    let stays = Failure::StaysInKeyring(KeyringProblem::Refused);
    scene.until(|scene| scene.signed_in().storage == Storage::MemoryForWant(stays.clone())).await;
    assert_eq!(scene.keyring.tokens(), [token("ada")]);
    scene.sessions.sign_out(false).await.expect("signed out");
    assert!(scene.keyring.tokens().is_empty());
}

#[tokio::test]
async fn an_entry_of_before_goes_with_signing_out_though_the_keyring_took_no_new_one() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", Environment::Production).await;
    scene.sessions.renew();
    scene.keyring.fail_with(Some(KeyringProblem::Locked));
    scene.sign_in("ada", Environment::Production, true).await.expect("signed in");
    scene.until(|scene| matches!(scene.signed_in().storage, Storage::MemoryForWant(_))).await;
    assert_eq!(
        scene.sessions.sign_out(false).await,
        Err(Failure::StaysInKeyring(KeyringProblem::Locked)),
        "that is told"
    );
    scene.keyring.fail_with(None);
    let next = scene.started_anew();
    next.sessions.restore().await;
    assert!(matches!(next.sessions.now(), Session::SignedOut { account: None, .. }), "nobody is signed in by it");
    next.until(|scene| scene.keyring.tokens().is_empty()).await;
}

#[tokio::test]
async fn what_goes_into_a_recycle_bin_is_told_and_the_account_is_forgotten_for_good() {
    let scene = Scene::new();
    scene.keyring.has_a_recycle_bin();
    scene.sign_in_kept("ada", Environment::Production).await;
    assert_eq!(scene.sessions.sign_out(false).await, Err(Failure::InRecycleBin));
    assert!(scene.keyring.tokens().is_empty());
    let next = scene.started_anew();
    assert!(next.sessions.accounts().is_empty());
    let uses = next.keyring.uses();
    next.sessions.restore().await;
    assert_eq!(next.keyring.uses(), uses, "nothing is left to be tried again");
}

#[tokio::test]
async fn an_entry_that_the_keyring_lost_asks_for_a_new_token_of_the_same_account() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", Environment::Production).await;
    scene.keyring.lose_everything();
    let next = scene.started_anew();
    next.sessions.restore().await;
    let Session::SignedOut { reason, account } = next.sessions.now() else { panic!("signed in with nothing") };
    assert_eq!(reason, Some(Failure::KeyringEmpty));
    assert_eq!(account.and_then(|account| account.user).as_deref(), Some("ada"));
}

#[tokio::test]
async fn a_locked_keyring_at_the_start_is_told_and_can_be_tried_again() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", Environment::Production).await;
    let next = scene.started_anew();
    next.keyring.fail_with(Some(KeyringProblem::Locked));
    next.sessions.restore().await;
    let Session::SignedOut { reason, account } = next.sessions.now() else { panic!("signed in with nothing") };
    assert_eq!(reason, Some(Failure::Keyring(KeyringProblem::Locked)));
    next.keyring.fail_with(None);
    next.sessions.switch(&account.expect("the account").id).await.expect("tried");
    assert_eq!(next.user(), "ada");
}

#[tokio::test]
async fn an_address_that_was_changed_in_the_file_never_gets_the_token_of_the_one_before() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", custom("https://one.example")).await;
    let file = scene.folder().join("accounts.json");
    let text = std::fs::read_to_string(&file).expect("the file");
    std::fs::write(&file, text.replace("one.example", "two.example")).expect("written");
    let next = scene.started_anew();
    next.sessions.restore().await;
    assert!(matches!(next.sessions.now(), Session::SignedOut { reason: Some(Failure::KeyringEmpty), .. }));
    assert!(locked(&next.dfns.connections).iter().all(|(host, _)| host == "one.example"), "nobody else got it");
}

#[tokio::test]
async fn each_account_is_come_back_to_with_its_own_token_and_no_other_is_kept_in_memory() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", Environment::Production).await;
    let of_ada = scene.signed_in();
    scene.sign_in_kept("bob", Environment::Staging).await;
    assert_eq!(of_ada.access.list(CredentialKind::ApiKey).await.map(drop), Err(Failure::OtherAccount("ada".into())));
    scene.sessions.switch(&of_ada.at.account.id).await.expect("switched");
    assert_eq!(scene.user(), "ada");
    assert!(
        of_ada.access.list(CredentialKind::ApiKey).await.is_ok(),
        "a key of hers that needs attention can be dealt with again"
    );
    assert_eq!(locked(&scene.dfns.connections).last(), Some(&("api.dfns.io".to_owned(), token("ada"))));
}

#[tokio::test]
async fn an_account_that_is_not_to_be_remembered_can_be_come_back_to_until_the_app_quits() {
    let scene = Scene::new();
    scene.sign_in("ada", Environment::Production, false).await.expect("signed in");
    let id = scene.signed_in().at.account.id;
    scene.sign_in_kept("bob", Environment::Staging).await;
    scene.sessions.switch(&id).await.expect("switched");
    assert_eq!(scene.user(), "ada");
    assert_eq!(scene.keyring.tokens(), [token("bob")]);
    let accounts = scene.started_anew().sessions.accounts();
    assert_eq!(accounts.len(), 1);
}

#[tokio::test]
async fn a_user_who_signs_in_again_stays_one_account_and_keeps_its_name() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", Environment::Production).await;
    scene.sessions.rename("Treasury").expect("renamed");
    scene.sessions.add();
    scene.sign_in_kept("ada", Environment::Production).await;
    assert_eq!(scene.sessions.accounts().len(), 1);
    assert_eq!(scene.signed_in().at.account.name, "Treasury");
    scene.sign_in_kept("ada", Environment::Staging).await;
    assert_eq!(scene.sessions.accounts().len(), 2, "elsewhere it is somebody else");
}

#[tokio::test]
async fn a_host_that_cannot_be_reached_at_the_start_signs_nobody_out() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", Environment::Production).await;
    let next = scene.started_anew();
    let offline = Failure::Unreachable { host: "api.dfns.io".into(), why: ConnectError::NameUnknown };
    locked(&next.dfns.lists).push_back(Err(offline.clone()));
    next.sessions.restore().await;
    assert_eq!(next.signed_in().unchecked, Some(offline));
    next.sessions.switch(&next.signed_in().at.account.id).await.expect("tried again");
    assert_eq!(next.signed_in().unchecked, None);
}

#[tokio::test]
async fn a_token_that_is_refused_when_switching_asks_for_a_new_one_with_a_way_back() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", Environment::Production).await;
    let ada = scene.signed_in().at.account.id;
    scene.sign_in_kept("bob", Environment::Staging).await;
    locked(&scene.dfns.lists).push_back(Err(Failure::SignInAgain));
    scene.sessions.switch(&ada).await.expect("tried");
    let Session::SignedOut { reason, account } = scene.sessions.now() else { panic!("signed in with a dead token") };
    assert_eq!((reason, account.map(|account| account.id)), (Some(Failure::SignInAgain), Some(ada.clone())));
    assert_eq!(scene.sessions.before().and_then(|account| account.user).as_deref(), Some("bob"));
    assert!(scene.sessions.accounts().iter().any(|known| known.over && known.at.account.id == ada));
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_leaves_who_is_signed_in() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", Environment::Production).await;
    scene.sessions.renew();
    locked(&scene.dfns.lists).push_back(Err(Failure::SignInAgain));
    let refused = scene.sign_in("bob", Environment::Staging, true).await;
    assert_eq!(refused, Err(Failure::SignInRefused));
    assert_eq!(scene.keyring.tokens(), [token("ada")]);
    scene.sessions.switch(&scene.sessions.before().expect("a way back").id).await.expect("gone back");
    assert_eq!(scene.user(), "ada");
}

#[tokio::test]
async fn a_check_can_be_called_off_and_everything_is_as_before() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", Environment::Production).await;
    scene.dfns.hold_back();
    let (outcome, ()) = tokio::join!(scene.sign_in("bob", Environment::Staging, true), async {
        scene.until(|scene| matches!(scene.sessions.now(), Session::Checking(_))).await;
        let second = scene.sign_in("eve", Environment::Staging, true).await;
        assert!(matches!(second, Err(Failure::NotNow(_))), "one at a time");
        scene.sessions.call_off();
    });
    assert_eq!(outcome, Err(Failure::CheckCalledOff));
    assert_eq!(scene.user(), "ada");
}

#[tokio::test]
async fn a_keyring_that_waits_for_the_person_at_the_start_can_be_gone_on_without() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", Environment::Production).await;
    let next = scene.started_anew();
    next.keyring.hold_back();
    tokio::join!(next.sessions.restore(), async {
        next.until(|scene| matches!(scene.sessions.now(), Session::Checking(_))).await;
        next.sessions.call_off();
    });
    assert!(matches!(next.sessions.now(), Session::SignedOut { account: Some(_), .. }), "it asks for her token");
    next.keyring.go_on();
}

#[tokio::test]
async fn nothing_but_a_refused_token_signs_out_at_the_start() {
    let scene = Scene::new();
    scene.sign_in_kept("ada", Environment::Production).await;
    for failure in [
        Failure::Unclear(CallContext::Read, UnclearAnswer::Server(502)),
        Failure::Redirected("api.dfns.io".into()),
        Failure::NoSuchService("api.dfns.io".into()),
        Failure::RateLimited(None),
    ] {
        let next = scene.started_anew();
        locked(&next.dfns.lists).push_back(Err(failure.clone()));
        next.sessions.restore().await;
        assert_eq!(next.signed_in().unchecked, Some(failure));
    }
}
