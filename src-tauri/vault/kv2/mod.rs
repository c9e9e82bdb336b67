//! HashiCorp Vault and OpenBao, secrets engine KV version 2, over HTTP: each entry is created with check-and-set 0, so that
//! nothing is ever overwritten.
//!
//! - `answer` is what comes back, and whether it is the vault's own; `looking` is what is asked before a token is sent;
//!   `storing` sends it, and finds out what became of it.

mod answer;
mod looking;
mod storing;

use std::{sync::Arc, time::Duration};

use keybearer_core::vault::{Kv2, Names};
use keybearer_core::{
    credential::Secrets,
    delivery::{Entry, Looked, Reply, Step, Stored, Vault},
    failure::{Failure, UnclearAnswer, VaultProblem},
    secret::{Secret, VaultSecret},
};
use reqwest::{Method, RequestBuilder, header::HeaderValue};

use self::answer::Answered;
use super::authority;
use crate::http::{self, ClientOptions, Http, Incomplete};

/// From the start of a call to the last byte of its answer.
pub(super) const WHOLE: Duration = Duration::from_secs(30);

/// The longest answer that is read, in bytes.
const LARGEST: usize = 1 << 20;

pub(super) struct Kv2Vault {
    name: String,
    at: Kv2,
    token: Arc<VaultSecret>,
    http: Http,
    /// For its limit of time, which is told.
    whole: Duration,
}

impl Kv2Vault {
    pub(super) fn open(name: &str, at: &Kv2, token: Arc<VaultSecret>, whole: Duration) -> Result<Self, Failure> {
        // One that was kept by an earlier version may be anything; it would be sent as no token at all.
        if !token.open("see whether a header can hold it").bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(VaultProblem::NoAccessToken.not_stored());
        }
        let authority = match &at.authority {
            None => None,
            Some(path) => Some(authority::read(path).map_err(VaultProblem::not_stored)?),
        };
        let http = http::client(at.address.as_url(), &ClientOptions { whole, authority, kept: None })?;
        Ok(Self { name: name.to_owned(), at: at.clone(), token, http, whole })
    }

    fn path(&self, entry: &Entry) -> String {
        self.at.path.fill(Names::Plain, entry)
    }

    /// Which field of an entry takes which secret.
    fn fields<'a>(&'a self, secrets: &'a Secrets) -> Vec<(&'a str, &'a Secret)> {
        secrets.iter().map(|(name, secret)| (self.at.field(name), secret)).collect()
    }

    fn at_path(&self, path: &str) -> String {
        format!("{}/{path}", self.at.mount)
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        self.request_in(&self.at.namespace, method, path)
    }

    fn request_in(&self, namespace: &str, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.at.address.as_url().clone();
        let segments = path.iter().flat_map(|part| part.split('/'));
        url.path_segments_mut()
            .expect("a base address has a host, so it has a path")
            .clear()
            .push("v1")
            .extend(segments);
        let mut token = HeaderValue::from_str(self.token.open("get in with this one request"))
            .expect("a vault with another access token is not opened");
        token.set_sensitive(true);
        let mut request =
            self.http.client.request(method, url).header("X-Vault-Token", token).header("X-Vault-Request", "true");
        if !namespace.is_empty() {
            request = request.header("X-Vault-Namespace", namespace);
        }
        request
    }

    async fn call(&self, request: RequestBuilder) -> Result<Answered, VaultProblem> {
        let mut response = request.send().await.map_err(|error| {
            if error.is_connect() {
                return VaultProblem::Unreachable { host: self.at.address.host(), why: self.http.why(&error) };
            }
            self.unclear(&error)
        })?;
        let (status, points_to) = (response.status(), answer::points_to(&response));
        match http::read_body(&mut response, LARGEST).await {
            (body, None) => Ok(Answered { status, points_to, body }),
            (_, Some(Incomplete::TooLong)) => Err(VaultProblem::Unclear(UnclearAnswer::TooLarge(LARGEST >> 20))),
            (_, Some(Incomplete::Broken(error))) => Err(self.unclear(&error)),
        }
    }

    fn unclear(&self, error: &reqwest::Error) -> VaultProblem {
        VaultProblem::Unclear(if error.is_timeout() { UnclearAnswer::TimedOut(self.whole) } else { UnclearAnswer::Cut })
    }

    /// What an answer other than success means for the person.
    fn refusal(&self, answer: &Answered, secrets: &[&str]) -> VaultProblem {
        let status = answer.status.as_u16();
        if !answer.is_refusal_of_a_vault() {
            // Something in between answers in its place, and knows nothing of mounts and policies.
            return match status {
                300..400 => VaultProblem::Redirected(answer.points_to.clone()),
                500.. | 408 => VaultProblem::Unclear(UnclearAnswer::Server(status)),
                200..300 => VaultProblem::NotUnderstood,
                _ => VaultProblem::NotOfTheVault(status),
            };
        }
        let message = answer.message(&[secrets, &[self.token.open("take it out of messages that echo it")]].concat());
        match status {
            403 => VaultProblem::Refused(message),
            404 => VaultProblem::NoMount(self.at.mount.clone()),
            503 => VaultProblem::Sealed,
            500.. | 408 => VaultProblem::Unclear(UnclearAnswer::Server(status)),
            300..400 => VaultProblem::Redirected(answer.points_to.clone()),
            status => VaultProblem::Answered { status, message },
        }
    }
}

impl Vault for Kv2Vault {
    fn name(&self) -> &str {
        &self.name
    }

    fn place(&self, entry: &Entry) -> String {
        self.at.place(entry)
    }

    fn can_be_asked(&self) -> bool {
        true
    }

    fn knows_again(&self) -> bool {
        true
    }

    fn look<'a>(&'a self, entry: &'a Entry) -> Reply<'a, Looked> {
        Box::pin(async move { self.looked(entry).await.map_err(VaultProblem::not_stored) })
    }

    fn store<'a>(
        &'a self,
        entry: &'a Entry,
        secrets: &'a Secrets,
        step: &'a (dyn Fn(Step) + Sync),
    ) -> Reply<'a, Stored> {
        Box::pin(async move { self.stored(&self.path(entry), &entry.facts, secrets, step).await })
    }
}
