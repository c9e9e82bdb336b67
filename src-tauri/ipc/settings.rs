//! The settings on the border.

use keybearer_core::settings::Theme;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// Seconds that a copied token stays on the clipboard: 1 to 600.
    pub clipboard_seconds: u32,
    /// Seconds after which a token nobody finished with is wiped, and that "keep" adds: 1 to 86,400.
    pub held_seconds: u32,
    /// For how many seconds after the person last did something their session is renewed: 1 to 86,400.
    pub idle_seconds: u32,
    pub theme: Theme,
    /// Whether a notification tells when something ends soon.
    pub notify_ending: bool,
}
