//! Having a request signed: a challenge for it, the user action that comes of its signature, and the use of that.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Effect, Reply,
    assertion::{Answered, Unproven},
    body::parse,
    challenges::{Purpose, UserAction},
    credentials::{Kind, RELYING_PARTY},
    state::State,
};
use crate::{
    api::Refusal,
    directory::{Caller, Directory},
    http::Asked,
};

/// What stands in for a signature in the request that was signed.
const HEADER: &str = "x-dfns-useraction";

pub(crate) const REQUIRED: &str = "A user action signature is required for this request.";
/// Word for word what Dfns says.
pub(super) const NO_CREDENTIAL: &str = "User does not have a credential that can be used for the application.";
pub(super) const WRONG_SIGNATURE: &str = "The signature of the challenge is wrong.";

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Init {
    user_action_payload: String,
    user_action_http_method: String,
    user_action_http_path: String,
    #[serde(default)]
    user_action_server_kind: ServerKind,
}

#[derive(Default, Deserialize)]
enum ServerKind {
    #[default]
    Api,
}

pub(super) fn init(asked: &Asked, caller: Caller, directory: &Directory) -> Result<Effect, Refusal> {
    let Init {
        user_action_payload: payload,
        user_action_http_method: method,
        user_action_http_path: path,
        user_action_server_kind: ServerKind::Api,
    } = parse(&asked.body)?;
    if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method.as_str()) {
        return Err(Refusal::bad_request("userActionHttpMethod: must be a method, in capitals."));
    }
    if !path.starts_with('/') || path.contains(['?', '#']) {
        return Err(Refusal::bad_request("userActionHttpPath: must be a path, without host and query."));
    }
    if !directory.iam.can_sign(&caller) {
        return Err(Refusal::full(hyper::StatusCode::UNAUTHORIZED, NO_CREDENTIAL));
    }
    let action = UserAction { caller: caller.clone(), method, path, payload: payload.into_bytes() };
    Ok(Box::new(move |directory| challenge(directory, &caller, Purpose::UserAction(action))))
}

pub(super) fn complete(asked: &Asked, caller: Caller, directory: &mut Directory) -> Result<Effect, Refusal> {
    let Answered { challenge_identifier, first_factor } = parse(&asked.body)?;
    let challenge = directory.iam.challenges.take(&challenge_identifier, directory.clock.now())?;
    let action = match challenge.purpose {
        Purpose::UserAction(action) if action.caller == caller => action,
        _ => return Err(Refusal::bad_request("challengeIdentifier: is of no user action of this caller.")),
    };
    let takes_keys = directory.iam.takes_keys_of(&caller);
    let proven = first_factor.prove(&caller, &challenge.text, &directory.iam.credentials, takes_keys);
    proven.map_err(|unproven| match unproven {
        Unproven::Malformed(refusal) => refusal,
        Unproven::NoSuchCredential => Refusal::full(hyper::StatusCode::UNAUTHORIZED, NO_CREDENTIAL),
        Unproven::WrongSignature => Refusal::forbidden(WRONG_SIGNATURE),
    })?;
    Ok(Box::new(move |directory| {
        let now = directory.clock.now();
        let header = directory.iam.challenges.sign(action, &mut directory.draw, now);
        Reply::ok(json!({ "userAction": header }))
    }))
}

/// Whether a user action comes with a request, be it good or not.
pub(crate) fn is_signed(asked: &Asked) -> bool {
    asked.header(HEADER).is_some()
}

/// Uses up the user action that comes with a request.
pub(crate) fn spend(asked: &Asked, caller: &Caller, directory: &mut Directory) -> Result<(), Refusal> {
    let header = asked.header(HEADER).ok_or_else(|| Refusal::forbidden(REQUIRED))?;
    let request = UserAction {
        caller: caller.clone(),
        method: asked.method.to_string(),
        path: asked.path.clone(),
        payload: asked.body.to_vec(),
    };
    directory.iam.challenges.spend(header, &request, directory.clock.now())
}

/// Opens a challenge that `owner` is to sign.
pub(super) fn challenge(directory: &mut Directory, owner: &Caller, purpose: Purpose) -> Reply {
    let now = directory.clock.now();
    let (identifier, text) = directory.iam.challenges.open(purpose, &mut directory.draw, now);
    let kinds = ["Key", "Fido2"].map(|kind| json!({ "kind": kind, "factor": "either", "requiresSecondFactor": false }));
    Reply::ok(json!({
        "challenge": text,
        "challengeIdentifier": identifier,
        "rp": { "id": RELYING_PARTY, "name": "Keybearer sandbox" },
        "supportedCredentialKinds": kinds,
        "allowCredentials": directory.iam.allowed(owner),
        "userVerification": "required",
        "attestation": "direct",
        "externalAuthenticationUrl": "",
    }))
}

