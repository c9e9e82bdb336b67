//! The app is killed in the midst of things, and started again: of every key it is known whether it exists, and it can be
//! put right with one click. And its page's process is, alone: then the dialog comes back by itself.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::json;

use crate::steps::{
    app, copied_by_keyboard, copy, create, creations, desktop, end_page, kill, says, sign_in, wait_listed, wait_told,
    working,
};

/// How often the app is killed, unless `KEYBEARER_KILLS` says otherwise: enough to hit each phase several times.
const KILLS: usize = 24;

/// Within this time the dialog is back after a kill of the page's process, and its token can be copied.
const BACK: Duration = Duration::from_secs(3);

/// What every token of the sandbox begins with, the sign-in tokens included: the header of a JWT.
const TOKEN_HEADER: &str = "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.";

/// When the app was killed, as what is left shows.
#[derive(Default)]
struct Phases {
    /// Nothing had been asked for.
    before: usize,
    /// The request was on its way, or its answer.
    during: usize,
    /// The token was held, and not known to be in a vault.
    after: usize,
    /// It was checked, or the person had said that it is in one.
    settled: usize,
}

/// Numbers that nobody chose; the first of them is printed, so that a run can be told about.
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        Self(RandomState::new().build_hasher().finish() | 1)
    }

    /// Milliseconds in these bounds.
    fn between(&mut self, least: u64, most: u64) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        Duration::from_millis(least + self.0 % (most - least + 1))
    }
}

/// Asks for a key, and kills the app, or with each third the page's process alone, at some moment about the click or after it: before,
/// during or after the request, once the token is copied, while it is checked, or while the person is done with it. Making the key
/// takes three tenths of a second.
async fn ask_and_kill(
    window: &Window<'_>,
    sandbox: &Sandbox,
    name: &str,
    turn: usize,
    chance: &mut Chance,
) -> Result<Option<Duration>> {
    sandbox.fault("create", json!({ "kind": "slow", "ms": 300 }), 1).await?;
    window.type_into("key-name", name).await?;
    let moment = turn / 3 * 2 % 6 + turn % 3;
    if moment == 0 {
        // Nothing is looked for once it is clicked on, so that the request is out before WebDriver says that it has clicked.
        let soon = "setTimeout(() => document.getElementById('create-submit').click(), 90)";
        window.execute(soon, vec![]).await?;
    } else {
        window.press("key-name", Key::Enter).await?;
    }
    if turn % 3 == 2 {
        // Any moment from before the request until long after its answer.
        tokio::time::sleep(chance.between(0, 900)).await;
        let back = kill_page(window).await?;
        kill(window)?;
        return Ok(Some(back));
    }
    match moment {
        0 => tokio::time::sleep(chance.between(0, 120)).await,
        1 => tokio::time::sleep(chance.between(0, 300)).await,
        2 => {
            window.wait_for("reveal").await?;
            tokio::time::sleep(chance.between(0, 60)).await;
        }
        3 => {
            window.wait_for("reveal").await?;
            window.click("reveal-copy").await?;
            tokio::time::sleep(chance.between(0, 60)).await;
        }
        4 => {
            window.wait_for("reveal").await?;
            copy(window).await?;
            let clipboard = Clipboard::of(window.desktop());
            let token = clipboard.text().await?.context("the token is on the clipboard")?;
            let _from_vault = clipboard.copy(&token).await?;
            window.click("reveal-check").await?;
            tokio::time::sleep(chance.between(0, 60)).await;
        }
        _ => {
            window.wait_for("reveal").await?;
            copy(window).await?;
            window.click("reveal-done").await?;
            window.click("reveal-discard").await?;
            tokio::time::sleep(chance.between(0, 60)).await;
        }
    }
    kill(window)?;
    Ok(None)
}

/// Kills the page's process alone: the dialog is back in time, and its token can be copied.
/// Tells how long that took.
async fn kill_page(window: &Window<'_>) -> Result<Duration> {
    let other = Clipboard::of(window.desktop()).copy("something else").await?;
    let killed = Instant::now();
    end_page(window, "-KILL").await?;
    copied_by_keyboard(window.desktop(), BACK).await?;
    let back = killed.elapsed();
    drop(other);
    Ok(back)
}

