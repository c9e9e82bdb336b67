//! Somebody who signs, for the tests: with a key of the test's, and as the official clients do.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::Ed25519KeyPair;
use serde_json::{Value, json};

use super::public_key::ed25519_pem;
use crate::{
    Persona, Sandbox,
    client::{Client, Reply},
    jwt::ed25519_public_key,
};

const SEED: [u8; 32] = [9; 32];

pub(super) struct Person {
    /// Signed in.
    pub(super) client: Client,
    pub(super) token: String,
    pub(super) credential: String,
    pub(super) uuid: String,
}

/// The public key that [`sign`] signs for.
pub(super) fn pem() -> String {
    ed25519_pem(&ed25519_public_key(&SEED))
}

/// What stands in `firstFactor`.
pub(super) fn sign(credential: &str, challenge: &Value) -> Value {
    let client_data = json!({ "type": "key.get", "challenge": challenge["challenge"] }).to_string();
    let pair = Ed25519KeyPair::from_seed_unchecked(&SEED).expect("a seed");
    factor(credential, &client_data, pair.sign(client_data.as_bytes()).as_ref())
}

pub(super) fn factor(credential: &str, client_data: &str, signature: &[u8]) -> Value {
    let assertion = json!({
        "credId": credential,
        "clientData": URL_SAFE_NO_PAD.encode(client_data),
        "signature": URL_SAFE_NO_PAD.encode(signature),
    });
    json!({ "kind": "Key", "credentialAssertion": assertion })
}

/// Answers a challenge.
pub(super) fn answered(credential: &str, challenge: &Value) -> String {
    let factor = sign(credential, challenge);
    json!({ "challengeIdentifier": challenge["challengeIdentifier"], "firstFactor": factor }).to_string()
}

pub(super) fn control(sandbox: &Sandbox) -> Client {
    Client::anonymous(sandbox).with_header("X-Keybearer-Sandbox: control\r\n")
}

/// Has the sandbox do something that it answers with 200.
pub(super) async fn told(sandbox: &Sandbox, route: &str, body: Value) -> Value {
    let reply = control(sandbox).post(&format!("/_sandbox/{route}"), &body.to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

/// The challenge of a login.
pub(super) async fn login_init(sandbox: &Sandbox, persona: Persona) -> Reply {
    let body = json!({ "username": sandbox.username(persona), "orgId": sandbox.organization() });
    Client::anonymous(sandbox).post("/auth/login/init", &body.to_string()).await
}

impl Person {
    /// A user with a Key credential, who has signed in with it.
    pub(super) async fn sign_in(sandbox: &Sandbox, persona: Persona) -> Self {
        let made = told(sandbox, "credential", json!({ "persona": persona, "publicKey": pem() })).await;
        let text = |name: &str| made[name].as_str().expect("a text").to_owned();
        let (credential, uuid) = (text("credentialId"), text("credentialUuid"));
        let challenge = login_init(sandbox, persona).await.json();
        let reply = Client::anonymous(sandbox).post("/auth/login", &answered(&credential, &challenge)).await;
        let token = reply.json()["token"].as_str().expect("a token").to_owned();
        Self { client: Client::new(sandbox, &token), token, credential, uuid }
    }

    /// A user action for this request alone.
    pub(super) async fn user_action(&self, method: &str, path: &str, payload: &str) -> String {
        let init = json!({
            "userActionPayload": payload,
            "userActionHttpMethod": method,
            "userActionHttpPath": path,
            "userActionServerKind": "Api",
        });
        let challenge = self.client.post("/auth/action/init", &init.to_string()).await.json();
        let reply = self.client.post("/auth/action", &answered(&self.credential, &challenge)).await;
        reply.json()["userAction"].as_str().expect("a user action").to_owned()
    }

    /// Sends a request with a user action.
    pub(super) async fn send(&self, method: &str, path: &str, body: &str, action: &str) -> Reply {
        Reply::parse(&self.exchange(method, path, body, action).await)
    }

    pub(super) async fn exchange(&self, method: &str, path: &str, body: &str, action: &str) -> String {
        let client = self.client.clone().with_header(&format!("X-DFNS-USERACTION: {action}\r\n"));
        client.exchange(method, path, body).await
    }

    /// Signs a request and sends it.
    pub(super) async fn signed(&self, method: &str, path: &str, body: &str) -> Reply {
        let action = self.user_action(method, path.split('?').next().unwrap_or(path), body).await;
        self.send(method, path, body, &action).await
    }
}
