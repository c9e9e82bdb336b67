//! `keybearer --forget`: forgets every account without opening a window.

use std::sync::Arc;

use crate::{
    account::{Forgotten, Keyring, RememberedAccounts, TokenStore},
    app::Folders,
    failure::Failure,
    journal,
    vault::Destinations,
};

/// Forgets the accounts in these folders, and all that the keyring holds for Keybearer: their sign-in tokens, and what opens
/// destinations; as much of it as can be forgotten. Tells how many accounts there were, and how the keyring forgot.
///
/// # Errors
/// What could not be forgotten; the accounts are then still listed, for another try. [`Failure::NotNow`] beside a running
/// app, which would keep anew what is forgotten.
pub(crate) fn forget_all(folders: &Folders) -> Result<(usize, Forgotten), Failure> {
    if journal::is_in_use(&folders.journal()) {
        return Err(Failure::NotNow("Keybearer is running, and could keep anew what is forgotten now. Quit it first."));
    }
    let remembered = RememberedAccounts::in_folder(&folders.config);
    let read = remembered.read();
    let mut how = Forgotten::Whole;
    let mut note = |forgotten: Result<Forgotten, Failure>| {
        forgotten.map(|this| {
            if this == Forgotten::IntoRecycleBin {
                how = this;
            }
        })
    };
    let (count, mut forgotten) = match read {
        Ok(read) => {
            let all = read.accounts.iter().chain(&read.signed_out);
            let tokens =
                all.filter_map(|account| Some(note(Keyring.forget(&account.id, &account.environment.base()?))));
            // Each is tried, whatever became of the one before.
            (read.accounts.len(), tokens.fold(Ok(()), Result::and))
        }
        Err(failure) => (0, Err(failure)),
    };
    let (destinations, unread) = Destinations::in_folder(&folders.config, Arc::new(Keyring));
    forgotten = forgotten.and(destinations.forget_secrets());
    // What the file of the destinations does not tell is found nevertheless, where one can look for it.
    let left = unread.filter(|_| !cfg!(target_os = "linux"));
    forgotten = forgotten.and(note(Keyring.forget_all())).and(left.map_or(Ok(()), Err));
    forgotten.and_then(|()| remembered.forget_all())?;
    Ok((count, how))
}
