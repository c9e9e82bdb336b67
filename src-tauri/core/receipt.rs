//! Receipts: what may be kept of a key whose token is gone, for a ticket or an audit. No secret is in one.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    credential::{CredentialKind, SecretName},
    delivery::Proof as Of,
    journal::{self, Event, Notes, Record},
    redact,
    role::GivenRole,
    secret::Fingerprint,
    words::{self, Message},
};

/// Which form a receipt has as it is saved: counts up with each that is not the last one's with more in it.
const VERSION: u32 = 3;

/// A receipt, as it is saved.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Receipt {
    pub version: u32,
    pub kind: CredentialKind,
    /// `api-…`, `us-…`, `to-…`
    pub id: String,
    pub name: String,
    /// `cu-…`
    pub organization: String,
    /// `ce-…`
    pub author: String,
    /// ISO 8601, by Dfns' clock.
    pub created: String,
    /// When the token ends, as it says itself: ISO 8601; `None` where it does not.
    pub expires: Option<String>,
    /// About when it ends where it does not say, reckoned from the days that it was asked for with.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "iso_where_known")]
    pub expires_about: Option<OffsetDateTime>,
    /// Of what signs: its credential's id, `cr-…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<String>,
    /// The roles that it was made with; `None` of what has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<GivenRole>>,
    /// The address of its Dfns.
    pub dfns: String,
    /// Where the token went, and what proves it.
    pub delivery: Option<Delivery>,
    /// The first 8 hexadecimal digits of each secret's SHA-256, under `token_sha256_begins_with`; none where none came.
    #[serde(flatten, serialize_with = "begins_with")]
    pub fingerprints: BTreeMap<SecretName, Option<Fingerprint>>,
    /// The key that it was made to replace.
    pub replaces: Option<String>,
    /// What people have noted of it here.
    #[serde(skip_serializing_if = "Notes::is_empty")]
    pub notes: Notes,
    /// What happened, oldest first.
    pub events: Vec<Happened>,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Delivery {
    /// How it is known that it is there.
    pub proof: Proof,
    /// In which vault, and in which of its entries; `None` where a person put it there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// By this computer's clock.
    #[serde(serialize_with = "iso")]
    pub at: OffsetDateTime,
    /// When the vault deletes it by itself, by its own clock; `None` where it keeps it.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "iso_where_known")]
    pub until: Option<OffsetDateTime>,
}

/// How it is known that a token is in a vault.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// The vault has taken it, and what a person copied back out of a vault was the token.
    TakenAndChecked,
    /// Whoever finished said so.
    Stated,
    /// By its delivery. Where it was merely taken, that it is there is the word of whoever finished.
    #[serde(untagged)]
    Of(Of),
}

/// Something that happened to a key.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Happened {
    /// By this computer's clock.
    #[serde(serialize_with = "iso")]
    pub at: OffsetDateTime,
    #[serde(serialize_with = "in_english")]
    pub what: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// When the vault deletes it by itself.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "iso_where_known")]
    pub until: Option<OffsetDateTime>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Whereabouts {
    /// In a vault: it was read back and compared.
    Checked,
    /// In a vault, which answers for it or was shown to keep what it takes; it was not read back.
    Delivered,
    /// In a vault that deletes it by itself later.
    ForATime,
    /// In a vault, by the word of whoever finished.
    Stated,
    /// Wiped, and nothing shows that it reached a vault.
    Unproven,
    NoToken,
}

impl Whereabouts {
    /// Of what the journal knows of a key.
    pub fn of(record: &Record) -> Self {
        match delivery(record) {
            Some(delivery) if delivery.until.is_some() => Self::ForATime,
            Some(delivery) => match delivery.proof {
                Proof::Of(Of::ReadBack) | Proof::TakenAndChecked => Self::Checked,
                Proof::Stated | Proof::Of(Of::Taken) => Self::Stated,
                Proof::Of(Of::FirstVersion | Of::TakenAsBefore) => Self::Delivered,
            },
            None if record.when(Event::WithoutToken).is_some() => Self::NoToken,
            None => Self::Unproven,
        }
    }

