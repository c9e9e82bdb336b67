//! The list of keys: found, shown and revoked as what they are.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    desktop::{Desktop, Wanted},
    process,
    recorder::{Recorder, Reply, Request},
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::steps::{
    ANY, app, copy, create, desktop, enter_built_in_sandbox, finish, says, sign_in, start_again, wait_read_back,
    wait_told,
};

/// Names that a page could stumble over.
const ODD: [&str; 5] = ["<img src=x onerror=alert(1)>", "مفتاح الخادم", "🔑🗝️ server", "Twin", "Twin"];

fn key(number: usize, name: &str) -> Value {
    json!({
        "id": format!("api-key-{number}"), "name": name, "orgId": "cu-1", "status": "Active", "authorId": "ce-1",
        "dateCreated": format!("2026-01-01T00:00:{:02}.{:03}Z", number / 1000 % 60, number % 1000),
    })
}

/// A Dfns with these keys, which answers revocations as told.
async fn dfns(keys: Vec<Value>, revoked: Reply) -> Result<Recorder> {
    let items = json!({ "items": keys });
    Recorder::answering(move |request: &Request| match request.method() {
        "GET" => Reply::json(200, &items),
        _ => revoked.clone(),
    })
    .await
}

/// Signs in to it, and waits for the first row.
async fn look(window: &Window<'_>, dfns: &Recorder) -> Result<()> {
    let copied = Clipboard::of(window.desktop()).copy("some-token").await?;
    window.choose("signin-environment", "custom").await?;
    window.desktop().confirm_host(&dfns.url())?;
    window.type_into("signin-url", &dfns.url()).await?;
    window.click("signin-paste").await?;
    window.wait_for("key-row").await?;
    drop(copied);
    Ok(())
}

/// WebDriver tells no text of what it takes for scrolled away.
async fn wait_content(window: &Window<'_>, name: &str, part: &str) -> Result<()> {
    window
        .wait_until(&format!("{part} in {name}"), async || {
            let content = window.content(name).await?;
            ensure!(content.contains(part), "{content:?}");
            Ok(())
        })
        .await
}

async fn rows(window: &Window<'_>) -> Result<Vec<String>> {
    let rows = "return [...document.querySelectorAll('[data-test=key-row]')].map((row) => row.dataset.keyId)";
    Ok(serde_json::from_value(window.execute(rows, vec![]).await?)?)
}

#[tokio::test]
async fn keys_are_searched_filtered_shown_and_revoked_and_the_list_follows() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    create(&window, "Deploy bot").await?;
    finish(&window).await?;
    window.type_into("key-search", "deploy").await?;
    wait_content(&window, "key-list", "Deploy bot").await?;
    ensure!(rows(&window).await?.len() == 1, "{:?}", rows(&window).await?);
    window.press("key-search", Key::Tab).await?;
    window.press("key-list", Key::Enter).await?;
    window.wait_for("key-dialog").await?;
    window.click("key-revoke").await?;
    window.click("revoke-confirm").await?;
    window.wait_gone("key-dialog").await?;
    wait_told(&window, "keys-empty", &words::keys_no_match("deploy", "working")).await?;
    let revoked = "const filter = document.querySelector('#filter-status');
        filter.value = 'revoked'; filter.dispatchEvent(new Event('input')); return null;";
    window.execute(revoked, vec![]).await?;
    wait_content(&window, "key-list", "Deploy botRevoked").await
}

#[tokio::test]
async fn odd_names_are_text_and_two_keys_of_one_name_are_two() -> Result<()> {
    let desktop = desktop()?;
    let long = "x".repeat(10_000);
    let keys = ODD.iter().copied().chain([long.as_str()]).enumerate().map(|(number, name)| key(number, name));
    let dfns = dfns(keys.collect(), Reply::json(200, &json!({ "id": "api-key-3", "status": "Revoked" }))).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    look(&window, &dfns).await?;
    let names = "return [...document.querySelectorAll('.key-name')].map((name) => name.textContent)";
    let names: Vec<String> = serde_json::from_value(window.execute(names, vec![]).await?)?;
    ensure!(ODD.iter().all(|odd| names.contains(&(*odd).to_owned())) && names.contains(&long), "{names:?}");
    ensure!(window.execute("return document.querySelectorAll('.key-list img').length", vec![]).await? == 0);
    window.type_into("key-search", "twin").await?;
    window.wait_text("keys-count", |text| text == "2 of 6").await?;
    ensure!(rows(&window).await?.len() == 2);
    window.execute("document.querySelector('[data-key-id=api-key-3]').click()", vec![]).await?;
    window.wait_text("key-id", |text| text == "api-key-3").await?;
    window.click("key-revoke").await?;
    window.click("revoke-confirm").await?;
    window.wait_gone("key-dialog").await?;
    // Each of the odd ones is found by its name and opens as what it is.
    for (number, name) in ODD.iter().copied().chain([long.as_str()]).enumerate().filter(|(_, name)| *name != "Twin") {
        // The longest name is found by a part of it.
        let part: String = name.chars().take(60).collect();
        let search = "const field = document.querySelector('[data-test=key-search]');
            field.value = arguments[0]; field.dispatchEvent(new Event('input')); return null;";
        window.execute(search, vec![json!(part)]).await?;
        window.wait_text("keys-count", |text| text == "1 of 6").await?;
        window.click("key-row").await?;
        window.wait_text("key-id", |text| text == format!("api-key-{number}")).await?;
        ensure!(window.content("key-title").await? == name);
        window.click("key-close").await?;
    }
    let line = dfns.requests().iter().find(|request| request.method() == "DELETE").map(|request| request.head.clone());
    ensure!(line.context("it was asked for")?.starts_with("DELETE /api-keys/api-key-3 "));
    Ok(())
}

