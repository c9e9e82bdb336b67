//! What is written down of an intent, and what comes back of it.

use std::sync::Arc;

use keybearer_core::{
    credential::{CredentialKind, SecretName},
    failure::{CallContext, Failure, UnclearAnswer},
    issuance::{CreateRequest, NoticeKind},
    journal::{Before, Event, Intent, IntentId, OpenIntent, Stage},
    key::{Key, KeyApi, KeyId, KeyStatus, Owner},
    words,
};
use time::OffsetDateTime;
use tokio::time::Instant;

use crate::stand_ins::{Dfns, Scene, assert_notices, key, listing, locked, request, with_token};

fn steps(scene: &Scene) -> Vec<Event> {
    locked(&scene.book.events).clone()
}

fn notices(scene: &Scene) -> Vec<NoticeKind> {
    scene.issuance.notices().into_iter().map(|notice| notice.kind).collect()
}

/// An intent that was open when the app ended the last time.
fn open(stage: Stage, key: Option<Key>) -> OpenIntent {
    let before = Before::all([KeyId("api-before".into())], OffsetDateTime::UNIX_EPOCH);
    let intent = Intent {
        kind: CredentialKind::ApiKey,
        owner: owner("a1"),
        name: "Server Key 3".into(),
        before,
        replaces: None,
        part_of: None,
        signing: None,
    };
    OpenIntent {
        id: IntentId(7),
        intent,
        asked_at: OffsetDateTime::UNIX_EPOCH,
        stage,
        key,
        perhaps_in: None,
        kept: None,
    }
}

fn owner(account: &str) -> Owner {
    let (user, author) = (Some("ada".into()), Some("ce-finch-march-5b59fcbb571b".into()));
    Owner { account: account.into(), user, author, base: "https://api.dfns.io".into(), ..Owner::default() }
}

fn calls(scene: &Scene) -> Arc<dyn KeyApi> {
    Arc::clone(&scene.dfns) as Arc<dyn KeyApi>
}

/// A key was asked for and made, and its journal refuses to be written since it was asked for.
async fn made_while_the_journal_refuses() -> Scene {
    let scene = Scene::new(Dfns { gate: Some(tokio::sync::Notify::new()), ..Dfns::default() });
    let (created, ()) = tokio::join!(scene.create("Server Key 3"), async {
        scene
            .until(|issuance| {
                issuance.asking().is_some_and(|asking| asking.phase == keybearer_core::issuance::Phase::Asked)
            })
            .await;
        *locked(&scene.book.refuses) = true;
        scene.dfns.gate.as_ref().expect("a gate").notify_one();
    });
    assert_eq!(created, Ok(()));
    scene
}

#[tokio::test]
async fn nothing_is_asked_for_that_cannot_be_written_down() {
    let scene = Scene::new(Dfns::default());
    *locked(&scene.book.refuses) = true;
    assert_eq!(scene.create("Server Key 3").await, Err(Failure::File(words::verbatim("the disk is full"))));
    assert_eq!(scene.asked(), 0);
    assert!(scene.issuance.is_idle());
}

#[tokio::test]
async fn an_intent_is_written_with_the_keys_there_were_before_it_is_asked_for() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.keys).push(key("Another"));
    locked(&scene.dfns.creations).push_back(Err(Failure::Refused(None)));
    assert_eq!(scene.create("Server Key 3").await, Err(Failure::Refused(None)));
    let intents = locked(&scene.book.intents).clone();
    assert_eq!(intents[0].before.is_new(&key("Another")), Some(false));
    assert_eq!(intents[0].before.is_new(&key("Server Key 3")), Some(true));
    assert_eq!(steps(&scene), [Event::NotMade]);
}

#[tokio::test]
async fn each_step_of_a_token_is_written_down() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.board.copy(crate::stand_ins::TOKEN);
    scene.issuance.check(scene.held(), None).await.expect("read");
    scene.issuance.finish(scene.held(), false).await.expect("finished");
    assert_eq!(steps(&scene), [Event::Created, Event::Copied, Event::Checked, Event::Finished]);
}

