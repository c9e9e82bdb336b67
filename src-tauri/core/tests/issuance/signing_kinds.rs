//! Service accounts and personal access tokens: three secrets held together, and an account that is known again by its public key
//! whatever becomes of the answer.

use keybearer_core::{
    credential::{CredentialKind, SecretName},
    delivery::{Proof, Vault},
    failure::{CallContext, Failure, UnclearAnswer},
    issuance::{Check, CreateRequest, NoticeKind},
    journal::Event,
    key::{Key, KeyId, KeyName, PublicKey, Signing},
    order::{Order, Terms},
    role::{GivenRole, RolesGiven},
};

use crate::{
    proving,
    stand_ins::{Dfns, Scene, account, assert_notices, key, listing, locked, request},
};

const NAME: &str = "Payout bot";
const LOST: Failure = Failure::Unclear(CallContext::Create, UnclearAnswer::Cut);

fn wish() -> CreateRequest {
    let role = Some(GivenRole { id: "pm-1".into(), name: "Payout operator".into(), assignment: None });
    let terms = Terms { role, days: Some(90), ..Terms::default() };
    CreateRequest { kind: CredentialKind::ServiceAccount, terms, signed: true, ..request(NAME).expect("a name") }
}

/// A colleague's, made at the same moment under the same name.
fn colleagues() -> Key {
    let name = KeyName::parse(NAME).expect("a name");
    let order = Order::new(CredentialKind::ServiceAccount, name, Terms::default()).expect("an order");
    Key { id: KeyId("us-theirs".into()), created: "2999-01-01T00:00:00.000Z".into(), ..account(&order) }
}

#[tokio::test(start_paused = true)]
async fn its_three_secrets_are_held_and_proven_once_each_came_back_out_of_a_vault() {
    let scene = Scene::new(Dfns::default());
    scene.request(wish()).await.expect("it is made");
    let texts = scene.issuance.with_held(|held| {
        assert_eq!(held.roles_given(), Some(RolesGiven::AsAsked));
        held.secrets()
            .iter()
            .map(|(name, secret)| (name, secret.open("the test copies it").to_owned()))
            .collect::<Vec<_>>()
    });
    let texts = texts.expect("it is held");
    assert_eq!(texts.iter().map(|(name, _)| *name).collect::<Vec<_>>(), SecretName::ALL);
    for (number, (name, text)) in texts.iter().enumerate() {
        let is_proven = |scene: &Scene| scene.issuance.with_held(|held| held.proven());
        assert_eq!(is_proven(&scene), Some(false), "{number} of three are not all");
        scene.board.copy(text);
        scene.issuance.check(scene.held(), Some(*name)).await.expect("read");
        let check = scene.issuance.with_held(|held| held.check).flatten();
        assert_eq!(check, Some((Check::Stored, Some(*name))));
        assert_eq!(is_proven(&scene), Some(number == 2));
    }
    // What is something else for one of them leaves the others as they were.
    scene.board.copy("something else");
    scene.issuance.check(scene.held(), Some(SecretName::PrivateKey)).await.expect("read");
    let checked = |name| scene.issuance.with_held(|held| held.has_checked(name));
    assert_eq!((checked(SecretName::Token), checked(SecretName::PrivateKey)), (Some(true), Some(false)));
}

#[tokio::test(start_paused = true)]
async fn after_a_lost_answer_the_public_key_tells_which_account_is_ours_though_a_colleagues_bears_its_name() {
    let scene = Scene::new(Dfns::default());
    *locked(&scene.dfns.makes) = true;
    *locked(&scene.dfns.made) = Some(colleagues());
    locked(&scene.dfns.creations).push_back(Err(LOST));
    assert_eq!(scene.request(wish()).await, Err(LOST));
    assert_notices!(scene, [NoticeKind::WithoutToken(_)]);
    let ours = scene.issuance.notices()[0].key().expect("it is known").id.clone();
    assert_eq!(ours, KeyId("us-Payout-bot".into()));
    assert!(locked(&scene.book.events).contains(&Event::WithoutToken));
    scene.issuance.revoke_noticed(scene.issuance.notices()[0].number).await.expect("archived");
    assert_eq!(*locked(&scene.dfns.revoked), [ours]);
    assert_notices!(scene, []);
}

#[tokio::test(start_paused = true)]
async fn a_colleagues_account_is_never_offered_as_ours() {
    let scene = Scene::new(Dfns::default());
    *locked(&scene.dfns.made) = Some(colleagues());
    locked(&scene.dfns.creations).push_back(Err(LOST));
    assert_eq!(scene.request(wish()).await, Err(LOST));
    assert_notices!(scene, [NoticeKind::Doubtful { looked: true }]);
    // One that does not tell its public key may be ours.
    let signing = Some(Signing { public_key: None, ..Signing::default() });
    let silent = Key { id: KeyId("us-silent".into()), signing, ..colleagues() };
    scene.issuance.listed(&Default::default(), &calls(&scene), listing(&[silent])).await;
    assert_notices!(scene, [NoticeKind::Candidate(_)]);
}

fn calls(scene: &Scene) -> std::sync::Arc<dyn keybearer_core::key::KeyApi> {
    std::sync::Arc::clone(&scene.dfns) as _
}

#[tokio::test(start_paused = true)]
async fn an_answer_for_another_public_key_is_no_answer_of_dfns() {
    let scene = Scene::new(Dfns::default());
    let signing = Some(Signing { public_key: Some(PublicKey::of_der(b"another")), ..Signing::default() });
    let other = Key { signing, ..key(NAME) };
    locked(&scene.dfns.creations).push_back(Ok(keybearer_core::key::Created::WithoutSecrets(other)));
    let failure = scene.request(wish()).await;
    assert_eq!(failure, Err(Failure::Unclear(CallContext::Create, UnclearAnswer::NotUnderstood)));
    assert_notices!(scene, [NoticeKind::Doubtful { .. }]);
}

#[tokio::test(start_paused = true)]
async fn a_list_of_another_kind_settles_nothing() {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.creations).push_back(Err(LOST));
    assert_eq!(scene.request(wish()).await, Err(LOST));
    let api_key = Key { created: "2999-01-01T00:00:00.000Z".into(), ..key(NAME) };
    scene.issuance.listed(&Default::default(), &calls(&scene), listing(&[api_key])).await;
    assert_notices!(scene, [NoticeKind::Doubtful { looked: true }]);
}

#[tokio::test(start_paused = true)]
async fn that_a_program_keeps_tokens_shows_nothing_of_how_it_keeps_several_secrets() {
    let (known, vault) = proving::vault();
    known.prove().expect("it is remembered");
    let scene = Scene::new(Dfns::default());
    scene.request(wish()).await.expect("it is made");
    let delivered = scene.issuance.deliver(scene.held(), &vault).await.expect("it ends well");
    assert_eq!(delivered.stored.proof, Proof::Taken);
    assert_eq!(scene.issuance.with_held(|held| (held.proven(), held.to_be_proven().is_some())), Some((false, false)));
}
