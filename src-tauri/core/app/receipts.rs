//! Receipts, copied and saved; and the list, saved.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use time::OffsetDateTime;
use tokio::task::spawn_blocking;

use super::Keybearer;
use crate::{
    calendar::{calendar, to_come},
    clipboard::off_the_loop,
    expiry::{watched, with_ends},
    export::{ExportFormat, export},
    failure::{Failure, NotNow},
    journal::{Record, notes_of},
    key::KeyId,
    receipt::{self, Receipt, harmless},
    redact::iso,
    words::{self, Message},
};

impl Keybearer {
    /// Puts the receipt of a key on the clipboard, as Markdown.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where there is none; [`Failure::Clipboard`].
    pub async fn copy_receipt(&self, id: &KeyId) -> Result<(), Failure> {
        let receipt = self.receipt(id).await?;
        self.copy_plain(receipt.markdown()).await?;
        self.messages.say(words::said_receipt_copied());
        Ok(())
    }

    /// Saves the receipt of a key as JSON, where people look for what was saved for them.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where there is none; [`Failure::File`].
    pub async fn save_receipt(&self, id: &KeyId) -> Result<(), Failure> {
        let receipt = self.receipt(id).await?;
        let refused = |folder: String, problem: String| words::err_receipt_not_saved(folder, problem);
        let path = self.save(receipt.file_name(), "json", receipt.json().into_bytes(), refused).await?;
        self.messages.say(words::said_receipt_saved(path));
        Ok(())
    }

    /// Saves the list as it was shown last, all of it, where people look for what was saved for them.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nothing was listed; [`Failure::File`].
    pub async fn export_list(&self, format: ExportFormat) -> Result<(), Failure> {
        let at = self.sessions.signed_in()?.at;
        let keys = self.last_listed(&at).ok_or(Failure::NotNow(NotNow::NothingListed))?;
        let records = self.issuance.records(at.base.to_string()).await?;
        let noted = self.noted(at.base.to_string()).await?;
        let list = export(format, &keys, &records, &noted);
        let refused = |folder: String, problem: String| words::err_list_not_saved(folder, problem);
        let path = self.save(dated("keybearer"), format.ending(), list, refused).await?;
        self.messages.say(words::said_list_saved(keys.len(), path));
        Ok(())
    }

    /// Saves a calendar file of when one of the list ends, or all of those whose end is to come, where people look for what was
    /// saved for them.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nothing was listed, or no end to come is known; [`Failure::File`].
    pub async fn save_calendar(&self, id: Option<&KeyId>) -> Result<(), Failure> {
        let at = self.sessions.signed_in()?.at;
        let dfns = at.base.to_string();
        let records = self.issuance.records(dfns.clone()).await?;
        let all = match id {
            Some(id) => with_ends(&[self.known_key(id).await?], &records),
            None => watched(&self.last_listed(&at).ok_or(Failure::NotNow(NotNow::NothingListed))?, &records),
        };
        let now = OffsetDateTime::now_utc();
        let watched = to_come(all, now);
        let ([first, ..], count) = (watched.as_slice(), watched.len()) else {
            return Err(Failure::NotNow(NotNow::NothingEnds));
        };
        let name = match id {
            Some(_) => format!("keybearer-{}", harmless(&first.key.id.0)),
            None => dated("keybearer"),
        };
        let refused = |folder: String, problem: String| words::err_calendar_not_saved(folder, problem);
        let path = self.save(name, "ics", calendar(&watched, &dfns, now).into_bytes(), refused).await?;
        self.messages.say(words::said_calendar_saved(count, path));
        Ok(())
    }

    /// Where it is saved then. `refused` says that it could not be, by the folder and what is wrong.
    pub(super) async fn save(
        &self,
        name: String,
        ending: &'static str,
        content: Vec<u8>,
        refused: fn(String, String) -> Message,
    ) -> Result<String, Failure> {
        let folder = self.downloads.clone();
        let saving = spawn_blocking(move || save(&folder, &name, ending, &content));
        match saving.await.unwrap_or(Err(ErrorKind::Other.into())) {
            Ok(path) => Ok(path.display().to_string()),
            Err(error) => Err(Failure::File(refused(self.downloads.display().to_string(), error.to_string()))),
        }
    }

