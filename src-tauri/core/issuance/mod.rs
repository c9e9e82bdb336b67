//! The use case the app exists for: from the intent for a key to the moment its token is out of our hands.
//!
//! Knows nothing of windows, HTTP, keyrings or files. At any time it is in one of three stages: idle, asking, or holding
//! a token; leaving idle is one step under one lock, which is why two intents can never become two requests.

mod answered;
mod asking;
mod clearing;
mod copying;
mod delivering;
mod finish;
mod held_secret;
mod notice;
mod preparing;
mod reconciling;
mod replacing;
mod resolve;
mod revocation;
mod showing;
mod taken_over;
mod trying;
mod unfinished;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{
    sync::{Notify, watch},
    task::spawn_blocking,
};

pub(crate) use self::asking::entry_of_old;
use self::clearing::Clearing;
pub use self::{
    asking::{Asking, CreateRequest, Made, Phase},
    copying::{Check, OnClipboard},
    delivering::{Delivered, Delivering, Place, Undelivered},
    held_secret::{Activity, Course, Held, HeldId},
    notice::{Notice, NoticeKind},
    reconciling::Listed,
    replacing::Lacking,
    revocation::Revocation,
    showing::Shown,
    trying::TryingOut,
};
use crate::{
    clipboard::Clipboard,
    credential::Fingerprints,
    failure::Failure,
    journal::{Event, IntentId, Journal, Record},
    key::{Key, KeyId},
    naming,
    prepared::Prepared,
    settings::Times,
    words,
};

/// How old a list may be that an intent is begun with. What others make meanwhile counts as new after it, and so is shown rather
/// than overlooked; and what a list shows that speaks against the intent is looked at anew.
const AHEAD: Duration = Duration::from_secs(15);

/// The use case. Shared by all windows and timers.
pub struct Issuance {
    clipboard: Arc<dyn Clipboard>,
    journal: Arc<dyn Journal>,
    times: Mutex<Times>,
    state: Mutex<State>,
    /// One use of the clipboard at a time: a clearing must not meet a copy half way.
    clipboard_turn: tokio::sync::Mutex<()>,
    /// What is there, listed ahead of an intent.
    listed_ahead: Prepared<Arc<[Key]>>,
    /// What could not be cleared from the clipboard is tried again now.
    try_again: Notify,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    stage: Stage,
    notices: Vec<Notice>,
    /// Why the journal could not be written, the last time.
    unwritten: Option<Failure>,
    /// The intents whose keys are looked for again and again at present.
    looked_for: HashSet<IntentId>,
    /// The keys that are known to have been made here, each of an intent of its own: none of them is what another intent is in
    /// doubt about.
    made: HashSet<KeyId>,
    /// The keys that were made and could not be written down yet.
    unmade: HashMap<IntentId, (Key, Option<Fingerprints>)>,
    /// The copies that are being cleared from the clipboard.
    clearings: HashMap<IntentId, Clearing>,
    /// The clearing that ended well, after which a copy may come from the vault.
    watched: Option<u32>,
    /// Counts everything that a timer may refer to later.
    counter: u32,
}

#[derive(Default)]
enum Stage {
    #[default]
    Idle,
    Asking(Asking),
    Held(Box<Held>),
}

impl Issuance {
    /// Starts idle. `changed` is told of every change.
    pub fn new(
        clipboard: Arc<dyn Clipboard>,
        journal: Arc<dyn Journal>,
        times: Times,
        changed: watch::Sender<()>,
    ) -> Arc<Self> {
        Arc::new(Self {
            clipboard,
            journal,
            times: Mutex::new(times),
            state: Mutex::default(),
            clipboard_turn: tokio::sync::Mutex::default(),
            listed_ahead: Prepared::good_for(AHEAD),
            try_again: Notify::new(),
            changed,
        })
    }

    /// Sets other times, for what is copied, held or shown from now on.
    pub fn set_times(&self, times: Times) {
        *self.times.lock() = times;
    }

    pub fn with_held<T>(&self, look: impl FnOnce(&Held) -> T) -> Option<T> {
        match &self.state.lock().stage {
            Stage::Held(held) => Some(look(held)),
            _ => None,
        }
    }

    /// Whether a text holds the token that is held.
    pub fn is_held_in(&self, text: &str) -> bool {
        let holds = |held: &Held| {
            let secrets = held.secrets();
            secrets.open("see that none is in a name").into_iter().any(|secret| naming::holds(text, secret))
        };
        self.with_held(holds) == Some(true)
    }

    /// Whether nothing is under way and nothing held.
    pub fn is_idle(&self) -> bool {
        matches!(self.state.lock().stage, Stage::Idle)
    }

    /// Why the journal could not be written, where that happened after a key was asked for.
    pub fn unwritten(&self) -> Option<Failure> {
        self.state.lock().unwritten.clone()
    }

    /// The person has read it.
    pub fn dismiss_unwritten(&self) {
        self.change(|state| state.unwritten = None);
    }

    /// What the journal knows of the keys that were made at the Dfns of this address, oldest first.
    ///
    /// # Errors
    /// [`Failure::File`] where it cannot be read.
    pub async fn records(&self, base: String) -> Result<Vec<Record>, Failure> {
        self.with_journal(move |journal| journal.records(&base)).await
    }

    /// Uses the journal, away from the event loop: the disk takes its time.
    ///
    /// # Errors
    /// What it is used for; [`Failure::File`] where that panics.
    pub async fn with_journal<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Journal) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let journal = Arc::clone(&self.journal);
        spawn_blocking(move || work(&*journal)).await.unwrap_or_else(|_| Err(Failure::File(words::journal_failed())))
    }

    /// Writes down which key an intent led to. What cannot be written now is written before anything else of that intent is.
    async fn write_made(&self, intent: IntentId, key: Key, fingerprints: Option<Fingerprints>) {
        self.state.lock().made.insert(key.id.clone());
        let (made, written) = (key.clone(), fingerprints.clone());
        if !self.write_with(move |journal| journal.made(intent, &made, written.as_ref())).await {
            self.state.lock().unmade.insert(intent, (key, fingerprints));
        }
    }

    async fn write(&self, intent: IntentId, event: Event) {
        self.write_of(intent, move |journal| journal.record(intent, event)).await;
    }

    /// Writes down what happened to an intent, unless it is not known there yet which key it led to: what came of that key
    /// would be written of none, and the next start would not look for it.
    async fn write_of(
        &self,
        intent: IntentId,
        write: impl FnOnce(&dyn Journal) -> Result<(), Failure> + Send + 'static,
    ) {
        let unmade = self.state.lock().unmade.remove(&intent);
        if let Some((key, fingerprints)) = unmade {
            self.write_made(intent, key, fingerprints).await;
        }
        if !self.state.lock().unmade.contains_key(&intent) {
            self.write_with(write).await;
        }
    }

    /// Writes into the journal, and tells whether it could. What cannot be written is told: what was asked for goes on
    /// nevertheless.
    async fn write_with(&self, write: impl FnOnce(&dyn Journal) -> Result<(), Failure> + Send + 'static) -> bool {
        match self.with_journal(write).await {
            Ok(()) => true,
            Err(failure) => {
                self.change(|state| state.unwritten = Some(failure));
                false
            }
        }
    }

    fn times(&self) -> Times {
        *self.times.lock()
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.state.lock());
        self.changed.send_replace(());
        changed
    }
}

impl State {
    fn count(&mut self) -> u32 {
        self.counter += 1;
        self.counter
    }
}
