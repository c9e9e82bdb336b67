//! What outlives the app in the journal's file.

use std::fs;

use keybearer_core::{
    account::SigningCredential,
    credential::{CredentialKind, SecretName, Secrets},
    delivery::Proof,
    expiry::Nearness,
    journal::{AskedChange, BatchOutcome, Before, NameInBatch, Notes, Part, Reminded, RoleOperation, Stage, notes_of},
    key::{KeyStatus, Owner},
    order::Terms,
    receipt::Receipt,
    role::GivenRole,
    secret::{Fingerprint, Secret},
    signing::NewKeyType,
    words,
};
use time::OffsetDateTime;

use super::*;

fn intent(name: &str, known: Option<&[&str]>) -> Intent {
    let owner = Owner {
        account: "a1".into(),
        label: "Treasury".into(),
        base: "https://api.dfns.io".into(),
        organization: Some("cu-1".into()),
        user: None,
        author: Some("ce-1".into()),
    };
    let known =
        known.map(|known| Before::all(known.iter().map(|id| KeyId((*id).to_owned())), OffsetDateTime::UNIX_EPOCH));
    let before = known.unwrap_or_else(|| Before::unlisted(None));
    Intent {
        owner,
        kind: CredentialKind::ApiKey,
        name: name.into(),
        before,
        replaces: None,
        part_of: None,
        signing: None,
    }
}

fn fingerprints() -> Fingerprints {
    [(SecretName::Token, Fingerprint("0123abcd".into()))].into()
}

fn key(id: &str) -> Key {
    Key {
        kind: CredentialKind::ApiKey,
        id: KeyId(id.into()),
        name: "Server Key 3".into(),
        organization: "cu-1".into(),
        author: "ce-1".into(),
        created: "2026-11-23T09:00:00.000Z".into(),
        status: KeyStatus::Active,
        expires: None,
        signing: None,
    }
}

#[test]
fn an_open_intent_comes_back_as_it_was_after_the_file_was_closed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("not/there/journal.sqlite");
    let (journal, damaged) = SqliteJournal::open(&path).expect("opened");
    assert_eq!(damaged, None);
    let asked = journal.begin(&intent("Asked", Some(&["api-1", "api-2"]))).expect("written");
    let made = journal.begin(&intent("Made", None)).expect("written");
    journal.made(made, &key("api-3"), Some(&fingerprints())).expect("written");
    journal.record(made, Event::Copied).expect("written");
    drop(journal);

    let (journal, _) = SqliteJournal::open(&path).expect("opened again");
    let open = journal.open().expect("read");
    assert_eq!(
        open.iter().map(|each| (each.id, each.stage)).collect::<Vec<_>>(),
        [(asked, Stage::Asked), (made, Stage::Created)]
    );
    assert_eq!(open[0].intent, intent("Asked", Some(&["api-1", "api-2"])));
    assert_eq!(open[1].key, Some(key("api-3")));
}

#[test]
fn a_settled_intent_is_not_open_any_more_and_its_steps_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let (journal, _) = SqliteJournal::open(&folder.path().join("journal.sqlite")).expect("opened");
    for event in [Event::Finished, Event::Revoked, Event::OldRevoked, Event::Settled] {
        let id = journal.begin(&intent("Any", Some(&["api-1"]))).expect("written");
        journal.made(id, &key("api-3"), None).expect("written");
        journal.record(id, event).expect("written");
    }
    assert!(journal.open().expect("read").is_empty());
    let records = journal.records("https://api.dfns.io").expect("read");
    assert_eq!(records.len(), 4);
    let events: Vec<Event> = records[2].events.iter().map(|happened| happened.event).collect();
    assert_eq!(events, [Event::Asked, Event::WithoutToken, Event::OldRevoked]);
    assert!(journal.records("https://another.example").expect("read").is_empty());
}

#[test]
fn what_a_key_replaces_and_the_fingerprint_of_its_token_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let (journal, _) = SqliteJournal::open(&folder.path().join("journal.sqlite")).expect("opened");
    let replacing = Intent { replaces: Some(key("api-old")), ..intent("New", None) };
    let id = journal.begin(&replacing).expect("written");
    journal.made(id, &key("api-new"), Some(&fingerprints())).expect("written");
    journal.record(id, Event::HandedOver).expect("written");
    let open = &journal.open().expect("read")[0];
    assert_eq!((open.stage, &open.intent.replaces), (Stage::OldToRevoke, &Some(key("api-old"))));
    let record = &journal.records("https://api.dfns.io").expect("read")[0];
    assert_eq!(record.fingerprints, fingerprints());
    assert!(record.when(Event::HandedOver).is_some() && record.when(Event::Copied).is_none());
}

