//! The operating system's keyring, where sign-in tokens and what opens vaults are kept. Nothing else writes to it.

mod entries;
#[cfg(target_os = "linux")]
pub(crate) mod secret_service;

use std::{fmt::Display, sync::Arc};

use keybearer_core::{
    account::{Forgotten, KeptKey, SignInStore, Standing},
    address::BaseUrl,
    failure::{Failure, KeyringProblem},
    secret::{SignInToken, VaultSecret},
    signing::PrivateKey,
    vault::VaultSecrets,
};
use zeroize::Zeroizing;

/// The operating system's keyring: Secret Service, Keychain, Credential Manager.
pub(crate) struct Keyring;

impl Keyring {
    fn keep_bytes(owner: &str, address: &dyn Display, secret: &[u8]) -> Result<(), Failure> {
        let name = name_of(owner, address);
        entries::keep(&name, secret).map_err(Failure::Keyring)?;
        // A keyring that takes a secret and cannot give it back would lose it at the next start.
        let problem = match entries::fetch(&name).map(|kept| one_of(&kept).cloned()) {
            Ok(Some(kept)) if *kept == secret => return Ok(()),
            Ok(_) => KeyringProblem::GaveBackOther,
            Err(problem) => problem,
        };
        // What it does not give back it need not keep.
        match entries::forget(&name) {
            Ok(_) => Err(Failure::Keyring(problem)),
            Err(_) => Err(Failure::StaysInKeyring(problem)),
        }
    }

    fn fetch_bytes(owner: &str, address: &dyn Display) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        let kept = entries::fetch(&name_of(owner, address)).map_err(Failure::Keyring)?;
        match one_of(&kept) {
            Some(one) => Ok(Some(one.clone())),
            None if kept.is_empty() => Ok(None),
            None => Err(Failure::Keyring(KeyringProblem::Several)),
        }
    }

    fn forget_entry(owner: &str, address: &dyn Display) -> Result<Forgotten, Failure> {
        entries::forget(&name_of(owner, address)).map_err(Failure::Keyring)
    }

    /// Forgets every token that is there, also of accounts that nothing else knows any more: as many as it lets go of.
    /// Only where the system lets one look for them, which is on Linux.
    ///
    /// # Errors
    /// [`Failure::Keyring`].
    pub(crate) fn forget_all(&self) -> Result<Forgotten, Failure> {
        entries::forget_all().map_err(Failure::Keyring)
    }
}

impl SignInStore for Keyring {
    fn keep(&self, account: &str, base: &BaseUrl, token: &SignInToken) -> Result<(), Failure> {
        Self::keep_bytes(account, base, token.open("keep it in the keyring").as_bytes())
    }

    fn fetch(&self, account: &str, base: &BaseUrl) -> Result<Option<SignInToken>, Failure> {
        let bytes = Self::fetch_bytes(account, base)?;
        Ok(bytes.and_then(|bytes| str::from_utf8(&bytes).ok().and_then(SignInToken::parse)))
    }

    fn forget(&self, account: &str, base: &BaseUrl) -> Result<Forgotten, Failure> {
        Self::forget_entry(account, base)
    }

    fn keep_key(&self, credential: &str, base: &BaseUrl, key: &KeptKey, standing: Standing) -> Result<(), Failure> {
        let [confirmed, unconfirmed] = of_credential(credential);
        let bytes = match key {
            KeptKey::Open(key) => key.open("keep it in the keyring"),
            KeptKey::Locked(encrypted) => encrypted,
        };
        match standing {
            Standing::Unconfirmed => Self::keep_bytes(&unconfirmed, base, bytes),
            Standing::Confirmed => {
                Self::keep_bytes(&confirmed, base, bytes)?;
                // The same once more: what stays of it is forgotten with the other.
                let _ = Self::forget_entry(&unconfirmed, base);
                Ok(())
            }
        }
    }

    fn fetch_key(&self, credential: &str, base: &BaseUrl) -> Result<Option<KeptKey>, Failure> {
        for name in of_credential(credential) {
            if let Some(bytes) = Self::fetch_bytes(&name, base)? {
                return Ok(Some(match PrivateKey::from_der(&bytes) {
                    Ok(key) => KeptKey::Open(Arc::new(key)),
                    // What it is else, is found out once there is a passphrase.
                    Err(_) => KeptKey::Locked(bytes.to_vec()),
                }));
            }
        }
        Ok(None)
    }

    fn forget_key(&self, credential: &str, base: &BaseUrl) -> Result<Forgotten, Failure> {
        Self::forget_both(&of_credential(credential), base)
    }
}

impl Keyring {
    fn forget_both(names: &[String; 2], base: &BaseUrl) -> Result<Forgotten, Failure> {
        // Each is tried, whatever became of the other.
        let [confirmed, unconfirmed] = names.each_ref().map(|name| Self::forget_entry(name, base));
        match (confirmed?, unconfirmed?) {
            (Forgotten::Whole, Forgotten::Whole) => Ok(Forgotten::Whole),
            _ => Ok(Forgotten::IntoRecycleBin),
        }
    }
}

impl VaultSecrets for Keyring {
    fn keep_secret(&self, destination: &str, address: &str, secret: &VaultSecret) -> Result<(), Failure> {
        let kept =
            Self::keep_bytes(&of_destination(destination), &address, secret.open("keep it in the keyring").as_bytes());
        // It is not in use, so it is forgotten, or kept over, with the destination.
        kept.map_err(|failure| match failure {
            Failure::StaysInKeyring(problem) => Failure::Keyring(problem),
            failure => failure,
        })
    }

    fn fetch_secret(&self, destination: &str, address: &str) -> Result<Option<VaultSecret>, Failure> {
        let bytes = Self::fetch_bytes(&of_destination(destination), &address)?;
        Ok(bytes.and_then(|bytes| str::from_utf8(&bytes).ok().and_then(VaultSecret::parse)))
    }

    fn forget_secret(&self, destination: &str, address: &str) -> Result<(), Failure> {
        match Self::forget_entry(&of_destination(destination), &address)? {
            Forgotten::Whole => Ok(()),
            Forgotten::IntoRecycleBin => Err(Failure::InRecycleBin),
        }
    }
}

/// Tells destinations from accounts, whatever the ids of both may be.
fn of_destination(id: &str) -> String {
    format!("destination {id}")
}

/// Tells private keys from tokens: as it is called once Dfns has confirmed its credential, and until then.
fn of_credential(id: &str) -> [String; 2] {
    [format!("credential {id}"), format!("unconfirmed credential {id}")]
}

/// An entry's name holds the address that it is for, so that a changed address finds nothing and asks anew.
fn name_of(owner: &str, address: &dyn Display) -> String {
    format!("{owner} at {address}")
}

/// What all of them are, if that is the same.
fn one_of(kept: &[Zeroizing<Vec<u8>>]) -> Option<&Zeroizing<Vec<u8>>> {
    let (first, others) = kept.split_first()?;
    others.iter().all(|other| other == first).then_some(first)
}
