//! What the packages say of Keybearer. Each fact stands in one place: `Cargo.toml`, `tauri.conf.json` or `CHANGELOG.md`.

use std::fs;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::project::{self, cargo};

/// What packages, desktop entry, metainfo and manual page are filled with.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) version: String,
    pub(crate) description: String,
    pub(crate) licence: String,
    pub(crate) authors: String,
    pub(crate) identifier: String,
    /// As desktop entries have it.
    pub(crate) category: String,
    /// The newest first.
    pub(crate) releases: Vec<Release>,
}

/// A version, and what came with it.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Release {
    pub(crate) version: String,
    /// `2026-11-24`
    pub(crate) date: String,
    pub(crate) changes: Vec<String>,
}

impl Facts {
    pub(crate) fn gather() -> Result<Self> {
        let metadata = cargo().args(["metadata", "--no-deps", "--format-version", "1"]).output()?;
        ensure!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
        let metadata: Value = serde_json::from_slice(&metadata.stdout)?;
        let package = metadata["packages"].as_array().into_iter().flatten().find(|each| each["name"] == "keybearer");
        let package = package.context("the workspace has a package keybearer")?;
        let config: Value = serde_json::from_str(&read("tauri.conf.json")?)?;
        let text = |value: &Value, what| value.as_str().map(str::to_owned).with_context(|| format!("no {what}"));
        let facts = Self {
            version: text(&package["version"], "version")?,
            description: text(&package["description"], "description")?,
            licence: text(&package["license"], "licence")?,
            authors: text(&package["authors"][0], "author")?,
            identifier: text(&config["identifier"], "identifier")?,
            category: text(&config["bundle"]["category"], "category")?,
            releases: releases(&read("CHANGELOG.md")?)?,
        };
        ensure!(config.get("version").is_none(), "tauri.conf.json has a version beside that of Cargo.toml");
        Ok(facts)
    }

    /// The release that is packed. One that the changelog does not tell of cannot be.
    pub(crate) fn release(&self) -> Result<&Release> {
        let newest = self.releases.first().context("CHANGELOG.md tells of no version")?;
        ensure!(newest.version == self.version, "CHANGELOG.md does not tell of {}", self.version);
        Ok(newest)
    }

    /// A template from `xtask/linux` with its places filled in.
    pub(crate) fn fill(&self, template: &str) -> Result<String> {
        let mit = read("LICENSE-MIT")?;
        let (_, mit) = mit.split_once("\n\n").context("it begins with its name")?;
        let filled = read(&format!("xtask/linux/{template}"))?
            .replace("@VERSION@", &self.version)
            .replace("@DATE@", &self.release()?.date)
            .replace("@DESCRIPTION@", &self.description)
            .replace("@LICENCE@", &self.licence)
            .replace("@AUTHORS@", &self.authors)
            .replace("@IDENTIFIER@", &self.identifier)
            .replace("@CATEGORY@", &self.category)
            .replace("@MIT@", &indented(mit))
            .replace("@RELEASES@", &self.releases.iter().map(metainfo).collect::<Vec<_>>().join("\n"));
        ensure!(!filled.lines().any(|line| line.matches('@').count() > 1), "a place in {template} is not filled in");
        Ok(filled)
    }
}

fn read(file: &str) -> Result<String> {
    fs::read_to_string(project::root().join(file)).with_context(|| format!("{file} could not be read"))
}

/// Reads `## 0.1.0 (2026-11-24)` and the list that follows; a line that is indented goes on with the one before.
fn releases(changelog: &str) -> Result<Vec<Release>> {
    let mut releases: Vec<Release> = Vec::new();
    for line in changelog.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            let (version, date) = title.split_once(" (").with_context(|| format!("{title:?} has no date"))?;
            let date = date.trim_end_matches(')').to_owned();
            releases.push(Release { version: version.to_owned(), date, changes: Vec::new() });
        } else if let (Some(change), Some(release)) = (line.strip_prefix("- "), releases.last_mut()) {
            release.changes.push(change.to_owned());
        } else if let (Some(more), Some(release)) = (line.strip_prefix("  "), releases.last_mut()) {
            let change = release.changes.last_mut().with_context(|| format!("{more:?} belongs to no change"))?;
            *change += &format!(" {more}");
        }
    }
    Ok(releases)
}

fn metainfo(Release { version, date, changes }: &Release) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let changes: String = changes.iter().map(|change| format!("          <li>{}</li>\n", escaped(change))).collect();
    format!(
        "    <release version=\"{version}\" date=\"{date}\">\n      <description>\n        <ul>\n{changes}        \
         </ul>\n      </description>\n    </release>"
    )
}

/// A text as a field of a Debian control file goes on with it.
pub(crate) fn indented(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { " .".to_owned() } else { format!(" {line}") };
    text.trim_end().lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_changelog_is_read_with_its_changes_each_in_one_line() {
        let read = releases(
            "# Changelog\n\nText.\n\n## 0.2.0 (2026-12-01)\n\n- One\n  goes on.\n- Two & <three>.\n\n## 0.1.0 (2026-11-24)\n",
        );
        let read = read.expect("well formed");
        assert_eq!(read[0].changes, ["One goes on.", "Two & <three>."]);
        assert_eq!((read[0].version.as_str(), read[1].date.as_str()), ("0.2.0", "2026-11-24"));
        assert!(metainfo(&read[0]).contains("<li>Two &amp; &lt;three>.</li>"));
        assert!(releases("## 0.1.0\n").is_err());
    }

    #[test]
    fn every_fact_is_found_and_every_template_can_be_filled() {
        let facts = Facts::gather().expect("every fact is there");
        assert_eq!(facts.version, env!("CARGO_PKG_VERSION"));
        for template in ["keybearer.desktop", "metainfo.xml", "keybearer.1", "copyright"] {
            facts.fill(template).expect(template);
        }
    }
}
