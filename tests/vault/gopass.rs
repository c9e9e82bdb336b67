//! gopasspw's gopass, with a store as people have it: encrypted for a GPG key, and a git repository.

use std::{
    env,
    fs::{self, Permissions},
    iter,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Output,
    sync::Arc,
};

use anyhow::Result;
use keybearer_core::{
    delivery::{Proof, Vault},
    signing::NewKeyType,
    vault::Program,
};
use keybearer_support::skipped::skip;

use crate::{
    account::{Account, deliver_account, taken_apart},
    names::{ODD, each_gets_an_entry_of_its_own},
    scene::{LENGTH, Variables, deliver, ensure_as_in, for_good, preset, text, token, told},
    several::keeps_all_three,
    tools::{
        GpgHome, Tool, at, from_setup, home, is_told, lines, run, stores_refuses_and_recognizes, told_of_misbehaving,
        well,
    },
};

pub(crate) struct Gopass {
    program: PathBuf,
    home: GpgHome,
    variables: Variables,
}

/// Why its tests are skipped.
pub(crate) const NOT_THERE: &str =
    "gopasspw’s gopass is not there; ./setup test builds it, where a mirror has Debian’s forky";

/// Where all that is gopass' own is, in the home.
const TEAM: &str = "team";

const STORE: &str = "team/.local/share/gopass/stores/root";

impl Gopass {
    /// Nothing where it is not there.
    pub(crate) fn new() -> Option<Self> {
        let program = Self::found()?;
        let home = GpgHome::new();
        fs::write(home.path().join(".gitconfig"), "[user]\n\tname = Ada\n\temail = ada@example.org\n")
            .expect("written");
        let of_team = vec![("GOPASS_HOMEDIR".into(), home.path().join(TEAM).into())];
        let gopass = Self { program, variables: [home.variables.clone(), of_team].concat(), home };
        well(gopass.run(&["init", GpgHome::KEY], ""));
        Some(gopass)
    }

    /// The one that `./setup test` has built, or else that of whoever runs this. Debian 12's does not know the option.
    pub(crate) fn found() -> Option<PathBuf> {
        let path = env::var_os("PATH").unwrap_or_default();
        let theirs = env::split_paths(&path).map(|folder| folder.join("gopass"));
        // Whatever it is asked, it writes a configuration where it has none.
        let (_home, variables) = home();
        let its_help = |program: &Path| {
            let output = run(program, &variables, &["show", "--help"], "");
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        iter::once(from_setup("gopass/gopass"))
            .chain(theirs)
            .find(|program| program.is_file() && its_help(program).contains("--alsoclip"))
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        run(&self.program, &self.variables, arguments, input)
    }

    fn set(&self, option: &str, value: &str) {
        well(self.run(&["config", option, value], ""));
    }

    fn vault_with(&self, variables: &[(&str, &Path)]) -> Arc<dyn Vault> {
        let more = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        crate::scene::open(self.program(), &self.variables.iter().cloned().chain(more).collect())
    }
}

impl Tool for Gopass {
    fn program(&self) -> Program {
        at(&self.program, preset("gopass", &["dfns"]))
    }

    fn open(&self, program: Program) -> Arc<dyn Vault> {
        crate::scene::open(program, &self.variables)
    }

    fn read(&self, entry: &str) -> Option<Vec<u8>> {
        let output = self.run(&["show", "--noparsing", "--alsoclip=false", entry], "");
        // It ends the last line of an entry where nobody has.
        output.status.success().then(|| output.stdout.strip_suffix(b"\n").expect("a line").to_vec())
    }

    fn entries(&self) -> Vec<String> {
        lines(&well(self.run(&["list", "--flat"], "")))
    }

    fn put(&self, entry: &str, secret: &str) {
        well(self.run(&["insert", "--multiline", entry], secret));
    }

