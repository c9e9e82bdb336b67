//! Answers that leave in doubt whether a key was made: Keybearer finds it by itself, and never asks a second time.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    launcher,
    sandbox::Sandbox,
    wait,
    window::{Key, Window},
};
use serde_json::json;

use crate::steps::{app, creations, desktop, ensure_revoked, says, sign_in, wait_told};

const NAME: &str = "Server Key 3";

async fn ask(window: &Window<'_>) -> Result<()> {
    window.type_into("key-name", NAME).await?;
    window.press("key-name", Key::Enter).await
}

/// Waits for the candidate, which no click has asked for, and revokes it with one.
async fn found_and_revoked(window: &Window<'_>, sandbox: &Sandbox, within: Duration) -> Result<()> {
    wait::until("the candidate", within, async || {
        let attention = window.content("attention").await?;
        ensure!(says(&attention, &words::attention_candidate()), "{attention}");
        Ok(())
    })
    .await?;
    ensure!(creations(sandbox).await? == 1, "it was asked for again");
    window.click("attention-revoke").await?;
    window.wait_gone("attention").await?;
    ensure_revoked(sandbox, NAME).await
}

#[tokio::test]
async fn a_key_whose_answer_comes_when_nobody_waits_for_it_any_more_is_found() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    // Thirty seconds are waited for an answer.
    sandbox.fault("create", json!({ "kind": "slow", "ms": 32_000 }), 1).await?;
    ask(&window).await?;
    found_and_revoked(&window, &sandbox, Duration::from_secs(45)).await?;
    wait_told(&window, "create-error", &words::unclear_timed_out(30u64)).await?;
    Ok(())
}

#[tokio::test]
async fn a_key_that_is_listed_half_a_minute_late_is_found() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    sandbox.fault("create", json!({ "kind": "unlisted", "seconds": 30 }), 1).await?;
    ask(&window).await?;
    wait_told(&window, "attention", &words::notice_none_yet(NAME)).await?;
    found_and_revoked(&window, &sandbox, Duration::from_secs(70)).await
}

#[tokio::test]
async fn what_waits_for_approval_is_found_once_it_was_approved_also_after_a_new_start() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    sandbox.fault("create", json!({ "kind": "pendingApproval" }), 1).await?;
    ask(&window).await?;
    wait_told(&window, "attention", &words::attention_awaiting_approval()).await?;
    drop(window);
    sandbox.make_elsewhere(NAME, None).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    wait_told(&window, "attention", &words::notice_approved(NAME)).await?;
    ensure!(creations(&sandbox).await? == 1);
    window.click("attention-dismiss").await?;
    // It was a colleague's. The own one waits still, and is revoked once it is there.
    wait_told(&window, "attention", &words::attention_awaiting_approval()).await?;
    sandbox.make_elsewhere(NAME, Some("admin")).await?;
    window.click("keys-refresh").await?;
    wait_told(&window, "attention", &words::notice_yours_hint()).await?;
    window.click("attention-revoke").await?;
    window.wait_gone("attention").await
}

#[tokio::test]
async fn a_colleagues_key_that_is_listed_first_does_not_end_the_search_for_ours() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    sandbox.fault("create", json!({ "kind": "unlisted", "seconds": 30 }), 1).await?;
    ask(&window).await?;
    wait_told(&window, "attention", &words::notice_none_yet(NAME)).await?;
    sandbox.make_elsewhere(NAME, None).await?;
    window.click("keys-refresh").await?;
    wait_told(&window, "attention", &words::attention_others_candidate()).await?;
    // Nothing is clicked: ours is found by itself, half a minute after it was made.
    wait::until("the candidate", Duration::from_secs(70), async || {
        let attention = window.content("attention").await?;
        ensure!(says(&attention, &words::attention_candidate()), "{attention}");
        ensure!(says(&attention, &words::attention_others_candidate()), "{attention}");
        Ok(())
    })
    .await?;
    ensure!(creations(&sandbox).await? == 1, "it was asked for again");
    Ok(())
}

#[tokio::test]
async fn a_colleagues_key_of_the_same_name_and_minute_is_not_called_ours() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    sandbox.fault("create", json!({ "kind": "drop", "made": false }), 1).await?;
    ask(&window).await?;
    wait_told(&window, "attention", &words::notice_none_yet(NAME)).await?;
    let theirs = sandbox.make_elsewhere(NAME, None).await?;
    window.click("keys-refresh").await?;
    let told = wait_told(&window, "attention", &words::notice_others_hint()).await?;
    let id = theirs["id"].as_str().context("it has an id")?;
    ensure!(told.contains(id) && says(&told, &words::attention_others_candidate()), "{told}");
    ensure!(!says(&told, &words::attention_candidate()) && !window.is_shown("attention-anew").await?, "{told}");
    window.click("attention-dismiss").await?;
    // The intent is as open as before, and that key is not offered again.
    wait_told(&window, "attention", &words::notice_none_yet(NAME)).await?;
    window.click("keys-refresh").await?;
    wait_told(&window, "attention", &words::notice_none_yet(NAME)).await?;
    ensure!(creations(&sandbox).await? == 1);
    Ok(())
}

#[tokio::test]
async fn a_computer_whose_clock_is_an_hour_off_finds_it_and_tells_by_how_much() -> Result<()> {
    let hour = || words::span_minutes(60_u8);
    for (off, told) in [("-1h", words::notice_clock_ahead(hour())), ("+1h", words::notice_clock_behind(hour()))] {
        let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
        let wrong = launcher::started_by(
            &desktop,
            &format!(
                "export FAKETIME_DONT_FAKE_MONOTONIC=1\nexec faketime -f {off} '{}' \"$@\"",
                desktop.program(app())?.display()
            ),
        )?;
        let window = Window::open(&desktop, &wrong, &[]).await?;
        sign_in(&window, &sandbox, &sandbox.admin).await?;
        sandbox.fault("create", json!({ "kind": "serverError", "status": 502, "made": true }), 1).await?;
        ask(&window).await?;
        wait_told(&window, "attention", &told).await?;
        found_and_revoked(&window, &sandbox, Duration::from_secs(10)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn creating_anew_that_is_refused_is_told_at_the_form_where_it_can_be_gone_on_with() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    sandbox.fault("create", json!({ "kind": "withoutToken" }), 1).await?;
    ask(&window).await?;
    wait_told(&window, "attention", &words::notice_without_token(NAME)).await?;
    sandbox.make_elsewhere(NAME, None).await?;
    window.click("attention-anew").await?;
    window.wait_for("create-anyway").await?;
    ensure!(window.value("key-name").await? == NAME && creations(&sandbox).await? == 1);
    window.click("create-anyway").await?;
    window.wait_for("reveal").await?;
    Ok(())
}

#[tokio::test]
async fn a_key_without_a_token_is_revoked_and_created_anew_with_one_click() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    sandbox.fault("create", json!({ "kind": "withoutToken" }), 1).await?;
    ask(&window).await?;
    wait_told(&window, "attention", &words::notice_without_token(NAME)).await?;
    window.click("attention-anew").await?;
    window.wait_for("reveal").await?;
    let keys = sandbox.keys().await?;
    let keys: Vec<_> = keys.as_array().into_iter().flatten().filter(|key| key["name"] == NAME).collect();
    let working = keys.iter().filter(|key| key["status"] == "Active").count();
    ensure!((keys.len(), working, creations(&sandbox).await?) == (2, 1, 2), "{keys:?}");
    ensure!(!window.is_shown("attention").await?);
    Ok(())
}
