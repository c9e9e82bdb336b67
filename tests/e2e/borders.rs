//! What the main page can never get hold of, and what no page may do.

use anyhow::{Context, Result, ensure};
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

/// Which window may call which command.
const PERMISSIONS: &str = include_str!("../../src-tauri/permissions/windows.toml");

/// The commands of a window, as the permissions list them.
fn allowed(window: &str) -> Vec<&'static str> {
    let section = PERMISSIONS.split("[[permission]]").find(|section| section.contains(window)).unwrap_or_default();
    section.split("commands.allow").nth(1).unwrap_or_default().split('"').skip(1).step_by(2).collect()
}

/// How a command ends while a token is held.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Ends {
    /// It is done.
    Done,
    /// It is refused in words, since a token is held or nothing is there to do it with.
    Refused,
}

use Ends::{Done, Refused};

/// Every command of the main window, with arguments that it takes: of a key that there is, and a destination that is
/// confirmed. Those that end the token's life come last.
fn every_command(sandbox: &Sandbox, key: &str, held: &str) -> Vec<(&'static str, Value, Ends)> {
    let form = json!({ "environment": "custom", "url": sandbox.url, "name": "", "remember": false });
    let vault = json!({
        "kind": "kv2", "address": "https://v", "mount": "m", "path": "{key_name}", "field": "f", "namespace": "",
        "authority": "",
    });
    let team = json!({ "id": "team" });
    let key = json!({ "id": key });
    let held = |more: Value| {
        let mut arguments = json!({ "key": held });
        arguments.as_object_mut().into_iter().for_each(|all| all.extend(more.as_object().cloned().unwrap_or_default()));
        arguments
    };
    vec![
        ("cancel_creation", json!({}), Done),
        ("list_keys", json!({}), Done),
        ("what_protects", json!({}), Done),
        ("list_presets", json!({}), Done),
        ("fill_preset", json!({ "id": "pass", "answers": ["dfns"] }), Done),
        ("save_destination", json!({ "form": { "id": "new", "name": "New", "vault": vault } }), Done),
        ("shift_destination", json!({ "id": "new", "up": true }), Done),
        ("remove_destination", json!({ "id": "new" }), Done),
        ("set_default_destination", team.clone(), Done),
        ("give_vault_secret", team.clone(), Refused),
        ("place_of_replacement", json!({ "id": key["id"], "destination": "team" }), Done),
        ("test_destination", team.clone(), Done),
        ("names_in", json!({ "file": "list.txt", "bytes": [80, 97, 121] }), Done),
        ("check_names", json!({ "text": "One\nTwo", "destination": "team" }), Done),
        ("begin_many", json!({ "number": 1 }), Refused),
        ("cancel_look", json!({}), Done),
        ("stop_many", json!({}), Done),
        ("pause_many", json!({}), Done),
        ("resume_many", json!({ "failed": false }), Refused),
        ("put_many_aside", json!({}), Done),
        ("look_at_key", key.clone(), Done),
        ("copy_key_id", key.clone(), Refused),
        ("copy_receipt", key.clone(), Refused),
        ("save_receipt", key.clone(), Done),
        ("put_receipt_aside", json!({}), Done),
        ("cancel_key_revocation", key.clone(), Done),
        ("revoke_key", json!({ "id": key["id"], "typed": "First" }), Done),
        ("copy_token", held(json!({})), Done),
        ("check_token", held(json!({})), Done),
        ("clear_clipboard", held(json!({})), Done),
        ("keep_longer", held(json!({})), Done),
        ("create_key", json!({ "name": "Another", "anyway": true, "replaces": null }), Refused),
        ("sign_out", json!({}), Refused),
        ("switch_account", json!({ "id": "" }), Refused),
        ("ask_for_token", json!({ "sameAccount": false }), Refused),
        ("rename_account", json!({ "name": "Another" }), Done),
        ("cancel_checking", json!({}), Done),
        (
            "change_settings",
            json!({ "settings": { "clipboardSeconds": 30, "heldSeconds": 600, "theme": "system" } }),
            Done,
        ),
        ("put_problems_aside", json!({}), Done),
        ("cancel_revocation", json!({ "number": null }), Done),
        ("sign_in_pasted", json!({ "form": form }), Refused),
        ("sign_in_typed", json!({ "form": form, "token": sandbox.admin }), Refused),
        ("enter_sandbox", json!({ "persona": "auditor" }), Refused),
        ("show_token", held(json!({})), Done),
        ("revoke_noticed", json!({ "number": 1 }), Refused),
        ("dismiss_notice", json!({ "number": 1 }), Done),
        ("keep_open", json!({}), Done),
        ("finish", held(json!({ "unproven": false })), Refused),
        ("hide_token", json!({}), Done),
        ("deliver", held(team), Done),
        ("cancel_delivery", json!({}), Done),
        ("revoke_held", held(json!({ "quit": false })), Done),
    ]
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
    for (command, arguments, ends) in every_command(&sandbox, &first, &held) {
        let outcome = invoke(&window, command, &arguments).await?;
        // What Tauri refuses for its arguments has no code.
        let ended = match &outcome {
            Ok(_) => Some(Done),
            Err(told) => told["code"].is_string().then_some(Refused),
        };
        ensure!(ended == Some(ends), "{command}: {outcome:?}");
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
    let mut searched: Vec<&str> = every_command(&sandbox, "", "").into_iter().map(|(command, ..)| command).collect();
    // The views are searched as they come; the others answer nothing, since one quits, and one ends the page.
    searched.extend(["watch", "quit_anyway", "note_typed"]);
    let mut may_call = allowed("main-window");
    searched.sort_unstable();
    may_call.sort_unstable();
    assert_eq!(searched, may_call);
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
    for command in allowed("main-window") {
        let refused = invoke(&window, command, &json!({})).await?.expect_err("the token's window has no such command");
        ensure!(refused.to_string().contains("not allowed"), "{command}: {refused}");
    }
    window.leave_token_window().await?;
    for command in allowed("token-window") {
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
    let press_twice = "const done = arguments[0];
        import('./dom.js').then(async ({ onClick }) => {
            const button = document.createElement('button');
            let pressed = 0;
            addEventListener('unhandledrejection', (event) => event.preventDefault());
            onClick(button, async () => { pressed += 1; throw new Error('it fails'); });
            button.click();
            await new Promise(requestAnimationFrame);
            button.click();
            done(pressed);
        }, (error) => done(String(error)));";
    let pressed = window.client().execute_async(press_twice, vec![]).await?;
    ensure!(pressed == 2, "{pressed}");
    Ok(())
}
