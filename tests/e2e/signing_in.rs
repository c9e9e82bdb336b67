//! Signing in, staying signed in, and out again.

use std::{process::Stdio, time::Duration};

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    desktop::{Desktop, Wanted},
    process::Process,
    recorder::{Recorder, Reply},
    sandbox::Sandbox,
    wait::{self, SOON},
    window::{Key, Window},
};
use serde_json::json;

use crate::steps::{
    ANY, app, create, creations, desktop, finish, paste_into, says, sign_in, wait_listed, wait_told, web_processes,
};

/// What nobody issued, in the form of a token.
const SOME_TOKEN: &str = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1cy1vdGhlciJ9.c2lnbmF0dXJlLW9mLWFub3RoZXI";

/// What the real keyring holds of Keybearer's, as another program sees it.
fn kept(desktop: &Desktop) -> Result<String> {
    let mut search = desktop.command("secret-tool");
    let output = search.args(["search", "--all", "service", "app.keybearer.desktop"]).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Waits until other processes than these draw the page.
async fn wait_page_replaced(window: &Window<'_>, before: &[u32]) -> Result<()> {
    window
        .wait_until("the page's process to end", async || {
            let now = web_processes(window.app_process()?)?;
            ensure!(!now.is_empty() && now.iter().all(|process| !before.contains(process)), "{before:?}, {now:?}");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_pasted_token_signs_in_and_leaves_the_clipboard() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &format!("  Bearer {}\n", sandbox.admin)).await?;
    window.wait_text("account", |text| text.contains("admin@sandbox.invalid")).await?;
    let clipboard = Clipboard::of(&desktop);
    clipboard.wait_for("no sign-in token", |text| text.is_none_or(str::is_empty)).await?;
    window
        .wait_until("the person is told", async || {
            let page = window.page_text().await?;
            ensure!(says(&page, &words::said_signed_in_cleared("token")), "{page}");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn the_token_is_in_the_real_keyring_survives_a_restart_and_is_gone_after_signing_out() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    ensure!(kept(&desktop)?.is_empty(), "the keyring is empty at first");
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    ensure!(kept(&desktop)?.contains(&sandbox.admin), "it is not in the keyring");
    drop(window);

    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("key-name").await?;
    create(&window, "After the restart").await?;
    finish(&window).await?;
    window.click("signout").await?;
    window.wait_for("signin-environment").await?;
    window
        .wait_until("the keyring is empty again", async || {
            let kept = kept(&desktop)?;
            ensure!(!kept.contains(&sandbox.admin), "it is there still");
            Ok(())
        })
        .await?;
    drop(window);

    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    Ok(())
}

#[tokio::test]
async fn a_typed_token_signs_in_and_the_page_it_went_through_is_replaced() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    window.choose("signin-environment", "custom").await?;
    window.desktop().confirm_host(&sandbox.url)?;
    window.type_into("signin-url", &sandbox.url).await?;
    window.click("signin-type").await?;
    // The last of it by keys, which is what the page hears of.
    let (most, rest) = sandbox.admin.split_at(sandbox.admin.len() - 8);
    paste_into(&window, "signin-token", most).await?;
    window.type_into("signin-token", rest).await?;
    let before = web_processes(window.app_process()?)?;
    // The page may be gone before WebDriver has its answer from it.
    let _ = window.press("signin-token", Key::Enter).await;
    wait_page_replaced(&window, &before).await?;
    // WebDriver lost its page together with that process: from here on it goes by the real keyboard alone.
    window
        .wait_until("a key made from the new page", async || {
            let typed = desktop.command("xdotool").args(["type", "K"]).status()?;
            let entered = desktop.command("xdotool").args(["key", "Return"]).status()?;
            ensure!(typed.success() && entered.success(), "xdotool could not type");
            let requests = sandbox.requests().await?;
            ensure!(requests.to_string().contains("POST"), "{requests}");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_token_copied_in_the_older_form_signs_in_and_one_pasted_as_a_keys_name_goes_nowhere() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    // Some programs offer what was copied there as nothing else.
    let mut copy = desktop.command("xclip");
    copy.args(["-selection", "clipboard", "-in", "-quiet", "-t", "STRING"]).stderr(Stdio::null());
    let _owner = Process::start_with_input(copy, format!("Bearer {}", sandbox.admin).as_bytes())?;
    let clipboard = Clipboard::of(&desktop);
    wait::until("the copy", SOON, async || clipboard.target("STRING").await?.context("there is none")).await?;
    window.choose("signin-environment", "custom").await?;
    window.type_into("signin-url", &sandbox.url).await?;
    window.desktop().confirm_host(&sandbox.url)?;
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    wait_listed(&window).await?;

    let before = web_processes(window.app_process()?)?;
    window.type_into("key-name", SOME_TOKEN).await?;
    // The page that it was pasted into goes, and WebDriver loses it.
    let _ = window.press("key-name", Key::Enter).await;
    wait_page_replaced(&window, &before).await?;
    ensure!(creations(&sandbox).await? == 0, "it was sent to Dfns");
    ensure!(desktop.files_with(SOME_TOKEN.as_bytes())?.is_empty(), "it was written down");
    Ok(())
}

#[tokio::test]
async fn a_refused_token_is_told_in_place_and_what_was_typed_stays() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    let _copied = Clipboard::of(&desktop).copy("not-a-token-of-this-dfns").await?;
    window.choose("signin-environment", "custom").await?;
    window.desktop().confirm_host(&sandbox.url)?;
    window.type_into("signin-url", &sandbox.url).await?;
    window.click("signin-paste").await?;
    wait_told(&window, "signin-error", &words::err_sign_in_refused()).await?;
    ensure!(window.value("signin-url").await? == sandbox.url);
    let there = Clipboard::of(&desktop).text().await?;
    ensure!(there.as_deref() == Some("not-a-token-of-this-dfns"), "the clipboard was cleared: {there:?}");
    Ok(())
}

/// Lets the page hear half a second late of every change, and counts in `window.heard` what it has heard of.
const LATE: &str = r#"
window.heard = [];
const { callbacks } = window.__TAURI_INTERNALS__;
for (const [id, callback] of callbacks) {
  callbacks.set(id, (data) => setTimeout(() => {
    callback(data);
    if (data?.message?.session) window.heard.push(data.message.session.state);
  }, 500));
}
"#;

#[tokio::test]
async fn a_refusal_stays_told_where_the_page_hears_late_of_the_check() -> Result<()> {
    let desktop = desktop()?;
    // Slow enough for the page to be told of the check, and quicker than it hears of that.
    let Reply::Bytes(refusal) = Reply::json(401, &json!({ "error": { "message": "Not Authorized." } })) else {
        unreachable!("that is what an answer of JSON is")
    };
    let dfns = Recorder::start([Reply::Trickle(refusal, Duration::from_millis(1))]).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    let _copied = Clipboard::of(&desktop).copy("some-token").await?;
    window.choose("signin-environment", "custom").await?;
    window.desktop().confirm_host(&dfns.url())?;
    window.type_into("signin-url", &dfns.url()).await?;
    window.execute(LATE, vec![]).await?;
    window.click("signin-paste").await?;
    window
        .wait_until("the page to hear of the check, and of its end", async || {
            let heard = window.execute("return window.heard", vec![]).await?;
            ensure!(
                heard.as_array().is_some_and(|heard| heard.ends_with(&["checking".into(), "signedOut".into()])),
                "{heard}"
            );
            Ok(())
        })
        .await?;
    wait_told(&window, "signin-error", &words::err_sign_in_refused()).await?;
    Ok(())
}

#[tokio::test]
async fn an_empty_clipboard_an_address_without_protection_and_a_token_as_a_name_are_told() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.click("signin-paste").await?;
    wait_told(&window, "signin-error", &words::err_token_clipboard_empty()).await?;
    window.choose("signin-environment", "custom").await?;
    window.type_into("signin-url", "http://dfns.example").await?;
    let _copied = Clipboard::of(&desktop).copy("some-token").await?;
    window.click("signin-paste").await?;
    window.wait_text("signin-error", |text| text.contains("https://")).await?;

    // Before anything else is asked, or read from the clipboard.
    window.clear("signin-url").await?;
    window.type_into("signin-url", "https://dfns.example").await?;
    window.type_into("signin-name", SOME_TOKEN).await?;
    window.click("signin-paste").await?;
    wait_told(&window, "signin-error", &words::err_name_jwt()).await?;
    ensure!(desktop.display().confirming()?.is_empty(), "the host is asked about");
    ensure!(window.value("signin-name").await?.is_empty(), "it stands in the field still");
    ensure!(desktop.files_with(SOME_TOKEN.as_bytes())?.is_empty(), "it was written down");
    Ok(())
}

#[tokio::test]
async fn each_way_in_says_at_its_field_what_is_missing_and_keeps_what_was_typed() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("signin-code").await?;
    window.type_into("signin-organization", "or-catcat-freddie-a150fe2ce0").await?;
    // One that is cut short is sent nowhere, and stays to be mended: the minute of the code goes on.
    window.type_into("signin-code", "ABC").await?;
    window.press("signin-code", Key::Enter).await?;
    wait_told(&window, "signin-error", &words::err_code_not_one(ANY)).await?;
    window.wait_attribute("signin-code", "aria-invalid", "true").await?;
    ensure!(window.value("signin-code").await? == "ABC", "what was typed is gone");

    window.click("signin-key").await?;
    window.wait_gone("signin-code").await?;
    window.type_into("signin-key-id", "cr-catcat-freddie-a150fe2ce0").await?;
    window.click("signin-key-submit").await?;
    wait_told(&window, "signin-error", &words::err_username_missing()).await?;
    window.wait_attribute("signin-username", "aria-invalid", "true").await?;
    window.type_into("signin-username", "ada@example.org").await?;
    window.press("signin-username", Key::Enter).await?;
    wait_told(&window, "signin-error", &words::err_organization_missing()).await?;
    window.wait_attribute("signin-key-organization", "aria-invalid", "true").await?;
    ensure!(window.attribute("signin-organization", "aria-invalid").await?.as_deref() == Some("false"));

    window.click("signin-type").await?;
    window.wait_gone("signin-key-id").await?;
    window.click("signin-key").await?;
    window.wait_for("signin-key-id").await?;
    ensure!(window.value("signin-key-id").await? == "cr-catcat-freddie-a150fe2ce0");
    window.click("signin-connect").await?;
    window.wait_for("signin-organization").await?;
    ensure!(window.value("signin-organization").await? == "or-catcat-freddie-a150fe2ce0");
    window.wait_attribute("signin-key", "aria-expanded", "false").await
}

#[tokio::test]
async fn a_private_key_is_taken_from_the_clipboard_and_refused_in_words() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.click("signin-key").await?;
    window.type_into("signin-key-id", "cr-catcat-freddie-a150fe2ce0").await?;
    window.type_into("signin-username", "ada@example.org").await?;
    window.type_into("signin-key-organization", "or-catcat-freddie-a150fe2ce0").await?;
    let _copied = Clipboard::of(&desktop).copy("no key").await?;
    window.click("signin-key-submit").await?;
    wait_told(&window, "signin-error", &words::err_private_key_no_pem()).await?;
    window.wait_attribute("signin-key-paste", "aria-invalid", "true").await
}

#[tokio::test]
async fn a_user_who_may_not_list_keys_is_signed_in_and_told() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.issuer).await?;
    let page = window.page_text().await?;
    ensure!(says(&page, &words::keys_forbidden()), "{page}");
    create(&window, "Made without a list").await
}

