//! Delivering the held token: what is written down before what, what stays in doubt, and what may not come in between.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use keybearer_core::{
    credential::Secrets,
    delivery::{Entry, Keeps, Looked, Proof, Reply, Step, Stored, Vault},
    failure::{Failure, UnclearAnswer, VaultContext, VaultProblem},
    issuance::{CreateRequest, Held, NoticeKind},
    journal::Event,
    words,
};
use time::macros::datetime;
use tokio::sync::Notify;

use crate::stand_ins::{Dfns, HELD, Scene, TOKEN, key, locked, request};

/// A vault that answers as told, and keeps what it was given.
#[derive(Default)]
pub(crate) struct Told {
    answers: Mutex<VecDeque<Result<Stored, Failure>>>,
    stored: Mutex<Vec<(Entry, bool)>>,
    looks: Mutex<VecDeque<Result<Looked, Failure>>>,
    /// Whether it stores again what it has stored before.
    forgets: bool,
    /// Where it waits with the token on its way, if it is to.
    gate: Option<Notify>,
}

impl Vault for Told {
    fn name(&self) -> &str {
        "Team Vault"
    }

    fn place(&self, entry: &Entry) -> String {
        entry.key_name.clone()
    }

    fn can_be_asked(&self) -> bool {
        true
    }

    fn knows_again(&self) -> bool {
        !self.forgets
    }

    fn look<'a>(&'a self, _: &'a Entry) -> Reply<'a, Looked> {
        Box::pin(async { locked(&self.looks).pop_front().unwrap_or(Ok(Looked::default())) })
    }

    fn store<'a>(
        &'a self,
        entry: &'a Entry,
        secrets: &'a Secrets,
        step: &'a (dyn Fn(Step) + Sync),
    ) -> Reply<'a, Stored> {
        Box::pin(async move {
            step(Step::Looking);
            step(Step::Storing);
            if let Some(gate) = &self.gate {
                gate.notified().await;
            }
            locked(&self.stored).push((entry.clone(), secrets.open("compare it") == [TOKEN]));
            locked(&self.answers).pop_front().unwrap_or(Ok(Proof::ReadBack.into()))
        })
    }
}

impl Told {
    /// One that waits with the token on its way.
    pub(crate) fn waiting() -> Self {
        Self { gate: Some(Notify::new()), ..Self::default() }
    }

    /// What is on its way is refused.
    pub(crate) fn fail(&self) {
        locked(&self.answers).push_back(Err(exists()));
        self.gate.as_ref().expect("it has one").notify_one();
    }

    pub(crate) fn answering(answers: impl IntoIterator<Item = Result<Stored, Failure>>) -> Arc<dyn Vault> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), ..Self::default() })
    }
}

fn lost() -> Failure {
    Failure::Vault(VaultContext::PerhapsStored, VaultProblem::Unclear(UnclearAnswer::Cut))
}

fn exists() -> Failure {
    Failure::Vault(VaultContext::NotStored, VaultProblem::Exists("Server Key 3".into()))
}

fn steps(scene: &Scene) -> Vec<Event> {
    locked(&scene.book.events).clone()
}

