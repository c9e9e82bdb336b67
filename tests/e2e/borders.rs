//! What the main page can never get hold of, and what no page may do.

use anyhow::{Context, Result, ensure};
use keybearer::boundary::{COMMANDS, Command, Window as Page, page_name};
use keybearer_support::{
    recorder::{Recorder, Reply},
    sandbox::Sandbox,
    store::Store,
    window::Window,
};
use serde_json::{Value, json};

use crate::steps::{
    app, create, create_sample, desktop, enter_built_in_sandbox, finish, invoke, sample_token, sign_in, working,
};

/// The commands of a window.
fn commands_of(window: Page) -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().filter(move |each| each.window == window)
}

/// The views are searched as they come; the others answer nothing, since one quits, and one ends the page.
const NOT_SEARCHED: [&str; 3] = ["watch", "quit_anyway", "note_typed"];

/// They want a token that was copied, or end its life: they are given in this order after all others.
const LAST: [&str; 7] =
    ["check_token", "clear_clipboard", "show_token", "finish", "hide_token", "deliver", "revoke_held"];

/// While a token is held they are refused in words, or since nothing is there to do it with.
const REFUSED: [&str; 29] = [
    "sign_in_pasted",
    "sign_in_typed",
    "enrol",
    "sign_in_by_key",
    "give_vault_secret",
    "create_key",
    "begin_batch",
    "resume_batch",
    "revoke_noticed",
    "set_noticed_active",
    "give_missing_roles",
    "put_off_ending",
    "finish",
    "try_held",
    "copy_all",
    "copy_key_id",
    "copy_receipt",
    "copy_batch_receipts",
    "save_batch_receipts",
    "export_activity",
    "enter_sandbox",
    "switch_account",
    "ask_for_token",
    "rename_key",
    "set_key_active",
    "give_role",
    "take_role",
    "check_role_change",
    "sign_out",
];

/// What an argument is given as: by the command where that wants one of its own, else by its name, else by its type. `id` is
/// that of a key that there is, `held` that of the one whose token is held, and the destination one that is confirmed.
fn example(command: &str, argument: &str, kind: &str, sandbox: &Sandbox, id: &str, held: &str) -> Value {
    match (command, argument, kind) {
        ("save_destination", ..) => json!({ "id": "new", "name": "New", "vault": {
            "kind": "kv2", "address": "https://v", "mount": "m", "path": "{key_name}", "field": "f",
            "privateKeyField": "k", "credentialIdField": "c", "namespace": "",
            "authority": "",
        } }),
        ("remove_destination", "id", _) => json!("new"),
        ("check_names", "text", _) => json!("One\nTwo"),
        ("fill_preset", "id", _) => json!("pass"),
        ("fill_preset", "answers", _) => json!(["dfns"]),
        ("switch_account", "id", _) => json!(""),
        ("revoke_key", "typed", _) => json!("First"),
        ("sign_in_typed", "token", _) => json!(sandbox.admin),
        (_, "key", "KeyId") => json!(held),
        (_, _, "KeyId") => json!(id),
        ("set_default_destination", "id", _) | (_, "id" | "destination", "String") => json!("team"),
        (_, "file", "String") => json!("list.txt"),
        (_, _, "SignInForm") => {
            json!({ "environment": "custom", "url": sandbox.url, "name": "", "remember": false, "passphrase": false })
        }
        (_, _, "ExportFormat") => json!("csv"),
        (_, _, "NoteField") => json!("purpose"),
        (_, _, "Vec<u32>") => json!([0]),
        (_, _, "SettingsView") => {
            json!({ "clipboardSeconds": 30, "heldSeconds": 600, "idleSeconds": 1800, "theme": "system", "notifyEnding": false })
        }
        (_, _, "EnrolmentCodeText") => json!("ABCD-1234"),
        (_, "organization", "String") => json!("or-catcat-freddie-a150fe2ce0"),
        (_, _, "CredentialForm") => {
            json!({ "id": "cr-catcat-freddie-a150fe2ce0", "username": "ada@example.org", "organization": "or-catcat" })
        }
        (_, _, "KeySource") => json!("clipboard"),
        (_, _, "CredentialKind") => json!("api-key"),
        (_, _, "BundleFormat") => json!("env"),
        (_, _, "SecretName") => json!("token"),
        (_, _, "Operation") => json!({ "of": "look" }),
        (_, _, "Persona") => json!("auditor"),
        (_, _, "String") => json!("Another"),
        (_, "up" | "anyway", "bool") => json!(true),
        (_, _, "bool") => json!(false),
        (_, _, "Vec<NewName>") => json!([{ "replaces": id, "name": "Another" }]),
        (_, _, "Vec<KeyId>") => json!([id]),
        (_, _, "u32") => json!(1),
        (_, _, "Vec<u8>") => json!([80, 97, 121]),
        _ if kind.starts_with("Option<") => Value::Null,
        _ => panic!("no example of {argument}: {kind}, which {command} takes"),
    }
}

