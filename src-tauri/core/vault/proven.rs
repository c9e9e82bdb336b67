//! Which destinations were shown once to keep what they take: by a check, or by a reading back. A program that ends well
//! has shown nothing; one that was seen to keep a token is believed the next time, for as long as nothing about its
//! destination is changed.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use parking_lot::Mutex;

use serde::{Deserialize, Serialize};

use crate::{
    credential::Secrets,
    delivery::{Entry, Looked, Reply, Step, Stored, Vault},
    failure::Failure,
    json_file::{JsonFile, Version},
    words,
};

/// What is remembered of them: the hash of each, in a file beside that of the destinations.
pub(super) struct Proven {
    file: JsonFile,
    shown: Mutex<BTreeSet<String>>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    #[serde(default, rename = "version", skip_serializing)]
    _version: Version,
    proven: BTreeSet<String>,
}

impl Proven {
    /// In `proven.json` in this folder, which need not be there. Where it cannot be read nothing is proven, and each is
    /// asked for anew.
    pub(super) fn in_folder(folder: &Path) -> (Self, Option<Failure>) {
        let file = JsonFile::new(folder.join("proven.json"), words::file_proven);
        let (shown, problem) = match file.read::<Contents>() {
            Ok(contents) => (contents.unwrap_or_default().proven, None),
            Err(failure) => (BTreeSet::new(), Some(failure)),
        };
        (Self { file, shown: Mutex::new(shown) }, problem)
    }

    pub(super) fn is_proven(&self, fingerprint: &str) -> bool {
        self.shown.lock().contains(fingerprint)
    }

    /// Of all that were shown, only these are there still.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(super) fn keep_only(&self, fingerprints: &BTreeSet<String>) -> Result<(), Failure> {
        self.change(|shown| shown.retain(|each| fingerprints.contains(each)))
    }

    fn prove(&self, fingerprint: &str) -> Result<(), Failure> {
        self.change(|shown| _ = shown.insert(fingerprint.to_owned()))
    }

    fn change(&self, change: impl FnOnce(&mut BTreeSet<String>)) -> Result<(), Failure> {
        let mut shown = self.shown.lock();
        let before = shown.clone();
        change(&mut shown);
        if *shown == before {
            return Ok(());
        }
        self.file.write(&Contents { proven: shown.clone(), ..Contents::default() })
    }
}

/// A destination's vault, with what is remembered of it.
pub(super) struct Remembered {
    pub(super) vault: Arc<dyn Vault>,
    pub(super) fingerprint: String,
    pub(super) proven: Arc<Proven>,
}

impl Vault for Remembered {
    fn is_proven(&self) -> bool {
        self.proven.is_proven(&self.fingerprint)
    }

    fn prove(&self) -> Result<(), Failure> {
        self.proven.prove(&self.fingerprint)
    }

    fn name(&self) -> &str {
        self.vault.name()
    }

    fn place(&self, entry: &Entry) -> String {
        self.vault.place(entry)
    }

    fn can_be_asked(&self) -> bool {
        self.vault.can_be_asked()
    }

    fn knows_again(&self) -> bool {
        self.vault.knows_again()
    }

    fn proves_itself(&self) -> bool {
        self.vault.proves_itself()
    }

    fn whose(&self) -> Reply<'_, Option<String>> {
        self.vault.whose()
    }

    fn look<'a>(&'a self, entry: &'a Entry) -> Reply<'a, Looked> {
        self.vault.look(entry)
    }

    fn store<'a>(
        &'a self,
        entry: &'a Entry,
        secrets: &'a Secrets,
        step: &'a (dyn Fn(Step) + Sync),
    ) -> Reply<'a, Stored> {
        self.vault.store(entry, secrets, step)
    }
}
