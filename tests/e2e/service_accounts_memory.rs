//! Copies of what a service account is used with: in memory at each step and on each way to its end, and on the disk, in arguments
//! and in variables after the last.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use keybearer_core::{signing::PrivateKey, words};
use keybearer_support::{
    process,
    sandbox::Sandbox,
    skipped::skip,
    traces::Secret,
    wait,
    window::{Key, Window},
};

use crate::{
    account_steps::{clear, copy_as_env, done, learn},
    credentials::enrol,
    memory_table::Table,
    private_keys::number_in,
    steps::{CLOSED_TO_OTHERS, desktop, ensure_nothing_copied, released, wait_told},
    traced::Traced,
};

/// As long as the web engine may take to end a process.
const A_WHILE: Duration = Duration::from_secs(5);

/// What no other token has: the sandbox begins all of them alike, one's own sign-in token included.
pub(crate) fn own_part(token: &str) -> Result<&str> {
    token.rsplit('.').next().context("it is signed")
}

/// Its token and its private key, each looked for by what is secret in it.
pub(crate) struct Tables {
    token: Table,
    key: Table,
}

async fn learn_both(window: &Window<'_>) -> Result<[String; 2]> {
    Ok([learn(window, "token").await?, learn(window, "privateKey").await?])
}

/// What is secret in a private key of the usual type.
pub(crate) fn number_of(pem: &str) -> Result<Vec<u8>> {
    let key = PrivateKey::from_pem(pem).map_err(|problem| anyhow::anyhow!("{problem}"))?;
    number_in(key.open("the test looks for what is secret in it"))
}

impl Tables {
    pub(crate) fn of(token: &str, pem: &str, window: &Window<'_>) -> Result<Self> {
        let token = Table::new(&[own_part(token)?], window)?;
        Ok(Self { token, key: Table::of_private_key(&number_of(pem)?, pem, window)? })
    }

    /// Once in the app's own process or more often, and in none of the web engine.
    pub(crate) fn ensure_in_no_page(&self, step: &str) -> Result<()> {
        self.token.ensure_in_no_page(&format!("token, {step}"))?;
        self.key.ensure_in_no_page(&format!("private key, {step}"))
    }

    pub(crate) fn ensure_held_alone(&self, step: &str) -> Result<()> {
        self.token.ensure_held_alone(&format!("token, {step}"))?;
        self.key.ensure_held_alone(&format!("private key, {step}"))
    }

    pub(crate) async fn ensure_gone(&self, step: &str) -> Result<()> {
        self.token.ensure_gone(&format!("token, {step}")).await?;
        self.key.ensure_gone(&format!("private key, {step}")).await
    }
}

/// How its life can end.
const WAYS: [&str; 6] = [
    "copied, and done",
    "all copied, cleared, and done",
    "all copied, and done meanwhile",
    "shown, and done",
    "archived",
    "wiped by its time",
];

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

#[tokio::test]
async fn whichever_way_it_ends_neither_its_token_nor_its_private_key_is_left_in_any_process() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    for way in WAYS {
        eprintln!("{way} (as it is/UTF-16/base64/hexadecimal/reversed)");
        let (desktop, sandbox) = (desktop()?, Sandbox::start(&released()?)?);
        desktop.write_settings(30, if way == "wiped by its time" { 60 } else { 600 })?;
        let window = Window::open(&desktop, &released()?, &[]).await?;
        enrol(&window, &sandbox).await?;
        wait_told(&window, "account", &words::session_keyring()).await?;
        create(&window, "Payout bot").await?;
        let [token, pem] = learn_both(&window).await?;
        let tables = Tables::of(&token, &pem, &window)?;
        tables.ensure_held_alone("held")?;
        match way {
            "shown, and done" => {
                show_and_hide(&window, &tables, &pem).await?;
                done(&window).await?;
            }
            "all copied, cleared, and done" => {
                copy_as_env(&window).await?;
                tables.ensure_in_no_page("all copied")?;
                clear(&window).await?;
                tables.ensure_held_alone("all cleared")?;
                done(&window).await?;
            }
            "all copied, and done meanwhile" => {
                copy_as_env(&window).await?;
                tables.ensure_in_no_page("all copied")?;
                done(&window).await?;
                ensure_nothing_copied(&desktop).await?;
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
    let run = Traced::new()?;
    let window = run.enrolled().await?;
    create(&window, "Payout bot").await?;
    let [token, pem] = learn_both(&window).await?;
    copy_as_env(&window).await?;
    clear(&window).await?;
    let (token, key) = (Secret::new(own_part(&token)?)?, Secret::of_number(&number_of(&pem)?)?);
    let secrets = [("token", &token), ("private key", &key)];
    run.ensure_in_no_file(&secrets)?;
    done(&window).await?;
    run.ensure_nowhere(window, &secrets).await?;
    run.ensure_found_once_planted(&key, &pem)
}
