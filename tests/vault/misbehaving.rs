//! Programs that fail, say too much, do not read, do not end, or are not there.
//!
//! What the person sees is in `misbehaving.txt`, which is written anew with `WRITE_SNAPSHOTS=1`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use keybearer::vault;
use keybearer_core::{
    delivery::{Proof, Vault},
    failure::{Failure, VaultContext, VaultProblem},
    secret::VaultSecret,
    vault::{Input, Names, Program, Question, Reading, Template},
};
use serde_json::json;
use tempfile::TempDir;

use crate::scene::{self, LENGTH, Variables, deliver, ensure_as_in, entry, for_good, of, of_program, token, told};

/// A program of a shell's lines, in a folder that ends with it: `store`, `exists` and `read`, each with an entry's name.
pub(crate) struct Script {
    pub(crate) folder: TempDir,
    pub(crate) program: PathBuf,
}

impl Script {
    /// `store` is what it does with what it is given, where `$entry` is the file to put it into.
    pub(crate) fn storing(store: &str) -> Self {
        Self::of(&format!(
            r#"entry="$folder/$2"
case "$1" in
    exists) [ -e "$entry" ] || exit 1 ;;
    read) exec cat "$entry" ;;
    store) {store} ;;
esac"#
        ))
    }

    pub(crate) fn of(lines: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("team-store");
        let text = format!("#!/bin/sh\nfolder={}\n{lines}\n", folder.path().display());
        install(&text, &program);
        Self { folder, program }
    }

    pub(crate) fn program(&self) -> Program {
        let arguments = |word: &str| ["", "{key_name}"].map(|each| template(if each.is_empty() { word } else { each }));
        Program {
            program: self.program.clone(),
            store: arguments("store").into(),
            input: Input::Raw,
            template: None,
            exists: Some(Question {
                arguments: arguments("exists").into(),
                missing: String::new(),
                prints: false,
                stale: false,
            }),
            read_back: Some(Reading { arguments: arguments("read").into(), line: false }),
            several: None,
            whose: None,
            names: Names::Plain,
            seconds: 20,
            variables: Vec::new(),
            password: false,
        }
    }

    pub(crate) fn open(&self, change: impl FnOnce(&mut Program)) -> Arc<dyn Vault> {
        let mut program = self.program();
        change(&mut program);
        scene::open(program, &usual())
    }

    pub(crate) fn entry(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.path().join(name)).ok()
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).expect("it can be written");
    }

    /// The same text each time: the folder is another in each run.
    fn without_folder(&self, text: &str) -> String {
        text.replace(&self.folder.path().display().to_string(), "FOLDER")
    }
}

/// Writes a program by way of another process: one that is started here meanwhile would keep a file open that was
/// written here, and a program that is open for writing cannot be started.
fn install(text: &str, to: &Path) {
    let mut install = Command::new("install");
    install.args(["-m", "755", "/dev/stdin"]).arg(to).stdin(Stdio::piped());
    let mut child = install.spawn().expect("it starts");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), text.as_bytes()).expect("it reads");
    assert!(child.wait().expect("it ends").success());
}

pub(crate) fn template(text: &str) -> Template {
    Template::parse(text).expect("a template")
}

pub(crate) fn usual() -> Variables {
    vec![("PATH".into(), "/usr/bin:/bin".into())]
}

