//! The packages of Linux, which are made here without a tool of Tauri's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::facts::Facts;
use super::tree::Tree;
use super::{check, deb, held, rpm};
use crate::{project, setup, tools};

/// Both formats insist on an address for the person to write to. There is none yet, and this says so: nothing can ever be
/// sent to a name that ends in `.invalid`.
pub(super) const NO_ADDRESS: &str = "no-address-yet@keybearer.invalid";

/// AppImage's own tool is fetched by Tauri's, from where not every computer may fetch.
const NO_APPIMAGE: &str =
    "not made; `cargo xtask bundle --appimage` makes one where GitHub can be reached, for its tool";

pub(crate) fn folder() -> PathBuf {
    project::target().join("bundle")
}

pub(super) fn pack() -> Result<ExitCode> {
    setup::check("bundle")?;
    let facts = Facts::gather()?;
    // Nothing in a package is younger than its release, so that the same sources make the same package.
    let epoch = output(Command::new("date").args(["--utc", "+%s", "--date", &facts.release()?.date]))?;
    let program = build(project::root())?;
    let folder = folder();
    fs::create_dir_all(&folder)?;
    for old in fs::read_dir(&folder)? {
        let old = old?.path();
        if old.extension().is_some_and(|kind| ["deb", "rpm", "json", "txt"].iter().any(|each| kind == *each)) {
            fs::remove_file(old)?;
        }
    }
    let tree = Tree::make(folder.join("tree"), &facts, &program)?;
    // Out of what is installed: a program that is stripped too well has lost it.
    let inside = listed_inside(&tree.root.join("usr/bin/keybearer"))?;
    let deb = deb::pack(&tree, &facts, &folder, &epoch)?;
    let rpm = rpm::pack(&tree, &facts, &folder, &epoch)?;
    println!();
    check::check(&tree, &facts, &deb, &rpm)?;
    let bill = bill_of_materials(&facts, &folder)?;

    let mut sums = String::new();
    println!();
    for file in [&deb, &rpm, &bill] {
        let name = file.file_name().context("it has a name")?.display().to_string();
        let sum = output(Command::new("sha256sum").arg(&name).current_dir(&folder))?;
        sums += &format!("{sum}\n");
        println!("  {name:<40} {:>9.1} KiB  sha256 {}", kib(file)?, sum.split(' ').next().unwrap_or_default());
    }
    fs::write(folder.join("SHA256SUMS.txt"), sums)?;
    println!("  AppImage: {NO_APPIMAGE}");
    println!("  inside the program: a list of {inside} packages that it was built from");
    println!("  all of it is in {}", folder.display());
    Ok(ExitCode::SUCCESS)
}

/// The version that stands for one before, wherever an upgrade is proven.
const OLDER: &str = "0.0.9";

/// Packs the same sources as an older version, to be upgraded from; gives back where that package is.
pub(crate) fn older() -> Result<PathBuf> {
    setup::check("bundle")?;
    let place = project::target().join("older");
    let package =
        place.join(format!("keybearer_{OLDER}_{}.deb", output(Command::new("dpkg").arg("--print-architecture"))?));
    if package.exists() {
        return Ok(package);
    }
    let mut facts = Facts::gather()?;
    let sources = place.join("sources");
    fs::create_dir_all(&sources)?;
    let copied = Command::new("sh")
        .args([
            "-c",
            "git ls-files -z | xargs -0 cp --parents --update --preserve=timestamps --target-directory \"$0\"",
        ])
        .arg(&sources)
        .current_dir(project::root())
        .status()?;
    ensure!(copied.success(), "the sources could not be copied");
    let manifest = fs::read_to_string(sources.join("Cargo.toml"))?;
    fs::write(sources.join("Cargo.toml"), manifest.replacen(&facts.version, OLDER, 1))?;
    let program = build(&sources)?;
    let release = facts.releases.first_mut().context("CHANGELOG.md tells of no version")?;
    OLDER.clone_into(&mut release.version);
    OLDER.clone_into(&mut facts.version);
    let tree = Tree::make(place.join("tree"), &facts, &program)?;
    deb::pack(&tree, &facts, &place, "0")
}

/// Builds the program as it is installed, with the list of what it was built from inside.
fn build(sources: &Path) -> Result<PathBuf> {
    tools::tool("cargo-auditable")?;
    let mut cargo = tools::on_path(project::cargo())?;
    cargo.current_dir(sources).env("CARGO_TARGET_DIR", project::target());
    held(cargo.args(["auditable", "build", "--release", "--package", "keybearer"]))?;
    Ok(project::target().join("release/keybearer"))
}

