//! The steps that tests of service accounts and personal access tokens share.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    desktop::Desktop,
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::Value;

use crate::{
    credentials::enrol,
    steps::{app, wait_told},
};

/// Signs in with a credential, on this computer, where a signature is not asked about.
pub(crate) async fn signed_in<'a>(desktop: &'a Desktop, sandbox: &Sandbox) -> Result<Window<'a>> {
    let window = Window::open(desktop, app(), &[]).await?;
    enrol(&window, sandbox).await?;
    Ok(window)
}

/// Chooses a role by a part of its name, in the form for one.
pub(crate) async fn choose_role(window: &Window<'_>, part: &str) -> Result<()> {
    choose_role_in(window, "key-role", part).await
}

/// Chooses a role by a part of its name, in this field.
pub(crate) async fn choose_role_in(window: &Window<'_>, field: &str, part: &str) -> Result<()> {
    window
        .wait_until("the roles", async || {
            let count = "document.getElementById(arguments[0]).click();
            return document.querySelectorAll(`#${arguments[0]}-list [role=option]`).length;";
            let count = window.execute(count, vec![field.into()]).await?;
            ensure!(count.as_u64().is_some_and(|count| count > 1), "{count}");
            Ok(())
        })
        .await?;
    window.type_into(field, part).await?;
    window.press(field, Key::Enter).await
}

/// The type of the next key pair, by its name in the form.
pub(crate) async fn choose_key_type(window: &Window<'_>, key_type: &str) -> Result<()> {
    window.execute("document.querySelector('#create-terms details').open = true;", vec![]).await?;
    window.find("key-type").await?.select_by_value(key_type).await?;
    Ok(())
}

/// Copies one of the held secrets, and has it cleared again: what it is.
pub(crate) async fn learn(window: &Window<'_>, secret: &str) -> Result<String> {
    window.click_within("secret", "data-secret", secret, "secret-copy").await?;
    let clipboard = Clipboard::of(window.desktop());
    let copied = clipboard.wait_for(secret, |text| text.is_some_and(|text| !text.is_empty())).await?;
    clear(window).await?;
    copied.context("it was copied")
}

/// Copies all of the held secrets as the lines of a `.env` file, which stay on the clipboard.
pub(crate) async fn copy_as_env(window: &Window<'_>) -> Result<String> {
    window.execute("document.getElementById('reveal-all').open = true;", Vec::new()).await?;
    ensure!(window.attribute("reveal-copy-all", "data-format").await?.as_deref() == Some("env"));
    window.click("reveal-copy-all").await?;
    let copied = |text: Option<&str>| text.is_some_and(|text| text.contains("DFNS_PRIVATE_KEY"));
    Clipboard::of(window.desktop()).wait_for("the lines", copied).await?.context("a text")
}

/// Has the clipboard cleared, and waits until that is told.
pub(crate) async fn clear(window: &Window<'_>) -> Result<()> {
    window.click("reveal-clear").await?;
    wait_told(window, "reveal-clipboard", &words::clipboard_cleared()).await.map(drop)
}

/// Done, by the person's word.
pub(crate) async fn done(window: &Window<'_>) -> Result<()> {
    window.click("reveal-done").await?;
    window.wait_armed("reveal-discard").await?;
    window.click("reveal-discard").await?;
    window.wait_gone("reveal").await
}

/// The service account of this name, as the sandbox lists it.
pub(crate) async fn account(sandbox: &Sandbox, name: &str) -> Result<Value> {
    let accounts = sandbox.listed("/auth/service-accounts").await?;
    accounts.into_iter().find(|each| each["userInfo"]["name"] == name).with_context(|| format!("{name} is not there"))
}
