use std::net::Ipv4Addr;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;

async fn sandbox() -> Sandbox {
    Sandbox::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), true).await.expect("it starts")
}

/// Sends a request over a connection of its own, and gives the status and the body.
async fn send(sandbox: &Sandbox, line: &str, bearer: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(sandbox.address()).await.expect("it listens");
    let request = format!(
        "{line} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\nAuthorization: Bearer {bearer}\r\n\
         X-Keybearer-Sandbox: control\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, serde_json::from_str(body).unwrap_or_default())
}

const GOOD: &str = r#"{"name":"Server Key 3","scopes":{}}"#;

#[tokio::test]
async fn a_created_key_is_listed_without_its_token() {
    let sandbox = sandbox().await;
    let ada = sandbox.sign_in_token(Persona::Admin);
    let (status, key) = send(&sandbox, "POST /api-keys/", &ada, GOOD).await;
    assert_eq!((status, key["name"].as_str()), (200, Some("Server Key 3")));
    assert_eq!(key["token"].as_str().map(|token| token.split('.').count()), Some(3));
    let (_, list) = send(&sandbox, "GET /api-keys/", &ada, "").await;
    let listed = list["items"].as_array().expect("a list").iter().find(|listed| listed["id"] == key["id"]);
    assert!(listed.expect("it is listed").get("token").is_none());
}

#[tokio::test]
async fn each_user_may_do_what_its_permissions_say() {
    let sandbox = sandbox().await;
    for (persona, create, list) in
        [(Persona::Admin, 200, 200), (Persona::Issuer, 200, 403), (Persona::Auditor, 403, 200)]
    {
        let token = sandbox.sign_in_token(persona);
        assert_eq!(send(&sandbox, "POST /api-keys/", &token, GOOD).await.0, create, "{persona:?}");
        assert_eq!(send(&sandbox, "GET /api-keys/", &token, "").await.0, list, "{persona:?}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_as_documented_is_refused() {
    let sandbox = sandbox().await;
    let ada = sandbox.sign_in_token(Persona::Admin);
    for body in ["", "{", r#"{"name":"a"}"#, r#"{"name":"a","scopes":[]}"#, r#"{"name":" ","scopes":{}}"#] {
        assert_eq!(send(&sandbox, "POST /api-keys/", &ada, body).await.0, 400, "{body}");
    }
    assert_eq!(send(&sandbox, "POST /api-keys", &ada, GOOD).await.0, 404);
}

#[tokio::test]
async fn a_revoked_key_stays_listed_as_revoked_and_its_token_dies() {
    let sandbox = sandbox().await;
    let ada = sandbox.sign_in_token(Persona::Admin);
    let (_, key) = send(&sandbox, "POST /api-keys/", &ada, GOOD).await;
    let (id, token) = (key["id"].as_str().expect("an id"), key["token"].as_str().expect("a token"));
    assert_eq!(send(&sandbox, "GET /api-keys/", token, "").await.0, 403);
    for _ in 0..2 {
        let (status, revoked) = send(&sandbox, &format!("DELETE /api-keys/{id}"), &ada, "").await;
        assert_eq!((status, revoked["status"].as_str()), (200, Some("Revoked")));
    }
    assert_eq!(send(&sandbox, "GET /api-keys/", token, "").await.0, 401);
}

#[tokio::test]
async fn a_planned_fault_comes_as_often_as_planned_and_the_key_is_made_only_if_it_says_so() {
    let sandbox = sandbox().await;
    let ada = sandbox.sign_in_token(Persona::Admin);
    let count = || sandbox.state.directory().all().as_array().map_or(0, Vec::len);
    let before = count();
    for made in [false, true] {
        sandbox.fail_next(FaultPlan { on: Call::Create, fault: Fault::ServerError { status: 502, made }, times: 1 });
        assert_eq!(send(&sandbox, "POST /api-keys/", &ada, GOOD).await.0, 502);
        assert_eq!(count(), before + usize::from(made));
        sandbox.fail_next(FaultPlan { on: Call::Create, fault: Fault::Drop { made }, times: 1 });
        assert_eq!(send(&sandbox, "POST /api-keys/", &ada, GOOD).await.0, 0);
    }
    assert_eq!(count(), before + 2);
    assert_eq!(send(&sandbox, "POST /api-keys/", &ada, GOOD).await.0, 200);
}

#[tokio::test]
async fn tests_can_plan_faults_and_look_inside_but_a_page_without_the_header_cannot() {
    let sandbox = sandbox().await;
    let plan = json!({ "on": "create", "fault": { "kind": "rateLimited", "retryAfter": 7 }, "times": 1 });
    assert_eq!(send(&sandbox, "POST /_sandbox/fault", "", &plan.to_string()).await.0, 200);
    let ada = sandbox.sign_in_token(Persona::Admin);
    assert_eq!(send(&sandbox, "POST /api-keys/", &ada, GOOD).await.0, 429);
    let (_, requests) = send(&sandbox, "GET /_sandbox/requests", "", "").await;
    assert_eq!(requests[0]["bearer"], "user");
    assert!(!requests.to_string().contains(ada.as_str()));

    let mut stream = TcpStream::connect(sandbox.address()).await.expect("it listens");
    let request = b"GET /_sandbox/keys HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}

#[tokio::test]
async fn it_serves_this_computer_alone() {
    let everywhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    assert!(Sandbox::start(everywhere, false).await.is_err());
}
