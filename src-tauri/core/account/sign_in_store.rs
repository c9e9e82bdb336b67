//! Where it is kept what people sign in with: the operating system's keyring, behind a narrow trait.

use std::sync::Arc;

use crate::{address::BaseUrl, failure::Failure, secret::SignInToken, signing::PrivateKey};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Forgotten {
    /// Nothing of it is left, as far as other programs are told.
    Whole,
    /// KeePassXC moves it to the recycle bin of its database, unless that has none.
    IntoRecycleBin,
}

/// Whether Dfns is known to have registered a private key's credential.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// It is about to be asked for, or the answer is in doubt.
    Unconfirmed,
    Confirmed,
}

/// A private key, as a keyring has it.
#[derive(Debug)]
pub enum KeptKey {
    /// For whoever may read the open keyring.
    Open(Arc<PrivateKey>),
    /// Locked with a passphrase of the person's: encrypted PKCS#8.
    Locked(Vec<u8>),
}

/// Keeps sign-in tokens, one for each account and host, and private keys, one for each credential and host. Blocking: a
/// keyring may ask the person to unlock it.
pub trait SignInStore: Send + Sync {
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

    /// Keeps a private key, over one kept before. One that is confirmed takes the place of the same one unconfirmed.
    ///
    /// # Errors
    /// As [`SignInStore::keep`].
    fn keep_key(&self, credential: &str, base: &BaseUrl, key: &KeptKey, standing: Standing) -> Result<(), Failure>;

    /// The private key kept for this credential at this very host, confirmed or not; `None` where there is none.
    ///
    /// # Errors
    /// [`Failure::Keyring`].
    fn fetch_key(&self, credential: &str, base: &BaseUrl) -> Result<Option<KeptKey>, Failure>;

    /// Forgets it, confirmed or not; fine where there is none.
    ///
    /// # Errors
    /// [`Failure::Keyring`].
    fn forget_key(&self, credential: &str, base: &BaseUrl) -> Result<Forgotten, Failure>;
}