#[tokio::test(start_paused = true)]
async fn a_delivered_token_is_proven_and_each_step_is_written_down() {
    let scene = Scene::holding().await;
    let vault = Told::answering([Ok(Proof::FirstVersion.into())]);
    scene.issuance.deliver(scene.held(), &vault).await.expect("delivered");
    assert_eq!(scene.issuance.with_held(|held| (held.proven(), held.delivered.len())), Some((true, 1)));
    scene.issuance.finish(scene.held(), false).await.expect("no question");
    let delivered = Event::Delivered(Proof::FirstVersion);
    assert_eq!(steps(&scene), [Event::Created, Event::Delivering, delivered, Event::Finished]);
    assert_eq!(*locked(&scene.book.places), ["Team Vault: Server Key 3", "Team Vault: Server Key 3"]);
    assert!(scene.issuance.notices().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_the_vault_deletes_later_is_not_finished_with_without_a_word_and_stays_open_until_then() {
    let until = datetime!(2026-12-25 14:00 UTC);
    let place = "Team Vault: Server Key 3";
    let for_a_time = || Told::answering([Ok(Stored { proof: Proof::ReadBack, until: Some(until) })]);
    let scene = Scene::holding().await;
    scene.issuance.deliver(scene.held(), &for_a_time()).await.expect("delivered");
    assert_eq!(scene.issuance.with_held(|held| held.proven()), Some(false));
    // What is read back out of that vault proves no more than that.
    scene.board.copy(TOKEN);
    scene.issuance.check(scene.held(), None).await.expect("it can be read");
    assert_eq!(scene.issuance.finish(scene.held(), false).await, Err(Failure::NotProven));
    let stored = Event::StoredForATime(Proof::ReadBack);
    assert_eq!(steps(&scene), [Event::Created, Event::Delivering, stored, Event::Checked]);
    assert_eq!(*locked(&scene.book.untils), [until]);
    // Nobody says a word: its key stands under "Needs attention", with the place and the date.
    tokio::time::sleep(HELD).await;
    scene.until(|issuance| issuance.is_idle()).await;
    let notice = scene.issuance.notices().remove(0);
    assert_eq!(notice.kind, NoticeKind::KeptForATime(key("Server Key 3"), place.into(), until));
    assert_eq!(notice.message(), words::notice_kept_for_a_time("Server Key 3", place, until));

    // The person's word is enough.
    let scene = Scene::holding().await;
    scene.issuance.deliver(scene.held(), &for_a_time()).await.expect("delivered");
    scene.finish_as_said().await.expect("they said so");
    assert!(scene.issuance.notices().is_empty());

    // So is a vault that keeps it.
    let scene = Scene::holding().await;
    scene.issuance.deliver(scene.held(), &for_a_time()).await.expect("delivered");
    scene.issuance.deliver(scene.held(), &Told::answering([])).await.expect("delivered");
    scene.issuance.finish(scene.held(), false).await.expect("no question");
}

#[tokio::test(start_paused = true)]
async fn the_old_key_is_not_offered_for_revocation_for_a_token_that_ends() {
    let scene = Scene::replacing(Dfns::default()).await;
    let stored = Stored { proof: Proof::ReadBack, until: Some(datetime!(2026-12-25 14:00 UTC)) };
    scene.issuance.deliver(scene.held(), &Told::answering([Ok(stored)])).await.expect("delivered");
    assert_eq!(scene.issuance.finish(scene.held(), false).await, Err(Failure::NotProven));
    scene.issuance.shut_down().await;
    let kinds: Vec<NoticeKind> = scene.issuance.notices().into_iter().map(|notice| notice.kind).collect();
    assert!(matches!(kinds[..], [NoticeKind::KeptForATime(..)]), "{kinds:?}");
    assert!(!steps(&scene).contains(&Event::HandedOver));
}

#[tokio::test(start_paused = true)]
async fn what_was_in_doubt_once_stays_so_though_a_later_delivery_stores_nothing() {
    let scene = Scene::holding().await;
    let vault = Told::answering([Err(lost()), Err(exists())]);
    assert_eq!(scene.issuance.deliver(scene.held(), &vault).await, Err(lost()));
    let again = scene.issuance.deliver(scene.held(), &vault).await;
    assert_eq!(again, Err(Failure::Vault(VaultContext::PerhapsStored, VaultProblem::Exists("Server Key 3".into()))));
    assert_eq!(scene.issuance.finish(scene.held(), false).await, Err(Failure::NotProven));
    tokio::time::sleep(HELD).await;
    scene.until(|issuance| issuance.is_idle()).await;
    let kinds: Vec<NoticeKind> = scene.issuance.notices().into_iter().map(|notice| notice.kind).collect();
    assert!(
        matches!(&kinds[..], [NoticeKind::PerhapsHandedOver(_, place)] if place == "Team Vault: Server Key 3"),
        "{kinds:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn where_it_would_be_stored_twice_the_person_is_told_to_look_before_delivering_again() {
    for (forgets, told) in [(true, words::vault_look_first_hint()), (false, words::vault_again_hint())] {
        let scene = Scene::holding().await;
        let vault = Told { forgets, answers: Mutex::new([Err(lost())].into()), ..Told::default() };
        let failure =
            scene.issuance.deliver(scene.held(), &(Arc::new(vault) as Arc<dyn Vault>)).await.expect_err("it was lost");
        assert!(matches!(failure, Failure::Vault(VaultContext::PerhapsStored, _)), "{failure:?}");
        assert_eq!(failure.hint(), Some(told));
        assert_eq!(failure.to_string(), lost().to_string());
    }
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_is_sure_to_have_failed_leaves_no_doubt() {
    let scene = Scene::holding().await;
    assert_eq!(scene.issuance.deliver(scene.held(), &Told::answering([Err(exists())])).await, Err(exists()));
    assert_eq!(scene.issuance.with_held(|held| held.perhaps_in().is_some()), Some(false));
    assert_eq!(steps(&scene), [Event::Created, Event::Delivering, Event::NotStored]);
}

#[tokio::test(start_paused = true)]
async fn done_and_the_time_limit_wait_for_a_delivery_and_revoking_is_refused_meanwhile() {
    let scene = Scene::holding().await;
    let told = Arc::new(Told { gate: Some(Notify::new()), ..Told::default() });
    let vault = Arc::clone(&told) as Arc<dyn Vault>;
    let (issuance, held) = (Arc::clone(&scene.issuance), scene.held());
    let delivery = tokio::spawn(async move { issuance.deliver(held, &vault).await });
    scene.until(|issuance| issuance.with_held(|held| held.delivering().is_some()) == Some(true)).await;
    tokio::time::sleep(HELD * 2).await;
    assert!(scene.issuance.with_held(|_| ()).is_some(), "it was wiped in the midst of it");
    assert!(matches!(scene.issuance.revoke_held(scene.held()).await, Err(Failure::NotNow(_))));
    let (issuance, held) = (Arc::clone(&scene.issuance), scene.held());
    let done = tokio::spawn(async move { issuance.finish(held, false).await });
    told.gate.as_ref().expect("it has one").notify_one();
    delivery.await.expect("it ends").expect("delivered");
    // Its time was over long ago: whichever of the two comes first, the token was delivered.
    let _ = done.await.expect("it ends");
    scene.until(|issuance| issuance.is_idle()).await;
    assert!(scene.issuance.notices().is_empty() && steps(&scene).contains(&Event::Finished), "{:?}", steps(&scene));
}

#[tokio::test(start_paused = true)]
async fn called_off_on_its_way_it_may_be_stored_and_the_end_of_the_app_calls_it_off() {
    let scene = Scene::holding().await;
    let vault: Arc<dyn Vault> = Arc::new(Told { gate: Some(Notify::new()), ..Told::default() });
    let (issuance, held) = (Arc::clone(&scene.issuance), scene.held());
    let delivery = tokio::spawn(async move { issuance.deliver(held, &vault).await });
    scene.until(|issuance| issuance.with_held(|held| held.delivering().is_some()) == Some(true)).await;
    tokio::task::yield_now().await;
    scene.issuance.shut_down().await;
    let outcome = delivery.await.expect("it ends");
    assert_eq!(outcome, Err(Failure::Vault(VaultContext::PerhapsStored, VaultProblem::CalledOff)));
    assert_eq!(steps(&scene), [Event::Created, Event::Delivering, Event::PerhapsStored, Event::Wiped]);
}

#[tokio::test(start_paused = true)]
async fn no_key_is_asked_for_where_its_token_would_have_no_room() {
    let scene = Scene::new(Dfns::default());
    let told = Told { looks: Mutex::new([Err(exists())].into()), ..Told::default() };
    let request = CreateRequest { deliver_to: Some(Arc::new(told)), ..request("Server Key 3").expect("a name") };
    let no_room = Failure::Vault(VaultContext::NoRoom, VaultProblem::Exists("Server Key 3".into()));
    assert_eq!(scene.request(request).await, Err(no_room));
    assert!(scene.asked() == 0 && locked(&scene.book.intents).is_empty() && scene.issuance.is_idle());
}

#[tokio::test(start_paused = true)]
async fn no_key_is_asked_for_whose_token_would_be_deleted_where_nobody_sees_it_arrive() {
    let scene = Scene::new(Dfns::default());
    let looked = Looked { keeps: Keeps::For(Duration::from_secs(30 * 86_400)), ..Looked::default() };
    let told = Told { looks: Mutex::new([Ok(looked)].into()), ..Told::default() };
    let request = CreateRequest { deliver_to: Some(Arc::new(told)), ..request("Server Key 3").expect("a name") };
    let refused = scene.request(request).await.expect_err("nobody has said that it may end");
    let message = refused.to_string();
    let ends = words::vault_ends("Server Key 3", words::span_days(30u64), time::OffsetDateTime::now_utc()).to_string();
    let begins = words::err_vault_no_room(ends.split(';').next().unwrap_or_default()).to_string();
    assert!(message.starts_with(begins.trim_end_matches('.')) && message.ends_with(" UTC."), "{message}");
    assert_eq!(refused.hint(), Some(words::vault_ends_hint()));
    assert!(scene.asked() == 0 && locked(&scene.book.intents).is_empty() && scene.issuance.is_idle());
}

#[tokio::test(start_paused = true)]
async fn a_token_that_goes_straight_into_a_vault_is_hidden_until_that_fails() {
    let scene = Scene::new(Dfns::default());
    let vault = Told::answering([Err(lost())]);
    let request = CreateRequest { deliver_to: Some(Arc::clone(&vault)), ..request("Server Key 3").expect("a name") };
    scene.request(request).await.expect("the stand-in makes a key");
    assert_eq!(scene.issuance.with_held(Held::is_hidden), Some(true));
    let _ = scene.issuance.deliver(scene.held(), &vault).await;
    assert_eq!(scene.issuance.with_held(Held::is_hidden), Some(false));
}
