//! The activity page: what was done is there, found by its filters, and saved as it is shown.

use std::{fs, time::Instant};

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    desktop::Desktop,
    sandbox::Sandbox,
    store::Store,
    window::{Key, Window},
};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::{
    account_steps::{done, signed_in},
    changing::{choose, open},
    steps::{app, copy, desktop, enter_built_in_sandbox, press_keys, says, wait_told},
};

const NAME: &str = "Settlement bot";

/// What stands in the rows that are drawn, each with its sort.
async fn rows(window: &Window<'_>) -> Result<Vec<(String, String)>> {
    let rows = "return [...document.querySelectorAll('[data-test=activity-row]')]
        .sort((a, b) => parseInt(a.style.top) - parseInt(b.style.top))
        .map((row) => [row.dataset.sort, row.textContent]);";
    Ok(serde_json::from_value(window.execute(rows, vec![]).await?)?)
}

async fn wait_rows(window: &Window<'_>, what: &str, wanted: impl Fn(&[(String, String)]) -> bool) -> Result<()> {
    window
        .wait_until(what, async || {
            let rows = rows(window).await?;
            ensure!(wanted(&rows), "{rows:?}");
            Ok(())
        })
        .await
}

fn has(rows: &[(String, String)], sort: &str, parts: &[&str]) -> bool {
    rows.iter().any(|(its, text)| its == sort && parts.iter().all(|part| text.contains(part)))
}

/// The file that was saved last, as the toast says.
async fn saved(window: &Window<'_>, desktop: &Desktop, ending: &str) -> Result<String> {
    let told = window.wait_text("toast-text", |text| text.contains(ending)).await?;
    let at = told.rfind(desktop.home().to_string_lossy().as_ref()).context("it says where it is")?;
    let content = fs::read_to_string(told[at..].trim_end_matches('.'))?;
    window.click("toast-close").await?;
    Ok(content)
}

/// One of those that did something, by what it is called.
async fn choose_account(window: &Window<'_>, label: &str) -> Result<()> {
    let choose = "const select = document.getElementById('activity-account');
        select.selectedIndex = [...select.options].findIndex((option) => option.text === arguments[0]);
        select.dispatchEvent(new Event('input')); return select.selectedIndex;";
    let chosen = window.execute(choose, vec![json!(label)]).await?;
    ensure!(chosen != json!(-1), "{label} is not offered");
    Ok(())
}

async fn rename(window: &Window<'_>, name: &str) -> Result<()> {
    window.click("key-rename").await?;
    window.clear("key-new-name").await?;
    window.type_into("key-new-name", name).await?;
    window.press("key-new-name", Key::Enter).await
}

#[tokio::test]
async fn what_was_done_is_there_filtered_and_saved_as_it_is_shown() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    // One that is made here, one that is refused, and changes of one that was there.
    window.type_into("key-name", "=1+1").await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await?;
    copy(&window).await?;
    done(&window).await?;
    sandbox.fault("createServiceAccount", json!({ "kind": "conflict" }), 1).await?;
    window.type_into("key-name", "Refused bot").await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("create-error").await?;
    window.clear("key-name").await?;
    open(&window, NAME).await?;
    rename(&window, "Settlement, EU").await?;
    window.wait_text("key-title", |text| text == "Settlement, EU").await?;
    sandbox.fault("activateServiceAccount", json!({ "kind": "conflict" }), 1).await?;
    window.click("key-deactivate").await?;
    window.wait_armed("deactivate-confirm").await?;
    window.click("deactivate-confirm").await?;
    wait_told(&window, "key-state", &words::key_status_inactive()).await?;
    window.click("key-activate").await?;
    window.wait_attribute("key-problem", "data-code", "conflict").await?;
    // What was changed is part of its history, though it was not made here.
    wait_told(&window, "key-history", &words::happened_deactivate("done")).await?;
    let history = window.text("key-history").await?;
    ensure!(says(&history, &words::happened_activate("refused")), "{history}");
    let elsewhere = window.page_text().await?;
    ensure!(says(&elsewhere, &words::key_elsewhere()), "{elsewhere}");
    window.click("key-close").await?;

    window.execute("document.activeElement.blur()", vec![]).await?;
    press_keys(&desktop, &["ctrl+shift+h"])?;
    wait_rows(&window, "what happened", |rows| {
        let text = |message: words::Message| message.to_string();
        has(rows, "changed", &[&text(words::happened_rename("Settlement, EU", "done")), NAME])
            && has(rows, "changed", &[&text(words::happened_deactivate("done")), "Settlement, EU"])
            && has(rows, "problem", &[&text(words::happened_activate("refused"))])
            && has(rows, "problem", &[&text(words::happened_not_made()), "Refused bot"])
            && has(rows, "made", &[&text(words::happened_created()), "=1+1"])
            && has(rows, "copied", &["=1+1"])
            && has(rows, "other", &[&text(words::happened_enrolment_registered())])
            // Newest first.
            && rows.first().is_some_and(|(_, text)| text.contains(&words::happened_activate("refused").to_string()))
    })
    .await?;
    let all = rows(&window).await?.len();

    choose(&window, "activity-type", "changed").await?;
    wait_rows(&window, "the changes", |rows| rows.len() == 2 && rows.iter().all(|(sort, _)| sort == "changed")).await?;
    choose(&window, "activity-type", "").await?;
    window.type_into("activity-search", "=1+1").await?;
    wait_rows(&window, "what happened to one", |rows| {
        rows.len() > 3 && rows.iter().all(|(_, text)| text.contains("=1+1"))
    })
    .await?;
    let shown = rows(&window).await?.len();
    window.click("activity-export-csv").await?;
    let csv = saved(&window, &desktop, ".csv").await?;
    let mut table = csv::Reader::from_reader(csv.as_bytes());
    ensure!(table.headers()?.iter().take(5).eq(["at", "type", "what", "kind", "name"]), "{csv}");
    let lines: Vec<csv::StringRecord> = table.records().collect::<Result<_, _>>()?;
    ensure!(lines.len() == shown && lines.iter().all(|line| &line[4] == "'=1+1"), "{csv}");
    window.click("activity-export-json").await?;
    let objects: Value = serde_json::from_str(&saved(&window, &desktop, ".json").await?)?;
    ensure!(objects.as_array().is_some_and(|all| all.len() == shown && all[0]["name"] == "=1+1"), "{objects}");

    window.clear("activity-search").await?;
    choose(&window, "activity-span", "today").await?;
    wait_rows(&window, "all of today", |rows| rows.len() == all).await?;
    let account = window.execute("return document.querySelector('#account-name').textContent", vec![]).await?;
    choose_account(&window, account.as_str().unwrap_or_default()).await?;
    wait_rows(&window, "all of the only account", |rows| rows.len() == all).await?;
    window.type_into("activity-search", "nothing is called that").await?;
    wait_told(&window, "activity-empty", &words::activity_no_match()).await?;
    ensure!(!window.is_shown("activity-export-csv").await?, "nothing could be saved");
    Ok(())
}

