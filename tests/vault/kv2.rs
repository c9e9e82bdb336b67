//! KV version 2 over HTTP: what is sent, what each answer means, and what goes nowhere.
//!
//! What the person sees is in `kv2.txt`, which is written anew with `WRITE_SNAPSHOTS=1`.

use std::{fs, net::TcpListener, sync::Arc, time::Duration};

use keybearer::vault;
use keybearer_core::{
    delivery::{Entry, Proof, Step},
    failure::{ConnectError, Failure, VaultContext, VaultProblem},
};
use keybearer_support::{
    recorder::{Recorder, Reply},
    tls::{Authority, TlsFront},
};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::{
    misbehaving::template,
    scene::{LENGTH, deliver, delivered, ensure_as_in, ensure_without, entry, for_good, text, token, told},
    stand_in::{ACCESS, Call, MISMATCH, StandIn, destination, errors, holding, holding_until, mount, open, rights},
};

const HTML: &str = "<!doctype html><title>Proxy</title><h1>The page could not be shown</h1>";

fn page(status: u16) -> Reply {
    let length = HTML.len();
    Reply::Bytes(
        format!("HTTP/1.1 {status} x\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\r\n{HTML}").into(),
    )
}

fn empty(status: u16) -> Reply {
    Reply::Bytes(format!("HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n").into())
}

fn no_content() -> Reply {
    Reply::Bytes(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec())
}

fn version(number: u64) -> Reply {
    stored_until(number, "")
}

fn stored_until(number: u64, until: &str) -> Reply {
    Reply::json(200, &json!({ "data": crate::stand_in::version(number, until) }))
}

/// As gateways refuse, that speak JSON as well.
fn gateway(status: u16) -> Reply {
    Reply::json(status, &json!({ "message": "Forbidden" }))
}

fn access(data: &serde_json::Value) -> (Call, Reply) {
    (Call::Access, Reply::json(200, &json!({ "data": data })))
}

fn cut() -> Reply {
    Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"data\":{\"ver".to_vec())
}

fn endless() -> Reply {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 5 << 20).into();
    Reply::Endless { head, piece: vec![b' '; 65536], total: 5 << 20 }
}

/// Metadata of an entry that has a version.
fn there() -> Reply {
    Reply::json(200, &json!({ "data": { "current_version": 1, "versions": { "1": {} } } }))
}

