//! Where sign-in tokens are kept: the operating system's keyring, behind a narrow trait. The only place that writes to
//! the keyring.

use keyring::v1::{Entry, Error};
use zeroize::Zeroizing;

use crate::{
    account::BaseUrl,
    failure::{Failure, KeyringProblem},
    token::SignInToken,
};

/// The service under which the entries stand in the keyring.
const SERVICE: &str = "app.keybearer.desktop";

/// Keeps sign-in tokens, one for each account and host. Blocking: a keyring may ask the person to unlock it.
pub trait TokenStore: Send + Sync {
    /// Keeps a token, over one kept before.
    ///
    /// # Errors
    /// [`Failure::Keyring`].
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
    fn forget(&self, account: &str, base: &BaseUrl) -> Result<(), Failure>;
}

/// The operating system's keyring: Secret Service, Keychain, Credential Manager.
pub struct Keyring;

impl Keyring {
    /// The entry's name holds the address, so that a changed address finds nothing and asks anew.
    fn entry(account: &str, base: &BaseUrl) -> Result<Entry, Failure> {
        Entry::new(SERVICE, &format!("{account} at {base}")).map_err(|error| told(&error))
    }
}

impl TokenStore for Keyring {
    fn keep(&self, account: &str, base: &BaseUrl, token: &SignInToken) -> Result<(), Failure> {
        let token = token.open("keep it in the keyring").as_bytes();
        let entry = Self::entry(account, base)?;
        entry.set_secret(token).map_err(|error| told(&error))?;
        // A keyring that takes a secret and cannot give it back would lose the account at the next start.
        let kept = Zeroizing::new(entry.get_secret().map_err(|error| told(&error))?);
        if *kept == token { Ok(()) } else { Err(Failure::Keyring(KeyringProblem::GaveBackOther)) }
    }

    fn fetch(&self, account: &str, base: &BaseUrl) -> Result<Option<SignInToken>, Failure> {
        match Self::entry(account, base)?.get_secret() {
            Ok(bytes) => {
                let bytes = Zeroizing::new(bytes);
                Ok(std::str::from_utf8(&bytes).ok().and_then(SignInToken::parse))
            }
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(told(&error)),
        }
    }

    fn forget(&self, account: &str, base: &BaseUrl) -> Result<(), Failure> {
        match Self::entry(account, base)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(told(&error)),
        }
    }
}

/// Two variants of the error carry the secret's bytes, so only what is known to hold none is told.
fn told(error: &Error) -> Failure {
    Failure::Keyring(match error {
        Error::NoStorageAccess(_) => KeyringProblem::Locked,
        Error::PlatformFailure(_) | Error::NoDefaultStore => KeyringProblem::Absent,
        Error::TooLong(..) => KeyringProblem::TooLong,
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => KeyringProblem::Damaged,
        _ => KeyringProblem::Refused,
    })
}
