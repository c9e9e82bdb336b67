//! The use case the app exists for: from the wish for a key to the moment its token is out of our hands.
//!
//! Knows nothing of windows, HTTP, keyrings or files. At any time it is in one of three stages: idle, asking, or holding
//! a token; leaving idle is one step under one lock, which is why two wishes can never become two requests.

mod delivering;
mod ending;
mod held;
pub mod journal;
mod judging;
mod notice;
mod reconciling;
mod revocation;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    task::spawn_blocking,
    time::Instant,
};

use self::journal::{Event, Journal, Origin, Part, Record, Wish, WishId};
pub use self::{
    delivering::{Delivered, Delivering, Place, Undelivered},
    held::{Check, Held, OnClipboard, Shown},
    notice::{Notice, NoticeKind},
    revocation::Revocation,
};
use crate::{
    clipboard::Clipboard,
    delivery::{Entry, Vault},
    failure::{Failure, Trouble},
    key::{Created, Key, KeyId, KeyName, KeyStatus, Keys, Owner},
    token::Fingerprint,
};

/// What the person asks for.
#[derive(Clone)]
pub struct Order {
    /// The key's name.
    pub name: KeyName,
    /// Although an active key bears it.
    pub despite_same_name: bool,
    /// The key that the new one is to replace: it is revoked once the new one's token is in a vault, and never before.
    pub replaces: Option<Key>,
    /// Where its token is to go at once, without being shown. Whether there is room for it is asked before the key is.
    pub deliver_to: Option<Arc<dyn Vault>>,
    /// Of which list of names it is one, if of any.
    pub part_of: Option<Part>,
}

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
    /// The vault that its token is to go to is asked whether there is room; nothing was asked for yet.
    Preparing,
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
    /// The key that it is to replace.
    pub replaces: Option<KeyId>,
    /// Since when.
    pub since: Instant,
    /// How far it is.
    pub phase: Phase,
    call_off: Arc<Notify>,
}

