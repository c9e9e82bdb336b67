//! What is believed of an answer: that no key was made once the list shows none, and whose key a new one may be.

use std::sync::Arc;

use keybearer_core::{
    credential::CredentialKind,
    failure::{CallContext, Failure, UnclearAnswer},
    issuance::{CreateRequest, NoticeKind},
    journal::{Before, Event, Intent, IntentId, OpenIntent, Stage},
    key::{Created, Key, KeyApi, KeyId, Owner},
    words,
};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::{sync::Notify, task::yield_now};

use crate::stand_ins::{Dfns, Scene, assert_notices, key, listing, locked, old, request, with_token};

const NAME: &str = "Server Key 3";

/// What only Dfns says of an intent.
fn refusals() -> Vec<Failure> {
    vec![
        Failure::Refused(Some("no".into())),
        Failure::SignInAgain,
        Failure::Forbidden { permission: Some("ApiKeys:Create".into()), message: None },
        Failure::SignatureRequired,
        Failure::NoSuchService("api.dfns.io".into()),
        Failure::Conflict(None),
        Failure::RateLimited(None),
        Failure::Unexpected { status: 402, message: None },
    ]
}

fn notices(scene: &Scene) -> Vec<NoticeKind> {
    scene.issuance.notices().into_iter().map(|notice| notice.kind).collect()
}

fn steps(scene: &Scene) -> Vec<Event> {
    locked(&scene.book.events).clone()
}

fn calls(scene: &Scene) -> Arc<dyn KeyApi> {
    Arc::clone(&scene.dfns) as Arc<dyn KeyApi>
}

/// A scene in which one intent was refused, and the keys cannot be listed since.
async fn refused_and_unlisted(refusal: Failure) -> (Scene, Failure) {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Err(refusal.clone()));
    *locked(&scene.dfns.unlisted) = Some(refusal);
    let failure = scene.create(NAME).await.expect_err("it was refused");
    (scene, failure)
}

#[tokio::test]
async fn a_refusal_is_sure_once_the_list_shows_no_new_key() {
    for refusal in refusals() {
        let scene = Scene::new(Dfns::default());
        locked(&scene.dfns.creations).push_back(Err(refusal.clone()));
        assert_eq!(scene.create(NAME).await, Err(refusal));
        assert_eq!(steps(&scene), [Event::NotMade]);
        assert_notices!(scene, []);
    }
}

#[tokio::test]
async fn a_key_that_was_made_although_it_was_refused_is_found_and_never_asked_for_again() {
    for refusal in refusals() {
        let scene = Scene::new(Dfns::default());
        locked(&scene.dfns.creations).push_back(Err(refusal.clone()));
        *locked(&scene.dfns.made) = Some(key(NAME));
        let failure = scene.create(NAME).await.expect_err("refused");
        assert_eq!(failure, Failure::Unsettled { refusal: Box::new(refusal), found: true });
        assert!(failure.is_doubtful() && failure.to_string().contains("and yet a new one is in the list"));
        assert_eq!(steps(&scene), [Event::Refused]);
        assert_notices!(scene, [NoticeKind::Candidate(_)]);
        assert_eq!(scene.issuance.notices()[0].message(), words::notice_refused(NAME, NAME));
        assert_eq!(scene.asked(), 1);
    }
}

#[tokio::test]
async fn a_refusal_is_in_doubt_as_long_as_the_keys_cannot_be_listed_and_settled_by_the_first_list_without_a_new_one() {
    for refusal in refusals() {
        let (scene, failure) = refused_and_unlisted(refusal.clone()).await;
        assert_eq!(failure, Failure::Unsettled { refusal: Box::new(refusal), found: false });
        assert_eq!(failure.hint(), Some(words::err_doubt_hint()));
        assert_eq!(steps(&scene), [Event::Refused]);
        assert_notices!(scene, [NoticeKind::Doubtful { looked: false }]);
        assert_eq!(scene.issuance.notices()[0].message(), words::notice_refused_unlisted(NAME));
        // It can be listed again, as after a new sign-in.
        *locked(&scene.dfns.unlisted) = None;
        scene.issuance.reconcile(&Owner::default(), &calls(&scene)).await;
        assert_eq!(steps(&scene), [Event::Refused, Event::NotMade]);
        assert_notices!(scene, []);
    }
}

/// Lets somebody ask, and do something else before that is answered.
async fn meanwhile(scene: &Scene, done: impl FnOnce()) -> Result<(), Failure> {
    let (issuance, keys) = (Arc::clone(&scene.issuance), calls(scene));
    let asked =
        tokio::spawn(
            async move { issuance.create(keys, Owner::default(), true, request(NAME).expect("a name")).await },
        );
    while scene.asked() == 0 {
        yield_now().await;
    }
    done();
    scene.dfns.gate.as_ref().expect("a gate").notify_one();
    asked.await.expect("it ends").map(drop)
}

