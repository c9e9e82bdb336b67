//! Programs for cargo that are built once into the project's own folder, and nowhere else on the computer.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::project::{self, cargo};

/// Each program, the package that it is in, and its version: fixed, so that a check that held yesterday holds today.
const TOOLS: [(&str, &str, &str); 5] = [
    ("cargo-auditable", "cargo-auditable", "0.7.7"),
    ("cargo-cyclonedx", "cargo-cyclonedx", "0.5.9"),
    ("cargo-deny", "cargo-deny", "0.20.2"),
    ("cargo-tauri", "tauri-cli", "2.12.4"),
    ("rust-audit-info", "rust-audit-info", "0.5.4"),
];

/// One of these programs, built where it is not there yet in this version.
pub(crate) fn tool(name: &str) -> Result<PathBuf> {
    let (_, package, version) =
        TOOLS.iter().find(|(known, ..)| *known == name).with_context(|| format!("no version of {name} is known"))?;
    let program = bin().join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    // Where cargo writes down what it has installed there.
    let known = std::fs::read_to_string(folder().join(".crates.toml")).unwrap_or_default();
    if !program.exists() || !known.contains(&format!("\"{package} {version} ")) {
        println!("xtask: building {package} {version}, once; this takes some minutes");
        let mut install = cargo();
        install.args(["install", "--quiet", "--locked", package, "--version", version, "--root"]);
        let status = project::status(install.arg(folder()))?;
        ensure!(status.success(), "{package} could not be built");
    }
    Ok(program)
}

/// Lets cargo find these programs as commands of its own.
pub(crate) fn on_path(mut cargo: Command) -> Result<Command> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(bin()).chain(std::env::split_paths(&path));
    cargo.env("PATH", std::env::join_paths(folders)?);
    Ok(cargo)
}

/// The folder for what is only a tool here.
pub(crate) fn folder() -> PathBuf {
    project::target().join("tools")
}

fn bin() -> PathBuf {
    folder().join("bin")
}
