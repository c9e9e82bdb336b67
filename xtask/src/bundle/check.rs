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
    let requires = query(&["--requires"])?;
    for needed in NEEDED {
        ensure!(requires.lines().any(|line| line == needed), "the .rpm does not require {needed}: {requires}");
    }
    row("rpm -qp --requires", &format!("{} of them, {} among them", requires.lines().count(), NEEDED.join(" and ")));
    row("rpm -qp --recommends", &query(&["--recommends"])?);
    said("rpm --checksig", Command::new("rpm").arg("--checksig").arg(rpm))
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
