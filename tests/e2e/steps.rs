//! The steps that many tests share.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use keybearer_core::words::{self, Message};
use keybearer_support::{
    clipboard::Clipboard,
    desktop::{Desktop, Wanted},
    process::{self, Process},
    sandbox::Sandbox,
    wait,
    window::{Key, Window},
};
use serde_json::{Value, json};
use time::OffsetDateTime;

/// The documentation page's own sample answer; its token does not decode.
const SAMPLE: &str = include_str!("../../src-tauri/sandbox/sample.json");

pub(crate) fn app() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_keybearer"))
}

/// The app as it is installed, where whoever runs the tests has built it; else as the tests have it.
pub(crate) fn released() -> Result<PathBuf> {
    let Some(released) = std::env::var_os("KEYBEARER_RELEASE") else {
        eprintln!("not built as it is installed; `cargo xtask test` does that");
        return Ok(app().to_owned());
    };
    ensure!(Path::new(&released).exists(), "{} is not there", released.display());
    Ok(released.into())
}

/// Why what looks into the app's own process is shown where root runs the tests, and nowhere else.
pub(crate) const CLOSED_TO_OTHERS: &str = "only root may look into a process that is closed to others";

/// Stands for what a test does not know of a sentence.
pub(crate) const ANY: &str = "\u{fffc}";

/// Whether a text has a sentence of the catalogue in it, with whatever it is in place of [`ANY`].
pub(crate) fn says(text: &str, sentence: &Message) -> bool {
    let sentence = sentence.to_string();
    let mut rest = Some(text);
    for part in sentence.split(ANY) {
        rest = rest.and_then(|rest| rest.split_once(part)).map(|(_, after)| after);
    }
    rest.is_some()
}

pub(crate) fn desktop() -> Result<Desktop> {
    Desktop::open(Wanted::default())
}

/// The token of the documentation page's sample.
pub(crate) fn sample_token() -> Result<String> {
    let sample: Value = serde_json::from_str(SAMPLE)?;
    Ok(sample["token"].as_str().context("the sample has a token")?.to_owned())
}

/// Waits until this is told there.
pub(crate) async fn wait_told(window: &Window<'_>, name: &str, told: &Message) -> Result<String> {
    window.wait_text(name, |text| says(text, told)).await
}

/// Whether this is told there, whatever the time in it, which the page writes by the clock of whoever reads it.
pub(crate) fn is_told(text: &str, told: impl FnOnce(OffsetDateTime) -> Message) -> bool {
    let some = OffsetDateTime::UNIX_EPOCH;
    told(some).to_string().split(&words::moment(some).to_string()).all(|part| text.contains(part))
}

/// Waits for the receipt of a key whose token was read back from this place in a vault.
pub(crate) async fn wait_read_back(window: &Window<'_>, place: &str) -> Result<()> {
    window.wait_text("receipt", |text| is_told(text, |at| words::receipt_read_back(at, place))).await.map(drop)
}

/// Signs in to a sandbox that runs outside the app, as one does to a Dfns of one's own.
pub(crate) async fn sign_in(window: &Window<'_>, sandbox: &Sandbox, token: &str) -> Result<()> {
    let copied = Clipboard::of(window.desktop()).copy(token).await?;
    window.choose("signin-environment", "custom").await?;
    window.clear("signin-url").await?;
    window.desktop().confirm_host(&sandbox.url)?;
    window.type_into("signin-url", &sandbox.url).await?;
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    drop(copied);
    wait_listed(window).await
}

/// Waits until the keys are listed, or it is told that they may not be: from then on no call is on its way.
pub(crate) async fn wait_listed(window: &Window<'_>) -> Result<()> {
    window
        .wait_until("the list of keys", async || {
            let listed = !window.content("keys-count").await?.is_empty() || window.is_shown("keys-forbidden").await?;
            ensure!(listed, "it is not there yet");
            Ok(())
        })
        .await
}

pub(crate) async fn enter_built_in_sandbox(window: &Window<'_>) -> Result<()> {
    window.choose("signin-environment", "sandbox").await?;
    window.click("signin-submit").await?;
    window.wait_for("key-name").await?;
    Ok(())
}

/// Puts a text of several lines into a field: WebDriver types one letter after the other, and no ends of lines.
pub(crate) async fn paste_into(window: &Window<'_>, name: &str, text: &str) -> Result<()> {
    let fill = "document.querySelector(`[data-test=${arguments[0]}]`).value = arguments[1];";
    window.execute(fill, vec![json!(name), json!(text)]).await.map(drop)
}

pub(crate) async fn create(window: &Window<'_>, name: &str) -> Result<()> {
    window.type_into("key-name", name).await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await?;
    Ok(())
}

/// Copies the token and ends the one-time dialog without a proof, as the person says that it is in a vault.
pub(crate) async fn finish(window: &Window<'_>) -> Result<()> {
    copy(window).await?;
    done(window).await
}

/// Signs in and creates a key that is answered with the documentation page's sample.
pub(crate) async fn create_sample(window: &Window<'_>, sandbox: &Sandbox) -> Result<()> {
    sign_in(window, sandbox, &sandbox.admin).await?;
    sandbox.fault("create", json!({ "kind": "sample" }), 1).await?;
    create(window, "My API Key").await
}

/// Copies the token that is held, and waits until that is told.
pub(crate) async fn copy(window: &Window<'_>) -> Result<()> {
    window.click("reveal-copy").await?;
    wait_told(window, "reveal-clipboard", &words::clipboard_own(ANY)).await?;
    Ok(())
}

