//! A service account is renamed, deactivated and activated in the window: what is told then is so.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    company::Company,
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::json;

use crate::{
    account_steps::{account, done, signed_in},
    credentials::{asked, connect},
    steps::{app, copy, desktop, wait_told},
};

const NAME: &str = "Settlement bot";

/// Opens the row of the account of this name.
pub(crate) async fn open(window: &Window<'_>, name: &str) -> Result<()> {
    window
        .wait_until("its row", async || {
            let open = "const rows = [...document.querySelectorAll('[data-test=key-row]')];
                const row = rows.find((row) => row.querySelector('.key-name').textContent === arguments[0]);
                row?.click();
                return row !== undefined;";
            let opened = window.execute(open, vec![json!(name)]).await?;
            ensure!(opened == json!(true), "it is not there");
            Ok(())
        })
        .await?;
    window.wait_for("key-dialog").await.map(drop)
}

/// The names in the list.
async fn names(window: &Window<'_>) -> Result<Vec<String>> {
    let names =
        "return [...document.querySelectorAll('[data-test=key-row] .key-name')].map((name) => name.textContent)";
    Ok(serde_json::from_value(window.execute(names, vec![]).await?)?)
}

pub(crate) async fn wait_names(window: &Window<'_>, what: &str, wanted: impl Fn(&[String]) -> bool) -> Result<()> {
    window
        .wait_until(what, async || {
            let names = names(window).await?;
            ensure!(wanted(&names), "{names:?}");
            Ok(())
        })
        .await
}

/// One of several, as somebody chooses it who sees it.
pub(crate) async fn choose(window: &Window<'_>, field: &str, value: &str) -> Result<()> {
    let filter = window.find(field).await?;
    ensure!(filter.is_displayed().await?, "{field} is hidden");
    let choose = "const filter = document.getElementById(arguments[0]);
        filter.value = arguments[1];
        filter.dispatchEvent(new Event('input'));";
    window.execute(choose, vec![json!(field), json!(value)]).await.map(drop)
}

async fn is_active(sandbox: &Sandbox, name: &str) -> Result<bool> {
    Ok(account(sandbox, name).await?["userInfo"]["isActive"] == json!(true))
}

#[tokio::test]
async fn an_account_is_renamed_rests_and_works_again_and_the_list_tells_it_each_time() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    open(&window, NAME).await?;
    window.click("key-rename").await?;
    ensure!(window.value("key-new-name").await? == NAME, "what it is called is not there to be changed");
    window.clear("key-new-name").await?;
    window.press("key-new-name", Key::Enter).await?;
    wait_told(&window, "key-problem", &words::err_name_empty()).await?;
    window.type_into("key-new-name", "Settlement, EU").await?;
    window.press("key-new-name", Key::Enter).await?;
    wait_told(&window, "toast-text", &words::said_renamed("Settlement, EU")).await?;
    window.wait_text("key-title", |text| text == "Settlement, EU").await?;
    ensure!(account(&sandbox, "Settlement, EU").await.is_ok() && account(&sandbox, NAME).await.is_err());

    window.click("key-deactivate").await?;
    wait_told(&window, "key-dialog", &words::deactivate_means()).await?;
    ensure!(is_active(&sandbox, "Settlement, EU").await?, "it was not asked first");
    window.wait_armed("deactivate-confirm").await?;
    window.click("deactivate-confirm").await?;
    wait_told(&window, "key-state", &words::key_status_inactive()).await?;
    ensure!(!is_active(&sandbox, "Settlement, EU").await?);
    window.click("key-close").await?;
    // It rests: among those that work it is not, and among those that rest.
    wait_names(&window, "the others", |names| !names.is_empty() && !names.contains(&"Settlement, EU".into())).await?;
    choose(&window, "key-filter", "inactive").await?;
    wait_names(&window, "those that rest", |names| names.contains(&"Settlement, EU".into())).await?;
    choose(&window, "key-kind", "api-key").await?;
    wait_names(&window, "no API key", <[String]>::is_empty).await?;
    choose(&window, "key-kind", "service-account").await?;

    open(&window, "Settlement, EU").await?;
    window.click("key-activate").await?;
    wait_told(&window, "key-state", &words::key_status_active()).await?;
    ensure!(is_active(&sandbox, "Settlement, EU").await?);
    Ok(())
}

