//! A gateway that shows a page in the place of Dfns' answers, once what was asked for is done.

use anyhow::{Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::{Clipboard, Copied},
    gateway::{Call, Gateway},
    recorder::Reply,
    sandbox::Sandbox,
    window::{Key, Window},
};

use crate::steps::{ANY, app, desktop, ensure_revoked, says, wait_listed, wait_told};

const NAME: &str = "Server Key 3";

/// 403, as a gateway shows it to a browser.
fn page() -> Reply {
    let page = "<!doctype html><title>Blocked</title><h1>This page was blocked by your organization</h1>";
    let head = format!("HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: {}\r\n", page.len());
    Reply::Bytes(format!("{head}\r\n{page}").into_bytes())
}

/// Pastes a sign-in token, for the Dfns behind a gateway.
async fn paste(window: &Window<'_>, gateway: &Gateway, token: &str) -> Result<Copied> {
    let copied = Clipboard::of(window.desktop()).copy(token).await?;
    window.choose("signin-environment", "custom").await?;
    window.clear("signin-url").await?;
    window.desktop().confirm_host(&gateway.url())?;
    window.type_into("signin-url", &gateway.url()).await?;
    window.click("signin-paste").await?;
    Ok(copied)
}

#[tokio::test]
async fn a_page_signs_nobody_in_and_says_what_may_stand_in_between() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let gateway = Gateway::start(&sandbox.url).await?;
    gateway.answer([Call::List], &page());
    let window = Window::open(&desktop, app(), &[]).await?;
    let copied = paste(&window, &gateway, &sandbox.admin).await?;
    let told = window.wait_text("signin-error", |text| !text.is_empty()).await?;
    for part in [words::unclear_between(403u16), words::err_nothing_changed(), words::between_hint()] {
        ensure!(says(&told, &part), "{part}: {told}");
    }
    ensure!(!told.contains("permission") && !window.is_shown("key-name").await?, "{told}");
    // It is as it was before: on the clipboard, and in no keyring.
    ensure!(Clipboard::of(&desktop).text().await?.as_deref() == Some(sandbox.admin.as_str()));
    let kept = desktop.command("secret-tool").args(["search", "--all", "service", "app.keybearer.desktop"]).output()?;
    ensure!(kept.stdout.is_empty(), "{}", String::from_utf8_lossy(&kept.stdout));
    gateway.step_aside();
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    drop(copied);
    Ok(())
}

#[tokio::test]
async fn a_key_whose_answer_became_a_page_is_found_guards_its_name_and_is_revoked_with_one_click() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let gateway = Gateway::start(&sandbox.url).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    let copied = paste(&window, &gateway, &sandbox.admin).await?;
    window.wait_for("key-name").await?;
    drop(copied);
    wait_listed(&window).await?;
    // Not even the list is let through after that.
    gateway.answer_all_from(Call::Create, &page());
    window.type_into("key-name", NAME).await?;
    window.press("key-name", Key::Enter).await?;
    let told = wait_told(&window, "create-error", &words::err_unclear_create(ANY)).await?;
    ensure!(says(&told, &words::unclear_between(403u16)) && !told.contains("permission"), "{told}");
    wait_told(&window, "attention", &words::notice_unlisted(NAME)).await?;
    window.press("key-name", Key::Enter).await?;
    wait_told(&window, "create-error", &words::err_name_open(NAME)).await?;
    ensure!(gateway.passed(Call::Create) == 1, "it was asked for again");

    gateway.step_aside();
    window.click("keys-refresh").await?;
    wait_told(&window, "attention", &words::attention_candidate()).await?;
    window.click("attention-revoke").await?;
    window.wait_gone("attention").await?;
    ensure!(gateway.passed(Call::Create) == 1, "it was asked for again");
    ensure_revoked(&sandbox, NAME).await
}