/// A name, and which answers are other than those of a vault that takes it.
type Case = (&'static str, Vec<(Call, Reply)>);

/// What may be answered to the one call that carries the token, where the entry cannot be read afterwards.
fn creating() -> Vec<Case> {
    let denied = || (Call::Read, errors(403, &["permission denied"]));
    let no_rights_told = || (Call::Rights, errors(403, &["permission denied"]));
    let case = |name, reply| (name, vec![(Call::Create, reply), denied()]);
    vec![
        case("stored as version 1, and may not be read", version(1)),
        case("stored as version 2", version(2)),
        case("stored as version 0", version(0)),
        case("200 as a page", page(200)),
        case("200 without a version", Reply::json(200, &json!({ "data": {} }))),
        case("200 with a version and nothing else", Reply::json(200, &json!({ "data": { "version": 1 } }))),
        case("200 in a gateway's JSON", gateway(200)),
        case("stored until a time that is no time", stored_until(1, "soon")),
        case("stored until a year later, and may not be read", stored_until(1, "2027-11-25T04:51:31.655965301Z")),
        case("stored until the same moment, and may not be read", stored_until(1, "2026-11-25T04:51:31.655965301Z")),
        (
            "stored until a minute later, and read back",
            vec![
                (Call::Create, stored_until(1, "2026-11-25T04:52:31.655965301Z")),
                (Call::Read, holding_until(&text(LENGTH), "2026-11-25T04:52:31.655965301Z")),
            ],
        ),
        (
            "stored, and deleted by itself when it is read back",
            vec![
                (Call::Create, stored_until(1, "2026-11-25T04:51:32.655965301Z")),
                (
                    Call::Read,
                    Reply::json(
                        404,
                        &json!({ "data": { "data": null, "metadata": crate::stand_in::version(1, "2026-11-25T04:51:32.655965301Z") } }),
                    ),
                ),
            ],
        ),
        case("204, as version 1 answers", no_content()),
        case("202 as a page", page(202)),
        case("400, the entry is there, and may not be read", errors(400, &[MISMATCH])),
        case("400 for another reason", errors(400, &["failed to parse JSON input: unexpected EOF"])),
        case("400 as a page", page(400)),
        case("401 in a gateway's JSON", gateway(401)),
        case("403 as a page", page(403)),
        case("403 in a gateway's JSON", gateway(403)),
        case("403 without a body", empty(403)),
        case("403 with errors that are no sentences", Reply::json(403, &json!({ "errors": [{ "code": "WAF" }] }))),
        case("404 as a page", page(404)),
        case("429 without a body", empty(429)),
        case(
            "302 to a sign-in page",
            Reply::Bytes(
                b"HTTP/1.1 302 x\r\nLocation: https://login.example.org/start?a=b\r\nContent-Length: 0\r\n\r\n"
                    .to_vec(),
            ),
        ),
        case("403, though it may create there", errors(403, &["1 error occurred:\n\t* permission denied\n\n"])),
        (
            "403, and its rights are not told",
            vec![(Call::Create, errors(403, &["permission denied"])), denied(), no_rights_told()],
        ),
        case("404", errors(404, &["no handler for route \"secret/data/dfns/bot\". route entry not found."])),
        case("405", errors(405, &["unsupported operation"])),
        case("412", errors(412, &["required index state not present"])),
        case("413", page(413)),
        case("429", errors(429, &["request path \"secret/data\": rate limit quota exceeded"])),
        case("500", errors(500, &["internal error"])),
        case("502 as a page", page(502)),
        case("503, sealed", errors(503, &["Vault is sealed"])),
        case("503 as a page", page(503)),
        case("504", empty(504)),
        case("no answer", Reply::silence()),
        case("an answer that is cut", cut()),
        case("a connection that ends", Reply::closing()),
        case("a connection that is reset", Reply::Reset),
        case("an answer of 5 MiB", endless()),
        case("something that is not HTTP", Reply::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec())),
        case("400 that echoes the access token", errors(400, &[&format!("bad token {ACCESS} here")])),
        case("400 that echoes the key's token", errors(400, &[&format!("value \"{}\" here", text(LENGTH))])),
        case("400 that echoes a part of it", errors(400, &[&format!("value {}… here", &text(LENGTH)[40..80])])),
        case("403 that echoes both", errors(403, &[ACCESS, &text(LENGTH)])),
    ]
}

/// What may be answered before that: the token is not sent then.
fn before() -> Vec<Case> {
    let of_mount = |name, reply| (name, vec![(Call::Mount, reply)]);
    vec![
        of_mount("a mount of version 1", mount("secret/", &json!({ "version": "1" }))),
        of_mount("a mount of version 1 without options", mount("secret/", &json!(null))),
        of_mount("another mount, whose path is the beginning of it", mount("sec/", &json!({ "version": "2" }))),
        of_mount("another mount below it", mount("secret/dfns/", &json!({ "version": "2" }))),
        of_mount("no such mount, or a bad access token", errors(403, &["preflight capability check returned 403"])),
        of_mount("404 of the mount", errors(404, &[])),
        of_mount("a page in place of the mount", page(200)),
        of_mount("a gateway's JSON in place of the mount", gateway(200)),
        of_mount("403 as a page", page(403)),
        of_mount("403 in a gateway's JSON", gateway(403)),
        of_mount("404 as a page", page(404)),
        of_mount("a standby that points to another address", Reply::Bytes(b"HTTP/1.1 307 x\r\nLocation: https://active.example.org:8200/v1/sys/internal\r\nContent-Length: 0\r\n\r\n".to_vec())),
        (
            "an access token that the vault does not know any more",
            vec![
                (Call::Mount, errors(403, &["permission denied"])),
                (Call::Access, errors(403, &["2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"])),
            ],
        ),
        ("a page in place of the entry's metadata", vec![(Call::Metadata, page(200))]),
        ("404 as a page in place of the entry's metadata", vec![(Call::Metadata, page(404))]),
        ("403 as a page in place of the entry's metadata", vec![(Call::Metadata, page(403))]),
        of_mount("a sealed vault", errors(503, &["Vault is sealed"])),
        of_mount("a proxy that cannot reach it", page(502)),
        of_mount("a vault that does not answer", Reply::silence()),
        of_mount("a mount whose answer echoes the access token", errors(403, &[&format!("denied for {ACCESS}")])),
        ("a policy that lets nobody create", vec![(Call::Rights, rights(&["read", "update"]))]),
        ("a policy that denies", vec![(Call::Rights, rights(&["deny"]))]),
        (
            "an entry that may be read, and is another",
            vec![(Call::Metadata, there()), (Call::Read, holding("another"))],
        ),
        (
            "an entry that may not be read",
            vec![
                (Call::Metadata, there()),
                (Call::Read, errors(403, &["permission denied"])),
            ],
        ),
        (
            "an entry that was deleted and can be brought back",
            vec![
                (Call::Metadata, there()),
                (
                    Call::Read,
                    Reply::json(
                        404,
                        &json!({ "data": { "data": null, "metadata": { "deletion_time": "2026-11-23" } } }),
                    ),
                ),
            ],
        ),
        ("500 of the entry", vec![(Call::Metadata, errors(500, &["internal error"]))]),
    ]
}