    /// Whether nothing shows that the token of a key is in a vault at this time: nobody may be able to get it again.
    pub fn is_lost(record: &Record, now: OffsetDateTime) -> bool {
        match Self::of(record) {
            Self::Unproven | Self::NoToken => true,
            Self::ForATime => delivery(record).and_then(|delivery| delivery.until).is_some_and(|until| until <= now),
            Self::Checked | Self::Delivered | Self::Stated => false,
        }
    }
}

impl Receipt {
    /// Of what the journal knows of a key.
    pub fn of(record: &Record) -> Self {
        let key = &record.key;
        let mut events: Vec<Happened> = record.events.iter().map(happened).collect();
        if !record.unknown.is_empty() {
            events.extend(record.unknown.iter().map(unknown));
            // Those of the same second keep their order.
            events.sort_by_key(|happened| happened.at);
        }
        let signing = key.signing.as_ref();
        Self {
            version: VERSION,
            kind: record.kind,
            id: key.id.0.clone(),
            name: key.name.clone(),
            organization: key.organization.clone(),
            author: key.author.clone(),
            created: key.created.clone(),
            expires: key.expires.clone(),
            expires_about: record.ends().filter(|ends| ends.is_reckoned).map(|ends| to_the_second(ends.at)),
            credential_id: signing.map(|signing| signing.credential.clone()).filter(|id| !id.is_empty()),
            roles: signing.map(|signing| signing.roles.clone()),
            dfns: record.owner.base.clone(),
            delivery: delivery(record),
            fingerprints: record
                .kind
                .secrets()
                .iter()
                .filter(|name| name.is_secret())
                .map(|name| (*name, record.fingerprints.get(name).cloned()))
                .collect(),
            replaces: record.replaces.as_ref().map(|old| old.id.0.clone()),
            notes: Notes::default(),
            events,
        }
    }

    /// With what people have noted of it.
    #[must_use]
    pub fn noting(self, notes: Notes) -> Self {
        Self { notes, ..self }
    }

    /// As Markdown: a table that any ticket takes.
    pub fn markdown(&self) -> String {
        let mut text =
            format!("**{}**\n\n| | |\n|---|---|\n", words::receipt_name(self.kind.as_str(), escaped(&self.name)));
        for (term, value) in self.facts() {
            text.push_str(&format!("| {term} | {} |\n", escaped(&value.to_string())));
        }
        text
    }

    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("texts always serialize") + "\n"
    }

    /// Line by line.
    pub fn facts(&self) -> Vec<(Message, Message)> {
        let text = |text: &str| Some(words::verbatim(text)).filter(|_| !text.is_empty());
        let until = self.delivery.as_ref().and_then(|delivery| delivery.until);
        let hash = |name| text(&self.fingerprints.get(&name)?.as_ref()?.0);
        // By Dfns' clock, where it tells a time that can be understood.
        let by_clock = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok().map(words::moment);
        let roles = self.roles.as_ref().map(|roles| match roles.as_slice() {
            [] => words::role_none(),
            roles => words::verbatim(roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>().join(", ")),
        });
        let facts = [
            (words::fact_kind(), Some(kind(self.kind))),
            (words::fact_key_id(), text(&self.id)),
            (words::fact_credential_id(), self.credential_id.as_deref().and_then(text)),
            (words::fact_roles(), roles),
            (words::fact_organization(), text(&self.organization)),
            (words::fact_created_by(), text(&self.author)),
            (words::fact_created(), by_clock(&self.created).or_else(|| text(&self.created))),
            (words::fact_expires(), self.expires.as_deref().and_then(by_clock)),
            (words::fact_expires(), self.expires_about.map(words::key_ends_about)),
            (words::receipt_dfns(), text(&self.dfns)),
            (words::receipt_token(), self.delivery.as_ref().map(Delivery::fact)),
            (words::receipt_until(), until.map(words::receipt_deleted_then)),
            (words::receipt_hash(), hash(SecretName::Token)),
            (words::receipt_key_hash(), hash(SecretName::PrivateKey)),
            (words::receipt_replaces(), self.replaces.as_deref().and_then(text)),
            (words::fact_purpose(), text(&self.notes.purpose)),
            (words::fact_owner(), text(&self.notes.owner)),
            (words::fact_ticket(), text(&self.notes.ticket)),
        ];
        facts.into_iter().filter_map(|(term, value)| Some((term, value?))).collect()
    }

    /// What its file is called. The id comes from the server, so only what is harmless in a name is taken from it.
    pub fn file_name(&self) -> String {
        format!("keybearer-receipt-{}", harmless(&self.id))
    }
}

