//! Copies of a secret in the memory of the app's processes, at each step and after the last.

use std::{ffi::OsString, io::Write, process::Command, time::Duration};

use anyhow::{Result, ensure};
use keybearer_support::{
    clipboard::Clipboard,
    desktop::{Desktop, Wanted},
    display::Kind,
    recorder::{Recorder, Reply, Request},
    traces::{Form, Secret, Traces},
    wait,
    window::Window,
};
use serde_json::json;
use tempfile::NamedTempFile;

use crate::steps::{copy, create, desktop, released, wait_listed};

/// As long as the web engine may take to end a process.
const A_WHILE: Duration = Duration::from_secs(5);

/// Opaque, and like nothing else in memory: each piece of it was drawn by lot.
pub(crate) fn drawn(length: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = vec![0_u8; length];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut random| std::io::Read::read_exact(&mut random, &mut bytes))
        .expect("this system has randomness");
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 64)])).collect()
}

/// A Dfns that makes one key with this token.
pub(crate) async fn dfns(token: &str) -> Result<Recorder> {
    let key = json!({
        "id": "api-1", "name": "Server Key 3", "orgId": "cu-1", "status": "Active", "authorId": "ce-1",
        "dateCreated": "2026-11-23T09:00:00.000Z",
    });
    let mut revoked = key.clone();
    revoked["status"] = "Revoked".into();
    let mut made = key;
    made["token"] = token.into();
    Recorder::answering(move |request: &Request| match request.method() {
        "POST" => Reply::json(200, &made),
        "DELETE" => Reply::json(200, &revoked),
        _ => Reply::json(200, &json!({ "items": [] })),
    })
    .await
}

/// Prints what is there at each step.
pub(crate) struct Table {
    secret: Secret,
    app: u32,
    second: Option<SecondScanner>,
}

/// Another program that looks for the same: `KEYBEARER_SCANNER`, started with a file that holds the secret and the app's
/// process id.
struct SecondScanner {
    program: OsString,
    secret: NamedTempFile,
}

impl SecondScanner {
    fn wanted(secret: &str) -> Result<Option<Self>> {
        let Some(program) = std::env::var_os("KEYBEARER_SCANNER") else { return Ok(None) };
        let mut file = NamedTempFile::new()?;
        file.write_all(secret.as_bytes())?;
        Ok(Some(Self { program, secret: file }))
    }

    /// Its last line, which is its sum.
    fn sum(&self, app: u32) -> Result<String> {
        let output = Command::new(&self.program).arg(self.secret.path()).arg(app.to_string()).output()?;
        ensure!(output.status.success(), "{output:?}");
        Ok(String::from_utf8_lossy(&output.stdout).lines().last().unwrap_or_default().to_owned())
    }
}

impl Table {
    pub(crate) fn new(secret: &str, window: &Window<'_>) -> Result<Self> {
        let second = SecondScanner::wanted(secret)?;
        Ok(Self { secret: Secret::new(secret)?, app: window.app_process()?, second })
    }

    fn look(&self, step: &str) -> Result<Vec<Traces>> {
        let found = self.secret.in_tree(self.app)?;
        let cells = found.iter().map(|traces| {
            let forms = [Form::Utf8, Form::Utf16, Form::Base64, Form::Hexadecimal];
            let counts = forms.map(|form| traces.copies.get(&form).copied().unwrap_or(0).to_string());
            format!("{} {}", traces.name, counts.join("/"))
        });
        let second = self.second.as_ref().map(|second| second.sum(self.app)).transpose()?;
        let second = second.map(|sum| format!("; the second scanner: {sum}")).unwrap_or_default();
        eprintln!("{step:>28}: {}{second}", cells.collect::<Vec<_>>().join(", "));
        Ok(found)
    }

    /// Nothing in the processes of the web engine.
    pub(crate) fn ensure_no_page_has_it(&self, step: &str) -> Result<()> {
        let found = self.look(step)?;
        let pages: usize = found.iter().filter(|traces| traces.process != self.app).map(Traces::total).sum();
        ensure!(pages == 0, "{step}: {found:?}");
        Ok(())
    }

