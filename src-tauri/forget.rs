//! `keybearer --forget`: forgets every account without opening a window.

use std::sync::Arc;

use keybearer_core::{
    account::{Forgotten, Remembered, RememberedAccounts, SignInStore},
    app::Folders,
    failure::{Failure, NotNow},
    journal::{Enrolment, EnrolmentState, NewEnrolment},
    vault::Destinations,
};

use crate::{journal, keyring::Keyring, vault::Vaults};

/// Forgets the accounts in these folders, and all that the keyring holds for Keybearer: their sign-in tokens, and what opens
/// destinations; as much of it as can be forgotten. Tells how many accounts there were, and how the keyring forgot.
///
/// # Errors
/// What could not be forgotten; the accounts are then still listed, for another try. [`Failure::NotNow`] beside a running
/// app, which would keep anew what is forgotten.
pub(crate) fn forget_all(folders: &Folders) -> Result<(usize, Forgotten, Vec<String>), Failure> {
    if journal::is_in_use(&folders.journal()) {
        return Err(Failure::NotNow(NotNow::Running));
    }
    let remembered = RememberedAccounts::in_folder(&folders.config);
    let read = remembered.read();
    let forgotten = if cfg!(target_os = "linux") {
        // Also what neither file tells of, and the person is asked once.
        Keyring.forget_all()
    } else {
        forget_each(folders, read.as_ref().ok())
    };
    let read = read?;
    let how = forgotten?;
    remembered.forget_all()?;
    Ok((read.accounts.len(), how, still_registered(folders, &read)))
}

/// The credentials that stay registered at Dfns: those that Keybearer has registered, as far as the journal knows, and those that
/// an account signed in with.
fn still_registered(folders: &Folders, read: &Remembered) -> Vec<String> {
    let path = folders.journal();
    let enrolled = if path.exists() { journal::open(&path).0.enrolments().unwrap_or_default() } else { Vec::new() };
    let registered =
        |enrolment: &&Enrolment| matches!(enrolment.state, EnrolmentState::Begun | EnrolmentState::Registered);
    let enrolled = enrolled.iter().filter(registered).map(|enrolment| {
        let NewEnrolment { credential, base, name, .. } = &enrolment.new;
        format!("{name} ({}, {}, {base})", credential.id, credential.username)
    });
    let brought = read.accounts.iter().filter_map(|account| {
        let credential = account.credential.as_ref().filter(|credential| !credential.own)?;
        Some(format!("{} ({}, {})", credential.id, credential.username, account.environment.base()?))
    });
    enrolled.chain(brought).collect()
}

/// Where one cannot look for all that is there. Each is tried, whatever became of the one before.
fn forget_each(folders: &Folders, read: Option<&Remembered>) -> Result<Forgotten, Failure> {
    let (destinations, unread) = Destinations::in_folder(&folders.config, Arc::new(Keyring), Arc::new(Vaults));
    let all = read.into_iter().flat_map(|read| read.accounts.iter().chain(&read.signed_out));
    let tokens = all.filter_map(|account| Some(Keyring.forget(&account.id, &account.environment.base()?).map(drop)));
    let keys = read.into_iter().flat_map(|read| read.accounts.iter().chain(&read.signed_out)).filter_map(|account| {
        Some(Keyring.forget_key(&account.credential.as_ref()?.id, &account.environment.base()?).map(drop))
    });
    tokens.chain(keys).fold(Ok(()), Result::and).and(destinations.forget_secrets()).and(unread.map_or(Ok(()), Err))?;
    Ok(Forgotten::Whole)
}
