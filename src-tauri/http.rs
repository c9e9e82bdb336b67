//! How hosts are reached, Dfns and vaults alike: the only place that makes HTTP clients; and why a connection did not
//! come about.

use std::{io, time::Duration};

use keybearer_core::{
    address::is_loopback,
    failure::{ConnectError, Failure},
    words,
};
use reqwest::{Certificate, Client, Response, redirect, retry};
use url::Url;
use zeroize::Zeroizing;

use crate::proxy::{self, Way};

/// Until a connection stands, TLS included.
const CONNECT: Duration = Duration::from_secs(10);

/// What can be wished for a connection.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// From the start of a call to the last byte of its answer.
    pub whole: Duration,
    /// A certificate authority to trust beside the system's, as PEM.
    pub authority: Option<Vec<u8>>,
    /// How long a connection that nobody uses stays open for the next call; `None` where each call has one of its own.
    pub kept: Option<Duration>,
}

impl Default for ClientOptions {
    /// Half a minute, the system's authorities alone, and no connection that outlives its call.
    fn default() -> Self {
        Self { whole: Duration::from_secs(30), authority: None, kept: None }
    }
}

/// What sends to one host what it is given, once, and nothing elsewhere.
pub(crate) struct Http {
    pub(crate) client: Client,
    /// The proxy by way of which it does, as a person would name it.
    proxy: Option<String>,
}

/// What sends to this host. The proxy that the environment names is used, elsewhere than on Linux also the system's, save
/// for loopback; and so are the authorities that are installed on the computer.
///
/// # Errors
/// [`Failure::Computer`] where TLS cannot be set up, because the system has no root certificates, or where the environment
/// names a proxy that cannot be made out.
pub(crate) fn client(host: &Url, options: &ClientOptions) -> Result<Http, Failure> {
    // A second installation is refused with an error that only says that there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut http = Client::builder()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        // A kept one that has ended meanwhile is replaced beneath where no byte of the request went over it, and then alone:
        // it is sent once.
        .pool_max_idle_per_host(options.kept.is_some().into())
        .pool_idle_timeout(options.kept)
        .connect_timeout(CONNECT)
        .timeout(options.whole)
        .user_agent(concat!("Keybearer/", env!("CARGO_PKG_VERSION")));
    let mut proxy = None;
    if is_loopback(host) {
        // Proxies of the system are used for loopback too, where they would only get to see the token.
        http = http.no_proxy();
    } else {
        http = http.https_only(true);
        match proxy::way_to(host).map_err(Failure::Computer)? {
            Way::By(by) => {
                http = http.proxy(reqwest::Proxy::all(by.address).map_err(|error| not_set_up(&error))?);
                proxy = Some(by.name);
            }
            Way::Past => http = http.no_proxy(),
            // The system may have one that is in no variable.
            Way::NotSet if cfg!(any(windows, target_os = "macos")) => {}
            Way::NotSet => http = http.no_proxy(),
        }
    }
    if host.scheme() == "http" {
        // Nothing is trusted where no certificate is ever shown: the system's need not be read for that.
        http = http.tls_certs_only([]);
    }
    if let Some(pem) = &options.authority {
        http = http.tls_certs_merge([Certificate::from_pem(pem).map_err(|error| not_set_up(&error))?]);
    }
    let client = http.build().map_err(|error| not_set_up(&error))?;
    Ok(Http { client, proxy })
}

/// Why the whole of an answer is not here.
pub(crate) enum Incomplete {
    /// It is longer than was wanted.
    TooLong,
    /// The connection ended before it did, or its time was over.
    Broken(reqwest::Error),
}

/// Reads an answer's body, up to so many bytes. It may hold a secret, so it is wiped.
pub(crate) async fn read_body(response: &mut Response, largest: usize) -> (Zeroizing<Vec<u8>>, Option<Incomplete>) {
    let mut body = Zeroizing::<Vec<u8>>::default();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > largest => return (body, Some(Incomplete::TooLong)),
            Ok(Some(chunk)) => push(&mut body, &chunk, largest),
            Ok(None) => return (body, None),
            Err(error) => return (body, Some(Incomplete::Broken(error))),
        }
    }
}

