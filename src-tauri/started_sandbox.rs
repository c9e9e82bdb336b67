//! The sandbox that runs inside the app.

use std::net::{Ipv4Addr, SocketAddr};

use keybearer_core::{address::BaseUrl, failure::Failure, secret::SignInToken, words};
use keybearer_sandbox::{Persona, Sandbox};
use tokio::sync::Mutex;

/// The sandbox, once somebody has signed in to it. It runs until the app ends.
#[derive(Default)]
pub(crate) struct StartedSandbox(Mutex<Option<Sandbox>>);

impl StartedSandbox {
    /// Where it is, and a new sign-in token of one of its users; it is started if it does not run yet.
    ///
    /// # Errors
    /// [`Failure::Computer`] where it cannot be started.
    ///
    /// # Panics
    /// Never: the sandbox makes tokens that can stand in a header.
    pub(crate) async fn sign_in_as(&self, persona: Persona) -> Result<(BaseUrl, SignInToken), Failure> {
        let mut sandbox = self.0.lock().await;
        if sandbox.is_none() {
            let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            let started = Sandbox::start(anywhere, false).await;
            *sandbox = Some(started.map_err(|error| Failure::Computer(words::err_sandbox(error.to_string())))?);
        }
        let sandbox = sandbox.as_ref().expect("it was started just above");
        let base = BaseUrl::parse(&format!("http://{}", sandbox.address()))?;
        let token = SignInToken::parse(&sandbox.sign_in_token(persona))
            .expect("the sandbox makes tokens that can stand in a header");
        Ok((base, token))
    }
}
