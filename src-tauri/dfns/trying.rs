//! A new credential's secrets, tried out: they alone have a request signed that is never sent.

use std::sync::Arc;

use keybearer_core::{
    account::{Sign, SignedChallenge},
    credential::{SecretName, Secrets},
    failure::{CallContext, CredentialProblem, Failure, UnclearAnswer},
    key::{Answer, Tried},
    secret::SignInToken,
    signing::PrivateKey,
};
use reqwest::Method;

use super::{transport::Transport, user_action::UserActions};

/// What is signed for: to activate the credential of no id. That is a call of Dfns' own, so that it is known there, and needs no
/// permission, so that whoever has the token may have it signed; and a token may not make it, nor is there such a credential,
/// so that it would change nothing if somebody did send it. In a log it reads more harmless than to deactivate one.
const CALL: (Method, &[&str], &str) = (Method::PUT, &["auth", "credentials", "activate"], r#"{"credentialUuid":""}"#);

/// The held private key, for one signature.
struct HeldKey {
    credential: String,
    key: PrivateKey,
}

impl Sign for HeldKey {
    fn credential(&self) -> &str {
        &self.credential
    }

    fn sign<'a>(&'a self, challenge: &'a str) -> Answer<'a, SignedChallenge> {
        Box::pin(async move {
            Ok(SignedChallenge { credential: self.credential.clone(), assertion: self.key.assertion(challenge)? })
        })
    }
}

/// Tries them out by way of a connection that `connect` makes for their token.
pub(super) async fn try_out(
    secrets: &Secrets,
    connect: impl FnOnce(Arc<SignInToken>) -> Result<Transport, Failure>,
) -> Result<Tried, Failure> {
    let of = |name| secrets.get(name).ok_or(Failure::Unclear(CallContext::TryOut, UnclearAnswer::NotUnderstood));
    let [token, private_key, credential] =
        [of(SecretName::Token)?, of(SecretName::PrivateKey)?, of(SecretName::CredentialId)?];
    // As it is held, to the last byte: whoever uses it takes nothing off.
    let bearer = SignInToken::parse(token.open("try it out at the Dfns that gave it"));
    let bearer = bearer.filter(|bearer| token.equals(bearer.open("see that it is the same")));
    let bearer = bearer.ok_or(Failure::Unclear(CallContext::TryOut, UnclearAnswer::NotUnderstood))?;
    let signer = HeldKey {
        credential: credential.open("name it to the Dfns that gave it").to_owned(),
        key: PrivateKey::from_pem(private_key.open("sign with it once")).map_err(Failure::PrivateKey)?,
    };
    let actions = UserActions { transport: Arc::new(connect(Arc::new(bearer))?), signer: None };
    let (method, path, payload) = CALL;
    let challenge = match actions.begin(&method, path, payload).await {
        Ok(challenge) => challenge,
        Err(failure) => return not_begun(failure),
    };
    match actions.complete(&signer, &challenge).await {
        // What was signed for is never sent: what Dfns gave for it is wiped here.
        Ok(_unused) => Ok(Tried::Proven),
        Err(failure) => not_completed(failure),
    }
}

/// What it means that there is no challenge.
fn not_begun(failure: Failure) -> Result<Tried, Failure> {
    match failure {
        Failure::SignInAgain => Ok(Tried::TokenRefused),
        Failure::Credential(CredentialProblem::KindNotTaken(_)) => Ok(Tried::OtherCredential),
        // Nothing was signed yet.
        Failure::Forbidden { .. } | Failure::Credential(CredentialProblem::SignatureRefused(_)) => Ok(Tried::NotLet),
        other => Err(unknown(other)),
    }
}

/// What it means that there is a challenge, and nothing was given for it.
fn not_completed(failure: Failure) -> Result<Tried, Failure> {
    match failure {
        Failure::Credential(CredentialProblem::NotAmongOnes(_) | CredentialProblem::KindNotTaken(_)) => {
            Ok(Tried::OtherCredential)
        }
        // With a 401 too: the token was taken a moment ago.
        Failure::SignInAgain | Failure::Credential(CredentialProblem::SignatureRefused(_)) => {
            Ok(Tried::SignatureRefused)
        }
        Failure::Forbidden { .. } => Ok(Tried::NotLet),
        other => Err(unknown(other)),
    }
}

fn unknown(failure: Failure) -> Failure {
    match failure {
        Failure::Unclear(_, unclear) => Failure::Unclear(CallContext::TryOut, unclear),
        other => other,
    }
}
