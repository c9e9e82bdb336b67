//! A journal that cannot be written or read: nothing is asked for that cannot be recorded, and what is there is not lost.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use keybearer_core::words::{self, Message};
use keybearer_support::{
    desktop::Desktop,
    launcher::{self, Launcher},
    process,
    sandbox::Sandbox,
    skipped::skip,
    window::{Key, Window},
};
use serde_json::json;

use crate::steps::{
    CLOSED_TO_OTHERS, app, copy, create, creations, desktop, ensure_nothing_copied, finish, paste_into, sign_in,
    wait_told,
};

fn data(desktop: &Desktop) -> PathBuf {
    desktop.home().join("data/app.keybearer.desktop")
}

fn journal(desktop: &Desktop) -> PathBuf {
    data(desktop).join("journal.sqlite")
}

/// That the journal cannot be used, for this reason.
fn unusable(desktop: &Desktop, why: Message) -> Message {
    words::journal_unusable(journal(desktop).display().to_string(), why)
}

/// Asks for a key, which is refused with these words, and says what the person sees.
async fn ensure_refused(window: &Window<'_>, sandbox: &Sandbox, told: &Message) -> Result<()> {
    let asked = creations(sandbox).await?;
    window.type_into("key-name", "Never asked for").await?;
    window.press("key-name", Key::Enter).await?;
    let told = wait_told(window, "create-error", told).await?;
    eprintln!("at the form: {told}");
    ensure!(creations(sandbox).await? == asked, "it was asked for");
    ensure!(window.value("key-name").await? == "Never asked for", "the name is gone");
    window.clear("key-name").await
}

async fn told_as_a_problem(window: &Window<'_>, told: &Message) -> Result<()> {
    let told = wait_told(window, "problems", told).await?;
    eprintln!("at the top: {told}");
    Ok(())
}

/// Why somebody cannot run this.
const NO_DISK: &str = "nobody gets a view of the files of their own here";

/// Starts the app on a disk of its own, where that can be had.
async fn on_a_disk<'a>(desktop: &'a Desktop, options: &str) -> Result<Option<Window<'a>>> {
    let Some(started) = launcher::where_data_is_a_disk(desktop, app(), &data(desktop), options)? else {
        return Ok(None);
    };
    Window::open(desktop, &started, &[]).await.map(Some)
}

/// Fills the app's disk to the last byte.
fn fill(window: &Window<'_>, desktop: &Desktop) -> Result<PathBuf> {
    let file = launcher::in_view_of(window.app_process()?, &data(desktop)).join("filler");
    let full = fs::write(&file, vec![0; 4 << 20]).err().context("the disk is larger than it should be")?;
    ensure!(full.raw_os_error() == Some(28), "{full}");
    Ok(file)
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_told_and_no_key_is_asked_for() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let Some(window) = on_a_disk(&desktop, "ro").await? else { return skip(NO_DISK) };
    let told = unusable(&desktop, words::journal_unopened());
    told_as_a_problem(&window, &told).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    ensure_refused(&window, &sandbox, &told).await
}

/// Starts the app where the system gives nobody a lock on its journal, as a network's disk may.
async fn without_locks<'a>(desktop: &'a Desktop, error: &str) -> Result<Window<'a>> {
    let (journal, program) = (journal(desktop), desktop.program(app())?);
    let (journal, program) = (journal.display(), program.display());
    let refusing = format!("strace -qq -o /dev/null -P '{journal}' -e trace=fcntl -e inject=fcntl:error={error}");
    let started = Launcher::new(desktop, &format!("exec {refusing} $person '{program}' \"$@\""))?;
    Window::open(desktop, &started, &[]).await
}

