//! Replacing service accounts: the new one has the old one's roles and is in a vault before the old one rests, and the old one is
//! archived when the person says so.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    company::Company,
    desktop::Desktop,
    sandbox::Sandbox,
    store::Store,
    window::{Key, Window},
};
use serde_json::{Value, json};

use crate::{
    account_steps::{account, signed_in},
    changing::open,
    credentials::{asked, connect},
    steps::{app, desktop, invoke, says, wait_listed, wait_read_back, wait_told},
};

pub(crate) const OLD: &str = "Settlement bot";
pub(crate) const NEW: &str = "Settlement bot 2";

pub(crate) fn id_of(account: &Value) -> Result<String> {
    account["userInfo"]["userId"].as_str().map(str::to_owned).context("an id")
}

/// Whether it works; `None` where there is no such account, or it was archived.
pub(crate) async fn is_active(sandbox: &Sandbox, name: &str) -> Result<Option<bool>> {
    let accounts = sandbox.listed("/auth/service-accounts").await?;
    let of_name = accounts.iter().find(|each| each["userInfo"]["name"] == name);
    Ok(of_name.map(|account| account["userInfo"]["isActive"] == json!(true)))
}

/// The names of its roles, in order.
pub(crate) fn roles_of(account: &Value) -> Vec<String> {
    let given = account["userInfo"]["permissionAssignments"].as_array().cloned().unwrap_or_default();
    let mut names: Vec<String> =
        given.iter().filter_map(|role| role["permissionName"].as_str().map(str::to_owned)).collect();
    names.sort();
    names
}

/// The id of a role of this name.
async fn role(sandbox: &Sandbox, name: &str) -> Result<String> {
    let roles = sandbox.listed("/permissions").await?;
    let role = roles.iter().find(|role| role["name"] == name).context("the role")?;
    Ok(role["id"].as_str().context("an id")?.to_owned())
}

/// A vault that everything goes to at once, and an old account that has a second role.
pub(crate) async fn with_two_roles<'a>(desktop: &'a Desktop, sandbox: &Sandbox) -> Result<(Window<'a>, Store)> {
    let store = Store::of(desktop)?;
    store.configure(desktop, true)?;
    let window = signed_in(desktop, sandbox).await?;
    give_second_role(&window, sandbox).await?;
    Ok((window, store))
}

async fn give_second_role(window: &Window<'_>, sandbox: &Sandbox) -> Result<()> {
    wait_listed(window).await?;
    let old = account(sandbox, OLD).await?;
    let has = roles_of(&old);
    let second = ["Account manager", "Payout operator"].into_iter().find(|name| !has.contains(&(*name).to_owned()));
    let second = role(sandbox, second.context("a role that it does not have")?).await?;
    let given = invoke(window, "give_role", &json!({ "id": id_of(&old)?, "role": second })).await?;
    ensure!(given.is_ok(), "{given:?}");
    ensure!(roles_of(&account(sandbox, OLD).await?).len() == has.len() + 1 && !has.is_empty());
    Ok(())
}

/// Opens the old one, lets the form replace it, and waits for the name that is proposed.
pub(crate) async fn choose_to_replace(window: &Window<'_>, old: &str) -> Result<String> {
    open(window, old).await?;
    window.click("key-replace").await?;
    window
        .wait_until("a name", async || {
            ensure!(!window.value("key-name").await?.is_empty(), "none is proposed");
            Ok(())
        })
        .await?;
    window.value("key-name").await
}

/// Has the old one rest that a row names.
async fn deactivate_old(window: &Window<'_>) -> Result<()> {
    window.wait_text("attention", |text| says(text, &words::attention_old_to_revoke())).await?;
    window.wait_armed("attention-revoke").await?;
    window.click("attention-revoke").await
}

