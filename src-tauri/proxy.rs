//! By way of which proxy a host is reached, as the environment says: `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in capitals
//! or not. Read here, and not by the library that connects: that one takes what it cannot read for nothing, and goes past
//! a proxy that was set.

use std::{ffi::OsString, net::IpAddr};

use url::{Host, Url};

use keybearer_core::words::{self, Message};

/// In the order in which they count. One that is empty is not set.
const PROXY: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Way {
    By(Proxy),
    /// Past the proxy, as `NO_PROXY` has it.
    Past,
    /// The environment tells of no proxy.
    NotSet,
}

/// A proxy. Its address may hold a password, so it is not to be printed.
#[derive(Eq, PartialEq)]
pub(crate) struct Proxy {
    pub(crate) address: Url,
    /// Host and port, as a person would name it.
    pub(crate) name: String,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.name)
    }
}

/// How the environment of this process wants a host to be reached.
///
/// # Errors
/// What cannot be read, what that means, and what to do: one text. Never what is in there, which may hold a password.
pub(crate) fn way_to(host: &Url) -> Result<Way, Message> {
    way(host, &|name| std::env::var_os(name))
}

fn way(host: &Url, variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Way, Message> {
    let set = |names: &[&'static str]| {
        let all = names.iter().filter_map(|name| Some((*name, variable(name)?)));
        all.into_iter().find(|(_, value)| !value.is_empty())
    };
    let Some((name, value)) = set(&PROXY) else { return Ok(Way::NotSet) };
    if let Some((_, hosts)) = set(&NO_PROXY)
        && hosts.to_str().is_some_and(|hosts| is_in(host, hosts))
    {
        return Ok(Way::Past);
    }
    let proxy = value.to_str().ok_or_else(words::proxy_not_text).and_then(read);
    proxy.map(Way::By).map_err(|why| words::err_proxy(name, why))
}

fn read(value: &str) -> Result<Proxy, Message> {
    let value = value.trim_ascii();
    if value.contains(|character: char| character.is_whitespace() || character.is_control()) {
        return Err(words::proxy_blanks());
    }
    // Where it would be taken for a slash.
    if value.contains('\\') {
        return Err(words::proxy_more());
    }
    let with_scheme = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    let address = Url::parse(&with_scheme).map_err(|_| words::proxy_more())?;
    match address.scheme() {
        "http" | "https" => {}
        scheme if scheme.starts_with("socks") => return Err(words::proxy_socks()),
        _ => return Err(words::proxy_scheme()),
    }
    let host = address.host_str().ok_or_else(words::proxy_no_host)?;
    if !matches!(address.path(), "" | "/") || address.query().is_some() || address.fragment().is_some() {
        return Err(words::proxy_more());
    }
    let name = match address.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    Ok(Proxy { address, name })
}

/// Whether a list such as `localhost, .example.com, 10.0.0.0/8, [::1]:8200` has a host.
fn is_in(url: &Url, hosts: &str) -> bool {
    let (Some(host), port) = (url.host(), url.port_or_known_default()) else { return false };
    hosts.split([',', ' ', '\t', '\n']).map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| {
        let (entry, wanted) = without_port(entry);
        (wanted.is_none() || wanted == port) && is_meant(&host, entry)
    })
}

fn without_port(entry: &str) -> (&str, Option<u16>) {
    let colon = entry.rfind(':').filter(|at| entry.find(':') == Some(*at) || entry[..*at].ends_with(']'));
    let (host, port) = match colon.and_then(|at| Some((at, entry[at + 1..].parse().ok()?))) {
        Some((at, port)) => (&entry[..at], Some(port)),
        None => (entry, None),
    };
    (host.trim_start_matches('[').trim_end_matches(']'), port)
}

fn is_meant(host: &Host<&str>, entry: &str) -> bool {
    if entry == "*" {
        return true;
    }
    let address = match host {
        Host::Ipv4(address) => IpAddr::V4(*address),
        Host::Ipv6(address) => IpAddr::V6(*address),
        Host::Domain(name) => {
            let entry = entry.trim_start_matches('*').trim_matches('.').to_ascii_lowercase();
            let name = name.trim_end_matches('.');
            let before = name.strip_suffix(entry.as_str());
            return !entry.is_empty() && before.is_some_and(|before| before.is_empty() || before.ends_with('.'));
        }
    };
    match entry.split_once('/') {
        None => entry.parse() == Ok(address),
        Some((network, length)) => match (network.parse(), length.parse()) {
            (Ok(network), Ok(length)) => is_within(address, network, length),
            _ => false,
        },
    }
}

