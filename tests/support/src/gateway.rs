//! A gateway between a program and a Dfns: passes every request on, and may then give an answer of its own in place of the
//! one that came, so that what was asked for was done.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::recorder::{Reply, Request};

/// The calls of the API-key family.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Call {
    /// `POST /api-keys/`
    Create,
    /// `GET /api-keys/`
    List,
    /// `GET /api-keys/{id}/`
    Read,
    /// `DELETE /api-keys/{id}`
    Revoke,
}

impl Call {
    pub const ALL: [Self; 4] = [Self::Create, Self::List, Self::Read, Self::Revoke];

    /// Which one a request is; `None` for what is of another family.
    #[must_use]
    pub fn of(request: &Request) -> Option<Self> {
        let id = request.path().strip_prefix("/api-keys/")?;
        match request.method() {
            "POST" => Some(Self::Create),
            "GET" if id.is_empty() => Some(Self::List),
            "GET" => Some(Self::Read),
            "DELETE" => Some(Self::Revoke),
            _ => None,
        }
    }
}

/// The gateway. Ends when dropped, and each open connection with it.
#[derive(Debug)]
pub struct Gateway {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    server: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    /// What it answers with in place of what came.
    answers: HashMap<Call, Reply>,
    /// The call from which on it answers all of them with this.
    from: Option<(Call, Reply)>,
    /// What it passed on, in that order.
    passed: Vec<Option<Call>>,
}

impl Gateway {
    /// In front of a server at `http://127.0.0.1:…`; it keeps its hands off every answer at first.
    ///
    /// # Errors
    /// Where no port can be had.
    pub async fn start(upstream: &str) -> Result<Self> {
        let upstream = upstream.strip_prefix("http://").context("it speaks plain HTTP")?.to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let (address, state) = (listener.local_addr()?, Arc::<Mutex<State>>::default());
        let server = tokio::spawn(serve(listener, upstream, Arc::clone(&state)));
        Ok(Self { address, state, server })
    }

    /// `http://127.0.0.1:…`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on these calls are passed on, and answered with this whatever came of them.
    pub fn answer(&self, calls: impl IntoIterator<Item = Call>, reply: &Reply) {
        locked(&self.state).answers.extend(calls.into_iter().map(|call| (call, reply.clone())));
    }

    /// From the next call of this kind on, all calls are passed on, and answered with this whatever came of them.
    pub fn answer_all_from(&self, call: Call, reply: &Reply) {
        locked(&self.state).from = Some((call, reply.clone()));
    }

    /// From now on each call has the answer that came.
    pub fn step_aside(&self) {
        let mut state = locked(&self.state);
        (state.answers, state.from) = Default::default();
    }

    /// How often a call was passed on so far.
    #[must_use]
    pub fn passed(&self, call: Call) -> usize {
        locked(&self.state).passed.iter().filter(|passed| **passed == Some(call)).count()
    }

    /// What was passed on so far, in that order.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        locked(&self.state).passed.iter().copied().flatten().collect()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, upstream: String, state: Arc<Mutex<State>>) {
    // Held here, so that they end with the gateway.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (upstream, state) = (upstream.clone(), Arc::clone(&state));
        connections.spawn(async move {
            // A client that goes away early is the test's own doing.
            let _ = relay(stream, &upstream, &state).await;
        });
    }
}

async fn relay(mut client: TcpStream, upstream: &str, state: &Mutex<State>) -> Result<()> {
    let request = Request::read(&mut client).await?;
    let call = Call::of(&request);
    let mut server = TcpStream::connect(upstream).await?;
    // One request on one connection, so that its end is the answer's.
    let head = request.head.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    server.write_all(head.as_bytes()).await?;
    server.write_all(&request.body).await?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).await?;
    let own = {
        let mut state = locked(state);
        state.passed.push(call);
        if let Some((_, reply)) = state.from.take_if(|(from, _)| Some(*from) == call) {
            state.answers = Call::ALL.into_iter().map(|call| (call, reply.clone())).collect();
        }
        call.and_then(|call| state.answers.get(&call).cloned())
    };
    own.unwrap_or(Reply::Bytes(answer)).send(client, &Default::default()).await
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http;
    use crate::recorder::Recorder;

    #[tokio::test]
    async fn what_is_asked_for_is_done_whatever_is_answered() {
        let server = Recorder::start([Reply::json(200, &json!({ "made": true }))]).await.unwrap();
        let gateway = Gateway::start(&server.url()).await.unwrap();
        let ask = async |method: &str, path: &str| {
            http::ask(&gateway.url(), method, path, &[("A", "b")], Some(&json!([1]))).await.unwrap().status
        };
        assert_eq!(ask("POST", "/api-keys/").await, 200);
        gateway.answer([Call::Create, Call::Read], &Reply::json(403, &json!({ "message": "Forbidden" })));
        assert_eq!(ask("POST", "/api-keys/").await, 403);
        assert_eq!(ask("GET", "/api-keys/").await, 200);
        assert_eq!(ask("GET", "/api-keys/api-1/").await, 403);
        gateway.step_aside();
        assert_eq!(ask("DELETE", "/api-keys/api-1").await, 200);
        assert_eq!(ask("GET", "/elsewhere").await, 200);
        assert_eq!(gateway.calls(), [Call::Create, Call::Create, Call::List, Call::Read, Call::Revoke]);
        gateway.answer_all_from(Call::Revoke, &Reply::json(451, &json!({})));
        assert_eq!(ask("GET", "/api-keys/").await, 200);
        assert_eq!(ask("DELETE", "/api-keys/api-1").await, 451);
        assert_eq!(ask("GET", "/api-keys/").await, 451);
        assert_eq!((gateway.passed(Call::Create), gateway.passed(Call::Revoke)), (2, 2));
        let requests = server.requests();
        assert_eq!((requests.len(), requests[1].method(), requests[1].body.as_slice()), (9, "POST", b"[1]".as_slice()));
        assert_eq!(requests[1].header("a"), Some("b"));
    }
}
