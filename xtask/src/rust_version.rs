//! The oldest Rust that `rust-version` in Cargo.toml says is enough, held against all that is built with it.

use std::fs;

use crate::directions::{list, metadata, text};

/// 1.90 and 1.90.0 are one version.
fn parts(version: &str) -> [u32; 3] {
    let mut parts = version.split('.').map(|part| part.parse().expect("it is a number"));
    [(); 3].map(|()| parts.next().unwrap_or(0))
}

#[test]
fn no_dependency_needs_a_newer_rust_than_the_workspace_says() {
    let metadata = metadata();
    let packages = list(&metadata["packages"]);
    let ours = packages.iter().find(|package| package["name"] == "keybearer").expect("it is there");
    let ours = text(&ours["rust_version"]);
    let newer: Vec<String> = packages
        .iter()
        .filter_map(|package| Some((package, package["rust_version"].as_str()?)))
        .filter(|(_, needs)| parts(needs) > parts(ours))
        .map(|(package, needs)| format!("{} {} needs {needs}", text(&package["name"]), text(&package["version"])))
        .collect();
    assert!(newer.is_empty(), "rust-version is {ours}, and {}", newer.join(", "));
}

#[test]
fn each_member_has_its_rust_version_from_the_workspace() {
    let metadata = metadata();
    let ours = list(&metadata["packages"]).iter().filter(|package| package["source"].is_null());
    for manifest in ours.map(|package| text(&package["manifest_path"])) {
        let lines = fs::read_to_string(manifest).expect("it can be read");
        let inherits = lines.lines().any(|line| line == "rust-version.workspace = true");
        assert!(inherits, "{manifest} does not take rust-version from the workspace");
    }
}
