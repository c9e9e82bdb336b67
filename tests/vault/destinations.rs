//! The destinations of a computer: their file, their order, and what opens them.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use keybearer::{ipc::Told, vault::Vaults};
use keybearer_core::{
    address::BaseUrl,
    delivery::{Proof, Vault},
    failure::{Failure, KeyringProblem, VaultContext, VaultProblem},
    secret::VaultSecret,
    vault::{Destination, Destinations, Kind, Program, VaultSecrets},
    words::{self, Message},
};
use serde_json::json;

use crate::{
    misbehaving::{Script, template},
    scene::{deliver, for_good, of_program, token},
    stand_in::{ACCESS, StandIn, destination},
};

/// A keyring in memory, which may be out of order.
#[derive(Default)]
struct Keyring {
    entries: Mutex<BTreeMap<(String, String), String>>,
    broken: bool,
}

impl Keyring {
    fn broken() -> Arc<Self> {
        Arc::new(Self { broken: true, ..Self::default() })
    }

    /// For which destinations and addresses it has something.
    fn slots(&self) -> Vec<(String, String)> {
        self.entries.lock().expect("nobody panics").keys().cloned().collect()
    }

    fn use_it<T>(&self, work: impl FnOnce(&mut BTreeMap<(String, String), String>) -> T) -> Result<T, Failure> {
        if self.broken {
            return Err(Failure::Keyring(KeyringProblem::Absent));
        }
        Ok(work(&mut self.entries.lock().expect("nobody panics")))
    }
}

impl VaultSecrets for Keyring {
    fn keep_secret(&self, destination: &str, address: &str, secret: &VaultSecret) -> Result<(), Failure> {
        let slot = (destination.to_owned(), address.to_owned());
        self.use_it(|entries| drop(entries.insert(slot, secret.open("a stand-in for the keyring").to_owned())))
    }

    fn fetch_secret(&self, destination: &str, address: &str) -> Result<Option<VaultSecret>, Failure> {
        let slot = (destination.to_owned(), address.to_owned());
        self.use_it(|entries| entries.get(&slot).and_then(|secret| VaultSecret::parse(secret)))
    }

    fn forget_secret(&self, destination: &str, address: &str) -> Result<(), Failure> {
        self.use_it(|entries| drop(entries.remove(&(destination.to_owned(), address.to_owned()))))
    }
}

fn well(folder: &Path, keyring: &Arc<Keyring>) -> Destinations {
    let (destinations, problem) =
        Destinations::in_folder(folder, Arc::clone(keyring) as Arc<dyn VaultSecrets>, Arc::new(Vaults));
    assert_eq!(problem, None);
    destinations
}

fn named(id: &str, name: &str, url: &str) -> Destination {
    Destination { id: id.to_owned(), name: name.to_owned(), ..destination(url, |_| {}) }
}

fn access() -> VaultSecret {
    VaultSecret::parse(ACCESS).expect("a token")
}

fn open(destinations: &Destinations, id: &str) -> Result<Arc<dyn Vault>, Failure> {
    destinations.open(&destinations.one(id)?)
}

fn give_secret(destinations: &Destinations, id: &str) -> Result<Option<Failure>, Failure> {
    destinations.give_secret(&destinations.one(id)?, access())
}

fn ids(destinations: &Destinations) -> Vec<String> {
    destinations.all().into_iter().map(|known| known.destination.id).collect()
}

const URL: &str = "https://vault.example.org:8200";