/// The use case. Shared by all windows and timers.
pub struct Issuance {
    clipboard: Arc<dyn Clipboard>,
    journal: Arc<dyn Journal>,
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
    /// Why the journal could not be written, the last time.
    unwritten: Option<Failure>,
    /// The wishes whose keys are looked for again and again at present.
    looked_for: HashSet<WishId>,
    /// The keys that are known to have been made here, each of a wish of its own: none of them is what another wish is in
    /// doubt about.
    made: HashSet<KeyId>,
    /// The keys that were made and could not be written down yet.
    unmade: HashMap<WishId, (Key, Option<Fingerprint>)>,
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
            changed,
        })
    }

    /// Where wishes are written down.
    #[must_use]
    pub fn journal(&self) -> Arc<dyn Journal> {
        Arc::clone(&self.journal)
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

    /// Why the journal could not be written, where that happened after a key was asked for.
    #[must_use]
    pub fn unwritten(&self) -> Option<Failure> {
        self.state().unwritten.clone()
    }

    /// The person has read it.
    pub fn put_unwritten_aside(&self) {
        self.change(|state| state.unwritten = None);
    }

    /// What the journal knows of the keys that were made at the Dfns of this address, oldest first.
    ///
    /// # Errors
    /// [`Failure::File`] where it cannot be read.
    pub async fn records(&self, base: String) -> Result<Vec<Record>, Failure> {
        let journal = Arc::clone(&self.journal);
        spawn_blocking(move || journal.records(&base)).await.unwrap_or_else(|_| Err(journal_failed()))
    }

    /// Asks Dfns for a key, once, and then holds its token. The wish is written down before it is asked for, and what
    /// becomes of it before anything else happens.
    ///
    /// `may_list` tells whether the keys there are can be looked through first, for one of the same name and, after a
    /// doubtful answer, for one that was made after all.
    ///
    /// # Errors
    /// [`Failure::NotNow`] while another is under way or held; [`Failure::SameName`], unless it is asked for despite it;
    /// [`Failure::CalledOff`]; [`Failure::NoRoom`] where its token could not be stored; [`Failure::File`] where the wish cannot be written down, so that nothing was asked for;
    /// [`Failure::Doubtful`], with a notice for what needs attention; else the call's.
    pub async fn create(
        self: &Arc<Self>,
        keys: Arc<dyn Keys>,
        owner: Owner,
        may_list: bool,
        order: Order,
    ) -> Result<(), Failure> {
        let call_off = self.begin(&order)?;
        let hidden = order.deliver_to.is_some();
        let asked = self.ask(&keys, owner, may_list, order, &call_off).await;
        let outcome = match asked {
            Ok((origin, Created::WithToken(key, token))) => {
                self.hold(keys, origin, key, token, hidden);
                return Ok(());
            }
            Ok((origin, Created::WithoutToken(key))) => {
                self.note(NoticeKind::WithoutToken, key.name.clone(), Some(key), &keys, origin);
                Ok(())
            }
            Ok((mut origin, Created::AwaitingApproval)) => {
                origin.held_back = true;
                self.doubt(&keys, &origin, true);
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

    fn begin(&self, order: &Order) -> Result<Arc<Notify>, Failure> {
        let mut state = self.state();
        match state.stage {
            Stage::Idle => {}
            Stage::Asking(_) => return Err(Failure::NotNow("A key is being asked for already.")),
            Stage::Held(_) => return Err(Failure::NotNow("Finish with the new key first.")),
        }
        let call_off = Arc::new(Notify::new());
        state.stage = Stage::Asking(Asking {
            name: order.name.clone(),
            replaces: order.replaces.as_ref().map(|key| key.id.clone()),
            since: Instant::now(),
            phase: Phase::Looking,
            call_off: Arc::clone(&call_off),
        });
        drop(state);
        self.changed.send_replace(());
        Ok(call_off)
    }

    async fn ask(
        self: &Arc<Self>,
        keys: &Arc<dyn Keys>,
        owner: Owner,
        may_list: bool,
        order: Order,
        call_off: &Notify,
    ) -> Result<(Origin, Created), Failure> {
        let listed = if may_list {
            tokio::select! {
                listed = keys.list() => listed,
                () = call_off.notified() => return Err(Failure::CalledOff),
            }
        } else {
            Err(Failure::Forbidden { permission: None, message: None })
        };
        let known = match listed {
            Ok(listed) => Some(known(&listed, &order)?),
            // Not being allowed to look is no reason not to create.
            Err(Failure::Forbidden { .. }) => None,
            Err(Failure::NoClearAnswer(trouble)) => return Err(Failure::NotLooked(trouble)),
            Err(failure) => return Err(failure),
        };
        let Order { name, replaces, deliver_to, part_of, .. } = order;
        if let Some(vault) = deliver_to {
            self.phase(Phase::Preparing);
            let organization = owner.organization.clone();
            let replaces = replaces.as_ref().map(|key| key.id.0.clone());
            let entry = Entry { key_name: name.to_string(), key_id: None, organization, replaces };
            tokio::select! {
                looked = vault.look(&entry) => looked
                    .map_err(|failure| match failure {
                        Failure::NotStored(problem) => Failure::NoRoom(problem),
                        failure => failure,
                    })?
                    // Nobody sees it arrive: what ends there is delivered by hand.
                    .for_good(vault.place(&entry))
                    .map_err(Failure::NoRoom)?,
                () = call_off.notified() => return Err(Failure::CalledOff),
            }
        }
        let origin = self.write_wish(Wish { owner, name: name.to_string(), known, replaces, part_of }).await?;
        let called_off = tokio::select! {
            biased;
            () = call_off.notified() => true,
            () = std::future::ready(()) => false,
        };
        if called_off {
            self.write(origin.id, Event::NotMade).await;
            return Err(Failure::CalledOff);
        }
        self.phase(Phase::Asked);
        let created = tokio::select! {
            // The answer counts if both are there at once: calling off cannot undo a key that is here.
            biased;
            created = keys.create(&name) => created,
            () = call_off.notified() => Err(Failure::Doubtful(Trouble::CalledOff)),
        };
        self.write_answer(origin.id, &created).await;
        if let Err(failure) = &created
            && failure.is_doubtful()
        {
            self.phase(Phase::Verifying);
            tokio::select! {
                () = self.look_for_candidates(keys, &origin) => {}
                () = call_off.notified() => self.doubt(keys, &origin, false),
            }
        }
        created.map(|created| (origin, created))
    }

    /// Writes a wish down. Away from the event loop: the disk takes its time.
    async fn write_wish(&self, wish: Wish) -> Result<Origin, Failure> {
        let (journal, written) = (Arc::clone(&self.journal), wish.clone());
        let id = spawn_blocking(move || journal.begin(&written)).await.unwrap_or_else(|_| Err(journal_failed()))?;
        Ok(Origin { id, wish, held_back: false })
    }

    /// Writes down what an answer to the wish for a key means.
    async fn write_answer(&self, wish: WishId, created: &Result<Created, Failure>) {
        let event = match created {
            Ok(Created::WithToken(key, token)) => {
                return self.write_made(wish, key.clone(), Some(token.fingerprint())).await;
            }
            Ok(Created::WithoutToken(key)) => return self.write_made(wish, key.clone(), None).await,
            Ok(Created::AwaitingApproval) => Event::AwaitingApproval,
            Err(failure) if failure.is_doubtful() => Event::Doubtful,
            Err(_) => Event::NotMade,
        };
        self.write(wish, event).await;
    }

    /// Writes down which key a wish led to. What cannot be written now is written before anything else of that wish is.
    async fn write_made(&self, wish: WishId, key: Key, fingerprint: Option<Fingerprint>) {
        self.state().made.insert(key.id.clone());
        let (made, mark) = (key.clone(), fingerprint.clone());
        if !self.write_with(move |journal| journal.made(wish, &made, mark.as_ref())).await {
            self.state().unmade.insert(wish, (key, fingerprint));
        }
    }

    /// Writes an event down.
    async fn write(&self, wish: WishId, event: Event) {
        self.write_of(wish, move |journal| journal.record(wish, event)).await;
    }

    /// Writes down what happened to a wish, unless it is not known there yet which key it led to: what came of that key
    /// would be written of none, and the next start would not look for it.
    async fn write_of(&self, wish: WishId, write: impl FnOnce(&dyn Journal) -> Result<(), Failure> + Send + 'static) {
        let unmade = self.state().unmade.remove(&wish);
        if let Some((key, fingerprint)) = unmade {
            self.write_made(wish, key, fingerprint).await;
        }
        if !self.state().unmade.contains_key(&wish) {
            self.write_with(write).await;
        }
    }

    /// Writes into the journal, and tells whether it could. What cannot be written is told: what was asked for goes on
    /// nevertheless.
    async fn write_with(&self, write: impl FnOnce(&dyn Journal) -> Result<(), Failure> + Send + 'static) -> bool {
        let journal = Arc::clone(&self.journal);
        let written = spawn_blocking(move || write(&*journal)).await.unwrap_or_else(|_| Err(journal_failed()));
        match written {
            Ok(()) => true,
            Err(failure) => {
                self.change(|state| state.unwritten = Some(failure));
                false
            }
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
fn known(listed: &[Key], order: &Order) -> Result<HashSet<KeyId>, Failure> {
    let same = |key: &&Key| key.status == KeyStatus::Active && key.name == order.name.as_str();
    match listed.iter().find(same) {
        Some(key) if !order.despite_same_name => Err(Failure::SameName(key.name.clone())),
        _ => Ok(listed.iter().map(|key| key.id.clone()).collect()),
    }
}

fn journal_failed() -> Failure {
    Failure::File("The journal could not be used: it failed while it was written.".to_owned())
}
