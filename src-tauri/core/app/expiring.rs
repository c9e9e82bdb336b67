//! What ends soon: seen in what was listed last, told in the window, and outside it to whoever wants that.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;
use time::OffsetDateTime;
use tokio::{sync::watch, time::sleep};

use super::Keybearer;
use crate::{
    account::SignedIn,
    expiry::{self, Ending, Nearness, Watched},
    failure::{Failure, NotNow},
    journal::{Record, Reminded, Reminder},
    key::{Key, KeyApi, KeyId, Owner},
    notification::{NotShown, Notification, Notify, short},
    words::{self, Message},
};

/// It is looked again at least so often: a timer stands still while the computer sleeps, and knows nothing of a clock that is
/// set.
const AT_LEAST: Duration = Duration::from_secs(600);

/// Names that stand in one notification.
const NAMED: usize = 3;

/// More than these at once are one row, so that they hide nothing else that needs attention.
pub const MOST_ROWS: usize = 5;

/// What is known of ends.
pub(super) struct Expiring {
    seen: Mutex<Seen>,
    notify: Arc<dyn Notify>,
    /// When the last notification could not be shown, and why.
    not_shown: Mutex<Option<(OffsetDateTime, Message)>>,
    /// There may be something to tell now.
    pub(super) look_again: tokio::sync::Notify,
    changed: watch::Sender<()>,
}

/// As it was when the keys were listed last.
#[derive(Default)]
struct Seen {
    /// The account that they were listed for, by its id.
    of: String,
    watched: Vec<Watched>,
    /// `None` where the journal cannot be read: nobody knows then what was told already.
    reminders: Option<Vec<Reminder>>,
}

impl Expiring {
    pub(super) fn new(notify: Arc<dyn Notify>, changed: watch::Sender<()>) -> Self {
        let (seen, not_shown) = (Mutex::default(), Mutex::default());
        Self { seen, notify, not_shown, look_again: tokio::sync::Notify::new(), changed }
    }
}

impl Keybearer {
    /// The keys of this account were listed, and this is what the journal knows of them.
    pub(super) async fn watch_ends(&self, of: &SignedIn, keys: &[Key], records: &[Record]) {
        let base = of.at.base.to_string();
        let owner = of.at.owner();
        let reminders = self.issuance.with_journal(move |journal| journal.reminders(&base)).await.ok();
        let own = reminders.map(|all| all.into_iter().filter(|each| each.owner.is_same_user(&owner)).collect());
        let watched = expiry::watched(keys, records);
        *self.expiring.seen.lock() = Seen { of: of.at.account.id.clone(), watched, reminders: own };
        self.expiring.look_again.notify_one();
        self.changed.send_replace(());
    }

    /// What ends within a month or has ended, of the account in use, soonest first; without what was put off.
    pub fn endings(&self) -> Vec<Ending> {
        let Ok(signed_in) = self.sessions.signed_in() else { return Vec::new() };
        self.near(&signed_in).into_iter().filter(|ending| !self.was(ending, &[Reminded::PutOff])).collect()
    }

    fn near(&self, signed_in: &SignedIn) -> Vec<Ending> {
        let seen = self.expiring.seen.lock();
        if seen.of != signed_in.at.account.id {
            return Vec::new();
        }
        expiry::endings(&seen.watched, now(signed_in))
    }

    /// Whether the person was reminded of it in one of these ways, when it was as near as it is.
    fn was(&self, ending: &Ending, how: &[Reminded]) -> bool {
        let seen = self.expiring.seen.lock();
        let is_of_it =
            |each: &Reminder| each.key == ending.key.id && each.nearness >= ending.nearness && how.contains(&each.how);
        seen.reminders.iter().flatten().any(is_of_it)
    }

    /// The person wants to hear of one, or of all that stand there, when it is nearer; of what has ended nothing more.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where there is no such one; [`Failure::File`] where that cannot be written down.
    pub async fn put_off(&self, id: Option<&KeyId>) -> Result<(), Failure> {
        let signed_in = self.sessions.signed_in()?;
        let meant = |ending: &Ending| id.is_none_or(|id| ending.key.id == *id);
        let endings: Vec<Ending> = self.endings().into_iter().filter(meant).collect();
        if endings.is_empty() {
            return Err(Failure::NotNow(NotNow::DealtWith));
        }
        self.remember(&signed_in.at.owner(), &endings, Reminded::PutOff).await.map(drop)
    }

    /// Writes down of what the person was reminded, before it counts.
    async fn remember(&self, owner: &Owner, endings: &[Ending], how: Reminded) -> Result<Vec<Reminder>, Failure> {
        let reminder = |Ending { key, nearness, .. }: &Ending| Reminder {
            owner: owner.clone(),
            key: key.id.clone(),
            nearness: *nearness,
            how,
        };
        let reminders: Vec<Reminder> = endings.iter().map(reminder).collect();
        let written = reminders.clone();
        self.issuance.with_journal(move |journal| journal.remind(&written)).await?;
        self.expiring.seen.lock().reminders.get_or_insert_default().extend(reminders.iter().cloned());
        self.changed.send_replace(());
        Ok(reminders)
    }

