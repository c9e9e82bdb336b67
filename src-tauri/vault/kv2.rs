//! HashiCorp Vault and OpenBao, secrets engine KV version 2, over HTTP: each entry is created with check-and-set 0, so that
//! nothing is ever overwritten.

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use reqwest::{Client, Method, RequestBuilder, StatusCode, header::HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::names::{Names, Template};
use crate::{
    account::BaseUrl,
    delivery::{Entry, Looked, Proof, Reply, Step, Stored, Vault},
    failure::{Failure, Trouble, VaultProblem},
    http::{self, Incomplete, Reach, why},
    said,
    token::{Token, VaultSecret},
};

/// From the start of a call to the last byte of its answer.
const WHOLE: Duration = Duration::from_secs(30);

/// The longest answer that is read, in bytes.
const LARGEST: usize = 1 << 20;

/// Where a vault tells of its mounts.
const MOUNTS: &str = "sys/internal/ui/mounts";

/// A namespace that nobody has.
const NOWHERE: &str = "keybearer-asks-for-a-namespace-that-nobody-has";

/// Where in such a vault tokens go.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Kv2 {
    /// `https://vault.example.org:8200`
    pub address: BaseUrl,
    /// The mount of the secrets engine: `secret`
    pub mount: String,
    /// Below the mount: `dfns/{key_name}`
    pub path: Template,
    /// The field of the entry that takes the token.
    pub field: String,
    /// The namespace, where the vault has some.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// A certificate authority to trust beside the system's: a file in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<PathBuf>,
}

impl Kv2 {
    /// Where an entry goes.
    pub(super) fn place(&self, entry: &Entry) -> String {
        format!("{}/{}", self.mount, self.path.fill(Names::Plain, entry))
    }

    /// Checks what stands in it and is not checked by its types.
    ///
    /// # Errors
    /// In words.
    pub(super) fn check(&self) -> Result<(), String> {
        let is_path =
            |text: &str| !text.is_empty() && text.split('/').all(|segment| !["", ".", ".."].contains(&segment));
        if !is_path(&self.mount) {
            return Err(format!("“{}” is no mount: write it as in secret or team/secret", self.mount));
        }
        if !is_path(self.path.as_str()) {
            return Err(format!("“{}” is no path: write it as in dfns/{{key_name}}", self.path));
        }
        if self.field.is_empty() {
            return Err("the entry needs a field for the token, such as token".to_owned());
        }
        if !self.namespace.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("“{}” is no namespace", self.namespace));
        }
        Ok(())
    }
}

/// Such a vault, with its access token.
pub(super) struct Kv2Vault {
    name: String,
    at: Kv2,
    token: Arc<VaultSecret>,
    http: Client,
    /// For its limit of time, which is told.
    whole: Duration,
}

/// An answer, read whole.
struct Answered {
    status: StatusCode,
    body: Zeroizing<Vec<u8>>,
}

impl Kv2Vault {
    pub(super) fn open(name: &str, at: &Kv2, token: Arc<VaultSecret>) -> Result<Self, Failure> {
        Self::within(name, at, token, WHOLE)
    }

    pub(super) fn within(name: &str, at: &Kv2, token: Arc<VaultSecret>, whole: Duration) -> Result<Self, Failure> {
        let reach = Reach { whole, authority: None };
        let http = match &at.authority {
            None => http::client(at.address.as_url(), &reach)?,
            Some(path) => {
                let refused = |why: &str| {
                    Failure::NotStored(VaultProblem::Authority {
                        path: path.display().to_string(),
                        why: why.to_owned(),
                    })
                };
                let pem = fs::read(path).map_err(|error| refused(&error.to_string()))?;
                // What holds no certificate would trust nobody more, and be told as a strange authority only later.
                if !pem.windows(10).any(|part| part == b"-----BEGIN") {
                    return Err(refused("it is no certificate in PEM"));
                }
                let with_it = Reach { authority: Some(pem), ..reach.clone() };
                match http::client(at.address.as_url(), &with_it) {
                    Ok(http) => http,
                    // It is the certificate's fault, unless it does not go without it either.
                    Err(_) => {
                        http::client(at.address.as_url(), &reach)?;
                        return Err(refused("its certificate cannot be read"));
                    }
                }
            }
        };
        Ok(Self { name: name.to_owned(), at: at.clone(), token, http, whole })
    }

