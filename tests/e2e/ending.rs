//! A vault that deletes by itself what is stored in it: what is told before a key is made, in the dialog, and afterwards.

use std::{
    env, fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use anyhow::{Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    recorder::{Recorder, Reply, Request},
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::{Value, json};

use crate::steps::{ANY, app, creations, desktop, is_told, says, sign_in, wait_told};

/// A KV version 2 that holds one entry once it is stored, until then; for good where that is empty.
pub(crate) async fn vault(keeps: &'static str, until: &'static str) -> Result<Recorder> {
    let stored = Mutex::new(None);
    Recorder::answering(move |request: &Request| answer(request, &stored, keeps, until)).await
}

/// How it answers, of what it has stored so far.
pub(crate) fn answer(request: &Request, stored: &Mutex<Option<Value>>, keeps: &str, until: &str) -> Reply {
    let (method, path) = (request.method(), request.path());
    let mut stored = stored.lock().unwrap_or_else(PoisonError::into_inner);
    let version =
        json!({ "created_time": "2026-11-25T04:51:31.65Z", "deletion_time": until, "destroyed": false, "version": 1 });
    let data = match (method, &*stored) {
        _ if path.starts_with("/v1/sys/internal/ui/mounts/") => {
            json!({ "path": "secret/", "type": "kv", "options": { "version": "2" } })
        }
        _ if path.contains("capabilities") => json!({ "capabilities": ["create", "read"] }),
        _ if path.ends_with("/config") => json!({ "delete_version_after": keeps }),
        _ if path.ends_with("/lookup-self") => {
            json!({ "expire_time": "2099-12-25T14:00:00Z", "num_uses": 0, "renewable": true, "ttl": 86400 })
        }
        ("POST", _) => {
            let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            *stored = Some(body["data"].clone());
            version
        }
        (_, Some(entry)) if path.contains("/data/") => json!({ "data": entry, "metadata": version }),
        _ => return Reply::json(404, &json!({ "errors": [] })),
    };
    Reply::json(200, &json!({ "data": data }))
}

/// What a destination of such a vault is in the file, delivered to at once or not.
pub(crate) fn destinations(vault: &Recorder, at_once: bool) -> Value {
    json!({
        "destinations": [{
            "id": "team", "name": "Team Vault",
            "vault": { "kind": "kv2", "address": vault.url(), "mount": "secret", "path": "{key_name}", "field": "token" },
        }],
        "default": at_once.then_some("team"),
    })
}

/// Gives the vault's own access token to the one destination.
pub(crate) async fn give_the_vaults_secret(window: &Window<'_>) -> Result<()> {
    window.click("destinations-open").await?;
    let copied = Clipboard::of(window.desktop()).copy("hvs.CAESIJ2-own-access-token-of-the-vault").await?;
    window.click("destination-secret").await?;
    wait_told(window, "toast-text", &words::said_secret_kept("access-token")).await?;
    drop(copied);
    window.click("destinations-close").await
}

/// A picture, where somebody wants to look at it.
async fn picture(window: &Window<'_>, name: &str) -> Result<()> {
    let Some(folder) = env::var_os("KEYBEARER_PICTURES").map(PathBuf::from) else { return Ok(()) };
    fs::create_dir_all(&folder)?;
    window.screenshot(&folder.join(format!("{name}.png"))).await
}

#[tokio::test]
async fn what_a_vault_deletes_later_is_told_with_its_date_before_in_the_dialog_and_in_the_receipt() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let vault = vault("720h0m0s", "2099-12-24T12:00:00Z").await?;
    desktop.write_destinations(&destinations(&vault, true))?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    give_the_vaults_secret(&window).await?;

    // Test tells it, with what ends besides.
    window.click("destinations-open").await?;
    window.click("destination-test").await?;
    let tested = wait_told(&window, "destination-outcome", &words::tested_nothing_stored()).await?;
    ensure!(is_told(&tested, words::tested_ends), "{tested}");
    ensure!(is_told(&tested, words::tested_access_renewable) && tested.contains("2099"), "{tested}");
    ensure!(window.attribute("destination-outcome", "data-good").await?.as_deref() == Some("false"), "it looks fine");
    ensure!(!tested.contains(" UTC"), "its times are not as people here write them: {tested}");
    picture(&window, "tested").await?;
    window.click("destinations-close").await?;

    // Where nobody would see it arrive, no key is asked for.
    window.type_into("key-name", "Server Key 3").await?;
    window.press("key-name", Key::Enter).await?;
    let refused = wait_told(&window, "create-error", &words::err_vault_no_room(ANY)).await?;
    ensure!(says(&refused, &words::span_days(30_u8)) && !refused.contains(" UTC"), "{refused}");
    ensure!(creations(&sandbox).await? == 0, "a key was asked for");
    picture(&window, "refused").await?;

    // By hand, the date is told, and Done asks.
    window.click("create-hold").await?;
    window.wait_for("reveal").await?;
    window.click("reveal-deliver").await?;
    let read_back = words::delivered_read_back(ANY, "Team Vault");
    let told = wait_told(&window, "reveal-delivered", &read_back).await?;
    ensure!(told.contains("2099") && !told.contains(" UTC"), "{told}");
    picture(&window, "delivered").await?;
    window.click("reveal-done").await?;
    let asked = wait_told(&window, "reveal", &words::finish_for_a_time_title()).await?;
    ensure!(asked.contains("2099") && says(&asked, &words::finish_erases(1)), "{asked}");
    picture(&window, "asked").await?;
    // What ends something takes no click that comes at once.
    window
        .wait_until("the end of it", async || {
            window.execute("document.querySelector('[data-test=reveal-discard]').click()", vec![]).await?;
            ensure!(!window.is_shown("reveal").await?, "it is open still");
            Ok(())
        })
        .await?;
    let receipt = window.wait_text("receipt", |text| is_told(text, words::receipt_deleted_then)).await?;
    ensure!(receipt.contains("2099"), "{receipt}");
    picture(&window, "receipt").await
}
