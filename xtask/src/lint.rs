//! `cargo xtask lint`: everything that is checked without running the app. Each check is made, even after one failed.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::project::{self, cargo};
use crate::{licences, setup, tools};

/// What only npm has: the folder among the tools, the package, its version, and what node runs of it. Fixed, so that a check
/// that held yesterday holds today.
const TSC: [&str; 4] = ["tsc", "typescript", "5.9.3", "bin/tsc"];
const BIOME: [&str; 4] = ["biome", "@biomejs/biome", "2.6.8", "bin/biome"];

/// The version of the program from PyPI that reads the workflows; fixed as well.
const ZIZMOR: &str = "1.32.0";

type Check = fn() -> Result<Outcome>;

/// How a check ended, where it did not fail.
enum Outcome {
    Held,
    /// It could not be made, and why.
    Skipped(&'static str),
}

pub(crate) fn lint() -> Result<ExitCode> {
    setup::check("lint")?;
    let checks: [(&str, Check); 10] = [
        ("formatting", formatting),
        ("formatting of the page", page_formatting),
        ("clippy", clippy),
        ("documentation", documentation),
        ("dependencies: bans, licences, sources", dependencies),
        ("dependencies: advisories", advisories),
        ("licences of what is compiled in", third_party),
        ("types of the page's scripts", scripts),
        ("words that nobody says", words),
        ("workflows", workflows),
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

fn page_formatting() -> Result<Outcome> {
    held(from_npm(BIOME)?.arg("format"))
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
    licences::check_vendored()?;
    Ok(Outcome::Held)
}

/// Whether each message of the catalogue is said somewhere. That each one said is there, the compiler sees to.
fn words() -> Result<Outcome> {
    let catalogue = fs::read_to_string(project::root().join("src-tauri/core/words/en.ftl"))?;
    let mut said = String::new();
    for folder in ["src-tauri", "ui"] {
        sources(&project::root().join(folder), &mut said)?;
    }
    let ids = catalogue.lines().filter_map(|line| line.split_once(" =")).map(|(id, _)| id);
    let ids = ids.filter(|id| id.starts_with(|first: char| first.is_ascii_lowercase()));
    let is_said = |id: &&str| {
        let function = id.replace('-', "_");
        let names = [format!("\"{id}\""), format!("words::{function}"), format!("super::{function}")];
        names.iter().any(|name| is_named(&said, name))
    };
    let unsaid: Vec<&str> = ids.filter(|id| !is_said(id)).collect();
    ensure!(unsaid.is_empty(), "nobody says {}", unsaid.join(", "));
    Ok(Outcome::Held)
}

/// Whether it stands there whole, and not as the beginning of another name.
fn is_named(text: &str, name: &str) -> bool {
    text.match_indices(name)
        .any(|(at, _)| !text[at + name.len()..].starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_'))
}

fn sources(folder: &Path, text: &mut String) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, text)?;
        } else if path.extension().is_some_and(|end| end == "rs" || end == "js" || end == "html") {
            text.push_str(&fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

/// Against the types that Rust has now.
fn scripts() -> Result<Outcome> {
    held(cargo().args(["test", "--quiet", "--lib", "the_types"]))?;
    held(from_npm(TSC)?.arg("--project").arg(project::root()))
}

/// Such a program, installed where it is not there yet in this version.
fn from_npm([folder, package, version, program]: [&str; 4]) -> Result<Command> {
    let folder = tools::folder().join(folder);
    let installed = folder.join("node_modules").join(package);
    let manifest = fs::read_to_string(installed.join("package.json")).unwrap_or_default();
    if !manifest.contains(&format!("\"version\": \"{version}\"")) {
        let mut npm = Command::new("npm");
        npm.args(["install", "--silent", "--no-save", "--no-audit", "--no-fund", "--prefix"]).arg(&folder);
        held(npm.arg(format!("{package}@{version}")))?;
    }
    let mut node = Command::new("node");
    node.current_dir(project::root()).arg(installed.join(program));
    Ok(node)
}

/// Whether the workflows are of the form that they should have, name each action by a hash, and may do no more than they need.
fn workflows() -> Result<Outcome> {
    held(zizmor()?.args(["--offline", "--no-progress", "--quiet", "--strict-collection", ".github"]))
}

/// That program, installed where it is not there yet in this version.
fn zizmor() -> Result<Command> {
    let folder = tools::folder().join("zizmor");
    let program = folder.join("bin/zizmor");
    let known = Command::new(&program).arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    if known.trim_ascii() != format!("zizmor {ZIZMOR}").as_bytes() {
        held(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        let mut pip = Command::new(folder.join("bin/pip"));
        pip.args(["install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]);
        held(pip.arg(format!("zizmor=={ZIZMOR}")))?;
    }
    let mut zizmor = Command::new(program);
    zizmor.current_dir(project::root());
    Ok(zizmor)
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