/// What is done with the token, and after how many seconds it is ended.
const CASES: [(&str, &str, u32); 19] = [
    ("fails with words", "cat > /dev/null; echo 'there is no room left' >&2; exit 3", 20),
    ("fails without words", "exit 1", 20),
    ("says the token", "t=$(cat); echo \"cannot store $t here\" >&2; exit 4", 20),
    ("says a part of the token", "t=$(cut -c 20-60); echo \"cannot store '$t…' here\" >&2; exit 4", 20),
    ("says the token in base64", "t=$(base64 -w 0); echo \"cannot store $t here\" >&2; exit 4", 20),
    ("says the token in lines of base64", "echo cannot store >&2; base64 >&2; echo here >&2; exit 4", 20),
    (
        "says the token in base64 of JSON",
        "t=$(cat); t=$(printf '{\"name\":\"a\",\"token\":\"%s\"}' \"$t\" | base64 -w 0); echo \"not $t\" >&2; exit 4",
        20,
    ),
    ("prints the token", "cat; exit 5", 20),
    ("says what would change a terminal", "printf '\\033[31mred\\007 \\377\\376 <b>\\n' >&2; exit 6", 20),
    ("says a lot", "seq 1 300000 >&2; exit 7", 20),
    ("closes its input", "exec < /dev/null; echo 'it was closed' >&2; exit 8", 20),
    ("ends well without reading", "exit 0", 20),
    ("is killed", "cat > /dev/null; kill -9 $$", 20),
    ("stores something else", "cat > \"$entry\"; echo more >> \"$entry\"", 20),
    ("stores nothing of it", ": > \"$entry\"", 20),
    ("fails though it has stored", "cat > \"$entry\"; echo 'the answer was lost' >&2; exit 9", 20),
    ("hangs", "sleep 1000", 1),
    ("hangs though it has stored", "cat > \"$entry\"; sleep 1000", 1),
    ("neither reads nor ends, and says a lot", "while :; do echo 'not yet, not yet, not yet' >&2; done", 1),
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_program_does_the_person_is_told_what_is_known() {
    let running = CASES.map(|(name, store, seconds)| {
        tokio::spawn(async move {
            let script = Script::storing(store);
            let vault = script.open(|program| program.seconds = seconds);
            // Longer than what a pipe holds, so that not reading it shows; the usual one is the beginning of it.
            let long = name.contains("read") || name.contains("closes");
            let token = of(&scene::text(if long { 200_000 } else { LENGTH }));
            (name.to_owned(), script.without_folder(&told(&deliver(&*vault, "bot", &token).await)))
        })
    });
    let mut texts = Vec::new();
    for each in running {
        texts.push(each.await.expect("it does not panic"));
    }
    for (name, text) in &texts {
        scene::ensure_without(&scene::text(LENGTH), text);
        assert!(text.chars().all(|character| character == '\n' || !character.is_control()), "{name}: {text}");
    }
    ensure_as_in("misbehaving.txt", &texts);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_cannot_be_started_or_asked_is_told_and_nothing_is_stored() {
    let mut texts = Vec::new();
    let mut case = async |name: &str, script: &Script, change: &dyn Fn(&mut Program)| {
        let vault = script.open(change);
        let (looked, stored) = (vault.look(&entry("bot")).await, deliver(&*vault, "bot", &token()).await);
        let looked = looked.expect_err("it is refused before a key is made");
        assert_eq!(Some(&looked), stored.as_ref().err(), "{name}");
        assert!(matches!(looked, Failure::Vault(VaultContext::NotStored, _)), "{name}");
        assert_eq!(script.entry("bot"), None, "{name}");
        texts.push((name.to_owned(), script.without_folder(&told(&stored))));
    };
    let good = Script::storing("cat > \"$entry\"");
    fs::write(good.folder.path().join("text"), "no program").expect("written");
    install("no program either", &good.folder.path().join("empty"));
    install("#!/nowhere/sh\n", &good.folder.path().join("strange"));
    let at = |path: &str| {
        let path = good.folder.path().join(path);
        move |program: &mut Program| program.program = path.clone()
    };
    case("is not there", &good, &at("nothing")).await;
    case("is a folder", &good, &at("")).await;
    case("is a text", &good, &at("text")).await;
    case("is said to be a program, and is none", &good, &at("empty")).await;
    case("has an interpreter that is not there", &good, &at("strange")).await;
    let fails = Script::of("echo 'cannot open the store' >&2; exit 2");
    case("cannot be asked", &fails, &|_| {}).await;
    case("is asked in vain", &Script::of("sleep 1000"), &|program| program.seconds = 1).await;
    case("is killed when it is asked", &Script::of("kill -9 $$"), &|_| {}).await;
    ensure_as_in("not_started.txt", &texts);
}

#[tokio::test]
async fn an_entry_that_is_there_is_left_as_it_is_and_recognized_if_it_holds_this_token() {
    let script = Script::storing("cat > \"$entry\"");
    let vault = script.open(|_| {});
    script.put("bot", "somebody else's");
    let exists = Failure::Vault(VaultContext::NotStored, VaultProblem::Exists("bot".into()));
    assert_eq!(vault.look(&entry("bot")).await.map(drop), Err(exists.clone()));
    assert_eq!(deliver(&*vault, "bot", &token()).await, Err(exists));
    assert_eq!(script.entry("bot").as_deref(), Some("somebody else's"));
    script.put("mine", &scene::text(LENGTH));
    assert_eq!(deliver(&*vault, "mine", &token()).await, for_good(Proof::ReadBack));
}

#[tokio::test]
async fn an_entry_that_is_there_and_cannot_be_read_may_be_this_token() {
    let script = Script::storing("cat > \"$entry\"");
    script.put("bot", &scene::text(LENGTH));
    for change in [
        |program: &mut Program| program.read_back = None,
        |program: &mut Program| {
            program.read_back.as_mut().expect("it has one").arguments = vec![template("exists"), template("nothing")];
        },
    ] {
        let outcome = deliver(&*script.open(change), "bot", &token()).await;
        assert_eq!(outcome, Err(Failure::Vault(VaultContext::PerhapsStored, VaultProblem::ExistsUnread("bot".into()))));
        let told = told(&outcome);
        assert!(told.contains("may hold this very token") && !told.contains("Deliver it again"), "{told}");
    }
}

#[tokio::test]
async fn a_proof_that_was_asked_for_and_cannot_be_had_is_no_proof() {
    let script = Script::storing("cat > \"$entry\"; exit 0");
    let cannot_read = |program: &mut Program| {
        program.read_back.as_mut().expect("it has one").arguments = vec![template("exists"), template("nothing")];
    };
    let unasked = script.open(|program| {
        cannot_read(program);
        program.exists = None;
    });
    let outcome = deliver(&*unasked, "bot", &token()).await;
    assert!(
        matches!(outcome, Err(Failure::Vault(VaultContext::PerhapsStored, VaultProblem::NotReadBack { .. }))),
        "{outcome:?}"
    );
    // That it is there, and was not before, is what there is to be known of one that cannot be read.
    assert_eq!(deliver(&*script.open(cannot_read), "other", &token()).await, for_good(Proof::Taken));
}

#[tokio::test]
async fn an_answer_that_may_be_behind_does_not_settle_that_nothing_was_stored() {
    let script = Script::storing("cat > /dev/null; exit 1");
    let stale = script.open(|program| program.exists.as_mut().expect("it has one").stale = true);
    let outcome = deliver(&*stale, "bot", &token()).await;
    assert!(
        matches!(outcome, Err(Failure::Vault(VaultContext::PerhapsStored, VaultProblem::Ended { .. }))),
        "{outcome:?}"
    );
    assert!(stale.can_be_asked() && !stale.knows_again());
}

#[tokio::test]
async fn a_search_tells_by_what_it_prints() {
    let script = Script::of(
        r#"case "$1" in
    exists) [ -e "$folder/$2" ] && cat "$folder/$2"; exit 0 ;;
    read) exec cat "$folder/$2" ;;
    store) cat > "$folder/$2" ;;
esac"#,
    );
    let vault = script.open(|program| program.exists.as_mut().expect("it has one").prints = true);
    assert_eq!(vault.look(&entry("bot")).await.map(drop), Ok(()));
    assert_eq!(deliver(&*vault, "bot", &token()).await, for_good(Proof::ReadBack));
    assert_eq!(
        vault.look(&entry("bot")).await.map(drop),
        Err(Failure::Vault(VaultContext::NotStored, VaultProblem::Exists("bot".into())))
    );
}

