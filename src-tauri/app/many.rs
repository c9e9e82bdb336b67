//! Many keys at once: a list of names, each made and delivered after the one before. What became of each is read off the
//! journal, so that a list that was interrupted goes on where it stopped.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    task::spawn_blocking,
    time::{Instant, sleep_until},
};

use super::Keybearer;
use crate::{
    account::SignedIn,
    delivery::{Entry, Vault},
    failure::{Failure, VaultProblem},
    issuance::{
        Made, Order,
        journal::{Batch, BatchId, Fate, OpenBatch, Part},
    },
    key::{KeyName, KeyStatus, Keys, Owner},
    naming,
    vault::Destination,
};

/// More names than this are no list that anybody has looked through.
const MOST: usize = 500;

/// How long to wait where Dfns asks for a pause and does not tell for how long.
const A_PAUSE: Duration = Duration::from_secs(10);

/// Nobody sits and waits for longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// So many in a row may end with a key that has to be looked after; then the list pauses.
const OPEN_IN_A_ROW: u32 = 2;

/// So often Dfns may ask for a pause before the next is waited for.
const PAUSES: u32 = 20;

/// A list of names that is worked on, or was.
#[derive(Clone, Debug)]
pub struct Many {
    /// The list.
    pub batch: Batch,
    /// What the destination is called.
    pub destination: String,
    /// What became of each name, as the journal has it.
    pub fates: Vec<Fate>,
    /// Why names failed before their keys were made, in this run.
    pub failures: HashMap<usize, Failure>,
    /// The name that is worked on.
    pub current: Option<usize>,
    /// Until when Dfns has asked to wait.
    pub waits_until: Option<Instant>,
    /// How it goes on.
    pub state: ManyState,
    /// Why it pauses by itself.
    pub problem: Option<Failure>,
    id: BatchId,
    wake: Arc<Notify>,
}

/// How a list goes on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ManyState {
    /// One name after the other.
    Running,
    /// It stops after the name that is worked on.
    Stopping,
    /// It can go on.
    Paused,
    /// Nothing is left to do.
    Ended,
}

/// A list of names that was looked through before anything happens: for one account, and one destination as it was then.
#[derive(Clone, Debug)]
pub struct CheckedNames {
    /// Tells it from those that were looked through before and after it.
    pub number: u32,
    /// The destination, as it was.
    pub destination: Destination,
    /// Each name.
    pub names: Vec<Checked>,
    /// Who the keys would be made by.
    owner: Owner,
}

/// A name that was checked before anything happens.
#[derive(Clone, Debug)]
pub struct Checked {
    /// As it was given, trimmed.
    pub name: String,
    /// Where its token would go.
    pub place: String,
    /// Why it cannot be.
    pub problem: Option<Failure>,
}

/// The list that was looked through last, and how many there were.
#[derive(Default)]
pub(super) struct LastChecked {
    count: u32,
    list: Option<CheckedNames>,
}

impl Many {
    /// The name to work on next: one that was not asked for, or of which it is sure that no key was made, other than those
    /// that have failed in this run for a reason of their own.
    fn next(&self) -> Option<usize> {
        let fates = self.fates.iter().enumerate();
        let mut open = fates.filter(|(_, fate)| matches!(fate, Fate::Waiting | Fate::NotMade));
        open.find(|(place, _)| !self.failures.contains_key(place)).map(|(place, _)| place)
    }

    fn is_under_way(&self) -> bool {
        matches!(self.state, ManyState::Running | ManyState::Stopping)
    }
}

impl Keybearer {
    /// The list of names that is worked on, or was.
    #[must_use]
    pub fn many(&self) -> Option<Many> {
        self.batch().clone()
    }

    /// Whether a list of names is worked on now.
    #[must_use]
    pub fn many_under_way(&self) -> bool {
        self.batch().as_ref().is_some_and(Many::is_under_way)
    }

    /// Takes up a list of names that was left unfinished when the app ended. It goes on when the person says so.
    pub(super) fn recall_many(&self, open: OpenBatch) {
        let destination = self.destinations.one(&open.batch.destination).map(|destination| destination.name);
        let many = Many {
            destination: destination.unwrap_or_else(|_| "a destination that was removed".to_owned()),
            failures: HashMap::new(),
            current: None,
            waits_until: None,
            state: ManyState::Paused,
            problem: None,
            id: open.id,
            batch: open.batch,
            fates: open.fates,
            wake: Arc::default(),
        };
        let state = if many.next().is_some() { ManyState::Paused } else { ManyState::Ended };
        *self.batch() = Some(Many { state, ..many });
    }