#[tokio::test]
async fn the_new_one_has_the_old_ones_roles_and_the_old_one_rests_and_is_archived_later() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let (window, store) = with_two_roles(&desktop, &sandbox).await?;
    let old = account(&sandbox, OLD).await?;
    ensure!(choose_to_replace(&window, OLD).await? == NEW);
    let told = window.text("create-replaces-roles").await?;
    ensure!(roles_of(&old).iter().all(|role| told.contains(role)), "{told}");
    ensure!(!window.is_shown("key-role").await?, "a role can be chosen that it does not get");
    window.press("key-name", Key::Enter).await?;
    wait_read_back(&window, &format!("Team Vault: {NEW}")).await?;
    ensure!(store.entry(NEW).is_some_and(|entry| entry.contains("PRIVATE KEY")));
    ensure!(roles_of(&account(&sandbox, NEW).await?) == roles_of(&old), "it has other roles");
    ensure!(is_active(&sandbox, OLD).await? == Some(true), "nothing is deactivated by itself");

    deactivate_old(&window).await?;
    window.wait_text("attention", |text| says(text, &words::attention_old_to_archive())).await?;
    ensure!(is_active(&sandbox, OLD).await? == Some(false) && is_active(&sandbox, NEW).await? == Some(true));
    window.wait_armed("attention-activate").await?;
    window.click("attention-activate").await?;
    window.wait_text("attention", |text| says(text, &words::attention_old_to_revoke())).await?;
    ensure!(is_active(&sandbox, OLD).await? == Some(true));
    deactivate_old(&window).await?;
    window.wait_text("attention", |text| says(text, &words::attention_old_to_archive())).await?;

    // What is left is told at the next start as well, before anything is asked.
    drop(window);
    let window = Window::open(&desktop, app(), &[]).await?;
    let told = window.wait_text("attention", |text| says(text, &words::attention_old_to_archive())).await?;
    ensure!(told.contains(&id_of(&old)?) && says(&told, &words::notice_old_to_archive(NEW, OLD)), "{told}");
    window.wait_armed("attention-revoke").await?;
    window.click("attention-revoke").await?;
    window.wait_gone("attention").await?;
    ensure!(is_active(&sandbox, OLD).await?.is_none(), "it is archived");
    ensure!(is_active(&sandbox, NEW).await? == Some(true));
    Ok(())
}

#[tokio::test]
async fn while_the_new_one_lacks_a_role_the_old_one_is_not_deactivated_and_it_can_be_given_it() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let (window, _store) = with_two_roles(&desktop, &sandbox).await?;
    sandbox.fault("createAssignment", json!({ "kind": "conflict" }), 1).await?;
    ensure!(choose_to_replace(&window, OLD).await? == NEW);
    window.press("key-name", Key::Enter).await?;
    wait_read_back(&window, &format!("Team Vault: {NEW}")).await?;
    ensure!(roles_of(&account(&sandbox, NEW).await?).len() == 1);

    deactivate_old(&window).await?;
    window.wait_for("attention-roles").await?;
    let told = window.content("attention").await?;
    let missing = roles_of(&account(&sandbox, OLD).await?);
    ensure!(missing.iter().any(|role| says(&told, &words::err_replacement_lacks(1, role))), "{told}");
    ensure!(is_active(&sandbox, OLD).await? == Some(true), "it was deactivated");
    ensure!(asked(&sandbox, &["PUT /auth/service-accounts"]).await?.is_empty(), "it was so much as asked for");

    window.wait_armed("attention-roles").await?;
    window.click("attention-roles").await?;
    window.wait_gone("attention-roles").await?;
    ensure!(roles_of(&account(&sandbox, NEW).await?) == missing);
    deactivate_old(&window).await?;
    window.wait_text("attention", |text| says(text, &words::attention_old_to_archive())).await?;
    ensure!(is_active(&sandbox, OLD).await? == Some(false));
    Ok(())
}

#[tokio::test]
async fn what_was_changed_elsewhere_meanwhile_is_seen_before_anything_is_deactivated() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let (window, _store) = with_two_roles(&desktop, &sandbox).await?;
    ensure!(choose_to_replace(&window, OLD).await? == NEW);
    window.press("key-name", Key::Enter).await?;
    wait_read_back(&window, &format!("Team Vault: {NEW}")).await?;
    // Somebody has the new one rest.
    open(&window, NEW).await?;
    window.click("key-deactivate").await?;
    window.wait_armed("deactivate-confirm").await?;
    window.click("deactivate-confirm").await?;
    wait_told(&window, "key-state", &words::key_status_inactive()).await?;
    window.click("key-close").await?;
    deactivate_old(&window).await?;
    window.wait_text("attention", |text| says(text, &words::err_replacement_rests())).await?;
    ensure!(is_active(&sandbox, OLD).await? == Some(true));

    // What rests by somebody else's doing is told as that.
    open(&window, OLD).await?;
    window.click("key-deactivate").await?;
    window.wait_armed("deactivate-confirm").await?;
    window.click("deactivate-confirm").await?;
    wait_told(&window, "key-state", &words::key_status_inactive()).await?;
    window.click("key-close").await?;
    window.wait_text("attention", |text| says(text, &words::attention_old_to_archive())).await.map(drop)
}

