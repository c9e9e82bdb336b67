//! Replacing a key: the old one works until the new one's token is in a vault, whatever comes in between.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    desktop::Desktop,
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::json;

use crate::{
    delivering::ready,
    steps::{
        ANY, app, copy, create, creations, desktop, finish, kill, says, sign_in, wait_listed, wait_read_back,
        wait_told, working,
    },
};

pub(crate) const NAME: &str = "Settlement bot";

/// A sandbox in which there is a key to replace, and its id.
async fn with_an_old_key(desktop: &Desktop) -> Result<(Sandbox, String)> {
    let sandbox = Sandbox::start(app())?;
    let window = Window::open(desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    create(&window, NAME).await?;
    finish(&window).await?;
    let old = working(&sandbox, NAME).await?.pop().context("it was made")?;
    Ok((sandbox, old))
}

/// Opens the old key, and lets the form replace it.
async fn choose_to_replace(window: &Window<'_>, old: &str) -> Result<()> {
    window.wait_for("key-name").await?;
    wait_listed(window).await?;
    window.execute(&format!("document.querySelector('[data-key-id={old}]').click()"), vec![]).await?;
    window.wait_for("key-dialog").await?;
    window.click("key-replace").await?;
    window.wait_text("create-replaces", |text| text.contains(old)).await?;
    ensure!(window.value("key-name").await? == NAME);
    Ok(())
}

pub(crate) async fn replace(window: &Window<'_>, old: &str) -> Result<()> {
    choose_to_replace(window, old).await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_text("reveal-replaces", |text| text.contains(old)).await?;
    Ok(())
}

/// The token is copied, put into a vault, copied back out of it and checked.
async fn check(window: &Window<'_>) -> Result<()> {
    copy(window).await?;
    let clipboard = Clipboard::of(window.desktop());
    let token = clipboard.text().await?.context("the token is on the clipboard")?;
    let from_vault = clipboard.copy(&token).await?;
    window.click("reveal-check").await?;
    wait_told(window, "reveal-outcome", &words::check_stored("token")).await?;
    drop(from_vault);
    Ok(())
}

/// Kills the app and starts it again. What it says then is printed.
async fn interrupted<'a>(window: Window<'a>, desktop: &'a Desktop, step: &str) -> Result<Window<'a>> {
    kill(&window)?;
    drop(window);
    let window = Window::open(desktop, app(), &[]).await?;
    window.wait_for("key-name").await?;
    wait_listed(&window).await?;
    let told = if window.is_shown("attention").await? { window.text("attention").await? } else { String::new() };
    eprintln!("{step}: {}", told.replace('\n', " | "));
    Ok(window)
}

#[tokio::test]
async fn the_old_key_is_revoked_with_one_click_once_the_new_token_was_read_back_out_of_a_vault() -> Result<()> {
    let desktop = desktop()?;
    let (sandbox, old) = with_an_old_key(&desktop).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    replace(&window, &old).await?;
    check(&window).await?;
    ensure!(working(&sandbox, NAME).await?.contains(&old));
    window.click("reveal-done").await?;
    window.wait_text("attention", |text| says(text, &words::attention_old_to_revoke()) && text.contains(&old)).await?;
    ensure!(working(&sandbox, NAME).await?.len() == 2, "both work until the person says otherwise");
    window.click("attention-revoke").await?;
    window.wait_gone("attention").await?;
    let left = working(&sandbox, NAME).await?;
    ensure!(left.len() == 1 && !left.contains(&old), "{left:?} work");
    ensure!(creations(&sandbox).await? == 2);
    Ok(())
}

#[tokio::test]
async fn a_replacement_is_delivered_beside_the_old_entry_and_the_old_key_is_revoked_with_one_click() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let (window, store) = ready(&desktop, &sandbox, true).await?;
    window.type_into("key-name", NAME).await?;
    window.press("key-name", Key::Enter).await?;
    wait_read_back(&window, &format!("Team Vault: {NAME}")).await?;
    let old = working(&sandbox, NAME).await?.pop().context("it was made")?;
    let before = store.entry(NAME).context("it was delivered")?;

    let listed = format!("return document.querySelector('[data-key-id={old}]') !== null");
    window
        .wait_until("the key in the list", async || {
            ensure!(window.execute(&listed, vec![]).await? == true, "it is not there yet");
            Ok(())
        })
        .await?;
    choose_to_replace(&window, &old).await?;
    // Where it goes is told before anything happens.
    let told = window.wait_text("create-delivers-place", |text| text.contains(NAME)).await?;
    let around = words::create_place(ANY).to_string();
    let (before_it, after_it) = around.split_once(ANY).context("it tells where")?;
    let entry =
        told.strip_prefix(before_it).and_then(|told| told.strip_suffix(after_it)).unwrap_or_default().to_owned();
    ensure!(entry.starts_with(NAME) && entry.len() == NAME.len() + 9, "{told}");
    window.press("key-name", Key::Enter).await?;
    wait_read_back(&window, &format!("Team Vault: {entry}")).await?;
    ensure!(store.names()? == [NAME, &entry], "{:?}", store.names()?);
    ensure!(store.entry(NAME) == Some(before.clone()), "the old entry was touched");
    ensure!(store.entry(&entry).is_some_and(|token| token != before && !token.is_empty()), "nothing new is stored");

    // Replaced once more, it says so before a key is made.
    choose_to_replace(&window, &old).await?;
    window.press("key-name", Key::Enter).await?;
    wait_told(&window, "create-error", &words::vault_replaced_before(ANY)).await?;
    ensure!(creations(&sandbox).await? == 2, "a key was asked for");
    window.click("create-replaces-not").await?;

    window.wait_text("attention", |text| says(text, &words::attention_old_to_revoke()) && text.contains(&old)).await?;
    window.click("attention-revoke").await?;
    window.wait_gone("attention").await?;
    let left = working(&sandbox, NAME).await?;
    ensure!(left.len() == 1 && !left.contains(&old), "{left:?} work");
    Ok(())
}

