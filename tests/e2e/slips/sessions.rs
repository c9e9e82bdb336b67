//! Signing out, forgetting an account, and quitting.

use std::time::Duration;

use anyhow::{Result, ensure};
use keybearer_support::{clipboard::Clipboard, sandbox::Sandbox, window::Window};

use super::{Hand, asked, each_double_click, rows, twice};
use crate::steps::{app, copy, create, desktop, press_keys, sign_in, working};

#[tokio::test]
async fn a_double_click_signs_out_or_forgets_one_account() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.issuer).await?;
    let hand = Hand(&window);
    let mut place = None;
    let accounts = async |wanted: usize| -> Result<()> {
        window.click("accounts").await?;
        window.wait_for("accounts-menu").await?;
        let accounts = rows(&window, "account-row").await?;
        ensure!(accounts == wanted, "{accounts} accounts are known, and not {wanted}");
        Ok(())
    };
    each_double_click(&window, async |apart| {
        for ends in ["signout", "signin-forget"] {
            // Once one was forgotten, another is asked for.
            if window.is_shown("key-name").await? {
                accounts(1).await?;
                window.click("accounts-add").await?;
            }
            let copied = Clipboard::of(&desktop).copy(&sandbox.admin).await?;
            window.choose("signin-environment", "custom").await?;
            window.clear("signin-url").await?;
            window.type_into("signin-url", &sandbox.url).await?;
            // Where one signs in, what signs out is about to come.
            match &place {
                Some(place) => hand.rush("signin-paste", ("signout", place), apart).await?,
                None => hand.open("signin-paste", "signout").await?,
            }
            window.wait_for("key-name").await?;
            drop(copied);
            place = Some(hand.aim("signout").await?);
            accounts(2).await?;

            if ends == "signin-forget" {
                hand.open("accounts-renew", ends).await?;
            } else {
                press_keys(&desktop, &["Escape"])?;
            }
            hand.double(ends, apart).await?;
            window.wait_gone("signout").await?;
            accounts(1).await?;
            press_keys(&desktop, &["Escape"])?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_double_click_on_what_quits_is_no_answer_before_the_question_was_read() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    create(&window, "Held").await?;
    copy(&window).await?;
    let hand = Hand(&window);
    each_double_click(&window, async |apart| {
        // A slower one may come when the question has been there long enough, and answers it.
        if apart > 300 {
            return Ok(());
        }
        for name in ["closing-quit", "closing-revoke"] {
            window.ask_to_close()?;
            window.wait_for("closing-back").await?;
            let place = hand.aim(name).await?;
            window.click("closing-back").await?;
            window.wait_gone("closing").await?;
            window.ask_to_close()?;
            let on = hand.play(&twice(&place, &apart.to_string()), 2).await?;
            ensure!(on[1] == name, "{on:?}: {name} was not where it had been");
            ensure!(window.is_shown("reveal").await?, "{name}: it is gone");
            window.click("closing-back").await?;
            window.wait_gone("closing").await?;
        }
        Ok(())
    })
    .await?;
    ensure!((working(&sandbox, "Held").await?.len(), asked(&sandbox).await?) == (1, (0, 1)));
    // Pressed on purpose, twice: one revocation, and the end.
    window.ask_to_close()?;
    window.wait_armed("closing-revoke").await?;
    let place = hand.aim("closing-revoke").await?;
    ensure!(desktop.command("xdotool").args(twice(&place, "150")).status()?.success());
    window.wait_ended(Duration::from_secs(10)).await?;
    ensure!((working(&sandbox, "Held").await?.len(), asked(&sandbox).await?) == (0, (1, 1)));
    Ok(())
}
