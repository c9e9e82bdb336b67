//! What keys are called, in words and in DER.

use pkcs8::ObjectIdentifier;
use serde::{Deserialize, Serialize};

/// What a new key pair may sign with.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum NewKeyType {
    /// Which every client of Dfns' takes.
    #[default]
    P256,
    Ed25519,
}

/// What a key pair signs with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyAlgorithm {
    P256,
    Secp256k1,
    Ed25519,
    /// With 2,048 to 4,096 bits.
    Rsa,
}

impl KeyAlgorithm {
    /// As people know it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::Secp256k1 => "secp256k1",
            Self::Ed25519 => "Ed25519",
            Self::Rsa => "RSA",
        }
    }
}

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

/// Any key on a curve of the kind that has a name of its own, which stands beside.
pub(super) const EC: ObjectIdentifier = oid("1.2.840.10045.2.1");
pub(super) const ED25519: ObjectIdentifier = oid("1.3.101.112");
pub(super) const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");

pub(super) const P256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");
pub(super) const SECP256K1: ObjectIdentifier = oid("1.3.132.0.10");

/// Algorithms that people have keys of, and that are not signed with here.
const OTHER_ALGORITHMS: [(ObjectIdentifier, &str); 11] = [
    (oid("1.2.840.10040.4.1"), "DSA"),
    (oid("1.2.840.113549.1.1.10"), "RSASSA-PSS"),
    (oid("1.2.840.113549.1.3.1"), "Diffie-Hellman"),
    (oid("1.3.101.110"), "X25519"),
    (oid("1.3.101.111"), "X448"),
    (oid("1.3.101.113"), "Ed448"),
    (oid("1.2.156.10197.1.301"), "SM2"),
    (oid("1.3.132.1.12"), "ECDH"),
    (oid("2.16.840.1.101.3.4.3.17"), "ML-DSA-44"),
    (oid("2.16.840.1.101.3.4.3.18"), "ML-DSA-65"),
    (oid("2.16.840.1.101.3.4.3.19"), "ML-DSA-87"),
];

/// Curves likewise.
const OTHER_CURVES: [(ObjectIdentifier, &str); 9] = [
    (oid("1.2.840.10045.3.1.1"), "P-192"),
    (oid("1.3.132.0.33"), "P-224"),
    (oid("1.3.132.0.34"), "P-384"),
    (oid("1.3.132.0.35"), "P-521"),
    (oid("1.3.36.3.3.2.8.1.1.7"), "brainpoolP256r1"),
    (oid("1.3.36.3.3.2.8.1.1.11"), "brainpoolP384r1"),
    (oid("1.3.36.3.3.2.8.1.1.13"), "brainpoolP512r1"),
    (oid("1.3.132.0.31"), "secp192k1"),
    (oid("1.2.156.10197.1.301"), "SM2"),
];

pub(super) fn other_algorithm(identifier: ObjectIdentifier) -> Option<&'static str> {
    named(&OTHER_ALGORITHMS, identifier)
}

pub(super) fn other_curve(identifier: ObjectIdentifier) -> Option<&'static str> {
    named(&OTHER_CURVES, identifier)
}

fn named(among: &[(ObjectIdentifier, &'static str)], identifier: ObjectIdentifier) -> Option<&'static str> {
    among.iter().find(|(each, _)| *each == identifier).map(|(_, name)| *name)
}
