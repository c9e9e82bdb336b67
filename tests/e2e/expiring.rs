//! What ends soon: told by how near it is, put off, by a notification of the desktop, and in a calendar file.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use keybearer::journal;
use keybearer_core::{
    address::BaseUrl,
    credential::CredentialKind,
    journal::{Before, Event, Intent},
    key::{Key, KeyId, KeyStatus, Owner},
    redact::iso,
    words,
};
use keybearer_support::{
    desktop::Desktop,
    notifications::{Notifications, Notified},
    sandbox::Sandbox,
    skipped::skip,
    wait,
    window::Window,
};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::steps::{app, desktop, is_told, says, sign_in, wait_listed, wait_told};

/// Makes a key at Dfns of which this computer's journal knows that it ends so long from now, where it does; what it is called
/// at Dfns.
async fn ending(desktop: &Desktop, sandbox: &Sandbox, name: &str, left: Option<Duration>) -> Result<String> {
    let made = sandbox.make_elsewhere(name, None).await?;
    let id = made["id"].as_str().context("it has an id")?.to_owned();
    let expires = left.map(|left| iso(OffsetDateTime::now_utc() + left));
    let base = BaseUrl::parse(&sandbox.url)?.to_string();
    let (journal, problem) = journal::open(&desktop.home().join("data/app.keybearer.desktop/journal.sqlite"));
    ensure!(problem.is_none(), "{problem:?}");
    let intent = journal.begin(&Intent {
        owner: Owner { account: "another".into(), base, ..Owner::default() },
        kind: CredentialKind::ApiKey,
        name: name.to_owned(),
        before: Before::unlisted(None),
        replaces: None,
        part_of: None,
        signing: None,
    })?;
    let key = Key::of_id(CredentialKind::ApiKey, KeyId(id.clone()), KeyStatus::Active);
    journal.made(intent, &Key { name: name.to_owned(), expires, ..key }, Some(&[].into()))?;
    journal.record(intent, Event::Finished)?;
    Ok(id)
}

async fn open<'a>(desktop: &'a Desktop, sandbox: &Sandbox) -> Result<Window<'a>> {
    let window = Window::open(desktop, app(), &[]).await?;
    sign_in(&window, sandbox, &sandbox.admin).await?;
    Ok(window)
}

/// Starts the app once more, which has the sign-in in the keyring.
async fn open_again(desktop: &Desktop) -> Result<Window<'_>> {
    let window = Window::open(desktop, app(), &[]).await?;
    wait_listed(&window).await?;
    Ok(window)
}

/// The kind of each row under what needs attention, how near its end is, and its name.
async fn rows(window: &Window<'_>) -> Result<Vec<(String, String, String)>> {
    let rows = "return [...document.querySelectorAll('[data-test=attention-row]')].map((row) =>
        [row.dataset.kind, row.dataset.near ?? '', row.querySelector('.row-name').textContent])";
    Ok(serde_json::from_value(window.execute(rows, vec![]).await?)?)
}

async fn wait_rows(window: &Window<'_>, wanted: &[(&str, &str, &str)]) -> Result<()> {
    window
        .wait_until("the rows", async || {
            let rows = rows(window).await?;
            let told: Vec<_> = rows.iter().map(|(kind, near, name)| (&**kind, &**near, &**name)).collect();
            ensure!(told == wanted, "{told:?}");
            Ok(())
        })
        .await
}

/// Presses a button in the row of this nearness, once it takes a press.
async fn press(window: &Window<'_>, near: &str, button: &str) -> Result<()> {
    let look = "const button = document.querySelector(`[data-near=${arguments[0]}] [data-test=${arguments[1]}]`);
        if (!button) return true;
        const { top } = button.getBoundingClientRect();
        button.scrollIntoView({ block: 'center' });
        return 'unarmed' in button.dataset || Math.abs(button.getBoundingClientRect().top - top) > 1;";
    window
        .wait_until(&format!("{button} to take a press"), async || {
            let unready = window.execute(look, vec![json!(near), json!(button)]).await?;
            ensure!(unready == json!(false), "it takes none yet");
            Ok(())
        })
        .await?;
    window.click_within("attention-row", "data-near", near, button).await
}

const ENDED: (&str, &str, &str) = ("ending", "ended", "Ended");
const DAY: (&str, &str, &str) = ("ending", "day", "Day");
const WEEK: (&str, &str, &str) = ("ending", "week", "Week");
const MONTH: (&str, &str, &str) = ("ending", "month", "Month");

