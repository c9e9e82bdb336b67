//! Copies of a secret in the memory of the app's processes, at each step and after the last.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use anyhow::{Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    desktop::{Desktop, Wanted},
    display::Kind,
    process,
    proxy::Proxy,
    recorder::{Recorder, Reply, Request},
    skipped::skip,
    tls::{Authority, TlsFront},
    traces::Traces,
    wait,
    window::Window,
};
use serde_json::{Value, json};

use crate::{
    memory_table::Table,
    steps::{CLOSED_TO_OTHERS, copy, create, desktop, finish, released, wait_listed, wait_off_clipboard, wait_told},
};

/// As long as the web engine may take to end a process.
const A_WHILE: Duration = Duration::from_secs(5);

/// As long as a token is that is typed: WebDriver takes a second for each thirty letters.
const TYPED: usize = 300;

/// Opaque, and like nothing else in memory: each piece of it was drawn by lot.
pub(crate) fn drawn(length: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = vec![0_u8; length];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut random| std::io::Read::read_exact(&mut random, &mut bytes))
        .expect("this system has randomness");
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 64)])).collect()
}

/// No two keys have one id, whoever made them.
static KEYS: AtomicU32 = AtomicU32::new(1);

/// A Dfns that makes each key with this token.
pub(crate) async fn dfns(token: &str) -> Result<Recorder> {
    let token = token.to_owned();
    Recorder::answering(move |request: &Request| {
        let mut key = json!({
            "name": "Server Key 3", "orgId": "cu-1", "status": "Active", "authorId": "ce-1",
            "dateCreated": "2026-11-23T09:00:00.000Z",
        });
        match request.method() {
            "POST" => {
                let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
                key["id"] = format!("api-{}", KEYS.fetch_add(1, Ordering::Relaxed)).into();
                (key["name"], key["token"]) = (asked["name"].clone(), token.as_str().into());
                Reply::json(200, &key)
            }
            "DELETE" => {
                key["id"] = request.path().rsplit('/').next().into();
                key["status"] = "Revoked".into();
                Reply::json(200, &key)
            }
            _ => Reply::json(200, &json!({ "items": [] })),
        }
    })
    .await
}

/// Signs in with this token, from the clipboard.
pub(crate) async fn sign_in(window: &Window<'_>, dfns: &Recorder, token: &str) -> Result<()> {
    let copied = Clipboard::of(window.desktop()).copy(token).await?;
    window.choose("signin-environment", "custom").await?;
    window.clear("signin-url").await?;
    window.desktop().confirm_host(&dfns.url())?;
    window.type_into("signin-url", &dfns.url()).await?;
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    drop(copied);
    wait_listed(window).await
}

async fn check(window: &Window<'_>, token: &str) -> Result<()> {
    let from_vault = Clipboard::of(window.desktop()).copy(token).await?;
    window.click("reveal-check").await?;
    wait_told(window, "reveal-outcome", &words::check_stored("token")).await?;
    drop(from_vault);
    Ok(())
}

async fn show_and_hide(window: &Window<'_>, table: &Table, token: &str) -> Result<()> {
    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    // Its length alone: the text itself would come here through the app's own process, and leave copies there.
    let length = "return document.querySelector('[data-test=token-text]').textContent.length";
    window
        .wait_until("the token to be drawn", async || {
            let drawn = window.execute(length, vec![]).await?;
            ensure!(drawn == token.len(), "{drawn} letters are");
            Ok(())
        })
        .await?;
    table.look("shown")?;
    window.leave_token_window().await?;
    window.click("reveal-show").await?;
    window.wait_token_window_closed().await?;
    // Its process ends with it.
    wait::until("the page's end", A_WHILE, async || table.ensure_no_page_has_it("hidden")).await
}

/// Takes a token of so many letters from the dialog to Done, and looks at each step.
async fn see_through(desktop: &Desktop, path: &str, shown: bool, length: usize) -> Result<()> {
    eprintln!("{path}: {length} letters (as it is/UTF-16/base64/hexadecimal/reversed)");
    let token = drawn(length);
    let dfns = dfns(&token).await?;
    let window = Window::open(desktop, &released()?, &[]).await?;
    sign_in(&window, &dfns, &drawn(900)).await?;
    let table = Table::new(&[&token], &window)?;
    create(&window, "Server Key 3").await?;
    table.ensure_held_alone("dialog open")?;
    copy(&window).await?;
    table.ensure_no_page_has_it("copied")?;
    window.click("reveal-clear").await?;
    // From then on a copy out of the vault is let be.
    wait_told(&window, "reveal-clipboard", &words::clipboard_cleared()).await?;
    table.ensure_held_alone("cleared")?;
    if shown {
        show_and_hide(&window, &table, &token).await?;
    }
    check(&window, &token).await?;
    table.ensure_no_page_has_it("checked")?;
    window.click("reveal-done").await?;
    window.wait_gone("reveal").await?;
    table.ensure_gone("done").await?;
    window.click("signout").await?;
    window.wait_for("signin-environment").await?;
    Ok(())
}

