//! Service accounts and personal access tokens, against the sandbox, which verifies every signature and takes no field that Dfns
//! does not list; and on the wire as Dfns' own client for TypeScript sends them.

use std::sync::Arc;

use keybearer::dfns::OverHttp;
use keybearer_core::{
    account::{Connect, UserSession},
    credential::{CredentialKind, SecretName, Secrets},
    failure::Failure,
    key::{Created, Key, KeyId, KeyName, KeyStatus},
    order::{Order, Terms},
    role::{Role, RolesGiven},
    secret::SignInToken,
    signing::{KeyAlgorithm, NewKeyType, PrivateKey},
};
use keybearer_sandbox::Persona;
use keybearer_support::recorder::{Recorder, Reply};
use serde_json::{Value, json};

use crate::signing::{Scene, Signs, answer, base, official, sent};

pub(crate) const KINDS: [CredentialKind; 2] = [CredentialKind::ServiceAccount, CredentialKind::PersonalAccessToken];

pub(crate) fn order(kind: CredentialKind, name: &str, terms: Terms) -> Order {
    Order::new(kind, KeyName::parse(name).expect("a name"), terms).expect("an order")
}

async fn create(session: &Arc<dyn UserSession>, order: &Order) -> Result<Created, Failure> {
    let action = session.sign(order).await?;
    session.create(order, action).await
}

