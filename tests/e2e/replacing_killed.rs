//! The app is killed while a service account is replaced: the old one never rests before the new one is proven, and what is left to do
//! is told after each kill.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use keybearer_core::words;
use keybearer_support::{
    sandbox::Sandbox,
    store::Store,
    window::{Key, Window},
};
use serde_json::{Value, json};

use crate::{
    account_steps::account,
    replacing_accounts::{OLD, choose_to_replace, id_of, roles_of, with_two_roles},
    service_accounts_killed::{by_chance, is_whole_in, kills},
    steps::{app, desktop, kill, says, wait_listed},
};

/// Calls that take a moment, so that kills fall into them as well.
const SLOW: [&str; 8] = [
    "listServiceAccounts",
    "actionInit",
    "action",
    "createServiceAccount",
    "createAssignment",
    "deactivateServiceAccount",
    "archiveServiceAccount",
    "readServiceAccount",
];

/// What is to be seen of an old account and of what replaces it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Left {
    /// No new one was made.
    Nothing,
    /// The new one is not known to be in a vault.
    NewOne,
    ToDeactivate,
    ToArchive,
    /// The old one is archived.
    Done,
}

/// The account of this name as the sandbox has it, unless it was archived.
async fn there(sandbox: &Sandbox, name: &str) -> Result<Option<Value>> {
    let all = sandbox.listed("/auth/service-accounts").await?;
    Ok(all.into_iter().find(|each| each["userInfo"]["name"] == name))
}

fn works(account: &Value) -> bool {
    account["userInfo"]["isActive"] == json!(true)
}

/// One press in "Needs attention", as soon as it counts. The row may be drawn anew meanwhile.
async fn press(window: &Window<'_>, name: &str) -> Result<()> {
    let mut pressed = Ok(());
    for _ in 0..3 {
        window.wait_for(name).await?;
        pressed = async {
            window.wait_armed(name).await?;
            window.click(name).await
        }
        .await;
        if pressed.is_ok() {
            break;
        }
    }
    pressed
}

/// Replaces the old one as far as it comes before the app is killed: in each fourth turn while it is made, or its old one deactivated,
/// or archived.
async fn go_on_and_kill(window: &Window<'_>, sandbox: &Sandbox, turn: usize) -> Result<()> {
    let slow = async || -> Result<()> {
        for call in SLOW {
            sandbox.fault(call, json!({ "kind": "slow", "ms": 80 }), 1).await?;
        }
        Ok(())
    };
    if turn % 4 < 2 {
        slow().await?;
    }
    window.press("key-name", Key::Enter).await?;
    if turn % 4 < 2 {
        tokio::time::sleep(by_chance(1800)).await;
        return kill(window);
    }
    window.wait_text("attention", |text| says(text, &words::attention_old_to_revoke())).await?;
    if turn % 4 == 2 {
        slow().await?;
    }
    press(window, "attention-revoke").await?;
    if turn % 4 == 2 {
        tokio::time::sleep(by_chance(900)).await;
        return kill(window);
    }
    window.wait_text("attention", |text| says(text, &words::attention_old_to_archive())).await?;
    slow().await?;
    press(window, "attention-revoke").await?;
    tokio::time::sleep(by_chance(900)).await;
    kill(window)
}

/// What is left to do, as the sandbox and the vault have it. Fails where the old one rests and the new one is not proven.
async fn left(sandbox: &Sandbox, store: &Store, old: &str, new: &str, roles: &[String]) -> Result<Left> {
    let (old, made) = (there(sandbox, old).await?, there(sandbox, new).await?);
    let whole = made.is_some() && is_whole_in(store, new, sandbox).await?;
    if !old.as_ref().is_some_and(works) {
        let made = made.as_ref().context("the old one does not work, and there is no new one")?;
        ensure!(works(made) && whole && roles_of(made) == roles, "the old one does not work, and the new one: {made}");
    }
    Ok(match (&old, &made) {
        (None, _) => Left::Done,
        (Some(old), _) if !works(old) => Left::ToArchive,
        (Some(_), None) => Left::Nothing,
        (Some(_), Some(_)) if whole => Left::ToDeactivate,
        (Some(_), Some(_)) => Left::NewOne,
    })
}

