//! The use case the app exists for: from the wish for a key to the moment its token is out of our hands.
//!
//! Knows nothing of windows, HTTP, keyrings or files. At any time it is in one of three stages: idle, asking, or holding
//! a token; leaving idle is one step under one lock, which is why two wishes can never become two requests.

mod ending;
mod held;
mod notice;
mod revocation;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

pub use self::{
    held::{Check, Held, OnClipboard, Shown},
    notice::{Notice, NoticeKind},
    revocation::Revocation,
};
use crate::{
    clipboard::Clipboard,
    failure::{Failure, Trouble},
    key::{Created, Key, KeyId, KeyName, KeyStatus, Keys},
};

/// The times that the person can set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Times {
    /// How long a copied token stays on the clipboard.
    pub clipboard: Duration,
    /// After how long a token nobody finished with is wiped.
    pub held: Duration,
    /// How long the token's own window stays open.
    pub shown: Duration,
}

/// How far a request is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Phase {
    /// The keys there are, are being looked through; nothing was asked for yet.
    Looking,
    /// The request was handed to the HTTP client.
    Asked,
    /// The answer was doubtful; the list is looked through for a key that may have been made.
    Verifying,
}

/// A request on its way.
#[derive(Clone, Debug)]
pub struct Asking {
    /// The key's name.
    pub name: KeyName,
    /// Since when.
    pub since: Instant,
    /// How far it is.
    pub phase: Phase,
    call_off: Arc<Notify>,
}

/// The use case. Shared by all windows and timers.
pub struct Issuance {
    clipboard: Arc<dyn Clipboard>,
    times: Mutex<Times>,
    state: Mutex<State>,
    /// One use of the clipboard at a time: a clearing must not meet a copy half way.
    clipboard_turn: tokio::sync::Mutex<()>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    stage: Stage,
    notices: Vec<Notice>,
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
    #[must_use]
    pub fn new(clipboard: Arc<dyn Clipboard>, times: Times, changed: watch::Sender<()>) -> Arc<Self> {
        Arc::new(Self {
            clipboard,
            times: Mutex::new(times),
            state: Mutex::default(),
            clipboard_turn: tokio::sync::Mutex::default(),
            changed,
        })
    }

    /// Sets other times, for what is copied, held or shown from now on.
    pub fn set_times(&self, times: Times) {
        *self.times.lock().unwrap_or_else(PoisonError::into_inner) = times;
    }

    /// The request on its way, if there is one.
    #[must_use]
    pub fn asking(&self) -> Option<Asking> {
        match &self.state().stage {
            Stage::Asking(asking) => Some(asking.clone()),
            _ => None,
        }
    }

    /// Looks at what is held, if something is.
    pub fn with_held<T>(&self, look: impl FnOnce(&Held) -> T) -> Option<T> {
        match &self.state().stage {
            Stage::Held(held) => Some(look(held)),
            _ => None,
        }
    }

