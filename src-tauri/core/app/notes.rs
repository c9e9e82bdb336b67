//! What people note here of keys.

use super::Keybearer;
use crate::{
    account::SignedIn,
    failure::Failure,
    journal::{NoteField, NotedKey, Notes, notes_of},
    key::{Key, KeyId},
};

impl Keybearer {
    /// Notes something of a key, on this computer alone; nothing, where it is empty.
    ///
    /// # Errors
    /// As [`crate::naming::parse`], and [`Failure::NameIsSecret`] for the very tokens in use; [`Failure::File`] where it cannot be
    /// written down; else as [`Keybearer::known_key`].
    pub async fn note(&self, id: &KeyId, field: NoteField, typed: &str) -> Result<(), Failure> {
        let text = self.names.parse(typed)?;
        let SignedIn { at, .. } = self.sessions.signed_in()?;
        let key = self.known_key(id).await?;
        let (owner, noted, written) = (at.owner(), key.clone(), text.clone());
        self.issuance.with_journal(move |journal| journal.note(&owner, &noted, field, &written)).await?;
        // The receipt that is shown may be that of this very key.
        let mut aside = self.aside.lock();
        if let Some(receipt) = aside.receipt.as_mut().filter(|receipt| receipt.id == key.id.0) {
            receipt.notes.set(field, text);
        }
        drop(aside);
        self.changed.send_replace(());
        Ok(())
    }

    /// What is noted of a key of the Dfns at this address.
    pub(super) async fn notes_of(&self, key: &Key, base: String) -> Result<Notes, Failure> {
        Ok(notes_of(&self.noted(base).await?, key))
    }

    /// What is noted of keys of the Dfns at this address.
    pub(super) async fn noted(&self, base: String) -> Result<Vec<NotedKey>, Failure> {
        self.issuance.with_journal(move |journal| journal.notes(Some(&base))).await
    }
}
