//! Asking for a key: once, and with its answer told in place.

use anyhow::{Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::json;

use crate::steps::{ANY, app, create, creations, desktop, ensure_revoked, invoke, says, sign_in, wait_told};

#[tokio::test]
async fn ten_clicks_and_ten_enters_in_one_tick_make_one_request() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    sandbox.fault("create", json!({ "kind": "slow", "ms": 300 }), 1).await?;
    window.type_into("key-name", "Server Key 3").await?;
    let script = "const button = document.querySelector('[data-test=create-submit]');
        const name = document.querySelector('[data-test=key-name]');
        for (let i = 0; i < 10; i++) button.click();
        for (let i = 0; i < 10; i++) name.form.requestSubmit();
        // Past the page's own guard, straight at Rust's.
        const args = { kind: 'api-key', name: 'Server Key 3', anyway: true, signed: false };
        for (let i = 0; i < 10; i++) window.__TAURI__.core.invoke('create_key', args).catch(() => {});
        return null;";
    window.execute(script, vec![]).await?;
    window.wait_for("reveal").await?;
    ensure!(creations(&sandbox).await? == 1, "{}", sandbox.requests().await?);
    let refused = invoke(
        &window,
        "create_key",
        &json!({ "kind": "api-key", "name": "Another", "anyway": true, "signed": false }),
    )
    .await?;
    ensure!(refused.is_err_and(|told| told["code"] == "notNow"));
    ensure!(creations(&sandbox).await? == 1);
    Ok(())
}

#[tokio::test]
async fn a_name_that_is_no_name_is_told_at_the_field_and_nothing_is_asked_for() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    window.type_into("key-name", "   ").await?;
    window.press("key-name", Key::Enter).await?;
    wait_told(&window, "create-error", &words::err_name_empty()).await?;
    ensure!(window.attribute("key-name", "aria-invalid").await?.as_deref() == Some("true"));
    ensure!(creations(&sandbox).await? == 0);
    Ok(())
}

#[tokio::test]
async fn a_name_that_is_taken_is_told_and_creating_it_anyway_is_a_second_click() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    window.type_into("key-name", "Payout service").await?;
    window.press("key-name", Key::Enter).await?;
    wait_told(&window, "create-error", &words::err_name_taken(ANY)).await?;
    ensure!(creations(&sandbox).await? == 0);
    window.click("create-anyway").await?;
    window.wait_for("reveal").await?;
    ensure!(creations(&sandbox).await? == 1);
    Ok(())
}

#[tokio::test]
async fn a_list_that_is_no_longer_permitted_does_not_stop_a_creation() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    sandbox.fault("list", json!({ "kind": "forbidden" }), 1).await?;
    create(&window, "Server Key 3").await
}

#[tokio::test]
async fn a_refusal_is_told_in_place_and_the_name_stays() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    sandbox.fault("create", json!({ "kind": "signatureRequired" }), 1).await?;
    window.type_into("key-name", "Server Key 3").await?;
    window.press("key-name", Key::Enter).await?;
    wait_told(&window, "create-error", &words::err_signature_hint()).await?;
    ensure!(window.value("key-name").await? == "Server Key 3");
    Ok(())
}

#[tokio::test]
async fn a_lost_answer_finds_the_key_that_was_made_and_offers_to_revoke_it() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    sandbox.fault("create", json!({ "kind": "drop", "made": true }), 1).await?;
    window.type_into("key-name", "Server Key 3").await?;
    window.press("key-name", Key::Enter).await?;
    wait_told(&window, "create-error", &words::err_unclear_create(ANY)).await?;
    let row = window.wait_text("attention-row", |text| text.contains("Server Key 3")).await?;
    // Who made it and when, for the person to judge.
    ensure!(row.contains("api-") && says(&row, &words::attention_by("ce-")) && row.contains("20"), "{row}");
    window.click("attention-revoke").await?;
    window.wait_gone("attention").await?;
    ensure_revoked(&sandbox, "Server Key 3").await?;
    ensure!(creations(&sandbox).await? == 1);
    Ok(())
}

#[tokio::test]
async fn a_slow_answer_can_be_called_off_and_that_leaves_it_in_doubt() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    sandbox.fault("create", json!({ "kind": "silent", "made": false }), 1).await?;
    window.type_into("key-name", "Server Key 3").await?;
    window.press("key-name", Key::Enter).await?;
    window
        .wait_until("the request to be sent", async || {
            let page = window.page_text().await?;
            ensure!(says(&page, &words::creating_asked()), "{page}");
            Ok(())
        })
        .await?;
    window.click("create-cancel").await?;
    wait_told(&window, "create-error", &words::unclear_canceled()).await?;
    wait_told(&window, "attention-row", &words::notice_none_yet("Server Key 3")).await?;
    window.click("attention-dismiss").await?;
    window.wait_gone("attention").await?;
    window.clear("key-name").await?;
    create(&window, "The next one").await
}
