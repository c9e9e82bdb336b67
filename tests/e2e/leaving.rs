//! What a whole run leaves behind on the disk, and what it tells other programs.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    desktop::{Desktop, Wanted},
    launcher::Launcher,
    process,
    sandbox::Sandbox,
    skipped::skip,
    store::Store,
    traces::{Secret, temporary_files_with},
    wait,
    window::Window,
};

use crate::steps::{ANY, CLOSED_TO_OTHERS, copy, create, enter_built_in_sandbox, finish, released, sign_in, wait_told};

/// As long as the page may take to be replaced.
const A_WHILE: Duration = Duration::from_secs(5);

/// Its claims and its signature, in all the forms and pieces that are looked for in memory as well; its header is the same
/// in every token, and tells nothing.
fn secret_of(token: &str) -> Result<Secret> {
    let (_, secret) = token.split_once('.').context("a token has a header")?;
    Secret::new(secret)
}

/// None of the files that a run has written holds a piece of a token.
pub(crate) fn ensure_in_no_file(desktop: &Desktop, since: SystemTime, secrets: &[(&str, &Secret)]) -> Result<()> {
    for (what, secret) in secrets {
        let mut files = desktop.files_with_pieces_of(secret)?;
        files.extend(temporary_files_with(secret, since, desktop.home())?);
        ensure!(files.is_empty(), "the {what} is in {files:?}");
    }
    Ok(())
}

/// Starts Keybearer so that `trace` tells every program started, with its arguments and variables in full.
pub(crate) fn traced(desktop: &Desktop, trace: &Path) -> Result<Launcher> {
    Launcher::new(
        desktop,
        &format!(
            "exec strace -f -qq -v -s 65536 -e trace=execve,execveat -o '{}' $person '{}' \"$@\"",
            trace.display(),
            desktop.program(&released()?)?.display()
        ),
    )
}

#[tokio::test]
async fn after_a_whole_run_neither_token_is_in_any_file_argument_or_variable() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let began = SystemTime::now();
    let mut desktop = Desktop::open(Wanted::default())?;
    let (home, temporary) = (desktop.home().to_owned(), desktop.home().join("tmp"));
    fs::create_dir(&temporary)?;
    desktop.set("TMPDIR", temporary.display().to_string());
    let store = Store::of(&desktop)?;
    store.configure(&desktop, false)?;
    let sandbox = Sandbox::start(&released()?)?;
    let trace = home.join("started.txt");
    let traced = traced(&desktop, &trace)?;

    let window = Window::open(&desktop, &traced, &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
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
    wait_told(&window, "reveal-outcome", &words::check_stored("token")).await?;
    drop(from_vault);
    window.click("reveal-deliver").await?;
    window.wait_for("reveal-delivered").await?;
    // There it is meant to be, and in no other file.
    ensure!(store.entry("Server Key 3").as_ref() == Some(&token), "something else is stored");
    fs::remove_dir_all(home.join("entries"))?;
    window.click("reveal-done").await?;
    window.wait_gone("reveal").await?;
    window.click("receipt-save").await?;
    wait_told(&window, "toast-text", &words::said_receipt_saved(ANY)).await?;
    let (its, signed_in_with) = (secret_of(&token)?, secret_of(&sandbox.admin)?);
    let secrets = [("token", &its), ("sign-in token", &signed_in_with)];
    ensure_in_no_file(&desktop, began, &secrets)?;
    window.click("signout").await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Another").await?;
    finish(&window).await?;
    window.click("signout").await?;
    window.choose("signin-environment", "custom").await?;
    window.clear("signin-url").await?;
    window.desktop().confirm_host(&sandbox.url)?;
    window.type_into("signin-url", &sandbox.url).await?;
    window.click("signin-type").await?;
    window.type_into("signin-token", &sandbox.admin).await?;
    // The click may be answered, or end with the page; from here on there is no driver.
    let before = sandbox.requests().await?;
    let _ = tokio::time::timeout(A_WHILE, window.click("signin-submit")).await;
    wait::until("the sign-in", A_WHILE, async || {
        ensure!(sandbox.requests().await? != before, "nothing was asked");
        Ok(())
    })
    .await?;
    window.ask_to_close()?;
    window.wait_ended(Duration::from_secs(10)).await?;
    drop(window);

    let started = fs::read_to_string(&trace)?;
    let programs = started.lines().filter(|line| line.contains("execve(")).count();
    eprintln!("{programs} programs were started, {} bytes of arguments and variables", started.len());
    ensure!(started.contains("WebKitWebProcess") && started.contains("HOME="), "they are not told: {started}");
    for (what, secret) in secrets {
        ensure!(secret.pieces_in(started.as_bytes()) == 0, "the {what} was given to a program");
    }
    ensure_in_no_file(&desktop, began, &secrets)?;
    // What a scan like this finds, where there is something.
    fs::write(temporary.join("planted"), STANDARD.encode(format!("…{token}…")))?;
    ensure!(desktop.files_with_pieces_of(&its)?.len() == 1);
    ensure!(temporary_files_with(&its, began, &home)?.len() == 1, "the home is in a temporary folder itself");
    Ok(())
}