#[tokio::test]
async fn a_token_that_is_wiped_without_a_proof_stays_open_until_it_is_settled() {
    let scene = Scene::holding().await;
    scene.issuance.shut_down().await;
    assert_eq!(steps(&scene).last(), Some(&Event::Wiped));
    let scene = Scene::holding().await;
    scene.issuance.revoke_held(scene.held()).await.expect("revoked");
    assert_eq!(steps(&scene).last(), Some(&Event::Revoked));
}

#[tokio::test]
async fn a_journal_that_fails_after_the_key_was_made_is_told_and_the_token_is_held() {
    let scene = made_while_the_journal_refuses().await;
    assert!(!scene.issuance.is_idle(), "its token is held");
    assert_eq!(scene.issuance.unwritten(), Some(Failure::File(words::verbatim("the disk is full"))));
}

#[tokio::test]
async fn what_was_open_stands_under_needs_attention_again() {
    for (stage, known_key, kind) in [
        (Stage::Asked, None, NoticeKind::Doubtful { looked: false }),
        (Stage::Doubtful, None, NoticeKind::Doubtful { looked: false }),
        (Stage::Refused, None, NoticeKind::Doubtful { looked: false }),
        (Stage::AwaitingApproval, None, NoticeKind::AwaitingApproval),
        (Stage::Created, Some(key("Server Key 3")), NoticeKind::NotHandedOver(key("Server Key 3"))),
        (Stage::WithoutToken, Some(key("Server Key 3")), NoticeKind::WithoutToken(key("Server Key 3"))),
    ] {
        let scene = Scene::new(Dfns::default());
        scene.issuance.recall(vec![open(stage, known_key)], |_| calls(&scene));
        assert_eq!(notices(&scene), [kind]);
        let number = scene.issuance.notices()[0].number;
        scene.issuance.dismiss(number).await;
        assert_eq!(steps(&scene), [Event::Settled]);
        assert_notices!(scene, []);
    }
}

#[tokio::test]
async fn signing_in_finds_the_key_that_was_made_when_the_app_was_ended_and_revokes_it_with_one_click() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Asked, None)], |_| calls(&scene));
    locked(&scene.dfns.keys).extend([key("Another"), key("Server Key 3")]);
    scene.issuance.reconcile(&owner("signed in anew"), &calls(&scene)).await;
    assert_notices!(scene, [NoticeKind::Candidate(_)]);
    scene.issuance.revoke_noticed(scene.issuance.notices()[0].number).await.expect("revoked");
    assert_eq!(steps(&scene), [Event::WithoutToken, Event::Revoked]);
    assert_notices!(scene, []);
    assert_eq!(*locked(&scene.book.made), [key("Server Key 3")], "and which key it was is known from then on");
}

#[tokio::test(start_paused = true)]
async fn a_candidate_of_an_unknown_author_settles_its_intent_only_once_nothing_else_appears() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Asked, None)], |_| calls(&scene));
    locked(&scene.dfns.keys).push(Key { author: "us-somebody".into(), ..key("Server Key 3") });
    let listed = locked(&scene.dfns.keys).clone();
    scene.issuance.listed(&owner("a1"), &calls(&scene), listing(&listed)).await;
    scene.issuance.revoke_noticed(scene.issuance.notices()[0].number).await.expect("revoked");
    assert_eq!(steps(&scene), []);
    assert_notices!(scene, [NoticeKind::Doubtful { looked: true }]);
    assert_eq!(scene.issuance.notices()[0].hint(), Some(words::notice_revoked_hint()));
    scene.until(|issuance| issuance.notices().is_empty()).await;
    // Written right after it goes.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(steps(&scene), [Event::WithoutToken, Event::Revoked]);
}