#[tokio::test]
async fn a_change_is_in_doubt_where_its_answer_was_and_is_told_so_after_a_restart() -> Result<()> {
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
    drop(window);
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("key-name").await?;
    window.click("activity").await?;
    let doubtful = words::happened_deactivate("doubtful").to_string();
    wait_rows(&window, "the doubt", |rows| has(rows, "problem", &[&doubtful, NAME])).await
}

/// Fills the journal as if so many keys had been asked for, each with four things that happened, and one with what only a later
/// version knows.
fn fill(desktop: &Desktop, count: u32) -> Result<()> {
    let file = desktop.home().join("data/app.keybearer.desktop/journal.sqlite");
    let mut connection = Connection::open(file)?;
    let transaction = connection.transaction()?;
    for number in 0..count {
        let (name, key) = (format!("Key {number}"), json!({ "id": format!("api-{number}") }).to_string());
        let at = |minute: u32| format!("2026-01-{:02}T{:02}:{minute:02}:00Z", number % 28 + 1, number % 24);
        transaction.execute(
            "INSERT INTO wish (asked_at, account, label, base, name, stage, key)
                VALUES (?1, 'a1', ?4, 'https://api.dfns.io', ?2, 'closed', ?3)",
            params![at(0), name, key, if number == 1 { "Payouts" } else { "Treasury" }],
        )?;
        let id = transaction.last_insert_rowid();
        for (minute, kind) in [(1, "created"), (2, "copied"), (3, if number == 0 { "sung" } else { "finished" })] {
            let insert = "INSERT INTO step (wish, at, kind) VALUES (?1, ?2, ?3)";
            transaction.execute(insert, params![id, at(minute), kind])?;
        }
    }
    Ok(transaction.commit()?)
}

/// How long opening the page takes until its first row is there, and how long a search does, in milliseconds.
async fn time(window: &Window<'_>, name: &str) -> Result<(u128, f64)> {
    let began = Instant::now();
    window.click("activity").await?;
    wait_rows(window, "the first rows", |rows| !rows.is_empty()).await?;
    let opened = began.elapsed().as_millis();
    let search = "const field = document.getElementById('activity-search');
        const began = performance.now(); field.value = arguments[0]; field.dispatchEvent(new Event('input'));
        document.getElementById('activity-list').getBoundingClientRect(); return performance.now() - began;";
    let searched = window.execute(search, vec![json!(name)]).await?.as_f64().context("a time")?;
    let again = window.execute(search, vec![json!(format!("{name} copied"))]).await?.as_f64().context("a time")?;
    wait_rows(window, "what is found", |rows| rows.len() == 1 && rows[0].1.to_lowercase().contains(name)).await?;
    eprintln!("opened in {opened} ms, searched in {searched:.1} ms, and again in {again:.1} ms");
    window.execute(search, vec![json!("")]).await?;
    Ok((opened, again))
}

#[tokio::test]
async fn ten_thousand_entries_are_searched_within_a_blink_and_what_a_newer_version_wrote_has_its_word() -> Result<()> {
    let desktop = desktop()?;
    Store::of(&desktop)?.configure(&desktop, false)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    drop(window);
    fill(&desktop, 2500)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    let (_, searched) = time(&window, "key 2499").await?;
    ensure!(searched < 500.0, "a search took {searched} ms");
    // As the page writes numbers.
    window.wait_text("activity-count", |text| text.contains("10,000")).await?;
    ensure!(rows(&window).await?.len() < 40, "more is drawn than can be seen");
    choose_account(&window, "Payouts").await?;
    wait_rows(&window, "what one account did", |rows| {
        rows.len() == 4 && rows.iter().all(|(_, text)| text.contains("Key 1 ") && text.contains("Payouts"))
    })
    .await?;
    choose_account(&window, &words::activity_account_all().to_string()).await?;
    window.type_into("activity-search", "sung").await?;
    let word = words::happened_unknown_word("sung").to_string();
    wait_rows(&window, "the word", |rows| rows.len() == 1 && has(rows, "other", &[&word, "Key 0"])).await
}
