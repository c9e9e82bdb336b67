//! `cargo xtask run`: the app, opened on its sandbox; or, without a display, a key walked through its real window.

use std::env;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{project, setup};

pub(crate) fn run() -> Result<ExitCode> {
    if cfg!(target_os = "linux") && !has_display() {
        return walk();
    }
    setup::check("run")?;
    let app = project::build_app()?;
    println!("xtask: opening Keybearer, signed in to the sandbox inside it");
    let status = project::status(Command::new(app).arg("--sandbox"))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(target_os = "linux")]
fn walk() -> Result<ExitCode> {
    println!(
        "xtask: there is no display here, so the real window is opened on a virtual one, and a key walked through it"
    );
    setup::check("run")?;
    let app = project::build_app()?;
    crate::walk::walk(&app)
}

#[cfg(not(target_os = "linux"))]
fn walk() -> Result<ExitCode> {
    anyhow::bail!("there is no display")
}
