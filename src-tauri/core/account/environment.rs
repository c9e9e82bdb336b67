//! Which Dfns.

use serde::{Deserialize, Serialize};

use crate::{
    address::{BaseUrl, is_loopback},
    failure::Failure,
    listed::listed,
    words::{self, Message},
};

/// A Dfns to talk to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Environment {
    /// `https://api.dfns.io`, in Europe: real funds.
    Production,
    /// `https://api.uae.dfns.io`, since 2026: real funds.
    ProductionUae,
    /// `https://api.dfns.ninja`: test funds.
    Staging,
    /// The Dfns inside the app. Its port differs with each start.
    Sandbox,
    /// The person's own. Made by [`Environment::at`], which knows the others by their hosts.
    Custom(BaseUrl),
}

listed! {
    /// The kinds of environment, as the page and the file of the accounts name them.
    #[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(rename_all = "camelCase")]
    pub enum EnvironmentKind {
        /// Dfns' production in Europe: real funds.
        Production,
        /// Dfns' production in the United Arab Emirates: real funds.
        ProductionUae,
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
            EnvironmentKind::ProductionUae => Self::ProductionUae,
            EnvironmentKind::Staging => Self::Staging,
            EnvironmentKind::Sandbox => Self::Sandbox,
            EnvironmentKind::Custom => Self::at(BaseUrl::with_prefix(url)?),
        })
    }

    /// The environment at an address: what a host is, hangs on the host, and not on how it was entered.
    pub fn at(base: BaseUrl) -> Self {
        let mut known = EnvironmentKind::ALL.iter().filter_map(|kind| Self::of(*kind, "").ok());
        known.find(|known| known.base().as_ref() == Some(&base)).unwrap_or(Self::Custom(base))
    }

    /// The address that belongs to its kind, as [`Self::of`] takes it: empty unless it is a custom one.
    pub fn url(&self) -> String {
        match self {
            Self::Production | Self::ProductionUae | Self::Staging | Self::Sandbox => String::new(),
            Self::Custom(base) => base.to_string(),
        }
    }

    /// Its kind, as it is chosen.
    pub fn kind(&self) -> EnvironmentKind {
        match self {
            Self::Production => EnvironmentKind::Production,
            Self::ProductionUae => EnvironmentKind::ProductionUae,
            Self::Staging => EnvironmentKind::Staging,
            Self::Sandbox => EnvironmentKind::Sandbox,
            Self::Custom(_) => EnvironmentKind::Custom,
        }
    }

    /// Its kind to the person: wherever else there may be real funds, it is Production.
    pub fn apparent_kind(&self) -> EnvironmentKind {
        match self {
            Self::Custom(_) if self.has_real_funds() => EnvironmentKind::Production,
            _ => self.kind(),
        }
    }

    /// Whether there may be real funds: in Production, and at every other host of its domain, since none of those is known to
    /// be for tests.
    pub fn has_real_funds(&self) -> bool {
        match self {
            Self::Production | Self::ProductionUae => true,
            Self::Staging | Self::Sandbox => false,
            Self::Custom(base) => {
                let host = base.as_url().host_str().unwrap_or_default();
                host.strip_suffix(REAL_FUNDS).is_some_and(|before| before.is_empty() || before.ends_with('.'))
            }
        }
    }

    /// Whether it is known to be for tests: Dfns' own, the sandbox, and what runs on this computer. A private deployment may have
    /// anything.
    pub fn is_for_tests(&self) -> bool {
        match self {
            Self::Production | Self::ProductionUae => false,
            Self::Staging | Self::Sandbox => true,
            Self::Custom(base) => is_loopback(base.as_url()),
        }
    }

    /// Where it is; `None` for the sandbox, which tells its address once it runs.
    pub fn base(&self) -> Option<BaseUrl> {
        match self {
            Self::Production => Some(known("https://api.dfns.io")),
            Self::ProductionUae => Some(known("https://api.uae.dfns.io")),
            Self::Staging => Some(known("https://api.dfns.ninja")),
            Self::Sandbox => None,
            Self::Custom(base) => Some(base.clone()),
        }
    }

    /// What the person calls it.
    pub fn label(&self) -> Message {
        match self.apparent_kind() {
            EnvironmentKind::Production => words::environment_production(),
            EnvironmentKind::ProductionUae => words::environment_production_uae(),
            EnvironmentKind::Staging => words::environment_staging(),
            EnvironmentKind::Sandbox => words::environment_sandbox(),
            EnvironmentKind::Custom => words::environment_custom(),
        }
    }
}

fn known(address: &str) -> BaseUrl {
    BaseUrl::parse(address).expect("the addresses of Dfns are written correctly in this file")
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(at("https://api.uae.dfns.io"), Environment::ProductionUae);
        for text in ["https://api.dfns.ninja", "https://API.dfns.ninja.:443"] {
            assert_eq!(at(text), Environment::Staging, "{text}");
        }
    }

    #[test]
    fn every_host_of_productions_domain_counts_as_one_with_real_funds_and_no_other_does() {
        let at = |text: &str| Environment::at(BaseUrl::parse(text).expect(text));
        for text in [
            "https://api.dfns.io",
            "https://api.uae.dfns.io",
            "https://api.eu.dfns.io",
            "https://api.dfns.io:8443",
            "https://dfns.io.",
        ] {
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
}
