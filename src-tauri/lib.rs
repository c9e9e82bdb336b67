//! Keybearer creates API keys at Dfns and sees each one-time token safely out of the computer: the window, what its pages may
//! call, and the effects.
//!
//! Read from the outside in; nothing on a line points to one above it:
//!
//! - [`run`] builds the app; `window` keeps the windows true to its state.
//! - `dialog` asks the person what the page has no part in.
//! - `key_file` has the person choose a file with a private key, and `passphrase` type the one that locks it.
//! - `surroundings` leaves out of the environment what belongs to another program.
//! - `startup` is what can go wrong before there is a window; `recovery` brings a page back whose process ended.
//! - `fonts` tells where a window would have no letters.
//! - `window_state` is where the main window was the last time.
//! - [`boundary`] is the table of what the pages may call and what each of those could be turned to, `commands` what it does,
//!   [`ipc`] what crosses that border, [`view`] how it is made.
//! - [`keybearer_core`] is the app without all that: a package of its own, which knows its effects by narrow traits.
//! - [`security_report`] finds out what protects a secret on this computer.
//! - `system_theme` follows the desktop's light and dark.
//! - `session_lock` tells when the session is locked or the computer goes to sleep.
//! - [`hardening`] closes the process before anything else happens.
//! - [`forget`](fn@forget) is the way out without a window.
//! - The effects: [`dfns`] (HTTP), [`clipboard`], `notification` (what the desktop shows), [`journal`] (SQLite), [`vault`] (HTTP, and programs), `keyring`, and the
//!   sandbox that is started inside the app (`started_sandbox`).
//! - [`http`] makes the clients that [`dfns`] and [`vault`] ask with, by way of the `proxy` that is set.
//! - [`keybearer_sandbox`] is a Dfns of one's own, a package that depends on nothing else here.

#![forbid(unsafe_code)]

pub mod boundary;
pub mod clipboard;
mod commands;
pub mod dfns;
#[cfg(target_os = "linux")]
mod dialog;
#[cfg(target_os = "linux")]
mod fonts;
mod forget;
pub mod hardening;
pub mod http;
pub mod ipc;
pub mod journal;
mod key_file;
mod keyring;
#[cfg(target_os = "linux")]
mod notification;
#[cfg(target_os = "linux")]
mod passphrase;
mod proxy;
#[cfg(target_os = "linux")]
mod recovery;
pub mod security_report;
mod session_lock;
mod started_sandbox;
mod startup;
#[cfg(target_os = "linux")]
pub mod surroundings;
mod system_theme;
pub mod vault;
pub mod view;
mod window;
mod window_state;

pub use self::startup::{Unstartable, tell as tell_unstartable};
pub use self::system_theme::Colours;
#[cfg(target_os = "linux")]
pub use self::system_theme::{ASKS_FOR_COLOURS, ask_for_colours};

use std::sync::Arc;

#[cfg(not(target_os = "linux"))]
use keybearer_core::confirmation;
use keybearer_core::{
    account::Forgotten,
    app::{Effects, Folders, Keybearer},
    failure::Failure,
    key::KeyApi,
    org_policy::{self, OrgPolicy},
    words,
};
use keybearer_sandbox::Persona;
use tauri::{AppHandle, Manager, RunEvent};

use self::{
    clipboard::SystemClipboard, dfns::OverHttp, keyring::Keyring, started_sandbox::StartedSandbox, vault::Vaults,
};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Start {
    /// With the account used last, or the sign-in form.
    Usual,
    /// Signed in to the sandbox.
    InSandbox,
}

/// What is known of the page's process, on systems where its end is told.
#[cfg(target_os = "linux")]
type Recoveries = recovery::Recovery;
#[cfg(not(target_os = "linux"))]
type Recoveries = ();

/// Runs the app until its window is closed, in the colours that were asked for.
///
/// # Errors
/// Where the system gives no threads, no window, or no folder to keep anything in; and where it runs already and does not
/// answer.
pub fn run(start: Start, colours: Colours) -> Result<(), Unstartable> {
    #[cfg(target_os = "linux")]
    if startup::first_came_to_front()? {
        return Ok(());
    }
    let (folders, state_folder) = (startup::folders()?, startup::state_folder()?);
    startup::ensure_made(&folders, &state_folder)?;
    let runtime = hardening::runtime().map_err(Unstartable::Threads)?;
    tauri::async_runtime::set(runtime.handle().clone());
    let mut builder = tauri::Builder::default();
    if bus_can_be_asked() {
        // First of all: a second start that came at the same time ends in here, before it has touched anything of the first.
        builder = builder.plugin(tauri_plugin_single_instance::init(|handle, _, _| window::bring_to_front(handle)));
    }
    builder
        .manage(window::Page::default())
        .manage(Recoveries::default())
        .invoke_handler(boundary::handler())
        .setup(move |tauri| {
            let handle = tauri.handle().clone();
            let colours = colours.follow(&handle);
            tauri.manage(window_state::Remembered::in_folder(&state_folder));
            tauri.manage(StartedSandbox::default());
            let policy = OrgPolicy::read(&org_policy::files());
            let app = Arc::new(Keybearer::new(&folders, effects(&folders, &handle), policy));
            tauri.manage(Arc::clone(&app));
            tauri::async_runtime::spawn(sign_in_at_start(handle.clone(), start));
            tauri.manage(session_lock::follow(&app));
            tauri::async_runtime::spawn(async move { app.clear_leftover().await });
            tauri::async_runtime::spawn(Arc::clone(&handle.state::<Arc<Keybearer>>().sessions).keep_renewed());
            tauri::async_runtime::spawn(Arc::clone(&handle.state::<Arc<Keybearer>>()).watch_time());
            tauri::async_runtime::spawn(reconcile_sign_ins(Arc::clone(&handle.state::<Arc<Keybearer>>())));
            if let Err(error) = window::open_main(&handle, colours) {
                // Returned from here it would be a panic, which nobody sees.
                let why = Unstartable::Window(error).to_string();
                eprintln!("keybearer: {why}");
                startup::tell(&why);
                std::process::exit(1);
            }
            #[cfg(target_os = "linux")]
            fonts::look_later();
            tauri::async_runtime::spawn(window::follow(handle.clone()));
            tauri::async_runtime::spawn(end_when_asked(handle));
            Ok(())
        })
        .build(tauri::generate_context!())?
        .run(|handle, event| {
            if let RunEvent::Exit = event {
                // However the app ends, what it holds goes first.
                let app = Arc::clone(&handle.state::<Arc<Keybearer>>());
                tauri::async_runtime::block_on(app.shut_down());
                handle.state::<window_state::Remembered>().keep();
            }
        });
    Ok(())
}

