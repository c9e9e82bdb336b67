//! Addresses of hosts, checked when they are entered; and which of them are this computer itself.

use std::{fmt, net::IpAddr};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::failure::{AddressProblem, Failure};

/// The address of a Dfns: scheme, host and port, and nothing more. https, or http on this computer alone.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Checks an address that a person typed.
    ///
    /// # Errors
    /// [`Failure::Address`].
    pub fn parse(text: &str) -> Result<Self, Failure> {
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
        let only_host = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !only_host {
            return Err(Failure::Address(AddressProblem::MoreThanHost));
        }
        Ok(Self(url))
    }

    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The host, with the port where it is not the scheme's own: what a person recognizes.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

impl TryFrom<String> for BaseUrl {
    type Error = Failure;

    fn try_from(text: String) -> Result<Self, Failure> {
        Self::parse(&text)
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
