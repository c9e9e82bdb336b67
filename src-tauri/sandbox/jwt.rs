//! Tokens: JWTs signed with an Ed25519 key that is made at start and never leaves (RFC 7519, RFC 8037).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

use super::directory::User;

/// How long a user stays signed in.
pub(super) const SIGN_IN_LASTS: Duration = Duration::hours(24);
/// How long the token of a key is good.
pub(super) const KEY_LASTS: Duration = Duration::days(2 * 365);

/// Whom the sandbox's tokens are for. A host under `.invalid` can never exist (RFC 2606), so none can be mistaken for
/// one of Dfns'.
const AUDIENCE: &str = "https://api.sandbox.keybearer.invalid/";
const ISSUER: &str = "https://sandbox.keybearer.invalid/";
const KEY_ISSUER: &str = "https://apikeys.sandbox.keybearer.invalid/";
const HEADER: &str = r#"{"alg":"EdDSA","typ":"JWT"}"#;

/// What Dfns writes into the token of a machine that moves funds. It is there for its length and looks alone: the
/// sandbox gives a key no permissions.
const KEY_PERMISSIONS: [&str; 10] = [
    "Wallets:Read",
    "Wallets:Create",
    "Transfers:Read",
    "Transfers:Create",
    "Policies:Read",
    "Policies:Create",
    "Webhooks:Read",
    "Webhooks:Create",
    "PublicKeys:Read",
    "Signatures:Create",
];

pub(super) struct Signer(Ed25519KeyPair);

impl Signer {
    pub(super) fn new(seed: &[u8; 32]) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(seed).expect("any 32 bytes are the seed of an Ed25519 key"))
    }

    /// The one-time token of a key, with the claims that the sample of Dfns' page has.
    pub(super) fn key_token(&self, key: &str, organization: &str, now: OffsetDateTime) -> Zeroizing<String> {
        self.sign(&json!({
            "aud": AUDIENCE,
            "iss": KEY_ISSUER,
            "sub": organization,
            "https://custom/orgId": organization,
            "permissions": KEY_PERMISSIONS,
            "scope": KEY_PERMISSIONS.join(" "),
            "jti": key,
            "iat": now.unix_timestamp(),
            "exp": (now + KEY_LASTS).unix_timestamp(),
        }))
    }

    /// A user's sign-in token. `id` tells it from the same user's other ones.
    pub(super) fn sign_in_token(
        &self,
        user: &User,
        organization: &str,
        permissions: &[&str],
        id: &str,
        (now, expires): (OffsetDateTime, OffsetDateTime),
    ) -> Zeroizing<String> {
        self.sign(&json!({
            "aud": AUDIENCE,
            "iss": ISSUER,
            "sub": user.id,
            "name": user.name,
            "https://custom/username": user.username,
            "https://custom/app_metadata": { "userId": user.id, "orgId": organization, "tokenKind": "Token" },
            "permissions": permissions,
            "jti": id,
            "iat": now.unix_timestamp(),
            "exp": expires.unix_timestamp(),
        }))
    }

    /// The token of a service account, or a personal access token; `user` is the id of whom it stands for.
    pub(super) fn machine_token(
        &self,
        user: &str,
        organization: &str,
        kind: &str,
        id: &str,
        (now, expires): (OffsetDateTime, OffsetDateTime),
    ) -> Zeroizing<String> {
        self.sign(&json!({
            "aud": AUDIENCE,
            "iss": ISSUER,
            "sub": organization,
            "https://custom/username": user,
            "https://custom/app_metadata": { "userId": user, "orgId": organization, "tokenId": id, "tokenKind": kind },
            "jti": id,
            "iat": now.unix_timestamp(),
            "exp": expires.unix_timestamp(),
        }))
    }

    fn sign(&self, claims: &Value) -> Zeroizing<String> {
        let claims = claims.to_string();
        // With room for all of it, since a text that grows leaves its old contents behind.
        let mut token = Zeroizing::new(String::with_capacity((HEADER.len() + claims.len() + SIGNATURE) * 4 / 3 + 8));
        URL_SAFE_NO_PAD.encode_string(HEADER, &mut token);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = self.0.sign(token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }
}

/// The public key that a seed makes.
pub(super) fn ed25519_public_key(seed: &[u8; 32]) -> Vec<u8> {
    Signer::new(seed).0.public_key().as_ref().to_vec()
}

/// The length of an Ed25519 signature, in bytes.
const SIGNATURE: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ED25519, UnparsedPublicKey};

    const KEY: &str = "api-cat-freddie-a150fe2ce0";
    const ORGANIZATION: &str = "cu-purple-pip-1b417b958500";

    fn claims(token: &str) -> Value {
        let payload = token.split('.').nth(1).expect("a payload");
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("JSON")
    }

    #[test]
    fn a_token_verifies_with_the_public_key_and_with_no_other() {
        let signer = Signer::new(&[7; 32]);
        let token = signer.key_token(KEY, ORGANIZATION, OffsetDateTime::UNIX_EPOCH);
        let (signed, signature) = token.rsplit_once('.').expect("three parts");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
        let verify = |signer: &Signer| {
            UnparsedPublicKey::new(&ED25519, signer.0.public_key().as_ref()).verify(signed.as_bytes(), &signature)
        };
        assert!(verify(&signer).is_ok());
        assert!(verify(&Signer::new(&[8; 32])).is_err());
    }

    #[test]
    fn the_token_of_a_key_says_what_the_sample_says_at_about_its_length() {
        let token = Signer::new(&[7; 32]).key_token(KEY, ORGANIZATION, OffsetDateTime::UNIX_EPOCH);
        assert!((800..1200).contains(&token.len()), "{}", token.len());
        let claims = claims(&token);
        assert_eq!(claims["sub"], ORGANIZATION);
        assert_eq!(claims["https://custom/orgId"], ORGANIZATION);
        assert_eq!(claims["jti"], KEY);
        assert_eq!((&claims["iat"], &claims["exp"]), (&0.into(), &(730 * 24 * 60 * 60).into()));
    }

    #[test]
    fn a_sign_in_token_says_who_signed_in_and_for_a_day() {
        let user =
            User { id: "ce-finch-march-5b59fcbb571b".to_owned(), username: "admin@sandbox.invalid", name: "Ada" };
        let (permissions, now) = (["ApiKeys:Read"], OffsetDateTime::UNIX_EPOCH);
        let times = (now, now + SIGN_IN_LASTS);
        let claims = claims(&Signer::new(&[7; 32]).sign_in_token(&user, ORGANIZATION, &permissions, "1", times));
        assert_eq!(claims["iss"], ISSUER);
        assert_eq!(claims["sub"], user.id);
        assert_eq!(claims["https://custom/username"], user.username);
        assert_eq!(claims["https://custom/app_metadata"]["userId"], user.id);
        assert_eq!(claims["https://custom/app_metadata"]["orgId"], ORGANIZATION);
        assert_eq!(claims["https://custom/app_metadata"]["tokenKind"], "Token");
        assert_eq!((&claims["iat"], &claims["exp"]), (&0.into(), &(24 * 60 * 60).into()));
    }
}
