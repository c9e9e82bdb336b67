//! What Keybearer tells of itself.

use anyhow::{Result, ensure};
use keybearer_core::words;
use keybearer_support::window::{Key, Window};

use crate::steps::{app, desktop, says};

#[tokio::test]
async fn about_tells_version_licence_what_it_was_tried_against_and_all_licences_by_the_keyboard_alone() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.press("settings", Key::Enter).await?;
    window.press("about-open", Key::Enter).await?;
    let told = window.wait_text("about", |text| text.contains("Keybearer 0")).await?;
    ensure!(window.text("about-version").await? == env!("CARGO_PKG_VERSION"));
    ensure!(says(&told, &words::about_licence()) && says(&told, &words::about_tested()), "{told}");
    let open = "document.querySelector('#about-others summary').focus(); return null";
    window.execute(open, vec![]).await?;
    window.client().active_element().await?.send_keys(&Key::Enter.to_string()).await?;
    window
        .wait_text("about-licences", |text| text.contains("tauri 2.") && text.contains("Permission is hereby"))
        .await?;
    window.client().active_element().await?.send_keys(&Key::Escape.to_string()).await?;
    window.wait_gone("about").await?;
    ensure!(window.is_shown("settings-dialog").await?, "what is below it stays");
    Ok(())
}
