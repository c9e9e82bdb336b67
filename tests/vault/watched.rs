//! Deliveries watched by strace: what each program was started with.

use std::{env, fs, path::Path, process::Command, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use keybearer::vault::Vaults;
use keybearer_core::{
    credential::Secrets,
    delivery::Proof,
    secret::{Secret, VaultSecret},
    vault::OpenVault,
};

use crate::{
    account::{ID, entry_of_account},
    gopass::Gopass,
    misbehaving::Script,
    scene::{LENGTH, deliver, for_good, of_program, text, token},
    services::{GitHub, Kubernetes},
    tools::{Aws, KeePass, Pass, SecretTool, Tool},
};

const PASSWORD: &str = "a-password-that-nobody-would-guess-0123456789";

/// The same in each run, as it has to be known to whoever looks on.
const PRIVATE_KEY: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSx3ZGpcrFzh2zmid
My6XMGoSQw3f7UBHZEPXskfYa7mhRANCAAQfK7LgZoqqK1iBJB8n0hYoE87X6cCn
Lh0Yi06MJx/Z2hSLAEcauSFYh4ZyDvxEH2Z/R7ff+Amgr3Le0HktOUrm
-----END PRIVATE KEY-----";

fn of_account() -> Secrets {
    let secret = |text: &str| Secret::new(text.to_owned()).expect("it is not empty");
    Secrets::of_signing(secret(&text(LENGTH)), secret(PRIVATE_KEY), Some(secret(ID)))
}

/// Starts itself once more, under strace, with variables that no program is to get.
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_in_the_arguments_or_the_environment_of_anything_that_is_started() {
    if env::var_os("KEYBEARER_TEST_WATCHED").is_some() {
        return deliver_everywhere().await;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("record");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-v", "-s", "65536", "-qq", "--seccomp-bpf", "-e", "trace=execve,execveat", "-o"]).arg(&record);
    strace.arg(env::current_exe().expect("it is running")).args(["--exact", "--nocapture"]);
    strace.arg("watched::no_secret_is_in_the_arguments_or_the_environment_of_anything_that_is_started");
    strace.env("KEYBEARER_TEST_WATCHED", "1").env("KEYBEARER_NOT_FOR_OTHERS", "1").env("MALLOC_PERTURB_", "7");
    let output = strace.output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&[output.stdout, output.stderr].concat()));

    let record = fs::read_to_string(&record).expect("it is written");
    let started: Vec<&str> = record.lines().filter(|line| line.contains("execve")).collect();
    let gopass = Gopass::found().map(|_| "/gopass\", \"insert\"");
    let all = ["/usr/bin/pass", "/gpg\"", "/usr/bin/keepassxc-cli", "/usr/bin/secret-tool", "/aws\"", "/team-store\""];
    for program in all.into_iter().chain(gopass) {
        assert!(started.iter().any(|line| line.contains(program)), "{program} was not seen");
    }
    let token = text(LENGTH);
    let private_key: Vec<String> = PRIVATE_KEY.lines().map(|line| line.trim_matches('-').to_owned()).collect();
    let of_private_key = private_key.iter().flat_map(|line| pieces(line));
    let all = [
        ("the token", pieces(&token)),
        ("the password", pieces(PASSWORD)),
        ("the private key", of_private_key.collect()),
    ];
    for (name, pieces) in all {
        assert!(!pieces.is_empty(), "{name}");
        for piece in pieces {
            let found = started.iter().find(|line| line.contains(&piece));
            assert_eq!(found, None, "{piece:?} of {name}");
        }
    }
    let of_deliveries: Vec<&&str> = started.iter().filter(|line| line.contains("\"KEYBEARER_DELIVERY=")).collect();
    assert!(
        of_deliveries.len() >= 20,
        "{} of {} programs were started for deliveries",
        of_deliveries.len(),
        started.len()
    );
    for line in of_deliveries {
        for variable in ["KEYBEARER_TEST", "KEYBEARER_NOT", "MALLOC_", "GLIBC_", "CARGO", "RUST"] {
            assert!(!line.contains(&format!("\"{variable}")), "{variable} in {line}");
        }
    }
}

/// Pieces of a secret without gaps, as it is and in each alignment of base64.
fn pieces(secret: &str) -> Vec<String> {
    let forms = [secret.to_owned()].into_iter().chain((0..3).map(|skipped| STANDARD_NO_PAD.encode(&secret[skipped..])));
    let cut =
        |form: String| form.as_bytes().chunks_exact(12).map(|piece| String::from_utf8_lossy(piece).into()).collect();
    forms.flat_map(|form| -> Vec<String> { cut(form) }).collect()
}

async fn deliver_everywhere() {
    let (pass, key_file, password, keyring, aws) =
        (Pass::new(), KeePass::with_key_file(), KeePass::with_password(PASSWORD), SecretTool::new(), Aws::new());
    let all: [&dyn Tool; 5] = [&pass, &key_file, &password, &keyring, &aws];
    for tool in all {
        assert_eq!(deliver(&*tool.vault(), "bot", &token()).await, for_good(Proof::ReadBack));
        let vault = tool.vault();
        let outcome = vault.store(&entry_of_account("account"), &of_account(), &|_| {}).await;
        assert_eq!(outcome, for_good(Proof::ReadBack));
    }
    if let Some(gopass) = Gopass::new() {
        let vault = gopass.vault();
        assert_eq!(deliver(&*vault, "bot", &token()).await, for_good(Proof::ReadBack));
        let outcome = vault.store(&entry_of_account("account"), &of_account(), &|_| {}).await;
        assert_eq!(outcome, for_good(Proof::ReadBack));
    }
    if Path::new(Kubernetes::PROGRAM).exists() {
        let outcome =
            Kubernetes::start().await.vault().store(&entry_of_account("account"), &of_account(), &|_| {}).await;
        assert_eq!(outcome, for_good(Proof::ReadBack));
    }
    if Path::new(GitHub::PROGRAM).exists() {
        let outcome = GitHub::start(None).await.vault().store(&entry_of_account("BOT"), &of_account(), &|_| {}).await;
        assert_eq!(outcome, for_good(Proof::Taken));
    }
    let script = Script::storing("cat > \"$entry\"; cat \"$entry\" >&2; exit 3");
    let mut program = script.program();
    program.password = true;
    // With Keybearer's own environment, which has more in it than programs are to get.
    let secret = Arc::new(VaultSecret::parse(PASSWORD).expect("a password"));
    let outcome = deliver(&*Vaults.open(&of_program(program), Some(secret)).expect("it opens"), "bot", &token()).await;
    assert!(outcome.is_err(), "the password stands before it: {outcome:?}");
}