/// The receipts of what was made of a list of so many names, as Markdown: one table after the other.
pub fn markdown_of_list(receipts: &[Receipt], names: usize, account: &str, vault: &str) -> String {
    let head = words::receipts_of_list(escaped(account), receipts.len(), names, escaped(vault));
    let tables: Vec<String> = receipts.iter().map(Receipt::markdown).collect();
    format!("# {}\n\n{head}\n\n{}", words::receipts_title(), tables.join("\n"))
}

impl Delivery {
    /// Where the token is, and how that is known.
    fn fact(&self) -> Message {
        let place = self.place.as_ref().map_or_else(words::receipt_in_a_vault, words::verbatim);
        let fact = match self.proof {
            Proof::Of(Of::ReadBack) => words::receipt_read_back,
            Proof::Of(Of::FirstVersion) => words::receipt_first_version,
            Proof::TakenAndChecked => words::receipt_taken_and_checked,
            Proof::Of(Of::TakenAsBefore) => words::receipt_taken_as_before,
            Proof::Of(Of::Taken) => words::receipt_taken,
            Proof::Stated => words::receipt_stated,
        };
        fact(self.at, place)
    }
}

/// What of an id can stand in a file's name.
pub(crate) fn harmless(id: &str) -> String {
    let is_harmless = |character: &char| character.is_ascii_alphanumeric() || *character == '-';
    id.chars().filter(is_harmless).take(80).collect()
}

/// What a kind is called.
fn kind(kind: CredentialKind) -> Message {
    match kind {
        CredentialKind::ApiKey => words::kind_api_key(),
        CredentialKind::ServiceAccount => words::kind_service_account(),
        CredentialKind::PersonalAccessToken => words::kind_personal_access_token(),
    }
}

fn happened(happened: &journal::Happened) -> Happened {
    let (place, until) = (happened.place.clone(), happened.until.map(to_the_second));
    Happened { at: to_the_second(happened.at), what: what(happened.event), place, until }
}

fn unknown(unknown: &journal::Unknown) -> Happened {
    let place = Some(unknown.word.clone());
    Happened { at: to_the_second(unknown.at), what: words::happened_unknown(), place, until: None }
}

/// The best proof that there is: what was read back counts more than what a vault has said, and that more than a person's
/// word. A vault that keeps it counts more than one that deletes it, whatever a person has said of that one.
fn delivery(record: &Record) -> Option<Delivery> {
    let as_told = |happened: &journal::Happened, proof: Of| Delivery {
        proof: Proof::Of(proof),
        place: happened.place.clone(),
        at: to_the_second(happened.at),
        until: happened.until.map(to_the_second),
    };
    let delivered = |wanted: Of| {
        let mut events = record.events.iter().rev();
        events.find(|happened| happened.event == Event::Delivered(wanted)).map(|happened| as_told(happened, wanted))
    };
    let for_a_time = || {
        let all = record.events.iter().filter_map(|happened| match happened.event {
            Event::StoredForATime(proof) => Some((happened.until, as_told(happened, proof))),
            _ => None,
        });
        all.max_by_key(|(until, _)| *until).map(|(_, delivery)| delivery)
    };
    if let Some(read_back) = delivered(Of::ReadBack) {
        return Some(read_back);
    }
    let for_a_time = for_a_time();
    // What was checked may have come out of the very vault that deletes it.
    if let Some(checked) = record.when(Event::Checked).filter(|_| for_a_time.is_none()) {
        ended_in_vault(record)?;
        let place = delivered(Of::Taken).and_then(|taken| taken.place);
        let proof = if place.is_some() { Proof::TakenAndChecked } else { Proof::Of(Of::ReadBack) };
        return Some(Delivery { proof, place, at: to_the_second(checked), until: None });
    }
    let shown = delivered(Of::FirstVersion).or_else(|| delivered(Of::TakenAsBefore));
    if let Some(delivered) = shown.or(for_a_time) {
        return Some(delivered);
    }
    // That a vault has taken it shows nothing by itself.
    if let (Some(taken), Some(_)) = (delivered(Of::Taken), ended_in_vault(record)) {
        return Some(taken);
    }
    let at = to_the_second(ended_in_vault(record)?);
    Some(Delivery { proof: Proof::Stated, place: None, at, until: None })
}

