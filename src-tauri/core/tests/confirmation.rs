//! What a secret may go to is asked outside the page, once for exactly what was shown.

use std::{
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use keybearer_core::{
    address::BaseUrl,
    confirmation::{Answer, Answered, Confirm, Confirmations, Named, Question, Signature, Subject},
    failure::{Failure, Unconfirmed},
    role::Role,
    vault::Destination,
    words,
};
use serde_json::{Value, json};
use tokio::sync::Notify;

/// A person who answers as they are told to, once they are let go on.
#[derive(Default)]
struct Person {
    answers: Mutex<Vec<Answer>>,
    asked: Mutex<Vec<Question>>,
    waits: bool,
    go_on: Notify,
    at_once: AtomicUsize,
}

impl Person {
    fn answering(answers: &[Answer]) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.iter().rev().copied().collect()), ..Self::default() })
    }

    fn asked(&self) -> Vec<Question> {
        self.asked.lock().expect("one test").clone()
    }
}

impl Confirm for Person {
    fn ask(&self, question: Question) -> Answered<'_> {
        Box::pin(async move {
            self.asked.lock().expect("one test").push(question);
            assert_eq!(self.at_once.fetch_add(1, Ordering::SeqCst), 0, "two questions at once");
            if self.waits {
                self.go_on.notified().await;
            }
            self.at_once.fetch_sub(1, Ordering::SeqCst);
            self.answers.lock().expect("one test").pop().unwrap_or(Answer::Declined)
        })
    }
}

fn confirmations(folder: &Path, person: &Arc<Person>) -> Confirmations {
    let mut confirmations = Confirmations::in_folder(folder);
    confirmations.ask_by(Arc::clone(person) as Arc<dyn Confirm>);
    confirmations
}

fn destination(value: Value) -> Destination {
    serde_json::from_value(value).expect("a destination")
}

fn program() -> Value {
    json!({ "id": "a", "name": "Team", "vault": {
        "kind": "program", "program": "/usr/bin/team", "store": ["put", "{key_name}"], "input": "json",
        "template": { "name": "{key_name}", "value": "{token}" },
        "exists": { "arguments": ["has", "{key_name}"], "missing": "none", "prints": true, "stale": true },
        "read_back": { "arguments": ["get", "{key_name}"], "line": true },
        "several": {
            "store": ["put-all", "{key_name}"], "input": "json",
            "template": { "token": "{token}", "key": "{private_key}", "id": "{credential_id}", "by": "{made_by}" },
            "exists": ["has", "{key_name}/{secret}"],
            "read_back": { "arguments": ["get", "{key_name}/{secret}"], "line": true } },
        "whose": { "arguments": ["whoami", "--json"], "fields": ["/email"] },
        "names": "plain", "seconds": 7, "variables": ["TEAM_*"], "password": true } })
}

fn vault() -> Value {
    json!({ "id": "v", "name": "Vault", "vault": {
        "kind": "kv2", "address": "https://vault.example", "mount": "secret", "path": "dfns/{key_name}", "field": "token",
        "namespace": "team", "authority": "/etc/ssl/team.pem" } })
}

fn refused(why: Unconfirmed) -> Result<(), Failure> {
    Err(Failure::Unconfirmed(why))
}

async fn allow(confirmations: &Confirmations, value: &Value) -> Result<(), Failure> {
    let destination = destination(value.clone());
    confirmations.allow(Subject::Destination(&destination), |problem| panic!("{problem}")).await
}

#[tokio::test]
async fn what_was_confirmed_is_asked_once_and_kept_for_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let person = Person::answering(&[Answer::Allowed]);
    for run in 1..=2 {
        let confirmations = confirmations(folder.path(), &person);
        for time in 1..=3 {
            assert_eq!(allow(&confirmations, &program()).await, Ok(()), "run {run}, time {time}");
        }
    }
    assert_eq!(person.asked().len(), 1);
    // Another name is no other destination, nor is another id.
    let renamed = json!({ "id": "b", "name": "Ours", "vault": program()["vault"] });
    assert_eq!(allow(&confirmations(folder.path(), &person), &renamed).await, Ok(()));
    // A line that the person took out counts no more.
    fs::write(folder.path().join("confirmed.json"), r#"{"confirmed": []}"#).expect("written");
    let anew = confirmations(folder.path(), &person);
    assert_eq!(allow(&anew, &program()).await, refused(Unconfirmed::Declined));
}

