//! Which accounts are remembered: a small file without any secret. Their sign-in tokens are in the keyring.

use std::{ops::Not, path::Path};

use parking_lot::Mutex;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::{Account, Environment, EnvironmentKind, SigningCredential};
use crate::{
    failure::Failure,
    json_file::JsonFile,
    words::{self, Message},
};

/// The file with the remembered accounts.
pub struct RememberedAccounts {
    file: JsonFile,
    /// One change at a time: each reads the file and writes it anew.
    turn: Mutex<()>,
}

#[derive(Deserialize, Serialize)]
struct Line {
    id: String,
    environment: EnvironmentKind,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    url: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    author: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    /// Seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credential: Option<SigningCredential>,
    /// Signed out, but the keyring may hold its token still.
    #[serde(default, skip_serializing_if = "Not::not")]
    signed_out: bool,
}

#[derive(Default, Deserialize, Serialize)]
struct Contents {
    /// Kept as they came, so that a line which this version does not understand is not lost.
    accounts: Vec<Value>,
}

#[derive(Debug, Default)]
pub struct Remembered {
    /// The accounts, the one used last first.
    pub accounts: Vec<Account>,
    /// Accounts that were signed out while the keyring could not be used: it may hold their tokens still.
    pub signed_out: Vec<Account>,
    /// Lines that this version does not understand, which stay in the file as they are: what is wrong, for the person.
    pub unread: Option<Failure>,
}

impl RememberedAccounts {
    /// In `accounts.json` in this folder; neither need exist.
    pub fn in_folder(folder: &Path) -> Self {
        Self { file: JsonFile::new(folder.join("accounts.json"), words::file_accounts), turn: Mutex::default() }
    }

    /// What the file tells.
    ///
    /// # Errors
    /// [`Failure::File`] where it cannot be read; it is set aside if it is malformed, and stays if a newer Keybearer wrote
    /// it.
    pub fn read(&self) -> Result<Remembered, Failure> {
        let mut remembered = Remembered::default();
        let mut unread = Vec::new();
        for value in self.lines()? {
            let signed_out = value["signed_out"] == true;
            match Line::deserialize(&value).ok().and_then(account) {
                Some(account) if signed_out => remembered.signed_out.push(account),
                Some(account) => remembered.accounts.push(account),
                None => unread.push(named(&value)),
            }
        }
        remembered.unread = (!unread.is_empty()).then(|| self.not_understood(&unread));
        Ok(remembered)
    }

    /// Whether the keyring may hold a token of this account.
    ///
    /// # Errors
    /// As for [`Self::read`].
    pub fn knows(&self, id: &str) -> Result<bool, Failure> {
        Ok(self.lines()?.iter().any(|line| line["id"] == id))
    }

    /// Remembers an account as the one used last.
    ///
    /// # Errors
    /// [`Failure::File`] where the file cannot be written.
    pub fn remember(&self, account: &Account) -> Result<(), Failure> {
        self.change(|lines| {
            lines.retain(|line| line["id"] != account.id);
            lines.splice(..0, line(account, false));
        })
    }

    /// The person signed out of it: it is not used again, and stands here only until the keyring has forgotten it too.
    ///
    /// # Errors
    /// [`Failure::File`] where the file cannot be written.
    pub fn sign_out(&self, account: &Account) -> Result<(), Failure> {
        self.change(|lines| {
            lines.retain(|line| line["id"] != account.id);
            lines.extend(line(account, true));
        })
    }

    /// Forgets an account.
    ///
    /// # Errors
    /// [`Failure::File`] where the file cannot be written.
    pub fn forget(&self, id: &str) -> Result<(), Failure> {
        self.change(|lines| lines.retain(|line| line["id"] != id))
    }

    /// Forgets them all, with the file.
    ///
    /// # Errors
    /// [`Failure::File`] where the file cannot be removed.
    pub fn forget_all(&self) -> Result<(), Failure> {
        self.file.remove()
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Value>)) -> Result<(), Failure> {
        let _turn = self.turn.lock();
        let before = self.lines()?;
        let mut lines = before.clone();
        change(&mut lines);
        // Without a change there is nothing to fail at.
        if lines == before { Ok(()) } else { self.file.write(&Contents { accounts: lines }) }
    }

    fn not_understood(&self, unread: &[Message]) -> Failure {
        let accounts: Vec<String> = unread.iter().map(Message::to_string).collect();
        let path = self.file.path().display().to_string();
        Failure::File(words::err_accounts_not_understood(accounts.join(", "), unread.len(), path))
    }

    fn lines(&self) -> Result<Vec<Value>, Failure> {
        Ok(self.file.read::<Contents>()?.unwrap_or_default().accounts)
    }
}

/// What a line that is not understood tells of itself.
fn named(value: &Value) -> Message {
    let text = |field: &str| value[field].as_str().filter(|text| !text.is_empty());
    match (text("name").or(text("user")), text("environment")) {
        (Some(name), Some(environment)) => words::account_unread(environment, name),
        (None, Some(environment)) => words::account_unread_unnamed(environment),
        (Some(name), None) => words::account_unread_named(name),
        (None, None) => words::account_unread_unknown(),
    }
}

