//! Copies of what a service account is used with: in memory at each step and on each way to its end, and on the disk, in arguments
//! and in variables after the last.

use std::{
    fs,
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result, ensure};
use keybearer_core::{signing::PrivateKey, words};
use keybearer_support::{
    clipboard::Clipboard,
    desktop::Desktop,
    process,
    sandbox::Sandbox,
    skipped::skip,
    traces::Secret,
    wait,
    window::{Key, Window},
};

use crate::{
    credentials::enrol,
    leaving::{ensure_in_no_file, traced},
    memory::Table,
    private_keys::number_in,
    steps::{CLOSED_TO_OTHERS, desktop, released, wait_told},
};

/// As long as the web engine may take to end a process.
const A_WHILE: Duration = Duration::from_secs(5);

/// Copies one of the secrets, and has it cleared again: what it was.
async fn learn(window: &Window<'_>, secret: &str) -> Result<String> {
    window.click_within("secret", "data-secret", secret, "secret-copy").await?;
    let clipboard = Clipboard::of(window.desktop());
    let copied = clipboard.wait_for(secret, |text| text.is_some_and(|text| !text.is_empty())).await?;
    window.click("reveal-clear").await?;
    wait_told(window, "reveal-clipboard", &words::clipboard_cleared()).await?;
    copied.context("it was copied")
}

/// What no other token has: the sandbox begins all of them alike, one's own sign-in token included.
fn own_part(token: &str) -> Result<&str> {
    token.rsplit('.').next().context("it is signed")
}

/// Its token and its private key, each looked for by what is secret in it.
struct Tables {
    token: Table,
    key: Table,
}

impl Tables {
    async fn of_held(window: &Window<'_>) -> Result<(Self, [String; 2])> {
        let (token, pem) = (learn(window, "token").await?, learn(window, "privateKey").await?);
        let key = PrivateKey::from_pem(&pem).map_err(|problem| anyhow::anyhow!("{problem}"))?;
        let number = number_in(key.open("the test looks for what is secret in it"))?;
        let tables = Self {
            token: Table::new(&[own_part(&token)?], window)?,
            key: Table::of_private_key(&number, &pem, window)?,
        };
        Ok((tables, [token, pem]))
    }

    fn ensure_held_alone(&self, step: &str) -> Result<()> {
        self.token.ensure_held_alone(&format!("token, {step}"))?;
        self.key.ensure_held_alone(&format!("private key, {step}"))
    }

    async fn ensure_gone(&self, step: &str) -> Result<()> {
        self.token.ensure_gone(&format!("token, {step}")).await?;
        self.key.ensure_gone(&format!("private key, {step}")).await
    }
}

async fn create(window: &Window<'_>, name: &str) -> Result<()> {
    window.type_into("key-name", name).await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await.map(drop)
}

/// Shows the private key in its own window, which alone has it then.
async fn show_and_hide(window: &Window<'_>, tables: &Tables, pem: &str) -> Result<()> {
    window.click_within("secret", "data-secret", "privateKey", "secret-show").await?;
    window.enter_token_window().await?;
    let length = "return document.querySelector('[data-test=token-text]').textContent.length";
    window
        .wait_until("the private key to be drawn", async || {
            let drawn = window.execute(length, vec![]).await?;
            ensure!(drawn == pem.len(), "{drawn} letters are");
            Ok(())
        })
        .await?;
    tables.token.ensure_no_page_has_it("token, private key shown")?;
    window.leave_token_window().await?;
    window.click_within("secret", "data-secret", "privateKey", "secret-show").await?;
    window.wait_token_window_closed().await?;
    wait::until("the page's end", A_WHILE, async || tables.key.ensure_no_page_has_it("private key, hidden")).await
}

/// Done, by the person's word.
async fn done(window: &Window<'_>) -> Result<()> {
    window.click("reveal-done").await?;
    window.wait_armed("reveal-discard").await?;
    window.click("reveal-discard").await?;
    window.wait_gone("reveal").await
}

#[tokio::test]
async fn whichever_way_it_ends_neither_its_token_nor_its_private_key_is_left_in_any_process() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    for way in ["copied, and done", "shown, and done", "archived", "wiped by its time"] {
        eprintln!("{way} (as it is/UTF-16/base64/hexadecimal/reversed)");
        let (desktop, sandbox) = (desktop()?, Sandbox::start(&released()?)?);
        desktop.write_settings(30, if way == "wiped by its time" { 60 } else { 600 })?;
        let window = Window::open(&desktop, &released()?, &[]).await?;
        enrol(&window, &sandbox).await?;
        wait_told(&window, "account", &words::session_keyring()).await?;
        create(&window, "Payout bot").await?;
        let (tables, [_, pem]) = Tables::of_held(&window).await?;
        tables.ensure_held_alone("held")?;
        match way {
            "shown, and done" => {
                show_and_hide(&window, &tables, &pem).await?;
                done(&window).await?;
            }
            "archived" => {
                window.click("reveal-revoke").await?;
                window.wait_gone("reveal").await?;
            }
            "wiped by its time" => {
                wait::until("the dialog to close", Duration::from_secs(70), async || {
                    ensure!(!window.is_shown("reveal").await?, "it is open");
                    Ok(())
                })
                .await?;
            }
            _ => done(&window).await?,
        }
        tables.ensure_gone(way).await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_a_service_account_is_used_with_is_in_no_file_argument_or_variable() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let began = SystemTime::now();
    let (desktop, sandbox) = (desktop()?, Sandbox::start(&released()?)?);
    let trace = desktop.home().join("started.txt");
    let traced = traced(&desktop, &trace)?;
    let window = Window::open(&desktop, &traced, &[]).await?;
    enrol(&window, &sandbox).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    create(&window, "Payout bot").await?;
    let (_, [token, pem]) = Tables::of_held(&window).await?;
    let key = PrivateKey::from_pem(&pem).map_err(|problem| anyhow::anyhow!("{problem}"))?;
    let number = number_in(key.open("the test looks for what is secret in it"))?;
    let (token, key) = (Secret::new(own_part(&token)?)?, Secret::of_number(&number)?);
    ensure_nowhere(&desktop, began, &token, &key)?;
    done(&window).await?;
    window.ask_to_close()?;
    window.wait_ended(Duration::from_secs(10)).await?;
    drop(window);
    let started = fs::read_to_string(&trace)?;
    ensure!(started.contains("WebKitWebProcess") && started.contains("HOME="), "they are not told: {started}");
    for secret in [&token, &key] {
        ensure!(secret.pieces_in(started.as_bytes()) == 0, "it was given to a program");
    }
    ensure_nowhere(&desktop, began, &token, &key)?;
    // What a scan like this finds, where there is something.
    fs::write(desktop.home().join("planted"), &pem)?;
    ensure!(desktop.files_with_pieces_of(&key)?.len() == 1);
    Ok(())
}

fn ensure_nowhere(desktop: &Desktop, began: SystemTime, token: &Secret, key: &Secret) -> Result<()> {
    ensure_in_no_file(desktop, began, &[("token", token), ("private key", key)])
}
