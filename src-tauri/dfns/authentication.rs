//! Signing in with a credential, and registering one: `/auth/login` and `/auth/credentials/code`, before anybody is signed in.

use keybearer_core::{
    account::{Authentication, Challenge, EnrolmentCode, NewCredential, RegistrationChallenge, SignedChallenge},
    failure::{CallContext, CredentialProblem, Failure, UnclearAnswer},
    key::Answer,
    secret::SignInToken,
};
use reqwest::Method;
use serde::Serialize;

use super::{
    answer::{Expected, Received, Refusal},
    auth_wire::{ChallengeBody, Credentials, FirstFactor, LoginBody, RegistrationBody, body},
    transport::Transport,
    user_action::has_no_credential,
};

/// A challenge and a token have some thousand characters.
const LARGEST: usize = 1 << 20;

const SIGN_IN: Expected = Expected { context: CallContext::SignIn, largest: LARGEST };
const ENROL: Expected = Expected { context: CallContext::Enrol, largest: LARGEST };

pub(super) struct Unauthenticated(pub(super) Transport);

impl Unauthenticated {
    /// Asks once. `own_secret` is what the request is made with, and `refused` what a refusal of Dfns' own means.
    async fn call(
        &self,
        expected: Expected,
        path: &[&str],
        content: &impl Serialize,
        own_secret: &str,
        refused: impl Fn(Refusal) -> CredentialProblem,
    ) -> Result<Received, Failure> {
        let request = self.0.with_body(Method::POST, path, body(content));
        let received = self.0.call(expected, request).await?;
        if received.status.is_success() {
            return Ok(received);
        }
        Err(match received.refusal(own_secret) {
            Some(refusal) if matches!(received.status.as_u16(), 400 | 401 | 403 | 404 | 409 | 410 | 422) => {
                Failure::Credential(refused(refusal))
            }
            Some(Refusal { message, .. }) => received.unforeseen(message),
            None => received.of_somebody(expected, &self.0.host()),
        })
    }
}

impl Authentication for Unauthenticated {
    fn begin_sign_in<'a>(&'a self, username: &'a str, organization: &'a str) -> Answer<'a, Challenge> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Content<'a> {
            username: &'a str,
            org_id: &'a str,
        }
        Box::pin(async move {
            let content = Content { username, org_id: organization };
            let refused = |Refusal { word, message }: Refusal| {
                let problem = if has_no_credential(&word) {
                    CredentialProblem::KindNotTaken
                } else {
                    CredentialProblem::UserRefused
                };
                problem(message)
            };
            let received = self.call(SIGN_IN, &["auth", "login", "init"], &content, "", refused).await?;
            received.parse::<ChallengeBody>(SIGN_IN)?.challenge(SIGN_IN)
        })
    }

    fn sign_in<'a>(&'a self, challenge: &'a str, signed: &'a SignedChallenge) -> Answer<'a, SignInToken> {
        Box::pin(async move {
            let content = FirstFactor::of(challenge, signed);
            let refused = |refusal: Refusal| CredentialProblem::SignatureRefused(refusal.message);
            let received = self.call(SIGN_IN, &["auth", "login"], &content, challenge, refused).await?;
            let LoginBody { token, sso_client_id } = received.parse(SIGN_IN)?;
            match token {
                Some(token) => SignInToken::parse(token.open("take it for a sign-in token"))
                    .ok_or_else(|| SIGN_IN.unclear(UnclearAnswer::NotUnderstood)),
                None if !sso_client_id.is_empty() => Err(Failure::Credential(CredentialProblem::SingleSignOn)),
                None => Err(SIGN_IN.unclear(UnclearAnswer::NotUnderstood)),
            }
        })
    }

    fn begin_enrolment<'a>(&'a self, code: &'a EnrolmentCode) -> Answer<'a, RegistrationChallenge> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Content<'a> {
            credential_kind: &'a str,
            code: &'a str,
        }
        Box::pin(async move {
            let code = code.open("register a credential with it");
            let content = Content { credential_kind: "Key", code };
            let path = ["auth", "credentials", "code", "init"];
            // Nothing is registered by it, whatever comes of it.
            let received = self.call(SIGN_IN, &path, &content, code, of_code).await?;
            received.parse::<RegistrationBody>(SIGN_IN)?.challenge(SIGN_IN)
        })
    }

    fn enrol<'a>(&'a self, credential: &'a NewCredential<'a>) -> Answer<'a, ()> {
        Box::pin(async move {
            let content = Credentials::of(credential);
            let path = ["auth", "credentials", "code", "verify"];
            let received = self.call(ENROL, &path, &content, credential.challenge, of_code).await?;
            // What it tells of the credential, Dfns tells again whenever it is asked for a challenge.
            received.parse::<serde::de::IgnoredAny>(ENROL).map(drop)
        })
    }
}

/// What it means that a code is refused. An organization may take no such credentials at all, and no source says in which
/// words.
fn of_code(Refusal { word, message }: Refusal) -> CredentialProblem {
    let word = word.to_ascii_lowercase();
    let is_of_kind = ["kind", "not supported", "not allowed", "not enabled"].iter().any(|part| word.contains(part));
    if is_of_kind { CredentialProblem::KindNotTaken(message) } else { CredentialProblem::CodeRefused(message) }
}
