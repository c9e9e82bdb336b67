//! Service accounts and personal access tokens, from the wish to the vault.

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
    credentials::{asked, enrol},
    steps::{app, desktop, says, wait_told},
};

/// Signs in with a credential, where the sandbox counts as a place with real funds.
async fn signed_in<'a>(desktop: &'a Desktop, sandbox: &Sandbox) -> Result<Window<'a>> {
    let window = Window::open(desktop, app(), &[]).await?;
    enrol(&window, sandbox).await?;
    Ok(window)
}

/// Chooses a role by a part of its name.
async fn choose_role(window: &Window<'_>, part: &str) -> Result<()> {
    window
        .wait_until("the roles", async || {
            let count = "document.querySelector('[data-test=key-role]').click();
            return document.querySelectorAll('#key-role-list [role=option]').length;";
            let count = window.execute(count, vec![]).await?;
            ensure!(count.as_u64().is_some_and(|count| count > 1), "{count}");
            Ok(())
        })
        .await?;
    window.type_into("key-role", part).await?;
    window.press("key-role", Key::Enter).await
}

#[tokio::test]
async fn a_service_account_is_made_with_a_role_and_checked_secret_by_secret() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    window.type_into("key-name", "Payout bot").await?;
    choose_role(&window, "payout").await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await?;
    let told = window.content("reveal").await?;
    ensure!(told.contains("Payout operator"), "its role is not told: {told}");
    let names = "return [...document.querySelectorAll('[data-test=secret]')].map((row) => row.dataset.secret)";
    ensure!(window.execute(names, vec![]).await? == json!(["token", "privateKey", "credentialId"]));
    let accounts = sandbox.listed("/auth/service-accounts").await?;
    let ours = accounts.iter().find(|each| each["userInfo"]["name"] == "Payout bot").context("it was made")?;
    let credential = ours["accessTokens"][0]["credId"].as_str().context("an id")?;

    for secret in ["token", "privateKey", "credentialId"] {
        window.click_within("secret", "data-secret", secret, "secret-copy").await?;
        let copied =
            Clipboard::of(&desktop).wait_for("a secret", |text| text.is_some_and(|text| !text.is_empty())).await?;
        let copied = copied.context("it is there")?;
        match secret {
            "token" => ensure!(copied.split('.').count() == 3),
            "privateKey" => ensure!(copied.starts_with("-----BEGIN PRIVATE KEY-----\n")),
            _ => ensure!(copied == credential, "{copied}"),
        }
        window.click("reveal-clear").await?;
        wait_told(&window, "reveal-clipboard", &words::clipboard_cleared()).await?;
        // As it comes back out of a vault.
        let vault = Clipboard::of(&desktop).copy(&copied).await?;
        window.click_within("secret", "data-secret", secret, "secret-check").await?;
        wait_told(&window, "reveal-outcome", &words::check_stored(secret)).await?;
        drop(vault);
    }
    window.click("reveal-done").await?;
    window.wait_gone("reveal").await?;
    window.wait_text("receipt", |text| text.contains(credential) && says(text, &words::kind_service_account())).await?;
    let row = format!("[data-test=key-row][data-kind=serviceAccount][data-key-id={}]", ours["userInfo"]["userId"]);
    window
        .wait_until("its row", async || {
            let row = window.execute("return document.querySelector(arguments[0]) !== null", vec![json!(row)]).await?;
            ensure!(row == json!(true), "it is not there yet");
            Ok(())
        })
        .await?;
    let made = asked(&sandbox, &["POST /auth/service-accounts"]).await?;
    ensure!(made.len() == 1, "{made:?}");
    Ok(())
}
