//! Copies of a credential's private key: in memory at each step, and on the disk, in arguments and in variables after the last.

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use keybearer_core::{
    signing::{NewKeyType, PrivateKey},
    words,
};
use keybearer_support::{
    clipboard::Clipboard, process, sandbox::Sandbox, skipped::skip, traces::Secret, window::Window,
};
use serde_json::json;

use crate::{
    credentials::{bring_along, choose_api_key},
    memory_table::Table,
    steps::{CLOSED_TO_OTHERS, desktop, finish, released, wait_listed, wait_told},
    traced::Traced,
};

/// What a P-256 key in PKCS#8 has before the number that is secret in it.
const BEFORE: [u8; 2] = [4, 32];

/// A private key that nothing else has: as PEM, and the number that is secret in it.
fn drawn() -> Result<(String, Vec<u8>)> {
    let key = PrivateKey::generate(NewKeyType::P256).map_err(|failure| anyhow::anyhow!(failure.to_string()))?;
    let der = key.open("the test looks for it");
    let letters = STANDARD.encode(der);
    let lines: Vec<&str> = letters.as_bytes().chunks(64).map(|line| str::from_utf8(line).expect("letters")).collect();
    Ok((format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n")), number_in(der)?))
}

pub(crate) fn number_in(der: &[u8]) -> Result<Vec<u8>> {
    let at = der.windows(2).position(|two| two == BEFORE).context("a P-256 key")? + 2;
    Ok(der[at..at + 32].to_vec())
}

/// Signs in with what is on the clipboard.
async fn sign_in(window: &Window<'_>, sandbox: &Sandbox, pem: &str, remember: bool) -> Result<()> {
    bring_along(window, sandbox, pem).await?;
    if !remember {
        window.click("signin-remember").await?;
    }
    let copied = Clipboard::of(window.desktop()).copy(pem).await?;
    window.click("signin-key-paste").await?;
    window.click("signin-key-submit").await?;
    window.wait_for("key-name").await?;
    drop(copied);
    wait_listed(window).await
}

async fn sign_a_request(window: &Window<'_>, sandbox: &Sandbox) -> Result<()> {
    sandbox.tell("api-keys", json!({ "signed": true })).await?;
    choose_api_key(window).await?;
    window.type_into("key-name", "Signed for").await?;
    window.click("create-submit").await?;
    window.wait_for("create-sign").await?;
    window.click("create-sign").await?;
    window.wait_for("reveal").await.map(drop)
}

#[tokio::test]
async fn a_private_key_is_in_the_apps_memory_only_while_no_keyring_has_it_and_in_no_page_ever() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    for remember in [false, true] {
        eprintln!("kept in the keyring: {remember} (as it is/UTF-16/base64/hexadecimal/reversed)");
        let (desktop, sandbox) = (desktop()?, Sandbox::start(&released()?)?);
        let (pem, number) = drawn()?;
        let window = Window::open(&desktop, &released()?, &[]).await?;
        let table = Table::of_private_key(&number, &pem, &window)?;
        table.ensure_gone("before").await?;
        sign_in(&window, &sandbox, &pem, remember).await?;
        if remember {
            wait_told(&window, "account", &words::session_keyring()).await?;
            table.ensure_gone("signed in, and kept").await?;
        } else {
            table.ensure_held_alone("signed in")?;
        }
        sign_a_request(&window, &sandbox).await?;
        if remember {
            table.ensure_gone("a request signed").await?;
        } else {
            table.ensure_held_alone("a request signed")?;
        }
        finish(&window).await?;
        window.click("signout").await?;
        window.wait_for("signout-confirm").await?;
        window.click("signout-confirm").await?;
        window.wait_for("signin-connect").await?;
        table.ensure_gone("signed out").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_private_key_that_keybearer_made_is_in_no_file_argument_or_variable() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let run = Traced::new()?;
    let (desktop, sandbox) = (&run.desktop, &run.sandbox);
    let window = run.enrolled().await?;
    let id =
        sandbox.credentials().await?.iter().find(|each| each["kind"] == "Key").context("a credential")?["credentialId"]
            .as_str()
            .context("an id")?
            .to_owned();
    let mut lookup = desktop.command("secret-tool");
    let entry = format!("credential {id} at {}", sandbox.url);
    let found = lookup.args(["lookup", "service", "app.keybearer.desktop", "username", &entry]).output()?;
    let secret = Secret::of_number(&number_in(&found.stdout)?)?;
    sign_a_request(&window, sandbox).await?;
    finish(&window).await?;
    let secrets = [("private key", &secret)];
    run.ensure_in_no_file(&secrets)?;
    run.ensure_nowhere(window, &secrets).await?;
    run.ensure_found_once_planted(&secret, &STANDARD.encode(&found.stdout))
}