#[test]
fn they_are_kept_in_the_persons_order_with_one_default_and_no_secret() {
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Arc::new(Keyring::default()));
    let destinations = well(folder.path(), &keyring);
    for (id, name) in [("a", "One"), ("b", "Two"), ("c", "Three")] {
        destinations.save(named(id, name, URL)).expect("kept");
    }
    assert_eq!(destinations.default(), None, "none is chosen by itself");
    destinations.shift("c", true).and_then(|()| destinations.shift("a", true)).expect("moved");
    destinations.shift("b", false).expect("it is the last already");
    destinations.set_default(Some("c")).expect("chosen");
    destinations.save(named("a", "Renamed", URL)).expect("kept");
    assert_eq!(give_secret(&destinations, "a"), Ok(None));

    let anew = well(folder.path(), &keyring);
    assert_eq!(ids(&anew), ["a", "c", "b"]);
    assert_eq!(anew.all()[0].destination.name, "Renamed");
    assert_eq!(anew.default().map(|default| default.id).as_deref(), Some("c"));
    let file = fs::read_to_string(folder.path().join("destinations.json")).expect("it is there");
    assert!(file.contains("\n  ") && file.contains("\"address\": \"https://vault.example.org:8200"), "{file}");
    crate::scene::ensure_without(ACCESS, &file);

    anew.remove("c").expect("removed");
    assert_eq!((ids(&anew), anew.default()), (vec!["a".to_owned(), "b".to_owned()], None));
    anew.remove("a").expect("removed");
    assert!(keyring.slots().is_empty(), "its secret goes with it");
    for gone in [anew.remove("a"), anew.set_default(Some("a")), give_secret(&anew, "a").map(drop)] {
        assert!(matches!(gone, Err(Failure::NotNow(_))), "{gone:?}");
    }
    anew.set_default(Some("b")).and_then(|()| anew.set_default(None)).expect("chosen");
    assert_eq!(anew.default(), None);
}

