//! Service accounts and personal access tokens, from the wish to the vault.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{clipboard::Clipboard, sandbox::Sandbox, window::Key};
use serde_json::json;

use crate::{
    account_steps::{account, choose_role, clear, signed_in},
    credentials::asked,
    steps::{app, desktop, says, wait_told},
};

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
    let ours = account(&sandbox, "Payout bot").await?;
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
        clear(&window).await?;
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

#[tokio::test]
async fn a_role_that_may_do_everything_is_confirmed_outside_the_page_wherever_it_is() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    window.type_into("key-name", "Admin bot").await?;
    choose_role(&window, "full").await?;
    window.wait_for("key-role-warning").await?;
    window.act()?;
    window.press("key-name", Key::Enter).await?;
    window.answer_confirming("Escape").await?;
    window.wait_attribute("create-error", "data-code", "unconfirmed").await?;
    ensure!(asked(&sandbox, &["POST /auth/action/init", "POST /auth/service-accounts"]).await?.is_empty());
    window.act()?;
    window.press("key-name", Key::Enter).await?;
    window.answer_confirming("alt+a").await?;
    window.wait_for("reveal").await?;
    ensure!(window.content("reveal").await?.contains("ManagedFullAdminAccess"));
    window.click("reveal-revoke").await?;
    window.wait_gone("reveal").await?;
    ensure!(account(&sandbox, "Admin bot").await.is_err(), "it is archived");
    Ok(())
}

#[tokio::test]
async fn a_personal_access_token_is_made_likewise() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    window.choose("kinds", "personal-access-token").await?;
    window.type_into("key-name", "My script").await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await?;
    let pats = sandbox.listed("/auth/pats").await?;
    ensure!(pats.len() == 1 && pats[0]["name"] == "My script", "{pats:?}");
    window.click("reveal-revoke").await?;
    window.wait_gone("reveal").await?;
    ensure!(sandbox.listed("/auth/pats").await?.is_empty());
    Ok(())
}