#[tokio::test]
async fn a_program_that_cannot_be_asked_nor_read_is_taken_at_its_word() {
    let script = Script::storing("cat > \"$entry\"; [ \"$2\" = bot ] || exit 3");
    let vault = script.open(|program| (program.exists, program.read_back) = (None, None));
    assert!(!vault.can_be_asked());
    assert_eq!(vault.look(&entry("bot")).await.map(drop), Ok(()), "there is a program");
    assert_eq!(deliver(&*vault, "bot", &token()).await, for_good(Proof::Taken));
    assert_eq!(script.entry("bot"), Some(scene::text(LENGTH)));
    let other = deliver(&*vault, "other", &token()).await;
    assert!(matches!(other, Err(Failure::Vault(VaultContext::PerhapsStored, VaultProblem::Ended { .. }))), "{other:?}");
}

#[tokio::test]
async fn what_a_program_leaves_running_on_purpose_keeps_nobody_waiting_and_lives_on() {
    let script = Script::storing("cat > \"$entry\"; setsid sleep 1000 < /dev/null & echo $! > \"$folder/daemon\"");
    let began = Instant::now();
    let outcome = deliver(&*script.open(|_| {}), "bot", &token()).await;
    assert_eq!(outcome, for_good(Proof::ReadBack));
    assert!(began.elapsed() < Duration::from_secs(15), "its standard error is open still");
    let daemon = script.entry("daemon").expect("it was started");
    // What has ended, and was not waited for by anybody, has no arguments any more.
    let arguments = fs::read(Path::new("/proc").join(daemon.trim()).join("cmdline")).expect("it is there");
    assert_eq!(arguments, b"sleep\x001000\0");
    let killed = Command::new("kill").args(["-9", daemon.trim()]).status().expect("it starts");
    assert!(killed.success());
}