#[tokio::test]
async fn replacing_can_be_thought_better_of_and_a_refusal_keeps_it_chosen() -> Result<()> {
    let desktop = desktop()?;
    let (sandbox, old) = with_an_old_key(&desktop).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    choose_to_replace(&window, &old).await?;
    sandbox.fault("create", json!({ "kind": "conflict" }), 1).await?;
    window.click("create-submit").await?;
    window.wait_text("create-error", |text| text.contains("conflict")).await?;
    ensure!(window.is_shown("create-replaces").await?);
    window.click("create-replaces-not").await?;
    window.wait_gone("create-replaces").await?;
    ensure!(window.value("key-name").await?.is_empty());
    ensure!(creations(&sandbox).await? == 2, "the first key, and the one that was refused");
    Ok(())
}

#[tokio::test]
async fn interrupted_after_each_step_it_says_what_is_left_and_the_old_key_works_until_the_last() -> Result<()> {
    let desktop = desktop()?;
    let (sandbox, old) = with_an_old_key(&desktop).await?;
    let still_works = words::notice_old_works(&old).to_string();
    let works = async || -> Result<()> {
        ensure!(working(&sandbox, NAME).await?.contains(&old), "the old key was revoked");
        Ok(())
    };

    let window = Window::open(&desktop, app(), &[]).await?;
    choose_to_replace(&window, &old).await?;
    let window = interrupted(window, &desktop, "chosen").await?;
    ensure!(!window.is_shown("attention").await? && creations(&sandbox).await? == 1);
    works().await?;

    choose_to_replace(&window, &old).await?;
    sandbox.fault("create", json!({ "kind": "slow", "ms": 60_000 }), 1).await?;
    window.press("key-name", Key::Enter).await?;
    window
        .wait_until("the request", async || {
            ensure!(creations(&sandbox).await? == 2, "it was not asked for");
            Ok(())
        })
        .await?;
    let window = interrupted(window, &desktop, "asked for").await?;
    let told = window.content("attention").await?;
    ensure!(says(&told, &words::attention_candidate()) && told.contains(&still_works), "{told}");
    works().await?;
    window.click("attention-revoke").await?;
    window.wait_gone("attention").await?;
    works().await?;

    replace(&window, &old).await?;
    let window = interrupted(window, &desktop, "made").await?;
    let told = window.content("attention").await?;
    ensure!(says(&told, &words::attention_not_handed_over()) && told.contains(&still_works), "{told}");
    works().await?;
    window.click("attention-revoke").await?;
    window.wait_gone("attention").await?;

    replace(&window, &old).await?;
    copy(&window).await?;
    let window = interrupted(window, &desktop, "copied").await?;
    let told = window.content("attention").await?;
    ensure!(says(&told, &words::attention_not_handed_over()) && told.contains(&still_works), "{told}");
    works().await?;
    window.click("attention-revoke").await?;
    window.wait_gone("attention").await?;

    replace(&window, &old).await?;
    check(&window).await?;
    let window = interrupted(window, &desktop, "checked").await?;
    ensure_old_is_left(&window, &old).await?;
    works().await?;

    // Its revocation is asked for, and never heard of.
    sandbox.fault("revoke", json!({ "kind": "silent", "made": false }), 1).await?;
    window.click("attention-revoke").await?;
    window.wait_for("attention-revoke-progress").await?;
    let window = interrupted(window, &desktop, "revocation asked for").await?;
    ensure_old_is_left(&window, &old).await?;
    works().await?;

    sandbox.fault("revoke", json!({ "kind": "silent", "made": true }), 1).await?;
    window.click("attention-revoke").await?;
    window.wait_for("attention-revoke-progress").await?;
    window
        .wait_until("the old key to be revoked", async || {
            ensure!(!working(&sandbox, NAME).await?.contains(&old), "it works");
            Ok(())
        })
        .await?;
    let window = interrupted(window, &desktop, "revoked, unheard of").await?;
    ensure!(!window.is_shown("attention").await?, "nothing is left to do");
    Ok(())
}

async fn ensure_old_is_left(window: &Window<'_>, old: &str) -> Result<()> {
    let told = window.content("attention").await?;
    ensure!(says(&told, &words::attention_old_to_revoke()) && told.contains(old), "{told}");
    Ok(())
}
