//! Asking for a key: once, and with every answer accounted for.

use std::{sync::Arc, time::Duration};

use keybearer_core::{
    credential::UserAction,
    failure::{CallContext, Failure, UnclearAnswer},
    issuance::{CreateRequest, NoticeKind, Phase},
    journal::Event,
    key::{Created, KeyApi, KeyStatus, Owner},
    secret::Secret,
};
use tokio::{sync::Notify, task::JoinSet, time::timeout};

use crate::stand_ins::{Dfns, Scene, assert_notices, key, locked, old, request};

#[tokio::test]
async fn many_intents_at_once_become_one_request() {
    let scene = Scene::new(Dfns { gate: Some(Notify::new()), ..Dfns::default() });
    let mut intents = JoinSet::new();
    for _ in 0..32 {
        let (issuance, keys) = (Arc::clone(&scene.issuance), Arc::clone(&scene.dfns) as Arc<dyn KeyApi>);
        let request = request("Server Key 3").expect("a name");
        intents.spawn(async move { issuance.create(keys, Owner::default(), true, request).await });
    }
    for _ in 0..31 {
        // All but one end at once; a second that waited for its answer as well would never do.
        let refused = timeout(Duration::from_secs(10), intents.join_next()).await;
        let refused = refused.expect("a refusal").expect("an intent").expect("no panic");
        assert!(matches!(refused, Err(Failure::NotNow(_))), "{refused:?}");
    }
    scene.dfns.gate.as_ref().expect("a gate").notify_one();
    assert!(intents.join_next().await.expect("an intent").expect("no panic").is_ok());
    assert_eq!(scene.asked(), 1);
    assert!(matches!(scene.create("Another").await, Err(Failure::NotNow(_))), "one is held");
    assert_eq!(scene.asked(), 1);
}

#[tokio::test]
async fn a_request_is_signed_once_it_is_written_down_and_asked_for_with_what_came_of_that() {
    let scene = Scene::new(Dfns::default());
    let action = Secret::new("of-this-request".to_owned()).map(UserAction::Signed).expect("it is not empty");
    locked(&scene.dfns.signatures).push_back(Ok(action));
    assert_eq!(scene.request(signed("Server Key 3")).await, Ok(()));
    let actions = locked(&scene.dfns.actions);
    let [UserAction::Signed(token)] = &actions[..] else { panic!("{actions:?}") };
    assert!(token.equals("of-this-request"));
}

#[tokio::test]
async fn nothing_is_signed_that_was_not_asked_for_so() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.signatures).push_back(Err(Failure::SignatureRequired));
    assert_eq!(scene.create("Server Key 3").await, Ok(()));
    assert!(matches!(&locked(&scene.dfns.actions)[..], [UserAction::Unsigned]));
    assert_eq!(locked(&scene.dfns.signatures).len(), 1, "nobody asked for one");
}

fn signed(name: &str) -> CreateRequest {
    CreateRequest { signed: true, ..request(name).expect("a name") }
}

#[tokio::test]
async fn where_a_request_cannot_be_signed_no_key_is_asked_for_and_that_is_sure() {
    let scene = Scene::new(Dfns::default());
    let failure = Failure::Unclear(CallContext::Read, UnclearAnswer::Cut);
    locked(&scene.dfns.signatures).push_back(Err(failure.clone()));
    assert_eq!(scene.request(signed("Server Key 3")).await, Err(failure));
    assert_eq!((scene.asked(), locked(&scene.book.intents).len()), (0, 1));
    assert_eq!(*locked(&scene.book.events), [Event::NotMade]);
    assert_notices!(scene, []);
    assert_eq!(scene.create("Server Key 3").await, Ok(()));
}

#[tokio::test]
async fn an_active_key_of_the_same_name_is_told_and_nothing_asked_for_until_the_person_goes_on() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.keys).push(old());
    assert_eq!(scene.create(" Server Key 3 ").await, Err(Failure::SameName("Server Key 3".into())));
    assert_eq!(scene.asked(), 0);
    let anyway = CreateRequest { despite_same_name: true, ..request("Server Key 3").expect("a name") };
    assert_eq!(scene.request(anyway).await, Ok(()));
    assert_eq!(scene.asked(), 1);
}

#[tokio::test]
async fn a_name_that_looks_like_that_of_an_active_key_is_the_same_name() {
    for (there, typed) in [
        ("Server Key 3", "Server\u{a0}Key 3"),
        ("Server\u{200b} Key 3", "Server Key 3"),
        ("Server Key 3", "\u{feff}Server Key 3\u{200b}"),
        ("Zu\u{308}rich", "Zürich"),
        ("Server Key 3", "server key 3"),
        ("Server Key 3", "Ｓｅｒｖｅｒ Key 3"),
    ] {
        let scene = Scene::new(Dfns::default());
        locked(&scene.dfns.keys).push(key(there));
        assert_eq!(scene.create(typed).await, Err(Failure::SameName(there.into())), "{typed:?}");
        assert_eq!(scene.asked(), 0, "{typed:?}");
    }
}

#[tokio::test]
async fn a_revoked_key_of_the_same_name_does_not_matter() {
    let scene = Scene::new(Dfns::default());
    let mut revoked = old();
    revoked.status = KeyStatus::read("Archived");
    locked(&scene.dfns.keys).push(revoked);
    assert_eq!(scene.create("Server Key 3").await, Ok(()));
}

