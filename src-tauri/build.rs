//! Compiles the configuration, the permissions and the UI into the binary.

use std::{env, fs, path::Path};

macro_rules! commands {
    ($($window:ident $kind:ident $name:ident $arguments:tt
        -> $answer:ty $(as $shape:literal)?, $bound:ident, $still:ident;)*) => {
        /// The window that may give each command, and the command.
        const COMMANDS: &[(&str, &str)] = &[$((stringify!($window), stringify!($name))),*];
    };
}
include!("boundary/table.rs");

/// Which window may give which command. One that stands in neither list is refused to both.
fn permissions() -> String {
    let mut windows: Vec<&str> = COMMANDS.iter().map(|(window, _)| *window).collect();
    windows.sort_unstable();
    windows.dedup();
    let lists = windows.into_iter().map(|window| {
        let own: Vec<&str> = COMMANDS.iter().filter(|each| each.0 == window).map(|(_, name)| *name).collect();
        format!("[[permission]]\nidentifier = \"{}-window\"\ncommands.allow = {own:?}\n", window.to_lowercase())
    });
    lists.collect()
}

fn main() {
    println!("cargo:rerun-if-changed=ui");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let file = Path::new(&out).join("permissions.toml");
    fs::write(&file, permissions()).unwrap_or_else(|error| panic!("{} could not be written: {error}", file.display()));
    // Tauri keeps the path for as long as this runs.
    let pattern = file.to_string_lossy().into_owned().leak();
    let manifest = tauri_build::AppManifest::new().permissions_path_pattern(pattern);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
        .unwrap_or_else(|error| panic!("tauri could not compile the app's configuration: {error:#}"));
}
