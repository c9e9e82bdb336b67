//! How a user comes in by a credential: what is asked of Dfns before anybody is signed in.

use zeroize::Zeroizing;

use super::SignedChallenge;
use crate::{
    failure::{CredentialProblem, Failure},
    key::Answer,
    secret::SignInToken,
    signing::Registration,
};

/// A one-time code from the dashboard, with which a credential is registered without any other sign-in. It is good for a
/// minute.
pub struct EnrolmentCode(Zeroizing<String>);

/// As many characters as a code has.
const LENGTH: usize = 9;

impl EnrolmentCode {
    /// # Errors
    /// [`Failure::Credential`] where it is none.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let text = text.trim();
        let is_one = text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_graphic());
        match text {
            "" => Err(Failure::Credential(CredentialProblem::NoCode)),
            _ if is_one => Ok(Self(Zeroizing::new(text.to_owned()))),
            _ => Err(Failure::Credential(CredentialProblem::BadCode(LENGTH))),
        }
    }

    /// Its text. `_why` says what it is needed for, to whoever reads the calling line.
    #[must_use]
    pub fn open(&self, _why: &'static str) -> &str {
        &self.0
    }
}

/// What is to be signed to sign in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Challenge {
    /// What Dfns knows the attempt by.
    pub identifier: String,
    pub challenge: String,
    /// The ids of the user's credentials that may sign it, of those that have a key pair.
    pub credentials: Vec<String>,
}

/// What is to be signed to register a credential.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RegistrationChallenge {
    pub identifier: String,
    pub challenge: String,
    /// The user whose credential it will be.
    pub username: String,
}

/// A credential that is to be registered.
pub struct NewCredential<'a> {
    /// Chosen here.
    pub id: &'a str,
    /// What the dashboard will call it.
    pub name: &'a str,
    /// [`RegistrationChallenge::identifier`]
    pub challenge: &'a str,
    pub registration: &'a Registration,
}

/// The calls before anybody is signed in, at one address.
pub trait Authentication: Send + Sync {
    /// Asks for a challenge to sign in with. Nothing changes by it.
    fn begin_sign_in<'a>(&'a self, username: &'a str, organization: &'a str) -> Answer<'a, Challenge>;

    /// Signs in. `challenge` is the challenge's identifier.
    fn sign_in<'a>(&'a self, challenge: &'a str, signed: &'a SignedChallenge) -> Answer<'a, SignInToken>;

    /// Takes a code for a challenge, once.
    fn begin_enrolment<'a>(&'a self, code: &'a EnrolmentCode) -> Answer<'a, RegistrationChallenge>;

    /// Registers a credential. [`Failure::Unclear`] leaves in doubt whether it was.
    fn enrol<'a>(&'a self, credential: &'a NewCredential<'a>) -> Answer<'a, ()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_nine_characters_whatever_stands_around_it() {
        for text in ["ABCD-1234", " abc123XYZ\n"] {
            assert_eq!(EnrolmentCode::parse(text).expect("a code").open("compare it"), text.trim());
        }
        let refused = |text: &str| EnrolmentCode::parse(text).err();
        assert_eq!(refused(" "), Some(Failure::Credential(CredentialProblem::NoCode)));
        for text in ["ABCD-123", "ABCD-12345", "ABCD 1234", "ÄBCD1234"] {
            assert_eq!(refused(text), Some(Failure::Credential(CredentialProblem::BadCode(9))), "{text}");
        }
    }
}
