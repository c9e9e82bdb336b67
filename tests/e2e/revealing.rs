//! The one-time dialog: copy, show, check, done, and its time limits.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::{Clipboard, SECRET_HINT},
    desktop::{Desktop, Wanted},
    display::Kind,
    persisting::{Habit, Persisting},
    sandbox::Sandbox,
    window::{Key, Window},
};

use crate::steps::{
    app, copy, create, create_sample, desktop, ensure_nothing_copied, ensure_revoked, enter_built_in_sandbox,
    sample_token, sign_in, wait_off_clipboard, wait_told,
};

#[tokio::test]
async fn the_pages_own_sample_ends_up_in_the_dialog_and_to_the_last_byte_on_the_clipboard() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    desktop.write_settings(2, 600)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    create_sample(&window, &sandbox).await?;
    ensure!(window.text("reveal-key-id").await? == "api-cat-freddie-a150fe2ce0");
    copy(&window).await?;
    let clipboard = Clipboard::of(&desktop);
    ensure!(clipboard.text().await? == Some(sample_token()?), "it is not the token");
    ensure!(clipboard.target(SECRET_HINT).await?.as_deref() == Some("secret"), "it is not marked as a secret");
    wait_off_clipboard(&window, &desktop).await?;
    ensure_nothing_copied(&desktop).await?;
    Ok(())
}

#[tokio::test]
async fn what_was_copied_meanwhile_is_left_alone_and_that_is_told() -> Result<()> {
    let desktop = desktop()?;
    desktop.write_settings(2, 600)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    let clipboard = Clipboard::of(&desktop);
    let _other = clipboard.copy("something else").await?;
    wait_told(&window, "reveal-clipboard", &words::clipboard_replaced()).await?;
    ensure!(clipboard.text().await?.as_deref() == Some("something else"));
    Ok(())
}

#[tokio::test]
async fn done_while_the_copy_is_live_clears_it_and_says_so() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    window.click("reveal-copy").await?;
    wait_told(&window, "reveal-done", &words::reveal_done_clear()).await?;
    window.click("reveal-done").await?;
    window.wait_for("reveal-discard").await?;
    ensure!(Clipboard::of(&desktop).text().await?.is_some_and(|text| text.starts_with("eyJ")), "it asks first");
    window.click("reveal-discard").await?;
    window.wait_gone("reveal").await?;
    ensure_nothing_copied(&desktop).await?;
    wait_told(&window, "toast-text", &words::said_done_clearing()).await?;
    wait_told(&window, "toast-text", &words::said_done_cleared()).await?;
    Ok(())
}

#[tokio::test]
async fn clear_now_clears_at_once() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    window.click("reveal-clear").await?;
    wait_told(&window, "reveal-clipboard", &words::clipboard_cleared()).await?;
    ensure_nothing_copied(&desktop).await?;
    Ok(())
}

#[tokio::test]
async fn the_shown_token_is_the_one_that_is_copied_and_its_window_closes_when_the_focus_goes() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    let copied = Clipboard::of(&desktop).text().await?.context("it is copied")?;
    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    let shown = window.wait_text("token-text", |text| !text.is_empty()).await?;
    ensure!(shown == copied, "it shows something else");
    window.leave_token_window().await?;
    wait_told(&window, "reveal-show", &words::reveal_hide()).await?;
    window
        .wait_until("the token's window to have the focus", async || {
            let active = desktop.command("xdotool").args(["getactivewindow", "getwindowname"]).output()?;
            let active = String::from_utf8_lossy(&active.stdout);
            ensure!(active.starts_with("Token"), "{active:?} has it");
            Ok(())
        })
        .await?;
    let mut xdotool = desktop.command("xdotool");
    let focus = xdotool.args(["search", "--onlyvisible", "--name", "\\(Sandbox\\)", "windowactivate"]).status()?;
    ensure!(focus.success(), "the focus could not be moved");
    window.wait_token_window_closed().await?;
    wait_told(&window, "reveal-show", &words::reveal_show()).await?;
    Ok(())
}

