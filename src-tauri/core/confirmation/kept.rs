//! What was confirmed on this computer: a file that the person may read, and take lines out of.

use std::path::Path;

use parking_lot::Mutex;

use serde::{Deserialize, Serialize};

use crate::{
    failure::Failure,
    json_file::{JsonFile, Version},
    words,
};

/// The file. It is read anew each time it matters, so that a line which the person took out counts no more.
pub(super) struct Kept {
    file: JsonFile,
    /// One change at a time: each reads the file and writes it anew.
    turn: Mutex<()>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    #[serde(default, rename = "version", skip_serializing)]
    _version: Version,
    confirmed: Vec<Line>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// For the person who reads the file; nothing else looks at it.
    what: String,
    /// Of all that was shown.
    sha256: String,
}

impl Kept {
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self { file: JsonFile::new(folder.join("confirmed.json"), words::file_confirmed), turn: Mutex::default() }
    }

    pub(super) fn has(&self, hash: &str) -> Result<bool, Failure> {
        Ok(self.lines()?.iter().any(|line| line.sha256 == hash))
    }

    /// Keeps that it was confirmed.
    pub(super) fn keep(&self, what: &str, hash: &str) -> Result<(), Failure> {
        let _turn = self.turn.lock();
        let mut confirmed = self.lines()?;
        confirmed.push(Line { what: what.to_owned(), sha256: hash.to_owned() });
        self.file.write(&Contents { _version: Version, confirmed })
    }

    fn lines(&self) -> Result<Vec<Line>, Failure> {
        Ok(self.file.read::<Contents>()?.unwrap_or_default().confirmed)
    }
}
