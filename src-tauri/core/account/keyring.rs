//! Where sign-in tokens are kept: the operating system's keyring, behind a narrow trait.

use crate::{address::BaseUrl, failure::Failure, secret::SignInToken};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Forgotten {
    /// Nothing of it is left, as far as other programs are told.
    Whole,
    /// KeePassXC moves it to the recycle bin of its database, unless that has none.
    IntoRecycleBin,
}

/// Keeps sign-in tokens, one for each account and host. Blocking: a keyring may ask the person to unlock it.
pub trait TokenStore: Send + Sync {
    /// Keeps a token, over one kept before.
    ///
    /// # Errors
    /// [`Failure::Keyring`] where it holds what it held before; [`Failure::StaysInKeyring`] where it may hold the token all
    /// the same.
    fn keep(&self, account: &str, base: &BaseUrl, token: &SignInToken) -> Result<(), Failure>;

    /// The token kept for this account at this very host; `None` where there is none.
    ///
    /// # Errors
    /// [`Failure::Keyring`].
    fn fetch(&self, account: &str, base: &BaseUrl) -> Result<Option<SignInToken>, Failure>;

    /// Forgets it; fine where there is none.
    ///
    /// # Errors
    /// [`Failure::Keyring`].
    fn forget(&self, account: &str, base: &BaseUrl) -> Result<Forgotten, Failure>;
}
