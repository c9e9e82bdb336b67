//! A vault of files: a program that takes a secret on its standard input, and that fails as names ask it to.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Value, json};

use crate::desktop::Desktop;
use crate::process;

/// What the program does: `store`, `exists` and `read`, each with an entry's name, and `whoami`.
///
/// An entry whose name begins with `Slow` is stored once [`Store::go_on`] was called, and with `Slow both` read once it was
/// called again; one with `Hanging` never; `Refused` is not stored, and of `Lost` it is not known afterwards.
const PROGRAM: &str = r#"#!/bin/sh
entry="$FOLDER/$2"
case "$1 $2" in
    "exists Lost"*) [ ! -e "$entry" ] || { echo "the answer was lost" >&2; exit 7; } ;;
    "read Lost"*) exit 7 ;;
    "store Slow"* | "read Slow both"*) while [ ! -e "$FOLDER/.go-on" ]; do sleep 0.02; done; rm "$FOLDER/.go-on" ;;
    "store Hanging"*) sleep 1000 & wait ;;
    "store Refused"*) echo "there is no room for $2" >&2; exit 3 ;;
esac
case "$1" in
    exists) [ -e "$entry" ] || exit 1 ;;
    read) exec cat "$entry" ;;
    whoami) echo "ops@example.org" ;;
    store) cat > "$entry"; case "$2" in Lost*) exit 7 ;; esac ;;
esac
"#;

/// The vault. Its entries are files in a folder of the desktop's home.
#[derive(Debug)]
pub struct Store {
    program: PathBuf,
    entries: PathBuf,
}

impl Store {
    /// Makes an empty one.
    ///
    /// # Errors
    /// Where its files cannot be written.
    pub fn of(desktop: &Desktop) -> Result<Self> {
        let (program, entries) = (desktop.home().join("team-store"), desktop.home().join("entries"));
        fs::create_dir_all(&entries)?;
        fs::write(&program, PROGRAM.replace("$FOLDER", &entries.display().to_string()))?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        Ok(Self { program, entries })
    }

    /// The destination, as the app's file has it.
    #[must_use]
    pub fn destination(&self, id: &str, name: &str) -> Value {
        json!({
            "id": id,
            "name": name,
            "vault": {
                "kind": "program",
                "program": self.program,
                "store": ["store", "{key_name}"],
                "exists": { "arguments": ["exists", "{key_name}"] },
                "read_back": { "arguments": ["read", "{key_name}"] },
            },
        })
    }

    /// Writes the app's file with this destination alone, which is read when the app starts; secrets may go there.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn configure(&self, desktop: &Desktop, default: bool) -> Result<()> {
        let mut file = json!({ "destinations": [self.destination("team", "Team Vault")] });
        if default {
            file["default"] = "team".into();
        }
        desktop.write_destinations(&file)
    }

    /// What an entry holds; `None` where there is none.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.entries.join(name)).ok()
    }

    /// The names of its entries.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn names(&self) -> Result<Vec<String>> {
        let names = fs::read_dir(&self.entries)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        let mut names: Vec<String> = names.collect::<Result<_>>()?;
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        Ok(names)
    }

    /// Puts an entry there, as somebody else does.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn put(&self, name: &str, secret: &str) -> Result<()> {
        fs::write(self.entries.join(name), secret)?;
        process::give(&self.entries)
    }

    /// Lets the slow one that is waiting go on.
    ///
    /// # Errors
    /// Where that cannot be written.
    pub fn go_on(&self) -> Result<()> {
        Ok(fs::write(self.entries.join(".go-on"), "")?)
    }

    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }
}
