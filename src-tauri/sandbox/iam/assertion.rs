//! Signed challenges: assertions by credentials that exist, and registrations of new ones.

use serde::Deserialize;
use serde_json::Value;

use super::{
    body::{base64url, parse},
    credentials::{Credential, Credentials, Kind},
    public_key::PublicKey,
};
use crate::{
    api::Refusal,
    directory::Caller,
    draw::{hex, sha256},
};

/// The length of the id that a client chooses for a credential, in bytes.
const CREDENTIAL_ID: usize = 32;

/// What a signed challenge is answered with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Answered {
    pub(super) challenge_identifier: String,
    pub(super) first_factor: Factor,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Factor {
    kind: String,
    credential_assertion: Assertion,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Assertion {
    cred_id: String,
    client_data: String,
    signature: String,
}

/// A new credential, as its client tells of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Registration {
    pub(super) cred_id: String,
    client_data: String,
    attestation_data: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Attestation {
    public_key: String,
    signature: String,
}

/// Why an assertion is none.
pub(super) enum Unproven {
    /// It is not well formed.
    Malformed(Refusal),
    NoSuchCredential,
    WrongSignature,
}

impl From<Refusal> for Unproven {
    fn from(refusal: Refusal) -> Self {
        Self::Malformed(refusal)
    }
}

impl Factor {
    /// Whether `owner` signed `challenge` with a credential that is theirs and active, and that the organization takes.
    pub(super) fn prove(
        &self,
        owner: &Caller,
        challenge: &str,
        credentials: &Credentials,
        takes_keys: bool,
    ) -> Result<(), Unproven> {
        let Assertion { cred_id, client_data, signature } = &self.credential_assertion;
        let client_data = base64url("clientData", client_data)?;
        let signature = base64url("signature", signature)?;
        let is_good = |credential: &&Credential| {
            credential.owner == *owner && credential.is_active && credential.kind == Kind::Key
        };
        let credential = credentials.with_id(cred_id).filter(is_good).filter(|_| self.kind == "Key" && takes_keys);
        let credential = credential.ok_or(Unproven::NoSuchCredential)?;
        check_client_data(&client_data, "key.get", challenge)?;
        credential.key.verifies(&client_data, &signature).then_some(()).ok_or(Unproven::WrongSignature)
    }
}

impl Registration {
    /// The public key that signed `challenge` and itself, and its PEM.
    pub(super) fn prove(&self, challenge: &str) -> Result<(PublicKey, String), Refusal> {
        if base64url("credId", &self.cred_id)?.len() != CREDENTIAL_ID {
            return Err(Refusal::bad_request("credId: must be 32 bytes."));
        }
        let client_data = base64url("clientData", &self.client_data)?;
        check_client_data(&client_data, "key.create", challenge)?;
        let attestation: Attestation = parse(&base64url("attestationData", &self.attestation_data)?)?;
        let refuse = |why| Refusal::bad_request(format_args!("attestationData.publicKey: {why}."));
        let pem = attestation.public_key;
        if pem.ends_with(char::is_whitespace) {
            return Err(refuse("nothing may come after its last line"));
        }
        let key = PublicKey::from_pem(&pem).map_err(refuse)?;
        let signature = unhex(&attestation.signature)
            .ok_or_else(|| Refusal::bad_request("attestationData.signature: must be hex."))?;
        let told = serde_json::to_string(&pem).expect("a text is JSON");
        let signed = format!(r#"{{"clientDataHash":"{}","publicKey":{told}}}"#, hex(&sha256(&client_data)));
        if key.verifies(signed.as_bytes(), &signature) {
            Ok((key, pem))
        } else {
            Err(Refusal::bad_request("attestationData.signature: is not that of the public key."))
        }
    }
}

/// The order of its members does not matter, nor what else is in it.
fn check_client_data(client_data: &[u8], kind: &str, challenge: &str) -> Result<(), Refusal> {
    let told: Value = serde_json::from_slice(client_data)
        .map_err(|_| Refusal::bad_request("clientData: must be JSON within the base64url."))?;
    if told["type"] != kind {
        return Err(Refusal::bad_request(format_args!("clientData: its type must be {kind}.")));
    }
    if told["challenge"] != challenge {
        return Err(Refusal::bad_request("clientData: its challenge is another one."));
    }
    Ok(())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok().filter(|_| pair.len() == 2)).collect()
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde_json::json;
    use time::OffsetDateTime;

    use super::*;
    use crate::{
        iam::vectors::{self, CHALLENGE, CLIENT_DATA, REGISTRATION_CHALLENGE},
        persona::Persona,
    };

    const OWNER: Caller = Caller::User(Persona::Admin);

    fn credentials(id: &str, pem: &str) -> Credentials {
        let mut credentials = Credentials::default();
        credentials.add(Credential {
            id: id.to_owned(),
            uuid: "cr-uuid".to_owned(),
            owner: OWNER,
            kind: Kind::Key,
            name: "n".to_owned(),
            is_active: true,
            key: PublicKey::from_pem(pem).expect("a key"),
            pem: pem.to_owned(),
            created: OffsetDateTime::UNIX_EPOCH,
        });
        credentials
    }

    /// What is wrong with an assertion, in a word.
    fn judge(factor: &Value, owner: &Caller, challenge: &str, credentials: &Credentials) -> Result<(), String> {
        let factor: Factor = parse(factor.to_string().as_bytes()).map_err(|refusal| refusal.message().to_owned())?;
        factor.prove(owner, challenge, credentials, true).map_err(|unproven| match unproven {
            Unproven::Malformed(refusal) => refusal.message().to_owned(),
            Unproven::NoSuchCredential => "no such credential".to_owned(),
            Unproven::WrongSignature => "wrong signature".to_owned(),
        })
    }

    #[test]
    fn the_official_signers_assertions_prove_who_signed_for_each_kind_of_key() {
        for (name, vector) in vectors::assertions() {
            let id = vector.factor["credentialAssertion"]["credId"].as_str().expect("a text");
            let mut credentials = credentials(id, vector.pem);
            let assertion = &vector.factor["credentialAssertion"];
            assert_eq!(judge(&vector.factor, &OWNER, CHALLENGE, &credentials), Ok(()), "{name}");
            let with = |field: &str, value: Value| {
                let mut factor = vector.factor.clone();
                factor["credentialAssertion"][field] = value;
                judge(&factor, &OWNER, CHALLENGE, &credentials).expect_err(field)
            };
            let told = assertion["signature"].as_str().expect("a text");
            let other = if told.starts_with('A') { "B" } else { "A" };
            assert_eq!(with("signature", format!("{other}{}", &told[1..]).into()), "wrong signature", "{name}");
            assert!(with("signature", format!("{told}=").into()).contains("base64url"));
            // Whether hex can be read as base64url as well, depends on its length.
            with("signature", hex(&vector.signature).into());
            if let Some(raw) = vectors::raw(name, &vector.signature) {
                assert_eq!(with("signature", URL_SAFE_NO_PAD.encode(raw).into()), "wrong signature", "{name}");
            }
            assert_eq!(with("credId", "cr-other".into()), "no such credential");
            assert!(with("extra", "1".into()).contains("extra"));
            let kind = CLIENT_DATA.replace("key.get", "key.create");
            assert!(with("clientData", URL_SAFE_NO_PAD.encode(kind).into()).contains("key.get"));
            let others = [Caller::User(Persona::Issuer), Caller::Token("to-1".to_owned())];
            for other in others {
                let refused = judge(&vector.factor, &other, CHALLENGE, &credentials);
                assert_eq!(refused, Err("no such credential".to_owned()));
            }
            assert!(judge(&vector.factor, &OWNER, "other", &credentials).is_err_and(|why| why.contains("challenge")));
            credentials.set_active(false, |_| true);
            assert!(judge(&vector.factor, &OWNER, CHALLENGE, &credentials).is_err());
        }
    }

    fn register(info: &Value, challenge: &str) -> Result<String, String> {
        let registration: Registration = parse(info.to_string().as_bytes()).map_err(|it| it.message().to_owned())?;
        registration.prove(challenge).map(|(_, pem)| pem).map_err(|refusal| refusal.message().to_owned())
    }

    #[test]
    fn the_official_registration_proves_its_key() {
        let info = vectors::registration();
        let pem = register(&info, REGISTRATION_CHALLENGE).expect("it is good");
        let (_, vector) = vectors::assertions().find(|(name, _)| *name == "p256").expect("a vector");
        assert_eq!(pem, vector.pem.trim_end());
        assert!(register(&info, "other").is_err_and(|why| why.contains("challenge")));
    }

    #[test]
    fn a_registration_that_is_changed_in_anything_is_refused() {
        let info = vectors::registration();
        let decoded = URL_SAFE_NO_PAD.decode(info["attestationData"].as_str().expect("a text")).expect("base64url");
        let attestation: Value = serde_json::from_slice(&decoded).expect("JSON");
        let signature = attestation["signature"].as_str().expect("a text");
        let bytes = unhex(signature).expect("hex");
        let (_, ed25519) = vectors::assertions().find(|(name, _)| *name == "ed25519").expect("a vector");
        let pem = attestation["publicKey"].as_str().expect("a text");
        for (field, value, why) in [
            ("signature", signature.replacen("3045", "3046", 1), "signature"),
            ("signature", URL_SAFE_NO_PAD.encode(&bytes), "hex"),
            ("signature", hex(&vectors::raw("p256", &bytes).expect("ECDSA")), "signature"),
            ("publicKey", ed25519.pem.trim_end().to_owned(), "signature"),
            ("publicKey", format!("{pem}\n"), "last line"),
            ("extra", String::new(), "extra"),
        ] {
            let mut changed = attestation.clone();
            changed[field] = value.into();
            let mut info = info.clone();
            info["attestationData"] = URL_SAFE_NO_PAD.encode(changed.to_string()).into();
            let refused = register(&info, REGISTRATION_CHALLENGE).expect_err(field);
            assert!(refused.contains(why), "{field}: {refused}");
        }
        for (field, value, why) in [
            ("credId", "c2hvcnQ", "32"),
            ("clientData", "e30", "key.create"),
            ("clientData", "!", "base64url"),
            ("extra", "", "extra"),
        ] {
            let mut info = info.clone();
            info[field] = json!(value);
            let refused = register(&info, REGISTRATION_CHALLENGE).expect_err(field);
            assert!(refused.contains(why), "{field}: {refused}");
        }
    }
}
