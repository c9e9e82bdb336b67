//! What is between Keybearer and Dfns: a company's proxy, a company's authority, and a server without measure.

use std::{fs, time::Instant};

use anyhow::{Context, Result, ensure};
use keybearer_support::{
    clipboard::Clipboard,
    launcher,
    proxy::Proxy,
    recorder::{Recorder, Reply, Request},
    sandbox::Sandbox,
    tls::{Authority, TlsFront},
    window::{Key, Window},
};
use serde_json::json;

use crate::steps::{app, create, desktop, finish, wait_told};
use keybearer_core::words;

async fn try_to_sign_in(window: &Window<'_>, environment: &str, url: &str, token: &str) -> Result<()> {
    let _copied = Clipboard::of(window.desktop()).copy(token).await?;
    window.choose("signin-environment", environment).await?;
    if environment == "custom" {
        window.clear("signin-url").await?;
        window.desktop().confirm_host(url)?;
        window.type_into("signin-url", url).await?;
    }
    window.click("signin-paste").await?;
    window
        .wait_until("an outcome", async || {
            let there = window.is_shown("signin-error").await? || window.is_shown("key-name").await?;
            ensure!(there, "nothing yet");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_proxy_that_refuses_is_told_by_what_it_wants() -> Result<()> {
    for (status, part) in [
        ("407 Proxy Authentication Required", "wants a name and a password"),
        ("403 Forbidden", "didn’t let the connection through"),
    ] {
        let mut desktop = desktop()?;
        let proxy = Proxy::refusing(status).await?;
        desktop.set("HTTPS_PROXY", proxy.url());
        let window = Window::open(&desktop, app(), &[]).await?;
        try_to_sign_in(&window, "production", "", "some-token").await?;
        window.wait_text("signin-error", |text| text.contains(part) && text.contains("Nothing was sent")).await?;
        ensure!(proxy.heads().iter().all(|head| head.starts_with("CONNECT api.dfns.io:443 ")), "{:?}", proxy.heads());
    }
    Ok(())
}

#[tokio::test]
async fn an_authority_installed_on_the_computer_is_trusted_and_an_unknown_one_is_not() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let authority = Authority::new()?;
    let front = TlsFront::start(authority.certify(&["localhost"])?, &sandbox.url).await?;
    let url = front.url("localhost");

    let window = Window::open(&desktop, app(), &[]).await?;
    try_to_sign_in(&window, "custom", &url, &sandbox.admin).await?;
    wait_told(&window, "signin-error", &words::connect_authority_unknown()).await?;
    let asked = sandbox.requests().await?;
    ensure!(asked.as_array().is_some_and(Vec::is_empty), "the token was sent: {asked}");
    drop(window);

    let window = Window::open(&desktop, &launcher::where_installed(&desktop, app(), &authority)?, &[]).await?;
    try_to_sign_in(&window, "custom", &url, &sandbox.admin).await?;
    create(&window, "Over the company’s own TLS").await?;
    finish(&window).await
}

const GIBIBYTE: u64 = 1 << 30;

/// A gigabyte of JSON that could go on being a list.
fn endless() -> Reply {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"items\":[";
    let piece = r#"{"id":"api-x","name":"n","orgId":"cu-1","status":"Active","authorId":"ce-1"},"#.repeat(1000);
    Reply::Endless { head: head.into(), piece: piece.into_bytes(), total: GIBIBYTE }
}

/// The most memory that the app itself ever had, in KiB.
fn peak(window: &Window<'_>) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", window.app_process()?))?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).context("the system tells the peak")?;
    Ok(line.split_whitespace().nth(1).context("a number")?.parse()?)
}

#[tokio::test]
async fn while_a_server_sends_a_gigabyte_memory_stays_flat_and_the_window_answers() -> Result<()> {
    let desktop = desktop()?;
    let server = Recorder::answering(|request: &Request| match request.method() {
        "POST" => endless(),
        _ => Reply::json(200, &json!({ "items": [] })),
    })
    .await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    try_to_sign_in(&window, "custom", &server.url(), "some-token").await?;
    window.wait_for("key-name").await?;
    let before = peak(&window)?;
    window.type_into("key-name", "Without an end").await?;
    window.press("key-name", Key::Enter).await?;
    let mut slowest = std::time::Duration::ZERO;
    window
        .wait_until("the answer to be given up", async || {
            let asked = Instant::now();
            let text = window.text("create-error").await?;
            slowest = slowest.max(asked.elapsed());
            ensure!(text.contains("longer than 1 MiB"), "{text:?}");
            Ok(())
        })
        .await?;
    let grown = (peak(&window)? - before) / 1024;
    let sent = server.sent() >> 20;
    eprintln!(
        "a key of 1 GiB: {sent} MiB were sent, memory grew by {grown} MiB; the window answered within {slowest:?}"
    );
    ensure!(grown < 16 && sent < 64 && slowest.as_secs() < 1, "{grown} MiB, {sent} MiB, {slowest:?}");
    drop(window);

    let server = Recorder::start([endless()]).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("key-name").await?;
    let before = peak(&window)?;
    window.click("accounts").await?;
    window.click("accounts-add").await?;
    try_to_sign_in(&window, "custom", &server.url(), "some-token").await?;
    window.wait_text("signin-error", |text| text.contains("longer than 32 MiB")).await?;
    let grown = (peak(&window)? - before) / 1024;
    let sent = server.sent() >> 20;
    eprintln!("a list of 1 GiB: {sent} MiB were sent, memory grew by {grown} MiB");
    ensure!(grown < 96 && sent < 96, "{grown} MiB, {sent} MiB");
    Ok(())
}
