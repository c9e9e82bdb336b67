//! Vaults, delivering to them, and many keys at once.

use anyhow::Result;
use keybearer_support::{store::Store, window::Window};
use serde_json::{Value, json};

use super::{Camera, ask_for, plain, quiet};

/// What there is to choose from, a preset's questions, a program, and a vault over HTTP.
pub(super) async fn adding(camera: &mut Camera<'_>, store: &Store) -> Result<()> {
    let window = camera.window;
    window.click("destinations-open").await?;
    window.wait_for("destinations-empty").await?;
    camera.take("destinations-none").await?;
    window.click("destinations-add").await?;
    window.wait_for("destination-choice").await?;
    camera.take("destination-choose").await?;
    choose(camera, "keepassxc").await?;
    window.wait_for("destination-answer").await?;
    camera.take("destination-preset").await?;
    window.click("destination-next").await?;
    window.wait_for("destination-form").await?;
    camera.take("destination-program").await?;
    window.execute("document.querySelector('#destination-back').click()", vec![]).await?;
    window.wait_for("destination-choice").await?;
    choose(camera, "kv2").await?;
    window.wait_for("kv2-address").await?;
    camera.take("destination-kv2").await?;
    window.click("destination-save").await?;
    window.wait_for("destination-error").await?;
    camera.take("destination-refused").await?;
    window.clear("kv2-address").await?;
    window.type_into("kv2-address", "http://127.0.0.1:8200").await?;
    window.clear("destination-name").await?;
    window.type_into("destination-name", "Staging vault").await?;
    window.click("destination-save").await?;
    window.wait_for("destination-row").await?;
    let asked = json!({ "store": "store\n{key_name}", "exists": "exists\n{key_name}", "readBack": "read\n{key_name}" });
    add_program(camera, store, "Team Vault", asked).await?;
    for (name, picture) in [("Staging vault", "confirm-vault"), ("Team Vault", "confirm-program")] {
        window.act()?;
        test(camera, name).await?;
        window.wait_confirming(true).await?;
        camera.take(picture).await?;
        window.answer_confirming("Escape").await?;
    }
    window.wait_for("destination-problem").await?;
    camera.take("confirm-declined").await?;
    window.desktop().confirm_destinations()?;
    test(camera, "Staging vault").await?;
    window.wait_for("destination-problem").await?;
    camera.take("destination-test-failed").await?;
    test(camera, "Team Vault").await?;
    window.wait_text("destinations", |text| plain(text).to_lowercase().contains("nothing was stored")).await?;
    camera.take("destination-test-passed").await?;
    window.click("destinations-close").await
}

/// From the dialog: on its way, stored, not stored, and perhaps.
pub(super) async fn delivering(camera: &mut Camera<'_>, store: &Store) -> Result<()> {
    let window = camera.window;
    ask_for(window, "Slow key").await?;
    window.wait_for("reveal-deliver").await?;
    let choose = "const list = document.querySelector('[data-test=reveal-destination]');
        list.value = [...list.options].find((option) => option.text === 'Team Vault').value;
        list.dispatchEvent(new Event('input'));";
    window.execute(choose, vec![]).await?;
    camera.take("deliver").await?;
    window.click("reveal-deliver").await?;
    window.wait_text("reveal-deliver-progress", |text| plain(text).contains("Storing the token")).await?;
    camera.take("delivering").await?;
    store.go_on()?;
    window.wait_for("reveal-delivered").await?;
    camera.take("delivered").await?;
    window.click("reveal-done").await?;
    window.wait_for("receipt").await?;
    camera.take("delivered-receipt").await?;
    window.click("receipt-close").await?;
    quiet(window).await?;
    for (name, picture) in [("Refused key", "not-stored"), ("Lost key", "perhaps-stored")] {
        ask_for(window, name).await?;
        window.wait_for("reveal-deliver").await?;
        window.execute(choose, vec![]).await?;
        window.click("reveal-deliver").await?;
        window.wait_for("reveal-undelivered").await?;
        camera.take(picture).await?;
        window.click("reveal-revoke").await?;
        window.wait_gone("reveal").await?;
        quiet(window).await?;
    }
    Ok(())
}

