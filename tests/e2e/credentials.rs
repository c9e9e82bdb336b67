//! Signing in and signing with a credential of one's own: registered by a code, or brought along.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use keybearer_core::{signing::PrivateKey, words};
use keybearer_support::{
    clipboard::Clipboard,
    desktop::Desktop,
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::{Value, json};

use crate::steps::{app, create, desktop, finish, says, wait_listed, wait_told};

/// A key pair of Dfns' own tests, which stands for one that a person has.
const PEM: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEIGdUyX1JWQoAK9Sxx1wL3O2ya4MOV/g/df2M3mbR+0PU\n\
    -----END PRIVATE KEY-----\n";

/// Of it, what nothing else has.
const SECRET: &str = "GdUyX1JWQoAK9Sxx1wL3O2ya4MOV";

pub(crate) async fn begin(window: &Window<'_>, sandbox: &Sandbox) -> Result<()> {
    window.choose("signin-environment", "custom").await?;
    window.clear("signin-url").await?;
    window.desktop().confirm_host(&sandbox.url)?;
    window.type_into("signin-url", &sandbox.url).await
}

/// Connects with a code, as somebody does who has just got it.
pub(crate) async fn enrol(window: &Window<'_>, sandbox: &Sandbox) -> Result<()> {
    begin(window, sandbox).await?;
    connect(window, sandbox).await
}

/// The same, once it is chosen where.
pub(crate) async fn connect(window: &Window<'_>, sandbox: &Sandbox) -> Result<()> {
    window.type_into("signin-organization", &sandbox.organization).await?;
    window.type_into("signin-code", &sandbox.enrolment_code().await?).await?;
    window.press("signin-code", Key::Enter).await?;
    window.wait_for("key-name").await?;
    wait_listed(window).await
}

/// Whoever can sign is offered a service account first.
pub(crate) async fn choose_api_key(window: &Window<'_>) -> Result<()> {
    window.choose("kinds", "api-key").await
}

/// What the real keyring holds of Keybearer's, as another program sees it.
fn kept(desktop: &Desktop) -> Result<String> {
    let mut search = desktop.command("secret-tool");
    let output = search.args(["search", "--all", "service", "app.keybearer.desktop"]).output()?;
    let all = [output.stdout, output.stderr].concat();
    Ok(String::from_utf8_lossy(&all).into_owned())
}

/// The requests of these methods and paths so far.
pub(crate) async fn asked(sandbox: &Sandbox, wanted: &[&str]) -> Result<Vec<String>> {
    let requests = sandbox.requests().await?;
    let line = |request: &Value| Some(format!("{} {}", request["method"].as_str()?, request["path"].as_str()?));
    let lines = requests.as_array().context("a list")?.iter().filter_map(line);
    Ok(lines.filter(|line| wanted.contains(&line.as_str())).collect())
}

async fn logins(sandbox: &Sandbox) -> Result<usize> {
    Ok(asked(sandbox, &["POST /auth/login"]).await?.len())
}

/// The credentials with a key pair that are active.
pub(crate) async fn active(sandbox: &Sandbox) -> Result<Vec<Value>> {
    let all = sandbox.credentials().await?;
    Ok(all.into_iter().filter(|each| each["kind"] == "Key" && each["isActive"] == true).collect())
}

#[tokio::test]
async fn a_code_from_the_dashboard_connects_this_computer_for_good() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    enrol(&window, &sandbox).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    let credentials = active(&sandbox).await?;
    ensure!(credentials.len() == 1, "{credentials:?}");
    let name = credentials[0]["name"].as_str().context("it has a name")?;
    ensure!(name.starts_with("Keybearer on "), "{name}");
    let id = credentials[0]["credentialId"].as_str().context("an id")?;
    let there = kept(&desktop)?;
    ensure!(there.contains(&format!("credential {id} at")) && !there.contains("unconfirmed"), "{there}");
    drop(window);

    let before = logins(&sandbox).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("key-name").await?;
    ensure!(logins(&sandbox).await? == before + 1, "it signed in by itself, once");
    create(&window, "After the restart").await?;
    finish(&window).await
}

