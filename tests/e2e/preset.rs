//! What an organization set up for everybody on the computer, at work in the window.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{clipboard::Clipboard, desktop::Desktop, sandbox::Sandbox, store::Store, window::Window};
use serde_json::{Value, json};

use crate::steps::{app, create, desktop, enter_built_in_sandbox, wait_listed};

fn write_preset(desktop: &Desktop, text: &str) -> Result<()> {
    let file = desktop.preset_file();
    fs::create_dir_all(file.parent().context("a folder")?)?;
    Ok(fs::write(file, text)?)
}

#[tokio::test]
async fn the_organizations_environments_are_offered_at_first_start_the_first_one_chosen() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let environments = json!([
        { "name": "Treasury", "url": sandbox.url },
        { "name": "Treasury, rehearsals", "url": "https://dfns-rehearsals.example.com:8443" },
    ]);
    write_preset(&desktop, &json!({ "environments": environments, "destinations": [] }).to_string())?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_text("signin-environment", |text| text.contains("dfns-rehearsals.example.com:8443")).await?;
    let chosen = "return document.querySelector('input[name=environment]:checked').closest('label').innerText";
    let chosen = window.execute(chosen, vec![]).await?;
    ensure!(chosen.as_str().is_some_and(|text| text.trim().starts_with("Treasury\n")), "{chosen}");
    ensure!(!window.is_shown("signin-url").await?, "there is nothing to type");

    let copied = Clipboard::of(&desktop).copy(&sandbox.admin).await?;
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    drop(copied);
    wait_listed(&window).await?;
    drop(window);

    // Whoever has an account already is asked for nothing, and adds another anywhere.
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("key-name").await?;
    window.click("accounts").await?;
    window.click("accounts-add").await?;
    window.choose("signin-environment", "custom").await?;
    ensure!(window.value("signin-url").await?.is_empty() && window.is_shown("signin-url").await?);
    Ok(())
}

/// Waits until it is told what is wrong at this place of the file, in the words of whoever read it.
async fn wait_malformed(window: &Window<'_>, file: &Path, place: &str) -> Result<()> {
    const WHY: &str = "…";
    let told = words::preset_malformed(file.display().to_string(), WHY).to_string();
    let is_told = |text: &str| told.split(WHY).chain([place]).all(|part| text.contains(part));
    window.wait_text("problems", is_told).await.map(drop)
}

#[tokio::test]
async fn a_malformed_one_is_told_with_line_and_column_and_the_app_starts_without_it() -> Result<()> {
    let desktop = desktop()?;
    let text = "{\n  \"environments\": [\n    { \"name\": \"Treasury\", \"url\": \"dfns.example.com\" }\n  ]\n}\n";
    write_preset(&desktop, text)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    let file = desktop.preset_file();
    wait_malformed(&window, &file, "line 3 column 53").await?;
    ensure!(!window.text("signin-environment").await?.contains("Treasury"));
    ensure!(fs::read_to_string(&file)? == text, "it is not ours to change");
    window.choose("signin-environment", "sandbox").await?;
    window.click("signin-submit").await?;
    window.wait_for("key-name").await?;
    Ok(())
}

#[tokio::test]
async fn the_organizations_destinations_are_there_at_first_start_and_one_that_a_person_removes_stays_away() -> Result<()>
{
    let desktop = desktop()?;
    let store = Store::of(&desktop)?;
    let destinations = json!([store.destination("team", "Team Vault"), store.destination("spare", "Spare Vault")]);
    write_preset(&desktop, &json!({ "destinations": destinations }).to_string())?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "My API Key").await?;
    window.wait_text("reveal-deliver", |text| text.contains("Team Vault")).await?;
    drop(window);

    let kept = desktop.settings_file().with_file_name("destinations.json");
    let mut contents: Value = serde_json::from_str(&fs::read_to_string(&kept)?)?;
    ensure!(contents["destinations"] == destinations, "{contents}");
    contents["destinations"].as_array_mut().context("a list")?.remove(0);
    fs::write(&kept, contents.to_string())?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    window.click("destinations-open").await?;
    let told = window.wait_text("destination-row", |text| text.contains("Spare Vault")).await?;
    ensure!(!window.content("destinations").await?.contains("Team Vault"), "{told}");
    Ok(())
}

#[tokio::test]
async fn a_destination_that_cannot_be_used_is_told_with_line_and_column() -> Result<()> {
    let desktop = desktop()?;
    write_preset(&desktop, "{\n  \"destinations\": [\n    { \"id\": \"team\", \"name\": 7 }\n  ]\n}\n")?;
    let window = Window::open(&desktop, app(), &[]).await?;
    wait_malformed(&window, &desktop.preset_file(), "line 3 column").await?;
    ensure!(!desktop.settings_file().with_file_name("destinations.json").exists(), "something was taken over");
    Ok(())
}
