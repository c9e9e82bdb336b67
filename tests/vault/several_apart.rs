//! Several secrets of which some are stored and others are not: told as that, and put right where the program lets one.
//!
//! What the person sees is in `several_apart.txt`, which is written anew with `WRITE_SNAPSHOTS=1`.

use std::fs;

use keybearer_core::{
    credential::{SecretName, Secrets},
    delivery::Proof,
    failure::{Failure, VaultContext, VaultProblem},
    secret::Secret,
    signing::NewKeyType,
    vault::{Input, Names, Program, Reading, Several, Template},
};
use serde_json::{Value, json};

use crate::{
    account::{Account, deliver_account, entry_of_account},
    misbehaving::{Script, template, usual},
    scene::{self, ensure_as_in, for_good, told},
};

fn templates(texts: &[&str]) -> Vec<Template> {
    texts.iter().map(|text| template(text)).collect()
}

/// Keeps each line of variables in a file of its own, and counts how often it was told to store. `before` is what it does
/// before each, where `$name` is the variable's.
fn apart(before: &str, reads: bool) -> (Script, Program) {
    let script = Script::of(&format!(
        r#"case "$1" in
    exists) [ -e "$folder/$2" ] || exit 1 ;;
    read) exec cat "$folder/$2" ;;
    store-all)
        echo >> "$folder/times"
        while IFS='=' read -r name value; do
            {before}
            value=${{value#\"}}
            printf '%b' "${{value%\"}}" > "$folder/$name"
        done ;;
esac"#
    ));
    let reading = || Some(Reading { arguments: templates(&["read", "{key_name}_{secret}"]), line: false });
    let variables = json!({
        "{key_name}_TOKEN": "{token}", "{key_name}_PRIVATE_KEY": "{private_key}", "{key_name}_CREDENTIAL_ID": "{credential_id}",
    });
    let several = Several {
        store: templates(&["store-all"]),
        input: Input::Dotenv,
        template: Some(variables),
        exists: templates(&["exists", "{key_name}_{secret}"]),
        read_back: if reads { reading() } else { None },
    };
    let program = script.program();
    let read_back = if reads { program.read_back.clone() } else { None };
    (script, Program { several: Some(several), names: Names::Uppercase, read_back, ..program })
}

fn times(script: &Script) -> usize {
    script.entry("times").map_or(0, |times| times.lines().count())
}

fn held(script: &Script) -> [String; 3] {
    ["BOT_TOKEN", "BOT_PRIVATE_KEY", "BOT_CREDENTIAL_ID"].map(|name| script.entry(name).unwrap_or_default())
}

const FAILING: &str = "[ -e \"$folder/well\" ] || [ $name != BOT_TOKEN ] || { echo 'try again later' >&2; exit 3; }";

#[tokio::test]
async fn where_a_program_ends_midway_it_is_told_what_is_there_and_the_rest_is_added_the_next_time() {
    let (script, program) = apart(FAILING, true);
    let (vault, account) = (scene::open(program, &usual()), Account::new(NewKeyType::Ed25519));
    let first = deliver_account(&*vault, "BOT", &account).await;
    assert!(
        matches!(first, Err(Failure::Vault(VaultContext::PerhapsStored, VaultProblem::Partly { .. }))),
        "{first:?}"
    );
    assert_eq!(held(&script)[0], "", "the token comes last");
    let there =
        fs::metadata(script.folder.path().join("BOT_PRIVATE_KEY")).expect("it is there").modified().expect("a time");

    script.put("well", "");
    assert_eq!(deliver_account(&*vault, "BOT", &account).await, for_good(Proof::ReadBack));
    account.ensure_is(&held(&script));
    let now =
        fs::metadata(script.folder.path().join("BOT_PRIVATE_KEY")).expect("it is there").modified().expect("a time");
    assert_eq!((there, times(&script)), (now, 2), "only the token was stored then");
    assert_eq!(deliver_account(&*vault, "BOT", &account).await, for_good(Proof::ReadBack), "it is recognized");
    assert_eq!(times(&script), 2);
    ensure_as_in(
        "several_apart.txt",
        &[
            ("ends midway, and is read".to_owned(), told(&first)),
            ("ends midway, and cannot be read".to_owned(), unread().await),
            ("keeps no line ends".to_owned(), flattened().await),
            ("takes a token alone".to_owned(), of_a_token_alone().await),
        ],
    );
}

/// Nobody can see whose those are that are there: none is stored over, and none beside.
async fn unread() -> String {
    let (script, program) = apart(FAILING, false);
    let (vault, account) = (scene::open(program, &usual()), Account::new(NewKeyType::P256));
    let first = told(&deliver_account(&*vault, "BOT", &account).await);
    script.put("well", "");
    let again = told(&deliver_account(&*vault, "BOT", &account).await);
    assert_eq!((times(&script), held(&script)[0].as_str()), (1, ""));
    // They are taken out by hand.
    for name in ["BOT_PRIVATE_KEY", "BOT_CREDENTIAL_ID"] {
        fs::remove_file(script.folder.path().join(name)).expect("it is there");
    }
    assert_eq!(deliver_account(&*vault, "BOT", &account).await, for_good(Proof::Taken));
    account.ensure_is(&held(&script));
    first + &again
}

