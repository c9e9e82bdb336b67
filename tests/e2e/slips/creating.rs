//! Making a key, giving up the wait for one, and ending the dialog that holds its token.

use anyhow::{Result, ensure};
use keybearer_support::{
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::json;

use super::{DOUBLE, Hand, SIZES, asked, each_double_click, rows, wait_asked};
use crate::steps::{app, copy, create, desktop, press_keys, says, sign_in, working};
use keybearer_core::words;

#[tokio::test]
async fn a_token_that_is_held_outlives_every_double_click_on_done() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    create(&window, "Held").await?;
    let hand = Hand(&window);
    for (width, height) in SIZES {
        window.resize(width, height).await?;
        for copied in [false, true] {
            if copied {
                copy(&window).await?;
            }
            for apart in DOUBLE {
                hand.double("reveal-done", apart).await?;
                ensure!(window.is_shown("reveal").await?, "{apart} ms at {width}×{height}: it is gone");
                if window.is_shown("reveal-back").await? {
                    window.click("reveal-back").await?;
                }
            }
            if width == SIZES[0].0 && !copied {
                let told = window.text("reveal-error").await?;
                ensure!(says(&told, &words::err_never_left()), "{told}");
            }
        }
        hand.open("reveal-done", "reveal-discard").await?;
        let yes = hand.aim("reveal-discard").await?;
        window.click("reveal-back").await?;
        for apart in DOUBLE {
            hand.rush("reveal-done", ("reveal-discard", &yes), apart).await?;
            ensure!(window.is_shown("reveal").await?, "{apart} ms at {width}×{height}: it is gone");
            window.click("reveal-back").await?;
        }
    }
    ensure!((working(&sandbox, "Held").await?.len(), asked(&sandbox).await?) == (1, (0, 1)));
    Ok(())
}

/// *Create anyway*, *Yes, finish* and *Revoke this key*: eight keys of one name, each made and ended by double clicks.
#[tokio::test]
async fn a_double_click_makes_one_key_and_ends_one() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    sandbox.make_elsewhere("Twin", None).await?;
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    let hand = Hand(&window);
    let (mut revoked, mut made) = (0, 0);
    each_double_click(&window, async |apart| {
        window.type_into("key-name", "Twin").await?;
        press_keys(&desktop, &["--delay", &apart.to_string(), "Return", "Return"])?;
        window.wait_for("create-anyway").await?;
        // Asked by the button, too.
        window.press("key-name", Key::End).await?;
        hand.double("create-submit", apart).await?;
        window.wait_for("create-anyway").await?;
        hand.open("create-submit", "create-anyway").await?;
        let anyway = hand.aim("create-anyway").await?;
        hand.rush("create-submit", ("create-anyway", &anyway), apart).await?;
        ensure!(asked(&sandbox).await? == (revoked, made), "a key was asked for, or revoked");
        hand.double("create-anyway", apart).await?;
        made += 1;
        window.wait_for("reveal").await?;
        ensure!(asked(&sandbox).await? == (revoked, made), "{:?}", asked(&sandbox).await?);

        // By turns.
        if made % 2 == 0 {
            copy(&window).await?;
            window.click("reveal-done").await?;
            hand.double("reveal-discard", apart).await?;
        } else {
            hand.double("reveal-revoke", apart).await?;
            revoked += 1;
        }
        window.wait_gone("reveal").await?;
        wait_asked(&sandbox, revoked, made).await?;
        hand.close_what_opened().await?;
        ensure!(window.is_shown("signout").await?, "signed out");
        ensure!(rows(&window, "attention-row").await? == 0, "it stands under Needs attention");
        Ok(())
    })
    .await?;
    ensure!(working(&sandbox, "Twin").await?.len() == 1 + made - revoked, "{}", sandbox.keys().await?);
    Ok(())
}

#[tokio::test]
async fn a_double_click_calls_off_one_wait_and_asks_for_nothing_anew() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    sandbox.fault("create", json!({ "kind": "silent", "made": false }), 100).await?;
    let hand = Hand(&window);
    let (mut made, mut place) = (0, None);
    each_double_click(&window, async |apart| {
        window.type_into("key-name", &format!("Wanted {made}")).await?;
        match place.take().filter(|_| DOUBLE[0] != apart) {
            // Where it comes is known from the one before, at the same size.
            Some(at) => hand.rush("create-submit", ("create-cancel", &at), apart).await?,
            None => hand.open("create-submit", "create-cancel").await?,
        }
        made += 1;
        window.wait_armed("create-cancel").await?;
        ensure!(window.is_shown("create-progress").await?, "the wait was called off");
        place = Some(hand.aim("create-cancel").await?);
        hand.double("create-cancel", apart).await?;
        window.wait_gone("create-progress").await?;
        window.wait_for("attention").await?;
        wait_asked(&sandbox, 0, made).await?;
        ensure!(rows(&window, "attention-row").await? == made, "it is not under Needs attention");
        window.clear("key-name").await
    })
    .await
}
