//! Many keys at once: a list of names, each made and delivered after the one before. What became of each is read off the
//! journal, so that a list that was interrupted goes on where it stopped.

mod checking;
mod list;
mod working;

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;

use self::checking::LastChecked;
pub use self::{
    checking::{Checked, CheckedNames},
    list::{BatchRun, BatchState, Item},
};
use super::{
    closing::ClosingIntent,
    confirmed::{making, may_sign},
    destinations::Destinations,
    looks::Looks,
    names::Names,
};

use crate::{
    account::{Sessions, SignedIn},
    assigning::Assigning,
    confirmation::Named,
    credential::CredentialKind,
    delivery::Vault,
    failure::{Failure, NotNow, VaultProblem},
    issuance::Issuance,
    journal::{Batch, BatchOutcome, Journal, NameInBatch, OpenBatch},
    key::{KeyApi, Owner},
    role::{GivenRole, Role},
};

/// Lists of names: the one that is worked on, or was, and the one that was looked through last.
pub struct Lists {
    sessions: Arc<Sessions>,
    issuance: Arc<Issuance>,
    destinations: Arc<Destinations>,
    names: Arc<Names>,
    looks: Arc<Looks>,
    closing: Arc<ClosingIntent>,
    assigning: Arc<Assigning>,
    batch: Mutex<Option<BatchRun>>,
    /// One list is begun or gone on with at a time.
    turn: tokio::sync::Mutex<()>,
    checked: Mutex<LastChecked>,
    changed: watch::Sender<()>,
}

impl Lists {
    /// There is none at first.
    pub(super) fn new(
        destinations: &Arc<Destinations>,
        closing: &Arc<ClosingIntent>,
        assigning: &Arc<Assigning>,
    ) -> Self {
        let Destinations { sessions, issuance, names, looks, changed, .. } = &**destinations;
        Self {
            sessions: Arc::clone(sessions),
            issuance: Arc::clone(issuance),
            destinations: Arc::clone(destinations),
            names: Arc::clone(names),
            looks: Arc::clone(looks),
            closing: Arc::clone(closing),
            assigning: Arc::clone(assigning),
            batch: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            checked: Mutex::default(),
            changed: changed.clone(),
        }
    }

    /// The list of names that is worked on, or was.
    pub fn current(&self) -> Option<BatchRun> {
        self.batch.lock().clone()
    }

    /// Whether a list of names is worked on now.
    pub fn is_under_way(&self) -> bool {
        self.batch.lock().as_ref().is_some_and(|run| run.work().is_some())
    }

    /// How many of its names something became of; `None` where there is no list.
    pub(super) fn count_worked_on(&self) -> Option<usize> {
        let worked_on = |item: &&Item| {
            !matches!((&item.outcome, &item.failure), (BatchOutcome::Waiting | BatchOutcome::NotMade, None))
        };
        self.batch.lock().as_ref().map(|run| run.items.iter().filter(worked_on).count())
    }

    /// Neither is a list worked on, nor a key being made or its token held.
    ///
    /// # Errors
    /// [`Failure::NotNow`].
    pub(super) fn nothing_open(&self) -> Result<(), Failure> {
        if self.is_under_way() {
            return Err(Failure::NotNow(NotNow::ListUnderWay));
        }
        if self.issuance.is_idle() { Ok(()) } else { Err(Failure::NotNow(NotNow::KeyHeld)) }
    }

    /// Takes up a list of names that was left unfinished when the app ended. It goes on when the person says so.
    pub(super) fn recall_from(&self, journal: &dyn Journal) {
        match journal.open_batch() {
            // Its keys have ended with the sandbox. What cannot be written now is tried again at the next start.
            Ok(Some(open)) if open.batch.owner.is_of_sandbox() => drop(journal.close_batch(open.id)),
            Ok(Some(open)) => self.recall(open),
            // A journal that cannot be read is told already.
            Ok(None) | Err(_) => {}
        }
    }

    fn recall(&self, open: OpenBatch) {
        let destination = self.destinations.one(&open.batch.destination).map(|destination| destination.name);
        let destination = destination.unwrap_or_else(|_| "a destination that was removed".to_owned());
        *self.batch.lock() = Some(BatchRun::open(open, destination));
    }