#[tokio::test]
async fn whatever_is_changed_of_it_is_shown_and_asked_about_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    for whole in [program(), vault()] {
        let person = Person::answering(&[Answer::Allowed]);
        assert_eq!(allow(&confirmations(folder.path(), &person), &whole).await, Ok(()));
        let shown = person.asked();
        let mut places = Vec::new();
        places_in(&whole["vault"], "/vault".to_owned(), &mut places);
        assert!(places.len() > 5, "{places:?}");
        for place in places {
            if place == "/vault/kind" {
                continue;
            }
            let mut changed = whole.clone();
            let there = changed.pointer_mut(&place).expect("it is there");
            *there = match there.clone() {
                Value::Bool(value) => json!(!value),
                Value::Number(_) => json!(8),
                Value::String(text) if text == "plain" => json!("dashed"),
                Value::String(text) if text == "json" => json!("base64-json"),
                Value::String(text) if text == "{token}" => json!(["{token}"]),
                Value::String(text) => json!(format!("{text}2")),
                other => panic!("{other}"),
            };
            let person = Person::answering(&[]);
            let asked = allow(&confirmations(folder.path(), &person), &changed).await;
            assert_eq!(asked, refused(Unconfirmed::Declined), "{place}");
            assert_ne!(person.asked()[0].parts, shown[0].parts, "{place} is not shown");
        }
    }
}

/// Every place in a value that holds no others.
fn places_in(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(all) => all.iter().for_each(|(name, each)| places_in(each, format!("{place}/{name}"), places)),
        Value::Array(all) => {
            all.iter().enumerate().for_each(|(number, each)| places_in(each, format!("{place}/{number}"), places));
        }
        _ => places.push(place),
    }
}

#[tokio::test]
async fn a_host_is_no_destination_and_each_host_is_asked_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let person = Person::answering(&[Answer::Allowed, Answer::Allowed]);
    let confirmations = confirmations(folder.path(), &person);
    let at = |address: &str| BaseUrl::parse(address).expect("an address");
    for (address, questions) in
        [("https://vault.example", 1), ("https://vault.example/", 1), ("https://vault.example:8443", 2)]
    {
        let base = at(address);
        let allowed = confirmations.allow(Subject::Host(&base), |problem| panic!("{problem}")).await;
        assert_eq!((allowed, person.asked().len()), (Ok(()), questions), "{address}");
    }
    assert_eq!(allow(&confirmations, &vault()).await, refused(Unconfirmed::Declined));
}

#[tokio::test]
async fn one_question_is_open_at_a_time_and_a_hundred_others_are_refused_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let person = Arc::new(Person { waits: true, ..Person::default() });
    let confirmations = Arc::new(confirmations(folder.path(), &person));
    let first = tokio::spawn({
        let confirmations = Arc::clone(&confirmations);
        async move { allow(&confirmations, &program()).await }
    });
    let asked = async {
        while person.asked().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), asked).await.expect("it asks");
    for _ in 0..100 {
        assert_eq!(allow(&confirmations, &vault()).await, refused(Unconfirmed::AskingAlready));
    }
    person.go_on.notify_one();
    assert_eq!(first.await.expect("it ends"), refused(Unconfirmed::Declined));
    assert_eq!(person.asked().len(), 1);
}

#[tokio::test]
async fn after_two_refusals_nothing_is_asked_until_the_person_acts() {
    let folder = tempfile::tempdir().expect("a folder");
    let person = Person::answering(&[Answer::Declined, Answer::Declined, Answer::Declined, Answer::Allowed]);
    let confirmations = confirmations(folder.path(), &person);
    for _ in 0..2 {
        assert_eq!(allow(&confirmations, &program()).await, refused(Unconfirmed::Declined));
    }
    for _ in 0..100 {
        assert_eq!(allow(&confirmations, &program()).await, refused(Unconfirmed::Silent));
    }
    confirmations.person_acted();
    assert_eq!(allow(&confirmations, &program()).await, refused(Unconfirmed::Declined));
    assert_eq!(allow(&confirmations, &program()).await, Ok(()));
    assert_eq!(person.asked().len(), 4);
}

#[tokio::test]
async fn where_nobody_can_be_asked_nothing_is_allowed_but_what_the_organization_set_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut confirmations = Confirmations::in_folder(folder.path());
    assert_eq!(allow(&confirmations, &program()).await, refused(Unconfirmed::NobodyToAsk));
    let theirs = destination(vault());
    confirmations.count_as_confirmed([Subject::Destination(&theirs)]);
    assert_eq!(allow(&confirmations, &vault()).await, Ok(()));
    assert_eq!(allow(&confirmations, &program()).await, refused(Unconfirmed::NobodyToAsk));
}

