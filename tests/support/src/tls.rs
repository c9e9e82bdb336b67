//! A certificate authority of one's own, and what ends TLS in front of a server that speaks plain HTTP.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto};

/// An authority that nobody trusts who was not told to.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A server's certificate, with its key.
pub struct Certified {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Authority {
    /// A new one.
    ///
    /// # Errors
    /// Where no key can be made.
    pub fn new() -> Result<Self> {
        let mut params = CertificateParams::new(Vec::new())?;
        // Each has a name of its own, or one would be taken for another that signs wrongly.
        let key = KeyPair::generate()?;
        let name = format!("Authority {:x?}", &rcgen::PublicKeyData::der_bytes(&key)[..8]);
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), pem })
    }

    /// Its certificate.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Writes a store in which it is the only authority, for `SSL_CERT_FILE`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_store(&self, folder: &Path) -> Result<PathBuf> {
        let file = folder.join("authority.pem");
        fs::write(&file, &self.pem)?;
        Ok(file)
    }

    /// A certificate for these hosts.
    ///
    /// # Errors
    /// Where a name is none.
    pub fn certify(&self, hosts: &[&str]) -> Result<Certified> {
        self.sign(params(hosts)?)
    }

    /// A certificate for these hosts whose time is over.
    ///
    /// # Errors
    /// Where a name is none.
    pub fn certify_for_2020(&self, hosts: &[&str]) -> Result<Certified> {
        let mut params = params(hosts)?;
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2020, 12, 31);
        self.sign(params)
    }

    fn sign(&self, params: CertificateParams) -> Result<Certified> {
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Certified { chain: vec![certificate.der().clone()], key: PrivateKeyDer::Pkcs8(key.serialize_der().into()) })
    }
}

fn params(hosts: &[&str]) -> Result<CertificateParams> {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    Ok(CertificateParams::new(hosts)?)
}

/// Ends TLS and passes on what comes. Ends when dropped, and each open connection with it.
#[derive(Debug)]
pub struct TlsFront {
    port: u16,
    server: JoinHandle<()>,
}

impl TlsFront {
    /// In front of a server at `http://127.0.0.1:…`.
    ///
    /// # Errors
    /// Where no port can be had, or the certificate does not fit its key.
    pub async fn start(certified: Certified, upstream: &str) -> Result<Self> {
        let upstream = upstream.strip_prefix("http://").context("it speaks plain HTTP")?.to_owned();
        let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(certified.chain, certified.key)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let server = tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), upstream));
        Ok(Self { port, server })
    }

    /// Where it listens, on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `https://host:port`
    #[must_use]
    pub fn url(&self, host: &str) -> String {
        format!("https://{host}:{}", self.port)
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, upstream: String) {
    // Held here, so that they end with the server.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, upstream) = (tls.clone(), upstream.clone());
        connections.spawn(async move {
            // A client that does not like the certificate is the test's own doing.
            let _ = pass(stream, tls, &upstream).await;
        });
    }
}

async fn pass(stream: TcpStream, tls: TlsAcceptor, upstream: &str) -> Result<()> {
    let mut outer = tls.accept(stream).await?;
    let mut inner = TcpStream::connect(upstream).await?;
    copy_bidirectional(&mut outer, &mut inner).await?;
    Ok(())
}