    /// Makes a key of each name that was found to be fine, one after the other, and delivers each at once: from the list that
    /// was checked last, to the very destination and by the very user that it was checked for.
    ///
    /// # Errors
    /// [`Failure::NotNow`] while something else is under way, or where the list, the destination or the user is another by
    /// now; [`Failure::File`] where the list cannot be written down, so that nothing was asked for; [`Failure::Vault`],
    /// `NoRoom`, where the destination cannot be opened.
    pub async fn begin(self: &Arc<Self>, number: u32) -> Result<(), Failure> {
        let _turn = self.turn.try_lock().map_err(|_| BUSY)?;
        let checked = self.checked.lock().list.clone().filter(|list| list.number == number).ok_or(CHECK_AGAIN)?;
        let fine: Vec<&Checked> = checked.names.iter().filter(|each| each.problem.is_none()).collect();
        if fine.is_empty() {
            return Err(CHECK_AGAIN);
        }
        if self.batch.lock().as_ref().is_some_and(|run| !run.has_ended()) {
            return Err(Failure::NotNow(NotNow::ListBegun));
        }
        let vault =
            self.destinations.open(&checked.destination.id).await.and_then(takes_lists).map_err(Failure::no_room)?;
        // Each of these takes its time, in which the person may do something else.
        self.still_as_checked(&checked)?;
        self.nothing_open()?;
        let CheckedNames { owner, kind, destination, .. } = checked.clone();
        let all: Vec<_> = fine.iter().map(|each| (&*each.name, each.roles())).collect();
        self.may_make(&owner, kind, &all).await?;
        self.still_as_checked(&checked)?;
        self.nothing_open()?;
        let names = fine.into_iter().map(|Checked { name, chosen, replaces, .. }| NameInBatch {
            name: name.clone(),
            terms: chosen.terms.clone(),
            replaces: replaces.clone(),
        });
        let batch = Batch { owner, kind, destination: destination.id, names: names.collect() };
        let written = batch.clone();
        let id = self.issuance.with_journal(move |journal| journal.begin_batch(&written)).await?;
        if let Err(failure) = self.still_as_checked(&checked).and_then(|()| self.nothing_open()) {
            let _ = self.issuance.with_journal(move |journal| journal.close_batch(id)).await;
            return Err(failure);
        }
        self.checked.lock().list = None;
        let outcomes = vec![BatchOutcome::Waiting; batch.names.len()];
        let mut run = BatchRun::open(OpenBatch { id, batch, outcomes }, vault.name().to_owned());
        run.items.iter_mut().for_each(|item| item.confirmed = true);
        run.resume(false);
        *self.batch.lock() = Some(run);
        self.set_off(id, vault);
        Ok(())
    }

    /// Goes on with a list that pauses. `failed` takes up again those names that failed for a reason of their own.
    ///
    /// # Errors
    /// [`Failure::NotNow`] while something else is under way, or for another user than the list's; [`Failure::Vault`],
    /// `NoRoom`, where the destination cannot be opened.
    pub async fn resume(self: &Arc<Self>, failed: bool) -> Result<(), Failure> {
        let _turn = self.turn.try_lock().map_err(|_| BUSY)?;
        let run = self.current().ok_or(NOT_NOW)?;
        self.is_signed_in(&run.owner)?;
        let vault =
            self.destinations.open(&run.destination_id).await.and_then(takes_lists).map_err(Failure::no_room)?;
        self.refresh().await;
        self.nothing_open()?;
        let asked = self.may_go_on().await?;
        // That took its time, in which the person may have done something else.
        self.is_signed_in(&run.owner)?;
        self.nothing_open()?;
        let id = {
            let mut batch = self.batch.lock();
            let run = batch.as_mut().ok_or(NOT_NOW)?;
            asked.into_iter().for_each(|place| run.items[place].confirmed = true);
            run.resume(failed);
            run.destination = vault.name().to_owned();
            run.id
        };
        self.set_off(id, vault);
        Ok(())
    }

