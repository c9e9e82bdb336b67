//! A KV version 2 that answers as HashiCorp Vault and OpenBao do: by itself, or with one answer replaced.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use keybearer::vault;
use keybearer_core::{
    address::BaseUrl,
    delivery::Vault,
    secret::VaultSecret,
    vault::{Destination, Kind, Kv2},
};
use keybearer_support::recorder::{Recorder, Reply, Request};
use serde_json::{Value, json};

use crate::misbehaving::template;

/// The vault's own access token.
pub(crate) const ACCESS: &str = "hvs.CAESIJ2-own-access-token-of-the-vault-0123456789";

/// The calls that there are.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Call {
    Mount,
    /// A mount, in a namespace that nobody has.
    Nowhere,
    /// Of the access token.
    Access,
    Rights,
    Config,
    Metadata,
    Create,
    Read,
}

impl Call {
    pub(crate) fn of(request: &Request) -> Self {
        let path = request.path();
        match request.method() {
            "GET" if path.starts_with("/v1/sys/internal/ui/mounts/") => {
                let namespace = request.header("x-vault-namespace").unwrap_or_default();
                if namespace.ends_with("/keybearer-asks-for-a-namespace-that-nobody-has") {
                    Self::Nowhere
                } else {
                    Self::Mount
                }
            }
            "GET" if path == "/v1/auth/token/lookup-self" => Self::Access,
            "POST" if path == "/v1/sys/capabilities-self" => Self::Rights,
            "GET" if path.ends_with("/config") => Self::Config,
            "GET" if path.contains("/metadata/") => Self::Metadata,
            "POST" if path.contains("/data/") => Self::Create,
            "GET" if path.contains("/data/") => Self::Read,
            method => panic!("nobody asks for {method} {path}"),
        }
    }
}

/// Its entries, by their paths below the mount.
pub(crate) type Entries = Arc<Mutex<BTreeMap<String, Value>>>;

pub(crate) struct StandIn {
    pub(crate) recorder: Recorder,
    pub(crate) entries: Entries,
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        Self::with([]).await
    }

    /// With these answers in place of its own.
    pub(crate) async fn with(replaced: impl IntoIterator<Item = (Call, Reply)>) -> Self {
        let (entries, replaced) = (Entries::default(), replaced.into_iter().collect::<BTreeMap<_, _>>());
        let its = Arc::clone(&entries);
        let answering = move |request: &Request| {
            let call = Call::of(request);
            replaced.get(&call).cloned().unwrap_or_else(|| answer(call, request, &its))
        };
        Self { recorder: Recorder::answering(answering).await.expect("it starts"), entries }
    }

    pub(crate) fn destination(&self) -> Destination {
        destination(&self.recorder.url(), |_| {})
    }

    pub(crate) fn open(&self) -> Arc<dyn Vault> {
        open(&self.destination())
    }

    /// The requests of one kind.
    pub(crate) fn requests(&self, call: Call) -> Vec<Request> {
        self.recorder.requests().into_iter().filter(|request| Call::of(request) == call).collect()
    }
}

pub(crate) fn destination(url: &str, change: impl FnOnce(&mut Kv2)) -> Destination {
    let mut kv2 = Kv2 {
        address: BaseUrl::parse(url).expect("an address"),
        mount: "secret".to_owned(),
        path: template("dfns/{key_name}"),
        field: "token".to_owned(),
        private_key_field: "private_key".to_owned(),
        credential_id_field: "credential_id".to_owned(),
        namespace: String::new(),
        authority: None,
    };
    change(&mut kv2);
    Destination { id: "d-1".to_owned(), name: "Team Vault".to_owned(), vault: Kind::Kv2(kv2) }
}

/// Opens it with a limit of three seconds.
pub(crate) fn open(destination: &Destination) -> Arc<dyn Vault> {
    destination.check().expect("it can be used");
    let secret = Arc::new(VaultSecret::parse(ACCESS).expect("a token"));
    vault::open_within(destination, secret, Duration::from_secs(3)).expect("it opens")
}

/// What a vault says of a refusal.
pub(crate) fn errors(status: u16, all: &[&str]) -> Reply {
    Reply::json(status, &json!({ "errors": all }))
}

pub(crate) fn mount(path: &str, options: &Value) -> Reply {
    Reply::json(200, &json!({ "data": { "path": path, "type": "kv", "options": options } }))
}

pub(crate) fn rights(all: &[&str]) -> Reply {
    Reply::json(200, &json!({ "capabilities": all, "data": { "capabilities": all } }))
}

/// The answer to reading an entry.
pub(crate) fn holding(token: &str) -> Reply {
    holding_until(token, "")
}

/// The same, of one that the vault deletes by itself then.
pub(crate) fn holding_until(token: &str, until: &str) -> Reply {
    Reply::json(200, &json!({ "data": { "data": { "token": token }, "metadata": version(1, until) } }))
}

/// What a vault tells of a version.
pub(crate) fn version(number: u64, until: &str) -> Value {
    let at = "2026-11-25T04:51:31.655965301Z";
    json!({ "created_time": at, "custom_metadata": null, "deletion_time": until, "destroyed": false, "version": number })
}

pub(crate) const MISMATCH: &str = "check-and-set parameter did not match the current version";

fn answer(call: Call, request: &Request, entries: &Entries) -> Reply {
    let mut entries = entries.lock().expect("nobody panics");
    if request.header("x-vault-token") != Some(ACCESS) {
        return errors(403, &["permission denied"]);
    }
    let path = request.path().split_once("ata/").map(|(_, path)| path.to_owned()).unwrap_or_default();
    match call {
        Call::Mount => mount("secret/", &json!({ "version": "2" })),
        Call::Nowhere => errors(404, &["no handler for route \"sys/internal/ui/mounts\". route entry not found."]),
        Call::Rights => rights(&["create", "read"]),
        Call::Access => Reply::json(200, &json!({ "data": { "expire_time": null, "num_uses": 0, "ttl": 0 } })),
        Call::Config => Reply::json(200, &json!({ "data": { "delete_version_after": "0s" } })),
        Call::Metadata if entries.contains_key(&path) => {
            Reply::json(200, &json!({ "data": { "current_version": 1, "versions": { "1": version(1, "") } } }))
        }
        Call::Metadata => errors(404, &[]),
        Call::Create => {
            let body: Value = serde_json::from_slice(&request.body).expect("JSON");
            if body["options"]["cas"] != 0 || entries.contains_key(&path) {
                return errors(400, &[MISMATCH]);
            }
            entries.insert(path, body["data"].clone());
            Reply::json(200, &json!({ "data": version(1, "") }))
        }
        Call::Read => match entries.get(&path) {
            Some(data) => Reply::json(200, &json!({ "data": { "data": data, "metadata": version(1, "") } })),
            None => errors(404, &[]),
        },
    }
}
