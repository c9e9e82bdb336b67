//! Which accounts are remembered: a small file without any secret. Their sign-in tokens are in the keyring.

use std::{fs, io, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::{Account, BaseUrl, Environment};
use crate::failure::Failure;

/// The file with the remembered accounts.
pub struct RememberedAccounts {
    file: PathBuf,
}

#[derive(Default, Deserialize, Serialize)]
struct Contents {
    accounts: Vec<Line>,
}

#[derive(Deserialize, Serialize)]
struct Line {
    id: String,
    environment: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    url: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
}

impl RememberedAccounts {
    /// In the given file, which need not exist.
    #[must_use]
    pub fn new(file: PathBuf) -> Self {
        Self { file }
    }

    /// The accounts, the one used last first. An unreadable file counts as none: the person signs in again, and the
    /// file is replaced then.
    #[must_use]
    pub fn all(&self) -> Vec<Account> {
        let contents: Contents =
            fs::read(&self.file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        contents.accounts.into_iter().filter_map(account).collect()
    }

    /// Remembers an account as the one used last.
    ///
    /// # Errors
    /// [`Failure::File`] where the file cannot be written.
    pub fn remember(&self, account: &Account) -> Result<(), Failure> {
        let mut accounts = self.all();
        accounts.retain(|other| other.id != account.id);
        accounts.insert(0, account.clone());
        self.write(&accounts)
    }

    /// Forgets an account.
    ///
    /// # Errors
    /// [`Failure::File`] where the file cannot be written.
    pub fn forget(&self, id: &str) -> Result<(), Failure> {
        let mut accounts = self.all();
        accounts.retain(|account| account.id != id);
        self.write(&accounts)
    }

    fn write(&self, accounts: &[Account]) -> Result<(), Failure> {
        let contents = Contents { accounts: accounts.iter().filter_map(line).collect() };
        self.replace(&contents).map_err(|error| {
            Failure::File(format!("The list of accounts could not be written to {}: {error}.", self.file.display()))
        })
    }

    /// Written beside and renamed, so that a full disk or a crash leaves the old file whole.
    fn replace(&self, contents: &Contents) -> io::Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let beside = self.file.with_extension("json.new");
        fs::write(&beside, serde_json::to_vec_pretty(contents)?)?;
        fs::rename(beside, &self.file)
    }
}

fn account(line: Line) -> Option<Account> {
    let environment = match line.environment.as_str() {
        "production" => Environment::Production,
        "staging" => Environment::Staging,
        "custom" => Environment::Custom(BaseUrl::parse(&line.url).ok()?),
        _ => return None,
    };
    Some(Account { id: line.id, environment, name: line.name })
}

/// The sandbox is there without an account, so it is never remembered.
fn line(account: &Account) -> Option<Line> {
    let (environment, url) = match &account.environment {
        Environment::Production => ("production", String::new()),
        Environment::Staging => ("staging", String::new()),
        Environment::Sandbox => return None,
        Environment::Custom(base) => ("custom", base.to_string()),
    };
    Some(Line { id: account.id.clone(), environment: environment.to_owned(), url, name: account.name.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_come_back_with_the_one_used_last_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let remembered = RememberedAccounts::new(folder.path().join("not/there/yet/accounts.json"));
        let account = |id: &str, environment| Account { id: id.into(), environment, name: format!("of {id}") };
        let own = Environment::Custom(BaseUrl::parse("https://dfns.example:8443").expect("an address"));
        remembered.remember(&account("a", Environment::Production)).expect("written");
        remembered.remember(&account("b", own)).expect("written");
        remembered.remember(&account("a", Environment::Production)).expect("written");
        let all = remembered.all();
        assert_eq!(all.iter().map(|account| account.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(all[1].environment.base().expect("an address").to_string(), "https://dfns.example:8443");
        remembered.forget("a").expect("written");
        assert_eq!(remembered.all().len(), 1);
    }

    #[test]
    fn a_damaged_file_counts_as_no_accounts() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("accounts.json");
        fs::write(&file, "{ not json").expect("written");
        assert!(RememberedAccounts::new(file).all().is_empty());
    }
}