#[tokio::test]
async fn a_disk_without_locks_is_told_in_the_systems_words_and_not_as_another_keybearer() -> Result<()> {
    for (error, number) in [("ENOLCK", 37), ("EACCES", 13)] {
        let desktop = desktop()?;
        let window = without_locks(&desktop, error).await?;
        let why = io::Error::from_raw_os_error(number).to_string();
        told_as_a_problem(&window, &unusable(&desktop, words::journal_unlockable(why))).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_journal_that_is_deleted_while_the_window_is_open_is_told_and_no_key_is_asked_for() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    fs::remove_file(journal(&desktop))?;
    let moved = words::journal_moved(journal(&desktop).display().to_string());
    ensure_refused(&window, &sandbox, &words::journal_unwritten(moved)).await
}

#[tokio::test]
async fn a_disk_that_is_full_at_the_start_is_told_and_no_key_is_asked_for() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let Some(window) = on_a_disk(&desktop, "size=8k").await? else { return skip(NO_DISK) };
    let told = unusable(&desktop, words::journal_disk_full());
    told_as_a_problem(&window, &told).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    ensure_refused(&window, &sandbox, &told).await
}

#[tokio::test]
async fn a_disk_that_fills_up_later_stops_the_next_intent_and_loses_nothing_of_the_one_under_way() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let Some(window) = on_a_disk(&desktop, "size=1m").await? else { return skip(NO_DISK) };
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    let filler = fill(&window, &desktop)?;
    ensure_refused(&window, &sandbox, &words::journal_unwritten(words::journal_disk_full())).await?;

    // With room for the intent, and none any more once its answer comes.
    fs::remove_file(&filler)?;
    sandbox.fault("create", json!({ "kind": "slow", "ms": 1500 }), 1).await?;
    paste_into(&window, "key-name", "With room for the wish").await?;
    window.press("key-name", Key::Enter).await?;
    window
        .wait_until("the request", async || {
            ensure!(creations(&sandbox).await? == 1, "it was not asked for");
            Ok(())
        })
        .await?;
    let filler = fill(&window, &desktop)?;
    window.wait_for("reveal").await?;
    // There was room kept for what happened to the key; and none any more once a copy was forgotten without a trace, which it
    // is when nobody can put it back any more.
    copy(&window).await?;
    window.click("reveal-clear").await?;
    wait_told(&window, "reveal-clipboard", &words::clipboard_cleared()).await?;
    ensure_nothing_copied(&desktop).await?;
    ensure!(!window.is_shown("problems").await?, "something was not written down");
    fill(&window, &desktop)?;
    finish(&window).await?;
    told_as_a_problem(&window, &words::journal_unrecorded(words::journal_disk_full())).await?;
    fs::remove_file(filler)?;
    window.click("problems-dismiss").await?;
    create(&window, "With room again").await
}

/// What SQLite says of such a file.
const NO_DATABASE: &str = "file is not a database";

#[tokio::test]
async fn a_damaged_journal_is_set_aside_and_told_and_a_new_one_is_begun() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    fs::create_dir_all(data(&desktop))?;
    fs::write(journal(&desktop), "no database at all, however it may be called")?;
    let window = Window::open(&desktop, app(), &[]).await?;
    let shown = |name: &str| data(&desktop).join(name).display().to_string();
    let damaged = words::journal_damaged(shown("journal.broken-1.sqlite"), shown("journal.sqlite"), NO_DATABASE);
    told_as_a_problem(&window, &damaged).await?;
    let aside = fs::read_to_string(data(&desktop).join("journal.broken-1.sqlite"))?;
    ensure!(aside.starts_with("no database"), "{aside}");
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    create(&window, "Server Key 3").await
}

#[tokio::test]
async fn a_journal_of_a_newer_version_is_left_as_it_is_and_no_key_is_asked_for() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let file = journal(&desktop);
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    drop(window);
    make_newer(&file)?;
    let before = fs::read(&file)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    let told = unusable(&desktop, words::journal_newer(99_u8));
    told_as_a_problem(&window, &told).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    ensure_refused(&window, &sandbox, &told).await?;
    ensure!(fs::read(&file)? == before, "it was changed");
    Ok(())
}

/// Writes another version into the header of an SQLite file: `user_version`, four bytes from the 60th on.
fn make_newer(file: &Path) -> Result<()> {
    let mut bytes = fs::read(file)?;
    ensure!(bytes.starts_with(b"SQLite format 3\0"), "{} is no journal", file.display());
    bytes.get_mut(60..64).context("it has a header")?.copy_from_slice(&99_u32.to_be_bytes());
    Ok(fs::write(file, bytes)?)
}