#[test]
fn a_name_is_given_once_and_what_cannot_be_used_is_refused_and_changes_nothing() {
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Arc::new(Keyring::default()));
    let destinations = well(folder.path(), &keyring);
    destinations.save(named("a", "One", URL)).expect("kept");
    let file = || fs::read(folder.path().join("destinations.json")).expect("it is there");
    let before = file();
    let refused = |destination: Destination, told: Message| {
        let failure = destinations.save(destination).expect_err("refused");
        assert_eq!(failure, Failure::Destination(told));
    };
    let unusable = words::vault_unusable;
    refused(named("b", "One", URL), words::vault_same_name("One"));
    refused(named("b", " ", URL), unusable(words::unusable_name()));
    refused(named("b", "line\nbreak", URL), unusable(words::unusable_name_control()));
    refused(named("", "Two", URL), unusable(words::unusable_id()));
    for (why, change) in [
        (words::unusable_mount(""), json!({ "mount": "" })),
        (words::unusable_mount("a/../b"), json!({ "mount": "a/../b" })),
        (words::unusable_path("/{key_name}"), json!({ "path": "/{key_name}" })),
        (words::unusable_field(), json!({ "field": "" })),
        (words::unusable_namespace("a b"), json!({ "namespace": "a b" })),
    ] {
        let mut value = serde_json::to_value(named("b", "Two", URL)).expect("JSON");
        value["vault"].as_object_mut().expect("an object").extend(change.as_object().expect("one").clone());
        refused(serde_json::from_value(value).expect("it can be read"), unusable(why));
    }
    let script = Script::storing("true");
    let mut program = script.program();
    program.program = "team-store".into();
    refused(of_program(program), unusable(words::unusable_program("team-store")));
    let mut program = script.program();
    program.store.truncate(1);
    refused(of_program(program), unusable(words::unusable_one_entry()));
    assert_eq!(file(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_opens_one_is_bound_to_its_address_and_asked_for_anew_at_another() {
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Arc::new(Keyring::default()));
    let destinations = well(folder.path(), &keyring);
    let (one, other) = (StandIn::start().await, StandIn::start().await);
    destinations.save(named("a", "One", &one.recorder.url())).expect("kept");
    let no_secret = Failure::Vault(VaultContext::NotStored, VaultProblem::NoSecret("access-token"));
    assert_eq!(open(&destinations, "a").map(drop), Err(no_secret.clone()));
    assert_eq!(give_secret(&destinations, "a"), Ok(None));
    let vault = open(&destinations, "a").expect("it opens");
    assert_eq!(deliver(&*vault, "bot", &token()).await, for_good(Proof::ReadBack));

    destinations.save(named("a", "Renamed", &one.recorder.url())).expect("kept");
    assert!(open(&destinations, "a").is_ok(), "another name is no other address");
    destinations.save(named("a", "Renamed", &other.recorder.url())).expect("kept");
    assert_eq!(open(&destinations, "a").map(drop), Err(no_secret.clone()));
    assert!(keyring.slots().is_empty());
    destinations.save(named("a", "Renamed", &one.recorder.url())).expect("kept");
    assert_eq!(open(&destinations, "a").map(drop), Err(no_secret.clone()), "also back at the old one");

    // The same where somebody has changed the file by hand.
    assert_eq!(give_secret(&destinations, "a"), Ok(None));
    let path = folder.path().join("destinations.json");
    let file = fs::read_to_string(&path).expect("it is there");
    fs::write(&path, file.replace(&one.recorder.url(), &other.recorder.url())).expect("written");
    assert_eq!(open(&well(folder.path(), &keyring), "a").map(drop), Err(no_secret));
    assert_eq!(other.recorder.connections(), 0);
}

/// Whether what this destination takes counts as stored.
fn counts(destinations: &Destinations, id: &str) -> bool {
    let opened = open(destinations, id).expect("it opens").is_proven();
    let shown = destinations.all().iter().any(|known| known.destination.id == id && known.proven);
    assert_eq!(opened, shown, "what is shown is what holds");
    opened
}

#[test]
fn what_was_proven_once_is_known_at_the_next_start_and_nothing_else_is() {
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Arc::new(Keyring::default()));
    let script = Script::storing("true");
    let taking = |id: &str, name: &str, program: Program| Destination {
        name: name.to_owned(),
        id: id.to_owned(),
        ..of_program(Program { exists: None, read_back: None, ..program })
    };
    let one = || taking("a", "One", script.program());
    let other = || taking("b", "Other", Program { seconds: 5, ..script.program() });
    let destinations = well(folder.path(), &keyring);
    destinations.save(one()).expect("kept");
    destinations.save(other()).expect("kept");
    assert!(!counts(&destinations, "a"));
    open(&destinations, "a").expect("it opens").prove().expect("written down");
    assert!(counts(&destinations, "a") && !counts(&destinations, "b"));

    let destinations = well(folder.path(), &keyring);
    assert!(counts(&destinations, "a") && !counts(&destinations, "b"), "it was forgotten");
    destinations.save(taking("a", "Renamed", script.program())).expect("kept");
    assert!(counts(&destinations, "a"), "it is the same by another name");
    destinations
        .save(taking("a", "One", Program { variables: vec!["TEAM".into()], ..script.program() }))
        .expect("kept");
    assert!(!counts(&destinations, "a"), "it may be another place");
    destinations.save(one()).expect("kept");
    assert!(!counts(&destinations, "a"), "also changed back");
    open(&destinations, "a").expect("it opens").prove().expect("written down");
    destinations.remove("a").expect("removed");
    destinations.save(one()).expect("kept");
    assert!(!counts(&destinations, "a"), "nobody knows what happened to it meanwhile");

    // Somebody has changed it by hand: that is no place that was proven.
    open(&destinations, "a").expect("it opens").prove().expect("written down");
    let path = folder.path().join("destinations.json");
    let file = fs::read_to_string(&path).expect("it is there");
    fs::write(&path, file.replace("\"store\",", "\"keep\",")).expect("written");
    assert!(!counts(&well(folder.path(), &keyring), "a"));
    fs::write(&path, file).expect("written");

    fs::write(folder.path().join("proven.json"), "{").expect("written");
    let (destinations, problem) = Destinations::in_folder(folder.path(), keyring, Arc::new(Vaults));
    let told = Told::from(&problem.expect("it is told"));
    assert!(told.message.to_string().contains("proven.json"), "{told:?}");
    assert!(!counts(&destinations, "a"));
}

#[test]
fn a_program_that_is_started_otherwise_asks_for_its_password_anew() {
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Arc::new(Keyring::default()));
    let destinations = well(folder.path(), &keyring);
    let script = Script::storing("true");
    let mut program = script.program();
    program.password = true;
    let mut destination = of_program(program);
    destinations.save(destination.clone()).expect("kept");
    assert_eq!(give_secret(&destinations, "d-1"), Ok(None));
    assert!(open(&destinations, "d-1").is_ok());
    for list in 0..3 {
        let Kind::Program(program) = &mut destination.vault else { panic!("it is a program") };
        let lists = [
            &mut program.store,
            &mut program.exists.as_mut().expect("it has one").arguments,
            &mut program.read_back.as_mut().expect("it has one").arguments,
        ];
        lists.into_iter().nth(list).expect("one of three").push(template("--elsewhere"));
        assert_eq!(give_secret(&destinations, "d-1"), Ok(None));
        destinations.save(destination.clone()).expect("kept");
        assert_eq!(
            open(&destinations, "d-1").map(drop),
            Err(Failure::Vault(VaultContext::NotStored, VaultProblem::NoSecret("password"))),
            "whatever reads the password"
        );
    }
}

