//! The app's own Dfns as a process: its users' sign-in tokens, its faults, and what it was asked.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::http;
use crate::process::{self, Process};

/// A running sandbox with nothing in it. Ends when dropped.
#[derive(Debug)]
pub struct Sandbox {
    _process: Process,
    /// Its address: `http://127.0.0.1:…`
    pub url: String,
    /// The sign-in token of a user who may create, list and revoke.
    pub admin: String,
    /// The sign-in token of a user who may create, but neither list nor revoke.
    pub issuer: String,
    /// The sign-in token of a user who may list only.
    pub auditor: String,
    /// The id of the organization of all three.
    pub organization: String,
    /// What the user signs in as who may do everything.
    pub username: String,
}

/// The header without which the control routes are refused.
const CONTROL: [(&str, &str); 1] = [("X-Keybearer-Sandbox", "control")];

impl Sandbox {
    /// Starts `keybearer sandbox` and waits until it tells its address.
    ///
    /// # Errors
    /// Where it cannot be started, or does not tell it.
    pub fn start(app: &Path) -> Result<Self> {
        let mut command = process::command(app);
        command.arg("sandbox").stdin(Stdio::null());
        let (process, line) = Process::start_and_read_line(command)?;
        let told: Value = serde_json::from_str(&line).with_context(|| format!("the sandbox told {line:?}"))?;
        let text = |pointer: &str| {
            let value = told.pointer(pointer).and_then(Value::as_str);
            value.map(str::to_owned).with_context(|| format!("the sandbox did not tell {pointer}"))
        };
        Ok(Self {
            _process: process,
            url: text("/url")?,
            admin: text("/tokens/admin")?,
            issuer: text("/tokens/issuer")?,
            auditor: text("/tokens/auditor")?,
            organization: text("/orgId")?,
            username: text("/usernames/admin")?,
        })
    }

    /// Has the next `times` requests of a kind (`create`, `list`, `delete` …) go wrong as `fault` says.
    ///
    /// # Errors
    /// Where the sandbox refuses it.
    pub async fn fault(&self, on: &str, fault: Value, times: u32) -> Result<()> {
        let body = json!({ "on": on, "fault": fault, "times": times });
        self.control("POST", "/_sandbox/fault", Some(&body)).await.map(drop)
    }

    /// What it was asked so far, oldest first.
    ///
    /// # Errors
    /// Where the sandbox does not answer.
    pub async fn requests(&self) -> Result<Value> {
        self.control("GET", "/_sandbox/requests", None).await
    }

    /// The keys it has.
    ///
    /// # Errors
    /// Where the sandbox does not answer.
    pub async fn keys(&self) -> Result<Value> {
        self.control("GET", "/_sandbox/keys", None).await
    }

    /// Makes a key as somebody else would, in the Dfns dashboard say. `author` is theirs; a colleague's where it is none.
    ///
    /// # Errors
    /// Where the sandbox does not answer.
    pub async fn make_elsewhere(&self, name: &str, author: Option<&str>) -> Result<Value> {
        self.control("POST", "/_sandbox/keys", Some(&json!({ "name": name, "author": author }))).await
    }

    /// A further sign-in token of the user who may do everything.
    ///
    /// # Errors
    /// Where the sandbox does not answer.
    pub async fn sign_in_anew(&self) -> Result<String> {
        let told = self.control("POST", "/_sandbox/sign-in", Some(&json!({ "persona": "admin" }))).await?;
        told["token"].as_str().map(str::to_owned).context("the sandbox told no token")
    }

    /// Tells it something by one of its control routes, such as `session-life`.
    ///
    /// # Errors
    /// Where the sandbox refuses it.
    pub async fn tell(&self, route: &str, body: Value) -> Result<Value> {
        self.control("POST", &format!("/_sandbox/{route}"), Some(&body)).await
    }

    /// A code with which the user who may do everything registers a credential.
    ///
    /// # Errors
    /// Where the sandbox does not answer.
    pub async fn enrolment_code(&self) -> Result<String> {
        let told = self.tell("enrolment-code", json!({ "persona": "admin" })).await?;
        told["code"].as_str().map(str::to_owned).context("the sandbox told no code")
    }

    /// The credentials of the user who may do everything, as Dfns lists them.
    ///
    /// # Errors
    /// Where the sandbox does not answer.
    pub async fn credentials(&self) -> Result<Vec<Value>> {
        self.listed("/auth/credentials").await
    }

    /// What the user who may do everything is listed at a path of Dfns'.
    ///
    /// # Errors
    /// Where the sandbox does not answer, or with no list.
    pub async fn listed(&self, path: &str) -> Result<Vec<Value>> {
        let bearer = format!("Bearer {}", self.sign_in_anew().await?);
        let headers = [("Authorization", bearer.as_str()), ("User-Agent", "a test")];
        let listed = http::ask(&self.url, "GET", path, &headers, None).await?.json()?;
        listed["items"].as_array().cloned().context("the sandbox listed none")
    }

    async fn control(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let answer = http::ask(&self.url, method, path, &CONTROL, body).await?;
        let told = String::from_utf8_lossy(&answer.body);
        ensure!((200..300).contains(&answer.status), "{method} {path} was answered with {}: {told}", answer.status);
        if answer.body.is_empty() { Ok(Value::Null) } else { answer.json() }
    }
}
