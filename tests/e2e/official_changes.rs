//! What a colleague changes by Dfns' official clients meanwhile: what the list says of it once it is asked for again, and the
//! details that are open.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{sandbox::Sandbox, window::Window};
use serde_json::{Value, json};

use crate::{
    account_steps::{account, signed_in},
    changing::{choose, names, open, wait_names},
    official_clients::{Client, credential, id_of, row},
    steps::{app, desktop, start_again, wait_told},
};

const NAME: &str = "Settlement bot";

/// A colleague, who has a credential of their own.
struct Colleague<'a> {
    sandbox: &'a Sandbox,
    client: Client,
    credential: String,
    pem: String,
}

impl<'a> Colleague<'a> {
    async fn of(sandbox: &'a Sandbox, client: Client) -> Result<Self> {
        let (credential, pem) = credential(sandbox).await?;
        Ok(Self { sandbox, client, credential, pem })
    }

    /// Has their client do what a script does.
    fn run(&self, script: &str, what: Value) -> Result<Value> {
        let mut given = what;
        given["url"] = json!(self.sandbox.url);
        given["organization"] = json!(self.sandbox.organization);
        given["username"] = json!(self.sandbox.username);
        given["credentialId"] = json!(self.credential);
        given["privateKey"] = json!(self.pem);
        self.client.run(script, std::path::Path::new("/"), &given)
    }

    fn change(&self, id: &str, act: &str, to: &str) -> Result<()> {
        let told = self.run("change", json!({ "account": id, "act": act, "to": to }))?;
        ensure!(told.is_null(), "{told}");
        Ok(())
    }
}

/// Chooses the accounts of a state, in the panel of the filters.
async fn show_only(window: &Window<'_>, status: &str) -> Result<()> {
    choose(window, "filter-status", status).await
}

async fn wait_row(window: &Window<'_>, id: &str, what: &str, wanted: impl Fn(&str) -> bool) -> Result<()> {
    window
        .wait_until(what, async || {
            let row = row(window, id).await?.context("it has no row")?;
            let text = row["text"].as_str().context("a text")?;
            ensure!(wanted(text), "{text}");
            Ok(())
        })
        .await
}

async fn wait_no_row(window: &Window<'_>, id: &str) -> Result<()> {
    window
        .wait_until("its row to go", async || {
            let row = row(window, id).await?;
            ensure!(row.is_none(), "{row:?}");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn what_the_official_clients_change_is_in_the_list_once_it_is_refreshed() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    show_only(&window, "all").await?;
    let (inactive, active) = (words::key_status_inactive().to_string(), words::key_status_active().to_string());
    for client in Client::BOTH {
        let colleague = Colleague::of(&sandbox, client).await?;
        let (old, new) = (format!("Made by {client:?}"), format!("Renamed by {client:?}"));
        let made = colleague.run("make", json!({ "name": old, "role": "Wallet reader" }))?;
        let id = made["account"].as_str().context("an id")?;
        window.click("keys-refresh").await?;
        wait_row(&window, id, "what was made", |text| text.contains(&old)).await?;

        colleague.change(id, "rename", &new)?;
        ensure!(names(&window).await?.contains(&old), "the list was not asked for again");
        window.click("keys-refresh").await?;
        wait_row(&window, id, "its new name", |text| text.contains(&new)).await?;

        colleague.change(id, "deactivate", "")?;
        window.click("keys-refresh").await?;
        wait_row(&window, id, "that it rests", |text| text.contains(&inactive)).await?;
        colleague.change(id, "activate", "")?;
        window.click("keys-refresh").await?;
        wait_row(&window, id, "that it works", |text| text.contains(&active) && !text.contains(&inactive)).await?;

        // By its role it is found from then on.
        colleague.change(id, "give", "Account manager")?;
        window.click("keys-refresh").await?;
        window
            .wait_until("the role among the filters", async || {
                let roles =
                    "return [...document.querySelectorAll('#filter-role option')].map((role) => role.textContent)";
                let roles: Vec<String> = serde_json::from_value(window.execute(roles, vec![]).await?)?;
                ensure!(roles.iter().any(|role| role == "Account manager"), "{roles:?}");
                Ok(())
            })
            .await?;
        let role = "return [...document.querySelectorAll('#filter-role option')].find((role) => role.textContent === 'Account manager').value";
        let role = window.execute(role, vec![]).await?;
        choose(&window, "filter-role", role.as_str().context("an id")?).await?;
        wait_names(&window, "it alone", |names| names == [new.clone()]).await?;
        choose(&window, "filter-role", "").await?;

        colleague.change(id, "archive", "")?;
        window.click("keys-refresh").await?;
        wait_no_row(&window, id).await?;
    }
    Ok(())
}

/// Leaves the window for another one, and comes back to it.
async fn come_back(window: &Window<'_>) -> Result<()> {
    let minimize = ["search", "--onlyvisible", "--name", "Keybearer$", "windowminimize"];
    ensure!(window.desktop().command("xdotool").args(minimize).status()?.success(), "it cannot be minimized");
    start_again(window).await
}

#[tokio::test]
async fn details_that_are_open_tell_what_was_changed_meanwhile_to_whoever_comes_back_to_them() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    show_only(&window, "all").await?;
    let colleague = Colleague::of(&sandbox, Client::TypeScript).await?;
    let id = id_of(&account(&sandbox, NAME).await?)?;
    open(&window, NAME).await?;
    window.wait_text("key-dialog", |text| !text.is_empty()).await?;

    colleague.change(&id, "deactivate", "")?;
    colleague.change(&id, "rename", "Renamed meanwhile")?;
    colleague.change(&id, "give", "Account manager")?;
    ensure!(window.text("key-title").await? == NAME, "nobody has come back yet");
    come_back(&window).await?;
    window.wait_text("key-title", |text| text == "Renamed meanwhile").await?;
    wait_told(&window, "key-state", &words::key_status_inactive()).await?;
    window.wait_text("key-dialog", |text| text.contains("Account manager")).await?;
    window.wait_text("key-dialog", |text| text.contains("Auth:ServiceAccounts:Deactivate")).await?;
    ensure!(window.is_shown("key-activate").await? && !window.is_shown("key-deactivate").await?);
    // The list has followed, without a word.
    wait_row(&window, &id, "its new name", |text| text.contains("Renamed meanwhile")).await?;

    // What is asked of one that is gone by then is not claimed.
    colleague.change(&id, "archive", "")?;
    window.click("key-activate").await?;
    window.wait_attribute("key-problem", "data-code", "keyGone").await?;
    wait_told(&window, "key-unread", &words::err_key_gone()).await?;
    window.click("key-close").await?;
    wait_no_row(&window, &id).await
}