#[tokio::test]
async fn after_done_the_token_is_in_no_process_whichever_way_it_went() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let desktop = desktop()?;
    // C libraries keep small pieces that they freed apart from large ones, and a token may be either.
    for (path, shown, length) in [
        ("copied and checked", false, 1200),
        ("copied, shown and checked", true, 940),
        ("the same, longer", true, 1200),
    ] {
        see_through(&desktop, path, shown, length).await?;
    }
    Ok(())
}

#[tokio::test]
async fn over_tls_by_way_of_a_companys_proxy_neither_token_is_left_either() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let mut desktop = desktop()?;
    let (token, signed_in_with) = (drawn(1200), drawn(900));
    let (dfns, authority) = (dfns(&token).await?, Authority::new()?);
    let front = TlsFront::start(authority.certify(&["api.dfns.io"])?, &dfns.url()).await?;
    let proxy = Proxy::start(&[("api.dfns.io:443", front.port())]).await?;
    desktop.set("HTTPS_PROXY", proxy.url());
    desktop.set("SSL_CERT_FILE", authority.write_store(desktop.home())?.display().to_string());
    let window = Window::open(&desktop, &released()?, &[]).await?;
    let copied = Clipboard::of(&desktop).copy(&signed_in_with).await?;
    window.choose("signin-environment", "production").await?;
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    drop(copied);
    wait_listed(&window).await?;
    let (table, its) = (Table::new(&[&token], &window)?, Table::new(&[&signed_in_with], &window)?);
    its.ensure_no_page_has_it("signed in")?;
    create(&window, "Server Key 3").await?;
    table.ensure_held_alone("dialog open")?;
    check(&window, &token).await?;
    window.click("reveal-done").await?;
    window.wait_gone("reveal").await?;
    table.ensure_gone("done").await?;
    window.click("signout").await?;
    window.wait_for("signin-environment").await?;
    its.ensure_gone("signed out").await?;
    ensure!(!proxy.connects().is_empty(), "nothing went through the proxy");
    Ok(())
}

