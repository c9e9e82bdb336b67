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

/// What it does with a wish for a connection.
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

    /// The heads of what it was asked so far, whole.
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
    let host = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()).map(str::to_owned);
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
