//! Signing in and signing requests with a credential: as Dfns' own client for TypeScript does on the wire, and against the
//! sandbox, which verifies every signature.
//!
//! `sdk_requests.json` has what `@dfns/sdk` 0.8.21 with `@dfns/sdk-keysigner` 0.8.3 sent for this key and this challenge. What a
//! person reads where it does not succeed is in `signing.txt`, which is written anew with `WRITE_SNAPSHOTS=1`.

use std::{fmt::Write, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use keybearer::{
    dfns::{Dfns, OverHttp},
    http::ClientOptions,
};
use keybearer_core::{
    account::{Authentication, Connect, EnrolmentCode, NewCredential, Offer, Sign, SignedChallenge, UserSession},
    address::BaseUrl,
    credential::{CredentialKind, UserAction},
    failure::Failure,
    key::{Answer, Created, KeyApi},
    secret::SignInToken,
    signing::{NewKeyType, PrivateKey, new_credential_id},
};
use keybearer_sandbox::{Persona, Sandbox};
use keybearer_support::{
    http,
    recorder::{Recorder, Reply, Request},
    snapshot::ensure_as_in,
};
use serde_json::{Value, json};

use crate::order;

/// A key of Dfns' own tests.
pub(crate) const PEM: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEIGdUyX1JWQoAK9Sxx1wL3O2ya4MOV/g/df2M3mbR+0PU\n\
    -----END PRIVATE KEY-----\n";
pub(crate) const ID: &str = "cr-6uunn-bm6ja-f6rmod5kqrk5rbel";
pub(crate) const CHALLENGE: &str =
    "MWM0MmY5YTQ0MDRiNzdhNTFhNzY5ODQwNWI5ZTQ4Y2RhODZiNDk3ZTYzOTE5OGYyMDcxZjBjYzk4MmQ5YzY1MA";

pub(crate) struct Signs {
    id: String,
    key: PrivateKey,
}

impl Signs {
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn own() -> Arc<Self> {
        Arc::new(Self { id: ID.to_owned(), key: PrivateKey::from_pem(PEM).expect("a key") })
    }
}

impl Sign for Signs {
    fn credential(&self) -> &str {
        &self.id
    }

    fn sign<'a>(&'a self, challenge: &'a str) -> Answer<'a, SignedChallenge> {
        Box::pin(async move {
            Ok(SignedChallenge { credential: self.id.clone(), assertion: self.key.assertion(challenge)? })
        })
    }
}

/// Dfns as the official client met it: the same challenge for everything.
pub(crate) fn answer(request: &Request) -> Reply {
    Reply::json(200, &answered(request))
}

/// What is in its answer.
pub(crate) fn answered(request: &Request) -> Value {
    let challenge = json!({
        "challenge": CHALLENGE, "challengeIdentifier": "eyJ.challenge.id", "supportedCredentialKinds": [],
        "allowCredentials": { "key": [{ "type": "public-key", "id": ID }], "webauthn": [] },
    });
    let credentials =
        json!({ "items": [{ "kind": "Key", "credentialId": ID, "credentialUuid": "cr-uuid", "isActive": false }] });
    match request.path() {
        "/auth/login/init" | "/auth/action/init" => challenge,
        "/auth/login" => json!({ "token": "TOKEN" }),
        "/auth/action" => json!({ "userAction": "eyJ.user.action" }),
        "/auth/credentials" => credentials,
        _ => json!({ "message": "success" }),
    }
}

/// What the official client sent for a label: method, path, the headers that matter, and the body's text.
pub(crate) fn official(label: &str) -> Vec<(String, String, [Option<String>; 3], String)> {
    let all: Vec<Value> = serde_json::from_str(include_str!("sdk_requests.json")).expect("JSON");
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let of = |request: &Value| {
        let headers = HEADERS.map(|name| text(&request["headers"][name]));
        let [method, url, body] = ["method", "url", "body"].map(|part| text(&request[part]).expect("a text"));
        (method, url, headers, body)
    };
    all.iter().filter(|request| request["label"] == label).map(of).collect()
}

const HEADERS: [&str; 3] = ["authorization", "content-type", "x-dfns-useraction"];

/// The same of what was sent by us.
pub(crate) fn sent(request: &Request) -> (String, String, [Option<String>; 3], String) {
    let headers = HEADERS.map(|name| request.header(name).map(str::to_owned));
    let body = String::from_utf8(request.body.clone()).expect("a text");
    (request.method().to_owned(), request.path().to_owned(), headers, body)
}

pub(crate) fn base(url: &str) -> BaseUrl {
    BaseUrl::with_prefix(url).expect("an address")
}

#[tokio::test]
async fn signing_in_is_on_the_wire_as_the_official_client_does_it_byte_for_byte() {
    let recorder = Recorder::answering(answer).await.expect("it starts");
    let dfns = OverHttp.authentication(&base(&recorder.url())).expect("a client");
    let challenge =
        dfns.begin_sign_in("jdoe@example.co", "or-30tnh-itmjs-s235s5ontr3r23h2").await.expect("a challenge");
    let signed = Signs::own().sign(&challenge.challenge).await.expect("signed");
    dfns.sign_in(&challenge.identifier, &signed).await.expect("signed in");
    let ours: Vec<_> = recorder.requests().iter().map(sent).collect();
    assert_eq!(ours, official("login"));
}

#[tokio::test]
async fn a_signed_request_and_a_sign_out_are_as_the_official_client_sends_them() {
    let recorder = Recorder::answering(answer).await.expect("it starts");
    let token = Arc::new(SignInToken::parse("TOKEN").expect("a token"));
    let session = OverHttp.connect(&base(&recorder.url()), token, Some(Signs::own())).expect("a client");
    session.deactivate_credential(ID).await.expect("deactivated");
    session.sign_out().await.expect("signed out");
    let ours: Vec<_> = recorder.requests().iter().map(sent).collect();
    assert_eq!((ours[0].0.as_str(), ours[0].1.as_str()), ("GET", "/auth/credentials"));
    assert_eq!(ours[1..4], official("deactivateCredential"));
    assert_eq!((ours[4].0.as_str(), ours[4].1.as_str()), ("GET", "/auth/credentials"), "an answer proves nothing");
    assert_eq!(ours[5..], official("logout"));
}

#[tokio::test]
async fn what_is_signed_has_no_prefix_in_its_path() {
    let recorder = Recorder::answering(|request| {
        let path = request.path().strip_prefix("/api").expect("each is below the prefix").to_owned();
        match path.as_str() {
            "/auth/action/init" => {
                let body: Value = serde_json::from_slice(&request.body).expect("JSON");
                assert_eq!(body["userActionHttpPath"], "/auth/credentials/deactivate");
                Reply::json(403, &json!({ "error": { "message": "enough" } }))
            }
            _ => Reply::json(200, &json!({ "items": [{ "credentialId": ID, "credentialUuid": "cr-uuid" }] })),
        }
    })
    .await
    .expect("it starts");
    let token = Arc::new(SignInToken::parse("TOKEN").expect("a token"));
    let session =
        OverHttp.connect(&base(&format!("{}/api", recorder.url())), token, Some(Signs::own())).expect("a client");
    assert!(session.deactivate_credential(ID).await.is_err());
    assert_eq!(recorder.requests().len(), 2);
}

/// A sandbox, and what it is told in passing.
pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) url: String,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), true).await.expect("it starts");
        let url = format!("http://{}", sandbox.address());
        Self { sandbox, url }
    }

    pub(crate) async fn control(&self, route: &str, body: Value) -> Value {
        let header = [("x-keybearer-sandbox", "control")];
        let path = format!("/_sandbox/{route}");
        let reply = http::ask(&self.url, "POST", &path, &header, Some(&body)).await.expect("an answer");
        assert_eq!(reply.status, 200, "{route}");
        reply.json().expect("JSON")
    }

    fn authentication(&self) -> Arc<dyn Authentication> {
        OverHttp.authentication(&base(&self.url)).expect("a client")
    }

    /// Registers a credential by this code.
    pub(crate) async fn enrol(&self, code: &str) -> Result<Arc<Signs>, Failure> {
        let dfns = self.authentication();
        let challenge = dfns.begin_enrolment(&EnrolmentCode::parse(code)?).await?;
        assert_eq!(challenge.username, self.sandbox.username(Persona::Admin));
        let (key, id) = (PrivateKey::generate(NewKeyType::P256)?, new_credential_id()?);
        let registration = key.registration(&challenge.challenge)?;
        let (name, challenge) = ("Keybearer on a test", challenge.identifier.as_str());
        dfns.enrol(&NewCredential { id: &id, name, challenge, registration: &registration }).await?;
        Ok(Arc::new(Signs { id, key }))
    }

    /// The requests so far, each by its method and path.
    pub(crate) async fn requests(&self) -> Vec<String> {
        let header = [("x-keybearer-sandbox", "control")];
        let reply = http::ask(&self.url, "GET", "/_sandbox/requests", &header, None).await.expect("an answer");
        let all: Vec<Value> = serde_json::from_slice(&reply.body).expect("JSON");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        all.iter().map(|request| format!("{} {}", text(&request["method"]), text(&request["path"]))).collect()
    }

    /// Of a session that is signed for.
    pub(crate) async fn token(&self, signer: &Arc<Signs>) -> Arc<SignInToken> {
        self.signed_for(signer).await.expect("signed in")
    }

    async fn signed_for(&self, signer: &Arc<Signs>) -> Result<Arc<SignInToken>, Failure> {
        let dfns = self.authentication();
        let user = self.sandbox.username(Persona::Admin);
        let challenge = dfns.begin_sign_in(user, &self.sandbox.organization()).await?;
        let signed = signer.sign(&challenge.challenge).await?;
        dfns.sign_in(&challenge.identifier, &signed).await.map(Arc::new)
    }

    /// Signed in with a new credential, by a client that waits for no answer longer than a second.
    pub(crate) async fn impatient(&self) -> Arc<dyn KeyApi> {
        self.waiting_at_most(Duration::from_secs(1)).await
    }

    /// The same, by one that waits longer.
    pub(crate) async fn waiting_at_most(&self, whole: Duration) -> Arc<dyn KeyApi> {
        let signer = self.enrol(&self.sandbox.enrolment_code(Persona::Admin)).await.expect("enrolled");
        self.waiting_as(signer, whole).await
    }

    /// Signed in with a credential that there is, by a client that waits for no answer longer than that.
    pub(crate) async fn waiting_as(&self, signer: Arc<Signs>, whole: Duration) -> Arc<dyn KeyApi> {
        let token = self.token(&signer).await;
        let options = ClientOptions { whole, ..ClientOptions::default() };
        Arc::new(Dfns::new(base(&self.url), token, Some(signer as Arc<dyn Sign>), &options).expect("a client"))
    }

    async fn sign_in(&self, signer: &Arc<Signs>) -> Result<Arc<dyn UserSession>, Failure> {
        let token = self.signed_for(signer).await?;
        OverHttp.connect(&base(&self.url), token, Some(Arc::clone(signer) as Arc<dyn Sign>))
    }

    pub(crate) async fn signed_in(&self) -> (Arc<Signs>, Arc<dyn UserSession>) {
        let signer = self.enrol(&self.sandbox.enrolment_code(Persona::Admin)).await.expect("enrolled");
        let session = self.sign_in(&signer).await.expect("signed in");
        (signer, session)
    }
}

