//! What a person sees of a credential of their own, in Production.

use std::time::Duration;

use anyhow::{Result, ensure};
use keybearer_support::{
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::json;

use super::{
    Camera, ask_for,
    keys::{self, open_key},
    plain, quiet,
    vaults::fill_list,
};

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
    service_accounts(camera, production).await?;
    leaving(camera).await?;

    // Its kinds differ, and so do its sessions.
    production.tell("api-keys", json!({ "offered": false, "signed": false })).await?;
    production.tell("session-life", json!({ "seconds": 15 })).await?;
    file(camera).await?;
    window.click("signin-passphrase").await?;
    window.clear("signin-organization").await?;
    window.type_into("signin-organization", &production.organization).await?;
    enter(window, &production.enrolment_code().await?).await?;
    let typed = [&["type", "correct horse"][..], &["key", "Tab"], &["type", "correct horse"], &["key", "Return"]];
    dialog(camera, "Passphrase – Keybearer", "passphrase", &typed).await?;
    window.wait_for("kinds").await?;
    camera.take("no-api-keys").await?;
    production.tell("sso", json!({ "persona": "admin" })).await?;
    window.wait_for("unrenewed").await?;
    camera.take("session-unrenewed").await?;
    production.tell("session-life", json!({ "seconds": 86_400 })).await?;
    production.tell("api-keys", json!({ "offered": true })).await?;
    leave(window).await
}

/// The dialog in which a file with a private key is chosen.
async fn file(camera: &mut Camera<'_>) -> Result<()> {
    let window = camera.window;
    window.click("signin-key").await?;
    for (field, text) in
        [("signin-key-id", "cr-1"), ("signin-username", "ada@example.org"), ("signin-key-organization", "or-1")]
    {
        window.type_into(field, text).await?;
    }
    window.click("signin-key-file").await?;
    window.click("signin-key-submit").await?;
    dialog(camera, "Choose your private key – Keybearer", "key-file", &[&["key", "Escape"]]).await?;
    window.click("signin-key-paste").await?;
    window.click("signin-connect").await
}

/// Takes a picture of a dialog of GTK's own once it has the focus, and types into it.
async fn dialog(camera: &mut Camera<'_>, title: &str, state: &str, keys: &[&[&str]]) -> Result<()> {
    let window = camera.window;
    let desktop = window.desktop();
    let focused = || -> Result<bool> {
        let named = desktop.command("xdotool").args(["getwindowfocus", "getwindowname"]).output()?;
        // In the language that is made of English it is called otherwise, and all of them end alike.
        let named = String::from_utf8_lossy(&named.stdout).into_owned();
        Ok(plain(named.trim()) == title)
    };
    window
        .wait_until("the dialog to take keys", async || {
            ensure!(focused()?, "it does not");
            Ok(())
        })
        .await?;
    camera.take(state).await?;
    for arguments in keys {
        ensure!(desktop.command("xdotool").args(*arguments).status()?.success(), "xdotool {arguments:?} failed");
    }
    window
        .wait_until("the dialog to be gone", async || {
            ensure!(!focused()?, "it is there still");
            Ok(())
        })
        .await
}

async fn enter(window: &Window<'_>, code: &str) -> Result<()> {
    window.clear("signin-code").await?;
    window.type_into("signin-code", code).await?;
    window.press("signin-code", Key::Enter).await
}