#[tokio::test]
async fn signing_out_ends_the_session_and_deactivates_the_credential_where_that_is_wanted() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    for deactivate in [true, false] {
        enrol(&window, &sandbox).await?;
        wait_told(&window, "account", &words::session_keyring()).await?;
        window.click("signout").await?;
        window.wait_for("signout-deactivate").await?;
        let is_checked =
            window.execute("return document.querySelector('[data-test=signout-deactivate]').checked", vec![]);
        if is_checked.await? != json!(deactivate) {
            window.click("signout-deactivate").await?;
        }
        window.click("signout-confirm").await?;
        window.wait_for("signin-code").await?;
        let there = active(&sandbox).await?;
        ensure!(there.is_empty() == deactivate, "{there:?}");
        ensure!(!kept(&desktop)?.contains("credential"), "its private key is in the keyring still");
    }
    ensure!(asked(&sandbox, &["PUT /auth/logout"]).await?.len() == 2);
    Ok(())
}

#[tokio::test]
async fn a_session_that_ends_while_a_name_is_typed_is_renewed_and_the_name_stays() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    sandbox.tell("session-life", json!({ "seconds": 5 })).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enrol(&window, &sandbox).await?;
    let before = logins(&sandbox).await?;
    choose_api_key(&window).await?;
    window.type_into("key-name", "Half a na").await?;
    window
        .wait_until("two renewals", async || {
            ensure!(logins(&sandbox).await? >= before + 2, "not yet");
            Ok(())
        })
        .await?;
    window.type_into("key-name", "me").await?;
    ensure!(window.value("key-name").await? == "Half a name");
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await?;
    finish(&window).await
}

#[tokio::test]
async fn a_session_that_ends_as_a_key_is_asked_for_is_told_and_nothing_is_asked_for_twice_by_itself() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    enrol(&window, &sandbox).await?;
    // Between the look through the keys and the request itself.
    sandbox.fault("create", json!({ "kind": "unauthorized" }), 1).await?;
    choose_api_key(&window).await?;
    window.type_into("key-name", "Asked for once").await?;
    window.press("key-name", Key::Enter).await?;
    wait_told(&window, "create-error", &words::err_session_renewed()).await?;
    ensure!(window.value("key-name").await? == "Asked for once", "what was typed is gone");
    ensure!(asked(&sandbox, &["POST /api-keys/"]).await?.len() == 1);
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await?;
    ensure!(asked(&sandbox, &["POST /api-keys/"]).await?.len() == 2);
    finish(&window).await
}

#[tokio::test]
async fn a_session_that_ends_while_a_token_is_held_is_renewed_to_revoke_its_key() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    enrol(&window, &sandbox).await?;
    choose_api_key(&window).await?;
    create(&window, "Held").await?;
    sandbox.tell("revoke-token", json!({ "persona": "admin" })).await?;
    window.click("reveal-revoke").await?;
    window.wait_gone("reveal").await?;
    let keys = sandbox.keys().await?;
    let held = keys.as_array().context("a list")?.iter().find(|key| key["name"] == "Held").context("the key")?;
    ensure!(held["status"] == "Revoked", "{held}");
    Ok(())
}

#[tokio::test]
async fn a_request_that_dfns_wants_signed_is_signed_once_the_person_says_so() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    enrol(&window, &sandbox).await?;
    sandbox.tell("api-keys", json!({ "signed": true })).await?;
    choose_api_key(&window).await?;
    window.type_into("key-name", "Signed for").await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("create-sign").await?;
    ensure!(asked(&sandbox, &["POST /auth/action"]).await?.is_empty(), "nothing is signed by itself");
    window.click("create-sign").await?;
    window.wait_for("reveal").await?;
    let of_signing = ["POST /auth/action/init", "POST /auth/action", "POST /api-keys/"];
    let sequence = asked(&sandbox, &of_signing).await?;
    ensure!(sequence == ["POST /api-keys/", of_signing[0], of_signing[1], of_signing[2]], "{sequence:?}");
    finish(&window).await
}

