//! What is written down of a wish, and what comes back of it.

use std::{collections::HashSet, sync::Arc};

use keybearer::{
    failure::{Failure, Trouble},
    issuance::{
        NoticeKind,
        journal::{Event, OpenWish, Stage, Wish, WishId},
    },
    key::{Key, KeyId, Keys, Owner},
};
use time::OffsetDateTime;
use tokio::time::Instant;

use crate::stand_ins::{Dfns, Scene, key, locked, with_token};

fn steps(scene: &Scene) -> Vec<Event> {
    locked(&scene.book.events).clone()
}

fn notices(scene: &Scene) -> Vec<NoticeKind> {
    scene.issuance.notices().into_iter().map(|notice| notice.kind).collect()
}

/// A wish that was open when the app ended the last time.
fn open(stage: Stage, key: Option<Key>) -> OpenWish {
    let known = Some(HashSet::from([KeyId("api-before".into())]));
    let wish = Wish { owner: owner("a1"), name: "Server Key 3".into(), known, replaces: None, part_of: None };
    OpenWish { id: WishId(7), wish, asked_at: OffsetDateTime::UNIX_EPOCH, stage, key, perhaps_in: None }
}

fn owner(account: &str) -> Owner {
    Owner { account: account.into(), user: Some("ada".into()), base: "https://api.dfns.io".into(), ..Owner::default() }
}

fn calls(scene: &Scene) -> Arc<dyn Keys> {
    Arc::clone(&scene.dfns) as Arc<dyn Keys>
}

#[tokio::test]
async fn nothing_is_asked_for_that_cannot_be_written_down() {
    let scene = Scene::new(Dfns::default());
    *locked(&scene.book.refuses) = true;
    assert_eq!(scene.create("Server Key 3").await, Err(Failure::File("the disk is full".into())));
    assert_eq!(scene.asked(), 0);
    assert!(scene.issuance.is_idle());
}

#[tokio::test]
async fn a_wish_is_written_with_the_keys_there_were_before_it_is_asked_for() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.keys).push(key("Another"));
    locked(&scene.dfns.creations).push_back(Err(Failure::Refused(None)));
    assert_eq!(scene.create("Server Key 3").await, Err(Failure::Refused(None)));
    let wishes = locked(&scene.book.wishes).clone();
    assert_eq!(wishes[0].known, Some(HashSet::from([key("Another").id])));
    assert_eq!(steps(&scene), [Event::NotMade]);
}

#[tokio::test]
async fn each_step_of_a_token_is_written_down() {
    let scene = Scene::holding().await;
    scene.issuance.copy().await.expect("copied");
    scene.board.copy(crate::stand_ins::TOKEN);
    scene.issuance.check().await.expect("read");
    scene.issuance.finish(false).await.expect("finished");
    assert_eq!(steps(&scene), [Event::Created, Event::Copied, Event::Checked, Event::Finished]);
}

#[tokio::test]
async fn a_token_that_is_wiped_without_a_proof_stays_open_until_it_is_settled() {
    let scene = Scene::holding().await;
    scene.issuance.shut_down().await;
    assert_eq!(steps(&scene).last(), Some(&Event::Wiped));
    let scene = Scene::holding().await;
    scene.issuance.revoke_held().await.expect("revoked");
    assert_eq!(steps(&scene).last(), Some(&Event::Revoked));
}

#[tokio::test]
async fn a_journal_that_fails_after_the_key_was_made_is_told_and_the_token_is_held() {
    let scene = Scene::new(Dfns { gate: Some(tokio::sync::Notify::new()), ..Dfns::default() });
    let (created, ()) = tokio::join!(scene.create("Server Key 3"), async {
        scene
            .until(|issuance| issuance.asking().is_some_and(|asking| asking.phase == keybearer::issuance::Phase::Asked))
            .await;
        *locked(&scene.book.refuses) = true;
        scene.dfns.gate.as_ref().expect("a gate").notify_one();
    });
    assert_eq!(created, Ok(()));
    assert!(!scene.issuance.is_idle(), "its token is held");
    assert_eq!(scene.issuance.unwritten(), Some(Failure::File("the disk is full".into())));
}