#[tokio::test]
async fn the_less_usual_ways_to_done_leave_it_in_no_process_either() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let desktop = desktop()?;
    for way in ["copied twice, done while the copy is live", "cleared by its time", "checked with something else"] {
        eprintln!("{way} (as it is/UTF-16/base64/hexadecimal/reversed)");
        let by_time = way == "cleared by its time";
        desktop.write_settings(if by_time { 2 } else { 30 }, 600)?;
        let token = drawn(1200);
        let dfns = dfns(&token).await?;
        let window = Window::open(&desktop, &released()?, &[]).await?;
        sign_in(&window, &dfns, &drawn(900)).await?;
        let table = Table::new(&[&token], &window)?;
        create(&window, "Server Key 3").await?;
        copy(&window).await?;
        if by_time {
            wait_off_clipboard(&window, &desktop).await?;
            table.ensure_held_alone("cleared by time")?;
        } else if way == "checked with something else" {
            let _other = Clipboard::of(&desktop).copy("something else").await?;
            window.click("reveal-check").await?;
            wait_told(&window, "reveal-outcome", &words::check_different("token")).await?;
        } else {
            copy(&window).await?;
        }
        finish(&window).await?;
        table.ensure_gone("done").await?;
        window.click("signout").await?;
        window.wait_for("signin-environment").await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_same_holds_on_wayland() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let desktop = Desktop::open(Wanted { display: Kind::Sway, ..Wanted::default() })?;
    for (path, shown, length) in [("copied and checked", false, 940), ("copied, shown and checked", true, 1200)] {
        see_through(&desktop, path, shown, length).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_token_that_is_wiped_by_time_or_with_its_revocation_is_in_no_process_either() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let desktop = desktop()?;
    desktop.write_settings(30, 8)?;
    for revoked in [false, true] {
        let token = drawn(1200);
        let dfns = dfns(&token).await?;
        let window = Window::open(&desktop, &released()?, &[]).await?;
        sign_in(&window, &dfns, &drawn(900)).await?;
        let table = Table::new(&[&token], &window)?;
        create(&window, "Server Key 3").await?;
        window.click("reveal-copy").await?;
        window.wait_text("reveal-clipboard", |text| text.starts_with("Copied")).await?;
        if revoked {
            window.click("reveal-revoke").await?;
        }
        wait::until("the dialog to close", Duration::from_secs(15), async || {
            ensure!(!window.is_shown("reveal").await?, "it is open");
            Ok(())
        })
        .await?;
        table.ensure_gone(if revoked { "revoked" } else { "wiped by time" }).await?;
        window.click("signout").await?;
        window.wait_for("signin-environment").await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_sign_in_token_is_in_no_page_once_signed_in_and_nowhere_after_sign_out() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let desktop = desktop()?;
    let dfns = dfns("unused").await?;
    let token = drawn(900);
    let window = Window::open(&desktop, &released()?, &[]).await?;
    let table = Table::new(&[&token], &window)?;
    sign_in(&window, &dfns, &token).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    table.ensure_no_page_has_it("pasted, signed in")?;
    ensure!(table.look("pasted, signed in")?.iter().any(|traces| traces.total() > 0), "the scan finds nothing at all");
    let sign_out = middle(&window, "signout").await?;
    window.click("signout").await?;
    window.wait_for("signin-environment").await?;
    table.ensure_gone("signed out").await?;

    // Typed, it goes through the page, whose process ends with the signing in; and the driver's session with that.
    let token = drawn(TYPED);
    let table = Table::new(&[&token], &window)?;
    type_token(&window, &dfns.url(), &token).await?;
    let asked = dfns.requests().len();
    // The click may be answered, or end with the page.
    let _ = tokio::time::timeout(A_WHILE, window.click("signin-submit")).await;
    dfns.wait_for(asked + 1).await?;
    wait::until("the page's end", A_WHILE, async || table.ensure_no_page_has_it("typed, signed in")).await?;
    ensure!(table.look("typed, signed in")?.iter().any(|traces| traces.total() > 0), "it is signed out already");
    wait::until("the signing out", Duration::from_secs(20), async || {
        click_at(&desktop, sign_out)?;
        ensure!(table.look("typed, signing out")?.iter().all(|traces| traces.total() == 0), "it is not signed out");
        Ok(())
    })
    .await
}

/// The middle of what bears this name, in pixels from the window's corner.
async fn middle(window: &Window<'_>, name: &str) -> Result<[i32; 2]> {
    let middle =
        "const { x, y, width, height } = document.querySelector(`[data-test=${arguments[0]}]`).getBoundingClientRect();
        return [Math.round(x + width / 2), Math.round(y + height / 2)];";
    Ok(serde_json::from_value(window.execute(middle, vec![json!(name)]).await?)?)
}

/// Where WebDriver has lost its page the mouse goes on.
fn click_at(desktop: &Desktop, [x, y]: [i32; 2]) -> Result<()> {
    let window = desktop.display().first_window()?;
    let mut mouse = desktop.command("xdotool");
    mouse.args(["mousemove", &(window.x + x).to_string(), &(window.y + y).to_string(), "click", "1"]);
    ensure!(mouse.status()?.success(), "xdotool could not click");
    Ok(())
}

/// Types a token into the form, and does not send it yet.
async fn type_token(window: &Window<'_>, url: &str, token: &str) -> Result<()> {
    window.choose("signin-environment", "custom").await?;
    window.clear("signin-url").await?;
    window.desktop().confirm_host(url)?;
    window.type_into("signin-url", url).await?;
    window.click("signin-type").await?;
    window.type_into("signin-token", token).await
}

/// A Dfns that knows no sign-in token but this.
async fn dfns_of(token: &str) -> Result<Recorder> {
    let bearer = format!("Bearer {token}");
    Recorder::answering(move |request: &Request| {
        let known = request.header("authorization") == Some(bearer.as_str());
        match known {
            true => Reply::json(200, &json!({ "items": [] })),
            false => Reply::json(401, &json!({ "error": { "message": "Not Authorized." } })),
        }
    })
    .await
}

#[tokio::test]
async fn a_token_that_was_typed_and_refused_is_in_no_page_once_signed_in_otherwise() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    for way in ["pasted", "the sandbox"] {
        let desktop = desktop()?;
        let (typed, good) = (drawn(TYPED), drawn(900));
        let dfns = dfns_of(&good).await?;
        let window = Window::open(&desktop, &released()?, &[]).await?;
        let table = Table::new(&[&typed], &window)?;
        type_token(&window, &dfns.url(), &typed).await?;
        window.click("signin-submit").await?;
        wait_told(&window, "signin-error", &words::err_sign_in_refused()).await?;
        let there: usize = table.look("typed, refused")?.iter().map(Traces::total).sum();
        ensure!(there > 0, "the scan finds nothing at all");
        // The click may be answered, or end with the page.
        let signing_in = async {
            if way == "pasted" {
                let copied = Clipboard::of(&desktop).copy(&good).await?;
                window.click("signin-type").await?;
                let _ = tokio::time::timeout(A_WHILE, window.click("signin-paste")).await;
                dfns.wait_for(2).await?;
                drop(copied);
            } else {
                window.choose("signin-environment", "sandbox").await?;
                let _ = tokio::time::timeout(A_WHILE, window.click("signin-submit")).await;
            }
            anyhow::Ok(())
        };
        signing_in.await?;
        let gone = async || table.ensure_no_page_has_it(&format!("signed in: {way}"));
        wait::until("the page's end", A_WHILE, gone).await?;
    }
    Ok(())
}