/// When it was finished with as with a key whose token is in a vault.
fn ended_in_vault(record: &Record) -> Option<OffsetDateTime> {
    let finished = record.when(Event::Finished).or_else(|| record.when(Event::HandedOver));
    // "It is in a vault, keep it" settles it as well, where a token came.
    let settled = record.when(Event::Settled).filter(|_| record.when(Event::Created).is_some());
    finished.or(settled)
}

pub(crate) fn what(event: Event) -> Message {
    match event {
        Event::Asked => words::happened_asked(),
        Event::NotMade => words::happened_not_made(),
        Event::Refused => words::happened_refused(),
        Event::Doubtful => words::happened_doubtful(),
        Event::AwaitingApproval => words::happened_awaiting_approval(),
        Event::Created => words::happened_created(),
        Event::WithoutToken => words::happened_without_token(),
        Event::Copied => words::happened_copied(),
        Event::Checked => words::happened_checked(),
        Event::Delivering => words::happened_delivering(),
        Event::Delivered(Of::ReadBack) => words::happened_delivered(),
        Event::Delivered(Of::FirstVersion) => words::happened_delivered_first_version(),
        Event::Delivered(Of::TakenAsBefore) => words::happened_delivered_as_before(),
        Event::Delivered(Of::Taken) => words::happened_taken(),
        Event::StoredForATime(Of::ReadBack) => words::happened_stored_for_a_time(),
        Event::StoredForATime(Of::FirstVersion) => words::happened_stored_for_a_time_first_version(),
        Event::StoredForATime(Of::Taken | Of::TakenAsBefore) => words::happened_stored_for_a_time_unread(),
        Event::NotStored => words::happened_not_stored(),
        Event::PerhapsStored => words::happened_perhaps_stored(),
        Event::Finished => words::happened_finished(),
        Event::HandedOver => words::happened_handed_over(),
        Event::Wiped => words::happened_wiped(),
        Event::Revoked => words::happened_revoked(),
        Event::OldRevoked => words::happened_old_revoked(),
        Event::OldDeactivated => words::happened_old_deactivated(),
        Event::OldActivated => words::happened_old_activated(),
        Event::OldKept => words::happened_old_kept(),
        Event::Settled => words::happened_settled(),
    }
}

/// The rest tells nobody anything.
fn to_the_second(at: OffsetDateTime) -> OffsetDateTime {
    at.replace_nanosecond(0).unwrap_or(at)
}

/// ISO 8601, which other programs read in every country.
fn iso<S: Serializer>(at: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&redact::iso(*at))
}

fn iso_where_known<S: Serializer>(at: &Option<OffsetDateTime>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => iso(at, serializer),
        None => serializer.serialize_none(),
    }
}

fn begins_with<S: Serializer>(
    fingerprints: &BTreeMap<SecretName, Option<Fingerprint>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let term = |name: SecretName| format!("{}_sha256_begins_with", name.as_str());
    serializer.collect_map(fingerprints.iter().map(|(name, fingerprint)| (term(*name), fingerprint)))
}

