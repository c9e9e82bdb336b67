//! The failures that matter most, in the real window: told in their place, with what was typed kept, and nothing asked
//! for twice.

use anyhow::{Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::{Value, json};

use crate::steps::{ANY, app, creations, desktop, says, sign_in, wait_told};

const NAME: &str = "Server Key 3";

async fn ask(window: &Window<'_>) -> Result<()> {
    window.clear("key-name").await?;
    window.type_into("key-name", NAME).await?;
    window.press("key-name", Key::Enter).await
}

/// Asks for a key that goes wrong in one way, and returns the element's code and text.
async fn refused(window: &Window<'_>, sandbox: &Sandbox, on: &str, fault: Value) -> Result<(String, String)> {
    // Whoever types has what is there listed ahead.
    let times = if on == "list" { 100 } else { 1 };
    sandbox.fault(on, fault.clone(), times).await?;
    ask(window).await?;
    let text = window.wait_text("create-error", |text| !text.is_empty()).await?;
    sandbox.fault(on, fault, 0).await?;
    ensure!(window.value("key-name").await? == NAME, "the name is gone");
    Ok((window.attribute("create-error", "data-code").await?.unwrap_or_default(), text))
}

#[tokio::test]
async fn each_sure_failure_is_told_at_the_form_and_the_name_stays() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    for (on, fault, code, part) in [
        ("create", json!({ "kind": "refused" }), "refused", "The name is not allowed in this organization"),
        ("create", json!({ "kind": "forbidden" }), "forbidden", "ApiKeys:Create"),
        ("create", json!({ "kind": "signatureRequired" }), "signatureRequired", "Connect this computer with a code"),
        ("create", json!({ "kind": "gone" }), "noSuchService", "doesn’t offer this"),
        ("create", json!({ "kind": "conflict" }), "conflict", "conflicts with another one"),
        ("create", json!({ "kind": "echo" }), "refused", "Bearer … in the request"),
        ("list", json!({ "kind": "serverError", "status": 502 }), "noClearAnswer", "Nothing was created"),
    ] {
        let (told, text) = refused(&window, &sandbox, on, fault.clone()).await?;
        ensure!(told == code && text.contains(part), "{fault}: {told}, {text}");
        ensure!(!text.contains(&sandbox.admin) && !text.to_lowercase().contains("went wrong"), "{text}");
        ensure!(!window.is_shown("attention").await?, "{fault} is sure: nothing needs attention");
        // What was told goes with the next letter.
        window.type_into("key-name", "!").await?;
        window.wait_gone("create-error").await?;
    }
    // What is not Dfns' own is no refusal.
    let (told, text) = refused(&window, &sandbox, "create", json!({ "kind": "html404" })).await?;
    ensure!(told == "doubtful" && text.contains("isn’t Dfns’ own"), "{told}, {text}");
    window.wait_for("attention-row").await?;
    Ok(())
}

#[tokio::test]
async fn a_pause_that_dfns_asks_for_counts_down() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    let (code, _) = refused(&window, &sandbox, "create", json!({ "kind": "rateLimited", "retryAfter": 2 })).await?;
    ensure!(code == "rateLimited", "{code}");
    wait_told(&window, "create-wait", &words::create_wait("0:01")).await?;
    wait_told(&window, "create-wait", &words::create_waited()).await?;
    Ok(())
}

#[tokio::test]
async fn each_doubtful_answer_is_told_as_a_doubt_and_its_candidate_is_found() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    for (count, fault) in [
        json!({ "kind": "serverError", "status": 502, "made": true, "html": true }),
        json!({ "kind": "cut", "made": true }),
        json!({ "kind": "drop", "made": true }),
    ]
    .into_iter()
    .enumerate()
    {
        let (code, text) = refused(&window, &sandbox, "create", fault.clone()).await?;
        ensure!(code == "doubtful" && says(&text, &words::err_unclear_create(ANY)), "{fault}: {code}, {text}");
        ensure!(creations(&sandbox).await? == count + 1, "asked for once each time");
        wait_told(&window, "attention", &words::attention_candidate()).await?;
        window.click("attention-revoke").await?;
        window.wait_gone("attention").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_request_that_hangs_says_for_how_long_and_cancelling_it_says_what_is_left_in_doubt() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    sandbox.fault("create", json!({ "kind": "silent", "made": true }), 1).await?;
    ask(&window).await?;
    window.wait_for("create-progress").await?;
    let elapsed = "return document.querySelector('[data-test=create-progress] .elapsed').innerText";
    ensure!(window.execute(elapsed, vec![]).await? == "", "a number at once makes a short wait look long");
    wait_told(&window, "create-progress", &words::elapsed(words::short_seconds(5))).await?;
    window.click("create-cancel").await?;
    wait_told(&window, "create-error", &words::unclear_canceled()).await?;
    wait_told(&window, "attention", &words::attention_candidate()).await?;

    sandbox.fault("revoke", json!({ "kind": "silent", "made": true }), 1).await?;
    window.click("attention-revoke").await?;
    window.wait_for("attention-revoke-progress").await?;
    window.click("attention-revoke-cancel").await?;
    wait_told(&window, "attention", &words::err_unclear_revoke(ANY)).await?;
    window.click("attention-revoke").await?;
    window.wait_gone("attention").await?;
    ensure!(creations(&sandbox).await? == 1);
    Ok(())
}

#[tokio::test]
async fn a_dfns_that_is_gone_is_told_at_the_form_at_the_start_and_at_the_sign_in() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    let url = sandbox.url.clone();
    let token = sandbox.admin.clone();
    drop(sandbox);
    ask(&window).await?;
    window
        .wait_text("create-error", |text| says(text, &words::connect_refused()) && says(text, &words::connect_hint()))
        .await?;
    ensure!(window.value("key-name").await? == NAME);
    drop(window);

    let window = Window::open(&desktop, app(), &[]).await?;
    wait_told(&window, "unchecked", &words::connect_refused()).await?;
    window.wait_for("key-name").await?;
    window.click("unchecked-retry").await?;
    window.wait_for("unchecked").await?;
    window.click("signout").await?;

    let _copied = Clipboard::of(&desktop).copy(&token).await?;
    window.choose("signin-environment", "custom").await?;
    for (address, part) in
        [(url.as_str(), words::connect_refused()), ("https://nothing.invalid", words::connect_name_unknown())]
    {
        window.clear("signin-url").await?;
        window.desktop().confirm_host(address)?;
        window.type_into("signin-url", address).await?;
        window.click("signin-paste").await?;
        wait_told(&window, "signin-error", &part).await?;
        ensure!(window.value("signin-url").await? == address);
    }
    Ok(())
}

#[tokio::test]
async fn a_check_of_a_sign_in_that_hangs_can_be_cancelled() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sandbox.fault("list", json!({ "kind": "silent", "made": false }), 1).await?;
    let _copied = Clipboard::of(&desktop).copy(&sandbox.admin).await?;
    window.choose("signin-environment", "custom").await?;
    window.desktop().confirm_host(&sandbox.url)?;
    window.type_into("signin-url", &sandbox.url).await?;
    window.click("signin-paste").await?;
    wait_told(&window, "signin-progress", &words::checking_dfns(ANY)).await?;
    window.click("signin-cancel").await?;
    window.wait_gone("signin-progress").await?;
    ensure!(window.value("signin-url").await? == sandbox.url);
    let there = Clipboard::of(&desktop).text().await?;
    ensure!(there.as_deref() == Some(sandbox.admin.as_str()), "the token is where it was");
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    Ok(())
}