/// To a program whose word proves nothing yet, and which may overwrite: before, taken, and the question at the end.
pub(super) async fn taking(camera: &mut Camera<'_>, store: &Store) -> Result<()> {
    let window = camera.window;
    window.click("destinations-open").await?;
    add_program(camera, store, "Handover", json!({ "store": "store\n{key_name}", "whose": "whoami" })).await?;
    window.desktop().confirm_destinations()?;
    window.execute("document.querySelector('[data-test=destination-row]:last-child').scrollIntoView()", vec![]).await?;
    camera.take("destination-not-proven").await?;
    window.click("destinations-close").await?;
    ask_for(window, "Taken key").await?;
    window.wait_for("reveal-deliver").await?;
    let choose = "const list = document.querySelector('[data-test=reveal-destination]');
        list.value = [...list.options].find((option) => option.text === 'Handover').value;
        list.dispatchEvent(new Event('input'));";
    window.execute(choose, vec![]).await?;
    window.wait_for("reveal-deliver-note").await?;
    camera.take("deliver-may-overwrite").await?;
    window.click("reveal-deliver").await?;
    window.wait_for("reveal-delivered").await?;
    camera.take("taken").await?;
    window.click("reveal-done").await?;
    window.wait_for("reveal-asking").await?;
    camera.take("taken-asking").await?;
    window.click("reveal-revoke").await?;
    window.wait_gone("reveal").await?;
    quiet(window).await
}

/// Opens the dialog for several, with these lines in it, for the team's vault.
pub(super) async fn fill_list(window: &Window<'_>, lines: &str) -> Result<()> {
    window.click("batch-open").await?;
    let fill = "document.querySelector('[data-test=batch-names]').value = arguments[0];
        const list = document.querySelector('[data-test=batch-destination]');
        list.value = [...list.options].find((option) => option.text === 'Team Vault').value;";
    window.execute(fill, vec![json!(lines)]).await.map(drop)
}

/// A list of names: typed, checked, under way, and done.
pub(super) async fn many(camera: &mut Camera<'_>, store: &Store) -> Result<()> {
    let window = camera.window;
    store.put("Taken", "somebody's")?;
    let names: Vec<String> = (1..=12).map(|number| format!("Service {number:02}")).collect();
    fill_list(window, &format!("{}\nTaken\nService 03", names.join("\n"))).await?;
    camera.take("batch").await?;
    window.click("batch-check").await?;
    window.wait_for("batch-start").await?;
    camera.take("batch-checked").await?;
    window.click("batch-start").await?;
    window.wait_text("batch-summary", |text| !text.is_empty() && !plain(text).starts_with("0 ")).await?;
    camera.take("batch-under-way").await?;
    window.wait_text("batch-summary", |text| plain(text).starts_with("12 of 12")).await?;
    camera.take("batch-done").await?;
    window.click("batch-done").await?;
    window.wait_gone("batch").await?;
    window.execute("scrollTo(0, 0)", vec![]).await?;
    quiet(window).await
}

async fn choose(camera: &Camera<'_>, preset: &str) -> Result<()> {
    let click = "document.querySelector(`[data-preset=\"${arguments[0]}\"]`).click()";
    camera.window.execute(click, vec![json!(preset)]).await.map(drop)
}

async fn add_program(camera: &Camera<'_>, store: &Store, name: &str, arguments: Value) -> Result<()> {
    let window = camera.window;
    window.click("destinations-add").await?;
    window.wait_for("destination-choice").await?;
    choose(camera, "program").await?;
    window.wait_for("program-program").await?;
    window.type_into("destination-name", name).await?;
    window.type_into("program-program", &store.program().display().to_string()).await?;
    let fill = "for (const [name, text] of Object.entries(arguments[0]))
        document.querySelector(`[data-test=program-${name}]`).value = text;";
    window.execute(fill, vec![arguments]).await?;
    window.click("destination-save").await?;
    window.wait_text("destinations", |text| text.contains(name)).await?;
    Ok(())
}

async fn test(camera: &Camera<'_>, name: &str) -> Result<()> {
    let click = "[...document.querySelectorAll('[data-test=destination-row]')].find((row) => \
                 row.textContent.includes(arguments[0])).querySelector('[data-test=destination-test]').click()";
    camera.window.execute(click, vec![json!(name)]).await.map(drop)
}
