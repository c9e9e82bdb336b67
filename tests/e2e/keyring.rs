//! A keyring that is absent, locked, or ends: the app says so, goes on for this run, and writes no token anywhere else.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use keybearer_core::words::{self, Message};
use keybearer_support::{
    clipboard::Clipboard,
    desktop::{Desktop, Wanted},
    launcher,
    process::Process,
    sandbox::Sandbox,
    window::Window,
};

use crate::steps::{ANY, app, create, desktop, finish, invoke, says, sign_in, wait_told};

/// Neither the sign-in token nor a piece of it is in any file of the home folder.
fn ensure_in_no_file(desktop: &Desktop, token: &str) -> Result<()> {
    let files = desktop.files_with(&token.as_bytes()[..24])?;
    ensure!(files.is_empty(), "the sign-in token is in {files:?}");
    Ok(())
}

/// What is said while a token is in memory only for want of a keyring.
async fn ensure_told(window: &Window<'_>, why: &Message) -> Result<()> {
    window
        .wait_until("the person is told", async || {
            let page = window.page_text().await?;
            ensure!(says(&page, why) && says(&page, &words::session_memory()), "{page}");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn without_a_session_bus_it_opens_at_once_says_so_and_signs_in_for_this_run() -> Result<()> {
    let desktop = Desktop::open(Wanted { bus: false, ..Wanted::default() })?;
    let sandbox = Sandbox::start(app())?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    ensure_told(&window, &words::keyring_absent()).await?;
    create(&window, "Made without a bus").await?;
    finish(&window).await?;
    ensure_in_no_file(&desktop, &sandbox.admin)?;
    drop(window);
    ensure_in_no_file(&desktop, &sandbox.admin)?;

    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    Ok(())
}

/// On some computers GTK would wait for 25 s on a bus that was started in place of the missing one.
#[tokio::test]
async fn no_bus_is_started_in_place_of_the_one_that_is_missing() -> Result<()> {
    let desktop = Desktop::open(Wanted { bus: false, ..Wanted::default() })?;
    // Without this, and a launcher on the path, nothing would want one.
    let app = desktop.program(app())?;
    let app = launcher::started_by(&desktop, &format!("exec env -u NO_AT_BRIDGE '{}' \"$@\"", app.display()))?;
    let began = Instant::now();
    let window = Window::open(&desktop, &app, &["--sandbox"]).await?;
    window.wait_for("key-name").await?;
    ensure!(began.elapsed() < Duration::from_secs(10), "it took {:?}", began.elapsed());
    let home = format!("HOME={}", desktop.home().display());
    for process in fs::read_dir("/proc")?.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
        let environment = fs::read(process.join("environ")).unwrap_or_default();
        let of_this_desktop =
            environment.split(|byte| *byte == 0).any(|variable| variable.starts_with(home.as_bytes()));
        ensure!(!(of_this_desktop && name.starts_with("dbus-")), "{name} was started");
    }
    Ok(())
}

#[tokio::test]
async fn an_address_that_was_changed_in_the_file_gets_no_token_from_the_keyring() -> Result<()> {
    let (desktop, sandbox, other) = (desktop()?, Sandbox::start(app())?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    drop(window);
    let file = desktop.settings_file().with_file_name("accounts.json");
    fs::write(&file, fs::read_to_string(&file)?.replace(&sandbox.url, &other.url))?;
    let window = Window::open(&desktop, app(), &[]).await?;
    wait_told(&window, "signin-error", &words::err_keyring_empty()).await?;
    ensure!(window.value("signin-url").await? == other.url);
    let asked = other.requests().await?;
    ensure!(asked.as_array().is_some_and(Vec::is_empty), "it was asked: {asked}");
    Ok(())
}

#[tokio::test]
async fn a_locked_keyring_is_told_and_the_sign_in_holds_for_this_run() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    desktop.lock_keyring()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    ensure_told(&window, &words::keyring_locked()).await?;
    create(&window, "Made with a locked keyring").await?;
    finish(&window).await?;
    ensure_in_no_file(&desktop, &sandbox.admin)
}

#[tokio::test]
async fn a_keyring_that_is_locked_at_the_next_start_is_told_where_a_token_is_asked_for() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    drop(window);
    desktop.lock_keyring()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    wait_told(&window, "signin-error", &words::keyring_locked()).await?;
    window.wait_for("signin-retry").await?;
    ensure!(window.value("signin-url").await? == sandbox.url);
    let _copied = Clipboard::of(&desktop).copy(&sandbox.admin).await?;
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    ensure_told(&window, &words::keyring_locked()).await?;
    ensure_in_no_file(&desktop, &sandbox.admin)
}

#[tokio::test]
async fn a_keyring_that_ends_while_the_app_runs_is_told_at_signing_out_and_when_it_is_back_all_is_well() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    desktop.end_keyring();
    create(&window, "Made after the keyring’s end").await?;
    finish(&window).await?;
    window.click("signout").await?;
    window.wait_for("signin-environment").await?;
    wait_told(&window, "account-problem", &words::err_keyring_stays(ANY)).await?;
    ensure_in_no_file(&desktop, &sandbox.admin)?;

    sign_in(&window, &sandbox, &sandbox.issuer).await?;
    ensure_told(&window, &words::keyring_absent()).await?;
    // What is copied while it is cleared would be cleared too.
    wait_told(&window, "toast-text", &words::said_signed_in_cleared("token")).await?;
    desktop.start_keyring()?;
    ensure!(invoke(&window, "ask_for_token", &serde_json::json!({ "sameAccount": true })).await?.is_ok());
    sign_in(&window, &sandbox, &sandbox.issuer).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    ensure_in_no_file(&desktop, &sandbox.issuer)
}

