//! What begins while something else waits for its turn: nothing happens to another key's token, nothing that Dfns confirmed
//! is lost, and the wiping comes all the same.

use std::sync::Arc;

use keybearer_core::{
    credential::SecretName,
    failure::Failure,
    issuance::{CreateRequest, Issuance, NoticeKind},
    journal::Event,
};
use tokio::sync::Notify;

use crate::{
    delivering::Told,
    stand_ins::{Dfns, HELD, Scene, TOKEN, key, locked, request},
};

/// Lets everything run that can, without a timer going off.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

/// A token on the clipboard, and another program in whose hands the clipboard hangs: whatever needs it waits for its turn.
async fn with_a_busy_clipboard(dfns: Dfns) -> Scene {
    let scene = Scene::holding_of(dfns).await;
    scene.board.hold();
    let (issuance, held) = (Arc::clone(&scene.issuance), scene.held());
    tokio::spawn(async move { issuance.copy(held, SecretName::Token).await });
    scene.board.wait_entered().await;
    scene
}

/// The clipboard answers again. Whoever waits for it gets it in turn, and this asks for it last.
async fn let_everybody_have_a_turn(scene: &Scene) -> Result<(), Failure> {
    let last = scene.issuance.clear_clipboard(scene.held());
    scene.board.let_go();
    last.await
}

