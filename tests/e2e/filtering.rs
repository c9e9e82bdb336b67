//! The list is narrowed down by what is known of a key: what is chosen is seen, and nothing is kept from whoever looks for more.

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::json;

use crate::{
    account_steps::{done, signed_in},
    changing::{choose, names, wait_names},
    steps::{app, copy, desktop, wait_told},
};

/// What a new sandbox has, newest first.
const ALL: [&str; 6] = [
    "Payout service",
    "Nightly settlement",
    "Settlement bot",
    "Old build server",
    "Old reporting bot",
    "Treasury signer",
];

async fn wait_for(window: &Window<'_>, wanted: &[&str]) -> Result<()> {
    wait_names(window, &format!("{wanted:?}"), |names| names == wanted).await
}

/// The id of a role, among those that the filter offers.
async fn role(window: &Window<'_>, name: &str) -> Result<String> {
    let role = "const roles = [...document.querySelectorAll('#filter-role option')];
        return roles.find((role) => role.textContent === arguments[0])?.value ?? null;";
    let role = window.execute(role, vec![json!(name)]).await?;
    role.as_str().map(str::to_owned).with_context(|| format!("{name} is not offered"))
}

/// The texts of what is there several times.
async fn texts(window: &Window<'_>, name: &str) -> Result<Vec<String>> {
    let texts = "return [...document.querySelectorAll(`[data-test=${arguments[0]}]`)].map((each) => each.innerText.replace(/\\s*×\\s*$/, '').trim())";
    Ok(serde_json::from_value(window.execute(texts, vec![json!(name)]).await?)?)
}

/// Presses the one of several that says this.
async fn press(window: &Window<'_>, name: &str, words: &str) -> Result<()> {
    window
        .wait_until(words, async || {
            let press = "const all = [...document.querySelectorAll(`[data-test=${arguments[0]}]`)];
                const meant = all.find((each) => each.innerText.startsWith(arguments[1]));
                meant?.click();
                return meant ? null : all.map((each) => each.innerText);";
            let there = window.execute(press, vec![json!(name), json!(words)]).await?;
            ensure!(there.is_null(), "there is {there}");
            Ok(())
        })
        .await
}

