//! A service account's three secrets, as they are made for one, and what a vault holds of them.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use keybearer_core::{
    credential::{CredentialKind, Secrets},
    delivery::{Entry, Step, Stored, Vault},
    failure::Failure,
    key::KeyName,
    order::{Order, Terms},
    secret::Secret,
    signing::NewKeyType,
};
use serde_json::Value;

use crate::scene::{LENGTH, entry, text};

/// An id that Dfns gives.
pub(crate) const ID: &str = "cr-5g2mv-1k3h7-8qk9jf0b1p2r3s4t";

pub(crate) struct Account {
    pub(crate) secrets: Secrets,
    public_key: String,
}

impl Account {
    /// With a key pair that is made for it.
    pub(crate) fn new(key_type: NewKeyType) -> Self {
        let name = KeyName::parse("Deploy bot").expect("a name");
        let terms = Terms { key_type, ..Terms::default() };
        let order = Order::new(CredentialKind::ServiceAccount, name, terms).expect("an order");
        let signing = order.signing.expect("it signs");
        let secret = |text: &str| Secret::new(text.to_owned()).expect("it is not empty");
        let secrets = Secrets::of_signing(secret(&text(LENGTH)), signing.private_key(), Some(secret(ID)));
        Self { secrets, public_key: signing.public_key_pem() }
    }

    /// The token, the private key, and the id.
    pub(crate) fn texts(&self) -> [String; 3] {
        let all: Vec<String> = self.secrets.open("compare them").into_iter().map(str::to_owned).collect();
        all.try_into().expect("there are three")
    }

    /// The same in the lines that an entry without fields holds.
    pub(crate) fn lines(&self) -> String {
        let [token, private_key, id] = self.texts();
        format!("{token}\n{id}\n{private_key}")
    }

    /// Makes sure that these are its three, and that the private key, taken out of the vault, is one that openssl reads.
    pub(crate) fn ensure_is(&self, held: &[String; 3]) {
        assert_eq!(*held, self.texts(), "each to the last byte");
        let mut openssl = Command::new("openssl");
        openssl.args(["pkey", "-pubout"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = openssl.spawn().expect("it starts");
        child.stdin.take().expect("a pipe").write_all(held[1].as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "openssl cannot read it");
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), self.public_key.trim());
    }
}

/// What was put into an entry: JSON with a member for each, or one to a line.
pub(crate) fn taken_apart(held: &[u8]) -> [String; 3] {
    let held = str::from_utf8(held).expect("text");
    if let Ok(json) = serde_json::from_str::<Value>(held) {
        return ["token", "private_key", "credential_id"]
            .map(|name| json[name].as_str().unwrap_or_default().to_owned());
    }
    let mut parts = held.splitn(3, '\n').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    let (token, id, private_key) = (next(), next(), next());
    [token, private_key, id]
}

/// The entry of a service account of this name.
pub(crate) fn entry_of_account(name: &str) -> Entry {
    let facts = vec![("kind", "service-account".to_owned()), ("made_by", "ada@example.org".to_owned())];
    Entry { kind: CredentialKind::ServiceAccount, facts, ..entry(name) }
}

pub(crate) async fn deliver_account(vault: &dyn Vault, name: &str, account: &Account) -> Result<Stored, Failure> {
    vault.store(&entry_of_account(name), &account.secrets, &|_: Step| {}).await
}
