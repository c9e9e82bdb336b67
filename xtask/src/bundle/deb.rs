//! The package for Debian, and whatever descends from it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::facts::{Facts, Release, indented};
use super::linux::{NO_ADDRESS, output};
use super::tree::Tree;

/// Without certificates it can speak to nobody, and no library asks for them.
const CERTIFICATES: &str = "ca-certificates";

/// The programs that keep sign-ins, any of which will do.
const KEYRINGS: &str = "gnome-keyring | libkf5wallet-bin | keepassxc";

/// Packs the files; gives back where the package is.
pub(crate) fn pack(tree: &Tree, facts: &Facts, folder: &Path, epoch: &str) -> Result<PathBuf> {
    let architecture = output(Command::new("dpkg").arg("--print-architecture"))?;
    tree.write("usr/share/doc/keybearer/copyright", &facts.fill("copyright")?)?;
    let changelog: Vec<String> = facts.releases.iter().map(|release| entry(release, facts)).collect::<Result<_>>()?;
    tree.compressed("usr/share/doc/keybearer/changelog.gz", &changelog.join("\n"))?;

    let sums: Vec<String> = tree
        .files()?
        .iter()
        .map(|(file, _)| {
            let sum = output(Command::new("md5sum").arg(file).current_dir(&tree.root))?;
            Ok(format!("{sum}\n"))
        })
        .collect::<Result<_>>()?;
    let control = control(tree, facts, &architecture)?;
    tree.write("DEBIAN/md5sums", &sums.concat())?;
    tree.write("DEBIAN/control", &control)?;
    let package = folder.join(format!("keybearer_{}_{architecture}.deb", facts.version));
    let mut pack = Command::new("dpkg-deb");
    pack.env("SOURCE_DATE_EPOCH", epoch).args(["--root-owner-group", "-Zxz", "--build"]);
    output(pack.arg(&tree.root).arg(&package))?;
    fs::remove_dir_all(tree.root.join("DEBIAN"))?;
    Ok(package)
}

fn control(tree: &Tree, facts: &Facts, architecture: &str) -> Result<String> {
    Ok(format!(
        "Package: keybearer\nVersion: {version}\nArchitecture: {architecture}\nMaintainer: {authors} <{NO_ADDRESS}>\n\
         Installed-Size: {size}\nDepends: {libraries}, {CERTIFICATES}\nRecommends: {KEYRINGS}\nSection: utils\n\
         Priority: optional\nDescription: {short}\n{long}\n",
        version = facts.version,
        authors = facts.authors,
        size = tree.size()?.div_ceil(1024),
        libraries = libraries(&tree.root.join("usr/bin/keybearer"))?,
        short = lower(&facts.description),
        long = indented(LONG),
    ))
}

/// Debian's own tool tells which packages, and from which version on, bring the libraries that the program needs.
fn libraries(program: &Path) -> Result<String> {
    let place = tempfile::tempdir()?;
    fs::create_dir(place.path().join("debian"))?;
    fs::write(place.path().join("debian/control"), "Source: keybearer\n\nPackage: keybearer\nArchitecture: any\n")?;
    let mut shlibdeps = Command::new("dpkg-shlibdeps");
    let found = output(shlibdeps.current_dir(place.path()).arg("-O").arg(format!("-e{}", program.display())))?;
    let found = found.strip_prefix("shlibs:Depends=").context("dpkg-shlibdeps names the packages")?;
    ensure!(found.contains("libwebkit2gtk-4.1-0"), "the program needs no WebKit: {found}");
    Ok(found.to_owned())
}

const LONG: &str = "\
You type a key's name; Keybearer asks the Dfns API for an API key, and holds
the new key's token, which Dfns shows once and never again, in a one-time
dialog until it is safely in your vault. Then no trace of it is left.

It has been tried against its own sandbox and Dfns' published documentation,
not against Dfns itself.";

/// One entry of a changelog as Debian has them.
fn entry(Release { version, date, changes }: &Release, facts: &Facts) -> Result<String> {
    let when = output(Command::new("date").args(["--utc", "--rfc-email", "--date", date]))?;
    let changes: String = changes.iter().map(|change| format!("{}\n", wrapped(change))).collect();
    Ok(format!(
        "keybearer ({version}) unstable; urgency=medium\n\n{changes}\n -- {} <{NO_ADDRESS}>  {when}\n",
        facts.authors
    ))
}

/// `  * ` and what follows, in lines that a terminal shows whole.
fn wrapped(change: &str) -> String {
    let mut lines = vec!["  *".to_owned()];
    for word in change.split(' ') {
        if lines.last().is_some_and(|line| line.chars().count() + word.chars().count() > 78) {
            lines.push("   ".to_owned());
        }
        if let Some(line) = lines.last_mut() {
            *line += &format!(" {word}");
        }
    }
    lines.join("\n")
}

/// As Debian begins its descriptions.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_change_is_wrapped_and_goes_on_indented() {
        assert_eq!(wrapped("Short."), "  * Short.");
        let long = wrapped(&"word ".repeat(30));
        assert!(long.lines().all(|line| line.len() <= 80) && long.lines().count() == 2, "{long}");
        assert!(long.lines().nth(1).is_some_and(|line| line.starts_with("    word")));
    }
}
