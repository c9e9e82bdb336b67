//! A certificate authority of one's own, and what ends TLS in front of a server that speaks plain HTTP.

use std::fs;
use std::net::SocketAddr;
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
        Self::offering(&["http/1.1"], certified, upstream).await
    }

    /// The same, with these protocols to choose from, best first: `h2`, `http/1.1`. What comes is passed on as it is.
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub async fn offering(protocols: &[&str], certified: Certified, upstream: &str) -> Result<Self> {
        Self::listening(TcpListener::bind(("127.0.0.1", 0)).await?, protocols, certified, upstream)
    }

    /// As [`Self::start`], at an address of its own.
    ///
    /// # Errors
    /// Where it cannot be had.
    pub async fn at(address: SocketAddr, certified: Certified, upstream: &str) -> Result<Self> {
        Self::listening(TcpListener::bind(address).await?, &["http/1.1"], certified, upstream)
    }

    fn listening(listener: TcpListener, protocols: &[&str], certified: Certified, upstream: &str) -> Result<Self> {
        let upstream = upstream.strip_prefix("http://").context("it speaks plain HTTP")?.to_owned();
        let mut config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(certified.chain, certified.key)?;
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
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

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_rustls::TlsConnector;
    use tokio_rustls::client::TlsStream;
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    use tokio_rustls::rustls::{ClientConfig, RootCertStore};

    use super::*;
    use crate::recorder::{Recorder, Reply};

    /// Connects as somebody who trusts this authority alone, and speaks these protocols.
    async fn connect(front: &TlsFront, trusted: &Authority, protocols: &[&str]) -> Result<TlsStream<TcpStream>> {
        let mut store = RootCertStore::empty();
        store.add(CertificateDer::from_pem_slice(trusted.pem().as_bytes())?)?;
        let mut config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(store)
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        let stream = TcpStream::connect(("127.0.0.1", front.port())).await?;
        Ok(TlsConnector::from(Arc::new(config)).connect("localhost".try_into()?, stream).await?)
    }

    /// What is said of a connection that does not come about.
    async fn refused(front: &TlsFront, trusted: &Authority) -> String {
        connect(front, trusted, &[]).await.unwrap_err().to_string()
    }

    #[tokio::test]
    async fn passes_on_what_comes_from_whoever_trusts_its_authority_and_from_nobody_else() {
        let recorder = Recorder::start([Reply::json(200, &json!({}))]).await.unwrap();
        let (authority, unknown) = (Authority::new().unwrap(), Authority::new().unwrap());
        let certified = authority.certify(&["localhost", "127.0.0.1"]).unwrap();
        let front = TlsFront::start(certified, &recorder.url()).await.unwrap();
        let mut stream = connect(&front, &authority, &[]).await.unwrap();
        stream.write_all(b"GET /over-tls HTTP/1.1\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "));
        assert!(refused(&front, &unknown).await.contains("UnknownIssuer"));
        assert_eq!(recorder.requests().iter().map(|request| request.path()).collect::<Vec<_>>(), ["/over-tls"]);
    }

    #[tokio::test]
    async fn a_certificate_of_2020_is_over_and_one_for_another_host_does_not_fit() {
        let authority = Authority::new().unwrap();
        for (certified, why) in [
            (authority.certify_for_2020(&["localhost"]), "expired"),
            (authority.certify(&["elsewhere.invalid"]), "not valid for name"),
        ] {
            let front = TlsFront::start(certified.unwrap(), "http://127.0.0.1:1").await.unwrap();
            let told = refused(&front, &authority).await;
            assert!(told.contains(why), "{told}");
        }
    }

    #[tokio::test]
    async fn speaks_http_2_only_where_it_offers_it() {
        let recorder = Recorder::start([Reply::closing()]).await.unwrap();
        let authority = Authority::new().unwrap();
        let certified = || authority.certify(&["localhost"]).unwrap();
        let plain = TlsFront::start(certified(), &recorder.url()).await.unwrap();
        let both = TlsFront::offering(&["h2", "http/1.1"], certified(), &recorder.url()).await.unwrap();
        for (front, chosen) in [(plain, "http/1.1"), (both, "h2")] {
            let stream = connect(&front, &authority, &["h2", "http/1.1"]).await.unwrap();
            assert_eq!(stream.get_ref().1.alpn_protocol(), Some(chosen.as_bytes()));
        }
    }

    #[tokio::test]
    async fn ends_with_its_connections() {
        let recorder = Recorder::start([Reply::silence()]).await.unwrap();
        let authority = Authority::new().unwrap();
        let front = TlsFront::start(authority.certify(&["localhost"]).unwrap(), &recorder.url()).await.unwrap();
        let mut stream = connect(&front, &authority, &[]).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        recorder.wait_for(1).await.unwrap();
        drop(front);
        // Cut off, without the farewell of TLS.
        assert!(stream.read_u8().await.is_err());
    }
}