#[test]
fn a_file_of_the_first_version_is_brought_to_the_present_one_with_what_is_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.sqlite");
    let first = Connection::open(&path).expect("opened");
    first.execute_batch(rows::MIGRATIONS[0]).expect("the first version");
    let insert = "INSERT INTO wish (asked_at, account, label, base, name, stage)
        VALUES ('2026-11-23T09:00:00Z', 'a1', 'Treasury', 'https://api.dfns.io', 'Server Key 3', 'asked');
        PRAGMA user_version = 1";
    first.execute_batch(insert).expect("written");
    drop(first);
    let (journal, damaged) = SqliteJournal::open(&path).expect("opened");
    assert_eq!(damaged, None);
    let open = journal.open().expect("read");
    assert_eq!((open[0].intent.name.as_str(), open[0].stage), ("Server Key 3", Stage::Asked));
    assert_eq!(open[0].intent.kind, CredentialKind::ApiKey, "there was no other kind then");
    journal.made(open[0].id, &key("api-3"), Some(&fingerprints())).expect("written");
}

#[test]
fn what_became_of_each_name_of_a_list_is_known_wherever_the_app_was_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let (journal, _) = SqliteJournal::open(&folder.path().join("journal.sqlite")).expect("opened");
    let place = "Team Vault: dfns/x";
    let (proven, delivered) = (Event::Delivered(Proof::ReadBack), BatchOutcome::Delivered(place.to_owned()));
    let cases: [(&[Event], BatchOutcome); 13] = [
        (&[], BatchOutcome::Open),
        (&[Event::NotMade], BatchOutcome::NotMade),
        (&[Event::Doubtful], BatchOutcome::Open),
        (&[Event::Refused], BatchOutcome::Open),
        (&[Event::Refused, Event::NotMade], BatchOutcome::NotMade),
        (&[Event::Created], BatchOutcome::Open),
        (&[Event::Created, Event::Delivering], BatchOutcome::Open),
        (&[Event::Created, Event::Delivering, Event::PerhapsStored], BatchOutcome::Open),
        (&[Event::Created, Event::Delivering, proven], delivered.clone()),
        (&[Event::Created, Event::StoredForATime(Proof::ReadBack)], BatchOutcome::Open),
        (&[Event::Created, Event::StoredForATime(Proof::ReadBack), Event::Finished], BatchOutcome::Settled),
        (&[Event::Created, Event::Delivering, proven, Event::Finished], delivered.clone()),
        (&[Event::Created, Event::Wiped, Event::Revoked], BatchOutcome::Settled),
    ];
    let role = GivenRole { id: "pm-1".into(), name: "Reader".into(), assignment: None };
    let terms = Terms { role: Some(role), days: Some(30), key_type: NewKeyType::Ed25519 };
    // What one is to replace is kept beside its name.
    let replaces = |number| (number % 2 == 1).then(|| key("api-old"));
    let name =
        |number| NameInBatch { name: format!("Service {number}"), terms: terms.clone(), replaces: replaces(number) };
    let names = (0..=cases.len()).map(name).collect();
    let kind = CredentialKind::ServiceAccount;
    let batch = Batch { owner: intent("any", None).owner, kind, destination: "team".into(), names };
    let id = journal.begin_batch(&batch).expect("written");
    let asked = |number: usize, events: &[Event]| {
        let part_of = Some(Part { batch: id, place: u32::try_from(number).expect("few") });
        let intent = journal.begin(&Intent { part_of, ..intent(&batch.names[number].name, None) }).expect("written");
        for event in events {
            match event {
                Event::Created => journal.made(intent, &key("api-3"), Some(&fingerprints())),
                Event::Delivering | Event::Delivered(_) | Event::StoredForATime(_) | Event::PerhapsStored => {
                    journal.delivery(intent, *event, place, None)
                }
                other => journal.record(intent, *other),
            }
            .expect("written");
        }
    };
    for (number, (events, _)) in cases.iter().enumerate() {
        asked(number, events);
    }
    assert_eq!(journal.open_batch().expect("read").expect("it is open").batch, batch);
    let outcomes = |journal: &SqliteJournal| journal.open_batch().expect("read").expect("it is open").outcomes;
    let expected: Vec<BatchOutcome> =
        cases.iter().map(|(_, outcome)| outcome.clone()).chain([BatchOutcome::Waiting]).collect();
    assert_eq!(outcomes(&journal), expected);
    // Asked for once more, after it was sure that nothing had been made: the last intent counts.
    asked(1, &[Event::Created, Event::Delivering, proven]);
    assert_eq!(outcomes(&journal)[1], delivered);
}

