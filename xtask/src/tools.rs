//! Programs for cargo that are built once into the project's own folder, and nowhere else on the computer.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::project::{self, cargo};

/// Fixed, so that a check that held yesterday holds today.
pub(crate) const CARGO_DENY: &str = "0.20.2";
pub(crate) const CARGO_AUDITABLE: &str = "0.7.7";
pub(crate) const CARGO_CYCLONEDX: &str = "0.5.9";
pub(crate) const RUST_AUDIT_INFO: &str = "0.5.4";
pub(crate) const TAURI_CLI: &str = "2.12.4";

/// A program, built where it is not there yet in this version.
pub(crate) fn tool(name: &str, version: &str) -> Result<PathBuf> {
    let program = bin().join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let package = if name == "cargo-tauri" { "tauri-cli" } else { name };
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
