//! Which hosts are this computer itself.

use std::net::IpAddr;

use url::{Host, Url};

/// Whether it is this computer itself. With a dot at its end, `localhost` is looked up like any other name.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
