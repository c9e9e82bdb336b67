//! The connection that is kept for the next call: what it spares, when it ends, and that nothing is ever asked for twice over it.

use std::{env, sync::Arc, time::Duration};

use keybearer::{
    dfns::{Dfns, OverHttp},
    http::ClientOptions,
};
use keybearer_core::{
    account::{Connect, UserSession},
    address::BaseUrl,
    credential::{CredentialKind, UserAction},
    failure::{CallContext, Failure, UnclearAnswer},
    key::{Created, KeyApi, KeyName},
    order::{Order, Terms},
    secret::SignInToken,
};
use keybearer_support::{
    kept_lines::{End, KeptLines, Line},
    proxy::Proxy,
    recorder::Request,
    tls::{Authority, TlsFront},
};
use serde_json::{Value, json};

use crate::{PROXY_VARIABLES, SAMPLE, TOKEN, order, signing};

const KIND: CredentialKind = CredentialKind::ApiKey;

/// What the client waits for an answer.
const WHOLE: Duration = Duration::from_secs(5);

fn answer(request: &Request) -> (u16, Value) {
    match request.method() {
        "POST" => (200, serde_json::from_str(SAMPLE).expect("the sample is JSON")),
        _ => (200, json!({ "items": [] })),
    }
}

async fn server(ends: impl IntoIterator<Item = End>) -> KeptLines {
    KeptLines::start(ends, answer).await.expect("it starts")
}

fn dfns(url: &str) -> Dfns {
    dfns_with(url, &ClientOptions { whole: WHOLE, ..ClientOptions::default() })
}

fn dfns_with(url: &str, options: &ClientOptions) -> Dfns {
    let token = Arc::new(SignInToken::parse(TOKEN).expect("a token"));
    Dfns::new(BaseUrl::parse(url).expect("an address"), token, None, options).expect("a client")
}

async fn create(dfns: &Dfns) -> Result<Created, Failure> {
    dfns.create(&order("Server Key 3"), UserAction::Unsigned).await
}

fn methods(line: &Line) -> Vec<&str> {
    line.requests.iter().map(Request::method).collect()
}

/// How often the wish is on the wire: whole or in part.
fn wishes(lines: &[Line]) -> usize {
    let whole = lines.iter().flat_map(|line| &line.requests).filter(|request| request.method() == "POST").count();
    whole + lines.iter().filter(|line| line.part).count()
}

#[tokio::test]
async fn the_list_and_the_wish_go_over_one_connection_which_ends_with_the_token_that_came_over_it() {
    let server = server([]).await;
    let dfns = dfns(&server.url());
    for _ in 0..3 {
        dfns.list(KIND).await.expect("listed");
    }
    create(&dfns).await.expect("made");
    let lines = server.wait_for(|lines| lines[0].left).await.expect("it ends");
    assert_eq!(lines.iter().map(methods).collect::<Vec<_>>(), [["GET", "GET", "GET", "POST"]]);
    // What comes after it goes over another.
    dfns.list(KIND).await.expect("listed");
    assert_eq!(server.lines().len(), 2);
}

#[tokio::test]
async fn it_ends_when_it_is_to_and_by_itself_once_nobody_uses_it() {
    let server = server([]).await;
    let dfns =
        dfns_with(&server.url(), &ClientOptions { kept: Some(Duration::from_millis(200)), ..ClientOptions::default() });
    dfns.list(KIND).await.expect("listed");
    dfns.close_kept();
    server.wait_for(|lines| lines[0].left).await.expect("it ends");
    dfns.list(KIND).await.expect("listed");
    server.wait_for(|lines| lines[1].left).await.expect("it ends by itself");
    assert_eq!(server.lines().len(), 2);
}

#[tokio::test]
async fn before_anybody_is_signed_in_none_is_kept() {
    let server = server([]).await;
    let dfns = OverHttp.authentication(&signing::base(&server.url())).expect("a client");
    for _ in 0..2 {
        let _ = dfns.begin_sign_in("ada", "or-1").await;
    }
    let lines = server.wait_for(|lines| lines.iter().all(|line| line.left)).await.expect("they end");
    assert_eq!(lines.iter().map(|line| line.requests.len()).collect::<Vec<_>>(), [1, 1]);
}

#[tokio::test]
async fn one_that_has_ended_before_the_wish_costs_another_and_leaves_no_doubt() {
    for end in [End::Closed(Duration::ZERO), End::Reset(Duration::ZERO)] {
        let server = server([end]).await;
        let dfns = dfns(&server.url());
        dfns.list(KIND).await.expect("listed");
        // A second before the wish.
        tokio::time::sleep(Duration::from_secs(1)).await;
        create(&dfns).await.unwrap_or_else(|failure| panic!("{end:?}: {failure:?}"));
        let lines = server.lines();
        assert_eq!(lines.iter().map(methods).collect::<Vec<_>>(), [["GET"], ["POST"]], "{end:?}");
        assert_eq!(wishes(&lines), 1, "{end:?}");
    }
}

