//! Turns what the app knows into what the page draws.

mod account;
mod key;
mod protection;
mod settings;
mod told;
mod vault;

use tokio::time::Instant;

use self::key::{creation, delivering, notice, receipt, reveal};
pub(crate) use self::{
    key::{details, list},
    vault::{checked, filled, presets},
};
use crate::{
    app::Keybearer,
    ipc::{Said, Told, View},
};

/// Whether this system keeps screenshots from showing a window that asks for it. Linux does nothing, silently.
pub const CAPTURE_PROTECTED: bool = cfg!(any(target_os = "windows", target_os = "macos"));

impl Keybearer {
    /// Everything the main window draws, as it is now.
    #[must_use]
    pub fn view(&self, revision: u32) -> View {
        let aside = self.aside();
        View {
            revision,
            version: env!("CARGO_PKG_VERSION"),
            session: self.session(),
            accounts: self.known_accounts(),
            presets: self.presets(),
            creation: match self.issuance.asking() {
                Some(asking) => Some(creation(&asking)),
                None => self.issuance.with_held(delivering).flatten(),
            },
            reveal: self.issuance.with_held(|held| (!held.is_hidden()).then(|| reveal(held))).flatten(),
            keys_revision: self.keys_revision(),
            notices: self.issuance.notices().iter().map(|each| notice(each, self)).collect(),
            destinations: self.destination_views(),
            many: self.many_view(),
            receipt: aside.receipt.as_ref().map(receipt),
            closing: self.closing(),
            said: aside.said.map(|(number, text)| Said { number, text }),
            draft: aside.draft,
            settings: aside.settings.into(),
            settings_file: self.settings_path().display().to_string(),
            problems: aside.problems.iter().chain(&self.issuance.unwritten()).map(Told::from).collect(),
        }
    }
}

/// Milliseconds from now until then, none below zero.
#[must_use]
pub fn until_ms(then: Instant) -> f64 {
    then.saturating_duration_since(Instant::now()).as_secs_f64() * 1000.0
}

fn since_ms(then: Instant) -> f64 {
    then.elapsed().as_secs_f64() * 1000.0
}