    /// Looks at each line of a text as a name, and at the place where its token would go. Nothing is made or stored.
    ///
    /// # Errors
    /// Where the list is empty or too long, the keys cannot be listed, or the destination cannot be used at all.
    pub async fn check_names(&self, text: &str, destination: &str) -> Result<CheckedNames, Failure> {
        // Whatever comes of this one, an earlier one is no longer what is looked at.
        let number = {
            let mut last = self.checked();
            last.list = None;
            last.count += 1;
            last.count
        };
        let SignedIn { at, access, may_list, .. } = self.sessions.signed_in()?;
        self.is_no_secret(text)?;
        let is_blank = |line: &&str| naming::parse(line).is_ok_and(|name| name.is_empty());
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !is_blank(line)).collect();
        if lines.is_empty() {
            return Err(Failure::NameEmpty);
        }
        if lines.len() > MOST {
            return Err(Failure::Destination(format!(
                "These are {} names. A list can have {MOST}; split it.",
                lines.len()
            )));
        }
        let destination = self.destinations.one(destination)?;
        let vault = self.open_destination(&destination.id).await.and_then(takes_lists).map_err(unusable)?;
        let owner = at.owner();
        let organization = owner.organization.clone();
        let names = self
            .unless_called_off(async {
                let listed = if may_list { access.list().await? } else { Vec::new() };
                if may_list {
                    // What is open of these names may be settled by that.
                    let keys: Arc<dyn Keys> = access;
                    self.issuance.listed(&owner, &keys, &listed).await;
                }
                let active = listed.iter().filter(|key| key.status == KeyStatus::Active);
                let taken: HashMap<String, &str> =
                    active.map(|key| (naming::folded(&key.name), key.name.as_str())).collect();
                let (mut seen, mut places, mut checked) = (HashSet::new(), HashSet::new(), Vec::new());
                for (number, line) in lines.into_iter().enumerate() {
                    let name = KeyName::parse(line);
                    let line = name.as_ref().map_or(line, KeyName::as_str);
                    let entry = Entry {
                        key_name: line.to_owned(),
                        key_id: None,
                        organization: organization.clone(),
                        replaces: None,
                    };
                    let place = vault.place(&entry);
                    // Each key gets an id of its own.
                    let with_id = Entry { key_id: Some(format!("{number}")), ..entry.clone() };
                    let folded = naming::folded(line);
                    let twice = !seen.insert(folded.clone());
                    let collides = !places.insert(vault.place(&with_id));
                    let still_open = self.issuance.still_open(&owner, line);
                    let problem = match &name {
                        Err(failure) => Some(failure.clone()),
                        Ok(_) if twice => {
                            Some(Failure::NotNow("It stands in the list twice, or looks the same as another there."))
                        }
                        Ok(_) if collides => {
                            Some(Failure::NotNow("It would end at the same place as another of them."))
                        }
                        Ok(_) if still_open.is_some() => still_open.map(Failure::StillOpen),
                        Ok(_) if taken.contains_key(&folded) => Some(Failure::SameName(taken[&folded].to_owned())),
                        Ok(_) => match vault.look(&entry).await {
                            Ok(looked) => {
                                looked.for_good(place.clone()).map_err(Failure::VaultUnusable)?;
                                None
                            }
                            Err(Failure::NotStored(
                                problem @ (VaultProblem::Exists(_)
                                | VaultProblem::ExistsDeleted(_)
                                | VaultProblem::NeedsUpdate(_)),
                            )) => Some(Failure::NoRoom(problem)),
                            Err(failure) => return Err(unusable(failure)),
                        },
                    };
                    checked.push(Checked { name: line.to_owned(), place, problem });
                }
                Ok(checked)
            })
            .await?;
        let checked = CheckedNames { number, destination, names, owner };
        self.still_as_checked(&checked)?;
        let mut last = self.checked();
        // Another was begun meanwhile, and is the one that is shown.
        if last.count != number {
            return Err(Failure::CheckCalledOff);
        }
        last.list = Some(checked.clone());
        Ok(checked)
    }

    /// Makes a key of each name that was found to be fine, one after the other, and delivers each at once: from the list that
    /// was checked last, to the very destination and by the very user that it was checked for.
    ///
    /// # Errors
    /// [`Failure::NotNow`] while something else is under way, or where the list, the destination or the user is another by
    /// now; [`Failure::File`] where the list cannot be written down, so that nothing was asked for; [`Failure::NoRoom`] where
    /// the destination cannot be opened.
    pub async fn begin_many(self: &Arc<Self>, number: u32) -> Result<(), Failure> {
        let _turn = self.many_turn.try_lock().map_err(|_| BUSY)?;
        let checked = self.checked().list.clone().filter(|list| list.number == number).ok_or(CHECK_AGAIN)?;
        let fine = checked.names.iter().filter(|each| each.problem.is_none());
        let names: Vec<String> = fine.map(|each| each.name.clone()).collect();
        if names.is_empty() {
            return Err(CHECK_AGAIN);
        }
        if self.batch().as_ref().is_some_and(|many| many.state != ManyState::Ended) {
            return Err(Failure::NotNow("Finish with the list of names that was begun first."));
        }
        let vault = self.open_destination(&checked.destination.id).await.and_then(takes_lists).map_err(no_room)?;
        // Opening it and writing the list down take their time, in which the person may do something else.
        self.still_as_checked(&checked)?;
        self.nothing_open()?;
        let batch = Batch { owner: checked.owner.clone(), destination: checked.destination.id.clone(), names };
        let (journal, written) = (self.issuance.journal(), batch.clone());
        let id = spawn_blocking(move || journal.begin_batch(&written)).await.unwrap_or(Err(NOT_NOW))?;
        if let Err(failure) = self.still_as_checked(&checked).and_then(|()| self.nothing_open()) {
            let journal = self.issuance.journal();
            let _ = spawn_blocking(move || journal.close_batch(id)).await;
            return Err(failure);
        }
        self.checked().list = None;
        *self.batch() = Some(Many {
            destination: vault.name().to_owned(),
            fates: vec![Fate::Waiting; batch.names.len()],
            failures: HashMap::new(),
            current: None,
            waits_until: None,
            state: ManyState::Running,
            problem: None,
            id,
            batch,
            wake: Arc::default(),
        });
        self.set_off(id, vault);
        Ok(())
    }

    /// Goes on with a list that pauses. `failed` takes up again those names that failed for a reason of their own.
    ///
    /// # Errors
    /// [`Failure::NotNow`] while something else is under way, or for another user than the list's; [`Failure::NoRoom`]
    /// where the destination cannot be opened.
    pub async fn resume_many(self: &Arc<Self>, failed: bool) -> Result<(), Failure> {
        let _turn = self.many_turn.try_lock().map_err(|_| BUSY)?;
        let many = self.many().ok_or(NOT_NOW)?;
        self.is_signed_in(&many.batch.owner)?;
        let vault = self.open_destination(&many.batch.destination).await.and_then(takes_lists).map_err(no_room)?;
        self.refresh_many().await;
        // That took its time, in which the person may have done something else.
        self.is_signed_in(&many.batch.owner)?;
        self.nothing_open()?;
        let id = {
            let mut batch = self.batch();
            let many = batch.as_mut().ok_or(NOT_NOW)?;
            (many.state, many.problem, many.wake) = (ManyState::Running, None, Arc::default());
            many.destination = vault.name().to_owned();
            if failed {
                many.failures.clear();
            }
            many.id
        };
        self.set_off(id, vault);
        Ok(())
    }

    /// Whether the destination and the user are still those that a list was checked for.
    fn still_as_checked(&self, checked: &CheckedNames) -> Result<(), Failure> {
        let SignedIn { at, .. } = self.sessions.signed_in()?;
        let owner = at.owner();
        if owner.account != checked.owner.account || !owner.is_same_user(&checked.owner) {
            return Err(Failure::NotNow("These names were checked in another account. Check the names again."));
        }
        match self.destinations.one(&checked.destination.id) {
            Ok(destination) if destination == checked.destination => Ok(()),
            _ => {
                Err(Failure::NotNow("The destination was changed since the names were checked. Check the names again."))
            }
        }
    }

    /// Whether the user that a list belongs to is the one who is signed in.
    fn is_signed_in(&self, owner: &Owner) -> Result<SignedIn, Failure> {
        let signed_in = self.sessions.signed_in()?;
        if signed_in.at.owner().is_same_user(owner) {
            Ok(signed_in)
        } else {
            Err(Failure::NotNow("This list was begun in another account. Switch to that one first."))
        }
    }

    /// Works through a list beside everything else.
    fn set_off(self: &Arc<Self>, id: BatchId, vault: Arc<dyn Vault>) {
        self.keep_open();
        let this = Arc::clone(self);
        tokio::spawn(async move {
            if tokio::spawn(Arc::clone(&this).work_through(id, vault)).await.is_err() {
                // Whatever failed so badly: the list can be gone on with.
                this.pause_after(id, Some(Failure::Computer("Keybearer failed at this name.".to_owned())));
            }
        });
    }

    /// Stops a list after the name that is worked on.
    pub fn pause_many(&self) {
        if let Some(many) = self.batch().as_mut().filter(|many| many.state == ManyState::Running) {
            many.state = ManyState::Stopping;
            many.wake.notify_one();
        }
        self.changed.send_replace(());
    }

    /// The person is done with the list: what was not asked for is not asked for.
    ///
    /// # Errors
    /// [`Failure::NotNow`] while it is worked on; [`Failure::File`] where that cannot be written down.
    pub async fn put_many_aside(&self) -> Result<(), Failure> {
        let _turn = self.many_turn.try_lock().map_err(|_| BUSY)?;
        let Some(many) = self.many() else { return Ok(()) };
        if many.is_under_way() {
            return Err(Failure::NotNow("Pause the list first."));
        }
        let journal = self.issuance.journal();
        spawn_blocking(move || journal.close_batch(many.id)).await.unwrap_or(Err(NOT_NOW))?;
        *self.batch() = None;
        self.changed.send_replace(());
        Ok(())
    }

    /// Stops a list now: the name that is worked on is called off, which may leave it in doubt.
    pub fn stop_many(&self) {
        self.pause_many();
        if self.many_under_way() {
            self.issuance.call_off();
            self.issuance.call_off_delivery();
        }
    }

    /// Reads what became of each name off the journal. Whether it could be read.
    pub(super) async fn refresh_many(&self) -> bool {
        let Some(id) = self.batch().as_ref().map(|many| many.id) else { return true };
        let journal = self.issuance.journal();
        let Ok(Ok(Some(open))) = spawn_blocking(move || journal.open_batch()).await else { return false };
        if let Some(many) = self.batch().as_mut().filter(|many| many.id == id && open.id == id) {
            many.fates = open.fates;
        }
        self.changed.send_replace(());
        true
    }

    async fn work_through(self: Arc<Self>, id: BatchId, vault: Arc<dyn Vault>) {
        let mut open_in_a_row = 0;
        loop {
            let next = match &mut *self.batch() {
                Some(many) if many.state == ManyState::Running && many.id == id => {
                    many.current = many.next();
                    let owner = many.batch.owner.clone();
                    many.current.map(|place| (place, owner, many.batch.names[place].clone(), Arc::clone(&many.wake)))
                }
                _ => None,
            };
            self.changed.send_replace(());
            let Some((place, owner, name, wake)) = next else { break };
            let part = Part { batch: id, place: u32::try_from(place).unwrap_or(u32::MAX) };
            let outcome = self.make_one(&owner, &name, part, &vault, &wake).await;
            let read = self.refresh_many().await;
            let held = self.issuance.with_held(|_| ()).is_some();
            let mut batch = self.batch();
            let Some(many) = batch.as_mut().filter(|many| many.id == id) else { break };
            many.current = None;
            let sure = outcome.as_ref().is_err_and(|failure| !failure.is_doubtful()) && !held;
            if !read && !sure {
                // Nobody can look up what became of it: so it is not taken for one that is still to be made.
                many.fates[place] = Fate::Open;
                many.state = ManyState::Stopping;
            }
            if let Err(failure) = outcome {
                if held || stops(&failure) {
                    many.state = ManyState::Stopping;
                    many.problem = Some(failure);
                } else if matches!(many.fates[place], Fate::Waiting | Fate::NotMade) {
                    many.failures.insert(place, failure);
                }
            }
            // One alone may be chance; a second shows how the next would end.
            open_in_a_row = if many.fates[place] == Fate::Open { open_in_a_row + 1 } else { 0 };
            if open_in_a_row >= OPEN_IN_A_ROW && many.state == ManyState::Running {
                many.state = ManyState::Stopping;
                many.problem = Some(OPEN_TOO_OFTEN);
            }
        }
        self.pause_after(id, None);
    }

    fn pause_after(&self, id: BatchId, problem: Option<Failure>) {
        if let Some(many) = self.batch().as_mut().filter(|many| many.id == id) {
            (many.current, many.waits_until) = (None, None);
            many.state = if many.next().is_some() { ManyState::Paused } else { ManyState::Ended };
            many.problem = problem.or(many.problem.take());
        }
        self.changed.send_replace(());
    }

    /// One key, from its name to the proof. A pause that Dfns itself asks for (429) is the one answer after which it is asked
    /// again by itself, and only once the keys were looked through and no new one was among them: what is open then is for
    /// the person to settle.
    async fn make_one(
        &self,
        owner: &Owner,
        name: &str,
        part: Part,
        vault: &Arc<dyn Vault>,
        wake: &Notify,
    ) -> Result<(), Failure> {
        let name = KeyName::parse(name)?;
        for _ in 0..PAUSES {
            let SignedIn { at, access, may_list, .. } = self.is_signed_in(owner)?;
            let keys: Arc<dyn Keys> = access;
            let order = Order {
                name: name.clone(),
                despite_same_name: false,
                despite_open: false,
                replaces: None,
                deliver_to: Some(Arc::clone(vault)),
                part_of: Some(part),
            };
            let created = self.issuance.create(Arc::clone(&keys), at.owner(), may_list, order).await;
            let pause = match created.as_ref().map_err(Failure::refusal) {
                Err(Failure::RateLimited(wait)) => Some(wait.unwrap_or(A_PAUSE)),
                _ => None,
            };
            if let Some(pause) = pause.filter(|pause| *pause <= LONGEST_PAUSE) {
                self.wait(Instant::now() + pause, wake).await?;
                // Where it was not looked up before, it is now.
                self.issuance.reconcile(&at.owner(), &keys).await;
                continue;
            }
            match created {
                Err(failure) => {
                    if *failure.refusal() == Failure::SignInAgain {
                        self.sessions.expire(&keys);
                    }
                    return Err(failure);
                }
                Ok(Made::WithoutToken) => return Ok(()),
                Ok(Made::Held(held)) => {
                    let delivered = self.issuance.deliver(held, vault).await?;
                    if delivered.stored.until.is_some() {
                        return Err(NOT_FOR_GOOD);
                    }
                    let finished = self.issuance.finish(held, false).await.map(drop);
                    if finished.is_err() {
                        self.issuance.show_hidden(held);
                    }
                    return finished;
                }
            }
        }
        Err(Failure::RateLimited(None))
    }

    async fn wait(&self, until: Instant, wake: &Notify) -> Result<(), Failure> {
        let waits_until = |until| {
            if let Some(many) = &mut *self.batch() {
                many.waits_until = until;
            }
            self.changed.send_replace(());
        };
        waits_until(Some(until));
        let waited = tokio::select! {
            () = sleep_until(until) => Ok(()),
            () = wake.notified() => Err(Failure::CalledOff),
        };
        waits_until(None);
        waited
    }

    fn checked(&self) -> MutexGuard<'_, LastChecked> {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn batch(&self) -> MutexGuard<'_, Option<Many>> {
        self.batch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const NOT_NOW: Failure = Failure::NotNow("There is no list of names to go on with.");

const CHECK_AGAIN: Failure = Failure::NotNow("Check the names again.");

const NOT_FOR_GOOD: Failure = Failure::NotNow(
    "The vault deletes this token by itself later. Decide in its dialog what is to become of it; the list waits for that.",
);

const OPEN_TOO_OFTEN: Failure = Failure::NotNow(
    "Two in a row did not come to an end: Dfns made their keys, or may have, and their tokens are in no vault. The list \
     pauses, so that the next do not end the same way. See to what needs attention, and then go on.",
);

const BUSY: Failure = Failure::NotNow("A list of names is just being begun.");

/// A list goes only where it is known of each token that it arrived: nobody is there to look after each.
fn takes_lists(vault: Arc<dyn Vault>) -> Result<Arc<dyn Vault>, Failure> {
    if vault.proves_itself() || vault.is_proven() {
        Ok(vault)
    } else {
        Err(Failure::NotStored(VaultProblem::NeverProven(vault.name().to_owned())))
    }
}

/// What keeps a destination from being opened, where no key was asked for because of it.
pub(super) fn no_room(failure: Failure) -> Failure {
    match failure {
        Failure::NotStored(problem) => Failure::NoRoom(problem),
        failure => failure,
    }
}

/// The same, where nobody has asked for a key yet.
pub(super) fn unusable(failure: Failure) -> Failure {
    match failure {
        Failure::NotStored(problem) => Failure::VaultUnusable(problem),
        failure => failure,
    }
}

/// Whether what went wrong with one name would go wrong with the next as well.
fn stops(failure: &Failure) -> bool {
    !matches!(
        failure.refusal(),
        Failure::SameName(_)
            | Failure::StillOpen(_)
            | Failure::NameEmpty
            | Failure::NameControl
            | Failure::NameUnseen(_)
            | Failure::NameTooLong(_)
            | Failure::NameIsSecret(_)
            | Failure::Refused(_)
            | Failure::Conflict(_)
            | Failure::Unexpected { .. }
            | Failure::Doubtful(_)
            | Failure::NoRoom(
                VaultProblem::Exists(_)
                    | VaultProblem::ExistsDeleted(_)
                    | VaultProblem::ExistsUnread(_)
                    | VaultProblem::NeedsUpdate(_)
            )
    )
}
