//! Copies of a token that goes into a vault: in the memory of the app's processes, at each step and after the last.

use anyhow::{Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    process,
    skipped::skip,
    store::Store,
    window::{Key, Window},
};

use crate::{
    memory::{dfns, drawn, sign_in},
    memory_table::Table,
    steps::{CLOSED_TO_OTHERS, create, desktop, released, wait_read_back, wait_told},
};

#[tokio::test]
async fn a_token_that_goes_straight_into_a_vault_is_in_no_page_and_afterwards_nowhere() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let desktop = desktop()?;
    let store = Store::of(&desktop)?;
    store.configure(&desktop, true)?;
    for length in [940, 1200] {
        eprintln!("one Enter, {length} letters (UTF-8/UTF-16/base64/hexadecimal)");
        let token = drawn(length);
        let dfns = dfns(&token).await?;
        let window = Window::open(&desktop, &released()?, &[]).await?;
        sign_in(&window, &dfns, &drawn(900)).await?;
        let table = Table::new(&[&token], &window)?;
        let name = format!("Slow both {length}");
        window.type_into("key-name", &name).await?;
        window.press("key-name", Key::Enter).await?;
        wait_told(&window, "create-progress", &words::creating_delivering()).await?;
        table.ensure_no_page_has_it("delivering")?;
        store.go_on()?;
        wait_told(&window, "create-progress", &words::creating_reading_back()).await?;
        table.ensure_no_page_has_it("reading back")?;
        store.go_on()?;
        wait_read_back(&window, &format!("Team Vault: {name}")).await?;
        ensure!(store.entry(&name).as_ref() == Some(&token), "something else is stored");
        table.ensure_gone("delivered, done").await?;
        window.click("signout").await?;
        window.wait_for("signin-environment").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_token_that_is_delivered_from_the_dialog_is_in_no_page_and_after_done_nowhere() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let desktop = desktop()?;
    let store = Store::of(&desktop)?;
    store.configure(&desktop, false)?;
    let token = drawn(1200);
    let dfns = dfns(&token).await?;
    let window = Window::open(&desktop, &released()?, &[]).await?;
    sign_in(&window, &dfns, &drawn(900)).await?;
    let table = Table::new(&[&token], &window)?;
    create(&window, "From the dialog").await?;
    table.ensure_no_page_has_it("dialog open")?;
    window.click("reveal-deliver").await?;
    window.wait_for("reveal-delivered").await?;
    ensure!(store.entry("From the dialog").as_ref() == Some(&token), "something else is stored");
    table.ensure_no_page_has_it("delivered")?;
    window.click("reveal-done").await?;
    window.wait_gone("reveal").await?;
    table.ensure_gone("done").await
}
