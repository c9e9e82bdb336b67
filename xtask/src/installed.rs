//! `cargo xtask installed`: the packages in a minimal Debian 12 with nothing else of ours. `xtask/installed.sh` makes it
//! and is its root; what an ordinary user does there is in here, and asks root for what only root may do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use keybearer_support::clipboard::Clipboard;
use keybearer_support::desktop::{Desktop, Wanted};
use keybearer_support::sandbox::Sandbox;
use keybearer_support::tls::{Authority, TlsFront};
use keybearer_support::wait;
use keybearer_support::window::{Key, Window};
use rusqlite::Connection;
use serde_json::Value;

use crate::{bundle, project, setup, tools, walk};

/// Where the package puts it.
const PROGRAM: &str = "/usr/bin/keybearer";

/// A host of a company's own; the script lets its name be this computer.
const HOST: &str = "dfns.company.test";

/// For what root does: a package and all that it takes along.
const A_WHILE: Duration = Duration::from_secs(600);

/// The folder of that name is Keybearer's own.
const NAME: &str = "app.keybearer.desktop";

/// What was open before an upgrade, and has to be after it.
const OPEN: &str = "Open before the upgrade";

/// A journal as the first version had it: this is a format of the past, which no change of the present one changes.
const FIRST_JOURNAL: &str = "
    CREATE TABLE wish (
        id INTEGER PRIMARY KEY AUTOINCREMENT, asked_at TEXT NOT NULL, account TEXT NOT NULL, label TEXT NOT NULL,
        base TEXT NOT NULL, organization TEXT, user TEXT, name TEXT NOT NULL, known TEXT, stage TEXT NOT NULL, key TEXT
    ) STRICT;
    CREATE INDEX wish_stage ON wish (stage);
    CREATE TABLE step (
        id INTEGER PRIMARY KEY AUTOINCREMENT, wish INTEGER NOT NULL REFERENCES wish (id), at TEXT NOT NULL,
        kind TEXT NOT NULL
    ) STRICT;
    CREATE INDEX step_wish ON step (wish);
    PRAGMA user_version = 1;
";

/// Where SQLite has the version that its user gave the file.
const JOURNALS_VERSION: std::ops::Range<usize> = 60..64;

