//! Delivering tokens into a vault, without screen or clipboard: from the dialog, and with one Enter.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt, path::Path, time::Duration};

use anyhow::{Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    desktop::Desktop,
    process,
    sandbox::Sandbox,
    store::Store,
    window::{Key, Window},
};
use serde_json::json;

use crate::steps::{
    ANY, app, create, creations, desktop, ensure_nothing_copied, finish, kill, paste_into, sample_token, sign_in,
    wait_read_back, wait_told,
};

/// Signed in, with a vault of files as the only destination.
pub(crate) async fn ready<'a>(desktop: &'a Desktop, sandbox: &Sandbox, default: bool) -> Result<(Window<'a>, Store)> {
    let store = Store::of(desktop)?;
    store.configure(desktop, default)?;
    let window = Window::open(desktop, app(), &[]).await?;
    sign_in(&window, sandbox, &sandbox.admin).await?;
    Ok((window, store))
}

/// Processes of the vault's program, and of what it has started, also where they have lost their parents: each carries the
/// mark of a delivery, and this desktop's home.
fn children_left(desktop: &Desktop) -> Result<usize> {
    let mut count = 0;
    for entry in std::fs::read_dir("/proc")?.flatten() {
        // Errors mean that it has ended meanwhile, is no process, or is not ours; one that is not waited for yet has none.
        let variables = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        let has = |wanted: &dyn Fn(&[u8]) -> bool| variables.split(|byte| *byte == 0).any(wanted);
        let marked = has(&|variable| variable.starts_with(b"KEYBEARER_DELIVERY="));
        let is_home = |home: &[u8]| Path::new(OsStr::from_bytes(home)) == desktop.home();
        count += usize::from(marked && has(&|variable| variable.strip_prefix(b"HOME=").is_some_and(is_home)));
    }
    Ok(count)
}

/// Asks the app to end, as the system does, and waits until it has.
async fn ask_to_end(window: &Window<'_>) -> Result<()> {
    ensure!(process::command("kill").arg(window.app_process()?.to_string()).status()?.success());
    window.wait_ended(Duration::from_secs(10)).await
}

#[tokio::test]
async fn a_held_token_is_delivered_from_the_dialog_read_back_and_done_without_a_question() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let (window, store) = ready(&desktop, &sandbox, false).await?;
    sandbox.fault("create", json!({ "kind": "sample" }), 1).await?;
    create(&window, "My API Key").await?;
    wait_told(&window, "reveal-deliver", &words::deliver_to("Team Vault")).await?;
    window.click("reveal-deliver").await?;
    let told = words::delivered_read_back("My API Key", "Team Vault");
    wait_told(&window, "reveal-delivered", &told).await?;
    ensure!(store.entry("My API Key") == Some(sample_token()?), "something else is stored");
    window.click("reveal-done").await?;
    window.wait_gone("reveal").await?;
    wait_read_back(&window, "Team Vault: My API Key").await?;
    ensure_nothing_copied(&desktop).await
}

#[tokio::test]
async fn one_enter_from_the_name_to_the_proof_shows_and_copies_nothing() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let (window, store) = ready(&desktop, &sandbox, true).await?;
    sandbox.fault("create", json!({ "kind": "sample" }), 1).await?;
    window.type_into("key-name", "Slow key").await?;
    window.press("key-name", Key::Enter).await?;
    wait_told(&window, "create-progress", &words::creating_delivering()).await?;
    ensure!(!window.is_shown("reveal").await?, "the dialog is open");
    store.go_on()?;
    wait_read_back(&window, "Team Vault: Slow key").await?;
    ensure!(!window.is_shown("reveal").await? && !window.is_shown("attention").await?);
    ensure!(store.entry("Slow key") == Some(sample_token()?), "something else is stored");
    ensure!(window.value("key-name").await?.is_empty(), "the form waits for the next name");
    ensure_nothing_copied(&desktop).await
}

#[tokio::test]
async fn an_entry_that_is_there_is_told_before_a_key_is_made_and_left_as_it_is() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let (window, store) = ready(&desktop, &sandbox, true).await?;
    store.put("Taken", "somebody's")?;
    window.type_into("key-name", "Taken").await?;
    window.press("key-name", Key::Enter).await?;
    wait_told(&window, "create-error", &words::err_vault_no_room(words::vault_exists("Taken"))).await?;
    ensure!(creations(&sandbox).await? == 0 && store.entry("Taken").as_deref() == Some("somebody's"));
    ensure!(window.value("key-name").await? == "Taken", "what was typed is kept");
    Ok(())
}

#[tokio::test]
async fn a_delivery_that_fails_leaves_the_token_held_and_says_what_is_known() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let (window, _) = ready(&desktop, &sandbox, true).await?;
    window.type_into("key-name", "Refused").await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await?;
    let told = |text: &str| {
        text.contains("Team Vault, Refused: ")
            && text.contains("team-store ended with 3: “there is no room for Refused”")
    };
    window.wait_text("reveal-undelivered", told).await?;
    // Not proven, so that finishing asks.
    finish(&window).await?;

    window.clear("key-name").await?;
    window.type_into("key-name", "Lost").await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await?;
    window.wait_text("reveal-undelivered", |text| text.contains("team-store ended with 7")).await?;
    kill(&window)?;
    drop(window);
    let window = Window::open(&desktop, app(), &[]).await?;
    wait_told(&window, "attention", &words::notice_perhaps_handed_over("Lost", "Team Vault: Lost")).await?;
    Ok(())
}

