//! Service accounts and personal access tokens, from the wish to the vault.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    desktop::Desktop,
    sandbox::Sandbox,
    store::Store,
    window::{Key, Window},
};
use serde_json::{Value, json};

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

/// What `./setup test` has installed.
fn tools() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in the target folder").join("tools")
}

/// Runs one of Dfns' official clients with what came out of a vault.
fn use_by(mut client: Command, given: &Value) -> Result<()> {
    client.env("NO_PROXY", "127.0.0.1").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = client.spawn().context("./setup test installs it")?;
    running.stdin.take().context("a pipe")?.write_all(given.to_string().as_bytes())?;
    let output = running.wait_with_output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

#[tokio::test]
async fn what_one_enter_puts_into_a_vault_is_used_by_dfns_official_clients() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let store = Store::of(&desktop)?;
    store.configure(&desktop, true)?;
    let window = signed_in(&desktop, &sandbox).await?;
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/clients");
    let account = |accounts: &[Value], name: &str| {
        accounts.iter().find(|each| each["userInfo"]["name"] == name).cloned().context("it is there")
    };
    for (name, client) in [("For TypeScript", "node"), ("For Python", "python")] {
        window.type_into("key-name", name).await?;
        choose_role(&window, "account manager").await?;
        window.press("key-name", Key::Enter).await?;
        window.wait_text("receipt", |text| text.contains(name)).await?;
        ensure!(!window.is_shown("reveal").await?, "nothing is shown on the way");
        let entry = store.entry(name).context("it was stored")?;
        let mut lines = entry.splitn(3, '\n');
        let mut next = || lines.next().context("a line").map(str::to_owned);
        let (token, credential, pem) = (next()?, next()?, next()?);

        let accounts = sandbox.listed("/auth/service-accounts").await?;
        ensure!(account(&accounts, name)?["accessTokens"][0]["credId"] == credential.as_str());
        let settlement = account(&accounts, "Settlement bot")?["userInfo"]["userId"].clone();
        let given = json!({
            "url": sandbox.url, "organization": sandbox.organization, "token": token, "credentialId": credential,
            "privateKey": pem, "account": settlement,
        });
        let mut command;
        if client == "node" {
            command = Command::new("node");
            command.env("NODE_PATH", tools().join("dfns-npm/node_modules")).arg(scripts.join("use.cjs")).arg("sha256");
        } else {
            command = Command::new(tools().join("dfns-py/bin/python3"));
            command.arg("-B").arg(scripts.join("use.py"));
        }
        use_by(command, &given).context(client)?;
        let signed = format!("PUT /auth/service-accounts/{}/deactivate", settlement.as_str().context("an id")?);
        ensure!(asked(&sandbox, &[&signed]).await?.len() == if client == "node" { 1 } else { 2 });
        window.click("receipt-close").await?;
    }
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
    let accounts = sandbox.listed("/auth/service-accounts").await?;
    ensure!(accounts.iter().all(|each| each["userInfo"]["name"] != "Admin bot"), "it is archived");
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
