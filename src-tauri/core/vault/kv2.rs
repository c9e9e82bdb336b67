//! What is kept of a vault of HashiCorp Vault or OpenBao.

use std::{collections::BTreeSet, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::entry_names::{Names, Template};
use crate::{
    address::BaseUrl,
    credential::SecretName,
    delivery::Entry,
    words::{self, Message},
};

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Kv2 {
    /// `https://vault.example.org:8200`
    pub address: BaseUrl,
    /// The mount of the secrets engine: `secret`
    pub mount: String,
    /// Below the mount: `dfns/{key_name}`
    pub path: Template,
    /// The field of the entry that takes the token.
    pub field: String,
    /// Those that take the private key and the credential's id of what signs.
    #[serde(default = "private_key", skip_serializing_if = "is_private_key")]
    pub private_key_field: String,
    #[serde(default = "credential_id", skip_serializing_if = "is_credential_id")]
    pub credential_id_field: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// A certificate authority to trust beside the system's: a file in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<PathBuf>,
}

fn private_key() -> String {
    SecretName::PrivateKey.as_str().to_owned()
}

fn is_private_key(field: &str) -> bool {
    field == SecretName::PrivateKey.as_str()
}

fn credential_id() -> String {
    SecretName::CredentialId.as_str().to_owned()
}

fn is_credential_id(field: &str) -> bool {
    field == SecretName::CredentialId.as_str()
}

impl Kv2 {
    pub fn place(&self, entry: &Entry) -> String {
        format!("{}/{}", self.mount, self.path.fill(Names::Plain, entry))
    }

    /// The field of the entry that takes this secret.
    pub fn field(&self, secret: SecretName) -> &str {
        match secret {
            SecretName::Token => &self.field,
            SecretName::PrivateKey => &self.private_key_field,
            SecretName::CredentialId => &self.credential_id_field,
        }
    }

    /// Checks what stands in it and is not checked by its types.
    ///
    /// # Errors
    /// In words.
    pub(super) fn check(&self) -> Result<(), Message> {
        let is_path =
            |text: &str| !text.is_empty() && text.split('/').all(|segment| !["", ".", ".."].contains(&segment));
        if !is_path(&self.mount) {
            return Err(words::unusable_mount(&self.mount));
        }
        if !is_path(self.path.as_str()) {
            return Err(words::unusable_path(self.path.as_str()));
        }
        if self.path.is_of_each_secret() {
            return Err(words::unusable_secret_place());
        }
        let fields = SecretName::ALL.iter().map(|name| self.field(*name));
        if fields.clone().any(str::is_empty) || fields.collect::<BTreeSet<_>>().len() < SecretName::ALL.len() {
            return Err(words::unusable_field());
        }
        if !self.namespace.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(words::unusable_namespace(&self.namespace));
        }
        Ok(())
    }
}
