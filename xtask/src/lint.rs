//! `cargo xtask lint`: everything that is checked without running the app. Each check is made, even after one failed.

use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::project::{self, cargo};
use crate::{licences, setup, tools};

/// Fixed, so that a check that held yesterday holds today.
const TYPESCRIPT: &str = "5.9.3";

type Check = fn() -> Result<Outcome>;

/// How a check ended, where it did not fail.
enum Outcome {
    Held,
    /// It could not be made, and why.
    Skipped(&'static str),
}

pub(crate) fn lint() -> Result<ExitCode> {
    setup::check("lint")?;
    let checks: [(&str, Check); 7] = [
        ("formatting", formatting),
        ("clippy", clippy),
        ("documentation", documentation),
        ("dependencies: bans, licences, sources", dependencies),
        ("dependencies: advisories", advisories),
        ("licences of what is compiled in", third_party),
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

/// Whether "About" shows the licences of what is compiled in now.
fn third_party() -> Result<Outcome> {
    licences::check()?;
    Ok(Outcome::Held)
}

/// Against the types that Rust has now.
fn scripts() -> Result<Outcome> {
    held(cargo().args(["test", "--quiet", "--lib", "the_types"]))?;
    let folder = tools::folder().join("tsc");
    let tsc = folder.join("node_modules/typescript/bin/tsc");
    if !tsc.exists() {
        let mut npm = Command::new("npm");
        npm.args(["install", "--silent", "--no-save", "--no-audit", "--no-fund", "--prefix"]).arg(&folder);
        held(npm.arg(format!("typescript@{TYPESCRIPT}")))?;
    }
    held(Command::new("node").arg(tsc).arg("--project").arg(project::root()))
}

fn cargo_deny() -> Result<Command> {
    let mut deny = Command::new(tools::tool("cargo-deny")?);
    deny.current_dir(project::root()).arg("--workspace");
    Ok(deny)
}

fn held(command: &mut Command) -> Result<Outcome> {
    let status = project::status(command)?;
    ensure!(status.success(), "it ended with {status}");
    Ok(Outcome::Held)
}
