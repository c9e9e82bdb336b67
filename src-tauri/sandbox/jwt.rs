//! Well-formed JWTs, signed with an Ed25519 key that lives as long as the sandbox.

use std::io;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};
use serde_json::Value;
use zeroize::Zeroizing;

/// Signs tokens.
pub(super) struct Signer {
    pair: Ed25519KeyPair,
}

impl Signer {
    pub(super) fn new(random: &SystemRandom) -> io::Result<Self> {
        let unusable = |_| io::Error::other("this computer makes no keys");
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(random).map_err(unusable)?;
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).map_err(|_| io::Error::other("the key is not usable"))?;
        Ok(Self { pair })
    }

    /// A JWT with these claims (RFC 7519, EdDSA by RFC 8037).
    pub(super) fn sign(&self, claims: &Value) -> Zeroizing<String> {
        let id = self.pair.public_key().as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect::<String>();
        let header = format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{id}"}}"#);
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(signed.as_bytes()));
        Zeroizing::new(format!("{signed}.{signature}"))
    }
}