#[test]
fn a_key_that_is_not_ours_is_known_from_then_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let (journal, _) = SqliteJournal::open(&folder.path().join("journal.sqlite")).expect("opened");
    let asked = journal.begin(&intent("Asked", Some(&["api-1"]))).expect("written");
    journal.not_ours(asked, &KeyId("api-theirs".into())).expect("written");
    assert_eq!(journal.open().expect("read")[0].intent, intent("Asked", Some(&["api-1", "api-theirs"])));
    // In a file of an earlier version, which had the ids alone.
    let old = "UPDATE wish SET known = '[\"api-1\"]'";
    journal.change(|connection| connection.execute(old, [])).expect("written");
    journal.not_ours(asked, &KeyId("api-theirs".into())).expect("written");
    let before = &journal.open().expect("read")[0].intent.before;
    assert!(before.listed && before.had(&KeyId("api-1".into())) && before.had(&KeyId("api-theirs".into())));
}

#[test]
fn a_key_that_is_revoked_long_after_it_was_settled_has_that_in_its_history_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (journal, _) = SqliteJournal::open(&folder.path().join("journal.sqlite")).expect("opened");
    let id = journal.begin(&intent("Server Key 3", None)).expect("written");
    journal.made(id, &key("api-3"), Some(&fingerprints())).expect("written");
    journal.record(id, Event::Finished).expect("written");
    for base in ["https://another.example", "https://api.dfns.io", "https://api.dfns.io"] {
        journal.revoked_later(base, &KeyId("api-3".into())).expect("written");
    }
    let events: Vec<Event> =
        journal.records("https://api.dfns.io").expect("read")[0].events.iter().map(|happened| happened.event).collect();
    assert_eq!(events, [Event::Asked, Event::Created, Event::Finished, Event::Revoked]);
    assert_eq!(journal.keys_made().expect("read"), [KeyId("api-3".into())]);
}

#[test]
fn where_a_token_was_on_its_way_to_is_known_as_long_as_it_is_not_known_whether_it_arrived() {
    let folder = tempfile::tempdir().expect("a folder");
    let (journal, _) = SqliteJournal::open(&folder.path().join("journal.sqlite")).expect("opened");
    let id = journal.begin(&intent("Delivered", None)).expect("written");
    journal.made(id, &key("api-3"), Some(&fingerprints())).expect("written");
    let open = |journal: &SqliteJournal| journal.open().expect("read").remove(0);
    let after = |event| {
        journal.delivery(id, event, "Team Vault: secret/dfns/x", None).expect("written");
        let open = open(&journal);
        (open.stage, open.perhaps_in.is_some())
    };
    assert_eq!(after(Event::Delivering), (Stage::Created, true));
    assert_eq!(after(Event::NotStored), (Stage::Created, false));
    assert_eq!(after(Event::PerhapsStored), (Stage::Created, true));
    assert_eq!(after(Event::Delivered(Proof::FirstVersion)), (Stage::Checked, false));
    assert_eq!(after(Event::PerhapsStored), (Stage::Checked, true));
    journal.delivery(id, Event::NotStored, "Another vault: x", None).expect("written");
    assert_eq!(open(&journal).perhaps_in.as_deref(), Some("Team Vault: secret/dfns/x"), "it is in doubt still");
    let records = journal.records("https://api.dfns.io").expect("read");
    assert_eq!(records[0].events[2].place.as_deref(), Some("Team Vault: secret/dfns/x"));
}

