//! The panel that tells what protects a secret on this computer.

use anyhow::{Context, Result, ensure};
use keybearer_core::words::{self, Message};
use keybearer_support::{
    clipboard::Clipboard,
    copyq::CopyQ,
    desktop::{Desktop, Wanted},
    display::Kind,
    logind::Logind,
    process::Process,
    sandbox::Sandbox,
    skipped::skip,
    wait::{self, SOON},
    window::Window,
};

use crate::steps::{app, copy, create, ensure_nothing_copied, enter_built_in_sandbox, sign_in, wait_told};

/// Opens the panel, or looks again where it is open, and waits until it tells.
pub(crate) async fn look(window: &Window<'_>) -> Result<()> {
    let open = window.is_shown("protection").await?;
    window.click(if open { "protection-again" } else { "protection-open" }).await?;
    window.wait_text("protection-summary", |text| !text.is_empty()).await?;
    Ok(())
}

/// Waits until the row of this says what was found: what was found before stands there until it is replaced.
pub(crate) async fn ensure_told(window: &Window<'_>, what: &Message, holds: &str, found: &Message) -> Result<()> {
    let rows = "return [...document.querySelectorAll('[data-test=protection-row]')].map(row => \
                [row.querySelector('h3').textContent, row.dataset.holds, row.textContent])";
    let (what, found) = (what.to_string(), found.to_string());
    window
        .wait_until(&format!("{what}: {found}"), async || {
            let rows = window.execute(rows, vec![]).await?;
            let mut all = rows.as_array().into_iter().flatten();
            let row = all.find(|row| row[0] == *what).with_context(|| rows.to_string())?;
            let told = row[2].as_str().context("it is text")?;
            ensure!(row[1] == holds && told.contains(&found), "{row}, in place of {holds}");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn it_tells_what_holds_on_this_computer_and_what_does_not() -> Result<()> {
    let mut desktop = Desktop::open(Wanted::default())?;
    desktop.system_bus_is_its_own();
    let _logind = Logind::start(&desktop)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    look(&window).await?;
    for (what, holds, found) in [
        (words::protect_keyring(), "yes", words::protect_keyring_open()),
        (words::protect_screen(), "no", words::protect_screen_x11()),
        (words::protect_history(), "partly", words::protect_history_none()),
        (words::protect_clearing(), "yes", words::protect_clearing_anytime()),
        (words::protect_lock(), "yes", words::protect_lock_both()),
        (words::protect_process(), "partly", words::protect_process_driven()),
    ] {
        ensure_told(&window, &what, holds, &found).await?;
    }

    desktop.lock_keyring()?;
    look(&window).await?;
    ensure_told(&window, &words::protect_keyring(), "partly", &words::protect_keyring_locked()).await?;
    desktop.end_keyring();
    look(&window).await?;
    ensure_no_keyring(&window).await
}

/// Why there is none, the bus says in its own words; what to do is the same.
async fn ensure_no_keyring(window: &Window<'_>) -> Result<()> {
    ensure_told(window, &words::protect_keyring(), "no", &words::protect_keyring_absent_advice()).await
}

#[tokio::test]
async fn without_a_bus_it_tells_that_there_is_no_keyring_and_that_nobody_tells_of_locking() -> Result<()> {
    let desktop = Desktop::open(Wanted { bus: false, ..Wanted::default() })?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    look(&window).await?;
    ensure_no_keyring(&window).await?;
    ensure_told(&window, &words::protect_lock(), "no", &words::protect_lock_none()).await
}

#[tokio::test]
async fn a_clipboard_program_on_the_same_display_is_named_and_one_on_another_is_not() -> Result<()> {
    let (desktop, other) = (Desktop::open(Wanted::default())?, Desktop::open(Wanted::default())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    // By its name alone: what it does is shown with the real one.
    let parcellite = desktop.home().join("parcellite");
    std::fs::copy("/bin/sleep", &parcellite)?;
    let started = async |on: &Desktop| {
        let mut command = on.command(&parcellite);
        command.arg("100");
        let started = Process::start(command)?;
        wait::until("it to be what it is called", SOON, async || {
            let name = std::fs::read_to_string(format!("/proc/{}/comm", started.id()))?;
            ensure!(name == "parcellite\n", "{name}");
            Ok(())
        })
        .await?;
        anyhow::Ok(started)
    };
    let _elsewhere = started(&other).await?;
    look(&window).await?;
    ensure_told(&window, &words::protect_history(), "partly", &words::protect_history_none()).await?;
    let _here = started(&desktop).await?;
    look(&window).await?;
    ensure_told(&window, &words::protect_history(), "no", &words::protect_history_kept(1_u8, "Parcellite")).await
}

#[tokio::test]
async fn copyq_keeps_a_token_that_was_cleared_as_the_panel_says_of_it() -> Result<()> {
    let desktop = Desktop::open(Wanted::default())?;
    let copyq = CopyQ::start(&desktop).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    look(&window).await?;
    ensure_told(&window, &words::protect_history(), "no", &words::protect_history_kept(1_u8, "CopyQ")).await?;
    window.click("protection-close").await?;

    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    let token = Clipboard::of(&desktop).text().await?.context("the token is on the clipboard")?;
    copyq.wait_kept(&token).await?;
    window.click("reveal-clear").await?;
    wait_told(&window, "reveal-clipboard", &words::clipboard_cleared()).await?;
    ensure_nothing_copied(&desktop).await?;
    let kept = copyq.history().await?;
    eprintln!("after clearing CopyQ keeps {} text, of {} letters", kept.len(), kept.first().map_or(0, String::len));
    ensure!(kept == [token], "it keeps {} texts", kept.len());
    Ok(())
}

/// What Klipper keeps, newest first.
async fn kept_by_klipper(desktop: &Desktop) -> Result<String> {
    let mut ask = desktop.command("gdbus");
    ask.args(["call", "--session", "--dest", "org.kde.klipper", "--object-path", "/klipper"]);
    ask.args(["--method", "org.kde.klipper.klipper.getClipboardHistoryMenu"]);
    let answer = tokio::process::Command::from(ask).output().await?;
    ensure!(answer.status.success(), "{answer:?}");
    Ok(String::from_utf8(answer.stdout)?)
}

/// Klipper comes with a whole desktop, so the tests do not install it: where it is there, it is tried.
fn has_klipper() -> bool {
    std::path::Path::new("/usr/bin/klipper").exists()
}

const NO_KLIPPER: &str = "Klipper is not installed";

/// Starts Klipper, and waits until it keeps what is copied.
async fn klipper(desktop: &Desktop) -> Result<Process> {
    let mut klipper = desktop.command("klipper");
    klipper.env("QT_QPA_PLATFORM", "xcb");
    let klipper = Process::start(klipper)?;
    let clipboard = Clipboard::of(desktop);
    wait::until("Klipper to keep what is copied", std::time::Duration::from_secs(60), async || {
        let _copied = clipboard.copy("no secret").await?;
        wait::until("it to be kept", std::time::Duration::from_secs(1), async || {
            let kept = kept_by_klipper(desktop).await?;
            ensure!(kept.contains("no secret"), "{kept}");
            Ok(())
        })
        .await
    })
    .await?;
    Ok(klipper)
}

/// It knows no mark of what a browser copied, and never leaves the clipboard empty.
#[tokio::test]
async fn klipper_where_it_is_installed_puts_no_sign_in_token_back_that_is_said_to_be_cleared() -> Result<()> {
    if !has_klipper() {
        return skip(NO_KLIPPER);
    }
    let (desktop, sandbox) = (Desktop::open(Wanted::default())?, Sandbox::start(app())?);
    let _klipper = klipper(&desktop).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_told(&window, "toast-text", &words::said_signed_in_cleared("token")).await?;
    let there = Clipboard::of(&desktop).text().await?;
    ensure!(there.as_ref() != Some(&sandbox.admin), "it is there");
    eprintln!("on the clipboard then: {there:?}");
    look(&window).await?;
    let left_out = words::protect_history_left_out(1_u8, "Klipper");
    ensure_told(&window, &words::protect_history(), "partly", &left_out).await?;
    let kept = kept_by_klipper(&desktop).await?;
    ensure!(kept.contains(&sandbox.admin[..24]), "it does not keep it, as the panel says: {kept}");
    Ok(())
}

#[tokio::test]
async fn klipper_where_it_is_installed_keeps_no_token_as_the_panel_says_of_it() -> Result<()> {
    if !has_klipper() {
        return skip(NO_KLIPPER);
    }
    let desktop = Desktop::open(Wanted::default())?;
    let _klipper = klipper(&desktop).await?;
    let clipboard = Clipboard::of(&desktop);
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    look(&window).await?;
    let left_out = words::protect_history_left_out(1_u8, "Klipper");
    ensure_told(&window, &words::protect_history(), "partly", &left_out).await?;
    window.click("protection-close").await?;

    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    let token = clipboard.text().await?.context("the token is on the clipboard")?;
    for step in ["copied", "cleared"] {
        let kept = kept_by_klipper(&desktop).await?;
        eprintln!("{step}: Klipper keeps {}", kept.trim());
        ensure!(kept.contains("no secret") && !kept.contains(&token[..24]), "{step}: it keeps the token");
        if step == "copied" {
            window.click("reveal-clear").await?;
            wait_told(&window, "reveal-clipboard", &words::clipboard_cleared()).await?;
        }
    }
    let there = clipboard.text().await?.unwrap_or_default();
    eprintln!("on the clipboard then: {there:?}");
    ensure!(!there.contains(&token[..24]), "the token is there still");
    Ok(())
}

#[tokio::test]
async fn on_sway_it_tells_of_waylands_screen_and_that_the_clipboard_can_be_cleared_at_any_time() -> Result<()> {
    let desktop = Desktop::open(Wanted { display: Kind::Sway, ..Wanted::default() })?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    look(&window).await?;
    for (what, holds, found) in [
        (words::protect_screen(), "partly", words::protect_screen_wayland()),
        (words::protect_history(), "partly", words::protect_history_none()),
        (words::protect_clearing(), "yes", words::protect_clearing_anytime()),
    ] {
        ensure_told(&window, &what, holds, &found).await?;
    }
    Ok(())
}
