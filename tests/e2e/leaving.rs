//! What a whole run leaves behind on the disk, and what it tells other programs.

use std::fs;

use anyhow::{Context, Result, ensure};
use keybearer_support::{
    clipboard::Clipboard, desktop::Desktop, desktop::Wanted, launcher, sandbox::Sandbox, window::Window,
};

use crate::steps::{copy, create, enter_built_in_sandbox, finish, released, sign_in};

/// Long enough to be nothing else, and short enough to be found in a text that was cut.
const PIECE: usize = 24;

/// A part of a token's body that no other token has.
fn piece(token: &str) -> Result<&str> {
    let signature = token.rsplit('.').next().unwrap_or_default();
    signature.get(..PIECE).with_context(|| format!("{} letters are no signature", signature.len()))
}

#[tokio::test]
async fn after_a_whole_run_neither_token_is_in_any_file_argument_or_variable() -> Result<()> {
    let mut desktop = Desktop::open(Wanted::default())?;
    let (home, temporary) = (desktop.home().to_owned(), desktop.home().join("tmp"));
    fs::create_dir(&temporary)?;
    desktop.set("TMPDIR", temporary.display().to_string());
    let sandbox = Sandbox::start(&released()?)?;
    let trace = home.join("started.txt");
    let traced = launcher::started_by(
        &desktop,
        &format!(
            "exec strace -f -qq -v -s 65536 -e trace=execve,execveat -o '{}' '{}' \"$@\"",
            trace.display(),
            released()?.display()
        ),
    )?;

    let window = Window::open(&desktop, &traced, &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    window.wait_text("account", |text| text.contains("Kept in the system’s keyring")).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    let clipboard = Clipboard::of(&desktop);
    let token = clipboard.text().await?.context("the token is on the clipboard")?;
    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    window.wait_text("token-text", |text| text == token).await?;
    window.leave_token_window().await?;
    window.click("reveal-show").await?;
    window.wait_token_window_closed().await?;
    let from_vault = clipboard.copy(&token).await?;
    window.click("reveal-check").await?;
    window.wait_text("reveal-outcome", |text| text.starts_with("Stored correctly")).await?;
    drop(from_vault);
    window.click("reveal-done").await?;
    window.wait_gone("reveal").await?;
    window.click("receipt-save").await?;
    window.wait_text("said-text", |text| text.contains("is saved as")).await?;
    for (what, secret) in [("token", &token), ("sign-in token", &sandbox.admin)] {
        let files = desktop.files_with(piece(secret)?.as_bytes())?;
        ensure!(files.is_empty(), "the {what} is in {files:?}");
    }
    window.click("signout").await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Another").await?;
    finish(&window).await?;
    window.ask_to_close()?;
    window.wait_ended(std::time::Duration::from_secs(10)).await?;
    drop(window);

    let started = fs::read_to_string(&trace)?;
    let programs = started.lines().filter(|line| line.contains("execve(")).count();
    eprintln!("{programs} programs were started, {} bytes of arguments and variables", started.len());
    ensure!(started.contains("WebKitWebProcess") && started.contains("HOME="), "they are not told: {started}");
    for (what, secret) in [("token", &token), ("sign-in token", &sandbox.admin)] {
        ensure!(!started.contains(piece(secret)?), "the {what} was given to a program");
        let files = desktop.files_with(piece(secret)?.as_bytes())?;
        ensure!(files.is_empty(), "the {what} is in {files:?}");
    }
    // What a scan like this finds, where there is something.
    fs::write(temporary.join("planted"), format!("…{token}…"))?;
    ensure!(desktop.files_with(piece(&token)?.as_bytes())?.len() == 1);
    Ok(())
}
