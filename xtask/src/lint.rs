//! `cargo xtask lint`: everything that is checked without running the app. Each check is made, even after one failed.

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::project::{self, cargo};
use crate::setup;

/// Fixed, so that a check that held yesterday holds today.
const CARGO_DENY: &str = "0.20.2";
const TYPESCRIPT: &str = "5.9.3";

type Check = fn() -> Result<Outcome>;

/// How a check ended, where it did not fail.
enum Outcome {
    Held,
    /// It could not be made, and why.
    Skipped(&'static str),
}

pub(crate) fn lint() -> Result<ExitCode> {
    setup::for_linting()?;
    let checks: [(&str, Check); 6] = [
        ("formatting", formatting),
        ("clippy", clippy),
        ("documentation", documentation),
        ("dependencies: bans, licences, sources", dependencies),
        ("dependencies: advisories", advisories),
        ("types of the page's scripts", scripts),
    ];
    let mut rows = Vec::new();
    let mut good = true;
    for (name, check) in checks {
        let began = Instant::now();
        let outcome = match check() {
            Ok(Outcome::Held) => "held".to_owned(),
            Ok(Outcome::Skipped(why)) => format!("skipped: {why}"),
            Err(error) => {
                good = false;
                format!("FAILED: {error:#}")
            }
        };
        rows.push(format!("  {name:<40} {:>6.1} s  {outcome}", began.elapsed().as_secs_f32()));
    }
    println!("\n{}", rows.join("\n"));
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn formatting() -> Result<Outcome> {
    held(cargo().args(["fmt", "--all", "--check"]))
}

fn clippy() -> Result<Outcome> {
    held(cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
}

fn documentation() -> Result<Outcome> {
    let mut doc = cargo();
    doc.args(["doc", "--quiet", "--workspace", "--no-deps", "--document-private-items"]);
    held(doc.env("RUSTDOCFLAGS", "--deny warnings"))
}

fn dependencies() -> Result<Outcome> {
    // Crates that are there in two versions are a warning, and there are dozens: `cargo deny check bans` shows them.
    held(cargo_deny()?.args(["--log-level", "error", "check", "bans", "licenses", "sources"]))
}

/// Known weaknesses of dependencies. The list of them is fetched, which is not possible everywhere.
fn advisories() -> Result<Outcome> {
    let output = cargo_deny()?.args(["check", "advisories"]).stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() && said.contains("failed to fetch advisory database") {
        return Ok(Outcome::Skipped("the list of advisories could not be fetched"));
    }
    eprint!("{said}");
    ensure!(output.status.success(), "cargo deny ended with {}", output.status);
    Ok(Outcome::Held)
}

fn scripts() -> Result<Outcome> {
    let folder = tools().join("tsc");
    let tsc = folder.join("node_modules/typescript/bin/tsc");
    if !tsc.exists() {
        let mut npm = Command::new("npm");
        npm.args(["install", "--silent", "--no-save", "--no-audit", "--no-fund", "--prefix"]).arg(&folder);
        held(npm.arg(format!("typescript@{TYPESCRIPT}")))?;
    }
    held(Command::new("node").arg(tsc).arg("--project").arg(project::root()))
}

/// cargo-deny, built into the project's own folder where it is not there yet.
fn cargo_deny() -> Result<Command> {
    let program = tools().join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        println!("xtask: building cargo-deny {CARGO_DENY}, once; this takes some minutes");
        let mut install = cargo();
        install.args(["install", "--quiet", "--locked", "cargo-deny", "--version", CARGO_DENY, "--root"]).arg(tools());
        held(&mut install)?;
    }
    let mut deny = Command::new(program);
    deny.current_dir(project::root()).arg("--workspace");
    Ok(deny)
}

fn tools() -> PathBuf {
    project::target().join("tools")
}

fn held(command: &mut Command) -> Result<Outcome> {
    let status = project::status(command)?;
    ensure!(status.success(), "it ended with {status}");
    Ok(Outcome::Held)
}
