//! Does with Dfns' official client for Rust what Keybearer does, against the sandbox: enrols itself, logs in, signs, lists, creates, and
//! is refused. Arguments: the sandbox's URL, its organization, and the name of its admin.

#![forbid(unsafe_code)]

use std::{env, sync::Arc};

use async_trait::async_trait;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use dfns_sdk_rust::{
    DfnsClient, Error, Options,
    auth::types::{
        CreateCredentialChallengeWithCodeRequest, CreateLoginChallengeRequest, CreateServiceAccountRequest,
        DeactivateServiceAccountRequest, LoginRequest,
    },
    permissions::types::ListPermissionsQuery,
    signer::{CredentialAssertion, CredentialAssertionData, UserActionChallenge, UserActionSigner},
};
use reqwest::Method;
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

type Failed = Box<dyn std::error::Error>;

/// What stands in an SPKI before the point of a P-256 key.
const P256_HEAD: &[u8] =
    b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";

struct Key {
    pair: EcdsaKeyPair,
    credential: String,
}

impl Key {
    fn new() -> Result<Self, Failed> {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).map_err(|_| "no key")?;
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, made.as_ref(), &random).map_err(|_| "no key")?;
        Ok(Self { pair, credential: String::new() })
    }

    fn pem(&self) -> String {
        let spki = [P256_HEAD, self.pair.public_key().as_ref()].concat();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(spki))
    }

    fn assertion(&self, challenge: &str) -> Result<CredentialAssertion, Error> {
        let client_data = json!({ "type": "key.get", "challenge": challenge }).to_string();
        let signature = self.pair.sign(&SystemRandom::new(), client_data.as_bytes());
        let signature = signature.map_err(|_| Error::Signer("no randomness".to_owned()))?;
        let credential_assertion = CredentialAssertionData {
            cred_id: self.credential.clone(),
            client_data: URL_SAFE_NO_PAD.encode(client_data),
            signature: URL_SAFE_NO_PAD.encode(signature),
        };
        Ok(CredentialAssertion { kind: "Key".to_owned(), credential_assertion })
    }
}

#[async_trait]
impl UserActionSigner for Key {
    async fn sign(&self, challenge: &UserActionChallenge) -> Result<CredentialAssertion, Error> {
        self.assertion(&challenge.challenge)
    }
}

fn client(url: &str, token: &str, key: Option<Arc<Key>>) -> Result<DfnsClient, Failed> {
    // By itself it sends no User-Agent, which Dfns wants.
    let http = reqwest::Client::builder().user_agent("dfns-client").no_proxy().build()?;
    let signer = key.map(|key| key as Arc<dyn UserActionSigner>);
    Ok(DfnsClient::new(Options { base_url: url.to_owned(), auth_token: token.to_owned(), signer, http: Some(http) })?)
}

/// The same options, for what the client of a domain has no function for.
fn transport(url: &str, token: &str, key: Arc<Key>) -> Result<dfns_sdk_rust::Client, Failed> {
    let http = reqwest::Client::builder().user_agent("dfns-client").no_proxy().build()?;
    Ok(dfns_sdk_rust::Client::new(Options {
        base_url: url.to_owned(),
        auth_token: token.to_owned(),
        signer: Some(key),
        http: Some(http),
    })?)
}