#[tokio::test]
async fn each_end_is_told_by_how_near_it_is_and_what_is_put_off_stays_so_after_a_restart() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let mut ids = Vec::new();
    for (name, left) in [
        ("Month", Some(Duration::days(20))),
        ("Ended", Some(Duration::days(-2))),
        ("Unknown", None),
        ("Day", Some(Duration::hours(5))),
        ("Year", Some(Duration::days(300))),
        ("Week", Some(Duration::days(5))),
    ] {
        ids.push(ending(&desktop, &sandbox, name, left).await?);
    }
    let window = open(&desktop, &sandbox).await?;
    wait_rows(&window, &[ENDED, DAY, WEEK, MONTH]).await?;
    let told = window.text("attention").await?;
    for near in
        [words::ending_near_ended(), words::ending_near_day(), words::ending_near_week(), words::ending_near_month()]
    {
        ensure!(says(&told, &near), "{near} in {told}");
    }
    ensure!(is_told(&told, |at| words::ending_ends(at, "api-key", "Week")), "{told}");
    ensure!(is_told(&told, |at| words::ending_has_ended(at, "Ended")), "{told}");

    press(&window, "week", "ending-later").await?;
    wait_rows(&window, &[ENDED, DAY, MONTH]).await?;
    press(&window, "ended", "ending-archive").await?;
    window.wait_armed("revoke-confirm").await?;
    window.click("revoke-confirm").await?;
    wait_rows(&window, &[DAY, MONTH]).await?;
    press(&window, "day", "ending-replace").await?;
    wait_told(&window, "create-title", &words::create_replacement_title("api-key")).await?;
    ensure!(window.value("key-name").await? == "Day");
    drop(window);

    let window = open_again(&desktop).await?;
    wait_rows(&window, &[DAY, MONTH]).await
}

#[tokio::test]
async fn what_was_put_off_comes_back_by_itself_once_it_is_nearer() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    drop(window);
    ending(&desktop, &sandbox, "Soon", Some(Duration::days(7) + Duration::seconds(20))).await?;
    let window = open(&desktop, &sandbox).await?;
    wait_rows(&window, &[("ending", "month", "Soon")]).await?;
    press(&window, "month", "ending-later").await?;
    wait_rows(&window, &[]).await?;
    // Nothing is pressed: its time comes.
    wait_rows(&window, &[("ending", "week", "Soon")]).await
}

#[tokio::test]
async fn many_ends_are_one_row_beneath_what_else_needs_attention_which_opens_them_in_the_list() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    for number in 1..=6 {
        ending(&desktop, &sandbox, &format!("Bot {number}"), Some(Duration::days(number * 4))).await?;
    }
    let window = open(&desktop, &sandbox).await?;
    let many = ("endings", "", &*words::endings_title().to_string());
    wait_rows(&window, &[many]).await?;
    sandbox.fault("create", json!({ "kind": "withoutToken" }), 1).await?;
    window.type_into("key-name", "Lost").await?;
    window.click("create-submit").await?;
    wait_rows(&window, &[("withoutToken", "", "Lost"), many]).await?;
    let counts = words::both(words::ending_week(1_u8), words::ending_month(5_u8));
    wait_told(&window, "ending-rows", &words::endings_counted(counts)).await?;
    window.click("ending-show").await?;
    let filtered = "return [document.getElementById('filter-expiry').value,
        document.querySelectorAll('[data-test=key-row]').length]";
    let filtered = window.execute(filtered, vec![]).await?;
    ensure!(filtered == json!(["soon", 6]), "{filtered}");
    window.click("ending-later").await?;
    wait_rows(&window, &[("withoutToken", "", "Lost")]).await
}

/// Sets whether notifications are wanted, and saves that.
async fn want_notifications(window: &Window<'_>) -> Result<()> {
    window.click("settings").await?;
    window.click("settings-notify").await?;
    window.click("settings-save").await?;
    window.wait_gone("settings-dialog").await
}

async fn wait_notified(service: &Notifications, count: usize) -> Result<Vec<Notified>> {
    wait::until("the notification", wait::SOON, async || {
        let all = service.all();
        ensure!(all.len() >= count, "{all:?}");
        Ok(all)
    })
    .await
}

#[tokio::test]
async fn a_notification_tells_once_of_what_came_nearer_to_whoever_wants_that() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let service = Notifications::start(&desktop)?;
    ending(&desktop, &sandbox, "<b>Payout</b> & \"Co\"", Some(Duration::days(5))).await?;
    ending(&desktop, &sandbox, "Month", Some(Duration::days(20))).await?;
    let window = open(&desktop, &sandbox).await?;
    wait_rows(&window, &[("ending", "week", "<b>Payout</b> & \"Co\""), MONTH]).await?;
    window.click("keys-refresh").await?;
    wait_listed(&window).await?;
    ensure!(service.all().is_empty(), "nobody asked for one: {:?}", service.all());

    want_notifications(&window).await?;
    let all = wait_notified(&service, 1).await?;
    let counts = words::both(words::ending_week(1_u8), words::ending_month(1_u8));
    let told = Notified {
        app: "Keybearer".to_owned(),
        summary: words::notification_ending(counts).to_string(),
        body: "“&lt;b&gt;Payout&lt;/b&gt; &amp; &quot;Co&quot;”\n“Month”".to_owned(),
    };
    ensure!(all == [told.clone()], "{all:?}");
    drop(window);

    // After a restart, of the new one alone.
    ending(&desktop, &sandbox, "Day", Some(Duration::hours(5))).await?;
    let window = open_again(&desktop).await?;
    let all = wait_notified(&service, 2).await?;
    ensure!(all[0] == told && all[1].body == "“Day”" && all.len() == 2, "{all:?}");
    // Nothing is news when the list is loaded again.
    for _ in 0..2 {
        window.click("keys-refresh").await?;
        wait_listed(&window).await?;
    }
    ensure!(service.all().len() == 2, "{:?}", service.all());
    Ok(())
}

