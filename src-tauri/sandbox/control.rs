//! The routes under `/_sandbox/`, through which a test or a demo in another process tells the sandbox what to do and
//! asks what it was asked.
//!
//! | route | body | answer |
//! |---|---|---|
//! | `POST fault` | a [`FaultPlan`] | `{}` |
//! | `GET requests` | | every request but these, oldest first, without tokens |
//! | `GET keys` | | every key, without tokens, those included that cannot be seen yet |
//! | `POST keys` | `{"name", "author"?}` | a key that somebody else made, without a token |
//! | `POST sign-in` | `{"persona"}` | `{"token"}`, a new one |
//! | `POST revoke-token` | `{"persona"}` | `{}`; every token of that user is answered with 401 from then on |
//! | `POST enrolment-code` | `{"persona"}` | `{"code"}`, with which that user can enrol one credential within 60 seconds |
//! | `POST credential` | `{"persona", "publicKey"}` | `{"credentialId", "credentialUuid", "username", "orgId"}` of a new Key credential; the key is PEM |
//! | `POST deactivate-credential` | `{"credentialId"}` | `{}`; nobody signs with it from then on |
//! | `POST session-life` | `{"seconds"}` | `{}`; how long sessions last that begin from then on |
//! | `POST sso` | `{"persona"}` | `{}`; that user is answered `{"ssoClientId"}` in place of a token |
//! | `POST key-credentials` | `{"offered"}` | `{}`; whether the organization takes Key credentials |
//! | `POST api-keys` | `{"offered"?, "signed"?}` | `{}`; whether the API-key family is there, and wants user actions to create and revoke |
//! | `POST role-approval` | `{"needed"}` | `{}`; whether giving and taking a role waits for another admin |
//! | `POST resolve-role` | `{"changeRequestId", "approved"}` | `{}`; that admin decides |

