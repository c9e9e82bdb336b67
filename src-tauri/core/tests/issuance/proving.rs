//! What a program's word is worth: that it took a token proves nothing, until it was once shown to keep what it takes.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use keybearer_core::{
    credential::{CredentialKind, SecretName, Secrets},
    delivery::{Entry, Looked, Proof, Reply, Step, Stored, Vault},
    failure::{Failure, VaultContext},
    issuance::{Check, Held, NoticeKind},
    journal::Event,
    words,
};

use crate::stand_ins::{Dfns, HELD, Scene, TOKEN, locked, old, request};

/// A program that ends well whatever it is given, as `/bin/true` does.
#[derive(Default)]
pub(crate) struct True {
    proven: AtomicBool,
    reads_back: bool,
    account: Option<&'static str>,
}

impl Vault for True {
    fn name(&self) -> &str {
        "Team Vault"
    }

    fn place(&self, entry: &Entry) -> String {
        entry.key_name.clone()
    }

    fn can_be_asked(&self) -> bool {
        false
    }

    fn knows_again(&self) -> bool {
        false
    }

    fn proves_itself(&self) -> bool {
        self.reads_back
    }

    fn is_proven(&self) -> bool {
        self.proven.load(Ordering::SeqCst)
    }

    fn prove(&self) -> Result<(), Failure> {
        self.proven.store(true, Ordering::SeqCst);
        Ok(())
    }

    fn whose(&self) -> Reply<'_, Option<String>> {
        Box::pin(async { Ok(self.account.map(str::to_owned)) })
    }

    fn look<'a>(&'a self, _: &'a Entry) -> Reply<'a, Looked> {
        Box::pin(async { Ok(Looked::default()) })
    }

    fn store<'a>(&'a self, _: &'a Entry, _: &'a Secrets, _: &'a (dyn Fn(Step) + Sync)) -> Reply<'a, Stored> {
        Box::pin(async { Ok(if self.reads_back { Proof::ReadBack } else { Proof::Taken }.into()) })
    }
}

pub(crate) fn vault() -> (Arc<True>, Arc<dyn Vault>) {
    let known = Arc::new(True::default());
    (Arc::clone(&known), known)
}

async fn check(scene: &Scene) {
    scene.board.copy(TOKEN);
    scene.issuance.check(scene.held(), None).await.expect("read");
    assert_eq!(scene.issuance.with_held(|held| held.check), Some(Some((Check::Stored, Some(SecretName::Token)))));
}

