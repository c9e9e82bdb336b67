//! API keys: `/api-keys/`.
//!
//! `POST /api-keys/` is not idempotent, so nothing here ever tries again.

use std::sync::Arc;

use keybearer_core::{
    credential::{CredentialKind, UserAction},
    failure::{CredentialProblem, Failure, NotNow},
    key::{Answer, Change, Created, Key, KeyId, is_plain_id},
    order::Order,
};
use reqwest::{Method, RequestBuilder};

use super::{
    Client,
    answer::{Call, Received},
    transport::Transport,
    user_action::UserActions,
    wire,
};

pub(super) struct ApiKeys(pub(super) Arc<UserActions>);

const KIND: CredentialKind = CredentialKind::ApiKey;

impl ApiKeys {
    async fn call(&self, call: Call, request: RequestBuilder) -> Result<Received, Failure> {
        self.transport().call(call.expected(), request).await
    }

    fn transport(&self) -> &Transport {
        &self.0.transport
    }
}

impl Client for ApiKeys {
    fn sign<'a>(&'a self, order: &'a Order) -> Answer<'a, UserAction> {
        Box::pin(async move { self.0.sign(&Method::POST, super::path(KIND), &wire::create_body(&order.name)).await })
    }

    fn create<'a>(&'a self, order: &'a Order, action: UserAction) -> Answer<'a, Created> {
        Box::pin(async move {
            let transport = self.transport();
            let request = transport.signed(Method::POST, super::path(KIND), wire::create_body(&order.name), &action);
            let created = self.call(Call::Create, request).await?;
            created
                .created(KIND, &transport.host(), transport.own_token())
                .map_err(|failure| of_signed(failure, &action))
        })
    }

    fn list(&self) -> Answer<'_, Vec<Key>> {
        Box::pin(async move {
            let request = self.transport().request(Method::GET, super::path(KIND));
            self.call(Call::List, request).await?.listed::<wire::ListedKey>(
                KIND,
                &self.transport().host(),
                self.transport().own_token(),
            )
        })
    }

    fn read<'a>(&'a self, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move {
            let request = self.transport().request(Method::GET, &["api-keys", segment(id)?, ""]);
            self.call(Call::Read, request).await?.key::<wire::KeyBody>(
                KIND,
                Call::Read,
                &self.transport().host(),
                self.transport().own_token(),
            )
        })
    }

    fn change<'a>(&'a self, _: &'a KeyId, _: &'a Change) -> Answer<'a, Key> {
        Box::pin(async { Err(Failure::NotNow(NotNow::Unchangeable)) })
    }

    fn revoke<'a>(&'a self, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move {
            let request = self.transport().request(Method::DELETE, &["api-keys", segment(id)?]);
            self.call(Call::Revoke, request).await?.key::<wire::KeyBody>(
                KIND,
                Call::Revoke,
                &self.transport().host(),
                self.transport().own_token(),
            )
        })
    }
}

/// What a refusal means for what a signature is missing, to a request that has one: not that none is there, it is refused.
pub(super) fn of_signed(failure: Failure, action: &UserAction) -> Failure {
    match (failure, action) {
        (Failure::SignatureRequired, UserAction::Signed(_)) => Failure::Credential(CredentialProblem::NotAllowed(None)),
        (failure, _) => failure,
    }
}

/// An id, as a segment of a path.
pub(super) fn segment(id: &KeyId) -> Result<&str, Failure> {
    plain(&id.0)
}

/// The same of any id of Dfns'.
pub(super) fn plain(id: &str) -> Result<&str, Failure> {
    if is_plain_id(id) { Ok(id) } else { Err(Failure::KeyWithoutId) }
}
