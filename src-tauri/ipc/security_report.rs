//! What protects a secret on this computer, on the border.

use serde::Serialize;

use keybearer_core::words::Message;

/// One thing that may protect a secret.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProtectionView {
    /// What is protected, in a few words.
    pub what: Message,
    pub holds: HoldsView,
    pub found: Message,
    /// What one can do about it, where there is something.
    pub advice: Option<Message>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum HoldsView {
    Yes,
    /// Not against everything.
    Partly,
    No,
}
