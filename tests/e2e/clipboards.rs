//! Programs of Debian's that copy what was copied, put it back, or pass it on: what each of them still has once it is said to
//! be cleared, and what was said. And owners of the clipboard that keep it from being cleared.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};
use keybearer_support::{
    clipboard::Clipboard,
    copyq::CopyQ,
    desktop::{Desktop, Wanted},
    display::Kind,
    persisting::{Habit, Persisting},
    process::{self, Process},
    sandbox::Sandbox,
    skipped::skip,
    traces::{Secret, Traces},
    wait,
    wait::SOON,
    window::Window,
};

use crate::{
    memory::{self, Table, drawn},
    protection::{ensure_told, look},
    steps::{CLOSED_TO_OTHERS, app, copy, create, desktop, enter_built_in_sandbox, released, sign_in},
};

/// What is in the first cut buffer.
fn cut_buffer(desktop: &Desktop) -> Result<String> {
    let output = desktop.command("cutsel").arg("cut").output().context("cutsel could not be started")?;
    Ok(String::from_utf8(output.stdout)?)
}

/// Presses Done, and says that the token is in a vault.
async fn done(window: &Window<'_>) -> Result<()> {
    window.click("reveal-done").await?;
    window.click("reveal-discard").await?;
    window.wait_gone("reveal").await
}

