//! What protects a secret on this computer, and what does not: each found out when it is asked, and never assumed.
//!
//! `facts` looks; `findings` says what was found and what one can do. They are apart so that every finding can be shown
//! without a computer that has it.

mod facts;
mod findings;

use keybearer_core::words::Message;
use serde::Serialize;

use crate::session_lock::Listening;

pub use self::facts::{Closed, Facts, Histories, Keyring, Lock, Memory, Screen, Swap};

/// One thing that may protect a secret.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Protection {
    /// What is protected, in a few words.
    pub what: Message,
    pub holds: Holds,
    /// What was found, in a sentence or two.
    pub found: Message,
    /// What one can do about it, where there is something to do.
    pub advice: Option<Message>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Holds {
    Yes,
    /// Not against everything.
    Partly,
    No,
}

/// Finds out what protects secrets here. Blocking: other programs have to answer, for which they have a few seconds.
/// `screen` comes from whoever draws the windows.
pub(crate) fn find_out(screen: Screen, listening: &Listening) -> Vec<Protection> {
    findings::all(&Facts::find_out(screen, listening))
}
