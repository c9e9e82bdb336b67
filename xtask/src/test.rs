//! `cargo xtask test`: all tests, and their sum in the last line.

use std::io::{BufRead, BufReader};
use std::process::{ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::{project, setup};

pub(crate) fn test(arguments: &[String]) -> Result<ExitCode> {
    if cfg!(target_os = "linux") {
        setup::for_testing()?;
    }
    let began = Instant::now();
    // What is said of memory holds for the app as it is installed.
    let released = project::build_release()?;
    let mut cargo = project::cargo();
    cargo
        .env("KEYBEARER_RELEASE", released)
        .args(["test", "--workspace", "--no-fail-fast"])
        .args(arguments)
        .stdout(Stdio::piped());
    let mut cargo = cargo.spawn().context("cargo could not be started")?;

    let mut sum = Sum::default();
    for line in BufReader::new(cargo.stdout.take().context("its output is a pipe")?).lines() {
        let line = line?;
        println!("{line}");
        sum.add(&line);
    }
    let status = cargo.wait()?;
    if !status.success() && sum.failed == 0 {
        eprintln!("xtask test: something was not run to its end: cargo test ended with {status}");
    }
    println!("\ntested in {} s", began.elapsed().as_secs());
    println!("{} passed, {} failed", sum.passed, sum.failed);
    let good = status.success() && sum.failed == 0 && sum.passed > 0;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What all test programs told together.
#[derive(Debug, Default, Eq, PartialEq)]
struct Sum {
    passed: u32,
    failed: u32,
}

impl Sum {
    /// Adds a line such as `test result: ok. 3 passed; 0 failed; 0 ignored; …`; any other line adds nothing.
    fn add(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        let count = |what| {
            let (before, _) = result.split_once(what)?;
            before.rsplit(' ').next()?.parse::<u32>().ok()
        };
        self.passed += count(" passed;").unwrap_or(0);
        self.failed += count(" failed;").unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_what_the_test_programs_tell() {
        let mut sum = Sum::default();
        sum.add("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s");
        sum.add("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s");
        sum.add("7 passed; 7 failed; said a test");
        assert_eq!(sum, Sum { passed: 15, failed: 2 });
    }
}
