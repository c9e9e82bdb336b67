//! Trying the held secrets out: what may go on meanwhile, what ends it, and that nothing stays under way.

use std::{sync::Arc, time::Duration};

use keybearer_core::{
    delivery::Vault,
    failure::{CallContext, ConnectError, Failure, NotNow, UnclearAnswer},
    key::Tried,
};
use tokio::{sync::Notify, time::timeout};

use crate::{
    delivering::Told,
    stand_ins::{Dfns, HELD, Scene, locked},
};

const HANGS: Duration = Duration::from_secs(86_400);

fn hanging() -> Dfns {
    Dfns { trial_gate: Some(Notify::new()), ..Dfns::default() }
}

fn tried(scene: &Scene) -> Option<Result<Tried, Failure>> {
    scene.issuance.with_held(|held| held.tried.clone()).flatten()
}

fn is_trying(scene: &Scene) -> bool {
    scene.issuance.with_held(|held| held.trying_out().is_some()) == Some(true)
}

/// Does this while they are tried out, which would take a day.
async fn meanwhile(scene: &Scene, work: impl Future<Output = ()>) {
    let (trial, ()) = tokio::join!(timeout(HANGS, scene.issuance.try_out(scene.held())), async {
        scene.until(|_| is_trying(scene)).await;
        work.await;
    });
    assert_eq!(trial.expect("it was called off"), Ok(()));
}

#[tokio::test]
async fn each_outcome_is_told_and_the_secrets_are_held_as_before() {
    let scene = Scene::holding_signing(Dfns::default()).await;
    let unknown = Failure::Unreachable { host: "api.dfns.io".into(), why: ConnectError::NoNetwork };
    for outcome in [
        Ok(Tried::TokenRefused),
        Ok(Tried::OtherCredential),
        Ok(Tried::SignatureRefused),
        Ok(Tried::NotLet),
        Err(unknown),
        Ok(Tried::Proven),
    ] {
        locked(&scene.dfns.trials).push_back(outcome.clone());
        scene.issuance.try_out(scene.held()).await.expect("it was tried");
        assert_eq!(tried(&scene), Some(outcome));
        assert!(!is_trying(&scene), "it can be tried again");
    }
    // That they work says nothing of a vault.
    assert_eq!(scene.issuance.with_held(|held| held.proven()), Some(false));
    assert_eq!(scene.issuance.finish(scene.held(), true).await, Err(Failure::NeverLeft));
}

#[tokio::test]
async fn what_signs_nothing_is_not_tried_out() {
    let scene = Scene::holding().await;
    assert_eq!(scene.issuance.with_held(|held| held.can_be_tried_out()), Some(false));
    let refused = scene.issuance.try_out(scene.held()).await;
    assert_eq!((refused, is_trying(&scene)), (Err(Failure::NotNow(NotNow::NothingToTryOut)), false));
}

#[tokio::test(start_paused = true)]
async fn meanwhile_nothing_else_is_begun_and_calling_it_off_leaves_nothing_behind() {
    let scene = Scene::holding_signing(hanging()).await;
    meanwhile(&scene, async {
        let vault = Arc::new(Told::default());
        let delivered = scene.issuance.deliver(scene.held(), &(Arc::clone(&vault) as Arc<dyn Vault>)).await;
        assert_eq!(delivered.err(), Some(Failure::NotNow(NotNow::TryingOut)));
        assert_eq!(scene.issuance.revoke_held(scene.held()).await, Err(Failure::NotNow(NotNow::KeyBusy)));
        assert_eq!(scene.issuance.try_out(scene.held()).await, Err(Failure::NotNow(NotNow::TryingOut)));
        assert!(is_trying(&scene), "they took its turn");
        scene.issuance.call_off_trying();
    })
    .await;
    assert_eq!((tried(&scene), is_trying(&scene)), (None, false));
    scene.issuance.revoke_held(scene.held()).await.expect("it can be revoked");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_tried_out_of_what_is_being_revoked_or_let_go() {
    let scene = Scene::holding_signing(Dfns { revocation_gate: Some(Notify::new()), ..Dfns::default() }).await;
    let (revoked, ()) = tokio::join!(scene.issuance.revoke_held(scene.held()), async {
        scene.until(|issuance| issuance.with_held(|held| held.revocation().is_some()) == Some(true)).await;
        assert_eq!(scene.issuance.try_out(scene.held()).await, Err(Failure::NotNow(NotNow::Revoking)));
        scene.dfns.revocation_gate.as_ref().expect("it has one").notify_one();
    });
    revoked.expect("revoked");
}

#[tokio::test]
async fn one_that_panics_is_told_as_not_known_and_leaves_nothing_under_way() {
    let scene = Scene::holding_signing(Dfns::default()).await;
    *locked(&scene.dfns.trying_panics) = true;
    scene.issuance.try_out(scene.held()).await.expect("it was tried");
    assert_eq!(tried(&scene), Some(Err(Failure::Unclear(CallContext::TryOut, UnclearAnswer::Failed))));
    *locked(&scene.dfns.trying_panics) = false;
    scene.issuance.try_out(scene.held()).await.expect("it can be tried again");
    assert_eq!(tried(&scene), Some(Ok(Tried::Proven)));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_their_time_calls_it_off_and_wipes_them() {
    let scene = Scene::holding_signing(hanging()).await;
    let secrets = scene.issuance.with_held(|held| Arc::downgrade(&held.secrets())).expect("they are held");
    let begun = tokio::time::Instant::now();
    meanwhile(&scene, scene.until(|issuance| issuance.is_idle())).await;
    assert_eq!(begun.elapsed().as_secs(), HELD.as_secs());
    assert!(secrets.upgrade().is_none(), "somebody holds them still");
}

#[tokio::test(start_paused = true)]
async fn done_and_the_end_of_the_app_call_it_off() {
    let scene = Scene::holding_signing(hanging()).await;
    meanwhile(&scene, async {
        assert_eq!(scene.issuance.finish(scene.held(), true).await, Err(Failure::NeverLeft));
        assert!(!is_trying(&scene));
    })
    .await;
    let secrets = scene.issuance.with_held(|held| Arc::downgrade(&held.secrets())).expect("they are held");
    meanwhile(&scene, async {
        scene.issuance.shut_down().await;
        assert!(scene.issuance.is_idle() && secrets.upgrade().is_none(), "somebody holds them still");
    })
    .await;
}
