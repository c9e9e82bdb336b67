//! A Dfns of one's own, on loopback and in memory: for trying things out, demos and tests. It behaves as the API's
//! documentation says, and can be told to fail in each way that is known. Depends on nothing else of the crate.

mod directory;
mod fault;
mod http;
mod jwt;

use std::{
    io::{self, Write},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinSet};
use zeroize::Zeroizing;

pub use self::{
    directory::Persona,
    fault::{Call, Fault, FaultPlan},
};
use self::{directory::Directory, http::Recorded};

/// A running sandbox. Dropping it stops it, with its connections.
pub struct Sandbox {
    address: SocketAddr,
    state: Arc<Shared>,
    _server: JoinSet<()>,
}

/// What all connections share.
struct Shared {
    directory: Mutex<Directory>,
    plans: Mutex<Vec<FaultPlan>>,
    requests: Mutex<Vec<Recorded>>,
    /// Whether the routes under `/_sandbox/` exist.
    control: bool,
}

impl Sandbox {
    /// Binds and serves on the current runtime. `control` opens the routes under `/_sandbox/`, by which tests look
    /// inside and plan failures.
    ///
    /// # Errors
    /// Where the address is not loopback, or cannot be bound.
    pub async fn start(address: SocketAddr, control: bool) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the sandbox serves this computer alone"));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(Shared {
            directory: Mutex::new(Directory::new()?),
            plans: Mutex::default(),
            requests: Mutex::default(),
            control,
        });
        let mut server = JoinSet::new();
        server.spawn(serve(listener, Arc::clone(&state)));
        Ok(Self { address, state, _server: server })
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The sign-in token of one of its users.
    #[must_use]
    pub fn sign_in_token(&self, persona: Persona) -> Zeroizing<String> {
        self.state.directory().sign_in_token(persona)
    }

    /// Plans failures for the next calls of a kind.
    pub fn fail_next(&self, plan: FaultPlan) {
        self.state.plan(plan);
    }
}

/// Runs as a program of its own until it is ended: prints one line of JSON with the address and the users' tokens.
///
/// # Errors
/// As [`Sandbox::start`], or where the line cannot be printed.
pub async fn serve_alone(address: SocketAddr) -> io::Result<()> {
    let sandbox = Sandbox::start(address, true).await?;
    let token = |persona| sandbox.sign_in_token(persona).to_string();
    let line = serde_json::json!({
        "url": format!("http://{}", sandbox.address()),
        "tokens": {
            "admin": token(Persona::Admin),
            "issuer": token(Persona::Issuer),
            "auditor": token(Persona::Auditor),
        },
    });
    let mut out = io::stdout();
    writeln!(out, "{line}")?;
    out.flush()?;
    std::future::pending().await
}

impl Shared {
    fn directory(&self) -> MutexGuard<'_, Directory> {
        self.directory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn plan(&self, plan: FaultPlan) {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).push(plan);
    }

    /// The failure that is due for this call, if one is planned.
    fn due(&self, call: Call) -> Option<Fault> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let at = plans.iter().position(|plan| plan.on == call && plan.times > 0)?;
        plans[at].times -= 1;
        let fault = plans[at].fault.clone();
        if plans[at].times == 0 {
            plans.remove(at);
        }
        Some(fault)
    }

    fn record(&self, request: Recorded) {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    }

    fn recorded(&self) -> Vec<Recorded> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn serve(listener: TcpListener, state: Arc<Shared>) {
    // Held here, so that the connections end with the server.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        connections.spawn(async move {
            let service = service_fn(move |request| http::answer(Arc::clone(&state), request));
            // An answer that breaks off on purpose ends here as an error, as does a client that went away.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

#[cfg(test)]
mod tests;
