//! What Dfns is asked for.

use serde::{Deserialize, Serialize};
use time::Duration;

use crate::{
    credential::CredentialKind,
    failure::Failure,
    hex::sha256_of,
    key::{KeyName, PublicKey},
    role::GivenRole,
    secret::Secret,
    signing::{NewKeyType, PrivateKey},
};

/// What a service account or a personal access token is to be, beside its name.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Terms {
    /// `None`: it may do nothing until it is given one.
    pub role: Option<GivenRole>,
    /// For how many days its token is good; `None` leaves that to Dfns.
    pub days: Option<u16>,
    pub key_type: NewKeyType,
}

/// The longest that Dfns lets a token be good, by its legacy documentation, in days.
pub const MOST_DAYS: u16 = 730;

/// A credential, as Dfns is asked for it.
pub struct Order {
    pub kind: CredentialKind,
    pub name: KeyName,
    /// Of a kind that signs.
    pub signing: Option<NewSigning>,
}

/// What one is asked for with that signs: its private key never leaves this computer but into a vault.
pub struct NewSigning {
    pub terms: Terms,
    key: PrivateKey,
}

/// What the journal keeps of that.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct AskedSigning {
    pub role: Option<GivenRole>,
    pub days: Option<u16>,
    /// By which it is known again, whatever becomes of the answer.
    pub public_key: PublicKey,
    /// How many seconds Dfns' clock was ahead of this computer's when it was asked for, as far as that was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_ahead: Option<i64>,
}

impl Order {
    /// With a key pair of its own, where its kind signs.
    ///
    /// # Errors
    /// [`Failure::Computer`] where this computer has no randomness.
    pub fn new(kind: CredentialKind, name: KeyName, terms: Terms) -> Result<Self, Failure> {
        let signing = match kind.signs() {
            true => Some(NewSigning { key: PrivateKey::generate(terms.key_type)?, terms }),
            false => None,
        };
        Ok(Self { kind, name, signing })
    }
}

impl NewSigning {
    pub fn public_key_pem(&self) -> String {
        self.key.public_key_pem()
    }

    pub fn public_key(&self) -> PublicKey {
        PublicKey::of_der(self.key.public_key_der())
    }

    /// The private key as it is delivered.
    pub fn private_key(&self) -> Secret {
        self.key.to_pem()
    }

    /// What keeps one wish from becoming two at Dfns, whoever should repeat its request on the way. The same for this key pair
    /// alone.
    pub fn external_id(&self) -> String {
        const DIGITS: usize = 32;
        format!("keybearer-{}", &sha256_of(self.public_key().as_str())[..DIGITS])
    }

    /// `clock_ahead` is how far Dfns' clock is ahead of this computer's, as far as that is known.
    pub fn asked(&self, clock_ahead: Option<Duration>) -> AskedSigning {
        let Terms { role, days, .. } = &self.terms;
        let clock_ahead = clock_ahead.map(Duration::whole_seconds);
        AskedSigning { role: role.clone(), days: *days, public_key: self.public_key(), clock_ahead }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_order_of_a_kind_that_signs_has_a_key_pair_and_an_external_id_of_its_own() {
        let order = |kind| {
            Order::new(kind, KeyName::parse("Deploy bot").expect("a name"), Terms::default()).expect("an order").signing
        };
        assert!(order(CredentialKind::ApiKey).is_none());
        let of = |kind| order(kind).expect("it signs");
        let (one, other) = (of(CredentialKind::ServiceAccount), of(CredentialKind::PersonalAccessToken));
        assert_ne!(one.external_id(), other.external_id());
        assert_ne!(one.public_key(), other.public_key());
        assert_eq!(PublicKey::of_pem(&one.public_key_pem()), Some(one.public_key()));
    }
}