#[tokio::test]
async fn a_list_that_lacks_what_was_there_is_not_the_whole_of_it_and_settles_nothing() {
    let there = Key { id: KeyId("api-there".into()), ..key("Deploy bot") };
    for refusal in refusals() {
        let scene = Scene::new(Dfns { gate: Some(Notify::new()), ..Dfns::default() });
        *locked(&scene.dfns.keys) = vec![there.clone()];
        locked(&scene.dfns.creations).push_back(Err(refusal.clone()));
        let failure = meanwhile(&scene, || locked(&scene.dfns.keys).clear()).await.expect_err("refused");
        assert!(matches!(failure, Failure::Unsettled { found: false, .. }), "{failure:?}");
        assert_eq!(scene.issuance.notices()[0].message(), words::notice_list_lacks(NAME));
        let doubt = || (steps(&scene), notices(&scene));
        assert_eq!(doubt(), (vec![Event::Refused], vec![NoticeKind::Doubtful { looked: true }]));
        scene.issuance.reconcile(&Owner::default(), &calls(&scene)).await;
        assert_eq!(doubt(), (vec![Event::Refused], vec![NoticeKind::Doubtful { looked: true }]));
        *locked(&scene.dfns.keys) = vec![there.clone()];
        scene.issuance.reconcile(&Owner::default(), &calls(&scene)).await;
        assert_eq!(doubt(), (vec![Event::Refused, Event::NotMade], vec![]));
    }
}

/// An answer that tells of a key, with a token or without.
fn telling_of(key: &Key, token: bool) -> Created {
    match with_token(&key.name) {
        Created::WithSecrets(_, itself) if token => Created::WithSecrets(key.clone(), itself),
        _ => Created::WithoutSecrets(key.clone()),
    }
}

#[tokio::test]
async fn an_answer_that_tells_of_another_key_than_was_asked_for_is_believed_only_if_the_list_knows_it() {
    let of_somebody = Key { id: KeyId("req-7f3a".into()), ..key("portal") };
    let nameless = Key { id: KeyId("req-7f3a".into()), ..key("") };
    let of_no_path = Key { id: KeyId("../7f3a".into()), ..key(NAME) };
    for told in [&of_somebody, &nameless, &of_no_path] {
        for token in [true, false] {
            let scene = Scene::new(Dfns::default());
            locked(&scene.dfns.creations).push_back(Ok(telling_of(told, token)));
            *locked(&scene.dfns.made) = Some(key(NAME));
            assert_eq!(
                scene.create(NAME).await,
                Err(Failure::Unclear(CallContext::Create, UnclearAnswer::NotUnderstood)),
                "{told:?}"
            );
            assert_eq!(steps(&scene), [Event::Doubtful]);
            assert_notices!(scene, [NoticeKind::Candidate(_)]);
            assert!(scene.issuance.is_idle() && scene.asked() == 1);
        }
    }
    // What was answered before is no news.
    let there = Key { id: KeyId("api-before".into()), ..key(NAME) };
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Ok(telling_of(&there, true)));
    *locked(&scene.dfns.keys) = vec![there];
    *locked(&scene.dfns.made) = Some(key(NAME));
    let anyway = CreateRequest { despite_same_name: true, ..request(NAME).expect("a name") };
    assert_eq!(scene.request(anyway).await, Err(Failure::Unclear(CallContext::Create, UnclearAnswer::NotUnderstood)));
    assert_eq!(scene.issuance.notices()[0].key(), Some(&key(NAME)));
    // A server that makes another name of it.
    let renamed = Key { id: KeyId("api-7".into()), ..key("Key of Ada: Server 3") };
    for token in [true, false] {
        let scene = Scene::new(Dfns::default());
        locked(&scene.dfns.creations).push_back(Ok(telling_of(&renamed, token)));
        *locked(&scene.dfns.made) = Some(renamed.clone());
        assert_eq!(scene.create(NAME).await, Ok(()));
        let held = scene.issuance.with_held(|held| held.key.clone());
        assert_eq!((held, notices(&scene).len()), (token.then(|| renamed.clone()), usize::from(!token)));
    }
}

#[tokio::test]
async fn a_refused_intent_that_led_to_a_key_is_found_by_the_first_list_after_it() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Err(Failure::SignInAgain));
    *locked(&scene.dfns.made) = Some(key(NAME));
    *locked(&scene.dfns.unlisted) = Some(Failure::SignInAgain);
    assert!(scene.create(NAME).await.is_err_and(|failure| failure.is_doubtful()));
    *locked(&scene.dfns.unlisted) = None;
    // Asking for it once more finds it before anything is asked for.
    assert_eq!(scene.create(NAME).await, Err(Failure::StillOpen(NAME.into())));
    assert_eq!(scene.asked(), 1);
    assert_notices!(scene, [NoticeKind::Candidate(_)]);
}

