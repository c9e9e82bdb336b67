//! Signing in and out.

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::{
    Effect, Reply,
    assertion::{Answered, Unproven},
    body::{given, parse, parse_optional},
    challenges::Purpose,
    user_action::{NO_CREDENTIAL, challenge},
};
use crate::{
    api::Refusal,
    directory::{Caller, Directory},
    http::Asked,
    persona::Persona,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct LoginInit {
    username: String,
    org_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Logout {
    #[serde(default, deserialize_with = "given")]
    all_sessions: Option<bool>,
}

pub(super) fn login_init(asked: &Asked, directory: &Directory) -> Result<Effect, Refusal> {
    let LoginInit { username, org_id } = parse(&asked.body)?;
    let persona = Persona::ALL.into_iter().find(|persona| directory.username(*persona) == username);
    let persona = persona.filter(|_| org_id == directory.organization);
    let persona = persona.ok_or_else(|| unauthorized("There is no such user in this organization."))?;
    if !directory.iam.can_sign(&Caller::User(persona)) {
        return Err(unauthorized(NO_CREDENTIAL));
    }
    Ok(Box::new(move |directory| challenge(directory, &Caller::User(persona), Purpose::Login(persona))))
}

pub(super) fn login(asked: &Asked, directory: &mut Directory) -> Result<Effect, Refusal> {
    let Answered { challenge_identifier, first_factor } = parse(&asked.body)?;
    let challenge = directory.iam.challenges.take(&challenge_identifier, directory.clock.now())?;
    let Purpose::Login(persona) = challenge.purpose else {
        return Err(Refusal::bad_request("challengeIdentifier: is of no login."));
    };
    let (credentials, settings) = (&directory.iam.credentials, &directory.iam.settings);
    let proven = first_factor.prove(&Caller::User(persona), &challenge.text, credentials, settings.takes_keys);
    proven.map_err(|unproven| match unproven {
        Unproven::Malformed(refusal) => refusal,
        Unproven::NoSuchCredential => unauthorized(NO_CREDENTIAL),
        Unproven::WrongSignature => unauthorized(super::user_action::WRONG_SIGNATURE),
    })?;
    Ok(Box::new(move |directory| {
        if directory.iam.settings.sso.contains(&persona) {
            return Reply::ok(json!({ "ssoClientId": "sandbox" }));
        }
        let token = directory.sign_in(persona);
        Reply::ok(json!({ "token": token.as_str() }))
    }))
}

pub(super) fn logout(asked: &Asked, persona: Persona) -> Result<Effect, Refusal> {
    let Logout { all_sessions } = parse_optional(&asked.body)?;
    let token = zeroize::Zeroizing::new(asked.token().unwrap_or_default().to_owned());
    Ok(Box::new(move |directory| {
        if all_sessions == Some(true) {
            directory.sign_out(persona);
        } else {
            directory.forget(&token);
        }
        Reply::ok(json!({ "message": "success" }))
    }))
}

fn unauthorized(message: &str) -> Refusal {
    Refusal::full(StatusCode::UNAUTHORIZED, message)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use time::Duration;

    use super::*;
    use crate::{
        Sandbox,
        client::{Client, sandbox},
        iam::{
            challenges::CHALLENGE_LASTS,
            person::{Person, answered, factor, login_init, pem, sign, told},
        },
    };

    async fn login(sandbox: &Sandbox, body: &str) -> crate::client::Reply {
        Client::anonymous(sandbox).post("/auth/login", body).await
    }

    fn message(reply: &crate::client::Reply) -> String {
        reply.json()["error"]["message"].as_str().expect("a message").to_owned()
    }

    #[tokio::test]
    async fn a_user_signs_in_with_a_key_and_the_token_says_who_and_until_when() {
        let sandbox = sandbox().await;
        let person = Person::sign_in(&sandbox, Persona::Auditor).await;
        let claims = person.token.split('.').nth(1).expect("claims");
        let claims = crate::iam::body::base64url("claims", claims).map_err(|it| it.message().to_owned());
        let claims: Value = serde_json::from_slice(&claims.expect("base64url")).expect("JSON");
        assert_eq!(claims["https://custom/username"], sandbox.username(Persona::Auditor));
        assert_eq!(claims["https://custom/app_metadata"]["orgId"], sandbox.organization());
        assert_eq!(claims["https://custom/app_metadata"]["tokenKind"], "Token");
        assert!(claims["exp"].as_i64() > claims["iat"].as_i64());
        assert_eq!(person.client.get("/auth/service-accounts").await.status, 200);
    }

    #[tokio::test]
    async fn a_challenge_tells_which_credentials_may_sign_it() {
        let sandbox = sandbox().await;
        let person = Person::sign_in(&sandbox, Persona::Admin).await;
        let challenge = login_init(&sandbox, Persona::Admin).await.json();
        let allowed = &challenge["allowCredentials"];
        assert_eq!(allowed["key"], json!([{ "type": "public-key", "id": person.credential }]));
        assert_eq!(allowed["webauthn"].as_array().map(Vec::len), Some(1));
        told(&sandbox, "deactivate-credential", json!({ "credentialId": person.credential })).await;
        let challenge = login_init(&sandbox, Persona::Admin).await.json();
        assert_eq!(challenge["allowCredentials"]["key"], json!([]));
        let reply = login(&sandbox, &answered(&person.credential, &challenge)).await;
        assert_eq!((reply.status, message(&reply).as_str()), (401, NO_CREDENTIAL));
    }

    #[tokio::test]
    async fn a_wrong_signature_signs_nobody_in_and_uses_the_challenge_up() {
        let sandbox = sandbox().await;
        let person = Person::sign_in(&sandbox, Persona::Admin).await;
        let challenge = login_init(&sandbox, Persona::Admin).await.json();
        let client_data = json!({ "type": "key.get", "challenge": challenge["challenge"] }).to_string();
        let wrong = factor(&person.credential, &client_data, &[1; 64]);
        let wrong = json!({ "challengeIdentifier": challenge["challengeIdentifier"], "firstFactor": wrong });
        let reply = login(&sandbox, &wrong.to_string()).await;
        assert_eq!((reply.status, message(&reply).as_str()), (401, super::super::user_action::WRONG_SIGNATURE));
        assert_eq!(reply.json()["error"]["status"], 401);
        assert!(reply.json()["error"]["id"].is_string() && reply.json()["error"]["details"].is_object());
        assert_eq!(login(&sandbox, &answered(&person.credential, &challenge)).await.status, 400);
    }

    #[tokio::test]
    async fn a_challenge_is_good_once_and_for_a_while_and_for_its_own_use() {
        let sandbox = sandbox().await;
        let person = Person::sign_in(&sandbox, Persona::Admin).await;
        let challenge = login_init(&sandbox, Persona::Admin).await.json();
        let body = answered(&person.credential, &challenge);
        assert_eq!(login(&sandbox, &body).await.status, 200);
        assert_eq!(login(&sandbox, &body).await.status, 400);
        let challenge = login_init(&sandbox, Persona::Admin).await.json();
        let body = answered(&person.credential, &challenge);
        assert_eq!(person.client.post("/auth/action", &body).await.status, 400);
        let challenge = login_init(&sandbox, Persona::Admin).await.json();
        sandbox.site.directory().clock.put_forward(CHALLENGE_LASTS);
        assert_eq!(login(&sandbox, &answered(&person.credential, &challenge)).await.status, 400);
    }

    #[tokio::test]
    async fn a_session_ends_when_its_time_is_over() {
        let sandbox = sandbox().await;
        told(&sandbox, "session-life", json!({ "seconds": 60 })).await;
        let person = Person::sign_in(&sandbox, Persona::Admin).await;
        sandbox.site.directory().clock.put_forward(Duration::seconds(58));
        assert_eq!(person.client.get("/permissions").await.status, 200);
        sandbox.site.directory().clock.put_forward(Duration::seconds(2));
        assert_eq!(person.client.get("/permissions").await.status, 401);
    }

    #[tokio::test]
    async fn signing_out_ends_one_session_or_all() {
        let sandbox = sandbox().await;
        let one = Person::sign_in(&sandbox, Persona::Admin).await;
        let other = Person::sign_in(&sandbox, Persona::Admin).await;
        assert_eq!(one.client.put("/auth/logout", "").await.status, 200);
        assert_eq!(one.client.get("/permissions").await.status, 401);
        assert_eq!(other.client.get("/permissions").await.status, 200);
        let third = Person::sign_in(&sandbox, Persona::Admin).await;
        assert_eq!(other.client.put("/auth/logout", r#"{"allSessions":true}"#).await.status, 200);
        assert_eq!(third.client.get("/permissions").await.status, 401);
    }

    #[tokio::test]
    async fn nobody_of_another_name_or_organization_is_known() {
        let sandbox = sandbox().await;
        let (name, organization) = (sandbox.username(Persona::Admin), sandbox.organization());
        for (body, status) in [
            (json!({ "username": "nobody", "orgId": organization }), 401),
            (json!({ "username": name, "orgId": "or-30tnh-itmjs-s235s5ontr3r23h2" }), 401),
            (json!({ "username": name }), 400),
            (json!({ "username": name, "orgId": organization, "extra": 1 }), 400),
            (json!({ "username": name, "orgId": organization }), 200),
        ] {
            let reply = Client::anonymous(&sandbox).post("/auth/login/init", &body.to_string()).await;
            assert_eq!(reply.status, status, "{body}");
        }
    }

    #[tokio::test]
    async fn a_user_of_sso_and_an_organization_without_keys_are_told_apart() {
        let sandbox = sandbox().await;
        let person = Person::sign_in(&sandbox, Persona::Issuer).await;
        told(&sandbox, "sso", json!({ "persona": "issuer" })).await;
        let challenge = login_init(&sandbox, Persona::Issuer).await.json();
        let reply = login(&sandbox, &answered(&person.credential, &challenge)).await;
        assert_eq!((reply.status, reply.json()), (200, json!({ "ssoClientId": "sandbox" })));
        told(&sandbox, "key-credentials", json!({ "offered": false })).await;
        let challenge = login_init(&sandbox, Persona::Admin).await.json();
        assert!(challenge["allowCredentials"].get("key").is_none());
        told(&sandbox, "credential", json!({ "persona": "admin", "publicKey": pem() })).await;
        let factor = sign(&person.credential, &challenge);
        let body = json!({ "challengeIdentifier": challenge["challengeIdentifier"], "firstFactor": factor });
        assert_eq!(login(&sandbox, &body.to_string()).await.status, 401);
    }

    #[tokio::test]
    async fn a_request_that_does_not_say_what_sends_it_is_refused() {
        let sandbox = sandbox().await;
        let reply = Client::unnamed(&sandbox).get("/permissions").await;
        assert_eq!(reply.status, 400);
        assert!(message(&reply).contains("User-Agent"));
        assert_eq!(Client::unnamed(&sandbox).get("/api-keys/").await.status, 401);
    }
}
