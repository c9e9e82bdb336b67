//! The real `pass` and KeePassXC as destinations: added from their presets in the window, tested, and delivered to.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
};

use anyhow::{Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    desktop::Desktop,
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::{Value, json};

use crate::steps::{
    ANY, app, creations, desktop, ensure_nothing_copied, sample_token, sign_in, wait_read_back, wait_told,
};

/// Runs a program as the person does, and returns what it prints.
fn run(desktop: &Desktop, program: &str, arguments: &[&str]) -> Result<String> {
    let output = desktop.command(program).args(arguments).output()?;
    ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// Adds a destination from its preset, with these answers in place of the usual ones, and lets keys go to it at once.
async fn add(window: &Window<'_>, preset: &str, answers: &[&str]) -> Result<()> {
    window.click("destinations-open").await?;
    window.click("destinations-add").await?;
    window.wait_for("destination-choice").await?;
    let choose = "document.querySelector(`[data-preset=\"${arguments[0]}\"]`).click()";
    window.execute(choose, vec![json!(preset)]).await?;
    window.wait_for("destination-answer").await?;
    let fill = "const fields = document.querySelectorAll('[data-test=destination-answer]');
        arguments[0].forEach((answer, place) => (fields[place].value = answer));";
    window.execute(fill, vec![json!(answers)]).await?;
    window.click("destination-next").await?;
    window.wait_for("destination-form").await?;
    window.click("destination-save").await?;
    window.wait_for("destination-row").await?;
    window.desktop().confirm_destinations()?;
    Ok(())
}

/// Tests it, lets keys go to it at once, and makes one.
async fn deliver(window: &Window<'_>, name: &str) -> Result<()> {
    window.click("destination-test").await?;
    wait_told(window, "destination-outcome", &words::tested_nothing_stored()).await?;
    window.click("destination-default").await?;
    wait_told(window, "destination-row", &words::vault_default()).await?;
    window.click("destinations-close").await?;
    window.type_into("key-name", name).await?;
    window.press("key-name", Key::Enter).await?;
    wait_read_back(window, "").await
}

/// Asks for another key of a name whose entry is there: the person is told, and no key is made.
async fn is_refused(window: &Window<'_>, sandbox: &Sandbox, name: &str) -> Result<()> {
    window.type_into("key-name", name).await?;
    window.press("key-name", Key::Enter).await?;
    let told = wait_told(window, "create-error", &words::vault_exists(ANY)).await?;
    eprintln!("an entry that is there: {told}");
    ensure!(creations(sandbox).await? == 1, "a key was asked for");
    Ok(())
}

#[tokio::test]
async fn pass_is_added_tested_and_delivered_to() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let gnupg = desktop.home().join(".gnupg");
    fs::create_dir(&gnupg)?;
    fs::set_permissions(&gnupg, Permissions::from_mode(0o700))?;
    let key = ["--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "team@example.org"];
    run(&desktop, "gpg", &[&key[..], &["future-default", "default"]].concat())?;
    run(&desktop, "pass", &["init", "team@example.org"])?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    add(&window, "pass", &["dfns"]).await?;
    sandbox.fault("create", json!({ "kind": "sample" }), 1).await?;
    deliver(&window, "Deploy bot").await?;
    ensure!(run(&desktop, "pass", &["show", "dfns/Deploy bot"])? == sample_token()?, "something else is stored");
    ensure_nothing_copied(&desktop).await?;
    is_refused(&window, &sandbox, "Deploy bot").await?;
    ensure!(run(&desktop, "pass", &["show", "dfns/Deploy bot"])? == sample_token()?, "the entry was touched");

    // It can be asked still, and stores nothing any more.
    fs::remove_file(desktop.home().join(".password-store/.gpg-id"))?;
    window.clear("key-name").await?;
    window.type_into("key-name", "Second bot").await?;
    window.press("key-name", Key::Enter).await?;
    let told = wait_told(&window, "reveal-undelivered", &words::err_vault_not_stored(ANY)).await?;
    eprintln!("a store that takes nothing: {told}");
    ensure!(told.contains("You must run: pass init"), "{told}");
    Ok(())
}

#[tokio::test]
async fn keepassxc_is_added_given_its_password_from_the_clipboard_tested_and_delivered_to() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let database = desktop.home().join("team.kdbx").display().to_string();
    let key_file = desktop.home().join("team.keyx").display().to_string();
    run(&desktop, "keepassxc-cli", &["db-create", "-t", "100", "--set-key-file", &key_file, &database])?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    // Without its password: it says so, and what to do.
    add(&window, "keepassxc", &[&database, &key_file, "", "yes"]).await?;
    window.click("destination-test").await?;
    wait_told(&window, "destination-problem", &words::vault_no_secret("password")).await?;
    let copied = Clipboard::of(&desktop).copy("not the password").await?;
    window.click("destination-secret").await?;
    let kept = words::said_secret_kept_cleared(words::said_secret_kept("password"));
    wait_told(&window, "toast-text", &kept).await?;
    drop(copied);
    window.click("destination-test").await?;
    window.wait_text("destination-problem", |text| text.contains("Invalid credentials")).await?;
    // It is opened by its key file alone.
    window.click("destination-edit").await?;
    window.wait_for("destination-form").await?;
    let alone = "document.querySelector('#program-more').open = true;
        document.querySelector('[data-test=program-password]').checked = false;
        for (const name of ['store', 'exists', 'readBack', 'severalStore', 'severalReadBack']) {
          const field = document.querySelector(`[data-test=program-${name}]`);
          const [command, ...rest] = field.value.split('\\n');
          field.value = [command, '-q', '--no-password', ...rest].join('\\n');
        }";
    window.execute(alone, vec![]).await?;
    window.click("destination-save").await?;
    window.wait_for("destination-row").await?;
    let kept = fs::read(desktop.settings_file().with_file_name("destinations.json"))?;
    let kept: Value = serde_json::from_slice(&kept)?;
    let several = &kept["destinations"][0]["vault"]["several"];
    ensure!(several["store"][1] == "-q" && several["read_back"]["arguments"][1] == "-q", "{several}");
    ensure!(several["input"] == "json" && several["template"]["private_key"] == "{private_key}", "{several}");
    window.desktop().confirm_destinations()?;
    sandbox.fault("create", json!({ "kind": "sample" }), 1).await?;
    deliver(&window, "Deploy bot").await?;
    let show = ["show", "-q", "--no-password", "-k", &key_file, "-s", "-a", "Password", &database, "Deploy bot"];
    let kept = run(&desktop, "keepassxc-cli", &show)?;
    ensure!(kept.strip_suffix('\n') == Some(&sample_token()?), "something else is stored");
    ensure_nothing_copied(&desktop).await?;
    is_refused(&window, &sandbox, "Deploy bot").await?;
    ensure!(run(&desktop, "keepassxc-cli", &show)? == kept, "the entry was touched");
    Ok(())
}
