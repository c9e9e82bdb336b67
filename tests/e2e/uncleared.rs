//! What cannot be cleared from the clipboard: owners that hang, programs that insist, no files to be had. It is told, stands
//! under Needs attention, and is tried again until the token is nowhere.

use std::time::Duration;

use anyhow::{Result, ensure};
use keybearer_core::words::{self, Message};
use keybearer_support::{
    clipboard::Clipboard,
    desktop::{Desktop, Wanted},
    display::Kind,
    persisting::{Habit, Persisting},
    process,
    recorder::Recorder,
    sandbox::Sandbox,
    skipped::skip,
    wait,
    window::Window,
};

use crate::{
    memory::{self, drawn},
    memory_table::Table,
    steps::{ANY, CLOSED_TO_OTHERS, app, copy, create, desktop, done, released, says, sign_in, wait_told},
};

/// A token of its own at a Dfns that makes no other, copied by the app as it is installed; and what looks for it in memory.
async fn copied_to_be_counted<'a>(desktop: &'a Desktop) -> Result<(Window<'a>, Table, String, Recorder)> {
    let token = drawn(1200);
    let dfns = memory::dfns(&token).await?;
    let window = Window::open(desktop, &released()?, &[]).await?;
    memory::sign_in(&window, &dfns, &drawn(900)).await?;
    let table = Table::new(&[&token], &window)?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    Ok((window, table, token, dfns))
}

/// Presses Done where the token was not cleared: why is told, and stands under Needs attention.
async fn finish_uncleared(window: &Window<'_>, why: &Message) -> Result<()> {
    wait_told(window, "reveal-clipboard", why).await?;
    done(window).await?;
    wait_noticed(window, why).await
}

async fn wait_noticed(window: &Window<'_>, why: &Message) -> Result<()> {
    window.wait_text("attention", |text| text.contains("Server Key 3") && says(text, why)).await.map(drop)
}

/// Waits until nothing needs attention any more, since the token is nowhere any more.
async fn ensure_gone_in_the_end(window: &Window<'_>, table: &Table, token: &str) -> Result<()> {
    // It is tried again after a while, which grows up to a minute.
    wait::until("the clipboard to need no attention", Duration::from_secs(75), async || {
        let needs = window.is_shown("attention").await?;
        let told = if needs { window.text("attention").await? } else { String::new() };
        // A row under the pointer keeps its place.
        ensure!(!told.contains("on the clipboard") || says(&told, &words::attention_resolved()), "{told}");
        Ok(())
    })
    .await?;
    let there = Clipboard::of(window.desktop()).text().await?;
    ensure!(there.as_deref() != Some(token), "it is there");
    table.ensure_gone("done, and gone from the clipboard").await
}

#[tokio::test]
async fn an_owner_that_hangs_is_told_and_needs_attention_until_it_answers_and_the_token_is_gone() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let desktop = desktop()?;
    let (window, table, token, _dfns) = copied_to_be_counted(&desktop).await?;
    let hanging = Clipboard::of(&desktop).copy(&token).await?;
    wait_told(&window, "reveal-taken-over", &words::clipboard_taken_over("xclip")).await?;
    hanging.keep_silent()?;
    window.click("reveal-clear").await?;
    finish_uncleared(&window, &words::err_clipboard_unconfirmed(words::clipboard_owner_silent())).await?;
    wait_told(&window, "toast-text", &words::said_done_stays(ANY)).await?;
    hanging.answer_again()?;
    ensure_gone_in_the_end(&window, &table, &token).await
}

#[tokio::test]
async fn what_a_program_insists_on_needs_attention_until_that_ends_and_the_token_is_gone() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let desktop = desktop()?;
    let (window, table, token, _dfns) = copied_to_be_counted(&desktop).await?;
    let insists = Persisting::start(&desktop, Habit::Insists)?;
    window.click("reveal-clear").await?;
    wait_told(&window, "reveal-clipboard", &words::clipboard_insisted_on()).await?;
    finish_uncleared(&window, &words::err_clipboard_still_there(ANY)).await?;
    ensure!(Clipboard::of(&desktop).text().await?.as_ref() == Some(&token), "it does not insist");
    drop(insists);
    ensure_gone_in_the_end(&window, &table, &token).await
}

