//! Copies of what a service account is used with, where one Enter takes it straight into a vault: in memory while it is held and
//! once it is delivered, and on the disk, in arguments and in variables after that.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use anyhow::{Context, Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    clipboard::Clipboard,
    desktop::Desktop,
    process,
    recorder::{Recorder, Reply, Request},
    sandbox::Sandbox,
    skipped::skip,
    store::Store,
    traces::Secret,
    window::{Key, Window},
};
use serde_json::Value;
use tokio::sync::Notify;

use crate::{
    credentials::enrol,
    ending::{answer, destinations, give_the_vaults_secret},
    service_accounts_memory::{Tables, number_of, own_part},
    steps::{CLOSED_TO_OTHERS, desktop, released, wait_read_back, wait_told},
    traced::Traced,
};

/// A vault that gives back what it has stored once it is let.
enum Vault {
    Program(Store),
    Kv2 { recorder: Recorder, stored: Arc<Mutex<Option<Value>>>, go_on: Arc<Notify> },
}

impl Vault {
    async fn new(kind: &str, desktop: &Desktop) -> Result<Self> {
        if kind == "program" {
            let store = Store::of(desktop)?;
            store.configure(desktop, true)?;
            return Ok(Self::Program(store));
        }
        let (stored, go_on) = (Arc::default(), Arc::new(Notify::new()));
        let (its, waits) = (Arc::clone(&stored), Arc::clone(&go_on));
        let recorder = Recorder::answering(move |request: &Request| match answer(request, &its, "0s", "") {
            Reply::Bytes(entry) if request.method() == "GET" && request.path().contains("/data/") => {
                let is_stored = its.lock().is_ok_and(|stored| stored.is_some());
                if is_stored { Reply::Awaited(Arc::clone(&waits), entry) } else { Reply::Bytes(entry) }
            }
            reply => reply,
        });
        let recorder = recorder.await?;
        desktop.write_destinations(&destinations(&recorder, true))?;
        Ok(Self::Kv2 { recorder, stored, go_on })
    }

    /// The name of the account; that of the program's lets it wait before it stores, and before it reads.
    fn name(&self) -> &'static str {
        match self {
            Self::Program(_) => "Slow both",
            Self::Kv2 { .. } => "Payouts",
        }
    }

    /// Where it is stored, as the receipt says.
    fn place(&self) -> String {
        match self {
            Self::Program(_) => format!("Team Vault: {}", self.name()),
            Self::Kv2 { .. } => format!("Team Vault: secret/{}", self.name()),
        }
    }

    /// Gives the app what it needs for the vault.
    async fn open(&self, window: &Window<'_>) -> Result<()> {
        match self {
            Self::Program(_) => Ok(()),
            Self::Kv2 { .. } => give_the_vaults_secret(window).await,
        }
    }

    /// Lets it store, where it waits before that.
    fn store(&self) -> Result<()> {
        match self {
            Self::Program(store) => store.go_on(),
            Self::Kv2 { .. } => Ok(()),
        }
    }

    fn give_back(&self) -> Result<()> {
        match self {
            Self::Program(store) => store.go_on(),
            Self::Kv2 { go_on, .. } => {
                go_on.notify_one();
                Ok(())
            }
        }
    }

    /// The token and the private key that are stored.
    fn entry(&self) -> Result<[String; 2]> {
        match self {
            Self::Program(store) => {
                let entry = store.entry(self.name()).context("it was stored")?;
                let mut lines = entry.splitn(3, '\n');
                let [token, _, pem] = [(); 3].map(|()| lines.next().unwrap_or_default().to_owned());
                Ok([token, pem])
            }
            Self::Kv2 { stored, .. } => {
                let stored = stored.lock().map_err(|_| anyhow::anyhow!("the vault has failed"))?;
                let entry = stored.as_ref().context("it was stored")?;
                let text = |field: &str| entry[field].as_str().map(str::to_owned).context(field.to_owned());
                Ok([text("token")?, text("private_key")?])
            }
        }
    }

    /// There the secrets are meant to be, and in no other file.
    fn empty(&self, desktop: &Desktop) -> Result<()> {
        match self {
            Self::Program(_) => Ok(fs::remove_dir_all(desktop.home().join("entries"))?),
            Self::Kv2 { recorder, .. } => {
                ensure!(!recorder.requests().is_empty(), "nobody asked it");
                Ok(())
            }
        }
    }
}

/// One Enter, up to where the vault is asked to give back what it has stored: the token and the private key.
async fn store(window: &Window<'_>, vault: &Vault) -> Result<[String; 2]> {
    window.type_into("key-name", vault.name()).await?;
    window.press("key-name", Key::Enter).await?;
    if let Vault::Program(_) = vault {
        wait_told(window, "create-progress", &words::creating_delivering()).await?;
    }
    vault.store()?;
    wait_told(window, "create-progress", &words::creating_reading_back()).await?;
    vault.entry()
}

async fn give_back(window: &Window<'_>, vault: &Vault) -> Result<()> {
    vault.give_back()?;
    wait_read_back(window, &vault.place()).await?;
    ensure!(!window.is_shown("reveal").await?, "it is held still");
    Ok(())
}

#[tokio::test]
async fn what_one_enter_delivers_is_in_no_page_and_once_delivered_in_no_process() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    for kind in ["program", "KV version 2"] {
        eprintln!("one Enter, {kind} (as it is/UTF-16/base64/hexadecimal/reversed)");
        let (desktop, sandbox) = (desktop()?, Sandbox::start(&released()?)?);
        let vault = Vault::new(kind, &desktop).await?;
        let window = Window::open(&desktop, &released()?, &[]).await?;
        enrol(&window, &sandbox).await?;
        wait_told(&window, "account", &words::session_keyring()).await?;
        vault.open(&window).await?;
        let [token, pem] = store(&window, &vault).await?;
        let tables = Tables::of(&token, &pem, &window)?;
        tables.ensure_in_no_page("stored")?;
        give_back(&window, &vault).await?;
        tables.ensure_gone("delivered").await?;
        ensure!(Clipboard::of(&desktop).text().await?.is_none_or(|text| text.is_empty()), "it was copied");
    }
    Ok(())
}

#[tokio::test]
async fn what_one_enter_delivers_is_in_no_other_file_argument_or_variable() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    for kind in ["program", "KV version 2"] {
        let run = Traced::new()?;
        let vault = Vault::new(kind, &run.desktop).await?;
        let window = run.enrolled().await?;
        vault.open(&window).await?;
        let [token, pem] = store(&window, &vault).await?;
        give_back(&window, &vault).await?;
        let (token, key) = (Secret::new(own_part(&token)?)?, Secret::of_number(&number_of(&pem)?)?);
        let secrets = [("token", &token), ("private key", &key)];
        vault.empty(&run.desktop)?;
        run.ensure_in_no_file(&secrets).context(kind)?;
        run.ensure_nowhere(window, &secrets).await.context(kind)?;
        run.ensure_found_once_planted(&key, &pem)?;
    }
    Ok(())
}
