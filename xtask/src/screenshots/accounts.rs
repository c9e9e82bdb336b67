//! Several accounts, and what can happen to one.

use anyhow::Result;
use keybearer_support::sandbox::Sandbox;
use serde_json::json;

use super::{Camera, sign_in};

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
    sign_in(window, &sandbox.url, &sandbox.issuer, "Issuing").await?;
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

/// An account that takes long to come back to, cannot be reached, or asks for a new token.
pub(super) async fn ends(camera: &mut Camera<'_>, sandbox: &Sandbox) -> Result<()> {
    let window = camera.window;
    sandbox.fault("list", json!({ "kind": "silent", "made": false }), 1).await?;
    switch(camera, "Treasury operations").await?;
    window.wait_text("checking-progress", |text| text.contains("for 5 s")).await?;
    camera.take("checking-for-long").await?;
    window.click("checking-cancel").await?;
    window.wait_for("key-name").await?;

    sandbox.fault("list", json!({ "kind": "drop", "made": false }), 1).await?;
    switch(camera, "Treasury operations").await?;
    window.wait_for("unchecked").await?;
    camera.take("unchecked").await?;

    sandbox.fault("list", json!({ "kind": "unauthorized" }), 1).await?;
    window.click("unchecked-retry").await?;
    window.wait_for("signin-error").await?;
    camera.take("sign-in-again").await?;
    window.click("accounts").await?;
    window.wait_for("accounts-menu").await?;
    camera.take("accounts-one-needs-a-token").await
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
