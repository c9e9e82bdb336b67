//! `cargo xtask bundle`: the packages of this system, with the list of what is in them beside.

#[cfg(target_os = "linux")]
mod check;
#[cfg(target_os = "linux")]
mod deb;
#[cfg(target_os = "linux")]
mod facts;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod rpm;
#[cfg(target_os = "linux")]
mod tree;

use std::process::{Command, ExitCode};

use anyhow::{Result, bail, ensure};

#[cfg(target_os = "linux")]
pub(crate) use self::linux::{folder, kib, older, output};
use crate::{project, tools};

pub(crate) fn bundle(arguments: &[String]) -> Result<ExitCode> {
    match arguments {
        #[cfg(target_os = "linux")]
        [] => linux::pack(),
        #[cfg(target_os = "linux")]
        [one] if one == "--sizes" => crate::sizes::sizes(),
        #[cfg(target_os = "linux")]
        [one] if one == "--appimage" => with_tauri(&["appimage"]),
        #[cfg(target_os = "macos")]
        [] => with_tauri(&["app", "dmg"]),
        #[cfg(target_os = "windows")]
        [] => with_tauri(&["msi", "nsis"]),
        other => bail!("“{}” is not understood", other.join(" ")),
    }
}

/// Lets Tauri's own tool make packages: those of macOS and Windows need tools of these systems.
fn with_tauri(kinds: &[&str]) -> Result<ExitCode> {
    tools::tool("cargo-auditable")?;
    tools::tool("cargo-tauri")?;
    let runner = r#"{"build":{"runner":{"cmd":"cargo","args":["auditable"]}}}"#;
    let mut cargo = tools::on_path(project::cargo())?;
    held(cargo.args(["tauri", "build", "--config", runner, "--bundles", &kinds.join(",")]))?;
    println!("they are in {}", project::target().join("release/bundle").display());
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn held(command: &mut Command) -> Result<()> {
    let status = project::status(command)?;
    ensure!(status.success(), "{} ended with {status}", command.get_program().display());
    Ok(())
}