    /// Nothing anywhere, once what is ending has ended.
    pub(crate) async fn ensure_gone(&self, step: &str) -> Result<()> {
        let gone = wait::until("it to be gone", A_WHILE, async || {
            let found = self.secret.in_tree(self.app)?;
            ensure!(found.iter().all(|traces| traces.total() == 0), "{found:?}");
            Ok(())
        });
        let gone = gone.await;
        self.look(step)?;
        gone
    }
}

/// Signs in with this token, from the clipboard.
pub(crate) async fn sign_in(window: &Window<'_>, dfns: &Recorder, token: &str) -> Result<()> {
    let copied = Clipboard::of(window.desktop()).copy(token).await?;
    window.choose("signin-environment", "custom").await?;
    window.clear("signin-url").await?;
    window.type_into("signin-url", &dfns.url()).await?;
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    drop(copied);
    wait_listed(window).await
}

async fn check(window: &Window<'_>, token: &str) -> Result<()> {
    let from_vault = Clipboard::of(window.desktop()).copy(token).await?;
    window.click("reveal-check").await?;
    window.wait_text("reveal-outcome", |text| text.starts_with("Stored correctly")).await?;
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
    eprintln!("{path}: {length} letters (UTF-8/UTF-16/base64/hexadecimal)");
    let token = drawn(length);
    let dfns = dfns(&token).await?;
    let window = Window::open(desktop, &released()?, &[]).await?;
    sign_in(&window, &dfns, &drawn(900)).await?;
    let table = Table::new(&token, &window)?;
    create(&window, "Server Key 3").await?;
    table.ensure_no_page_has_it("dialog open")?;
    copy(&window).await?;
    table.ensure_no_page_has_it("copied")?;
    window.click("reveal-clear").await?;
    window.wait_text("reveal-clipboard", |text| text.contains("was cleared")).await?;
    table.ensure_no_page_has_it("cleared")?;
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
async fn the_same_holds_on_wayland() -> Result<()> {
    let desktop = Desktop::open(Wanted { display: Kind::Sway, ..Wanted::default() })?;
    for (path, shown, length) in [("copied and checked", false, 940), ("copied, shown and checked", true, 1200)] {
        see_through(&desktop, path, shown, length).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_token_that_is_wiped_by_time_or_with_its_revocation_is_in_no_process_either() -> Result<()> {
    let desktop = desktop()?;
    desktop.write_settings(30, 8)?;
    for revoked in [false, true] {
        let token = drawn(1200);
        let dfns = dfns(&token).await?;
        let window = Window::open(&desktop, &released()?, &[]).await?;
        sign_in(&window, &dfns, &drawn(900)).await?;
        let table = Table::new(&token, &window)?;
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
    let desktop = desktop()?;
    let dfns = dfns("unused").await?;
    let token = drawn(900);
    let window = Window::open(&desktop, &released()?, &[]).await?;
    let table = Table::new(&token, &window)?;
    sign_in(&window, &dfns, &token).await?;
    window.wait_text("account", |text| text.contains("Kept in the system’s keyring")).await?;
    table.ensure_no_page_has_it("pasted, signed in")?;
    ensure!(table.look("pasted, signed in")?.iter().any(|traces| traces.total() > 0), "the scan finds nothing at all");
    window.click("signout").await?;
    window.wait_for("signin-environment").await?;
    table.ensure_gone("signed out").await?;

    // Typed, it goes through the page, whose process ends with the signing in; and the driver's session with that.
    let token = drawn(900);
    let table = Table { secret: Secret::new(&token)?, second: SecondScanner::wanted(&token)?, ..table };
    window.choose("signin-environment", "custom").await?;
    window.clear("signin-url").await?;
    window.type_into("signin-url", &dfns.url()).await?;
    window.click("signin-type").await?;
    window.type_into("signin-token", &token).await?;
    let asked = dfns.requests().len();
    // The click may be answered, or end with the page.
    let _ = tokio::time::timeout(A_WHILE, window.click("signin-submit")).await;
    dfns.wait_for(asked + 1).await?;
    wait::until("the page's end", A_WHILE, async || table.ensure_no_page_has_it("typed, signed in")).await
}
