//! A list of names, with the gateway in front of it.

use std::{sync::Arc, time::Duration};

use keybearer_core::{
    app::{BatchRun, WantedTerms},
    credential::CredentialKind,
    failure::{Failure, NotNow},
    journal::BatchOutcome,
};
use keybearer_sandbox::{Call as At, Fault, FaultPlan, Persona};
use keybearer_support::gateway::Call;

use super::{
    answers::{Answer, Form, answers},
    scene::{NAME, Scene, TEAM},
};

const NEXT: &str = "Server Key 4";

/// Begins with a list of these names.
async fn begin(scene: &Scene, names: &[&str]) {
    let checked = scene
        .app
        .lists
        .check(CredentialKind::ApiKey, &names.join("\n"), WantedTerms::default(), TEAM)
        .await
        .expect("checked");
    assert!(checked.names.iter().all(|name| name.problem.is_none()), "{:?}", checked.names);
    scene.app.lists.begin(checked.number).await.expect("begun");
}

/// Waits until the list is as wanted.
async fn until(scene: &Scene, wanted: impl Fn(&BatchRun) -> bool) -> BatchRun {
    let mut changes = scene.app.changes();
    let waited = async {
        loop {
            match scene.app.lists.current() {
                Some(batch) if wanted(&batch) => return batch,
                _ => changes.changed().await.expect("the app is there"),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waited).await.expect("it comes to that")
}

async fn at_rest(scene: &Scene) -> BatchRun {
    until(scene, |batch| batch.work().is_none()).await
}

/// What became of each name.
fn outcomes(batch: &BatchRun) -> Vec<BatchOutcome> {
    batch.items.iter().map(|item| item.outcome.clone()).collect()
}

fn one(name: &str) -> Answer {
    answers("http://127.0.0.1:1").into_iter().find(|answer| answer.name == name).expect("it is one of them")
}

/// Nothing is asked for once more before the keys were looked through.
fn ensure_looked_between(scene: &Scene) {
    let calls = scene.gateway.calls();
    let posts: Vec<usize> = (0..calls.len()).filter(|at| calls[*at] == Call::Create).collect();
    for pair in posts.windows(2) {
        assert!(calls[pair[0]..pair[1]].contains(&Call::List), "{calls:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_asks_once_for_each_name_whose_answer_a_gateway_takes_and_pauses_after_the_second() {
    let cases =
        ["403 as a page", "403 as JSON", "429 as a page", "429 as JSON", "429 as nothing", "429 in Dfns’ own form"];
    for answer in cases.map(one) {
        let scene = Scene::signed_in(Persona::Admin).await;
        scene.gateway.answer([Call::Create], &answer.reply);
        begin(&scene, &[NAME, NEXT, "Server Key 5"]).await;
        let batch = at_rest(&scene).await;
        assert_eq!(
            outcomes(&batch),
            [BatchOutcome::Open, BatchOutcome::Open, BatchOutcome::Waiting],
            "{}",
            answer.name
        );
        assert_eq!(batch.problem(), Some(&Failure::NotNow(NotNow::OpenTooOften)), "it pauses by itself");
        assert_eq!((scene.posts(), scene.made().await.len()), (2, 2), "{}", answer.name);
        ensure_looked_between(&scene);
        assert!(!scene.is_stored(NAME) && !scene.is_stored(NEXT));
        // Each is found, and revoked with one click; the list then goes on with the rest.
        scene.gateway.step_aside();
        let notices = scene.app.issuance.notices();
        assert!(notices.len() == 2 && notices.iter().all(|notice| notice.key().is_some()), "{}", answer.name);
        for notice in notices {
            scene.app.revoke_noticed(notice.number).await.expect("revoked");
        }
        scene.app.lists.resume(false).await.expect("it goes on");
        let batch = at_rest(&scene).await;
        assert!(
            matches!(outcomes(&batch)[..], [BatchOutcome::Settled, BatchOutcome::Settled, BatchOutcome::Delivered(_)]),
            "{:?}",
            batch.items
        );
        assert_eq!((scene.posts(), scene.is_stored("Server Key 5")), (3, true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_dfns_asks_for_is_kept_and_the_same_name_asked_for_again_after_a_look() {
    let scene = Scene::signed_in(Persona::Admin).await;
    let fault = Fault::RateLimited { retry_after: 1 };
    scene.sandbox.fail_next(FaultPlan { on: At::Create, fault, times: 1 });
    begin(&scene, &[NAME]).await;
    let batch = at_rest(&scene).await;
    assert!(matches!(outcomes(&batch)[..], [BatchOutcome::Delivered(_)]), "{batch:?}");
    // None was made the first time, and the keys had shown that before it was asked for again.
    assert_eq!((scene.posts(), scene.made().await.len()), (2, 1));
    ensure_looked_between(&scene);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_keeps_the_keys_from_being_looked_through_ends_with_a_look_and_not_with_a_second_key() {
    let scene = Arc::new(Scene::signed_in(Persona::Admin).await);
    let answer = one("429 in Dfns’ own form");
    assert_eq!(answer.form, Form::Dfns);
    scene.gateway.answer_all_from(Call::Create, &answer.reply);
    begin(&scene, &[NAME, NEXT]).await;
    until(&scene, |batch| batch.work().is_some_and(|work| work.waits_until.is_some())).await;
    assert_eq!(scene.posts(), 1);
    scene.gateway.step_aside();
    let batch = at_rest(&scene).await;
    assert!(matches!(outcomes(&batch)[..], [BatchOutcome::Open, BatchOutcome::Delivered(_)]), "{batch:?}");
    assert_eq!((scene.posts(), scene.made().await.len()), (2, 2), "one for each name");
    ensure_looked_between(&scene);
    assert!(scene.notice().key().is_some());
}