#[tokio::test(start_paused = true)]
async fn a_colleagues_key_that_is_listed_before_ours_takes_nothing_from_the_search_for_ours() {
    let colleagues = || Key { id: KeyId("api-theirs".into()), author: "ce-theirs".into(), ..key("Server Key 3") };
    for revoked_by_us in [false, true] {
        let scene = Scene::new(Dfns::default());
        scene.issuance.recall(vec![open(Stage::Asked, None)], |_| calls(&scene));
        locked(&scene.dfns.keys).push(colleagues());
        scene.issuance.reconcile(&owner("a1"), &calls(&scene)).await;
        assert_notices!(scene, [NoticeKind::Candidate(_)]);
        // It goes, by its owner's hand or by a slip of ours.
        let revoked = Key { status: KeyStatus::read("Revoked"), ..colleagues() };
        *locked(&scene.dfns.keys) = vec![revoked];
        if revoked_by_us {
            scene.issuance.revoke_noticed(scene.issuance.notices()[0].number).await.expect("revoked");
        } else {
            let listed = locked(&scene.dfns.keys).clone();
            scene.issuance.listed(&owner("a1"), &calls(&scene), listing(&listed)).await;
        }
        assert_eq!(steps(&scene), []);
        assert_notices!(scene, [NoticeKind::Doubtful { looked: true }]);
        locked(&scene.dfns.keys).push(key("Server Key 3"));
        scene.until(|issuance| issuance.notices().iter().any(|notice| notice.is_candidate())).await;
        assert_eq!(scene.issuance.notices()[0].key(), Some(&key("Server Key 3")));
        scene.issuance.revoke_noticed(scene.issuance.notices()[0].number).await.expect("revoked");
        assert_eq!(steps(&scene), [Event::WithoutToken, Event::Revoked]);
        assert_notices!(scene, []);
    }
}

#[tokio::test(start_paused = true)]
async fn ours_is_found_while_a_colleagues_stands_there_to_be_judged() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Asked, None)], |_| calls(&scene));
    let colleagues = Key { id: KeyId("api-theirs".into()), author: "ce-theirs".into(), ..key("Server Key 3") };
    locked(&scene.dfns.keys).push(colleagues);
    scene.issuance.reconcile(&owner("a1"), &calls(&scene)).await;
    locked(&scene.dfns.keys).push(key("Server Key 3"));
    scene.until(|issuance| issuance.notices().len() == 2).await;
    assert_notices!(scene, [NoticeKind::Candidate(_), NoticeKind::Candidate(_)]);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_made_by_a_later_intent_is_no_candidate_of_an_earlier_one() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Server(502))));
    assert!(scene.create("Server Key 3").await.is_err());
    let anyway = CreateRequest { despite_open: true, ..request("Server Key 3").expect("a name") };
    scene.request(anyway).await.expect("made");
    locked(&scene.dfns.keys).push(key("Server Key 3"));
    scene.issuance.listed(&Owner::default(), &calls(&scene), listing(&[key("Server Key 3")])).await;
    assert_notices!(scene, [NoticeKind::Doubtful { looked: true }]);
}

#[tokio::test]
async fn what_is_open_of_an_account_that_is_no_more_is_dealt_with_by_whoever_lists_the_same_organizations_keys() {
    let opaque = |account: &str| Owner { user: None, ..owner(account) };
    for (listed, found) in [
        ("api-before", NoticeKind::Candidate(key("Server Key 3"))),
        ("api-other", NoticeKind::Doubtful { looked: false }),
    ] {
        let scene = Scene::new(Dfns::default());
        let mut intent = open(Stage::Asked, None);
        intent.intent.owner = opaque("a1");
        scene.issuance.recall(vec![intent], |_| calls(&scene));
        let listed = [Key { id: KeyId(listed.into()), ..key("Another") }, key("Server Key 3")];
        scene.issuance.adopt(&opaque("a2"), &calls(&scene), &listed, |_| false);
        scene.issuance.listed(&opaque("a2"), &calls(&scene), listing(&listed)).await;
        assert_eq!(notices(&scene), [found]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_that_could_not_be_written_down_is_before_anything_else_is_written_of_it() {
    let scene = made_while_the_journal_refuses().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    assert_eq!(steps(&scene), [], "what is written of no key says nothing");
    *locked(&scene.book.refuses) = false;
    scene.finish_as_said().await.expect("finished");
    assert_eq!(steps(&scene), [Event::Created, Event::Finished]);
    assert_eq!(*locked(&scene.book.made), [key("Server Key 3")]);
}

#[tokio::test]
async fn a_key_that_was_made_and_never_written_down_is_looked_for() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Created, None)], |_| calls(&scene));
    scene.issuance.listed(&owner("a1"), &calls(&scene), listing(&[key("Server Key 3")])).await;
    assert_notices!(scene, [NoticeKind::Candidate(_)]);
}

