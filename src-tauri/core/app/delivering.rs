//! Delivering to a destination: the token that is held, or that of a key which is made for it.

use std::sync::Arc;

use super::{Keybearer, Wanted};
use crate::{
    delivery::Proof,
    failure::{Failure, VaultContext, VaultProblem},
    issuance::Made,
    key::{KeyId, KeyName},
    words,
};

impl Keybearer {
    /// Where the token of a key that replaces another would go: its entry is named after both.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where the destination is not there any more; else as [`Keybearer::known_key`].
    pub async fn place_of_replacement(&self, replaced: &KeyId, destination: &str) -> Result<String, Failure> {
        self.destinations.place_of_replacement(&self.known_key(replaced).await?, destination)
    }

    /// Delivers the token of this key to a destination, while it is the one that is held: opening the destination may take
    /// a while, in which another may come to be held.
    ///
    /// # Errors
    /// [`Failure::Vault`], `NotStored`, where the destination cannot be opened; [`Failure::NotNow`]. How a delivery ended that was
    /// begun, the view tells.
    pub async fn deliver(&self, key: &KeyId, id: &str) -> Result<(), Failure> {
        let held = self.issuance.held_of(key)?;
        let vault = self.destinations.open(id).await?;
        match self.issuance.deliver(held, &vault).await {
            Err(failure @ Failure::NotNow(_)) => Err(failure),
            _ => Ok(()),
        }
    }

    /// Asks for a key whose token goes straight to a destination, and finishes with it: nothing is shown, nothing copied.
    /// Where the delivery does not end well, the token is held.
    ///
    /// # Errors
    /// As [`Keybearer::create_key`] and [`Keybearer::deliver`].
    pub async fn create_and_deliver(self: &Arc<Self>, wanted: Wanted<'_>, id: &str) -> Result<(), Failure> {
        // What is no name is said before anything is asked.
        self.names.is_no_secret(wanted.name)?;
        KeyName::parse(wanted.name)?;
        let vault = self.destinations.open(id).await.map_err(Failure::no_room)?;
        let replacing = wanted.replaces.is_some();
        let created = self.create(wanted, Some(Arc::clone(&vault))).await;
        let made = created.map_err(|failure| match failure {
            // Another name cannot be chosen for it.
            Failure::Vault(VaultContext::NoRoom, VaultProblem::Exists(place)) if replacing => {
                Failure::Vault(VaultContext::NoRoom, VaultProblem::ReplacedBefore(place))
            }
            failure => failure,
        })?;
        let Made::Held(held) = made else { return Ok(()) };
        // Where it did not end well, the dialog is open, and tells why.
        let Ok(delivered) = self.issuance.deliver(held, &vault).await else { return Ok(()) };
        if delivered.stored.until.is_some() || !delivered.stored.proof.counts() {
            // Whether that is enough, the dialog asks.
            return Ok(());
        }
        if let Err(failure) = self.finish(held, false).await {
            self.issuance.show_hidden(held);
            return Err(failure);
        }
        let place = delivered.at.to_string();
        self.messages.say(match delivered.stored.proof {
            Proof::ReadBack => words::said_delivered_read_back(place),
            Proof::FirstVersion => words::said_delivered_first_version(place),
            Proof::TakenAsBefore => words::said_delivered_as_before(place),
            Proof::Taken => words::said_delivered_taken(place),
        });
        Ok(())
    }
}