    /// Whether notifications can be shown on this system.
    pub fn can_notify(&self) -> bool {
        self.expiring.notify.is_there()
    }

    /// When the last notification could not be shown, and why; `None` where it could.
    pub fn not_notified(&self) -> Option<(OffsetDateTime, Message)> {
        self.expiring.not_shown.lock().clone()
    }

    /// Tells of what came nearer since it was told last, in one notification, where the person wants that.
    async fn notify_of_ends(&self) {
        if !self.settings().notify_ending || !self.can_notify() {
            return;
        }
        let Ok(signed_in) = self.sessions.signed_in() else { return };
        if self.expiring.seen.lock().reminders.is_none() {
            return;
        }
        let is_news = |ending: &Ending| !self.was(ending, &[Reminded::PutOff, Reminded::Notified]);
        let news: Vec<Ending> = self.near(&signed_in).into_iter().filter(is_news).collect();
        let Some(notification) = notification(&news) else { return };
        // Before it is shown: whatever happens then, it is not shown twice.
        let shown = match self.remember(&signed_in.at.owner(), &news, Reminded::Notified).await {
            Err(failure) => Err(failure.message()),
            Ok(reminders) => match self.expiring.notify.show(&notification).await {
                Ok(()) => Ok(()),
                Err(NotShown { why, perhaps }) => {
                    if !perhaps {
                        self.take_back(reminders).await;
                    }
                    Err(why)
                }
            },
        };
        *self.expiring.not_shown.lock() = shown.err().map(|why| (OffsetDateTime::now_utc(), why));
        self.changed.send_replace(());
    }

    /// What nobody was told of is told the next time.
    async fn take_back(&self, reminders: Vec<Reminder>) {
        let back = reminders.clone();
        if self.issuance.with_journal(move |journal| journal.take_back(&back)).await.is_ok() {
            let mut seen = self.expiring.seen.lock();
            seen.reminders.iter_mut().for_each(|all| all.retain(|each| !reminders.contains(each)));
        }
    }

    /// Looks whenever something may have come nearer, for as long as the app runs.
    pub async fn watch_time(self: Arc<Self>) {
        let mut before: Vec<(KeyId, Nearness)> = Vec::new();
        loop {
            let near = self.endings().into_iter().map(|ending| (ending.key.id, ending.nearness)).collect();
            if near != before {
                before = near;
                self.expiring.changed.send_replace(());
            }
            self.notify_of_ends().await;
            // Not at every change: what could not be shown is one, and would be tried again at once.
            tokio::select! {
                () = sleep(self.until_next()) => {}
                () = self.expiring.look_again.notified() => {}
            }
        }
    }

    fn until_next(&self) -> Duration {
        let signed_in = self.sessions.signed_in().ok();
        let next =
            signed_in.and_then(|signed_in| expiry::next_change(&self.expiring.seen.lock().watched, now(&signed_in)));
        // A moment later it is past.
        let next = next.and_then(|next| Duration::try_from(next).ok()).map(|next| next + Duration::from_millis(100));
        next.map_or(AT_LEAST, |next| next.min(AT_LEAST))
    }
}

/// By Dfns' clock, which ends tokens.
fn now(signed_in: &SignedIn) -> OffsetDateTime {
    OffsetDateTime::now_utc() + signed_in.access.clock_ahead().unwrap_or_default()
}

/// How many end how soon, and which those are; `None` of none.
fn notification(news: &[Ending]) -> Option<Notification> {
    let summary = words::notification_ending(expiry::counted(news)?).to_string();
    let mut lines: Vec<String> =
        news.iter().take(NAMED).map(|ending| words::quoted(short(&ending.key.name)).to_string()).collect();
    if news.len() > NAMED {
        lines.push(words::notification_more(news.len() - NAMED).to_string());
    }
    Some(Notification { summary, body: lines.join("\n") })
}

#[cfg(test)]
mod tests {
    use time::Duration as Span;

    use super::*;
    use crate::expiry::tests::{NOW, key, record};

    #[test]
    fn several_at_once_are_one_notification_with_the_first_names_in_it() {
        let keys = ["a", "b", "c", "d", "e"].map(key);
        let records = ["a", "b", "c", "d", "e"].map(|id| record(id, Some(Span::days(5))));
        let endings = expiry::endings(&expiry::watched(&keys, &records), NOW);
        let five = notification(&endings).expect("there is something to tell");
        assert_eq!(five.summary, words::notification_ending(words::ending_week(5_u8)).to_string());
        let lines: Vec<&str> = five.body.lines().collect();
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert_eq!((lines[0], lines[3]), ("“Bot a”", words::notification_more(2_u8).to_string().as_str()));
        assert_eq!(notification(&[]), None);
    }
}
