//! Which Dfns: a host that was checked when it was entered.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    address::is_loopback,
    failure::{AddressProblem, Failure},
};

/// A Dfns to talk to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Environment {
    /// `https://api.dfns.io`: real funds.
    Production,
    /// `https://api.dfns.ninja`: test funds.
    Staging,
    /// The Dfns inside the app. Its port differs with each start.
    Sandbox,
    /// The person's own. Made by [`Environment::at`], which knows the others by their hosts.
    Custom(BaseUrl),
}

/// Declares an enum together with the list of all its variants, so that the list lacks none.
macro_rules! listed {
    ($(#[$of:meta])* pub enum $name:ident { $($(#[$each:meta])* $variant:ident,)+ }) => {
        $(#[$of])*
        pub enum $name { $($(#[$each])* $variant,)+ }

        impl $name {
            const ALL: &[Self] = &[$(Self::$variant),+];
        }
    };
}

listed! {
    /// The kinds of environment, as the page and the file of the accounts name them.
    #[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(rename_all = "camelCase")]
    pub enum EnvironmentKind {
        /// Dfns' production: real funds.
        Production,
        /// Dfns' staging: test funds.
        Staging,
        /// The Dfns inside the app.
        Sandbox,
        /// An address of the person's own.
        Custom,
    }
}

/// The domain in which Dfns has real funds.
const REAL_FUNDS: &str = "dfns.io";

impl Environment {
    /// The environment of a kind; the address counts where the kind itself has none.
    ///
    /// # Errors
    /// [`Failure::Address`] for a custom one whose address cannot be used.
    pub fn of(kind: EnvironmentKind, url: &str) -> Result<Self, Failure> {
        Ok(match kind {
            EnvironmentKind::Production => Self::Production,
            EnvironmentKind::Staging => Self::Staging,
            EnvironmentKind::Sandbox => Self::Sandbox,
            EnvironmentKind::Custom => Self::at(BaseUrl::parse(url)?),
        })
    }

    /// The environment at an address: what a host is, hangs on the host, and not on how it was entered.
    #[must_use]
    pub fn at(base: BaseUrl) -> Self {
        let mut known = EnvironmentKind::ALL.iter().filter_map(|kind| Self::of(*kind, "").ok());
        known.find(|known| known.base().as_ref() == Some(&base)).unwrap_or(Self::Custom(base))
    }

    /// The address that belongs to its kind, as [`Self::of`] takes it: empty unless it is a custom one.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::Production | Self::Staging | Self::Sandbox => String::new(),
            Self::Custom(base) => base.to_string(),
        }
    }

    /// Its kind, as it is chosen.
    #[must_use]
    pub fn kind(&self) -> EnvironmentKind {
        match self {
            Self::Production => EnvironmentKind::Production,
            Self::Staging => EnvironmentKind::Staging,
            Self::Sandbox => EnvironmentKind::Sandbox,
            Self::Custom(_) => EnvironmentKind::Custom,
        }
    }

    /// Its kind to the person: where there may be real funds, it is Production.
    #[must_use]
    pub fn apparent_kind(&self) -> EnvironmentKind {
        if self.has_real_funds() { EnvironmentKind::Production } else { self.kind() }
    }

    /// Whether there may be real funds: in Production, and at every other host of its domain, since none of those is known to
    /// be for tests.
    #[must_use]
    pub fn has_real_funds(&self) -> bool {
        match self {
            Self::Production => true,
            Self::Staging | Self::Sandbox => false,
            Self::Custom(base) => {
                let host = base.as_url().host_str().unwrap_or_default();
                host.strip_suffix(REAL_FUNDS).is_some_and(|before| before.is_empty() || before.ends_with('.'))
            }
        }
    }

    /// Where it is; `None` for the sandbox, which tells its address once it runs.
    #[must_use]
    pub fn base(&self) -> Option<BaseUrl> {
        match self {
            Self::Production => Some(BaseUrl::known("https://api.dfns.io")),
            Self::Staging => Some(BaseUrl::known("https://api.dfns.ninja")),
            Self::Sandbox => None,
            Self::Custom(base) => Some(base.clone()),
        }
    }

    /// Its name, as the product has it.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Production => "Production",
            Self::Staging => "Staging",
            Self::Sandbox => "Sandbox",
            Self::Custom(_) if self.has_real_funds() => "Production",
            Self::Custom(_) => "Custom",
        }
    }
}

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

    fn known(address: &str) -> Self {
        Self::parse(address).expect("the addresses of Dfns are written correctly in this file")
    }

    /// The address.
    #[must_use]
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The host, with the port where it is not the scheme's own: what a person recognizes.
    #[must_use]
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
    fn a_known_host_is_what_it_is_however_it_was_entered() {
        let at = |text: &str| Environment::at(BaseUrl::parse(text).expect(text));
        for text in [
            "https://api.dfns.io",
            " https://API.Dfns.IO/ ",
            "https://api.dfns.io.",
            "https://api.dfns.io:443",
            "https://api.dfns.io.:443/",
            "HTTPS://api%2Edfns.io",
            "https://api\u{3002}dfns.io",
        ] {
            assert_eq!(at(text), Environment::Production, "{text}");
        }
        for text in ["https://api.dfns.ninja", "https://API.dfns.ninja.:443"] {
            assert_eq!(at(text), Environment::Staging, "{text}");
        }
    }

    #[test]
    fn every_host_of_productions_domain_counts_as_one_with_real_funds_and_no_other_does() {
        let at = |text: &str| Environment::at(BaseUrl::parse(text).expect(text));
        for text in ["https://api.dfns.io", "https://api.eu.dfns.io", "https://api.dfns.io:8443", "https://dfns.io."] {
            assert!(at(text).has_real_funds(), "{text}");
        }
        for text in [
            "https://api.dfns.ninja",
            "https://api.other.dfns.ninja",
            "https://notdfns.io",
            "https://api.dfns.io.example.org",
            "https://api-dfns.io",
            "http://127.0.0.1:9",
        ] {
            assert!(!at(text).has_real_funds(), "{text}");
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
