//! What a vault is asked before a token is sent to it. No secret is sent but the vault's own.

use std::time::Duration;

use keybearer_core::{
    delivery::{Access, Entry, Keeps, Looked},
    failure::VaultProblem,
    words,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    Kv2Vault,
    answer::{self, Answered},
};

/// Where a vault tells of its mounts.
const MOUNTS: &str = "sys/internal/ui/mounts";

/// A namespace that nobody has.
const NOWHERE: &str = "keybearer-asks-for-a-namespace-that-nobody-has";

/// A token is held for about as long, so that a delivery can be repeated until then.
const SOON: Duration = Duration::from_secs(600);

/// So often a delivery asks the vault, from looking to reading back, with one call to spare.
const USES: i64 = 12;

/// What the access token may do at a place, as far as the vault tells.
#[derive(Clone, Copy)]
pub(super) struct Rights {
    /// It is known that it may create.
    pub(super) create: bool,
    /// It is known that it may change nothing.
    no_update: bool,
}

pub(super) struct Room {
    /// It was seen that no version is there.
    seen: bool,
    /// There are metadata, and no version yet.
    prepared: bool,
    /// How long what is stored there is kept, where its metadata say so.
    kept: Option<Duration>,
}

impl Kv2Vault {
    /// Whether a key's token could be stored, and what is known of it.
    pub(super) async fn looked(&self, entry: &Entry) -> Result<Looked, VaultProblem> {
        let path = self.path(entry);
        self.look_at_mount(&path).await?;
        self.look_at_namespaces(&path).await?;
        let access = self.look_at_access().await?;
        // Of a path that is not known yet it cannot be asked what may be done there.
        if !self.at.path.is_known(entry) {
            return Ok(Looked { keeps: self.keeps(None).await, access, right_untold: true, ..Looked::default() });
        }
        let rights = self.look_at_rights(&path).await?;
        let room = self.look_for_entry(&path, rights).await?;
        Ok(Looked { keeps: self.keeps(room.kept).await, access, room_seen: room.seen, right_untold: !rights.create })
    }

    /// The same once more, with the token at hand.
    pub(super) async fn prepare(&self, path: &str) -> Result<Rights, VaultProblem> {
        self.look_at_mount(path).await?;
        self.look_at_namespaces(path).await?;
        self.look_at_rights(path).await
    }

    /// Whether the mount is there and of version 2: else nothing secret is sent to it.
    async fn look_at_mount(&self, path: &str) -> Result<(), VaultProblem> {
        let answer = self.call(self.request(Method::GET, &[MOUNTS, &self.at.mount, path])).await?;
        if answer.status == StatusCode::FORBIDDEN {
            return Err(self.whose_fault(self.refusal(&answer, &[])).await);
        }
        if answer.status != StatusCode::OK {
            return Err(self.refusal(&answer, &[]));
        }
        let body = answer.success().ok_or(VaultProblem::NotUnderstood)?;
        let mount = &body["data"];
        let there = mount["path"].as_str().ok_or(VaultProblem::NotUnderstood)?;
        if there.trim_matches('/') != self.at.mount {
            return Err(VaultProblem::NoMount(self.at.mount.clone()));
        }
        match mount["options"]["version"].as_str() {
            Some("2") => Ok(()),
            _ => Err(VaultProblem::NotVersion2(self.at.mount.clone())),
        }
    }

    /// A vault refuses an access token that has ended in the words in which it refuses one that has no right: it is asked
    /// whether it knows it at all.
    async fn whose_fault(&self, refused: VaultProblem) -> VaultProblem {
        let VaultProblem::Refused(message) = refused else { return refused };
        match self.ask_of_access().await {
            Ok(answer) if answer.status == StatusCode::FORBIDDEN && answer.is_refusal_of_a_vault() => {
                VaultProblem::AccessOver(message)
            }
            _ => VaultProblem::Refused(message),
        }
    }

    async fn ask_of_access(&self) -> Result<Answered, VaultProblem> {
        self.call(self.request(Method::GET, &["auth", "token", "lookup-self"])).await
    }

    /// Until when the access token lets Keybearer in. One that is over before a delivery could be repeated is told before a
    /// key is made for it.
    async fn look_at_access(&self) -> Result<Access, VaultProblem> {
        let answer = self.ask_of_access().await?;
        let Some(body) = answer.success() else { return Ok(Access::NotTold) };
        let data = &body["data"];
        let uses = data["num_uses"].as_i64().unwrap_or(0);
        if uses != 0 && uses < USES {
            return Err(VaultProblem::FewUses(u64::try_from(uses).unwrap_or(0)));
        }
        let Some(end) = answer::end_of_access(data) else { return Ok(Access::NotTold) };
        let Some(at) = end else { return Ok(Access::Endless) };
        // By the vault's own clock, whatever this computer's says.
        if data["ttl"].as_u64().is_some_and(|left| left < SOON.as_secs()) {
            return Err(VaultProblem::AccessEnds(at));
        }
        Ok(Access::Until { at, renewable: data["renewable"] == true })
    }