/// Fills in the second way, for a credential that Dfns knows of this private key.
pub(crate) async fn bring_along(window: &Window<'_>, sandbox: &Sandbox, pem: &str) -> Result<()> {
    let public = PrivateKey::from_pem(pem).map_err(|problem| anyhow::anyhow!("{problem:?}"))?.public_key_pem();
    let told = sandbox.tell("credential", json!({ "persona": "admin", "publicKey": public })).await?;
    let id = told["credentialId"].as_str().context("an id")?;
    begin(window, sandbox).await?;
    window.click("signin-key").await?;
    window.type_into("signin-key-id", id).await?;
    window.type_into("signin-username", &sandbox.username).await?;
    window.type_into("signin-key-organization", &sandbox.organization).await
}

#[tokio::test]
async fn a_private_key_on_the_clipboard_signs_in_and_leaves_the_clipboard() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    bring_along(&window, &sandbox, PEM).await?;
    let clipboard = Clipboard::of(&desktop);
    let copied = clipboard.copy(&PEM.replace('\n', "\\n")).await?;
    window.click("signin-key-paste").await?;
    window.click("signin-key-submit").await?;
    window.wait_for("key-name").await?;
    clipboard.wait_for("no private key", |text| text.is_none_or(|text| !text.contains(SECRET))).await?;
    drop(copied);
    window
        .wait_until("the person is told", async || {
            let page = window.page_text().await?;
            ensure!(says(&page, &words::said_signed_in_cleared("key")), "{page}");
            Ok(())
        })
        .await?;
    drop(window);
    // Not a trace of it in any file, save for the keyring's own, which is encrypted.
    let files = desktop.files_with(SECRET.as_bytes())?;
    ensure!(files.is_empty(), "{files:?}");
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("key-name").await.map(drop)
}

#[tokio::test]
async fn a_private_key_in_a_file_signs_in_and_it_is_told_that_the_file_stays() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let file = desktop.write("my key.pem", PEM)?;
    desktop.give_home()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    bring_along(&window, &sandbox, PEM).await?;
    window.click("signin-key-file").await?;
    for _ in 0..3 {
        choose_file(&window, file.to_str().context("a path")?).await?;
        // A letter that was lost on the way names another file, of which the form tells.
        if tokio::time::timeout(Duration::from_secs(10), window.wait_for("key-name"))
            .await
            .is_ok_and(|seen| seen.is_ok())
        {
            break;
        }
    }
    window.wait_for("key-name").await?;
    window
        .wait_until("the person is told", async || {
            let page = window.page_text().await?;
            ensure!(says(&page, &words::said_signed_in_file_stays()), "{page}");
            Ok(())
        })
        .await
}

/// Types a path into GTK's dialog, as somebody does who knows it. The dialog opens a field for it with the first letter, and on a
/// busy computer loses some of what follows: then it is closed, and asked for again.
async fn choose_file(window: &Window<'_>, path: &str) -> Result<()> {
    let title = words::key_file_title().to_string();
    let desktop = window.desktop();
    for _ in 0..6 {
        window.click("signin-key-submit").await?;
        let keys = [&["type", "--delay", "60", path][..], &["key", "Return"]];
        let chosen = type_into_dialog(window, &title, &keys);
        match tokio::time::timeout(Duration::from_secs(8 + path.len() as u64 / 10), chosen).await {
            Ok(chosen) => return chosen,
            Err(_) => ensure!(desktop.command("xdotool").args(["key", "Escape", "Escape"]).status()?.success()),
        }
        // Closed without a choice, the form is as it was.
        window
            .wait_until("the dialog to be closed", async || {
                let focused = desktop.command("xdotool").args(["getwindowfocus", "getwindowname"]).output()?;
                if String::from_utf8_lossy(&focused.stdout).trim() == title {
                    let _ = desktop.command("xdotool").args(["key", "Escape"]).status()?;
                    anyhow::bail!("it is there still");
                }
                Ok(())
            })
            .await?;
    }
    anyhow::bail!("the path never came through")
}

