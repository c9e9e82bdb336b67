//! A new credential's secrets tried out: against the sandbox, which verifies every signature, and what somebody else's answers
//! are worth.

use std::sync::Arc;

use keybearer::dfns::OverHttp;
use keybearer_core::{
    account::{Connect, UserSession},
    credential::{SecretName, Secrets},
    failure::{CallContext, Failure, UnclearAnswer},
    key::Tried,
    order::Terms,
    secret::{Secret, SignInToken},
    signing::{NewKeyType, PrivateKey},
};
use keybearer_support::recorder::{Recorder, Reply, Request};
use serde_json::{Value, json};

use crate::{
    access_tokens::{KINDS, made, order, role, text},
    signing::{CHALLENGE, ID, PEM, Scene, answer, base},
};

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned()).expect("it is not empty")
}

/// The secrets of a credential, each as it is or as another.
fn mixed(secrets: &Secrets, other: &[(SecretName, &str)]) -> Secrets {
    let of = |name| {
        let other = other.iter().find(|(each, _)| *each == name).map(|(_, text)| *text);
        secret(other.unwrap_or_else(|| text(secrets, name)))
    };
    Secrets::of_signing(of(SecretName::Token), of(SecretName::PrivateKey), Some(of(SecretName::CredentialId)))
}

/// Those that the official client's requests were made with.
fn official() -> Secrets {
    Secrets::of_signing(secret("NEW"), secret(PEM), Some(secret(ID)))
}

fn session(url: &str) -> Arc<dyn UserSession> {
    let token = Arc::new(SignInToken::parse("OWN").expect("a token"));
    OverHttp.connect(&base(url), token, None).expect("a client")
}

#[tokio::test]
async fn the_secrets_of_each_kind_and_key_type_are_proven_and_nothing_is_made_or_changed_by_it() {
    let scene = Scene::new().await;
    let (_, session) = scene.signed_in().await;
    let given = role(&session, "Payout operator").await.given();
    for kind in KINDS {
        for key_type in [NewKeyType::P256, NewKeyType::Ed25519] {
            let terms = Terms { role: Some(given.clone()), key_type, ..Terms::default() };
            let (_, secrets) = made(&session, &order(kind, &format!("Payouts {key_type:?}"), terms)).await;
            let before = session.list(kind).await.expect("a list");
            assert_eq!(session.try_out(&secrets).await, Ok(Tried::Proven), "{kind:?} {key_type:?}");
            assert_eq!(session.try_out(&secrets).await, Ok(Tried::Proven), "once more");
            assert_eq!(session.list(kind).await.expect("a list"), before);
        }
    }
}

#[tokio::test]
async fn without_a_role_they_are_proven_too_since_a_signature_needs_none() {
    let scene = Scene::new().await;
    let (_, session) = scene.signed_in().await;
    for kind in KINDS {
        let (_, secrets) = made(&session, &order(kind, "No permission yet", Terms::default())).await;
        assert_eq!(session.try_out(&secrets).await, Ok(Tried::Proven), "{kind:?}");
    }
}

#[tokio::test]
async fn each_of_the_three_that_is_another_is_told_by_what_it_is() {
    let scene = Scene::new().await;
    let (own, session) = scene.signed_in().await;
    for kind in KINDS {
        for key_type in [NewKeyType::P256, NewKeyType::Ed25519] {
            let terms = Terms { key_type, ..Terms::default() };
            let (_, secrets) = made(&session, &order(kind, &format!("One {key_type:?}"), terms.clone())).await;
            let (other_key, others) = made(&session, &order(kind, &format!("Other {key_type:?}"), terms)).await;
            for wrong in [PEM, text(&others, SecretName::PrivateKey)] {
                let wrong_key = mixed(&secrets, &[(SecretName::PrivateKey, wrong)]);
                assert_eq!(session.try_out(&wrong_key).await, Ok(Tried::SignatureRefused), "{kind:?} {key_type:?}");
            }
            for foreign in [text(&others, SecretName::CredentialId), own.id(), "cr-nobody-has-it"] {
                let foreign = mixed(&secrets, &[(SecretName::CredentialId, foreign)]);
                assert_eq!(session.try_out(&foreign).await, Ok(Tried::OtherCredential), "{kind:?} {key_type:?}");
            }
            session.revoke(kind, &other_key.id).await.expect("archived");
            assert_eq!(session.try_out(&others).await, Ok(Tried::TokenRefused), "{kind:?} {key_type:?}");
            let made_up = mixed(&secrets, &[(SecretName::Token, "made.up.token")]);
            assert_eq!(session.try_out(&made_up).await, Ok(Tried::TokenRefused));
            // Of none of that anything stays behind.
            assert_eq!(session.try_out(&secrets).await, Ok(Tried::Proven));
        }
    }
}

#[tokio::test]
async fn the_new_token_alone_asks_for_a_challenge_and_signs_it_and_what_comes_of_that_is_sent_nowhere() {
    let recorder = Recorder::answering(answer).await.expect("it starts");
    assert_eq!(session(&recorder.url()).try_out(&official()).await, Ok(Tried::Proven));
    let requests = recorder.requests();
    let paths: Vec<_> = requests.iter().map(|request| (request.method(), request.path())).collect();
    assert_eq!(paths, [("POST", "/auth/action/init"), ("POST", "/auth/action")]);
    for request in &requests {
        assert_eq!(request.header("authorization"), Some("Bearer NEW"));
        assert_eq!(request.header("x-dfns-useraction"), None);
    }
    let [begun, completed]: [Value; 2] =
        [0, 1].map(|number: usize| serde_json::from_slice(&requests[number].body).expect("JSON"));
    assert_eq!(
        begun,
        json!({
            "userActionPayload": r#"{"credentialUuid":""}"#, "userActionHttpMethod": "PUT",
            "userActionHttpPath": "/auth/credentials/activate", "userActionServerKind": "Api",
        })
    );
    let key = PrivateKey::from_pem(PEM).expect("a key");
    let assertion = key.assertion(CHALLENGE).expect("signed");
    let expected = json!({ "credId": ID, "clientData": assertion.client_data, "signature": assertion.signature });
    assert_eq!(completed["firstFactor"], json!({ "kind": "Key", "credentialAssertion": expected }));
}

