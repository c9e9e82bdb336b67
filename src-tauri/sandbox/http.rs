//! Takes requests from the network, keeps a record of them where that is wanted, and passes them on.

use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use parking_lot::{Mutex, MutexGuard};

use http_body_util::{BodyExt, Limited};
use hyper::{
    Method, Request, StatusCode,
    body::{Bytes, Incoming},
    header::{AUTHORIZATION, CONNECTION, HeaderMap, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::Serialize;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
    time::{sleep, timeout},
};

use super::{
    answer::{self, Answer, Ended},
    api, control,
    directory::Directory,
    draw::{hex, sha256},
    fault::Faults,
};

/// The longest body that is read, in bytes. A request of this API has a name in it, and nothing else of any length.
const LARGEST_BODY: usize = 64 * 1024;
/// How long to wait where the system has no room for another connection.
const UNTIL_NEXT_ACCEPT: Duration = Duration::from_millis(50);

/// How long a client may take to send a request.
const UNTIL_ASKED: Duration = Duration::from_secs(5);
/// So many connections at a time: the app makes a few, and everybody on this computer can make more, of which each takes one
/// of the files that the app may have open.
const CONNECTIONS: usize = 32;

/// Serves until it is dropped, and its connections with it.
pub(super) async fn serve(listener: TcpListener, site: Arc<Site>) {
    let mut connections = JoinSet::new();
    // Oldest first.
    let mut open: VecDeque<Open> = VecDeque::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    open.retain(|other| !other.connection.is_finished());
                    if connections.len() >= CONNECTIONS {
                        // Whoever has been there longest and asks for nothing makes room.
                        match open.iter().position(|other| !other.asked.load(Ordering::Relaxed)) {
                            Some(place) => open.remove(place).into_iter().for_each(|oldest| oldest.connection.abort()),
                            None => continue,
                        }
                    }
                    let asked = Arc::default();
                    let connection = connections.spawn(serve_connection(stream, Arc::clone(&site), Arc::clone(&asked)));
                    open.push_back(Open { connection, asked });
                }
                Err(_) => sleep(UNTIL_NEXT_ACCEPT).await,
            },
            // Takes away what is left of connections that have ended.
            Some(_) = connections.join_next() => {}
        }
    }
}

struct Open {
    connection: AbortHandle,
    /// Something whole was asked over it that is not answered yet.
    asked: Arc<AtomicBool>,
}

/// Everything that requests and the sandbox's owner share.
pub(super) struct Site {
    directory: Mutex<Directory>,
    faults: Mutex<Faults>,
    /// What was asked, oldest first; `None` where there is no control.
    record: Option<Mutex<Vec<Recorded>>>,
}

impl Site {
    pub(super) fn new(control: bool) -> io::Result<Self> {
        Ok(Self {
            directory: Mutex::new(Directory::new()?),
            faults: Mutex::default(),
            record: control.then(Mutex::default),
        })
    }

    pub(super) fn directory(&self) -> MutexGuard<'_, Directory> {
        self.directory.lock()
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock()
    }

    /// What was asked so far, oldest first; `None` where there is no control.
    pub(super) fn record(&self) -> Option<MutexGuard<'_, Vec<Recorded>>> {
        self.record.as_ref().map(|record| record.lock())
    }
}

pub(super) struct Asked {
    pub(super) method: Method,
    /// Without the query.
    pub(super) path: String,
    query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Asked {
    /// The names and values in the query, as they were sent.
    pub(super) fn query_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }

    /// A header that is text, and not empty.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().filter(|value| !value.trim().is_empty())
    }

    pub(super) fn has_user_agent(&self) -> bool {
        self.header("user-agent").is_some()
    }

    /// The value of the `Authorization` header.
    pub(super) fn authorization(&self) -> Option<&str> {
        self.headers.get(AUTHORIZATION).map(HeaderValue::to_str)?.ok()
    }

    pub(super) fn token(&self) -> Option<&str> {
        let (scheme, token) = self.authorization()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }
}

/// What is told of a request afterwards; no token.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Recorded {
    method: String,
    path: String,
    /// The first 8 hex digits of the token's SHA-256; of the whole header, where it holds no bearer token.
    authorization_sha256_prefix: Option<String>,
    body: String,
}

impl Recorded {
    fn new(asked: &Asked) -> Self {
        let sent = asked.token().or_else(|| asked.authorization());
        Self {
            method: asked.method.to_string(),
            path: asked.path.clone(),
            authorization_sha256_prefix: sent.map(|sent| hex(&sha256(sent.as_bytes())[..4])),
            body: String::from_utf8_lossy(&asked.body).into_owned(),
        }
    }
}

async fn serve_connection(stream: TcpStream, site: Arc<Site>, asked: Arc<AtomicBool>) {
    // Answers are small and awaited; waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(Arc::clone(&site), Arc::clone(&asked), request));
    // An error is a client that went away or a connection that was to end: there is nobody to tell.
    // Bodies are written from where they are, since a copy in a buffer would outlive a token's only showing.
    let mut http = http1::Builder::new();
    // The time limit holds for the next request as well.
    http.writev(true).timer(TokioTimer::new()).header_read_timeout(UNTIL_ASKED);
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(site: Arc<Site>, is_asked: Arc<AtomicBool>, request: Request<Incoming>) -> Result<Answer, Ended> {
    let makes = request.method() == Method::POST && !request.uri().path().starts_with("/auth/action");
    let answered = answer_to(&site, &is_asked, request).await;
    is_asked.store(false, Ordering::Relaxed);
    answered.map(|mut answer| {
        if makes {
            // A token that was made or asked with stays in no buffer of it.
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    })
}

async fn answer_to(site: &Arc<Site>, is_asked: &AtomicBool, request: Request<Incoming>) -> Result<Answer, Ended> {
    let (head, body) = request.into_parts();
    let body = match timeout(UNTIL_ASKED, Limited::new(body, LARGEST_BODY).collect()).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return Ok(answer::error(StatusCode::PAYLOAD_TOO_LARGE, "The request body is too large.")),
        Err(_) => return Ok(answer::error(StatusCode::REQUEST_TIMEOUT, "The request took too long.")),
    };
    is_asked.store(true, Ordering::Relaxed);
    let asked = Asked {
        method: head.method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body: body.to_bytes(),
    };
    if let Some(mut record) = site.record() {
        if let Some(route) = asked.path.strip_prefix(control::PREFIX) {
            drop(record);
            return Ok(control::answer(site, route, &asked));
        }
        record.push(Recorded::new(&asked));
    }
    let judged = api::judge(&asked, &mut site.directory());
    let request = match judged {
        Ok(request) => request,
        Err(refusal) => return Ok(refusal.answer()),
    };
    let fault = site.faults().take(request.call());
    match fault {
        Some(fault) => fault.enact(request, &asked, site).await,
        None => Ok(request.carry_out(&mut site.directory())),
    }
}
