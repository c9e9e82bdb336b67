//! Each kind of keyring that people have, and what is left in it as other programs find it: signed in, started anew,
//! renewed, denied, signed out, and forgotten without a window.

use std::{
    process::{Output, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use keybearer_core::words::{self, Message};
use keybearer_support::{
    desktop::{Desktop, Wanted},
    keepassxc::{Answer, KeePassXc},
    plain_keyring::PlainKeyring,
    process::Process,
    sandbox::Sandbox,
    wait::{self, SOON},
    window::Window,
};
use serde_json::json;

use crate::steps::{ANY, app, invoke, sign_in, wait_told};

fn without_keyring() -> Result<Desktop> {
    Desktop::open(Wanted { keyring: false, ..Wanted::default() })
}

async fn wait_kept(window: &Window<'_>) -> Result<()> {
    wait_told(window, "account", &words::session_keyring()).await.map(drop)
}

/// What is kept in memory only, and why.
async fn wait_in_memory(window: &Window<'_>, why: &Message) -> Result<()> {
    wait_told(window, "kept-problem", why).await?;
    wait_told(window, "account", &words::session_memory()).await.map(drop)
}

/// Opens the panel, waits until it says this, and closes it.
async fn ensure_panel_tells(window: &Window<'_>, found: &Message) -> Result<()> {
    window.wait_for("signin-environment").await?;
    window.click("protection-open").await?;
    let told = window
        .wait_until("the panel", async || {
            let page = window.page_text().await?;
            ensure!(page.contains(&found.to_string()), "{page}");
            Ok(())
        })
        .await;
    window.click("protection-close").await?;
    told
}

async fn sign_out(window: &Window<'_>) -> Result<()> {
    window.click("signout").await?;
    window.wait_for("signin-environment").await.map(drop)
}

/// How often a text is in KeePassXC's database: in its entries, what they held before, and its recycle bin.
async fn ensure_holds(keepassxc: &KeePassXc<'_>, text: &str, times: usize) -> Result<()> {
    // It writes its file a moment after it has answered.
    wait::until("KeePassXC to have written its file", SOON, async || {
        let there = keepassxc.contents()?.matches(text).count();
        ensure!(there == times, "it is there {there} times, in place of {times}");
        Ok(())
    })
    .await
}

/// What secret-tool finds of Keybearer's: it asks for nothing, and takes what lies open.
fn found_by_another(desktop: &Desktop) -> Result<String> {
    let mut search = desktop.command("secret-tool");
    let found = search.args(["search", "--all", "service", "app.keybearer.desktop"]).output()?;
    Ok(String::from_utf8(found.stdout)?)
}

/// Puts what was kept into the keyring a second time, as one does that has joined two files.
fn keep_twice(desktop: &Desktop, contents: &str, secret: &str) -> Result<()> {
    let name = contents.split_once("<Key>username</Key>").context("no entry")?.1;
    let name = name.split_once("<Value>").and_then(|(_, rest)| rest.split_once("</Value>")).context("no name")?.0;
    let mut store = desktop.command("secret-tool");
    store.args(["store", "--label=copy", "service", "app.keybearer.desktop", "username", name, "copied", "yes"]);
    ensure!(Process::start_with_input(store, secret.as_bytes())?.ended_well()?, "it was not kept");
    Ok(())
}

/// Opens the app and signs in: KeePassXC has the token once then.
async fn kept_by<'a>(keepassxc: &KeePassXc<'_>, desktop: &'a Desktop, sandbox: &Sandbox) -> Result<Window<'a>> {
    let window = Window::open(desktop, app(), &[]).await?;
    sign_in(&window, sandbox, &sandbox.admin).await?;
    wait_kept(&window).await?;
    ensure_holds(keepassxc, &sandbox.admin, 1).await?;
    Ok(window)
}

#[tokio::test]
async fn keepassxc_asks_once_a_run_and_nothing_is_left_after_signing_out() -> Result<()> {
    let (desktop, sandbox) = (without_keyring()?, Sandbox::start(app())?);
    let keepassxc = KeePassXc::start(&desktop, false).await?;
    let window = kept_by(&keepassxc, &desktop, &sandbox).await?;
    drop(window);

    let window = Window::open(&desktop, app(), &[]).await?;
    keepassxc.answer(Answer::Allow).await?;
    window.wait_for("key-name").await?;
    wait_kept(&window).await?;
    sign_out(&window).await?;
    // Whether the database has one nobody but KeePassXC knows.
    wait_told(&window, "account-problem", &words::err_keyring_recycle_bin()).await?;
    ensure_holds(&keepassxc, &sandbox.admin, 0).await?;
    ensure!(!keepassxc.is_asking().await?, "something is asked");
    Ok(())
}

#[tokio::test]
async fn what_keepassxc_denies_is_told_at_each_step_and_tried_again_until_it_is_gone() -> Result<()> {
    let (desktop, sandbox) = (without_keyring()?, Sandbox::start(app())?);
    let keepassxc = KeePassXc::start(&desktop, false).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_kept(&window).await?;
    drop(window);

    let window = Window::open(&desktop, app(), &[]).await?;
    keepassxc.answer(Answer::Deny).await?;
    wait_told(&window, "signin-error", &words::keyring_locked()).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    keepassxc.answer(Answer::Deny).await?;
    wait_in_memory(&window, &words::keyring_locked()).await?;
    ensure_holds(&keepassxc, &sandbox.admin, 1).await?;
    sign_out(&window).await?;
    keepassxc.answer(Answer::Deny).await?;
    wait_told(&window, "account-problem", &words::err_keyring_stays(ANY)).await?;
    ensure_holds(&keepassxc, &sandbox.admin, 1).await?;
    drop(window);

    let window = Window::open(&desktop, app(), &[]).await?;
    keepassxc.answer(Answer::Allow).await?;
    ensure_holds(&keepassxc, &sandbox.admin, 0).await?;
    window.wait_for("signin-environment").await?;
    ensure!(!window.is_shown("account").await?, "somebody is signed in");
    Ok(())
}

#[tokio::test]
async fn what_is_in_a_database_of_keepassxcs_that_is_locked_is_told_to_stay_and_forgotten_at_the_next_start()
-> Result<()> {
    let (desktop, sandbox) = (without_keyring()?, Sandbox::start(app())?);
    let keepassxc = KeePassXc::start(&desktop, false).await?;
    let window = kept_by(&keepassxc, &desktop, &sandbox).await?;
    keepassxc.lock().await?;
    sign_out(&window).await?;
    wait_told(&window, "account-problem", &words::err_keyring_stays(ANY)).await?;
    drop(window);

    keepassxc.unlock().await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    keepassxc.answer(Answer::Allow).await?;
    ensure_holds(&keepassxc, &sandbox.admin, 0).await?;
    window.wait_for("signin-environment").await.map(drop)
}

#[tokio::test]
async fn what_keepassxc_keeps_of_a_token_that_it_has_forgotten_is_told() -> Result<()> {
    let (desktop, sandbox) = (without_keyring()?, Sandbox::start(app())?);
    let keepassxc = KeePassXc::start(&desktop, true).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    ensure_panel_tells(&window, &words::protect_keyring_keepassxc()).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_kept(&window).await?;
    let renewed = renew(&window, &sandbox).await?;
    wait_kept(&window).await?;
    // In the history of its entry.
    ensure_holds(&keepassxc, &sandbox.admin, 1).await?;
    ensure_holds(&keepassxc, &renewed, 1).await?;
    sign_out(&window).await?;
    let moved = "moved what it kept for Keybearer to its recycle bin";
    window.wait_text("account-problem", |text| text.contains(moved)).await?;
    // That is what there is to be told.
    ensure_holds(&keepassxc, &sandbox.admin, 1).await?;
    ensure_holds(&keepassxc, &renewed, 1).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_kept(&window).await?;
    drop(window);

    let told = String::from_utf8(forget_as_allowed(&desktop, &keepassxc).await?.stdout)?;
    ensure!(told.starts_with(&words::forget_done(1_u8).to_string()) && told.contains(moved), "{told}");

    let forgotten = desktop.command(app()).arg("--forget").output()?;
    ensure!(forgotten.status.success(), "{}", String::from_utf8_lossy(&forgotten.stderr));
    let told = String::from_utf8_lossy(&forgotten.stdout);
    ensure!(told == format!("{}\n", words::forget_done(0_u8)), "{told}");
    Ok(())
}

#[tokio::test]
async fn of_two_entries_in_keepassxc_the_one_that_is_denied_stays_alone_and_that_is_told() -> Result<()> {
    let (desktop, sandbox) = (without_keyring()?, Sandbox::start(app())?);
    let keepassxc = KeePassXc::start(&desktop, false).await?;
    let window = kept_by(&keepassxc, &desktop, &sandbox).await?;
    keep_twice(&desktop, &keepassxc.contents()?, &sandbox.admin)?;
    ensure_holds(&keepassxc, &sandbox.admin, 2).await?;
    sign_out(&window).await?;
    keepassxc.answer(Answer::Deny).await?;
    wait_told(&window, "account-problem", &words::err_keyring_stays(ANY)).await?;
    ensure_holds(&keepassxc, &sandbox.admin, 1).await?;
    ensure!(keepassxc.contents()?.contains("<Value>copy</Value>"), "it is not the copy that is left");
    drop(window);

    let forgotten = forget_as_allowed(&desktop, &keepassxc).await?;
    ensure!(forgotten.status.success(), "{}", String::from_utf8_lossy(&forgotten.stderr));
    ensure_holds(&keepassxc, &sandbox.admin, 0).await
}

#[tokio::test]
async fn where_there_is_no_keyring_yet_one_is_made_and_where_the_person_does_not_want_that_it_is_told() -> Result<()> {
    let (desktop, sandbox) = (without_keyring()?, Sandbox::start(app())?);
    desktop.start_service_without_keyring()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    ensure_panel_tells(&window, &words::protect_keyring_unmade()).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    answer_prompter(&desktop, &["key", "Escape"]).await?;
    wait_in_memory(&window, &words::keyring_unmade()).await?;
    ensure!(found_by_another(&desktop)?.is_empty());

    let renewed = renew(&window, &sandbox).await?;
    answer_prompter(
        &desktop,
        &["type", "--args", "1", "correct", "key", "Tab", "type", "--args", "1", "correct", "key", "Return"],
    )
    .await?;
    wait_kept(&window).await?;
    ensure!(found_by_another(&desktop)?.contains(&renewed), "secret-tool does not find it");
    let renewed = renew(&window, &sandbox).await?;
    wait::until("the token of before to be gone, and the new one to be there", SOON, async || {
        let found = found_by_another(&desktop)?;
        ensure!(found.contains(&renewed) && found.matches("secret = ").count() == 1, "{found}");
        Ok(())
    })
    .await?;
    sign_out(&window).await?;
    wait::until("the keyring to be empty", SOON, async || {
        ensure!(found_by_another(&desktop)?.is_empty(), "something is there");
        Ok(())
    })
    .await?;
    ensure!(!window.is_shown("account-problem").await?, "something is told to be left");
    Ok(())
}

#[tokio::test]
async fn a_keyring_that_ends_while_its_question_is_open_is_told_and_nothing_waits_for_its_answer() -> Result<()> {
    let (desktop, sandbox) = (without_keyring()?, Sandbox::start(app())?);
    desktop.start_service_without_keyring()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait::until("the question for a password", SOON, async || question(&desktop).await?.context("nobody asks")).await?;
    desktop.end_keyring();
    wait_in_memory(&window, &words::keyring_absent()).await?;
    sign_out(&window).await
}

#[tokio::test]
async fn a_keyring_that_takes_nothing_encrypted_gets_nothing_and_that_is_told() -> Result<()> {
    let (desktop, sandbox) = (without_keyring()?, Sandbox::start(app())?);
    let plain = PlainKeyring::start(&desktop)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    ensure_panel_tells(&window, &words::protect_keyring_unencrypted()).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_in_memory(&window, &words::keyring_unencrypted()).await?;
    sign_out(&window).await?;
    ensure!(!window.is_shown("account-problem").await?, "something is told to be left");
    ensure!(plain.sessions_in_clear() == 0, "it was used in clear");
    Ok(())
}

/// Signs in anew, to the account that is in use, with a new token.
async fn renew(window: &Window<'_>, sandbox: &Sandbox) -> Result<String> {
    // What is copied while it is cleared would be cleared too.
    wait_told(window, "toast-text", &words::said_signed_in_cleared("token")).await?;
    ensure!(invoke(window, "ask_for_token", &json!({ "sameAccount": true })).await?.is_ok());
    let token = sandbox.sign_in_anew().await?;
    sign_in(window, sandbox, &token).await?;
    Ok(token)
}

/// Forgets all without a window, which KeePassXC asks about and the person allows.
async fn forget_as_allowed(desktop: &Desktop, keepassxc: &KeePassXc<'_>) -> Result<Output> {
    let mut forget = tokio::process::Command::from(desktop.command(app()));
    let mut forgotten = std::pin::pin!(forget.arg("--forget").output());
    tokio::select! {
        // KeePassXC does not always ask: what came of it is looked at by whoever calls this.
        forgotten = &mut forgotten => return Ok(forgotten?),
        answered = keepassxc.answer(Answer::Allow) => answered?,
    }
    Ok(forgotten.await?)
}

/// Answers the question for a new keyring's password, once it is there, until it is gone: with two passwords that differ it
/// asks again, as where it was not ready for the first letter.
async fn answer_prompter(desktop: &Desktop, keys: &[&str]) -> Result<()> {
    let asked = async || question(desktop).await?.context("nobody asks for a password");
    wait::until("the question for a password", SOON, asked).await?;
    wait::until("it to be answered", SOON, async || {
        let Some(window) = question(desktop).await? else { return Ok(()) };
        let mut press = tokio::process::Command::from(desktop.command("xdotool"));
        press.args(["windowfocus", "--sync", &window]).args(keys).stderr(Stdio::null()).status().await?;
        wait::until("it to be gone", Duration::from_secs(2), async || {
            ensure!(question(desktop).await? != Some(window.clone()), "it is there");
            Ok(())
        })
        .await
    })
    .await
}

/// The window that asks for a new keyring's password.
async fn question(desktop: &Desktop) -> Result<Option<String>> {
    let mut search = tokio::process::Command::from(desktop.command("xdotool"));
    let found = search.args(["search", "--onlyvisible", "--class", "gcr-prompter"]).output().await?;
    Ok(String::from_utf8(found.stdout)?.lines().last().map(str::to_owned))
}
