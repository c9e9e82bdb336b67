//! What a program's word is worth in the window: that it ended well proves nothing, until it was once shown to keep what
//! it takes.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    desktop::Desktop,
    sandbox::Sandbox,
    store::Store,
    window::{Key, Window},
};
use serde_json::{Value, json};

use crate::{
    replacing::{NAME, replace},
    steps::{ANY, app, creations, desktop, finish, is_told, kill, paste_into, says, sign_in, wait_told, working},
};

/// Signed in, with this vault as the one that new keys go to at once.
async fn ready<'a>(desktop: &'a Desktop, sandbox: &Sandbox, vault: Value) -> Result<Window<'a>> {
    let destination = json!({ "id": "team", "name": "Team Vault", "vault": vault });
    desktop.write_destinations(&json!({ "destinations": [destination], "default": "team" }))?;
    let window = Window::open(desktop, app(), &[]).await?;
    sign_in(&window, sandbox, &sandbox.admin).await?;
    Ok(window)
}

async fn one_enter(window: &Window<'_>, name: &str) -> Result<()> {
    window.clear("key-name").await?;
    window.type_into("key-name", name).await?;
    window.press("key-name", Key::Enter).await
}

#[tokio::test]
async fn a_program_that_keeps_nothing_loses_no_token_by_ending_well() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let keeps_nothing = json!({ "kind": "program", "program": "/bin/true", "store": ["{key_name}"] });
    let window = ready(&desktop, &sandbox, keeps_nothing).await?;
    one_enter(&window, "First").await?;
    wait_told(&window, "reveal-delivered", &words::delivered_taken_open("First", "Team Vault")).await?;
    wait_told(&window, "reveal-verify-text", &words::reveal_verify_proves("Team Vault")).await?;
    window.click("reveal-done").await?;
    wait_told(&window, "reveal-asking", &words::finish_taken("Team Vault")).await?;
    window.click("reveal-revoke").await?;
    window.wait_gone("reveal").await?;

    // A list does not begin, and no key is made for it.
    window.click("batch-open").await?;
    paste_into(&window, "batch-names", "One\nTwo\nThree").await?;
    window.click("batch-check").await?;
    wait_told(&window, "batch-input-error", &words::err_vault_unusable(words::vault_never_proven("Team Vault")))
        .await?;
    window.press("batch-names", Key::Escape).await?;
    ensure!(creations(&sandbox).await? == 1, "a key was made for a list");

    // One that is to be replaced goes on working, and nobody is asked to revoke it.
    one_enter(&window, NAME).await?;
    wait_told(&window, "reveal-delivered", &words::delivered_taken_open(ANY, "Team Vault")).await?;
    finish(&window).await?;
    let old = working(&sandbox, NAME).await?.pop().context("it was made")?;
    replace(&window, &old).await?;
    wait_told(&window, "reveal-delivered", &words::delivered_taken_open(ANY, "Team Vault")).await?;
    kill(&window)?;
    drop(window);
    let window = Window::open(&desktop, app(), &[]).await?;
    let told = window.wait_text("attention", |text| text.contains("Team Vault")).await?;
    ensure!(
        told.contains(&words::notice_old_works(&old).to_string()) && !says(&told, &words::attention_old_to_revoke()),
        "{told}"
    );
    ensure!(working(&sandbox, NAME).await?.contains(&old));
    Ok(())
}

#[tokio::test]
async fn a_program_that_was_checked_once_is_believed_the_next_time_until_it_is_changed() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let store = Store::of(&desktop)?;
    let keeps = json!({
        "kind": "program", "program": store.program(), "store": ["store", "{key_name}"],
        "whose": { "arguments": ["whoami"] },
    });
    let window = ready(&desktop, &sandbox, keeps).await?;
    window.click("destinations-open").await?;
    window
        .wait_text("destination-marks", |text| {
            says(text, &words::vault_unproven()) && says(text, &words::deliver_overwrites("Team Vault"))
        })
        .await?;
    window.click("destination-test").await?;
    let told = words::sentences(words::vault_account("ops@example.org"), words::tested_program_untried());
    wait_told(&window, "destination-outcome", &told).await?;
    window.click("destinations-close").await?;
    one_enter(&window, "First").await?;
    let account = words::vault_account("ops@example.org");
    let told = words::sentences(words::delivered_taken_open("First", "Team Vault"), account.clone());
    wait_told(&window, "reveal-delivered", &told).await?;
    let kept = Clipboard::of(&desktop).copy(&store.entry("First").context("it keeps it")?).await?;
    window.click("reveal-check").await?;
    wait_told(&window, "reveal-outcome", &words::check_stored("token")).await?;
    drop(kept);
    let told = words::sentences(words::delivered_taken("First", "Team Vault"), account);
    wait_told(&window, "reveal-delivered", &told).await?;
    window.click("reveal-done").await?;
    let first = "Team Vault: First (account ops@example.org)";
    window.wait_text("receipt", |text| is_told(text, |at| words::receipt_taken_and_checked(at, first))).await?;

    one_enter(&window, "Second").await?;
    let second = "Team Vault: Second (account ops@example.org)";
    window.wait_text("receipt", |text| is_told(text, |at| words::receipt_taken_as_before(at, second))).await?;
    ensure!(!window.is_shown("reveal").await?, "it asks again");

    window.click("destinations-open").await?;
    window.wait_text("destination-marks", |text| !says(text, &words::vault_unproven())).await?;
    window.click("destination-edit").await?;
    paste_into(&window, "program-store", "store\nelsewhere-{key_name}").await?;
    window.click("destination-save").await?;
    wait_told(&window, "destination-marks", &words::vault_unproven()).await?;
    window.click("destination-default").await?;
    wait_told(&window, "destination-default", &words::vault_use()).await?;
    window.click("destinations-close").await?;
    one_enter(&window, "Third").await?;
    wait_told(&window, "reveal-deliver-note", &words::deliver_overwrites("Team Vault")).await?;
    Ok(())
}