#[tokio::test]
async fn cancelling_ends_the_program_with_all_that_it_has_started_and_so_does_quitting() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let (window, store) = ready(&desktop, &sandbox, false).await?;
    create(&window, "Hanging").await?;
    window.click("reveal-deliver").await?;
    wait_told(&window, "reveal-deliver-progress", &words::deliver_storing("Team Vault")).await?;
    ensure!(children_left(&desktop)? > 0, "nothing is running that could be ended");
    window.click("reveal-deliver-cancel").await?;
    wait_told(&window, "reveal-undelivered", &words::err_vault_perhaps_stored(words::vault_canceled())).await?;
    ensure!(children_left(&desktop)? == 0, "it goes on");
    ensure!(store.names()?.is_empty(), "it was stored all the same");

    window.click("reveal-deliver").await?;
    wait_told(&window, "reveal-deliver-progress", &words::deliver_storing("Team Vault")).await?;
    ensure!(children_left(&desktop)? > 0, "nothing is running that could be ended");
    ask_to_end(&window).await?;
    ensure!(children_left(&desktop)? == 0, "the program has outlived the app");
    Ok(())
}

/// Lets the question whether an entry exists hang, and gives it a limit of so many seconds.
fn hanging_question(desktop: &Desktop, seconds: u32) -> Result<()> {
    let store = Store::of(desktop)?;
    let mut destination = store.destination("team", "Team Vault");
    destination["vault"]["exists"]["arguments"] = json!(["store", "Hanging", "{key_name}"]);
    destination["vault"]["seconds"] = json!(seconds);
    store.configure(desktop, true)?;
    let file = desktop.settings_file().with_file_name("destinations.json");
    std::fs::write(file, json!({ "destinations": [destination], "default": "team" }).to_string())?;
    desktop.confirm_destinations()
}

async fn wait_started(desktop: &Desktop, window: &Window<'_>) -> Result<()> {
    window
        .wait_until("the program", async || {
            ensure!(children_left(desktop)? > 1, "it and what it starts are not there yet");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_program_that_hangs_while_it_is_asked_ends_when_the_app_is_asked_to() -> Result<()> {
    for step in ["a test", "a check of names", "a key that is to be made"] {
        let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
        hanging_question(&desktop, 59)?;
        let window = Window::open(&desktop, app(), &[]).await?;
        sign_in(&window, &sandbox, &sandbox.admin).await?;
        match step {
            "a test" => {
                window.click("destinations-open").await?;
                window.click("destination-test").await?;
            }
            "a check of names" => {
                window.click("batch-open").await?;
                paste_into(&window, "batch-names", "One\nTwo").await?;
                window.click("batch-check").await?;
            }
            _ => {
                window.type_into("key-name", "One").await?;
                window.press("key-name", Key::Enter).await?;
            }
        }
        wait_started(&desktop, &window).await?;
        ask_to_end(&window).await?;
        let left = children_left(&desktop)?;
        ensure!(left == 0, "{step}: {left} processes have outlived the app");
        ensure!(creations(&sandbox).await? == 0, "{step}: a key was asked for");
    }
    Ok(())
}

#[tokio::test]
async fn a_program_that_takes_too_long_ends_with_all_that_it_has_started() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    hanging_question(&desktop, 2)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    window.click("destinations-open").await?;
    window.click("destination-test").await?;
    wait_started(&desktop, &window).await?;
    wait_told(&window, "destination-problem", &words::vault_took_too_long(ANY, 2u64)).await?;
    ensure!(children_left(&desktop)? == 0, "it goes on");
    Ok(())
}

#[tokio::test]
async fn a_destination_is_added_from_the_window_tested_and_made_the_one_that_keys_go_to() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let store = Store::of(&desktop)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    window.click("destinations-open").await?;
    window.wait_for("destinations-empty").await?;
    window.click("destinations-add").await?;
    window.wait_for("destination-choice").await?;
    window.execute("document.querySelector('[data-preset=program]').click()", vec![]).await?;
    window.wait_for("program-program").await?;
    window.type_into("destination-name", "Team Vault").await?;
    window.type_into("program-program", "team-store").await?;
    paste_into(&window, "program-store", "store\n{key_name}").await?;
    window.click("destination-save").await?;
    wait_told(&window, "destination-error", &words::vault_unusable(words::unusable_program("team-store"))).await?;
    window.clear("program-program").await?;
    window.type_into("program-program", &store.program().display().to_string()).await?;
    paste_into(&window, "program-exists", "exists\n{key_name}").await?;
    paste_into(&window, "program-readBack", "read\n{key_name}").await?;
    window.click("destination-save").await?;
    window.wait_for("destination-row").await?;
    desktop.confirm_destinations()?;
    window.click("destination-test").await?;
    wait_told(&window, "destination-outcome", &words::tested_nothing_stored()).await?;
    ensure!(store.names()?.is_empty(), "the test has stored something");
    window.click("destination-default").await?;
    wait_told(&window, "destination-row", &words::vault_default()).await?;
    window.click("destinations-close").await?;
    window.type_into("key-name", "First").await?;
    window.press("key-name", Key::Enter).await?;
    wait_read_back(&window, "Team Vault: First").await?;
    let file = desktop.settings_file().with_file_name("destinations.json");
    let kept = std::fs::read_to_string(file)?;
    ensure!(kept.contains("\"{key_name}\"") && kept.contains("Team Vault"), "{kept}");
    Ok(())
}
