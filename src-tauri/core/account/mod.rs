//! Accounts: an environment, and a user signed in there.

mod account_store;
mod api_handle;
mod ask_passphrase;
mod authentication;
mod enrolment;
mod environment;
mod session;
mod sessions;
mod sign_in_store;
mod signing_credential;
mod user_session;

use time::OffsetDateTime;

pub use self::{
    account_store::{Remembered, RememberedAccounts},
    api_handle::ApiHandle,
    ask_passphrase::{AskPassphrase, NobodyToAsk, Typed},
    authentication::{Authentication, Challenge, EnrolmentCode, NewCredential, RegistrationChallenge},
    environment::{Environment, EnvironmentKind},
    session::{Checking, Session, SignedIn, Step, Storage, Where},
    sessions::{Connect, Keep, KnownAccount, Sessions},
    sign_in_store::{Forgotten, KeptKey, SignInStore, Standing},
    signing_credential::{Sign, SignedChallenge, Signer, SigningCredential, organization_id},
    user_session::{Offer, Offers, UserSession},
};
use crate::{
    hex::hex,
    jwt::Facts,
    key::{OF_SANDBOX, differ},
};

/// An account: an environment and, by its name, a user there. What the user's sign-in token says of itself is kept with
/// it, since it is no secret and tells accounts apart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// Tells accounts apart for as long as they are remembered; unique on this computer.
    pub id: String,
    pub environment: Environment,
    /// The name that the person gave it; may be empty.
    pub name: String,
    pub user: Option<String>,
    /// The user's id, as keys name their authors.
    pub author: Option<String>,
    pub organization: Option<String>,
    /// Until when the sign-in token is good.
    pub expires: Option<OffsetDateTime>,
    /// What the user signs in with, where it is not a token that was pasted.
    pub credential: Option<SigningCredential>,
}

impl Account {
    /// An account that was not there before.
    pub fn new(environment: Environment, name: &str) -> Self {
        let mut random = [0; 8];
        // Without randomness the time tells accounts apart well enough; an id is no secret.
        if ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut random).is_err() {
            random = OffsetDateTime::now_utc().unix_timestamp().to_be_bytes();
        }
        let mut id = hex(&random);
        if environment == Environment::Sandbox {
            id.insert_str(0, OF_SANDBOX);
        }
        Self {
            id,
            environment,
            name: name.trim().to_owned(),
            user: None,
            author: None,
            organization: None,
            expires: None,
            credential: None,
        }
    }

    /// What to call it: its name, else its user, else its environment.
    pub fn label(&self) -> String {
        match self.name.as_str() {
            "" => self.user.clone().unwrap_or_else(|| self.environment.label().to_string()),
            name => name.to_owned(),
        }
    }

    /// Takes over what a sign-in token says of itself. A token that says nothing leaves nothing of the one before.
    fn describe(&mut self, facts: Option<Facts>) {
        let facts = facts.unwrap_or_default();
        self.author = facts.user_id;
        self.user = facts.user.or(facts.subject);
        self.organization = facts.organization;
        self.expires = facts.expires;
    }

    /// Whether what both tokens tell rules out that they are one user's.
    fn is_another_user(&self, other: &Self) -> bool {
        differ(self.user.as_ref(), other.user.as_ref())
            || differ(self.organization.as_ref(), other.organization.as_ref())
    }

    /// Whether both are one user of one Dfns, as far as their tokens tell.
    fn is_same_user(&self, other: &Self) -> bool {
        self.environment == other.environment
            && self.user.is_some()
            && (&self.user, &self.organization) == (&other.user, &other.organization)
    }
}
