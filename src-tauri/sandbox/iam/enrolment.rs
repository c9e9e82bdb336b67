//! One's own credentials, and enrolling one with a code.

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Effect, Reply,
    assertion::Registration,
    body::parse,
    challenges::Purpose,
    credentials::{Credential, Kind, RELYING_PARTY},
};
use crate::{
    api::Refusal,
    call::Call,
    directory::{Caller, Directory},
    http::Asked,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CodeInit {
    credential_kind: String,
    code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CodeVerify {
    credential_kind: String,
    credential_info: Registration,
    credential_name: String,
    challenge_identifier: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Which {
    credential_uuid: String,
}

pub(super) fn code_init(asked: &Asked, directory: &mut Directory) -> Result<Effect, Refusal> {
    let CodeInit { credential_kind, code } = parse(&asked.body)?;
    check_kind(&credential_kind, directory)?;
    let persona = directory.iam.credentials.take_code(&code, directory.clock.now());
    let persona = persona
        .ok_or_else(|| Refusal::full(StatusCode::UNAUTHORIZED, "code: is unknown, has expired, or has been used."))?;
    Ok(Box::new(move |directory| {
        let now = directory.clock.now();
        let purpose = Purpose::Enrolment(persona);
        let (identifier, text) = directory.iam.challenges.open(purpose, &mut directory.draw, now);
        let user = directory.user(persona);
        // Those of ECDSA with SHA-256 on P-256 and secp256k1, of Ed25519, and of RSA.
        let algorithms = [-7, -47, -8, -257].map(|alg| json!({ "type": "public-key", "alg": alg }));
        Reply::ok(json!({
            "kind": "Key",
            "user": { "id": user.id, "displayName": user.name, "name": user.username },
            "challengeIdentifier": identifier,
            "challenge": text,
            "rp": { "id": RELYING_PARTY, "name": "Keybearer sandbox" },
            "attestation": "direct",
            "pubKeyCredParams": algorithms,
            "temporaryAuthenticationToken": identifier,
        }))
    }))
}

pub(super) fn code_verify(asked: &Asked, directory: &mut Directory) -> Result<Effect, Refusal> {
    let CodeVerify { credential_kind, credential_info, credential_name, challenge_identifier } = parse(&asked.body)?;
    check_kind(&credential_kind, directory)?;
    let challenge = directory.iam.challenges.take(&challenge_identifier, directory.clock.now())?;
    let Purpose::Enrolment(persona) = challenge.purpose else {
        return Err(Refusal::bad_request("challengeIdentifier: is of no enrolment."));
    };
    let (key, pem) = credential_info.prove(&challenge.text)?;
    if credential_name.trim().is_empty() {
        return Err(Refusal::bad_request("credentialName: must not be empty."));
    }
    if directory.iam.credentials.with_id(&credential_info.cred_id).is_some() {
        return Err(Refusal::full(StatusCode::CONFLICT, "credId: is taken."));
    }
    Ok(Box::new(move |directory| {
        let credential = Credential {
            id: credential_info.cred_id,
            uuid: directory.draw.dfns_id("cr"),
            owner: Caller::User(persona),
            kind: Kind::Key,
            name: credential_name,
            is_active: true,
            key,
            pem,
            created: directory.clock.now(),
        };
        let body = credential.body();
        directory.iam.credentials.add(credential);
        Reply::ok(body)
    }))
}

/// The list of one's own credentials, or the change of one.
pub(super) fn own_credentials(
    call: Call,
    asked: &Asked,
    caller: Caller,
    directory: &Directory,
) -> Result<Effect, Refusal> {
    if call == Call::Credentials {
        return Ok(Box::new(move |directory| {
            let items: Vec<Value> = directory.iam.credentials.of(&caller).map(Credential::body).collect();
            Reply::ok(json!({ "items": items }))
        }));
    }
    let Which { credential_uuid: uuid } = parse(&asked.body)?;
    if !directory.iam.credentials.has(&caller, &uuid) {
        return Err(Refusal::full(StatusCode::NOT_FOUND, "There is no such credential."));
    }
    let active = call == Call::ActivateCredential;
    Ok(Box::new(move |directory| {
        directory.iam.credentials.set_active(active, |it| it.uuid == uuid && it.owner == caller);
        Reply::ok(json!({ "message": "success" }))
    }))
}

fn check_kind(kind: &str, directory: &Directory) -> Result<(), Refusal> {
    if kind != "Key" {
        return Err(Refusal::bad_request("credentialKind: only Key can be enrolled here."));
    }
    if !directory.iam.settings.takes_keys {
        return Err(Refusal::bad_request("credentialKind: this organization does not take credentials of kind Key."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
    };

    use super::*;
    use crate::{
        Persona, Sandbox,
        client::{Client, Reply, sandbox},
        draw::{hex, sha256},
        iam::{
            credentials::CODE_LASTS,
            person::{Person, factor, login_init, told},
        },
    };

    const P256_HEAD: &[u8] =
        b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";

    /// A new key of a client that enrols itself.
    struct Enrolling {
        pair: EcdsaKeyPair,
        id: String,
    }

    impl Enrolling {
        fn new() -> Self {
            let random = SystemRandom::new();
            let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, made.as_ref(), &random);
            let pair = pair.expect("a key");
            let id = URL_SAFE_NO_PAD.encode(sha256(pair.public_key().as_ref()));
            Self { pair, id }
        }

        fn sign(&self, message: &str) -> Vec<u8> {
            let signed = self.pair.sign(&SystemRandom::new(), message.as_bytes());
            signed.expect("a signature").as_ref().to_vec()
        }

        fn verify_body(&self, challenge: &Value) -> String {
            let spki = [P256_HEAD, self.pair.public_key().as_ref()].concat();
            let text = base64::engine::general_purpose::STANDARD.encode(spki);
            let pem = format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----");
            let client_data = json!({ "type": "key.create", "challenge": challenge["challenge"] }).to_string();
            let signed = format!(
                r#"{{"clientDataHash":"{}","publicKey":{}}}"#,
                hex(&sha256(client_data.as_bytes())),
                Value::from(pem.clone())
            );
            let attestation = json!({ "publicKey": pem, "signature": hex(&self.sign(&signed)) }).to_string();
            let info = json!({
                "credId": self.id,
                "clientData": URL_SAFE_NO_PAD.encode(client_data),
                "attestationData": URL_SAFE_NO_PAD.encode(attestation),
            });
            json!({
                "credentialKind": "Key",
                "credentialInfo": info,
                "credentialName": "Keybearer",
                "challengeIdentifier": challenge["challengeIdentifier"],
            })
            .to_string()
        }
    }

    async fn init(sandbox: &Sandbox, code: &str) -> Reply {
        let body = json!({ "credentialKind": "Key", "code": code }).to_string();
        Client::anonymous(sandbox).post("/auth/credentials/code/init", &body).await
    }

    async fn verify(sandbox: &Sandbox, body: &str) -> Reply {
        Client::anonymous(sandbox).post("/auth/credentials/code/verify", body).await
    }

    #[tokio::test]
    async fn a_code_enrols_a_key_with_which_its_user_then_signs_in() {
        let sandbox = sandbox().await;
        let challenge = init(&sandbox, &sandbox.enrolment_code(Persona::Admin)).await.json();
        assert_eq!(challenge["user"]["name"], sandbox.username(Persona::Admin));
        let new = Enrolling::new();
        let made = verify(&sandbox, &new.verify_body(&challenge)).await;
        assert_eq!((made.status, &made.json()["credentialId"]), (200, &new.id.clone().into()));
        assert_eq!(verify(&sandbox, &new.verify_body(&challenge)).await.status, 400, "the challenge is used");
        let challenge = login_init(&sandbox, Persona::Admin).await.json();
        let client_data = json!({ "type": "key.get", "challenge": challenge["challenge"] }).to_string();
        let factor = factor(&new.id, &client_data, &new.sign(&client_data));
        let body = json!({ "challengeIdentifier": challenge["challengeIdentifier"], "firstFactor": factor });
        assert_eq!(Client::anonymous(&sandbox).post("/auth/login", &body.to_string()).await.status, 200);
        let challenge = init(&sandbox, &sandbox.enrolment_code(Persona::Admin)).await.json();
        assert_eq!(verify(&sandbox, &new.verify_body(&challenge)).await.status, 409, "the id is taken");
    }

    #[tokio::test]
    async fn a_code_is_good_once_and_for_a_minute() {
        let sandbox = sandbox().await;
        let code = sandbox.enrolment_code(Persona::Admin);
        assert_eq!(code.len(), 9);
        assert_eq!(init(&sandbox, &code).await.status, 200);
        assert_eq!(init(&sandbox, &code).await.status, 401);
        let code = told(&sandbox, "enrolment-code", json!({ "persona": "issuer" })).await["code"].clone();
        let code = code.as_str().expect("a code");
        sandbox.site.directory().clock.put_forward(CODE_LASTS);
        assert_eq!(init(&sandbox, code).await.status, 401);
        assert_eq!(init(&sandbox, "AAAAAAAAA").await.status, 401);
    }

    #[tokio::test]
    async fn an_organization_without_key_credentials_enrols_none() {
        let sandbox = sandbox().await;
        told(&sandbox, "key-credentials", json!({ "offered": false })).await;
        let code = sandbox.enrolment_code(Persona::Admin);
        let reply = init(&sandbox, &code).await;
        assert_eq!(reply.status, 400);
        assert!(reply.body.contains("kind Key"), "{}", reply.body);
        told(&sandbox, "key-credentials", json!({ "offered": true })).await;
        assert_eq!(init(&sandbox, &code).await.status, 200, "the code was not used up");
    }

    #[tokio::test]
    async fn a_user_lists_and_deactivates_credentials_of_their_own_alone() {
        let sandbox = sandbox().await;
        let admin = Person::sign_in(&sandbox, Persona::Admin).await;
        let listed = admin.client.get("/auth/credentials").await.json();
        let kinds: Vec<_> = listed["items"].as_array().into_iter().flatten().map(|it| it["kind"].clone()).collect();
        assert_eq!(kinds, ["Fido2", "Key"]);
        let change = |of: &str| json!({ "credentialUuid": of }).to_string();
        let issuer = Person::sign_in(&sandbox, Persona::Issuer).await;
        let path = "/auth/credentials/deactivate";
        assert_eq!(admin.signed("PUT", path, &change(&issuer.uuid)).await.status, 404);
        assert_eq!(admin.client.put(path, &change(&admin.uuid)).await.status, 403, "it is to be signed");
        let other = Person::sign_in(&sandbox, Persona::Admin).await;
        assert_eq!(admin.signed("PUT", path, &change(&admin.uuid)).await.status, 200);
        let listed = other.client.get("/auth/credentials").await.json();
        assert_eq!((&listed["items"][1]["isActive"], &listed["items"][2]["isActive"]), (&false.into(), &true.into()));
        assert_eq!(other.signed("PUT", "/auth/credentials/activate", &change(&admin.uuid)).await.status, 200);
        let listed = other.client.get("/auth/credentials").await.json();
        assert_eq!(listed["items"][1]["isActive"], true);
    }
}