#[tokio::test]
async fn a_password_stands_on_a_line_before_everything_else_and_is_not_shown() {
    let lines =
        "read -r password\n[ \"$password\" = 'correct horse battery' ] || { echo \"bad: $password\" >&2; exit 2; }";
    let script = Script::of(&format!(
        "{lines}\ncase \"$1\" in\n exists) [ -e \"$folder/$2\" ] || exit 1 ;;\n read) cat \"$folder/$2\" ;;\n store) cat > \
         \"$folder/$2\" ;;\nesac"
    ));
    let mut program = script.program();
    program.password = true;
    let destination = of_program(program);
    let open = |password: &str| {
        let secret = Arc::new(VaultSecret::parse(password).expect("a password"));
        vault::open_from(&destination, Some(secret), usual()).expect("it opens")
    };
    assert_eq!(deliver(&*open("correct horse battery"), "bot", &token()).await, for_good(Proof::ReadBack));
    assert_eq!(script.entry("bot"), Some(scene::text(LENGTH)));
    let wrong = told(&deliver(&*open("wrong-horse-battery"), "other", &token()).await);
    assert_eq!(wrong.lines().next(), Some("  The token isn’t stored: team-store ended with 2: “bad: …”."));
    let none = vault::open_from(&destination, None, usual()).map(drop);
    assert_eq!(none, Err(Failure::Vault(VaultContext::NotStored, VaultProblem::NoSecret("password"))));
}

#[tokio::test]
async fn the_token_stands_on_its_input_in_the_form_that_the_program_takes() {
    let raw = scene::text(LENGTH);
    let with_template = json!({ "title": "{key_name}", "secret": ["{token}"] });
    let variables = json!({ "DFNS_{key_name}": "{token}" });
    for (input, template) in [
        (Input::Raw, None),
        (Input::Line, None),
        (Input::Json, Some(&with_template)),
        (Input::Base64Json, Some(&with_template)),
        (Input::Dotenv, Some(&variables)),
    ] {
        let script = Script::storing("cat > \"$entry\"");
        let vault = script.open(|program| {
            (program.input, program.template, program.read_back) = (input, template.cloned(), None);
            program.names = if input == Input::Dotenv { Names::Uppercase } else { Names::Plain };
        });
        let name = if input == Input::Dotenv { "BOT" } else { "bot" };
        assert_eq!(deliver(&*vault, name, &token()).await, for_good(Proof::Taken));
        let stored = script.entry(name).expect("it was stored");
        let json = || format!(r#"{{"secret":["{raw}"],"title":"bot"}}"#);
        match input {
            Input::Raw => assert_eq!(stored, raw),
            Input::Line => assert_eq!(stored, format!("{raw}\n")),
            Input::Json => assert_eq!(stored, json()),
            Input::Dotenv => assert_eq!(stored, format!("DFNS_BOT=\"{raw}\"\n")),
            Input::Base64Json => {
                let decoded = Command::new("base64").arg("-d").arg(script.folder.path().join("bot")).output();
                assert_eq!(decoded.expect("it starts").stdout, json().as_bytes());
            }
        }
    }
}

#[tokio::test]
async fn a_program_finds_in_its_environment_what_it_needs_and_nothing_else() {
    let script = Script::storing("cat > \"$entry\"; cat /proc/$$/environ > \"$folder/environment\"");
    let mut program = script.program();
    program.variables = vec!["TEAM_STORE".into(), "NOT_SET".into()];
    let variables = [
        ("PATH", "/usr/bin:/bin"),
        ("HOME", "/home/ada"),
        ("TEAM_STORE", "here"),
        ("LC_ALL", "de_DE.UTF-8"),
        ("GLIBC_TUNABLES", "glibc.malloc.perturb=1"),
        ("MALLOC_PERTURB_", "1"),
        ("LD_PRELOAD", "/tmp/x.so"),
        ("DFNS_TOKEN", "secret"),
        ("KEYBEARER_DELIVERY", "of another"),
    ];
    let variables: Variables = variables.map(|(name, value)| (name.into(), value.into())).into();
    assert_eq!(deliver(&*scene::open(program, &variables), "bot", &token()).await, for_good(Proof::ReadBack));
    let environment = script.entry("environment").expect("it was written");
    let mut found: Vec<&str> = environment.split_terminator('\0').collect();
    found.sort_unstable();
    assert!(found[1].starts_with("KEYBEARER_DELIVERY=") && found[1] != "KEYBEARER_DELIVERY=of another", "{found:?}");
    found.remove(1);
    assert_eq!(found, ["HOME=/home/ada", "LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin", "TEAM_STORE=here"]);
}

#[test]
fn there_is_no_empty_token_so_none_is_ever_sent() {
    // What delivers takes a token, and an empty one cannot be made.
    assert!(keybearer_core::secret::Secret::new(String::new()).is_none());
}
