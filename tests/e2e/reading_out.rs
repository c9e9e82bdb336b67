//! A shown token and the accessibility bus.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    accessibility::Accessibility,
    clipboard::Clipboard,
    desktop::{Desktop, Wanted},
    window::Window,
};

use crate::steps::{app, copy, create, enter_built_in_sandbox, wait_told};

#[tokio::test]
async fn a_shown_token_is_on_the_accessibility_bus_only_once_the_person_asks_for_it() -> Result<()> {
    let mut desktop = Desktop::open(Wanted::default())?;
    let accessibility = Accessibility::start(&mut desktop).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    copy(&window).await?;
    let token = Clipboard::of(&desktop).text().await?.context("it is copied")?;
    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    window.wait_text("token-text", |text| *text == token).await?;
    // It tells what it draws a moment after it has drawn it: the countdown after the token.
    let told = window
        .wait_until("the window to be on the bus", async || {
            let told = accessibility.told().await?;
            ensure!(told.iter().any(|told| told == "Let screen readers read it"), "its button is not");
            ensure!(told.iter().any(|told| told.starts_with("Hides in 0:")), "its countdown is not");
            Ok(told)
        })
        .await?;
    ensure!(!told.iter().any(|told| token.as_bytes().windows(16).any(|piece| holds(told, piece))), "it is on the bus");

    window.click("token-read").await?;
    window
        .wait_until("the token on the bus", async || {
            ensure!(accessibility.told().await?.contains(&token), "it is not");
            Ok(())
        })
        .await?;
    window.click("token-hide").await?;
    window.leave_token_window().await?;
    wait_told(&window, "reveal-show", &words::reveal_show()).await?;
    window
        .wait_until("nothing of it to be on the bus", async || {
            ensure!(!accessibility.told().await?.contains(&token), "it is");
            Ok(())
        })
        .await
}

fn holds(text: &str, piece: &[u8]) -> bool {
    text.as_bytes().windows(piece.len()).any(|part| part == piece)
}
