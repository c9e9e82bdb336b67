//! The settings, as the page draws and changes them.

use crate::{
    failure::Failure,
    ipc::{SettingsView, ThemeView},
    settings::{Settings, Theme},
};

impl From<Settings> for SettingsView {
    fn from(settings: Settings) -> Self {
        let Settings { clipboard_seconds, held_seconds, theme } = settings;
        let theme = match theme {
            Theme::System => ThemeView::System,
            Theme::Light => ThemeView::Light,
            Theme::Dark => ThemeView::Dark,
        };
        Self { clipboard_seconds, held_seconds, theme }
    }
}

impl TryFrom<SettingsView> for Settings {
    type Error = Failure;

    fn try_from(view: SettingsView) -> Result<Self, Failure> {
        let SettingsView { clipboard_seconds, held_seconds, theme } = view;
        let theme = match theme {
            ThemeView::System => Theme::System,
            ThemeView::Light => Theme::Light,
            ThemeView::Dark => Theme::Dark,
        };
        Self { clipboard_seconds, held_seconds, theme }.checked()
    }
}
