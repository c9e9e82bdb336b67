//! Each way in which asking for a key goes wrong, in its place.

use anyhow::Result;
use keybearer_support::sandbox::Sandbox;
use serde_json::json;

use super::{Camera, ask_for, plain};

/// What is sure not to have made a key.
pub(super) async fn of_creation(camera: &mut Camera<'_>, sandbox: &Sandbox) -> Result<()> {
    let window = camera.window;
    ask_for(window, "Deploy bot").await?;
    window.wait_for("create-anyway").await?;
    camera.take("same-name").await?;

    ask_for(window, " ").await?;
    window.wait_attribute("create-error", "data-code", "name").await?;
    camera.take("create-no-name").await?;

    for (name, fault) in [
        ("refused", json!({ "kind": "refused" })),
        ("forbidden", json!({ "kind": "forbidden" })),
        ("signature", json!({ "kind": "signatureRequired" })),
        ("no-api-keys", json!({ "kind": "gone" })),
        ("conflict", json!({ "kind": "conflict" })),
        ("pause", json!({ "kind": "rateLimited", "retryAfter": 90 })),
        ("echo", json!({ "kind": "echo" })),
    ] {
        sandbox.fault("create", fault, 1).await?;
        let before = window.text("create-error").await?;
        ask_for(window, "Payout robot").await?;
        window.wait_text("create-error", |text| !text.is_empty() && text != before).await?;
        camera.take(&format!("create-{name}")).await?;
    }

    // What was listed ahead is of no use after a wish, and is not listed again either.
    sandbox.fault("list", json!({ "kind": "serverError", "status": 503 }), 100).await?;
    ask_for(window, "Payout robot").await?;
    window.wait_attribute("create-error", "data-code", "noClearAnswer").await?;
    camera.take("create-not-looked").await?;
    sandbox.fault("list", json!({ "kind": "conflict" }), 0).await?;

    // What is not Dfns' own leaves a doubt, which guards the name.
    for (name, fault) in [
        ("page", json!({ "kind": "html404" })),
        ("redirect", json!({ "kind": "redirect", "to": "https://elsewhere.example/" })),
    ] {
        sandbox.fault("create", fault, 1).await?;
        ask_for(window, &format!("Robot behind a {name}")).await?;
        window.wait_attribute("create-error", "data-code", "doubtful").await?;
        camera.take(&format!("create-{name}")).await?;
        window.click("attention-dismiss").await?;
        window.wait_gone("attention").await?;
    }
    Ok(())
}

/// What leaves a doubt, and what needs attention.
pub(super) async fn in_doubt(camera: &mut Camera<'_>, sandbox: &Sandbox) -> Result<()> {
    let window = camera.window;
    sandbox.fault("create", json!({ "kind": "withoutToken" }), 1).await?;
    ask_for(window, "Without token").await?;
    window.wait_text("attention", |text| text.contains("Without token")).await?;
    camera.take("attention-without-token").await?;

    sandbox.fault("create", json!({ "kind": "silent", "made": true }), 1).await?;
    ask_for(window, "In doubt").await?;
    window.wait_text("create-progress", |text| plain(text).contains("for 5 s")).await?;
    camera.take("creating-for-long").await?;
    window.click("create-cancel").await?;
    window.wait_text("attention", |text| text.contains("In doubt")).await?;
    camera.take("create-in-doubt").await?;
    window.execute("document.querySelector('#attention').scrollIntoView()", vec![]).await?;
    camera.take("attention-in-doubt").await?;

    sandbox.fault("revoke", json!({ "kind": "silent", "made": false }), 1).await?;
    window.click("attention-revoke").await?;
    window.wait_text("attention", |text| plain(text).contains("for 5 s")).await?;
    camera.take("attention-revoking").await?;
    window.click("attention-revoke-cancel").await?;
    window.wait_text("attention", |text| plain(text).contains("confirm that it was revoked")).await?;
    camera.take("attention-not-confirmed").await?;
    window.execute("scrollTo(0, 0)", vec![]).await?;
    Ok(())
}