#[tokio::test]
async fn a_credential_is_registered_signs_in_signs_a_request_and_is_deactivated() {
    let scene = Scene::new().await;
    scene.control("api-keys", json!({ "signed": true })).await;
    let (signer, session) = scene.signed_in().await;
    assert_eq!(
        session.create(&order("Server Key 3"), UserAction::Unsigned).await.err(),
        Some(Failure::SignatureRequired)
    );
    let action = session.sign(&order("Server Key 3")).await.expect("signed");
    let created = session.create(&order("Server Key 3"), action).await;
    assert!(matches!(created, Ok(Created::WithSecrets(..))), "{created:?}");
    session.deactivate_credential(&signer.id).await.expect("deactivated");
    assert!(scene.sign_in(&signer).await.is_err(), "it signs in no more");
    session.sign_out().await.expect("ended");
    assert_eq!(session.list(CredentialKind::ApiKey).await.err(), Some(Failure::SignInAgain));
}

#[tokio::test]
async fn a_signature_is_good_for_the_one_request_that_it_was_made_for() {
    let scene = Scene::new().await;
    scene.control("api-keys", json!({ "signed": true })).await;
    let (_, session) = scene.signed_in().await;
    let action = session.sign(&order("Another")).await.expect("signed");
    let refused = session.create(&order("Server Key 3"), action).await.err();
    assert!(matches!(refused, Some(Failure::Credential(_))), "{refused:?}");
    assert!(session.list(CredentialKind::ApiKey).await.expect("a list").iter().all(|key| key.name != "Server Key 3"));
}