    /// Whether nothing is under way and nothing held.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        matches!(self.state().stage, Stage::Idle)
    }

    /// Asks Dfns for a key, once, and then holds its token.
    ///
    /// `may_list` tells whether the keys there are can be looked through first, for one of the same name and, after a
    /// doubtful answer, for one that was made after all.
    ///
    /// # Errors
    /// [`Failure::NotNow`] while another is under way or held; [`Failure::SameName`] unless `despite_same_name`;
    /// [`Failure::CalledOff`]; [`Failure::Doubtful`], with a notice for what needs attention; else the call's.
    pub async fn create(
        self: &Arc<Self>,
        keys: Arc<dyn Keys>,
        may_list: bool,
        name: KeyName,
        despite_same_name: bool,
    ) -> Result<(), Failure> {
        let call_off = self.begin(&name)?;
        let asked = self.ask(&keys, may_list, &name, despite_same_name, &call_off).await;
        let outcome = match asked {
            Ok(Created::WithToken(key, token)) => {
                self.hold(keys, key, token);
                return Ok(());
            }
            Ok(Created::WithoutToken(key)) => {
                self.note(NoticeKind::WithoutToken, key.name.clone(), Some(key), &keys);
                Ok(())
            }
            Ok(Created::AwaitingApproval) => {
                self.note(NoticeKind::AwaitingApproval, name.to_string(), None, &keys);
                Ok(())
            }
            Err(failure) => Err(failure),
        };
        self.change(|state| state.stage = Stage::Idle);
        outcome
    }

    /// Calls off the request on its way. Once it was handed over, that leaves in doubt whether the key was made.
    pub fn call_off(&self) {
        if let Stage::Asking(asking) = &self.state().stage {
            asking.call_off.notify_one();
        }
    }

    fn begin(&self, name: &KeyName) -> Result<Arc<Notify>, Failure> {
        let mut state = self.state();
        match state.stage {
            Stage::Idle => {}
            Stage::Asking(_) => return Err(Failure::NotNow("A key is being asked for already.")),
            Stage::Held(_) => return Err(Failure::NotNow("Finish with the new key first.")),
        }
        let call_off = Arc::new(Notify::new());
        state.stage = Stage::Asking(Asking {
            name: name.clone(),
            since: Instant::now(),
            phase: Phase::Looking,
            call_off: Arc::clone(&call_off),
        });
        drop(state);
        self.changed.send_replace(());
        Ok(call_off)
    }

    async fn ask(
        &self,
        keys: &Arc<dyn Keys>,
        may_list: bool,
        name: &KeyName,
        despite_same_name: bool,
        call_off: &Notify,
    ) -> Result<Created, Failure> {
        let listed = if may_list {
            tokio::select! {
                listed = keys.list() => listed,
                () = call_off.notified() => return Err(Failure::CalledOff),
            }
        } else {
            Err(Failure::Forbidden { permission: None, message: None })
        };
        let known = match listed {
            Ok(listed) => Some(known(&listed, name, despite_same_name)?),
            // Not being allowed to look is no reason not to create.
            Err(Failure::Forbidden { .. }) => None,
            Err(Failure::NoClearAnswer(trouble)) => return Err(Failure::NotLooked(trouble)),
            Err(failure) => return Err(failure),
        };
        self.phase(Phase::Asked);
        let created = tokio::select! {
            // The answer counts if both are there at once: calling off cannot undo a key that is here.
            biased;
            created = keys.create(name) => created,
            () = call_off.notified() => Err(Failure::Doubtful(Trouble::CalledOff)),
        };
        if let Err(failure) = &created
            && failure.is_doubtful()
        {
            self.phase(Phase::Verifying);
            self.look_for_candidates(keys, known, name, call_off).await;
        }
        created
    }

    /// After a doubtful answer: what is new under the name may be the key that was asked for. Whether it is, the person
    /// judges, since a colleague's key may bear the same name.
    async fn look_for_candidates(
        &self,
        keys: &Arc<dyn Keys>,
        known: Option<HashSet<KeyId>>,
        name: &KeyName,
        call_off: &Notify,
    ) {
        let listed = match &known {
            Some(_) => tokio::select! {
                listed = keys.list() => listed.ok(),
                () = call_off.notified() => None,
            },
            None => None,
        };
        let (Some(known), Some(listed)) = (known, listed) else {
            self.note(NoticeKind::Doubtful { looked: false }, name.to_string(), None, keys);
            return;
        };
        let new: Vec<Key> =
            listed.into_iter().filter(|key| key.name == name.as_str() && !known.contains(&key.id)).collect();
        if new.is_empty() {
            self.note(NoticeKind::Doubtful { looked: true }, name.to_string(), None, keys);
        }
        for key in new {
            self.note(NoticeKind::Candidate, key.name.clone(), Some(key), keys);
        }
    }

    fn phase(&self, phase: Phase) {
        self.change(|state| {
            if let Stage::Asking(asking) = &mut state.stage {
                asking.phase = phase;
            }
        });
    }

    fn times(&self) -> Times {
        *self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.state());
        self.changed.send_replace(());
        changed
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn count(&mut self) -> u32 {
        self.counter += 1;
        self.counter
    }
}

/// The ids there are, unless an active key bears the name already.
fn known(listed: &[Key], name: &KeyName, despite_same_name: bool) -> Result<HashSet<KeyId>, Failure> {
    let same = |key: &&Key| key.status == KeyStatus::Active && key.name == name.as_str();
    match listed.iter().find(same) {
        Some(key) if !despite_same_name => Err(Failure::SameName(key.name.clone())),
        _ => Ok(listed.iter().map(|key| key.id.clone()).collect()),
    }
}
