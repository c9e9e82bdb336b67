//! `keybearer --forget`: forgets every account without opening a window.

use std::path::Path;

use crate::{
    account::{Keyring, Remembered, RememberedAccounts, TokenStore},
    failure::Failure,
};

/// Forgets the accounts in this folder and their sign-in tokens in the keyring. Tells how many accounts there were.
///
/// # Errors
/// What could not be forgotten; the accounts are then still listed, for another try.
pub(crate) fn forget_all(folder: &Path) -> Result<usize, Failure> {
    let remembered = RememberedAccounts::in_folder(folder);
    let Remembered { accounts, signed_out } = remembered.read()?;
    for account in accounts.iter().chain(&signed_out) {
        if let Some(base) = account.environment.base() {
            Keyring.forget(&account.id, &base)?;
        }
    }
    Keyring.forget_all()?;
    remembered.forget_all()?;
    Ok(accounts.len())
}
