//! `cargo xtask bundle --sizes`: how large the package is, beside that of a window with nothing in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::bare;
use crate::bundle::{self, held, kib, output};
use crate::project;

/// What the package may be at most, in sizes of the bare window that Tauri's own template and tool make.
const MOST: f64 = 1.75;

/// That one's package, in KiB: 2.84 MiB on Debian 12, with all of Tauri's usual features, and neither optimized for its
/// size nor stripped nor packed as tightly as the one that is built here for comparison.
const TEMPLATE: f64 = 2.84 * 1024.0;

/// Of one package, in KiB.
struct Sizes {
    package: f64,
    installed: f64,
    program: f64,
}

pub(crate) fn sizes() -> Result<ExitCode> {
    let package = fs::read_dir(bundle::folder())
        .ok()
        .and_then(|mut files| files.find_map(|file| Some(file.ok()?.path()).filter(|path| is_deb(path))))
        .context("there is no package yet: cargo xtask bundle")?;
    let ours = of(&package)?;
    let bare = of(&bare_package()?)?;
    println!("\n  {:<44} {:>10} {:>10} {:>10}", "KiB", ".deb", "installed", "program");
    for (name, Sizes { package, installed, program }) in
        [("Keybearer", &ours), ("a bare window, built and packed in the same way", &bare)]
    {
        println!("  {name:<48} {package:>6.0} {installed:>10.0} {program:>10.0}");
    }
    println!(
        "  {:<48} {:>6.2} {:>10.2} {:>10.2}",
        "ratio",
        ours.package / bare.package,
        ours.installed / bare.installed,
        ours.program / bare.program
    );
    let ratio = ours.package / TEMPLATE;
    println!("  {:<48} {TEMPLATE:>6.0}", "a bare window as Tauri’s template makes it");
    println!("  {:<48} {ratio:>6.2} {:>21}", "ratio", format!("(at most {MOST})"));
    Ok(if ratio <= MOST { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn is_deb(path: &Path) -> bool {
    path.extension().is_some_and(|kind| kind == "deb")
}

fn of(package: &Path) -> Result<Sizes> {
    let place = tempfile::tempdir()?;
    held(Command::new("dpkg-deb").arg("--extract").arg(package).arg(place.path()))?;
    let program = fs::read_dir(place.path().join("usr/bin"))?.next().context("a program is in it")??.path();
    let installed =
        output(Command::new("du").args(["--summarize", "--apparent-size", "--block-size=1K"]).arg(place.path()))?;
    let installed = installed.split_whitespace().next().context("du tells a size")?.parse()?;
    Ok(Sizes { package: kib(package)?, installed, program: kib(&program)? })
}

/// Packs a window with nothing in it in the same way.
fn bare_package() -> Result<PathBuf> {
    let (built, place) = (bare::build()?, project::target().join("bare"));
    for folder in ["tree/DEBIAN", "tree/usr/bin"] {
        fs::create_dir_all(place.join(folder))?;
    }
    let program = place.join("tree/usr/bin/bare");
    fs::copy(built, &program)?;
    held(Command::new("strip").arg("--strip-unneeded").arg(&program))?;
    let control = "Package: bare\nVersion: 0.1.0\nArchitecture: all\nMaintainer: nobody <nobody@bare.invalid>\n\
                   Description: a bare window\n";
    fs::write(place.join("tree/DEBIAN/control"), control)?;
    let package = place.join("bare.deb");
    output(
        Command::new("dpkg-deb").args(["--root-owner-group", "-Zxz", "--build"]).arg(place.join("tree")).arg(&package),
    )?;
    Ok(package)
}
