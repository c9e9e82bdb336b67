//! Where a request goes with which variables of a proxy, and what is said: each in a process of its own, since that is how
//! an app gets them.

use std::{env, fmt::Write, io};

use keybearer_core::{credential::CredentialKind, key::KeyApi};
use keybearer_support::{proxy::Proxy, snapshot::ensure_as_in};

use crate::{PROXY_VARIABLES, TOKEN, try_client};

/// The variables of each case. `{proxy}` is where a proxy listens that lets nothing through, `{port}` its port, and `{closed}`
/// a port where nobody does. The host that is asked for is known to nobody, so what goes past the proxy finds no name.
const CASES: [&[(&str, &str)]; 24] = [
    &[],
    &[("HTTPS_PROXY", "http://{proxy}")],
    &[("HTTPS_PROXY", "{proxy}")],
    &[("HTTPS_PROXY", " http://{proxy} ")],
    &[("https_proxy", "http://{proxy}")],
    &[("HTTPS_PROXY", ""), ("https_proxy", "http://{proxy}")],
    &[("ALL_PROXY", "http://{proxy}")],
    &[("HTTP_PROXY", "http://{proxy}")],
    &[("HTTPS_PROXY", "http://ada:p%23ss@{proxy}")],
    &[("HTTPS_PROXY", "http://müller:gehe%20im@{proxy}")],
    &[("HTTPS_PROXY", "http://ada:p#ss@{proxy}")],
    &[("HTTPS_PROXY", "http://ada:p/ss@{proxy}")],
    &[("HTTPS_PROXY", "http://ada:p?ss@{proxy}")],
    &[("HTTPS_PROXY", "http://CORP\\ada:pass@{proxy}")],
    &[("HTTPS_PROXY", "http://{proxy}/proxy.pac")],
    &[("HTTPS_PROXY", "http://the proxy:{port}")],
    &[("HTTPS_PROXY", "socks5://{proxy}")],
    &[("HTTPS_PROXY", "http://127.0.0.1:{closed}")],
    &[("HTTPS_PROXY", "http://proxy.invalid:3128")],
    &[("HTTPS_PROXY", "http://{proxy}"), ("NO_PROXY", "*")],
    &[("HTTPS_PROXY", "http://{proxy}"), ("NO_PROXY", "localhost, .dfns.invalid")],
    &[("HTTPS_PROXY", "http://{proxy}"), ("NO_PROXY", ""), ("no_proxy", "api.dfns.invalid:443")],
    &[("HTTPS_PROXY", "http://{proxy}"), ("NO_PROXY", "fns.invalid,<local>,10.0.0.0/8")],
    &[("HTTPS_PROXY", "http://ada:p#ss@{proxy}"), ("NO_PROXY", "api.dfns.invalid")],
];

/// Starts itself once more for each of them.
#[tokio::test(flavor = "multi_thread")]
async fn each_request_goes_by_the_proxy_that_is_set_or_nowhere() {
    if env::var_os("KEYBEARER_TEST_BY_PROXY").is_some() {
        let said = match try_client("https://api.dfns.invalid", TOKEN) {
            Ok(client) => client.list(CredentialKind::ApiKey).await.map(drop).expect_err("there is no such host"),
            Err(failure) => failure,
        };
        let said = said.in_full().to_string();
        io::Write::write_all(&mut io::stdout(), format!("said: {}\n", said).as_bytes()).expect("written");
        return;
    }
    let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    let mut told = String::new();
    for variables in CASES {
        let proxy = Proxy::refusing("403 Forbidden").await.expect("it starts");
        let there = proxy.url().replace("http://", "");
        let port = there.rsplit(':').next().expect("a port").to_owned();
        let mut again = tokio::process::Command::new(env::current_exe().expect("it is running"));
        again.args(["--exact", "--nocapture", "proxies::each_request_goes_by_the_proxy_that_is_set_or_nowhere"]);
        again.env("KEYBEARER_TEST_BY_PROXY", "").env_remove("NO_PROXY").env_remove("no_proxy");
        for variable in PROXY_VARIABLES {
            again.env_remove(variable);
        }
        for (name, value) in variables {
            let value = value.replace("{proxy}", &there).replace("{port}", &port);
            again.env(name, value.replace("{closed}", &closed.to_string()));
        }
        let output = again.output().await.expect("it starts");
        let output = String::from_utf8_lossy(&output.stdout).into_owned();
        let said = output.lines().find_map(|line| line.strip_prefix("said: ")).unwrap_or_else(|| panic!("{output}"));
        let said = said.replace(&there, "{proxy}").replace(&closed.to_string(), "{closed}");
        let set: Vec<String> = variables.iter().map(|(name, value)| format!("{name}=“{value}”")).collect();
        let asked: Vec<String> = proxy.heads().iter().map(|head| in_short(head)).collect();
        let asked = if asked.is_empty() { "nothing".to_owned() } else { asked.join("; ") };
        let _ = writeln!(told, "{}\n    the proxy was asked: {asked}\n    {said}\n", set.join(" "));
    }
    ensure_as_in("api/proxies.txt", &told);
}

/// The first line, and who asked.
fn in_short(head: &str) -> String {
    let who = head.lines().find(|line| line.to_ascii_lowercase().starts_with("proxy-authorization"));
    [head.lines().next(), who].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
