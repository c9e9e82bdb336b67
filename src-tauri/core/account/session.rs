//! The session: who is signed in at this moment, being checked, or asked for a token.

use std::sync::Arc;

use serde::Serialize;
use tokio::{sync::Notify, time::Instant};

use super::{Account, ApiHandle, Offer, Offers};
use crate::{address::BaseUrl, credential::CredentialKind, failure::Failure, key::Owner};

/// An account and the address it has now; the sandbox's changes with each start.
#[derive(Clone, Debug)]
pub struct Where {
    pub account: Account,
    pub base: BaseUrl,
}

impl Where {
    /// As the journal knows it.
    pub fn owner(&self) -> Owner {
        Owner {
            account: self.account.id.clone(),
            label: self.account.label(),
            base: self.base.to_string(),
            organization: self.account.organization.clone(),
            user: self.account.user.clone(),
            author: self.account.author.clone(),
        }
    }
}

/// Where a sign-in token is kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Storage {
    Keyring,
    /// In memory, and on its way to the keyring, which may ask the person something first.
    Keeping,
    /// In memory, since the person wanted it so.
    Memory,
    /// In memory, since the keyring could not be used.
    MemoryForWant(Failure),
}

#[derive(Clone)]
pub struct SignedIn {
    /// The account and its address.
    pub at: Where,
    /// The calls, with the sign-in token that this account has by then.
    pub access: Arc<ApiHandle>,
    /// Whether the API keys may be listed.
    pub may_list: bool,
    pub storage: Storage,
    /// Why the sign-in token could not be checked, where it could not: the network may be down.
    pub unchecked: Option<Failure>,
    /// Why the session could not be renewed, where it is about to end.
    pub unrenewed: Option<Failure>,
    /// What the organization offers, once that was found out.
    pub offers: Option<Offers>,
}

impl SignedIn {
    /// Whether those of this kind may be listed, as far as that was found out.
    pub fn may_list(&self, kind: CredentialKind) -> bool {
        match kind {
            CredentialKind::ApiKey => self.may_list,
            kind => {
                let offer = self.offers.map_or(Offer::Unknown, |offers| offers.of(kind));
                !matches!(offer, Offer::NoPermission | Offer::NotThere)
            }
        }
    }
}

/// What is waited for while a sign-in token is checked.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "CheckingStep"))]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// The keyring, which may ask the person to unlock it.
    Keyring,
    Dfns,
}

/// A sign-in token that is being checked.
#[derive(Clone)]
pub struct Checking {
    pub at: Where,
    pub step: Step,
    pub since: Instant,
    pub(super) call_off: Arc<Notify>,
}

#[derive(Clone)]
pub enum Session {
    SignedOut {
        /// Why, where it was not what the person asked for.
        reason: Option<Failure>,
        /// The account to ask for a token again; `None` asks for any.
        account: Option<Account>,
    },
    Checking(Checking),
    SignedIn(Box<SignedIn>),
}