/// The sandbox is there without an account, so none of it is ever remembered.
fn account(line: Line) -> Option<Account> {
    let environment =
        Environment::of(line.environment, &line.url).ok().filter(|known| *known != Environment::Sandbox)?;
    Some(Account {
        id: line.id,
        environment,
        name: line.name,
        user: line.user,
        author: line.author,
        organization: line.organization,
        expires: line.expires.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok()),
        credential: line.credential,
    })
}

fn line(account: &Account, signed_out: bool) -> Option<Value> {
    if account.environment == Environment::Sandbox {
        return None;
    }
    let line = Line {
        id: account.id.clone(),
        environment: account.environment.kind(),
        url: account.environment.url(),
        name: account.name.clone(),
        user: account.user.clone(),
        author: account.author.clone(),
        organization: account.organization.clone(),
        expires: account.expires.map(OffsetDateTime::unix_timestamp),
        credential: account.credential.clone(),
        signed_out,
    };
    Some(serde_json::to_value(line).expect("texts and numbers always serialize"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::address::BaseUrl;

    fn account(id: &str, environment: Environment) -> Account {
        Account { id: id.into(), ..Account::new(environment, &format!("of {id}")) }
    }

    fn ids(accounts: &[Account]) -> Vec<&str> {
        accounts.iter().map(|account| account.id.as_str()).collect()
    }

    #[test]
    fn accounts_come_back_as_they_were_with_the_one_used_last_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let remembered = RememberedAccounts::in_folder(folder.path());
        let own = Environment::Custom(BaseUrl::parse("https://dfns.example:8443").expect("an address"));
        let mut known = account("b", own);
        known.user = Some("ada@example.org".into());
        known.expires = OffsetDateTime::from_unix_timestamp(1_800_000_000).ok();
        remembered.remember(&account("a", Environment::Production)).expect("written");
        remembered.remember(&known).expect("written");
        remembered.remember(&account("a", Environment::Production)).expect("written");
        let accounts = remembered.read().expect("read").accounts;
        assert_eq!(ids(&accounts), ["a", "b"]);
        assert_eq!(accounts[1], known);
        remembered.forget("a").expect("written");
        assert_eq!(ids(&remembered.read().expect("read").accounts), ["b"]);
    }

    #[test]
    fn an_account_that_was_signed_out_is_not_used_again_until_it_is_signed_in_to_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let remembered = RememberedAccounts::in_folder(folder.path());
        let account = account("a", Environment::Staging);
        remembered.remember(&account).expect("written");
        remembered.sign_out(&account).expect("written");
        let read = remembered.read().expect("read");
        assert_eq!((ids(&read.accounts), ids(&read.signed_out)), (vec![], vec!["a"]));
        remembered.remember(&account).expect("written");
        let read = remembered.read().expect("read");
        assert_eq!((ids(&read.accounts), ids(&read.signed_out)), (vec!["a"], vec![]));
    }

    #[test]
    fn a_line_that_is_not_understood_outlives_a_change_of_the_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let remembered = RememberedAccounts::in_folder(folder.path());
        let file = folder.path().join("accounts.json");
        fs::write(&file, r#"{"accounts": [{"id": "x", "environment": "moon"}, 7]}"#).expect("written");
        let read = remembered.read().expect("read");
        assert!(read.accounts.is_empty());
        let unread =
            [words::account_unread_unnamed("moon"), words::account_unread_unknown()].map(|each| each.to_string());
        let told = words::err_accounts_not_understood(unread.join(", "), 2u64, file.display().to_string());
        assert_eq!(read.unread, Some(Failure::File(told)));
        remembered.remember(&account("a", Environment::Production)).expect("written");
        let text = fs::read_to_string(&file).expect("there");
        assert!(text.contains("moon") && text.contains('7'), "{text}");
    }

    #[test]
    fn a_file_of_a_newer_version_is_told_and_stays_as_it_is_whoever_signs_in_or_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let remembered = RememberedAccounts::in_folder(folder.path());
        let file = folder.path().join("accounts.json");
        let text = r#"{"version": 2, "accounts": [{"id": "a", "environment": "production"}], "more": []}"#;
        fs::write(&file, text).expect("written");
        let account = account("a", Environment::Production);
        let refused = [
            remembered.read().map(drop),
            remembered.remember(&account),
            remembered.sign_out(&account),
            remembered.forget("a"),
        ];
        for told in refused.map(|refused| refused.expect_err("newer").to_string()) {
            assert!(told.contains("newer Keybearer"), "{told}");
        }
        assert_eq!(fs::read_to_string(&file).expect("there"), text);
    }

    #[test]
    fn a_malformed_file_is_told_and_signing_in_again_writes_a_new_one_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let remembered = RememberedAccounts::in_folder(folder.path());
        fs::write(folder.path().join("accounts.json"), "{ not json").expect("written");
        let told = remembered.read().expect_err("malformed").to_string();
        assert!(told.contains("line 1 column 3") && told.contains("--forget"), "{told}");
        remembered.remember(&account("a", Environment::Production)).expect("written");
        assert_eq!(ids(&remembered.read().expect("read").accounts), ["a"]);
        assert!(folder.path().join("accounts.broken-1.json").exists());
    }
}
