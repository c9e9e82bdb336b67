//! `cargo xtask test`: all tests, and their sum in the last line.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};
use keybearer_support::skipped;

use crate::programs::{self, Program};
use crate::{project, setup};

/// How many tests of a program run at the same time; by itself as many as there are cores.
const THREADS: &str = "RUST_TEST_THREADS";

/// Runs them. The arguments are those of test programs: parts of names, and options.
pub(crate) fn test(arguments: &[String]) -> Result<ExitCode> {
    setup::check("test")?;
    let began = Instant::now();
    // What is said of memory holds for the app as it is installed.
    let released = project::build_release()?;
    let mut programs = programs::build()?;
    // The longest first: the others run beside it, and it waits most of the time.
    programs.sort_by_key(|program| program.name != "e2e");

    let cores = thread::available_parallelism().map_or(1, usize::from);
    let told = tempfile::NamedTempFile::new()?;
    let mut sum = Sum::default();
    let ran = programs::run(
        &programs,
        |program: &Program, command| {
            command.args(arguments).env("KEYBEARER_RELEASE", &released).env(skipped::FILE, told.path());
            if program.name == "e2e" && env::var_os(THREADS).is_none() {
                // Most of their time they wait: for hands, clocks and Dfns.
                command.env(THREADS, (3 * cores).to_string());
            }
        },
        |line| {
            println!("{line}");
            sum.add(line);
        },
    )?;
    sum.leave_out(&fs::read_to_string(told.path()).context("what was skipped is not told")?);

    println!("\ntested in {} s", began.elapsed().as_secs());
    for (name, why) in &sum.skipped {
        println!("skipped: {name}: {why}");
    }
    for said in &sum.failures {
        println!("failed: {}", said.trim_end());
    }
    for name in &ran.broken {
        println!("not run to its end: {name}");
    }
    println!("{} passed, {} failed, {} skipped", sum.passed, sum.failed, sum.skipped.len());
    let good = ran.broken.is_empty() && sum.failed == 0 && sum.passed > 0;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What all test programs told together.
#[derive(Debug, Default, Eq, PartialEq)]
struct Sum {
    passed: usize,
    failed: usize,
    /// Those that could not run here, each with the reason.
    skipped: BTreeSet<(String, String)>,
    /// What each that failed has printed, its name before it.
    failures: Vec<String>,
    /// The lines that come belong to the last of them.
    in_failure: bool,
}

impl Sum {
    /// Adds a line such as `test result: ok. 3 passed; 0 failed; 0 ignored; …`, or `test NAME ... ignored, WHY`; any other
    /// line adds nothing.
    fn add(&mut self, line: &str) {
        self.add_failure(line);
        if let Some((name, why)) = line.strip_prefix("test ").and_then(|line| line.split_once(" ... ignored")) {
            let why = why.strip_prefix(", ").unwrap_or("it is marked so");
            self.skipped.insert((name.to_owned(), why.to_owned()));
        }
        let Some(result) = line.strip_prefix("test result: ") else { return };
        let count = |what| {
            let (before, _) = result.split_once(what)?;
            before.rsplit(' ').next()?.parse::<usize>().ok()
        };
        self.passed += count(" passed;").unwrap_or(0);
        self.failed += count(" failed;").unwrap_or(0);
    }

    /// A program of tests tells at its end, under `---- NAME stdout ----`, what each that failed has printed.
    fn add_failure(&mut self, line: &str) {
        let begins = line.strip_prefix("---- ").and_then(|line| line.strip_suffix(" stdout ----"));
        if let Some(name) = begins {
            self.failures.push(format!("{name}\n"));
            self.in_failure = true;
        } else if line == "failures:" || line.eq_ignore_ascii_case("stack backtrace:") {
            // Where in the test it was, stands above.
            self.in_failure = false;
        } else if let (true, Some(said)) = (self.in_failure, self.failures.last_mut()) {
            said.push_str(line);
            said.push('\n');
        }
    }

    /// Those that said themselves that they could not run: for their program they have passed.
    fn leave_out(&mut self, told: &str) {
        let told: BTreeSet<_> = told.lines().filter_map(|line| line.split_once('\t')).collect();
        let names: BTreeSet<_> = told.iter().map(|(name, _)| name).collect();
        self.passed = self.passed.saturating_sub(names.len());
        self.skipped.extend(told.into_iter().map(|(name, why)| (name.to_owned(), why.to_owned())));
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
        assert_eq!(sum, Sum { passed: 15, failed: 2, ..Sum::default() });
    }

    #[test]
    fn what_a_test_that_failed_has_printed_is_kept_to_be_told_at_the_end() {
        let mut sum = Sum::default();
        let told = "test a::one ... FAILED\n\nfailures:\n\n---- a::one stdout ----\nError: none\n\nStack backtrace:\n   0: at x\n---- a::two stdout ----\nat x:1\n\n\n\
                    failures:\n    a::one\n";
        told.lines().for_each(|line| sum.add(line));
        assert_eq!(sum.failures, ["a::one\nError: none\n\n", "a::two\nat x:1\n\n\n"]);
    }

    #[test]
    fn a_test_that_could_not_run_has_not_passed_and_is_named() {
        let mut sum = Sum { passed: 5, ..Sum::default() };
        sum.add("test slow::one ... ignored, it takes an hour");
        sum.leave_out("network::one\tonly root\nnetwork::one\tonly root\nother\tnot installed\n");
        let skipped: Vec<_> = sum.skipped.iter().map(|(name, why)| (name.as_str(), why.as_str())).collect();
        let all = [("network::one", "only root"), ("other", "not installed"), ("slow::one", "it takes an hour")];
        assert_eq!((sum.passed, skipped.as_slice()), (3, &all[..]));
    }
}
