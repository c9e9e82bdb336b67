//! Receipts: what may be kept of a key whose token is gone, for a ticket or an audit. No secret is in one.

use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::issuance::journal::{Event, Record};

/// A receipt, as it is saved.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Receipt {
    /// `api-…`
    pub id: String,
    /// The key's name.
    pub name: String,
    /// `cu-…`
    pub organization: String,
    /// `ce-…`
    pub author: String,
    /// ISO 8601, by Dfns' clock.
    pub created: String,
    /// The address of its Dfns.
    pub dfns: String,
    /// Where the token went, and what proves it.
    pub delivery: Option<Delivery>,
    /// The first 8 hexadecimal digits of the token's SHA-256.
    pub token_sha256_begins_with: Option<String>,
    /// The key that it was made to replace.
    pub replaces: Option<String>,
    /// What happened, oldest first.
    pub events: Vec<Happened>,
}

/// Where a token went.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Delivery {
    /// How it is known that it is there.
    pub proof: Proof,
    /// ISO 8601, UTC, by this computer's clock.
    pub at: String,
}

/// How it is known that a token is in a vault.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// It was read back, and compared to the last byte.
    ReadBack,
    /// Whoever finished said so.
    Stated,
}

/// Something that happened to a key.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Happened {
    /// ISO 8601, UTC, by this computer's clock.
    pub at: String,
    /// In words.
    pub what: &'static str,
}

impl Receipt {
    /// Of what the journal knows of a key.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let key = &record.key;
        Self {
            id: key.id.0.clone(),
            name: key.name.clone(),
            organization: key.organization.clone(),
            author: key.author.clone(),
            created: key.created.clone(),
            dfns: record.owner.base.clone(),
            delivery: delivery(record),
            token_sha256_begins_with: record.fingerprint.as_ref().map(|fingerprint| fingerprint.0.clone()),
            replaces: record.replaces.as_ref().map(|old| old.id.0.clone()),
            events: record.events.iter().map(|(at, event)| Happened { at: iso(*at), what: words(*event) }).collect(),
        }
    }

    /// As Markdown: a table that any ticket takes.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!("**API key {}**\n\n| | |\n|---|---|\n", escaped(&self.name));
        for (term, value) in self.facts() {
            text.push_str(&format!("| {term} | {} |\n", escaped(&value)));
        }
        text
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("texts always serialize") + "\n"
    }

    /// Line by line.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let delivery = self.delivery.as_ref().map(|delivery| match delivery.proof {
            Proof::ReadBack => format!("In a vault: read back and compared, {}", delivery.at),
            Proof::Stated => format!("In a vault by the word of whoever finished, {}", delivery.at),
        });
        let facts = [
            ("Key id", text(&self.id)),
            ("Organization", text(&self.organization)),
            ("Made by", text(&self.author)),
            ("Created", text(&self.created)),
            ("Dfns", text(&self.dfns)),
            ("Token", delivery),
            ("SHA-256 of the token begins with", self.token_sha256_begins_with.clone()),
            ("Replaces", self.replaces.clone()),
        ];
        facts.into_iter().filter_map(|(term, value)| Some((term, value?))).collect()
    }

    /// What its file is called. The id comes from the server, so only what is harmless in a name is taken from it.
    #[must_use]
    pub fn file_name(&self) -> String {
        let harmless = |character: &char| character.is_ascii_alphanumeric() || *character == '-';
        let id: String = self.id.chars().filter(harmless).take(80).collect();
        format!("keybearer-receipt-{id}")
    }
}

fn delivery(record: &Record) -> Option<Delivery> {
    let finished = record.when(Event::Finished).or_else(|| record.when(Event::HandedOver));
    // "It is in a vault, keep it" settles it as well, where a token came.
    let settled = record.when(Event::Settled).filter(|_| record.when(Event::Created).is_some());
    let at = finished.or(settled)?;
    Some(match record.when(Event::Checked) {
        Some(checked) => Delivery { proof: Proof::ReadBack, at: iso(checked) },
        None => Delivery { proof: Proof::Stated, at: iso(at) },
    })
}

