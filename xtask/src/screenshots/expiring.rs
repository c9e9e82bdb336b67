//! What ends soon: each nearness, many at once, notifications that cannot be shown, and a calendar file that was saved.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use keybearer_support::desktop::{Desktop, Wanted};
use keybearer_support::sandbox::Sandbox;
use keybearer_support::window::Window;
use rusqlite::{Connection, params};
use serde_json::json;

use super::{Camera, plain, quiet, sign_in};

/// On a desktop of its own, whose journal knows of keys that end, and have ended.
pub(super) async fn ending(camera: &mut Camera<'_>, app: &Path, wanted: Wanted, language: Option<&str>) -> Result<()> {
    let mut desktop = Desktop::open(wanted)?;
    if let Some(language) = language {
        desktop.set("LANG", language);
    }
    let sandbox = Sandbox::start(app)?;
    let size = camera.window.execute("return [innerWidth, innerHeight]", vec![]).await?;
    let size: (u32, u32) = serde_json::from_value(size)?;
    // It makes the journal.
    opened(&desktop, app, size).await?;
    for (name, left) in [
        ("Payout bot", "+20 days"),
        ("Settlement", "+5 days"),
        ("Reporting", "+7 hours"),
        ("Old build server", "-2 days"),
    ] {
        note(&desktop, &sandbox, name, left).await?;
    }
    let window = opened(&desktop, app, size).await?;
    let mut own = Camera { window: &window, folder: camera.folder.clone(), taken: camera.taken };
    each(&mut own, &sandbox).await?;
    camera.taken = own.taken;
    drop(window);
    for number in 1..=8 {
        note(&desktop, &sandbox, &format!("Webhook {number}"), &format!("+{} days", number * 3)).await?;
    }
    // The sign-in is in the keyring.
    let window = Window::open(&desktop, app, &[]).await?;
    window.wait_for("attention-row").await?;
    window.resize(size.0, size.1).await?;
    let mut own = Camera { window: &window, folder: camera.folder.clone(), taken: camera.taken };
    own.take_part("attention-row", "ending-many").await?;
    window.click("ending-show").await?;
    own.take("ending-in-the-list").await?;
    camera.taken = own.taken;
    Ok(())
}

async fn each(camera: &mut Camera<'_>, sandbox: &Sandbox) -> Result<()> {
    let window = camera.window;
    signed_in(camera, sandbox).await?;
    camera.take_part("attention", "ending").await?;
    window.execute("document.querySelector('[data-near=month]').scrollIntoView({ block: 'end' })", vec![]).await?;
    camera.take("ending-within-a-month").await?;
    window.click_within("attention-row", "data-near", "month", "ending-calendar").await?;
    window.wait_text("toast-text", |text| text.contains(".ics")).await?;
    camera.take("calendar-saved").await?;
    quiet(window).await?;
    window.click("key-export").await?;
    camera.take("calendar-of-all").await?;
    window.execute("document.querySelector('#keys-export-menu').hidePopover()", vec![]).await?;
    window.execute("document.querySelectorAll('[data-test=key-row]')[1].click()", vec![]).await?;
    window.wait_for("key-calendar").await?;
    camera.take("calendar-of-one").await?;
    window.click("key-close").await?;
    window.execute("scrollTo(0, 0)", vec![]).await?;
    window.click("settings").await?;
    window.click("settings-notify").await?;
    camera.take_part("settings-notify", "settings-notify").await?;
    window.click("settings-save").await?;
    window.wait_gone("settings-dialog").await?;
    window.click("settings").await?;
    // Nothing on this desktop shows any.
    window.wait_for("settings-not-shown").await?;
    camera.take_part("settings-not-shown", "settings-not-shown").await
}

async fn opened<'a>(desktop: &'a Desktop, app: &Path, (width, height): (u32, u32)) -> Result<Window<'a>> {
    let window = Window::open(desktop, app, &[]).await?;
    window.wait_for("signin-environment").await?;
    window.resize(width, height).await?;
    Ok(window)
}

async fn signed_in(camera: &Camera<'_>, sandbox: &Sandbox) -> Result<()> {
    sign_in(camera.window, &sandbox.url, &sandbox.admin, "Treasury").await?;
    camera.window.wait_for("attention-row").await?;
    let count = camera.window.text("keys-count").await?;
    ensure!(!plain(&count).is_empty(), "nothing is listed");
    Ok(())
}

/// Makes a key of which the journal knows when it ends.
async fn note(desktop: &Desktop, sandbox: &Sandbox, name: &str, left: &str) -> Result<()> {
    let made = sandbox.make_elsewhere(name, None).await?;
    let id = made["id"].as_str().context("it has an id")?;
    let journal = Connection::open(desktop.home().join("data/app.keybearer.desktop/journal.sqlite"))?;
    let expires: String =
        journal.query_row("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?1)", params![left], |row| row.get(0))?;
    let key = json!({
        "kind": "api-key", "id": id, "name": name, "organization": sandbox.organization, "author": "ce-1",
        "created": "2026-11-01T09:00:00.000Z", "status": "Active", "expires": expires,
    });
    journal.execute(
        "INSERT INTO wish (asked_at, account, label, base, name, stage, key)
            VALUES ('2026-11-01T09:00:00Z', 'another', '', ?1, ?2, 'closed', ?3)",
        params![sandbox.url, name, key.to_string()],
    )?;
    let intent = journal.last_insert_rowid();
    for event in ["created", "finished"] {
        let insert = "INSERT INTO step (wish, at, kind) VALUES (?1, '2026-11-01T09:00:01Z', ?2)";
        journal.execute(insert, params![intent, event])?;
    }
    Ok(())
}
