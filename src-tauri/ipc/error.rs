//! What happened, on the border.

use keybearer_core::{
    failure::Code,
    words::{self, Message},
};
use serde::Serialize;

/// What happened, in words for a person: the message says what it means, the hint what to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// For the page to branch on, and for people who automate.
    pub code: Code,
    pub message: Message,
    /// One or two sentences, where there is something to do.
    pub hint: Option<Message>,
    /// Milliseconds until the next try makes sense, where Dfns told.
    pub wait_ms: Option<f64>,
}

impl Told {
    /// Something failed in a way that nobody foresaw.
    pub(crate) fn unforeseen() -> Self {
        Self { code: Code::Computer, message: words::unforeseen(), hint: Some(words::unforeseen_hint()), wait_ms: None }
    }
}