    fn path(&self, entry: &Entry) -> String {
        self.at.path.fill(Names::Plain, entry)
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
            .unwrap_or_else(|_| HeaderValue::from_static(""));
        token.set_sensitive(true);
        let mut request =
            self.http.request(method, url).header("X-Vault-Token", token).header("X-Vault-Request", "true");
        if !namespace.is_empty() {
            request = request.header("X-Vault-Namespace", namespace);
        }
        request
    }

    async fn call(&self, request: RequestBuilder) -> Result<Answered, VaultProblem> {
        let mut response = request.send().await.map_err(|error| {
            if error.is_connect() {
                return VaultProblem::Unreachable { host: self.at.address.host(), why: why(&error) };
            }
            self.unclear(&error)
        })?;
        let status = response.status();
        match http::read_body(&mut response, LARGEST).await {
            (body, None) => Ok(Answered { status, body }),
            (_, Some(Incomplete::TooLong)) => Err(VaultProblem::Unclear(Trouble::TooLarge(LARGEST >> 20))),
            (_, Some(Incomplete::Broken(error))) => Err(self.unclear(&error)),
        }
    }

    fn unclear(&self, error: &reqwest::Error) -> VaultProblem {
        VaultProblem::Unclear(if error.is_timeout() { Trouble::TimedOut(self.whole) } else { Trouble::Cut })
    }

    /// Whether the mount is there and of version 2: else nothing secret is sent to it.
    async fn look_at_mount(&self, path: &str) -> Result<(), VaultProblem> {
        let answer = self.call(self.request(Method::GET, &[MOUNTS, &self.at.mount, path])).await?;
        if answer.status != StatusCode::OK {
            return Err(self.refusal(&answer, &[]));
        }
        let body = answer.json().ok_or(VaultProblem::NotUnderstood)?;
        let mount = &body["data"];
        if mount["path"].as_str().is_some_and(|there| there.trim_matches('/') != self.at.mount) {
            return Err(VaultProblem::NoMount(self.at.mount.clone()));
        }
        match mount["options"]["version"].as_str() {
            Some("2") => Ok(()),
            _ => Err(VaultProblem::NotVersion2(self.at.mount.clone())),
        }
    }

    /// Whether the token may create there; `false` where the vault does not tell.
    async fn look_at_rights(&self, path: &str) -> Result<bool, VaultProblem> {
        let asked = json!({ "paths": [format!("{}/data/{path}", self.at.mount)] });
        let request = self.request(Method::POST, &["sys", "capabilities-self"]).body(asked.to_string());
        let answer = self.call(request).await?;
        let Some(body) = answer.json().filter(|_| answer.status == StatusCode::OK) else { return Ok(false) };
        match body["data"]["capabilities"].as_array().or_else(|| body["capabilities"].as_array()) {
            Some(rights) if !rights.iter().any(|right| right == "create" || right == "root") => {
                Err(VaultProblem::Refused("its policy does not let it create there".to_owned()))
            }
            rights => Ok(rights.is_some()),
        }
    }

    /// Whether an entry is there, also one that was deleted and can be brought back, where the token may ask.
    async fn look_for_entry(&self, path: &str) -> Result<(), VaultProblem> {
        let answer = self.call(self.request(Method::GET, &[&self.at.mount, "metadata", path])).await?;
        match answer.status {
            StatusCode::OK => Err(VaultProblem::Exists(self.at_path(path))),
            StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => Ok(()),
            _ => Err(self.refusal(&answer, &[])),
        }
    }

    async fn create(&self, path: &str, token: &Token) -> Result<Answered, VaultProblem> {
        let request = self.request(Method::POST, &[&self.at.mount, "data", path]).body(self.body(token));
        self.call(request.header("content-type", "application/json")).await
    }

