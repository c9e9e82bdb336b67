//! The Dfns client, on the wire.

mod access_tokens;
mod access_tokens_answers;
mod acts;
mod bad_answers;
mod changes;
mod gateway;
mod kept_line;
mod proxies;
mod role_changes;
mod signing;
mod trying;

use std::{env, sync::Arc, time::Duration};

use keybearer::{dfns::Dfns, http::ClientOptions};
use keybearer_core::{
    address::BaseUrl,
    credential::{CredentialKind, SecretName, UserAction},
    failure::{CallContext, ConnectError, Failure, UnclearAnswer},
    key::{Created, KeyApi, KeyId, KeyName, KeyStatus},
    order::{Order, Terms},
    secret::SignInToken,
    words,
};
use keybearer_support::{
    proxy::Proxy,
    recorder::{Recorder, Reply},
};
use serde_json::json;

/// The documentation page's own sample answer; its token does not decode.
const SAMPLE: &str = include_str!("../../src-tauri/sandbox/sample.json");

const TOKEN: &str = "sign-in-token";

fn client(url: &str, token: &str) -> Dfns {
    try_client(url, token).expect("a client")
}

fn try_client(url: &str, token: &str) -> Result<Dfns, Failure> {
    let token = Arc::new(SignInToken::parse(token).expect("a token"));
    let base = BaseUrl::parse(url).expect("an address");
    Dfns::new(base, token, None, &ClientOptions { whole: Duration::from_millis(500), ..ClientOptions::default() })
}

async fn create(recorder: &Recorder, token: &str) -> Result<Created, Failure> {
    client(&recorder.url(), token).create(&order("Server Key 3"), UserAction::Unsigned).await
}

async fn answering(reply: Reply) -> Recorder {
    Recorder::start([reply]).await.expect("it starts")
}

fn order(name: &str) -> Order {
    Order::new(CredentialKind::ApiKey, KeyName::parse(name).expect("a name"), Terms::default()).expect("an order")
}

#[tokio::test]
async fn the_request_for_a_key_is_as_documented_byte_for_byte() {
    let recorder = answering(Reply::json(200, &json!({ "id": "api-1", "token": "t" }))).await;
    create(&recorder, "no-jwt-at-all").await.expect("a key");
    let requests = recorder.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert!(request.head.starts_with("POST /api-keys/ HTTP/1.1\r\n"), "{}", request.head);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("authorization"), Some("Bearer no-jwt-at-all"));
    assert_eq!(String::from_utf8_lossy(&request.body), r#"{"name":"Server Key 3","scopes":{}}"#);
    let mut names: Vec<String> = request
        .head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(':').map(|(name, _)| name.to_ascii_lowercase()))
        .collect();
    names.sort();
    let expected = ["accept", "authorization", "content-length", "content-type", "host", "user-agent"];
    assert_eq!(names, expected, "nothing else is told");
}

#[tokio::test]
async fn the_pages_own_sample_answer_is_taken_to_the_last_byte() {
    let sample: serde_json::Value = serde_json::from_str(SAMPLE).expect("JSON");
    let recorder = answering(Reply::json(200, &sample)).await;
    let Ok(Created::WithSecrets(key, secrets)) = create(&recorder, TOKEN).await else { panic!("a key with a token") };
    assert_eq!(key.id, KeyId("api-cat-freddie-a150fe2ce0".into()));
    assert_eq!(key.status, KeyStatus::Active);
    let token = secrets.get(SecretName::Token).expect("a token");
    assert!(token.equals(sample["token"].as_str().expect("a token")));
    assert_eq!(keybearer_core::jwt::read(token.open("it must not decode, as the page has it")), None);
}

#[tokio::test]
async fn listing_and_revoking_use_the_documented_paths() {
    let revoked = json!({ "id": "api-1", "status": "Revoked" });
    let recorder = Recorder::start([Reply::json(200, &json!({ "items": [] })), Reply::json(200, &revoked)])
        .await
        .expect("it starts");
    let dfns = client(&recorder.url(), TOKEN);
    assert!(dfns.list(CredentialKind::ApiKey).await.expect("a list").is_empty());
    dfns.revoke(CredentialKind::ApiKey, &KeyId("api-1".into())).await.expect("revoked");
    let lines: Vec<String> =
        recorder.requests().iter().filter_map(|request| request.head.lines().next().map(str::to_owned)).collect();
    assert_eq!(lines, ["GET /api-keys/ HTTP/1.1", "DELETE /api-keys/api-1 HTTP/1.1"]);
}