#[tokio::test]
async fn what_an_organization_offers_is_shown_with_the_reason_where_something_is_not() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    sandbox.tell("api-keys", json!({ "offered": false })).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    begin(&window, &sandbox).await?;
    window.type_into("signin-organization", &sandbox.organization).await?;
    window.type_into("signin-code", &sandbox.enrolment_code().await?).await?;
    window.press("signin-code", Key::Enter).await?;
    window.wait_for("kinds").await?;
    let offers = "return [...document.querySelectorAll('[data-test=kinds] [data-kind], #kinds [data-kind]')]
        .map((each) => [each.dataset.kind, each.dataset.offer]);";
    window
        .wait_until("what is offered", async || {
            let offers = window.execute(offers, vec![]).await?;
            let wanted =
                json!([["serviceAccount", "listed"], ["personalAccessToken", "listed"], ["apiKey", "notThere"]]);
            ensure!(offers == wanted, "{offers}");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn forgetting_everything_tells_which_credentials_stay_registered() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    enrol(&window, &sandbox).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    let credentials = active(&sandbox).await?;
    let id = credentials[0]["credentialId"].as_str().context("an id")?;
    window.ask_to_close()?;
    window.wait_ended(Duration::from_secs(10)).await?;
    drop(window);
    let forgotten = desktop.command(app()).arg("--forget").output()?;
    let told = String::from_utf8_lossy(&forgotten.stdout).into_owned();
    ensure!(forgotten.status.success() && told.contains(id) && told.contains("Keybearer on "), "{forgotten:?}");
    ensure!(!kept(&desktop)?.contains(id), "its private key is there still");
    Ok(())
}

/// Types into a dialog of GTK's own, once it has the focus.
async fn type_into_dialog(window: &Window<'_>, title: &str, keys: &[&[&str]]) -> Result<()> {
    let desktop = window.desktop();
    window
        .wait_until("the dialog to take keys", async || {
            let focused = desktop.command("xdotool").args(["getwindowfocus", "getwindowname"]).output()?;
            let focused = String::from_utf8_lossy(&focused.stdout).into_owned();
            ensure!(focused.trim() == title, "{focused}");
            Ok(())
        })
        .await?;
    for arguments in keys {
        ensure!(desktop.command("xdotool").args(*arguments).status()?.success(), "xdotool {arguments:?} failed");
    }
    window
        .wait_until("the dialog to be gone", async || {
            let focused = desktop.command("xdotool").args(["getwindowfocus", "getwindowname"]).output()?;
            ensure!(String::from_utf8_lossy(&focused.stdout).trim() != title, "it is there still");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_passphrase_locks_the_private_key_and_is_asked_for_outside_the_page_after_each_start() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    begin(&window, &sandbox).await?;
    window.click("signin-passphrase").await?;
    window.type_into("signin-organization", &sandbox.organization).await?;
    window.type_into("signin-code", &sandbox.enrolment_code().await?).await?;
    window.press("signin-code", Key::Enter).await?;
    let title = words::passphrase_title().to_string();
    let twice = [&["type", "correct horse"][..], &["key", "Tab"], &["type", "correct horse"], &["key", "Return"]];
    type_into_dialog(&window, &title, &twice).await?;
    // Whoever has just chosen it is not asked for it.
    window.wait_for("key-name").await?;
    let credentials = active(&sandbox).await?;
    let entry = format!("credential {} at {}", credentials[0]["credentialId"].as_str().context("an id")?, sandbox.url);
    let mut lookup = desktop.command("secret-tool");
    let kept = lookup.args(["lookup", "service", "app.keybearer.desktop", "username", &entry]).output()?.stdout;
    ensure!(!kept.is_empty() && PrivateKey::from_der(&kept).is_err(), "it is open in the keyring");
    drop(window);

    let window = Window::open(&desktop, app(), &[]).await?;
    let once = [&["type", "correct horse"][..], &["key", "Return"]];
    let wrong = [&["type", "wrong"][..], &["key", "Return"]];
    type_into_dialog(&window, &title, &wrong).await.ok();
    type_into_dialog(&window, &title, &once).await?;
    window.wait_for("key-name").await.map(drop)
}
