//! A company around the desktop: its proxy, its authority, and behind them Dfns as Keybearer knows it.

use std::path::Path;

use anyhow::Result;

use crate::desktop::Desktop;
use crate::proxy::Proxy;
use crate::sandbox::Sandbox;
use crate::tls::{Authority, TlsFront};

/// Production and Staging as Keybearer knows them, by way of a company's proxy: behind each name is a sandbox.
#[derive(Debug)]
pub struct Company {
    /// Behind `https://api.dfns.io`.
    pub production: Sandbox,
    /// Behind `https://api.dfns.ninja`.
    pub staging: Sandbox,
    pub proxy: Proxy,
    _fronts: [TlsFront; 2],
}

impl Company {
    /// Tells a desktop of its proxy and its authority, for whatever is started there from now on.
    ///
    /// # Errors
    /// Where one of its servers does not start.
    pub async fn around(desktop: &mut Desktop, app: &Path) -> Result<Self> {
        let authority = Authority::new()?;
        let (production, staging) = (Sandbox::start(app)?, Sandbox::start(app)?);
        let fronts = [
            TlsFront::start(authority.certify(&["api.dfns.io"])?, &production.url).await?,
            TlsFront::start(authority.certify(&["api.dfns.ninja"])?, &staging.url).await?,
        ];
        let ways = [("api.dfns.io:443", fronts[0].port()), ("api.dfns.ninja:443", fronts[1].port())];
        let proxy = Proxy::start(&ways).await?;
        desktop.set("HTTPS_PROXY", proxy.url());
        desktop.set("SSL_CERT_FILE", authority.write_store(desktop.home())?.display().to_string());
        Ok(Self { production, staging, proxy, _fronts: fronts })
    }
}