pub(crate) async fn made(session: &Arc<dyn UserSession>, order: &Order) -> (Key, Secrets) {
    match create(session, order).await {
        Ok(Created::WithSecrets(key, secrets)) => (key, secrets),
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn role(session: &Arc<dyn UserSession>, name: &str) -> Role {
    let roles = session.roles().await.expect("roles");
    roles.into_iter().find(|role| role.name == name).expect("the sandbox has it")
}

pub(crate) fn text(secrets: &Secrets, name: SecretName) -> &str {
    secrets.get(name).expect("it came").open("the test looks at it")
}

#[tokio::test]
async fn one_of_each_kind_is_made_with_its_role_and_its_three_secrets_is_listed_and_archived() {
    let scene = Scene::new().await;
    let (_, session) = scene.signed_in().await;
    for kind in KINDS {
        for key_type in [NewKeyType::P256, NewKeyType::Ed25519] {
            let given = role(&session, "Payout operator").await.given();
            let terms = Terms { role: Some(given.clone()), days: Some(30), key_type };
            let order = order(kind, &format!("Payouts {key_type:?}"), terms);
            let signing = order.signing.as_ref().expect("it signs");
            let (key, secrets) = made(&session, &order).await;
            assert_eq!((key.kind, &key.status), (kind, &KeyStatus::Active));
            assert_eq!(key.is_of(&signing.public_key()), Some(true));
            let told = key.signing.as_ref().expect("it signs");
            assert_eq!(RolesGiven::of(std::slice::from_ref(&given), &told.roles), RolesGiven::AsAsked);
            assert_eq!(text(&secrets, SecretName::CredentialId), told.credential);
            assert!(told.credential.starts_with("cr-") && key.expires.is_some(), "{key:?}");
            let private = PrivateKey::from_pem(text(&secrets, SecretName::PrivateKey)).expect("a private key");
            assert_eq!(private.public_key_pem(), signing.public_key_pem());
            assert_eq!(private.algorithm() == KeyAlgorithm::P256, key_type == NewKeyType::P256);

            let listed = session.list(kind).await.expect("a list");
            let there: Vec<&Key> = listed.iter().filter(|key| key.is_of(&signing.public_key()) == Some(true)).collect();
            assert_eq!((there.len(), &there[0].id), (1, &key.id));
            // The list tells nobody when a token ends.
            assert_eq!(
                Key { expires: key.expires.clone(), ..session.read(kind, &key.id).await.expect("it is there") },
                key
            );

            let archived = session.revoke(kind, &key.id).await.expect("archived");
            assert!(archived.is_revoked() && archived.id == key.id, "{archived:?}");
            assert_eq!(session.read(kind, &key.id).await, Err(Failure::KeyGone));
            assert_eq!(session.revoke(kind, &key.id).await.err(), Some(Failure::KeyGone));
        }
    }
}

#[tokio::test]
async fn without_a_role_it_has_none_and_one_of_more_than_was_asked_for_is_told() {
    let scene = Scene::new().await;
    let (_, session) = scene.signed_in().await;
    for kind in KINDS {
        let (key, _) = made(&session, &order(kind, "No permission yet", Terms::default())).await;
        let roles = &key.signing.as_ref().expect("it signs").roles;
        assert_eq!(RolesGiven::of(&[], roles), RolesGiven::AsAsked, "{roles:?}");
    }
    let listed = session.list(CredentialKind::ServiceAccount).await.expect("a list");
    let reader = listed.iter().find(|key| key.name == "Settlement bot").expect("the sandbox has it");
    assert_eq!(RolesGiven::of(&[], &reader.signing.as_ref().expect("it signs").roles), RolesGiven::More);
}

#[tokio::test]
async fn a_role_that_is_refused_is_told_and_nothing_is_made() {
    let scene = Scene::new().await;
    let (_, session) = scene.signed_in().await;
    let gone = Role { id: "pm-gone".into(), name: "Gone".into(), operations: Vec::new() }.given();
    for kind in KINDS {
        let terms = Terms { role: Some(gone.clone()), ..Terms::default() };
        let refused = create(&session, &order(kind, "With a role", terms)).await.err();
        assert!(matches!(&refused, Some(Failure::Refused(Some(said))) if said.contains("permissionId")), "{refused:?}");
        assert!(session.list(kind).await.expect("a list").iter().all(|key| key.name != "With a role"));
    }
}

#[tokio::test]
async fn a_name_that_is_taken_and_an_order_that_is_sent_twice_make_no_second_one() {
    let scene = Scene::new().await;
    let (_, session) = scene.signed_in().await;
    for kind in KINDS {
        let order = order(kind, "Once", Terms::default());
        made(&session, &order).await;
        let again = create(&session, &order).await.err();
        assert!(matches!(again, Some(Failure::Conflict(_))), "{again:?}");
        assert_eq!(session.list(kind).await.expect("a list").iter().filter(|key| key.name == "Once").count(), 1);
    }
}

#[tokio::test]
async fn nobody_without_a_credential_can_have_one_made() {
    let scene = Scene::new().await;
    let token = scene.sandbox.sign_in_token(Persona::Admin);
    let token = Arc::new(SignInToken::parse(&token).expect("a token"));
    let session = OverHttp.connect(&base(&scene.url), token, None).expect("a client");
    for kind in KINDS {
        let refused = session.sign(&order(kind, "Unsigned", Terms::default())).await.err();
        assert_eq!(refused, Some(Failure::SignatureRequired));
    }
}

#[tokio::test]
async fn roles_are_listed_page_by_page_without_those_that_are_archived() {
    let page = |items: Value, next: Option<&str>| Reply::json(200, &json!({ "items": items, "nextPageToken": next }));
    let recorder = Recorder::start([
        page(
            json!([{ "id": "pm-1", "name": "One", "operations": ["Wallets:Read"], "isArchived": false }]),
            Some("a b+/="),
        ),
        page(json!([{ "id": "pm-2", "name": "Two", "operations": 7 }, { "id": "pm-3", "isArchived": true }, {}]), None),
    ])
    .await
    .expect("it starts");
    let token = Arc::new(SignInToken::parse("TOKEN").expect("a token"));
    let session = OverHttp.connect(&base(&recorder.url()), token, None).expect("a client");
    let roles = session.roles().await.expect("roles");
    assert_eq!(roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>(), ["One", "Two"]);
    assert_eq!((roles[0].operations.as_slice(), roles[1].operations.len()), (&["Wallets:Read".to_owned()][..], 0));
    let second = recorder.requests()[1].path().to_owned();
    assert!(second.starts_with("/permissions?limit=") && second.ends_with("paginationToken=a+b%2B%2F%3D"), "{second}");
}

#[tokio::test]
async fn one_is_asked_for_and_archived_as_the_official_client_does_it() {
    let recorder = Recorder::answering(answer).await.expect("it starts");
    let token = Arc::new(SignInToken::parse("TOKEN").expect("a token"));
    let session = OverHttp.connect(&base(&recorder.url()), token, Some(Signs::own())).expect("a client");
    let given = Role { id: "pm-37vj4-jkr4l-lc9945spfftkne57".into(), name: String::new(), operations: Vec::new() };
    let terms = Terms { role: Some(given.given()), days: Some(365), ..Terms::default() };
    let wish = order(CredentialKind::ServiceAccount, "Bot é \"1\"", terms);
    let _ = create(&session, &wish).await;
    let id = KeyId("us-6b58p-r53sr-rlrd3l5cj3uc4ome".into());
    let _ = session.revoke(CredentialKind::ServiceAccount, &id).await;
    let ours: Vec<_> = recorder.requests().iter().map(sent).collect();
    let official_wish = official("createServiceAccount");
    for (ours, theirs) in ours[..3].iter().zip(&official_wish) {
        assert_eq!((&ours.0, &ours.1, &ours.2), (&theirs.0, &theirs.1, &theirs.2));
    }
    // The challenge is for the very text that is sent then.
    let begun: Value = serde_json::from_str(&ours[0].3).expect("JSON");
    assert_eq!(begun["userActionPayload"], ours[2].3.as_str());
    assert_eq!(ours[1].3, official_wish[1].3);
    // Its own key pair and what keeps it from being made twice apart, it is what the official client sends.
    let [mut ours_sent, mut theirs]: [Value; 2] =
        [&ours[2].3, &official_wish[2].3].map(|body| serde_json::from_str(body).expect("JSON"));
    let fields = ours_sent.as_object_mut().expect("an object");
    assert!(fields.remove("publicKey").is_some() && fields.remove("externalId").is_some());
    theirs.as_object_mut().expect("an object").remove("publicKey");
    assert_eq!(ours_sent, theirs);
    assert_eq!(ours[3..6], official("archiveServiceAccount"));
    assert!(ours[6].0 == "GET" && ours[6].1.ends_with(&id.0), "an answer proves nothing: {:?}", ours[6]);
}