#[tokio::test]
async fn a_doubtful_answer_finds_the_key_that_was_made_and_asks_no_second_time() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Cut)));
    *locked(&scene.dfns.made) = Some(key("Server Key 3"));
    assert_eq!(scene.create("Server Key 3").await, Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Cut)));
    let notices = scene.issuance.notices();
    assert_eq!(notices.len(), 1);
    assert!(matches!(notices[0].kind, NoticeKind::Candidate(_)));
    assert_eq!(notices[0].key().map(|key| key.id.0.as_str()), Some("api-server-key-3"));
    assert_eq!(scene.asked(), 1);
    assert!(scene.issuance.is_idle());
}

#[tokio::test]
async fn a_doubtful_answer_without_a_new_key_stays_in_doubt() {
    let scene = Scene::new(Dfns::default());
    // There before, so it is not the one that was asked for.
    let mut before = key("Server Key 3");
    before.status = KeyStatus::read("Revoked");
    locked(&scene.dfns.keys).push(before);
    locked(&scene.dfns.creations).push_back(Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Server(502))));
    assert!(scene.create("Server Key 3").await.is_err_and(|failure| failure.is_doubtful()));
    assert!(matches!(scene.issuance.notices()[0].kind, NoticeKind::Doubtful { looked: true }));
}

#[tokio::test]
async fn where_keys_may_not_be_listed_a_doubtful_answer_says_that_it_could_not_look() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Cut)));
    let keys = Arc::clone(&scene.dfns) as Arc<dyn KeyApi>;
    let request = request("Server Key 3").expect("a name");
    assert!(scene.issuance.create(keys, Owner::default(), false, request).await.is_err());
    assert!(matches!(scene.issuance.notices()[0].kind, NoticeKind::Doubtful { looked: false }));
}

#[tokio::test]
async fn calling_it_off_after_it_was_sent_leaves_it_in_doubt_and_looks() {
    let scene = Scene::new(Dfns { gate: Some(Notify::new()), ..Dfns::default() });
    let (creation, ()) = tokio::join!(scene.create("Server Key 3"), async {
        scene.until(|issuance| issuance.asking().is_some_and(|asking| asking.phase == Phase::Asked)).await;
        scene.issuance.call_off();
    });
    assert_eq!(creation, Err(Failure::Unclear(CallContext::Create, UnclearAnswer::CalledOff)));
    assert!(matches!(scene.issuance.notices()[0].kind, NoticeKind::Doubtful { looked: true }));
}

#[tokio::test(start_paused = true)]
async fn the_search_for_a_key_in_doubt_can_be_called_off_and_the_doubt_stays() {
    let scene = Scene::new(Dfns { verifying_gate: Some(Notify::new()), ..Dfns::default() });
    locked(&scene.dfns.creations).push_back(Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Server(502))));
    let (creation, ()) = tokio::join!(timeout(Duration::from_secs(60), scene.create("Server Key 3")), async {
        scene.until(|issuance| issuance.asking().is_some_and(|asking| asking.phase == Phase::Verifying)).await;
        scene.issuance.call_off();
    });
    assert_eq!(creation.expect("it ends"), Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Server(502))));
    assert!(matches!(scene.issuance.notices()[0].kind, NoticeKind::Doubtful { looked: false }));
    assert!(scene.issuance.is_idle());
}

#[tokio::test]
async fn a_sure_refusal_needs_no_attention_and_the_next_intent_is_free() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Err(Failure::Refused(Some("too long".into()))));
    assert_eq!(scene.create("Server Key 3").await, Err(Failure::Refused(Some("too long".into()))));
    assert!(scene.issuance.notices().is_empty());
    assert_eq!(scene.create("Server Key 3").await, Ok(()));
}

#[tokio::test]
async fn a_key_without_a_token_and_one_that_waits_for_approval_need_attention() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations)
        .extend([Ok(Created::WithoutSecrets(key("Server Key 3"))), Ok(Created::AwaitingApproval)]);
    assert_eq!(scene.create("Server Key 3").await, Ok(()));
    assert_eq!(scene.create("Server Key 4").await, Ok(()));
    assert_notices!(scene, [NoticeKind::AwaitingApproval, NoticeKind::WithoutToken(_)]);
    assert!(scene.issuance.is_idle());
}

#[tokio::test]
async fn where_there_are_real_funds_a_key_that_may_be_somebody_elses_asks_for_its_name() {
    for (base, author, asks) in [
        ("https://api.dfns.io", None, true),
        ("https://api.dfns.io", Some("ce-finch-march-5b59fcbb571b"), false),
        ("https://api.eu.dfns.io", None, true),
        ("https://api.dfns.ninja", None, false),
        ("http://127.0.0.1:9", None, false),
    ] {
        let scene = Scene::new(Dfns::default());
        locked(&scene.dfns.creations).push_back(Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Cut)));
        *locked(&scene.dfns.made) = Some(key("Server Key 3"));
        let owner = Owner { base: base.into(), author: author.map(str::to_owned), ..Owner::default() };
        let keys = Arc::clone(&scene.dfns) as Arc<dyn KeyApi>;
        let _ = scene.issuance.create(keys, owner, true, request("Server Key 3").expect("a name")).await;
        let notices = scene.issuance.notices();
        assert_eq!(notices.len(), 1, "{base}");
        assert_eq!(keybearer_core::app::asks_name(&notices[0]), asks, "{base} by {author:?}");
    }
}