/// Whether the window tells it.
async fn is_plain(window: &Window<'_>, left: Left, old: &str, new: Option<&str>) -> Result<bool> {
    let seen = |text: &str| match left {
        Left::ToArchive => says(text, &words::attention_old_to_archive()) && text.contains(old),
        Left::ToDeactivate => says(text, &words::attention_old_to_revoke()) && text.contains(old),
        Left::NewOne => new.is_some_and(|new| text.contains(new)),
        Left::Nothing | Left::Done => true,
    };
    match left {
        Left::Nothing | Left::Done => Ok(true),
        // Its delivery may have ended unseen: then it may be in the vault, and that is told of the new one.
        Left::ToDeactivate => {
            let either = |text: &str| seen(text) || new.is_some_and(|new| text.contains(new));
            Ok(window.wait_text("attention", either).await.is_ok())
        }
        _ => Ok(window.wait_text("attention", seen).await.is_ok()),
    }
}

/// Ends what was left, so that one account works and nothing is open: the name of that one.
async fn settle(window: &Window<'_>, sandbox: &Sandbox, old: &str, new: &str) -> Result<String> {
    for _ in 0..8 {
        if !window.is_shown("attention-row").await? {
            break;
        }
        let kind = "return document.querySelector('[data-test=attention-row]')?.dataset.kind ?? ''";
        let kind = window.execute(kind, vec![]).await?;
        let goes_on = match kind.as_str().unwrap_or_default() {
            "oldToRevoke" | "oldToArchive" if window.is_shown("attention-roles").await? => "attention-roles",
            "oldToRevoke" | "oldToArchive" | "notHandedOver" | "withoutToken" | "candidate" => "attention-revoke",
            _ => "attention-dismiss",
        };
        let before = window.content("attention").await?;
        // The list may settle it first.
        let pressed = tokio::time::timeout(Duration::from_secs(5), press(window, goes_on)).await;
        if !pressed.is_ok_and(|pressed| pressed.is_ok()) {
            continue;
        }
        let changed = window.wait_text("attention", |text| text != before);
        let _ = tokio::time::timeout(Duration::from_secs(4), changed).await;
    }
    ensure!(!window.is_shown("attention-row").await?, "open still: {}", window.content("attention").await?);
    match (there(sandbox, old).await?, there(sandbox, new).await?) {
        (Some(left), None) if works(&left) => Ok(old.to_owned()),
        (None, Some(made)) if works(&made) => Ok(new.to_owned()),
        (left, made) => bail!("{old}: {left:?}, {new}: {made:?}"),
    }
}

#[tokio::test]
async fn whenever_it_is_killed_the_old_one_works_until_the_new_one_is_proven_and_what_is_left_is_told() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let (mut window, store) = with_two_roles(&desktop, &sandbox).await?;
    let roles = roles_of(&account(&sandbox, OLD).await?);
    ensure!(roles.len() == 2);
    let (mut old, mut found, mut untold) = (OLD.to_owned(), BTreeMap::new(), 0);
    let kills = kills();
    for turn in 0..kills {
        if turn > 0 && turn % 25 == 0 {
            eprintln!("{turn} kills: {found:?}, {untold} not told");
        }
        let new = choose_to_replace(&window, &old).await?;
        let old_id = id_of(&account(&sandbox, &old).await?)?;
        go_on_and_kill(&window, &sandbox, turn).await.context(new.clone())?;
        drop(window);
        window = Window::open(&desktop, app(), &[]).await?;
        window.wait_for("key-name").await?;
        wait_listed(&window).await?;
        let left = left(&sandbox, &store, &old, &new, &roles).await.context(new.clone())?;
        *found.entry(format!("{left:?}")).or_insert(0) += 1;
        let new_id = there(&sandbox, &new).await?.as_ref().map(id_of).transpose()?;
        untold += usize::from(!is_plain(&window, left, &old_id, new_id.as_deref()).await?);
        old = settle(&window, &sandbox, &old, &new).await.context(new)?;
    }
    eprintln!(
        "{kills} kills while a service account was replaced: {found:?}; {untold} times what was left was not told"
    );
    ensure!(untold == 0);
    Ok(())
}
