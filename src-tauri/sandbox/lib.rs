//! A Dfns of one's own, as Dfns documents its calls, on loopback and in memory: the API-key family, and what
//! organizations have today: sessions and requests that are signed for with a credential, service accounts, personal
//! access tokens and roles.
//!
//! It has an organization, three users with different permissions, a passkey for each of them that nobody signs with, a
//! few keys, service accounts and roles, and tokens that are well-formed JWTs. The app starts it when somebody signs in to
//! it; it also runs as a program of its own, where it can be told to fail in each way that a real service or the network
//! in between can ([`Fault`]). A user comes to a Key credential with a code ([`Sandbox::enrolment_code`]), or by the
//! control route `credential`. Dfns' official clients are held against it in `tests/official_clients.rs`.
//!
//! Read from the outside in: `http` takes requests, `call` has their routes, `api` answers them out of the `directory`,
//! and `iam` those of today; tokens come from `jwt`, ids from `draw` and the time from `clock`; `fault` gets in between;
//! `control` is the way to tell it so from another process.
//! It depends on nothing else of Keybearer, so that client and server never share a mistake.

#![forbid(unsafe_code)]

mod answer;
mod api;
mod call;
#[cfg(test)]
mod client;
mod clock;
mod control;
mod directory;
mod draw;
mod fault;
mod http;
mod iam;
mod jwt;
mod persona;

use std::{
    io::{self, Write},
    net::SocketAddr,
    sync::Arc,
};

use serde_json::json;
use tokio::{net::TcpListener, task::AbortHandle};
use zeroize::Zeroizing;

use self::http::Site;
pub use self::{
    call::Call,
    fault::{Fault, FaultPlan},
    persona::Persona,
};

/// A running sandbox. Dropping it closes its port and its connections, and forgets everything.
pub struct Sandbox {
    address: SocketAddr,
    site: Arc<Site>,
    serving: AbortHandle,
}

impl Sandbox {
    /// Binds to `address` and serves on the current tokio runtime; port 0 lets the system choose one. With `control`,
    /// the routes under `/_sandbox/` exist, and requests are recorded for them.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] for an address that is not on loopback; else what binding or the system's source
    /// of randomness failed with.
    pub async fn start(address: SocketAddr, control: bool) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the sandbox serves this computer alone"));
        }
        let site = Arc::new(Site::new(control)?);
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let serving = tokio::spawn(http::serve(listener, Arc::clone(&site))).abort_handle();
        Ok(Self { address, site, serving })
    }

    /// Where it is reached, over plain HTTP.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Signs a user in: a new sign-in token, good for 24 hours. Those handed out before stay good as well.
    pub fn sign_in_token(&self, persona: Persona) -> Zeroizing<String> {
        self.site.directory().sign_in(persona)
    }

    /// A code of nine characters, with which a user can enrol one credential within 60 seconds: what the dashboard shows
    /// under "Get Cred. Code".
    pub fn enrolment_code(&self, persona: Persona) -> String {
        self.site.directory().enrolment_code(persona)
    }

    /// What a user signs in with, together with the organization.
    pub fn username(&self, persona: Persona) -> &'static str {
        self.site.directory().username(persona)
    }

    /// The id of the organization.
    pub fn organization(&self) -> String {
        self.site.directory().organization.clone()
    }

    /// Has coming calls fail as planned. Plans for the same call take effect one after the other.
    pub fn fail_next(&self, plan: FaultPlan) {
        self.site.faults().plan(plan);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // The connections belong to the task that accepts them, and end with it.
        self.serving.abort();
    }
}

/// Runs the sandbox as a program of its own, with control routes, until it is interrupted. It first prints one line of
/// JSON to standard output: its address, its organization, and the name and a sign-in token of each user.
///
/// # Errors
/// As [`Sandbox::start`], or where standard output or the interrupt cannot be used.
pub async fn serve_alone(address: SocketAddr) -> io::Result<()> {
    let sandbox = Sandbox::start(address, true).await?;
    let mut line = announcement(&sandbox);
    line.push('\n');
    {
        let mut stdout = io::stdout().lock();
        stdout.write_all(line.as_bytes())?;
        // Whoever started it waits for this line, and may well read it from a pipe.
        stdout.flush()?;
    }
    tokio::signal::ctrl_c().await
}

