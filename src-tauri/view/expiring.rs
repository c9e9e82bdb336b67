//! What ends soon, as the page draws it.

use keybearer_core::{
    app::{Keybearer, MOST_ROWS},
    expiry::{self, Ending},
    failure::Code,
    words::{self, Message},
};

use super::key::key;
use crate::ipc::{EndingView, EndingsView, NotificationsView, Told};

pub(super) fn endings(app: &Keybearer) -> EndingsView {
    let endings = app.endings();
    match expiry::counted(&endings).filter(|_| endings.len() > MOST_ROWS) {
        Some(counts) => {
            EndingsView { each: Vec::new(), many: Some(told(words::endings_counted(counts), words::endings_hint())) }
        }
        None => EndingsView { each: endings.iter().map(ending).collect(), many: None },
    }
}

fn ending(ending: &Ending) -> EndingView {
    EndingView {
        key: key(&ending.key),
        nearness: ending.nearness,
        reckoned: ending.ends.is_reckoned,
        told: told(ending.message(), ending.hint()),
    }
}

fn told(message: Message, hint: Message) -> Told {
    Told { code: Code::Notice, message, hint: Some(hint), wait_ms: None }
}

pub(super) fn notifications(app: &Keybearer) -> Option<NotificationsView> {
    let not_shown = || app.not_notified().map(|(at, why)| words::settings_not_shown(at, why));
    app.can_notify().then(|| NotificationsView { not_shown: not_shown() })
}
