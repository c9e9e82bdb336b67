//! Programs of Debian's that copy what was copied, put it back, or pass it on: what each of them still has once it is said to
//! be cleared, and what was said.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};
use keybearer_core::words::{self, Message};
use keybearer_support::{
    clipboard::Clipboard,
    copyq::CopyQ,
    desktop::Desktop,
    process::{self, Process},
    sandbox::Sandbox,
    skipped::skip,
    traces::{Secret, Traces},
    wait,
    wait::SOON,
    window::Window,
};

use crate::{
    security_report::{ensure_told, look},
    steps::{CLOSED_TO_OTHERS, app, copy, create, desktop, done, enter_built_in_sandbox, sign_in, wait_told},
};

/// What is in the first cut buffer.
fn cut_buffer(desktop: &Desktop) -> Result<String> {
    let output = desktop.command("cutsel").arg("cut").output().context("cutsel could not be started")?;
    Ok(String::from_utf8(output.stdout)?)
}

/// Opens the app on a desktop where such a program runs, of which its panel says this, and copies a token.
async fn copied<'a>(desktop: &'a Desktop, holds: &str, found: &Message) -> Result<(Window<'a>, String)> {
    let window = Window::open(desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    look(&window).await?;
    ensure_told(&window, &words::protect_history(), holds, found).await?;
    window.click("protection-close").await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    let token = Clipboard::of(desktop).text().await?.context("it is copied")?;
    Ok((window, token))
}

/// Waits until the dialog tells that this program took the copy over, and that the copy is no proof from then on.
async fn ensure_named(window: &Window<'_>, program: &str) -> Result<()> {
    wait_told(window, "reveal-taken-over", &words::clipboard_taken_over(program)).await?;
    window.click("reveal-check").await?;
    wait_told(window, "reveal-outcome", &words::check_own_copy("token")).await?;
    Ok(())
}

/// Clears it and ends the dialog: wherever one could paste from on this display, the token is gone when that is said.
async fn clear_and_finish(window: &Window<'_>, token: &str) -> Result<()> {
    let (desktop, clipboard) = (window.desktop(), Clipboard::of(window.desktop()));
    window.click("reveal-clear").await?;
    for step in ["cleared", "done"] {
        match step {
            "cleared" => wait_told(window, "reveal-clipboard", &words::clipboard_cleared()).await?,
            _ => {
                done(window).await?;
                wait_told(window, "toast-text", &words::said_done_cleared()).await?
            }
        };
        // Most of these programs look twice a second, and put back then what they have kept.
        tokio::time::sleep(Duration::from_secs(1)).await;
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
    let (window, token) = copied(&desktop, "partly", &words::protect_history_taken_over(1_u8, "autocutsel")).await?;
    let clipboard = Clipboard::of(&desktop);
    wait::until("autocutsel to have it everywhere", SOON, async || {
        ensure!(clipboard.selected().await?.as_ref() == Some(&token), "it is not selected");
        ensure!(cut_buffer(&desktop)?.contains(&token), "it is in no cut buffer");
        Ok(())
    })
    .await?;
    clear_and_finish(&window, &token).await
}

/// Starts Parcellite, and waits until it puts back what it has kept.
async fn parcellite(desktop: &Desktop) -> Result<Process> {
    let parcellite = Process::start(desktop.command("parcellite"))?;
    let clipboard = Clipboard::of(desktop);
    wait_watching(desktop, async |text| {
        let is_there = async || {
            ensure!(clipboard.text().await?.as_deref() == Some(text), "it is gone");
            Ok(())
        };
        Ok(wait::until("it to be there", Duration::from_secs(2), is_there).await.is_ok())
    })
    .await?;
    Ok(parcellite)
}

#[tokio::test]
async fn what_parcellite_puts_back_is_cleared_before_it_is_said_to_be() -> Result<()> {
    let desktop = desktop()?;
    let parcellite = parcellite(&desktop).await?;
    let (window, token) = copied(&desktop, "no", &words::protect_history_kept(1_u8, "Parcellite")).await?;
    clear_and_finish(&window, &token).await?;
    if process::is_root() {
        eprintln!("after Done Parcellite has it in {} places of its memory", kept_by(&parcellite, &token)?);
    }
    Ok(())
}

#[tokio::test]
async fn what_parcellite_would_put_back_once_the_app_has_quit_is_gone_before_it_quits() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let _parcellite = parcellite(&desktop).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_told(&window, "toast-text", &words::said_signed_in_clearing("token")).await?;
    window.ask_to_close()?;
    window.wait_ended(SOON).await?;
    // It looks twice a second.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let there = Clipboard::of(&desktop).text().await?;
    ensure!(there.as_ref() != Some(&sandbox.admin), "it is there");
    Ok(())
}

#[tokio::test]
async fn copyq_that_takes_a_copy_over_is_named_and_no_proof_and_keeps_it_as_the_panel_says() -> Result<()> {
    let desktop = desktop()?;
    let copyq = CopyQ::start(&desktop).await?;
    let (window, token) = copied(&desktop, "no", &words::protect_history_kept(1_u8, "CopyQ")).await?;
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
    let (window, token) = copied(&desktop, "no", &words::protect_history_kept(1_u8, "Fcitx 5")).await?;
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
    // It is on no display of the other tests', which would be told that they are joined with it.
    server.args(["-rfbport", &port.to_string()]).env("HOME", home).env("DISPLAY", &display);
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
    let (window, token) = copied(&desktop, "no", &words::protect_history_joined(1_u8, "VNC")).await?;
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
