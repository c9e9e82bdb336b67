//! Each bad answer that a server, or the network in between, can give: what the person is told, that nothing was asked
//! for twice, and that no token went anywhere else or into what is shown.
//!
//! The texts are in `bad_answers.txt`, which is written anew with `WRITE_SNAPSHOTS=1` after a change that was meant.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::Arc,
    time::Duration,
};

use keybearer::{dfns::Dfns, http::ClientOptions, ipc::Told};
use keybearer_core::{
    address::BaseUrl,
    clipboard::{Cleared, Clipboard, Watch},
    credential::{CredentialKind, Fingerprints, SaltedFingerprints},
    failure::{ClipboardProblem, Failure},
    issuance::{CreateRequest, Issuance},
    journal::{
        Batch, BatchId, ChangeId, ChangeOutcome, Changes, Enrolment, EnrolmentId, EnrolmentState, Enrolments, Event,
        History, Intent, IntentId, Journal, KeyNotes, NewChange, NewEnrolment, NewRoleChange, NoteField, NotedKey,
        OpenBatch, OpenIntent, PastBatch, PastChange, PastEnrolment, PastIntent, Record, Reminder, Reminders,
        RoleChange, RoleChangeId, RoleChangeState, RoleChanges,
    },
    key::{Key, KeyApi, KeyId, KeyName, Owner},
    order::Terms,
    secret::{Secret, SignInToken},
    settings::Times,
};
use keybearer_support::{
    recorder::{Recorder, Reply, Request},
    snapshot,
    tls::{Authority, TlsFront},
};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};
use zeroize::Zeroizing;

/// The signed-in user's own token, with the header and the length of a real one.
const OWN: &str =
    "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJvd24tc2lnbi1pbiJ9.b3duLXNpZ25hdHVyZS1vZi10aGUtdXNlcg";
const NEW: &str = "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJqdGkiOiJhcGkta2V5LW9uZSJ9.bmV3LXNpZ25hdHVyZS1vZi10aGUta2V5";

fn head(status: &str, headers: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Connection: close\r\n")
}

/// An answer of a status and with a body, as any server gives it.
fn answer(status: &str, kind: &str, body: impl AsRef<[u8]>) -> Reply {
    with_headers(status, &format!("Content-Type: {kind}\r\n"), body)
}

fn with_headers(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let mut bytes = format!("{}Content-Length: {}\r\n\r\n", head(status, headers), body.len()).into_bytes();
    bytes.extend_from_slice(body);
    Reply::Bytes(bytes)
}

fn json(status: &str, body: &Value) -> Reply {
    answer(status, "application/json", body.to_string())
}

fn said(status: &str, message: &str) -> Reply {
    json(status, &json!({ "error": { "message": message } }))
}

fn made() -> String {
    let key = json!({
        "id": "api-key-one", "name": "Server Key 3", "orgId": "cu-1", "status": "Active", "authorId": "ce-1",
        "dateCreated": "2026-11-23T09:00:00.000Z", "token": NEW,
    });
    key.to_string()
}

/// Dfns' own 429.
const TOO_MANY: &str = r#"{"error":{"message":"Too many requests."}}"#;

const HTML: &str = "<!doctype html><title>Proxy</title><h1>The page could not be shown</h1>";

