//! Delivery: a token reaching a vault, as the use cases need it. What vaults there are, is the [`crate::vault`]'s affair.

use std::{future::Future, pin::Pin, time::Duration};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{
    credential::{CredentialKind, Secrets},
    failure::{Failure, VaultProblem},
};

/// What an entry in a vault is named after, and what it tells.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Entry {
    pub key_name: String,
    /// The key's id; `None` before the key is made.
    pub key_id: Option<String>,
    /// Its organization; `None` where that is not known yet.
    pub organization: Option<String>,
    /// The id of the key that it replaces, if it replaces one. That one has the same name, and its entry stays where it is.
    pub replaces: Option<String>,
    /// What kind of credential it holds, and so which secrets.
    pub kind: CredentialKind,
    /// What stands beside its secrets, where the vault has room for that: one of the [`FACTS`] and a text, none of them secret.
    pub facts: Vec<(&'static str, String)>,
}

/// What the facts are called that stand beside secrets.
pub const FACTS: [&str; 7] = ["kind", "id", "name", "organization", "created", "expires", "made_by"];

/// How it is known that a token is in a vault.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// It was read back, and compared to the last byte.
    ReadBack,
    /// The vault has confirmed a first version, which this access may not read back.
    FirstVersion,
    /// The vault has taken it, and nothing was read back: that shows nothing yet.
    Taken,
    /// The same, and it was shown once that this very vault keeps what it takes.
    TakenAsBefore,
}

impl Proof {
    /// Whether it shows that the token is there.
    pub fn counts(self) -> bool {
        self != Self::Taken
    }
}

/// What a delivery has shown: that the token is in the vault now, and whether it stays there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stored {
    pub proof: Proof,
    /// When the vault deletes it by itself; `None` where it keeps it.
    pub until: Option<OffsetDateTime>,
}

impl From<Proof> for Stored {
    fn from(proof: Proof) -> Self {
        Self { proof, until: None }
    }
}

/// What a vault tells before a token is sent.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Looked {
    pub keeps: Keeps,
    pub access: Access,
    /// Whether it is seen that there is no such entry; if not, that is found out when the token is stored.
    pub room_seen: bool,
    /// Whether it does not tell if this access may create one: that is found out then as well.
    pub right_untold: bool,
}

impl Looked {
    /// Refuses what nobody would look at once it is delivered, and that the vault then deletes by itself.
    ///
    /// # Errors
    /// [`VaultProblem::Ends`], with the date.
    pub fn for_good(self, place: String) -> Result<(), VaultProblem> {
        let Keeps::For(after) = self.keeps else { return Ok(()) };
        let until = OffsetDateTime::now_utc().checked_add(after.try_into().unwrap_or(time::Duration::MAX));
        Err(VaultProblem::Ends { place, after, until: until.unwrap_or(time::PrimitiveDateTime::MAX.assume_utc()) })
    }
}

/// How long a vault keeps what is stored in it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Keeps {
    /// It does not tell beforehand.
    #[default]
    NotTold,
    ForGood,
    /// For so long; then it deletes it by itself.
    For(Duration),
}

/// Until when a vault lets Keybearer in.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Access {
    #[default]
    NotTold,
    Endless,
    /// Until then.
    Until {
        /// By the vault's clock.
        at: OffsetDateTime,
        renewable: bool,
    },
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "DeliveryStep"))]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// The vault is asked whether there is room: the token was not sent yet.
    Looking,
    /// The token is on its way: calling it off leaves in doubt whether it was stored.
    Storing,
    ReadingBack,
}

/// The answer of a vault, some time later. Dropped, it lets go of whatever it has begun.
pub type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// A vault that is ready to be used: a destination, and what is needed to get in.
pub trait Vault: Send + Sync {
    /// What the person calls it.
    fn name(&self) -> &str;

    /// Where in it an entry goes, in words; what is not known of the entry yet stands as its placeholder.
    fn place(&self, entry: &Entry) -> String;

    /// Whether [`Vault::look`] asks the vault itself, and not only whether there is a program to ask.
    fn can_be_asked(&self) -> bool;

    /// Whether it is sure to see at a second delivery what a first one has stored, so that nothing is stored twice.
    fn knows_again(&self) -> bool;

    /// Whether a delivery that ends well shows by itself that the token is there: the vault answers for it, or it is read
    /// back.
    fn proves_itself(&self) -> bool {
        true
    }

    /// Whether it was shown once that this very vault keeps what it takes.
    fn is_proven(&self) -> bool {
        false
    }

    /// It was shown. Blocking: that is remembered.
    ///
    /// # Errors
    /// [`Failure::File`] where that cannot be written; it is not asked for again until the app quits nevertheless.
    fn prove(&self) -> Result<(), Failure> {
        Ok(())
    }

    /// Whose account it lets Keybearer into, in the vault's own words; `None` where it does not tell.
    ///
    /// # Errors
    /// [`Failure::Vault`], `NotStored`, where it was asked, and the question failed.
    fn whose(&self) -> Reply<'_, Option<String>> {
        Box::pin(async { Ok(None) })
    }

    /// Makes sure, as far as the vault lets one, that an entry could be stored: the vault answers, lets us in, and has no
    /// entry there; and tells what is known of it. Sends no token.
    ///
    /// # Errors
    /// [`Failure::Vault`], `NotStored`.
    fn look<'a>(&'a self, entry: &'a Entry) -> Reply<'a, Looked>;

    /// Stores a credential's secrets as a new entry, never over another, and reads them back where that may be done. `step` is
    /// told how far it is. An entry that is there already and holds these very secrets counts as stored.
    ///
    /// # Errors
    /// [`Failure::Vault`]: `NotStored` where it is sure that it is not there, `PerhapsStored` where that is not known.
    fn store<'a>(
        &'a self,
        entry: &'a Entry,
        secrets: &'a Secrets,
        step: &'a (dyn Fn(Step) + Sync),
    ) -> Reply<'a, Stored>;
}
