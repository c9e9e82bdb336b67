//! What a page that has turned hostile gets: the dialog that asks where secrets may go is above it, and answers to the person
//! alone.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    company::Company,
    desktop::Desktop,
    recorder::{Recorder, Reply},
    sandbox::Sandbox,
    store::Store,
    window::Window,
};
use serde_json::{Value, json};

use crate::credentials::{asked, connect};
use crate::steps::{app, create, create_sample, desktop, finish, sample_token, sign_in};

/// A command that the page gave and does not wait for.
async fn begin(window: &Window<'_>, command: &str, arguments: &Value) -> Result<u64> {
    let script = "const [command, args] = arguments;
        window.outcomes ??= [];
        const place = window.outcomes.push(null) - 1;
        window.__TAURI__.core.invoke(command, args).then(
          (answer) => (window.outcomes[place] = { answer: answer ?? null }),
          (refused) => (window.outcomes[place] = { refused }));
        return place;";
    let place = window.execute(script, vec![json!(command), arguments.clone()]).await?;
    place.as_u64().context("it has a place")
}

/// How it ended, once it has.
async fn outcome(window: &Window<'_>, place: u64) -> Result<Value> {
    window
        .wait_until("the command's outcome", async || {
            let outcome = window.execute("return window.outcomes[arguments[0]]", vec![json!(place)]).await?;
            ensure!(!outcome.is_null(), "there is none yet");
            Ok(outcome)
        })
        .await
}

fn xdotool(desktop: &Desktop, arguments: &[&str]) -> Result<()> {
    ensure!(desktop.command("xdotool").args(arguments).status()?.success(), "xdotool {arguments:?} failed");
    Ok(())
}

/// Waits for the dialog, refuses it as a person does, and tells that nothing was sent.
async fn refuse(window: &Window<'_>, place: u64) -> Result<()> {
    window.answer_confirming("Escape").await?;
    let outcome = outcome(window, place).await?;
    ensure!(outcome["refused"]["code"] == "unconfirmed", "{outcome}");
    Ok(())
}

/// A program that keeps what it is given.
fn thief(desktop: &Desktop) -> Result<(PathBuf, PathBuf)> {
    let (program, loot) = (desktop.home().join("thief"), desktop.home().join("loot"));
    std::fs::write(&program, format!("#!/bin/sh\ncat > {}\n", loot.display()))?;
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
    Ok((program, loot))
}

fn program_form(id: Option<&str>, name: &str, program: &Path, store: &str) -> Value {
    json!({ "form": { "id": id, "name": name, "vault": {
        "kind": "program", "program": program, "store": store, "input": "raw", "template": "", "exists": "", "missing": "",
        "prints": false, "stale": false, "readBack": "", "readBackLine": false, "severalStore": "", "severalInput": "raw", "severalTemplate": "",
        "severalExists": "", "severalReadBack": "", "severalReadBackLine": false, "whose": "", "whoseFields": "",
        "names": "readable", "seconds": 60,
        "variables": "", "password": false,
    } } })
}

fn vault_form(name: &str, address: &str) -> Value {
    json!({ "form": { "id": null, "name": name, "vault": {
        "kind": "kv2", "address": address, "mount": "secret", "path": "{key_name}", "field": "token",
        "privateKeyField": "private_key", "credentialIdField": "credential_id", "namespace": "", "authority": "",
    } } })
}

async fn save(window: &Window<'_>, form: &Value) -> Result<String> {
    let place = begin(window, "save_destination", form).await?;
    let outcome = outcome(window, place).await?;
    Ok(outcome["answer"].as_str().with_context(|| outcome.to_string())?.to_owned())
}

