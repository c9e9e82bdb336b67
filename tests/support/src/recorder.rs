//! A server on loopback that keeps each request byte for byte, and answers with bytes that it was given.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::wait::SOON;

/// How one request is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// With these bytes, after which the connection is closed.
    Bytes(Vec<u8>),
    /// With these bytes, after which nothing comes for as long as the recorder lives.
    ThenSilence(Vec<u8>),
}

impl Reply {
    /// A well-formed answer with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        let body = body.to_string();
        let length = body.len();
        Self::Bytes(
            format!("HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
                .into_bytes(),
        )
    }

    /// None at all: the connection is closed once the request was read.
    #[must_use]
    pub fn closing() -> Self {
        Self::Bytes(Vec::new())
    }

    /// None at all: the connection stays open.
    #[must_use]
    pub fn silence() -> Self {
        Self::ThenSilence(Vec::new())
    }
}

/// One request, as it came.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// Request line and headers, with the empty line that ends them.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of a name, in whatever case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .split("\r\n")
            .filter_map(|line| line.split_once(':'))
            .find(|(each, _)| each.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

/// The server. Ends when dropped, and each open connection with it.
#[derive(Debug)]
pub struct Recorder {
    address: SocketAddr,
    requests: watch::Receiver<Vec<Request>>,
    server: JoinHandle<()>,
}

impl Recorder {
    /// Starts one that answers the first request with the first reply and so on. The last one is used again and again.
    ///
    /// # Errors
    /// Where no port can be had, or there is no reply.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let replies: VecDeque<_> = replies.into_iter().collect();
        replies.front().context("a recorder needs a reply")?;
        let (kept, requests) = watch::channel(Vec::new());
        let server = tokio::spawn(serve(listener, Arc::new(Mutex::new(replies)), kept));
        Ok(Self { address, requests, server })
    }

    /// `http://127.0.0.1:…`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far, in the order in which they were complete.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.requests.borrow().clone()
    }

    /// Waits until there were `count` requests, and returns all there are then.
    ///
    /// # Errors
    /// Where there are fewer after some seconds.
    pub async fn wait_for(&self, count: usize) -> Result<Vec<Request>> {
        let mut requests = self.requests.clone();
        let enough = tokio::time::timeout(SOON, requests.wait_for(|requests| requests.len() >= count)).await;
        let there = self.requests().len();
        Ok(enough.with_context(|| format!("{there} of {count} requests came"))??.clone())
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, replies: Arc<Mutex<VecDeque<Reply>>>, kept: watch::Sender<Vec<Request>>) {
    // Held here, so that they end with the server.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (replies, kept) = (Arc::clone(&replies), kept.clone());
        connections.spawn(async move {
            // A client that goes away early is the test's own doing.
            let _ = answer(stream, &replies, &kept).await;
        });
    }
}

async fn answer(
    mut stream: TcpStream,
    replies: &Mutex<VecDeque<Reply>>,
    kept: &watch::Sender<Vec<Request>>,
) -> Result<()> {
    let request = read(&mut stream).await?;
    let reply = {
        let mut replies = replies.lock().unwrap_or_else(PoisonError::into_inner);
        let next = if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() };
        next.context("a recorder has a reply")?
    };
    kept.send_modify(|requests| requests.push(request));
    match reply {
        Reply::Bytes(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await?;
        }
        Reply::ThenSilence(bytes) => {
            stream.write_all(&bytes).await?;
            // Until the client gives up.
            while stream.read(&mut [0; 1024]).await? > 0 {}
        }
    }
    Ok(())
}

/// One request: its head, and as many bytes more as `Content-Length` tells.
async fn read(stream: &mut TcpStream) -> Result<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        stream.read_buf(&mut bytes).await.ok().filter(|read| *read > 0).context("the request does not end")?;
    };
    let mut body = bytes.split_off(end);
    let mut request = Request { head: String::from_utf8(bytes)?, body: Vec::new() };
    let length: usize = request.header("content-length").map_or(Ok(0), str::parse)?;
    let read = body.len();
    body.resize(length.max(read), 0);
    stream.read_exact(&mut body[read..]).await?;
    request.body = body;
    Ok(request)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http;

    #[tokio::test]
    async fn keeps_requests_and_gives_replies_in_turn() {
        let replies = [Reply::json(201, &json!({ "id": 1 })), Reply::json(500, &json!({}))];
        let recorder = Recorder::start(replies).await.unwrap();
        let first = http::ask(&recorder.url(), "POST", "/keys", &[("A", "b")], Some(&json!([1]))).await.unwrap();
        let second = http::ask(&recorder.url(), "GET", "/", &[], None).await.unwrap();
        let third = http::ask(&recorder.url(), "GET", "/", &[], None).await.unwrap();
        assert_eq!((first.status, second.status, third.status), (201, 500, 500));
        assert_eq!(first.json().unwrap()["id"], 1);

        let requests = recorder.wait_for(3).await.unwrap();
        assert!(requests[0].head.starts_with("POST /keys HTTP/1.1\r\n"));
        assert_eq!((requests[0].header("a"), requests[0].body.as_slice()), (Some("b"), b"[1]".as_slice()));
    }
}