#[tokio::test]
async fn an_id_from_the_server_cannot_lead_to_another_path() {
    let recorder = answering(Reply::json(200, &json!({ "items": [] }))).await;
    let dfns = client(&recorder.url(), TOKEN);
    let long = "a".repeat(1000);
    for id in [
        "",
        ".",
        "..",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\u{0}",
        "\u{a0}",
        "\u{200b}",
        "../users?x#y",
        "a/b",
        "a\\b",
        "%2e%2e",
        "%2F",
        "a b",
        "a.b",
        "api-1;x",
        "äpi",
        long.as_str(),
    ] {
        let id = KeyId(id.into());
        assert_eq!(dfns.revoke(CredentialKind::ApiKey, &id).await.map(|_| ()), Err(Failure::KeyWithoutId), "{id:?}");
        assert_eq!(dfns.read(CredentialKind::ApiKey, &id).await.map(|_| ()), Err(Failure::KeyWithoutId), "{id:?}");
    }
    assert!(recorder.requests().is_empty());
    dfns.list(CredentialKind::ApiKey).await.expect("what is asked for comes through");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_token_goes_nowhere_else() {
    let elsewhere = answering(Reply::json(200, &json!({}))).await;
    for status in [301, 302, 303, 307, 308] {
        let redirect = format!(
            "HTTP/1.1 {status} Elsewhere\r\nLocation: {}/api-keys/\r\nContent-Length: 0\r\n\r\n",
            elsewhere.url()
        );
        let recorder = answering(Reply::Bytes(redirect.into_bytes())).await;
        let outcome = create(&recorder, TOKEN).await.map(|_| ());
        assert_eq!(outcome, Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Redirected)), "{status}");
        let listed = client(&recorder.url(), TOKEN).list(CredentialKind::ApiKey).await.map(|_| ());
        assert!(matches!(listed, Err(Failure::Redirected(_))), "{status}: {listed:?}");
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn a_doubtful_answer_is_told_as_such_and_never_asked_for_again() {
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"id\":\"api-1\",\"tok".to_vec();
    for (reply, unclear) in [
        (Reply::closing(), UnclearAnswer::Cut),
        (Reply::Bytes(cut), UnclearAnswer::Cut),
        (Reply::silence(), UnclearAnswer::TimedOut(Duration::from_millis(500))),
        (Reply::json(500, &json!({})), UnclearAnswer::Server(500)),
        (Reply::json(502, &json!({})), UnclearAnswer::Server(502)),
        (Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>".to_vec()), UnclearAnswer::Between(200)),
        (Reply::json(200, &json!({})), UnclearAnswer::NotUnderstood),
        (Reply::json(403, &json!({ "message": "Forbidden" })), UnclearAnswer::Between(403)),
        (Reply::Bytes(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()), UnclearAnswer::Between(204)),
        (Reply::Bytes(b"not HTTP at all\r\n\r\n".to_vec()), UnclearAnswer::Cut),
    ] {
        let recorder = answering(reply).await;
        assert_eq!(create(&recorder, TOKEN).await.map(|_| ()), Err(Failure::Unclear(CallContext::Create, unclear)));
        assert_eq!(recorder.requests().len(), 1, "asked once");
    }
}

#[tokio::test]
async fn a_host_that_cannot_be_reached_is_told_as_sure() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let gone = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let outcome = client(&gone, TOKEN).create(&order("a"), UserAction::Unsigned).await.map(|_| ());
    let Err(Failure::Unreachable { host, why }) = outcome else { panic!("{outcome:?}") };
    assert!(gone.ends_with(&host), "{host}");
    assert_eq!(why, ConnectError::Refused);
}

#[tokio::test]
async fn each_refusal_is_told_by_what_it_means() {
    let said = |message: &str| json!({ "error": { "message": message } });
    for (status, body, message) in [
        (400, said("name is too long"), words::err_refused_said("name is too long")),
        (401, said("expired"), words::err_sign_in_again()),
        (403, said("Missing ApiKeys:Create"), words::err_forbidden_named("ApiKeys:Create")),
        (409, said("busy"), words::err_conflict_said("busy")),
        (402, said("The plan is exhausted."), words::err_unexpected_said("The plan is exhausted", 402u16)),
    ] {
        let recorder = answering(Reply::json(status, &body)).await;
        let failure = create(&recorder, TOKEN).await.map(|_| ()).expect_err("a refusal");
        assert_eq!(failure.message(), message);
        assert!(!failure.is_doubtful() && failure.hint().is_some());
    }
}

#[tokio::test]
async fn a_pause_that_dfns_asks_for_is_told_in_seconds() {
    let body = r#"{"error":{"message":"Too many requests."}}"#;
    let head = format!("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: {}\r\n\r\n", body.len());
    let recorder = answering(Reply::Bytes(format!("{head}{body}").into_bytes())).await;
    let failure = create(&recorder, TOKEN).await.map(|_| ()).expect_err("a refusal");
    assert_eq!(failure.hint(), Some(words::err_paused_hint_seconds(7u64)));
}

#[tokio::test]
async fn an_answer_that_echoes_the_sign_in_token_is_told_without_it() {
    let body = json!({ "error": { "message": "bad header: Authorization: Bearer s3cret.t0ken" } });
    let recorder = answering(Reply::json(400, &body)).await;
    let failure = create(&recorder, "s3cret.t0ken").await.map(|_| ()).expect_err("a refusal");
    let told = format!("{} {failure:?}", failure.in_full());
    assert!(told.contains("Authorization") && !told.contains("s3cret"), "{told}");
}

/// The variables that tell of a proxy, as programs know them.
const PROXY_VARIABLES: [&str; 6] = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"];

/// Starts itself once more, with a proxy in the environment: that is read when a client is made.
#[tokio::test(flavor = "multi_thread")]
async fn loopback_goes_past_the_proxy_that_everything_else_goes_through() {
    if let Some(there) = env::var_os("KEYBEARER_TEST_THROUGH_PROXY") {
        let there = there.into_string().expect("an address");
        for url in [there.as_str(), &there.replace("127.0.0.1", "localhost")] {
            client(url, TOKEN).list(CredentialKind::ApiKey).await.expect("past the proxy");
        }
        let elsewhere = client("https://api.dfns.io", TOKEN).list(CredentialKind::ApiKey).await;
        assert!(
            matches!(elsewhere, Err(Failure::Unreachable { why: ConnectError::ProxyRefused(_), .. })),
            "{elsewhere:?}"
        );
        return;
    }
    let recorder = answering(Reply::json(200, &json!({ "items": [] }))).await;
    let proxy = Proxy::start(&[]).await.expect("it starts");
    let mut again = tokio::process::Command::new(env::current_exe().expect("it is running"));
    again.args(["--exact", "loopback_goes_past_the_proxy_that_everything_else_goes_through"]);
    again.env("KEYBEARER_TEST_THROUGH_PROXY", recorder.url()).env_remove("NO_PROXY").env_remove("no_proxy");
    for variable in PROXY_VARIABLES {
        again.env(variable, proxy.url());
    }
    let output = again.output().await.expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(recorder.requests().len(), 2);
    let lines: Vec<String> = proxy.heads().iter().filter_map(|head| head.lines().next().map(str::to_owned)).collect();
    assert_eq!(lines, ["CONNECT api.dfns.io:443 HTTP/1.1"]);
}

/// Starts itself once more, on a computer that trusts nobody: that is read when a client is made.
#[tokio::test(flavor = "multi_thread")]
async fn what_shows_no_certificate_is_reached_on_a_computer_that_trusts_nobody() {
    if let Some(there) = env::var_os("KEYBEARER_TEST_TRUSTING_NOBODY") {
        let there = there.into_string().expect("an address");
        client(&there, TOKEN).list(CredentialKind::ApiKey).await.expect("it needs no authority");
        let Err(failure) = try_client("https://api.dfns.io", TOKEN) else { panic!("it trusts nobody") };
        assert!(failure.to_string().contains("SSL_CERT_FILE, SSL_CERT_DIR"), "{failure}");
        return;
    }
    let recorder = answering(Reply::json(200, &json!({ "items": [] }))).await;
    let mut again = tokio::process::Command::new(env::current_exe().expect("it is running"));
    again.args(["--exact", "what_shows_no_certificate_is_reached_on_a_computer_that_trusts_nobody"]);
    again.env("KEYBEARER_TEST_TRUSTING_NOBODY", recorder.url());
    again.env("SSL_CERT_FILE", "/nowhere/there.pem").env("SSL_CERT_DIR", "/nowhere");
    let output = again.output().await.expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(recorder.requests().len(), 1);
}
