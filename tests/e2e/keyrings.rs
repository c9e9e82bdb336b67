//! Each kind of keyring that people have, and what is left in it as other programs find it: signed in, started anew,
//! renewed, denied, signed out, and forgotten without a window.

use anyhow::{Result, ensure};
use keybearer_support::{
    desktop::{Desktop, Wanted},
    keepassxc::{Answer, KeePassXc},
    plain_keyring::PlainKeyring,
    process::Process,
    sandbox::Sandbox,
    wait::{self, SOON},
    window::Window,
};

use crate::steps::{app, invoke, press_keys, sign_in};

const KEPT: &str = "Kept in the system’s keyring";

fn without_keyring() -> Result<Desktop> {
    Desktop::open(Wanted { keyring: false, ..Wanted::default() })
}

async fn wait_kept(window: &Window<'_>) -> Result<()> {
    window.wait_text("account", |text| text.contains(KEPT)).await.map(drop)
}

/// What is kept in memory only, and why.
async fn wait_in_memory(window: &Window<'_>, why: &str) -> Result<()> {
    window.wait_text("kept-problem", |text| text.contains(why)).await?;
    window.wait_text("account", |text| text.contains("Kept in memory until Keybearer quits")).await.map(drop)
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

#[tokio::test]
async fn keepassxc_asks_once_a_run_and_nothing_is_left_after_signing_out() -> Result<()> {
    let (desktop, sandbox) = (without_keyring()?, Sandbox::start(app())?);
    let keepassxc = KeePassXc::start(&desktop, false).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_kept(&window).await?;
    ensure_holds(&keepassxc, &sandbox.admin, 1).await?;
    drop(window);

    let window = Window::open(&desktop, app(), &[]).await?;
    keepassxc.answer(Answer::Allow).await?;
    window.wait_for("key-name").await?;
    wait_kept(&window).await?;
    sign_out(&window).await?;
    ensure_holds(&keepassxc, &sandbox.admin, 0).await?;
    ensure!(!keepassxc.is_asking().await? && !window.is_shown("account-problem").await?, "something is asked or told");
    Ok(())
}
