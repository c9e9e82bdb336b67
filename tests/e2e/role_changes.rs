//! Roles are given and taken in the window; and what waits for another admin's approval is followed up, over a restart as well.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    company::Company,
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::{Value, json};

use crate::{
    account_steps::{account, choose_role_in, signed_in},
    changing::open,
    credentials::{asked, connect},
    steps::{app, desktop, kill, wait_listed, wait_told},
};

pub(crate) const NAME: &str = "Settlement bot";
pub(crate) const READER: &str = "Wallet reader";

/// The names of the roles that it has by what Dfns tells.
pub(crate) async fn roles(sandbox: &Sandbox) -> Result<Vec<String>> {
    let account = account(sandbox, NAME).await?;
    let roles = account["userInfo"]["permissionAssignments"].as_array().context("its roles")?;
    Ok(roles.iter().filter_map(|role| role["permissionName"].as_str().map(str::to_owned)).collect())
}

/// The change request of this role that nobody has decided on.
pub(crate) async fn pending(sandbox: &Sandbox, name: &str) -> Result<Option<Value>> {
    let roles = sandbox.listed("/permissions").await?;
    let role = roles.iter().find(|role| role["name"] == name).context("the role")?;
    let path = format!("/permissions/{}/assignments", role["id"].as_str().context("an id")?);
    let assignments = sandbox.listed(&path).await?;
    Ok(assignments.iter().map(|each| each["pendingChangeRequest"].clone()).find(|change| !change.is_null()))
}

/// Another admin decides over the change that is pending.
pub(crate) async fn decide(sandbox: &Sandbox, name: &str, approved: bool) -> Result<()> {
    let change = pending(sandbox, name).await?.context("nothing is pending")?;
    sandbox.tell("resolve-role", json!({ "changeRequestId": change["id"], "approved": approved })).await.map(drop)
}

/// Up to where it would be given.
async fn choose(window: &Window<'_>, role: &str) -> Result<()> {
    window.click("key-roles").await?;
    window.wait_for("key-new-role").await?;
    choose_role_in(window, "key-new-role", role).await?;
    window.wait_armed("give-role-confirm").await
}

pub(crate) async fn give(window: &Window<'_>, role: &str) -> Result<()> {
    choose(window, role).await?;
    window.click("give-role-confirm").await
}

/// The ids of the rows are those of the roles.
async fn click_take(window: &Window<'_>, role: &str) -> Result<()> {
    window
        .wait_until("the role's row", async || {
            let click = "const rows = [...document.querySelectorAll('[data-test=key-role-row]')];
                const row = rows.find((row) => row.querySelector('[data-test=key-role-name]').textContent === arguments[0]);
                const take = row?.querySelector('[data-test=key-take-role]');
                if (!take || take.hidden || take.getAttribute('aria-disabled')) return false;
                take.click();
                return true;";
            ensure!(window.execute(click, vec![json!(role)]).await? == json!(true), "it is not there");
            Ok(())
        })
        .await
}

pub(crate) async fn take(window: &Window<'_>, role: &str) -> Result<()> {
    click_take(window, role).await?;
    window.wait_armed("take-role-confirm").await?;
    window.click("take-role-confirm").await
}

/// The roles in the dialog, and what is said beside each of a change that is open.
pub(crate) async fn shown(window: &Window<'_>) -> Result<Vec<(String, String)>> {
    let shown = "return [...document.querySelectorAll('[data-test=key-role-row]')].map((row) => [
        row.querySelector('[data-test=key-role-name]').textContent,
        row.querySelector('[data-test=key-role-open]').textContent,
    ])";
    Ok(serde_json::from_value(window.execute(shown, vec![]).await?)?)
}