/// A Vec that grows leaves its old contents behind; grown by hand, they are wiped.
fn push(body: &mut Zeroizing<Vec<u8>>, chunk: &[u8], largest: usize) {
    let needed = body.len() + chunk.len();
    if body.capacity() < needed {
        let mut larger = Zeroizing::new(Vec::with_capacity((needed * 2).min(largest).max(needed)));
        larger.extend_from_slice(body);
        *body = larger;
    }
    body.extend_from_slice(chunk);
}

impl Http {
    /// Why no connection came about.
    pub(crate) fn why(&self, error: &reqwest::Error) -> ConnectError {
        let why = why(error);
        let Some(proxy) = self.proxy.clone() else { return why };
        match why {
            // Hosts are looked up and connected to by the proxy: whom this computer did not find was the proxy.
            ConnectError::NameUnknown | ConnectError::Refused | ConnectError::NoNetwork | ConnectError::TimedOut(_) => {
                ConnectError::ProxyUnreachable { proxy, why: Box::new(why) }
            }
            ConnectError::ProxyPassword(_) => ConnectError::ProxyPassword(proxy),
            ConnectError::ProxyRefused(_) => ConnectError::ProxyRefused(proxy),
            why => ConnectError::ByProxy { proxy, why: Box::new(why) },
        }
    }
}

/// Why no connection came about, whichever way it was to go.
fn why(error: &reqwest::Error) -> ConnectError {
    // Of the system's own proxy nobody tells where it is.
    const ONE_OF_THE_SYSTEM: &str = "of the system’s settings";
    if error.is_timeout() {
        return ConnectError::TimedOut(CONNECT);
    }
    if error.is_dns() {
        return ConnectError::NameUnknown;
    }
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(why) = error.downcast_ref::<io::Error>().and_then(of_the_system) {
            return why;
        }
        cause = error.source();
    }
    // hyper-util's tunnel keeps its errors to itself: their words are all there is.
    match innermost(error) {
        words if words.contains("proxy authorization required") => {
            ConnectError::ProxyPassword(ONE_OF_THE_SYSTEM.to_owned())
        }
        words if words.contains("tunnel") || words.contains("unsuccessful") => {
            ConnectError::ProxyRefused(ONE_OF_THE_SYSTEM.to_owned())
        }
        words => ConnectError::Other(words),
    }
}

/// The cause at the bottom, which is the one that says what happened. It never holds an address or a header.
pub(crate) fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string().trim_end_matches('.').to_owned()
}

fn of_the_system(error: &io::Error) -> Option<ConnectError> {
    use io::ErrorKind;
    if let Some(inner) = error.get_ref() {
        // Wrapped once by each layer that it came through.
        if let Some(inner) = inner.downcast_ref::<io::Error>() {
            return of_the_system(inner);
        }
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return Some(of_tls(tls));
        }
    }
    Some(match error.kind() {
        ErrorKind::ConnectionRefused => ConnectError::Refused,
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable | ErrorKind::NetworkDown => ConnectError::NoNetwork,
        // Somebody answered, and hung up while the secure connection was being made.
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset => ConnectError::NoTls,
        _ => return None,
    })
}

fn of_tls(error: &rustls::Error) -> ConnectError {
    use rustls::{AlertDescription, CertificateError, Error};
    match error {
        Error::InvalidCertificate(problem) => match problem {
            CertificateError::UnknownIssuer => ConnectError::AuthorityUnknown,
            CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
                ConnectError::CertificateWithoutHost
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                ConnectError::OtherHost
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => ConnectError::CertificateOutdated,
            CertificateError::BadSignature
            | CertificateError::Revoked
            | CertificateError::InvalidPurpose
            | CertificateError::InvalidPurposeContext { .. } => ConnectError::CertificateRefused,
            // The library beneath has a word for it, and no type that could be asked here.
            CertificateError::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => {
                ConnectError::CertificateOfAuthority
            }
            // What is not understood is no attack.
            _ => ConnectError::CertificateKind,
        },
        Error::AlertReceived(AlertDescription::HandshakeFailure) | Error::PeerIncompatible(_) => {
            ConnectError::NothingInCommon
        }
        _ => ConnectError::NoTls,
    }
}

fn not_set_up(error: &reqwest::Error) -> Failure {
    // These take the place of the system's own authorities.
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter().filter(|name| std::env::var_os(name).is_some());
    let why = innermost(error);
    Failure::Computer(match named.collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => words::err_tls(why),
        named => words::err_tls_variables(why, named),
    })
}
