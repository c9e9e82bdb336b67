//! What the official signers made with keys of a test, for the tests.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

/// Assertions by `@dfns/sdk-keysigner`, one for each kind of key.
const ASSERTIONS: &str = include_str!("vectors/assertions.json");
/// A registration, as the official clients make one.
const REGISTRATION: &str = include_str!("vectors/registration.json");

pub(super) const CLIENT_DATA: &str = r#"{"type":"key.get","challenge":"MWM0MmY5YTQ0MDRiNzdhNTFhNzY5ODQwNWI5ZTQ4Y2RhODZiNDk3ZTYzOTE5OGYyMDcxZjBjYzk4MmQ5YzY1MA"}"#;
pub(super) const CHALLENGE: &str =
    "MWM0MmY5YTQ0MDRiNzdhNTFhNzY5ODQwNWI5ZTQ4Y2RhODZiNDk3ZTYzOTE5OGYyMDcxZjBjYzk4MmQ5YzY1MA";
pub(super) const REGISTRATION_CHALLENGE: &str = "Y2gtNzloaHQtbXJlb2stOGFwOHFtMmVpZWZ0amxhZw";

pub(super) struct Vector {
    pub(super) pem: &'static str,
    pub(super) message: &'static [u8],
    pub(super) signature: Vec<u8>,
    /// As it stands in a body.
    pub(super) factor: Value,
}

/// Each with the name of its kind of key.
pub(super) fn assertions() -> impl Iterator<Item = (&'static str, Vector)> {
    let vectors: Value = serde_json::from_str(ASSERTIONS).expect("the vectors are JSON");
    ["ed25519", "p256", "secp256k1", "rsa2048"].into_iter().map(move |name| {
        let factor = vectors[name]["assertion"].clone();
        let signature = factor["credentialAssertion"]["signature"].as_str().expect("a text");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
        let pem = vectors[name]["publicKeyPem"].as_str().expect("a text").to_owned().leak();
        (name, Vector { pem, message: CLIENT_DATA.as_bytes(), signature, factor })
    })
}

/// What stands in `credentialInfo`.
pub(super) fn registration() -> Value {
    serde_json::from_str(REGISTRATION).expect("the vector is JSON")
}

/// The r and s of an ECDSA signature in DER, one after the other; none for another kind of key.
pub(super) fn raw(name: &str, der: &[u8]) -> Option<Vec<u8>> {
    if !["p256", "secp256k1"].contains(&name) {
        return None;
    }
    let number = |at: usize| {
        let bytes = &der[at + 2..at + 2 + usize::from(der[at + 1])];
        (bytes.strip_prefix(&[0]).unwrap_or(bytes).to_vec(), at + 2 + bytes.len())
    };
    let (r, next) = number(2);
    let (s, _) = number(next);
    Some([r, s].concat())
}