async fn focused(window: &Window<'_>) -> Result<String> {
    let focused = window.execute("return document.activeElement.dataset.test ?? ''", vec![]).await?;
    Ok(focused.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn filters_combine_are_seen_at_a_glance_and_taken_away_one_by_one_or_at_once() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    let active = ["Payout service", "Nightly settlement", "Settlement bot", "Treasury signer"];
    wait_for(&window, &active).await?;
    ensure!(window.text("key-filter").await? == words::keys_filter(0).to_string());
    ensure!(!window.is_shown("key-chips").await?, "nothing was chosen yet");

    choose(&window, "filter-status", "all").await?;
    wait_for(&window, &ALL).await?;
    choose(&window, "filter-age", "365").await?;
    wait_for(&window, &["Old reporting bot", "Treasury signer"]).await?;
    choose(&window, "key-kind", "service-account").await?;
    wait_for(&window, &["Old reporting bot"]).await?;
    let role = role(&window, "Wallet reader").await?;
    choose(&window, "filter-role", &role).await?;
    wait_for(&window, &["Old reporting bot"]).await?;
    ensure!(window.text("key-filter").await? == words::keys_filter(4).to_string());
    ensure!(window.text("keys-count").await? == words::keys_some(6, 1).to_string());
    let chosen = texts(&window, "filter-chip").await?;
    let older = words::filter_older_year().to_string();
    let any = words::filter_any_status().to_string();
    ensure!(
        chosen == [any, words::keys_service_accounts().to_string(), "Wallet reader".into(), older.clone()],
        "{chosen:?}"
    );

    press(&window, "filter-chip", &older).await?;
    wait_for(&window, &["Settlement bot", "Old reporting bot"][1..]).await?;
    ensure!(focused(&window).await? == "filter-chip", "whoever goes on by the keyboard has lost the way");
    press(&window, "filter-chip", "Wallet reader").await?;
    wait_for(&window, &["Settlement bot", "Old reporting bot"]).await?;
    choose(&window, "filter-role", "no-role").await?;
    wait_for(&window, &[]).await?;
    window.click("filter-clear-all").await?;
    wait_for(&window, &active).await?;
    ensure!(!window.is_shown("key-chips").await? && focused(&window).await? == "key-filter");
    Ok(())
}

#[tokio::test]
async fn where_nothing_matches_it_is_said_which_filter_keeps_it_away() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    wait_names(&window, "the list", |names| names.len() == 4).await?;
    let role = role(&window, "Wallet reader").await?;
    choose(&window, "filter-role", &role).await?;
    wait_told(&window, "keys-empty", &words::keys_none_match()).await?;
    let without = |filter: &str, count: usize| words::keys_without(count, filter).to_string();
    let offered = texts(&window, "keys-without").await?;
    let state = words::keys_active().to_string();
    ensure!(offered == [without(&state, 1), without("Wallet reader", 4)], "{offered:?}");
    press(&window, "keys-without", &without(&state, 1)).await?;
    wait_for(&window, &["Old reporting bot"]).await?;

    window.type_into("key-search", "zzz").await?;
    wait_told(&window, "keys-empty", &words::keys_none_found("zzz")).await?;
    let offered = texts(&window, "keys-without").await?;
    ensure!(offered == [words::keys_without_search(1).to_string()], "{offered:?}");
    choose(&window, "filter-age", "730").await?;
    press(&window, "keys-without-any", &words::keys_without_any().to_string()).await?;
    wait_for(&window, &ALL).await?;
    ensure!(window.value("key-search").await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn what_was_made_here_is_found_by_when_it_ends_and_by_a_token_that_may_be_lost() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    for (name, days) in [("For a month", "30"), ("For a year", "365")] {
        choose(&window, "key-days", days).await?;
        window.type_into("key-name", name).await?;
        window.press("key-name", Key::Enter).await?;
        window.wait_for("reveal").await?;
        copy(&window).await?;
        done(&window).await?;
    }
    sandbox.fault("createServiceAccount", json!({ "kind": "withoutToken" }), 1).await?;
    window.type_into("key-name", "Without a token").await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_attribute("attention-row", "data-kind", "withoutToken").await?;
    wait_names(&window, "all of them", |names| names.len() == 7).await?;

    choose(&window, "filter-token", "lost").await?;
    wait_for(&window, &["Without a token"]).await?;
    choose(&window, "filter-token", "elsewhere").await?;
    wait_names(&window, "what was there before", |names| names.len() == 4 && !names.contains(&"For a year".into()))
        .await?;
    choose(&window, "filter-token", "").await?;
    for (expiry, wanted) in [("7", &[][..]), ("30", &["For a month"]), ("ended", &[]), ("later", &["For a year"])] {
        choose(&window, "filter-expiry", expiry).await?;
        wait_names(&window, expiry, |names| {
            wanted.iter().all(|name| names.contains(&(*name).into())) && names.len() <= wanted.len() + 1
        })
        .await?;
    }
    choose(&window, "filter-expiry", "unknown").await?;
    wait_names(&window, "what nobody knows the end of", |names| {
        names.contains(&"Settlement bot".into()) && !names.iter().any(|name| name.starts_with("For a"))
    })
    .await
}

#[tokio::test]
async fn in_a_small_window_the_filters_are_within_it_and_go_by_the_keyboard() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    window.resize(420, 520).await?;
    wait_names(&window, "the list", |names| names.len() == 4).await?;
    window.press("key-filter", Key::Enter).await?;
    window.wait_for("key-filters").await?;
    window
        .wait_until("the first filter to have the focus, in sight", async || {
            ensure!(focused(&window).await? == "filter-status", "{} has", focused(&window).await?);
            let inside = "const place = document.getElementById('key-filters').getBoundingClientRect();
                return [place.left, place.top, innerWidth - place.right, innerHeight - place.bottom].map(Math.round);";
            let edges: Vec<i64> = serde_json::from_value(window.execute(inside, vec![]).await?)?;
            ensure!(edges.iter().all(|edge| *edge >= 0), "{edges:?}");
            Ok(())
        })
        .await?;
    window.press("filter-status", Key::Down).await?;
    let shown = words::filter_shown(6, 1);
    wait_told(&window, "filter-shown", &shown).await?;
    window.press("filter-status", Key::Escape).await?;
    window.wait_gone("key-filters").await?;
    ensure!(focused(&window).await? == "key-filter", "{} has the focus", focused(&window).await?);
    ensure!(names(&window).await? == ["Old reporting bot"], "{:?}", names(&window).await?);
    Ok(())
}
