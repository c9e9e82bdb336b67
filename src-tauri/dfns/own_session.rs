//! The user's own session and credentials, and what the organization offers.

use keybearer_core::{
    account::{Offer, Offers},
    credential::CredentialKind,
    failure::{CallContext, CredentialProblem, Failure, UnclearAnswer},
};
use reqwest::{Method, StatusCode};
use serde::Serialize;

use super::{
    answer::{Expected, Received, Refusal},
    auth_wire::{OwnCredential, OwnCredentials, body},
    user_action::UserActions,
};

const READ: Expected = Expected { context: CallContext::Read, largest: 32 << 20 };
const DEACTIVATE: Expected = Expected { context: CallContext::Deactivate, largest: 1 << 20 };

impl UserActions {
    /// What comes of reading one kind. Only its status counts.
    pub(super) async fn offer(&self, kind: CredentialKind) -> Offer {
        let request = self.transport.request(Method::GET, super::path(kind));
        let Ok(received) = self.transport.call(READ, request).await else { return Offer::Unknown };
        match received.status {
            StatusCode::OK if received.is_dfns() => Offer::Listed,
            _ if received.refusal(self.transport.own_token()).is_none() => Offer::Unknown,
            StatusCode::FORBIDDEN => Offer::NoPermission,
            StatusCode::NOT_FOUND | StatusCode::GONE => Offer::NotThere,
            _ => Offer::Unknown,
        }
    }

    /// What the organization offers. A list of API keys may be a long one: it is not read where it was.
    pub(super) async fn offers(&self, api_keys: Option<Offer>) -> Offers {
        let [first, accounts, tokens] =
            [CredentialKind::ApiKey, CredentialKind::ServiceAccount, CredentialKind::PersonalAccessToken];
        let of_api_keys = async {
            match api_keys {
                Some(known) => known,
                None => self.offer(first).await,
            }
        };
        let (a, b, c) = tokio::join!(of_api_keys, self.offer(accounts), self.offer(tokens));
        Offers([(first, a), (accounts, b), (tokens, c)])
    }

    pub(super) async fn sign_out(&self) -> Result<(), Failure> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Content {
            all_sessions: bool,
        }
        let request =
            self.transport.with_body(Method::PUT, &["auth", "logout"], body(&Content { all_sessions: false }));
        self.succeeded(READ, request).await.map(drop)
    }

    /// Finds the credential's other id, by which alone it is deactivated, and signs that.
    pub(super) async fn deactivate(&self, credential: &str) -> Result<(), Failure> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Content<'a> {
            credential_uuid: &'a str,
        }
        let not_there = || Failure::Credential(CredentialProblem::NotAmongOnes(credential.to_owned()));
        let ours = self.own_credential(credential).await?.filter(|ours| !ours.credential_uuid.is_empty());
        let ours = ours.ok_or_else(not_there)?;
        let content = body(&Content { credential_uuid: &ours.credential_uuid });
        let path = ["auth", "credentials", "deactivate"];
        let action = self.sign(&Method::PUT, &path, &content).await?;
        let request = self.transport.signed(Method::PUT, &path, content, &action);
        self.succeeded(DEACTIVATE, request).await?;
        // An answer alone proves nothing.
        match self.own_credential(credential).await {
            Ok(None) => Ok(()),
            Ok(Some(ours)) if ours.is_active == Some(false) => Ok(()),
            _ => Err(DEACTIVATE.unclear(UnclearAnswer::NotUnderstood)),
        }
    }

    async fn own_credential(&self, id: &str) -> Result<Option<OwnCredential>, Failure> {
        let listing = self.transport.request(Method::GET, &["auth", "credentials"]);
        let OwnCredentials { items } = self.succeeded(READ, listing).await?.parse(READ)?;
        Ok(items.into_iter().find(|item| item.credential_id == id))
    }

    async fn succeeded(&self, expected: Expected, request: reqwest::RequestBuilder) -> Result<Received, Failure> {
        let received = self.transport.call(expected, request).await?;
        if received.status.is_success() && received.is_dfns() {
            return Ok(received);
        }
        Err(match received.refusal(self.transport.own_token()) {
            Some(Refusal { .. }) if received.status == StatusCode::UNAUTHORIZED => Failure::SignInAgain,
            Some(Refusal { message, .. }) if received.status == StatusCode::FORBIDDEN => {
                Failure::Credential(CredentialProblem::NotAllowed(message))
            }
            Some(Refusal { message, .. }) => received.unforeseen(message),
            None => received.of_somebody(expected, &self.transport.host()),
        })
    }
}
