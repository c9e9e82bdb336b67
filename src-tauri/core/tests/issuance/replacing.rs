//! A key in place of another: the old one is revoked last, once the new token is in a vault.

use std::time::Duration;

use keybearer_core::{
    credential::{CredentialKind, SecretName},
    failure::{CallContext, Failure, UnclearAnswer},
    issuance::NoticeKind,
    journal::Event,
    words,
};

use crate::stand_ins::{Dfns, HELD, Scene, TOKEN, key, locked, old, request};

fn notices(scene: &Scene) -> Vec<NoticeKind> {
    scene.issuance.notices().into_iter().map(|notice| notice.kind).collect()
}

fn last_event(scene: &Scene) -> Option<Event> {
    locked(&scene.book.events).last().copied()
}

async fn check(scene: &Scene) {
    scene.board.copy(TOKEN);
    scene.issuance.check(scene.held(), None).await.expect("read");
}

#[tokio::test]
async fn once_the_new_token_is_in_its_vault_the_old_key_is_one_click_from_being_revoked() {
    let scene = Scene::replacing(Dfns::default()).await;
    assert_eq!(locked(&scene.book.intents)[0].replaces, Some(old()));
    check(&scene).await;
    scene.issuance.finish(scene.held(), false).await.expect("finished");
    assert_eq!(last_event(&scene), Some(Event::HandedOver));
    assert_eq!(notices(&scene), [NoticeKind::OldToRevoke(old())]);
    assert!(locked(&scene.dfns.revoked).is_empty(), "nothing is revoked by itself");
    scene.issuance.revoke_noticed(scene.issuance.notices()[0].number).await.expect("revoked");
    assert_eq!((last_event(&scene), notices(&scene)), (Some(Event::OldRevoked), vec![]));
    assert_eq!(*locked(&scene.dfns.revoked), [old().id]);
}

#[tokio::test(start_paused = true)]
async fn both_can_be_kept() {
    let scene = Scene::replacing(Dfns::default()).await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.finish_as_said().await.expect("finished");
    scene.issuance.dismiss(scene.issuance.notices()[0].number).await;
    assert_eq!((last_event(&scene), notices(&scene)), (Some(Event::OldKept), vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_new_token_that_is_wiped_unproven_leaves_the_old_key_alone_and_says_that_it_works() {
    let scene = Scene::replacing(Dfns::default()).await;
    tokio::time::advance(HELD + Duration::from_secs(1)).await;
    scene.until(keybearer_core::issuance::Issuance::is_idle).await;
    assert_eq!(notices(&scene), [NoticeKind::NotHandedOver(key("Server Key 3"))]);
    let told = words::sentences(words::notice_not_handed_over_hint("api-key"), words::notice_old_works("api-old"));
    assert_eq!(scene.issuance.notices()[0].hint(), Some(told));
    scene.issuance.revoke_noticed(scene.issuance.notices()[0].number).await.expect("revoked");
    assert_eq!(*locked(&scene.dfns.revoked), [key("Server Key 3").id], "only the new one");
}

#[tokio::test]
async fn a_token_that_is_said_to_be_in_a_vault_later_leaves_the_old_key_to_revoke() {
    let scene = Scene::replacing(Dfns::default()).await;
    scene.issuance.shut_down().await;
    scene.issuance.dismiss(scene.issuance.notices()[0].number).await;
    assert_eq!(last_event(&scene), Some(Event::HandedOver));
    assert_eq!(notices(&scene), [NoticeKind::OldToRevoke(old())]);
}

#[tokio::test]
async fn a_new_key_that_is_revoked_in_the_dialog_leaves_the_old_one() {
    let scene = Scene::replacing(Dfns::default()).await;
    scene.issuance.revoke_held(scene.held()).await.expect("revoked");
    assert_eq!((last_event(&scene), notices(&scene)), (Some(Event::Revoked), vec![]));
    assert_eq!(*locked(&scene.dfns.revoked), [key("Server Key 3").id]);
}

#[tokio::test]
async fn the_app_that_ends_with_a_checked_token_has_written_that_the_old_key_is_left_to_revoke() {
    let scene = Scene::replacing(Dfns::default()).await;
    check(&scene).await;
    scene.issuance.shut_down().await;
    assert_eq!(last_event(&scene), Some(Event::HandedOver));
    let scene = Scene::replacing(Dfns::default()).await;
    scene.issuance.shut_down().await;
    assert_eq!(last_event(&scene), Some(Event::Wiped));
}

#[tokio::test]
async fn a_doubtful_answer_names_the_old_key_which_still_works() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.keys).push(old());
    locked(&scene.dfns.creations).push_back(Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Cut)));
    *locked(&scene.dfns.made) = Some(key("Server Key 3"));
    let replacing = keybearer_core::issuance::CreateRequest {
        kind: CredentialKind::ApiKey,
        despite_same_name: true,
        replaces: Some(old()),
        ..request("Server Key 3").expect("a name")
    };
    assert!(scene.request(replacing).await.is_err());
    assert_eq!(notices(&scene), [NoticeKind::Candidate(key("Server Key 3"))], "the old one is none");
    let told = scene.issuance.notices()[0].hint().expect("what to do").to_string();
    assert!(told.ends_with(&words::notice_old_works("api-old").to_string()), "{told}");
}