fn last_event(scene: &Scene) -> Option<Event> {
    locked(&scene.book.events).last().copied()
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_only_taken_is_held_until_the_person_says_that_it_is_there() {
    let scene = Scene::holding().await;
    let (_, vault) = vault();
    scene.issuance.deliver(scene.held(), &vault).await.expect("it ends well");
    assert_eq!(scene.issuance.finish(scene.held(), false).await, Err(Failure::NotProven));
    assert!(
        scene.issuance.with_held(|held| !held.is_hidden() && !held.proven()) == Some(true),
        "it is gone, or called proven"
    );
    scene.finish_as_said().await.expect("by the person's word");
    assert_eq!(last_event(&scene), Some(Event::Finished));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_only_taken_and_is_wiped_in_time_needs_attention_and_the_vault_is_named() {
    let scene = Scene::holding().await;
    scene.issuance.deliver(scene.held(), &vault().1).await.expect("it ends well");
    tokio::time::sleep(HELD).await;
    scene.until(keybearer_core::issuance::Issuance::is_idle).await;
    assert_eq!(last_event(&scene), Some(Event::Wiped));
    let kinds: Vec<NoticeKind> = scene.issuance.notices().into_iter().map(|notice| notice.kind).collect();
    assert!(
        matches!(&kinds[..], [NoticeKind::PerhapsHandedOver(_, place)] if place == "Team Vault: Server Key 3"),
        "{kinds:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_that_goes_straight_to_where_nothing_was_proven_is_shown() {
    let scene = Scene::new(Dfns::default());
    let (_, vault) = vault();
    let request = keybearer_core::issuance::CreateRequest {
        kind: CredentialKind::ApiKey,
        deliver_to: Some(Arc::clone(&vault)),
        ..request("Server Key 3").expect("a name")
    };
    scene.request(request).await.expect("the stand-in makes a key");
    assert_eq!(scene.issuance.with_held(Held::is_hidden), Some(true));
    scene.issuance.deliver(scene.held(), &vault).await.expect("it ends well");
    assert_eq!(scene.issuance.with_held(Held::is_hidden), Some(false), "nobody would see that it is not proven");
}

#[tokio::test(start_paused = true)]
async fn a_replaced_key_is_not_offered_for_revocation_because_a_program_ended_well() {
    let scene = Scene::replacing(Dfns::default()).await;
    scene.issuance.deliver(scene.held(), &vault().1).await.expect("it ends well");
    assert_eq!(scene.issuance.finish(scene.held(), false).await, Err(Failure::NotProven));
    scene.issuance.shut_down().await;
    let kinds: Vec<NoticeKind> = scene.issuance.notices().into_iter().map(|notice| notice.kind).collect();
    assert!(
        matches!(&kinds[..], [NoticeKind::PerhapsHandedOver(_, place)] if place == "Team Vault: Server Key 3"),
        "{kinds:?}"
    );
    assert_eq!(last_event(&scene), Some(Event::Wiped));
    let told = words::sentences(words::notice_perhaps_handed_over_hint("api-key"), words::notice_old_works(old().id.0));
    assert_eq!(scene.issuance.notices()[0].hint(), Some(told));
}

#[tokio::test(start_paused = true)]
async fn once_checked_the_next_token_counts_as_taken_and_is_done_with_without_a_question() {
    let (known, vault) = vault();
    let scene = Scene::holding().await;
    scene.issuance.deliver(scene.held(), &vault).await.expect("it ends well");
    assert!(!known.is_proven());
    check(&scene).await;
    assert!(known.is_proven(), "the token can have come from there alone");
    scene.issuance.finish(scene.held(), false).await.expect("no question");

    scene.create("Server Key 4").await.expect("the stand-in makes a key");
    let delivered = scene.issuance.deliver(scene.held(), &vault).await.expect("it ends well");
    assert_eq!(delivered.stored, Proof::TakenAsBefore.into());
    scene.issuance.finish(scene.held(), false).await.expect("no question");
    assert!(scene.issuance.notices().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_check_proves_no_vault_where_the_token_may_have_come_from_elsewhere() {
    for way in ["copied", "shown", "two vaults", "a doubt elsewhere"] {
        let (known, vault) = vault();
        let scene = Scene::holding().await;
        match way {
            "copied" => scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied"),
            "shown" => scene.issuance.show(scene.held(), SecretName::Token).expect("shown"),
            "two vaults" => drop(scene.issuance.deliver(scene.held(), &self::vault().1).await.expect("it ends well")),
            _ => {
                let lost: Arc<dyn Vault> = Arc::new(Lost);
                scene.issuance.deliver(scene.held(), &lost).await.expect_err("it is lost");
            }
        }
        scene.issuance.deliver(scene.held(), &vault).await.expect("it ends well");
        check(&scene).await;
        assert!(!known.is_proven(), "{way}");
        // It is in a vault all the same.
        scene.issuance.finish(scene.held(), false).await.expect(way);
    }
}

#[tokio::test(start_paused = true)]
async fn a_reading_back_proves_the_vault_and_the_person_has_to_check_nothing() {
    let known = Arc::new(True { reads_back: true, ..True::default() });
    let vault = Arc::clone(&known) as Arc<dyn Vault>;
    let scene = Scene::holding().await;
    scene.issuance.deliver(scene.held(), &vault).await.expect("read back");
    assert!(known.is_proven());
    scene.issuance.finish(scene.held(), false).await.expect("no question");
}

#[tokio::test(start_paused = true)]
async fn whose_account_took_it_is_written_down_with_the_place() {
    let vault: Arc<dyn Vault> = Arc::new(True { account: Some("team"), ..True::default() });
    let scene = Scene::holding().await;
    let delivered = scene.issuance.deliver(scene.held(), &vault).await.expect("it ends well");
    assert_eq!(delivered.at.account.as_deref(), Some("team"));
    assert_eq!(*locked(&scene.book.places), ["Team Vault: Server Key 3 (account team)"; 2]);
}

/// A vault that gives no clear answer.
struct Lost;

impl Vault for Lost {
    fn name(&self) -> &str {
        "Elsewhere"
    }

    fn place(&self, entry: &Entry) -> String {
        entry.key_name.clone()
    }

    fn can_be_asked(&self) -> bool {
        false
    }

    fn knows_again(&self) -> bool {
        false
    }

    fn look<'a>(&'a self, _: &'a Entry) -> Reply<'a, Looked> {
        Box::pin(async { Ok(Looked::default()) })
    }

    fn store<'a>(&'a self, _: &'a Entry, _: &'a Secrets, _: &'a (dyn Fn(Step) + Sync)) -> Reply<'a, Stored> {
        Box::pin(async {
            Err(Failure::Vault(VaultContext::PerhapsStored, keybearer_core::failure::VaultProblem::NotUnderstood))
        })
    }
}
