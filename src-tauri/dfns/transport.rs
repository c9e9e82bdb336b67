//! Requests and answers, whatever they are about.
//!
//! A connection is kept between the list of what there is and the request that comes after it, so that the request costs one
//! round trip; it is closed once a token that was made has come over it. Redirects are never followed. Both would leave a token
//! where it does not belong.

use std::sync::Arc;

use keybearer_core::{
    address::BaseUrl,
    credential::UserAction,
    failure::{Failure, UnclearAnswer},
    naming,
    secret::SignInToken,
    words,
};
use parking_lot::Mutex;
use reqwest::{Method, RequestBuilder, header};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::answer::{Expected, Received};
use crate::http::{self, ClientOptions, Http, Incomplete, innermost};

/// One user's connection to one Dfns, which the clients of all kinds of credential share.
pub(super) struct Transport {
    /// Owns the connection that is kept.
    http: Mutex<Arc<Http>>,
    options: ClientOptions,
    base: BaseUrl,
    /// `None` before anybody is signed in.
    token: Option<Arc<SignInToken>>,
    clock_ahead: Mutex<Option<time::Duration>>,
}

impl Transport {
    /// Prepares access; nothing is sent yet.
    ///
    /// # Errors
    /// [`Failure::Computer`] where TLS cannot be set up, or the authority cannot be read.
    pub(super) fn new(
        base: BaseUrl,
        token: Option<Arc<SignInToken>>,
        options: &ClientOptions,
    ) -> Result<Self, Failure> {
        let http = Mutex::new(Arc::new(http::client(base.as_url(), options)?));
        Ok(Self { http, options: options.clone(), base, token, clock_ahead: Mutex::default() })
    }

    /// Closes the connection that is kept; what is on its way comes to its end.
    pub(super) fn close_kept(&self) {
        if self.options.kept.is_none() {
            return;
        }
        // Where no other can be made, which could be made before, it ends by itself soon.
        if let Ok(http) = http::client(self.base.as_url(), &self.options) {
            *self.http.lock() = Arc::new(http);
        }
    }

    pub(super) fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        self.request_for(method, path, &[])
    }

    /// The same, for a part of what is there.
    pub(super) fn request_for(&self, method: Method, path: &[&str], query: &[(&str, &str)]) -> RequestBuilder {
        let mut url = self.base.as_url().clone();
        // Whatever stands before it in the address of a private deployment is no part of what is signed.
        url.path_segments_mut().expect("a base address has a host, so it has a path").pop_if_empty().extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let request = self.http.lock().client.request(method, url);
        let Some(token) = &self.token else { return request };
        let bearer = Zeroizing::new(format!("Bearer {}", token.open("authorize this one request")));
        let mut bearer = header::HeaderValue::from_str(&bearer)
            .expect("a sign-in token has no character that a header refuses: it was parsed so");
        bearer.set_sensitive(true);
        request.header(header::AUTHORIZATION, bearer)
    }

    /// The same, with a body of JSON, as it is.
    pub(super) fn with_body(&self, method: Method, path: &[&str], body: String) -> RequestBuilder {
        self.request(method, path).header(header::CONTENT_TYPE, "application/json").body(body)
    }

    /// The same, with what shows that the user wants it.
    pub(super) fn signed(&self, method: Method, path: &[&str], body: String, action: &UserAction) -> RequestBuilder {
        let request = self.with_body(method, path, body);
        match action {
            UserAction::Unsigned => request,
            UserAction::Signed(token) => {
                let value = header::HeaderValue::from_str(token.open("show that the user wants this one request"));
                let mut value = value.expect("what signs a request was held against what a header takes as it came");
                value.set_sensitive(true);
                request.header("X-DFNS-USERACTION", value)
            }
        }
    }

    /// Sends a request and reads its answer whole, up to the largest that this call may have.
    pub(super) async fn call(&self, expected: Expected, request: RequestBuilder) -> Result<Received, Failure> {
        let mut response = request.send().await.map_err(|error| self.not_sent(expected, &error))?;
        let mut received = Received::begin(&response);
        let largest = expected.largest(received.status);
        let (body, incomplete) = http::read_body(&mut response, largest).await;
        received.body = body;
        match incomplete {
            Some(Incomplete::TooLong) if received.status.is_success() => {
                return Err(expected.unclear(UnclearAnswer::TooLarge(largest >> 20)));
            }
            // Half a refusal is nobody's word.
            Some(Incomplete::TooLong) => received.body = Zeroizing::default(),
            Some(Incomplete::Broken(error)) => return Err(expected.unclear(self.unclear(&error))),
            None => {}
        }
        if received.is_dfns() {
            *self.clock_ahead.lock() = received.date.map(|date| date - OffsetDateTime::now_utc());
        }
        Ok(received)
    }

    fn not_sent(&self, expected: Expected, error: &reqwest::Error) -> Failure {
        if error.is_connect() {
            return Failure::Unreachable { host: self.base.host(), why: self.http.lock().why(error) };
        }
        if error.is_builder() {
            return Failure::Computer(words::err_request(innermost(error)));
        }
        expected.unclear(self.unclear(error))
    }

    fn unclear(&self, error: &reqwest::Error) -> UnclearAnswer {
        if error.is_timeout() { UnclearAnswer::TimedOut(self.options.whole) } else { UnclearAnswer::Cut }
    }

    pub(super) fn own_token(&self) -> &str {
        self.token.as_ref().map_or("", |token| token.open("take it out of messages that echo it"))
    }

    pub(super) fn host(&self) -> String {
        self.base.host()
    }

    pub(super) fn is_token_in(&self, text: &str) -> bool {
        self.token.as_ref().is_some_and(|token| naming::holds(text, token.open("see that it is in no name")))
    }

    /// How far the server's clock was ahead of this computer's at its last answer, to the second; `None` where it did not
    /// tell.
    pub(super) fn clock_ahead(&self) -> Option<time::Duration> {
        *self.clock_ahead.lock()
    }
}
