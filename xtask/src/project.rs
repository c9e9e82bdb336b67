//! Where the project's things are, and how cargo is called on them.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context, Result, ensure};

/// The folder that the project is in.
pub(crate) fn root() -> &'static Path {
    // xtask is a folder in it.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// The folder for everything that is made, and not kept in git.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// The same cargo as the one that started this, in the project's folder.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    // What `cargo run` told about xtask: build scripts that look at it would run anew each time, ring's among them.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Runs a command whose output is seen as it comes.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    let program = command.get_program().to_string_lossy().into_owned();
    command.status().with_context(|| format!("{program} could not be started"))
}

/// Builds the app as it is installed, and returns where it is.
pub(crate) fn build_release() -> Result<PathBuf> {
    let built = status(cargo().args(["build", "--release", "--package", "keybearer"]))?;
    ensure!(built.success(), "Keybearer could not be built");
    Ok(target().join("release").join(format!("keybearer{}", std::env::consts::EXE_SUFFIX)))
}

/// Builds the app as `cargo run` would, and returns where it is.
pub(crate) fn build_app() -> Result<PathBuf> {
    ensure!(status(cargo().args(["build", "--package", "keybearer"]))?.success(), "Keybearer could not be built");
    // Beside this program, which was built into the same folder.
    let app = std::env::current_exe()?.with_file_name(format!("keybearer{}", std::env::consts::EXE_SUFFIX));
    ensure!(app.exists(), "{} is not there, although it was built", app.display());
    Ok(app)
}