#[test]
fn where_a_token_is_for_a_time_is_kept_with_its_date_and_leaves_the_intent_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.sqlite");
    let (journal, _) = SqliteJournal::open(&path).expect("opened");
    let id = journal.begin(&intent("Delivered", None)).expect("written");
    journal.made(id, &key("api-3"), Some(&fingerprints())).expect("written");
    let (place, until) = ("Team Vault: secret/dfns/x", time::macros::datetime!(2026-12-25 14:00 UTC));
    let event = Event::StoredForATime(Proof::ReadBack);
    journal.delivery(id, event, place, Some(until)).expect("written");
    drop(journal);
    let (journal, _) = SqliteJournal::open(&path).expect("opened again");
    let open = journal.open().expect("read").remove(0);
    assert_eq!((open.stage, open.kept), (Stage::Created, Some((place.to_owned(), until))));
    let record = journal.records("https://api.dfns.io").expect("read").remove(0);
    let last = record.events.last().expect("it is there");
    assert_eq!((last.event, last.until), (event, Some(until)));
}

#[test]
fn the_mark_of_a_copy_is_kept_until_it_is_gone_and_then_in_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.sqlite");
    let (journal, _) = SqliteJournal::open(&path).expect("opened");
    let id = journal.begin(&intent("Copied", None)).expect("written");
    let salted =
        Secret::new("abc".into()).and_then(|token| Secrets::token(token).salted_fingerprints()).expect("a fingerprint");
    journal.copied(id, &salted).expect("written");
    drop(journal);
    let (journal, _) = SqliteJournal::open(&path).expect("opened again");
    assert_eq!(journal.copies().expect("read"), [(id, salted.clone())]);
    journal.copy_gone(id).expect("written");
    assert!(journal.copies().expect("read").is_empty());
    let is_in = |path: &Path| fs::read(path).expect("read").windows(32).any(|part| part == salted.0[0].hash);
    let files = || fs::read_dir(folder.path()).expect("read").map(|file| file.expect("read").path());
    let with_it: Vec<_> = files().filter(|path| is_in(path)).collect();
    assert!(files().count() > 1 && with_it.is_empty(), "it is still in {with_it:?}");
    drop(journal);
    assert!(!is_in(&path));
}

#[test]
fn each_event_stage_and_kind_is_written_as_a_word_of_its_own_and_read_as_itself() {
    // The tables have them all: one that is missing does not compile.
    for event in rows::EVENTS {
        assert_eq!(rows::event_of(event_word(*event)), Some(*event));
    }
    for stage in rows::STAGES {
        assert_eq!(rows::stage_of(stage_word(*stage)), Some(*stage));
        assert_ne!(stage_word(*stage), CLOSED);
    }
    for kind in rows::KINDS {
        assert_eq!(rows::kind_of(rows::kind_word(*kind)), Some(*kind));
    }
    for outcome in rows::OUTCOMES {
        assert_eq!(rows::outcome_of(rows::outcome_word(*outcome)), Some(*outcome));
    }
    for state in rows::ENROLMENTS {
        assert_eq!(rows::enrolment_of(rows::enrolment_word(*state)), Some(*state));
    }
    for operation in rows::ROLE_OPERATIONS {
        assert_eq!(rows::role_operation_of(rows::role_operation_word(*operation)), Some(*operation));
    }
    for state in rows::ROLE_CHANGES {
        assert_eq!(rows::role_change_of(rows::role_change_word(*state)), Some(*state));
    }
    for nearness in rows::NEARNESSES {
        assert_eq!(rows::nearness_of(rows::nearness_word(*nearness)), Some(*nearness));
    }
    for how in rows::REMINDED {
        assert_eq!(rows::reminded_of(rows::reminded_word(*how)), Some(*how));
    }
}

#[test]
fn a_role_that_is_about_to_be_given_outlives_the_app_until_it_is_settled() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.sqlite");
    let open = || SqliteJournal::open(&path).expect("opened").0;
    let of = |operation, assignment: Option<&str>| NewRoleChange {
        owner: intent("any", None).owner,
        operation,
        kind: CredentialKind::ServiceAccount,
        key: KeyId("us-1".to_owned()),
        key_name: "Bot, \"1\"\n".to_owned(),
        identity: KeyId("us-1".to_owned()),
        role: GivenRole { id: "pm-1".to_owned(), name: "Reader".to_owned(), assignment: assignment.map(str::to_owned) },
    };
    let (give, take) = (of(RoleOperation::Give, None), of(RoleOperation::Take, Some("as-1")));
    let ids = [&give, &take].map(|new| open().begin_role_change(new).expect("written"));
    let told = || {
        let all = open().role_changes().expect("read");
        all.into_iter()
            .filter(|it| it.settled.is_none())
            .map(|it| (it.id, it.new, it.state, it.request))
            .collect::<Vec<_>>()
    };
    let asked = RoleChangeState::Asked;
    assert_eq!(told(), [(ids[0], give.clone(), asked, None), (ids[1], take, asked, None)]);
    open().role_change_is(ids[1], RoleChangeState::Applied, None).expect("written");
    for (state, request) in [(RoleChangeState::Pending, Some("cr-1")), (RoleChangeState::NoLongerPending, None)] {
        open().role_change_is(ids[0], state, request).expect("written");
        assert_eq!(told(), [(ids[0], give.clone(), state, Some("cr-1".to_owned()))]);
    }
    open().role_change_is(ids[0], RoleChangeState::Settled, None).expect("written");
    assert_eq!(told(), []);
}

