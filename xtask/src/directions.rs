//! The directions between the packages, which ARCHITECTURE.md claims, as Cargo has them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::project::cargo;

/// Each package, and what it may depend on of the project.
const PACKAGES: [(&str, &[&str]); 7] = [
    (
        "keybearer",
        &["keybearer-core", "keybearer-sandbox", "keybearer-support", "keybearer-webview", "keybearer-wiping"],
    ),
    ("keybearer-core", &[]),
    ("keybearer-sandbox", &[]),
    ("keybearer-support", &[]),
    ("keybearer-webview", &[]),
    ("keybearer-wiping", &[]),
    ("xtask", &["keybearer-support"]),
];

/// What has an effect outside the process, or is of one system: the core is built without any of it.
const EFFECTS: [&str; 19] = [
    "arboard",
    "dirs",
    "gdk",
    "gtk",
    "hyper",
    "keyring",
    "keyring-core",
    "libsqlite3-sys",
    "reqwest",
    "rusqlite",
    "rustix",
    "rustls",
    "secret-service",
    "tauri",
    "webkit2gtk",
    "wl-clipboard-rs",
    "wry",
    "x11rb",
    "zbus",
];

/// What Cargo knows of the project, and of all that it is made of on any system.
pub(crate) fn metadata() -> Value {
    let output = cargo().args(["metadata", "--locked", "--format-version", "1"]).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("it is JSON")
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("it is a text")
}

#[test]
fn each_package_depends_on_those_of_the_project_that_it_may_and_on_no_other() {
    let metadata = metadata();
    // What comes from nowhere is the project's own.
    let is_ours = |each: &&Value| each["source"].is_null();
    let ours: BTreeMap<&str, BTreeSet<&str>> = list(&metadata["packages"])
        .iter()
        .filter(is_ours)
        .map(|package| {
            let on = list(&package["dependencies"]).iter().filter(is_ours).map(|each| text(&each["name"]));
            (text(&package["name"]), on.collect())
        })
        .collect();
    let may = PACKAGES.map(|(package, on)| (package, on.iter().copied().collect()));
    assert_eq!(ours, BTreeMap::from(may));
}

#[test]
fn the_core_is_built_without_anything_that_has_an_effect() {
    let metadata = metadata();
    let names: BTreeMap<&str, &str> =
        list(&metadata["packages"]).iter().map(|package| (text(&package["id"]), text(&package["name"]))).collect();
    let nodes: BTreeMap<&str, &Value> =
        list(&metadata["resolve"]["nodes"]).iter().map(|node| (text(&node["id"]), node)).collect();
    let core = names.iter().find(|(_, name)| **name == "keybearer-core").expect("it is there").0;
    let (mut found, mut open) = (BTreeSet::new(), vec![*core]);
    while let Some(id) = open.pop() {
        for on in list(&nodes[id]["deps"]) {
            // Tests may use what they like, and what builds it is not in it.
            let is_in_it = list(&on["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            if is_in_it && found.insert(text(&on["pkg"])) {
                open.push(text(&on["pkg"]));
            }
        }
    }
    let found: BTreeSet<&str> = found.into_iter().map(|id| names[id]).collect();
    assert!(found.contains("tokio"), "nothing was found: {found:?}");
    let effects: Vec<&str> = EFFECTS.into_iter().filter(|effect| found.contains(effect)).collect();
    assert!(effects.is_empty(), "{effects:?}");
}