fn in_english<S: Serializer>(message: &Message, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&message.in_english())
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
    use time::{Duration, macros::datetime};

    use super::*;
    use crate::{
        credential::Secrets,
        journal::Ends,
        key::{Key, KeyId, KeyStatus, Owner, PublicKey},
        order::AskedSigning,
        secret::Secret,
    };

    const AT: OffsetDateTime = datetime!(2026-11-23 09:00:01 UTC);
    const UNTIL: OffsetDateTime = datetime!(2026-12-23 09:00:00 UTC);

    fn record(name: &str, events: &[Event]) -> Record {
        Record {
            kind: CredentialKind::ApiKey,
            key: Key {
                kind: CredentialKind::ApiKey,
                id: KeyId("api-cat-freddie-a150fe2ce0".into()),
                name: name.into(),
                organization: "cu-1".into(),
                author: "ce-1".into(),
                created: "2026-11-23T09:00:00.000Z".into(),
                status: KeyStatus::Active,
                expires: None,
                signing: None,
            },
            owner: Owner { base: "https://api.dfns.io".into(), ..Owner::default() },
            fingerprints: Secret::new("abc".into()).map(Secrets::token).expect("a secret").fingerprints(),
            replaces: None,
            signing: None,
            events: events
                .iter()
                .map(|event| journal::Happened {
                    at: datetime!(2026-11-23 09:00:01.5 UTC),
                    event: *event,
                    place: matches!(event, Event::Delivered(_) | Event::StoredForATime(_))
                        .then(|| "Team Vault: secret/dfns/x".to_owned()),
                    until: matches!(event, Event::StoredForATime(_)).then_some(UNTIL),
                })
                .collect(),
            unknown: Vec::new(),
        }
    }

    #[test]
    fn a_token_is_lost_where_nothing_shows_that_it_is_in_a_vault_now() {
        let (before, after) = (UNTIL - Duration::SECOND, UNTIL + Duration::SECOND);
        let for_a_time = Event::StoredForATime(Of::ReadBack);
        for (events, now, is_lost) in [
            (&[Event::Created, Event::Wiped][..], before, true),
            (&[Event::WithoutToken], before, true),
            (&[Event::Created, Event::HandedOver], before, false),
            (&[Event::Created, Event::Delivered(Of::ReadBack)], after, false),
            (&[Event::Created, for_a_time, Event::HandedOver], before, false),
            (&[Event::Created, for_a_time, Event::HandedOver], after, true),
        ] {
            assert_eq!(Whereabouts::is_lost(&record("Payout bot", events), now), is_lost, "{events:?} {now}");
        }
    }

    #[test]
    fn when_a_token_ends_is_as_it_says_else_reckoned_as_it_was_asked_for() {
        let mut record = record("Payout bot", &[Event::Created]);
        assert_eq!(record.ends(), None);
        let public_key = PublicKey::of_der(b"key");
        record.signing = Some(AskedSigning { role: None, days: Some(30), public_key, clock_ahead: Some(3600) });
        assert_eq!(record.ends(), Some(Ends { at: UNTIL, is_reckoned: true }));
        let told = (words::fact_expires(), words::key_ends_about(UNTIL));
        let receipt = Receipt::of(&record);
        assert!(receipt.facts().contains(&told) && receipt.expires.is_none(), "{receipt:?}");
        assert!(receipt.json().contains(r#""expires_about": "2026-12-23T09:00:00Z""#), "{}", receipt.json());
        // Where the answer had no time, it is this computer's, as far as Dfns' own clock was ahead of it.
        record.key.created = String::new();
        let about = AT + Duration::days(30) + Duration::hours(1);
        assert_eq!(record.ends().map(|ends| ends.at.replace_nanosecond(0)), Some(Ok(about)));
        record.key.expires = Some("2027-01-01T00:00:00Z".into());
        assert_eq!(Receipt::of(&record).expires_about, None);
        assert_eq!(record.ends(), Some(Ends { at: datetime!(2027-01-01 00:00:00 UTC), is_reckoned: false }));
    }

    #[test]
    fn a_receipt_has_the_facts_and_the_beginning_of_the_hash_and_never_the_token() {
        let receipt =
            Receipt::of(&record("Deploy bot", &[Event::Asked, Event::Created, Event::Checked, Event::Finished]));
        // SHA-256 of "abc" is the standard's own example.
        assert_eq!(receipt.fingerprints, [(SecretName::Token, Some(Fingerprint("ba7816bf".into())))].into());
        let markdown = receipt.markdown();
        assert!(markdown.starts_with(&format!("**{}**", words::receipt_name("api-key", "Deploy bot"))), "{markdown}");
        for (term, fact) in [
            (words::fact_key_id(), "api-cat-freddie-a150fe2ce0".to_owned()),
            (words::fact_organization(), "cu-1".to_owned()),
            (words::fact_created_by(), "ce-1".to_owned()),
            (words::fact_created(), "Nov 23, 2026, 09:00 UTC".to_owned()),
            (words::receipt_token(), words::receipt_read_back(AT, words::receipt_in_a_vault()).to_string()),
            (words::receipt_hash(), "ba7816bf".to_owned()),
        ] {
            assert!(markdown.contains(&format!("| {term} | {fact} |")), "{term} in {markdown}");
        }
        let json: serde_json::Value = serde_json::from_str(&receipt.json()).expect("JSON");
        assert_eq!(json["delivery"]["proof"], "read-back");
        assert_eq!(json["delivery"]["at"], "2026-11-23T09:00:01Z");
        assert_eq!(json["events"].as_array().map(Vec::len), Some(4));
        assert_eq!(json["events"][1]["what"], words::happened_created().in_english());
    }

    #[test]
    fn what_was_not_proven_is_not_called_proven() {
        let stated = Receipt::of(&record("n", &[Event::Created, Event::Copied, Event::Finished]));
        assert_eq!(stated.delivery.expect("stated").proof, Proof::Stated);
        assert_eq!(Receipt::of(&record("n", &[Event::Created, Event::Copied, Event::Wiped])).delivery, None);
        assert_eq!(Receipt::of(&record("n", &[Event::WithoutToken, Event::Settled])).delivery, None);
    }

    #[test]
    fn a_delivered_token_is_where_it_was_delivered_to_with_the_best_proof_there_is() {
        let taken = [Event::Created, Event::Delivering, Event::Delivered(Of::Taken), Event::Finished];
        let receipt = Receipt::of(&record("n", &taken));
        let told = words::receipt_taken(AT, words::verbatim("Team Vault: secret/dfns/x"));
        assert!(receipt.facts().contains(&(words::receipt_token(), told)), "{:?}", receipt.facts());
        assert_eq!(Receipt::of(&record("n", &taken[..3])).delivery, None, "a program that ended well shows nothing");
        let checked = [Event::Created, Event::Delivered(Of::Taken), Event::Checked, Event::Finished];
        let checked = Receipt::of(&record("n", &checked)).delivery.expect("checked");
        let place = Some("Team Vault: secret/dfns/x".to_owned());
        assert_eq!((checked.proof, checked.place), (Proof::TakenAndChecked, place));
        let both = [Event::Created, Event::Delivered(Of::Taken), Event::Delivered(Of::ReadBack), Event::Finished];
        assert_eq!(Receipt::of(&record("n", &both)).delivery.expect("delivered").proof, Proof::Of(Of::ReadBack));
        // Though the app ended before Done.
        let killed = [Event::Created, Event::Delivered(Of::FirstVersion)];
        assert_eq!(Receipt::of(&record("n", &killed)).delivery.expect("delivered").proof, Proof::Of(Of::FirstVersion));
        assert_eq!(Receipt::of(&record("n", &[Event::Created, Event::Delivering, Event::Wiped])).delivery, None);
    }

    #[test]
    fn what_the_vault_deletes_later_is_told_with_its_date_whatever_was_checked_or_said() {
        let for_a_time = Event::StoredForATime(Of::ReadBack);
        for also in [&[][..], &[Event::Checked], &[Event::Finished], &[Event::Checked, Event::Finished]] {
            let receipt = Receipt::of(&record("n", &[&[Event::Created, for_a_time][..], also].concat()));
            assert_eq!(receipt.delivery.as_ref().and_then(|delivery| delivery.until), Some(UNTIL), "{also:?}");
            let told = (words::receipt_until(), words::receipt_deleted_then(UNTIL));
            assert!(receipt.facts().contains(&told), "{:?}", receipt.facts());
            assert!(receipt.json().contains(r#""until": "2026-12-23T09:00:00Z""#), "{}", receipt.json());
        }
        // What another vault keeps is not lost with it.
        let both = [Event::Created, for_a_time, Event::Delivered(Of::FirstVersion), Event::Finished];
        assert_eq!(Receipt::of(&record("n", &both)).delivery.expect("delivered").until, None);
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
