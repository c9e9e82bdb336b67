//! `keybearer --forget`: forgets every account without opening a window.

use std::{path::Path, sync::Arc};

use crate::{
    account::{Keyring, Remembered, RememberedAccounts, TokenStore},
    failure::Failure,
    vault::Destinations,
};

/// Forgets the accounts in this folder, and all that the keyring holds for Keybearer: their sign-in tokens, and what opens
/// destinations. Tells how many accounts there were.
///
/// # Errors
/// What could not be forgotten; the accounts are then still listed, for another try.
pub(crate) fn forget_all(folder: &Path) -> Result<usize, Failure> {
    let remembered = RememberedAccounts::in_folder(folder);
    let Remembered { accounts, signed_out, .. } = remembered.read()?;
    for account in accounts.iter().chain(&signed_out) {
        if let Some(base) = account.environment.base() {
            Keyring.forget(&account.id, &base)?;
        }
    }
    let (destinations, unread) = Destinations::in_folder(folder, Arc::new(Keyring));
    destinations.forget_secrets()?;
    Keyring.forget_all()?;
    remembered.forget_all()?;
    match unread {
        // On Linux nothing is left nevertheless.
        Some(failure) if !cfg!(target_os = "linux") => Err(failure),
        _ => Ok(accounts.len()),
    }
}