#[tokio::test]
async fn what_ends_soon_is_told_in_the_list_and_found_there() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    for (name, days) in [("For a month", "30"), ("For a year", "365")] {
        choose(&window, "key-days", days).await?;
        window.type_into("key-name", name).await?;
        window.press("key-name", Key::Enter).await?;
        window.wait_for("reveal").await?;
        copy(&window).await?;
        done(&window).await?;
    }
    choose(&window, "key-filter", "ending").await?;
    wait_names(&window, "the one that ends soon", |names| names == ["For a month"]).await?;
    let left = window.text("key-ends").await?;
    // To the second, it has a little less than the whole of its last day.
    ensure!(left == words::key_ends_in(29).to_string(), "{left}");
    choose(&window, "key-filter", "all").await?;
    choose(&window, "key-sort", "ending").await?;
    wait_names(&window, "the soonest first", |names| names.starts_with(&["For a month".into(), "For a year".into()]))
        .await
}

#[tokio::test]
async fn the_list_is_saved_as_a_table_in_which_a_name_is_no_formula() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    open(&window, NAME).await?;
    window.click("key-rename").await?;
    window.clear("key-new-name").await?;
    window.type_into("key-new-name", "=1+1").await?;
    window.press("key-new-name", Key::Enter).await?;
    window.wait_text("key-title", |text| text == "=1+1").await?;
    window.click("key-close").await?;
    wait_names(&window, "its new name", |names| names.contains(&"=1+1".into())).await?;
    for (format, wanted) in [("csv", ",'=1+1,"), ("json", "\"name\": \"=1+1\"")] {
        window.click("key-export").await?;
        window.click(&format!("key-export-{format}")).await?;
        let told = window.wait_text("toast-text", |text| text.contains(&format!(".{format}"))).await?;
        let at = told.rfind(desktop.home().to_string_lossy().as_ref()).context("it says where it is")?;
        let saved = std::fs::read_to_string(told[at..].trim_end_matches('.'))?;
        ensure!(saved.contains(wanted) && saved.contains("Old reporting bot"), "{saved}");
        window.click("toast-close").await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_may_have_been_changed_is_told_as_such_and_then_as_it_is() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    open(&window, NAME).await?;
    for call in ["deactivateServiceAccount", "readServiceAccount"] {
        let broken = json!({ "kind": "serverError", "status": 502, "made": true, "html": true });
        sandbox.fault(call, broken, 1).await?;
    }
    window.click("key-deactivate").await?;
    window.wait_armed("deactivate-confirm").await?;
    window.click("deactivate-confirm").await?;
    window.wait_attribute("key-problem", "data-code", "notConfirmed").await?;
    // What it says is looked up again.
    wait_told(&window, "key-state", &words::key_status_inactive()).await?;
    ensure!(!is_active(&sandbox, NAME).await?);

    sandbox.fault("activateServiceAccount", json!({ "kind": "conflict" }), 1).await?;
    window.click("key-close").await?;
    window.click("key-activate").await?;
    window.wait_attribute("key-problem", "data-code", "conflict").await?;
    wait_told(&window, "key-state", &words::key_status_inactive()).await.map(drop)
}

#[tokio::test]
async fn where_there_are_real_funds_each_change_is_confirmed_outside_the_page() -> Result<()> {
    let mut desktop = desktop()?;
    let company = Company::around(&mut desktop, app()).await?;
    let production = &company.production;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.choose("signin-environment", "production").await?;
    connect(&window, production).await?;
    open(&window, NAME).await?;
    window.click("key-deactivate").await?;
    window.wait_armed("deactivate-confirm").await?;
    window.act()?;
    window.click("deactivate-confirm").await?;
    window.answer_confirming("Escape").await?;
    window.wait_attribute("key-problem", "data-code", "unconfirmed").await?;
    ensure!(asked(production, &["POST /auth/action/init"]).await?.is_empty() && is_active(production, NAME).await?);
    window.act()?;
    window.click("deactivate-confirm").await?;
    window.answer_confirming("alt+a").await?;
    wait_told(&window, "key-state", &words::key_status_inactive()).await?;
    ensure!(!is_active(production, NAME).await?);
    Ok(())
}
