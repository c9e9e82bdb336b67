//! What was done here, for audits: looked through, and saved.

use std::{collections::HashSet, sync::Arc};

use super::Keybearer;
use crate::{
    activity::{self, Activity},
    export::ExportFormat,
    failure::{Failure, NotNow},
    words,
};

/// What happened, as it was read last.
#[derive(Clone, Debug, Default)]
pub struct ActivityList {
    /// Tells it from those that were read before and after it.
    pub number: u32,
    /// Newest first.
    pub all: Arc<[Activity]>,
}

impl Keybearer {
    /// Everything that happened, of all accounts.
    ///
    /// # Errors
    /// [`Failure::File`] where the journal cannot be read.
    pub async fn list_activity(&self) -> Result<ActivityList, Failure> {
        let all = self.issuance.with_journal(activity::read).await?;
        let mut aside = self.aside.lock();
        aside.activity = ActivityList { number: aside.activity.number + 1, all: all.into() };
        Ok(aside.activity.clone())
    }

    /// Saves these of what happened, by their places in the list with this number, where people look for what was saved for them.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where another list was read since; [`Failure::File`].
    pub async fn export_activity(&self, format: ExportFormat, number: u32, places: &[u32]) -> Result<(), Failure> {
        let list = self.aside.lock().activity.clone();
        if list.number != number || places.is_empty() {
            return Err(Failure::NotNow(NotNow::NothingListed));
        }
        let places: HashSet<u32> = places.iter().copied().collect();
        let chosen = || (0..).zip(&*list.all).filter(|(place, _)| places.contains(place)).map(|(_, each)| each);
        let content = activity::export(format, chosen());
        let refused = |folder: String, problem: String| words::err_activity_not_saved(folder, problem);
        let path = self.save(super::receipts::dated("keybearer-activity"), format.ending(), content, refused).await?;
        self.messages.say(words::said_activity_saved(chosen().count(), path));
        Ok(())
    }
}