#[tokio::test]
async fn a_check_from_the_vault_proves_it_and_done_asks_nothing_more() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    create_sample(&window, &sandbox).await?;
    copy(&window).await?;
    window.click("reveal-check").await?;
    wait_told(&window, "reveal-outcome", &words::check_own_copy("token")).await?;
    let from_vault = Clipboard::of(&desktop).copy(&sample_token()?).await?;
    window.click("reveal-check").await?;
    wait_told(&window, "reveal-outcome", &words::check_stored("token")).await?;
    window.click("reveal-done").await?;
    window.wait_gone("reveal").await?;
    drop(from_vault);
    ensure!(!window.is_shown("attention").await?);
    Ok(())
}

#[tokio::test]
async fn a_copy_that_a_program_takes_over_at_once_proves_nothing_before_it_was_cleared() -> Result<()> {
    for display in [Kind::X11, Kind::Sway] {
        let (desktop, sandbox) = (Desktop::open(Wanted { display, ..Wanted::default() })?, Sandbox::start(app())?);
        let window = Window::open(&desktop, app(), &[]).await?;
        create_sample(&window, &sandbox).await?;
        let taking_over = Persisting::start(&desktop, Habit::TakesOver)?;
        copy(&window).await?;
        window.click("reveal-check").await?;
        wait_told(&window, "reveal-outcome", &words::check_own_copy("token")).await?;
        window.click("reveal-clear").await?;
        wait_told(&window, "reveal-clipboard", &words::clipboard_cleared()).await?;
        let from_vault = Clipboard::of(&desktop).copy(&sample_token()?).await?;
        window.click("reveal-check").await?;
        wait_told(&window, "reveal-outcome", &words::check_stored("token")).await?;
        drop((from_vault, taking_over));
    }
    Ok(())
}

#[tokio::test]
async fn a_shown_token_can_neither_be_selected_nor_copied_in_its_window() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    let clipboard = Clipboard::of(&desktop);
    let _other = clipboard.copy("something else").await?;
    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    window.wait_text("token-text", |text| !text.is_empty()).await?;
    window
        .wait_until("the token's window to have the focus", async || {
            let active = desktop.command("xdotool").args(["getactivewindow", "getwindowname"]).output()?;
            let active = String::from_utf8_lossy(&active.stdout);
            ensure!(active.starts_with("Token"), "{active:?} has it");
            Ok(())
        })
        .await?;
    // The hand of a person: a click into the text, three in a row, a drag over it, and the keyboard.
    let hand = "set -e
        id=$(xdotool getactivewindow)
        xdotool mousemove --window $id 120 120 click --repeat 3 --delay 60 1
        xdotool mousemove --window $id 60 100 mousedown 1 mousemove --window $id 400 200 mouseup 1
        xdotool key --window 0 ctrl+a key --window 0 ctrl+c key --window 0 ctrl+Insert key --window 0 ctrl+x";
    ensure!(desktop.command("sh").args(["-c", hand]).status()?.success(), "xdotool could not do it");
    let selected = window.execute("return getSelection().toString()", vec![]).await?;
    ensure!(selected == "", "{selected} is selected");
    ensure!(clipboard.text().await?.as_deref() == Some("something else"), "it was copied");
    ensure!(clipboard.selected().await?.is_none_or(|text| text.is_empty()), "a selection is a copy on X11");
    Ok(())
}

#[tokio::test]
async fn escape_never_ends_the_tokens_life_by_itself() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    for _ in 0..4 {
        window.press("reveal", Key::Escape).await?;
    }
    window.wait_for("reveal").await?;
    copy(&window).await?;
    Ok(())
}

#[tokio::test]
async fn a_token_nobody_finishes_with_is_wiped_and_its_key_can_be_revoked() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    desktop.write_settings(30, 3)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    create(&window, "Server Key 3").await?;
    window.click("reveal-copy").await?;
    window.wait_text("attention-row", |text| text.contains("Server Key 3")).await?;
    window.wait_gone("reveal").await?;
    ensure_nothing_copied(&desktop).await?;
    window.click("attention-revoke").await?;
    window.wait_gone("attention").await?;
    ensure_revoked(&sandbox, "Server Key 3").await?;
    Ok(())
}

#[tokio::test]
async fn revoking_from_the_dialog_kills_the_key_and_closes_it() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    create(&window, "Server Key 3").await?;
    window.click("reveal-revoke").await?;
    window.wait_gone("reveal").await?;
    ensure_revoked(&sandbox, "Server Key 3").await?;
    Ok(())
}