#[tokio::test]
async fn what_an_organization_offers_is_found_by_reading_each_kind() {
    let scene = Scene::new().await;
    let (_, session) = scene.signed_in().await;
    let offers = |offers: keybearer_core::account::Offers| offers.0.map(|(_, offer)| offer);
    assert_eq!(session.offers(None).await.map(offers), Ok([Offer::Listed; 3]));
    scene.control("api-keys", json!({ "offered": false })).await;
    let found = session.offers(None).await.expect("found out").0;
    assert!(found.contains(&(CredentialKind::ApiKey, Offer::NotThere)), "{found:?}");
    let issuer = Arc::new(SignInToken::parse(&scene.sandbox.sign_in_token(Persona::Issuer)).expect("a token"));
    let session = OverHttp.connect(&base(&scene.url), issuer, None).expect("a client");
    let found = session.offers(None).await.expect("found out").0;
    assert!(found.contains(&(CredentialKind::ServiceAccount, Offer::NoPermission)), "{found:?}");
    assert_eq!(session.sign(&order("Server Key 3")).await.err(), Some(Failure::SignatureRequired));
}

/// What a person is told, with what differs from run to run left out.
fn told(scene: &Scene, failure: Failure) -> String {
    let organization = scene.sandbox.organization();
    failure.in_full().to_string().replace(&organization, "cu-…")
}

