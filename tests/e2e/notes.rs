//! Notes of keys: kept here, found by the search, and in the receipt and what is exported.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    desktop::Desktop,
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::{Value, json};

use crate::{
    account_steps::{done, signed_in},
    changing::{open, wait_names},
    delivering::ready,
    steps::{app, copy, desktop, kill, paste_into, says, wait_listed, wait_told},
};

const NAME: &str = "Settlement bot";

async fn note(window: &Window<'_>, notes: [(&str, &str); 3]) -> Result<()> {
    for (field, text) in notes {
        window.clear(field).await?;
        window.type_into(field, text).await?;
    }
    window.press("key-notes-ticket", Key::Enter).await
}

/// The file that was saved last, as the toast says.
async fn saved(window: &Window<'_>, desktop: &Desktop, ending: &str) -> Result<String> {
    let told = window.wait_text("toast-text", |text| text.contains(ending)).await?;
    let at = told.rfind(desktop.home().to_string_lossy().as_ref()).context("it says where it is")?;
    let content = std::fs::read_to_string(told[at..].trim_end_matches('.'))?;
    window.click("toast-close").await?;
    Ok(content)
}

#[tokio::test]
async fn what_is_noted_of_one_that_was_not_made_here_outlives_a_restart_is_found_and_exported() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    open(&window, NAME).await?;
    wait_told(&window, "key-notes", &words::notes_where()).await?;
    let notes = [("key-notes-purpose", "Pays at night"), ("key-notes-owner", "Ada"), ("key-notes-ticket", "=OPS-123")];
    note(&window, notes).await?;
    wait_told(&window, "key-notes-saved", &words::notes_saved()).await?;
    drop(window);

    let window = Window::open(&desktop, app(), &[]).await?;
    wait_listed(&window).await?;
    window.type_into("key-search", "ops-123 ADA").await?;
    wait_names(&window, "the one that it is noted of", |names| names == [NAME]).await?;
    open(&window, NAME).await?;
    for (field, text) in notes {
        window
            .wait_until(field, async || {
                let value = window.value(field).await?;
                ensure!(value == text, "{value}");
                Ok(())
            })
            .await?;
    }
    window.click("key-close").await?;
    window.click("key-export").await?;
    window.click("key-export-csv").await?;
    let csv = saved(&window, &desktop, ".csv").await?;
    let mut table = csv::Reader::from_reader(csv.as_bytes());
    ensure!(table.headers()?.iter().skip(13).eq(["purpose", "owner", "ticket"]), "{csv}");
    let line = table.records().flatten().find(|line| &line[2] == NAME).context("it is there")?;
    ensure!(line.iter().skip(13).eq(["Pays at night", "Ada", "'=OPS-123"]), "{line:?}");
    window.click("key-export").await?;
    window.click("key-export-json").await?;
    let list: Value = serde_json::from_str(&saved(&window, &desktop, ".json").await?)?;
    let object = list.as_array().into_iter().flatten().find(|each| each["name"] == NAME).context("it is there")?;
    ensure!(object["purpose"] == "Pays at night" && object["ticket"] == "=OPS-123", "{object}");

    // Dfns was told none of it.
    let requests = sandbox.requests().await?.to_string();
    ensure!(!requests.contains("Pays at night") && !requests.contains("OPS-123"), "{requests}");
    Ok(())
}

#[tokio::test]
async fn what_is_noted_stands_in_the_receipt_that_is_shown_copied_and_saved() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    window.type_into("key-name", "Payroll").await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await?;
    copy(&window).await?;
    done(&window).await?;
    window.wait_for("receipt").await?;
    open(&window, "Payroll").await?;
    note(&window, [("key-notes-purpose", "Wages"), ("key-notes-owner", "Ada"), ("key-notes-ticket", "HR-7")]).await?;
    wait_told(&window, "key-notes-saved", &words::notes_saved()).await?;
    window.click("key-receipt-copy").await?;
    let copied = Clipboard::of(&desktop);
    let markdown = copied.wait_for("the receipt", |text| text.is_some_and(|text| text.contains("| ID |"))).await?;
    let markdown = markdown.context("a text")?;
    ensure!(markdown.contains("| Purpose | Wages |") && markdown.contains("| Ticket | HR-7 |"), "{markdown}");
    window.click("key-close").await?;
    let card = window.text("receipt").await?;
    ensure!(says(&card, &words::fact_purpose()) && card.contains("Wages"), "{card}");
    window.click("receipt-save").await?;
    let json: Value = serde_json::from_str(&saved(&window, &desktop, ".json").await?)?;
    ensure!(json["notes"] == json!({ "purpose": "Wages", "owner": "Ada", "ticket": "HR-7" }), "{json}");
    Ok(())
}