#[tokio::test]
async fn of_two_entries_for_one_account_none_is_left_after_signing_out() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let kept = || desktop.command("secret-tool").args(["search", "--all", "service", "app.keybearer.desktop"]).output();
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    drop(window);
    // Such as a keyring program leaves after it has joined two files.
    let output = kept()?;
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8_lossy(&told).into_owned();
    let name = told.lines().find_map(|line| line.strip_prefix("attribute.username = ")).context("no name is told")?;
    let mut store = desktop.command("secret-tool");
    store.args(["store", "--label=copy", "service", "app.keybearer.desktop", "username", name, "copied", "yes"]);
    ensure!(Process::start_with_input(store, sandbox.admin.as_bytes())?.ended_well()?);

    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("key-name").await?;
    window.click("signout").await?;
    window.wait_for("signin-environment").await?;
    window
        .wait_until("the keyring to be empty", async || {
            let left = kept()?.stdout;
            ensure!(left.is_empty(), "{}", String::from_utf8_lossy(&left).lines().count());
            Ok(())
        })
        .await?;
    ensure!(!window.is_shown("account-problem").await?, "something is told to be left");
    Ok(())
}

#[tokio::test]
async fn forgetting_without_a_window_leaves_no_account_and_no_token() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let forget = || desktop.command(app()).arg("--forget").output();
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    let beside = forget()?;
    let told = String::from_utf8_lossy(&beside.stderr);
    ensure!(!beside.status.success() && says(&told, &words::now_running()), "{told}");
    drop(window);
    // An entry of which no file knows any more.
    let mut store = desktop.command("secret-tool");
    store.args(["store", "--label=old", "service", "app.keybearer.desktop", "username", "gone"]);
    ensure!(Process::start_with_input(store, b"left-over")?.ended_well()?);

    desktop.lock_keyring()?;
    let refused = forget()?;
    let told = String::from_utf8_lossy(&refused.stderr);
    ensure!(!refused.status.success() && told.contains(&words::forget_failed().to_string()), "{told}");
    desktop.end_keyring();
    desktop.start_keyring()?;
    let done = forget()?;
    let told = String::from_utf8_lossy(&done.stdout);
    ensure!(done.status.success() && told == format!("{}\n", words::forget_done(1_u8)), "{done:?}");
    let mut search = desktop.command("secret-tool");
    let left = search.args(["search", "--all", "service", "app.keybearer.desktop"]).output()?;
    ensure!(left.stdout.is_empty(), "{}", String::from_utf8_lossy(&left.stdout));

    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    ensure!(!window.is_shown("accounts").await?, "an account is there still");
    Ok(())
}
