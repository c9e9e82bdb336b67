//! Where sign-in tokens are kept: the operating system's keyring, behind a narrow trait. The only place that writes to
//! the keyring.

use std::collections::HashMap;

use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

use crate::{
    account::BaseUrl,
    failure::{Failure, KeyringProblem},
    token::SignInToken,
};

/// The service under which the entries stand in the keyring.
const SERVICE: &str = "app.keybearer.desktop";

/// Keeps sign-in tokens, one for each account and host. Blocking: a keyring may ask the person to unlock it.
pub trait TokenStore: Send + Sync {
    /// Keeps a token, over one kept before.
    ///
    /// # Errors
    /// [`Failure::Keyring`].
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

/// The operating system's keyring: Secret Service, Keychain, Credential Manager.
pub struct Keyring;

impl Keyring {
    /// Does something with an account's entry. Its name holds the address, so that a changed address finds nothing and
    /// asks anew.
    fn with_entry<T>(account: &str, base: &BaseUrl, work: impl Fn(&Entry) -> Result<T, Error>) -> Result<T, Error> {
        let name = format!("{account} at {base}");
        let done = keyring::v1::Entry::new(SERVICE, &name).and_then(|entry| work(&entry.inner));
        match done {
            Err(Error::PlatformFailure(_) | Error::NoDefaultStore) => {
                connect_anew()?;
                work(&Entry::new(SERVICE, &name)?)
            }
            done => done,
        }
    }

    /// Forgets every token that is there, also of accounts that nothing else knows any more. Only where the system lets
    /// one look for them, which is on Linux.
    ///
    /// # Errors
    /// [`Failure::Keyring`].
    pub fn forget_all(&self) -> Result<(), Failure> {
        if cfg!(target_os = "linux") {
            let all = connect_anew().and_then(|()| Entry::search(&HashMap::from([("service", SERVICE)])));
            for entry in all.map_err(|error| told(&error))? {
                entry.delete_credential().map_err(|error| told(&error))?;
            }
        }
        Ok(())
    }
}

impl TokenStore for Keyring {
    fn keep(&self, account: &str, base: &BaseUrl, token: &SignInToken) -> Result<(), Failure> {
        let token = token.open("keep it in the keyring").as_bytes();
        let kept = Self::with_entry(account, base, |entry| {
            entry.set_secret(token)?;
            // A keyring that takes a secret and cannot give it back would lose the account at the next start.
            entry.get_secret().map(Zeroizing::new)
        });
        match kept {
            Ok(kept) if *kept == token => Ok(()),
            Ok(_) => Err(Failure::Keyring(KeyringProblem::GaveBackOther)),
            Err(error) => Err(told(&error)),
        }
    }

    fn fetch(&self, account: &str, base: &BaseUrl) -> Result<Option<SignInToken>, Failure> {
        match Self::with_entry(account, base, |entry| entry.get_secret().map(Zeroizing::new)) {
            Ok(bytes) => Ok(std::str::from_utf8(&bytes).ok().and_then(SignInToken::parse)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(told(&error)),
        }
    }

    fn forget(&self, account: &str, base: &BaseUrl) -> Result<(), Failure> {
        match Self::with_entry(account, base, Entry::delete_credential) {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(told(&error)),
        }
    }
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

/// Two variants of the error carry the secret's bytes, so only what is known to hold none is told.
fn told(error: &Error) -> Failure {
    Failure::Keyring(match error {
        Error::NoStorageAccess(_) => KeyringProblem::Locked,
        Error::PlatformFailure(_) | Error::NoDefaultStore => KeyringProblem::Absent,
        Error::TooLong(..) => KeyringProblem::TooLong,
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => KeyringProblem::Damaged,
        _ => KeyringProblem::Refused,
    })
}
