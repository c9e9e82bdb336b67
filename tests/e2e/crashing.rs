//! The page's process ends, or answers no more, while the app itself runs on: nothing that is held is lost.
//!
//! WebDriver loses the app together with its page, so that from there on it goes by the real keyboard alone: the dialog
//! opens with the focus on Copy, and what Copy did is what another program sees on the clipboard.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use keybearer_support::{clipboard::Clipboard, desktop::Desktop, process, wait, window::Window};

use crate::steps::{
    app, copied_by_keyboard, create, desktop, end_page, ensure_nothing_copied, enter_built_in_sandbox, press_keys,
    send, web_processes,
};

/// The page is to be back within this time.
const BACK: Duration = Duration::from_secs(3);

/// The window with a title, if it is open.
fn is_open(desktop: &Desktop, title: &str) -> Result<bool> {
    let found = desktop.command("xdotool").args(["search", "--onlyvisible", "--name", title]).output()?;
    Ok(!found.stdout.is_empty())
}

/// Ends the page's process as often as it is loaded again, and waits for the dialog that says so.
async fn end_for_good(window: &Window<'_>) -> Result<()> {
    let desktop = window.desktop();
    for end in 1..=3 {
        end_page(window, "-KILL").await?;
        if end < 3 {
            // Drawn: the web engine ends the whole app with a process that dies before it has told of itself.
            let other = Clipboard::of(desktop).copy("something else").await?;
            copied_by_keyboard(desktop, wait::SOON).await?;
            drop(other);
        }
    }
    wait_for_dialog(desktop).await
}

async fn wait_for_dialog(desktop: &Desktop) -> Result<()> {
    wait::until("the dialog", wait::SOON, async || {
        ensure!(is_open(desktop, "^Keybearer$")?, "it is not open");
        let active = desktop.command("xdotool").args(["getactivewindow", "getwindowname"]).output()?;
        ensure!(active.stdout == b"Keybearer\n", "{:?} has the focus", String::from_utf8_lossy(&active.stdout));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn however_the_page_s_process_ends_the_dialog_is_back_at_once_and_its_token_can_be_copied() -> Result<()> {
    let desktop = desktop()?;
    // Short of memory, and a crash of the engine.
    for signal in ["-KILL", "-ABRT"] {
        let window = Window::open(&desktop, app(), &[]).await?;
        enter_built_in_sandbox(&window).await?;
        create(&window, "Server Key 3").await?;
        let began = Instant::now();
        end_page(&window, signal).await?;
        copied_by_keyboard(&desktop, BACK).await?;
        eprintln!("{signal}: back and copied after {} ms", began.elapsed().as_millis());
        send(window.app_process()?, "-TERM")?;
        window.wait_ended(wait::SOON).await?;
        ensure_nothing_copied(&desktop).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_page_that_ends_again_and_again_gives_way_to_a_dialog_that_copies_the_token_and_quits() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    end_for_good(&window).await?;
    if let Some(folder) = std::env::var_os("KEYBEARER_PICTURES") {
        keybearer_support::picture::save(desktop.display().name(), &std::path::Path::new(&folder).join("stopped.png"))?;
    }
    let other = Clipboard::of(&desktop).copy("something else").await?;
    press_keys(&desktop, &["alt+c"])?;
    Clipboard::of(&desktop).wait_for("the token", |text| text.is_some_and(|text| text.starts_with("eyJ"))).await?;
    drop(other);
    // Put aside, it comes back with the window's own button.
    press_keys(&desktop, &["Escape"])?;
    window
        .wait_until("the dialog to go", async || {
            ensure!(!is_open(&desktop, "^Keybearer$")?, "it is open");
            Ok(())
        })
        .await?;
    window.ask_to_close()?;
    wait_for_dialog(&desktop).await?;
    press_keys(&desktop, &["alt+q"])?;
    window.wait_ended(wait::SOON).await?;
    ensure_nothing_copied(&desktop).await
}

#[tokio::test]
async fn starting_it_once_more_brings_back_a_page_that_was_given_up() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    end_for_good(&window).await?;
    let second = desktop.command(desktop.program(app())?).status()?;
    ensure!(second.success(), "{second}");
    window
        .wait_until("the dialog to go", async || {
            ensure!(!is_open(&desktop, "^Keybearer$")?, "it is open");
            Ok(())
        })
        .await?;
    copied_by_keyboard(&desktop, wait::SOON).await
}

#[tokio::test]
async fn a_page_that_hangs_is_replaced_when_the_window_is_to_be_closed_and_then_asks() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    let app = window.app_process()?;
    let hanging = web_processes(app)?[0];
    send(hanging, "-STOP")?;
    window.ask_to_close()?;
    window
        .wait_until("another page", async || {
            let now = web_processes(app)?;
            ensure!(!now.is_empty() && !now.contains(&hanging), "{now:?}");
            Ok(())
        })
        .await?;
    // Enter goes back from the question first, and then copies.
    copied_by_keyboard(&desktop, wait::SOON).await
}

#[tokio::test]
async fn a_token_s_window_whose_process_ends_is_closed_and_the_token_held_still() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    let app = window.app_process()?;
    let before = web_processes(app)?;
    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    let shows = window
        .wait_until("its process", async || {
            web_processes(app)?.into_iter().find(|process| !before.contains(process)).context("it has none")
        })
        .await?;
    send(shows, "-KILL")?;
    window
        .wait_until("the token's window to close", async || {
            ensure!(!is_open(&desktop, "^Token")?, "it is open");
            ensure!(web_processes(app)? == before, "{:?}", web_processes(app)?);
            Ok(())
        })
        .await
}

#[tokio::test]
async fn the_network_process_that_ends_takes_nothing_along() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    let named = |process: &u32| std::fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
    let children = process::children_of(window.app_process()?)?;
    let Some(network) = children.into_iter().find(|process| named(process).starts_with("WebKitNetwork")) else {
        bail!("there is none");
    };
    send(network, "-KILL")?;
    copied_by_keyboard(&desktop, wait::SOON).await
}
