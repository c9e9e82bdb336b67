//! Addresses of hosts, checked when they are entered; and which of them are this computer itself.

use std::{fmt, net::IpAddr};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::failure::{AddressProblem, Failure};

/// The address of a Dfns or a vault: scheme, host and port, of a Dfns also what stands before the paths of its API. https, or
/// http on this computer alone.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Checks an address that a person typed, of a host.
    ///
    /// # Errors
    /// [`Failure::Address`].
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let base = Self::with_prefix(text)?;
        if base.0.path() == "/" { Ok(base) } else { Err(Failure::Address(AddressProblem::MoreThanHost)) }
    }

    /// Checks an address that a person typed, of a Dfns: a private one may have a path before those of its API, such as
    /// `https://dfns.example.com/api`.
    ///
    /// # Errors
    /// [`Failure::Address`].
    pub fn with_prefix(text: &str) -> Result<Self, Failure> {
        let text = text.trim();
        let mut url = Url::parse(text).map_err(|_| {
            // Most often the scheme was left out, as people do.
            let bare_host = !text.contains("://") && Url::parse(&format!("https://{text}")).is_ok();
            Failure::Address(if bare_host { AddressProblem::NotHttps } else { AddressProblem::Unreadable })
        })?;
        // A host is the same with the dot that ends every whole name.
        if let Some(host) = url.host_str().and_then(|host| host.strip_suffix('.')).map(str::to_owned) {
            url.set_host(Some(&host)).map_err(|_| Failure::Address(AddressProblem::Unreadable))?;
        }
        match url.scheme() {
            "https" if url.has_host() => {}
            "http" if is_loopback(&url) => {}
            _ => return Err(Failure::Address(AddressProblem::NotHttps)),
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        let plain = path.split('/').skip(1).all(|part| !part.is_empty() && part.bytes().all(is_plain));
        let is_base = plain
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !is_base {
            return Err(Failure::Address(AddressProblem::MoreThanHost));
        }
        Ok(Self(url))
    }

    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The host, with the port where it is not the scheme's own, and with what stands before the paths: what a person
    /// recognizes.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        let host = self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        host + self.0.path().trim_end_matches('/')
    }
}

impl TryFrom<String> for BaseUrl {
    type Error = Failure;

    fn try_from(text: String) -> Result<Self, Failure> {
        Self::with_prefix(&text)
    }
}

impl From<BaseUrl> for String {
    fn from(base: BaseUrl) -> Self {
        base.to_string()
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// What stands in a path as it is, whoever reads it on the way.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)
}

/// Whether it is this computer itself. With a dot at its end, `localhost` is looked up like any other name.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_stand_before_those_of_a_dfns_and_of_no_vault() {
        for (text, address, host) in [
            ("https://dfns.example.com/api", "https://dfns.example.com/api", "dfns.example.com/api"),
            (
                "https://dfns.example.com:8443/a/b-1.2/",
                "https://dfns.example.com:8443/a/b-1.2",
                "dfns.example.com:8443/a/b-1.2",
            ),
            ("https://dfns.example.com//", "https://dfns.example.com", "dfns.example.com"),
        ] {
            let base = BaseUrl::with_prefix(text).expect(text);
            assert_eq!((base.to_string().as_str(), base.host().as_str()), (address, host));
        }
        for text in ["https://h/a//b", "https://h/a%2fb", "https://h/a?b", "https://h/ä", "https://h/a;b"] {
            assert!(BaseUrl::with_prefix(text).is_err(), "{text}");
        }
        assert_eq!(BaseUrl::parse("https://h/api"), Err(Failure::Address(AddressProblem::MoreThanHost)));
    }

    #[test]
    fn https_is_taken_and_http_only_on_this_computer() {
        for (text, host) in [
            ("https://api.dfns.io", "api.dfns.io"),
            (" https://Dfns.Example:8443/ ", "dfns.example:8443"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("http://localhost", "localhost"),
            ("http://localhost.", "localhost"),
            ("http://[::1]:9", "[::1]:9"),
        ] {
            assert_eq!(BaseUrl::parse(text).expect(text).host(), host);
        }
    }

    #[test]
    fn an_address_that_would_send_the_token_unprotected_or_elsewhere_is_refused() {
        for (text, problem) in [
            ("http://api.dfns.io", AddressProblem::NotHttps),
            ("http://localhost.evil.example", AddressProblem::NotHttps),
            ("ftp://127.0.0.1", AddressProblem::NotHttps),
            ("file:///etc/passwd", AddressProblem::NotHttps),
            ("api.dfns.io", AddressProblem::NotHttps),
            ("https://user:pw@api.dfns.io", AddressProblem::MoreThanHost),
            ("https://api.dfns.io/api-keys/", AddressProblem::MoreThanHost),
            ("https://api.dfns.io/?a", AddressProblem::MoreThanHost),
            ("https://", AddressProblem::Unreadable),
            ("", AddressProblem::Unreadable),
        ] {
            assert_eq!(BaseUrl::parse(text), Err(Failure::Address(problem)), "{text}");
        }
    }
}