/// Whether the plugin that knows of a first instance can be used: it takes for granted that the session bus has an address
/// that can be understood. Without it, the journal lets nobody but the first write.
fn bus_can_be_asked() -> bool {
    #[cfg(target_os = "linux")]
    return zbus::blocking::connection::Builder::session().is_ok();
    #[cfg(not(target_os = "linux"))]
    true
}

/// Forgets every account and its sign-in token, without a window. Tells, in words, what was done.
///
/// # Errors
/// What could not be forgotten, in words.
pub fn forget() -> Result<String, String> {
    let folders = startup::folders().map_err(|error| error.to_string())?;
    match forget::forget_all(&folders) {
        Ok((count, how, registered)) => {
            let mut done = words::forget_done(count);
            if how == Forgotten::IntoRecycleBin {
                done = words::sentences(done, Failure::InRecycleBin.in_full());
            }
            if !registered.is_empty() {
                done = words::sentences(done, words::forget_registered(registered.join("; ")));
            }
            Ok(done.to_string())
        }
        Err(failure) => Err(words::sentences(words::forget_failed(), failure.in_full()).to_string()),
    }
}

/// What the app does its work by on this system.
fn effects(folders: &Folders, handle: &AppHandle) -> Effects {
    #[cfg(target_os = "linux")]
    let confirm = Arc::new(dialog::Dialog::of(handle));
    #[cfg(not(target_os = "linux"))]
    let confirm = Arc::new(confirmation::Nobody);
    #[cfg(target_os = "linux")]
    let passphrases = Arc::new(passphrase::Dialog::of(handle));
    #[cfg(not(target_os = "linux"))]
    let passphrases = Arc::new(keybearer_core::account::NobodyToAsk);
    #[cfg(target_os = "linux")]
    let notify = Arc::new(notification::Desktop);
    #[cfg(not(target_os = "linux"))]
    let notify = Arc::new(keybearer_core::notification::NobodyToTell);
    #[cfg(not(target_os = "linux"))]
    let _ = handle;
    let (journal, journal_problem) = journal::open(&folders.journal());
    Effects {
        connect: Box::new(OverHttp),
        clipboard: Arc::new(SystemClipboard::default()),
        tokens: Arc::new(Keyring),
        secrets: Arc::new(Keyring),
        vaults: Arc::new(Vaults),
        journal,
        journal_problem,
        confirm,
        passphrases,
        notify,
        computer: startup::computer_name(),
    }
}

async fn sign_in_at_start(handle: AppHandle, start: Start) {
    let app = handle.state::<Arc<Keybearer>>();
    match start {
        Start::Usual => app.sessions.restore().await,
        Start::InSandbox => {
            let sandbox = handle.state::<StartedSandbox>();
            if let Err(failure) = app.enter_sandbox(sandbox.sign_in_as(Persona::Admin)).await {
                app.messages.say(failure.in_full());
            }
        }
    }
}

/// With each sign-in that was checked, the intents of its user that are in doubt are looked for.
async fn reconcile_sign_ins(app: Arc<Keybearer>) {
    let mut changes = app.changes();
    let mut last = None;
    loop {
        let now = app.sessions.signed_in().ok().filter(|signed_in| signed_in.unchecked.is_none());
        let owner = now.as_ref().map(|signed_in| signed_in.at.owner());
        if owner != last {
            if let (Some(owner), Some(signed_in)) = (owner.clone(), now) {
                let (app, keys) = (Arc::clone(&app), signed_in.access as Arc<dyn KeyApi>);
                tokio::spawn(async move { app.issuance.reconcile(&owner, &keys).await });
            }
            last = owner;
        }
        if changes.changed().await.is_err() {
            return;
        }
    }
}

/// Asked to end by the system (log-out, shutdown, Ctrl-C), the app clears, wipes and goes at once.
async fn end_when_asked(handle: AppHandle) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut terminate), Ok(mut hang_up)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
        else {
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        return;
    }
    handle.exit(0);
}