#[tokio::test]
async fn a_revocation_that_is_not_confirmed_is_never_claimed() -> Result<()> {
    let desktop = desktop()?;
    for (reply, part) in [
        (
            Reply::json(403, &json!({ "message": "Missing ApiKeys:Revoke" })),
            words::err_forbidden_named("ApiKeys:Revoke"),
        ),
        (Reply::json(404, &json!({ "error": { "message": "Not Found" } })), words::err_key_gone()),
        (Reply::json(404, &json!({ "message": "Not Found" })), words::err_unclear_revoke(ANY)),
        (Reply::Bytes(b"HTTP/1.1 404 x\r\nContent-Length: 4\r\n\r\nhtml".to_vec()), words::err_unclear_revoke(ANY)),
        (Reply::json(500, &json!({})), words::err_unclear_revoke(ANY)),
        (Reply::closing(), words::err_unclear_revoke(ANY)),
        (Reply::json(200, &json!({ "id": "api-key-1", "status": "Active" })), words::err_unclear_revoke(ANY)),
        (Reply::json(200, &json!({ "id": "api-another", "status": "Revoked" })), words::err_unclear_revoke(ANY)),
    ] {
        let dfns = dfns(vec![key(1, "Payout service")], reply).await?;
        let window = Window::open(&desktop, app(), &[]).await?;
        look(&window, &dfns).await?;
        window.click("key-row").await?;
        window.click("key-revoke").await?;
        window.click("revoke-confirm").await?;
        wait_told(&window, "key-problem", &part).await?;
        window.click("key-close").await?;
        window.click("key-close").await?;
        ensure!(window.content("key-status").await? == "Active");
        window.click("signout").await?;
        window.wait_for("signin-environment").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_revocation_whose_answer_was_lost_is_made_sure_of_by_looking_at_the_key() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    create(&window, "Deploy bot").await?;
    finish(&window).await?;
    sandbox.fault("revoke", json!({ "kind": "drop", "made": true }), 1).await?;
    window.type_into("key-search", "deploy").await?;
    window.wait_text("keys-count", |text| text.starts_with("1 of")).await?;
    window.click("key-row").await?;
    window.click("key-revoke").await?;
    window.click("revoke-confirm").await?;
    wait_told(&window, "toast-text", &words::said_revoked("Deploy bot")).await?;
    window.wait_gone("key-dialog").await?;
    crate::steps::ensure_revoked(&sandbox, "Deploy bot").await
}

#[tokio::test]
async fn ten_thousand_keys_are_drawn_only_as_far_as_they_are_seen() -> Result<()> {
    let desktop = desktop()?;
    let keys = (0..10_000).map(|number| key(number, &format!("Key number {number}"))).collect();
    let dfns = dfns(keys, Reply::closing()).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    look(&window, &dfns).await?;
    window.wait_text("keys-count", |text| text == "10,000").await?;
    ensure!(rows(&window).await?.len() < 40, "{} rows are drawn", rows(&window).await?.len());
    window.press("key-list", Key::End).await?;
    window
        .wait_until("the last row", async || {
            let rows = rows(&window).await?;
            ensure!(rows.contains(&"api-key-0".to_owned()), "{rows:?}");
            Ok(())
        })
        .await?;
    window.type_into("key-search", "number 777").await?;
    wait_told(&window, "keys-count", &words::keys_some("10,000", 19)).await?;
    Ok(())
}

#[tokio::test]
async fn who_may_not_list_keys_is_told_so_in_place_of_the_list() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.issuer).await?;
    window.wait_text("keys-forbidden", |text| text.contains("ApiKeys:Read")).await?;
    window.click("signout").await?;
    enter_built_in_sandbox(&window).await?;
    window.wait_for("key-row").await?;
    ensure!(!window.is_shown("keys-forbidden").await?);
    Ok(())
}

