//! What a person sees of a credential of their own, in Production.

use anyhow::Result;
use keybearer_support::{
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::json;

use super::{Camera, ask_for, quiet};

/// From a code that is refused to signing out, and with a session that cannot be renewed.
pub(super) async fn of_ones_own(camera: &mut Camera<'_>, production: &Sandbox) -> Result<()> {
    let window = camera.window;
    window.choose("signin-environment", "production").await?;
    window.type_into("signin-organization", &production.organization).await?;
    enter(window, "ABCD-1234").await?;
    window.wait_attribute("signin-code", "aria-invalid", "true").await?;
    camera.take_part("signin-error", "code-refused").await?;
    enter(window, &production.enrolment_code().await?).await?;
    window.wait_for("key-name").await?;
    quiet(window).await?;
    camera.take("connected").await?;
    signing(camera, production).await?;
    leaving(camera).await?;

    // Its kinds differ, and so do its sessions.
    production.tell("api-keys", json!({ "offered": false, "signed": false })).await?;
    production.tell("session-life", json!({ "seconds": 15 })).await?;
    window.type_into("signin-organization", &production.organization).await?;
    enter(window, &production.enrolment_code().await?).await?;
    window.wait_for("create-not-there").await?;
    camera.take("no-api-keys").await?;
    production.tell("sso", json!({ "persona": "admin" })).await?;
    window.wait_for("unrenewed").await?;
    camera.take("session-unrenewed").await?;
    production.tell("session-life", json!({ "seconds": 86_400 })).await?;
    production.tell("api-keys", json!({ "offered": true })).await?;
    leave(window).await
}

async fn enter(window: &Window<'_>, code: &str) -> Result<()> {
    window.clear("signin-code").await?;
    window.type_into("signin-code", code).await?;
    window.press("signin-code", Key::Enter).await
}

async fn signing(camera: &mut Camera<'_>, production: &Sandbox) -> Result<()> {
    let window = camera.window;
    production.tell("api-keys", json!({ "signed": true })).await?;
    ask_for(window, "Payout robot").await?;
    window.wait_for("create-sign").await?;
    camera.take("sign-offered").await?;
    window.act()?;
    window.click("create-sign").await?;
    window.wait_confirming(true).await?;
    camera.take("confirm-signature").await?;
    window.answer_confirming("Escape").await?;
    window.wait_attribute("create-error", "data-code", "unconfirmed").await?;
    camera.take("sign-declined").await?;
    window.clear("key-name").await
}

async fn leaving(camera: &mut Camera<'_>) -> Result<()> {
    let window = camera.window;
    window.execute("scrollTo(0, 0)", vec![]).await?;
    window.click("signout").await?;
    window.wait_for("signout-confirm").await?;
    camera.take("signing-out").await?;
    // What it signs in Production is asked about, the deactivation too.
    window.act()?;
    window.click("signout-confirm").await?;
    window.wait_confirming(true).await?;
    camera.take("confirm-deactivation").await?;
    window.answer_confirming("Escape").await?;
    window.wait_for("signout-error").await?;
    camera.take("signing-out-declined").await?;
    window.click("signout-deactivate").await?;
    window.click("signout-confirm").await?;
    window.wait_for("signin-code").await?;
    quiet(window).await
}

/// Without a word to Dfns, which takes none of its user any more.
async fn leave(window: &Window<'_>) -> Result<()> {
    window.execute("scrollTo(0, 0)", vec![]).await?;
    if window.is_shown("signout").await? {
        window.click("signout").await?;
        window.wait_for("signout-confirm").await?;
        window.click("signout-deactivate").await?;
        window.click("signout-confirm").await?;
    } else {
        window.click("signin-forget").await?;
    }
    window.wait_for("signin-code").await?;
    quiet(window).await
}
