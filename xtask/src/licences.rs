//! `cargo xtask licences`: the licences of everything that is compiled into the program, for the window's "About" and for
//! the packages. `cargo xtask lint` looks whether they are those of `Cargo.lock`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::project::{self, cargo};

/// What the page shows. A module, since the page may load scripts of its own and nothing else.
const MODULE: &str = "ui/third_party.js";

/// The systems that it is built for, as `deny.toml` has them.
const TARGETS: [&str; 5] = [
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
];

/// What the page has of others: the folder of each, its name, its version and its licence.
const VENDORED: [(&str, &str, &str, &str); 1] = [("ui/fluent", "@fluent/bundle", "0.19.1", "Apache-2.0")];

/// A package that is compiled in.
#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Package {
    name: String,
    version: String,
    licence: String,
    folder: PathBuf,
}

pub(crate) fn licences() -> Result<ExitCode> {
    let module = module()?;
    println!("{MODULE}: {} KiB", module.len() / 1024);
    fs::write(project::root().join(MODULE), module)?;
    Ok(ExitCode::SUCCESS)
}

/// Whether the page shows what is compiled in now.
pub(crate) fn check() -> Result<()> {
    let written = fs::read_to_string(project::root().join(MODULE)).unwrap_or_default();
    ensure!(written == module()?, "{MODULE} is not that of Cargo.lock: cargo xtask licences");
    Ok(())
}

/// All of them, as a text.
pub(crate) fn text() -> Result<String> {
    let packages = packages()?;
    let mut texts: BTreeMap<String, (String, BTreeMap<String, BTreeSet<String>>)> = BTreeMap::new();
    let mut without = Vec::new();
    for package in &packages {
        let files = files(package)?;
        if files.is_empty() {
            without.push(package);
        }
        for file in files {
            let (notices, body) = split(&String::from_utf8_lossy(&fs::read(file)?));
            let (_, of) = texts.entry(same(&body)).or_insert_with(|| (body, BTreeMap::new()));
            of.entry(notices.join("\n")).or_default().insert(format!("{} {}", package.name, package.version));
        }
    }
    let mut told = format!("Keybearer has these {} packages of others compiled in:\n\n", packages.len());
    for Package { name, version, licence, .. } in &packages {
        told += &format!("  {name} {version}: {licence}\n");
    }
    told += "\nThese come without a text of their licence; it is the one named above:\n\n";
    told += &format!("  {}\n", without.iter().map(|each| each.name.as_str()).collect::<Vec<_>>().join(", "));
    // Those that most packages share come first.
    let mut texts: Vec<_> = texts.into_values().collect();
    texts.sort_by_cached_key(|(body, of)| {
        (std::cmp::Reverse(of.values().map(BTreeSet::len).sum::<usize>()), body.clone())
    });
    for (body, of) in texts {
        told += &format!("\n{}\n\n", "─".repeat(72));
        for (notices, names) in of {
            told += &format!("{}:\n", names.into_iter().collect::<Vec<_>>().join(", "));
            for notice in notices.lines() {
                told += &format!("  {notice}\n");
            }
        }
        told += &format!("\n{body}\n");
    }
    Ok(told)
}

fn module() -> Result<String> {
    let text = text()?.replace('\\', "\\\\").replace('`', "\\`").replace("${", "\\${");
    Ok(format!("// Written by `cargo xtask licences`.\n\nexport const THIRD_PARTY = `{text}`;\n"))
}

/// Whether what the page has of others is as it came.
pub(crate) fn check_vendored() -> Result<()> {
    for (folder, name, ..) in VENDORED {
        let mut sums = std::process::Command::new("sha256sum");
        sums.args(["--check", "--strict", "--quiet", "SHA256SUMS"]).current_dir(project::root().join(folder));
        ensure!(project::status(&mut sums)?.success(), "{name} in {folder} is not as it came");
    }
    Ok(())
}

