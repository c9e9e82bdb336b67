//! The keys there are: listed, and revoked one by one.

use std::sync::Arc;

use super::Keybearer;
use crate::{
    account::{Environment, SignedIn},
    failure::Failure,
    issuance::Revocation,
    key::{Key, KeyId, Keys},
};

impl Keybearer {
    /// Every key of the organization, as Dfns lists them now.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nobody is signed in; else the call's. A sign-in that is over asks for a new token.
    pub async fn list_keys(&self) -> Result<Vec<Key>, Failure> {
        let keys: Arc<dyn Keys> = self.sessions.signed_in()?.access;
        let listed = keys.list().await;
        match &listed {
            Err(Failure::SignInAgain) if self.issuance.is_idle() => self.sessions.expire(&keys),
            Ok(_) => self.sessions.reached(),
            Err(_) => {}
        }
        listed
    }

    /// Revokes a key of the list. `typed` is what the person typed as its name, which Production asks for.
    ///
    /// # Errors
    /// [`Failure::NameDiffers`] in Production; [`Failure::NotNow`] while it is being revoked already; else the call's:
    /// whether it was revoked is then as unknown as it says.
    pub async fn revoke_key(&self, key: &Key, typed: &str) -> Result<(), Failure> {
        let SignedIn { at, access, .. } = self.sessions.signed_in()?;
        if at.account.environment == Environment::Production && typed.trim() != key.name.trim() {
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
                self.issuance.revoked(&key.id).await;
                self.say(format!("“{}” is revoked.", key.name));
            }
            Err(Failure::SignInAgain) if self.issuance.is_idle() => self.sessions.expire(&keys),
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
