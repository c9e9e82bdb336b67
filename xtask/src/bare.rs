//! A window with nothing in it, which Keybearer is compared with.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use crate::project::{self, cargo};

/// The same Tauri, the same features, and a page of one line.
const PROGRAM: &str = "fn main() { tauri::Builder::default().run(tauri::generate_context!()).expect(\"a window\"); }\n";
const CONFIG: &str = r#"{ "productName": "bare", "version": "0.1.0", "identifier": "invalid.bare.window",
  "build": { "frontendDist": "ui" }, "app": { "windows": [{ "title": "bare", "width": 880, "height": 640 }] }, "bundle": { "icon": ["icon.png"] } }"#;

/// Builds it as Keybearer is built, and returns where it is.
pub(crate) fn build() -> Result<PathBuf> {
    let place = project::target().join("bare");
    for folder in ["src", "ui"] {
        fs::create_dir_all(place.join(folder))?;
    }
    let ours = fs::read_to_string(project::root().join("Cargo.toml"))?;
    let line = |start: &str| ours.lines().find(|line| line.starts_with(start)).context(start.to_owned());
    let (profile, _) =
        ours.split_once("[profile.release]").and_then(|(_, rest)| rest.split_once("\n\n")).context("a profile")?;
    let manifest = format!(
        "[package]\nname = \"bare\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[profile.release]{profile}\n\n\
         [build-dependencies]\n{}\n\n[dependencies]\n{}\n",
        line("tauri-build = ")?,
        line("tauri = ")?
    );
    write(&place.join("Cargo.toml"), manifest)?;
    // The same versions; what is not needed of them goes from it.
    write(&place.join("Cargo.lock"), fs::read(project::root().join("Cargo.lock"))?)?;
    write(&place.join("build.rs"), "fn main() { tauri_build::build() }\n")?;
    write(&place.join("src/main.rs"), PROGRAM)?;
    write(&place.join("tauri.conf.json"), CONFIG)?;
    write(&place.join("ui/index.html"), "<!doctype html><title>bare</title><p>bare\n")?;
    write(&place.join("icon.png"), fs::read(project::root().join("icons/32x32.png"))?)?;
    let mut build = cargo();
    build.current_dir(&place).env("CARGO_TARGET_DIR", project::target());
    let built = project::status(build.args(["build", "--release"]))?;
    ensure!(built.success(), "the bare window could not be built");
    Ok(project::target().join("release/bare"))
}

/// Writes what is not there yet, so that nothing is built again for the sake of a younger file.
fn write(file: &Path, contents: impl AsRef<[u8]>) -> Result<()> {
    if fs::read(file).is_ok_and(|there| there == contents.as_ref()) {
        return Ok(());
    }
    Ok(fs::write(file, contents)?)
}