#[test]
fn without_a_keyring_what_opens_one_is_held_until_the_app_quits() {
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Keyring::broken());
    let destinations = well(folder.path(), &keyring);
    destinations.save(named("a", "One", URL)).expect("kept");
    let absent = Failure::Keyring(KeyringProblem::Absent);
    assert_eq!(open(&destinations, "a").map(drop), Err(absent.clone()));
    assert_eq!(give_secret(&destinations, "a"), Ok(Some(absent.clone())));
    assert!(open(&destinations, "a").is_ok());
    let moved = destinations.save(named("a", "One", "https://elsewhere.example.org"));
    assert_eq!(moved, Err(absent.clone()), "the keyring may hold one from before");
    assert_eq!(open(&destinations, "a").map(drop), Err(absent.clone()), "it is not taken along");
    assert_eq!(open(&well(folder.path(), &keyring), "a").map(drop), Err(absent));
}

#[test]
fn a_malformed_file_is_told_with_its_place_and_set_aside() {
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Arc::new(Keyring::default()));
    let path = folder.path().join("destinations.json");
    for (text, part) in [
        ("{\n  \"destinations\": [,]\n}", "line 2 column 20"),
        ("{ \"destinations\": [], \"secret\": \"x\" }", "unknown field `secret`"),
    ] {
        fs::write(&path, text).expect("written");
        let (destinations, problem) =
            Destinations::in_folder(folder.path(), Arc::clone(&keyring) as Arc<_>, Arc::new(Vaults));
        let told = problem.expect("it is malformed").to_string();
        assert!(told.contains(part) && told.contains("destinations.broken-"), "{told}");
        assert!(destinations.all().is_empty() && !path.exists());
    }
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 2, "both are kept");
}

#[test]
fn when_everything_is_forgotten_each_destination_stays_and_asks_anew() {
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Arc::new(Keyring::default()));
    let destinations = well(folder.path(), &keyring);
    for (id, name) in [("a", "One"), ("b", "Two")] {
        destinations.save(named(id, name, URL)).expect("saved");
        assert_eq!(give_secret(&destinations, id), Ok(None));
        assert!(open(&destinations, id).is_ok());
    }
    destinations.forget_secrets().expect("forgotten");
    assert!(keyring.slots().is_empty());
    for id in ["a", "b"] {
        let told = open(&destinations, id).map(|_| ()).expect_err("it is forgotten");
        assert!(matches!(told, Failure::Vault(VaultContext::NotStored, VaultProblem::NoSecret(_))), "{told:?}");
    }
    assert_eq!(destinations.all().len(), 2);
}

#[test]
fn two_of_one_id_or_of_one_name_are_told_and_neither_is_used() {
    for (id, name) in [("a", "Two"), ("b", "One")] {
        let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Arc::new(Keyring::default()));
        let both = [named("a", "One", URL), named(id, name, "https://other.example")];
        let text = json!({ "destinations": both }).to_string();
        let path = folder.path().join("destinations.json");
        fs::write(&path, &text).expect("written");
        let (destinations, problem) =
            Destinations::in_folder(folder.path(), Arc::clone(&keyring) as Arc<_>, Arc::new(Vaults));
        let told = problem.expect("one would be taken for the other").to_string();
        let twice = words::vault_file(path.display().to_string(), words::vault_twice(id, name));
        assert_eq!(told, words::sentences(twice, words::file_vaults()).to_string());
        assert!(destinations.all().is_empty() && fs::read_to_string(&path).is_ok_and(|there| there == text));

        let empty = tempfile::tempdir().expect("a folder");
        let preset = well(empty.path(), &keyring);
        assert!(matches!(preset.begin_with(&both), Err(Failure::Destination(_))));
        assert!(preset.all().is_empty());
    }
}

#[test]
fn a_preset_takes_the_place_of_no_file_that_was_set_aside() {
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Arc::new(Keyring::default()));
    fs::write(folder.path().join("destinations.json"), "{").expect("written");
    let (destinations, problem) = Destinations::in_folder(folder.path(), keyring as Arc<_>, Arc::new(Vaults));
    assert!(problem.is_some());
    destinations.begin_with(&[named("a", "One", URL)]).expect("it is left out");
    assert!(destinations.all().is_empty());
}

