//! What ends soon, on the border.

use keybearer_core::{expiry::Nearness, words::Message};
use serde::Serialize;

use super::{KeyView, Told};

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct EndingsView {
    /// Soonest first; none of them where they are too many to stand there each.
    pub each: Vec<EndingView>,
    /// How many they are then, and what to do.
    pub many: Option<Told>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct EndingView {
    pub key: KeyView,
    pub nearness: Nearness,
    /// Whether its end is reckoned.
    pub reckoned: bool,
    /// What happened or will, and what to do.
    pub told: Told,
}

/// Whether notifications can be shown at all; and when the last one could not be.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct NotificationsView {
    /// In words; `null` where it could.
    pub not_shown: Option<Message>,
}
