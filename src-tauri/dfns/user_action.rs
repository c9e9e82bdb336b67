//! Signing a request: Dfns gives a challenge for its method, path and very body; signed, the challenge is exchanged for a token
//! that goes with that one request. Nothing here is ever tried again by itself.

use std::sync::Arc;

use keybearer_core::{
    account::{Challenge, Sign},
    credential::UserAction,
    failure::{CallContext, CredentialProblem, Failure, UnclearAnswer},
    secret::Secret,
};
use reqwest::Method;
use serde::Serialize;

use super::{
    answer::{Expected, Received, Refusal},
    auth_wire::{ActionBody, ChallengeBody, FirstFactor, body},
    refusal,
    transport::Transport,
};

const SIGN: Expected = Expected { context: CallContext::Sign, largest: 1 << 20 };

/// A signed-in user's way to sign requests.
pub(super) struct UserActions {
    pub(super) transport: Arc<Transport>,
    /// `None` for a user who has no credential here.
    pub(super) signer: Option<Arc<dyn Sign>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Action<'a> {
    user_action_payload: &'a str,
    user_action_http_method: &'a str,
    user_action_http_path: &'a str,
    user_action_server_kind: &'static str,
}

impl UserActions {
    /// What a request is to be sent with. `path` is that of the API, without a host and whatever stands before it, and `payload`
    /// the request's body to the last byte.
    ///
    /// # Errors
    /// [`Failure::SignatureRequired`] where there is nothing to sign with; [`Failure::Credential`]; else the calls'. The request
    /// itself was not sent then.
    pub(super) async fn sign(&self, method: &Method, path: &[&str], payload: &str) -> Result<UserAction, Failure> {
        let signer = self.signer.as_ref().ok_or(Failure::SignatureRequired)?;
        let challenge = self.begin(method, path, payload).await?;
        Ok(UserAction::Signed(self.complete(&**signer, &challenge).await?))
    }

    /// The challenge that such a request is signed by. Nothing is signed yet.
    ///
    /// # Errors
    /// The call's; [`Failure::Credential`] where no key pair is taken.
    pub(super) async fn begin(&self, method: &Method, path: &[&str], payload: &str) -> Result<Challenge, Failure> {
        let action = Action {
            user_action_payload: payload,
            user_action_http_method: method.as_str(),
            user_action_http_path: &format!("/{}", path.join("/")),
            user_action_server_kind: "Api",
        };
        let begun = self.call(&["auth", "action", "init"], body(&action)).await?;
        begun.parse::<ChallengeBody>(SIGN)?.challenge(SIGN)
    }

    /// What Dfns gives for the challenge, signed.
    ///
    /// # Errors
    /// [`Failure::Credential`]; else the signer's, or the call's.
    pub(super) async fn complete(&self, signer: &dyn Sign, challenge: &Challenge) -> Result<Secret, Failure> {
        let id = signer.credential().to_owned();
        if !challenge.credentials.contains(&id) {
            return Err(Failure::Credential(CredentialProblem::NotAmongOnes(id)));
        }
        let signed = signer.sign(&challenge.challenge).await?;
        let factor = body(&FirstFactor::of(&challenge.identifier, &signed));
        let ActionBody { user_action } = self.call(&["auth", "action"], factor).await?.parse(SIGN)?;
        if !user_action.open("see that a header takes it").bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(SIGN.unclear(UnclearAnswer::NotUnderstood));
        }
        Ok(user_action)
    }

    async fn call(&self, path: &[&str], content: String) -> Result<Received, Failure> {
        let request = self.transport.with_body(Method::POST, path, content);
        let received = self.transport.call(SIGN, request).await?;
        if received.status.is_success() {
            return Ok(received);
        }
        let Some(Refusal { word, message }) = received.refusal(self.transport.own_token()) else {
            return Err(received.of_somebody(SIGN, &self.transport.host()));
        };
        Err(match received.status.as_u16() {
            401 | 403 if has_no_credential(&word) => Failure::Credential(CredentialProblem::KindNotTaken(message)),
            401 => Failure::SignInAgain,
            403 if refusal::permission(&word).is_some() => {
                Failure::Forbidden { permission: refusal::permission(&word).map(str::to_owned), message }
            }
            400 | 403 | 404 | 409 | 422 => Failure::Credential(CredentialProblem::SignatureRefused(message)),
            _ => received.unforeseen(message),
        })
    }
}

/// "User does not have a credential that can be used for the application."
pub(super) fn has_no_credential(word: &str) -> bool {
    word.to_ascii_lowercase().contains("does not have a credential")
}
