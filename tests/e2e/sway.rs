//! The clipboard on Wayland, as sway has it: read and set through the wlr data-control protocol.

use std::time::Duration;

use anyhow::{Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::{Clipboard, SECRET_HINT},
    desktop::{Desktop, Wanted},
    display::Kind,
    logind::Logind,
    process,
    sandbox::Sandbox,
    window::Window,
};

use crate::steps::{
    app, copy, create, create_sample, ensure_nothing_copied, enter_built_in_sandbox, kill, sample_token,
    wait_off_clipboard, wait_told,
};

const AT_ONCE: Duration = Duration::from_secs(5);

fn sway() -> Result<Desktop> {
    Desktop::open(Wanted { display: Kind::Sway, ..Wanted::default() })
}

/// Opens the app in its sandbox, and copies a new token.
async fn with_a_copy(desktop: &Desktop) -> Result<Window<'_>> {
    let window = Window::open(desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    ensure!(Clipboard::of(desktop).text().await?.is_some_and(|text| text.starts_with("eyJ")), "it is not there");
    Ok(window)
}

#[tokio::test]
async fn the_token_is_copied_to_the_last_byte_marked_as_a_secret_and_cleared_in_time() -> Result<()> {
    let (desktop, sandbox) = (sway()?, Sandbox::start(app())?);
    desktop.write_settings(2, 600)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    create_sample(&window, &sandbox).await?;
    copy(&window).await?;
    let clipboard = Clipboard::of(&desktop);
    ensure!(clipboard.text().await? == Some(sample_token()?), "it is not the token");
    ensure!(clipboard.target(SECRET_HINT).await?.as_deref() == Some("secret"), "it is not marked as a secret");
    wait_off_clipboard(&window, &desktop).await?;
    ensure_nothing_copied(&desktop).await
}

#[tokio::test]
async fn what_was_copied_meanwhile_is_left_alone_and_that_is_told() -> Result<()> {
    let desktop = sway()?;
    desktop.write_settings(2, 600)?;
    let window = with_a_copy(&desktop).await?;
    let clipboard = Clipboard::of(&desktop);
    let _other = clipboard.copy("something else").await?;
    wait_told(&window, "reveal-clipboard", &words::clipboard_replaced()).await?;
    ensure!(clipboard.text().await?.as_deref() == Some("something else"));
    Ok(())
}

#[tokio::test]
async fn a_check_tells_the_apps_own_copy_from_one_out_of_the_vault_that_reads_the_same() -> Result<()> {
    let (desktop, sandbox) = (sway()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    create_sample(&window, &sandbox).await?;
    copy(&window).await?;
    window.click("reveal-check").await?;
    wait_told(&window, "reveal-outcome", &words::check_own_copy("token")).await?;
    let _from_vault = Clipboard::of(&desktop).copy(&sample_token()?).await?;
    window.click("reveal-check").await?;
    wait_told(&window, "reveal-outcome", &words::check_stored("token")).await?;
    Ok(())
}

#[tokio::test]
async fn a_program_that_does_not_give_what_it_copied_is_told_of_and_keeps_nobody_waiting() -> Result<()> {
    let desktop = sway()?;
    let window = with_a_copy(&desktop).await?;
    let silent = Clipboard::of(&desktop).copy("something else").await?;
    silent.keep_silent()?;
    window.click("reveal-check").await?;
    wait_told(&window, "reveal-error", &words::clipboard_owner_silent()).await?;
    // The next copy is another one, and can be made sure of.
    copy(&window).await?;
    window.click("reveal-clear").await?;
    wait_off_clipboard(&window, &desktop).await?;
    ensure_nothing_copied(&desktop).await
}

#[tokio::test]
async fn it_is_cleared_when_the_person_quits_and_when_the_system_asks_the_app_to_end() -> Result<()> {
    for by_the_system in [false, true] {
        let desktop = sway()?;
        let window = with_a_copy(&desktop).await?;
        if by_the_system {
            let app = window.app_process()?.to_string();
            ensure!(process::command("kill").args(["-TERM", &app]).status()?.success());
        } else {
            window.ask_to_close()?;
            // The click itself may find nobody left to answer for it.
            window.wait_armed("closing-quit").await?;
            let _ = window.find("closing-quit").await?.click().await;
        }
        window.wait_ended(AT_ONCE).await?;
        ensure_nothing_copied(&desktop).await?;
    }
    Ok(())
}

#[tokio::test]
async fn it_is_cleared_before_sleep_and_when_the_session_is_locked() -> Result<()> {
    let mut desktop = sway()?;
    desktop.system_bus_is_its_own();
    let logind = Logind::start(&desktop)?;
    let window = with_a_copy(&desktop).await?;
    logind.sleep()?;
    ensure_nothing_copied(&desktop).await?;
    wait_off_clipboard(&window, &desktop).await?;
    copy(&window).await?;
    logind.lock(true)?;
    wait_off_clipboard(&window, &desktop).await?;
    ensure_nothing_copied(&desktop).await
}

#[tokio::test]
async fn what_is_left_of_a_copy_after_the_app_died_is_cleared_at_the_next_start_and_nothing_else() -> Result<()> {
    for (there, cleared) in [(sample_token()?, true), ("somebody else's".to_owned(), false)] {
        let (desktop, sandbox) = (sway()?, Sandbox::start(app())?);
        let window = Window::open(&desktop, app(), &[]).await?;
        create_sample(&window, &sandbox).await?;
        copy(&window).await?;
        kill(&window)?;
        drop(window);
        let clipboard = Clipboard::of(&desktop);
        clipboard.wait_for("nothing", |text| text.is_none()).await?;
        let _copied = clipboard.copy(&there).await?;
        let window = Window::open(&desktop, app(), &[]).await?;
        window.wait_for("attention").await?;
        if cleared {
            wait_told(&window, "toast-text", &words::said_leftover_cleared()).await?;
            ensure_nothing_copied(&desktop).await?;
        } else {
            ensure!(clipboard.text().await? == Some(there), "it was cleared");
        }
    }
    Ok(())
}
