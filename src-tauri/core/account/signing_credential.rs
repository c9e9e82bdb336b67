//! A user's own credential at Dfns: a key pair whose private half this computer has, with which the user signs in and signs
//! requests.

use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use super::{AskPassphrase, KeptKey, SignInStore};
use crate::{
    address::BaseUrl,
    failure::{CredentialProblem, Failure, KeyringProblem},
    key::Answer,
    signing::{Assertion, PrivateKey, PrivateKeyProblem},
};

/// What Dfns' ids and names have room in, by far.
const LONGEST: usize = 200;

/// Which credential of which user. None of it is a secret.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SigningCredential {
    /// As Dfns knows it, `cr-…` or what was chosen when it was registered.
    pub id: String,
    /// Of the user, as in the dashboard.
    pub username: String,
    /// The organization's id, `or-…`.
    pub organization: String,
    /// Keybearer registered it, with a private key of its own.
    #[serde(default)]
    pub own: bool,
}

impl SigningCredential {
    /// One that exists, as a person typed it.
    ///
    /// # Errors
    /// [`Failure::Credential`] for what is missing, or cannot be such a thing.
    pub fn parse(id: &str, username: &str, organization: &str) -> Result<Self, Failure> {
        Ok(Self {
            id: field(id, CredentialProblem::NoId, CredentialProblem::BadId)?,
            username: field(username, CredentialProblem::NoUsername, CredentialProblem::BadUsername)?,
            organization: organization_id(organization)?,
            own: false,
        })
    }
}

/// An organization's id, as a person typed it.
///
/// # Errors
/// [`Failure::Credential`] where it is none.
pub fn organization_id(text: &str) -> Result<String, Failure> {
    field(text, CredentialProblem::NoOrganization, CredentialProblem::BadOrganization)
}

fn field(text: &str, missing: CredentialProblem, bad: CredentialProblem) -> Result<String, Failure> {
    let text = text.trim();
    let is_one = text.len() <= LONGEST && text.chars().all(|each| !each.is_control() && !each.is_whitespace());
    match text {
        "" => Err(Failure::Credential(missing)),
        _ if is_one => Ok(text.to_owned()),
        _ => Err(Failure::Credential(bad)),
    }
}

/// A challenge, signed with a credential.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignedChallenge {
    /// The credential's id.
    pub credential: String,
    pub assertion: Assertion,
}

/// Signs challenges of Dfns for one user.
pub trait Sign: Send + Sync {
    /// The credential's id, which Dfns names among those that it takes.
    fn credential(&self) -> &str;

    /// Signs a challenge. The keyring may ask the person first.
    fn sign<'a>(&'a self, challenge: &'a str) -> Answer<'a, SignedChallenge>;
}

/// Signs with the private key that the keyring holds for a credential at one address; with the one in memory, where the
/// keyring is not to have it or cannot, or has it locked.
pub struct Signer {
    pub credential: SigningCredential,
    base: BaseUrl,
    store: Arc<dyn SignInStore>,
    passphrases: Arc<dyn AskPassphrase>,
    held: Mutex<Held>,
    /// The person is asked for one passphrase at a time.
    turn: tokio::sync::Mutex<()>,
}

/// Whether a private key is in memory.
enum Held {
    No,
    /// No keyring has it.
    ForThisRun(Arc<PrivateKey>),
    /// The keyring has it locked: until somebody leaves.
    Opened(Arc<PrivateKey>),
}

impl Signer {
    pub fn new(
        credential: SigningCredential,
        base: BaseUrl,
        store: Arc<dyn SignInStore>,
        passphrases: Arc<dyn AskPassphrase>,
        held: Option<Arc<PrivateKey>>,
    ) -> Self {
        let held = Mutex::new(held.map_or(Held::No, Held::ForThisRun));
        Self { credential, base, store, passphrases, held, turn: tokio::sync::Mutex::default() }
    }

