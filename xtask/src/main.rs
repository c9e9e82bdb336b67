//! The project's own commands: `cargo xtask run`, `test`, `lint`, `screenshots`, `bench`, `fresh`, `icons`,
//! `licences`, `bundle`, `installed`, `desktops`, `check-targets`.
//!
//! None of them installs anything on this computer: `./setup` does, and they name it where something is missing.

#![allow(clippy::print_stdout, reason = "these are commands for a terminal")]

#[cfg(target_os = "linux")]
mod bare;
#[cfg(target_os = "linux")]
mod bench;
mod bundle;
mod check_targets;
#[cfg(target_os = "linux")]
mod desktops;
#[cfg(test)]
mod directions;
mod fresh;
mod icons;
#[cfg(target_os = "linux")]
mod installed;
mod licences;
mod lint;
mod programs;
mod project;
mod run;
#[cfg(test)]
mod rust_version;
#[cfg(target_os = "linux")]
mod screenshots;
mod setup;
#[cfg(target_os = "linux")]
mod sizes;
mod test;
mod tools;
#[cfg(target_os = "linux")]
mod walk;

use std::process::ExitCode;

use anyhow::Result;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  run            builds Keybearer and opens it on its sandbox; without a display, walks a key through its real window
  test           runs all tests; the last line is `N passed, N failed, N skipped`
  lint           formatting, clippy, documentation, dependencies, and the types of the page's scripts
  screenshots    pictures of every state in target/screenshots; or of those of light, dark, pseudo, 880x640, 420x520 that are named
  bench          how fast it is, and how much memory it takes, beside curl and a bare window; or of latency, start and
                 list, those that are named
  fresh          proves run and test, or the commands given, in a minimal Debian 12 (needs root and debootstrap)
  icons          makes every size and format of the icon from its drawings
  licences       writes down the licences of everything that is compiled in, for the window to show
  bundle         packs what is installed on this system, in target/bundle; --sizes compares it with a bare window's
  installed      proves the packages in a minimal Debian 12 (needs root and debootstrap)
  desktops       what is said of the clipboard on GNOME and Plasma, and what is true, in a Debian 13 (as above)
  check-targets  whether all of it compiles for Windows and macOS, without a warning, in a Debian of its own (as above)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = arguments.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let done: Result<ExitCode> = match command {
        "run" => run::run(),
        "test" => test::test(rest),
        "lint" => lint::lint(),
        #[cfg(target_os = "linux")]
        "screenshots" => screenshots::screenshots(rest),
        #[cfg(target_os = "linux")]
        "bench" => bench::bench(rest),
        "fresh" => fresh::fresh(rest),
        "icons" => icons::icons(),
        "licences" => licences::licences(),
        "bundle" => bundle::bundle(rest),
        #[cfg(target_os = "linux")]
        "installed" => installed::installed(rest),
        #[cfg(target_os = "linux")]
        "desktops" => desktops::desktops(rest),
        "check-targets" => check_targets::check_targets(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    done.unwrap_or_else(|error| {
        eprintln!("xtask {command}: {error:#}");
        ExitCode::FAILURE
    })
}
