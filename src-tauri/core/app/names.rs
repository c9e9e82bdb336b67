//! What people call things: no secret becomes a name of anything, by whichever field it was pasted into.

use super::Keybearer;
use crate::{
    account::Session,
    failure::Failure,
    naming::{self, Likeness},
};

impl Keybearer {
    /// Gives the account in use another name.
    ///
    /// # Errors
    /// As [`naming::parse`], [`Failure::NameIsSecret`] for the very tokens in use, and
    /// [`crate::account::Sessions::rename`].
    pub fn rename_account(&self, name: &str) -> Result<(), Failure> {
        self.sessions.rename(&self.name(name)?)
    }

    /// The names in a file, one on each line.
    ///
    /// # Errors
    /// [`Failure::NotAList`]; [`Failure::NameIsSecret`] where one of them is.
    pub fn names_in(&self, file: &str, bytes: &[u8]) -> Result<String, Failure> {
        let names = naming::names_in(file, bytes)?;
        names.iter().try_for_each(|name| self.is_no_secret(name))?;
        Ok(names.join("\n"))
    }

    /// Tells on the next page what was refused as a secret: the one that it was pasted into is about to go.
    pub fn tell_of_secret(&self, refused: &Failure) {
        if matches!(self.sessions.now(), Session::SignedIn(_)) {
            let problems = &mut self.lock().problems;
            problems.retain(|problem| problem != refused);
            problems.push(refused.clone());
        }
        self.changed.send_replace(());
    }

    /// What was typed as a name, as it is kept.
    pub(super) fn name(&self, typed: &str) -> Result<String, Failure> {
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
