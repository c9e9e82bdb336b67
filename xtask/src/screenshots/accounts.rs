//! Several accounts, and what can happen to one.

use anyhow::Result;
use keybearer_support::clipboard::Clipboard;
use keybearer_support::sandbox::Sandbox;
use serde_json::json;

use super::{Camera, ask_for, keys, plain, quiet, sign_in};

pub(super) async fn several(camera: &mut Camera<'_>, sandbox: &Sandbox) -> Result<()> {
    let window = camera.window;
    window.click("accounts").await?;
    window.wait_for("accounts-menu").await?;
    camera.take("accounts-one").await?;
    window.click("accounts-rename").await?;
    window.type_into("accounts-name", "Treasury operations").await?;
    camera.take("accounts-rename").await?;
    window.click("accounts-rename-save").await?;
    window.wait_text("account", |text| text.contains("Treasury operations")).await?;

    window.click("accounts").await?;
    window.click("accounts-add").await?;
    window.wait_for("signin-back").await?;
    camera.take("accounts-add").await?;
    keys::none(camera, sandbox).await?;
    window.click("accounts").await?;
    window.click("accounts-add").await?;
    window.choose("signin-environment", "sandbox").await?;
    window.click("signin-submit").await?;
    window.wait_for("key-name").await?;
    window.click("accounts").await?;
    window.wait_for("accounts-menu").await?;
    camera.take("accounts-several").await?;
    window.click("accounts").await?;
    window.wait_gone("accounts-menu").await
}

pub(super) async fn in_production(camera: &mut Camera<'_>, production: &Sandbox) -> Result<()> {
    let window = camera.window;
    window.click("accounts").await?;
    window.click("accounts-add").await?;
    window.choose("signin-environment", "production").await?;
    let copied = Clipboard::of(window.desktop()).copy(&production.admin).await?;
    window.clear("signin-name").await?;
    window.type_into("signin-name", "Treasury").await?;
    window.click("signin-paste").await?;
    window.wait_text("account", |text| plain(text).contains("Production")).await?;
    drop(copied);
    window.execute("scrollTo(0, 0)", vec![]).await?;
    quiet(window).await?;
    camera.take("production").await?;
    ask_for(window, "Custody signer").await?;
    window.wait_for("reveal").await?;
    camera.take("production-reveal").await?;
    window.click("reveal-copy").await?;
    window.wait_attribute("reveal-clipboard-row", "data-state", "live").await?;
    window.click("reveal-done").await?;
    window.click("reveal-discard").await?;
    window.wait_gone("reveal").await?;
    quiet(window).await?;
    window.click("key-row").await?;
    window.click("key-revoke").await?;
    camera.take("production-revoke").await?;
    window.click("key-close").await?;
    window.click("key-close").await?;
    window.execute("scrollTo(0, 0)", vec![]).await?;
    window.click("accounts").await?;
    window.wait_for("accounts-menu").await?;
    camera.take("production-accounts").await?;
    window.click("accounts").await?;
    window.wait_gone("accounts-menu").await
}

/// An account that takes long to come back to, cannot be reached, or asks for a new token.
pub(super) async fn ends(camera: &mut Camera<'_>, sandbox: &Sandbox) -> Result<()> {
    let window = camera.window;
    sandbox.fault("list", json!({ "kind": "silent", "made": false }), 1).await?;
    switch(camera, "Treasury operations").await?;
    window.wait_text("checking-progress", |text| plain(text).contains("for 5 s")).await?;
    camera.take("checking-for-long").await?;
    window.click("checking-cancel").await?;
    window.wait_for("key-name").await?;

    sandbox.fault("list", json!({ "kind": "drop", "made": false }), 2).await?;
    // Any list that came would show that the session is good.
    for other in ["listServiceAccounts", "listPats"] {
        sandbox.fault(other, json!({ "kind": "drop", "made": false }), 1).await?;
    }
    switch(camera, "Treasury operations").await?;
    window.wait_for("unchecked").await?;
    camera.take("unchecked").await?;

    sandbox.fault("list", json!({ "kind": "unauthorized" }), 1).await?;
    window.click("unchecked-retry").await?;
    window.wait_for("signin-error").await?;
    camera.take("sign-in-again").await?;
    window.click("accounts").await?;
    window.wait_for("accounts-menu").await?;
    camera.take("accounts-one-needs-a-token").await?;
    window.click("accounts").await?;
    window.wait_gone("accounts-menu").await
}

/// What a start, or a return, can be met with: no network, no keyring, a broken file.
pub(super) async fn at_the_start(camera: &mut Camera<'_>, sandbox: Sandbox) -> Result<()> {
    let window = camera.window;
    let (url, token) = (sandbox.url.clone(), sandbox.admin.clone());
    window.desktop().lock_keyring()?;
    sign_in(window, &url, &token, "Treasury operations").await?;
    window.wait_attribute("account-kept", "data-kept", "memory").await?;
    camera.take("keyring-locked").await?;
    drop(sandbox);
    keys::offline(camera).await?;
    switch(camera, "Treasury operations").await?;
    window.wait_for("unchecked").await?;
    camera.take("offline").await?;
    ask_for(window, "Payout robot").await?;
    window.wait_attribute("create-error", "data-code", "unreachable").await?;
    camera.take("offline-create").await
}

async fn switch(camera: &Camera<'_>, label: &str) -> Result<()> {
    let window = camera.window;
    window.click("accounts").await?;
    window.wait_for("accounts-menu").await?;
    let script =
        "[...document.querySelectorAll('.account-row')].find((row) => row.innerText.includes(arguments[0])).click()";
    window.execute(script, vec![json!(label)]).await?;
    Ok(())
}