#[tokio::test]
async fn a_file_that_cannot_be_used_confirms_nothing_and_a_confirmation_holds_until_the_app_quits() {
    let folder = tempfile::tempdir().expect("a folder");
    let newer = r#"{"version": 2, "confirmed": []}"#;
    fs::write(folder.path().join("confirmed.json"), newer).expect("written");
    let person = Person::answering(&[Answer::Allowed]);
    let confirmations = confirmations(folder.path(), &person);
    let problems = Mutex::new(Vec::new());
    let vault = destination(vault());
    for _ in 0..2 {
        let note = |problem: Failure| problems.lock().expect("one test").push(problem.to_string());
        assert_eq!(confirmations.allow(Subject::Destination(&vault), note).await, Ok(()));
    }
    assert_eq!(person.asked().len(), 1);
    let problems = problems.into_inner().expect("one test");
    let path = folder.path().join("confirmed.json").display().to_string();
    let told = words::sentences(words::file_newer(path, 2_u8), words::file_confirmed()).to_string();
    assert_eq!(problems, [told.clone(), told]);
    assert_eq!(fs::read_to_string(folder.path().join("confirmed.json")).expect("there"), newer);
}

#[tokio::test]
async fn what_is_too_long_to_be_looked_through_is_not_asked_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let person = Person::answering(&[Answer::Allowed]);
    for arguments in [json!(vec!["{key_name}"; 501]), json!(["{key_name}", "x".repeat(20_000)])] {
        let mut long = program();
        long["vault"]["store"] = arguments;
        assert_eq!(allow(&confirmations(folder.path(), &person), &long).await, refused(Unconfirmed::TooLong));
    }
    assert!(person.asked().is_empty());
}

#[tokio::test]
async fn of_a_list_each_role_stands_above_the_names_that_it_is_given_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let person = Person::answering(&[Answer::Allowed]);
    let role = |name: &str| [Role { id: format!("pm-{name}"), name: name.into(), operations: Vec::new() }];
    let (reader, admin) = (role("Reader"), role("ManagedFullAdminAccess"));
    let base = BaseUrl::parse("https://api.dfns.io").expect("an address");
    let to = [("One", &reader[..]), ("Two", &admin), ("Three", &[]), ("Four\u{202e}", &reader)];
    let to = to.map(|(name, roles)| Named { roles: Some(roles), ..Named::of(name) });
    let operation = words::signing_create_account(4_u8);
    let signature = Signature { operation: &operation, to: &to, account: "Treasury", base: &base };
    assert_eq!(confirmations(folder.path(), &person).allow_once(signature).await, Ok(()));
    let parts = &person.asked()[0].parts;
    let shown: Vec<(String, Vec<String>)> = parts
        .iter()
        .map(|part| (part.term.to_string(), part.lines.iter().map(ToString::to_string).collect()))
        .collect();
    let (role, name) = (words::confirm_role().to_string(), words::confirm_name().to_string());
    let line = |term: &str, lines: &[&str]| (term.to_owned(), lines.iter().map(|line| (*line).to_owned()).collect());
    let expected: [(String, Vec<String>); 6] = [
        line(&role, &["ManagedFullAdminAccess", &words::confirm_full_admin().to_string()]),
        line(&name, &["Two"]),
        line(&role, &["Reader"]),
        line(&words::confirm_several_names(2_u8).to_string(), &["One", "Four\\u{202e}"]),
        line(&role, &[&words::role_none().to_string()]),
        line(&name, &["Three"]),
    ];
    assert_eq!(shown[1..7], expected);
}

#[tokio::test]
async fn nothing_that_is_shown_can_look_like_something_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let person = Person::answering(&[]);
    let mut odd = program();
    odd["vault"]["program"] = json!("/usr/bin/\u{202e}tac");
    odd["vault"]["store"] = json!(["{key_name}", "", "a\u{200b}b", "\\u{202e}"]);
    let _ = allow(&confirmations(folder.path(), &person), &odd).await;
    let parts = &person.asked()[0].parts;
    assert_eq!(parts[0].lines, [words::verbatim("/usr/bin/\\u{202e}tac")]);
    let store = parts.iter().find(|part| part.term == words::confirm_store(4_u8)).expect("they are shown");
    let shown: Vec<String> = store.lines.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["{key_name}", "\\(empty)", "a\\u{200b}b", "\\\\u{202e}"]);
}
