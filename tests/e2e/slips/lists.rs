//! A list of names: begun, stopped, gone on with, tried again, given up and put aside.

use anyhow::{Result, ensure};
use keybearer_core::words::{self, Message};
use keybearer_support::{sandbox::Sandbox, window::Window};
use serde_json::json;

use super::{Hand, asked, each_double_click, wait_asked};
use crate::{
    delivering::ready,
    steps::{app, desktop, paste_into, says},
};

/// Waits for a list's state, and for what it says of itself then.
async fn wait_state(window: &Window<'_>, wanted: &str, sentence: &Message) -> Result<()> {
    window
        .wait_until(&format!("the list to be {wanted}"), async || {
            let state = window.attribute("batch-work", "data-state").await?;
            let summary = window.content("batch-summary").await?;
            ensure!(state.as_deref() == Some(wanted) && says(&summary, sentence), "{state:?}: {summary}");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn a_double_click_begins_a_list_stops_it_and_goes_on_with_it_once() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let (window, store) = ready(&desktop, &sandbox, false).await?;
    let hand = Hand(&window);
    let (mut round, mut made) = (0, 0);
    each_double_click(&window, async |apart| {
        round += 1;
        window.click("batch-open").await?;
        paste_into(&window, "batch-names", &format!("First {round}\nSecond {round}")).await?;
        hand.double("batch-check", apart).await?;
        window.wait_for("batch-start").await?;
        window.click("batch-back").await?;
        hand.open("batch-check", "batch-start").await?;
        let start = hand.aim("batch-start").await?;
        window.click("batch-back").await?;
        hand.rush("batch-check", ("batch-start", &start), apart).await?;
        window.wait_armed("batch-start").await?;
        ensure!(asked(&sandbox).await? == (0, made), "a key was asked for");

        // The first is refused while one looks; the second waits long enough to be stopped at.
        sandbox.fault("create", json!({ "kind": "refused" }), 1).await?;
        sandbox.fault("create", json!({ "kind": "silent", "made": false }), 1).await?;
        hand.double("batch-start", apart).await?;
        wait_asked(&sandbox, 0, made + 2).await?;
        wait_state(&window, "running", &words::batch_failed(1)).await?;
        hand.double("batch-stop", apart).await?;
        made += 2;
        wait_state(&window, "ended", &words::batch_attention(1)).await?;
        wait_asked(&sandbox, 0, made).await?;

        // What was refused is tried again, once.
        hand.double("batch-again", apart).await?;
        made += 1;
        wait_state(&window, "ended", &words::batch_delivered(2, 1)).await?;
        wait_asked(&sandbox, 0, made).await?;
        hand.double("batch-done", apart).await?;
        window.wait_gone("batch-work").await?;
        hand.close_what_opened().await
    })
    .await?;
    ensure!(store.names()?.len() == round, "{:?}", store.names()?);
    Ok(())
}

#[tokio::test]
async fn a_double_click_on_a_list_that_pauses_goes_on_or_gives_up_once() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let (window, store) = ready(&desktop, &sandbox, false).await?;
    let hand = Hand(&window);
    let mut round = 0;
    each_double_click(&window, async |apart| {
        round += 1;
        window.click("batch-open").await?;
        paste_into(&window, "batch-names", &format!("First {round}\nSecond {round}\nThird {round}")).await?;
        window.click("batch-check").await?;
        // Long enough for a hand to pause at.
        sandbox.fault("create", json!({ "kind": "slow", "ms": 1000 }), 2).await?;
        window.click("batch-start").await?;
        hand.double("batch-pause", apart).await?;
        wait_state(&window, "paused", &words::batch_delivered(3, 1)).await?;
        hand.double("batch-resume", apart).await?;
        // A second click that paused it again is none of what ends something.
        wait_asked(&sandbox, 0, 2 * round).await?;
        if window.attribute("batch-work", "data-state").await?.as_deref() == Some("running") {
            window.click("batch-pause").await?;
        }
        wait_state(&window, "paused", &words::batch_delivered(3, 2)).await?;
        hand.double("batch-done", apart).await?;
        window.wait_gone("batch-work").await?;
        hand.close_what_opened().await?;
        ensure!(asked(&sandbox).await? == (0, 2 * round), "{:?}", asked(&sandbox).await?);
        ensure!(store.names()?.len() == 2 * round, "{:?}", store.names()?);
        Ok(())
    })
    .await
}
