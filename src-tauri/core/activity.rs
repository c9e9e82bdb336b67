//! Everything that was done here, for audits: read off the journal, as one list of what happened.

use std::collections::HashSet;

use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    credential::CredentialKind,
    export::{ExportFormat, table},
    failure::Failure,
    journal::{
        AskedChange, ChangeOutcome, EnrolmentState, Event, Journal, NotedKey, PastBatch, PastChange, PastEnrolment,
        PastIntent, RoleChange, RoleChangeState,
    },
    key::{KeyId, Owner},
    receipt::what,
    redact::iso,
    words::{self, Message},
};

/// Something that happened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Activity {
    /// By this computer's clock.
    pub at: OffsetDateTime,
    pub sort: Sort,
    pub what: Message,
    /// Of which credential: its kind, its name, and its id where there is one.
    pub kind: Option<CredentialKind>,
    pub name: String,
    pub id: Option<String>,
    /// What the account is called that did it, or the user, where there was no account yet.
    pub account: String,
    /// The address of its Dfns.
    pub base: String,
    pub organization: Option<String>,
    /// In which vault, and in which of its entries.
    pub place: Option<String>,
    /// When the vault deletes it by itself.
    pub until: Option<OffsetDateTime>,
}

/// What people look for among what happened.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Sort {
    Made,
    Delivered,
    Copied,
    /// Revoked, or archived.
    Revoked,
    Changed,
    /// It failed, or is in doubt.
    Problem,
    Other,
}

/// What the journal has, as far as there is a source of activity in it.
struct Written {
    intents: Vec<PastIntent>,
    changes: Vec<PastChange>,
    role_changes: Vec<RoleChange>,
    batches: Vec<PastBatch>,
    enrolments: Vec<PastEnrolment>,
    notes: Vec<NotedKey>,
}

/// Each makes activity of one kind of thing in the journal.
const SOURCES: [fn(&Written) -> Vec<Activity>; 6] =
    [of_intents, of_changes, of_role_changes, of_batches, of_enrolments, of_notes];

/// All of it, newest first. Blocking.
///
/// # Errors
/// [`Failure::File`] where the journal cannot be read.
pub fn read(journal: &dyn Journal) -> Result<Vec<Activity>, Failure> {
    let written = Written {
        intents: journal.past_intents()?,
        changes: journal.changes(None)?,
        role_changes: journal.role_changes()?,
        batches: journal.past_batches()?,
        enrolments: journal.past_enrolments()?,
        notes: journal.notes(None)?,
    };
    let mut all: Vec<Activity> = SOURCES.iter().flat_map(|source| source(&written)).collect();
    all.reverse();
    // Of what happened at the same time, the later is the first already.
    all.sort_by_key(|activity| std::cmp::Reverse(activity.at));
    Ok(all)
}

/// As a table, or as JSON, for whoever reads it in another program. Times are ISO 8601, UTC; what is not known is empty.
pub fn export<'a>(format: ExportFormat, activity: impl Iterator<Item = &'a Activity>) -> Vec<u8> {
    table(format, NAMES, activity.map(Activity::facts))
}

const NAMES: [&str; 11] = [
    "at",
    "type",
    "what",
    "kind",
    "name",
    "id",
    "account",
    "organization",
    "dfns",
    "vault",
    // When the vault deletes it by itself.
    "until",
];

impl Activity {
    /// Something that this account did.
    fn by(owner: &Owner, at: OffsetDateTime, sort: Sort, what: Message) -> Self {
        Self {
            at,
            sort,
            what,
            kind: None,
            name: String::new(),
            id: None,
            account: owner.label.clone(),
            base: owner.base.clone(),
            organization: owner.organization.clone(),
            place: None,
            until: None,
        }
    }

    fn facts(&self) -> [String; NAMES.len()] {
        let sort = serde_json::to_value(self.sort).ok();
        [
            iso(self.at),
            sort.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned(),
            self.what.in_english(),
            self.kind.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
            self.name.clone(),
            self.id.clone().unwrap_or_default(),
            self.account.clone(),
            self.organization.clone().unwrap_or_default(),
            self.base.clone(),
            self.place.clone().unwrap_or_default(),
            self.until.map(iso).unwrap_or_default(),
        ]
    }
}

fn of_intents(written: &Written) -> Vec<Activity> {
    let of = |intent: &PastIntent| {
        let PastIntent { owner, kind, name, key, events, unknown } = intent;
        let of_key = Activity {
            kind: Some(*kind),
            name: key.as_ref().map_or(name, |key| &key.name).clone(),
            id: key.as_ref().map(|key| key.id.0.clone()),
            ..Activity::by(owner, OffsetDateTime::UNIX_EPOCH, Sort::Other, words::happened_asked())
        };
        let known = events.iter().map(|happened| Activity {
            at: happened.at,
            sort: sort(happened.event),
            what: what(happened.event),
            place: happened.place.clone(),
            until: happened.until,
            ..of_key.clone()
        });
        let unknown = unknown.iter().map(|unknown| Activity {
            at: unknown.at,
            what: words::happened_unknown_word(&unknown.word),
            ..of_key.clone()
        });
        known.chain(unknown).collect::<Vec<_>>()
    };
    written.intents.iter().flat_map(of).collect()
}