#[tokio::test]
async fn what_was_open_in_the_sandbox_has_ended_with_it() {
    let scene = Scene::new(Dfns::default());
    let mut intent = open(Stage::Asked, None);
    intent.intent.owner.account = "sandbox-0123".into();
    scene.issuance.recall(vec![intent], |_| calls(&scene));
    assert_eq!(steps(&scene), [Event::Settled]);
    assert_notices!(scene, []);
}

#[tokio::test]
async fn somebody_elses_sign_in_looks_for_nothing_of_it() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Asked, None)], |_| calls(&scene));
    locked(&scene.dfns.keys).push(key("Server Key 3"));
    let other = Owner { user: Some("bob".into()), ..owner("a2") };
    scene.issuance.reconcile(&other, &calls(&scene)).await;
    assert_notices!(scene, [NoticeKind::Doubtful { looked: false }]);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_appears_late_is_found_by_looking_again() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Server(502))));
    assert!(scene.create("Server Key 3").await.is_err());
    assert_notices!(scene, [NoticeKind::Doubtful { looked: true }]);
    let began = Instant::now();
    tokio::time::advance(std::time::Duration::from_secs(28)).await;
    locked(&scene.dfns.keys).push(key("Server Key 3"));
    scene.until(|issuance| issuance.notices().iter().any(|notice| notice.is_candidate())).await;
    assert!(began.elapsed().as_secs() <= 60);
    assert_eq!(scene.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_candidate_that_is_not_ours_is_not_offered_again_and_the_doubt_stays() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Cut)));
    *locked(&scene.dfns.made) = Some(key("Server Key 3"));
    assert!(scene.create("Server Key 3").await.is_err());
    scene.issuance.dismiss(scene.issuance.notices()[0].number).await;
    assert_notices!(scene, [NoticeKind::Doubtful { looked: true }]);
    assert_eq!(*locked(&scene.book.not_ours), [key("Server Key 3").id], "nor at the next start");
    scene.issuance.reconcile(&Owner::default(), &calls(&scene)).await;
    assert_notices!(scene, [NoticeKind::Doubtful { looked: true }]);
    locked(&scene.dfns.creations).push_back(Ok(with_token("Server Key 4")));
    assert!(matches!(scene.create("Server Key 4").await, Ok(())), "the next intent is free");
}

#[tokio::test]
async fn of_two_candidates_the_one_that_is_left_is_judged_as_well_before_the_intent_is_settled() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Asked, None)], |_| calls(&scene));
    let colleagues = Key { id: KeyId("api-colleagues".into()), author: "ce-2".into(), ..key("Server Key 3") };
    locked(&scene.dfns.keys).extend([key("Server Key 3"), colleagues]);
    scene.issuance.reconcile(&owner("a1"), &calls(&scene)).await;
    assert_notices!(scene, [NoticeKind::Candidate(_), NoticeKind::Candidate(_)]);
    let ours = scene.issuance.notices().into_iter().find(|notice| notice.key() == Some(&key("Server Key 3")));
    scene.issuance.revoke_noticed(ours.expect("it is there").number).await.expect("revoked");
    assert_eq!(steps(&scene), []);
    assert_notices!(scene, [NoticeKind::Candidate(_)]);
    scene.issuance.dismiss(scene.issuance.notices()[0].number).await;
    assert_eq!(steps(&scene), [Event::WithoutToken, Event::Revoked]);
    assert_notices!(scene, []);
}