/// Every command of the main window that is searched, with arguments that it takes, and whether it is refused.
fn every_command(sandbox: &Sandbox, id: &str, held: &str) -> Vec<(&'static str, Value, bool)> {
    let mut all: Vec<&Command> =
        commands_of(Page::Main).filter(|command| !NOT_SEARCHED.contains(&command.name)).collect();
    all.sort_by_key(|command| LAST.iter().position(|last| *last == command.name).map_or(0, |place| place + 1));
    let given = all.into_iter().map(|command| {
        let arguments = command
            .arguments
            .iter()
            .map(|(argument, kind)| (page_name(argument), example(command.name, argument, kind, sandbox, id, held)));
        (command.name, arguments.collect(), REFUSED.contains(&command.name))
    });
    given.collect()
}

#[tokio::test]
async fn the_main_page_never_holds_the_token_while_its_own_window_shows_it() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    Store::of(&desktop)?.configure(&desktop, false)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    create(&window, "First").await?;
    finish(&window).await?;
    let first = working(&sandbox, "First").await?.pop().context("it was made")?;
    sandbox.fault("create", json!({ "kind": "sample" }), 1).await?;
    create(&window, "My API Key").await?;
    let token = sample_token()?;
    let held = window.text("reveal-key-id").await?;
    // Every view from here on is kept, as the page gets it.
    let watch = "window.views = []; const channel = new window.__TAURI__.core.Channel();
        channel.onmessage = (view) => window.views.push(view);
        window.__TAURI__.core.invoke('watch', { onView: channel }); return null;";
    window.execute(watch, vec![]).await?;
    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    window.wait_text("token-text", |text| text == token).await?;
    window.leave_token_window().await?;

    let page = window.execute("return document.documentElement.outerHTML", vec![]).await?.to_string();
    ensure!(page.contains("reveal-masked") && !page.contains(&token), "the page holds the token");
    let mut answers = String::new();
    for (command, arguments, refused) in every_command(&sandbox, &first, &held) {
        let outcome = invoke(&window, command, &arguments).await?;
        // What Tauri refuses for its arguments has no code.
        let ended = outcome.as_ref().map_or_else(|told| told["code"].is_string() && refused, |_| !refused);
        ensure!(ended, "{command}: {outcome:?}");
        answers.push_str(&format!("{command}: {outcome:?}\n"));
    }
    let views = window.execute("return window.views", vec![]).await?.to_string();
    ensure!(views.contains("api-cat-freddie-a150fe2ce0"), "the views are kept");
    for (what, text) in [("an answer", &answers), ("a view", &views)] {
        ensure!(!text.contains(&token), "{what} holds the token");
        // Not even a piece of it.
        let body = token.split('.').nth(1).unwrap_or_default();
        ensure!(!text.contains(&body[..24]), "{what} holds a piece of the token");
    }
    Ok(())
}

#[test]
fn every_command_of_the_main_window_is_searched_for_the_token() -> Result<()> {
    let sandbox = Sandbox::start(app())?;
    let commands = every_command(&sandbox, "", "");
    ensure!(
        commands.len() + NOT_SEARCHED.len() == commands_of(Page::Main).count(),
        "one is left out, or named wrongly"
    );
    // What is named here is there.
    for named in LAST.iter().chain(&REFUSED) {
        ensure!(commands.iter().any(|(command, ..)| command == named), "{named}");
    }
    Ok(())
}

#[tokio::test]
async fn showing_the_token_to_the_main_page_is_refused_by_the_access_control_list() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    create_sample(&window, &sandbox).await?;
    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    window.wait_for("token-text").await?;
    for Command { name: command, .. } in commands_of(Page::Main) {
        let refused = invoke(&window, command, &json!({})).await?.expect_err("the token's window has no such command");
        ensure!(refused.to_string().contains("not allowed"), "{command}: {refused}");
    }
    window.leave_token_window().await?;
    for Command { name: command, .. } in commands_of(Page::Token) {
        let refused = invoke(&window, command, &json!({})).await?.expect_err("the main window has no such command");
        ensure!(refused.to_string().contains("not allowed"), "{command}: {refused}");
    }
    Ok(())
}

