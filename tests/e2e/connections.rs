//! Whom the app's processes speak to.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    company::Company,
    network, process,
    sandbox::Sandbox,
    skipped::skip,
    strace::{Strace, Told},
    tls::{Authority, TlsFront},
    window::Window,
};

use crate::{
    ending::{destinations, give_the_vaults_secret, vault},
    steps::{ANY, app, copy, create, desktop, released, wait_listed, wait_told},
};

const HOST: &str = "api.dfns.io";

/// The system calls by which one speaks to another computer.
const CALLS: &str = "socket,bind,connect,sendto";

/// How the token is proven to be in a vault.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Way {
    /// By the person, with the clipboard.
    Check,
    /// By a delivery, which is read back.
    Deliver,
}

/// From signing in to signing out, with everything that is done with a token in between.
async fn run(window: &Window<'_>, sign_in_token: &str, way: Way) -> Result<()> {
    let clipboard = Clipboard::of(window.desktop());
    let copied = clipboard.copy(sign_in_token).await?;
    window.choose("signin-environment", "production").await?;
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    drop(copied);
    wait_listed(window).await?;
    if way == Way::Deliver {
        give_the_vaults_secret(window).await?;
    }
    create(window, "Server Key 3").await?;
    copy(window).await?;
    let token = clipboard.text().await?.context("the token is on the clipboard")?;
    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    window.wait_text("token-text", |text| text == token).await?;
    window.leave_token_window().await?;
    window.click("reveal-show").await?;
    window.wait_token_window_closed().await?;
    if way == Way::Check {
        let from_vault = clipboard.copy(&token).await?;
        window.click("reveal-check").await?;
        wait_told(window, "reveal-outcome", &words::check_stored("token")).await?;
        drop(from_vault);
    } else {
        window.click("reveal-deliver").await?;
        wait_told(window, "reveal-delivered", &words::delivered_read_back(ANY, "Team Vault")).await?;
    }
    window.click("reveal-done").await?;
    window.wait_gone("reveal").await?;
    wait_listed(window).await?;
    window.click("signout").await?;
    window.wait_for("signin-environment").await?;
    window.ask_to_close()?;
    window.wait_ended(Duration::from_secs(10)).await
}

/// Whether a call is about the internet, rather than about this computer's own sockets.
fn is_internet(call: &str) -> bool {
    call.contains("AF_INET")
}

/// The address and port that a call names.
fn address(call: &str) -> Option<String> {
    let after = |what: &str, end: char| Some(call.split_once(what)?.1.split_once(end)?.0.trim_matches('"'));
    let host = after("inet_addr(", ')').or_else(|| after("inet_pton(AF_INET6, ", ','))?;
    Some(format!("{host}:{}", after("htons(", ')')?))
}

/// Each address that calls of this name go to, and how often.
fn addresses(told: &Told, name: &str) -> Result<BTreeMap<String, usize>> {
    let mut found = BTreeMap::new();
    for call in told.calls.iter().filter(|call| call.starts_with(name) && is_internet(call)) {
        *found.entry(address(call).with_context(|| format!("{call} has no address"))?).or_default() += 1;
    }
    Ok(found)
}

/// What was connected to in a run, from outside the driver's way, and how often: each process of the web engine to nobody.
fn connections(strace: Strace) -> Result<BTreeMap<String, usize>> {
    let told = strace.told()?;
    let mut driver = BTreeSet::new();
    for told in told.values() {
        driver.extend(addresses(told, "bind(")?.into_keys());
    }
    eprintln!("the driver of this test is waited for at {driver:?}");
    ensure!(driver.len() == 1 && driver.iter().all(|address| address.starts_with("127.0.0.1:")), "{driver:?}");
    let (mut all, mut webs) = (BTreeMap::new(), 0);
    for (process, told) in told {
        let mut connected = addresses(&told, "connect(")?;
        let to_the_driver: usize = driver.iter().filter_map(|address| connected.remove(address)).sum();
        let sockets = told.calls.iter().filter(|call| call.starts_with("socket(") && is_internet(call)).count();
        let program = &told.program;
        eprintln!("{process} {program}: {connected:?}, {to_the_driver} to the driver, of {sockets} sockets in all");
        let unconnected = told.calls.iter().filter(|call| is_unconnected(call)).count();
        ensure!(unconnected == 0, "{program} sends without a connection");
        if program.starts_with("WebKit") {
            webs += 1;
            ensure!(connected.is_empty() && sockets == to_the_driver, "the web engine reaches the network");
        }
        all.extend(connected);
    }
    ensure!(webs == 3, "{webs} processes of the web engine, in place of the network's and one for each page");
    let without_a_way = network::without_a_way()?;
    ensure!(without_a_way == 0, "{without_a_way} times something wanted to go where there is no way");
    Ok(all)
}

