//! What each preset starts its program with, and what it gives it: by a program in its place that writes both down.
//!
//! The arguments are in `presets.txt`, which is written anew with `WRITE_SNAPSHOTS=1`.

use std::{fs, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use keybearer::vault;
use keybearer_core::{
    delivery::Proof,
    secret::VaultSecret,
    vault::{Input, PRESETS, Program},
};

use crate::{
    misbehaving::{Script, usual},
    scene::{deliver, ensure_as_in, of, of_program, preset, usual_answers},
};

const TOKEN: &str = "eyJ-the-token-of-a-key";

const PASSWORD: &str = "correct horse";

/// Writes down what it is started with each time. The first time it has no entry, then it takes one, then it shows it.
fn recording(missing: &str, prints: bool, line: bool) -> Script {
    let has_none = if prints { "exit 0" } else { "cat \"$folder/missing\" >&2; exit 1" };
    let end = if line { "\\n" } else { "" };
    let script = Script::of(&format!(
        "count=$(ls \"$folder\" | grep -c '^arguments')
         printf '%s\\0' \"$@\" > \"$folder/arguments-$count\"
         cat > \"$folder/input-$count\"
         case $count in 0) {has_none} ;; 1) ;; *) printf '{TOKEN}{end}' ;; esac"
    ));
    script.put("missing", missing);
    script
}

/// What it was started with for the nth time, as a line.
fn line(script: &Script, what: &str, count: u32, program: &Program) -> String {
    let read = |file: &str| fs::read(script.folder.path().join(format!("{file}-{count}"))).expect(what);
    let arguments = String::from_utf8(read("arguments")).expect("text");
    assert!(!arguments.contains(TOKEN) && !arguments.contains(PASSWORD), "{arguments}");
    let arguments: Vec<String> = arguments.split_terminator('\0').map(|each| format!("{each:?}")).collect();
    let input = match (program.input, count) {
        (Input::Base64Json, 1) => STANDARD.decode(read("input")).expect("base64"),
        _ => read("input"),
    };
    let input = String::from_utf8(input).expect("text");
    assert_eq!(input.contains(TOKEN), count == 1, "{what} gets the token, or none");
    let input = input.replace(TOKEN, "TOKEN").replace(PASSWORD, "PASSWORD");
    format!("  {what}: {}\n    < {input:?}\n", arguments.join(" "))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_preset_starts_its_program_with_these_arguments_and_gives_the_token_to_the_one_that_stores() {
    let mut texts = Vec::new();
    for each in PRESETS {
        let program = preset(each.id, &usual_answers(each));
        let question = program.exists.clone().expect("each can be asked");
        let script =
            recording(&question.missing, question.prints, program.read_back.as_ref().is_some_and(|it| it.line));
        let program = Program { program: script.program.clone(), ..program };
        let secret = program.password.then(|| Arc::new(VaultSecret::parse(PASSWORD).expect("a password")));
        let vault = vault::open_from(&of_program(program.clone()), secret, usual()).expect("it opens");
        let proof = if program.read_back.is_some() { Proof::ReadBack } else { Proof::Taken };
        assert_eq!(deliver(&*vault, "Deploy bot", &of(TOKEN)).await, Ok(proof.into()), "{}", each.id);
        let told = vault.whose().await.expect("it answers");
        assert_eq!(told.is_some(), program.whose.as_ref().is_some_and(|whose| whose.fields.is_empty()), "{}", each.id);
        let after = if program.read_back.is_some() { "reads back" } else { "asks again" };
        let lines = [("asks", 0), ("stores", 1), (after, 2)].map(|(what, count)| line(&script, what, count, &program));
        let whose = program.whose.as_ref().map(|_| line(&script, "whose", 3, &program)).unwrap_or_default();
        texts.push((each.id.to_owned(), lines.concat() + &whose));
    }
    ensure_as_in("presets.txt", &texts);
}
