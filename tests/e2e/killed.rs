//! The app is killed in the midst of things, and started again: of every key it is known whether it exists, and it can be
//! put right with one click.

use std::{fs, time::Duration};

use anyhow::{Context, Result, ensure};
use keybearer_support::{
    process,
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::json;

use crate::steps::{app, create, creations, desktop, sign_in};

/// Ends the app at once, as a crash or a power failure does.
fn kill(window: &Window<'_>) -> Result<()> {
    let id = window.app_process()?.to_string();
    ensure!(process::command("kill").args(["-9", &id]).status()?.success(), "{id} could not be killed");
    Ok(())
}

/// The ids of the keys of a name that work, as the sandbox knows them.
async fn working(sandbox: &Sandbox, name: &str) -> Result<Vec<String>> {
    let keys = sandbox.keys().await?;
    let keys = keys.as_array().context("the sandbox lists its keys")?;
    let ours = keys.iter().filter(|key| key["name"] == name && key["status"] == "Active");
    Ok(ours.filter_map(|key| key["id"].as_str().map(str::to_owned)).collect())
}

#[tokio::test]
async fn whenever_it_is_killed_each_key_that_was_made_is_found_and_revoked_with_one_click() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    window.wait_text("account", |text| text.contains("Kept in the system’s keyring")).await?;
    drop(window);

    let (mut kills, mut made) = (0, 0);
    // From before the request to long after its answer, which takes a fifth of a second.
    for after in [0, 20, 60, 120, 180, 260, 500] {
        let name = format!("Killed after {after} ms");
        let window = Window::open(&desktop, app(), &[]).await?;
        window.wait_for("key-name").await?;
        sandbox.fault("create", json!({ "kind": "slow", "ms": 200 }), 1).await?;
        window.type_into("key-name", &name).await?;
        let asked = creations(&sandbox).await?;
        window.press("key-name", Key::Enter).await?;
        tokio::time::sleep(Duration::from_millis(after)).await;
        kill(&window)?;
        drop(window);
        kills += 1;

        let window = Window::open(&desktop, app(), &[]).await?;
        window.wait_for("key-name").await?;
        ensure!(creations(&sandbox).await? <= asked + 1, "a second key was asked for");
        let there = working(&sandbox, &name).await?;
        made += there.len();
        if let [id] = there.as_slice() {
            window.wait_text("attention", |text| text.contains(id.as_str())).await?;
            window.click("attention-revoke").await?;
            window
                .wait_until("the key to be revoked", async || {
                    let there = working(&sandbox, &name).await?;
                    ensure!(there.is_empty(), "{there:?} work");
                    Ok(())
                })
                .await?;
            window.wait_gone("attention").await?;
        } else if window.is_shown("attention").await? {
            // It was written down, and Dfns never got it.
            window.click("attention-dismiss").await?;
            window.wait_gone("attention").await?;
        }
    }
    eprintln!("{kills} kills, {made} keys made, 0 unaccounted");
    ensure!(made > 0, "no kill came after a key was made");
    Ok(())
}

#[tokio::test]
async fn a_token_that_was_held_when_it_was_killed_is_in_no_file_and_its_key_needs_attention() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    window.wait_text("account", |text| text.contains("Kept in the system’s keyring")).await?;
    sandbox.fault("create", json!({ "kind": "sample" }), 1).await?;
    create(&window, "My API Key").await?;
    kill(&window)?;
    drop(window);
    let token = crate::steps::sample_token()?;
    let files = desktop.files_with(&token.as_bytes()[..24])?;
    ensure!(files.is_empty(), "the token is in {files:?}");
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_text("attention", |text| text.contains("Not proven to be in a vault")).await?;
    window.click("attention-dismiss").await?;
    window.wait_gone("attention").await?;
    drop(window);
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("key-name").await?;
    ensure!(!window.is_shown("attention").await?, "what was settled came back");
    Ok(())
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_is_told_and_no_key_is_asked_for() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    // A file where its folder should be.
    fs::write(desktop.home().join("data/app.keybearer.desktop"), "")?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_text("problems", |text| text.contains("journal.sqlite cannot be used")).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    window.type_into("key-name", "Never asked for").await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_text("create-error", |text| text.contains("journal.sqlite cannot be used")).await?;
    ensure!(creations(&sandbox).await? == 0);
    Ok(())
}