#[test]
fn what_somebody_was_reminded_of_outlives_the_app_unless_it_is_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.sqlite");
    let owner = intent("n", None).owner;
    let reminder =
        |key: &str, how| Reminder { owner: owner.clone(), key: KeyId(key.into()), nearness: Nearness::Week, how };
    let [later, told] = [reminder("us-1", Reminded::PutOff), reminder("us-2", Reminded::Notified)];
    let (journal, _) = SqliteJournal::open(&path).expect("opened");
    journal.remind(&[later.clone(), told.clone()]).expect("written");
    drop(journal);
    let (journal, _) = SqliteJournal::open(&path).expect("opened again");
    assert_eq!(journal.reminders(&owner.base), Ok(vec![later.clone(), told.clone()]));
    assert_eq!(journal.reminders("https://api.dfns.ninja"), Ok(Vec::new()), "those are another's");
    journal.take_back(&[told]).expect("written");
    assert_eq!(journal.reminders(&owner.base), Ok(vec![later]));
}

#[test]
fn a_credential_that_is_about_to_be_registered_outlives_the_app_with_what_became_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.sqlite");
    let credential = SigningCredential {
        id: "cr-1".to_owned(),
        username: "ada@example.org".to_owned(),
        organization: "or-1".to_owned(),
        own: true,
    };
    let (base, name, public_key) =
        ("https://api.dfns.ninja".to_owned(), "Keybearer on a test".to_owned(), "PEM".to_owned());
    let new = NewEnrolment { credential, base, name, public_key };
    let (journal, _) = SqliteJournal::open(&path).expect("opened");
    let id = journal.begin_enrolment(&new).expect("written");
    drop(journal);
    for state in [EnrolmentState::Registered, EnrolmentState::Deactivated] {
        let (journal, _) = SqliteJournal::open(&path).expect("opened");
        journal.enrolment_is(id, state).expect("written");
        drop(journal);
        let (journal, _) = SqliteJournal::open(&path).expect("opened");
        let all = journal.enrolments().expect("read");
        assert_eq!(all.iter().map(|it| (&it.new, it.state)).collect::<Vec<_>>(), [(&new, state)]);
    }
}

#[test]
fn an_event_that_is_not_known_is_told_with_its_word_and_stays_in_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.sqlite");
    let (journal, _) = SqliteJournal::open(&path).expect("opened");
    let id = journal.begin(&intent("Server Key 3", None)).expect("written");
    journal.made(id, &key("api-3"), Some(&fingerprints())).expect("written");
    drop(journal);
    let other = Connection::open(&path).expect("opened");
    let insert = "INSERT INTO step (wish, at, kind) VALUES (1, '2126-11-23T09:00:00Z', 'sealed')";
    other.execute(insert, []).expect("written");
    other.execute("UPDATE wish SET stage = 'sealed'", []).expect("written");
    drop(other);

    let (journal, damaged) = SqliteJournal::open(&path).expect("opened again");
    assert_eq!(damaged, None);
    // Of a stage that is not known nothing is sure.
    assert_eq!(journal.open().expect("read")[0].stage, Stage::Doubtful);
    let records = journal.records("https://api.dfns.io").expect("read");
    let words: Vec<&str> = records[0].unknown.iter().map(|unknown| unknown.word.as_str()).collect();
    assert_eq!(words, ["sealed"]);
    let last = Receipt::of(&records[0]).events.pop().expect("the latest");
    assert_eq!((last.what, last.place.as_deref()), (words::happened_unknown(), Some("sealed")));
    journal.record(id, Event::Finished).expect("written");
    assert_eq!(journal.records("https://api.dfns.io").expect("read")[0].unknown.len(), 1);
}

