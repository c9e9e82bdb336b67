//! `cargo xtask fresh`: the README's commands in a minimal Debian 12, where nothing is installed but Rust.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{project, setup};

pub(crate) fn fresh(commands: &[String]) -> Result<ExitCode> {
    setup::check("fresh")?;
    let script = project::root().join("xtask/fresh.sh");
    let status = project::status(Command::new(script).args(commands))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