    fn home(&self) -> &Path {
        self.home.path()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gopass_keeps_a_token_to_the_last_byte_and_nothing_of_it_is_overwritten() -> Result<()> {
    let Some(gopass) = Gopass::new() else { return skip(NOT_THERE) };
    stores_refuses_and_recognizes(&gopass, "dfns/").await;
    // What a script takes out of it.
    assert_eq!(well(gopass.run(&["show", "--password", "dfns/bot-1"], "")), text(LENGTH).as_bytes());
    // Somebody else's entry that came after it was asked for.
    let unasked = gopass.open(Program { exists: None, ..gopass.program() });
    let outcome = deliver(&*unasked, "taken", &token()).await;
    assert!(told(&outcome).contains("not overwriting your current secret"), "{outcome:?}");
    assert_eq!(gopass.read("dfns/taken").as_deref(), Some(&b"somebody else's"[..]), "untouched");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn gopass_keeps_all_secrets_of_a_service_account_a_line_each() -> Result<()> {
    let Some(gopass) = Gopass::new() else { return skip(NOT_THERE) };
    keeps_all_three(&gopass, "dfns/").await;
    let account = Account::new(NewKeyType::P256);
    assert_eq!(deliver_account(&*gopass.vault(), "lines", &account).await, for_good(Proof::ReadBack));
    assert_eq!(gopass.read("dfns/lines").as_deref(), Some(account.lines().as_bytes()));
    let first = well(gopass.run(&["show", "--password", "dfns/lines"], ""));
    assert_eq!(first, account.texts()[0].as_bytes(), "the token is what gopass takes for the password");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_name_gets_an_entry_of_its_own_in_gopass() -> Result<()> {
    let Some(gopass) = Gopass::new() else { return skip(NOT_THERE) };
    let may_write = [&format!("/{STORE}/dfns/"), &format!("/{STORE}/.git/"), "/.gnupg/"];
    each_gets_an_entry_of_its_own(&gopass, &ODD, "dfns/", &may_write).await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_gopass_is_set_to_copy_or_to_hide_is_neither_copied_nor_missed() -> Result<()> {
    let Some(gopass) = Gopass::new() else { return skip(NOT_THERE) };
    let copied = gopass.home().join("copied");
    let copy = gopass.home().join("copy");
    fs::write(&copy, format!("#!/bin/sh\nexec cat > '{}'\n", copied.display())).expect("written");
    fs::set_permissions(&copy, Permissions::from_mode(0o755)).expect("it can be started");
    gopass.set("show.autoclip", "true");
    gopass.set("show.safecontent", "true");
    let vault = gopass.vault_with(&[("GOPASS_CLIPBOARD_COPY_CMD", &copy)]);
    assert_eq!(deliver(&*vault, "bot", &token()).await, for_good(Proof::ReadBack));
    for (name, key_type) in [("p256", NewKeyType::P256), ("ed25519", NewKeyType::Ed25519)] {
        let account = Account::new(key_type);
        assert_eq!(deliver_account(&*vault, name, &account).await, for_good(Proof::ReadBack));
        account.ensure_is(&taken_apart(&gopass.read(&format!("dfns/{name}")).expect("it is there")));
    }
    assert!(!copied.exists(), "it was copied");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn gopass_without_a_store_or_without_its_key_is_told() -> Result<()> {
    let Some(gopass) = Gopass::new() else { return skip(NOT_THERE) };
    let elsewhere = gopass.home().join("elsewhere");
    is_told(&*gopass.vault_with(&[("GOPASS_HOMEDIR", &elsewhere)]), &["gopass ended with ", "not initialized"]).await;
    fs::write(gopass.home().join(STORE).join(".gpg-id"), "nobody\n").expect("written");
    is_told(&*gopass.vault(), &["gopass ended with ", "dfns/bot-2", "No public key"]).await;
    assert!(gopass.entries().is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gopass_that_fails_prints_the_secret_hangs_or_is_not_there_is_told() -> Result<()> {
    let Some(gopass) = Gopass::new() else { return skip(NOT_THERE) };
    ensure_as_in("gopass.txt", &told_of_misbehaving("gopass", &gopass).await);
    Ok(())
}
