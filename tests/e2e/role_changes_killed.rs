//! The app is killed while roles are given and taken: after each restart it says what Dfns has, or that it is open.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{sandbox::Sandbox, window::Window};
use serde_json::json;

use crate::{
    changing::open,
    credentials::enrol,
    role_changes::{NAME, READER, decide, give, pending, roles, shown, take},
    steps::{app, desktop, kill, wait_listed, wait_told},
};

/// How often the app is killed, unless `KEYBEARER_KILLS` says otherwise.
const KILLS: usize = 6;

/// What comes by chance, below this.
fn by_chance(below: u64) -> u64 {
    RandomState::new().build_hasher().finish() % below
}

/// Asks for it, and kills the app at some moment from then on, while each of its requests takes a twentieth of a second.
async fn ask_and_kill(window: &Window<'_>, sandbox: &Sandbox, gives: bool) -> Result<()> {
    open(window, NAME).await?;
    let call = if gives { "createAssignment" } else { "revokeAssignment" };
    for call in ["actionInit", "action", call, "listAssignments"] {
        sandbox.fault(call, json!({ "kind": "slow", "ms": 50 }), 1).await?;
    }
    if gives {
        give(window, READER).await?
    } else {
        take(window, READER).await?
    }
    // Sooner as often as later, however quick the computer is.
    let most = [300, 1000, 3000][usize::try_from(by_chance(3))?];
    tokio::time::sleep(Duration::from_millis(by_chance(most))).await;
    kill(window)
}

/// What is told as open: its state, where there is one.
async fn told_open(window: &Window<'_>) -> Result<Option<String>> {
    if window.is_shown("attention-row").await? {
        window.attribute("attention-row", "data-state").await
    } else {
        Ok(None)
    }
}

#[tokio::test]
async fn whenever_it_is_killed_it_says_of_a_role_what_dfns_has_or_that_it_is_open() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let mut window = Window::open(&desktop, app(), &[]).await?;
    enrol(&window, &sandbox).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    let kills = std::env::var("KEYBEARER_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let (mut done, mut not, mut waiting, mut doubtful) = (0, 0, 0, 0);
    for turn in 0..kills {
        if turn > 0 && turn % 25 == 0 {
            eprintln!("{turn} kills: {done} done, {not} not, {waiting} pending, {doubtful} told as open");
        }
        let approves = by_chance(3) == 0;
        sandbox.tell("role-approval", json!({ "needed": approves })).await?;
        let had = roles(&sandbox).await?.contains(&READER.to_owned());
        ask_and_kill(&window, &sandbox, !had).await.with_context(|| format!("turn {turn}"))?;
        drop(window);
        window = Window::open(&desktop, app(), &[]).await?;
        window.wait_for("key-name").await?;
        wait_listed(&window).await?;
        let (has, request) = (roles(&sandbox).await?.contains(&READER.to_owned()), pending(&sandbox, READER).await?);
        if request.is_some() {
            window.wait_attribute("attention-row", "data-state", "pending").await.context("pending, and not told")?;
            waiting += 1;
        } else if has != had {
            // It was done: whatever was open of it is settled by looking.
            window.wait_gone("attention").await.context("done, and told as open")?;
            done += 1;
        } else {
            not += 1;
        }
        let state = told_open(&window).await?;
        ensure!((state.as_deref() == Some("pending")) == request.is_some(), "turn {turn}: {state:?}, {request:?}");
        doubtful += usize::from(state.as_deref() == Some("doubtful"));
        open(&window, NAME).await?;
        let waits = request.is_some() && !has;
        window
            .wait_until("its roles", async || {
                let shown = shown(&window).await?;
                // One that is open stands there too, and says that it is.
                let holds = shown.iter().any(|(name, note)| name == READER && (has || note.is_empty()));
                let stands = shown.iter().any(|(name, _)| name == READER);
                ensure!(holds == has && (!waits || stands), "{shown:?}, and Dfns: {has}");
                Ok(())
            })
            .await?;
        window.click("key-close").await?;
        if request.is_some() {
            decide(&sandbox, READER, by_chance(2) == 0).await?;
            window.click("attention-check").await?;
        }
        // What nobody knows more of is dismissed.
        window
            .wait_until("nothing to be open", async || {
                window.move_pointer_away().await?;
                let state = told_open(&window).await?;
                if matches!(state.as_deref(), Some("over" | "doubtful")) {
                    window.click("attention-dismiss").await?;
                }
                ensure!(!window.is_shown("attention").await?, "{state:?}");
                Ok(())
            })
            .await?;
    }
    eprintln!(
        "{kills} kills while a role was given or taken: {done} times it was done, {not} times not, {waiting} times it was \
         pending; {doubtful} were told as open"
    );
    Ok(())
}
