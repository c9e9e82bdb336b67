//! Whether a command finds what it needs on this computer. What is missing is told, with what installs it: `./setup`,
//! which knows all of it, and nothing else.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::project;

/// Fails where something is missing that a command needs.
pub(crate) fn check(command: &str) -> Result<()> {
    // WebView2 and WebKit come with Windows and macOS.
    if cfg!(target_os = "linux") {
        let script = project::root().join("setup");
        let status = project::status(Command::new("sh").arg(script).args(["--check", command]))?;
        ensure!(status.success(), "that is needed; this installs it: ./setup {command}");
    }
    Ok(())
}
