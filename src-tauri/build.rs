//! Compiles the configuration, the permissions and the UI into the binary.

mod pages;

use std::{env, fs, path::Path};

use serde_json::{Value, json};

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

/// What tauri merges over its file of configuration, in JSON.
const CONFIG: &str = "TAURI_CONFIG";

/// The configuration by which the pages are taken from there. What whoever builds has set of it stays.
fn with_pages_in(ui: &Path) -> Value {
    let given = env::var(CONFIG).ok().map(|given| serde_json::from_str(&given).expect("it is JSON"));
    let mut config: Value = given.unwrap_or_else(|| json!({}));
    config["build"]["frontendDist"] = json!(ui);
    config
}

fn main() {
    println!("cargo:rerun-if-changed=ui");
    println!("cargo:rerun-if-env-changed={CONFIG}");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let ui = Path::new(&out).join("ui");
    pages::bundle(Path::new("ui"), &ui);
    println!("cargo:rustc-env={CONFIG}={}", with_pages_in(&ui));
    let file = Path::new(&out).join("permissions.toml");
    fs::write(&file, permissions()).unwrap_or_else(|error| panic!("{} could not be written: {error}", file.display()));
    // Tauri keeps the path for as long as this runs.
    let pattern = file.to_string_lossy().into_owned().leak();
    let manifest = tauri_build::AppManifest::new().permissions_path_pattern(pattern);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
        .unwrap_or_else(|error| panic!("tauri could not compile the app's configuration: {error:#}"));
}