#[tokio::test]
async fn for_a_credential_that_dfns_does_not_name_nothing_is_signed() {
    let recorder = Recorder::answering(answer).await.expect("it starts");
    let other = mixed(&official(), &[(SecretName::CredentialId, "cr-another")]);
    assert_eq!(session(&recorder.url()).try_out(&other).await, Ok(Tried::OtherCredential));
    let requests = recorder.requests();
    assert_eq!(requests.iter().map(Request::path).collect::<Vec<_>>(), ["/auth/action/init"]);
}

#[tokio::test]
async fn a_refusal_for_want_of_a_permission_proves_nothing_and_condemns_nothing() {
    let named = "us-1 is not authorized to perform operation (Auth:Action:Create).";
    for (at, status, message, told) in [
        ("/auth/action/init", 403, named, Tried::NotLet),
        ("/auth/action/init", 403, "Denied by a policy.", Tried::NotLet),
        ("/auth/action/init", 400, "Not for service accounts.", Tried::NotLet),
        ("/auth/action", 403, named, Tried::NotLet),
        ("/auth/action", 403, "The signature of the challenge is wrong.", Tried::SignatureRefused),
        ("/auth/action", 401, "Unauthorized.", Tried::SignatureRefused),
        ("/auth/action/init", 401, "Unauthorized.", Tried::TokenRefused),
        (
            "/auth/action/init",
            401,
            "User does not have a credential that can be used for the application.",
            Tried::OtherCredential,
        ),
    ] {
        let recorder = refusing(at, Reply::json(status, &json!({ "error": { "message": message } }))).await;
        assert_eq!(session(&recorder.url()).try_out(&official()).await, Ok(told), "{at} {status} {message}");
    }
}

#[tokio::test]
async fn what_is_not_dfns_own_word_leaves_it_open_and_is_followed_nowhere() {
    let elsewhere = Recorder::answering(answer).await.expect("it starts");
    let bytes = |text: String| Reply::Bytes(text.into_bytes());
    let page = |status: u16| {
        let html = "<html>Sign in to the network</html>";
        bytes(format!("HTTP/1.1 {status} Page\r\nContent-Length: {}\r\n\r\n{html}", html.len()))
    };
    let redirect =
        format!("HTTP/1.1 307 Elsewhere\r\nLocation: {}/auth/action\r\nContent-Length: 0\r\n\r\n", elsewhere.url());
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"userAction\":\"eyJ".to_owned();
    for (reply, unclear) in [
        (page(200), UnclearAnswer::Between(200)),
        (page(401), UnclearAnswer::Between(401)),
        (page(403), UnclearAnswer::Between(403)),
        (Reply::json(401, &json!({ "message": "Unauthorized" })), UnclearAnswer::Between(401)),
        (Reply::json(403, &json!({ "message": "Forbidden" })), UnclearAnswer::Between(403)),
        (Reply::json(500, &json!({ "error": { "message": "Unauthorized" } })), UnclearAnswer::Server(500)),
        (Reply::json(200, &json!({})), UnclearAnswer::NotUnderstood),
        (bytes(cut), UnclearAnswer::Cut),
        (Reply::closing(), UnclearAnswer::Cut),
        (bytes(redirect), UnclearAnswer::Redirected),
    ] {
        for at in ["/auth/action/init", "/auth/action"] {
            let recorder = refusing(at, reply.clone()).await;
            let told = session(&recorder.url()).try_out(&official()).await;
            assert_eq!(told, Err(Failure::Unclear(CallContext::TryOut, unclear.clone())), "{at}");
            let asked = recorder.requests().iter().filter(|request| request.path() == at).count();
            assert_eq!(asked, 1, "{at}");
        }
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn where_nobody_answers_it_is_not_known() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let gone = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let told = session(&gone).try_out(&official()).await;
    assert!(matches!(told, Err(Failure::Unreachable { .. })), "{told:?}");
}

#[tokio::test]
async fn a_token_that_could_stand_in_no_header_or_would_be_cut_for_it_is_not_sent() {
    let recorder = Recorder::answering(answer).await.expect("it starts");
    for token in ["Bearer NEW", "NEW\n", "n e w", "schlüssel"] {
        let secrets = mixed(&official(), &[(SecretName::Token, token)]);
        let told = session(&recorder.url()).try_out(&secrets).await;
        assert_eq!(told, Err(Failure::Unclear(CallContext::TryOut, UnclearAnswer::NotUnderstood)), "{token:?}");
    }
    assert!(recorder.requests().is_empty());
}

/// Dfns as the official client met it, save for this call.
async fn refusing(at: &'static str, reply: Reply) -> Recorder {
    let answering = move |request: &Request| match request.path() == at {
        true => reply.clone(),
        false => answer(request),
    };
    Recorder::answering(answering).await.expect("it starts")
}