/// What the list tells of where a key's token is.
async fn whereabouts(window: &Window<'_>, id: &str, name: &str) -> Result<String> {
    window.clear("key-search").await?;
    window.type_into("key-search", name).await?;
    let told = "const row = document.querySelector(`[data-key-id=${arguments[0]}] .key-whereabouts`);
        return row ? row.textContent : '';";
    let told = window.execute(told, vec![json!(id)]).await?.as_str().unwrap_or_default().to_owned();
    window.clear("key-search").await?;
    Ok(told)
}

#[tokio::test]
async fn whenever_it_is_killed_each_key_that_was_made_is_found_and_revoked_with_one_click() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let kills = std::env::var("KEYBEARER_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let mut chance = Chance::new();
    eprintln!("killing it {kills} times, by chance {}", chance.0);
    let mut window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;

    let (mut phases, mut made, mut unaccounted) = (Phases::default(), 0, 0);
    let mut back = Vec::new();
    for turn in 0..kills {
        let name = format!("Killed {turn}");
        let asked = creations(&sandbox).await?;
        back.extend(ask_and_kill(&window, &sandbox, &name, turn, &mut chance).await.context(name.clone())?);
        drop(window);

        window = Window::open(&desktop, app(), &[]).await?;
        window.wait_for("key-name").await?;
        wait_listed(&window).await?;
        let asked = creations(&sandbox).await? - asked;
        ensure!(asked <= 1, "{name} was asked for {asked} times");
        let there = working(&sandbox, &name).await?;
        let settled = match there.first() {
            Some(id) => says(&whereabouts(&window, id, &name).await?, &words::token_checked()),
            None => false,
        };
        match asked {
            0 => phases.before += 1,
            _ if settled => phases.settled += 1,
            _ if says(&window.content("attention").await?, &words::attention_not_handed_over()) => phases.after += 1,
            _ => phases.during += 1,
        }
        made += there.len();
        if settled {
            continue;
        }
        for id in &there {
            // Named, and one click from being revoked.
            let named = window.wait_text("attention", |text| text.contains(id.as_str())).await;
            if named.is_err() {
                unaccounted += 1;
                continue;
            }
            window.click("attention-revoke").await?;
            window.wait_gone("attention").await?;
            ensure!(working(&sandbox, &name).await?.is_empty(), "{id} works still");
        }
        if there.is_empty() && window.is_shown("attention").await? {
            // It was written down, and Dfns never got it.
            window.click("attention-dismiss").await?;
            window.wait_gone("attention").await?;
        }
    }
    let files = desktop.files_with(TOKEN_HEADER.as_bytes())?.len();
    let Phases { before, during, after, settled } = phases;
    eprintln!(
        "{kills} kills ({before} before, {during} during, {after} after the request, {settled} after it was settled), \
         {made} keys made,"
    );
    let (pages, longest) = (back.len(), back.into_iter().max().unwrap_or_default());
    eprintln!("{pages} of them of the page's process alone, after which the token was copied within {longest:.1?},");
    eprintln!("{unaccounted} unaccounted, {files} tokens in any file");
    ensure!(unaccounted == 0 && files == 0);
    ensure!(before > 0 && during > 0 && after > 0 && settled > 0, "a phase was not hit");
    Ok(())
}

#[tokio::test]
async fn a_token_that_was_held_when_it_was_killed_is_in_no_file_and_its_key_needs_attention() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    wait_told(&window, "account", &words::session_keyring()).await?;
    sandbox.fault("create", json!({ "kind": "sample" }), 1).await?;
    create(&window, "My API Key").await?;
    kill(&window)?;
    drop(window);
    let token = crate::steps::sample_token()?;
    let files = desktop.files_with(&token.as_bytes()[..24])?;
    ensure!(files.is_empty(), "the token is in {files:?}");
    let window = Window::open(&desktop, app(), &[]).await?;
    wait_told(&window, "attention", &words::attention_not_handed_over()).await?;
    window.click("attention-dismiss").await?;
    window.wait_gone("attention").await?;
    drop(window);
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("key-name").await?;
    ensure!(!window.is_shown("attention").await?, "what was settled came back");
    Ok(())
}
