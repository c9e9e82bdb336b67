//! What people call things: no secret becomes a name of anything, by whichever field it was pasted into.

use std::sync::Arc;

use super::Keybearer;
use crate::{
    account::{Session, Sessions},
    credential::CredentialKind,
    failure::Failure,
    issuance::Issuance,
    naming::{self, Likeness},
};

/// Tells names from the secrets that are there.
pub(super) struct Names {
    sessions: Arc<Sessions>,
    issuance: Arc<Issuance>,
}

impl Names {
    pub(super) fn new(sessions: &Arc<Sessions>, issuance: &Arc<Issuance>) -> Self {
        Self { sessions: Arc::clone(sessions), issuance: Arc::clone(issuance) }
    }

    /// What was typed as a name, as it is kept.
    ///
    /// # Errors
    /// As [`naming::parse`]; [`Failure::NameIsSecret`].
    pub(super) fn parse(&self, typed: &str) -> Result<String, Failure> {
        self.is_no_secret(typed)?;
        naming::parse(typed)
    }

    /// Neither the token that is held nor a sign-in token, whatever their form, and nothing that looks like one.
    pub(super) fn is_no_secret(&self, text: &str) -> Result<(), Failure> {
        let likeness = if self.issuance.is_held_in(text) {
            Some(Likeness::HeldToken)
        } else if self.sessions.is_token_in(text) {
            Some(Likeness::SignInToken)
        } else {
            naming::looks_like_secret(text)
        };
        likeness.map_or(Ok(()), |likeness| Err(Failure::NameIsSecret(likeness)))
    }
}

impl Keybearer {
    /// Gives the account in use another name.
    ///
    /// # Errors
    /// As [`naming::parse`], [`Failure::NameIsSecret`] for the very tokens in use, and
    /// [`crate::account::Sessions::rename`].
    pub fn rename_account(&self, name: &str) -> Result<(), Failure> {
        self.sessions.rename(&self.names.parse(name)?)
    }

    /// The names in a file, one on each line, with their roles behind them where such a kind has some.
    ///
    /// # Errors
    /// [`Failure::NotAList`]; [`Failure::NameIsSecret`] where one of them is.
    pub fn names_in(&self, kind: CredentialKind, file: &str, bytes: &[u8]) -> Result<String, Failure> {
        let names = naming::names_in(file, bytes, kind.signs())?;
        names.iter().try_for_each(|name| self.names.is_no_secret(name))?;
        Ok(names.join("\n"))
    }

    /// Tells on the next page what was refused as a secret: the one that it was pasted into is about to go.
    pub fn tell_of_secret(&self, refused: &Failure) {
        match self.sessions.now() {
            Session::SignedIn(_) => self.messages.replace_problem(Some(refused), Some(refused.clone())),
            Session::SignedOut { .. } | Session::Checking(_) => self.changed.send_replace(()),
        }
    }
}