/// Opens the app on a desktop where such a program runs, of which its panel says this, and copies a token.
async fn copied<'a>(desktop: &'a Desktop, holds: &str, words: &str) -> Result<(Window<'a>, String)> {
    let window = Window::open(desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    look(&window).await?;
    ensure_told(&window, "Clipboard history", holds, words).await?;
    window.click("protection-close").await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    let token = Clipboard::of(desktop).text().await?.context("it is copied")?;
    Ok((window, token))
}

/// Waits until the dialog tells that this program took the copy over, and that the copy is no proof from then on.
async fn ensure_named(window: &Window<'_>, program: &str) -> Result<()> {
    let told = format!("{program} took the copy over, and may keep it when the clipboard is cleared.");
    window.wait_text("reveal-taken-over", |text| text == told).await?;
    window.click("reveal-check").await?;
    window.wait_text("reveal-outcome", |text| text.contains("own copy")).await?;
    Ok(())
}

/// Clears it and ends the dialog: wherever one could paste from on this display, the token is gone when that is said.
async fn clear_and_finish(window: &Window<'_>, token: &str) -> Result<()> {
    let (desktop, clipboard) = (window.desktop(), Clipboard::of(window.desktop()));
    window.click("reveal-clear").await?;
    for step in ["cleared", "done"] {
        match step {
            "cleared" => window.wait_text("reveal-clipboard", |text| text.contains("was cleared")).await?,
            _ => {
                done(window).await?;
                window.wait_text("said-text", |text| text.contains("cleared from the clipboard")).await?
            }
        };
        let has = |text: Option<String>| text.is_some_and(|text| text.contains(token));
        ensure!(!has(clipboard.text().await?), "{step}: the clipboard has it");
        ensure!(!has(clipboard.selected().await?), "{step}: the selection has it");
        ensure!(!has(Some(cut_buffer(desktop)?)), "{step}: the cut buffer has it");
    }
    ensure!(!window.is_shown("attention").await?, "something needs attention");
    Ok(())
}

/// In how many places of its memory a program has it.
fn kept_by(program: &Process, token: &str) -> Result<usize> {
    Ok(Secret::new(token)?.in_tree(program.id())?.iter().map(Traces::total).sum())
}

/// Copies one text after the other, each for longer than the one before, until a program has seen one, which nobody tells
/// of.
async fn wait_watching(desktop: &Desktop, has_seen: impl AsyncFn(&str) -> Result<bool>) -> Result<()> {
    let mut tries = 0;
    wait::until("the program to watch the clipboard", SOON, async || {
        tries += 1;
        let text = format!("seen at try {tries}, or at another?");
        let copied = Clipboard::of(desktop).copy(&text).await?;
        tokio::time::sleep(Duration::from_millis(300) * tries).await;
        drop(copied);
        ensure!(has_seen(&text).await?, "it has not seen this one");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_autocutsel_keeps_in_the_selection_and_the_cut_buffer_goes_with_the_clipboard() -> Result<()> {
    let desktop = desktop()?;
    let _joining = ["CLIPBOARD", "PRIMARY"]
        .map(|selection| {
            let mut autocutsel = desktop.command("autocutsel");
            autocutsel.args(["-selection", selection]);
            Process::start(autocutsel)
        })
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
    let (window, token) = copied(&desktop, "partly", "autocutsel is running. It takes over what is copied").await?;
    let clipboard = Clipboard::of(&desktop);
    wait::until("autocutsel to have it everywhere", SOON, async || {
        ensure!(clipboard.selected().await?.as_ref() == Some(&token), "it is not selected");
        ensure!(cut_buffer(&desktop)?.contains(&token), "it is in no cut buffer");
        Ok(())
    })
    .await?;
    clear_and_finish(&window, &token).await
}

#[tokio::test]
async fn what_parcellite_puts_back_is_cleared_before_it_is_said_to_be() -> Result<()> {
    let desktop = desktop()?;
    let parcellite = Process::start(desktop.command("parcellite"))?;
    let clipboard = Clipboard::of(&desktop);
    // It puts back what it has kept, from when on it looks.
    wait_watching(&desktop, async |text| {
        let is_there = async || {
            ensure!(clipboard.text().await?.as_deref() == Some(text), "it is gone");
            Ok(())
        };
        Ok(wait::until("it to be there", Duration::from_secs(2), is_there).await.is_ok())
    })
    .await?;
    let words = "Parcellite is running, and keeps what is copied in a history, secrets too.";
    let (window, token) = copied(&desktop, "no", words).await?;
    clear_and_finish(&window, &token).await?;
    if process::is_root() {
        eprintln!("after Done Parcellite has it in {} places of its memory", kept_by(&parcellite, &token)?);
    }
    Ok(())
}

#[tokio::test]
async fn copyq_that_takes_a_copy_over_is_named_and_no_proof_and_keeps_it_as_the_panel_says() -> Result<()> {
    let desktop = desktop()?;
    let copyq = CopyQ::start(&desktop).await?;
    let words = "CopyQ is running, and keeps what is copied in a history, secrets too.";
    let (window, token) = copied(&desktop, "no", words).await?;
    copyq.wait_kept(&token).await?;
    copyq.take_over().await?;
    ensure_named(&window, "CopyQ").await?;
    clear_and_finish(&window, &token).await?;
    ensure!(copyq.history().await?.contains(&token), "the panel said that it keeps it");
    Ok(())
}

#[tokio::test]
async fn fcitx_keeps_a_token_that_was_cleared_as_the_panel_says() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let desktop = desktop()?;
    let mut fcitx = desktop.command("fcitx5");
    fcitx.arg("--disable=wayland,waylandim,dbus,dbusfrontend,notificationitem,kimpanel");
    let fcitx = Process::start(fcitx)?;
    wait_watching(&desktop, async |text| Ok(kept_by(&fcitx, text)? > 0)).await?;
    let words = "Fcitx 5 is running, and keeps what is copied in a history, secrets too.";
    let (window, token) = copied(&desktop, "no", words).await?;
    wait::until("Fcitx to have seen it", SOON, async || {
        ensure!(kept_by(&fcitx, &token)? > 0, "it has not");
        Ok(())
    })
    .await?;
    clear_and_finish(&window, &token).await?;
    ensure!(kept_by(&fcitx, &token)? > 0, "the panel said that it keeps it");
    Ok(())
}

/// What a program of another display reads there.
async fn pasted_on(other: &str, selection: &str) -> Result<String> {
    let mut xclip = tokio::process::Command::from(process::command("xclip"));
    xclip.args(["-display", other, "-selection", selection, "-o"]).kill_on_drop(true);
    let output = tokio::time::timeout(SOON, xclip.output()).await.context("its owner does not answer")??;
    Ok(String::from_utf8(output.stdout)?)
}

/// A display of another computer's, as far as this one can tell: reached over VNC alone. Its name, and its port.
fn other_computer(home: &Path) -> Result<(Process, String, u16)> {
    // A port that is free now, and the display beside it: nothing of this computer's has those numbers.
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let display = format!(":{}", u32::from(port) + 10_000);
    let mut server: Command = process::command_of_person("Xtigervnc");
    server.arg(&display).args(["-SecurityTypes", "None", "-localhost", "-geometry", "300x200"]);
    server.args(["-rfbport", &port.to_string()]).env("HOME", home).env_remove("DISPLAY");
    Ok((Process::start(server)?, display, port))
}

#[tokio::test]
async fn a_display_that_is_joined_over_vnc_is_told_of_and_may_have_the_token_still_as_the_panel_says() -> Result<()> {
    let desktop = desktop()?;
    let (_server, other, port) = other_computer(desktop.home())?;
    wait::until("the VNC server", SOON, async || {
        tokio::net::TcpStream::connect(("127.0.0.1", port)).await?;
        Ok(())
    })
    .await?;
    let mut viewer = desktop.command("xtigervncviewer");
    viewer.args(["-SecurityTypes", "None", &format!("127.0.0.1::{port}")]);
    let _viewer = Process::start(viewer)?;
    // What is copied is sent while its window has the focus.
    let focus = async || {
        let mut xdotool = desktop.command("xdotool");
        let found =
            xdotool.args(["search", "--onlyvisible", "--name", "TigerVNC", "windowactivate", "--sync"]).status()?;
        ensure!(found.success(), "its window is not there");
        Ok(())
    };
    wait::until("the viewer's window", SOON, focus).await?;
    let has = async |text: &str| {
        wait::until("it on the other computer", Duration::from_secs(2), async || {
            for selection in ["clipboard", "primary"] {
                ensure!(pasted_on(&other, selection).await? == text, "it is not in its {selection}");
            }
            Ok(())
        })
        .await
    };
    wait::until("the two to have one clipboard", SOON, async || {
        focus().await?;
        let _copied = Clipboard::of(&desktop).copy("one for both?").await?;
        has("one for both?").await
    })
    .await?;
    let words = "VNC is running, and may have the clipboard in common with another computer or system.";
    let (window, token) = copied(&desktop, "no", words).await?;
    focus().await?;
    has(&token).await?;
    clear_and_finish(&window, &token).await?;
    for selection in ["clipboard", "primary"] {
        // It may have it, or may not: that is what the panel said.
        let still = pasted_on(&other, selection).await? == token;
        eprintln!("after Done the other computer has it in its {selection}: {still}");
    }
    Ok(())
}

#[tokio::test]
async fn an_owner_that_hangs_is_told_and_needs_attention_until_it_answers_and_the_token_is_gone() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let (desktop, token) = (desktop()?, drawn(1200));
    let dfns = memory::dfns(&token).await?;
    let window = Window::open(&desktop, &released()?, &[]).await?;
    memory::sign_in(&window, &dfns, &drawn(900)).await?;
    let table = Table::new(&token, &window)?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    let clipboard = Clipboard::of(&desktop);
    let hanging = clipboard.copy(&token).await?;
    window.wait_text("reveal-taken-over", |text| text.starts_with("xclip took the copy over")).await?;
    hanging.keep_silent()?;
    let told = "may still be on the clipboard: the program that owns it does not answer";
    window.click("reveal-clear").await?;
    window.wait_text("reveal-clipboard", |text| text.contains(told)).await?;
    done(&window).await?;
    window.wait_text("said-text", |text| text.contains(told) && text.contains("goes on trying")).await?;
    window.wait_text("attention-row", |text| text.contains("Server Key 3") && text.contains(told)).await?;
    hanging.answer_again()?;
    window.wait_gone("attention").await?;
    ensure!(clipboard.text().await?.as_ref() != Some(&token), "it is there");
    drop(hanging);
    table.ensure_gone("done, and gone from the clipboard").await
}

#[tokio::test]
async fn what_cannot_be_cleared_without_open_files_is_told_and_cleared_once_there_are_some() -> Result<()> {
    let desktop = desktop()?;
    desktop.write_settings(2, 600)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    let clipboard = Clipboard::of(&desktop);
    let token = clipboard.text().await?.context("it is copied")?;
    limit_files(&window, FEW)?;
    // Its window cannot be asked without files either: it is looked at some seconds after the copy's time is over.
    tokio::time::sleep(Duration::from_secs(6)).await;
    ensure!(clipboard.text().await?.as_ref() == Some(&token), "it was cleared");
    limit_files(&window, 1024)?;
    window.wait_text("reveal-clipboard", |text| text.contains("may still be on the clipboard")).await?;
    window.wait_text("reveal-clipboard", |text| text.contains("was cleared")).await?;
    ensure!(clipboard.text().await?.as_ref() != Some(&token), "it is there");
    Ok(())
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

/// As Klipper does it, which never leaves the clipboard empty: it knows no mark of a sign-in token that somebody else copied.
#[tokio::test]
async fn a_sign_in_token_that_a_program_puts_back_is_cleared_for_good_before_that_is_said() -> Result<()> {
    for display in [Kind::X11, Kind::Sway] {
        let (desktop, sandbox) = (Desktop::open(Wanted { display, ..Wanted::default() })?, Sandbox::start(app())?);
        let window = Window::open(&desktop, app(), &[]).await?;
        let clipboard = Clipboard::of(&desktop);
        let _never_empty = Persisting::start(&desktop, Habit::PutsBack(u32::MAX))?;
        sign_in(&window, &sandbox, &sandbox.admin).await?;
        window.wait_text("said-text", |text| text.contains("was cleared from the clipboard")).await?;
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
    let told = window.wait_text("said-text", |text| text.contains("putting it back") || text.contains("was cleared"));
    let told = told.await?;
    ensure!(told.contains("is still on the clipboard") && told.contains("Copy something else"), "{told}");
    Ok(())
}
