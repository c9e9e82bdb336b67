//! A server on loopback that keeps each request byte for byte, and answers with bytes that it was given.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use crate::reply::{Reply, Request};
use crate::wait::SOON;

/// What decides how a request is answered.
enum Answering {
    /// The replies in their turn, and then the last one again and again.
    InTurn(Mutex<VecDeque<Reply>>, Reply),
    By(Box<dyn Fn(&Request) -> Reply + Send + Sync>),
}

impl Answering {
    /// Whether the connection that came now is to be reset before it is read; takes the reply that says so.
    fn resets_unread(&self) -> bool {
        let Self::InTurn(replies, last) = self else { return false };
        let mut replies = replies.lock().unwrap_or_else(PoisonError::into_inner);
        let resets = matches!(replies.front().unwrap_or(last), Reply::ResetUnread);
        if resets {
            replies.pop_front();
        }
        resets
    }

    fn reply(&self, request: &Request) -> Reply {
        match self {
            Self::InTurn(replies, last) => {
                let mut replies = replies.lock().unwrap_or_else(PoisonError::into_inner);
                replies.pop_front().unwrap_or_else(|| last.clone())
            }
            Self::By(answering) => answering(request),
        }
    }
}

/// What a recorder has seen and done.
#[derive(Debug, Default)]
struct Kept {
    requests: watch::Sender<Vec<Request>>,
    connections: AtomicUsize,
    sent: AtomicU64,
}

/// The server. Ends when dropped, and each open connection with it.
#[derive(Debug)]
pub struct Recorder {
    address: SocketAddr,
    kept: Arc<Kept>,
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
        Self::with(Answering::InTurn(Mutex::new(replies), last)).await
    }

    /// Starts one that answers each request as `answering` says.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn answering(answering: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Result<Self> {
        Self::with(Answering::By(Box::new(answering))).await
    }

    async fn with(answering: Answering) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let kept = Arc::new(Kept::default());
        let server = tokio::spawn(serve(listener, answering, Arc::clone(&kept)));
        Ok(Self { address, kept, server })
    }

    /// How many connections it was asked for so far, also those that brought no whole request.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.kept.connections.load(Ordering::Relaxed)
    }

    /// How many bytes of endless answers it could get rid of.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.kept.sent.load(Ordering::Relaxed)
    }

    /// `http://127.0.0.1:…`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far, in the order in which they were complete.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.kept.requests.borrow().clone()
    }

    /// Waits until there were `count` requests, and returns all there are then.
    ///
    /// # Errors
    /// Where there are fewer after some seconds.
    pub async fn wait_for(&self, count: usize) -> Result<Vec<Request>> {
        let mut requests = self.kept.requests.subscribe();
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

async fn serve(listener: TcpListener, answering: Answering, kept: Arc<Kept>) {
    let answering = Arc::new(answering);
    // Held here, so that they end with the server.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        kept.connections.fetch_add(1, Ordering::Relaxed);
        let unread = answering.resets_unread();
        let (answering, kept) = (Arc::clone(&answering), Arc::clone(&kept));
        connections.spawn(async move {
            // A client that goes away early is the test's own doing.
            let _ = answer(stream, unread, &answering, &kept).await;
        });
    }
}

async fn answer(mut stream: TcpStream, unread: bool, answering: &Answering, kept: &Kept) -> Result<()> {
    if unread {
        return Reply::ResetUnread.send(stream, &kept.sent).await;
    }
    let request = Request::read(&mut stream).await?;
    let reply = answering.reply(&request);
    kept.requests.send_modify(|requests| requests.push(request));
    reply.send(stream, &kept.sent).await
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

    #[tokio::test]
    async fn answers_each_request_by_what_it_is() {
        let recorder = Recorder::answering(|request| match request.method() {
            "GET" => Reply::json(200, &json!({ "asked": request.path() })),
            _ => Reply::json(503, &json!({})),
        })
        .await
        .unwrap();
        let got = http::ask(&recorder.url(), "GET", "/keys?limit=1", &[], None).await.unwrap();
        let posted = http::ask(&recorder.url(), "POST", "/keys", &[], None).await.unwrap();
        assert_eq!((got.status, posted.status), (200, 503));
        assert_eq!(got.json().unwrap()["asked"], "/keys?limit=1");
    }

    #[tokio::test]
    async fn resets_a_connection_unread_and_counts_it_without_a_request() {
        let replies = [Reply::ResetUnread, Reply::json(200, &json!({})), Reply::ResetUnread];
        let recorder = Recorder::start(replies).await.unwrap();
        let mut well = Vec::new();
        for _ in 0..4 {
            well.push(http::ask(&recorder.url(), "GET", "/", &[], None).await.is_ok());
        }
        assert_eq!(well, [false, true, false, false]);
        assert_eq!((recorder.connections(), recorder.requests().len()), (4, 1));
    }
}
