//! Accounts: an environment, and a user signed in there.

mod environment;
mod keeping;
mod remembered;
mod session;

pub use self::{
    environment::{BaseUrl, Environment},
    keeping::{Keyring, TokenStore},
    remembered::RememberedAccounts,
    session::{Connect, Session, Sessions, SignedIn, Storage, Where},
};

/// An account: an environment and, by its name, a user there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// Tells accounts apart for as long as they are remembered; unique on this computer.
    pub id: String,
    /// Which Dfns.
    pub environment: Environment,
    /// The name that the person gave it; may be empty.
    pub name: String,
}
