//! What was done here, on the border.

use keybearer_core::{activity::Sort, credential::CredentialKind, words::Message};
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ActivityListView {
    /// Names the list in commands.
    pub number: u32,
    /// Newest first.
    pub all: Vec<ActivityView>,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ActivityView {
    /// ISO 8601, UTC.
    pub at: String,
    pub sort: Sort,
    pub what: Message,
    /// The kind of the credential, its name, and its id where there is one.
    pub kind: Option<CredentialKind>,
    pub name: String,
    pub id: Option<String>,
    /// What the account is called, and the address of its Dfns.
    pub account: String,
    pub base: String,
    pub place: Option<String>,
    /// When the vault deletes it by itself: ISO 8601, UTC.
    pub until: Option<String>,
}
