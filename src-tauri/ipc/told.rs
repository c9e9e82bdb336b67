//! What happened, on the border.

use serde::Serialize;

use crate::failure::Code;

/// What happened, in words for a person: the message says what it means, the hint what to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// For the page to branch on, and for people who automate.
    pub code: Code,
    /// One or two sentences.
    pub message: String,
    /// One or two sentences.
    pub hint: String,
    /// Milliseconds until the next try makes sense, where Dfns told.
    pub wait_ms: Option<f64>,
}

impl Told {
    /// Something failed in a way that nobody foresaw.
    pub(crate) fn unforeseen() -> Self {
        Self {
            code: Code::Computer,
            message: "Keybearer failed here in a way that nobody foresaw, so it is not known how far this got.".to_owned(),
            hint: "What was held is still held. Look at what this window shows before you try again; if it happens again, \
                   finish with the token, quit, and start anew."
                .to_owned(),
            wait_ms: None,
        }
    }
}