/// What happened, in words.
#[must_use]
pub fn words(event: Event) -> &'static str {
    match event {
        Event::Asked => "Asked for",
        Event::NotMade => "Not made",
        Event::Doubtful => "The answer was lost",
        Event::AwaitingApproval => "Held back for approval",
        Event::Created => "Made; its token came",
        Event::WithoutToken => "Made; no token came",
        Event::Copied => "Token copied to the clipboard",
        Event::Checked => "Token read back out of a vault, and equal",
        Event::Finished => "Finished; token wiped here",
        Event::HandedOver => "Finished; token wiped here, the old key still to be revoked",
        Event::Wiped => "Token wiped here, not proven to be in a vault",
        Event::Revoked => "Revoked",
        Event::OldRevoked => "The key that it replaces was revoked",
        Event::OldKept => "The key that it was to replace is kept",
        Event::Settled => "Settled by a person’s word",
    }
}

fn iso(at: OffsetDateTime) -> String {
    // Whole seconds: the rest tells nobody anything.
    at.replace_nanosecond(0).ok().and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default()
}

/// Text that Markdown and HTML take as text, whatever a server or a person put into it. What cannot be seen is named.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => {
                escaped.push_str(&format!("(U+{:04X})", u32::from(character)));
            }
            character if character.is_control() => escaped.push(' '),
            // Marks that stand in ids and dates all the time mean nothing within a line.
            '-' | ':' | '.' | '/' | ',' | '(' | ')' | '+' => escaped.push(character),
            character if character.is_ascii_punctuation() => escaped.extend(['\\', character]),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::{
        key::{Key, KeyId, KeyStatus, Owner},
        token::Token,
    };

    fn record(name: &str, events: &[Event]) -> Record {
        Record {
            key: Key {
                id: KeyId("api-cat-freddie-a150fe2ce0".into()),
                name: name.into(),
                organization: "cu-1".into(),
                author: "ce-1".into(),
                created: "2026-11-23T09:00:00.000Z".into(),
                status: KeyStatus::Active,
            },
            owner: Owner { base: "https://api.dfns.io".into(), ..Owner::default() },
            fingerprint: Token::new("abc".into()).map(|token| token.fingerprint()),
            replaces: None,
            events: events.iter().map(|event| (datetime!(2026-11-23 09:00:01.5 UTC), *event)).collect(),
        }
    }

    #[test]
    fn a_receipt_has_the_facts_and_the_beginning_of_the_hash_and_never_the_token() {
        let receipt =
            Receipt::of(&record("Deploy bot", &[Event::Asked, Event::Created, Event::Checked, Event::Finished]));
        // SHA-256 of "abc" is the standard's own example.
        assert_eq!(receipt.token_sha256_begins_with.as_deref(), Some("ba7816bf"));
        let markdown = receipt.markdown();
        for part in [
            "**API key Deploy bot**",
            "| Key id | api-cat-freddie-a150fe2ce0 |",
            "| Organization | cu-1 |",
            "| Made by | ce-1 |",
            "| Token | In a vault: read back and compared, 2026-11-23T09:00:01Z |",
            "| SHA-256 of the token begins with | ba7816bf |",
        ] {
            assert!(markdown.contains(part), "{part} in {markdown}");
        }
        let json: serde_json::Value = serde_json::from_str(&receipt.json()).expect("JSON");
        assert_eq!(json["delivery"]["proof"], "read-back");
        assert_eq!(json["events"].as_array().map(Vec::len), Some(4));
    }

    #[test]
    fn what_was_not_proven_is_not_called_proven() {
        let stated = Receipt::of(&record("n", &[Event::Created, Event::Copied, Event::Finished]));
        assert_eq!(stated.delivery.expect("stated").proof, Proof::Stated);
        assert_eq!(Receipt::of(&record("n", &[Event::Created, Event::Copied, Event::Wiped])).delivery, None);
        assert_eq!(Receipt::of(&record("n", &[Event::WithoutToken, Event::Settled])).delivery, None);
    }

    #[test]
    fn a_name_cannot_break_out_of_its_place_in_the_table() {
        let markdown = Receipt::of(&record("a | b\n<img src=x> `c` \u{202e}d", &[])).markdown();
        let first = markdown.lines().next().expect("a line");
        assert_eq!(first, r"**API key a \| b \<img src\=x\> \`c\` (U+202E)d**");
    }

    #[test]
    fn a_file_name_takes_only_what_is_harmless_from_an_id() {
        let mut receipt = Receipt::of(&record("n", &[]));
        receipt.id = "../../etc/api-1\0$(x)".into();
        assert_eq!(receipt.file_name(), "keybearer-receipt-etcapi-1x");
    }
}
