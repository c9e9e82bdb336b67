//! What cannot be shown on this computer: a test that cannot run here says so, and is counted as skipped by name, since
//! the test program itself knows nothing but passed and failed.

use std::env;
use std::fs::OpenOptions;
use std::io::Write;

use anyhow::{Context, Result};

/// The file in which `cargo xtask test` wants to be told of each, one a line: the test's name, a tab, and why.
pub const FILE: &str = "KEYBEARER_SKIPPED";

/// Says that this test cannot run here, and why; the test returns this.
///
/// ```text
/// if !process::is_root() {
///     return skip("only root makes a network of its own");
/// }
/// ```
///
/// # Errors
/// Where whoever wants to be told cannot be.
pub fn skip(why: &str) -> Result<()> {
    // Test programs name each thread after its test.
    let thread = std::thread::current();
    let name = thread.name().context("this is no test's own thread")?;
    eprintln!("skipped: {why}");
    let Some(file) = env::var_os(FILE) else { return Ok(()) };
    let line = format!("{name}\t{why}\n");
    // At once and at the end, so that what several tell at the same time stays in lines.
    let told =
        OpenOptions::new().append(true).create(true).open(&file).and_then(|mut file| file.write_all(line.as_bytes()));
    told.with_context(|| format!("{} cannot be told of a test that was skipped", file.display()))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn whoever_wants_to_know_is_told_the_tests_name_and_why() {
        if env::var_os("KEYBEARER_TEST_SKIPS").is_some() {
            skip("there is\u{a0}no reason").unwrap();
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("skipped");
        let this = "skipped::tests::whoever_wants_to_know_is_told_the_tests_name_and_why";
        let mut again = Command::new(env::current_exe().unwrap());
        again.args(["--exact", this]).env("KEYBEARER_TEST_SKIPS", "1").env(FILE, &file);
        for threads in ["1", "2"] {
            assert!(again.env("RUST_TEST_THREADS", threads).output().unwrap().status.success());
            assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{this}\tthere is\u{a0}no reason\n"));
            std::fs::remove_file(&file).unwrap();
        }
    }
}