/// It ends well, and one secret is another than it was given.
async fn flattened() -> String {
    let (_script, program) = apart("value=$(printf %s \"$value\" | sed 's/\\\\n/ /g')", true);
    let account = Account::new(NewKeyType::P256);
    let outcome = deliver_account(&*scene::open(program, &usual()), "BOT", &account).await;
    let problem = VaultProblem::Partly {
        place: "BOT".to_owned(),
        there: vec![SecretName::Token, SecretName::CredentialId],
        missing: vec![SecretName::PrivateKey],
        apart: true,
        after: None,
    };
    assert_eq!(outcome, Err(Failure::Vault(VaultContext::PerhapsStored, problem)));
    told(&outcome)
}

/// A destination as there were before a credential had several secrets.
async fn of_a_token_alone() -> String {
    let script = Script::storing("cat > \"$entry\"; echo >> \"$folder/times\"");
    let program = Program { input: Input::Json, template: Some(json!({ "password": "{token}" })), ..script.program() };
    let vault = scene::open(program, &usual());
    let lost = VaultProblem::NoPlace { program: "team-store".to_owned(), secret: SecretName::PrivateKey };
    let lost = Failure::Vault(VaultContext::NotStored, lost);
    assert_eq!(vault.look(&entry_of_account("bot")).await.map(drop), Err(lost.clone()), "before one is made");
    assert_eq!(vault.look(&scene::entry("bot")).await.map(drop), Ok(()), "an API key's token has its place");
    let outcome = deliver_account(&*vault, "bot", &Account::new(NewKeyType::P256)).await;
    assert_eq!(outcome, Err(lost));
    assert_eq!((script.entry("bot"), times(&script)), (None, 0));
    told(&outcome)
}

#[tokio::test]
async fn what_is_there_of_somebody_elses_stays_and_nothing_is_stored_beside_it() {
    for reads in [true, false] {
        let (script, program) = apart("", reads);
        script.put("BOT_TOKEN", "somebody else's");
        let vault = scene::open(program, &usual());
        let exists = Failure::Vault(VaultContext::NotStored, VaultProblem::Exists("BOT".to_owned()));
        assert_eq!(vault.look(&entry_of_account("BOT")).await.map(drop), Err(exists.clone()));
        let outcome = deliver_account(&*vault, "BOT", &Account::new(NewKeyType::P256)).await;
        if reads {
            assert_eq!(outcome, Err(exists));
        } else {
            assert!(matches!(outcome, Err(Failure::Vault(_, VaultProblem::Partly { .. }))), "{outcome:?}");
        }
        assert_eq!(held(&script), ["somebody else's", "", ""]);
        assert_eq!(times(&script), 0);
    }
}

#[tokio::test]
async fn a_secret_that_variables_cannot_hold_is_not_sent() {
    let (script, program) = apart("", true);
    let secret = |text: &str| Secret::new(text.to_owned()).expect("it is not empty");
    let secrets = Secrets::of_signing(secret("a$HOME"), secret("BEGIN\nEND"), None);
    let outcome = scene::open(program, &usual()).store(&entry_of_account("BOT"), &secrets, &|_| {}).await;
    let lost = VaultProblem::NoPlace { program: "team-store".to_owned(), secret: SecretName::Token };
    assert_eq!(outcome, Err(Failure::Vault(VaultContext::NotStored, lost)));
    assert_eq!(times(&script), 0);
}

#[test]
fn what_would_lose_a_secret_or_could_not_prove_itself_is_no_destination() {
    let check = |change: fn(&mut Program)| {
        let (_script, mut program) = apart("", true);
        change(&mut program);
        scene::of_program(program).check()
    };
    assert_eq!(check(|_| {}), Ok(()));
    fn several(program: &mut Program) -> &mut Several {
        program.several.as_mut().expect("it is there")
    }
    fn put(program: &mut Program, value: Value) {
        several(program).template = Some(value);
    }
    let refused: [fn(&mut Program); 9] = [
        |it| put(it, json!({ "{key_name}_TOKEN": "{token}", "{key_name}_PRIVATE_KEY": "{private_key}" })),
        |it| put(it, json!({ "A": "{token}", "B": "{private_key}", "C": "{credential_id}" })),
        |it| several(it).template = None,
        |it| several(it).read_back = None,
        |it| several(it).read_back = Some(Reading { arguments: templates(&["read", "{key_name}"]), line: false }),
        |it| several(it).store = templates(&["store-all", "{secret}"]),
        |it| (several(it).input, several(it).template) = (Input::Raw, None),
        |it| it.store = templates(&["store", "{key_name}", "{secret}"]),
        |it| it.exists.as_mut().expect("it is there").arguments = templates(&["exists", "{key_name}", "{secret}"]),
    ];
    for (number, change) in refused.into_iter().enumerate() {
        assert!(check(change).is_err(), "number {number} is taken");
    }
}

/// A destination that a file has from before.
#[test]
fn a_file_without_several_means_what_it_meant_and_has_the_hash_that_it_had() {
    let file = json!({ "id": "pass", "name": "pass", "vault": {
        "kind": "program", "program": "/usr/bin/pass", "store": ["insert", "-m", "dfns/{key_name}"],
        "exists": { "arguments": ["show", "dfns/{key_name}"], "missing": "is not in the password store" },
        "read_back": { "arguments": ["show", "dfns/{key_name}"] } } });
    let destination: keybearer_core::vault::Destination = serde_json::from_value(file.clone()).expect("it is read");
    assert_eq!(serde_json::to_value(&destination).expect("it is written"), file);
    assert_eq!(destination.fingerprint(), "4f600c4cc04186454f3be426957312bcdb994b412119896a31d015a470326de4");
}