#[test]
fn a_file_of_a_newer_version_is_told_left_as_it_is_and_no_presets_take_its_place() {
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Arc::new(Keyring::default()));
    let path = folder.path().join("destinations.json");
    let text = json!({ "version": 2, "destinations": [{ "of": "another kind" }] }).to_string();
    fs::write(&path, &text).expect("written");
    let (destinations, problem) = Destinations::in_folder(folder.path(), keyring as Arc<_>, Arc::new(Vaults));
    let told = problem.expect("it cannot be read").to_string();
    let newer = words::file_newer(path.display().to_string(), 2_u8);
    assert_eq!(told, words::sentences(newer, words::file_vaults()).to_string());
    destinations.begin_with(&[named("a", "One", URL)]).expect("they are left out");
    assert!(matches!(destinations.save(named("b", "Two", URL)), Err(Failure::File(_))));
    assert!(destinations.all().is_empty());
    assert_eq!(fs::read_to_string(&path).expect("it is there"), text);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
}

#[test]
fn a_file_may_say_that_it_is_of_the_first_version() {
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Arc::new(Keyring::default()));
    let text = json!({ "version": 1, "destinations": [named("a", "One", URL)] }).to_string();
    fs::write(folder.path().join("destinations.json"), text).expect("written");
    assert_eq!(ids(&well(folder.path(), &keyring)), ["a"]);
}

#[test]
fn a_password_that_is_not_asked_for_any_more_is_forgotten() {
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Arc::new(Keyring::default()));
    let destinations = well(folder.path(), &keyring);
    let mut program = Script::storing("").program();
    program.password = true;
    let with = |program| Destination { id: "a".to_owned(), ..of_program(program) };
    destinations.save(with(program.clone())).expect("saved");
    assert_eq!(give_secret(&destinations, "a"), Ok(None));
    assert_eq!(keyring.slots().len(), 1);
    program.password = false;
    destinations.save(with(program)).expect("saved");
    assert!(keyring.slots().is_empty());
}

#[test]
fn a_file_with_a_destination_that_cannot_be_used_is_told_and_left_as_it_is() {
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Arc::new(Keyring::default()));
    let path = folder.path().join("destinations.json");
    let mut value = serde_json::to_value(named("a", "One", URL)).expect("JSON");
    value["vault"]["mount"] = "".into();
    let text = json!({ "destinations": [named("b", "Two", URL), value] }).to_string();
    fs::write(&path, &text).expect("written");
    let (destinations, problem) =
        Destinations::in_folder(folder.path(), Arc::clone(&keyring) as Arc<_>, Arc::new(Vaults));
    let told = problem.expect("it cannot be used").to_string();
    let unusable = words::vault_unusable(words::unusable_mount(""));
    let unusable = words::vault_file(path.display().to_string(), unusable);
    assert_eq!(told, words::sentences(unusable, words::file_vaults()).to_string());
    assert!(destinations.all().is_empty());
    assert_eq!(fs::read_to_string(&path).expect("it is there"), text);
    // And nothing that is done now loses what stands in it.
    for changed in [destinations.save(named("c", "Three", URL)), destinations.set_default(None)] {
        assert!(matches!(changed, Err(Failure::File(_))), "{changed:?}");
    }
    assert_eq!(fs::read_to_string(&path).expect("it is there"), text);
}

#[test]
fn those_of_an_organization_are_taken_over_once() {
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Arc::new(Keyring::default()));
    let preset = [named("a", "One", URL)];
    let destinations = well(folder.path(), &keyring);
    destinations.begin_with(&[]).expect("nothing to do");
    assert!(destinations.begin_with(&[named("", "No id", URL)]).is_err() && destinations.all().is_empty());
    destinations.begin_with(&preset).expect("taken over");
    assert_eq!(ids(&destinations), ["a"]);
    destinations.remove("a").expect("removed");
    destinations.begin_with(&preset).expect("nothing to do");
    assert!(destinations.all().is_empty(), "what the person removed does not come back");
    assert!(BaseUrl::parse(URL).is_ok());
}
