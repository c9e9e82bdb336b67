//! API keys: `/api-keys/`.
//!
//! `POST /api-keys/` is not idempotent, so nothing here ever tries again.

use std::sync::Arc;

use keybearer_core::{
    address::BaseUrl,
    failure::Failure,
    key::{Answer, Created, Key, KeyApi, KeyId, KeyName},
    token::SignInToken,
};
use reqwest::{Method, header};

use super::{answer::Call, transport::Transport, wire};
use crate::http::ClientOptions;

/// One user's API keys at one Dfns.
pub struct ApiKeys(Transport);

impl ApiKeys {
    /// Prepares access; nothing is sent yet.
    ///
    /// # Errors
    /// [`Failure::Computer`] where TLS cannot be set up, because the system has no root certificates, or where the authority
    /// cannot be read.
    pub fn new(base: BaseUrl, token: Arc<SignInToken>, options: &ClientOptions) -> Result<Self, Failure> {
        Transport::new(base, token, options).map(Self)
    }
}

impl KeyApi for ApiKeys {
    fn create<'a>(&'a self, name: &'a KeyName) -> Answer<'a, Created> {
        Box::pin(async move {
            let request = self
                .0
                .request(Method::POST, &["api-keys", ""])
                .header(header::CONTENT_TYPE, "application/json")
                .body(wire::create_body(name));
            let received = self.0.call(Call::Create, request).await?;
            received.created(&self.0.host(), self.0.own_token())
        })
    }

    fn list(&self) -> Answer<'_, Vec<Key>> {
        Box::pin(async move {
            let received = self.0.call(Call::List, self.0.request(Method::GET, &["api-keys", ""])).await?;
            received.listed(&self.0.host(), self.0.own_token())
        })
    }

    fn read<'a>(&'a self, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move {
            let segment = segment(id)?;
            let received = self.0.call(Call::Read, self.0.request(Method::GET, &["api-keys", segment, ""])).await?;
            received.read(&self.0.host(), self.0.own_token())
        })
    }

    fn revoke<'a>(&'a self, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move {
            let segment = segment(id)?;
            let received = self.0.call(Call::Revoke, self.0.request(Method::DELETE, &["api-keys", segment])).await?;
            received.revoked(&self.0.host(), self.0.own_token())
        })
    }

    fn is_token_in(&self, text: &str) -> bool {
        self.0.is_token_in(text)
    }

    fn clock_ahead(&self) -> Option<time::Duration> {
        self.0.clock_ahead()
    }
}

/// An id, as a segment of a path.
fn segment(id: &KeyId) -> Result<&str, Failure> {
    if id.is_plain() { Ok(&id.0) } else { Err(Failure::KeyWithoutId) }
}
