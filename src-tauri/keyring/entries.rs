//! Entries in the system's keyring by their names, through the package `keyring`.

use keybearer_core::{APP_ID, account::Forgotten, failure::KeyringProblem};
use keyring::v1::Entry;
use keyring_core::Error;
use zeroize::Zeroizing;

#[cfg(target_os = "linux")]
use super::secret_service;

/// Keeps a secret, over one kept before under this name.
pub(super) fn keep(name: &str, secret: &[u8]) -> Result<(), KeyringProblem> {
    with_entry(name, |entry| match entry.set_secret(secret) {
        // Which of them would be read at the next start nobody knows.
        Err(Error::Ambiguous(several)) => delete_all(&several).and_then(|()| entry.set_secret(secret)),
        set => set,
    })
}

/// Every secret that is kept under this name.
pub(super) fn fetch(name: &str) -> Result<Vec<Zeroizing<Vec<u8>>>, KeyringProblem> {
    with_entry(name, |entry| match entry.get_secret() {
        Ok(one) => Ok(vec![Zeroizing::new(one)]),
        Err(Error::NoEntry) => Ok(Vec::new()),
        Err(Error::Ambiguous(several)) => several.iter().map(|one| one.get_secret().map(Zeroizing::new)).collect(),
        Err(error) => Err(error),
    })
}

/// Forgets all that is kept under this name, as much of it as the keyring lets go of.
pub(super) fn forget(name: &str) -> Result<Forgotten, KeyringProblem> {
    forgotten(with_entry(name, |entry| match entry.delete_credential() {
        Err(Error::Ambiguous(several)) => delete_all(&several).map(|()| true),
        Err(Error::NoEntry) => Ok(false),
        deleted => deleted.map(|()| true),
    }))
}

/// Forgets whatever is kept for Keybearer, as much of it as the keyring lets go of: on Linux alone, since the other keyrings
/// do not let one look for entries whose names nobody knows.
pub(super) fn forget_all() -> Result<Forgotten, KeyringProblem> {
    #[cfg(target_os = "linux")]
    return forgotten(match secret_service::forget_all(APP_ID) {
        Err(Error::NoEntry) => Ok(false),
        deleted => deleted.map(|()| true).map_err(|error| problem(&error)),
    });
    #[cfg(not(target_os = "linux"))]
    Ok(Forgotten::Whole)
}

/// How it went, where there was something.
fn forgotten(were_there: Result<bool, KeyringProblem>) -> Result<Forgotten, KeyringProblem> {
    #[cfg(target_os = "linux")]
    let into_recycle_bin = were_there? && secret_service::is_keepassxc();
    #[cfg(not(target_os = "linux"))]
    let into_recycle_bin = were_there.map(|_| false)?;
    Ok(if into_recycle_bin { Forgotten::IntoRecycleBin } else { Forgotten::Whole })
}

fn with_entry<T>(name: &str, work: impl FnOnce(&Entry) -> Result<T, Error>) -> Result<T, KeyringProblem> {
    entry(name).and_then(|entry| work(&entry)).map_err(|error| problem(&error))
}

/// One of this program's own: those of `keyring` neither make a keyring where there is none, nor go on forgetting what they
/// can after a refusal, nor tell a service without encryption from none, nor find one that came later.
#[cfg(target_os = "linux")]
fn entry(name: &str) -> Result<Entry, Error> {
    Ok(Entry { inner: secret_service::entry(APP_ID, name) })
}

#[cfg(not(target_os = "linux"))]
fn entry(name: &str) -> Result<Entry, Error> {
    Entry::new(APP_ID, name)
}

/// Deletes as many of them as it lets go of.
fn delete_all(entries: &[keyring_core::Entry]) -> Result<(), Error> {
    entries.iter().map(keyring_core::Entry::delete_credential).fold(Ok(()), Result::and)
}

/// Two variants of the error carry the secret's bytes, so only what is known to hold none is told.
fn problem(error: &Error) -> KeyringProblem {
    match error {
        Error::PlatformFailure(why) => why.downcast_ref().copied().unwrap_or(KeyringProblem::Absent),
        Error::NoStorageAccess(_) => KeyringProblem::Locked,
        Error::NoDefaultStore => KeyringProblem::Absent,
        Error::TooLong(..) => KeyringProblem::TooLong,
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => KeyringProblem::Damaged,
        _ => KeyringProblem::Refused,
    }
}