    /// The private key, where no keyring has it.
    pub(super) fn held(&self) -> Option<Arc<PrivateKey>> {
        match &*self.held.lock() {
            Held::ForThisRun(key) => Some(Arc::clone(key)),
            Held::No | Held::Opened(_) => None,
        }
    }

    /// The keyring has it from now on, or nobody is to have it any more.
    pub(super) fn let_go(&self) {
        *self.held.lock() = Held::No;
    }

    /// The keyring has it locked from now on; whoever has just chosen the passphrase is not asked for it.
    pub(super) fn keep_open(&self, key: Arc<PrivateKey>) {
        *self.held.lock() = Held::Opened(key);
    }

    /// Nobody is there: what is locked in the keyring is asked for anew.
    pub(super) fn lock(&self) {
        let mut held = self.held.lock();
        if matches!(*held, Held::Opened(_)) {
            *held = Held::No;
        }
    }

    async fn private_key(&self) -> Result<Arc<PrivateKey>, Failure> {
        let _turn = self.turn.lock().await;
        if let Held::ForThisRun(key) | Held::Opened(key) = &*self.held.lock() {
            return Ok(Arc::clone(key));
        }
        let (store, credential, base) = (Arc::clone(&self.store), self.credential.id.clone(), self.base.clone());
        // A keyring may ask the person to unlock it.
        let fetched = spawn_blocking(move || store.fetch_key(&credential, &base)).await;
        match fetched.unwrap_or(Err(Failure::Keyring(KeyringProblem::Refused)))?.ok_or(Failure::KeyringEmpty)? {
            KeptKey::Open(key) => Ok(key),
            KeptKey::Locked(der) => self.opened(der).await,
        }
    }

    async fn opened(&self, der: Vec<u8>) -> Result<Arc<PrivateKey>, Failure> {
        let der = Arc::new(der);
        let mut again = false;
        loop {
            let typed = self.passphrases.open(&self.credential.username, again).await;
            let passphrase = typed.ok_or(Failure::Credential(CredentialProblem::StaysLocked))?;
            let der = Arc::clone(&der);
            // It takes its time on purpose.
            let opened = spawn_blocking(move || PrivateKey::from_encrypted_der(&der, &passphrase)).await;
            match opened.unwrap_or(Err(PrivateKeyProblem::Damaged)) {
                Ok(key) => {
                    let key = Arc::new(key);
                    *self.held.lock() = Held::Opened(Arc::clone(&key));
                    return Ok(key);
                }
                Err(PrivateKeyProblem::WrongPassphrase) => again = true,
                Err(problem) => return Err(Failure::PrivateKey(problem)),
            }
        }
    }
}

impl Sign for Signer {
    fn credential(&self) -> &str {
        &self.credential.id
    }

    fn sign<'a>(&'a self, challenge: &'a str) -> Answer<'a, SignedChallenge> {
        Box::pin(async move {
            let key = self.private_key().await?;
            Ok(SignedChallenge { credential: self.credential.id.clone(), assertion: key.assertion(challenge)? })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_cannot_be_is_told_of_the_field() {
        let parsed = SigningCredential::parse(" cr-1\n", "ada@example.org", "or-1").expect("all are there");
        assert_eq!((parsed.id.as_str(), parsed.own), ("cr-1", false));
        for (id, username, organization, problem) in [
            ("", "ada", "or-1", CredentialProblem::NoId),
            ("cr 1", "ada", "or-1", CredentialProblem::BadId),
            ("cr-1", " ", "or-1", CredentialProblem::NoUsername),
            ("cr-1", "ada\u{7}", "or-1", CredentialProblem::BadUsername),
            ("cr-1", "ada", "", CredentialProblem::NoOrganization),
            ("cr-1", "ada", &"o".repeat(201), CredentialProblem::BadOrganization),
        ] {
            let refused = SigningCredential::parse(id, username, organization);
            assert_eq!(refused, Err(Failure::Credential(problem)));
        }
    }
}