fn announcement(sandbox: &Sandbox) -> String {
    let [admin, issuer, auditor] = Persona::ALL.map(|persona| sandbox.sign_in_token(persona));
    let tokens = json!({ "admin": admin.as_str(), "issuer": issuer.as_str(), "auditor": auditor.as_str() });
    let [admin, issuer, auditor] = Persona::ALL.map(|persona| sandbox.username(persona));
    let usernames = json!({ "admin": admin, "issuer": issuer, "auditor": auditor });
    let url = format!("http://{}", sandbox.address());
    json!({ "url": url, "orgId": sandbox.organization(), "usernames": usernames, "tokens": tokens }).to_string()
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use serde_json::Value;

    use super::{client::Client, *};

    #[tokio::test]
    async fn only_this_computer_is_served() {
        for address in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"] {
            let refused = Sandbox::start(address.parse().expect("an address"), false).await;
            assert!(refused.is_err_and(|error| error.kind() == io::ErrorKind::InvalidInput), "{address}");
        }
    }

    #[tokio::test]
    async fn the_system_chooses_a_port_on_either_loopback() {
        for anywhere in [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))] {
            // Some machines have no IPv6 at all.
            let Ok(sandbox) = Sandbox::start(anywhere, false).await else {
                assert!(anywhere.is_ipv6());
                continue;
            };
            assert_ne!(sandbox.address().port(), 0);
            assert_eq!(Client::admin(&sandbox).get("/api-keys/").await.status, 200);
        }
    }

    #[tokio::test]
    async fn dropping_it_ends_its_connections_and_frees_its_port() {
        let sandbox = client::sandbox().await;
        sandbox.fail_next(FaultPlan { on: Call::List, fault: Fault::Silent { made: false }, times: 1 });
        let client = Client::admin(&sandbox);
        let asking = tokio::spawn(async move { client.exchange("GET", "/api-keys/", "").await });
        // The fault is used up once the request has arrived.
        while !sandbox.site.faults().is_empty() {
            tokio::task::yield_now().await;
        }
        let address = sandbox.address();
        drop(sandbox);
        assert_eq!(asking.await.expect("the client does not panic"), "");
        assert!(Sandbox::start(address, false).await.is_ok());
    }

    #[tokio::test]
    async fn whoever_holds_a_thousand_connections_takes_few_of_the_apps_files_and_keeps_nobody_from_asking() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let sandbox = client::sandbox().await;
        let mut held = Vec::new();
        for number in 0..300 {
            let mut connection = tokio::net::TcpStream::connect(sandbox.address()).await.expect("connected");
            // Some say nothing, others never come to the end of what they ask.
            let begun = ["", "GET /api-keys/ HTTP/1.1\r\n", "POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n"];
            connection.write_all(begun[number % 3].as_bytes()).await.expect("written");
            held.push(connection);
        }
        assert_eq!(Client::admin(&sandbox).get("/api-keys/").await.status, 200);
        let mut open = 0;
        for connection in &mut held {
            let read = tokio::time::timeout(std::time::Duration::from_millis(1), connection.read(&mut [0])).await;
            open += usize::from(read.is_err());
        }
        assert!(open <= 32, "{open} connections are open still");
    }

    #[tokio::test]
    async fn what_is_announced_is_one_line_with_an_address_and_three_tokens_that_work() {
        let sandbox = client::sandbox().await;
        let line = announcement(&sandbox);
        assert!(!line.contains('\n'));
        let told: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(told["url"], format!("http://{}", sandbox.address()));
        assert_eq!(told["orgId"], sandbox.organization());
        assert_eq!(told["usernames"]["issuer"], "issuer@sandbox.invalid");
        for (name, status) in [("admin", 200), ("issuer", 403), ("auditor", 200)] {
            let token = told["tokens"][name].as_str().expect("a token");
            assert_eq!(Client::new(&sandbox, token).get("/api-keys/").await.status, status, "{name}");
        }
    }

    #[tokio::test]
    async fn no_two_sandboxes_share_a_token_or_an_organization() {
        let (one, other) = (client::sandbox().await, client::sandbox().await);
        let token = one.sign_in_token(Persona::Admin);
        assert_eq!(Client::new(&other, &token).get("/api-keys/").await.status, 401);
        let organization = |keys: Value| keys["items"][0]["orgId"].clone();
        let of_one = organization(Client::admin(&one).get("/api-keys/").await.json());
        let of_other = organization(Client::admin(&other).get("/api-keys/").await.json());
        assert_ne!(of_one, of_other);
    }
}
