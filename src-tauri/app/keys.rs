//! The keys there are: listed, and revoked one by one.

use std::sync::Arc;

use super::Keybearer;
use crate::{
    account::{Environment, SignedIn},
    failure::{Failure, Trouble},
    issuance::{Revocation, journal::Record},
    key::{Key, KeyId, Keys},
};

impl Keybearer {
    /// Every key of the organization, as Dfns lists them now, and what the journal knows of them. What is in doubt is
    /// looked for among them.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nobody is signed in; else the call's. A sign-in that is over asks for a new token.
    pub async fn list_keys(&self) -> Result<(Vec<Key>, Vec<Record>), Failure> {
        let SignedIn { at, access, .. } = self.sessions.signed_in()?;
        let just_listed = access.just_listed();
        let keys: Arc<dyn Keys> = access;
        let listed = match just_listed {
            Some(listed) => Ok(listed),
            None => keys.list().await,
        };
        match &listed {
            Err(Failure::SignInAgain) if self.nothing_open().is_ok() => self.sessions.expire(&keys),
            Ok(listed) => {
                self.sessions.reached();
                self.issuance.adopt(&at.owner(), &keys, listed, |owner| self.sessions.knows(owner));
                self.issuance.listed(&at.owner(), &keys, listed).await;
                self.refresh_many().await;
            }
            Err(_) => {}
        }
        // A journal that cannot be read is told as a problem of its own; the keys are there nevertheless.
        let records = self.issuance.records(at.base.to_string()).await.unwrap_or_default();
        Ok((listed?, records))
    }

    /// One key as it is now, or why that could not be found out; and what the journal knows of it.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nobody is signed in.
    pub async fn look_at_key(
        &self,
        id: &KeyId,
    ) -> Result<(Result<Key, Failure>, Result<Option<Record>, Failure>), Failure> {
        let SignedIn { at, access, .. } = self.sessions.signed_in()?;
        let read = access.read(id).await.and_then(|key| {
            // Whatever answers for another key is not to be believed.
            if key.id == *id { Ok(key) } else { Err(Failure::NoClearAnswer(Trouble::NotUnderstood)) }
        });
        Ok((read, self.record(id, at.base.to_string()).await))
    }

    /// Revokes a key of the list. `typed` is what the person typed as its name, which Production asks for.
    ///
    /// # Errors
    /// [`Failure::NameDiffers`] in Production; [`Failure::NotNow`] while it is being revoked already; else the call's:
    /// whether it was revoked is then as unknown as it says.
    pub async fn revoke_key(&self, key: &Key, typed: &str) -> Result<(), Failure> {
        let SignedIn { at, access, .. } = self.sessions.signed_in()?;
        if at.account.environment == Environment::Production && !is_typed(typed, &key.name) {
            return Err(Failure::NameDiffers);
        }
        let revocation = Revocation::begin();
        {
            let mut revocations = self.revocations();
            if revocations.contains_key(&key.id) {
                return Err(Failure::NotNow("This key is already being revoked."));
            }
            revocations.insert(key.id.clone(), revocation.clone());
        }
        let keys: Arc<dyn Keys> = access;
        let outcome = revocation.run(&keys, key).await;
        self.revocations().remove(&key.id);
        match &outcome {
            Ok(()) => {
                // Whatever was open of it is settled by that.
                self.issuance.revoked(&at.owner().base, &key.id).await;
                self.refresh_many().await;
                self.say(format!("“{}” is revoked.", key.name));
            }
            Err(Failure::SignInAgain) if self.nothing_open().is_ok() => self.sessions.expire(&keys),
            Err(_) => {}
        }
        outcome
    }

    /// Calls the revocation of a key of the list off, which leaves in doubt whether it was revoked.
    pub fn call_off_revocation(&self, id: &KeyId) {
        if let Some(revocation) = self.revocations().get(id) {
            revocation.call_off();
        }
    }
}

/// Whether this is the name, as far as a person can type it: a field takes no line's end and no control character.
fn is_typed(typed: &str, name: &str) -> bool {
    let words = |text: &str| {
        let text = text.replace(|letter: char| letter.is_control(), " ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    words(typed) == words(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_typed_as_far_as_it_can_be() {
        for (typed, name) in [("Payout", "Payout"), (" Payout ", "Payout"), ("a b", "a\nb"), ("a b", "a \u{0} b")] {
            assert!(is_typed(typed, name), "{typed:?} for {name:?}");
        }
        for (typed, name) in [("payout", "Payout"), ("", "Payout"), ("ab", "a\nb")] {
            assert!(!is_typed(typed, name), "{typed:?} for {name:?}");
        }
    }
}