    /// What the token may do there.
    async fn look_at_rights(&self, path: &str) -> Result<Rights, VaultProblem> {
        let asked = json!({ "paths": [format!("{}/data/{path}", self.at.mount)] });
        let request = self.request(Method::POST, &["sys", "capabilities-self"]).body(asked.to_string());
        let untold = Rights { create: false, no_update: false };
        let Some(body) = self.call(request).await?.success() else { return Ok(untold) };
        let told = body["data"]["capabilities"].as_array().or_else(|| body["capabilities"].as_array());
        let Some(told) = told else { return Ok(untold) };
        let may = |what: &str| told.iter().any(|right| right == what || right == "root");
        if !may("create") {
            return Err(VaultProblem::Refused(words::kv2_may_not_create().to_string()));
        }
        Ok(Rights { create: true, no_update: !may("update") })
    }

    /// Whether an entry is there, also one that was deleted and can be brought back, where the token may ask. One that has
    /// metadata and no version yet leaves room, but to a vault its first version is a change.
    pub(super) async fn look_for_entry(&self, path: &str, rights: Rights) -> Result<Room, VaultProblem> {
        let room = self.room_for_entry(path).await?;
        if room.prepared && rights.no_update {
            return Err(VaultProblem::NeedsUpdate(self.at_path(path)));
        }
        Ok(room)
    }

    async fn room_for_entry(&self, path: &str) -> Result<Room, VaultProblem> {
        let answer = self.call(self.request(Method::GET, &[&self.at.mount, "metadata", path])).await?;
        match answer.status {
            StatusCode::OK => {
                let body = answer.success().ok_or(VaultProblem::NotUnderstood)?;
                let data = &body["data"];
                let version = data["current_version"].as_u64().ok_or(VaultProblem::NotUnderstood)?;
                if version == 0 && data["versions"].as_object().is_some_and(serde_json::Map::is_empty) {
                    return Ok(Room { seen: true, prepared: true, kept: kept(data) });
                }
                let latest = &data["versions"][version.to_string()];
                Err(if answer::is_deleted(latest) {
                    VaultProblem::ExistsDeleted(self.at_path(path))
                } else {
                    VaultProblem::Exists(self.at_path(path))
                })
            }
            StatusCode::NOT_FOUND if answer.is_refusal_of_a_vault() => {
                Ok(Room { seen: true, prepared: false, kept: None })
            }
            StatusCode::FORBIDDEN if answer.is_refusal_of_a_vault() => {
                Ok(Room { seen: false, prepared: false, kept: None })
            }
            _ => Err(self.refusal(&answer, &[])),
        }
    }

    /// Whether the vault has namespaces, where one is configured: a vault without any takes no notice of being asked in
    /// one. In one that nobody has it is to know nothing of the mount.
    async fn look_at_namespaces(&self, path: &str) -> Result<(), VaultProblem> {
        if self.at.namespace.is_empty() {
            return Ok(());
        }
        let nowhere = format!("{}/{NOWHERE}", self.at.namespace.trim_end_matches('/'));
        let answer = self.call(self.request_in(&nowhere, Method::GET, &[MOUNTS, &self.at.mount, path])).await?;
        match answer.status.as_u16() {
            200 => Err(VaultProblem::NoNamespaces(self.at.namespace.clone())),
            400..408 if answer.is_refusal_of_a_vault() => Ok(()),
            _ => Err(self.refusal(&answer, &[])),
        }
    }

    /// How long the vault keeps what is stored there, by its mount and by the entry's own metadata: the shorter of the two.
    async fn keeps(&self, entry: Option<Duration>) -> Keeps {
        let answer = self.call(self.request(Method::GET, &[&self.at.mount, "config"])).await.ok();
        let mount = answer.and_then(|answer| answer.success()).and_then(|body| span_of(&body["data"]));
        let spans = [entry, mount].into_iter().flatten().filter(|span| !span.is_zero());
        match (spans.min(), mount) {
            (Some(span), _) => Keeps::For(span),
            (None, Some(_)) => Keeps::ForGood,
            // Whatever else is known, the mount may say otherwise.
            (None, None) => Keeps::NotTold,
        }
    }
}

fn kept(metadata: &Value) -> Option<Duration> {
    span_of(metadata).filter(|span| !span.is_zero())
}

fn span_of(data: &Value) -> Option<Duration> {
    answer::span(data["delete_version_after"].as_str()?)
}
