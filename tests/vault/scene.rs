//! What these tests have in common: a token, an entry, a delivery, and how its end is told.

use std::{
    ffi::OsString,
    sync::{Arc, Mutex},
};

use keybearer::{ipc::Told, vault};
use keybearer_core::{
    credential::Secrets,
    delivery::{Entry, Proof, Step, Stored, Vault},
    failure::Failure,
    secret::Secret,
    vault::{Ask, Destination, Kind, PRESETS, Preset, Program},
};
use keybearer_support::snapshot;

/// The variables that a program finds.
pub(crate) type Variables = Vec<(OsString, OsString)>;

/// A token of so many characters, in which no piece comes twice. The same each time.
pub(crate) fn text(characters: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut text = "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.".to_owned();
    while text.len() < characters {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push(char::from(LETTERS[usize::try_from(state >> 58).expect("six bits")]));
    }
    text.truncate(characters);
    text
}

/// As long as Dfns' own.
pub(crate) const LENGTH: usize = 1200;

pub(crate) fn token() -> Secrets {
    of(&text(LENGTH))
}

pub(crate) fn of(text: &str) -> Secrets {
    Secrets::token(Secret::new(text.to_owned()).expect("it is not empty"))
}

/// The entry of a key of this name.
pub(crate) fn entry(name: &str) -> Entry {
    Entry {
        key_name: name.to_owned(),
        key_id: Some("api-key-one".to_owned()),
        organization: Some("cu-1".to_owned()),
        ..Entry::default()
    }
}

/// Delivers, and tells which steps there were.
pub(crate) async fn delivered(vault: &dyn Vault, name: &str, token: &Secrets) -> (Result<Stored, Failure>, Vec<Step>) {
    let steps = Mutex::new(Vec::new());
    let outcome = vault.store(&entry(name), token, &|step| steps.lock().expect("nobody panics").push(step)).await;
    (outcome, steps.into_inner().expect("nobody panics"))
}

pub(crate) async fn deliver(vault: &dyn Vault, name: &str, token: &Secrets) -> Result<Stored, Failure> {
    delivered(vault, name, token).await.0
}

/// Stored for good, and how that is known.
pub(crate) fn for_good(proof: Proof) -> Result<Stored, Failure> {
    Ok(proof.into())
}

/// A destination with this program.
pub(crate) fn of_program(program: Program) -> Destination {
    Destination { id: "d-1".to_owned(), name: "Team Vault".to_owned(), vault: Kind::Program(program) }
}

/// A preset, filled as a person does.
pub(crate) fn preset(id: &str, answers: &[&str]) -> Program {
    let preset = PRESETS.iter().find(|preset| preset.id == id).expect("it is known");
    let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
    preset.fill(&answers).expect("it can be filled")
}

/// What a person answers who changes nothing and gives only what must be given.
pub(crate) fn usual_answers(preset: &Preset) -> Vec<&'static str> {
    let usual = |ask: &Ask| if ask.usual.is_empty() && !ask.optional { "given/one" } else { ask.usual };
    preset.asks.iter().map(usual).collect()
}

/// The vault of a program, which sees these variables.
pub(crate) fn open(program: Program, variables: &Variables) -> Arc<dyn Vault> {
    let destination = of_program(program);
    destination.check().expect("it can be used");
    vault::open_from(&destination, None, variables.clone()).expect("it needs no secret")
}

/// What a person sees of an outcome.
pub(crate) fn told(outcome: &Result<Stored, Failure>) -> String {
    match outcome {
        Ok(Stored { until: Some(until), proof }) => format!("  stored until {until}: {proof:?}\n"),
        Ok(Stored { proof: Proof::ReadBack, .. }) => "  stored, read back and equal\n".to_owned(),
        Ok(Stored { proof: Proof::FirstVersion, .. }) => "  stored as version 1, not readable\n".to_owned(),
        Ok(Stored { proof: Proof::TakenAsBefore, .. }) => "  taken, as the last time that was checked\n".to_owned(),
        Ok(Stored { proof: Proof::Taken, .. }) => "  taken, and nothing read back\n".to_owned(),
        Err(failure) => {
            let Told { message, hint, .. } = Told::from(failure);
            let hint = hint.map(|hint| hint.to_string()).unwrap_or_default();
            format!("  {message}\n  {hint}\n")
        }
    }
}

/// No piece of a secret that would tell anything.
pub(crate) fn ensure_without(secret: &str, text: &str) {
    for piece in secret.as_bytes().windows(12) {
        let piece = str::from_utf8(piece).expect("ASCII");
        assert!(!text.contains(piece), "{piece:?} is shown: {text}");
    }
}

/// Compares with the file, or writes it anew with `WRITE_SNAPSHOTS=1`, after a change that was meant.
pub(crate) fn ensure_as_in(file: &str, texts: &[(String, String)]) {
    let all: String = texts.iter().map(|(name, text)| format!("{name}\n{text}\n")).collect();
    ensure_without(&text(LENGTH), &all);
    snapshot::ensure_as_in(&format!("vault/{file}"), &all);
}
