//! A service account in place of another: the old one rests only once Dfns lists what takes its place.

use std::sync::Arc;

use keybearer_core::{
    credential::CredentialKind,
    failure::{Failure, ReplacementProblem},
    issuance::{CreateRequest, NoticeKind},
    journal::Event,
    key::{Change, Key, KeyApi, KeyId, KeyStatus, Signing},
    order::Terms,
    role::{GivenRole, RolesGiven},
};

use crate::stand_ins::{Dfns, Scene, assert_notices, key, listing, locked, request};

const NEW: &str = "Payout bot 2";

fn role(name: &str) -> GivenRole {
    GivenRole { id: format!("pm-{name}"), name: name.to_owned(), assignment: None }
}

/// It may do two things.
fn old() -> Key {
    let signing = Some(Signing { roles: vec![role("Pay"), role("Read")], ..Signing::default() });
    Key { kind: CredentialKind::ServiceAccount, id: KeyId("us-old".into()), signing, ..key("Payout bot") }
}

/// One in its place was made with the first of its roles, and is in a vault by the person's word.
async fn replaced() -> Scene {
    let scene = Scene::new(Dfns::default());
    locked(&scene.dfns.keys).push(old());
    *locked(&scene.dfns.makes) = true;
    let terms = Terms { role: Some(role("Pay")), ..Terms::default() };
    let (kind, replaces) = (CredentialKind::ServiceAccount, Some(old()));
    let wish = CreateRequest { kind, terms, replaces, signed: true, ..request(NEW).expect("a name") };
    scene.request(wish).await.expect("it is made");
    scene
}

async fn in_a_vault(scene: &Scene) {
    scene.issuance.copy(scene.held(), keybearer_core::credential::SecretName::Token).await.expect("copied");
    scene.finish_as_said().await.expect("finished");
    assert_notices!(scene, [NoticeKind::OldToRevoke(_)]);
}

/// Changes what Dfns lists of the new one.
fn at_dfns(scene: &Scene, change: impl FnOnce(&mut Key)) {
    let mut keys = locked(&scene.dfns.keys);
    change(keys.iter_mut().find(|key| key.name == NEW).expect("it is there"));
}

fn number(scene: &Scene) -> u32 {
    scene.issuance.notices()[0].number
}

fn last_event(scene: &Scene) -> Option<Event> {
    locked(&scene.book.events).last().copied()
}

#[tokio::test(start_paused = true)]
async fn it_lacks_the_roles_that_it_was_not_made_with_until_it_is_given_them() {
    let scene = replaced().await;
    let roles_given = || scene.issuance.with_held(|held| held.roles_given()).flatten();
    assert_eq!(roles_given(), Some(RolesGiven::Fewer));
    assert_eq!(scene.issuance.lacking(scene.held()).map(|lacking| lacking.roles), Some(vec![role("Read")]));
    scene.issuance.was_given(scene.held(), role("Read"));
    assert_eq!(roles_given(), Some(RolesGiven::AsAsked));
    assert!(scene.issuance.lacking(scene.held()).is_none());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_so_much_as_asked_for_while_dfns_does_not_list_what_takes_its_place() {
    let scene = replaced().await;
    in_a_vault(&scene).await;
    let lacks = ReplacementProblem::Lacks(vec![role("Read")]);
    let rests = |key: &mut Key| key.status = KeyStatus::inactive();
    let gone = |key: &mut Key| key.signing = Some(Signing::default());
    type Done = Box<dyn FnOnce(&mut Key)>;
    let steps: [(Done, ReplacementProblem); 3] = [
        (Box::new(|_| {}), lacks),
        (Box::new(rests), ReplacementProblem::Rests),
        (Box::new(gone), ReplacementProblem::NotListed),
    ];
    for (done, expected) in steps {
        at_dfns(&scene, done);
        let outcome = scene.issuance.change_noticed(number(&scene), &Change::Deactivate).await;
        assert_eq!(outcome, Err(Failure::Replacement(expected)));
        assert!(locked(&scene.dfns.changed).is_empty(), "it was asked for");
        assert_notices!(scene, [NoticeKind::OldToRevoke(_)]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_role_that_the_old_one_was_given_meanwhile_is_missing_too() {
    let scene = replaced().await;
    in_a_vault(&scene).await;
    at_dfns(&scene, |key| key.signing.as_mut().expect("it signs").roles.push(role("Read")));
    for key in locked(&scene.dfns.keys).iter_mut().filter(|key| key.name != NEW) {
        key.signing.as_mut().expect("it signs").roles.push(role("Sign"));
    }
    let outcome = scene.issuance.change_noticed(number(&scene), &Change::Deactivate).await;
    assert_eq!(outcome, Err(Failure::Replacement(ReplacementProblem::Lacks(vec![role("Sign")]))));
    assert_eq!(scene.issuance.notices()[0].missing_roles(), [role("Sign")]);
}

#[tokio::test(start_paused = true)]
async fn the_old_one_rests_works_again_and_is_archived() {
    let scene = replaced().await;
    in_a_vault(&scene).await;
    at_dfns(&scene, |key| key.signing.as_mut().expect("it signs").roles.push(role("Read")));
    scene.issuance.change_noticed(number(&scene), &Change::Deactivate).await.expect("it rests");
    assert_notices!(scene, [NoticeKind::OldToArchive(_)]);
    assert_eq!(last_event(&scene), Some(Event::OldDeactivated));
    scene.issuance.change_noticed(number(&scene), &Change::Activate).await.expect("it works");
    assert_notices!(scene, [NoticeKind::OldToRevoke(_)]);
    assert_eq!(last_event(&scene), Some(Event::OldActivated));
    assert_eq!(*locked(&scene.dfns.changed), [Change::Deactivate, Change::Activate]);
    scene.issuance.change_noticed(number(&scene), &Change::Deactivate).await.expect("it rests");
    scene.issuance.revoke_noticed(number(&scene)).await.expect("it is archived");
    assert_eq!((last_event(&scene), locked(&scene.dfns.revoked).clone()), (Some(Event::OldRevoked), vec![old().id]));
    assert_notices!(scene, []);
}

#[tokio::test(start_paused = true)]
async fn what_rests_or_works_by_somebody_elses_doing_is_told_as_it_is() {
    let scene = replaced().await;
    in_a_vault(&scene).await;
    let calls = Arc::clone(&scene.dfns) as Arc<dyn KeyApi>;
    for (status, event) in [(KeyStatus::inactive(), Event::OldDeactivated), (KeyStatus::Active, Event::OldActivated)] {
        let listed = [Key { status, ..old() }];
        scene.issuance.listed(&Default::default(), &calls, listing(&listed)).await;
        assert_eq!(last_event(&scene), Some(event));
    }
    assert_notices!(scene, [NoticeKind::OldToRevoke(_)]);
}
