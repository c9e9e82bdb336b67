//! What a signed-in user may ask of Dfns, beside the calls about keys.

use serde::Serialize;

use crate::{
    credential::CredentialKind,
    key::{Answer, KeyApi},
};

/// What reading a kind has shown. That it may be made is known only from the first try.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Offer {
    Listed,
    /// This user was refused one, whatever they may list.
    Refused,
    /// This user may not list them.
    NoPermission,
    /// This Dfns has no such thing.
    NotThere,
    /// No answer, or none that tells.
    Unknown,
}

/// What was found out of each kind.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Offers(pub [(CredentialKind, Offer); 3]);

impl Offers {
    /// What reading this kind has shown.
    pub fn of(&self, kind: CredentialKind) -> Offer {
        self.0.iter().find(|(each, _)| *each == kind).map_or(Offer::Unknown, |(_, offer)| *offer)
    }

    /// Dfns has refused to make one of this kind.
    pub(crate) fn refused(&mut self, kind: CredentialKind) {
        self.0.iter_mut().filter(|(each, _)| *each == kind).for_each(|(_, offer)| *offer = Offer::Refused);
    }

    /// Whether any answer was one of Dfns' to somebody who is signed in.
    pub fn are_of_dfns(&self) -> bool {
        self.0.iter().any(|(_, offer)| matches!(offer, Offer::Listed | Offer::NoPermission))
    }
}

/// One user, signed in.
pub trait UserSession: KeyApi {
    /// What the organization offers, by reading each kind once; API keys only where nothing is known of them.
    fn offers(&self, api_keys: Option<Offer>) -> Answer<'_, Offers>;

    /// Closes the connection that is kept for the next call: nothing comes after this that it is to be quick for.
    fn close_kept(&self);

    /// Ends the session at Dfns.
    fn sign_out(&self) -> Answer<'_, ()>;

    /// Deactivates a credential of the user's own, by its id. It can be activated again in the dashboard.
    fn deactivate_credential<'a>(&'a self, credential: &'a str) -> Answer<'a, ()>;
}