    /// Makes sure that the person wants all of these made, where each is signed: asked about once, for the whole list. What their
    /// roles allow is looked up anew, since they may have changed.
    async fn may_make(&self, owner: &Owner, kind: CredentialKind, all: &[(&str, &[GivenRole])]) -> Result<(), Failure> {
        if !kind.signs() || all.is_empty() {
            return Ok(());
        }
        let roles = match all.iter().any(|(_, roles)| !roles.is_empty()) {
            true => self.is_signed_in(owner)?.access.roles().await?,
            false => Vec::new(),
        };
        let with_operations = |given: &[GivenRole]| given.iter().map(|role| role.among(&roles)).collect();
        let of_each: Vec<Vec<Role>> = all.iter().map(|(_, given)| with_operations(given)).collect();
        let to = all.iter().zip(&of_each).map(|((name, _), roles)| Named { roles: Some(roles), ..Named::of(name) });
        let to: Vec<Named<'_>> = to.collect();
        may_sign(&self.sessions, &self.destinations.confirmations, &making(kind, to.len()), &to).await
    }

    /// As [`Self::may_make`], of what is left of a list and was not asked about since the app was started: that it was confirmed
    /// then may be long ago. Their places.
    async fn may_go_on(&self) -> Result<Vec<usize>, Failure> {
        let run = self.current().ok_or(NOT_NOW)?;
        let left = |(_, item): &(usize, &Item)| item.is_to_be_made() && !item.confirmed;
        let left: Vec<(usize, &Item)> = run.items.iter().enumerate().filter(left).collect();
        let all: Vec<_> = left.iter().map(|(_, item)| (&*item.name, item.roles())).collect();
        self.may_make(&run.owner, run.kind, &all).await?;
        Ok(left.into_iter().map(|(place, _)| place).collect())
    }

    /// Stops a list after the name that is worked on.
    pub fn pause(&self) {
        if let Some(run) = self.batch.lock().as_mut().filter(|run| matches!(run.state, BatchState::Running(_))) {
            run.stop(None);
            run.wake.notify_one();
        }
        self.changed.send_replace(());
    }

    /// The person is done with the list: what was not asked for is not asked for.
    ///
    /// # Errors
    /// [`Failure::NotNow`] while it is worked on; [`Failure::File`] where that cannot be written down.
    pub async fn dismiss(&self) -> Result<(), Failure> {
        let _turn = self.turn.try_lock().map_err(|_| BUSY)?;
        let Some(run) = self.current() else { return Ok(()) };
        if run.work().is_some() {
            return Err(Failure::NotNow(NotNow::ListRuns));
        }
        self.issuance.with_journal(move |journal| journal.close_batch(run.id)).await?;
        *self.batch.lock() = None;
        self.changed.send_replace(());
        Ok(())
    }

    /// Stops a list now: the name that is worked on is called off, which may leave it in doubt.
    pub fn stop(&self) {
        self.pause();
        if self.is_under_way() {
            self.issuance.call_off();
            self.issuance.call_off_delivery();
        }
    }

    /// Reads what became of each name off the journal. Whether it could be read.
    pub(super) async fn refresh(&self) -> bool {
        let Some(id) = self.batch.lock().as_ref().map(|run| run.id) else { return true };
        let Ok(Some(open)) = self.issuance.with_journal(|journal| journal.open_batch()).await else { return false };
        if let Some(run) = self.batch.lock().as_mut().filter(|run| run.id == id && open.id == id) {
            run.set_outcomes(open.outcomes);
        }
        self.changed.send_replace(());
        true
    }

    /// Whether the user that a list belongs to is the one who is signed in.
    fn is_signed_in(&self, owner: &Owner) -> Result<SignedIn, Failure> {
        let signed_in = self.sessions.signed_in()?;
        if signed_in.at.owner().is_same_user(owner) {
            Ok(signed_in)
        } else {
            Err(Failure::NotNow(NotNow::ListElsewhere))
        }
    }
}

const NOT_NOW: Failure = Failure::NotNow(NotNow::NoList);

const CHECK_AGAIN: Failure = Failure::NotNow(NotNow::CheckAgain);

const BUSY: Failure = Failure::NotNow(NotNow::ListBegins);

/// A list goes only where it is known of each token that it arrived: nobody is there to look after each.
fn takes_lists(vault: Arc<dyn Vault>) -> Result<Arc<dyn Vault>, Failure> {
    if vault.proves_itself() || vault.is_proven() {
        Ok(vault)
    } else {
        Err(VaultProblem::NeverProven(vault.name().to_owned()).not_stored())
    }
}