fn sort(event: Event) -> Sort {
    match event {
        Event::Asked | Event::Created | Event::AwaitingApproval => Sort::Made,
        Event::Checked
        | Event::Delivering
        | Event::Delivered(_)
        | Event::StoredForATime(_)
        | Event::Finished
        | Event::HandedOver => Sort::Delivered,
        Event::Copied => Sort::Copied,
        Event::Revoked | Event::OldRevoked => Sort::Revoked,
        Event::NotMade
        | Event::Refused
        | Event::Doubtful
        | Event::WithoutToken
        | Event::NotStored
        | Event::PerhapsStored
        | Event::Wiped => Sort::Problem,
        Event::OldDeactivated | Event::OldActivated => Sort::Changed,
        Event::OldKept | Event::Settled => Sort::Other,
    }
}

fn of_changes(written: &Written) -> Vec<Activity> {
    // What was made here is said to be revoked with what else happened to it.
    let is_revoked = |intent: &&PastIntent| intent.events.iter().any(|happened| happened.event == Event::Revoked);
    let revoked = written.intents.iter().filter(is_revoked);
    let told: HashSet<(&str, &KeyId)> =
        revoked.filter_map(|intent| Some((intent.owner.base.as_str(), &intent.key.as_ref()?.id))).collect();
    let is_told = |change: &PastChange| {
        change.is_done(&AskedChange::Archive) && told.contains(&(change.owner.base.as_str(), &change.key))
    };
    let of = |change: &PastChange| Activity {
        kind: Some(change.kind),
        name: change.name.clone(),
        id: Some(change.key.0.clone()),
        ..Activity::by(&change.owner, change.ended.unwrap_or(change.at), sort_of_change(change), change.message())
    };
    written.changes.iter().filter(|change| !is_told(change)).map(of).collect()
}

fn sort_of_change(change: &PastChange) -> Sort {
    match (&change.asked, change.outcome) {
        (Err(_), _) => Sort::Other,
        (Ok(AskedChange::Archive), ChangeOutcome::Done) => Sort::Revoked,
        (Ok(_), ChangeOutcome::Done) => Sort::Changed,
        (Ok(_), ChangeOutcome::Asked | ChangeOutcome::Refused | ChangeOutcome::Doubtful) => Sort::Problem,
    }
}

fn of_role_changes(written: &Written) -> Vec<Activity> {
    let of = |change: &RoleChange| {
        let sort = match change.state {
            RoleChangeState::Applied => Sort::Changed,
            RoleChangeState::Pending | RoleChangeState::Settled => Sort::Other,
            RoleChangeState::Asked | RoleChangeState::NoLongerPending | RoleChangeState::NotDone => Sort::Problem,
        };
        let new = &change.new;
        Activity {
            kind: Some(new.kind),
            name: new.key_name.clone(),
            id: Some(new.key.0.clone()),
            ..Activity::by(&new.owner, change.settled.unwrap_or(change.asked), sort, change.message())
        }
    };
    written.role_changes.iter().map(of).collect()
}

fn of_batches(written: &Written) -> Vec<Activity> {
    let of = |batch: &PastBatch| {
        let what = words::happened_batch(batch.names, batch.kind.as_str());
        Activity { kind: Some(batch.kind), ..Activity::by(&batch.owner, batch.begun, Sort::Made, what) }
    };
    written.batches.iter().map(of).collect()
}

fn of_enrolments(written: &Written) -> Vec<Activity> {
    let of = |enrolment: &PastEnrolment| {
        let credential = &enrolment.new.credential;
        // There is no account yet when it is asked for.
        let owner = Owner {
            label: credential.username.clone(),
            base: enrolment.new.base.clone(),
            organization: Some(credential.organization.clone()),
            ..Owner::default()
        };
        let activity = |(at, state): &(OffsetDateTime, Result<EnrolmentState, String>)| {
            let (sort, what) = match state {
                Ok(EnrolmentState::Begun) => (Sort::Other, words::happened_enrolment_begun()),
                Ok(EnrolmentState::Registered) => (Sort::Other, words::happened_enrolment_registered()),
                Ok(EnrolmentState::NotRegistered) => (Sort::Problem, words::happened_enrolment_not_registered()),
                Ok(EnrolmentState::Deactivated) => (Sort::Changed, words::happened_enrolment_deactivated()),
                Err(word) => (Sort::Other, words::happened_unknown_word(word)),
            };
            let id = Some(credential.id.clone()).filter(|id| !id.is_empty());
            Activity { name: enrolment.new.name.clone(), id, ..Activity::by(&owner, *at, sort, what) }
        };
        enrolment.states.iter().map(activity).collect::<Vec<_>>()
    };
    written.enrolments.iter().flat_map(of).collect()
}