#[tokio::test]
async fn after_a_sign_in_that_was_over_the_same_intent_is_asked_for_without_a_question() {
    let (scene, _) = refused_and_unlisted(Failure::SignInAgain).await;
    *locked(&scene.dfns.unlisted) = None;
    assert_eq!(scene.create(NAME).await, Ok(()));
    assert_eq!(steps(&scene), [Event::Refused, Event::NotMade, Event::Created]);
    assert!(notices(&scene).is_empty());
}

#[tokio::test]
async fn who_may_not_list_is_told_that_a_refusal_proves_nothing() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Err(Failure::Refused(None)));
    let created = scene.issuance.create(calls(&scene), Owner::default(), false, request(NAME).expect("a name")).await;
    assert!(created.is_err_and(|failure| failure.is_doubtful()));
    assert_eq!(scene.issuance.notices()[0].message(), words::notice_refused_unlistable(NAME));
}

#[tokio::test]
async fn what_was_never_sent_is_sure_without_a_look() {
    for failure in [Failure::Computer(words::verbatim("no")), Failure::OtherAccount("Ada".into())] {
        let scene = Scene::new(Dfns::default());
        locked(&scene.dfns.creations).push_back(Err(failure.clone()));
        *locked(&scene.dfns.unlisted) = Some(failure.clone());
        assert_eq!(scene.create(NAME).await, Err(failure));
        assert_eq!(steps(&scene), [Event::NotMade]);
        assert_notices!(scene, []);
    }
}

#[tokio::test]
async fn a_name_that_is_open_is_asked_for_again_only_on_purpose() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Cut)));
    assert!(scene.create(NAME).await.is_err());
    for again in [NAME, " server  KEY 3 "] {
        let failure = scene.create(again).await.expect_err("a question first");
        assert_eq!(failure, Failure::StillOpen(NAME.into()));
        assert!(failure.to_string().contains("“Server Key 3”") && failure.to_string().contains("Needs attention"));
    }
    let replacing = CreateRequest { despite_same_name: true, replaces: Some(old()), ..request(NAME).expect("a name") };
    assert_eq!(scene.request(replacing).await, Err(Failure::StillOpen(NAME.into())));
    assert_eq!(scene.asked(), 1);
    // Who may not list is asked as well.
    let unlisted = scene.issuance.create(calls(&scene), Owner::default(), false, request(NAME).expect("a name")).await;
    assert_eq!((unlisted, scene.asked()), (Err(Failure::StillOpen(NAME.into())), 1));
    let anyway = CreateRequest { despite_open: true, ..request(NAME).expect("a name") };
    assert_eq!((scene.request(anyway).await, scene.asked()), (Ok(()), 2));
}

#[tokio::test]
async fn what_is_open_of_another_organization_is_no_question() {
    let of = |organization: &str| Owner { organization: Some(organization.into()), ..Owner::default() };
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Cut)));
    let ask = async |owner| scene.issuance.create(calls(&scene), owner, true, request(NAME).expect("a name")).await;
    assert!(ask(of("cu-1")).await.is_err());
    assert_eq!(ask(of("cu-1")).await, Err(Failure::StillOpen(NAME.into())));
    assert!(ask(of("cu-2")).await.is_ok());
}

#[tokio::test]
async fn a_panic_after_the_request_leaves_a_doubt_and_the_next_intent_free() {
    let scene = Scene::new(Dfns::default());
    *locked(&scene.dfns.panics) = true;
    *locked(&scene.dfns.made) = Some(key(NAME));
    assert_eq!(scene.create(NAME).await, Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Failed)));
    assert!(scene.issuance.is_idle());
    assert_eq!(steps(&scene), [Event::Doubtful]);
    assert_notices!(scene, [NoticeKind::Doubtful { looked: false }]);
    scene.issuance.reconcile(&Owner::default(), &calls(&scene)).await;
    assert_notices!(scene, [NoticeKind::Candidate(_)], "and its key is found");
    *locked(&scene.dfns.panics) = false;
    assert_eq!(scene.create("Another").await, Ok(()));
}

#[tokio::test]
async fn a_key_is_held_although_whoever_asked_for_it_waits_no_longer() {
    let scene = Scene::new(Dfns { gate: Some(Notify::new()), ..Dfns::default() });
    let (issuance, keys) = (Arc::clone(&scene.issuance), calls(&scene));
    let asker =
        tokio::spawn(
            async move { issuance.create(keys, Owner::default(), true, request(NAME).expect("a name")).await },
        );
    while scene.asked() == 0 {
        yield_now().await;
    }
    asker.abort();
    scene.dfns.gate.as_ref().expect("a gate").notify_one();
    scene.until(|issuance| issuance.with_held(|_| ()).is_some()).await;
    assert_eq!(steps(&scene), [Event::Created]);
}