#[tokio::test]
async fn a_hostile_page_gets_no_secret_anywhere_that_was_not_confirmed() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let store = Store::of(&desktop)?;
    store.configure(&desktop, false)?;
    let (program, loot) = thief(&desktop)?;
    let elsewhere = Recorder::start([Reply::json(200, &json!({ "items": [] }))]).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    create_sample(&window, &sandbox).await?;
    let confirmed = std::fs::read_to_string(desktop.confirmed_file())?;
    let thief = save(&window, &program_form(None, "Teams vault", &program, "{key_name}")).await?;
    let vault = save(&window, &vault_form("Our vault", &elsewhere.url())).await?;
    // One that was confirmed, changed under its id.
    save(&window, &program_form(Some("team"), "Team Vault", &program, "{key_name}")).await?;

    // The token that is held.
    let held = window.text("reveal-key-id").await?;
    for (number, id) in [&*thief, "team", &*vault].into_iter().enumerate() {
        if number == 2 {
            // After two refusals the page alone gets no dialog any more, however often it asks.
            for _ in 0..100 {
                let place = begin(&window, "deliver", &json!({ "key": held, "id": id })).await?;
                let refused = outcome(&window, place).await?["refused"]["message"].to_string();
                ensure!(refused.contains("err-silent"), "{refused}");
            }
            ensure!(desktop.display().confirming()?.is_empty(), "it asks again");
            // A click that the page makes up is none.
            window
                .execute("document.body.click(); document.body.dispatchEvent(new KeyboardEvent('keydown'))", vec![])
                .await?;
            let place = begin(&window, "deliver", &json!({ "key": held, "id": id })).await?;
            ensure!(outcome(&window, place).await?["refused"]["message"].to_string().contains("err-silent"));
            // A real one is.
            let seen = desktop.display().first_window()?;
            let (x, y) = ((seen.x + 5).to_string(), (seen.y + 5).to_string());
            xdotool(&desktop, &["mousemove", &x, &y, "click", "1"])?;
        }
        let place = begin(&window, "deliver", &json!({ "key": held, "id": id })).await?;
        refuse(&window, place).await?;
    }
    // On the clipboard it is, as the page wishes; and the page cannot read it there.
    let place = begin(&window, "copy_token", &json!({ "key": held, "secret": "token" })).await?;
    outcome(&window, place).await?;
    let read = "const done = arguments[arguments.length - 1];
        const field = document.createElement('textarea');
        document.body.append(field); field.focus(); document.execCommand('paste');
        const pasted = field.value; field.remove();
        const read = navigator.clipboard?.readText?.() ?? Promise.resolve('');
        Promise.race([read, new Promise((late) => setTimeout(() => late(''), 500))])
          .then((text) => done(pasted + text), () => done(pasted));";
    let read = window.client().execute_async(read, vec![]).await?.to_string();
    ensure!(!read.contains(&sample_token()?[..24]), "the page reads the clipboard");
    finish(&window).await?;

    // What is on the clipboard, what opens a vault, a sign-in token, and the tokens of keys that are still to be made.
    let _copied = Clipboard::of(&desktop).copy("hvs.a-secret-of-the-person").await?;
    let form =
        json!({ "environment": "custom", "url": elsewhere.url(), "name": "", "remember": false, "passphrase": false });
    let credential = json!({ "id": "cr-1", "username": "ada@example.org", "organization": "or-1" });
    for (number, (command, arguments)) in [
        ("give_vault_secret", json!({ "id": vault })),
        ("test_destination", json!({ "id": thief })),
        ("check_names", json!({ "kind": "api-key", "text": "One\nTwo", "terms": null, "destination": thief })),
        (
            "create_key",
            json!({
                "kind": "api-key", "name": "One", "anyway": true, "signed": false, "replaces": null, "deliverTo": thief,
            }),
        ),
        ("enrol", json!({ "form": form, "code": "ABCD-1234", "organization": "or-1" })),
        ("sign_in_by_key", json!({ "form": form, "credential": credential, "from": "clipboard" })),
        ("sign_in_pasted", json!({ "form": form })),
        ("sign_in_typed", json!({ "form": form, "token": "typed-token" })),
    ]
    .into_iter()
    .enumerate()
    {
        if number % 2 == 0 {
            window.act()?;
        }
        let place = begin(&window, command, &arguments).await?;
        refuse(&window, place).await.with_context(|| command.to_owned())?;
    }
    ensure!(!loot.exists(), "the program was started");
    ensure!(elsewhere.connections() == 0, "the other server was reached");
    ensure!(std::fs::read_to_string(desktop.confirmed_file())? == confirmed, "something was confirmed");
    Ok(())
}