#[test]
fn a_journal_that_is_in_use_is_told_and_serves_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.sqlite");
    let (first, _) = SqliteJournal::open(&path).expect("opened");
    let refused = SqliteJournal::open(&path).err().expect("refused").to_string();
    assert_eq!(refused, words::journal_unusable(path.display().to_string(), words::journal_in_use()).to_string());
    first.begin(&intent("Still written", None)).expect("written");
    drop(first);
    SqliteJournal::open(&path).expect("free again");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_or_deleted_under_it_is_noticed_before_anything_is_asked_for() {
    for happens in ["deleted", "replaced"] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.sqlite");
        let (journal, _) = SqliteJournal::open(&path).expect("opened");
        let under_way = journal.begin(&intent("Under way", None)).expect("written");
        let shown = path.display().to_string();
        let why = if happens == "replaced" {
            fs::copy(&path, folder.path().join("theirs")).expect("copied");
            fs::rename(folder.path().join("theirs"), &path).expect("replaced");
            words::journal_replaced(shown)
        } else {
            fs::remove_file(&path).expect("deleted");
            words::journal_moved(shown)
        };
        let refused = journal.begin(&intent("Next", None)).expect_err("refused").to_string();
        assert_eq!(refused, words::journal_unwritten(why.clone()).to_string());
        let lost = journal.made(under_way, &key("api-3"), None).expect_err("told").to_string();
        assert_eq!(lost, words::journal_unrecorded(why).to_string());
    }
}

#[test]
fn a_damaged_file_is_set_aside_and_told_and_a_new_one_is_begun() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.sqlite");
    fs::write(&path, "this is no database, whatever it may be called").expect("written");
    let (journal, damaged) = SqliteJournal::open(&path).expect("opened");
    let told = damaged.expect("it is told").to_string();
    assert!(told.contains("journal.broken-1.sqlite"), "{told}");
    assert!(fs::read_to_string(folder.path().join("journal.broken-1.sqlite")).expect("there").starts_with("this is"));
    journal.begin(&intent("After it", None)).expect("written");
}

#[test]
fn a_file_of_a_newer_version_is_told_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.sqlite");
    drop(SqliteJournal::open(&path).expect("opened"));
    let newer = Connection::open(&path).expect("opened");
    newer.pragma_update(None, "user_version", 99).expect("written");
    drop(newer);
    let before = fs::read(&path).expect("read");
    let refused = SqliteJournal::open(&path).err().expect("refused").to_string();
    assert_eq!(refused, words::journal_unusable(path.display().to_string(), words::journal_newer(99_u8)).to_string());
    assert_eq!(fs::read(&path).expect("read"), before);
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("file"), "").expect("written");
    let refused = SqliteJournal::open(&folder.path().join("file/journal.sqlite"));
    assert!(matches!(refused, Err(Failure::File(_))));
}

#[test]
fn a_change_is_there_before_it_is_asked_for_and_its_end_after() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.sqlite");
    let (journal, _) = SqliteJournal::open(&path).expect("opened");
    let owner = intent("Any", None).owner;
    let asked =
        [AskedChange::Rename("Night bot".into()), AskedChange::Deactivate, AskedChange::Activate, AskedChange::Archive];
    let begin = |asked: &AskedChange| journal.begin_change(&NewChange::of(owner.clone(), &key("api-1"), asked.clone()));
    let ids: Vec<ChangeId> = asked.iter().map(|asked| begin(asked).expect("written")).collect();
    journal.change_is(ids[1], ChangeOutcome::Done).expect("written");
    journal
        .file()
        .expect("a file")
        .connection
        .lock()
        .execute("UPDATE change SET what = 'sing' WHERE id = 3", [])
        .expect("written");
    drop(journal);

    let (journal, _) = SqliteJournal::open(&path).expect("opened again");
    let changes = journal.changes(None).expect("read");
    let read: Vec<_> = changes.iter().map(|change| (change.asked.clone().ok(), change.outcome)).collect();
    let open = ChangeOutcome::Asked;
    let [rename, deactivate, _, archive] = asked.map(Some);
    assert_eq!(read, [(rename, open), (deactivate, ChangeOutcome::Done), (None, open), (archive, open)]);
    assert!(changes[0].ended.is_none() && changes[1].ended.is_some());
    assert_eq!((&changes[0].owner, &changes[0].name), (&owner, &"Server Key 3".to_owned()));
    assert_eq!(changes[2].message(), words::happened_unknown_word("sing"));
}