fn of_notes(written: &Written) -> Vec<Activity> {
    let of = |noted: &NotedKey| Activity {
        kind: Some(noted.kind),
        name: noted.name.clone(),
        id: Some(noted.key.0.clone()),
        organization: Some(noted.organization.clone()).filter(|id| !id.is_empty()),
        ..Activity::by(&noted.owner, noted.at, Sort::Changed, words::happened_noted())
    };
    written.notes.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};

    use super::*;
    use crate::{
        journal::{Happened, Notes, Unknown},
        key::{Key, KeyStatus},
    };

    const AT: OffsetDateTime = datetime!(2026-11-23 09:00:00 UTC);

    fn owner() -> Owner {
        Owner { label: "Treasury".into(), base: "https://api.dfns.io".into(), ..Owner::default() }
    }

    fn intent(name: &str, id: Option<&str>, events: &[Event]) -> PastIntent {
        let happened = |(minute, event): (i64, &Event)| Happened {
            at: AT + Duration::minutes(minute),
            event: *event,
            place: None,
            until: None,
        };
        let key = |id: &str| Key {
            name: name.into(),
            ..Key::of_id(CredentialKind::ApiKey, KeyId(id.into()), KeyStatus::Active)
        };
        PastIntent {
            owner: owner(),
            kind: CredentialKind::ApiKey,
            name: name.into(),
            key: id.map(key),
            events: (0..).zip(events).map(happened).collect(),
            unknown: Vec::new(),
        }
    }

    fn archived(id: &str, outcome: ChangeOutcome) -> PastChange {
        PastChange {
            owner: owner(),
            kind: CredentialKind::ApiKey,
            key: KeyId(id.into()),
            name: "Deploy bot".into(),
            asked: Ok(AskedChange::Archive),
            outcome,
            at: AT,
            ended: None,
        }
    }

    fn written() -> Written {
        Written {
            intents: Vec::new(),
            changes: Vec::new(),
            role_changes: Vec::new(),
            batches: Vec::new(),
            enrolments: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn what_led_to_nothing_is_there_and_what_only_a_later_version_knows_has_its_word() {
        let mut nothing = intent("Nothing", None, &[Event::Asked, Event::NotMade]);
        nothing.unknown.push(Unknown { at: AT + Duration::minutes(9), word: "sung".into() });
        let all = of_intents(&Written { intents: vec![nothing], ..written() });
        let told: Vec<_> = all.iter().map(|each| (each.sort, each.what.clone(), each.id.clone())).collect();
        assert_eq!(
            told,
            [
                (Sort::Made, words::happened_asked(), None),
                (Sort::Problem, words::happened_not_made(), None),
                (Sort::Other, words::happened_unknown_word("sung"), None),
            ]
        );
        assert!(all.iter().all(|each| each.name == "Nothing" && each.account == "Treasury"));
    }

    #[test]
    fn that_one_was_revoked_is_told_once_and_a_revocation_in_doubt_is_no_revocation() {
        let intents = vec![intent("Deploy bot", Some("api-1"), &[Event::Asked, Event::Created, Event::Revoked])];
        let changes = vec![
            archived("api-1", ChangeOutcome::Doubtful),
            archived("api-1", ChangeOutcome::Done),
            archived("api-2", ChangeOutcome::Done),
        ];
        let told = of_changes(&Written { intents, changes, ..written() });
        let told: Vec<_> = told.iter().map(|each| (each.sort, each.id.as_deref())).collect();
        assert_eq!(told, [(Sort::Problem, Some("api-1")), (Sort::Revoked, Some("api-2"))]);
    }

    #[test]
    fn in_a_table_each_is_a_line_with_times_and_english_words() {
        let noted = NotedKey {
            owner: owner(),
            kind: CredentialKind::ServiceAccount,
            key: KeyId("us-1".into()),
            organization: "or-1".into(),
            name: "=1+1".into(),
            notes: Notes::default(),
            at: AT,
        };
        let all = of_notes(&Written { notes: vec![noted], ..written() });
        let table = String::from_utf8(export(ExportFormat::Csv, all.iter())).expect("a text");
        let line = table.lines().nth(1).expect("a line");
        let wanted =
            "2026-11-23T09:00:00Z,changed,Notes changed,service-account,'=1+1,us-1,Treasury,or-1,https://api.dfns.io,,";
        assert_eq!(line, wanted);
    }
}
