//! The settings: a small JSON file that the person may edit as well. Both times are in seconds.

use std::{path::PathBuf, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, de::Error};

use crate::{
    failure::Failure,
    json_file::{JsonFile, Version},
    words,
};

/// How long the token's own window stays open.
const SHOWN: Duration = Duration::from_secs(20);

/// The bounds of both times, in seconds.
const MOST_CLIPBOARD: u32 = 600;
const MOST_HELD: u32 = 86_400;

/// The most of the time after which nobody counts as there, in seconds, and the usual one.
const MOST_IDLE: u32 = 86_400;
const IDLE: u32 = 30 * 60;

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "Contents")]
pub struct Settings {
    /// How long a copied token stays on the clipboard, in seconds: 1 to 600.
    pub clipboard_seconds: u32,
    /// After how long a token nobody finished with is wiped, in seconds: 1 to 86,400.
    pub held_seconds: u32,
    /// For how long after the person last did something their session is renewed, in seconds: 1 to 86,400.
    #[serde(skip_serializing_if = "is_usual_idle")]
    pub idle_seconds: u32,
    /// Light, dark, or as the system has it.
    pub theme: Theme,
    /// Whether a notification tells when something ends soon.
    #[serde(skip_serializing_if = "is_off")]
    pub notify_ending: bool,
}

/// What is as usual is not written, so that a version that does not know it reads the file.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands it on so")]
fn is_usual_idle(seconds: &u32) -> bool {
    *seconds == IDLE
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands it on so")]
fn is_off(on: &bool) -> bool {
    !on
}

/// The times that the person can set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Times {
    /// How long a copied token stays on the clipboard.
    pub clipboard: Duration,
    /// After how long a token nobody finished with is wiped.
    pub held: Duration,
    /// How long the token's own window stays open.
    pub shown: Duration,
}

/// What may be in the file: they, each of which may be left out, and the file's version.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Contents {
    #[serde(rename = "version")]
    _version: Version,
    #[serde(deserialize_with = "within::<_, MOST_CLIPBOARD>")]
    clipboard_seconds: u32,
    #[serde(deserialize_with = "within::<_, MOST_HELD>")]
    held_seconds: u32,
    #[serde(deserialize_with = "within::<_, MOST_IDLE>")]
    idle_seconds: u32,
    theme: Theme,
    notify_ending: bool,
}

/// The colours of the windows.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system has it, also when that changes.
    #[default]
    System,
    Light,
    Dark,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            clipboard_seconds: 30,
            held_seconds: 600,
            idle_seconds: IDLE,
            theme: Theme::System,
            notify_ending: false,
        }
    }
}

impl Default for Contents {
    fn default() -> Self {
        let Settings { clipboard_seconds, held_seconds, idle_seconds, theme, notify_ending } = Settings::default();
        Self { _version: Version, clipboard_seconds, held_seconds, idle_seconds, theme, notify_ending }
    }
}

impl From<Contents> for Settings {
    fn from(Contents { clipboard_seconds, held_seconds, idle_seconds, theme, notify_ending, .. }: Contents) -> Self {
        Self { clipboard_seconds, held_seconds, idle_seconds, theme, notify_ending }
    }
}

impl Settings {
    /// The file that they are kept in.
    pub fn file(path: PathBuf) -> JsonFile {
        JsonFile::new(path, words::file_settings)
    }

    /// Checks what a person set.
    ///
    /// # Errors
    /// [`Failure::Setting`] where a time is out of bounds.
    pub fn checked(self) -> Result<Self, Failure> {
        if !(1..=MOST_CLIPBOARD).contains(&self.clipboard_seconds) {
            return Err(Failure::Setting(words::err_settings_clipboard()));
        }
        if !(1..=MOST_HELD).contains(&self.held_seconds) {
            return Err(Failure::Setting(words::err_settings_held()));
        }
        if !(1..=MOST_IDLE).contains(&self.idle_seconds) {
            return Err(Failure::Setting(words::err_settings_idle()));
        }
        Ok(self)
    }

    /// For how long after the person last did something their session is renewed.
    pub fn idle(self) -> Duration {
        Duration::from_secs(self.idle_seconds.into())
    }

    /// The times that hold by them.
    pub fn times(self) -> Times {
        Times {
            clipboard: Duration::from_secs(self.clipboard_seconds.into()),
            held: Duration::from_secs(self.held_seconds.into()),
            shown: SHOWN,
        }
    }
}

/// A number of seconds from 1 to `MOST`, checked while it is read, so that the place in the file can be told.
fn within<'de, D: Deserializer<'de>, const MOST: u32>(deserializer: D) -> Result<u32, D::Error> {
    let seconds = u32::deserialize(deserializer)?;
    if !(1..=MOST).contains(&seconds) {
        return Err(D::Error::custom(format_args!("{seconds} is not from 1 to {MOST} seconds")));
    }
    Ok(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_set_is_as_usual() {
        let usual = Settings::default();
        assert!(!usual.notify_ending, "nobody is told who did not ask for it");
        let told = Settings { notify_ending: true, ..usual };
        assert_eq!(read(&serde_json::to_string(&told).expect("JSON")), Ok(told));
        assert_eq!(read(r#"{"idle_seconds": 60}"#), Ok(Settings { idle_seconds: 60, ..usual }));
        let written = serde_json::to_string(&usual).expect("JSON");
        assert!(!written.contains("idle") && !written.contains("notify"), "an older version reads it");
        assert_eq!(read("{}"), Ok(usual));
        assert_eq!(read(r#"{"clipboard_seconds": 10}"#), Ok(Settings { clipboard_seconds: 10, ..usual }));
        assert_eq!(read(r#"{"theme": "dark"}"#), Ok(Settings { theme: Theme::Dark, ..usual }));
        assert_eq!(read(r#"{"version": 1}"#), Ok(usual));
    }

    #[test]
    fn those_that_a_newer_version_wrote_are_told_and_stay_as_they_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = Settings::file(folder.path().join("settings.json"));
        let text = r#"{"version": 2, "clipboard_seconds": 10, "sounds": true}"#;
        std::fs::write(file.path(), text).expect("written");
        let refused = [file.read::<Settings>().map(drop), file.write(&Settings::default())];
        let path = file.path().display().to_string();
        let newer = words::sentences(words::file_newer(path, 2_u8), words::file_settings()).to_string();
        for told in refused.map(|refused| refused.expect_err("newer").to_string()) {
            assert_eq!(told, newer);
        }
        assert_eq!(std::fs::read_to_string(file.path()).expect("it is there"), text);
    }

    #[test]
    fn a_time_out_of_bounds_a_theme_that_is_none_and_a_misspelt_name_are_told_with_their_place() {
        for text in [
            "{\n \"clipboard_seconds\": 0}",
            "{\n \"held_seconds\": 90000}",
            "{\n \"idle_seconds\": 0}",
            "{\n \"theme\": \"pink\"}",
            "{\n \"clipbord_seconds\": 9}",
            "{\n \"held_seconds\": \"ten\"}",
        ] {
            let told = read(text).expect_err(text);
            assert!(told.contains("at line 2 column"), "{told}");
        }
    }
}
