//! Service accounts of a list of names: one role for all or one of their own, one confirmation, each delivered with its three
//! secrets.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context, Result, ensure};
use keybearer_core::{signing::PrivateKey, words};
use keybearer_support::{
    clipboard::Clipboard, company::Company, desktop::Desktop, sandbox::Sandbox, store::Store, wait, window::Window,
};
use serde_json::{Value, json};

use crate::{
    account_steps::{choose_role_in, signed_in},
    credentials::{asked, connect},
    steps::{app, desktop, invoke, kill, paste_into, says, wait_told},
};

/// Whose entry the vault takes only once it is let.
const HELD: &str = "Slow payout bot";

const MAKING: &str = "POST /auth/service-accounts";

fn names(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("Payout bot {number:02}")).collect()
}

async fn accounts(sandbox: &Sandbox) -> Result<Vec<Value>> {
    let all = sandbox.listed("/auth/service-accounts").await?;
    let is_of_list =
        |each: &Value| each["userInfo"]["name"].as_str().is_some_and(|name| name.starts_with("Payout bot"));
    Ok(all.into_iter().filter(is_of_list).collect())
}

fn store(desktop: &Desktop) -> Result<Store> {
    let store = Store::of(desktop)?;
    store.configure(desktop, false)?;
    Ok(store)
}

/// The list is pasted, gets a role for all, and is looked at.
async fn fill_in(window: &Window<'_>, text: &str, role: &str) -> Result<()> {
    window.click("batch-open").await?;
    paste_into(window, "batch-names", text).await?;
    choose_role_in(window, "batch-role", role).await?;
    window.click("batch-check").await?;
    window.wait_for("batch-start").await.map(drop)
}

async fn wait_ended(window: &Window<'_>) -> Result<()> {
    wait::until("the end of the list", Duration::from_secs(120), async || {
        let state = window.attribute("batch-work", "data-state").await?;
        ensure!(state.as_deref() == Some("ended"), "{state:?}: {}", window.content("batch-summary").await?);
        Ok(())
    })
    .await
}

/// Each name has one account, of this role, whose three secrets are in its entry.
async fn ensure_delivered(sandbox: &Sandbox, store: &Store, names: &[(String, Option<&str>)]) -> Result<()> {
    let accounts = accounts(sandbox).await?;
    ensure!(accounts.len() == names.len(), "{} accounts of {} names", accounts.len(), names.len());
    let mut keys = BTreeSet::new();
    for (name, role) in names {
        let of_name = || accounts.iter().filter(|each| each["userInfo"]["name"] == name.as_str());
        ensure!(of_name().count() == 1, "{name} was made {} times", of_name().count());
        let account = of_name().next().context("it is there")?;
        let given: Vec<&str> = account["userInfo"]["permissionAssignments"]
            .as_array()
            .context("roles")?
            .iter()
            .filter_map(|role| role["permissionName"].as_str())
            .collect();
        ensure!(given == role.iter().copied().collect::<Vec<_>>(), "{name} has {given:?}");
        let entry = store.entry(name).with_context(|| format!("{name} is not in the vault"))?;
        let mut lines = entry.splitn(3, '\n');
        let mut next = || lines.next().context("three secrets");
        let (token, credential, pem) = (next()?, next()?, next()?);
        ensure!(token.split('.').count() == 3);
        ensure!(account["accessTokens"][0]["credId"] == credential, "{name}: {credential}");
        let key = PrivateKey::from_pem(pem).map_err(|problem| anyhow::anyhow!("{problem}"))?;
        ensure!(keys.insert(key.public_key_pem()), "{name} shares its key with another");
    }
    Ok(())
}

#[tokio::test]
async fn twenty_service_accounts_are_in_a_vault_with_as_many_inputs_as_two() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let store = store(&desktop)?;
    let window = signed_in(&desktop, &sandbox).await?;
    let mut list = names(20);
    list[4].push_str("; Account manager");
    list[7].push_str("\t-");
    fill_in(&window, &list.join("\n"), "payout").await?;
    wait_told(&window, "batch-checked-summary", &words::batch_all_good(20)).await?;
    let rows = window.page_text().await?;
    for role in ["Payout operator", "Account manager"] {
        ensure!(rows.contains(role), "{role} is not told: {rows}");
    }
    ensure!(says(&rows, &words::role_none()), "{rows}");
    ensure!(asked(&sandbox, &[MAKING, "POST /auth/action/init"]).await?.is_empty(), "something was asked for");
    window.click("batch-start").await?;
    wait_ended(&window).await?;
    ensure!(says(&window.content("batch-summary").await?, &words::batch_delivered(20, 20)));
    let role = |number: usize| match number {
        4 => Some("Account manager"),
        7 => None,
        _ => Some("Payout operator"),
    };
    let wanted: Vec<_> = names(20).into_iter().enumerate().map(|(number, name)| (name, role(number))).collect();
    ensure_delivered(&sandbox, &store, &wanted).await?;
    ensure!(asked(&sandbox, &[MAKING]).await?.len() == 20);
    ensure!(Clipboard::of(&desktop).text().await?.is_none_or(|text| text.is_empty() || text.contains("Payout bot")));
    Ok(())
}