use hyper::{
    Method, StatusCode,
    header::{HOST, HeaderValue},
    http::uri::Authority,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;
use time::Duration;

use super::{
    answer::{self, Answer},
    api::Refusal,
    fault::FaultPlan,
    http::{Asked, Site},
    persona::Persona,
};

/// What the paths of all these routes begin with.
pub(super) const PREFIX: &str = "/_sandbox/";

/// A web page of another origin cannot send this header without being allowed to, and is not.
const HEADER: (&str, &str) = ("x-keybearer-sandbox", "control");

/// Answers a control request; `route` is the path after [`PREFIX`].
pub(super) fn answer(site: &Site, route: &str, asked: &Asked) -> Answer {
    if asked.headers.get(HEADER.0).is_none_or(|value| value != HEADER.1) || !asked.is_for_loopback() {
        return answer::error(StatusCode::FORBIDDEN, "Control needs the header X-Keybearer-Sandbox: control.");
    }
    carry_out(site, route, asked).unwrap_or_else(|refusal| refusal.answer())
}

fn carry_out(site: &Site, route: &str, asked: &Asked) -> Result<Answer, Refusal> {
    let done = || answer::json(StatusCode::OK, &json!({}));
    Ok(match (&asked.method, route) {
        (&Method::POST, "fault") => {
            site.faults().plan(parse::<FaultPlan>(&asked.body)?);
            done()
        }
        (&Method::GET, "requests") => answer::json(StatusCode::OK, &site.record().as_deref()),
        (&Method::GET, "keys") => {
            let directory = site.directory();
            let keys: Vec<_> = directory.all().map(|key| directory.body(key)).collect();
            answer::json(StatusCode::OK, &keys)
        }
        (&Method::POST, "keys") => {
            let wanted: NewKey = parse(&asked.body)?;
            let mut directory = site.directory();
            let key = directory.create_elsewhere(&wanted.name, wanted.author.as_deref());
            answer::json(StatusCode::OK, &directory.body(&key))
        }
        (&Method::POST, "sign-in") => {
            let token = site.directory().sign_in(parse::<User>(&asked.body)?.persona);
            answer::json(StatusCode::OK, &json!({ "token": token.as_str() }))
        }
        (&Method::POST, "revoke-token") => {
            site.directory().sign_out(parse::<User>(&asked.body)?.persona);
            done()
        }
        (&Method::POST, _) => return set_up(site, route, &asked.body),
        _ => return Err(no_such_route(asked.method.as_str(), route)),
    })
}

/// What concerns credentials and the organization as it is today.
fn set_up(site: &Site, route: &str, body: &[u8]) -> Result<Answer, Refusal> {
    let mut directory = site.directory();
    let directory = &mut *directory;
    let mut answer = json!({});
    match route {
        "enrolment-code" => answer = json!({ "code": directory.enrolment_code(parse::<User>(body)?.persona) }),
        "credential" => {
            let NewCredential { persona, public_key } = parse(body)?;
            let (id, uuid) =
                directory.add_key(persona, &public_key).map_err(|why| Refusal::new(StatusCode::BAD_REQUEST, why))?;
            let (username, organization) = (directory.username(persona), &directory.organization);
            answer = json!({ "credentialId": id, "credentialUuid": uuid, "username": username, "orgId": organization });
        }
        "deactivate-credential" => {
            found(directory.iam.deactivate(&parse::<Credential>(body)?.credential_id), "credential")?;
        }
        "session-life" => {
            let Life { seconds } = parse(body)?;
            directory.iam.settings.session_life = Duration::seconds(seconds.into());
        }
        "sso" => directory.iam.settings.sso.push(parse::<User>(body)?.persona),
        "key-credentials" => directory.iam.settings.takes_keys = parse::<Offered>(body)?.offered,
        "api-keys" => {
            let ApiKeys { offered, signed } = parse(body)?;
            let settings = &mut directory.iam.settings;
            settings.offers_api_keys = offered.unwrap_or(settings.offers_api_keys);
            settings.signs_api_keys = signed.unwrap_or(settings.signs_api_keys);
        }
        "role-approval" => directory.iam.settings.approves_roles = parse::<Needed>(body)?.needed,
        "resolve-role" => {
            let Decision { change_request_id, approved } = parse(body)?;
            found(directory.iam.resolve(&change_request_id, approved), "change request")?;
        }
        _ => return Err(no_such_route("POST", route)),
    }
    Ok(answer::json(StatusCode::OK, &answer))
}

fn found(is_found: bool, what: &str) -> Result<(), Refusal> {
    if is_found { Ok(()) } else { Err(Refusal::new(StatusCode::NOT_FOUND, format_args!("There is no such {what}."))) }
}

fn no_such_route(method: &str, route: &str) -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, format_args!("No control {method} {route}"))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, error))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewKey {
    name: String,
    author: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct User {
    persona: Persona,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct NewCredential {
    persona: Persona,
    public_key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Credential {
    credential_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Life {
    seconds: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offered {
    offered: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApiKeys {
    offered: Option<bool>,
    signed: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Needed {
    needed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Decision {
    change_request_id: String,
    approved: bool,
}

impl Asked {
    /// Whether it was sent to loopback by name. A page whose host was made to point here (DNS rebinding) is of the same
    /// origin and may send any header, but not another host.
    fn is_for_loopback(&self) -> bool {
        let host = self.headers.get(HOST).map(HeaderValue::to_str).and_then(Result::ok);
        let Some(Ok(authority)) = host.map(str::parse::<Authority>) else {
            return false;
        };
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::{
        Persona, Sandbox,
        client::{Client, sandbox},
    };

    const CONTROL: &str = "X-Keybearer-Sandbox: control\r\n";

    fn control(sandbox: &Sandbox) -> Client {
        Client::anonymous(sandbox).with_header(CONTROL)
    }

    #[tokio::test]
    async fn without_control_there_are_no_such_routes() {
        let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), false).await.expect("a sandbox");
        assert_eq!(control(&sandbox).get("/_sandbox/keys").await.status, 404);
    }

    #[tokio::test]
    async fn a_web_page_cannot_drive_it() {
        let sandbox = sandbox().await;
        assert_eq!(Client::admin(&sandbox).get("/_sandbox/keys").await.status, 403);
        let rebound = control(&sandbox).for_host("pages.example");
        assert_eq!(rebound.get("/_sandbox/keys").await.status, 403);
        for host in ["localhost", "localhost:1", "127.0.0.1:80", "[::1]:80"] {
            assert_eq!(control(&sandbox).for_host(host).get("/_sandbox/keys").await.status, 200, "{host}");
        }
    }

    #[tokio::test]
    async fn requests_are_told_in_order_and_without_tokens() {
        let sandbox = sandbox().await;
        Client::new(&sandbox, "secret").post("/api-keys/", r#"{"name":"n"}"#).await;
        Client::anonymous(&sandbox).get("/api-keys/?page=1").await;
        let told = control(&sandbox).get("/_sandbox/requests").await.json();
        let expected = serde_json::json!([
            {"method": "POST", "path": "/api-keys/", "authorizationSha256Prefix": "2bb80d53", "body": r#"{"name":"n"}"#},
            {"method": "GET", "path": "/api-keys/", "authorizationSha256Prefix": null, "body": ""},
        ]);
        assert_eq!(told, expected);
    }

    #[tokio::test]
    async fn a_colleague_or_a_user_makes_a_key() {
        let sandbox = sandbox().await;
        let control = control(&sandbox);
        let made = control.post("/_sandbox/keys", r#"{"name":"Theirs"}"#).await.json();
        assert_eq!((&made["name"], &made["token"]), (&"Theirs".into(), &Value::Null));
        let named = control.post("/_sandbox/keys", r#"{"name":"Theirs","author":"ce-somebody"}"#).await.json();
        assert_eq!(named["authorId"], "ce-somebody");
        let by_admin = control.post("/_sandbox/keys", r#"{"name":"Theirs","author":"admin"}"#).await.json();
        let own = Client::admin(&sandbox).post("/api-keys/", r#"{"name":"Own","scopes":{}}"#).await.json();
        assert_eq!(by_admin["authorId"], own["authorId"]);
        assert_ne!(made["authorId"], own["authorId"]);
        let keys = control.get("/_sandbox/keys").await.json();
        assert_eq!(keys.as_array().map(Vec::len), Some(8));
        assert!(keys.as_array().is_some_and(|keys| keys.iter().all(|key| key["token"].is_null())));
    }

    #[tokio::test]
    async fn a_user_whose_token_was_revoked_can_sign_in_again() {
        let sandbox = sandbox().await;
        let admin = Client::new(&sandbox, &sandbox.sign_in_token(Persona::Admin));
        let control = control(&sandbox);
        assert_eq!(control.post("/_sandbox/revoke-token", r#"{"persona":"admin"}"#).await.status, 200);
        assert_eq!(admin.get("/api-keys/").await.status, 401);
        let told = control.post("/_sandbox/sign-in", r#"{"persona":"admin"}"#).await.json();
        let again = Client::new(&sandbox, told["token"].as_str().expect("a token"));
        assert_eq!(again.get("/api-keys/").await.status, 200);
    }

    #[tokio::test]
    async fn what_is_not_understood_is_refused_with_a_reason() {
        let sandbox = sandbox().await;
        let control = control(&sandbox);
        for (path, body) in [
            ("/_sandbox/fault", r#"{"on":"create","fault":{"kind":"unheardOf"}}"#),
            ("/_sandbox/fault", r#"{"on":"create","fault":{"kind":"drop","made":true,"maid":true}}"#),
            ("/_sandbox/keys", "{}"),
            ("/_sandbox/revoke-token", r#"{"persona":"nobody"}"#),
            ("/_sandbox/credential", r#"{"persona":"admin","publicKey":"none"}"#),
            ("/_sandbox/session-life", r#"{"seconds":-1}"#),
            ("/_sandbox/api-keys", r#"{"offered":true,"made":true}"#),
            ("/_sandbox/sso", "{}"),
        ] {
            let reply = control.post(path, body).await;
            assert_eq!(reply.status, 400, "{body}");
            assert!(reply.json()["error"]["message"].is_string());
        }
        assert_eq!(control.get("/_sandbox/unheard-of").await.status, 404);
        assert_eq!(control.post("/_sandbox/unheard-of", "{}").await.status, 404);
        for (path, body) in [
            ("/_sandbox/deactivate-credential", r#"{"credentialId":"cr-none"}"#),
            ("/_sandbox/resolve-role", r#"{"changeRequestId":"cr-none","approved":true}"#),
        ] {
            assert_eq!(control.post(path, body).await.status, 404, "{body}");
        }
    }
}