/// A service account, from its role to its three secrets.
async fn service_accounts(camera: &mut Camera<'_>, production: &Sandbox) -> Result<()> {
    let window = camera.window;
    window.choose("kinds", "service-account").await?;
    window.click("key-role").await?;
    camera.take_part("key-role", "roles").await?;
    window.type_into("key-role", "full").await?;
    camera.take_part("key-role", "roles-found").await?;
    window.press("key-role", Key::Enter).await?;
    camera.take_part("key-role", "role-full-admin").await?;
    ask_for(window, "Payout bot").await?;
    window.wait_confirming(true).await?;
    camera.take("confirm-full-admin").await?;
    window.answer_confirming("Escape").await?;
    window.wait_attribute("create-error", "data-code", "unconfirmed").await?;
    window.click("key-role").await?;
    window.type_into("key-role", "payout").await?;
    window.press("key-role", Key::Enter).await?;
    window.act()?;
    window.click("create-submit").await?;
    window.wait_confirming(true).await?;
    camera.take("confirm-service-account").await?;
    allow(window).await?;
    window.wait_for("reveal").await?;
    camera.take("service-account").await?;
    window.click_within("secret", "data-secret", "privateKey", "secret-copy").await?;
    window.wait_for("reveal-clear").await?;
    camera.take("private-key-copied").await?;
    window.click("reveal-check").await?;
    window.wait_attribute("reveal", "data-proven", "false").await?;
    camera.take("private-key-own-copy").await?;
    window.click("reveal-done").await?;
    window.wait_armed("reveal-discard").await?;
    camera.take("service-account-asking").await?;
    window.click("reveal-discard").await?;
    window.wait_for("receipt").await?;
    camera.take_part("receipt", "service-account-receipt").await?;
    window.click("receipt-close").await?;
    window.wait_for("key-row").await?;
    camera.take_part("key-list", "list-of-kinds").await?;
    keys::filtered(camera).await?;
    window.click("key-row").await?;
    window.wait_for("key-dialog").await?;
    window.wait_text("key-operations", |text| !text.is_empty()).await?;
    camera.take("service-account-details").await?;
    window.click("key-rename").await?;
    camera.take("service-account-rename").await?;
    window.click("key-close").await?;
    window.click("key-deactivate").await?;
    camera.take("service-account-deactivate").await?;
    window.click("key-close").await?;
    window.click("key-archive").await?;
    camera.take("service-account-archive").await?;
    window.click("key-close").await?;
    roles(camera, production).await
}

/// The roles of the account whose dialog is open: given and taken, pending, and no longer pending.
async fn roles(camera: &mut Camera<'_>, production: &Sandbox) -> Result<()> {
    let window = camera.window;
    window.click("key-roles").await?;
    window.click("key-new-role").await?;
    camera.take("role-to-give").await?;
    window.type_into("key-new-role", "full").await?;
    window.press("key-new-role", Key::Enter).await?;
    camera.take("role-to-give-full-admin").await?;
    window.click("key-new-role").await?;
    window.type_into("key-new-role", "wallet reader").await?;
    window.press("key-new-role", Key::Enter).await?;
    production.tell("role-approval", json!({ "needed": true })).await?;
    window.act()?;
    window.click("give-role-confirm").await?;
    window.wait_confirming(true).await?;
    camera.take("confirm-role").await?;
    allow(window).await?;
    window.wait_text("key-dialog", |text| plain(text).contains("Not given yet")).await?;
    camera.take("role-pending-details").await?;
    window.click_within("key-role-row", "data-role", &held(window).await?, "key-take-role").await?;
    camera.take("role-to-take").await?;
    window.click("key-close").await?;
    window.click("key-close").await?;
    window.wait_attribute("attention-row", "data-state", "pending").await?;
    camera.take_part("attention", "role-pending").await?;
    decide(production, false).await?;
    window.click("attention-check").await?;
    window.wait_attribute("attention-row", "data-state", "over").await?;
    camera.take_part("attention", "role-no-longer-pending").await?;
    production.tell("role-approval", json!({ "needed": false })).await?;
    window.click("attention-dismiss").await?;
    window.move_pointer_away().await?;
    window.wait_gone("attention").await?;

    // Answered by a page, and not to be looked at either.
    let page = json!({ "kind": "serverError", "status": 502, "made": false, "html": true });
    for call in ["createAssignment", "listAssignments"] {
        production.fault(call, page.clone(), 1).await?;
    }
    window.click("key-row").await?;
    window.click("key-roles").await?;
    window.click("key-new-role").await?;
    window.type_into("key-new-role", "wallet reader").await?;
    window.press("key-new-role", Key::Enter).await?;
    window.act()?;
    window.wait_armed("give-role-confirm").await?;
    window.click("give-role-confirm").await?;
    window.wait_confirming(true).await?;
    allow(window).await?;
    window.wait_attribute("key-problem", "data-code", "notConfirmed").await?;
    camera.take("role-not-confirmed").await?;
    window.click("key-close").await?;
    window.click("key-close").await?;
    window.wait_attribute("attention-row", "data-state", "doubtful").await?;
    camera.take_part("attention", "role-doubtful").await?;
    window.wait_armed("attention-dismiss").await?;
    window.click("attention-dismiss").await?;
    window.move_pointer_away().await?;
    window.wait_gone("attention").await?;
    window.execute("scrollTo(0, 0)", vec![]).await.map(drop)
}

/// The id of the first role that it has.
async fn held(window: &Window<'_>) -> Result<String> {
    Ok(window.attribute("key-role-row", "data-role").await?.unwrap_or_default())
}

