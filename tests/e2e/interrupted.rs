//! The session is locked, the computer sleeps, or the app dies while a token is to be seen or on the clipboard.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    copyq::CopyQ,
    desktop::{Desktop, Wanted},
    logind::Logind,
    persisting::{Habit, Persisting},
    sandbox::Sandbox,
    screen_saver::ScreenSaver,
    window::Window,
};

use crate::steps::{
    app, copy, create, create_sample, desktop, ensure_nothing_copied, enter_built_in_sandbox, kill, sample_token, says,
    wait_off_clipboard, wait_told,
};

fn with_logind() -> Result<(Desktop, Logind)> {
    let mut desktop = Desktop::open(Wanted::default())?;
    desktop.system_bus_is_its_own();
    let logind = Logind::start(&desktop)?;
    Ok((desktop, logind))
}

async fn wait_delayed(window: &Window<'_>, logind: &Logind) -> Result<()> {
    window
        .wait_until("sleep to be delayed", async || {
            ensure!(logind.delays() > 0, "nobody has");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn before_sleep_the_token_is_hidden_and_off_the_clipboard_and_only_then_it_sleeps() -> Result<()> {
    let (desktop, logind) = with_logind()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    wait_delayed(&window, &logind).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    logind.sleep()?;
    ensure_nothing_copied(&desktop).await?;
    wait_off_clipboard(&window, &desktop).await?;
    ensure!(window.is_shown("reveal").await?, "its token is held still");

    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    logind.lock(true)?;
    window.wait_token_window_closed().await
}

#[tokio::test]
async fn a_locked_session_clears_it_and_another_persons_session_does_not() -> Result<()> {
    let (desktop, logind) = with_logind()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    wait_delayed(&window, &logind).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    let clipboard = Clipboard::of(&desktop);
    logind.lock(false)?;
    ensure!(clipboard.text().await?.is_some_and(|text| text.starts_with("eyJ")), "it was cleared for somebody else");
    logind.lock(true)?;
    wait_off_clipboard(&window, &desktop).await?;
    ensure_nothing_copied(&desktop).await
}

#[tokio::test]
async fn a_screen_saver_that_becomes_active_clears_it_and_one_that_ends_does_not() -> Result<()> {
    let desktop = desktop()?;
    let screen_saver = ScreenSaver::start(&desktop)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    screen_saver.tell(false)?;
    // What is told later arrives later: the window stays as it is until then.
    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    window.wait_text("token-text", |text| !text.is_empty()).await?;
    ensure!(Clipboard::of(&desktop).text().await?.is_some(), "it was cleared for nothing");
    screen_saver.tell(true)?;
    window.wait_token_window_closed().await?;
    wait_off_clipboard(&window, &desktop).await?;
    ensure_nothing_copied(&desktop).await
}

#[tokio::test]
async fn what_a_clipboard_program_puts_back_is_cleared_again() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    let _always = Persisting::start(&desktop, Habit::PutsBack(u32::MAX))?;
    copy(&window).await?;
    let token = Clipboard::of(&desktop).text().await?.context("it is copied")?;
    window.click("reveal-clear").await?;
    wait_told(&window, "reveal-clipboard", &words::clipboard_cleared()).await?;
    // What took its place is what it keeps from then on.
    ensure!(Clipboard::of(&desktop).text().await?.as_ref() != Some(&token), "it is there");
    Ok(())
}

#[tokio::test]
async fn a_copy_that_a_clipboard_program_took_over_from_a_dead_app_is_cleared_and_told_at_the_next_start() -> Result<()>
{
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    create_sample(&window, &sandbox).await?;
    copy(&window).await?;
    kill(&window)?;
    drop(window);
    let clipboard = Clipboard::of(&desktop);
    let taken_over = clipboard.copy(&sample_token()?).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    wait_told(&window, "toast-text", &words::said_leftover_cleared()).await?;
    ensure_nothing_copied(&desktop).await?;
    drop(taken_over);
    drop(window);

    // Once is enough: what is copied later is nobody's business.
    let copied = clipboard.copy(&sample_token()?).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("attention").await?;
    ensure!(clipboard.text().await?.context("it is there")? == sample_token()?);
    drop(copied);
    Ok(())
}

#[tokio::test]
async fn a_copy_that_copyq_took_over_before_the_app_was_killed_is_cleared_and_told_at_the_next_start() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let copyq = CopyQ::start(&desktop).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    create_sample(&window, &sandbox).await?;
    copy(&window).await?;
    copyq.wait_kept(&sample_token()?).await?;
    copyq.take_over().await?;
    kill(&window)?;
    drop(window);
    let outlived = Clipboard::of(&desktop).text().await?;
    ensure!(outlived == Some(sample_token()?), "CopyQ has not taken it over");
    let window = Window::open(&desktop, app(), &[]).await?;
    wait_told(&window, "toast-text", &words::said_leftover_cleared()).await?;
    ensure_nothing_copied(&desktop).await
}

#[tokio::test]
async fn what_somebody_else_copied_after_the_app_died_is_left_alone() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    create_sample(&window, &sandbox).await?;
    copy(&window).await?;
    kill(&window)?;
    drop(window);
    let clipboard = Clipboard::of(&desktop);
    let _copied = clipboard.copy("somebody else's").await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("attention").await?;
    ensure!(clipboard.text().await?.as_deref() == Some("somebody else's"));
    ensure!(!says(&window.content("toast-text").await?, &words::said_leftover_cleared()));
    Ok(())
}