/// Whether this is a test's second run, in a network of its own, where it is to go on.
fn is_in_its_own_network(test: &str) -> Result<bool> {
    Ok(!network::runs_in_its_own(&format!("connections::{test}"), &[HOST])?)
}

/// Why somebody else cannot run this.
const NOT_ROOT: &str = "only root makes a network of its own";

#[tokio::test]
async fn over_a_whole_run_all_processes_together_connect_to_the_one_dfns_host_and_to_nobody_else() -> Result<()> {
    let this = "over_a_whole_run_all_processes_together_connect_to_the_one_dfns_host_and_to_nobody_else";
    if !process::is_root() {
        return skip(NOT_ROOT);
    }
    if !is_in_its_own_network(this)? {
        return Ok(());
    }
    let (mut desktop, sandbox, authority) = (desktop()?, Sandbox::start(app())?, Authority::new()?);
    let there = SocketAddr::from((network::ELSEWHERE, 443));
    let _dfns = TlsFront::at(there, authority.certify(&[HOST])?, &sandbox.url).await?;
    desktop.set("SSL_CERT_FILE", authority.write_store(desktop.home())?.display().to_string());
    let (strace, traced) = Strace::of(&desktop, &released()?, CALLS)?;
    let window = Window::open(&desktop, &traced, &[]).await?;
    run(&window, &sandbox.admin, Way::Check).await?;
    drop(window);

    let all = connections(strace)?;
    let asked = sandbox.requests().await?;
    let asked = asked.as_array().map_or(0, Vec::len);
    eprintln!("all connections of all processes: {all:?}; {asked} requests");
    ensure!(all.keys().eq([&there.to_string()]) && asked > 0, "{all:?}");
    Ok(())
}

#[tokio::test]
async fn with_a_companys_proxy_the_proxy_alone_is_connected_to() -> Result<()> {
    if !process::is_root() {
        return skip(NOT_ROOT);
    }
    if !is_in_its_own_network("with_a_companys_proxy_the_proxy_alone_is_connected_to")? {
        return Ok(());
    }
    let mut desktop = desktop()?;
    let company = Company::around(&mut desktop, app()).await?;
    let (strace, traced) = Strace::of(&desktop, &released()?, CALLS)?;
    let window = Window::open(&desktop, &traced, &[]).await?;
    run(&window, &company.production.admin, Way::Check).await?;
    drop(window);

    let all = connections(strace)?;
    eprintln!("all connections of all processes: {all:?}");
    ensure!(all.keys().map(|address| format!("http://{address}")).eq([company.proxy.url()]), "{all:?}");
    Ok(())
}

#[tokio::test]
async fn a_token_that_is_delivered_goes_to_the_vault_and_to_nobody_else() -> Result<()> {
    if !process::is_root() {
        return skip(NOT_ROOT);
    }
    if !is_in_its_own_network("a_token_that_is_delivered_goes_to_the_vault_and_to_nobody_else")? {
        return Ok(());
    }
    let (mut desktop, sandbox, authority) = (desktop()?, Sandbox::start(app())?, Authority::new()?);
    let there = SocketAddr::from((network::ELSEWHERE, 443));
    let _dfns = TlsFront::at(there, authority.certify(&[HOST])?, &sandbox.url).await?;
    desktop.set("SSL_CERT_FILE", authority.write_store(desktop.home())?.display().to_string());
    let vault = vault("0s", "").await?;
    desktop.write_destinations(&destinations(&vault, false))?;
    let (strace, traced) = Strace::of(&desktop, &released()?, CALLS)?;
    let window = Window::open(&desktop, &traced, &[]).await?;
    run(&window, &sandbox.admin, Way::Deliver).await?;
    drop(window);

    let all = connections(strace)?;
    eprintln!("all connections of all processes: {all:?}");
    let mut wanted = [there.to_string(), vault.url().trim_start_matches("http://").to_owned()];
    wanted.sort();
    ensure!(all.keys().eq(&wanted), "{all:?}");
    Ok(())
}

/// Anything but a stream, and what is sent to an address at once.
fn is_unconnected(call: &str) -> bool {
    let no_stream = call.starts_with("socket(") && !call.contains("SOCK_STREAM");
    is_internet(call) && (no_stream || call.starts_with("sendto("))
}