#[tokio::test]
async fn where_nothing_shows_notifications_the_settings_tell_it_and_nobody_else_is_bothered() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    ending(&desktop, &sandbox, "Week", Some(Duration::days(5))).await?;
    let window = open(&desktop, &sandbox).await?;
    wait_rows(&window, &[WEEK]).await?;
    want_notifications(&window).await?;
    window.click("settings").await?;
    window
        .wait_text("settings-not-shown", |text| {
            is_told(text, |at| words::settings_not_shown(at, words::notification_nobody()))
        })
        .await?;
    window.click("settings-cancel").await?;
    ensure!(!window.is_shown("problems").await? && rows(&window).await?.len() == 1);

    // It is not lost by that: once something shows them, it is told.
    let service = Notifications::start(&desktop)?;
    window.click("keys-refresh").await?;
    ensure!(wait_notified(&service, 1).await?[0].body == "“Week”");
    window.click("settings").await?;
    window.wait_gone("settings-not-shown").await
}

/// What a calendar's own library reads in a file.
fn read(python: &Path, file: &Path) -> Result<Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/calendars/read.py");
    let mut reader = Command::new(python).arg("-B").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    reader.stdin.take().context("a pipe")?.write_all(&std::fs::read(file)?)?;
    let output = reader.wait_with_output()?;
    ensure!(output.status.success(), "it could not be read");
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The file that was saved, as it is told.
async fn saved(window: &Window<'_>) -> Result<PathBuf> {
    let told = window.wait_text("toast-text", |text| text.contains(".ics")).await?;
    let home = window.desktop().home().to_string_lossy().into_owned();
    let at = told.find(&home).context("it says where it is")?;
    let end = told.find(".ics").context("a calendar")? + ".ics".len();
    window.click("toast-close").await?;
    ensure!(says(&told, &words::verbatim("Calendars are often shared")), "{told}");
    Ok(told[at..end].into())
}

#[tokio::test]
async fn a_calendars_own_library_reads_each_name_as_it_is_and_knows_each_event_again() -> Result<()> {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().context("a target folder")?.join("tools");
    let python = tools.join("icalendar/bin/python3");
    if !python.exists() {
        return skip("`./setup test` installs the library that reads calendar files");
    }
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let long = format!("{}{}!", "ö 🔑".repeat(60), " ".repeat(400));
    let names = ["Two\nlines", "a;b,c\\d\\n", "🔑🔑 Schlüssel: \"x\"", "END:VEVENT\nEND:VCALENDAR", long.as_str()];
    for (days, name) in (40..).zip(names) {
        ending(&desktop, &sandbox, name, Some(Duration::days(days))).await?;
    }
    ending(&desktop, &sandbox, "Ended", Some(Duration::days(-2))).await?;
    let soon = ending(&desktop, &sandbox, "Soon", Some(Duration::days(5))).await?;
    let window = open(&desktop, &sandbox).await?;
    wait_rows(&window, &[ENDED, ("ending", "week", "Soon")]).await?;
    let mut read_events = Vec::new();
    for _ in 0..2 {
        window.click("key-export").await?;
        window.click("key-export-calendar").await?;
        read_events.push(read(&python, &saved(&window).await?)?);
    }
    let (events, again) = (&read_events[0], &read_events[1]);
    let summaries: Vec<&str> = events.iter().filter_map(|event| event["summary"].as_str()).collect();
    let wanted: Vec<String> =
        ["Soon"].into_iter().chain(names).map(|name| words::calendar_summary("api-key", name).to_string()).collect();
    ensure!(summaries == wanted, "{summaries:?}");
    ensure!(events.iter().all(|event| event["errors"] == json!([])), "{events:?}");
    let uids = |events: &[Value]| events.iter().map(|event| event["uid"].to_string()).collect::<Vec<_>>();
    ensure!(uids(events) == uids(again), "{:?} and then {:?}", uids(events), uids(again));
    ensure!(events[0]["alarms"] == json!([-1]) && events[1]["alarms"] == json!([-30, -7, -1]), "{events:?}");
    ensure!(events[0]["description"].as_str().is_some_and(|text| text.contains(&soon)), "{}", events[0]);

    // The same event, from its row and from its details.
    press(&window, "week", "ending-calendar").await?;
    let of_row = read(&python, &saved(&window).await?)?;
    ensure!(of_row.len() == 1 && of_row[0]["uid"] == events[0]["uid"], "{of_row:?}");
    let open = "[...document.querySelectorAll('[data-test=key-row]')]
        .find((row) => row.dataset.keyId === arguments[0]).click()";
    window.execute(open, vec![json!(soon)]).await?;
    window.click("key-calendar").await?;
    let of_details = read(&python, &saved(&window).await?)?;
    ensure!(uids(&of_details) == uids(&of_row), "{of_details:?}");
    Ok(())
}
