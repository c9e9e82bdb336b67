//! What others say of the packages: the checkers of Debian, of the desktops and of RPM.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::facts::Facts;
use super::linux::output;
use super::tree::Tree;

/// What every system with RPM has to find out from the package.
const NEEDED: [&str; 2] = ["ca-certificates", "libwebkit2gtk-4.1.so.0()(64bit)"];

/// Holds every package against its checkers, and prints what they found.
pub(crate) fn check(tree: &Tree, facts: &Facts, deb: &Path, rpm: &Path) -> Result<()> {
    let metainfo = format!("usr/share/metainfo/{}.metainfo.xml", facts.identifier);
    silent(
        "desktop-file-validate",
        Command::new("desktop-file-validate").arg(tree.root.join("usr/share/applications/keybearer.desktop")),
    )?;
    said(
        "appstreamcli validate",
        Command::new("appstreamcli").args(["validate", "--no-net"]).arg(tree.root.join(metainfo)),
    )?;
    let mut man = Command::new("man");
    man.env("MANROFFSEQ", "").env("MANWIDTH", "80").env("LC_ALL", "C.UTF-8").args(["--warnings", "-l", "-Tutf8", "-Z"]);
    let man = man.arg(tree.root.join("usr/share/man/man1/keybearer.1.gz")).stdin(Stdio::null()).output()?;
    ensure!(man.status.success() && man.stderr.is_empty(), "man: {}", String::from_utf8_lossy(&man.stderr));
    row("man --warnings", "nothing found");
    // Nothing is overridden.
    silent("lintian", Command::new("lintian").args(["--allow-root", "--fail-on", "error,warning"]).arg(deb))?;

    let query = |what: &[&str]| output(Command::new("rpm").arg("-qp").args(what).arg(rpm));
    let fields = "%{NAME} %{VERSION}-%{RELEASE} %{ARCH}, %{LICENSE}, %{SIZE} bytes: %{SUMMARY}";
    row("rpm -qp", &query(&["--queryformat", fields])?);
    for (field, expected) in [
        ("%{NAME}", "keybearer"),
        ("%{VERSION}", &facts.version),
        ("%{LICENSE}", &facts.licence),
        ("%{SUMMARY}", &facts.description),
    ] {
        let there = query(&["--queryformat", field])?;
        ensure!(there == expected, "the .rpm has {there:?} as its {field}, and not {expected:?}");
    }
    let requires = query(&["--requires"])?;
    for needed in NEEDED {
        ensure!(requires.lines().any(|line| line == needed), "the .rpm does not require {needed}: {requires}");
    }
    row("rpm -qp --requires", &format!("{} of them, {} among them", requires.lines().count(), NEEDED.join(" and ")));
    let recommends = query(&["--recommends"])?;
    ensure!(recommends.contains("gnome-keyring") && recommends.contains("kwallet"), "no keyring: {recommends}");
    row("rpm -qp --recommends", &recommends);
    same_files(deb, rpm)?;
    said("rpm --checksig", Command::new("rpm").arg("--checksig").arg(rpm))
}

/// Both packages install the same files with the same rights and contents; their documents each has in a place of its own.
fn same_files(deb: &Path, rpm: &Path) -> Result<()> {
    let (of_deb, of_rpm) = (tempfile::tempdir()?, tempfile::tempdir()?);
    output(Command::new("dpkg-deb").arg("--extract").arg(deb).arg(of_deb.path()))?;
    let unpack = "rpm2cpio \"$0\" | cpio --extract --make-directories --preserve-modification-time --quiet";
    output(Command::new("sh").args(["-c", unpack]).arg(rpm).current_dir(of_rpm.path()))?;
    let (in_deb, in_rpm) = (files(of_deb.path())?, files(of_rpm.path())?);
    ensure!(in_deb == in_rpm, "the .deb installs these files: {in_deb:#?}\nand the .rpm those: {in_rpm:#?}");
    row("files of the .rpm", &format!("{} of them, the same as the .deb's", in_rpm.len() / 2));
    Ok(())
}

/// Of each a line with its rights, owner left aside, and one with the hash of what is in it.
fn files(folder: &Path) -> Result<Vec<String>> {
    let list = "find usr -type f -not -path 'usr/share/doc/*' -not -path 'usr/share/licenses/*' \
                -exec stat --format '%n %a' {} + -exec sha256sum {} +";
    let listed = output(Command::new("sh").args(["-c", list]).current_dir(folder))?;
    let mut listed: Vec<String> = listed.lines().map(str::to_owned).collect();
    listed.sort();
    Ok(listed)
}

fn row(what: &str, told: &str) {
    println!("  {what:<24} {told}");
}

/// A checker that has nothing to say.
fn silent(what: &str, command: &mut Command) -> Result<()> {
    let told = output(command)?;
    ensure!(told.is_empty(), "{what}: {told}");
    row(what, "nothing found");
    Ok(())
}

/// A checker that tells in its last line what it thinks.
fn said(what: &str, command: &mut Command) -> Result<()> {
    let told = output(command)?;
    row(what, told.lines().last().context("it says something")?);
    Ok(())
}