#[tokio::test]
async fn what_a_person_reads_where_a_code_or_a_credential_is_not_taken() {
    let mut texts = String::new();
    let mut tell = |when: &str, text: String| {
        assert!(!text.is_empty());
        writeln!(texts, "{when}\n    {text}").expect("a text grows");
    };
    let scene = Scene::new().await;
    let enrolled = scene.enrol("ABCD-1234").await.err().expect("nobody has such a code");
    tell("a code that nobody has", told(&scene, enrolled));
    let code = scene.sandbox.enrolment_code(Persona::Admin);
    let signer = scene.enrol(&code).await.expect("enrolled");
    let again = scene.enrol(&code).await.err().expect("a code works once");
    tell("a code that was used", told(&scene, again));

    let other = Arc::new(Signs { id: signer.id.clone(), key: PrivateKey::generate(NewKeyType::P256).expect("a key") });
    let refused = scene.sign_in(&other).await.err().expect("another's signature");
    tell("the private key of another credential", told(&scene, refused));
    let dfns = scene.authentication();
    let nobody = dfns.begin_sign_in("nobody@example.org", &scene.sandbox.organization()).await.err();
    tell("a user who is not there", told(&scene, nobody.expect("there is no such user")));

    scene.control("sso", json!({ "persona": "admin" })).await;
    let sso = scene.sign_in(&signer).await.err().expect("must come in otherwise");
    tell("a user who must come in by single sign-on", told(&scene, sso));

    let scene = Scene::new().await;
    let (signer, session) = scene.signed_in().await;
    scene.control("deactivate-credential", json!({ "credentialId": signer.id })).await;
    let refused = session.sign(&order("Server Key 3")).await.expect_err("it is deactivated");
    tell("a request signed with a deactivated credential", told(&scene, refused).replace(&signer.id, "…"));
    scene.control("key-credentials", json!({ "offered": false })).await;
    let code = scene.sandbox.enrolment_code(Persona::Admin);
    tell("an organization without key credentials", told(&scene, scene.enrol(&code).await.err().expect("refused")));
    let refused = scene.sign_in(&signer).await.err().expect("no longer taken");
    tell("signing in there", told(&scene, refused));
    ensure_as_in("api/signing.txt", &texts);
}

/// Of a curve that Dfns does not take; made for this test.
const P384: &str = "-----BEGIN PRIVATE KEY-----\n\
    MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAIdDtyThBF3RM7Z0nT\n\
    Nj0ilpR05KT9RbBqMZ8EwpnmQviFsY41q/s4WnQLfBMXHTGhZANiAAQUnt66aM7u\n\
    DbJ2wNcnDxxwEUeJDVTYX1VQWUc8N8JCoNq2Swhc+7Gr04h/jyY36dbnw7r/b+nM\n\
    nI3p8c6LvBCGlPHTeLrxpvAOIb8va3QfOiWP/BCKfArZAGVYFRd8vXY=\n\
    -----END PRIVATE KEY-----\n";

