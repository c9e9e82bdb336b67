//! What Dfns gets to see of a key pair: that it is there, when a credential is made, and later on that it is still the same.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
};
use serde::Serialize;

use super::PrivateKey;
use crate::{failure::Failure, hex::hex, words};

/// The answer to a challenge of a credential that there is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Assertion {
    pub client_data: String,
    pub signature: String,
}

/// The answer to the challenge that a new credential begins with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Registration {
    pub client_data: String,
    pub attestation_data: String,
}

/// What is signed, in this order: the official programs write it so.
#[derive(Serialize)]
struct ClientData<'a> {
    r#type: &'static str,
    challenge: &'a str,
}

/// What is signed at a registration, in this order, without spaces.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignedFingerprint<'a> {
    client_data_hash: String,
    public_key: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Attestation<'a> {
    public_key: &'a str,
    /// In hexadecimal digits, unlike an assertion's.
    signature: String,
}

impl PrivateKey {
    /// Answers a challenge, which Dfns gave as a text that means nothing here.
    ///
    /// # Errors
    /// As [`PrivateKey::sign`].
    pub fn assertion(&self, challenge: &str) -> Result<Assertion, Failure> {
        let client_data = json(&ClientData { r#type: "key.get", challenge });
        let signature = base64url(&self.sign(client_data.as_bytes())?);
        Ok(Assertion { client_data: base64url(client_data.as_bytes()), signature })
    }

    /// Answers the challenge of a new credential, which is to be of this key pair.
    ///
    /// # Errors
    /// As [`PrivateKey::sign`].
    pub fn registration(&self, challenge: &str) -> Result<Registration, Failure> {
        let client_data = json(&ClientData { r#type: "key.create", challenge });
        let public_key = &*self.public_key_pem();
        let client_data_hash = hex(digest(&SHA256, client_data.as_bytes()).as_ref());
        let signature = hex(&self.sign(json(&SignedFingerprint { client_data_hash, public_key }).as_bytes())?);
        let attestation = json(&Attestation { public_key, signature });
        Ok(Registration {
            client_data: base64url(client_data.as_bytes()),
            attestation_data: base64url(attestation.as_bytes()),
        })
    }
}

/// The id of a new credential, which whoever makes it chooses.
///
/// # Errors
/// [`Failure::Computer`] where this computer has no randomness.
pub fn new_credential_id() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Failure::Computer(words::err_no_randomness()))?;
    Ok(base64url(&bytes))
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts by name are always JSON")
}

fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
    use serde_json::Value;

    use super::*;
    use crate::signing::fixtures;

    fn read(pem: &str) -> PrivateKey {
        PrivateKey::from_pem(pem).expect("a private key")
    }

    fn decoded(base64url: &str) -> String {
        String::from_utf8(URL_SAFE_NO_PAD.decode(base64url).expect("base64url without padding")).expect("text")
    }

    fn verifies(key: &PrivateKey, message: &[u8], signature: &[u8]) -> bool {
        let point = &key.public_key_der()[26..];
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature).is_ok()
    }

    #[test]
    fn an_assertion_is_the_official_signers() {
        for (pem, signature) in
            [(fixtures::ED25519, fixtures::ED25519_SIGNATURE), (fixtures::RSA, fixtures::RSA_SIGNATURE)]
        {
            let expected = Assertion { client_data: fixtures::CLIENT_DATA.to_owned(), signature: signature.to_owned() };
            assert_eq!(read(pem).assertion(fixtures::CHALLENGE), Ok(expected));
        }
        let key = read(fixtures::P256);
        let assertion = key.assertion(fixtures::CHALLENGE).expect("an assertion");
        assert_eq!(assertion.client_data, fixtures::CLIENT_DATA);
        let signature = URL_SAFE_NO_PAD.decode(&assertion.signature).expect("base64url");
        assert!(verifies(&key, decoded(&assertion.client_data).as_bytes(), &signature));
    }

    #[test]
    fn a_challenge_stays_as_it_is_whatever_is_in_it() {
        let challenge = "\"},{\\ é\n";
        let assertion = read(fixtures::ED25519).assertion(challenge).expect("an assertion");
        let client_data = decoded(&assertion.client_data);
        assert_eq!(client_data, r#"{"type":"key.get","challenge":"\"},{\\ é\n"}"#);
        assert_eq!(serde_json::from_str::<Value>(&client_data).expect("JSON")["challenge"], challenge);
    }

    #[test]
    fn a_registration_has_the_form_of_the_official_one_and_verifies() {
        let official = decoded(fixtures::CREATED_CLIENT_DATA);
        let challenge = serde_json::from_str::<Value>(&official).expect("JSON")["challenge"].clone();
        let key = read(fixtures::P256);
        let registration = key.registration(challenge.as_str().expect("a text")).expect("a registration");
        assert_eq!(registration.client_data, fixtures::CREATED_CLIENT_DATA);
        // They differ in the signature alone, which has a number drawn by lot in it at the official one.
        let (ours, theirs) = (decoded(&registration.attestation_data), decoded(fixtures::CREATED_ATTESTATION));
        let parts = |text: &str| {
            let (before, rest) = text.split_once("\"signature\":\"").expect("a signature");
            let (signature, behind) = rest.split_once('"').expect("its end");
            (before.to_owned(), signature.to_owned(), behind.to_owned())
        };
        let (ours, theirs) = (parts(&ours), parts(&theirs));
        assert_eq!((ours.0, ours.2), (theirs.0, theirs.2));
        for signature in [ours.1, theirs.1] {
            let bytes: Result<Vec<u8>, _> = (0..signature.len())
                .step_by(2)
                .map(|place| u8::from_str_radix(&signature[place..place + 2], 16))
                .collect();
            assert!(verifies(&key, fixtures::CREATED_FINGERPRINT.as_bytes(), &bytes.expect("hexadecimal digits")));
        }
    }

    #[test]
    fn a_new_credentials_id_is_32_bytes_and_no_two_are_alike() {
        let (one, other) = (new_credential_id().expect("an id"), new_credential_id().expect("an id"));
        assert_eq!(URL_SAFE_NO_PAD.decode(&one).expect("base64url without padding").len(), 32);
        assert_ne!(one, other);
    }
}