#[test]
fn each_note_is_kept_by_itself_and_belongs_to_one_key_of_one_organization() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.sqlite");
    let (journal, _) = SqliteJournal::open(&path).expect("opened");
    let owner = intent("Any", None).owner;
    let elsewhere = Key { organization: "cu-2".into(), ..key("api-1") };
    let noted =
        [(NoteField::Purpose, "Pays"), (NoteField::Owner, "Ada"), (NoteField::Ticket, "OPS-1"), (NoteField::Owner, "")];
    for (field, text) in noted {
        journal.note(&owner, &key("api-1"), field, text).expect("written");
    }
    journal.note(&owner, &elsewhere, NoteField::Ticket, "OPS-2").expect("written");
    drop(journal);

    let (journal, _) = SqliteJournal::open(&path).expect("opened again");
    let all = journal.notes(Some("https://api.dfns.io")).expect("read");
    let notes = Notes { purpose: "Pays".into(), owner: String::new(), ticket: "OPS-1".into() };
    assert_eq!((notes_of(&all, &key("api-1")), all.len()), (notes, 2));
    assert_eq!(notes_of(&all, &elsewhere).ticket, "OPS-2");
    assert_eq!(all[0].owner, owner);
    assert!(journal.notes(Some("https://another.example")).expect("read").is_empty());
    assert_eq!(journal.notes(None).expect("read").len(), 2);
}

#[test]
fn the_history_has_what_led_to_nothing_too_and_lists_and_each_state_of_a_credential() {
    let folder = tempfile::tempdir().expect("a folder");
    let (journal, _) = SqliteJournal::open(&folder.path().join("journal.sqlite")).expect("opened");
    let names = ["One", "Two"].map(|name| NameInBatch { name: name.into(), ..NameInBatch::default() });
    let owner = intent("Any", None).owner;
    let batch =
        Batch { owner: owner.clone(), kind: CredentialKind::ApiKey, destination: "team".into(), names: names.into() };
    let batch = journal.begin_batch(&batch).expect("written");
    let of_list = |name, place| Intent { part_of: Some(Part { batch, place }), ..intent(name, None) };
    let two = journal.begin(&of_list("Two", 1)).expect("written");
    journal.made(two, &key("api-2"), Some(&fingerprints())).expect("written");
    let one = journal.begin(&of_list("One", 0)).expect("written");
    journal.made(one, &key("api-1"), Some(&fingerprints())).expect("written");
    let nothing = journal.begin(&intent("Nothing", None)).expect("written");
    journal.record(nothing, Event::NotMade).expect("written");

    let intents = journal.past_intents().expect("read");
    let last = intents.last().expect("one");
    assert_eq!((intents.len(), &*last.name, &last.key), (3, "Nothing", &None));
    assert_eq!(last.events.iter().map(|each| each.event).collect::<Vec<_>>(), [Event::Asked, Event::NotMade]);
    let batches = journal.past_batches().expect("read");
    assert_eq!((batches.len(), batches[0].names), (1, 2));
    let records = journal.batch_records(batch).expect("read");
    let ids: Vec<&str> = records.iter().map(|record| record.key.id.0.as_str()).collect();
    assert_eq!(ids, ["api-1", "api-2"], "in the order of the list");

    let credential = SigningCredential {
        id: "cr-1".to_owned(),
        username: "ada@example.org".to_owned(),
        organization: "or-1".to_owned(),
        own: true,
    };
    let new = NewEnrolment { credential, base: owner.base, name: "Keybearer".into(), public_key: "PEM".into() };
    let id = journal.begin_enrolment(&new).expect("written");
    for state in [EnrolmentState::Registered, EnrolmentState::Deactivated] {
        journal.enrolment_is(id, state).expect("written");
    }
    let states: Vec<_> =
        journal.past_enrolments().expect("read")[0].states.iter().map(|(_, state)| state.clone()).collect();
    let all = [EnrolmentState::Begun, EnrolmentState::Registered, EnrolmentState::Deactivated];
    assert_eq!(states, all.map(Ok));
}