pub(crate) fn installed(arguments: &[String]) -> Result<ExitCode> {
    match arguments {
        [] => {
            setup::check("installed")?;
            tools::tool("rust-audit-info")?;
            let older = bundle::older()?;
            let script = project::root().join("xtask/installed.sh");
            let status = project::status(Command::new(script).arg(std::env::current_exe()?).arg(older))?;
            Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        [inside, folder] if inside == "--inside" => as_an_ordinary_user(&Root { folder: folder.into() }),
        other => anyhow::bail!("“{}” is not understood", other.join(" ")),
    }
}

fn as_an_ordinary_user(root: &Root) -> Result<ExitCode> {
    let walked = walk::walk(Path::new(PROGRAM))?;
    if walked != ExitCode::SUCCESS {
        return Ok(walked);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let mut steps = Steps { began: Instant::now() };
        println!();
        let dfns = Dfns::start().await?;
        let desktop = Desktop::open(Wanted::default())?;
        over_tls(&mut steps, root, &desktop, &dfns).await?;
        upgrade(&mut steps, root, &desktop, &dfns).await?;
        first_journal(&mut steps, &desktop).await?;
        downgrade(&mut steps, root, &desktop).await?;
        removal(&mut steps, &desktop).await
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Dfns at a host whose certificate a company's own authority has signed.
struct Dfns {
    sandbox: Sandbox,
    authority: Authority,
    front: TlsFront,
}

impl Dfns {
    async fn start() -> Result<Self> {
        let (sandbox, authority) = (Sandbox::start(Path::new(PROGRAM))?, Authority::new()?);
        let front = TlsFront::start(authority.certify(&[HOST])?, &sandbox.url).await?;
        Ok(Self { sandbox, authority, front })
    }
}

async fn over_tls(steps: &mut Steps, root: &Root, desktop: &Desktop, dfns: &Dfns) -> Result<()> {
    let window = open(desktop).await?;
    paste_sign_in(&window, dfns).await?;
    window.wait_text("signin-error", |text| text.contains("doesn’t trust the authority")).await?;
    ensure!(dfns.sandbox.requests().await?.as_array().is_some_and(Vec::is_empty), "the token was sent nevertheless");
    drop(window);
    steps.held("TLS: an authority that is not in the system's store is not trusted, and nothing is sent");

    fs::write(root.folder.join("authority.crt"), dfns.authority.pem())?;
    root.asked("trust-authority").await?;
    let window = open(desktop).await?;
    paste_sign_in(&window, dfns).await?;
    create(&window, "Over TLS").await?;
    window.click("reveal-copy").await?;
    window.wait_attribute("reveal-clipboard-row", "data-state", "live").await?;
    window.click("reveal-done").await?;
    window.click("reveal-discard").await?;
    window.wait_gone("reveal").await?;
    window.click("signout").await?;
    let keys = dfns.sandbox.keys().await?;
    let made = keys.as_array().into_iter().flatten().find(|key| key["name"] == "Over TLS");
    ensure!(made.is_some(), "Dfns does not know the key: {keys}");
    window.ask_to_close()?;
    window.wait_ended(A_WHILE).await?;
    steps.held("TLS: once it is, a key is created there in the window");
    Ok(())
}

/// What was there before a newer version is there after it.
async fn upgrade(steps: &mut Steps, root: &Root, desktop: &Desktop, dfns: &Dfns) -> Result<()> {
    root.asked("install-older").await?;
    let older = version()?;
    let window = open(desktop).await?;
    paste_sign_in(&window, dfns).await?;
    window.wait_attribute("account-kept", "data-kept", "keyring").await?;
    add_destination(&window).await?;
    create(&window, OPEN).await?;
    // A window that opened a moment ago may still be settling, which undoes it.
    wait::until("the window to be in its place", A_WHILE, async || {
        desktop.display().place_first_window(140, 90, 700, 600)?;
        is_placed(desktop)?;
        // The app hears of it later than the desktop, and is asked to end right after.
        let width = window.execute("return window.innerWidth", vec![]).await?;
        ensure!(width == 700, "the app has not heard of it: its page is {width} wide");
        Ok(())
    })
    .await?;
    let id = window.app_process()?.to_string();
    ensure!(Command::new("kill").args(["-TERM", &id]).status()?.success(), "it cannot be asked to end");
    window.wait_ended(A_WHILE).await?;
    drop(window);
    desktop.write_settings(17, 900)?;
    let before = files(desktop)?;
    let destinations = fs::read(config(desktop, "destinations.json"))?;
    let settings = fs::read(config(desktop, "settings.json"))?;

    root.asked("install-newer").await?;
    ensure!(before == files(desktop)?, "the installation changed a person's files");
    let newer = version()?;
    let window = open(desktop).await?;
    window.wait_text("attention", |text| text.contains(OPEN)).await?;
    window.wait_text("account", |text| text.contains("admin@")).await?;
    let page = window.page_text().await?;
    ensure!(!window.is_shown("problems").await?, "{page}");
    window.click("settings").await?;
    window.wait_for("settings-dialog").await?;
    ensure!(window.value("settings-clipboard").await? == "17", "the settings are not as they were");
    window.client().active_element().await?.send_keys(&Key::Escape.to_string()).await?;
    window.wait_until("the window to be in its place", async || is_placed(desktop)).await?;
    create(&window, "After the upgrade").await?;
    window.wait_text("reveal-deliver", |text| text == "Deliver to Team Vault").await?;
    window.click("reveal-copy").await?;
    window.wait_attribute("reveal-clipboard-row", "data-state", "live").await?;
    window.click("reveal-done").await?;
    window.click("reveal-discard").await?;
    window.wait_gone("reveal").await?;
    window.ask_to_close()?;
    window.wait_ended(A_WHILE).await?;
    ensure!(
        fs::read(config(desktop, "destinations.json"))? == destinations,
        "the newer version changed the destinations"
    );
    ensure!(fs::read(config(desktop, "settings.json"))? == settings, "the newer version changed the settings");
    steps.held(&format!(
        "upgrade from {older} to {newer}, the same sources under an older number: account, journal, destinations, \
         settings and the window's place are there"
    ));
    Ok(())
}

/// There was no version before this one. The format of the journal has changed nevertheless, while it was made: what stands
/// in one as it was at first is there too.
async fn first_journal(steps: &mut Steps, desktop: &Desktop) -> Result<()> {
    let file = journal(desktop);
    let present = fs::read(&file)?;
    let owner = Connection::open(&file)?.query_row(
        "SELECT account, label, base, organization, user FROM wish WHERE name = ?1",
        [OPEN],
        |row| Ok([row.get::<_, Option<String>>(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]),
    )?;
    fs::remove_file(&file)?;
    let first = Connection::open(&file)?;
    first.execute_batch(FIRST_JOURNAL)?;
    first.execute(
        "INSERT INTO wish (asked_at, account, label, base, organization, user, name, stage)
         VALUES ('2026-11-23T09:00:00Z', ?1, ?2, ?3, ?4, ?5, 'Of the first format', 'asked')",
        owner,
    )?;
    drop(first);
    let window = open(desktop).await?;
    window.wait_text("attention", |text| text.contains("Of the first format")).await?;
    ensure!(!window.is_shown("problems").await?, "{}", window.page_text().await?);
    window.ask_to_close()?;
    window.wait_ended(A_WHILE).await?;
    let brought_to = fs::read(&file)?.get(JOURNALS_VERSION).map(<[u8]>::to_vec);
    ensure!(brought_to.as_deref() == present.get(JOURNALS_VERSION), "it is of another version now: {brought_to:?}");
    fs::write(&file, present)?;
    steps.held("upgrade of a journal in its first format: what is open in it is there");
    Ok(())
}

/// An older version says what it cannot read, and leaves it as it is.
async fn downgrade(steps: &mut Steps, root: &Root, desktop: &Desktop) -> Result<()> {
    let readable = files(desktop)?;
    let mut newer = fs::read(journal(desktop))?;
    newer.get_mut(JOURNALS_VERSION).context("it is a database")?.copy_from_slice(&99_u32.to_be_bytes());
    fs::write(journal(desktop), newer)?;
    for (file, _) in readable.iter().filter(|(file, _)| file.extension().is_some_and(|kind| kind == "json")) {
        let mut contents: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
        contents["version"] = 2.into();
        contents["of a newer version"] = "something".into();
        fs::write(file, contents.to_string())?;
    }
    let written = files(desktop)?;
    let from = version()?;
    root.asked("install-older").await?;
    let window = open(desktop).await?;
    let told = window.wait_text("problems", |text| text.matches("written by a newer Keybearer").count() == 4).await?;
    for what in ["journal.sqlite", "settings.json", "accounts.json", "destinations.json"] {
        ensure!(told.contains(what), "nothing is told of {what}: {told}");
    }
    window.ask_to_close()?;
    window.wait_ended(A_WHILE).await?;
    drop(window);
    ensure!(files(desktop)? == written, "the older version changed a file");
    let to = version()?;
    steps.held(&format!("downgrade from {from} to {to}, with files of newer formats: told, and left as they are"));
    for line in told.trim_end_matches("Dismiss").trim_end().lines() {
        println!("      it says: {line}");
    }

    for (file, contents) in readable {
        fs::write(file, contents)?;
    }
    root.asked("install-newer").await?;
    let window = open(desktop).await?;
    window.wait_text("attention", |text| text.contains(OPEN)).await?;
    window.ask_to_close()?;
    window.wait_ended(A_WHILE).await?;
    steps.held("and forth again: everything is there");
    Ok(())
}

/// What the manual says of how to remove a person's own data, where somebody is signed in.
async fn removal(steps: &mut Steps, desktop: &Desktop) -> Result<()> {
    for expected in [
        "One account and its sign-in token are forgotten.",
        "No account was remembered. Whatever your keyring held for Keybearer is gone.",
    ] {
        let told = bundle::output(desktop.command(PROGRAM).arg("--forget"))?;
        ensure!(told == expected, "--forget says {told:?}");
    }
    let window = open(desktop).await?;
    window.wait_for("signin-paste").await?;
    window.ask_to_close()?;
    window.wait_ended(A_WHILE).await?;
    drop(window);
    for folder in ["config", "data", "state"] {
        fs::remove_dir_all(desktop.home().join(folder).join(NAME))?;
    }
    let left =
        bundle::output(Command::new("find").arg(desktop.home()).args(["-mindepth", "1", "-iname", "*keybearer*"]))?;
    ensure!(left.is_empty(), "this is left in the home: {left}");
    steps.held("removal: --forget empties the keyring, and without the three folders nothing of ours is in the home");
    Ok(())
}

async fn open(desktop: &Desktop) -> Result<Window<'_>> {
    Window::open(desktop, Path::new(PROGRAM), &[]).await
}

async fn paste_sign_in(window: &Window<'_>, dfns: &Dfns) -> Result<()> {
    let copied = Clipboard::of(window.desktop()).copy(&dfns.sandbox.admin).await?;
    window.choose("signin-environment", "custom").await?;
    window.clear("signin-url").await?;
    window.desktop().confirm_host(&dfns.front.url(HOST))?;
    window.type_into("signin-url", &dfns.front.url(HOST)).await?;
    window.click("signin-paste").await?;
    window
        .wait_until("an outcome", async || {
            let there = window.is_shown("signin-error").await? || window.is_shown("key-name").await?;
            ensure!(there, "nothing yet");
            Ok(())
        })
        .await?;
    drop(copied);
    Ok(())
}

/// Whether the window is where it was put before the upgrade.
fn is_placed(desktop: &Desktop) -> Result<()> {
    let seen = desktop.display().first_window()?;
    ensure!((seen.x, seen.y, seen.width, seen.height) == (140, 90, 700, 600), "it is elsewhere: {seen:?}");
    Ok(())
}

/// A program that takes what it is given, and keeps none of it.
async fn add_destination(window: &Window<'_>) -> Result<()> {
    window.click("destinations-open").await?;
    window.wait_for("destinations-empty").await?;
    window.click("destinations-add").await?;
    window.wait_for("destination-choice").await?;
    window.execute("document.querySelector('[data-preset=program]').click()", vec![]).await?;
    window.wait_for("program-program").await?;
    window.type_into("destination-name", "Team Vault").await?;
    window.type_into("program-program", "/usr/bin/true").await?;
    window.type_into("program-store", "{key_name}").await?;
    window.click("destination-save").await?;
    window.wait_text("destination-row", |text| text.contains("Team Vault")).await?;
    window.desktop().confirm_destinations()?;
    window.click("destinations-close").await?;
    window.wait_gone("destinations").await
}

async fn create(window: &Window<'_>, name: &str) -> Result<()> {
    window.type_into("key-name", name).await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await?;
    Ok(())
}

fn version() -> Result<String> {
    bundle::output(Command::new(PROGRAM).arg("--version"))
}

fn config(desktop: &Desktop, file: &str) -> PathBuf {
    desktop.settings_file().with_file_name(file)
}

fn journal(desktop: &Desktop) -> PathBuf {
    desktop.home().join("data").join(NAME).join("journal.sqlite")
}

/// The person's own files, with what is in them.
fn files(desktop: &Desktop) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut found = Vec::new();
    for folder in ["config", "data", "state"] {
        let folder = desktop.home().join(folder).join(NAME);
        for entry in fs::read_dir(&folder).with_context(|| format!("{} is not there", folder.display()))? {
            let path = entry?.path();
            if path.is_file() {
                found.push((path.clone(), fs::read(path)?));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The script that waits beside, and does what is asked for in this folder.
struct Root {
    folder: PathBuf,
}

impl Root {
    async fn asked(&self, what: &str) -> Result<()> {
        let done = self.folder.join(format!("{what}.done"));
        let _ = fs::remove_file(&done);
        fs::write(self.folder.join(format!("{what}.wanted")), "")?;
        let outcome = wait::until(what, A_WHILE, async || Ok(fs::read_to_string(&done)?)).await?;
        ensure!(outcome.trim() == "0", "{what}: {outcome}");
        Ok(())
    }
}

struct Steps {
    began: Instant,
}

impl Steps {
    fn held(&mut self, what: &str) {
        println!("  {:>6.1} s  {what}", self.began.elapsed().as_secs_f32());
        self.began = Instant::now();
    }
}