/// Everything that ends up in the program, on any system; neither what only builds it nor what only tests it.
fn packages() -> Result<BTreeSet<Package>> {
    let mut metadata = cargo();
    metadata.args(["metadata", "--locked", "--format-version", "1"]);
    let output = metadata.output()?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let known = metadata["packages"].as_array().context("it lists packages")?;
    let vendored = VENDORED.iter().map(|(folder, name, version, licence)| Package {
        name: (*name).to_owned(),
        version: (*version).to_owned(),
        licence: (*licence).to_owned(),
        folder: project::root().join(folder),
    });
    let mut packages: BTreeSet<Package> = vendored.collect();
    for target in TARGETS {
        let mut tree = cargo();
        tree.args([
            "tree",
            "--locked",
            "--package",
            "keybearer",
            "--edges",
            "normal,no-proc-macro",
            "--target",
            target,
        ]);
        let output = tree.args(["--prefix", "none", "--format", "{p}"]).output()?;
        ensure!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
        for line in String::from_utf8(output.stdout)?.lines() {
            let mut words = line.split(' ');
            let (Some(name), Some(version)) = (words.next(), words.next()) else { continue };
            let version = version.trim_start_matches('v');
            let package = known.iter().find(|each| each["name"] == name && each["version"] == version);
            let package = package.with_context(|| format!("{name} {version} is not known"))?;
            // What comes from nowhere is the project's own.
            if package["source"].is_null() {
                continue;
            }
            let manifest = Path::new(package["manifest_path"].as_str().context("it has a manifest")?);
            packages.insert(Package {
                name: name.to_owned(),
                version: version.to_owned(),
                licence: package["license"].as_str().unwrap_or("see its text").to_owned(),
                folder: manifest.parent().context("it lies in a folder")?.to_owned(),
            });
        }
    }
    Ok(packages)
}

/// The texts of a package's licence. Where one may choose, MIT's is chosen, or else whichever there is.
fn files(package: &Package) -> Result<Vec<PathBuf>> {
    const NAMES: [&str; 6] = ["license", "licence", "copying", "notice", "copyright", "unlicense"];
    let mut files = Vec::new();
    for entry in fs::read_dir(&package.folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if path.is_file() && NAMES.iter().any(|each| name.starts_with(each)) && !name.ends_with(".rs") {
            files.push(path);
        }
    }
    files.sort();
    let is_mit =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().to_lowercase().contains("mit"));
    let may_choose = package.licence.contains(" OR ") || package.licence.contains('/');
    if may_choose && !package.licence.contains(" AND ") && files.iter().any(is_mit) {
        files.retain(is_mit);
    }
    Ok(files)
}

/// Parts the lines that name a holder from the text that many packages share.
fn split(text: &str) -> (Vec<String>, String) {
    let is_notice = |line: &&str| {
        let line = line.trim().to_lowercase();
        line.starts_with("copyright (")
            || line.starts_with("copyright ©")
            || line.starts_with("copyright 2")
            || line.starts_with("copyright 1")
            || line.starts_with("(c) ")
    };
    let (notices, body): (Vec<&str>, Vec<&str>) = text.lines().partition(is_notice);
    let notices = notices.into_iter().map(|line| line.trim().to_owned()).collect();
    let body = body.into_iter().map(str::trim_end).collect::<Vec<_>>().join("\n");
    (notices, body.trim_matches('\n').to_owned())
}

/// The letters alone: two texts that differ in their lines and titles are one.
fn same(body: &str) -> String {
    let letters: String = body.to_lowercase().chars().filter(|each| each.is_alphanumeric()).collect();
    letters.trim_start_matches("the").trim_start_matches("mitlicense").trim_start_matches("mit").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holders_are_parted_from_a_text_that_many_share() {
        let one = "The MIT License (MIT)\n\nCopyright (c) 2015 One\n\nPermission is\nhereby granted\n";
        let other = "MIT License\n\nCopyright (c) 2020 Other\n\nPermission is hereby\ngranted";
        let (notices, body) = split(one);
        assert_eq!(notices, ["Copyright (c) 2015 One"]);
        assert!(!body.contains("One") && body.starts_with("The MIT License"));
        let words = |text: &str| same(&split(text).1).replace("licensemit", "");
        assert_eq!(words(one), words(other));
    }
}