async fn wait_shown(window: &Window<'_>, role: &str, note: Option<String>) -> Result<()> {
    window
        .wait_until("its roles", async || {
            let shown = shown(window).await?;
            let of_it = shown.iter().find(|(name, _)| name == role).map(|(_, note)| note.clone());
            ensure!(of_it == note, "{shown:?}");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_role_is_given_and_taken_and_each_is_told_once_dfns_shows_it() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    open(&window, NAME).await?;
    wait_shown(&window, "Payout operator", Some(String::new())).await?;
    window.wait_text("key-operations", |text| text.contains("Wallets:Transfers:Create")).await?;
    give(&window, READER).await?;
    wait_told(&window, "toast-text", &words::said_role_given(NAME, READER)).await?;
    wait_shown(&window, READER, Some(String::new())).await?;
    ensure!(roles(&sandbox).await?.contains(&READER.to_owned()));

    click_take(&window, READER).await?;
    window.wait_text("take-role-means", |text| text.contains("Wallets:Read")).await?;
    ensure!(roles(&sandbox).await?.contains(&READER.to_owned()), "it was not asked first");
    window.click("key-close").await?;
    take(&window, READER).await?;
    wait_told(&window, "toast-text", &words::said_role_taken(NAME, READER)).await?;
    wait_shown(&window, READER, None).await?;
    ensure!(roles(&sandbox).await? == ["Payout operator"]);
    ensure!(!window.is_shown("attention").await?, "nothing is open");
    Ok(())
}

#[tokio::test]
async fn one_that_may_do_everything_is_given_only_where_that_is_confirmed_outside_the_page() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    open(&window, NAME).await?;
    choose(&window, "ManagedFullAdmin").await?;
    wait_told(&window, "key-new-role-warning", &words::role_warning()).await?;
    window.act()?;
    window.click("give-role-confirm").await?;
    window.answer_confirming("Escape").await?;
    window.wait_attribute("key-problem", "data-code", "unconfirmed").await?;
    ensure!(asked(&sandbox, &["POST /auth/action/init"]).await?.is_empty(), "it was signed");
    ensure!(roles(&sandbox).await? == ["Payout operator"]);
    window.act()?;
    window.click("give-role-confirm").await?;
    window.answer_confirming("alt+a").await?;
    wait_told(&window, "toast-text", &words::said_role_given(NAME, "ManagedFullAdminAccess")).await?;
    ensure!(roles(&sandbox).await?.len() == 2);
    Ok(())
}

#[tokio::test]
async fn where_there_are_real_funds_each_role_is_confirmed_outside_the_page() -> Result<()> {
    let mut desktop = desktop()?;
    let company = Company::around(&mut desktop, app()).await?;
    let production = &company.production;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.choose("signin-environment", "production").await?;
    connect(&window, production).await?;
    open(&window, NAME).await?;
    window.act()?;
    take(&window, "Payout operator").await?;
    window.answer_confirming("Escape").await?;
    window.wait_attribute("key-problem", "data-code", "unconfirmed").await?;
    ensure!(asked(production, &["POST /auth/action/init"]).await?.is_empty() && roles(production).await?.len() == 1);
    window.act()?;
    window.click("take-role-confirm").await?;
    window.answer_confirming("alt+a").await?;
    wait_told(&window, "toast-text", &words::said_role_taken(NAME, "Payout operator")).await?;
    ensure!(roles(production).await?.is_empty());
    Ok(())
}

/// Refreshes the list, by which what is open is looked at.
async fn refresh(window: &Window<'_>) -> Result<()> {
    window.click("keys-refresh").await
}

#[tokio::test]
async fn a_pending_role_is_followed_up_over_a_restart_until_it_is_applied_or_gone() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let mut window = signed_in(&desktop, &sandbox).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    sandbox.tell("role-approval", json!({ "needed": true })).await?;
    for (operation, approved, restart) in [
        ("give", false, true),
        ("give", true, true),
        ("take", false, false),
        ("take", true, true),
        ("give", false, false),
        ("give", true, false),
    ] {
        let waits = match operation {
            "give" => words::role_give_pending(NAME, READER),
            _ => words::role_take_pending(NAME, READER),
        };
        open(&window, NAME).await?;
        if operation == "give" {
            give(&window, READER).await?
        } else {
            take(&window, READER).await?
        }
        let note = if operation == "give" { words::key_role_waits_give() } else { words::key_role_waits_take() };
        wait_shown(&window, READER, Some(note.to_string())).await?;
        ensure!(roles(&sandbox).await?.contains(&READER.to_owned()) == (operation == "take"), "it holds too early");
        window.click("key-close").await?;
        wait_told(&window, "attention-row", &waits).await?;
        if restart {
            kill(&window)?;
            drop(window);
            window = Window::open(&desktop, app(), &[]).await?;
            window.wait_for("key-name").await?;
            wait_listed(&window).await?;
            wait_told(&window, "attention-row", &waits).await?;
        }
        // Looked at while nobody has decided, it is pending still.
        window.click("attention-check").await?;
        window.wait_text("attention-check", |text| text == words::attention_role_check().to_string()).await?;
        window.wait_attribute("attention-row", "data-state", "pending").await?;
        decide(&sandbox, READER, approved).await?;
        if restart {
            window.click("attention-check").await?
        } else {
            refresh(&window).await?
        }
        let is_given = roles(&sandbox).await?.contains(&READER.to_owned());
        ensure!(is_given == ((operation == "give") == approved), "the sandbox decided otherwise");
        if approved {
            let said = match operation {
                "give" => words::said_role_given(NAME, READER),
                _ => words::said_role_taken(NAME, READER),
            };
            wait_told(&window, "toast-text", &said).await?;
            window.move_pointer_away().await?;
        } else {
            let over = match operation {
                "give" => words::role_give_over(NAME, READER),
                _ => words::role_take_over(NAME, READER),
            };
            wait_told(&window, "attention-row", &over).await?;
            window.wait_armed("attention-dismiss").await?;
            window.click("attention-dismiss").await?;
            window.move_pointer_away().await?;
        }
        window.wait_gone("attention").await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_may_have_been_given_stays_open_until_dfns_shows_it() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    open(&window, NAME).await?;
    let broken = |made: bool| json!({ "kind": "serverError", "status": 502, "made": made, "html": true });
    sandbox.fault("createAssignment", broken(true), 1).await?;
    // The list is looked at, and then what Dfns tells of the account: as often as anybody asks.
    const LOOKS: [&str; 2] = ["listAssignments", "readServiceAccount"];
    choose(&window, READER).await?;
    // The account is read before it is given anything.
    sandbox.fault(LOOKS[1], json!({ "kind": "slow", "ms": 1 }), 1).await?;
    for look in LOOKS {
        sandbox.fault(look, broken(false), 100).await?;
    }
    window.click("give-role-confirm").await?;
    window.wait_attribute("key-problem", "data-code", "notConfirmed").await?;
    window.press("key-new-role", Key::Escape).await?;
    window.click("key-close").await?;
    window.wait_attribute("attention-row", "data-state", "doubtful").await?;
    for look in LOOKS {
        sandbox.fault(look, broken(false), 0).await?;
    }
    window
        .wait_until("it to be looked at", async || {
            if window.is_shown("attention-check").await? {
                window.click("attention-check").await?;
            }
            ensure!(!window.is_shown("attention-check").await?, "it is open still");
            Ok(())
        })
        .await?;
    ensure!(roles(&sandbox).await?.contains(&READER.to_owned()));
    Ok(())
}
