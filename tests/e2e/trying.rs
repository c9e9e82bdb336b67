//! A service account's secrets: tried at Dfns, and copied all at once.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::{Value, json};

use crate::{
    account_steps::{choose_role, clear, copy_as_env, signed_in},
    credentials::asked,
    official_clients::deactivate,
    steps::{ANY, app, desktop, ensure_nothing_copied, wait_told},
};

#[tokio::test]
async fn a_service_accounts_secrets_are_tried_at_dfns_and_all_copied_at_once_for_a_short_time() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    window.type_into("key-name", "Deploy bot").await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await?;

    let signed = ["POST /auth/action/init", "POST /auth/action"];
    let before = asked(&sandbox, &signed).await?.len();
    window.click("reveal-try").await?;
    window.wait_attribute("reveal-tried", "data-tried", "proven").await?;
    wait_told(&window, "reveal-tried", &words::tried_proven()).await?;
    ensure!(asked(&sandbox, &signed).await?[before..] == signed, "nothing else was asked for");

    let env = copy_as_env(&window).await?;
    let clipboard = Clipboard::of(&desktop);
    let names: Vec<&str> = env.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
    ensure!(names == ["DFNS_AUTH_TOKEN", "DFNS_CRED_ID", "DFNS_PRIVATE_KEY"], "{names:?}");
    // By the settings a copy stays for twice that time.
    let told = wait_told(&window, "reveal-clipboard", &words::clipboard_own(ANY)).await?;
    let seconds: u64 =
        told.split(|each: char| !each.is_ascii_digit()).find_map(|part| part.parse().ok()).context(told)?;
    ensure!(seconds <= 15, "it stays for {seconds} s");
    window.click("reveal-check").await?;
    window.wait_text("reveal", |text| text.contains(&words::check_own_copy("all").to_string())).await?;

    clear(&window).await?;
    ensure_nothing_copied(&desktop).await?;
    // Out of the vault, and laid out by it.
    let _back = clipboard.copy(&format!("# Deploy bot\n{}\n", env.replace('\n', "\r\n"))).await?;
    window.click("reveal-check").await?;
    window.wait_text("reveal", |text| text.contains(&words::check_stored("all").to_string())).await?;

    window.find("reveal-copy-format").await?.select_by_value("json").await?;
    ensure!(window.attribute("reveal-copy-all", "data-format").await?.as_deref() == Some("json"));
    window.click("reveal-copy-all").await?;
    let json = clipboard.wait_for("the object", |text| text.is_some_and(|text| text.starts_with('{'))).await?;
    let json: Value = serde_json::from_str(&json.context("a text")?)?;
    ensure!(json["token"] == json!(env.lines().next().and_then(|line| line.split_once('=')).context("a token")?.1));
    window.click("reveal-done").await?;
    window.wait_gone("reveal").await?;
    clipboard.wait_for("nothing", |text| text.is_none_or(str::is_empty)).await.map(drop)
}

/// What the dialog says once they were tried: the outcome for automation, and the words.
async fn tried(window: &Window<'_>, outcome: &str) -> Result<String> {
    window.click("reveal-try").await?;
    window.wait_attribute("reveal-tried", "data-tried", outcome).await?;
    window.wait_text("reveal-tried", |text| !text.is_empty()).await
}

#[tokio::test]
async fn what_is_wrong_with_the_secrets_is_told_each_time_in_words_of_its_own() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    let mut all = BTreeSet::new();
    let (operator, none) = ("Payout operator", words::role_none().to_string());
    let (unusable, refused) = (Some(words::tried_unusable_hint()), Some(words::tried_token_refused_hint()));
    for (case, role, outcome, message, hint) in [
        ("nothing", operator, "proven", words::tried_proven(), None),
        ("another key", operator, "signatureRefused", words::tried_signature_refused(), unusable.clone()),
        ("somebody's credential", operator, "otherCredential", words::tried_other_credential(), unusable),
        ("deactivated since", operator, "tokenRefused", words::tried_token_refused(), refused),
        ("no role", &none, "notLet", words::tried_not_let(), Some(words::tried_not_let_hint())),
    ] {
        let fault = match case {
            "another key" => Some(("createServiceAccount", "otherKey")),
            "somebody's credential" => Some(("createServiceAccount", "otherCredential")),
            _ => None,
        };
        if let Some((call, kind)) = fault {
            sandbox.fault(call, json!({ "kind": kind }), 1).await?;
        }
        window.type_into("key-name", case).await?;
        choose_role(&window, role).await?;
        window.press("key-name", Key::Enter).await?;
        window.wait_for("reveal").await?;
        match case {
            "deactivated since" => deactivate(&sandbox, case).await?,
            "no role" => {
                // The sandbox lets everybody sign; a Dfns that wants a role for it refuses this.
                ensure!(tried(&window, "proven").await? == words::tried_proven().to_string());
                sandbox.fault("actionInit", json!({ "kind": "forbidden" }), 1).await?;
            }
            _ => {}
        }
        let told = tried(&window, outcome).await?;
        for sentence in [Some(message), hint].into_iter().flatten() {
            ensure!(told.contains(&sentence.to_string()), "{case}: {told}");
        }
        let good = window.attribute("reveal-tried", "data-good").await?;
        ensure!(good.as_deref() == Some(if case == "nothing" { "true" } else { "false" }), "{case}: {good:?}");
        ensure!(all.insert(told), "{case} is told as another is");
        window.click("reveal-revoke").await?;
        window.wait_gone("reveal").await?;
    }
    Ok(())
}