/// An intent of somebody whose id keys name as their author.
fn open(before: Before) -> OpenIntent {
    let author = Some(key(NAME).author);
    let owner = Owner { account: "a1".into(), user: Some("ada".into()), author, ..Owner::default() };
    let intent = Intent {
        kind: CredentialKind::ApiKey,
        owner,
        name: NAME.into(),
        before,
        replaces: None,
        part_of: None,
        signing: None,
    };
    let asked_at = OffsetDateTime::now_utc();
    OpenIntent { id: IntentId(7), intent, asked_at, stage: Stage::Doubtful, key: None, perhaps_in: None, kept: None }
}

/// What needs attention after these keys were listed by whoever the intent is of: the ids of the candidates.
async fn candidates(intent: OpenIntent, listed: &[Key]) -> Vec<String> {
    let scene = Scene::new(Dfns::default());
    let owner = intent.intent.owner.clone();
    scene.issuance.recall(vec![intent], |_| calls(&scene));
    scene.issuance.listed(&owner, &calls(&scene), listing(listed)).await;
    let notices = scene.issuance.notices().into_iter();
    notices.filter_map(|notice| notice.key().map(|key| key.id.0.clone())).collect()
}

fn made(id: &str, name: &str, author: &str, ago: Duration) -> Key {
    let created = (OffsetDateTime::now_utc() - ago).format(&Rfc3339).expect("a time");
    Key { id: KeyId(id.into()), author: author.into(), created, ..key(name) }
}

#[tokio::test]
async fn a_key_whose_name_the_server_changed_is_found_and_somebody_elses_is_not() {
    let (ours, now) = (key(NAME).author, Duration::ZERO);
    let before = || Before::listing(&[], Some(Duration::ZERO));
    for (name, author) in [("server key 3", "ce-other"), ("  Server  Key 3 ", "us-1"), ("server-key-3", ours.as_str())]
    {
        let found = candidates(open(before()), &[made("api-new", name, author, now)]).await;
        assert_eq!(found, ["api-new"], "{name} by {author}");
    }
    for author in ["ce-other", "us-1", ""] {
        let found = candidates(open(before()), &[made("api-new", "Nightly settlement", author, now)]).await;
        assert!(found.is_empty(), "a key of another name by {author:?}");
        let found = candidates(open(before()), &[made("api-new", "server-key_3", author, now)]).await;
        // Where Dfns names its author as somebody else, it is theirs.
        assert_eq!(found.is_empty(), author == "ce-other", "what a server may make of the name, by {author:?}");
    }
    // The same name first, and another only where none of that name is ours.
    let both = [made("api-named", NAME, "ce-other", now), made("api-renamed", "server-key-3", &ours, now)];
    assert_eq!(candidates(open(before()), &both).await, ["api-named", "api-renamed"]);
    let both = [made("api-named", NAME, &ours, now), made("api-renamed", "Treasury", &ours, now)];
    assert_eq!(candidates(open(before()), &both).await, ["api-named"]);
}

#[tokio::test]
async fn a_key_that_was_there_long_before_is_never_called_ones_own() {
    let old = made("api-old", NAME, &key(NAME).author, Duration::hours(3));
    let new = made("api-new", NAME, &key(NAME).author, Duration::ZERO);
    let now = OffsetDateTime::now_utc();
    let long_ago = Key { created: "2022-09-01T09:06:32.567Z".into(), ..old.clone() };
    for (before, old) in [
        (Before::listing(&[], Some(Duration::ZERO)), &old),
        (Before::unlisted(Some(Duration::ZERO)), &old),
        // As an earlier version wrote it.
        (Before::read(Some("[]"), now), &long_ago),
    ] {
        assert_eq!(candidates(open(before), &[old.clone(), new.clone()]).await, ["api-new"]);
    }
}

#[tokio::test]
async fn the_intent_for_the_first_key_of_all_is_adopted_by_nobody() {
    let opaque =
        |account: &str| Owner { account: account.into(), base: "https://api.dfns.io".into(), ..Owner::default() };
    let scene = Scene::new(Dfns::default());
    let mut intent = open(Before::listing(&[], Some(Duration::ZERO)));
    intent.intent.owner = opaque("a1");
    scene.issuance.recall(vec![intent], |_| calls(&scene));
    let listed = [made("api-theirs", NAME, "ce-other", Duration::ZERO)];
    scene.issuance.adopt(&opaque("a2"), &calls(&scene), &listed, |_| false);
    scene.issuance.listed(&opaque("a2"), &calls(&scene), listing(&listed)).await;
    assert_notices!(scene, [NoticeKind::Doubtful { looked: false }]);
}
