//! The Dfns API: the only place that speaks to Dfns, and the only user of reqwest for it.
//!
//! `POST /api-keys/` is not idempotent, so nothing here ever tries again. Connections are closed after each call
//! rather than kept, and redirects are never followed: both would leave a token where it does not belong.

mod answer;
mod wire;

use std::{net::IpAddr, sync::Arc, time::Duration};

use reqwest::{Client, Method, RequestBuilder, header, redirect, retry};
use url::{Host, Url};
use zeroize::Zeroizing;

use self::answer::{Call, Received};
use crate::{
    account::BaseUrl,
    failure::{Failure, Trouble},
    key::{Answer, Created, Key, KeyId, KeyName, Keys},
    token::SignInToken,
};

/// Until a connection stands, TLS included.
const CONNECT: Duration = Duration::from_secs(10);
/// From the start of a call to the last byte of its answer.
const WHOLE: Duration = Duration::from_secs(30);
/// The largest answer that is read: a list of 100,000 keys has some 25 MiB.
const LARGEST: usize = 64 << 20;

/// One user's access to one Dfns.
pub struct Dfns {
    http: Client,
    base: BaseUrl,
    token: Arc<SignInToken>,
    whole: Duration,
}

impl Dfns {
    /// Prepares access; nothing is sent yet.
    ///
    /// # Errors
    /// [`Failure::Computer`] where TLS cannot be set up, because the system has no root certificates.
    pub fn new(base: BaseUrl, token: Arc<SignInToken>) -> Result<Self, Failure> {
        Self::with_time_limit(base, token, WHOLE)
    }

    /// As [`Dfns::new`], with another limit for a whole call: tests do not want to wait for half a minute.
    ///
    /// # Errors
    /// As [`Dfns::new`].
    pub fn with_time_limit(base: BaseUrl, token: Arc<SignInToken>, whole: Duration) -> Result<Self, Failure> {
        // A second installation is refused with an error that only says that there is one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut http = Client::builder()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT)
            .timeout(whole)
            .user_agent(concat!("Keybearer/", env!("CARGO_PKG_VERSION")));
        if is_loopback(base.as_url()) {
            http = http.no_proxy();
        } else {
            http = http.https_only(true);
        }
        let http = http.build().map_err(|error| {
            Failure::Computer(format!(
                "Secure connections cannot be set up on this computer: {}. Install the package ca-certificates.",
                innermost(&error)
            ))
        })?;
        Ok(Self { http, base, token, whole })
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.base.as_url().clone();
        url.path_segments_mut().expect("a base address has a host, so it has a path").clear().extend(path);
        let bearer = Zeroizing::new(format!("Bearer {}", self.token.open("authorize this one request")));
        let mut bearer = header::HeaderValue::from_str(&bearer)
            .expect("a sign-in token has no character that a header refuses: it was parsed so");
        bearer.set_sensitive(true);
        self.http.request(method, url).header(header::AUTHORIZATION, bearer)
    }

    /// Sends a request and reads its answer whole, up to [`LARGEST`].
    async fn call(&self, call: Call, request: RequestBuilder) -> Result<Received, Failure> {
        let mut response = request.send().await.map_err(|error| self.not_sent(call, &error))?;
        let mut received = Received::begin(&response);
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if received.body.len() + chunk.len() > LARGEST => {
                    return Err(call.unclear(Trouble::NotUnderstood));
                }
                Ok(Some(chunk)) => received.push(&chunk),
                Ok(None) => return Ok(received),
                // A refusal is a refusal even if its explanation was cut short.
                Err(_) if received.status.is_client_error() => return Ok(received),
                Err(error) => return Err(call.unclear(self.trouble(&error))),
            }
        }
    }

    fn not_sent(&self, call: Call, error: &reqwest::Error) -> Failure {
        if error.is_connect() {
            let why = if error.is_timeout() {
                format!("no connection within {} seconds", CONNECT.as_secs())
            } else {
                innermost(error)
            };
            return Failure::Unreachable { host: self.base.host(), why };
        }
        if error.is_builder() {
            return Failure::Computer(format!("The request could not be made: {}.", innermost(error)));
        }
        call.unclear(self.trouble(error))
    }

    fn trouble(&self, error: &reqwest::Error) -> Trouble {
        if error.is_timeout() { Trouble::TimedOut(self.whole) } else { Trouble::Cut }
    }

    fn own_token(&self) -> &str {
        self.token.open("take it out of messages that echo it")
    }
}

impl Keys for Dfns {
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

    fn revoke<'a>(&'a self, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move {
            let received = self.call(Call::Revoke, self.request(Method::DELETE, &["api-keys", &id.0])).await?;
            received.revoked(&self.base.host(), self.own_token())
        })
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The cause at the bottom, which is the one that says what happened. It never holds an address or a header.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string().trim_end_matches('.').to_owned()
}
