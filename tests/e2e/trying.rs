//! A service account's secrets: tried at Dfns, and copied all at once.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::{Value, json};

use crate::{
    credentials::{asked, enrol},
    steps::{ANY, app, desktop, ensure_nothing_copied, wait_told},
};

#[tokio::test]
async fn a_service_accounts_secrets_are_tried_at_dfns_and_all_copied_at_once_for_a_short_time() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    enrol(&window, &sandbox).await?;
    let kind = "document.querySelector('#kinds [value=\"service-account\"]').click();";
    window.execute(kind, Vec::new()).await?;
    window.type_into("key-name", "Deploy bot").await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await?;

    let signed = ["POST /auth/action/init", "POST /auth/action"];
    let before = asked(&sandbox, &signed).await?.len();
    window.click("reveal-try").await?;
    window.wait_attribute("reveal-tried", "data-tried", "proven").await?;
    wait_told(&window, "reveal-tried", &words::tried_proven()).await?;
    ensure!(asked(&sandbox, &signed).await?[before..] == signed, "nothing else was asked for");

    let more = "document.getElementById('reveal-all').open = true;";
    window.execute(more, Vec::new()).await?;
    ensure!(window.attribute("reveal-copy-all", "data-format").await?.as_deref() == Some("env"));
    window.click("reveal-copy-all").await?;
    let clipboard = Clipboard::of(&desktop);
    let copied = |text: Option<&str>| text.is_some_and(|text| text.contains("DFNS_PRIVATE_KEY"));
    let env = clipboard.wait_for("the lines", copied).await?.context("a text")?;
    let names: Vec<&str> = env.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
    ensure!(names == ["DFNS_AUTH_TOKEN", "DFNS_CRED_ID", "DFNS_PRIVATE_KEY"], "{names:?}");
    // By the settings a copy stays for twice that time.
    let told = wait_told(&window, "reveal-clipboard", &words::clipboard_own(ANY)).await?;
    let seconds: u64 =
        told.split(|each: char| !each.is_ascii_digit()).find_map(|part| part.parse().ok()).context(told)?;
    ensure!(seconds <= 15, "it stays for {seconds} s");
    window.click("reveal-check").await?;
    window.wait_text("reveal", |text| text.contains(&words::check_own_copy("all").to_string())).await?;

    window.click("reveal-clear").await?;
    wait_told(&window, "reveal-clipboard", &words::clipboard_cleared()).await?;
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