/// Another admin decides over what is pending.
async fn decide(sandbox: &Sandbox, approved: bool) -> Result<()> {
    for role in sandbox.listed("/permissions").await? {
        let path = format!("/permissions/{}/assignments", role["id"].as_str().unwrap_or_default());
        for assignment in sandbox.listed(&path).await? {
            let id = &assignment["pendingChangeRequest"]["id"];
            if !id.is_null() {
                sandbox.tell("resolve-role", json!({ "changeRequestId": id, "approved": approved })).await?;
            }
        }
    }
    Ok(())
}

/// Allows what is asked about, by its letter, which another language accents.
async fn allow(window: &Window<'_>) -> Result<()> {
    let allowed = tokio::time::timeout(Duration::from_secs(5), window.answer_confirming("alt+a")).await;
    if allowed.is_ok_and(|answered| answered.is_ok()) { Ok(()) } else { window.answer_confirming("alt+Aacute").await }
}

/// A list of service accounts, with roles: typed, checked, confirmed, and done.
pub(super) async fn many(camera: &mut Camera<'_>, staging: &Sandbox) -> Result<()> {
    let window = camera.window;
    window.click("accounts").await?;
    window.click("accounts-add").await?;
    window.choose("signin-environment", "staging").await?;
    window.clear("signin-name").await?;
    // As it was chosen for the last one.
    window.click("signin-passphrase").await?;
    window.clear("signin-organization").await?;
    window.type_into("signin-organization", &staging.organization).await?;
    enter(window, &staging.enrolment_code().await?).await?;
    window.wait_for("key-name").await?;
    window.choose("kinds", "service-account").await?;
    window.click("key-role").await?;
    window.type_into("key-role", "payout").await?;
    window.press("key-role", Key::Enter).await?;
    let names: Vec<String> = (1..=8).map(|number| format!("Payout bot {number:02}")).collect();
    let list = format!(
        "{}\nSettlement; Account manager\nBreak glass; ManagedFullAdminAccess\nReporting; -\nOdd; Treasurer",
        names.join("\n")
    );
    fill_list(window, &list).await?;
    camera.take("batch-accounts").await?;
    let end = "document.querySelector('#batch-input .dialog-body').scrollTo(0, 9999)";
    window.execute(end, vec![]).await?;
    camera.take("batch-accounts-terms").await?;
    window.click("batch-check").await?;
    window.wait_for("batch-start").await?;
    camera.take("batch-accounts-checked").await?;
    window.act()?;
    window.click("batch-start").await?;
    window.wait_confirming(true).await?;
    camera.take("confirm-list").await?;
    allow(window).await?;
    window.wait_text("batch-summary", |text| plain(text).starts_with("11 of 11")).await?;
    camera.take("batch-accounts-done").await?;
    window.click("batch-done").await?;
    window.wait_gone("batch").await?;
    replaced(camera).await?;
    window.execute("scrollTo(0, 0)", vec![]).await?;
    quiet(window).await
}

/// A service account in place of another, up to the old one that rests; and several, up to what the new ones would be.
async fn replaced(camera: &mut Camera<'_>) -> Result<()> {
    let window = camera.window;
    open_key(camera, "Payout bot 01").await?;
    window.click("key-replace").await?;
    window
        .wait_until("a name", async || {
            ensure!(!window.value("key-name").await?.is_empty(), "none is proposed");
            Ok(())
        })
        .await?;
    camera.take("replace-account").await?;
    window.click("create-submit").await?;
    window.wait_for("reveal-replaces").await?;
    window.click("reveal-copy").await?;
    window.wait_attribute("reveal-clipboard-row", "data-state", "live").await?;
    window.click("reveal-done").await?;
    window.wait_armed("reveal-discard").await?;
    window.click("reveal-discard").await?;
    window.wait_attribute("attention-row", "data-kind", "oldToRevoke").await?;
    window.click("receipt-close").await?;
    camera.take("replace-account-left").await?;
    window.wait_armed("attention-revoke").await?;
    window.click("attention-revoke").await?;
    window.wait_attribute("attention-row", "data-kind", "oldToArchive").await?;
    camera.take("replace-account-resting").await?;
    window.click("keys-replace").await?;
    window.wait_for("batch-replace-row").await?;
    window.click("batch-replace-choice").await?;
    camera.take("replace-several").await?;
    window.click("batch-check").await?;
    window.wait_for("batch-start").await?;
    camera.take("replace-several-checked").await?;
    window.click("batch-back").await?;
    window.click("batch-close-input").await?;
    window.wait_gone("batch").await
}

async fn signing(camera: &mut Camera<'_>, production: &Sandbox) -> Result<()> {
    let window = camera.window;
    production.tell("api-keys", json!({ "signed": true })).await?;
    window.choose("kinds", "api-key").await?;
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
