//! The app is killed while a service account is made: there is never a second one for one wish, and the one that there is, is
//! known by its public key and archived with one click.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    sandbox::Sandbox,
    store::Store,
    window::{Key, Window},
};
use serde_json::json;

use crate::{
    credentials::{asked, enrol},
    steps::{app, copy, desktop, kill, wait_listed, wait_told},
};

/// How often the app is killed, unless `KEYBEARER_KILLS` says otherwise.
const KILLS: usize = 10;

/// How often the app is to be killed.
pub(crate) fn kills() -> usize {
    std::env::var("KEYBEARER_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS)
}

/// What comes by chance, up to so many milliseconds.
pub(crate) fn by_chance(most: u64) -> Duration {
    Duration::from_millis(RandomState::new().build_hasher().finish() % most)
}

/// The ids of those of this name that a program could use.
async fn working(sandbox: &Sandbox, name: &str) -> Result<Vec<String>> {
    let all = sandbox.listed("/auth/service-accounts").await?;
    let named = all.iter().filter(|each| each["userInfo"]["name"] == name);
    named.map(|each| each["userInfo"]["userId"].as_str().map(str::to_owned).context("an id")).collect()
}

/// Whether the vault has an entry of this name, with the three secrets of the account that there is.
pub(crate) async fn is_whole_in(store: &Store, name: &str, sandbox: &Sandbox) -> Result<bool> {
    let Some(entry) = store.entry(name) else { return Ok(false) };
    let all = sandbox.listed("/auth/service-accounts").await?;
    let account = all.iter().find(|each| each["userInfo"]["name"] == name).context("it is there")?;
    let credential = account["accessTokens"][0]["credId"].as_str().context("an id")?;
    let lines: Vec<&str> = entry.lines().collect();
    Ok(lines.get(1) == Some(&credential) && lines.last() == Some(&"-----END PRIVATE KEY-----"))
}

/// Asks for one, and kills the app at some moment from then on: while each of its requests takes a tenth of a second, or once its
/// secrets are held, on the clipboard, or on their way into a vault.
async fn ask_and_kill(window: &Window<'_>, sandbox: &Sandbox, name: &str, turn: usize) -> Result<()> {
    for call in ["listServiceAccounts", "actionInit", "action", "createServiceAccount"] {
        sandbox.fault(call, json!({ "kind": "slow", "ms": 100 }), 1).await?;
    }
    window.type_into("key-name", name).await?;
    window.press("key-name", Key::Enter).await?;
    match turn % 6 {
        3 => {
            window.wait_for("reveal").await?;
            tokio::time::sleep(by_chance(60)).await;
        }
        4 => {
            window.wait_for("reveal").await?;
            copy(window).await?;
        }
        5 => {
            window.wait_for("reveal").await?;
            window.click("reveal-deliver").await?;
            tokio::time::sleep(by_chance(250)).await;
        }
        _ => tokio::time::sleep(by_chance(700)).await,
    }
    kill(window)
}

#[tokio::test]
async fn whenever_it_is_killed_there_is_one_account_at_most_which_is_known_and_archived_with_one_click() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let store = Store::of(&desktop)?;
    store.configure(&desktop, false)?;
    let mut window = Window::open(&desktop, app(), &[]).await?;
    enrol(&window, &sandbox).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    let kills = kills();
    let (mut made, mut not, mut delivered, mut unaccounted) = (0, 0, 0, 0);
    for turn in 0..kills {
        if turn > 0 && turn % 25 == 0 {
            eprintln!("{turn} kills: {made} made, {not} not, {delivered} delivered, {unaccounted} unaccounted");
        }
        let name = format!("Killed {turn}");
        ask_and_kill(&window, &sandbox, &name, turn).await.context(name.clone())?;
        drop(window);
        window = Window::open(&desktop, app(), &[]).await?;
        window.wait_for("key-name").await?;
        wait_listed(&window).await?;
        let there = working(&sandbox, &name).await?;
        ensure!(there.len() <= 1, "{name} was made {} times", there.len());
        let Some(id) = there.first() else {
            not += 1;
            // It was written down, and Dfns never made it.
            while window.is_shown("attention").await? {
                window.click("attention-dismiss").await?;
                let _ = tokio::time::timeout(Duration::from_secs(3), window.wait_gone("attention")).await;
            }
            continue;
        };
        made += 1;
        let is_whole = is_whole_in(&store, &name, &sandbox).await?;
        delivered += usize::from(is_whole);
        // Where its delivery was proven by then, nothing is left to do.
        if is_whole && !window.is_shown("attention").await? {
            continue;
        }
        if window.wait_text("attention", |text| text.contains(id.as_str())).await.is_err() {
            unaccounted += 1;
            continue;
        }
        window.click("attention-revoke").await?;
        window.wait_gone("attention").await?;
        ensure!(working(&sandbox, &name).await?.is_empty(), "{id} works still");
    }
    let sent = asked(&sandbox, &["POST /auth/service-accounts"]).await?.len();
    eprintln!(
        "{kills} kills while a service account was made: {made} times it was, {not} times not, {sent} requests; \
         {delivered} were in a vault by then; {unaccounted} unaccounted"
    );
    ensure!(unaccounted == 0 && sent <= kills);
    Ok(())
}
