//! Revoking keys, settling what needs attention, and removing destinations.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use keybearer_support::{
    desktop::Desktop,
    sandbox::Sandbox,
    store::Store,
    window::{Key, Window},
};
use serde_json::json;
use tokio::time::timeout;

use super::{DOUBLE, Hand, SIZES, asked, each_double_click, rows, wait_asked};
use crate::steps::{app, desktop, press_keys, sign_in};

/// Opens a key's details from the list.
async fn open_key(window: &Window<'_>, id: &str) -> Result<()> {
    window
        .wait_until("the key in the list", async || {
            let open = format!("document.querySelector('[data-key-id={id}]').click()");
            window.execute(&open, vec![]).await.map(drop)
        })
        .await?;
    window.wait_for("key-revoke").await.map(drop)
}

#[tokio::test]
async fn a_double_click_on_revoke_asks_and_one_on_the_answer_revokes_one_key() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let mut keys = Vec::new();
    for number in 0..SIZES.len() * DOUBLE.len() {
        let key = sandbox.make_elsewhere(&format!("Key {number}"), None).await?;
        keys.push(key["id"].as_str().context("it has an id")?.to_owned());
    }
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    let hand = Hand(&window);
    let mut revoked = 0;
    each_double_click(&window, async |apart| {
        let key = &keys[revoked];
        open_key(&window, key).await?;
        hand.double("key-revoke", apart).await?;
        window.press("key-dialog", Key::Escape).await?;
        window.wait_gone("key-dialog").await?;

        open_key(&window, key).await?;
        hand.open("key-revoke", "revoke-confirm").await?;
        let confirm = hand.aim("revoke-confirm").await?;
        window.click("key-close").await?;
        hand.rush("key-revoke", ("revoke-confirm", &confirm), apart).await?;
        ensure!(asked(&sandbox).await? == (revoked, 0), "{:?}", asked(&sandbox).await?);

        hand.double("revoke-confirm", apart).await?;
        revoked += 1;
        wait_asked(&sandbox, revoked, 0).await?;
        hand.close_what_opened().await
    })
    .await
}

#[tokio::test]
async fn of_what_needs_attention_a_double_click_settles_one_and_the_next_keeps_its_place() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    // Each key that is made anew in the place of one comes without its token as well.
    sandbox.fault("create", json!({ "kind": "withoutToken" }), 100).await?;
    let count = 2 * SIZES.len() * DOUBLE.len() + 2;
    for number in 0..count {
        window.type_into("key-name", &format!("Key {number}")).await?;
        window.press("key-name", Key::Enter).await?;
        window.wait_text("attention", |text| text.contains(&format!("Key {number}"))).await?;
    }
    let hand = Hand(&window);
    let (mut left, mut revoked, mut made) = (count, 0, count);
    each_double_click(&window, async |apart| {
        for name in ["attention-revoke", "attention-dismiss", "attention-anew"] {
            hand.double(name, apart).await?;
            revoked += usize::from(name != "attention-dismiss");
            if name == "attention-anew" {
                made += 1;
            } else {
                window.wait_for("attention-settled").await?;
                left -= 1;
            }
            wait_asked(&sandbox, revoked, made).await.context(name)?;
            window
                .wait_until("what is left", async || {
                    let open = rows(&window, "attention-row").await?;
                    ensure!(open == left, "{name}: {open}, and not {left}");
                    Ok(())
                })
                .await?;
            hand.away()?;
            window.wait_gone("attention-settled").await?;
        }
        Ok(())
    })
    .await?;
    // A second Enter presses nothing, wherever the focus has gone.
    // Where the button has slid just then, it takes neither, and a person presses it once more.
    for _ in 0..3 {
        window.wait_armed("attention-revoke").await?;
        window.execute("document.querySelector('[data-test=attention-revoke]').focus()", vec![]).await?;
        press_keys(&desktop, &["--delay", "300", "Return", "Return"])?;
        if timeout(Duration::from_secs(5), wait_asked(&sandbox, revoked + 1, made)).await.is_ok() {
            break;
        }
    }
    wait_asked(&sandbox, revoked + 1, made).await?;
    window.wait_armed("attention-dismiss").await?;
    ensure!(rows(&window, "attention-row").await? == left - 1);
    ensure!(asked(&sandbox).await? == (revoked + 1, made));
    Ok(())
}

/// Destinations that are all one store, under names of their own.
fn configure(desktop: &Desktop, count: usize) -> Result<()> {
    let store = Store::of(desktop)?;
    let all = (0..count).map(|number| store.destination(&format!("d{number}"), &format!("Vault {number}")));
    desktop.write_destinations(&json!({ "destinations": all.collect::<Vec<_>>() }))
}

#[tokio::test]
async fn a_double_click_removes_one_destination() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let count = SIZES.len() * DOUBLE.len() + 1;
    configure(&desktop, count)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    let hand = Hand(&window);
    let mut left = count;
    each_double_click(&window, async |apart| {
        window.click("destinations-open").await?;
        hand.open("destination-remove", "destination-remove-confirm").await?;
        let confirm = hand.aim("destination-remove-confirm").await?;
        window.click("destination-keep").await?;
        hand.rush("destination-remove", ("destination-remove-confirm", &confirm), apart).await?;
        ensure!(rows(&window, "destination-row").await? == left, "it was removed");
        hand.double("destination-remove-confirm", apart).await?;
        left -= 1;
        window
            .wait_until("the others", async || {
                let rows = rows(&window, "destination-row").await?;
                ensure!(rows == left, "{rows}, and not {left}");
                Ok(())
            })
            .await?;
        window.click("destinations-close").await
    })
    .await
}