/// A new Key credential of the admin, enrolled with a code as the dashboard shows one.
async fn enrol(url: &str) -> Result<Key, Failed> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let asked = http.post(format!("{url}/_sandbox/enrolment-code")).header("x-keybearer-sandbox", "control");
    let told = asked.body(r#"{"persona":"admin"}"#).send().await?.text().await?;
    let told: Value = serde_json::from_str(&told)?;
    let code = told["code"].as_str().ok_or("no code")?.to_owned();

    let client = client(url, "none", None)?;
    let asked = CreateCredentialChallengeWithCodeRequest { credential_kind: "Key".to_owned(), code };
    let challenge = client.auth.create_credential_challenge_with_code(asked).await?;
    let mut key = Key::new()?;
    let pem = key.pem().trim_end().to_owned();
    let client_data = json!({ "type": "key.create", "challenge": challenge["challenge"] }).to_string();
    let hash = hex(digest(&SHA256, client_data.as_bytes()).as_ref());
    let signed = format!(r#"{{"clientDataHash":"{hash}","publicKey":{}}}"#, Value::from(pem.clone()));
    let signature = key.pair.sign(&SystemRandom::new(), signed.as_bytes()).map_err(|_| "no randomness")?;
    let attestation = json!({ "publicKey": pem, "signature": hex(signature.as_ref()) }).to_string();
    let info = json!({
        "credId": URL_SAFE_NO_PAD.encode(digest(&SHA256, pem.as_bytes())),
        "clientData": URL_SAFE_NO_PAD.encode(client_data),
        "attestationData": URL_SAFE_NO_PAD.encode(attestation),
    });
    let registration = json!({
        "credentialKind": "Key",
        "credentialInfo": info,
        "credentialName": "Rust",
        "challengeIdentifier": challenge["challengeIdentifier"],
    });
    key.credential = client.auth.create_credential_with_code(registration).await?.credential_id;
    Ok(key)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn log_in(url: &str, organization: &str, user: &str, key: &Key) -> Result<Value, Failed> {
    // It wants a token even where there can be none yet.
    let client = client(url, "none", None)?;
    let asked = CreateLoginChallengeRequest {
        username: Some(user.to_owned()),
        org_id: Some(organization.to_owned()),
        tenant_id: None,
        login_code: None,
    };
    let challenge = client.auth.create_login_challenge(asked).await?;
    let first_factor = serde_json::to_value(key.assertion(&challenge.challenge)?)?;
    let challenge_identifier = challenge.challenge_identifier;
    Ok(client.auth.login(LoginRequest { challenge_identifier, first_factor, second_factor: None }).await?)
}

fn account(name: &str, key: &Key, role: Option<&Value>) -> CreateServiceAccountRequest {
    CreateServiceAccountRequest {
        name: name.to_owned(),
        public_key: key.pem(),
        permission_id: role.and_then(Value::as_str).map(str::to_owned),
        external_id: None,
        days_valid: Some(30),
        federated_identity: None,
    }
}

/// Whether it was refused with this status and these words. The client reads `{"message"}` alone as an error of Dfns',
/// and hands on anything else as it came.
fn refused<T>(outcome: Result<T, Error>, status: u16, words: &str) -> Result<(), Failed> {
    match outcome {
        Err(Error::ApiRaw { status: told, raw }) if told == status && raw.contains(words) => Ok(()),
        Err(other) => Err(format!("not {status} with {words}: {other}").into()),
        Ok(_) => Err(format!("not refused with {status}: {words}").into()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [url, organization, user] = arguments.as_slice() else { return Err("three arguments are needed".into()) };
    let key = Arc::new(enrol(url).await?);
    let token = log_in(url, organization, user, &key).await?["token"].as_str().ok_or("no token")?.to_owned();
    let dfns = client(url, &token, Some(Arc::clone(&key)))?;

    let page = ListPermissionsQuery { limit: Some(2), pagination_token: None };
    let page = dfns.permissions.list_permissions(Some(page)).await?;
    let next = ListPermissionsQuery { limit: Some(2), pagination_token: page.next_page_token };
    let next = dfns.permissions.list_permissions(Some(next)).await?;
    let role = next.items.iter().find(|role| role["isArchived"] == false).ok_or("no role on the second page")?;

    let made = dfns.auth.create_service_account(account("Rust bot", &Key::new()?, Some(&role["id"]))).await?;
    let id = made.user_info["userId"].as_str().ok_or("no id")?.to_owned();
    let text = made.access_tokens.first().and_then(|token| token.access_token.clone()).ok_or("no token")?;
    if made.user_info["permissionAssignments"][0]["permissionId"] != role["id"] {
        return Err("the role was not given".into());
    }
    let listed = dfns.auth.list_service_accounts().await?;
    if !listed.items.iter().any(|account| account["userInfo"]["userId"] == *id) {
        return Err("the new account is not listed".into());
    }
    dfns.auth.deactivate_service_account(id.clone(), DeactivateServiceAccountRequest { force: None }).await?;
    dfns.auth.activate_service_account(id.clone()).await?;
    dfns.auth.list_credentials().await?;

    // Of another key: the credential is the admin's, and the signature is not.
    let wrong = Arc::new(Key { credential: key.credential.clone(), ..Key::new()? });
    if log_in(url, organization, user, &wrong).await.is_ok() {
        return Err("a wrong signature logs in".into());
    }
    let other = client(url, &token, Some(Arc::clone(&wrong)))?;
    let outcome = other.auth.create_service_account(account("Wrong", &wrong, None)).await;
    refused(outcome, 403, "The signature of the challenge is wrong.")?;

    let transport = transport(url, &token, Arc::clone(&key))?;
    let (path, body) = ("/auth/service-accounts", serde_json::to_value(account("Once", &Key::new()?, None))?);
    let challenge = transport.create_user_action_challenge(Method::POST, path, Some(&body)).await?;
    let assertion = key.sign(&challenge).await?;
    let action = transport.complete_user_action_signing(challenge.challenge_identifier, &assertion).await?;
    transport.request_with_user_action::<Value>(Method::POST, path, Some(&body), &action).await?;
    let again = transport.request_with_user_action::<Value>(Method::POST, path, Some(&body), &action).await;
    refused(again, 400, "user action has already been used")?;

    let mut body = serde_json::to_value(account("Unknown", &Key::new()?, None))?;
    body["maid"] = true.into();
    refused(transport.request::<Value>(Method::POST, path, Some(&body), true).await, 400, "maid")?;

    let machine = client(url, &text, Some(Arc::clone(&key)))?;
    let outcome = machine.auth.create_service_account(account("Machine", &key, None)).await;
    refused(outcome, 401, "credential")?;
    Ok(())
}
