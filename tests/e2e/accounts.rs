//! Several accounts, each with its own token; and the settings.

use std::{
    fs,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result, ensure};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    company::Company,
    proxy::Proxy,
    recorder::{Recorder, Reply, Request},
    sandbox::Sandbox,
    tls::{Authority, TlsFront},
    window::{Key, Window},
};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::steps::{
    ANY, app, create, desktop, ensure_revoked, finish, invoke, says, wait_off_clipboard, wait_told, working,
};

/// The tokens that a sandbox was shown, each once, as it tells them: the beginning of their SHA-256.
async fn shown_to(sandbox: &Sandbox) -> Result<Vec<String>> {
    let requests = sandbox.requests().await?;
    let requests = requests.as_array().context("it lists its requests")?;
    let mut tokens: Vec<String> = requests
        .iter()
        .filter_map(|request| request["authorizationSha256Prefix"].as_str().map(str::to_owned))
        .collect();
    tokens.sort();
    tokens.dedup();
    Ok(tokens)
}

fn fingerprint(token: &str) -> String {
    let digest = digest(&SHA256, token.as_bytes());
    digest.as_ref()[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn add(window: &Window<'_>, environment: &str, token: &str, name: &str) -> Result<()> {
    let copied = Clipboard::of(window.desktop()).copy(token).await?;
    window.choose("signin-environment", environment).await?;
    window.type_into("signin-name", name).await?;
    window.click("signin-paste").await?;
    window.wait_text("account", |text| text.contains(name)).await?;
    drop(copied);
    Ok(())
}

async fn switch(window: &Window<'_>, name: &str) -> Result<()> {
    window.click("accounts").await?;
    window.wait_for("accounts-menu").await?;
    let click = "const row = [...document.querySelectorAll('[data-test=account-row]')]
        .find((row) => row.innerText.includes(arguments[0])); row.click(); return null;";
    window.execute(click, vec![json!(name)]).await?;
    Ok(())
}

#[tokio::test]
async fn three_accounts_in_two_environments_are_switched_and_each_request_carries_its_own_token() -> Result<()> {
    let mut desktop = desktop()?;
    let company = Company::around(&mut desktop, app()).await?;
    let (production, staging) = (&company.production, &company.staging);
    let window = Window::open(&desktop, app(), &[]).await?;
    add(&window, "production", &production.admin, "Treasury").await?;
    for (environment, token, name) in
        [("production", &production.issuer, "Issuing"), ("staging", &staging.admin, "Rehearsal")]
    {
        window.click("accounts").await?;
        window.click("accounts-add").await?;
        add(&window, environment, token, name).await?;
    }
    for (name, environment) in [("Treasury", "Production"), ("Rehearsal", "Staging"), ("Issuing", "Production")] {
        switch(&window, name).await?;
        window.wait_text("account", |text| text.contains(name) && text.contains(environment)).await?;
        create(&window, &format!("Made by {name}")).await?;
        finish(&window).await?;
    }

    // Who made a key is who the token belonged to.
    let keys = format!("{}{}", production.keys().await?, staging.keys().await?);
    ensure!(
        ["Treasury", "Rehearsal", "Issuing"].iter().all(|name| keys.contains(&format!("Made by {name}"))),
        "{keys}"
    );
    let mut of_production = [fingerprint(&production.admin), fingerprint(&production.issuer)];
    of_production.sort();
    ensure!(shown_to(production).await? == of_production, "{:?}", shown_to(production).await?);
    ensure!(shown_to(staging).await? == [fingerprint(&staging.admin)], "{:?}", shown_to(staging).await?);
    // The proxy saw where to, and nothing else.
    let heads = company.proxy.heads();
    ensure!(!heads.is_empty() && heads.iter().all(|head| head.starts_with("CONNECT api.dfns.")), "{heads:?}");
    ensure!(heads.iter().all(|head| !head.to_lowercase().contains("authorization")), "{heads:?}");
    Ok(())
}

#[tokio::test]
async fn production_looks_different_in_the_window_and_in_its_title() -> Result<()> {
    let mut desktop = desktop()?;
    let company = Company::around(&mut desktop, app()).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    add(&window, "production", &company.production.admin, "Treasury").await?;
    ensure!(window.text("create-submit").await? == words::create_submit_production().to_string());
    let page = window.page_text().await?;
    ensure!(
        says(&page, &words::environment_production()) && says(&page, &words::environment_production_meaning()),
        "{page}"
    );
    window
        .wait_until("the window's title", async || {
            let mut xdotool = desktop.command("xdotool");
            let found = xdotool.args(["search", "--name", r"^Treasury \(Production\)"]).status()?;
            ensure!(found.success(), "it says something else");
            Ok(())
        })
        .await
}

/// Opens a key of the list by its name.
async fn open_key(window: &Window<'_>, name: &str) -> Result<()> {
    window.clear("key-search").await?;
    window.type_into("key-search", name).await?;
    window.wait_text("keys-count", |text| text.starts_with("1 of")).await?;
    window.click("key-row").await?;
    window.wait_for("key-dialog").await?;
    Ok(())
}

#[tokio::test]
async fn in_production_a_key_in_use_is_revoked_only_by_its_name_and_from_no_other_account() -> Result<()> {
    let mut desktop = desktop()?;
    let company = Company::around(&mut desktop, app()).await?;
    let (production, staging) = (&company.production, &company.staging);
    let window = Window::open(&desktop, app(), &[]).await?;
    add(&window, "production", &production.admin, "Treasury").await?;
    for name in ["Kassel bot", "Bremen bot"] {
        create(&window, name).await?;
        finish(&window).await?;
    }
    open_key(&window, "Kassel bot").await?;
    window.click("key-revoke").await?;
    window.click("revoke-confirm").await?;
    wait_told(&window, "key-problem", &words::err_name_differs()).await?;
    window.type_into("revoke-name", "Kassel bot").await?;
    window
        .wait_until("the button to take something", async || {
            ensure!(window.attribute("revoke-confirm", "data-unarmed").await?.is_none());
            Ok(())
        })
        .await?;
    let shortcut = window.attribute("revoke-confirm", "aria-keyshortcuts").await?;
    ensure!(shortcut.as_deref() == Some("Enter"), "{shortcut:?}");
    window.press("revoke-name", Key::Enter).await?;
    window.wait_gone("key-dialog").await?;
    ensure_revoked(production, "Kassel bot").await?;

    // A key that was replaced, of an account that was signed out of since.
    open_key(&window, "Bremen bot").await?;
    window.click("key-replace").await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await?;
    finish(&window).await?;
    wait_told(&window, "attention", &words::attention_old_to_revoke()).await?;
    window.click("signout").await?;
    window.wait_for("signin-environment").await?;
    add(&window, "staging", &staging.admin, "Rehearsal").await?;
    window.click("attention-revoke").await?;
    wait_told(&window, "attention", &words::err_other_account_hint()).await?;
    for dfns in [production, staging] {
        let asked = dfns.requests().await?;
        let revocations = asked.as_array().into_iter().flatten().filter(|asked| asked["method"] == "DELETE").count();
        ensure!(revocations == usize::from(std::ptr::eq(dfns, production)), "{asked}");
    }
    add_again(&window, &production.admin).await?;
    window.click("attention-revoke").await?;
    window.wait_for("key-dialog").await?;
    window.type_into("revoke-name", "Bremen bot").await?;
    window.click("revoke-confirm").await?;
    window.wait_gone("attention").await?;
    ensure!(working(production, "Bremen bot").await?.len() == 1);
    Ok(())
}

#[tokio::test]
async fn production_is_production_however_its_address_was_entered_and_its_keys_are_known_by_their_ids() -> Result<()> {
    let mut desktop = desktop()?;
    let company = Company::around(&mut desktop, app()).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    let copied = Clipboard::of(&desktop).copy(&company.production.admin).await?;
    window.choose("signin-environment", "custom").await?;
    window.type_into("signin-url", "https://API.dfns.io.:443/").await?;
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    drop(copied);
    let page = window.page_text().await?;
    ensure!(
        says(&page, &words::environment_production()) && says(&page, &words::environment_production_meaning()),
        "{page}"
    );
    ensure!(window.text("create-submit").await? == words::create_submit_production().to_string());
    create(&window, "Kassel bot").await?;
    finish(&window).await?;
    open_key(&window, "Kassel bot").await?;
    window.click("key-revoke").await?;
    window.click("revoke-confirm").await?;
    wait_told(&window, "key-problem", &words::err_name_differs()).await?;
    // Whatever name the page sends along, the key's is what Dfns calls it.
    let id = window.text("key-id").await?;
    let key = json!({ "id": id, "name": "x", "organization": "", "author": "", "created": "", "status": "Active", "works": true });
    let refused = invoke(&window, "revoke_key", &json!({ "id": id, "key": key, "typed": "x" })).await?;
    ensure!(refused.as_ref().is_err_and(|told| told["code"] == "name"), "{refused:?}");
    ensure!(working(&company.production, "Kassel bot").await?.len() == 1, "it was revoked");
    Ok(())
}

async fn add_again(window: &Window<'_>, token: &str) -> Result<()> {
    window.click("accounts").await?;
    window.click("accounts-add").await?;
    add(window, "production", token, "Treasury").await
}

#[tokio::test]
async fn a_token_of_another_user_is_another_account_and_deals_with_nothing_of_the_first() -> Result<()> {
    let mut desktop = desktop()?;
    let company = Company::around(&mut desktop, app()).await?;
    let production = &company.production;
    let window = Window::open(&desktop, app(), &[]).await?;
    add(&window, "production", &production.admin, "Treasury").await?;
    production.fault("list", json!({ "kind": "unauthorized" }), 1).await?;
    window.click("keys-refresh").await?;
    window.wait_for("signin-paste").await?;
    let _copied = Clipboard::of(&desktop).copy(&production.issuer).await?;
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    window.click("accounts").await?;
    window.wait_for("accounts-menu").await?;
    let rows = "return [...document.querySelectorAll('[data-test=account-row]')].map((row) => row.innerText)";
    let rows: Vec<String> = serde_json::from_value(window.execute(rows, vec![]).await?)?;
    ensure!(rows.iter().any(|row| row.contains("Treasury")) && rows.len() == 2, "{rows:?}");
    Ok(())
}

#[tokio::test]
async fn an_expired_account_asks_for_a_new_token_and_what_was_typed_is_there_after_a_detour_too() -> Result<()> {
    let mut desktop = desktop()?;
    let company = Company::around(&mut desktop, app()).await?;
    let (production, staging) = (&company.production, &company.staging);
    let window = Window::open(&desktop, app(), &[]).await?;
    add(&window, "production", &production.admin, "Treasury").await?;
    window.click("accounts").await?;
    window.click("accounts-add").await?;
    add(&window, "staging", &staging.admin, "Rehearsal").await?;
    window.type_into("key-name", "Typed before").await?;

    production.fault("list", json!({ "kind": "unauthorized" }), 1).await?;
    switch(&window, "Treasury").await?;
    wait_told(&window, "signin-error", &words::err_sign_in_again()).await?;
    wait_told(&window, "sign-in", &words::signin_title("Treasury")).await?;
    window.click("signin-back").await?;
    window.wait_text("account", |text| text.contains("Rehearsal")).await?;
    ensure!(window.value("key-name").await? == "Typed before");

    window.click("accounts").await?;
    wait_told(&window, "accounts-menu", &words::account_over()).await?;
    window.press("accounts-add", Key::Escape).await?;
    production.fault("list", json!({ "kind": "unauthorized" }), 1).await?;
    switch(&window, "Treasury").await?;
    window.wait_for("signin-error").await?;
    let _copied = Clipboard::of(&desktop).copy(&production.admin).await?;
    window.click("signin-paste").await?;
    window.wait_text("account", |text| text.contains("Treasury")).await?;
    ensure!(window.value("key-name").await? == "Typed before");
    Ok(())
}

/// A sign-in token that expires in so many seconds.
fn expiring(seconds: i64) -> String {
    let claims = json!({ "email": "ada@example.org", "exp": OffsetDateTime::now_utc().unix_timestamp() + seconds });
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

#[tokio::test]
async fn an_expiry_is_told_ahead_and_a_new_token_can_be_given_in_place() -> Result<()> {
    let desktop = desktop()?;
    let dfns = Recorder::start([Reply::json(200, &json!({ "items": [] }))]).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    let told = [
        (7200, words::session_left(ANY)),
        (330, words::session_soon(words::short_minutes(5))),
        (-60, words::session_over()),
    ];
    for (seconds, told) in told {
        let _copied = Clipboard::of(&desktop).copy(&expiring(seconds)).await?;
        if window.is_shown("signin-environment").await? {
            window.choose("signin-environment", "custom").await?;
            window.clear("signin-url").await?;
            window.desktop().confirm_host(&dfns.url())?;
            window.type_into("signin-url", &dfns.url()).await?;
        }
        window.click("signin-paste").await?;
        wait_told(&window, "account", &told).await?;
        ensure!(window.is_shown("renew").await? == (seconds < 600), "{told}");
        window.click("accounts").await?;
        window.click("accounts-renew").await?;
        wait_told(&window, "sign-in", &words::signin_title("ada@example.org")).await?;
    }
    let accounts = window.execute("return document.querySelectorAll('[data-test=account-row]').length", vec![]).await?;
    ensure!(accounts == 1, "the same user is one account, and not {accounts}");
    Ok(())
}

#[tokio::test]
async fn accounts_are_switched_by_the_keyboard_alone() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &["--sandbox"]).await?;
    window.wait_text("account", |text| text.contains("admin@")).await?;
    ensure!(invoke(&window, "enter_sandbox", &json!({ "persona": "issuer" })).await?.is_ok());
    window.wait_text("account", |text| text.contains("issuer@")).await?;
    window.press("accounts", Key::Enter).await?;
    window.wait_for("accounts-menu").await?;
    let focused = "return document.activeElement.innerText";
    window
        .wait_until("the account in use to have the focus", async || {
            let text = window.execute(focused, vec![]).await?;
            ensure!(text.as_str().is_some_and(|text| text.contains("issuer@")), "{text} has it");
            Ok(())
        })
        .await?;
    for key in [Key::Up, Key::Enter] {
        window.client().active_element().await?.send_keys(&key.to_string()).await?;
    }
    window.wait_text("account", |text| text.contains("admin@")).await?;
    ensure!(!window.is_shown("accounts-menu").await?, "the menu is open still");
    Ok(())
}

#[tokio::test]
async fn settings_are_kept_in_the_file_that_is_named_and_hold_at_once() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &["--sandbox"]).await?;
    window.wait_for("key-name").await?;
    window.click("settings").await?;
    window.wait_for("settings-dialog").await?;
    let file = desktop.settings_file();
    ensure!(window.text("settings-file").await? == file.display().to_string());
    window.clear("settings-clipboard").await?;
    window.type_into("settings-clipboard", "0").await?;
    window.click("settings-save").await?;
    wait_told(&window, "settings-error", &words::settings_clipboard_range()).await?;
    window.clear("settings-clipboard").await?;
    window.type_into("settings-clipboard", "2").await?;
    window.choose("settings-theme", "dark").await?;
    window.click("settings-save").await?;
    window.wait_gone("settings-dialog").await?;
    let kept: Value = serde_json::from_str(&fs::read_to_string(&file)?)?;
    ensure!(kept == json!({ "clipboard_seconds": 2, "held_seconds": 600, "theme": "dark" }), "{kept}");
    let dark = "return getComputedStyle(document.documentElement).colorScheme === 'dark'
        && getComputedStyle(document.documentElement).backgroundColor === 'rgb(24, 24, 27)'";
    ensure!(window.execute(dark, vec![]).await? == true, "it is not dark");

    create(&window, "Held").await?;
    window.click("reveal-copy").await?;
    wait_off_clipboard(&window, &desktop).await?;
    Ok(())
}