#[tokio::test]
async fn a_key_that_was_revoked_elsewhere_meanwhile_is_no_candidate() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Asked, None)], |_| calls(&scene));
    locked(&scene.dfns.keys).push(Key { status: KeyStatus::read("Revoked"), ..key("Server Key 3") });
    scene.issuance.reconcile(&owner("a1"), &calls(&scene)).await;
    assert_notices!(scene, [NoticeKind::Doubtful { looked: true }]);
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_approval_becomes_a_candidate_once_it_is_listed_and_waits_again_if_it_is_not_ours() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Ok(keybearer_core::key::Created::AwaitingApproval));
    scene.create("Server Key 3").await.expect("held back");
    assert_notices!(scene, [NoticeKind::AwaitingApproval]);
    locked(&scene.dfns.keys).push(key("Server Key 3"));
    scene.until(|issuance| issuance.notices().iter().any(|notice| notice.is_candidate())).await;
    assert_eq!(scene.issuance.notices()[0].message(), words::notice_approved("Server Key 3"));
    scene.issuance.dismiss(scene.issuance.notices()[0].number).await;
    assert_notices!(scene, [NoticeKind::AwaitingApproval]);
}

#[tokio::test]
async fn a_refreshed_list_settles_what_is_in_doubt_without_being_fetched_again() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Asked, None)], |_| calls(&scene));
    scene.issuance.listed(&owner("a1"), &calls(&scene), listing(&[key("Server Key 3")])).await;
    scene.issuance.listed(&owner("a1"), &calls(&scene), listing(&[key("Server Key 3")])).await;
    assert_notices!(scene, [NoticeKind::Candidate(_)], "and it is told once");
}

#[tokio::test]
async fn what_was_revoked_elsewhere_needs_no_attention_any_more() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Created, Some(key("Server Key 3")))], |_| calls(&scene));
    let revoked = Key { status: KeyStatus::read("Revoked"), ..key("Server Key 3") };
    scene.issuance.listed(&owner("a1"), &calls(&scene), listing(&[])).await;
    assert_notices!(scene, [NoticeKind::NotHandedOver(_)], "not to be listed proves nothing");
    scene.issuance.listed(&owner("a1"), &calls(&scene), listing(&[revoked])).await;
    assert_eq!(steps(&scene), [Event::Revoked]);
    assert_notices!(scene, []);
}

#[tokio::test]
async fn a_token_that_was_checked_before_the_app_was_ended_is_in_its_vault() {
    let scene = Scene::new(Dfns::default());
    scene.issuance.recall(vec![open(Stage::Checked, Some(key("Server Key 3")))], |_| calls(&scene));
    assert_eq!(steps(&scene), [Event::Finished]);
    assert_notices!(scene, []);
    let scene = Scene::new(Dfns::default());
    let mut replacing = open(Stage::Checked, Some(key("Server Key 3")));
    replacing.intent.replaces = Some(crate::stand_ins::old());
    scene.issuance.recall(vec![replacing], |_| calls(&scene));
    assert_eq!(steps(&scene), [Event::HandedOver]);
    assert_notices!(scene, [NoticeKind::OldToRevoke(_)]);
}

#[tokio::test]
async fn who_is_named_as_the_author_of_a_candidate_is_told() {
    for (user, told) in [
        ("ce-finch-march-5b59fcbb571b", words::notice_yours_hint()),
        ("ce-other", words::notice_others_hint()),
        ("us-1", words::notice_whose_hint()),
    ] {
        let scene = Scene::new(Dfns::default());
        let mut intent = open(Stage::Asked, None);
        intent.intent.owner.author = Some(user.into());
        let owner = intent.intent.owner.clone();
        scene.issuance.recall(vec![intent], |_| calls(&scene));
        scene.issuance.listed(&owner, &calls(&scene), listing(&[key("Server Key 3")])).await;
        assert_eq!(scene.issuance.notices()[0].hint(), Some(told));
    }
}
