//! Turns what the app knows into what the page draws.

mod account;
mod activity;
mod error;
mod expiring;
mod key;
mod settings;
mod vault;

use keybearer_core::app::Keybearer;
use tokio::time::Instant;

pub(crate) use self::{
    activity::activity,
    key::{details, list},
    vault::{checked, filled, presets, replacement},
};
use self::{
    key::{creation, delivering, notice, receipt, reveal, role_change},
    vault::{batch, destination},
};
use crate::ipc::{Said, Told, View};

/// Whether this system keeps screenshots from showing a window that asks for it. Linux does nothing, silently.
pub const CAPTURE_PROTECTED: bool = cfg!(any(target_os = "windows", target_os = "macos"));

/// Everything the main window draws, as it is now.
pub fn of(app: &Keybearer, revision: u32) -> View {
    View {
        revision,
        version: env!("CARGO_PKG_VERSION"),
        session: account::session(app),
        accounts: account::known_accounts(app),
        presets: app.org_policy.environments().iter().map(account::preset).collect(),
        creation: match app.issuance.asking() {
            Some(asking) => Some(creation(&asking)),
            None => app.issuance.with_held(delivering).flatten(),
        },
        reveal: app.issuance.with_held(|held| (!held.is_hidden()).then(|| reveal(held))).flatten(),
        keys_revision: app.keys_revision(),
        role_changes: app.assigning.open().iter().map(|each| role_change(each, app)).collect(),
        endings: expiring::endings(app),
        notifications: expiring::notifications(app),
        notices: app.issuance.notices().iter().map(|each| notice(each, app)).collect(),
        destinations: app.destinations.all().iter().map(destination).collect(),
        batch: app.lists.current().as_ref().map(batch),
        receipt: app.last_receipt().as_ref().map(receipt),
        closing: app.closing(),
        said: app.messages.said().map(|(number, text)| Said { number, text }),
        draft: app.draft(),
        settings: app.settings().into(),
        settings_file: app.settings_path().display().to_string(),
        problems: app.messages.problems().iter().chain(&app.issuance.unwritten()).map(Told::from).collect(),
    }
}

/// Milliseconds from now until then, none below zero.
pub fn until_ms(then: Instant) -> f64 {
    then.saturating_duration_since(Instant::now()).as_secs_f64() * 1000.0
}

fn since_ms(then: Instant) -> f64 {
    then.elapsed().as_secs_f64() * 1000.0
}