#[tokio::test]
async fn broken_files_are_told_with_line_and_column_set_aside_and_the_defaults_hold() -> Result<()> {
    let desktop = desktop()?;
    let settings = desktop.settings_file();
    let folder = settings.parent().context("a folder")?;
    fs::create_dir_all(folder)?;
    fs::write(&settings, "{\n  \"clipboard_seconds\": ten\n}")?;
    fs::write(folder.join("accounts.json"), "{\"accounts\": [}")?;
    let window = Window::open(&desktop, app(), &[]).await?;
    let told = window.wait_text("problems", |text| text.contains("line 2 column 25")).await?;
    ensure!(says(&told, &words::file_settings()) && told.contains("accounts.json"), "{told}");
    window.click("problems-dismiss").await?;
    window.wait_gone("problems").await?;
    ensure!(fs::read_to_string(folder.join("settings.broken-1.json"))?.contains("ten"));
    ensure!(folder.join("accounts.broken-1.json").exists() && !settings.exists());
    window.click("settings").await?;
    window.wait_for("settings-dialog").await?;
    ensure!(window.value("settings-clipboard").await? == "30");
    Ok(())
}

/// Production, as it names the authors of its keys: by ids that no sign-in token tells. The first key that is asked for is
/// made, and its answer lost.
async fn production_of_others_ids() -> Result<Recorder> {
    let keys = Mutex::new(Vec::<Value>::new());
    Recorder::answering(move |request: &Request| {
        let mut keys = keys.lock().unwrap_or_else(PoisonError::into_inner);
        match request.method() {
            "POST" => {
                let id = format!("api-key-{}", keys.len());
                let key = json!({
                    "id": id, "name": "Kassel bot", "orgId": "cu-1", "status": "Active", "authorId": "ce-1",
                    "dateCreated": "2026-11-25T00:00:00.000Z",
                });
                keys.push(key.clone());
                let mut answer = key;
                answer["token"] = "a-token-of-production".into();
                if keys.len() == 1 { Reply::json(502, &json!({})) } else { Reply::json(200, &answer) }
            }
            "DELETE" => {
                keys[0]["status"] = "Revoked".into();
                Reply::json(200, &keys[0])
            }
            _ if request.path().contains("api-key-") => Reply::json(200, &keys[0]),
            _ => Reply::json(200, &json!({ "items": *keys })),
        }
    })
    .await
}