fn events(scene: &Scene) -> Vec<Event> {
    locked(&scene.book.events).clone()
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_begins_while_the_time_out_waits_for_its_turn_ends_first_and_the_wiping_comes_later() {
    let scene = with_a_busy_clipboard(Dfns::default()).await;
    tokio::time::advance(HELD).await;
    settle().await;
    let vault = Arc::new(Told::waiting());
    let (issuance, held, to) = (Arc::clone(&scene.issuance), scene.held(), Arc::clone(&vault));
    let delivery = tokio::spawn(async move { issuance.deliver(held, &(to as Arc<_>)).await });
    scene.until(|issuance| issuance.with_held(|held| held.delivering().is_some()) == Some(true)).await;
    let_everybody_have_a_turn(&scene).await.expect("it was wiped in the midst of a delivery");
    vault.fail();
    delivery.await.expect("it ends").expect_err("it is not stored");
    scene.until(Issuance::is_idle).await;
    assert_eq!(events(&scene).last(), Some(&Event::Wiped), "nobody wiped it any more");
    assert!(matches!(scene.issuance.notices()[0].kind, NoticeKind::NotHandedOver(_)));
}

#[tokio::test(start_paused = true)]
async fn a_revocation_that_is_confirmed_while_the_time_out_waits_for_its_turn_is_written_down() {
    let scene = with_a_busy_clipboard(Dfns { revocation_gate: Some(Notify::new()), ..Dfns::default() }).await;
    tokio::time::advance(HELD).await;
    settle().await;
    let (issuance, held) = (Arc::clone(&scene.issuance), scene.held());
    let revocation = tokio::spawn(async move { issuance.revoke_held(held).await });
    scene.until(|issuance| issuance.with_held(|held| held.revocation().is_some()) == Some(true)).await;
    scene.dfns.revocation_gate.as_ref().expect("it has one").notify_one();
    settle().await;
    scene.board.let_go();
    revocation.await.expect("it ends").expect("revoked");
    scene.until(Issuance::is_idle).await;
    assert_eq!(events(&scene).last(), Some(&Event::Revoked));
    assert!(!events(&scene).contains(&Event::Wiped), "{:?}", events(&scene));
    assert!(scene.issuance.notices().is_empty(), "a key that was revoked needs no attention");
}

#[tokio::test(start_paused = true)]
async fn a_revocation_that_fails_while_the_time_out_waits_leaves_the_wiping_to_come() {
    let scene = with_a_busy_clipboard(Dfns { revocation_gate: Some(Notify::new()), ..Dfns::default() }).await;
    locked(&scene.dfns.revocations).push_back(Err(Failure::SignInAgain));
    tokio::time::advance(HELD).await;
    settle().await;
    let (issuance, held) = (Arc::clone(&scene.issuance), scene.held());
    let revocation = tokio::spawn(async move { issuance.revoke_held(held).await });
    scene.until(|issuance| issuance.with_held(|held| held.revocation().is_some()) == Some(true)).await;
    let_everybody_have_a_turn(&scene).await.expect("it was wiped in the midst of its revocation");
    scene.dfns.revocation_gate.as_ref().expect("it has one").notify_one();
    assert_eq!(revocation.await.expect("it ends"), Err(Failure::SignInOver));
    scene.until(Issuance::is_idle).await;
    assert!(matches!(scene.issuance.notices()[0].kind, NoticeKind::NotHandedOver(_)));
}

#[tokio::test(start_paused = true)]
async fn keeping_it_longer_counts_though_the_time_out_waits_for_its_turn() {
    let scene = with_a_busy_clipboard(Dfns::default()).await;
    tokio::time::advance(HELD).await;
    settle().await;
    scene.issuance.extend_hold(scene.held()).expect("it is held");
    let_everybody_have_a_turn(&scene).await.expect("it was wiped although it was kept");
    tokio::time::sleep(HELD).await;
    scene.until(Issuance::is_idle).await;
}

#[tokio::test(start_paused = true)]
async fn what_the_end_of_the_app_cuts_short_is_written_down_as_revoked_once_dfns_confirms_it() {
    let scene = Scene::holding_of(Dfns { revocation_gate: Some(Notify::new()), ..Dfns::default() }).await;
    let (issuance, held) = (Arc::clone(&scene.issuance), scene.held());
    let revocation = tokio::spawn(async move { issuance.revoke_held(held).await });
    scene.until(|issuance| issuance.with_held(|held| held.revocation().is_some()) == Some(true)).await;
    scene.issuance.shut_down().await;
    assert_eq!(events(&scene).last(), Some(&Event::Wiped));
    scene.dfns.revocation_gate.as_ref().expect("it has one").notify_one();
    revocation.await.expect("it ends").expect("revoked");
    assert_eq!(events(&scene).last(), Some(&Event::Revoked));
    assert!(scene.issuance.notices().is_empty());
}

#[tokio::test(start_paused = true)]
async fn whatever_was_asked_for_one_key_happens_to_no_other_that_is_held_by_then() {
    let scene = Scene::holding().await;
    let (first, id) = (scene.held(), key("Server Key 3").id);
    assert_eq!(scene.issuance.held_of(&id), Ok(first));
    scene.issuance.copy(first, SecretName::Token).await.expect("copied");
    scene.finish_as_said().await.expect("finished");
    assert!(matches!(scene.issuance.held_of(&id), Err(Failure::NotNow(_))));
    let other = CreateRequest { despite_same_name: true, ..request("Another").expect("a name") };
    scene.request(other).await.expect("the stand-in makes a key");
    scene.board.copy(TOKEN);
    let vault = Told::answering([]);
    let issuance = &scene.issuance;
    let before = issuance.with_held(|held| held.wiped_at);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    for (what, outcome) in [
        ("found", issuance.held_of(&id).map(drop)),
        ("delivered", issuance.deliver(first, &vault).await.map(drop)),
        ("copied", issuance.copy(first, SecretName::Token).await),
        ("checked", issuance.check(first, None).await),
        ("cleared", issuance.clear_clipboard(first).await),
        ("shown", issuance.show(first, SecretName::Token)),
        ("kept longer", issuance.extend_hold(first)),
        ("revoked", issuance.revoke_held(first).await),
        ("finished with", issuance.finish(first, true).await.map(drop)),
    ] {
        let told = outcome.expect_err(what).to_string();
        assert!(told.contains("Nothing was done with the one held now"), "{what}: {told}");
    }
    let untouched = issuance.with_held(|held| {
        held.delivered.is_empty() && held.check.is_none() && held.shown.is_none() && Some(held.wiped_at) == before
    });
    assert_eq!(untouched, Some(true));
    assert!(locked(&scene.dfns.revoked).is_empty());
}
