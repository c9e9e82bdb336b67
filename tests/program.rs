//! The program on a command line, without a display; and what is told of its tests.

#![cfg(target_os = "linux")]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use keybearer_core::words;
use keybearer_support::skipped::skip;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keybearer"));
    command.args(arguments).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    command
}

fn keybearer(arguments: &[&str]) -> Output {
    command(arguments).output().expect("it was built")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn version_and_help_need_no_display() {
    let version = keybearer(&["--version"]);
    assert!(version.status.success());
    assert_eq!(text(&version.stdout), concat!("keybearer ", env!("CARGO_PKG_VERSION"), "\n"));
    let help = keybearer(&["--help"]);
    assert!(help.status.success());
    assert_eq!(text(&help.stdout), format!("{}\n", words::help()));
    assert!(text(&help.stdout).contains("\n       keybearer --sandbox    "), "it is not aligned");
}

#[test]
fn the_app_is_called_for_its_folders_what_it_is_called_for_the_system() {
    let conf: serde_json::Value = serde_json::from_str(include_str!("../tauri.conf.json")).expect("JSON");
    assert_eq!(conf["identifier"], keybearer_core::APP_ID);
}

#[test]
fn without_a_display_it_says_so_in_one_line() {
    let output = keybearer(&[]);
    assert!(!output.status.success());
    assert_eq!(text(&output.stderr), format!("keybearer: {}\n", words::start_no_display()));
}

#[test]
fn with_a_display_that_cannot_be_reached_it_says_so_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    for (variable, value) in [("DISPLAY", ":4077"), ("WAYLAND_DISPLAY", "wayland-4077")] {
        let mut command = command(&[]);
        let output = command.env(variable, value).env("XDG_RUNTIME_DIR", folder.path()).output().expect("it was built");
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        let unreachable = words::start_display_unreachable(words::start_variable(variable, value));
        assert_eq!(told, format!("keybearer: {unreachable}\n"));
    }
}

#[test]
fn with_rights_of_its_own_it_starts_itself_anew_at_most_once() {
    const NOBODYS_GROUP: u32 = 65534;
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("keybearer");
    fs::copy(env!("CARGO_BIN_EXE_keybearer"), &copy).expect("copied");
    if std::os::unix::fs::chown(&copy, None, Some(NOBODYS_GROUP)).is_err() {
        return skip("only root gives a program the rights of another group").expect("it is counted");
    }
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o2755)).expect("it is ours");
    let mut started = Command::new(copy);
    started.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").stderr(Stdio::piped());
    let mut started = started.spawn().expect("it can be started");
    let deadline = Instant::now() + Duration::from_secs(10);
    let ended = loop {
        match started.try_wait().expect("it is a child") {
            Some(ended) => break Some(ended),
            None if Instant::now() > deadline => break None,
            None => std::thread::yield_now(),
        }
    };
    let _ = started.kill();
    let told = text(&started.wait_with_output().expect("it ended").stderr);
    assert_eq!(ended.and_then(|ended| ended.code()), Some(1), "it goes on starting itself anew; it said {told:?}");
    assert!(told.contains(&words::start_no_display().to_string()), "{told}");
}

#[test]
fn what_is_not_understood_is_told() {
    let output = keybearer(&["--sandbx"]);
    assert!(!output.status.success());
    assert_eq!(text(&output.stderr), format!("keybearer: {}\n", words::cli_not_understood("--sandbx")));
}

/// The rows of the table of SECURITY.md: what is promised, and what shows it.
fn promises() -> Vec<(&'static str, &'static str)> {
    const SECURITY: &str = include_str!("../SECURITY.md");
    let (_, table) = SECURITY.split_once("| promise | test |\n|---|---|\n").expect("the table");
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').rsplit_once('|').expect("two columns")).collect()
}

/// Every file of Rust in a folder of the project, with its name and what is in it.
fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = fs::read_to_string(&path).expect("it can be read");
            found.push((path, text));
        }
    }
}

/// Whether a test of this name is in a file of this name, or of these folders.
fn is_test(module: &str, name: &str, sources: &[(PathBuf, String)]) -> bool {
    sources.iter().any(|(path, text)| {
        let parts: Vec<_> = path.components().map(|part| Path::new(part.as_os_str()).file_stem()).collect();
        let is_it = module.split("::").all(|name| parts.contains(&Some(name.as_ref())));
        let (before, there) = text.split_once(&format!("fn {name}()")).unwrap_or_default();
        let attributes = before.rsplit("\n\n").next().unwrap_or_default();
        is_it && !there.is_empty() && (attributes.contains("#[test]") || attributes.contains("#[tokio::test"))
    })
}

#[test]
fn each_promise_of_the_table_in_security_md_names_tests_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    sources(&root.join("tests"), &mut all);
    sources(&root.join("src-tauri"), &mut all);
    let rows = promises();
    assert!(rows.len() > 20, "{} rows are no table", rows.len());
    for (promise, shown_by) in rows {
        let named: Vec<&str> = shown_by.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "nothing shows it: {promise}");
        for name in named {
            let there = match name.rsplit_once("::") {
                Some((module, test)) => is_test(module, test, &all),
                None => {
                    root.join(name).is_file()
                        && fs::read_to_string(root.join(name))
                            .is_ok_and(|text| text.contains("test]") || text.contains("::test("))
                }
            };
            assert!(there, "{name} is no test, nor a file of tests; it is to show: {promise}");
        }
    }
}