#[tokio::test]
async fn a_secret_is_no_note_and_whatever_else_was_typed_stays() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    open(&window, NAME).await?;
    window.type_into("key-notes-purpose", "Pays at night").await?;
    paste_into(&window, "key-notes-owner", "ghp_16C7e42F292c6912E7710c838347Ae178B4a").await?;
    window.type_into("key-notes-ticket", "OPS-1").await?;
    window.click("key-notes-save").await?;
    // The page goes along with it, and WebDriver's session with the page.
    window
        .wait_until("the page to go", async || {
            ensure!(window.value("key-notes-owner").await.is_err(), "it is there");
            Ok(())
        })
        .await?;
    kill(&window)?;
    drop(window);

    let window = Window::open(&desktop, app(), &[]).await?;
    wait_listed(&window).await?;
    open(&window, NAME).await?;
    for (field, text) in
        [("key-notes-purpose", "Pays at night"), ("key-notes-owner", ""), ("key-notes-ticket", "OPS-1")]
    {
        ensure!(window.value(field).await? == text, "{field}: {}", window.value(field).await?);
    }
    window.clear("key-notes-ticket").await?;
    window.type_into("key-notes-ticket", "OPS-2").await?;
    paste_into(&window, "key-notes-owner", "A\u{200b}da").await?;
    window.click("key-notes-save").await?;
    window.wait_attribute("key-notes-problem", "data-code", "name").await?;
    ensure!(window.value("key-notes-owner").await? == "A\u{200b}da", "what was typed is lost");
    // Nor is it lost with its window.
    window.click("key-close").await?;
    open(&window, NAME).await?;
    ensure!(window.value("key-notes-owner").await? == "A\u{200b}da", "what was typed is lost");
    window.clear("key-notes-owner").await?;
    window.type_into("key-notes-owner", "Ada").await?;
    window.click("key-notes-save").await?;
    wait_told(&window, "key-notes-saved", &words::notes_saved()).await.map(drop)
}

#[tokio::test]
async fn the_receipts_of_a_list_are_one_file_with_a_table_for_each_also_after_a_restart() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let (window, _) = ready(&desktop, &sandbox, false).await?;
    window.click("batch-open").await?;
    paste_into(&window, "batch-names", "Night *batch*\nDay batch").await?;
    window.click("batch-check").await?;
    window.wait_for("batch-start").await?;
    window.click("batch-start").await?;
    wait_told(&window, "batch-summary", &words::batch_delivered(2, 2)).await?;
    window.click("batch-receipts-copy").await?;
    let copied = Clipboard::of(&desktop);
    let all = copied.wait_for("the receipts", |text| text.is_some_and(|text| text.contains("Day batch"))).await?;
    let all = all.context("a text")?;
    ensure!(all.starts_with("# ") && all.contains("Night \\*batch\\*") && all.matches("| ID |").count() == 2, "{all}");
    kill(&window)?;
    drop(window);

    let window = Window::open(&desktop, app(), &[]).await?;
    wait_listed(&window).await?;
    open(&window, "Day batch").await?;
    window.type_into("key-notes-ticket", "OPS-9").await?;
    window.press("key-notes-ticket", Key::Enter).await?;
    wait_told(&window, "key-notes-saved", &words::notes_saved()).await?;
    window.click("key-close").await?;
    window.click("batch-open").await?;
    window.click("batch-receipts-save").await?;
    let file = saved(&window, &desktop, ".md").await?;
    let tables: Vec<&str> = file.split("\n**").skip(1).collect();
    ensure!(tables.len() == 2, "{file}");
    for (table, name) in tables.iter().zip(["Night", "Day batch"]) {
        for part in [name, "Team Vault: ", "SHA-256"] {
            ensure!(table.contains(part), "{part}: {table}");
        }
    }
    ensure!(tables[1].contains("| Ticket | OPS-9 |") && !tables[0].contains("OPS-9"), "{file}");
    Ok(())
}