#[tokio::test]
async fn where_there_are_real_funds_each_step_is_confirmed_outside_the_page() -> Result<()> {
    let mut desktop = desktop()?;
    let company = Company::around(&mut desktop, app()).await?;
    let production = &company.production;
    Store::of(&desktop)?.configure(&desktop, true)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.choose("signin-environment", "production").await?;
    connect(&window, production).await?;
    ensure!(choose_to_replace(&window, OLD).await? == NEW);
    window.act()?;
    window.press("key-name", Key::Enter).await?;
    window.answer_confirming("alt+a").await?;
    window.wait_text("attention", |text| says(text, &words::attention_old_to_revoke())).await?;
    window.wait_armed("attention-revoke").await?;
    window.act()?;
    window.click("attention-revoke").await?;
    window.answer_confirming("Escape").await?;
    ensure!(is_active(production, OLD).await? == Some(true));
    window.act()?;
    window.click("attention-revoke").await?;
    window.answer_confirming("alt+a").await?;
    window.wait_text("attention", |text| says(text, &words::attention_old_to_archive())).await?;
    ensure!(is_active(production, OLD).await? == Some(false));
    // What is final asks for its name first.
    window.wait_armed("attention-revoke").await?;
    window.click("attention-revoke").await?;
    window.wait_for("revoke-name").await?;
    window.type_into("revoke-name", OLD).await?;
    window.wait_armed("revoke-confirm").await?;
    window.act()?;
    window.click("revoke-confirm").await?;
    window.answer_confirming("alt+a").await?;
    window.wait_gone("attention").await?;
    ensure!(is_active(production, OLD).await?.is_none());
    Ok(())
}

#[tokio::test]
async fn several_are_looked_through_first_and_replaced_then_each_with_its_roles() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let (window, store) = with_two_roles(&desktop, &sandbox).await?;
    window.choose("kinds", "service-account").await?;
    window.type_into("key-name", "Payout bot").await?;
    window.press("key-name", Key::Enter).await?;
    wait_read_back(&window, "Team Vault: Payout bot").await?;
    let before = sandbox.listed("/auth/service-accounts").await?;
    // The list has it in a moment.
    window
        .wait_until("both to be offered", async || {
            window.click("keys-replace").await?;
            window.wait_for("batch-replace-row").await?;
            let offered = "return document.querySelectorAll('[data-test=batch-replace-row]').length";
            let offered = window.execute(offered, vec![]).await?;
            if offered != json!(2) {
                window.click("batch-close-input").await?;
            }
            ensure!(offered == json!(2), "{offered} are offered");
            Ok(())
        })
        .await?;
    ensure!(window.attribute("batch-check", "disabled").await?.is_some(), "nothing is chosen");
    window.click("batch-replace-all").await?;
    window.click("batch-check").await?;
    window.wait_for("batch-start").await?;
    let rows = window.page_text().await?;
    ensure!(rows.contains(OLD) && rows.contains(NEW), "{rows}");
    ensure!(asked(&sandbox, &["POST /auth/service-accounts"]).await?.len() == 1, "something was asked for");
    window.wait_armed("batch-start").await?;
    window.click("batch-start").await?;
    window.wait_attribute("batch-work", "data-state", "ended").await?;
    window.click("batch-done").await?;
    let after = sandbox.listed("/auth/service-accounts").await?;
    let working = |all: &[Value]| all.iter().filter(|each| each["userInfo"]["isActive"] == json!(true)).count() as u64;
    ensure!(working(&after) == working(&before) + 2, "{} work", working(&after));
    ensure!(roles_of(&account(&sandbox, NEW).await?) == roles_of(&account(&sandbox, OLD).await?));
    ensure!(store.entry(NEW).is_some());
    let rows = "return document.querySelectorAll('[data-test=attention-row][data-kind=oldToRevoke]').length";
    ensure!(window.execute(rows, vec![]).await?.as_u64() == Some(2), "each old one is left to be deactivated");
    Ok(())
}
