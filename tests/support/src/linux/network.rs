//! A network of one's own: nothing is in it but this computer, under two addresses.

use std::env;
use std::fs;
use std::net::Ipv4Addr;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::process;

/// An address that nobody has, after RFC 5737, so that what goes there is told from what stays on loopback.
pub const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 7);

/// Set where a test runs in such a network already.
const INSIDE: &str = "KEYBEARER_NETWORK_OF_ITS_OWN";

/// Runs a test of this program once more, in a network of its own, in which these hosts are at [`ELSEWHERE`]. `false`
/// where that has been done, and this is it: the test is to go on then.
///
/// # Errors
/// Where the test fails in there.
pub fn runs_in_its_own(test: &str, hosts: &[&str]) -> Result<bool> {
    if env::var_os(INSIDE).is_some() {
        return Ok(false);
    }
    let folder = tempfile::tempdir()?;
    let names = folder.path().join("hosts");
    fs::write(&names, format!("127.0.0.1 localhost\n{ELSEWHERE} {}\n", hosts.join(" ")))?;
    let prepare = format!(
        "ip link set lo up && ip address add {ELSEWHERE}/32 dev lo && mount --bind '{}' /etc/hosts && exec \"$@\"",
        names.display()
    );
    let mut again = process::command("unshare");
    again.args(["--net", "--mount", "sh", "-c", &prepare, "sh"]).arg(env::current_exe()?);
    again.args(["--exact", test, "--nocapture"]).env(INSIDE, "1").stdin(Stdio::null());
    let ended = again.status().context("unshare could not be started")?;
    ensure!(ended.success(), "in a network of its own it failed");
    Ok(true)
}

/// How often something in this network wanted to reach an address to which there is no way.
///
/// # Errors
/// Where the system does not tell.
pub fn without_a_way() -> Result<u64> {
    let told = fs::read_to_string("/proc/net/snmp")?;
    let mut lines = told.lines().filter(|line| line.starts_with("Ip:"));
    let (names, numbers) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let at = names.split_whitespace().position(|name| name == "OutNoRoutes").context("it is counted")?;
    Ok(numbers.split_whitespace().nth(at).context("it has a number")?.parse()?)
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};

    use super::*;
    use crate::skipped::skip;

    #[test]
    fn a_host_is_elsewhere_and_whoever_wants_to_go_further_is_counted() {
        let this = "network::tests::a_host_is_elsewhere_and_whoever_wants_to_go_further_is_counted";
        if !process::is_root() {
            return skip("only root makes a network of its own").unwrap();
        }
        if runs_in_its_own(this, &["host.example"]).unwrap() {
            return;
        }
        let there: Vec<_> = ("host.example", 443).to_socket_addrs().unwrap().collect();
        assert_eq!(there, [SocketAddr::from((ELSEWHERE, 443))]);
        let _server = TcpListener::bind(there[0]).unwrap();
        assert!(TcpStream::connect(there[0]).is_ok());
        assert_eq!(without_a_way().unwrap(), 0);
        assert!(TcpStream::connect(("203.0.113.1", 443)).is_err());
        assert_eq!(without_a_way().unwrap(), 1);
    }
}
