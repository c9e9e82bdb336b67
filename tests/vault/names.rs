//! Keys may be called anything. Each gets an entry of its own, and nothing else happens.

use std::{
    collections::{BTreeSet, HashSet},
    fs,
    path::Path,
};

use keybearer_core::delivery::Proof;

use crate::{
    scene::{deliver, entry, for_good, of},
    stand_in::StandIn,
    tools::{Aws, KeePass, Pass, SecretTool, Tool},
};

/// What a shell, an option, a path, a URL, a program's own syntax or a terminal would take for something else; and pairs
/// that could end as one.
pub(crate) const ODD: [&str; 24] = [
    "$(touch x)",
    "`touch x`",
    "a;touch x",
    "a|touch x",
    "..",
    "../../x",
    "a/b",
    "a-b",
    "a=b",
    "@file",
    "file:///etc/passwd",
    "fileb://x",
    "-p",
    "--help",
    "--",
    "\"quoted\"",
    "it's",
    "new\nline",
    "\u{1f511}",
    "\u{1f511}\u{1f511}",
    "Deploy bot",
    "deploy bot",
    "%2e%2e%2fx",
    "{key_id}",
];

/// Each file that is in a folder, also in those in it.
fn files(folder: &Path, found: &mut BTreeSet<String>) {
    for each in fs::read_dir(folder).into_iter().flatten().flatten() {
        if each.file_type().is_ok_and(|kind| kind.is_dir()) {
            files(&each.path(), found);
        } else {
            found.insert(each.path().display().to_string());
        }
    }
}

pub(crate) async fn each_gets_an_entry_of_its_own(tool: &dyn Tool, names: &[&str], folder: &str, may_write: &[&str]) {
    let vault = tool.vault();
    let mut before = BTreeSet::new();
    files(tool.home(), &mut before);
    assert!(tool.entries().is_empty());
    for name in names {
        assert_eq!(
            deliver(&*vault, name, &of(&format!("the secret of {name:?}"))).await,
            for_good(Proof::ReadBack),
            "{name}"
        );
    }
    let there: BTreeSet<String> = tool.entries().into_iter().collect();
    let expected = names.iter().map(|name| format!("{folder}{}", tool.names().of(name))).collect();
    assert_eq!(there, expected);
    assert_eq!(there.len(), names.len(), "no two are one");
    for name in names {
        let held = tool.read(&format!("{folder}{}", tool.names().of(name)));
        assert_eq!(held, Some(format!("the secret of {name:?}").into_bytes()), "{name}");
    }
    let mut after = BTreeSet::new();
    files(tool.home(), &mut after);
    for file in after.difference(&before) {
        assert!(may_write.iter().any(|part| file.contains(part)), "{file} came");
    }
    assert!(!Path::new("/x").exists() && !Path::new("x").exists() && !std::env::temp_dir().join("x").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_pass() {
    each_gets_an_entry_of_its_own(&Pass::new(), &ODD, "dfns/", &["/.password-store/dfns/", "/.gnupg/"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_keepassxc() {
    // Opening a database takes its time, which is what keeps it safe.
    let names: Vec<&str> = ODD.into_iter().step_by(2).collect();
    each_gets_an_entry_of_its_own(&KeePass::with_key_file(), &names, "", &["/team.kdbx"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_keyring() {
    each_gets_an_entry_of_its_own(&SecretTool::new(), &ODD, "", &["/keyrings/"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_aws() {
    // The others would take it half a minute.
    let names = ["$(touch x)", "file:///etc/passwd"];
    each_gets_an_entry_of_its_own(&Aws::new(), &names, "dfns/", &["/.aws/"]).await;
}

#[tokio::test]
async fn of_a_vault_over_http() {
    let stand_in = StandIn::start().await;
    let (vault, mut places) = (stand_in.open(), HashSet::new());
    for (number, name) in ODD.iter().enumerate() {
        let secret = format!("the-secret-of-number-{number}");
        assert_eq!(deliver(&*vault, name, &of(&secret)).await, for_good(Proof::ReadBack), "{name}");
        let place = vault.place(&entry(name));
        assert!(places.insert(place.clone()), "{name} is at {place}, as another");
        let entries = stand_in.entries.lock().expect("nobody panics");
        assert_eq!(entries.len(), number + 1);
        let path = place.strip_prefix("secret/").expect("it is in the mount");
        assert_eq!(entries[path]["token"], secret, "{name}");
    }
    for request in stand_in.recorder.requests() {
        let path = request.path();
        let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
        assert!(path.bytes().all(harmless) && !path.contains(".."), "{path}");
    }
}
