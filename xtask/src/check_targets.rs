//! `cargo xtask check-targets`: whether everything here compiles for the systems that this is not, and without a warning.
//! `xtask/check-targets.sh` compiles; what its cargo tells is read in here.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::project;

const TARGETS: [(&str, &str); 2] = [("Windows", "x86_64-pc-windows-gnu"), ("macOS", "aarch64-apple-darwin")];

pub(crate) fn check_targets() -> Result<ExitCode> {
    if let Some(why) = cannot()? {
        println!("skipped: check-targets: {why}");
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = Vec::new();
    let mut good = true;
    for (system, target) in TARGETS {
        println!("xtask: compiling for {system}");
        let began = Instant::now();
        let told = check(target)?;
        good &= told.is_good();
        rows.push(format!("  {system:<8} {target:<22} {:>6.1} s  {}", began.elapsed().as_secs_f32(), told.words()));
    }
    println!("\n{}", rows.join("\n"));
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Why it cannot be found out here; else what it takes is there afterwards.
fn cannot() -> Result<Option<String>> {
    if !cfg!(target_os = "linux") {
        return Ok(Some("it needs Linux, and a Debian in it".to_owned()));
    }
    let make = script("make").args(TARGETS.map(|(_, target)| target)).output().context("it could not be started")?;
    if make.status.success() {
        return Ok(None);
    }
    let why = String::from_utf8_lossy(&make.stdout).trim().to_owned();
    Ok(Some(if why.is_empty() { "its Debian could not be made".to_owned() } else { why }))
}

/// Compiles for a target, and shows what is to be mended.
fn check(target: &str) -> Result<Told> {
    let mut cargo = script("check").arg(target).spawn().context("it could not be started")?;
    let mut told = Told::default();
    for line in BufReader::new(cargo.stdout.take().context("its output is a pipe")?).lines() {
        if let Some(new) = told.add(&serde_json::from_str(&line?)?) {
            eprintln!("{new}");
        }
    }
    told.compiled = cargo.wait()?.success();
    Ok(told)
}

fn script(what: &str) -> Command {
    let mut script = Command::new(project::root().join("xtask/check-targets.sh"));
    script.arg(what).env("CARGO_TARGET_DIR", project::target()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    script
}

/// What cargo told, without what concerns other people's crates.
#[derive(Debug, Default)]
struct Told {
    compiled: bool,
    errors: usize,
    warnings: usize,
    /// What a crate is told is told again of its tests.
    known: BTreeSet<String>,
}

impl Told {
    /// Counts one of cargo's messages, and returns it where it is to be seen.
    fn add<'a>(&mut self, message: &'a Value) -> Option<&'a str> {
        // The workspace is at this place in the Debian.
        let is_ours = message["package_id"].as_str()?.starts_with("path+file:///sources");
        let rendered = message["message"]["rendered"].as_str().filter(|_| is_ours)?;
        // At the end there is a sum: “2 warnings emitted”, “aborting due to 2 previous errors”.
        let text = message["message"]["message"].as_str()?;
        if text.ends_with(" emitted") || text.starts_with("aborting due to") || !self.known.insert(rendered.to_owned())
        {
            return None;
        }
        match message["message"]["level"].as_str()? {
            "error" => self.errors += 1,
            "warning" => self.warnings += 1,
            _ => return None,
        }
        Some(rendered)
    }

    fn is_good(&self) -> bool {
        self.compiled && self.warnings == 0
    }

    fn words(&self) -> String {
        let outcome = if self.is_good() { "held" } else { "FAILED" };
        format!("{outcome}; errors: {}, warnings: {}", self.errors, self.warnings)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(package: &str, level: &str, text: &str) -> Value {
        json!({
            "reason": "compiler-message", "package_id": package,
            "message": { "level": level, "message": text, "rendered": text },
        })
    }

    #[test]
    fn what_is_to_be_mended_here_is_counted_once() {
        let ours = "path+file:///sources#keybearer@0.1.0";
        let mut told = Told { compiled: true, ..Told::default() };
        assert_eq!(told.add(&json!({ "reason": "compiler-artifact", "package_id": ours })), None);
        assert_eq!(told.add(&message("registry+https://crates#ring@0.17.0", "warning", "theirs")), None);
        assert_eq!(told.add(&message(ours, "warning", "2 warnings emitted")), None);
        assert_eq!(told.add(&message(ours, "error", "aborting due to 1 previous error")), None);
        assert!(told.is_good());
        assert_eq!(told.add(&message(ours, "warning", "unused")), Some("unused"));
        assert_eq!(told.add(&message(ours, "warning", "unused")), None);
        assert_eq!(
            told.add(&message("path+file:///sources/xtask#0.1.0", "error", "no such type")),
            Some("no such type")
        );
        assert_eq!((told.errors, told.warnings), (1, 1));
        assert!(!told.is_good());
    }

    #[test]
    fn what_does_not_compile_for_a_reason_that_no_message_has_is_not_held() {
        assert_eq!(Told::default().words(), "FAILED; errors: 0, warnings: 0");
    }
}
