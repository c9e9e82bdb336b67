//! API keys: `/api-keys/`.
//!
//! `POST /api-keys/` is not idempotent, so nothing here ever tries again.

use std::sync::Arc;

use keybearer_core::{
    credential::{CredentialKind, UserAction},
    failure::Failure,
    key::{Answer, Created, Key, KeyId, KeyName},
};
use reqwest::{Method, RequestBuilder, header};

use super::{
    Client,
    answer::{Call, Received},
    transport::Transport,
    wire,
};

pub(super) struct ApiKeys(pub(super) Arc<Transport>);

impl ApiKeys {
    async fn call(&self, call: Call, request: RequestBuilder) -> Result<Received, Failure> {
        self.0.call(CredentialKind::ApiKey, call, request).await
    }
}

impl Client for ApiKeys {
    fn sign<'a>(&'a self, _: &'a KeyName) -> Answer<'a, UserAction> {
        Box::pin(async { Ok(UserAction::Unsigned) })
    }

    fn create<'a>(&'a self, name: &'a KeyName, action: UserAction) -> Answer<'a, Created> {
        Box::pin(async move {
            let request = self
                .0
                .signed(Method::POST, &["api-keys", ""], &action)
                .header(header::CONTENT_TYPE, "application/json")
                .body(wire::create_body(name));
            self.call(Call::Create, request).await?.created(&self.0.host(), self.0.own_token())
        })
    }

    fn list(&self) -> Answer<'_, Vec<Key>> {
        Box::pin(async move {
            let request = self.0.request(Method::GET, &["api-keys", ""]);
            self.call(Call::List, request).await?.listed(&self.0.host(), self.0.own_token())
        })
    }

    fn read<'a>(&'a self, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move {
            let request = self.0.request(Method::GET, &["api-keys", segment(id)?, ""]);
            self.call(Call::Read, request).await?.key(Call::Read, &self.0.host(), self.0.own_token())
        })
    }

    fn revoke<'a>(&'a self, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move {
            let request = self.0.request(Method::DELETE, &["api-keys", segment(id)?]);
            self.call(Call::Revoke, request).await?.key(Call::Revoke, &self.0.host(), self.0.own_token())
        })
    }
}

/// An id, as a segment of a path.
fn segment(id: &KeyId) -> Result<&str, Failure> {
    if id.is_plain() { Ok(&id.0) } else { Err(Failure::KeyWithoutId) }
}
