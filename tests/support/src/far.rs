//! A server that is far away: each byte takes half a round trip, and a connection a whole one before it stands.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, sleep_until};

/// The way to it. Ends when dropped, and each open connection with it.
#[derive(Debug)]
pub struct Far {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Far {
    /// As far from whoever connects as is a server on this port of 127.0.0.1 at this round trip.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn from(port: u16, round_trip: Duration) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        Ok(Self { address, server: tokio::spawn(serve(listener, port, round_trip)) })
    }

    /// Where it begins, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Far {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, port: u16, round_trip: Duration) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(async move {
            // Either side may hang up as it likes.
            let _ = pass(stream, port, round_trip).await;
        });
    }
}

async fn pass(near: TcpStream, port: u16, round_trip: Duration) -> Result<()> {
    // The system here has taken the connection at once, where one far away would have answered only now.
    sleep(round_trip).await;
    let far = TcpStream::connect(("127.0.0.1", port)).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
    tokio::try_join!(carry(from_near, to_far, round_trip / 2), carry(from_far, to_near, round_trip / 2))?;
    Ok(())
}

/// Carries what comes, in its order, and the end, each so long after it came.
async fn carry(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, takes: Duration) -> Result<()> {
    let (come, mut carried) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let reading = async move {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = from.read(&mut buffer).await?;
            // What is empty is the end.
            let _ = come.send((Instant::now() + takes, buffer[..read].to_vec()));
            if read == 0 {
                return anyhow::Ok(());
            }
        }
    };
    let writing = async move {
        while let Some((at, bytes)) = carried.recv().await {
            sleep_until(at).await;
            if bytes.is_empty() {
                to.shutdown().await?;
                break;
            }
            to.write_all(&bytes).await?;
        }
        Ok(())
    };
    tokio::try_join!(reading, writing)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http;
    use crate::recorder::{Recorder, Reply};

    #[tokio::test]
    async fn a_connection_and_an_answer_take_two_round_trips() {
        let server = Recorder::start([Reply::json(200, &json!({ "far": true }))]).await.unwrap();
        let port = server.url().rsplit(':').next().unwrap().parse().unwrap();
        let far = Far::from(port, Duration::from_millis(60)).await.unwrap();
        let began = Instant::now();
        let answer = http::ask(&format!("http://127.0.0.1:{}", far.port()), "GET", "/", &[], None).await.unwrap();
        let took = began.elapsed();
        assert_eq!(answer.json().unwrap()["far"], true);
        assert!(took >= Duration::from_millis(120), "{took:?}");
    }
}