#[test]
fn what_a_person_reads_where_something_is_no_private_key() {
    let public = PrivateKey::from_pem(PEM).expect("a key").public_key_pem();
    let block = |label: &str| format!("-----BEGIN {label}-----\nMIIBAAAA\n-----END {label}-----\n");
    let openssl = block("RSA PRIVATE KEY").replace("MII", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMII");
    let mut texts = String::new();
    for (what, text) in [
        ("nothing", String::new()),
        ("something else", "eyJhbGciOiJFZERTQSJ9.e30.c2ln".to_owned()),
        ("one with a passphrase", block("ENCRYPTED PRIVATE KEY")),
        ("one with a passphrase, in OpenSSL's old form", openssl),
        ("one of OpenSSH", block("OPENSSH PRIVATE KEY")),
        ("a public key", public),
        ("a certificate", block("CERTIFICATE")),
        ("a certificate request", block("CERTIFICATE REQUEST")),
        ("one of another curve", P384.to_owned()),
        ("one that is damaged", block("PRIVATE KEY")),
        ("one that was cut off", PEM[..60].to_owned()),
        ("two of them", format!("{PEM}{PEM}")),
    ] {
        let failure = PrivateKey::from_pem(&text).map(drop).map_err(Failure::PrivateKey).expect_err(what);
        writeln!(texts, "{what}\n    {}", failure.in_full()).expect("a text grows");
    }
    ensure_as_in("api/private_keys.txt", &texts);
}

/// Whether OpenSSL takes this for the signature of this text with SHA-256.
fn openssl_takes(public: &str, text: &[u8], signature: &[u8]) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let [key, signed, of] = ["key", "text", "signature"].map(|name| folder.path().join(name));
    for (path, bytes) in [(&key, public.as_bytes()), (&signed, text), (&of, signature)] {
        std::fs::write(path, bytes).expect("written");
    }
    let mut openssl = std::process::Command::new("openssl");
    openssl.args(["dgst", "-sha256", "-verify"]).arg(key).arg("-signature").arg(of).arg(signed);
    openssl.output().expect("openssl, which ca-certificates brings").status.success()
}

/// Keys of Dfns' own tests, on P-256 and secp256k1.
const CURVES: [&str; 2] = [
    "-----BEGIN PRIVATE KEY-----\n\
     MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgK2hP8IhDHfPcXHFq\n\
     ChN8bQylecykxYr53atkjj+ntW6hRANCAATSLIL8gx6ivZkmrUEKQCLzi5jkKbyX\n\
     0Xs7kKxrRmZDhVZxlINkHiQz80fDOxqWfF7QUoOGK28yaB+sr80qqXO5\n\
     -----END PRIVATE KEY-----\n",
    "-----BEGIN EC PRIVATE KEY-----\n\
     MHQCAQEEIJzpTvcstUwt3/B0QsA1iDk+4xtMT9glN3jOq6j4TlexoAcGBSuBBAAK\n\
     oUQDQgAEmjh8cJvTfJklYIjWCVttz4T/1NnegnUPDdy5Pu1+lLJ/U6xqI1VWv6A1\n\
     qWu7iaHPnIX5fYVvbChXzyWf0mTahw==\n\
     -----END EC PRIVATE KEY-----\n",
];

#[test]
fn openssl_takes_our_signatures_and_none_of_another_text() {
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    for pem in CURVES {
        let key = PrivateKey::from_pem(pem).expect("a key");
        let signed = key.assertion(CHALLENGE).expect("signed");
        let (text, signature) = (decoded(&signed.client_data), decoded(&signed.signature));
        assert!(openssl_takes(&key.public_key_pem(), &text, &signature));
        assert!(!openssl_takes(&key.public_key_pem(), b"another text", &signature));
    }
    // The registration of a key of our own: what is signed has the hash of the challenge and the key.
    let key = PrivateKey::generate(NewKeyType::P256).expect("a key");
    let registration = key.registration("register me").expect("signed");
    let told: Value = serde_json::from_slice(&decoded(&registration.attestation_data)).expect("JSON");
    let hash = ring::digest::digest(&ring::digest::SHA256, &decoded(&registration.client_data));
    let hash: String = hash.as_ref().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let text = format!(r#"{{"clientDataHash":"{hash}","publicKey":{}}}"#, told["publicKey"]);
    let hex = told["signature"].as_str().expect("a text");
    let signature: Vec<u8> =
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect();
    assert!(openssl_takes(told["publicKey"].as_str().expect("a PEM"), text.as_bytes(), &signature));
}
