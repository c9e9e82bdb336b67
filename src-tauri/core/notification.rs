//! Notifications of the desktop: what a person is told who looks at other windows, if they want that.

use std::{future::Future, pin::Pin};

use crate::words::Message;

/// What is told. Plain text, with nothing in it that steers how it is drawn, and no secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Notification {
    /// What it is about, in the app's own words alone.
    pub summary: String,
    /// May hold names, which are somebody else's.
    pub body: String,
}

/// Why one was not shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NotShown {
    pub why: Message,
    /// It may have been, since the answer did not come in time.
    pub perhaps: bool,
}

/// How it ended, some time later.
pub type Shown<'a> = Pin<Box<dyn Future<Output = Result<(), NotShown>> + Send + 'a>>;

/// The way to tell the person something outside the app's own windows.
pub trait Notify: Send + Sync {
    /// Whether this system has one.
    fn is_there(&self) -> bool;

    fn show<'a>(&'a self, notification: &'a Notification) -> Shown<'a>;
}

/// Where there is no way.
pub struct NobodyToTell;

impl Notify for NobodyToTell {
    fn is_there(&self) -> bool {
        false
    }

    fn show<'a>(&'a self, _: &'a Notification) -> Shown<'a> {
        Box::pin(async { Ok(()) })
    }
}

/// Characters of a name that are told: enough to know it by.
const LONGEST: usize = 60;

/// A name as it stands in one: on one line, without what cannot be seen, and no longer than anybody reads there.
pub fn short(name: &str) -> String {
    let name = crate::redact::for_a_person(name, &[]);
    if name.chars().count() <= LONGEST {
        return name;
    }
    name.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_on_one_short_line() {
        assert_eq!(short("Payout\nbot \u{202e}<b>&"), "Payout bot <b>&");
        assert_eq!(short(&"ö".repeat(90)), format!("{}…", "ö".repeat(60)));
    }
}
