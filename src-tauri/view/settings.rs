//! The settings, as the page draws and changes them.

use keybearer_core::{failure::Failure, settings::Settings};

use crate::ipc::SettingsView;

impl From<Settings> for SettingsView {
    fn from(settings: Settings) -> Self {
        let Settings { clipboard_seconds, held_seconds, idle_seconds, theme, notify_ending } = settings;
        Self { clipboard_seconds, held_seconds, idle_seconds, theme, notify_ending }
    }
}

impl TryFrom<SettingsView> for Settings {
    type Error = Failure;

    fn try_from(view: SettingsView) -> Result<Self, Failure> {
        let SettingsView { clipboard_seconds, held_seconds, idle_seconds, theme, notify_ending } = view;
        Self { clipboard_seconds, held_seconds, idle_seconds, theme, notify_ending }.checked()
    }
}