/// Waits until the token is off the clipboard, and the dialog tells that it is being cleared. It says that it was cleared
/// only when nobody has put it back for some seconds, which few tests wait for.
pub(crate) async fn wait_off_clipboard(window: &Window<'_>, desktop: &Desktop) -> Result<()> {
    window
        .wait_text("reveal-clipboard", |text| {
            says(text, &words::clipboard_cleared()) || says(text, &words::clipboard_clearing())
        })
        .await?;
    Clipboard::of(desktop).wait_for("nothing", |text| text.is_none_or(str::is_empty)).await.map(drop)
}

/// As another program sees it.
pub(crate) async fn ensure_nothing_copied(desktop: &Desktop) -> Result<()> {
    let text = Clipboard::of(desktop).text().await?;
    ensure!(
        text.as_ref().is_none_or(String::is_empty),
        "{} bytes are on the clipboard",
        text.map_or(0, |text| text.len())
    );
    Ok(())
}

/// As the sandbox knows it.
pub(crate) async fn ensure_revoked(sandbox: &Sandbox, name: &str) -> Result<()> {
    let keys = sandbox.keys().await?;
    let key = keys.as_array().into_iter().flatten().find(|key| key["name"] == name);
    ensure!(key.is_some_and(|key| key["status"] == "Revoked"), "{keys}");
    Ok(())
}

/// Calls a command from the page in the current window: what it answered, or what it was refused with.
pub(crate) async fn invoke(window: &Window<'_>, command: &str, arguments: &Value) -> Result<Result<Value, Value>> {
    let script = "const [command, args, done] = arguments;
        window.__TAURI__.core.invoke(command, args).then(
          (answer) => done({ answer: answer ?? null }),
          (refused) => done({ refused: refused ?? null }));";
    let outcome = window.client().execute_async(script, vec![json!(command), arguments.clone()]).await?;
    Ok(match outcome.get("refused") {
        Some(refused) => Err(refused.clone()),
        None => Ok(outcome["answer"].clone()),
    })
}

/// How often a sandbox was asked for a key.
pub(crate) async fn creations(sandbox: &Sandbox) -> Result<usize> {
    let requests = sandbox.requests().await?;
    let requests = requests.as_array().context("the sandbox lists its requests")?;
    Ok(requests.iter().filter(|request| request["method"] == "POST").count())
}

/// Ends the app at once, as a crash or a power failure does.
pub(crate) fn kill(window: &Window<'_>) -> Result<()> {
    let id = window.app_process()?.to_string();
    ensure!(process::command("kill").args(["-9", &id]).status()?.success(), "{id} could not be killed");
    Ok(())
}

/// The ids of the keys of a name that work, as the sandbox knows them.
pub(crate) async fn working(sandbox: &Sandbox, name: &str) -> Result<Vec<String>> {
    let keys = sandbox.keys().await?;
    let keys = keys.as_array().context("the sandbox lists its keys")?;
    let ours = keys.iter().filter(|key| key["name"] == name && key["status"] == "Active");
    Ok(ours.filter_map(|key| key["id"].as_str().map(str::to_owned)).collect())
}

/// The processes that draw pages, of the app with this process id, oldest first.
pub(crate) fn web_processes(app: u32) -> Result<Vec<u32>> {
    let named = |process: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // One that has ended, and that nobody has asked for, draws nothing.
        stat.contains("(WebKitWebProces") && !stat.contains(") Z")
    };
    Ok(process::children_of(app)?.into_iter().filter(named).collect())
}

/// Sends a signal to one of the app’s processes.
pub(crate) fn send(process: u32, signal: &str) -> Result<()> {
    let sent = process::command("kill").args([signal, &process.to_string()]).status()?;
    ensure!(sent.success(), "{process} is not there");
    Ok(())
}

/// Ends the process that draws the main window's page, and waits until it has ended: what answers from then on is another.
pub(crate) async fn end_page(window: &Window<'_>, signal: &str) -> Result<()> {
    let app = window.app_process()?;
    let page = *web_processes(app)?.first().context("it has no page")?;
    send(page, signal)?;
    window
        .wait_until("the end of the page's process", async || {
            ensure!(!web_processes(app)?.contains(&page), "{page} is there");
            Ok(())
        })
        .await
}

/// Presses keys on the real keyboard, in whichever window has the focus.
pub(crate) fn press_keys(desktop: &Desktop, keys: &[&str]) -> Result<()> {
    ensure!(desktop.command("xdotool").arg("key").args(keys).status()?.success(), "xdotool could not press {keys:?}");
    Ok(())
}

/// Presses Enter, which copies once the dialog is there, until another program sees the token on the clipboard.
pub(crate) async fn copied_by_keyboard(desktop: &Desktop, within: Duration) -> Result<()> {
    let clipboard = Clipboard::of(desktop);
    wait::until("the token on the clipboard", within, async || {
        press_keys(desktop, &["Return"])?;
        let text = clipboard.text().await?;
        ensure!(text.is_some_and(|text| text.starts_with("eyJ")), "it is not there");
        Ok(())
    })
    .await
}

/// Presses Done, and says that the token is in a vault.
pub(crate) async fn done(window: &Window<'_>) -> Result<()> {
    window.click("reveal-done").await?;
    window.click("reveal-discard").await?;
    window
        .wait_until("the dialog to go", async || {
            ensure!(!window.is_shown("reveal").await?, "{}", window.text("reveal").await?);
            Ok(())
        })
        .await
}

/// Starts the app once more beside itself, and waits until that has ended well.
pub(crate) async fn start_again(window: &Window<'_>) -> Result<()> {
    let mut second = Process::start(window.desktop().command(app()))?;
    window
        .wait_until("the second to end", async || {
            ensure!(!second.is_running(), "it is running");
            Ok(())
        })
        .await?;
    ensure!(second.ended_well()?, "the second failed");
    Ok(())
}
