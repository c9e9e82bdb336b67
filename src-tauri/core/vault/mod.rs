//! Destinations: the vaults that the person has configured.
//!
//! - [`Destination`] is what is kept of one; `destinations` keeps them, with what opens them in the keyring, and `proven`
//!   which of them were shown to keep what they take.
//! - `kv2` is what is kept of HashiCorp Vault and OpenBao, `command_vault` of any program that takes a secret on its standard
//!   input ([`stdin_payload`]).
//! - `entry_names` turns what keys are called into what entries may be called; `presets` fills in what is known of programs.
//! - How a token gets into each is an effect, behind [`OpenVault`].

mod command_vault;
mod destinations;
mod entry_names;
mod kv2;
mod presets;
mod proven;
pub mod stdin_payload;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use self::destinations::check_all;
pub use self::{
    command_vault::{Program, Question, Reading, Several, Way, Whose},
    destinations::{Destinations, Known},
    entry_names::{Names, Template},
    kv2::Kv2,
    presets::{Ask, PRESETS, Preset},
    stdin_payload::{Input, Payload},
};
use crate::{
    delivery::{Entry, Vault},
    failure::Failure,
    hex::sha256_of,
    secret::VaultSecret,
    words::{self, Message},
};

/// Makes destinations ready to be used.
pub trait OpenVault: Send + Sync {
    /// Makes one ready, with what opens it.
    ///
    /// # Errors
    /// [`Failure::Vault`] where its secret is missing or its authority cannot be read; [`Failure::Computer`] where TLS
    /// cannot be set up.
    fn open(&self, destination: &Destination, secret: Option<Arc<VaultSecret>>) -> Result<Arc<dyn Vault>, Failure>;
}

/// Keeps what opens vaults, one for each destination and address. Blocking: a keyring may ask the person to unlock it.
pub trait VaultSecrets: Send + Sync {
    /// Keeps it, over one kept before.
    ///
    /// # Errors
    /// [`Failure::Keyring`].
    fn keep_secret(&self, destination: &str, address: &str, secret: &VaultSecret) -> Result<(), Failure>;

    /// What is kept for this destination at this very address; `None` where there is nothing.
    ///
    /// # Errors
    /// [`Failure::Keyring`].
    fn fetch_secret(&self, destination: &str, address: &str) -> Result<Option<VaultSecret>, Failure>;

    /// Forgets it; fine where there is nothing.
    ///
    /// # Errors
    /// [`Failure::Keyring`]; [`Failure::InRecycleBin`] where it is forgotten as far as it can be.
    fn forget_secret(&self, destination: &str, address: &str) -> Result<(), Failure>;
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// Tells it from the others, for as long as it is there.
    pub id: String,
    pub name: String,
    pub vault: Kind,
}

/// What kind of vault a destination is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Kind {
    Kv2(Kv2),
    /// Any program that takes a secret on its standard input.
    Program(Program),
}

impl Destination {
    /// Checks what a person typed or a file holds.
    ///
    /// # Errors
    /// [`Failure::Destination`].
    pub fn check(&self) -> Result<(), Failure> {
        let checked = match &self.vault {
            _ if self.id.is_empty() => Err(words::unusable_id()),
            _ if self.name.trim().is_empty() => Err(words::unusable_name()),
            _ if self.name.chars().any(char::is_control) => Err(words::unusable_name_control()),
            Kind::Kv2(kv2) => kv2.check(),
            Kind::Program(program) => program.check(),
        };
        checked.map_err(|why| Failure::Destination(words::vault_unusable(why)))
    }

    /// What it needs to be opened, as messages choose their words by; `None` where it needs nothing of ours.
    pub fn secret(&self) -> Option<&'static str> {
        match &self.vault {
            Kind::Kv2(_) => Some("access-token"),
            Kind::Program(program) => program.password.then_some("password"),
        }
    }

    /// What opens it, out of what was copied for it.
    ///
    /// # Errors
    /// As [`VaultSecret::access_token`].
    pub fn read_secret(&self, text: &str) -> Result<VaultSecret, Option<Message>> {
        match &self.vault {
            Kind::Kv2(_) => VaultSecret::access_token(text),
            Kind::Program(_) => VaultSecret::parse(text).ok_or(None),
        }
    }

    /// What its secret is bound to: with another address it is asked for anew.
    pub fn address(&self) -> String {
        match &self.vault {
            Kind::Kv2(kv2) => kv2.address.to_string(),
            Kind::Program(program) => program.address(),
        }
    }

    /// A hash of all of it but what it is called: what is stored how, by which program with which arguments, or at which
    /// address. With anything changed it is another one.
    ///
    /// # Panics
    /// Never: whatever a destination holds came from JSON.
    pub fn fingerprint(&self) -> String {
        let vault = serde_json::to_value(&self.vault).expect("texts and numbers always serialize");
        sha256_of(&format!("keybearer destination\n{}", canonical(&vault)))
    }

    /// Whether a delivery that ends well shows by itself that the token is there.
    pub fn proves_itself(&self) -> bool {
        match &self.vault {
            Kind::Kv2(_) => true,
            Kind::Program(program) => program.read_back.is_some(),
        }
    }

    /// Whether it may store over an entry that is there: it cannot be asked beforehand, and nothing else keeps it from that.
    pub fn may_overwrite(&self) -> bool {
        match &self.vault {
            Kind::Kv2(_) => false,
            Kind::Program(program) => program.exists.is_none(),
        }
    }

    /// Where in it an entry goes, in words; what is not known of the entry yet stands as its placeholder.
    pub fn place(&self, entry: &Entry) -> String {
        match &self.vault {
            Kind::Kv2(kv2) => kv2.place(entry),
            Kind::Program(program) => program.place(entry),
        }
    }
}

/// A text that is the same for the same value, whatever the order of its names.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(all) => {
            let mut all: Vec<_> = all.iter().collect();
            all.sort_by_key(|(name, _)| name.as_str());
            let all = all.iter().map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)));
            format!("{{{}}}", all.collect::<Vec<_>>().join(","))
        }
        Value::Array(all) => format!("[{}]", all.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}
