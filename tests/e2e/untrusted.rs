//! A display that trusts the app in part only, as with `ssh -X`.

use std::os::unix::fs::PermissionsExt;

use anyhow::{Result, ensure};
use keybearer_support::{clipboard::Clipboard, window::Window};

use crate::steps::{app, create, desktop, enter_built_in_sandbox, says, wait_told};
use keybearer_core::words;

#[tokio::test]
async fn on_a_display_that_trusts_the_app_in_part_nothing_is_called_copied() -> Result<()> {
    let desktop = desktop()?;
    let cookie = desktop.home().join("untrusted");
    let mut generate = desktop.command("xauth");
    generate.arg("-f").arg(&cookie).args([
        "generate",
        desktop.display().name(),
        "MIT-MAGIC-COOKIE-1",
        "untrusted",
        "timeout",
        "0",
    ]);
    ensure!(generate.status()?.success(), "no cookie was made");

    let started = desktop.home().join("keybearer-over-ssh");
    let program = desktop.program(app())?;
    let script = format!("#!/bin/sh\nXAUTHORITY='{}' exec '{}' \"$@\"\n", cookie.display(), program.display());
    std::fs::write(&started, script)?;
    std::fs::set_permissions(&started, std::fs::Permissions::from_mode(0o755))?;
    let window = Window::open(&desktop, &*started, &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    window.click("reveal-copy").await?;
    let told = window.wait_text("reveal-error", |text| !text.is_empty()).await?;
    ensure!(says(&told, &words::err_clipboard_untrusted()), "{told}");
    let clipboard = Clipboard::of(&desktop).text().await?;
    ensure!(clipboard.is_none(), "something is there");
    // The dialog goes on serving the token, which is in no vault.
    window.click("reveal-done").await?;
    wait_told(&window, "reveal-error", &words::err_never_left()).await?;
    ensure!(window.is_shown("reveal-done").await?);
    Ok(())
}
