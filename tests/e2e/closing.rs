//! Closing the window, and being asked to end.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use keybearer_support::{sandbox::Sandbox, window::Window};

use crate::steps::{
    app, copy, create, desktop, ensure_nothing_copied, ensure_revoked, enter_built_in_sandbox, sign_in,
};

/// Clicks on what ends the app: the click itself may find nobody left to answer for it.
async fn click_last(window: &Window<'_>, name: &str) -> Result<()> {
    window.wait_armed(name).await?;
    let _ = window.find(name).await?.click().await;
    Ok(())
}

const AT_ONCE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn closing_with_a_token_held_asks_and_quitting_anyway_clears_the_clipboard() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    window.ask_to_close()?;
    window.wait_for("closing").await?;
    window.click("closing-back").await?;
    window.wait_gone("closing").await?;
    window.wait_for("reveal").await?;
    window.ask_to_close()?;
    window.wait_for("closing").await?;
    click_last(&window, "closing-quit").await?;
    window.wait_ended(AT_ONCE).await?;
    ensure_nothing_copied(&desktop).await?;
    Ok(())
}

#[tokio::test]
async fn revoke_and_quit_revokes_before_it_quits() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    create(&window, "Server Key 3").await?;
    window.ask_to_close()?;
    click_last(&window, "closing-revoke").await?;
    window.wait_ended(AT_ONCE).await?;
    ensure_revoked(&sandbox, "Server Key 3").await?;
    Ok(())
}

#[tokio::test]
async fn with_nothing_held_the_window_closes_at_once() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    window.ask_to_close()?;
    window.wait_ended(AT_ONCE).await
}

#[tokio::test]
async fn asked_to_end_by_the_system_it_clears_the_clipboard_and_goes_at_once() -> Result<()> {
    clears_and_goes("-TERM").await
}

#[tokio::test]
async fn so_it_does_when_the_terminal_is_closed_that_it_was_started_from() -> Result<()> {
    clears_and_goes("-HUP").await
}

async fn clears_and_goes(signal: &str) -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    let app = window.app_process()?.to_string();
    let asked = desktop.command("kill").args([signal, &app]).status().context("kill could not be started")?;
    ensure!(asked.success());
    window.wait_ended(AT_ONCE).await?;
    ensure_nothing_copied(&desktop).await?;
    Ok(())
}
