//! The plainest HTTP client, for the tests: it shows what came over the wire, and how much of it.

use std::io;

use serde_json::Value;
use tokio::net::TcpStream;

use super::{Persona, Sandbox};

/// A sandbox with control, on a port of its own.
pub(super) async fn sandbox() -> Sandbox {
    Sandbox::start(([127, 0, 0, 1], 0).into(), true).await.expect("loopback has free ports")
}

/// Somebody who asks a sandbox; each request has a connection of its own.
#[derive(Clone)]
pub(super) struct Client {
    address: std::net::SocketAddr,
    host: String,
    headers: String,
}

pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Client {
    pub(super) fn anonymous(sandbox: &Sandbox) -> Self {
        Self::unnamed(sandbox).with_header("User-Agent: tests\r\n")
    }

    /// One that does not say what program it is.
    pub(super) fn unnamed(sandbox: &Sandbox) -> Self {
        let address = sandbox.address();
        Self { address, host: address.to_string(), headers: String::new() }
    }

    pub(super) fn new(sandbox: &Sandbox, token: &str) -> Self {
        Self::anonymous(sandbox).with_header(&format!("Authorization: Bearer {token}\r\n"))
    }

    pub(super) fn admin(sandbox: &Sandbox) -> Self {
        Self::new(sandbox, &sandbox.sign_in_token(Persona::Admin))
    }

    pub(super) fn with_header(mut self, line: &str) -> Self {
        self.headers.push_str(line);
        self
    }

    pub(super) fn for_host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    pub(super) async fn get(&self, path: &str) -> Reply {
        Reply::parse(&self.exchange("GET", path, "").await)
    }

    pub(super) async fn post(&self, path: &str, body: &str) -> Reply {
        Reply::parse(&self.exchange("POST", path, body).await)
    }

    pub(super) async fn put(&self, path: &str, body: &str) -> Reply {
        Reply::parse(&self.exchange("PUT", path, body).await)
    }

    pub(super) async fn delete(&self, path: &str) -> Reply {
        Reply::parse(&self.exchange("DELETE", path, "").await)
    }

    /// Everything that comes back until the connection ends.
    pub(super) async fn exchange(&self, method: &str, path: &str, body: &str) -> String {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n{}\r\n{body}",
            self.host,
            body.len(),
            self.headers,
        );
        let stream = TcpStream::connect(self.address).await.expect("the sandbox listens");
        let mut rest = request.as_bytes();
        while !rest.is_empty() {
            stream.writable().await.expect("a socket");
            match stream.try_write(rest) {
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                // Answered before all was read, as a body that is too large is.
                Err(_) => break,
            }
        }
        let (mut answer, mut chunk) = (Vec::new(), [0; 4096]);
        loop {
            stream.readable().await.expect("a socket");
            match stream.try_read(&mut chunk) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(0) | Err(_) => return String::from_utf8(answer).expect("the sandbox answers with text"),
                Ok(read) => answer.extend_from_slice(&chunk[..read]),
            }
        }
    }
}

impl Reply {
    pub(super) fn parse(answer: &str) -> Self {
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer with a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }
}
