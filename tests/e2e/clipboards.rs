//! Programs of Debian's that copy what was copied, or put it back: what each of them still has once it is said to be
//! cleared.

use anyhow::{Context, Result, ensure};
use keybearer_support::{clipboard::Clipboard, desktop::Desktop, process::Process, wait, wait::SOON, window::Window};

use crate::steps::{app, copy, create, desktop, enter_built_in_sandbox};

/// What is in the first cut buffer.
fn cut_buffer(desktop: &Desktop) -> Result<String> {
    let output = desktop.command("cutsel").arg("cut").output().context("cutsel could not be started")?;
    Ok(String::from_utf8(output.stdout)?)
}

/// Presses Done, and says that the token is in a vault.
async fn done(window: &Window<'_>) -> Result<String> {
    window.click("reveal-done").await?;
    window.click("reveal-discard").await?;
    window.wait_gone("reveal").await?;
    window.wait_text("said-text", |text| text.contains("cleared from the clipboard")).await
}

#[tokio::test]
async fn what_autocutsel_keeps_in_the_selection_and_the_cut_buffer_goes_with_the_clipboard() -> Result<()> {
    let desktop = desktop()?;
    let _joining = ["CLIPBOARD", "PRIMARY"]
        .map(|selection| {
            let mut autocutsel = desktop.command("autocutsel");
            autocutsel.args(["-selection", selection]);
            Process::start(autocutsel)
        })
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    let clipboard = Clipboard::of(&desktop);
    let token = clipboard.text().await?.context("it is copied")?;
    wait::until("autocutsel to have it everywhere", SOON, async || {
        ensure!(clipboard.selected().await?.as_ref() == Some(&token), "it is not selected");
        ensure!(cut_buffer(&desktop)?.contains(&token), "it is in no cut buffer");
        Ok(())
    })
    .await?;
    window.click("reveal-clear").await?;
    window.wait_text("reveal-clipboard", |text| text.contains("was cleared")).await?;
    for step in ["cleared", "done"] {
        let has = |text: Option<String>| text.is_some_and(|text| text.contains(&token));
        ensure!(!has(clipboard.text().await?), "{step}: the clipboard has it");
        ensure!(!has(clipboard.selected().await?), "{step}: the selection has it");
        ensure!(!has(Some(cut_buffer(&desktop)?)), "{step}: the cut buffer has it");
        if step == "cleared" {
            done(&window).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_parcellite_puts_back_is_cleared_before_it_is_said_to_be() -> Result<()> {
    let desktop = desktop()?;
    let _parcellite = Process::start(desktop.command("parcellite"))?;
    let clipboard = Clipboard::of(&desktop);
    let mut tries = 0;
    // It puts back what it has kept, from when on it looks.
    wait::until("Parcellite to keep what is copied", SOON, async || {
        tries += 1;
        let text = format!("kept at try {tries}?");
        let copied = clipboard.copy(&text).await?;
        // It sees what stays for as long as a look takes, which nobody tells of.
        tokio::time::sleep(std::time::Duration::from_millis(400) * tries).await;
        drop(copied);
        wait::until("it to be there", std::time::Duration::from_secs(2), async || {
            ensure!(clipboard.text().await?.as_ref() == Some(&text), "it is gone");
            Ok(())
        })
        .await
    })
    .await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    let token = clipboard.text().await?.context("it is copied")?;
    window.click("reveal-clear").await?;
    window.wait_text("reveal-clipboard", |text| text.contains("was cleared")).await?;
    ensure!(clipboard.text().await?.as_ref() != Some(&token), "it is there");
    done(&window).await?;
    ensure!(clipboard.text().await?.as_ref() != Some(&token), "it is there after Done");
    Ok(())
}
