//! Where sign-in tokens and what opens vaults are kept: the operating system's keyring, behind narrow traits. The only
//! place that writes to the keyring.

use std::{collections::HashMap, fmt::Display};

use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

use crate::{
    account::BaseUrl,
    failure::{Failure, KeyringProblem},
    token::{SignInToken, VaultSecret},
};

/// The service under which the entries stand in the keyring.
const SERVICE: &str = "app.keybearer.desktop";

/// Keeps sign-in tokens, one for each account and host. Blocking: a keyring may ask the person to unlock it.
pub trait TokenStore: Send + Sync {
    /// Keeps a token, over one kept before.
    ///
    /// # Errors
    /// [`Failure::Keyring`] where it holds what it held before; [`Failure::StaysInKeyring`] where it may hold the token all
    /// the same.
    fn keep(&self, account: &str, base: &BaseUrl, token: &SignInToken) -> Result<(), Failure>;

    /// The token kept for this account at this very host; `None` where there is none.
    ///
    /// # Errors
    /// [`Failure::Keyring`].
    fn fetch(&self, account: &str, base: &BaseUrl) -> Result<Option<SignInToken>, Failure>;

    /// Forgets it; fine where there is none.
    ///
    /// # Errors
    /// [`Failure::Keyring`].
    fn forget(&self, account: &str, base: &BaseUrl) -> Result<(), Failure>;
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
    /// [`Failure::Keyring`].
    fn forget_secret(&self, destination: &str, address: &str) -> Result<(), Failure>;
}

/// The operating system's keyring: Secret Service, Keychain, Credential Manager.
pub struct Keyring;

impl Keyring {
    /// Does something with an entry. Its name holds the address that it is for, so that a changed address finds nothing
    /// and asks anew.
    fn with_entry<T>(
        owner: &str,
        address: &dyn Display,
        mut work: impl FnMut(&Entry) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let name = format!("{owner} at {address}");
        let done = keyring::v1::Entry::new(SERVICE, &name).and_then(|entry| work(&entry.inner));
        match done {
            Err(Error::PlatformFailure(_) | Error::NoDefaultStore) => {
                connect_anew()?;
                work(&Entry::new(SERVICE, &name)?)
            }
            done => done,
        }
    }

    fn keep_bytes(owner: &str, address: &dyn Display, secret: &[u8]) -> Result<(), Failure> {
        let mut taken = false;
        let kept = Self::with_entry(owner, address, |entry| {
            match entry.set_secret(secret) {
                // Which of them would be read at the next start nobody knows.
                Err(Error::Ambiguous(several)) => delete_all(&several).and_then(|()| entry.set_secret(secret)),
                set => set,
            }?;
            taken = true;
            // A keyring that takes a secret and cannot give it back would lose it at the next start.
            entry.get_secret().map(Zeroizing::new)
        });
        let problem = match kept {
            Ok(kept) if *kept == secret => return Ok(()),
            Ok(_) => KeyringProblem::GaveBackOther,
            Err(error) => problem(&error),
        };
        // What it does not give back it need not keep.
        if taken && Self::forget_entry(owner, address).is_err() {
            return Err(Failure::StaysInKeyring(problem));
        }
        Err(Failure::Keyring(problem))
    }

    fn fetch_bytes(owner: &str, address: &dyn Display) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        match Self::with_entry(owner, address, |entry| entry.get_secret().map(Zeroizing::new)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Error::NoEntry) => Ok(None),
            Err(Error::Ambiguous(several)) => one_of(&several).map(Some),
            Err(error) => Err(told(&error)),
        }
    }

    fn forget_entry(owner: &str, address: &dyn Display) -> Result<(), Failure> {
        let forgotten = Self::with_entry(owner, address, |entry| match entry.delete_credential() {
            Err(Error::Ambiguous(several)) => delete_all(&several),
            deleted => deleted,
        });
        match forgotten {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(told(&error)),
        }
    }

    /// Forgets every token that is there, also of accounts that nothing else knows any more: as many as it lets go of.
    /// Only where the system lets one look for them, which is on Linux.
    ///
    /// # Errors
    /// [`Failure::Keyring`].
    pub fn forget_all(&self) -> Result<(), Failure> {
        if cfg!(target_os = "linux") {
            let all = connect_anew().and_then(|()| Entry::search(&HashMap::from([("service", SERVICE)])));
            delete_all(&all.map_err(|error| told(&error))?).map_err(|error| told(&error))?;
        }
        Ok(())
    }
}

impl TokenStore for Keyring {
    fn keep(&self, account: &str, base: &BaseUrl, token: &SignInToken) -> Result<(), Failure> {
        Self::keep_bytes(account, base, token.open("keep it in the keyring").as_bytes())
    }

    fn fetch(&self, account: &str, base: &BaseUrl) -> Result<Option<SignInToken>, Failure> {
        let bytes = Self::fetch_bytes(account, base)?;
        Ok(bytes.and_then(|bytes| str::from_utf8(&bytes).ok().and_then(SignInToken::parse)))
    }

    fn forget(&self, account: &str, base: &BaseUrl) -> Result<(), Failure> {
        Self::forget_entry(account, base)
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
        Self::forget_entry(&of_destination(destination), &address)
    }
}

/// Tells destinations from accounts, whatever the ids of both may be.
fn of_destination(id: &str) -> String {
    format!("destination {id}")
}

/// The connection of the first use serves the whole run: a keyring that came, or came back, after that is not found
/// through it.
fn connect_anew() -> Result<(), Error> {
    #[cfg(target_os = "linux")]
    keyring_core::set_default_store(zbus_secret_service_keyring_store::Store::new()?);
    #[cfg(not(target_os = "linux"))]
    if let Err(error) = keyring::v1::Entry::store_status() {
        return Err(Error::PlatformFailure(error.to_string().into()));
    }
    Ok(())
}

/// Deletes as many of them as it lets go of.
fn delete_all(entries: &[Entry]) -> Result<(), Error> {
    let refused: Vec<Error> = entries.iter().filter_map(|entry| entry.delete_credential().err()).collect();
    refused.into_iter().next().map_or(Ok(()), Err)
}

/// What several entries of one name hold, if that is the same.
fn one_of(several: &[Entry]) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut one: Option<Zeroizing<Vec<u8>>> = None;
    for entry in several {
        let this = entry.get_secret().map(Zeroizing::new).map_err(|error| told(&error))?;
        if one.as_ref().is_some_and(|one| *one != this) {
            return Err(Failure::Keyring(KeyringProblem::Several));
        }
        one = Some(this);
    }
    one.ok_or(Failure::Keyring(KeyringProblem::Damaged))
}

/// Two variants of the error carry the secret's bytes, so only what is known to hold none is told.
fn told(error: &Error) -> Failure {
    Failure::Keyring(problem(error))
}

fn problem(error: &Error) -> KeyringProblem {
    match error {
        Error::NoStorageAccess(_) => KeyringProblem::Locked,
        Error::PlatformFailure(_) | Error::NoDefaultStore => KeyringProblem::Absent,
        Error::TooLong(..) => KeyringProblem::TooLong,
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => KeyringProblem::Damaged,
        _ => KeyringProblem::Refused,
    }
}
