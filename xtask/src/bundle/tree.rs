//! The files of a Linux package, as they are installed: the same for every kind of package.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::facts::Facts;
use super::held;
use crate::{icons, licences, project};

#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) root: PathBuf,
}

impl Tree {
    /// Puts all of them there, but the changelog, which each kind of package has in a form of its own.
    pub(crate) fn make(root: PathBuf, facts: &Facts, program: &Path) -> Result<Self> {
        if root.exists() {
            fs::remove_dir_all(&root)?;
        }
        let tree = Self { root };
        let binary = tree.place("usr/bin/keybearer")?;
        fs::copy(program, &binary)?;
        // The names of functions are for whoever develops it.
        held(Command::new("strip").args(["--strip-unneeded", "--remove-section=.comment"]).arg(&binary))?;
        fs::set_permissions(&binary, fs::Permissions::from_mode(0o755))?;
        tree.write("usr/share/applications/keybearer.desktop", &facts.fill("keybearer.desktop")?)?;
        let metainfo = format!("usr/share/metainfo/{}.metainfo.xml", facts.identifier);
        tree.write(&metainfo, &facts.fill("metainfo.xml")?)?;
        tree.compressed("usr/share/man/man1/keybearer.1.gz", &facts.fill("keybearer.1")?)?;
        tree.compressed("usr/share/doc/keybearer/third-party-licences.txt.gz", &licences::text()?)?;
        for (size, name) in icons::FILES {
            let file = tree.place(&format!("usr/share/icons/hicolor/{size}x{size}/apps/keybearer.png"))?;
            fs::copy(project::root().join("icons").join(name), &file)?;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o644))?;
        }
        let drawing = fs::read_to_string(project::root().join("icons/keybearer.svg"))?;
        tree.write("usr/share/icons/hicolor/scalable/apps/keybearer.svg", &drawing)?;
        Ok(tree)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> Result<()> {
        let file = self.place(name)?;
        fs::write(&file, text)?;
        Ok(fs::set_permissions(&file, fs::Permissions::from_mode(0o644))?)
    }

    /// As small as it can be, and without a time of its own, so that two builds of one version are the same.
    pub(crate) fn compressed(&self, name: &str, text: &str) -> Result<()> {
        let file = self.place(name)?;
        let plain = file.with_extension("");
        fs::write(&plain, text)?;
        fs::set_permissions(&plain, fs::Permissions::from_mode(0o644))?;
        held(Command::new("gzip").args(["-9", "-n", "-f"]).arg(plain).stdin(Stdio::null()))
    }

    /// Where a file goes, with its folder made.
    pub(crate) fn place(&self, name: &str) -> Result<PathBuf> {
        let file = self.root.join(name);
        let folder = file.parent().context("every file lies in a folder")?;
        let mut made = self.root.clone();
        for part in folder.strip_prefix(&self.root)?.components() {
            made.push(part);
            fs::create_dir_all(&made)?;
            fs::set_permissions(&made, fs::Permissions::from_mode(0o755))?;
        }
        Ok(file)
    }

    /// What is installed, in bytes.
    pub(crate) fn size(&self) -> Result<u64> {
        Ok(self.files()?.iter().map(|(_, size)| size).sum())
    }

    /// Every file, by its path from the root, with its size in bytes.
    pub(crate) fn files(&self) -> Result<Vec<(PathBuf, u64)>> {
        let mut files = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    folders.push(entry.path());
                } else {
                    files.push((entry.path().strip_prefix(&self.root)?.to_owned(), entry.metadata()?.len()));
                }
            }
        }
        files.sort();
        Ok(files)
    }
}
