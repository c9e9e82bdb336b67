//! The Dfns API: the only place that speaks to Dfns, and the only user of reqwest for it.
//!
//! `POST /api-keys/` is not idempotent, so nothing here ever tries again. Connections are closed after each call
//! rather than kept, and redirects are never followed: both would leave a token where it does not belong.

mod answer;
mod refusal;
mod wire;

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;

use keybearer_core::{
    account::Connect,
    address::BaseUrl,
    failure::{Failure, UnclearAnswer},
    key::{Answer, Created, Key, KeyApi, KeyId, KeyName},
    naming,
    token::SignInToken,
    words,
};
use reqwest::{Method, RequestBuilder, header};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use self::answer::{Call, Received};
use crate::http::{self, ClientOptions, Http, Incomplete, innermost};

/// The way to any Dfns.
pub struct OverHttp;

impl Connect for OverHttp {
    fn connect(&self, base: &BaseUrl, token: Arc<SignInToken>) -> Result<Arc<dyn KeyApi>, Failure> {
        Ok(Arc::new(Dfns::new(base.clone(), token)?))
    }
}

/// One user's access to one Dfns.
pub struct Dfns {
    http: Http,
    base: BaseUrl,
    token: Arc<SignInToken>,
    whole: Duration,
    clock_ahead: Mutex<Option<time::Duration>>,
}

impl Dfns {
    /// Prepares access; nothing is sent yet.
    ///
    /// # Errors
    /// [`Failure::Computer`] where TLS cannot be set up, because the system has no root certificates.
    pub fn new(base: BaseUrl, token: Arc<SignInToken>) -> Result<Self, Failure> {
        Self::within(base, token, &ClientOptions::default())
    }

    /// As [`Dfns::new`], with other limits.
    ///
    /// # Errors
    /// As [`Dfns::new`]; or where the authority cannot be read.
    pub fn within(base: BaseUrl, token: Arc<SignInToken>, options: &ClientOptions) -> Result<Self, Failure> {
        let http = http::client(base.as_url(), options)?;
        Ok(Self { http, base, token, whole: options.whole, clock_ahead: Mutex::default() })
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.base.as_url().clone();
        url.path_segments_mut().expect("a base address has a host, so it has a path").clear().extend(path);
        let bearer = Zeroizing::new(format!("Bearer {}", self.token.open("authorize this one request")));
        let mut bearer = header::HeaderValue::from_str(&bearer)
            .expect("a sign-in token has no character that a header refuses: it was parsed so");
        bearer.set_sensitive(true);
        self.http.client.request(method, url).header(header::AUTHORIZATION, bearer)
    }

    /// Sends a request and reads its answer whole, up to the largest that this call may have.
    async fn call(&self, call: Call, request: RequestBuilder) -> Result<Received, Failure> {
        let mut response = request.send().await.map_err(|error| self.not_sent(call, &error))?;
        let mut received = Received::begin(&response);
        let largest = call.largest(received.status);
        let (body, incomplete) = http::read_body(&mut response, largest).await;
        received.body = body;
        match incomplete {
            Some(Incomplete::TooLong) if received.status.is_success() => {
                return Err(call.unclear(UnclearAnswer::TooLarge(largest >> 20)));
            }
            // Half a refusal is nobody's word.
            Some(Incomplete::TooLong) => received.body = Zeroizing::default(),
            Some(Incomplete::Broken(error)) => return Err(call.unclear(self.unclear(&error))),
            None => {}
        }
        if received.is_dfns() {
            *self.clock_ahead.lock() = received.date.map(|date| date - OffsetDateTime::now_utc());
        }
        Ok(received)
    }

    fn not_sent(&self, call: Call, error: &reqwest::Error) -> Failure {
        if error.is_connect() {
            return Failure::Unreachable { host: self.base.host(), why: self.http.why(error) };
        }
        if error.is_builder() {
            return Failure::Computer(words::err_request(innermost(error)));
        }
        call.unclear(self.unclear(error))
    }

    fn unclear(&self, error: &reqwest::Error) -> UnclearAnswer {
        if error.is_timeout() { UnclearAnswer::TimedOut(self.whole) } else { UnclearAnswer::Cut }
    }

    fn own_token(&self) -> &str {
        self.token.open("take it out of messages that echo it")
    }
}

impl KeyApi for Dfns {
    fn create<'a>(&'a self, name: &'a KeyName) -> Answer<'a, Created> {
        Box::pin(async move {
            let request = self
                .request(Method::POST, &["api-keys", ""])
                .header(header::CONTENT_TYPE, "application/json")
                .body(wire::create_body(name));
            let received = self.call(Call::Create, request).await?;
            received.created(&self.base.host(), self.own_token())
        })
    }

    fn list(&self) -> Answer<'_, Vec<Key>> {
        Box::pin(async move {
            let received = self.call(Call::List, self.request(Method::GET, &["api-keys", ""])).await?;
            received.listed(&self.base.host(), self.own_token())
        })
    }

    fn read<'a>(&'a self, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move {
            let segment = segment(id)?;
            let received = self.call(Call::Read, self.request(Method::GET, &["api-keys", segment, ""])).await?;
            received.read(&self.base.host(), self.own_token())
        })
    }

    fn revoke<'a>(&'a self, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move {
            let segment = segment(id)?;
            let received = self.call(Call::Revoke, self.request(Method::DELETE, &["api-keys", segment])).await?;
            received.revoked(&self.base.host(), self.own_token())
        })
    }

    fn is_token_in(&self, text: &str) -> bool {
        naming::holds(text, self.token.open("see that it is in no name"))
    }

    fn clock_ahead(&self) -> Option<time::Duration> {
        *self.clock_ahead.lock()
    }
}

/// An id, as a segment of a path.
fn segment(id: &KeyId) -> Result<&str, Failure> {
    if id.is_plain() { Ok(&id.0) } else { Err(Failure::KeyWithoutId) }
}