#[tokio::test]
async fn what_was_open_stands_under_needs_attention_again() {
    for (stage, known_key, kind) in [
        (Stage::Asked, None, NoticeKind::Doubtful { looked: false }),
        (Stage::Doubtful, None, NoticeKind::Doubtful { looked: false }),
        (Stage::AwaitingApproval, None, NoticeKind::AwaitingApproval),
        (Stage::Created, Some(key("Server Key 3")), NoticeKind::NotHandedOver),
        (Stage::WithoutToken, Some(key("Server Key 3")), NoticeKind::WithoutToken),
    ] {
        let scene = Scene::new(Dfns::default());
        scene.issuance.recall(vec![open(stage, known_key)], |_| calls(&scene));
        assert_eq!(notices(&scene), [kind]);
        let number = scene.issuance.notices()[0].number;
        scene.issuance.dismiss(number).await;
        assert_eq!((steps(&scene), notices(&scene)), (vec![Event::Settled], vec![]));
    }
}

#[tokio::test]
async fn signing_in_finds_the_key_that_was_made_when_the_app_was_ended_and_revokes_it_with_one_click() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Asked, None)], |_| calls(&scene));
    locked(&scene.dfns.keys).extend([key("Another"), key("Server Key 3")]);
    scene.issuance.reconcile(&owner("signed in anew"), &calls(&scene)).await;
    assert_eq!(notices(&scene), [NoticeKind::Candidate]);
    scene.issuance.revoke_noticed(scene.issuance.notices()[0].number).await.expect("revoked");
    assert_eq!((steps(&scene), notices(&scene)), (vec![Event::Revoked], vec![]));
}

#[tokio::test]
async fn somebody_elses_sign_in_looks_for_nothing_of_it() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Asked, None)], |_| calls(&scene));
    locked(&scene.dfns.keys).push(key("Server Key 3"));
    let other = Owner { user: Some("bob".into()), ..owner("a2") };
    scene.issuance.reconcile(&other, &calls(&scene)).await;
    assert_eq!(notices(&scene), [NoticeKind::Doubtful { looked: false }]);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_appears_late_is_found_by_looking_again() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Err(Failure::Doubtful(Trouble::Server(502))));
    assert!(scene.create("Server Key 3").await.is_err());
    assert_eq!(notices(&scene), [NoticeKind::Doubtful { looked: true }]);
    let began = Instant::now();
    tokio::time::advance(std::time::Duration::from_secs(28)).await;
    locked(&scene.dfns.keys).push(key("Server Key 3"));
    scene.until(|issuance| issuance.notices().iter().any(|notice| notice.kind == NoticeKind::Candidate)).await;
    assert!(began.elapsed().as_secs() <= 60);
    assert_eq!(scene.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_candidate_that_is_not_ours_is_not_offered_again_and_the_doubt_stays() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Err(Failure::Doubtful(Trouble::Cut)));
    *locked(&scene.dfns.made) = Some(key("Server Key 3"));
    assert!(scene.create("Server Key 3").await.is_err());
    scene.issuance.dismiss(scene.issuance.notices()[0].number).await;
    assert_eq!(notices(&scene), [NoticeKind::Doubtful { looked: true }]);
    scene.issuance.reconcile(&Owner::default(), &calls(&scene)).await;
    assert_eq!(notices(&scene), [NoticeKind::Doubtful { looked: true }]);
    locked(&scene.dfns.creations).push_back(Ok(with_token("Server Key 4")));
    assert!(matches!(scene.create("Server Key 4").await, Ok(())), "the next wish is free");
}

#[tokio::test]
async fn of_two_candidates_the_one_that_is_left_is_judged_as_well_before_the_wish_is_settled() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Asked, None)], |_| calls(&scene));
    let colleagues = Key { id: KeyId("api-colleagues".into()), author: "ce-2".into(), ..key("Server Key 3") };
    locked(&scene.dfns.keys).extend([key("Server Key 3"), colleagues]);
    scene.issuance.reconcile(&owner("a1"), &calls(&scene)).await;
    assert_eq!(notices(&scene), [NoticeKind::Candidate, NoticeKind::Candidate]);
    let ours = scene.issuance.notices().into_iter().find(|notice| notice.key == Some(key("Server Key 3")));
    scene.issuance.revoke_noticed(ours.expect("it is there").number).await.expect("revoked");
    assert_eq!((steps(&scene), notices(&scene)), (vec![], vec![NoticeKind::Candidate]));
    scene.issuance.dismiss(scene.issuance.notices()[0].number).await;
    assert_eq!((steps(&scene), notices(&scene)), (vec![Event::Revoked], vec![]));
}