#[tokio::test]
async fn in_production_a_key_that_may_be_somebody_elses_is_revoked_and_made_anew_only_by_its_name() -> Result<()> {
    let (mut desktop, dfns, authority) = (desktop()?, production_of_others_ids().await?, Authority::new()?);
    let front = TlsFront::start(authority.certify(&["api.dfns.io"])?, &dfns.url()).await?;
    let proxy = Proxy::start(&[("api.dfns.io:443", front.port())]).await?;
    desktop.set("HTTPS_PROXY", proxy.url());
    desktop.set("SSL_CERT_FILE", authority.write_store(desktop.home())?.display().to_string());
    let window = Window::open(&desktop, app(), &[]).await?;
    add(&window, "production", "a-sign-in-token", "Treasury").await?;
    window.type_into("key-name", "Kassel bot").await?;
    window.press("key-name", Key::Enter).await?;
    wait_told(&window, "attention", &words::attention_candidate()).await?;
    let revocations = || dfns.requests().iter().filter(|request| request.method() == "DELETE").count();
    // Whatever the page gives as a command, the notice alone is not enough.
    let mut refused = Vec::new();
    for number in 1..=9 {
        refused.extend(invoke(&window, "revoke_noticed", &json!({ "number": number })).await?.err());
    }
    ensure!(refused.len() == 9 && refused.iter().any(|told| told["code"] == "name"), "{refused:?}");
    window.click("attention-anew").await?;
    window.wait_for("key-dialog").await?;
    window.click("revoke-confirm").await?;
    wait_told(&window, "key-problem", &words::err_name_differs()).await?;
    ensure!(revocations() == 0, "it was revoked");
    window.type_into("revoke-name", "Kassel bot").await?;
    window.click("revoke-confirm").await?;
    window.wait_for("reveal").await?;
    ensure!(revocations() == 1 && window.text("reveal-key-id").await? == "api-key-1");
    Ok(())
}
