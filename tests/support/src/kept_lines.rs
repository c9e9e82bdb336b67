//! A server on loopback that answers over one connection as often as it is asked, and ends connections when a test wants it to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::reply::Request;
use crate::wait::SOON;

/// When the server ends a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
    Never,
    /// So long after its first answer.
    Closed(Duration),
    /// The same by force, as a machine does that has forgotten it.
    Reset(Duration),
    /// By force, as its second request comes, of which nothing is read.
    AtSecond,
    /// By force, once a byte of its second request was read.
    InSecond,
    /// Once its second request was read whole, which is not answered.
    AfterSecond,
}

/// What came over a connection.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Whole, whether they were answered or not.
    pub requests: Vec<Request>,
    /// A part of a request came, and not the whole.
    pub part: bool,
    /// The client ended it.
    pub left: bool,
}

/// The server. Ends when dropped, and each open connection with it.
#[derive(Debug)]
pub struct KeptLines {
    address: SocketAddr,
    lines: watch::Sender<Vec<Line>>,
    server: JoinHandle<()>,
}

type Answering = dyn Fn(&Request) -> (u16, Value) + Send + Sync;

impl KeptLines {
    /// Ends the first connection by the first of these, and so on; those that follow never.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn start(
        ends: impl IntoIterator<Item = End>,
        answering: impl Fn(&Request) -> (u16, Value) + Send + Sync + 'static,
    ) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let (address, lines) = (listener.local_addr()?, watch::Sender::new(Vec::new()));
        let ends = Mutex::new(ends.into_iter().collect());
        let server = tokio::spawn(serve(listener, ends, Arc::new(answering), lines.clone()));
        Ok(Self { address, lines, server })
    }

    /// `http://127.0.0.1:…`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The connections so far.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        self.lines.borrow().clone()
    }

    /// Waits until they are as is wanted.
    ///
    /// # Errors
    /// Where they are not after some seconds.
    pub async fn wait_for(&self, are_so: impl FnMut(&Vec<Line>) -> bool) -> Result<Vec<Line>> {
        let mut lines = self.lines.subscribe();
        Ok(tokio::time::timeout(SOON, lines.wait_for(are_so)).await??.clone())
    }
}

impl Drop for KeptLines {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(
    listener: TcpListener,
    ends: Mutex<VecDeque<End>>,
    answering: Arc<Answering>,
    lines: watch::Sender<Vec<Line>>,
) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let end = ends.lock().unwrap_or_else(PoisonError::into_inner).pop_front().unwrap_or(End::Never);
        let (answering, lines) = (Arc::clone(&answering), lines.clone());
        let mut place = 0;
        lines.send_modify(|lines| {
            place = lines.len();
            lines.push(Line::default());
        });
        connections.spawn(async move {
            let note = |change: &dyn Fn(&mut Line)| lines.send_modify(|lines| change(&mut lines[place]));
            // A client that goes away early is the test's own doing.
            let _ = answer(stream, end, &*answering, note).await;
        });
    }
}

async fn answer(
    mut stream: TcpStream,
    end: End,
    answering: &Answering,
    note: impl Fn(&dyn Fn(&mut Line)) + Send + Sync,
) -> Result<()> {
    stream.set_nodelay(true)?;
    for number in 1.. {
        if stream.peek(&mut [0]).await? == 0 {
            note(&|line| line.left = true);
            return Ok(());
        }
        if number == 2 && matches!(end, End::AtSecond | End::InSecond) {
            note(&|line| line.part = true);
            if end == End::InSecond {
                stream.read_u8().await?;
            }
            return Ok(stream.set_zero_linger()?);
        }
        note(&|line| line.part = true);
        let request = Request::read(&mut stream).await?;
        let (status, body) = answering(&request);
        note(&|line| {
            line.part = false;
            line.requests.push(request.clone());
        });
        if number == 2 && end == End::AfterSecond {
            return Ok(stream.shutdown().await?);
        }
        let body = body.to_string();
        let head =
            format!("HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).await?;
        if let End::Closed(after) | End::Reset(after) = end {
            // A request that comes before it is cut off without an answer.
            let mut next = [0];
            tokio::select! {
                () = tokio::time::sleep(after) => {}
                read = stream.peek(&mut next) => if read? > 0 {
                    note(&|line| line.part = true);
                },
            }
            if matches!(end, End::Reset(_)) {
                stream.set_zero_linger()?;
            }
            return Ok(stream.shutdown().await?);
        }
    }
    Ok(())
}
