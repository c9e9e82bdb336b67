//! Texts that people read, in files beside the tests that make them.

use std::{env, fs, path::Path};

/// Compares a text, part by part, with that of a file under `tests`; or writes the file anew with `WRITE_SNAPSHOTS=1`, after a
/// change that was meant.
///
/// # Panics
/// Where they differ, or the file cannot be read or written.
pub fn ensure_as_in(file: &str, text: &str) {
    // This package is a folder in there.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name(file);
    if env::var_os("WRITE_SNAPSHOTS").is_some() {
        fs::write(&path, text).expect("the file can be written");
    }
    let there = fs::read_to_string(&path).expect("the file is there");
    for (now, before) in text.split("\n\n").zip(there.split("\n\n")) {
        assert_eq!(now, before);
    }
    assert_eq!(text.len(), there.len(), "a case came or went");
}
