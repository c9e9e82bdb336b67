//! The list of what there is, for audits: as a table, and as JSON. There are no secrets in it, since there are none in the list.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    journal::{NotedKey, Notes, Record},
    key::{Key, KeyId},
    receipt::{Receipt, Whereabouts},
    redact::iso,
};

/// What the list is saved as.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ExportFormat {
    /// In UTF-8, with commas, and a head.
    Csv,
    /// A list of objects.
    Json,
}

impl ExportFormat {
    /// What such a file's name ends with.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// All of these keys, in their order, each with what the journal knows and people have noted of it. Times are ISO 8601, UTC; what is not known is
/// empty.
pub fn export(format: ExportFormat, keys: &[Key], records: &[Record], noted: &[NotedKey]) -> Vec<u8> {
    // The last of those that were made under an id, should there be several.
    let known: HashMap<&KeyId, &Record> = records.iter().map(|record| (&record.key.id, record)).collect();
    let noted: HashMap<(&KeyId, &str), &Notes> =
        noted.iter().map(|noted| ((&noted.key, noted.organization.as_str()), &noted.notes)).collect();
    let facts = |key: &Key| {
        let notes = noted.get(&(&key.id, key.organization.as_str())).copied().cloned().unwrap_or_default();
        facts(key, known.get(&key.id).copied(), notes)
    };
    table(format, NAMES, keys.iter().map(facts))
}

/// Lines of facts under these names, in their order.
pub(crate) fn table<const COUNT: usize>(
    format: ExportFormat,
    names: [&str; COUNT],
    lines: impl Iterator<Item = [String; COUNT]>,
) -> Vec<u8> {
    match format {
        ExportFormat::Json => {
            let object = |facts: [String; COUNT]| -> Map<String, Value> {
                names.map(str::to_owned).into_iter().zip(facts.map(Value::from)).collect()
            };
            let objects: Vec<_> = lines.map(object).collect();
            let mut json = serde_json::to_vec_pretty(&objects).expect("texts always serialize");
            json.push(b'\n');
            json
        }
        ExportFormat::Csv => {
            let mut table = csv::Writer::from_writer(Vec::new());
            let written = table.write_record(names);
            let rows = lines.map(|facts| facts.map(|fact| as_text(&fact)));
            let written = rows.fold(written, |written, row| written.and_then(|()| table.write_record(row)));
            written.expect("memory takes every row");
            table.into_inner().expect("memory takes every row")
        }
    }
}

const NAMES: [&str; 16] = [
    "kind",
    "id",
    "name",
    "status",
    "roles",
    "credential_id",
    "created",
    "created_by",
    "organization",
    "ends",
    // From the days that it was asked for with, since its token does not say.
    "ends_reckoned",
    // What is known here of where its secrets are.
    "secrets",
    "vault",
    // What people have noted here.
    "purpose",
    "owner",
    "ticket",
];

fn facts(key: &Key, record: Option<&Record>, notes: Notes) -> [String; NAMES.len()] {
    let signing = key.signing.as_ref();
    let roles = signing.map_or(&[][..], |signing| &signing.roles);
    let ends = record.and_then(Record::ends);
    let secrets = record.map(Whereabouts::of).and_then(|whereabouts| serde_json::to_value(whereabouts).ok());
    let place = record.and_then(|record| Receipt::of(record).delivery?.place);
    [
        key.kind.as_str().to_owned(),
        key.id.0.clone(),
        key.name.clone(),
        key.status.as_str().to_owned(),
        roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>().join("; "),
        signing.map(|signing| signing.credential.clone()).unwrap_or_default(),
        key.created.clone(),
        key.author.clone(),
        key.organization.clone(),
        ends.map(|ends| iso(ends.at)).unwrap_or_default(),
        ends.map(|ends| ends.is_reckoned.to_string()).unwrap_or_default(),
        secrets.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
        place.unwrap_or_default(),
        notes.purpose,
        notes.owner,
        notes.ticket,
    ]
}

/// What a spreadsheet takes for text, whoever has chosen it: not for a formula, which could send away what stands beside it.
fn as_text(fact: &str) -> String {
    let is_formula =
        fact.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if is_formula || fact.starts_with(['\t', '\r', '\n']) { format!("'{fact}") } else { fact.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        credential::CredentialKind,
        key::{KeyStatus, Signing},
        role::GivenRole,
    };

    fn key(name: &str) -> Key {
        let role = |name: &str| GivenRole { id: "pm-1".into(), name: name.into(), assignment: None };
        Key {
            name: name.into(),
            created: "2026-11-23T09:00:00.000Z".into(),
            signing: Some(Signing {
                credential: "cr-1".into(),
                public_key: None,
                roles: vec![role("Reader"), role("Payout, EU")],
            }),
            ..Key::of_id(CredentialKind::ServiceAccount, KeyId("us-1".into()), KeyStatus::Active)
        }
    }

    #[test]
    fn in_a_table_a_name_is_text_whatever_it_begins_with_and_holds() {
        let names = ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "Plain", "A, \"B\"\nC", "＝1"];
        let table = export(ExportFormat::Csv, &names.map(key), &[], &[]);
        let mut reader = csv::Reader::from_reader(&*table);
        assert_eq!(reader.headers().expect("a head").iter().take(3).collect::<Vec<_>>(), ["kind", "id", "name"]);
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        let read: Vec<&str> = rows.iter().map(|row| &row[2]).collect();
        assert_eq!(read, ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "' =1", "'\t=1", "Plain", "A, \"B\"\nC", "'＝1"]);
        assert_eq!((&rows[0][0], &rows[0][4], &rows[0][9]), ("service-account", "Reader; Payout, EU", ""));
    }

    #[test]
    fn in_json_each_is_an_object_as_it_is() {
        let json: Value = serde_json::from_slice(&export(ExportFormat::Json, &[key("=1+1")], &[], &[])).expect("JSON");
        assert_eq!(json[0]["name"], "=1+1");
        assert_eq!(json[0]["credential_id"], "cr-1");
        assert_eq!(export(ExportFormat::Json, &[], &[], &[]), b"[]\n");
    }
}