#[tokio::test]
async fn a_line_with_a_role_that_is_none_is_told_and_left_out() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    store(&desktop)?;
    let window = signed_in(&desktop, &sandbox).await?;
    fill_in(&window, "Payout bot 01; Treasurer\nPayout bot 02", "payout").await?;
    wait_told(&window, "batch-checked-summary", &words::batch_some_good(2, 1)).await?;
    let rows = window.page_text().await?;
    ensure!(says(&rows, &words::err_role_unknown("Treasurer")), "{rows}");
    // Nothing typed is lost by going back.
    window.click("batch-back").await?;
    ensure!(window.value("batch-names").await?.contains("Treasurer"));
    Ok(())
}

#[tokio::test]
async fn where_there_are_real_funds_a_list_is_confirmed_once_and_once_more_after_it_was_interrupted() -> Result<()> {
    let mut desktop = desktop()?;
    let company = Company::around(&mut desktop, app()).await?;
    let production = &company.production;
    let store = store(&desktop)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.choose("signin-environment", "production").await?;
    connect(&window, production).await?;
    // The fifth waits in the vault, so that the list is interrupted there.
    let mut list = names(12);
    list[4] = HELD.to_owned();
    fill_in(&window, &list.join("\n"), "payout").await?;
    window.act()?;
    window.click("batch-start").await?;
    window.answer_confirming("Escape").await?;
    window.wait_attribute("batch-checked-error", "data-code", "unconfirmed").await?;
    let of_signing = ["POST /auth/action/init", "POST /auth/action", MAKING];
    ensure!(asked(production, &of_signing).await?.is_empty(), "something was signed");
    window.act()?;
    window.click("batch-start").await?;
    window.answer_confirming("alt+a").await?;
    wait::until("the one that waits", Duration::from_secs(60), async || {
        let made = production.listed("/auth/service-accounts").await?;
        ensure!(made.iter().any(|each| each["userInfo"]["name"] == HELD), "it is not made yet");
        Ok(())
    })
    .await?;
    kill(&window)?;
    drop(window);
    // The page cannot have it gone on with by itself.
    let window = Window::open(&desktop, app(), &[]).await?;
    wait_told(&window, "batch-open", &words::create_several_unfinished()).await?;
    window.click("batch-open").await?;
    window.wait_for("batch-resume").await?;
    let before = asked(production, &of_signing).await?.len();
    window.act()?;
    window.click("batch-resume").await?;
    window.answer_confirming("Escape").await?;
    window.wait_attribute("batch-refusal", "data-code", "unconfirmed").await?;
    ensure!(asked(production, &of_signing).await?.len() == before, "something was signed");
    window.act()?;
    window.click("batch-resume").await?;
    window.answer_confirming("alt+a").await?;
    wait_ended(&window).await?;
    store.go_on()?;
    // The one in whose midst it was killed is there without its secrets, which is told; no name has two.
    let made = production.listed("/auth/service-accounts").await?;
    for name in &list {
        let count = made.iter().filter(|each| each["userInfo"]["name"] == name.as_str()).count();
        ensure!(count == 1, "{name} was made {count} times");
        ensure!(name == HELD || store.entry(name).is_some(), "{name} is not in the vault");
    }
    let summary = window.content("batch-summary").await?;
    ensure!(says(&summary, &words::batch_attention(1)), "{summary}");
    Ok(())
}

#[tokio::test]
async fn a_hostile_page_gets_no_list_signed_that_was_not_confirmed() -> Result<()> {
    let mut desktop = desktop()?;
    let company = Company::around(&mut desktop, app()).await?;
    store(&desktop)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.choose("signin-environment", "production").await?;
    connect(&window, &company.production).await?;
    let terms = json!({ "role": null, "days": 90, "keyType": "p256" });
    let wanted = json!({ "kind": "service-account", "text": "Payout bot", "terms": terms, "destination": "team" });
    let checked = invoke(&window, "check_names", &wanted).await?.map_err(|told| anyhow::anyhow!("{told}"))?;
    let asking =
        "window.__TAURI__.core.invoke('begin_batch', { number: arguments[0] }).catch((told) => (window.told = told))";
    window.execute(asking, vec![checked["number"].clone()]).await?;
    window.answer_confirming("Escape").await?;
    window
        .wait_until("the refusal", async || {
            let told = window.execute("return window.told?.code ?? null", vec![]).await?;
            ensure!(told == "unconfirmed", "{told}");
            Ok(())
        })
        .await?;
    ensure!(asked(&company.production, &["POST /auth/action/init", MAKING]).await?.is_empty());
    Ok(())
}