/// Reads the list back out of a program: how many packages are on it.
fn listed_inside(program: &Path) -> Result<usize> {
    let list = output(Command::new(tools::tool("rust-audit-info")?).arg(program))?;
    let list: Value = serde_json::from_str(&list)?;
    let packages = list["packages"].as_array().context("it has a list of packages")?;
    ensure!(packages.iter().any(|each| each["name"] == "keybearer"), "the list does not name Keybearer itself");
    Ok(packages.len())
}

/// What is in the program, as a CycloneDX file for those who look after such lists.
fn bill_of_materials(facts: &Facts, folder: &Path) -> Result<PathBuf> {
    tools::tool("cargo-cyclonedx")?;
    let mut cargo = tools::on_path(project::cargo())?;
    let name = "keybearer.cdx";
    cargo.args(["cyclonedx", "--quiet", "--format", "json", "--no-build-deps", "--override-filename", name]);
    held(cargo.arg("--manifest-path").arg(project::root().join("Cargo.toml")))?;
    // One is written beside each package of the workspace; the others are never installed.
    let made = project::root().join(name).with_extension("cdx.json");
    for other in ["src-tauri/core", "src-tauri/sandbox", "src-tauri/webview", "tests/support", "xtask"] {
        let _ = fs::remove_file(project::root().join(other).join("keybearer.cdx.json"));
    }
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    let kept = folder.join(format!("keybearer-{}-{system}-{machine}.cdx.json", facts.version));
    let mut bill: Value = serde_json::from_str(&fs::read_to_string(&made)?)?;
    fs::remove_file(made)?;
    forget_places(&mut bill);
    let text = serde_json::to_string_pretty(&bill)? + "\n";
    let home = std::env::var("HOME").unwrap_or_default();
    let places = [project::root().display().to_string(), home, "file:".to_owned()];
    for place in places.iter().filter(|place| place.len() > 1) {
        ensure!(!text.contains(place.as_str()), "{} tells of this computer: {place}", kept.display());
    }
    fs::write(&kept, text)?;
    Ok(kept)
}

/// Names what is the project's own by what it is, rather than by where it lay on the computer that it was built on.
fn forget_places(value: &mut Value) {
    match value {
        Value::String(text) => *text = without_place(text),
        Value::Array(values) => values.iter_mut().for_each(forget_places),
        Value::Object(fields) => fields.values_mut().for_each(forget_places),
        _ => {}
    }
}

fn without_place(text: &str) -> String {
    if let Some((folder, package)) = text.strip_prefix("path+file://").and_then(|rest| rest.split_once('#')) {
        // Its name is left out where the folder has the same.
        let name = if package.contains('@') { "" } else { folder.rsplit('/').next().unwrap_or_default() };
        let at = if name.is_empty() { "" } else { "@" };
        return format!("pkg:cargo/{name}{at}{package}");
    }
    text.split_once("?download_url=file:").map_or(text, |(package, _)| package).to_owned()
}

pub(crate) fn kib(file: &Path) -> Result<f64> {
    #[allow(clippy::cast_precision_loss, reason = "a file's size is told to a tenth of a KiB")]
    Ok(fs::metadata(file)?.len() as f64 / 1024.0)
}

/// What a command prints, without the line's end.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().display().to_string();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{program} could not be started"))?;
    ensure!(
        output.status.success(),
        "{program} ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_of_materials_names_our_own_packages_and_not_where_they_lay() {
        for (told, named) in [
            ("path+file:///home/ada/src/work#keybearer@0.1.0", "pkg:cargo/keybearer@0.1.0"),
            ("path+file:///home/ada/keybearer#0.1.0 bin-target-0", "pkg:cargo/keybearer@0.1.0 bin-target-0"),
            (
                "pkg:cargo/keybearer-webview@0.1.0?download_url=file://src-tauri/webview",
                "pkg:cargo/keybearer-webview@0.1.0",
            ),
            (
                "registry+https://github.com/rust-lang/crates.io-index#url@2.5.4",
                "registry+https://github.com/rust-lang/crates.io-index#url@2.5.4",
            ),
        ] {
            assert_eq!(without_place(told), named);
        }
    }
}