#[tokio::test]
async fn the_dialog_withstands_a_double_click_a_held_key_and_a_hundred_requests_a_second() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let store = Store::of(&desktop)?;
    store.configure(&desktop, false)?;
    std::fs::remove_file(desktop.confirmed_file())?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    create(&window, "Server Key 3").await?;
    let held = window.text("reveal-key-id").await?;
    // As one who is typing, and then finds the dialog under the hands.
    xdotool(&desktop, &["keydown", "x"])?;
    let first = begin(&window, "deliver", &json!({ "key": held, "id": "team" })).await?;
    let there = window.wait_confirming(false).await?;
    let opened = Instant::now();
    let [left, top, width, height] = there.area;
    for from_the_right in [50, 140] {
        let (x, y) = ((left + width - from_the_right).to_string(), (top + height - 30).to_string());
        xdotool(&desktop, &["mousemove", &x, &y, "click", "--repeat", "2", "--delay", "60", "1"])?;
    }
    xdotool(&desktop, &["keyup", "x", "key", "alt+a", "key", "Return", "key", "Escape"])?;
    ensure!(opened.elapsed() < Duration::from_secs(5), "this computer is too slow to tell");
    let mut others = Vec::new();
    for _ in 0..100 {
        others.push(begin(&window, "test_destination", &json!({ "id": "team" })).await?);
    }
    for place in others {
        let refused = outcome(&window, place).await?["refused"].clone();
        ensure!(refused["code"] == "unconfirmed" && refused["message"].to_string().contains("already"), "{refused}");
    }
    let there = window.wait_confirming(true).await?;
    ensure!(there.title == words::confirm_program_title().to_string(), "{there:?}");
    ensure!(store.names()?.is_empty(), "it was delivered");
    window.answer_confirming("alt+a").await?;
    let delivered = outcome(&window, first).await?;
    ensure!(delivered.get("answer").is_some(), "{delivered}");
    window.wait_text("reveal-delivered", |text| text.contains("Team Vault")).await?;
    let kept: Value = serde_json::from_slice(&std::fs::read(desktop.confirmed_file())?)?;
    let kept = kept["confirmed"].as_array().context("a list")?;
    ensure!(kept.len() == 2, "the host and the program: {kept:?}");

    // It is asked once; and Enter refuses.
    let place = begin(&window, "test_destination", &json!({ "id": "team" })).await?;
    ensure!(outcome(&window, place).await?["answer"]["words"]["id"].is_string());
    let other = save(&window, &program_form(None, "Other", store.program(), "store\nother-{key_name}")).await?;
    let place = begin(&window, "test_destination", &json!({ "id": other })).await?;
    window.answer_confirming("Return").await?;
    ensure!(outcome(&window, place).await?["refused"]["code"] == "unconfirmed");
    Ok(())
}

#[tokio::test]
async fn what_is_odd_or_long_is_shown_as_it_is_and_the_buttons_stay() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let store = Store::of(&desktop)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    window.resize(420, 520).await?;
    let odd = (1..=40).map(|number| format!("--option-{number}=\u{202e}gnp.\u{200b}{}", "x".repeat(number * 4)));
    let arguments = odd.chain(["{key_name}".to_owned()]).collect::<Vec<_>>().join("\n");
    let id = save(&window, &program_form(None, "Odd", store.program(), &arguments)).await?;
    let place = begin(&window, "test_destination", &json!({ "id": id })).await?;
    let there = window.wait_confirming(true).await?;
    let [left, top, width, height] = there.area;
    ensure!(left >= 0 && top >= 0 && left + width <= 1280 && top + height <= 900, "{there:?} leaves the screen");
    ensure!(width <= 700 && height <= 700, "{there:?} grows with its text");
    // The button is where it is to be seen.
    let (x, y) = ((left + width - 50).to_string(), (top + height - 30).to_string());
    xdotool(&desktop, &["mousemove", &x, &y, "click", "1"])?;
    let outcome = outcome(&window, place).await?;
    ensure!(outcome["answer"]["words"]["id"].is_string(), "{outcome}");
    Ok(())
}

#[tokio::test]
async fn a_hostile_page_has_nothing_signed_where_there_are_real_funds_that_was_not_confirmed() -> Result<()> {
    let mut desktop = desktop()?;
    let company = Company::around(&mut desktop, app()).await?;
    let production = &company.production;
    production.tell("api-keys", json!({ "signed": true })).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.choose("signin-environment", "production").await?;
    connect(&window, production).await?;
    let of_signing =
        ["POST /auth/action/init", "POST /auth/action", "PUT /auth/credentials/deactivate", "POST /api-keys/"];
    let signed = |name: &str| json!({ "kind": "api-key", "name": name, "anyway": true, "signed": true, "replaces": null, "deliverTo": null });
    for (command, arguments) in [("create_key", signed("Stolen")), ("sign_out", json!({ "deactivate": true }))] {
        window.act()?;
        let place = begin(&window, command, &arguments).await?;
        refuse(&window, place).await.context(command)?;
        ensure!(asked(production, &of_signing).await?.is_empty(), "{command}: something was signed");
    }
    // What was allowed once is asked about again: the next may be another's wish.
    for name in ["Wanted", "Wanted too"] {
        window.act()?;
        let place = begin(&window, "create_key", &signed(name)).await?;
        window.answer_confirming("alt+a").await?;
        let outcome = outcome(&window, place).await?;
        ensure!(outcome["refused"].is_null(), "{outcome}");
        finish(&window).await?;
    }
    ensure!(asked(production, &of_signing[1..2]).await?.len() == 2);
    Ok(())
}