#[tokio::test]
async fn what_cannot_be_cleared_without_open_files_needs_attention_until_there_are_some_and_the_token_is_gone()
-> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let desktop = desktop()?;
    desktop.write_settings(2, 6)?;
    let (window, table, token, _dfns) = copied_to_be_counted(&desktop).await?;
    limit_files(&window, FEW)?;
    // Its window cannot be asked without files either: it is looked at some seconds after the token's time is over.
    tokio::time::sleep(Duration::from_secs(10)).await;
    ensure!(Clipboard::of(&desktop).text().await?.as_ref() == Some(&token), "it was cleared");
    limit_files(&window, 1024)?;
    wait_noticed(&window, &words::err_clipboard_unconfirmed(ANY)).await?;
    ensure_gone_in_the_end(&window, &table, &token).await
}

/// Fewer than it has open, so that it gets no more; and as many as it waits for at a time, without which it could not even do
/// that.
const FEW: u32 = 24;

/// How many files the app may have open; those that it has stay open.
fn limit_files(window: &Window<'_>, files: u32) -> Result<()> {
    let (process, limit) = (window.app_process()?.to_string(), format!("--nofile={files}:"));
    let set = window.desktop().command("prlimit").args(["--pid", &process, &limit]).status()?;
    ensure!(set.success(), "the limit could not be set");
    Ok(())
}

#[tokio::test]
async fn a_selection_whose_owner_hangs_is_emptied_with_the_clipboard() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    let clipboard = Clipboard::of(&desktop);
    let selected = clipboard.select(&sandbox.admin).await?;
    selected.keep_silent()?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    // Whoever copied it for this may have ended by then.
    let ends = ["was cleared from the clipboard", "is no longer on the clipboard"];
    window.wait_text("toast-text", |text| ends.iter().any(|end| text.contains(end))).await?;
    // While its owner hangs nobody could be told that there is none.
    ensure!(clipboard.selected().await?.is_none(), "something is selected");
    drop(selected);
    Ok(())
}

/// As Klipper does it, which never leaves the clipboard empty: it knows no mark of a sign-in token that somebody else copied.
#[tokio::test]
async fn a_sign_in_token_that_a_program_puts_back_is_cleared_for_good_before_that_is_said() -> Result<()> {
    for display in [Kind::X11, Kind::Sway] {
        let (desktop, sandbox) = (Desktop::open(Wanted { display, ..Wanted::default() })?, Sandbox::start(app())?);
        let window = Window::open(&desktop, app(), &[]).await?;
        let clipboard = Clipboard::of(&desktop);
        let _never_empty = Persisting::start(&desktop, Habit::PutsBack(u32::MAX))?;
        sign_in(&window, &sandbox, &sandbox.admin).await?;
        wait_told(&window, "toast-text", &words::said_signed_in_cleared("token")).await?;
        let there = clipboard.text().await?;
        ensure!(there.as_deref() == Some("(cleared by Keybearer)"), "{display:?}: another text is there");
    }
    Ok(())
}

#[tokio::test]
async fn a_sign_in_token_that_a_program_insists_on_is_never_called_cleared() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    let _copied = Clipboard::of(&desktop).copy(&sandbox.admin).await?;
    let _insists = Persisting::start(&desktop, Habit::Insists)?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    let told = window
        .wait_text("toast-text", |text| says(text, &words::clipboard_insisted_on()) || text.contains("was cleared"));
    let told = told.await?;
    ensure!(says(&told, &words::said_signed_in_stays(words::err_clipboard_still_there(ANY))), "{told}");
    Ok(())
}
