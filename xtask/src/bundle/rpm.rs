//! The package for Fedora, openSUSE, and whatever else has RPM.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::facts::{Facts, Release};
use super::linux::{NO_ADDRESS, output};
use super::tree::Tree;

/// Packs the files; gives back where the package is.
pub(crate) fn pack(tree: &Tree, facts: &Facts, folder: &Path, epoch: &str) -> Result<PathBuf> {
    // What Debian alone has, in another form.
    fs::remove_dir_all(tree.root.join("usr/share/doc/keybearer"))?;
    let place = tempfile::tempdir()?;
    let changelog: Vec<String> = facts.releases.iter().map(|release| entry(release, facts)).collect::<Result<_>>()?;
    let spec = facts
        .fill("keybearer.spec")?
        .replace("%{tree}", &tree.root.display().to_string())
        .replace("%{changelog}", &changelog.join("\n"));
    let file = place.path().join("keybearer.spec");
    fs::write(&file, spec)?;
    for name in ["LICENSE-MIT", "LICENSE-APACHE", "README.md", "CHANGELOG.md"] {
        fs::copy(crate::project::root().join(name), place.path().join(name))?;
    }
    fs::write(place.path().join("third-party-licences.txt"), crate::licences::text()?)?;

    let mut rpmbuild = Command::new("rpmbuild");
    rpmbuild
        .env("SOURCE_DATE_EPOCH", epoch)
        .arg("-bb")
        .arg("--define")
        .arg(format!("_topdir {}", place.path().join("build").display()));
    rpmbuild.arg("--define").arg(format!("_sourcedir {}", place.path().display()));
    rpmbuild.arg("--define").arg(format!("_rpmdir {}", place.path().join("made").display()));
    rpmbuild.arg("--define").arg("_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm");
    let built = rpmbuild.arg(&file).stdin(Stdio::null()).output().context("rpmbuild could not be started")?;
    ensure!(built.status.success(), "rpmbuild ended with {}: {}", built.status, String::from_utf8_lossy(&built.stderr));
    let made = fs::read_dir(place.path().join("made"))?.next().context("rpmbuild made no package")??;
    let package = folder.join(made.file_name());
    fs::copy(made.path(), &package)?;
    Ok(package)
}

/// One entry of a changelog as RPM has them.
fn entry(Release { version, date, changes }: &Release, facts: &Facts) -> Result<String> {
    let when = output(Command::new("date").env("LC_ALL", "C").args(["--utc", "+%a %b %d %Y", "--date", date]))?;
    // A percent sign would be taken for a macro.
    let changes: String = changes.iter().map(|change| format!("- {}\n", change.replace('%', "%%"))).collect();
    Ok(format!("* {when} {} <{NO_ADDRESS}> - {version}-1\n{changes}", facts.authors))
}