/// Every case of the call that makes a key. What is good is not in here.
fn cases() -> Vec<(&'static str, Reply)> {
    let made = made();
    let cut = &made[..made.len() * 2 / 3];
    let mut cases = vec![
        // Refusals, of which only Dfns' own are clear.
        ("400 with a reason", said("400 Bad Request", "The name is already reserved.")),
        (
            "400 in the older form",
            json("400 Bad Request", &json!({"error": {"httpStatus": 400, "errorName": "BadRequest"}})),
        ),
        ("400 as a page", answer("400 Bad Request", "text/html", HTML)),
        ("400 with nothing", answer("400 Bad Request", "text/plain", "")),
        (
            "400 that echoes the Authorization header",
            said("400 Bad Request", &format!("bad header Authorization: Bearer {OWN} here")),
        ),
        ("400 that echoes half of it", said("400 Bad Request", &format!("bad header {}… here", &OWN[..60]))),
        ("400 with a reason of 5,000 characters", said("400 Bad Request", &"very long ".repeat(500))),
        ("400 with line breaks and control characters", said("400 Bad Request", "one\r\ntwo\u{0}\u{1b}[31mthree")),
        ("400 with markup", said("400 Bad Request", "<img src=x onerror=alert(1)>")),
        (
            "400 whose reason is cut short",
            Reply::Bytes(format!("{}Content-Length: 90\r\n\r\n{{\"error\":", head("400 x", "")).into_bytes()),
        ),
        ("400 for want of a signature", said("400 Bad Request", "User action signature is missing")),
        ("401", said("401 Unauthorized", "Token expired")),
        ("401 as a page", answer("401 Unauthorized", "text/html", HTML)),
        ("401 for want of a signature", said("401 Unauthorized", "This route requires a user action signature.")),
        ("402", said("402 Payment Required", "Plan exhausted")),
        ("403 that names the permission", said("403 Forbidden", "Missing permission ApiKeys:Create.")),
        ("403 that names none", said("403 Forbidden", "Denied.")),
        ("403 that says nothing", json("403 Forbidden", &json!({}))),
        ("403 with nothing", answer("403 Forbidden", "text/plain", "")),
        ("403 as a page", answer("403 Forbidden", "text/html", HTML)),
        ("403 as a gateway says it", json("403 Forbidden", &json!({ "message": "Forbidden" }))),
        ("401 as a gateway says it", json("401 Unauthorized", &json!({ "message": "Unauthorized" }))),
        ("403 for want of a signature", said("403 Forbidden", "useractionsignature header is required")),
        ("404", said("404 Not Found", "Not Found")),
        ("404 as a page", answer("404 Not Found", "text/html", HTML)),
        ("405", answer("405 Method Not Allowed", "text/plain", "no")),
        ("407 from what is no proxy", answer("407 Proxy Authentication Required", "text/html", HTML)),
        ("409", said("409 Conflict", "Another change is under way.")),
        ("410", said("410 Gone", "API keys were replaced by service accounts.")),
        ("413", answer("413 Content Too Large", "text/html", HTML)),
        ("421", answer("421 Misdirected Request", "text/plain", "")),
        ("429 with seconds", with_headers("429 Too Many Requests", "Retry-After: 17\r\n", TOO_MANY)),
        (
            "429 with a date",
            with_headers(
                "429 Too Many Requests",
                "Date: Mon, 23 Nov 2026 09:00:00 GMT\r\nRetry-After: Mon, 23 Nov 2026 09:05:00 GMT\r\n",
                TOO_MANY,
            ),
        ),
        ("429 without a time", answer("429 Too Many Requests", "application/json", TOO_MANY)),
        ("429 with nonsense for a time", with_headers("429 Too Many Requests", "Retry-After: later\r\n", TOO_MANY)),
        ("429 as text", answer("429 Too Many Requests", "text/plain", "slow down")),
        ("429 as a gateway says it", json("429 Too Many Requests", &json!({ "message": "Too Many Requests" }))),
        ("418 as a page", answer("418 I'm a teapot", "text/html", HTML)),
        ("431", answer("431 Request Header Fields Too Large", "text/html", HTML)),
        ("451", answer("451 Unavailable For Legal Reasons", "text/html", HTML)),
        // Doubtful: a key may have been made.
        ("408", answer("408 Request Timeout", "text/html", HTML)),
        ("500", said("500 Internal Server Error", "oops")),
        ("500 that echoes both tokens", said("500 Internal Server Error", &format!("Bearer {OWN} {NEW}"))),
        ("501", answer("501 Not Implemented", "text/plain", "")),
        ("502 as a page", answer("502 Bad Gateway", "text/html", HTML)),
        ("503", answer("503 Service Unavailable", "text/html", HTML)),
        ("504", answer("504 Gateway Timeout", "text/html", HTML)),
        ("511", answer("511 Network Authentication Required", "text/html", HTML)),
        ("520", answer("520 Unknown", "text/html", HTML)),
        ("200 with nothing", answer("200 OK", "application/json", "")),
        ("200 as a page", answer("200 OK", "text/html", HTML)),
        ("200 with JSON of another kind", answer("200 OK", "application/json", "[1, 2, 3]")),
        ("200 with an empty object", answer("200 OK", "application/json", "{}")),
        (
            "200 with a token that is a number",
            answer("200 OK", "application/json", r#"{"id":"api-key-one","token":7}"#),
        ),
        ("200 with an empty token", answer("200 OK", "application/json", r#"{"id":"api-key-one","token":""}"#)),
        (
            "200 with the token twice",
            answer("200 OK", "application/json", format!(r#"{{"token":"{NEW}","token":"{OWN}"}}"#)),
        ),
        (
            "200 that is not UTF-8",
            answer("200 OK", "application/json", b"{\"id\":\"\xff\xfe\",\"token\":\"\xc3\x28\"}"),
        ),
        (
            "200 compressed without being asked to",
            with_headers("200 OK", "Content-Encoding: gzip\r\n", b"\x1f\x8b\x08\x00\x00\x00"),
        ),
        (
            "200 cut in the midst of the token",
            Reply::Bytes(format!("{}Content-Length: {}\r\n\r\n{cut}", head("200 OK", ""), made.len()).into_bytes()),
        ),
        (
            "200 in pieces whose last one is missing",
            Reply::Bytes(
                format!("{}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{cut}\r\n", head("200 OK", ""), cut.len())
                    .into_bytes(),
            ),
        ),
        (
            "200 in pieces of nonsense",
            Reply::Bytes(
                format!("{}Transfer-Encoding: chunked\r\n\r\nzz\r\n{made}\r\n", head("200 OK", "")).into_bytes(),
            ),
        ),
        (
            "200 of two lengths",
            Reply::Bytes(
                format!("{}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{made}", head("200 OK", "")).into_bytes(),
            ),
        ),
        (
            "200 that trickles",
            Reply::Trickle(
                format!("{}Content-Length: 500\r\n\r\n{made}", head("200 OK", "")).into_bytes(),
                Duration::from_millis(20),
            ),
        ),
        (
            "200 of 4 MiB",
            Reply::Endless {
                head: format!("{}Content-Length: {}\r\n\r\n", head("200 OK", ""), 4 << 20).into_bytes(),
                piece: vec![b' '; 65536],
                total: 4 << 20,
            },
        ),
        (
            "200 without an end",
            Reply::Endless {
                head: format!("{}\r\n", head("200 OK", "")).into_bytes(),
                piece: vec![b'x'; 65536],
                total: 64 << 20,
            },
        ),
        ("202 without JSON, as a proxy queues things", answer("202 Accepted", "text/html", HTML)),
        ("203", answer("203 Non-Authoritative Information", "application/json", &made)),
        ("204", Reply::Bytes(format!("{}\r\n", head("204 No Content", "")).into_bytes())),
        ("206", answer("206 Partial Content", "application/json", cut)),
        (
            "101",
            Reply::Bytes(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n".to_vec()),
        ),
        ("100 and then nothing", Reply::Bytes(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec())),
        ("no answer", Reply::silence()),
        ("half a head", Reply::ThenSilence(b"HTTP/1.1 200 OK\r\nContent-Ty".to_vec())),
        (
            "a head that is too long",
            Reply::Bytes(format!("{}X: {}\r\n\r\n", head("200 OK", ""), "x".repeat(1 << 20)).into_bytes()),
        ),
        (
            "a hundred thousand headers",
            Reply::Bytes(format!("{}{}\r\n", head("200 OK", ""), "X: y\r\n".repeat(100_000)).into_bytes()),
        ),
        ("something that is not HTTP", Reply::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec())),
        ("HTTP/2 with GOAWAY", Reply::Bytes(b"\0\0\0\x04\0\0\0\0\0\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x02".to_vec())),
        ("a connection that ends after the request", Reply::closing()),
        ("a connection that is reset after the request", Reply::Reset),
    ];
    for status in ["300 Multiple Choices", "304 Not Modified"] {
        cases.push((if status.starts_with("300") { "300" } else { "304" }, answer(status, "text/html", "")));
    }
    cases
}

/// A clipboard that nobody uses.
pub(crate) struct NoClipboard;

impl Clipboard for NoClipboard {
    fn put(&self, _: &Secret) -> Result<(), ClipboardProblem> {
        unreachable!("no token came")
    }
    fn put_plain(&self, _: &str) -> Result<(), ClipboardProblem> {
        unreachable!("nobody copies anything")
    }
    fn read(&self) -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
        Ok(None)
    }
    fn clear_if(&self, _: &dyn Fn(&str) -> bool) -> Result<Cleared, ClipboardProblem> {
        Ok(Cleared::Replaced)
    }
    fn comes_back(&self, _: &Watch<'_>) -> Result<bool, ClipboardProblem> {
        Ok(false)
    }

    fn holds_own(&self) -> bool {
        false
    }
}

/// A journal that nobody reads.
pub(crate) struct NoJournal;

impl Enrolments for NoJournal {
    fn begin_enrolment(&self, _: &NewEnrolment) -> Result<EnrolmentId, Failure> {
        Ok(EnrolmentId(0))
    }

    fn enrolment_is(&self, _: EnrolmentId, _: EnrolmentState) -> Result<(), Failure> {
        Ok(())
    }

    fn enrolments(&self) -> Result<Vec<Enrolment>, Failure> {
        Ok(Vec::new())
    }
}

impl RoleChanges for NoJournal {
    fn begin_role_change(&self, _: &NewRoleChange) -> Result<RoleChangeId, Failure> {
        Ok(RoleChangeId(1))
    }

    fn role_change_is(&self, _: RoleChangeId, _: RoleChangeState, _: Option<&str>) -> Result<(), Failure> {
        Ok(())
    }

    fn role_changes(&self) -> Result<Vec<RoleChange>, Failure> {
        Ok(Vec::new())
    }
}

impl Changes for NoJournal {
    fn begin_change(&self, _: &NewChange) -> Result<ChangeId, Failure> {
        Ok(ChangeId(0))
    }

    fn change_is(&self, _: ChangeId, _: ChangeOutcome) -> Result<(), Failure> {
        Ok(())
    }

    fn changes(&self, _: Option<&KeyId>) -> Result<Vec<PastChange>, Failure> {
        Ok(Vec::new())
    }
}

impl Reminders for NoJournal {
    fn reminders(&self, _: &str) -> Result<Vec<Reminder>, Failure> {
        Ok(Vec::new())
    }

    fn remind(&self, _: &[Reminder]) -> Result<(), Failure> {
        Ok(())
    }

    fn take_back(&self, _: &[Reminder]) -> Result<(), Failure> {
        Ok(())
    }
}

impl KeyNotes for NoJournal {
    fn note(&self, _: &Owner, _: &Key, _: NoteField, _: &str) -> Result<(), Failure> {
        Ok(())
    }

    fn notes(&self, _: Option<&str>) -> Result<Vec<NotedKey>, Failure> {
        Ok(Vec::new())
    }
}

impl History for NoJournal {
    fn past_intents(&self) -> Result<Vec<PastIntent>, Failure> {
        Ok(Vec::new())
    }

    fn past_batches(&self) -> Result<Vec<PastBatch>, Failure> {
        Ok(Vec::new())
    }

    fn past_enrolments(&self) -> Result<Vec<PastEnrolment>, Failure> {
        Ok(Vec::new())
    }

    fn batch_records(&self, _: BatchId) -> Result<Vec<Record>, Failure> {
        Ok(Vec::new())
    }
}

impl Journal for NoJournal {
    fn begin(&self, _: &Intent) -> Result<IntentId, Failure> {
        Ok(IntentId(1))
    }
    fn made(&self, _: IntentId, _: &Key, _: Option<&Fingerprints>) -> Result<(), Failure> {
        Ok(())
    }
    fn records(&self, _: &str) -> Result<Vec<Record>, Failure> {
        Ok(Vec::new())
    }
    fn copied(&self, _: IntentId, _: &SaltedFingerprints) -> Result<(), Failure> {
        Ok(())
    }
    fn copy_gone(&self, _: IntentId) -> Result<(), Failure> {
        Ok(())
    }
    fn copies(&self) -> Result<Vec<(IntentId, SaltedFingerprints)>, Failure> {
        Ok(Vec::new())
    }
    fn record(&self, _: IntentId, _: Event) -> Result<(), Failure> {
        Ok(())
    }
    fn revoked_later(&self, _: &str, _: &KeyId) -> Result<(), Failure> {
        Ok(())
    }

    fn not_ours(&self, _: IntentId, _: &KeyId) -> Result<(), Failure> {
        Ok(())
    }

    fn keys_made(&self) -> Result<Vec<KeyId>, Failure> {
        Ok(Vec::new())
    }

    fn delivery(&self, _: IntentId, _: Event, _: &str, _: Option<time::OffsetDateTime>) -> Result<(), Failure> {
        Ok(())
    }
    fn begin_batch(&self, _: &Batch) -> Result<BatchId, Failure> {
        Ok(BatchId(1))
    }
    fn open_batch(&self) -> Result<Option<OpenBatch>, Failure> {
        Ok(None)
    }
    fn close_batch(&self, _: BatchId) -> Result<(), Failure> {
        Ok(())
    }
    fn open(&self) -> Result<Vec<OpenIntent>, Failure> {
        Ok(Vec::new())
    }
}

fn dfns(url: &str, authority: Option<&Authority>) -> Arc<dyn KeyApi> {
    let options = ClientOptions {
        whole: Duration::from_secs(1),
        authority: authority.map(|authority| authority.pem().as_bytes().to_vec()),
        ..ClientOptions::default()
    };
    let token = Arc::new(SignInToken::parse(OWN).expect("a token"));
    Arc::new(Dfns::new(BaseUrl::parse(url).expect("an address"), token, None, &options).expect("a client"))
}

/// Asks for a key as the app does: looks whether the name is free, asks, and looks again if that is in doubt. Tells in
/// words what a person would see.
async fn create(keys: Arc<dyn KeyApi>) -> String {
    let times = Times { clipboard: Duration::ZERO, held: Duration::from_secs(600), shown: Duration::ZERO };
    let issuance = Issuance::new(Arc::new(NoClipboard), Arc::new(NoJournal), times, watch::Sender::new(()));
    let name = KeyName::parse("Server Key 3").expect("a name");
    let request = CreateRequest {
        kind: CredentialKind::ApiKey,
        name,
        despite_same_name: false,
        despite_open: false,
        replaces: None,
        deliver_to: None,
        part_of: None,
        terms: Terms::default(),
        signed: false,
    };
    let outcome = issuance.create(keys, Owner::default(), true, request).await;
    let mut text = match outcome {
        Ok(_) => "no failure\n".to_owned(),
        Err(failure) => told(&failure),
    };
    for notice in issuance.notices() {
        let hint = notice.hint().map(|hint| hint.to_string()).unwrap_or_default();
        text += &format!("  needs attention: {} {hint}\n", notice.message());
    }
    text
}

pub(crate) fn told(failure: &Failure) -> String {
    let Told { code, message, hint, .. } = Told::from(failure);
    let hint = hint.map(|hint| hint.to_string()).unwrap_or_default();
    let certainty = if failure.is_doubtful() { "in doubt" } else { "sure" };
    let code = serde_json::to_value(code).expect("a code");
    format!("  {certainty}, {}\n  {message}\n  {hint}\n", code.as_str().unwrap_or_default())
}

/// Answers the list well, and the rest with one reply.
async fn server(reply: Reply) -> Recorder {
    Recorder::answering(
        move |request: &Request| {
            if request.method() == "GET" { json("200 OK", &json!({ "items": [] })) } else { reply.clone() }
        },
    )
    .await
    .expect("it starts")
}

/// What came of one case: its text, and what the server was asked.
async fn outcome(name: &str, reply: Reply) -> String {
    let server = server(reply).await;
    let text = create(dfns(&server.url(), None)).await;
    let requests = server.requests();
    let posts = requests.iter().filter(|request| request.method() == "POST").count();
    assert_eq!(posts, 1, "{name}: asked for once");
    for request in requests {
        assert_eq!(request.header("authorization"), Some(format!("Bearer {OWN}").as_str()));
    }
    with_no_port(&text, &server.url())
}

/// The same text each time: the port is another in each run.
pub(crate) fn with_no_port(text: &str, url: &str) -> String {
    let port = url.rsplit_once(':').map_or("", |(_, port)| port);
    text.replace(port, "PORT")
}

/// No piece of either token that would tell anything.
fn ensure_no_token(name: &str, text: &str) {
    for token in [OWN, NEW] {
        for piece in token.as_bytes().windows(12) {
            let piece = std::str::from_utf8(piece).expect("ASCII");
            assert!(!text.contains(piece), "{name} shows {piece:?}: {text}");
        }
    }
}

/// Compares with the file, or writes it.
fn ensure_as_in(file: &str, texts: &[(String, String)]) {
    let mut all = String::new();
    for (name, text) in texts {
        ensure_no_token(name, text);
        all += &format!("{name}\n{text}\n");
    }
    snapshot::ensure_as_in(file, &all);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_bad_answer_to_the_intent_for_a_key_is_told_and_nothing_is_asked_for_twice() {
    let cases = cases();
    assert!(cases.len() >= 40);
    // A few at once: those that wait for a time limit should not wait for each other, nor keep others waiting.
    let turns = Arc::new(Semaphore::new(4));
    let running: Vec<_> = cases
        .into_iter()
        .map(|(name, reply)| {
            let turns = Arc::clone(&turns);
            let one = async move {
                let _turn = turns.acquire().await.expect("it is never closed");
                outcome(name, reply).await
            };
            (name, tokio::spawn(one))
        })
        .collect();
    let mut texts = Vec::new();
    for (name, outcome) in running {
        texts.push((name.to_owned(), outcome.await.unwrap_or_else(|_| panic!("{name} panics"))));
    }
    ensure_as_in("api/bad_answers.txt", &texts);
}

#[tokio::test]
async fn a_connection_that_is_reset_before_the_request_was_read_is_in_doubt_all_the_same() {
    let list = json("200 OK", &json!({ "items": [] }));
    let server = Recorder::start([list.clone(), Reply::ResetUnread, list]).await.expect("it starts");
    let text = create(dfns(&server.url(), None)).await;
    assert!(text.contains("in doubt") && text.contains("the connection broke"), "{text}");
    let methods: Vec<String> = server.requests().iter().map(|request| request.method().to_owned()).collect();
    assert_eq!((methods, server.connections()), (vec!["GET".to_owned(), "GET".to_owned()], 3));
}

#[tokio::test]
async fn a_redirect_is_told_and_no_token_goes_there() {
    let elsewhere =
        Recorder::start([json("200 OK", &json!({ "id": "api-x", "token": NEW }))]).await.expect("it starts");
    let mut texts = Vec::new();
    for status in [301, 302, 303, 307, 308] {
        let to = format!("Location: {}/api-keys/\r\n", elsewhere.url());
        let name = format!("{status} to another host");
        let text = outcome(&name, with_headers(&format!("{status} Elsewhere"), &to, "")).await;
        texts.push((name, text));
    }
    assert!(elsewhere.requests().is_empty());
    ensure_as_in("api/bad_answers_redirects.txt", &texts);
}

/// Says something to whoever connects, and hangs up. Tells its port.
fn greeting_server(greeting: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            // First what the client says: a connection with unread bytes would end by force.
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(greeting.as_bytes());
        }
    });
    port
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_or_trusted_is_told_as_sure_and_no_token_is_sent() {
    let (ours, unknown) = (Authority::new().expect("one"), Authority::new().expect("another"));
    let server = server(answer("200 OK", "application/json", made())).await;
    let mut texts = Vec::new();
    for (name, certified) in [
        ("a certificate of an unknown authority", unknown.certify(&["localhost"])),
        ("a certificate of another host", ours.certify(&["api.dfns.io"])),
        ("a certificate whose time is over", ours.certify_for_2020(&["localhost"])),
    ] {
        let front = TlsFront::start(certified.expect("a certificate"), &server.url()).await.expect("it starts");
        let url = front.url("localhost");
        texts.push((name.to_owned(), with_no_port(&create(dfns(&url, Some(&ours))).await, &url)));
    }
    let certified = ours.certify(&["localhost"]).expect("a certificate");
    let front = TlsFront::offering(&["h2"], certified, &server.url()).await.expect("it starts");
    let url = front.url("localhost");
    let text = with_no_port(&create(dfns(&url, Some(&ours))).await, &url);
    texts.push(("a server that speaks nothing but HTTP/2".to_owned(), text));
    for (name, greeting) in [
        ("plain HTTP where TLS should be", "HTTP/1.1 400 Bad Request\r\n\r\n"),
        ("a connection that ends before TLS is there", ""),
    ] {
        let url = format!("https://localhost:{}", greeting_server(greeting));
        texts.push((name.to_owned(), with_no_port(&create(dfns(&url, Some(&ours))).await, &url)));
    }
    let gone = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let url = format!("http://{gone}");
    texts.push(("nobody there".to_owned(), with_no_port(&create(dfns(&url, None)).await, &url)));
    assert!(server.requests().is_empty(), "no request came through");
    ensure_as_in("api/bad_answers_connections.txt", &texts);

    // And the good one, so that the others fail for what they are; HTTP/2, which may go away, is not even asked for.
    let certified = ours.certify(&["localhost"]).expect("a certificate");
    let front = TlsFront::offering(&["h2", "http/1.1"], certified, &server.url()).await;
    let text = create(dfns(&front.expect("it starts").url("localhost"), Some(&ours))).await;
    assert_eq!(text, "no failure\n");
}

#[tokio::test]
async fn a_bad_answer_to_the_list_asks_for_nothing_and_one_to_a_revocation_claims_nothing() {
    let mut texts = Vec::new();
    for (name, reply) in [
        ("401", said("401 Unauthorized", "expired")),
        ("401 as a gateway says it", json("401 Unauthorized", &json!({ "message": "Unauthorized" }))),
        ("403 as a page", answer("403 Forbidden", "text/html", HTML)),
        ("404 as a page", answer("404 Not Found", "text/html", HTML)),
        ("410", said("410 Gone", "gone")),
        ("429 with seconds", with_headers("429 Too Many Requests", "Retry-After: 17\r\n", TOO_MANY)),
        ("511", answer("511 Network Authentication Required", "text/html", HTML)),
        ("302", with_headers("302 Found", "Location: https://portal.example/\r\n", "")),
        ("500", said("500 Internal Server Error", "oops")),
        ("200 as a page", answer("200 OK", "text/html", HTML)),
        ("200 with another object", answer("200 OK", "application/json", r#"{"items":7}"#)),
        ("202", json("202 Accepted", &json!({}))),
        ("no answer", Reply::silence()),
        ("a connection that is reset after the request", Reply::Reset),
    ] {
        let server = Recorder::start([reply]).await.expect("it starts");
        let text = create(dfns(&server.url(), None)).await;
        assert!(server.requests().iter().all(|request| request.method() == "GET"), "{name}: nothing is asked for");
        texts.push((format!("before creating: {name}"), with_no_port(&text, &server.url())));
        let revoked = dfns(&server.url(), None).revoke(CredentialKind::ApiKey, &KeyId("api-1".into())).await;
        let text = match revoked {
            Ok(key) => format!("  answered, status {:?}\n", key.status.as_str()),
            Err(failure) => told(&failure),
        };
        texts.push((format!("revoking: {name}"), with_no_port(&text, &server.url())));
    }
    let never = Recorder::start([json("200 OK", &json!({}))]).await.expect("it starts");
    for id in ["", ".", ".."] {
        let failure =
            dfns(&never.url(), None).revoke(CredentialKind::ApiKey, &KeyId(id.into())).await.expect_err("refused");
        texts.push((format!("revoking a key whose id is {id:?}"), told(&failure)));
    }
    assert!(never.requests().is_empty());
    ensure_as_in("api/bad_answers_to_other_calls.txt", &texts);
}
