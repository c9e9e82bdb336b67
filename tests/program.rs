//! The program on a command line, without a display.

#![cfg(target_os = "linux")]

use std::process::{Command, Output};

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
    assert!(help.status.success() && text(&help.stdout).contains("usage: keybearer"));
}

#[test]
fn without_a_display_it_says_so_in_one_line() {
    let output = keybearer(&[]);
    assert!(!output.status.success());
    let told = text(&output.stderr);
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains("no display"), "{told}");
}

#[test]
fn with_a_display_that_cannot_be_reached_it_says_so_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    for (variable, value) in [("DISPLAY", ":4077"), ("WAYLAND_DISPLAY", "wayland-4077")] {
        let mut command = command(&[]);
        let output = command.env(variable, value).env("XDG_RUNTIME_DIR", folder.path()).output().expect("it was built");
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(told.contains(&format!("cannot be reached ({variable} is “{value}”)")), "{told}");
    }
}

#[test]
fn what_is_not_understood_is_told() {
    let output = keybearer(&["--sandbx"]);
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("“--sandbx” is not understood"));
}
