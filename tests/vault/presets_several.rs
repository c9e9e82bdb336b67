//! The same as `presets` for a credential of several secrets: what each preset starts its program with, and what it gives it.
//!
//! The arguments are in `presets_several.txt`, which is written anew with `WRITE_SNAPSHOTS=1`.

use std::{fs, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use keybearer::vault;
use keybearer_core::{
    credential::{SecretName, Secrets},
    delivery::{Proof, Vault},
    secret::{Secret, VaultSecret},
    vault::{Input, PRESETS, Payload, Program},
};

use crate::{
    account::entry_of_account,
    misbehaving::{Script, usual},
    scene::{ensure_as_in, of_program, preset, usual_answers},
};

const PASSWORD: &str = "correct horse";

/// Of one line and of several, and what stands for each in the file.
const ALL: [(&str, &str); 3] = [
    ("eyJ-the-token-of-an-account", "TOKEN"),
    ("-----BEGIN PRIVATE KEY-----\nMIGH-the-private-key\n-----END PRIVATE KEY-----", "PEM"),
    ("cr-the-credential", "ID"),
];

fn secrets() -> Secrets {
    let [token, private_key, id] = ALL.map(|(text, _)| Secret::new(text.to_owned()).expect("it is not empty"));
    Secrets::of_signing(token, private_key, Some(id))
}

/// Writes down what it is started with each time. At first it has no entry, then it takes one, then it shows what it is told to.
fn recording(program: &Program, asks: usize) -> Script {
    let question = program.exists.as_ref().expect("each can be asked");
    let has_none = if question.prints { "exit 0" } else { "cat \"$folder/missing\" >&2; exit 1" };
    let script = Script::of(&format!(
        "count=$(ls \"$folder\" | grep -c '^arguments')
         printf '%s\\0' \"$@\" > \"$folder/arguments-$count\"
         cat > \"$folder/input-$count\"
         [ $count -ge {asks} ] || {{ {has_none}; }}
         [ $count -eq {asks} ] || cat \"$folder/shows-$count\""
    ));
    script.put("missing", &question.missing);
    script
}

/// What the program shows each time that it is read, from this count on.
fn shown(program: &Program, name: &str, first: usize) -> Vec<(usize, String)> {
    let (way, secrets, entry) = (program.way(ALL.len()), secrets(), entry_of_account(name));
    let texts = || ALL.iter().map(|(text, _)| (*text).to_owned());
    let all: Vec<String> = match way.read_back {
        Some(reading) if reading.is_of_each() => texts().collect(),
        Some(_) => {
            let payload = Payload {
                input: way.input,
                template: way.template,
                names: program.names,
                entry: &entry,
                secrets: &secrets,
            };
            let made = payload.made(SecretName::ALL).expect("each has its place");
            let made =
                if way.input == Input::Base64Json { STANDARD.decode(&*made).expect("base64") } else { made.to_vec() };
            vec![String::from_utf8(made).expect("text")]
        }
        // Asked again, it has them.
        None => texts().map(|_| "there".to_owned()).collect(),
    };
    (first..).zip(all).collect()
}

/// What it was started with for the nth time, as a line.
fn line(script: &Script, what: &str, count: usize, input: Input) -> String {
    let read = |file: &str| fs::read(script.folder.path().join(format!("{file}-{count}"))).expect(what);
    let arguments = String::from_utf8(read("arguments")).expect("text");
    let arguments: Vec<String> = arguments.split_terminator('\0').map(|each| format!("{each:?}")).collect();
    let given = match (input, what) {
        (Input::Base64Json, "stores") => STANDARD.decode(read("input")).expect("base64"),
        _ => read("input"),
    };
    let mut given = String::from_utf8(given).expect("text");
    for (text, stands) in ALL {
        assert!(!arguments.concat().contains(text.lines().last().expect("a line")), "{arguments:?}");
        let forms = [text.to_owned(), text.replace('\n', "\\n")];
        assert_eq!(forms.iter().any(|form| given.contains(form)), what == "stores", "{what} gets all secrets, or none");
        given = forms.iter().rev().fold(given, |given, form| given.replace(form, stands));
    }
    assert!(!arguments.concat().contains(PASSWORD), "{arguments:?}");
    format!("  {what}: {}\n    < {:?}\n", arguments.join(" "), given.replace(PASSWORD, "PASSWORD"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_preset_gives_all_secrets_to_the_one_that_stores_and_compares_each() {
    let mut texts = Vec::new();
    for each in PRESETS {
        let program = preset(each.id, &usual_answers(each));
        let way = program.way(ALL.len());
        let asks = if way.is_apart() { ALL.len() } else { 1 };
        let (script, name, input) = (recording(&program, asks), "Deploy bot", way.input);
        let readings = shown(&program, name, asks + 1);
        for (count, text) in &readings {
            script.put(&format!("shows-{count}"), text);
        }
        let (reads_back, has_password) = (way.read_back.is_some(), program.password);
        let secret = has_password.then(|| Arc::new(VaultSecret::parse(PASSWORD).expect("a password")));
        let program = Program { program: script.program.clone(), ..program };
        let vault: Arc<dyn Vault> = vault::open_from(&of_program(program), secret, usual()).expect("it opens");
        let proof = if reads_back { Proof::ReadBack } else { Proof::Taken };
        let outcome = vault.store(&entry_of_account(name), &secrets(), &|_| {}).await;
        assert_eq!(outcome, Ok(proof.into()), "{}", each.id);
        let after = if reads_back { "reads back" } else { "asks again" };
        let counts = (0..asks).map(|count| ("asks", count)).chain([("stores", asks)]);
        let counts = counts.chain(readings.iter().map(|(count, _)| (after, *count)));
        let lines: String = counts.map(|(what, count)| line(&script, what, count, input)).collect();
        texts.push((each.id.to_owned(), lines));
    }
    ensure_as_in("presets_several.txt", &texts);
}