impl State {
    /// Whether there is any credential that `owner` could sign with.
    pub(super) fn can_sign(&self, owner: &Caller) -> bool {
        let takes_keys = self.takes_keys_of(owner);
        self.credentials.of(owner).any(|it| it.is_active && (takes_keys || it.kind == Kind::Fido2))
    }

    /// What an organization does not take of its users, its tokens have all the same.
    fn takes_keys_of(&self, owner: &Caller) -> bool {
        self.settings.takes_keys || !matches!(owner, Caller::User(_))
    }

    fn allowed(&self, owner: &Caller) -> Value {
        let of = |kind| -> Vec<Value> {
            let meant = self.credentials.of(owner).filter(|it| it.is_active && it.kind == kind);
            meant.map(|credential| json!({ "type": "public-key", "id": credential.id })).collect()
        };
        let mut allowed = json!({ "webauthn": of(Kind::Fido2) });
        if self.takes_keys_of(owner) {
            allowed["key"] = of(Kind::Key).into();
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Persona, Sandbox,
        client::{Client, Reply, sandbox},
        iam::{
            challenges::USER_ACTION_LASTS,
            person::{Person, factor, pem, told},
        },
    };

    const PATH: &str = "/auth/service-accounts";

    fn wish(name: &str) -> String {
        json!({ "name": name, "publicKey": pem() }).to_string()
    }

    fn refusal(reply: &Reply) -> (u16, String) {
        (reply.status, reply.json()["error"]["message"].as_str().unwrap_or_default().to_owned())
    }

    async fn admin() -> (Sandbox, Person) {
        let sandbox = sandbox().await;
        let person = Person::sign_in(&sandbox, Persona::Admin).await;
        (sandbox, person)
    }

    #[tokio::test]
    async fn a_user_action_is_good_once() {
        let (_sandbox, admin) = admin().await;
        let body = wish("Bot é \"1\"");
        let action = admin.user_action("POST", PATH, &body).await;
        assert_eq!(admin.send("POST", PATH, &body, &action).await.status, 200);
        let again = refusal(&admin.send("POST", PATH, &body, &action).await);
        assert_eq!(again, (400, "user action has already been used".to_owned()));
    }

    #[tokio::test]
    async fn a_user_action_is_for_its_method_path_body_and_caller_alone() {
        let (sandbox, admin) = admin().await;
        let body = wish("Bot");
        for (method, path, payload) in [
            ("PUT", PATH, body.clone()),
            ("POST", "/auth/service-accounts/", body.clone()),
            ("POST", PATH, format!("{body} ")),
            ("POST", PATH, String::new()),
        ] {
            let action = admin.user_action(method, path, &payload).await;
            let reply = admin.send("POST", PATH, &body, &action).await;
            assert_eq!(refusal(&reply), (403, "The user action was signed for another request.".to_owned()));
        }
        let issuer = Person::sign_in(&sandbox, Persona::Issuer).await;
        let action = issuer.user_action("POST", PATH, &body).await;
        assert_eq!(admin.send("POST", PATH, &body, &action).await.status, 403);
        assert_eq!(refusal(&admin.client.post(PATH, &body).await), (403, REQUIRED.to_owned()));
        assert_eq!(admin.send("POST", PATH, &body, "unknown").await.status, 403);
        let action = admin.user_action("POST", PATH, &body).await;
        sandbox.site.directory().clock.put_forward(USER_ACTION_LASTS);
        assert_eq!(admin.send("POST", PATH, &body, &action).await.status, 403);
    }

    #[tokio::test]
    async fn every_call_that_changes_something_wants_a_user_action() {
        let (_sandbox, admin) = admin().await;
        let changes = [
            ("POST", &["/auth/service-accounts", "/auth/pats", "/permissions/pm-1/assignments"][..]),
            ("PUT", &["/auth/credentials/activate", "/auth/credentials/deactivate"]),
            ("PUT", &["/auth/service-accounts/us-1", "/auth/service-accounts/us-1/activate"]),
            ("PUT", &["/auth/service-accounts/us-1/deactivate", "/auth/pats/to-1"]),
            ("PUT", &["/auth/pats/to-1/activate", "/auth/pats/to-1/deactivate"]),
            ("DELETE", &["/auth/service-accounts/us-1", "/auth/pats/to-1", "/permissions/pm-1/assignments/as-1"]),
        ];
        for (method, paths) in changes {
            for path in paths {
                let reply = Reply::parse(&admin.client.exchange(method, path, "{}").await);
                assert_eq!(refusal(&reply), (403, REQUIRED.to_owned()), "{method} {path}");
            }
        }
    }

    #[tokio::test]
    async fn a_wrong_signature_gives_no_user_action() {
        let (_sandbox, admin) = admin().await;
        let init = json!({
            "userActionPayload": "",
            "userActionHttpMethod": "POST",
            "userActionHttpPath": PATH,
            "userActionServerKind": "Api",
        });
        let challenge = admin.client.post("/auth/action/init", &init.to_string()).await.json();
        let client_data = json!({ "type": "key.get", "challenge": challenge["challenge"] }).to_string();
        let wrong = factor(&admin.credential, &client_data, &[1; 64]);
        let body = json!({ "challengeIdentifier": challenge["challengeIdentifier"], "firstFactor": wrong });
        let reply = admin.client.post("/auth/action", &body.to_string()).await;
        assert_eq!(refusal(&reply), (403, WRONG_SIGNATURE.to_owned()));
    }

    #[tokio::test]
    async fn what_cannot_be_signed_for_is_refused() {
        let (_sandbox, admin) = admin().await;
        for (field, value, word) in [
            ("userActionHttpMethod", "post", "capitals"),
            ("userActionHttpPath", "/permissions?limit=1", "query"),
            ("userActionHttpPath", "https://api.dfns.io/permissions", "path"),
            ("userActionServerKind", "Other", "Other"),
            ("extra", "1", "extra"),
        ] {
            let mut init = json!({ "userActionPayload": "", "userActionHttpMethod": "POST", "userActionHttpPath": "/permissions" });
            init[field] = value.into();
            let (status, message) = refusal(&admin.client.post("/auth/action/init", &init.to_string()).await);
            assert!(status == 400 && message.contains(word), "{status} {message}");
        }
    }

    #[tokio::test]
    async fn a_call_without_a_body_is_signed_as_nothing_or_as_an_empty_object() {
        let (_sandbox, admin) = admin().await;
        let made = admin.signed("POST", PATH, &wish("Bot")).await.json();
        let path = format!("{PATH}/{}", made["userInfo"]["userId"].as_str().expect("an id"));
        assert_eq!(admin.signed("PUT", &format!("{path}/deactivate"), "{}").await.status, 200);
        assert_eq!(admin.signed("PUT", &format!("{path}/activate"), "").await.status, 200);
        assert_eq!(admin.signed("DELETE", &format!("{path}?force=true"), "{}").await.status, 200);
    }

    #[tokio::test]
    async fn api_keys_want_a_user_action_where_the_organization_does() {
        const BODY: &str = r#"{"name":"Server","scopes":{}}"#;
        let (sandbox, admin) = admin().await;
        told(&sandbox, "api-keys", json!({ "signed": true })).await;
        assert_eq!(refusal(&admin.client.post("/api-keys/", BODY).await), (401, REQUIRED.to_owned()));
        let action = admin.user_action("POST", "/api-keys/", BODY).await;
        let made = admin.send("POST", "/api-keys/", BODY, &action).await;
        assert_eq!(made.status, 200);
        assert_eq!(admin.send("POST", "/api-keys/", BODY, &action).await.status, 400);
        assert_eq!(admin.send("POST", "/api-keys/", BODY, "unknown").await.status, 403);
        let path = format!("/api-keys/{}", made.json()["id"].as_str().expect("an id"));
        assert_eq!(admin.client.delete(&path).await.status, 401);
        assert_eq!(admin.signed("DELETE", &path, "").await.status, 200);
        assert_eq!(admin.client.get("/api-keys/").await.status, 200);
        told(&sandbox, "api-keys", json!({ "offered": false })).await;
        let reply = admin.client.get("/api-keys/").await;
        assert_eq!((reply.status, &reply.json()["error"]["status"]), (404, &404.into()));
        told(&sandbox, "api-keys", json!({ "offered": true, "signed": false })).await;
        assert_eq!(Client::admin(&sandbox).post("/api-keys/", BODY).await.status, 200);
    }
}