fn is_within(address: IpAddr, network: IpAddr, length: u32) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) if length <= 32 => {
            (address.to_bits() ^ network.to_bits()).checked_shr(32 - length).unwrap_or(0) == 0
        }
        (IpAddr::V6(address), IpAddr::V6(network)) if length <= 128 => {
            (address.to_bits() ^ network.to_bits()).checked_shr(128 - length).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How a host is reached with these variables: `by HOST:PORT`, `past`, `not set`, or what cannot be made out.
    fn told(host: &str, variables: &[(&str, &str)]) -> String {
        let value = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        match way(&Url::parse(host).expect("an address"), &value) {
            Ok(Way::By(proxy)) => format!("by {}", proxy.name),
            Ok(Way::Past) => "past".to_owned(),
            Ok(Way::NotSet) => "not set".to_owned(),
            Err(why) => why.to_string(),
        }
    }

    const DFNS: &str = "https://api.dfns.io";

    #[test]
    fn a_proxy_is_read_as_people_write_it() {
        for (value, way) in [
            ("http://proxy.example.com:3128", "by proxy.example.com:3128"),
            ("proxy.example.com:3128", "by proxy.example.com:3128"),
            ("proxy.example.com", "by proxy.example.com:80"),
            ("http://proxy.example.com:3128/", "by proxy.example.com:3128"),
            (" http://proxy.example.com:3128 ", "by proxy.example.com:3128"),
            ("HTTP://Proxy.Example.com:3128", "by proxy.example.com:3128"),
            ("https://proxy.example.com:3129", "by proxy.example.com:3129"),
            ("http://ada:p%23ss@proxy.example.com:3128", "by proxy.example.com:3128"),
            ("http://müller:geheim@proxy.example.com:3128", "by proxy.example.com:3128"),
            ("http://[2001:db8::1]:3128", "by [2001:db8::1]:3128"),
            ("", "not set"),
        ] {
            assert_eq!(told(DFNS, &[("HTTPS_PROXY", value)]), way, "{value}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_without_what_is_in_it_and_never_goes_past_the_proxy() {
        for (value, why) in [
            ("http://ada:geheim#1@proxy.example.com:3128", "%23"),
            ("http://ada:geheim/1@proxy.example.com:3128", "%2F"),
            ("http://ada:geheim?1@proxy.example.com:3128", "%3F"),
            ("http://CORP\\ada:geheim@proxy.example.com:3128", "%5C"),
            ("http://ada:12#geheim@proxy.example.com:3128", "%23"),
            ("http://proxy geheim.example.com:3128", "blanks"),
            ("http://proxy.example.com:geheim", "more than an address"),
            ("http://proxy.example.com:3128/geheim", "more than an address"),
            ("socks5://geheim.example.com:1080", "SOCKS"),
            ("ftp://geheim.example.com", "neither http:// nor https://"),
            ("http://", "more than an address"),
            ("://geheim", "more than an address"),
            ("   ", "more than an address"),
        ] {
            let told = told(DFNS, &[("HTTPS_PROXY", value)]);
            assert!(told.contains("the variable HTTPS_PROXY") && told.contains("Nothing was sent"), "{value}: {told}");
            assert!(told.contains(why) && !told.contains("geheim"), "{value}: {told}");
        }
    }

    #[test]
    fn the_first_that_is_not_empty_counts() {
        let (one, two) = ("http://one:1", "http://two:2");
        for (variables, way) in [
            (vec![("HTTPS_PROXY", one), ("https_proxy", two)], "by one:1"),
            (vec![("HTTPS_PROXY", ""), ("https_proxy", two)], "by two:2"),
            (vec![("ALL_PROXY", one)], "by one:1"),
            (vec![("all_proxy", two), ("https_proxy", one)], "by one:1"),
            (vec![("HTTP_PROXY", one), ("http_proxy", one)], "not set"),
            (vec![("HTTPS_PROXY", one), ("NO_PROXY", ""), ("no_proxy", "api.dfns.io")], "past"),
            (vec![("HTTPS_PROXY", "past # all reading"), ("NO_PROXY", "api.dfns.io")], "past"),
            (vec![("NO_PROXY", "*")], "not set"),
        ] {
            assert_eq!(told(DFNS, &variables), way, "{variables:?}");
        }
    }

    #[test]
    fn what_goes_past_the_proxy_is_what_the_list_has() {
        for (host, list, past) in [
            (DFNS, "*", true),
            (DFNS, "dfns.io", true),
            (DFNS, ".dfns.io", true),
            (DFNS, "*.dfns.io", true),
            (DFNS, "localhost, API.DFNS.IO", true),
            (DFNS, "api.dfns.io:443", true),
            (DFNS, "api.dfns.io:8443", false),
            (DFNS, "fns.io", false),
            (DFNS, "api.dfns.io.example.com", false),
            (DFNS, ".", false),
            (DFNS, "<local>;intern", false),
            ("https://10.1.2.3:8200", "*", true),
            ("https://10.1.2.3:8200", "10.0.0.0/8", true),
            ("https://10.1.2.3:8200", "10.1.2.3", true),
            ("https://10.1.2.3:8200", "10.1.2.3:8200", true),
            ("https://10.1.2.3:8200", "10.1.2.4/32,11.0.0.0/8", false),
            ("https://10.1.2.3:8200", "0.0.0.0/0", true),
            ("https://10.1.2.3:8200", "10.0.0.0/99", false),
            ("https://[2001:db8::5]", "2001:db8::/32", true),
            ("https://[2001:db8::5]", "[2001:db8::5]:443", true),
            ("https://[2001:db8::5]", "2001:db8::6", false),
        ] {
            let way = told(host, &[("HTTPS_PROXY", "http://proxy:3128"), ("NO_PROXY", list)]);
            assert_eq!(way, if past { "past" } else { "by proxy:3128" }, "{host} with {list}");
        }
    }
}