    fn body(&self, token: &Token) -> Vec<u8> {
        let token = token.open("send it to the vault, in this one request");
        // Room for it all, so that it does not grow and leave pieces behind.
        let mut body = Vec::with_capacity(token.len() * 2 + self.at.field.len() * 2 + 64);
        body.extend_from_slice(br#"{"options":{"cas":0},"data":{"#);
        serde_json::to_writer(&mut body, &self.at.field).expect("texts always serialize");
        body.push(b':');
        serde_json::to_writer(&mut body, token).expect("texts always serialize");
        body.extend_from_slice(b"}}");
        body
    }

    /// Whether the first version of the entry is the token; `None` where it may not be read.
    async fn is_there(&self, path: &str, token: &Token) -> Option<bool> {
        // The latest version, which is the first as long as nobody has written another.
        let answer = self.call(self.request(Method::GET, &[&self.at.mount, "data", path])).await.ok()?;
        match answer.status {
            StatusCode::OK => answer.holds(&self.at.field, token),
            // A version that was deleted, and can be brought back: the entry is there, and holds nothing now.
            StatusCode::NOT_FOUND if answer.json()?["data"]["metadata"].is_object() => Some(false),
            _ => None,
        }
    }

    /// What an answer other than success means for the person.
    fn refusal(&self, answer: &Answered, secrets: &[&str]) -> VaultProblem {
        let message = answer.message(&[secrets, &[self.token.open("take it out of messages that echo it")]].concat());
        match answer.status.as_u16() {
            403 => VaultProblem::Refused(message),
            404 => VaultProblem::NoMount(self.at.mount.clone()),
            // Only the vault itself can say so, and not what stands in between.
            503 if answer.is_of_a_vault() => VaultProblem::Sealed,
            status @ (500.. | 408) => VaultProblem::Unclear(Trouble::Server(status)),
            300..400 => VaultProblem::Redirected,
            status => VaultProblem::Answered { status, message },
        }
    }

    fn at_path(&self, path: &str) -> String {
        format!("{}/{path}", self.at.mount)
    }

    /// Whether the vault has namespaces, where one is configured: a vault without any takes no notice of being asked in
    /// one. In one that nobody has it is to know nothing of the mount.
    async fn look_at_namespaces(&self, path: &str) -> Result<(), VaultProblem> {
        if self.at.namespace.is_empty() {
            return Ok(());
        }
        let nowhere = format!("{}/{NOWHERE}", self.at.namespace.trim_end_matches('/'));
        let answer = self.call(self.request_in(&nowhere, Method::GET, &[MOUNTS, &self.at.mount, path])).await?;
        match answer.status.as_u16() {
            200 => Err(VaultProblem::NoNamespaces(self.at.namespace.clone())),
            400..408 => Ok(()),
            _ => Err(self.refusal(&answer, &[])),
        }
    }

    /// Sends no secret but the vault's own. Tells whether it is known that the token may create there.
    async fn prepare(&self, path: &str) -> Result<bool, VaultProblem> {
        self.look_at_mount(path).await?;
        self.look_at_namespaces(path).await?;
        self.look_at_rights(path).await
    }

    /// What it means that the vault took the request and answered as it did.
    async fn outcome(
        &self,
        path: &str,
        token: &Token,
        may_create: bool,
        created: Result<Answered, VaultProblem>,
        step: &(dyn Fn(Step) + Sync),
    ) -> Result<Proof, Failure> {
        let problem = match created {
            Ok(answer) if answer.status == StatusCode::OK => match answer.version() {
                Some(1) => {
                    step(Step::ReadingBack);
                    return match self.is_there(path, token).await {
                        Some(true) => Ok(Proof::ReadBack),
                        Some(false) => Err(Failure::PerhapsStored(VaultProblem::OtherReadBack)),
                        None => Ok(Proof::FirstVersion),
                    };
                }
                // Whatever it holds now: what was there before is the person's business.
                Some(version) => return Err(Failure::PerhapsStored(VaultProblem::LaterVersion(version))),
                None => VaultProblem::NotUnderstood,
            },
            Ok(answer) if answer.status == StatusCode::NO_CONTENT => {
                return Err(Failure::PerhapsStored(VaultProblem::Overwriting));
            }
            Ok(answer) if answer.says_that_it_exists() => return self.there_already(path, token, step).await,
            // What may create and is refused meets an entry, which it may not touch; or rights that are not what they seem.
            Ok(answer) if may_create && answer.status == StatusCode::FORBIDDEN => {
                let outcome = self.there_already(path, token, step).await;
                return outcome.map_err(|failure| match failure {
                    Failure::PerhapsStored(VaultProblem::ExistsUnread(place)) => {
                        Failure::PerhapsStored(VaultProblem::ExistsOrRefused(place))
                    }
                    failure => failure,
                });
            }
            Ok(answer) => {
                let problem = self.refusal(&answer, &[token.open("take it out of messages that echo it")]);
                if !matches!(problem, VaultProblem::Unclear(_)) && !answer.status.is_success() {
                    return Err(Failure::NotStored(problem));
                }
                problem
            }
            Err(problem @ VaultProblem::Unreachable { .. }) => return Err(Failure::NotStored(problem)),
            Err(problem) => problem,
        };
        // The answer leaves it open; the vault itself may not.
        step(Step::ReadingBack);
        match self.is_there(path, token).await {
            Some(true) => Ok(Proof::ReadBack),
            _ => Err(Failure::PerhapsStored(problem)),
        }
    }

    /// An entry is there: it may be this very token, from a delivery whose answer was lost.
    async fn there_already(&self, path: &str, token: &Token, step: &(dyn Fn(Step) + Sync)) -> Result<Proof, Failure> {
        step(Step::ReadingBack);
        match self.is_there(path, token).await {
            Some(true) => Ok(Proof::ReadBack),
            Some(false) => Err(Failure::NotStored(VaultProblem::Exists(self.at_path(path)))),
            None => Err(Failure::PerhapsStored(VaultProblem::ExistsUnread(self.at_path(path)))),
        }
    }
}

impl Answered {
    fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    fn version(&self) -> Option<u64> {
        self.json()?["data"]["version"].as_u64()
    }

