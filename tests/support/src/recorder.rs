//! A server on loopback that keeps each request byte for byte, and answers with bytes that it was given.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

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
    /// With these bytes, one at a time, each after this pause.
    Trickle(Vec<u8>, Duration),
    /// With a head, and then a piece again and again until so many bytes have gone.
    Endless {
        /// The head, with the empty line that ends it.
        head: Vec<u8>,
        /// The piece.
        piece: Vec<u8>,
        /// How many bytes of pieces.
        total: u64,
    },
    /// With the end of the connection by force, as a machine does that has forgotten it.
    Reset,
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

/// What decides how a request is answered.
type Answering = dyn Fn(&Request) -> Reply + Send + Sync;

/// One request, as it came.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// Request line and headers, with the empty line that ends them.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// `GET`, `POST` …
    #[must_use]
    pub fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

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
    sent: Arc<AtomicU64>,
    server: JoinHandle<()>,
}

impl Recorder {
    /// Starts one that answers the first request with the first reply and so on. The last one is used again and again.
    ///
    /// # Errors
    /// Where no port can be had, or there is no reply.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Result<Self> {
        let mut replies: VecDeque<_> = replies.into_iter().collect();
        let last = replies.pop_back().context("a recorder needs a reply")?;
        let replies = Mutex::new(replies);
        Self::answering(move |_| {
            let mut replies = replies.lock().unwrap_or_else(PoisonError::into_inner);
            replies.pop_front().unwrap_or_else(|| last.clone())
        })
        .await
    }

    /// Starts one that answers each request as `answering` says.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn answering(answering: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (kept, requests) = watch::channel(Vec::new());
        let sent = Arc::new(AtomicU64::new(0));
        let server = tokio::spawn(serve(listener, Arc::new(answering), kept, Arc::clone(&sent)));
        Ok(Self { address, requests, sent, server })
    }

    /// How many bytes of endless answers it could get rid of.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
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

async fn serve(
    listener: TcpListener,
    answering: Arc<Answering>,
    kept: watch::Sender<Vec<Request>>,
    sent: Arc<AtomicU64>,
) {
    // Held here, so that they end with the server.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (answering, kept, sent) = (Arc::clone(&answering), kept.clone(), Arc::clone(&sent));
        connections.spawn(async move {
            // A client that goes away early is the test's own doing.
            let _ = answer(stream, &*answering, &kept, &sent).await;
        });
    }
}

async fn answer(
    mut stream: TcpStream,
    answering: &Answering,
    kept: &watch::Sender<Vec<Request>>,
    sent: &AtomicU64,
) -> Result<()> {
    let request = read(&mut stream).await?;
    let reply = answering(&request);
    kept.send_modify(|requests| requests.push(request));
    match reply {
        Reply::Bytes(bytes) => stream.write_all(&bytes).await?,
        Reply::ThenSilence(bytes) => {
            stream.write_all(&bytes).await?;
            // Until the client gives up.
            while stream.read(&mut [0; 1024]).await? > 0 {}
        }
        Reply::Trickle(bytes, pause) => {
            stream.set_nodelay(true)?;
            for byte in bytes {
                stream.write_all(&[byte]).await?;
                tokio::time::sleep(pause).await;
            }
        }
        Reply::Endless { head, piece, total } => {
            stream.write_all(&head).await?;
            let mut left = total;
            while left > 0 {
                stream.write_all(&piece).await?;
                sent.fetch_add(piece.len() as u64, Ordering::Relaxed);
                left = left.saturating_sub(piece.len() as u64);
            }
        }
        Reply::Reset => {
            stream.set_zero_linger()?;
            return Ok(());
        }
    }
    stream.shutdown().await?;
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