async fn told_of(cases: Vec<Case>, sent: usize) -> Vec<(String, String)> {
    // A few at once: those that wait for a time limit should not wait for each other, nor keep others waiting.
    let turns = Arc::new(Semaphore::new(6));
    let running: Vec<_> = cases
        .into_iter()
        .map(|(name, replaced)| {
            let turns = Arc::clone(&turns);
            tokio::spawn(async move {
                let _turn = turns.acquire().await.expect("it is never closed");
                let stand_in = StandIn::with(replaced).await;
                let text = told(&deliver(&*stand_in.open(), "bot", &token()).await);
                assert_eq!(stand_in.requests(Call::Create).len(), sent, "{name}: never sent twice");
                if sent == 0 {
                    for request in stand_in.recorder.requests() {
                        let whole = format!("{}{}", request.head, String::from_utf8_lossy(&request.body));
                        ensure_without(&crate::scene::text(LENGTH), &whole);
                    }
                }
                let url = stand_in.recorder.url();
                (name.to_owned(), text.replace(url.trim_start_matches("http://127.0.0.1:"), "PORT"))
            })
        })
        .collect();
    let mut texts = Vec::new();
    for each in running {
        texts.push(each.await.expect("it does not panic"));
    }
    for (_, text) in &texts {
        ensure_without(ACCESS, text);
    }
    texts
}

