//! One request as it came to a recorder, and how it is answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// How one request is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// With these bytes, after which the connection is closed.
    Bytes(Vec<u8>),
    /// With these bytes, as soon as this is notified, after which the connection is closed.
    Awaited(Arc<Notify>, Vec<u8>),
    /// With these bytes, after which nothing comes for as long as the recorder lives.
    ThenSilence(Vec<u8>),
    /// With these bytes, one at a time, each after this pause.
    Trickle(Vec<u8>, Duration),
    /// With a head, and then a piece again and again until so many bytes have gone.
    Endless {
        /// The head, with the empty line that ends it.
        head: Vec<u8>,
        piece: Vec<u8>,
        /// How many bytes of pieces; the last one is cut to fit.
        total: u64,
    },
    /// With the end of the connection by force, as a machine does that has forgotten it.
    Reset,
    /// With the same before anything is read: this one uses up a connection, and no request of it is kept.
    /// Where the request decides on its answer it has been read, and this is [`Reply::Reset`].
    ResetUnread,
}

impl Reply {
    /// A well-formed answer with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        let body = body.to_string();
        let length = body.len();
        Self::Bytes(
            // Whoever would send the next request on the same connection is told that it ends.
            format!(
                "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nConnection: close\r\n\
                 Content-Length: {length}\r\n\r\n{body}"
            )
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

    /// Sends it and ends the connection; counts the bytes of endless answers.
    pub(crate) async fn send(self, mut stream: TcpStream, sent: &AtomicU64) -> Result<()> {
        match self {
            Self::Bytes(bytes) => stream.write_all(&bytes).await?,
            Self::Awaited(notify, bytes) => {
                notify.notified().await;
                stream.write_all(&bytes).await?;
            }
            Self::ThenSilence(bytes) => {
                stream.write_all(&bytes).await?;
                // Until the client gives up.
                while stream.read(&mut [0; 1024]).await? > 0 {}
            }
            Self::Trickle(bytes, pause) => {
                stream.set_nodelay(true)?;
                for byte in bytes {
                    stream.write_all(&[byte]).await?;
                    tokio::time::sleep(pause).await;
                }
            }
            Self::Endless { head, piece, total } => {
                ensure!(!piece.is_empty(), "nothing again and again never comes to an end");
                stream.write_all(&head).await?;
                let mut left = total;
                while left > 0 {
                    let part = &piece[..piece.len().min(usize::try_from(left).unwrap_or(usize::MAX))];
                    stream.write_all(part).await?;
                    sent.fetch_add(part.len() as u64, Ordering::Relaxed);
                    left -= part.len() as u64;
                }
            }
            Self::Reset | Self::ResetUnread => {
                stream.set_zero_linger()?;
                return Ok(());
            }
        }
        stream.shutdown().await?;
        Ok(())
    }
}

/// One request, as it came.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// Request line and headers, with the empty line that ends them.
    pub head: String,
    pub body: Vec<u8>,
}

impl Request {
    /// `GET`, `POST` …
    #[must_use]
    pub fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    /// What is asked for, with its query: `/api-keys?limit=1`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
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

    /// Reads one: its head, and as many bytes more as `Content-Length` tells.
    pub(crate) async fn read(stream: &mut TcpStream) -> Result<Self> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            stream.read_buf(&mut bytes).await.ok().filter(|read| *read > 0).context("the request does not end")?;
        };
        let mut body = bytes.split_off(end);
        let mut request = Self { head: String::from_utf8(bytes)?, body: Vec::new() };
        let length: usize = request.header("content-length").map_or(Ok(0), str::parse)?;
        let read = body.len();
        body.resize(length.max(read), 0);
        stream.read_exact(&mut body[read..]).await?;
        request.body = body;
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::time::Instant;

    use super::*;
    use crate::recorder::Recorder;

    /// Asks, and reads until the connection ends in its way.
    async fn ask(recorder: &Recorder) -> (Vec<u8>, std::io::Result<()>) {
        let mut stream = TcpStream::connect(recorder.url().trim_start_matches("http://")).await.unwrap();
        stream.write_all(b"GET /a?b=c HTTP/1.1\r\n\r\n").await.unwrap();
        let mut bytes = Vec::new();
        let ended = stream.read_to_end(&mut bytes).await.map(drop);
        (bytes, ended)
    }

    #[tokio::test]
    async fn a_reset_comes_once_the_request_was_read_and_is_no_plain_end() {
        let recorder = Recorder::start([Reply::Reset, Reply::closing()]).await.unwrap();
        let (bytes, reset) = ask(&recorder).await;
        assert_eq!((bytes.len(), reset.unwrap_err().kind()), (0, ErrorKind::ConnectionReset));
        let (bytes, closed) = ask(&recorder).await;
        assert!(bytes.is_empty() && closed.is_ok());
        let requests = recorder.requests();
        assert_eq!((requests.len(), requests[0].method(), requests[0].path()), (2, "GET", "/a?b=c"));
    }

    #[tokio::test]
    async fn an_awaited_answer_comes_once_it_is_let() {
        let go_on = Arc::new(Notify::new());
        let recorder = Recorder::start([Reply::Awaited(Arc::clone(&go_on), b"late".to_vec())]).await.unwrap();
        let asking = ask(&recorder);
        tokio::pin!(asking);
        tokio::select! {
            _ = &mut asking => panic!("it came before"),
            _ = recorder.wait_for(1) => {}
        }
        go_on.notify_one();
        assert_eq!(asking.await.0, b"late");
    }

    #[tokio::test]
    async fn a_trickle_brings_every_byte_and_takes_its_time() {
        let (answer, pause) = (b"HTTP/1.1 200 x\r\n\r\n", Duration::from_millis(2));
        let recorder = Recorder::start([Reply::Trickle(answer.to_vec(), pause)]).await.unwrap();
        let began = Instant::now();
        let (bytes, ended) = ask(&recorder).await;
        assert!(bytes == answer && ended.is_ok());
        assert!(began.elapsed() >= pause * (answer.len() as u32 - 1));
    }

    #[tokio::test]
    async fn an_endless_answer_ends_at_its_measure_and_is_counted_without_its_head() {
        let endless = |total| Reply::Endless { head: b"head ".to_vec(), piece: b"abc".to_vec(), total };
        let recorder = Recorder::start([endless(10)]).await.unwrap();
        assert_eq!(ask(&recorder).await.0, b"head abcabcabca");
        assert_eq!(recorder.sent(), 10);
    }
}
