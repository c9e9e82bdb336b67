//! The settings: a small JSON file that the person may edit. Both times are in seconds.

use std::{fs, io, path::Path, time::Duration};

use serde::Deserialize;

use crate::{failure::Failure, issuance::Times};

/// How long the token's own window stays open.
const SHOWN: Duration = Duration::from_secs(20);

/// What can be set.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How long a copied token stays on the clipboard, in seconds: 1 to 600.
    pub clipboard_seconds: u32,
    /// After how long a token nobody finished with is wiped, in seconds: 1 to 86,400.
    pub held_seconds: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { clipboard_seconds: 30, held_seconds: 600 }
    }
}

impl Settings {
    /// Reads the file. Where there is none the defaults hold; where it is broken they hold too, and it is told why.
    #[must_use]
    pub fn read(file: &Path) -> (Self, Option<Failure>) {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return (Self::default(), None),
            Err(error) => return (Self::default(), Some(broken(file, &error.to_string()))),
        };
        match serde_json::from_str::<Self>(&text).map_err(|error| error.to_string()).and_then(Self::within_bounds) {
            Ok(settings) => (settings, None),
            Err(why) => (Self::default(), Some(broken(file, &why))),
        }
    }

    /// The times, as the use case wants them.
    #[must_use]
    pub fn times(self) -> Times {
        Times {
            clipboard: Duration::from_secs(self.clipboard_seconds.into()),
            held: Duration::from_secs(self.held_seconds.into()),
            shown: SHOWN,
        }
    }

    fn within_bounds(self) -> Result<Self, String> {
        if !(1..=600).contains(&self.clipboard_seconds) {
            return Err("clipboard_seconds must be from 1 to 600".to_owned());
        }
        if !(1..=86_400).contains(&self.held_seconds) {
            return Err("held_seconds must be from 1 to 86400".to_owned());
        }
        Ok(self)
    }
}

fn broken(file: &Path, why: &str) -> Failure {
    Failure::File(format!("The settings in {} are not used: {why}. The usual ones hold.", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Settings, Option<Failure>) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("settings.json");
        fs::write(&file, text).expect("written");
        Settings::read(&file)
    }

    #[test]
    fn without_a_file_the_usual_times_hold() {
        let (settings, problem) = Settings::read(Path::new("/nowhere/settings.json"));
        assert_eq!((settings.clipboard_seconds, settings.held_seconds, problem), (30, 600, None));
    }

    #[test]
    fn one_time_may_be_set_alone() {
        assert_eq!(read(r#"{"clipboard_seconds": 10}"#).0, Settings { clipboard_seconds: 10, held_seconds: 600 });
    }

    #[test]
    fn a_broken_file_is_told_with_line_and_column_and_the_usual_times_hold() {
        let (settings, problem) = read("{\n  \"clipboard_seconds\": ten }");
        assert_eq!(settings, Settings::default());
        let told = problem.expect("a problem").to_string();
        assert!(told.contains("line 2 column 25"), "{told}");
    }

    #[test]
    fn a_time_out_of_bounds_is_told() {
        for text in [r#"{"clipboard_seconds": 0}"#, r#"{"held_seconds": 90000}"#] {
            assert!(read(text).1.is_some(), "{text}");
        }
    }
}