#[tokio::test(flavor = "multi_thread")]
async fn each_answer_to_the_call_that_stores_is_told_by_what_it_means() {
    ensure_as_in("kv2.txt", &told_of(creating(), 1).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_before_that_is_told_and_the_token_is_not_sent() {
    ensure_as_in("kv2_before.txt", &told_of(before(), 0).await);
}

#[tokio::test]
async fn a_token_is_stored_with_the_very_bytes_of_the_documentation_and_read_back() {
    let stand_in = StandIn::start().await;
    let vault = stand_in.open();
    assert_eq!(vault.look(&entry("bot")).await.map(drop), Ok(()));
    assert!(stand_in.requests(Call::Create).is_empty());
    let (outcome, steps) = delivered(&*vault, "bot", &token()).await;
    assert_eq!(outcome, for_good(Proof::ReadBack));
    assert_eq!(steps, [Step::Looking, Step::Storing, Step::ReadingBack]);
    let [request] = stand_in.requests(Call::Create).try_into().expect("one request");
    assert!(request.head.starts_with("POST /v1/secret/data/dfns/bot HTTP/1.1\r\n"), "{}", request.head);
    let body = format!(r#"{{"options":{{"cas":0}},"data":{{"token":"{}"}}}}"#, text(LENGTH));
    assert_eq!(String::from_utf8_lossy(&request.body), body);
    for (name, value) in [("x-vault-token", ACCESS), ("x-vault-request", "true"), ("content-type", "application/json")]
    {
        assert_eq!(request.header(name), Some(value));
    }
    assert_eq!(request.header("x-vault-namespace"), None);
    assert_eq!(stand_in.entries.lock().expect("nobody panics").len(), 1);
}

#[tokio::test]
async fn what_was_stored_though_the_answer_was_lost_counts_as_stored() {
    for lost in [Reply::silence(), cut(), Reply::Reset, errors(500, &[]), page(200)] {
        let stand_in = StandIn::with([(Call::Create, lost), (Call::Read, holding(&text(LENGTH)))]).await;
        assert_eq!(deliver(&*stand_in.open(), "bot", &token()).await, for_good(Proof::ReadBack));
    }
}

#[tokio::test]
async fn what_may_have_overwritten_something_is_told_whatever_is_read_back() {
    for (answer, problem) in [(no_content(), VaultProblem::Overwriting), (version(2), VaultProblem::LaterVersion(2))] {
        let stand_in = StandIn::with([(Call::Create, answer), (Call::Read, holding(&text(LENGTH)))]).await;
        assert_eq!(
            deliver(&*stand_in.open(), "bot", &token()).await,
            Err(Failure::Vault(VaultContext::PerhapsStored, problem))
        );
    }
}

#[tokio::test]
async fn the_same_token_delivered_again_counts_as_stored_and_another_is_left_as_it_is() {
    let stand_in = StandIn::start().await;
    let vault = stand_in.open();
    for _ in 0..2 {
        assert_eq!(deliver(&*vault, "bot", &token()).await, for_good(Proof::ReadBack));
    }
    let exists = Failure::Vault(VaultContext::NotStored, VaultProblem::Exists("secret/dfns/bot".into()));
    assert_eq!(deliver(&*vault, "bot", &crate::scene::of("another")).await, Err(exists.clone()));
    assert_eq!(vault.look(&entry("bot")).await.map(drop), Err(exists));
    assert_eq!(stand_in.requests(Call::Create).len(), 1);
    let held = stand_in.entries.lock().expect("nobody panics")["dfns/bot"]["token"].clone();
    assert_eq!(held, text(LENGTH));
    // Where metadata may not be read, the vault itself refuses.
    let blind = StandIn::with([(Call::Metadata, errors(403, &[]))]).await;
    assert_eq!(deliver(&*blind.open(), "bot", &token()).await, for_good(Proof::ReadBack));
    assert_eq!(deliver(&*blind.open(), "bot", &token()).await, for_good(Proof::ReadBack));
    let another = deliver(&*blind.open(), "bot", &crate::scene::of("another")).await;
    assert_eq!(another, Err(Failure::Vault(VaultContext::NotStored, VaultProblem::Exists("secret/dfns/bot".into()))));
}

#[tokio::test]
async fn what_is_read_back_and_is_another_is_told() {
    let stand_in = StandIn::with([(Call::Read, holding(&text(LENGTH + 1)))]).await;
    let outcome = deliver(&*stand_in.open(), "bot", &token()).await;
    assert_eq!(outcome, Err(Failure::Vault(VaultContext::PerhapsStored, VaultProblem::OtherReadBack)));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_nothing_goes_there() {
    let elsewhere = Recorder::start([version(1)]).await.expect("it starts");
    for call in [Call::Mount, Call::Metadata, Call::Create] {
        for status in [301, 302, 303, 307, 308] {
            let to = format!("HTTP/1.1 {status} x\r\nLocation: {}/v1/\r\nContent-Length: 0\r\n\r\n", elsewhere.url());
            let stand_in = StandIn::with([(call, Reply::Bytes(to.into_bytes()))]).await;
            let outcome = deliver(&*stand_in.open(), "bot", &token()).await;
            let points_to = VaultProblem::Redirected(Some(elsewhere.url()));
            // Sent to something that points elsewhere, it is not known what became of it.
            let refused = if call == Call::Create {
                Failure::Vault(VaultContext::PerhapsStored, points_to)
            } else {
                Failure::Vault(VaultContext::NotStored, points_to)
            };
            assert_eq!(outcome, Err(refused), "{call:?} {status}");
        }
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_namespace_is_told_and_a_mount_may_have_more_than_one_part() {
    let answers = [(Call::Mount, mount("team/secret/", &json!({ "version": "2" })))];
    let stand_in = StandIn::with(answers).await;
    let destination = destination(&stand_in.recorder.url(), |kv2| {
        kv2.namespace = "admin/treasury".into();
        kv2.mount = "team/secret".into();
        kv2.field = "odd \"field\"".into();
    });
    assert_eq!(deliver(&*open(&destination), "bot", &token()).await, for_good(Proof::ReadBack));
    assert_eq!(stand_in.requests(Call::Nowhere).len(), 1);
    let in_it = || stand_in.recorder.requests().into_iter().filter(|request| Call::of(request) != Call::Nowhere);
    for request in in_it() {
        assert_eq!(request.header("x-vault-namespace"), Some("admin/treasury"));
        assert_eq!(request.header("x-vault-token"), Some(ACCESS));
    }
    let paths: Vec<String> = in_it().map(|request| request.path().to_owned()).collect();
    assert_eq!(
        paths,
        [
            "/v1/sys/internal/ui/mounts/team/secret/dfns/bot",
            "/v1/sys/capabilities-self",
            "/v1/team/secret/metadata/dfns/bot",
            "/v1/team/secret/data/dfns/bot",
            "/v1/team/secret/data/dfns/bot",
        ]
    );
    let rights = &stand_in.requests(Call::Rights)[0].body;
    assert_eq!(String::from_utf8_lossy(rights), r#"{"paths":["team/secret/data/dfns/bot"]}"#);
}

#[tokio::test]
async fn a_vault_that_takes_no_notice_of_namespaces_is_told_and_sent_nothing() {
    // As the open-source one: whatever the namespace, it answers for its root.
    let stand_in = StandIn::with([(Call::Nowhere, mount("secret/", &json!({ "version": "2" })))]).await;
    let in_one = destination(&stand_in.recorder.url(), |kv2| kv2.namespace = "admin/treasury".into());
    let refused = Failure::Vault(VaultContext::NotStored, VaultProblem::NoNamespaces("admin/treasury".into()));
    assert_eq!(open(&in_one).look(&entry("bot")).await.map(drop), Err(refused.clone()));
    assert_eq!(deliver(&*open(&in_one), "bot", &token()).await, Err(refused));
    assert!(stand_in.requests(Call::Create).is_empty());
    // One that does not say is not taken for one that has them.
    let unclear = StandIn::with([(Call::Nowhere, page(502))]).await;
    let in_one = destination(&unclear.recorder.url(), |kv2| kv2.namespace = "admin/treasury".into());
    assert!(deliver(&*open(&in_one), "bot", &token()).await.is_err());
    assert!(unclear.requests(Call::Create).is_empty());
}

#[tokio::test]
async fn of_a_path_that_is_not_known_yet_no_rights_are_asked_and_it_is_delivered_to_when_it_is() {
    let stand_in = StandIn::start().await;
    let vault = open(&destination(&stand_in.recorder.url(), |kv2| kv2.path = template("{org_id}/{key_name}")));
    let unknown = Entry { organization: None, ..entry("bot") };
    assert_eq!(vault.look(&unknown).await.map(drop), Ok(()));
    let calls: Vec<Call> = stand_in.recorder.requests().iter().map(Call::of).collect();
    assert_eq!(calls, [Call::Mount, Call::Access, Call::Config]);
    assert_eq!(deliver(&*vault, "bot", &token()).await, for_good(Proof::ReadBack));
    let rights = &stand_in.requests(Call::Rights)[0].body;
    assert_eq!(String::from_utf8_lossy(rights), r#"{"paths":["secret/data/cu-1/bot"]}"#);
}

#[tokio::test]
async fn a_key_that_replaces_another_gets_an_entry_beside_the_old_one() {
    let stand_in = StandIn::start().await;
    let vault = stand_in.open();
    assert_eq!(deliver(&*vault, "bot", &crate::scene::of("the old token")).await, for_good(Proof::ReadBack));
    let replacing = Entry { replaces: Some("api-old".into()), ..entry("bot") };
    // The same place before the key is made as when its token is stored.
    let before = Entry { key_id: None, ..replacing.clone() };
    assert_eq!(vault.place(&before), vault.place(&replacing));
    assert_eq!(vault.look(&before).await.map(drop), Ok(()));
    assert_eq!(vault.store(&replacing, &token(), &|_| {}).await, for_good(Proof::ReadBack));
    let entries = stand_in.entries.lock().expect("nobody panics");
    assert_eq!(entries["dfns/bot"]["token"], "the old token");
    let place = vault.place(&replacing);
    let new = place.strip_prefix("secret/").expect("it is in the mount");
    assert_eq!((entries.len(), &entries[new]["token"]), (2, &json!(text(LENGTH))));
}

#[tokio::test]
async fn a_vault_that_cannot_be_reached_or_trusted_is_told_and_sent_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let gone = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let outcome = deliver(&*open(&destination(&gone, |_| {})), "bot", &token()).await;
    let Err(Failure::Vault(VaultContext::NotStored, VaultProblem::Unreachable { why, .. })) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(why, ConnectError::Refused);

    let (ours, stand_in) = (Authority::new().expect("one"), StandIn::start().await);
    let certified = ours.certify(&["localhost"]).expect("a certificate");
    let front = TlsFront::start(certified, &stand_in.recorder.url()).await.expect("it starts");
    let outcome = deliver(&*open(&destination(&front.url("localhost"), |_| {})), "bot", &token()).await;
    let Err(Failure::Vault(VaultContext::NotStored, VaultProblem::Unreachable { why, .. })) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(why, ConnectError::AuthorityUnknown);
    assert!(stand_in.recorder.requests().is_empty());

    let folder = tempfile::tempdir().expect("a folder");
    let file = ours.write_store(folder.path()).expect("it is written");
    let with_authority = destination(&front.url("localhost"), |kv2| kv2.authority = Some(file));
    assert_eq!(deliver(&*open(&with_authority), "bot", &token()).await, for_good(Proof::ReadBack));
}

#[tokio::test]
async fn what_is_known_of_the_access_and_of_what_ends_is_told_before_a_key_is_made() {
    let until = "2099-12-25T14:00:00.5Z";
    let cases = [
        (access(&json!({ "expire_time": until, "num_uses": 0, "ttl": 86400, "renewable": true })), "Until { at: 2099"),
        (access(&json!({ "expire_time": null, "num_uses": 0, "ttl": 0 })), "access: Endless"),
        (
            access(&json!({ "expire_time": until, "num_uses": 0, "ttl": 500 })),
            "expires on Dec 25, 2099, 14:00 UTC, too soon",
        ),
        (access(&json!({ "expire_time": null, "num_uses": 3, "ttl": 0 })), "can be used 3 more times"),
        (access(&json!({ "expire_time": null, "num_uses": -1, "ttl": 0 })), "for the last time"),
        (access(&json!({ "expire_time": "soon", "ttl": 5000 })), "access: NotTold"),
        ((Call::Access, errors(403, &["permission denied"])), "access: NotTold"),
        ((Call::Access, page(200)), "access: NotTold"),
        ((Call::Config, Reply::json(200, &json!({ "data": { "delete_version_after": "720h0m0s" } }))), "For(2592000s)"),
        ((Call::Config, Reply::json(200, &json!({ "data": { "delete_version_after": "0s" } }))), "keeps: ForGood"),
        ((Call::Config, Reply::json(200, &json!({ "data": { "delete_version_after": "-1s" } }))), "keeps: ForGood"),
        ((Call::Config, errors(403, &["permission denied"])), "keeps: NotTold"),
        ((Call::Config, page(200)), "keeps: NotTold"),
        ((Call::Metadata, errors(403, &["permission denied"])), "room_seen: false"),
        ((Call::Rights, errors(403, &["permission denied"])), "right_untold: true"),
    ];
    for (answer, wanted) in cases {
        let stand_in = StandIn::with([answer]).await;
        let looked = stand_in.open().look(&entry("bot")).await;
        let told = match &looked {
            Ok(looked) => format!("{looked:?}"),
            Err(failure) => failure.to_string(),
        };
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
}

#[tokio::test]
async fn an_access_token_that_no_header_can_hold_is_not_sent_as_none() {
    let stand_in = StandIn::start().await;
    let secret = keybearer_core::secret::VaultSecret::parse("schl\u{fc}ssel").expect("as an earlier version kept it");
    let refused = vault::open_within(&stand_in.destination(), secret.into(), Duration::from_secs(1)).map(drop);
    assert_eq!(refused, Err(Failure::Vault(VaultContext::NotStored, VaultProblem::NoAccessToken)));
    assert_eq!(stand_in.recorder.connections(), 0);
}

#[tokio::test]
async fn an_authority_that_cannot_be_used_is_told_with_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().join("text.pem");
    fs::write(&text, "no certificate").expect("written");
    let broken = folder.path().join("broken.pem");
    fs::write(&broken, "-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----\n").expect("written");
    for file in [folder.path().join("nothing.pem"), text, broken] {
        let destination = destination("https://vault.example.org", |kv2| kv2.authority = Some(file.clone()));
        let secret = keybearer_core::secret::VaultSecret::parse(ACCESS).expect("a token");
        let failure =
            vault::open_within(&destination, secret.into(), Duration::from_secs(1)).map(drop).expect_err("refused");
        let Failure::Vault(VaultContext::NotStored, VaultProblem::Authority { path, .. }) = &failure else {
            panic!("{failure:?}")
        };
        assert_eq!(path, &file.display().to_string());
    }
}
