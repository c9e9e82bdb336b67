//! A company's proxy: lets connections through to the hosts it knows, and keeps what it was asked.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// The proxy. Ends when dropped, and each open connection with it.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    heads: watch::Receiver<Vec<String>>,
    server: JoinHandle<()>,
}

/// What it does with a request for a connection.
enum Rule {
    /// To these hosts, each by its `host:port`, there is a way: a port on 127.0.0.1.
    Known(HashMap<String, u16>),
    /// This answer, whatever the host.
    Refuse(&'static str),
}

impl Proxy {
    /// Knows a way to these hosts: `("api.dfns.io:443", port)` leads to that port on 127.0.0.1.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn start(ways: &[(&str, u16)]) -> Result<Self> {
        Self::with(Rule::Known(ways.iter().map(|(host, port)| ((*host).to_owned(), *port)).collect())).await
    }

    /// Refuses every connection with a status line, as in `403 Forbidden`.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn refusing(status: &'static str) -> Result<Self> {
        Self::with(Rule::Refuse(status)).await
    }

    async fn with(rule: Rule) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let (kept, heads) = watch::channel(Vec::new());
        let server = tokio::spawn(serve(listener, Arc::new(rule), kept));
        Ok(Self { port, heads, server })
    }

    /// `http://127.0.0.1:…`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The hosts that it was asked to let through to so far, each as `host:port`.
    #[must_use]
    pub fn connects(&self) -> Vec<String> {
        self.heads.borrow().iter().filter_map(|head| wanted(head)).map(str::to_owned).collect()
    }

    /// The heads of what it was asked so far, whole; also of what a proxy for connections should not be asked.
    #[must_use]
    pub fn heads(&self) -> Vec<String> {
        self.heads.borrow().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, rule: Arc<Rule>, kept: watch::Sender<Vec<String>>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (rule, kept) = (Arc::clone(&rule), kept.clone());
        connections.spawn(async move {
            // Either side may hang up as it likes.
            let _ = answer(stream, &rule, &kept).await;
        });
    }
}

async fn answer(mut stream: TcpStream, rule: &Rule, kept: &watch::Sender<Vec<String>>) -> Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head)?;
    let host = wanted(&head).map(str::to_owned);
    kept.send_modify(|heads| heads.push(head));
    let refusal = match (rule, host) {
        (Rule::Refuse(status), _) => status,
        (Rule::Known(_), None) => "400 Bad Request",
        (Rule::Known(ways), Some(host)) => match ways.get(&host) {
            Some(port) => {
                let mut other = TcpStream::connect(("127.0.0.1", *port)).await.context("nobody is there")?;
                stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
                copy_bidirectional(&mut stream, &mut other).await?;
                return Ok(());
            }
            None => "502 Bad Gateway",
        },
    };
    let answer = format!("HTTP/1.1 {refusal}\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    Ok(())
}

/// The `host:port` that a head asks for a connection to; `None` where it asks for anything else.
fn wanted(head: &str) -> Option<&str> {
    head.strip_prefix("CONNECT ")?.split(' ').next()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http;
    use crate::recorder::{Recorder, Reply};

    /// Asks for a connection, then through it for a page, and reads to the end.
    async fn through(proxy: &Proxy, host: &str) -> String {
        let mut stream = TcpStream::connect(proxy.url().trim_start_matches("http://")).await.unwrap();
        stream.write_all(format!("CONNECT {host} HTTP/1.1\r\nA: b\r\n\r\n").as_bytes()).await.unwrap();
        let mut told = vec![0; 12];
        stream.read_exact(&mut told).await.unwrap();
        if told.ends_with(b"200") {
            stream.write_all(b"GET /through HTTP/1.1\r\n\r\n").await.unwrap();
        }
        stream.read_to_end(&mut told).await.unwrap();
        String::from_utf8(told).unwrap()
    }

    #[tokio::test]
    async fn lets_through_to_whom_it_knows_and_keeps_what_it_was_asked() {
        let recorder = Recorder::start([Reply::json(201, &json!({}))]).await.unwrap();
        let port = recorder.url().rsplit(':').next().unwrap().parse().unwrap();
        let proxy = Proxy::start(&[("api.dfns.io:443", port)]).await.unwrap();
        let known = through(&proxy, "api.dfns.io:443").await;
        assert!(known.starts_with("HTTP/1.1 200 ") && known.contains("HTTP/1.1 201 "), "{known}");
        assert!(through(&proxy, "elsewhere.invalid:443").await.starts_with("HTTP/1.1 502 "));
        assert_eq!(recorder.requests()[0].path(), "/through");
        assert_eq!(proxy.connects(), ["api.dfns.io:443", "elsewhere.invalid:443"]);
        assert_eq!(proxy.heads()[0], "CONNECT api.dfns.io:443 HTTP/1.1\r\nA: b\r\n\r\n");
    }

    #[tokio::test]
    async fn refuses_as_it_is_told_and_says_how_one_signs_in() {
        let proxy = Proxy::refusing("407 Proxy Authentication Required").await.unwrap();
        let told = through(&proxy, "api.dfns.io:443").await;
        assert!(told.starts_with("HTTP/1.1 407 ") && told.contains("\r\nProxy-Authenticate: Basic "), "{told}");
    }

    #[tokio::test]
    async fn a_request_that_is_none_for_a_connection_is_kept_and_answered_with_400() {
        let proxy = Proxy::start(&[]).await.unwrap();
        let answer = http::ask(&proxy.url(), "GET", "http://127.0.0.1:1/", &[], None).await.unwrap();
        assert_eq!(answer.status, 400);
        assert!(proxy.connects().is_empty() && proxy.heads()[0].starts_with("GET http://127.0.0.1:1/ "));
    }
}
