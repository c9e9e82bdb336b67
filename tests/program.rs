//! The program on a command line, without a display.

#![cfg(target_os = "linux")]

use std::process::{Command, Output};

fn keybearer(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keybearer"));
    command.args(arguments).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    command.output().expect("it was built")
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
fn what_is_not_understood_is_told() {
    let output = keybearer(&["--sandbx"]);
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("“--sandbx” is not understood"));
}