#[tokio::test]
async fn it_can_start_signed_in_to_its_own_sandbox() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &["--sandbox"]).await?;
    window.wait_text("account", |text| text.contains("Sandbox")).await?;
    create(&window, "Rehearsal").await
}

#[tokio::test]
async fn without_a_keyring_it_signs_in_for_this_run_and_says_so() -> Result<()> {
    let desktop = Desktop::open(Wanted { keyring: false, ..Wanted::default() })?;
    let sandbox = Sandbox::start(app())?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    window
        .wait_until("the person is told", async || {
            let page = window.page_text().await?;
            ensure!(says(&page, &words::err_keyring(ANY)), "{page}");
            ensure!(says(&page, &words::session_memory()), "{page}");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn an_expired_token_asks_for_a_new_one_and_the_name_is_still_there() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    sandbox.fault("create", json!({ "kind": "unauthorized" }), 1).await?;
    window.type_into("key-name", "Typed before").await?;
    window.press("key-name", Key::Enter).await?;
    wait_told(&window, "signin-error", &words::err_sign_in_again()).await?;
    ensure!(window.value("signin-url").await? == sandbox.url);
    let _copied = Clipboard::of(&desktop).copy(&sandbox.admin).await?;
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    ensure!(window.value("key-name").await? == "Typed before");
    Ok(())
}