    /// The person has seen the receipt of the key that was finished with.
    pub fn dismiss_receipt(&self) {
        self.aside.lock().receipt = None;
        self.changed.send_replace(());
    }

    /// Puts a key's id on the clipboard: of a key that there is, so that no page puts there what it likes.
    ///
    /// # Errors
    /// [`Failure::Clipboard`]; else as [`Keybearer::known_key`].
    pub async fn copy_id(&self, id: &KeyId) -> Result<(), Failure> {
        let key = self.known_key(id).await?;
        self.copy_plain(key.id.0).await
    }

    /// What the journal knows of a key; `None` where it does not know it.
    pub(super) async fn record(&self, id: &KeyId, base: String) -> Result<Option<Record>, Failure> {
        let records = self.issuance.records(base).await?;
        Ok(records.into_iter().rev().find(|record| record.key.id == *id))
    }

    async fn receipt(&self, id: &KeyId) -> Result<Receipt, Failure> {
        let shown = self.aside.lock().receipt.clone().filter(|receipt| receipt.id == id.0);
        match shown {
            Some(receipt) => Ok(receipt),
            None => {
                let record = self.record(id, self.sessions.signed_in()?.at.base.to_string()).await?;
                self.receipt_of(&record.ok_or(Failure::NotNow(NotNow::NotInJournal))?).await
            }
        }
    }

    /// With what is noted of the key.
    pub(super) async fn receipt_of(&self, record: &Record) -> Result<Receipt, Failure> {
        let notes = self.notes_of(&record.key, record.owner.base.clone()).await?;
        Ok(Receipt::of(record).noting(notes))
    }

    /// Puts the receipts of the keys that were made of the list which is shown on the clipboard, as Markdown.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where there is none; [`Failure::Clipboard`].
    pub async fn copy_batch_receipts(&self) -> Result<(), Failure> {
        let (receipts, count) = self.batch_receipts().await?;
        self.copy_plain(receipts).await?;
        self.messages.say(words::said_receipts_copied(count));
        Ok(())
    }

    /// Saves the same as a file, where people look for what was saved for them.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where there is none; [`Failure::File`].
    pub async fn save_batch_receipts(&self) -> Result<(), Failure> {
        let (receipts, count) = self.batch_receipts().await?;
        let refused = |folder: String, problem: String| words::err_receipts_not_saved(folder, problem);
        let path = self.save(dated("keybearer-receipts"), "md", receipts.into_bytes(), refused).await?;
        self.messages.say(words::said_receipts_saved(count, path));
        Ok(())
    }

    /// One text of all of them, and how many they are.
    async fn batch_receipts(&self) -> Result<(String, usize), Failure> {
        let run = self.lists.current().ok_or(Failure::NotNow(NotNow::NoList))?;
        let (id, base) = (run.id(), run.owner.base.clone());
        let records = self.issuance.with_journal(move |journal| journal.batch_records(id)).await?;
        if records.is_empty() {
            return Err(Failure::NotNow(NotNow::NotInJournal));
        }
        let noted = self.noted(base).await?;
        let receipts = records.iter().map(|record| Receipt::of(record).noting(notes_of(&noted, &record.key)));
        let (count, all) = (records.len(), receipts.collect::<Vec<_>>());
        Ok((receipt::markdown_of_list(&all, run.items.len(), &run.owner.label, &run.destination), count))
    }

    /// Not while a token is held: what is on the clipboard is the token's own affair then.
    async fn copy_plain(&self, text: String) -> Result<(), Failure> {
        if self.issuance.with_held(|_| ()).is_some() {
            return Err(Failure::NotNow(NotNow::KeyHeld));
        }
        off_the_loop(&self.taking.clipboard, move |clipboard| clipboard.put_plain(&text))
            .await
            .map_err(Failure::Clipboard)
    }
}

/// The name of a file that was saved today.
pub(super) fn dated(name: &str) -> String {
    format!("{name}-{}", iso(OffsetDateTime::now_utc()).split('T').next().unwrap_or_default())
}

/// Under a name that is free: nothing is ever overwritten.
fn save(folder: &Path, name: &str, ending: &str, content: &[u8]) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    for number in 1..1000 {
        let name = if number == 1 { format!("{name}.{ending}") } else { format!("{name}-{number}.{ending}") };
        let path = folder.join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(content)?;
                file.sync_all()?;
                return Ok(path);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}