#[tokio::test]
async fn one_that_ends_as_the_wish_goes_over_it_leaves_a_doubt_and_nothing_is_sent_again() {
    for end in [End::AtSecond, End::InSecond, End::AfterSecond] {
        let server = server([end]).await;
        let dfns = dfns(&server.url());
        dfns.list(KIND).await.expect("listed");
        assert_eq!(
            create(&dfns).await.err(),
            Some(Failure::Unclear(CallContext::Create, UnclearAnswer::Cut)),
            "{end:?}"
        );
        // As long as a library might take to send it again.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let lines = server.lines();
        assert_eq!((lines.len(), wishes(&lines)), (1, 1), "{end:?}: {lines:?}");
    }
}

/// The server ends it in the very moment in which the wish may come: earlier, later, and in between.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_it_ends_the_wish_is_on_the_wire_once_and_a_key_is_known_of_only_where_one_was_made() {
    let (mut made, mut doubts) = (0, 0);
    for round in 0..300_u64 {
        let after = Duration::from_micros(round * 7 % 1500);
        let end = if round % 2 == 0 { End::Closed(after) } else { End::Reset(after) };
        let server = server([end]).await;
        let dfns = dfns(&server.url());
        dfns.list(KIND).await.expect("listed");
        tokio::time::sleep(Duration::from_micros(round * 11 % 1500)).await;
        let outcome = create(&dfns).await;
        let lines = server.lines();
        let whole = lines.iter().flat_map(methods).filter(|method| *method == "POST").count();
        assert!(wishes(&lines) <= 1, "{end:?}: {outcome:?}, {lines:?}");
        match outcome {
            Ok(_) => {
                assert_eq!(whole, 1, "{end:?}");
                made += 1;
            }
            Err(Failure::Unclear(CallContext::Create, UnclearAnswer::Cut)) => doubts += 1,
            Err(other) => panic!("{end:?}: {other:?}"),
        }
    }
    eprintln!(
        "300 connections that ended about when the wish came: {made} times it went over another, {doubts} doubts"
    );
    assert!(made > 0);
}

/// Starts itself once more, since that is how an app gets its proxy.
#[tokio::test(flavor = "multi_thread")]
async fn by_way_of_a_proxy_it_is_kept_and_replaced_likewise() {
    const AUTHORITY: &str = "KEYBEARER_TEST_KEPT_BY_PROXY";
    if let Some(pem) = env::var_os(AUTHORITY) {
        let options =
            ClientOptions { whole: WHOLE, authority: Some(pem.into_encoded_bytes()), ..ClientOptions::default() };
        let dfns = dfns_with("https://api.dfns.io", &options);
        dfns.list(KIND).await.expect("listed");
        tokio::time::sleep(Duration::from_secs(1)).await;
        create(&dfns).await.expect("made");
        return;
    }
    // One that closes what is idle, and one that does not.
    for (end, connections) in [(End::Never, 1), (End::Closed(Duration::from_millis(100)), 2)] {
        let server = server([end]).await;
        let authority = Authority::new().expect("an authority");
        let certified = authority.certify(&["api.dfns.io"]).expect("certified");
        let front = TlsFront::start(certified, &server.url()).await.expect("it starts");
        let proxy = Proxy::start(&[("api.dfns.io:443", front.port())]).await.expect("it starts");
        let mut again = tokio::process::Command::new(env::current_exe().expect("it is running"));
        again.args(["--exact", "kept_line::by_way_of_a_proxy_it_is_kept_and_replaced_likewise"]);
        for variable in PROXY_VARIABLES {
            again.env_remove(variable);
        }
        again.env("HTTPS_PROXY", proxy.url()).env(AUTHORITY, authority.pem());
        let output = again.output().await.expect("it starts");
        assert!(output.status.success(), "{end:?}: {}", String::from_utf8_lossy(&output.stdout));
        assert_eq!((proxy.connects().len(), wishes(&server.lines())), (connections, 1), "{end:?}");
    }
}

#[tokio::test]
async fn what_is_signed_takes_three_requests_over_one_connection() {
    let answering = |request: &Request| {
        (
            200,
            match request.method() {
                "GET" => json!({ "items": [] }),
                _ => signing::answered(request),
            },
        )
    };
    let server = KeptLines::start([], answering).await.expect("it starts");
    let token = Arc::new(SignInToken::parse(TOKEN).expect("a token"));
    let session =
        OverHttp.connect(&signing::base(&server.url()), token, Some(signing::Signs::own())).expect("a client");
    session.list(CredentialKind::ServiceAccount).await.expect("listed");
    let name = KeyName::parse("Payout").expect("a name");
    let wish = Order::new(CredentialKind::ServiceAccount, name, Terms::default()).expect("an order");
    let action = session.sign(&wish).await.expect("signed");
    // What is answered is no account.
    let _ = session.create(&wish, action).await;
    let lines = server.wait_for(|lines| lines[0].left).await.expect("it ends");
    let asked: Vec<&str> = lines.iter().flat_map(|line| &line.requests).map(Request::path).collect();
    let accounts = "/auth/service-accounts";
    assert_eq!((lines.len(), asked), (1, vec![accounts, "/auth/action/init", "/auth/action", accounts]));
}
