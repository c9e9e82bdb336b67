//! The settings, as the page draws and changes them.

use crate::{failure::Failure, ipc::SettingsView, settings::Settings};

impl From<Settings> for SettingsView {
    fn from(settings: Settings) -> Self {
        let Settings { clipboard_seconds, held_seconds, theme } = settings;
        Self { clipboard_seconds, held_seconds, theme }
    }
}

impl TryFrom<SettingsView> for Settings {
    type Error = Failure;

    fn try_from(view: SettingsView) -> Result<Self, Failure> {
        let SettingsView { clipboard_seconds, held_seconds, theme } = view;
        Self { clipboard_seconds, held_seconds, theme }.checked()
    }
}