#[tokio::test]
async fn a_key_that_was_revoked_elsewhere_meanwhile_is_no_candidate() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Asked, None)], |_| calls(&scene));
    locked(&scene.dfns.keys).push(Key { status: keybearer::key::KeyStatus::read("Revoked"), ..key("Server Key 3") });
    scene.issuance.reconcile(&owner("a1"), &calls(&scene)).await;
    assert_eq!(notices(&scene), [NoticeKind::Doubtful { looked: true }]);
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_approval_becomes_a_candidate_once_it_is_listed_and_waits_again_if_it_is_not_ours() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Ok(keybearer::key::Created::AwaitingApproval));
    scene.create("Server Key 3").await.expect("held back");
    assert_eq!(notices(&scene), [NoticeKind::AwaitingApproval]);
    locked(&scene.dfns.keys).push(key("Server Key 3"));
    scene.until(|issuance| issuance.notices().iter().any(|notice| notice.kind == NoticeKind::Candidate)).await;
    let told = scene.issuance.notices()[0].message();
    assert!(told.contains("waited for approval") && !told.contains("lost"), "{told}");
    scene.issuance.dismiss(scene.issuance.notices()[0].number).await;
    assert_eq!(notices(&scene), [NoticeKind::AwaitingApproval]);
}

#[tokio::test]
async fn a_refreshed_list_settles_what_is_in_doubt_without_being_fetched_again() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Asked, None)], |_| calls(&scene));
    scene.issuance.listed(&owner("a1"), &calls(&scene), &[key("Server Key 3")]).await;
    scene.issuance.listed(&owner("a1"), &calls(&scene), &[key("Server Key 3")]).await;
    assert_eq!(notices(&scene), [NoticeKind::Candidate], "and it is told once");
}

#[tokio::test]
async fn what_was_revoked_elsewhere_needs_no_attention_any_more() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Created, Some(key("Server Key 3")))], |_| calls(&scene));
    let revoked = Key { status: keybearer::key::KeyStatus::read("Revoked"), ..key("Server Key 3") };
    scene.issuance.listed(&owner("a1"), &calls(&scene), &[]).await;
    assert_eq!(notices(&scene), [NoticeKind::NotHandedOver], "not to be listed proves nothing");
    scene.issuance.listed(&owner("a1"), &calls(&scene), &[revoked]).await;
    assert_eq!((steps(&scene), notices(&scene)), (vec![Event::Revoked], vec![]));
}

#[tokio::test]
async fn a_token_that_was_checked_before_the_app_was_ended_is_in_its_vault() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Checked, Some(key("Server Key 3")))], |_| calls(&scene));
    assert_eq!((steps(&scene), notices(&scene)), (vec![Event::Finished], vec![]));
    let scene = Scene::new(Dfns::default());
    let mut replacing = open(Stage::Checked, Some(key("Server Key 3")));
    replacing.wish.replaces = Some(crate::stand_ins::old());
    scene.issuance.recall(vec![replacing], |_| calls(&scene));
    assert_eq!((steps(&scene), notices(&scene)), (vec![Event::HandedOver], vec![NoticeKind::OldToRevoke]));
}

#[tokio::test]
async fn who_is_named_as_the_author_of_a_candidate_is_told() {
    for (user, part) in
        [("ce-finch-march-5b59fcbb571b", "You are named"), ("ce-other", "Somebody else"), ("us-1", "Look who")]
    {
        let scene = Scene::new(Dfns::default());
        let mut wish = open(Stage::Asked, None);
        wish.wish.owner.author = Some(user.into());
        let owner = wish.wish.owner.clone();
        scene.issuance.recall(vec![wish], |_| calls(&scene));
        scene.issuance.listed(&owner, &calls(&scene), &[key("Server Key 3")]).await;
        let hint = scene.issuance.notices()[0].hint();
        assert!(hint.starts_with(part), "{hint}");
    }
}