    fn is_of_a_vault(&self) -> bool {
        self.json().is_some_and(|body| body["errors"].is_array())
    }

    fn errors(&self) -> String {
        let body = self.json().unwrap_or_default();
        let errors = body["errors"].as_array().into_iter().flatten();
        errors.filter_map(Value::as_str).collect::<Vec<_>>().join("; ")
    }

    fn says_that_it_exists(&self) -> bool {
        self.status == StatusCode::BAD_REQUEST && self.errors().contains("check-and-set parameter did not match")
    }

    fn message(&self, secrets: &[&str]) -> String {
        said::for_a_person(&self.errors(), secrets)
    }

    /// Whether the field of the entry is this token. What is read on the way is wiped by the program's allocator.
    fn holds(&self, field: &str, token: &Token) -> Option<bool> {
        let body = self.json()?;
        Some(body["data"]["data"][field].as_str().is_some_and(|text| token.equals(text)))
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
        Box::pin(async move {
            let path = self.path(entry);
            let looked = async {
                // Of a path that is not known yet it cannot be asked what may be done there.
                if !self.at.path.is_known(entry) {
                    self.look_at_mount(&path).await?;
                    return self.look_at_namespaces(&path).await;
                }
                self.prepare(&path).await?;
                self.look_for_entry(&path).await
            };
            looked.await.map(|()| Looked::default()).map_err(Failure::NotStored)
        })
    }

    fn store<'a>(&'a self, entry: &'a Entry, token: &'a Token, step: &'a (dyn Fn(Step) + Sync)) -> Reply<'a, Stored> {
        Box::pin(async move {
            let path = self.path(entry);
            step(Step::Looking);
            let may_create = self.prepare(&path).await.map_err(Failure::NotStored)?;
            match self.look_for_entry(&path).await {
                Ok(()) => {}
                Err(VaultProblem::Exists(_)) => return self.there_already(&path, token, step).await.map(Stored::from),
                Err(problem) => return Err(Failure::NotStored(problem)),
            }
            step(Step::Storing);
            let created = self.create(&path, token).await;
            self.outcome(&path, token, may_create, created, step).await.map(Stored::from)
        })
    }
}
