//! The list of keys, a key of it, and one in place of another.

use anyhow::Result;
use keybearer_support::recorder::{Recorder, Reply};
use keybearer_support::sandbox::Sandbox;
use keybearer_support::window::Key;
use serde_json::json;

use super::{Camera, plain, sign_in};

/// The list, what is found in it, a key, and the question before it is revoked.
pub(super) async fn listed(camera: &mut Camera<'_>) -> Result<()> {
    let window = camera.window;
    show_list(camera).await?;
    camera.take("keys").await?;
    window.type_into("key-search", "deploy").await?;
    window.wait_text("keys-count", |text| plain(text).starts_with("1 of")).await?;
    camera.take("keys-searching").await?;
    window.type_into("key-search", " never").await?;
    window.wait_for("keys-empty").await?;
    camera.take("keys-nothing-found").await?;
    window.clear("key-search").await?;
    window.type_into("key-search", " ").await?;
    open_key(camera, "Deploy bot").await?;
    window.wait_for("key-history").await?;
    camera.take("key-made-here").await?;
    window.click("key-revoke").await?;
    camera.take("key-revoke").await?;
    window.click("key-close").await?;
    window.click("key-close").await?;
    open_key(camera, "Payout service").await?;
    window.wait_for("key-elsewhere").await?;
    camera.take("key-made-elsewhere").await?;
    for (field, text) in [("purpose", "Pays suppliers at night"), ("owner", "Ada, Treasury"), ("ticket", "OPS-1234")] {
        window.type_into(&format!("key-notes-{field}"), text).await?;
    }
    window.press("key-notes-ticket", Key::Enter).await?;
    window.wait_text("key-notes-saved", |text| !text.is_empty()).await?;
    camera.take_part("key-notes-save", "key-notes").await?;
    window.clear("key-notes-owner").await?;
    window.type_into("key-notes-owner", &"Ada and ".repeat(20)).await?;
    window.click("key-notes-save").await?;
    window.wait_for("key-notes-problem").await?;
    camera.take_part("key-notes-problem", "key-notes-refused").await?;
    window.clear("key-notes-owner").await?;
    window.click("key-notes-save").await?;
    window.click("key-close").await
}

/// What a list of several kinds is narrowed down to: the panel, what is chosen, and nothing that matches.
pub(super) async fn filtered(camera: &mut Camera<'_>) -> Result<()> {
    let window = camera.window;
    show_list(camera).await?;
    window.click("key-filter").await?;
    window.wait_for("key-filters").await?;
    camera.take("filters").await?;
    for (field, value) in [("filter-status", "all"), ("key-kind", "service-account"), ("filter-age", "90")] {
        choose(camera, field, value).await?;
    }
    window.wait_for("filter-chip").await?;
    camera.take("filters-chosen").await?;
    window.click("filter-close").await?;
    window.wait_gone("key-filters").await?;
    camera.take("filters-active").await?;
    choose(camera, "filter-expiry", "30").await?;
    choose(camera, "filter-status", "inactive").await?;
    window.wait_for("keys-empty").await?;
    camera.take("filters-one-keeps-away").await?;
    choose(camera, "filter-token", "lost").await?;
    window.wait_for("keys-without-any").await?;
    camera.take("filters-nothing-matches").await?;
    window.click("filter-clear-all").await?;
    window.wait_for("key-row").await.map(drop)
}

/// As somebody does who has the panel open.
async fn choose(camera: &Camera<'_>, field: &str, value: &str) -> Result<()> {
    let choose = "const select = document.getElementById(arguments[0]);
        select.value = arguments[1];
        select.dispatchEvent(new Event('input'));";
    camera.window.execute(choose, vec![json!(field), json!(value)]).await.map(drop)
}