/// Ways out of a page, each with a piece of script that tries it. `url` is another server; `done` tells how it ended.
const WAYS_OUT: [(&str, &str); 16] = [
    ("fetch", "fetch(url).then(() => done('open'), () => done('refused'))"),
    (
        "a request of the older kind",
        "const r = new XMLHttpRequest(); r.onload = () => done('open');
        r.onerror = () => done('refused'); try { r.open('GET', url); r.send(); } catch { done('refused'); }",
    ),
    ("a beacon", "navigator.sendBeacon?.(url, 'text'); setTimeout(() => done('refused'), 300)"),
    (
        "an image",
        "const i = new Image(); i.onload = () => done('open'); i.onerror = () => done('refused'); i.src = url",
    ),
    (
        "a style sheet",
        "const l = document.createElement('link'); l.rel = 'stylesheet'; l.onload = () => done('open');
        l.onerror = () => done('refused'); l.href = url; document.head.append(l)",
    ),
    (
        "a preconnection",
        "const l = document.createElement('link'); l.rel = 'preconnect'; l.href = url;
        document.head.append(l); setTimeout(() => done('refused'), 500)",
    ),
    (
        "a prefetch",
        "const l = document.createElement('link'); l.rel = 'prefetch'; l.href = url;
        document.head.append(l); setTimeout(() => done('refused'), 500)",
    ),
    (
        "a frame",
        "const f = document.createElement('iframe'); f.src = url; document.body.append(f);
        setTimeout(() => { f.remove(); done('refused'); }, 500)",
    ),
    (
        "a WebSocket",
        "try { const s = new WebSocket(url.replace('http', 'ws')); s.onopen = () => done('open');
        s.onerror = () => done('refused'); } catch { done('refused'); }",
    ),
    (
        "server-sent events",
        "try { const s = new EventSource(url); s.onopen = () => done('open');
        s.onerror = () => { s.close(); done('refused'); }; } catch { done('refused'); }",
    ),
    (
        "a worker",
        "try { const w = new Worker(url); w.onerror = () => done('refused'); w.onmessage = () => done('open'); }
        catch { done('refused'); }",
    ),
    (
        "a form",
        "const f = document.createElement('form'); f.action = url; f.method = 'post'; document.body.append(f);
        f.submit(); setTimeout(() => { f.remove(); done('refused'); }, 500)",
    ),
    ("a new window", "done(window.open(url) ? 'open' : 'refused')"),
    ("a navigation", "location.href = url; setTimeout(() => done('refused'), 500)"),
    ("eval", "try { done(eval('1') === 1 ? 'open' : 'refused'); } catch { done('refused'); }"),
    (
        "an inline script",
        "window.reached = false; const s = document.createElement('script');
        s.textContent = 'window.reached = true'; document.head.append(s); done(window.reached ? 'open' : 'refused')",
    ),
];

#[tokio::test]
async fn nothing_can_be_dropped_upon_a_page() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    // On the page, and on a field, which takes text as a rule.
    let drop = "return ['dragenter', 'dragover', 'drop'].every((type) =>
        [document.body, document.querySelector('input, p')].every((target) => {
            const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() });
            target.dispatchEvent(event);
            return event.defaultPrevented;
        }))";
    ensure!(window.execute(drop, vec![]).await? == true, "the main page takes it");
    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    window.wait_for("token-text").await?;
    ensure!(window.execute(drop, vec![]).await? == true, "the token's own page takes it");
    Ok(())
}

#[tokio::test]
async fn there_is_no_way_out_of_the_page() -> Result<()> {
    let desktop = desktop()?;
    let elsewhere = Recorder::start([Reply::json(200, &json!({}))]).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    for (way, script) in WAYS_OUT {
        let script = format!("const [url, done] = arguments; {script};");
        let ended = window.client().execute_async(&script, vec![json!(elsewhere.url())]).await?;
        ensure!(ended == "refused", "{way}: {ended}");
        ensure!(elsewhere.connections() == 0, "{way} reached the other server");
    }
    // The page is where it was, and as it was.
    ensure!(window.is_shown("key-name").await?);
    let windows = window.client().windows().await?.len();
    ensure!(windows == 1, "{windows} windows are open");
    Ok(())
}

#[tokio::test]
async fn a_button_whose_action_fails_can_be_pressed_again() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    // A dialog that is open already cannot be opened over the page, and whoever asks for it fails.
    let press_twice = "const done = arguments[0];
        let failed = 0;
        addEventListener('unhandledrejection', (event) => { event.preventDefault(); failed += 1; });
        document.querySelector('dialog.protections').show();
        const press = async () => {
            document.querySelector('[data-test=protection-open]').click();
            await new Promise((next) => setTimeout(next));
        };
        press().then(press).then(() => done(failed), (error) => done(String(error)));";
    let failed = window.client().execute_async(press_twice, vec![]).await?;
    ensure!(failed == 2, "{failed}");
    Ok(())
}