#[tokio::test]
async fn a_key_of_this_computer_tells_what_happened_to_it_and_has_a_receipt() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    sandbox.fault("create", json!({ "kind": "sample" }), 1).await?;
    create(&window, "My API Key").await?;
    copy(&window).await?;
    let clipboard = Clipboard::of(&desktop);
    let token = clipboard.text().await?.context("the token is on the clipboard")?;
    let from_vault = clipboard.copy(&token).await?;
    window.click("reveal-check").await?;
    wait_told(&window, "reveal-outcome", &words::check_stored("token")).await?;
    drop(from_vault);
    window.click("reveal-done").await?;

    wait_read_back(&window, &words::receipt_in_a_vault().to_string()).await?;
    window.wait_text("receipt", |text| text.contains("My API Key")).await?;
    window.click("receipt-copy").await?;
    let id = "api-cat-freddie-a150fe2ce0";
    let markdown = clipboard.wait_for("the receipt", |text| text.is_some_and(|text| text.contains(id))).await?;
    let markdown = markdown.context("it is on the clipboard")?;
    // The first 8 digits of the sample token's SHA-256, worked out by another program.
    let title = format!("**{}**", words::receipt_name("api-key", "My API Key"));
    for part in [&*title, "cu-purple-pip-1b417b958500", "ce-finch-march-5b59fcbb571b", &sha256(&token)?[..8]] {
        ensure!(markdown.contains(part), "{part} is not in {markdown}");
    }
    ensure!(!markdown.contains(&token[..24]));
    window.click("receipt-save").await?;
    let saved = desktop.home().join(format!("keybearer-receipt-{id}.json"));
    window.wait_text("toast-text", |text| text.contains(&saved.display().to_string())).await?;
    let json: Value = serde_json::from_str(&std::fs::read_to_string(&saved)?)?;
    ensure!(json["id"] == id && json["delivery"]["proof"] == "read-back", "{json}");
    // A second one overwrites nothing.
    window.click("receipt-save").await?;
    window.wait_text("toast-text", |text| text.contains("-2.json")).await?;
    window.click("receipt-close").await?;
    window.wait_gone("receipt").await?;

    wait_content(&window, "key-list", &words::token_checked().to_string()).await?;
    window.execute(&format!("document.querySelector('[data-key-id={id}]').click()"), vec![]).await?;
    window.wait_text("key-history", |text| text.contains(&words::happened_checked().to_string())).await?;
    window.click("key-copy-id").await?;
    clipboard.wait_for("the id", |text| text == Some(id)).await?;
    window.click("key-receipt-copy").await?;
    clipboard.wait_for("the receipt", |text| text.is_some_and(|text| text.starts_with(&title))).await?;
    let files = desktop.files_with(&token.as_bytes()[..24])?;
    ensure!(files.is_empty(), "the token is in {files:?}");
    Ok(())
}

/// By another program.
fn sha256(text: &str) -> Result<String> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), text)?;
    let told = process::command("sha256sum").arg(file.path()).output()?;
    Ok(String::from_utf8(told.stdout)?)
}

#[tokio::test]
async fn a_dfns_that_is_gone_leaves_the_keys_as_they_were_and_says_since_when() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    let there = rows(&window).await?;
    drop(sandbox);
    window.click("keys-refresh").await?;
    // The time is told as people here write it.
    let as_of = words::keys_as_they_were(OffsetDateTime::UNIX_EPOCH).to_string();
    let as_of = as_of.split("Jan").next().unwrap_or_default().to_owned();
    window
        .wait_text("keys-problem", |text| says(text, &words::err_unreachable(ANY, ANY)) && text.contains(&as_of))
        .await?;
    ensure!(rows(&window).await? == there && !there.is_empty());
    window.click("key-row").await?;
    wait_told(&window, "key-unread", &words::key_as_listed()).await?;
    Ok(())
}

#[tokio::test]
async fn a_second_start_brings_the_first_to_the_front_and_ends() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    let tell = |arguments: &[&str]| -> Result<String> {
        let told = desktop.command("xdotool").args(arguments).output()?;
        Ok(String::from_utf8(told.stdout)?.trim().to_owned())
    };
    let id = tell(&["search", "--onlyvisible", "--name", "^Keybearer$"])?;
    tell(&["windowminimize", &id])?;
    window
        .wait_until("it to be minimized", async || {
            ensure!(tell(&["search", "--onlyvisible", "--name", "^Keybearer$"])?.is_empty(), "it is shown");
            Ok(())
        })
        .await?;
    start_again(&window).await?;
    window
        .wait_until("it to be in front", async || {
            let active = tell(&["getactivewindow"])?;
            ensure!(active == id, "{active:?} is, and not {id}");
            Ok(())
        })
        .await?;
    window.wait_for("signin-environment").await?;
    Ok(())
}

#[tokio::test]
async fn without_a_bus_a_second_window_asks_for_no_key() -> Result<()> {
    let desktop = Desktop::open(Wanted { bus: false, ..Wanted::default() })?;
    let sandbox = Sandbox::start(app())?;
    let first = Window::open(&desktop, app(), &[]).await?;
    first.wait_for("signin-environment").await?;
    let second = Window::open(&desktop, app(), &[]).await?;
    second.wait_text("problems", |text| text.contains("another Keybearer is using it")).await?;
    sign_in(&second, &sandbox, &sandbox.admin).await?;
    second.type_into("key-name", "Twice").await?;
    second.press("key-name", Key::Enter).await?;
    second.wait_text("create-error", |text| text.contains("another Keybearer is using it")).await?;
    ensure!(crate::steps::creations(&sandbox).await? == 0);
    Ok(())
}
