//! The keyrings of macOS and Windows: Keychain and Credential Manager.

use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

use super::keeping::{Forgotten, OF_KEYBEARER};
use crate::failure::KeyringProblem;

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
    with_entry(name, |entry| match entry.delete_credential() {
        Err(Error::NoEntry) => Ok(()),
        Err(Error::Ambiguous(several)) => delete_all(&several),
        deleted => deleted,
    })?;
    Ok(Forgotten::Whole)
}

/// These keyrings do not let one look for entries whose names nobody knows.
pub(super) fn forget_all() -> Result<Forgotten, KeyringProblem> {
    Ok(Forgotten::Whole)
}

fn with_entry<T>(name: &str, work: impl FnOnce(&Entry) -> Result<T, Error>) -> Result<T, KeyringProblem> {
    let entry = keyring::v1::Entry::new(OF_KEYBEARER, name);
    entry.and_then(|entry| work(&entry.inner)).map_err(|error| problem(&error))
}

/// Deletes as many of them as it lets go of.
fn delete_all(entries: &[Entry]) -> Result<(), Error> {
    entries.iter().map(Entry::delete_credential).fold(Ok(()), Result::and)
}

/// Two variants of the error carry the secret's bytes, so only what is known to hold none is told.
fn problem(error: &Error) -> KeyringProblem {
    match error {
        Error::NoStorageAccess(_) => KeyringProblem::Locked,
        Error::PlatformFailure(_) | Error::NoDefaultStore => KeyringProblem::Absent,
        Error::TooLong(..) => KeyringProblem::TooLong,
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => KeyringProblem::Damaged,
        _ => KeyringProblem::Refused,
    }
}
