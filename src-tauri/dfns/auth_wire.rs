//! The shapes on the wire of what is signed. Dfns refuses a field that it does not know: none is sent that is not listed in its
//! documentation.

use keybearer_core::{
    account::{Challenge, NewCredential, RegistrationChallenge, SignedChallenge},
    failure::{CredentialProblem, Failure, UnclearAnswer},
    secret::Secret,
};
use serde::{Deserialize, Serialize};

use super::{answer::Expected, wire::text};

/// A body, as it is sent and as it is signed: made once.
pub(super) fn body(content: &impl Serialize) -> String {
    serde_json::to_string(content).expect("texts always serialize")
}

/// A credential's word that its user wants something: the one factor that a key pair is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FirstFactor<'a> {
    challenge_identifier: &'a str,
    first_factor: Factor<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Factor<'a> {
    kind: &'static str,
    credential_assertion: AssertionBody<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AssertionBody<'a> {
    cred_id: &'a str,
    client_data: &'a str,
    signature: &'a str,
}

impl<'a> FirstFactor<'a> {
    pub(super) fn of(challenge: &'a str, signed: &'a SignedChallenge) -> Self {
        let credential_assertion = AssertionBody {
            cred_id: &signed.credential,
            client_data: &signed.assertion.client_data,
            signature: &signed.assertion.signature,
        };
        Self { challenge_identifier: challenge, first_factor: Factor { kind: "Key", credential_assertion } }
    }
}

/// The body of `POST /auth/credentials/code/verify`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Credentials<'a> {
    credential_kind: &'static str,
    credential_info: CredentialInfo<'a>,
    credential_name: &'a str,
    challenge_identifier: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CredentialInfo<'a> {
    cred_id: &'a str,
    client_data: &'a str,
    attestation_data: &'a str,
}

impl<'a> Credentials<'a> {
    pub(super) fn of(new: &'a NewCredential<'a>) -> Self {
        Self {
            credential_kind: "Key",
            credential_info: CredentialInfo {
                cred_id: new.id,
                client_data: &new.registration.client_data,
                attestation_data: &new.registration.attestation_data,
            },
            credential_name: new.name,
            challenge_identifier: new.challenge,
        }
    }
}

/// What is to be signed, in the answer to `/auth/login/init` and `/auth/action/init`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChallengeBody {
    challenge: String,
    challenge_identifier: String,
    #[serde(default)]
    allow_credentials: Allowed,
}

#[derive(Default, Deserialize)]
struct Allowed {
    key: Option<Vec<AllowedCredential>>,
}

#[derive(Deserialize)]
struct AllowedCredential {
    #[serde(default, deserialize_with = "text")]
    id: String,
}

impl ChallengeBody {
    /// # Errors
    /// [`Failure::Credential`] where no credential with a key pair is taken; [`Failure::Unclear`] for what is no challenge.
    pub(super) fn challenge(self, expected: Expected) -> Result<Challenge, Failure> {
        let Self { challenge, challenge_identifier: identifier, allow_credentials } = self;
        if challenge.is_empty() || identifier.is_empty() {
            return Err(expected.unclear(UnclearAnswer::NotUnderstood));
        }
        let keys = allow_credentials.key.ok_or(Failure::Credential(CredentialProblem::KindNotTaken(None)))?;
        Ok(Challenge { identifier, challenge, credentials: keys.into_iter().map(|key| key.id).collect() })
    }
}

/// What is to be signed, in the answer to `/auth/credentials/code/init`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RegistrationBody {
    challenge: String,
    challenge_identifier: String,
    user: UserBody,
}

#[derive(Deserialize)]
struct UserBody {
    #[serde(default, deserialize_with = "text")]
    name: String,
}

impl RegistrationBody {
    /// # Errors
    /// [`Failure::Unclear`] for what is no challenge.
    pub(super) fn challenge(self, expected: Expected) -> Result<RegistrationChallenge, Failure> {
        let Self { challenge, challenge_identifier: identifier, user: UserBody { name: username } } = self;
        if [&challenge, &identifier, &username].into_iter().any(String::is_empty) {
            return Err(expected.unclear(UnclearAnswer::NotUnderstood));
        }
        Ok(RegistrationChallenge { identifier, challenge, username })
    }
}

/// The answer to `POST /auth/login`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LoginBody {
    pub(super) token: Option<Secret>,
    #[serde(default, deserialize_with = "text")]
    pub(super) sso_client_id: String,
}

/// The answer to `POST /auth/action`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ActionBody {
    pub(super) user_action: Secret,
}

/// The answer to `GET /auth/credentials`.
#[derive(Deserialize)]
pub(super) struct OwnCredentials {
    pub(super) items: Vec<OwnCredential>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OwnCredential {
    #[serde(default, deserialize_with = "text")]
    pub(super) credential_id: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) credential_uuid: String,
    pub(super) is_active: Option<bool>,
}