/// What was done so far: all of it, what failed, what was saved, and nothing.
pub(super) async fn activity(camera: &mut Camera<'_>) -> Result<()> {
    let window = camera.window;
    window.execute("scrollTo(0, 0)", vec![]).await?;
    window.click("activity").await?;
    window.wait_for("activity-row").await?;
    camera.take("activity").await?;
    let choose = "const type = document.getElementById('activity-type');
        type.value = 'problem'; type.dispatchEvent(new Event('input'));";
    window.execute(choose, vec![]).await?;
    camera.take("activity-problems").await?;
    window.click("activity-export-csv").await?;
    window.wait_for("toast-text").await?;
    camera.take("activity-saved").await?;
    super::quiet(window).await?;
    window.type_into("activity-search", "nothing like that").await?;
    window.wait_for("activity-empty").await?;
    camera.take("activity-nothing-found").await?;
    window.clear("activity-search").await?;
    window.type_into("activity-search", " ").await?;
    window.click("activity-close").await?;
    window.wait_gone("activity-dialog").await
}

/// A key in place of another, up to the old one that is left to revoke.
pub(super) async fn replaced(camera: &mut Camera<'_>) -> Result<()> {
    let window = camera.window;
    open_key(camera, "Deploy bot").await?;
    window.click("key-replace").await?;
    window.wait_for("create-replaces").await?;
    camera.take("replace").await?;
    window.click("create-submit").await?;
    window.wait_for("reveal-replaces").await?;
    camera.take("replace-reveal").await?;
    window.click("reveal-copy").await?;
    window.wait_attribute("reveal-clipboard-row", "data-state", "live").await?;
    window.click("reveal-done").await?;
    window.click("reveal-discard").await?;
    window.wait_attribute("attention-row", "data-kind", "oldToRevoke").await?;
    camera.take("replace-receipt").await?;
    window.click("receipt-close").await?;
    camera.take("replace-old-key-left").await?;
    window.click("attention-revoke").await?;
    window.wait_text("toast-text", |text| text.contains("Deploy bot")).await?;
    window.execute("scrollTo(0, 0)", vec![]).await?;
    super::quiet(window).await
}

/// An organization without a key, and a user who may not list them.
pub(super) async fn none(camera: &mut Camera<'_>, sandbox: &Sandbox) -> Result<()> {
    let window = camera.window;
    let empty = Recorder::start([Reply::json(200, &json!({ "items": [] }))]).await?;
    sign_in(window, &empty.url(), "a-sign-in-token-of-a-new-organization", "New organization").await?;
    window.wait_for("keys-empty").await?;
    show_list(camera).await?;
    camera.take("keys-empty").await?;
    window.execute("scrollTo(0, 0)", vec![]).await?;
    window.click("signout").await?;
    sign_in(window, &sandbox.url, &sandbox.issuer, "Issuing").await?;
    window.wait_for("keys-forbidden").await?;
    show_list(camera).await?;
    camera.take("keys-not-permitted").await?;
    window.execute("scrollTo(0, 0)", vec![]).await?;
    Ok(())
}

/// A Dfns that went away: what was listed stays, with its age.
pub(super) async fn offline(camera: &mut Camera<'_>) -> Result<()> {
    let window = camera.window;
    window.click("keys-refresh").await?;
    window.wait_for("keys-problem").await?;
    show_list(camera).await?;
    camera.take("keys-offline").await?;
    window.click("key-row").await?;
    window.wait_for("key-unread").await?;
    camera.take("key-offline").await?;
    window.click("key-close").await?;
    window.execute("scrollTo(0, 0)", vec![]).await?;
    Ok(())
}

async fn show_list(camera: &Camera<'_>) -> Result<()> {
    camera.window.execute("document.querySelector('#keys').scrollIntoView()", vec![]).await?;
    Ok(())
}

pub(super) async fn open_key(camera: &Camera<'_>, name: &str) -> Result<()> {
    let script =
        "[...document.querySelectorAll('.key-row')].find((row) => row.textContent.includes(arguments[0])).click()";
    camera.window.execute(script, vec![json!(name)]).await?;
    camera.window.wait_for("key-dialog").await?;
    Ok(())
}
