//! The state of a list of names: what became of each, and how it goes on.

use std::sync::Arc;

use tokio::{sync::Notify, time::Instant};

use crate::{
    credential::CredentialKind,
    failure::Failure,
    journal::{BatchId, BatchOutcome, NameInBatch, OpenBatch, roles_wanted},
    key::{Key, Owner},
    order::Terms,
    role::GivenRole,
};

/// A list of names that is worked on, or was.
#[derive(Clone, Debug)]
pub struct BatchRun {
    pub owner: Owner,
    pub(super) kind: CredentialKind,
    pub destination: String,
    pub items: Vec<Item>,
    pub state: BatchState,
    pub(super) id: BatchId,
    pub(super) destination_id: String,
    pub(super) wake: Arc<Notify>,
}

#[derive(Clone, Debug)]
pub struct Item {
    pub name: String,
    /// What it is asked for to be, of a kind that signs.
    pub(super) terms: Terms,
    /// What the new one is to replace.
    pub replaces: Option<Key>,
    /// Whether the person has confirmed, since the app was started, that it is signed for, where its kind takes that.
    pub(super) confirmed: bool,
    /// What became of it, as the journal has it.
    pub outcome: BatchOutcome,
    /// Why it failed before its key was made, in this run.
    pub failure: Option<Failure>,
}

/// How a list goes on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum BatchState {
    Running(Work),
    /// It stops after the name that is worked on: by itself for this reason, or because the person wants it.
    Stopping(Work, Option<Failure>),
    /// It can go on. Why it pauses by itself.
    Paused(Option<Failure>),
    /// Nothing is left to do. Why it would have paused by itself.
    Ended(Option<Failure>),
}

#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Work {
    /// The name, by its place.
    pub current: Option<usize>,
    /// Until when Dfns has asked to wait.
    pub waits_until: Option<Instant>,
}

impl BatchRun {
    /// The list as it was written down, under what its destination is called. It pauses, unless nothing is left to do.
    pub(super) fn open(open: OpenBatch, destination: String) -> Self {
        let names = open.batch.names.into_iter().zip(open.outcomes);
        let mut run = Self {
            owner: open.batch.owner,
            kind: open.batch.kind,
            destination,
            items: names
                .map(|(NameInBatch { name, terms, replaces }, outcome)| Item {
                    name,
                    terms,
                    replaces,
                    confirmed: false,
                    outcome,
                    failure: None,
                })
                .collect(),
            state: BatchState::Paused(None),
            id: open.id,
            destination_id: open.batch.destination,
            wake: Arc::default(),
        };
        run.pause(None);
        run
    }

    pub(in crate::app) fn id(&self) -> BatchId {
        self.id
    }

    /// What is worked on, while it is.
    pub fn work(&self) -> Option<&Work> {
        match &self.state {
            BatchState::Running(work) | BatchState::Stopping(work, _) => Some(work),
            BatchState::Paused(_) | BatchState::Ended(_) => None,
        }
    }

    /// Why it pauses by itself.
    pub fn problem(&self) -> Option<&Failure> {
        match &self.state {
            BatchState::Running(_) => None,
            BatchState::Stopping(_, why) | BatchState::Paused(why) | BatchState::Ended(why) => why.as_ref(),
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        matches!(self.state, BatchState::Ended(_))
    }

    /// It goes on. `failed` takes up again the names that failed for a reason of their own.
    pub(super) fn resume(&mut self, failed: bool) {
        if failed {
            self.items.iter_mut().for_each(|item| item.failure = None);
        }
        self.state = BatchState::Running(Work::default());
        self.wake = Arc::default();
    }

    /// Takes up the next name, while it is to go on: its place.
    pub(super) fn begin_next(&mut self) -> Option<usize> {
        let next = self.next();
        match &mut self.state {
            BatchState::Running(work) => work.current = next,
            _ => return None,
        }
        next
    }

    /// Lets it stop after the name that is worked on. What has stopped it already stays, unless there is a reason now.
    pub(super) fn stop(&mut self, why: Option<Failure>) {
        match &mut self.state {
            BatchState::Running(work) => self.state = BatchState::Stopping(std::mem::take(work), why),
            BatchState::Stopping(_, before) => *before = why.or_else(|| before.take()),
            BatchState::Paused(_) | BatchState::Ended(_) => {}
        }
    }

    /// Nothing is worked on any more.
    pub(super) fn pause(&mut self, why: Option<Failure>) {
        let why = why.or_else(|| self.problem().cloned());
        let is_left = self.items.iter().any(Item::is_left);
        self.state = if is_left { BatchState::Paused(why) } else { BatchState::Ended(why) };
    }

    pub(super) fn set_work(&mut self, change: impl FnOnce(&mut Work)) {
        if let BatchState::Running(work) | BatchState::Stopping(work, _) = &mut self.state {
            change(work);
        }
    }

    /// What became of each name, as it is written down by now.
    pub(super) fn set_outcomes(&mut self, outcomes: Vec<BatchOutcome>) {
        for (item, outcome) in self.items.iter_mut().zip(outcomes) {
            item.outcome = outcome;
        }
    }

    /// The name to work on next. Nothing is signed for one that the person was not asked about: what was open when they were
    /// may since be known not to have been made.
    fn next(&self) -> Option<usize> {
        self.items.iter().position(|item| item.is_left() && (item.confirmed || !self.kind.signs()))
    }
}

impl Item {
    /// The roles that it is to have.
    pub(super) fn roles(&self) -> &[GivenRole] {
        roles_wanted(self.replaces.as_ref(), self.terms.role.as_ref())
    }

    /// Whether it is still to be made, and has not failed in this run for a reason of its own.
    fn is_left(&self) -> bool {
        self.is_to_be_made() && self.failure.is_none()
    }

    /// Whether it was not asked for, or it is sure that no key was made.
    pub(super) fn is_to_be_made(&self) -> bool {
        matches!(self.outcome, BatchOutcome::Waiting | BatchOutcome::NotMade)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Batch;

    /// A list that was left when the app ended.
    fn left(kind: CredentialKind, outcomes: Vec<BatchOutcome>) -> BatchRun {
        let names = outcomes
            .iter()
            .enumerate()
            .map(|(number, _)| NameInBatch { name: format!("Bot {number}"), ..NameInBatch::default() });
        let batch = Batch { owner: Owner::default(), kind, destination: "team".into(), names: names.collect() };
        BatchRun::open(OpenBatch { id: BatchId(1), batch, outcomes }, "Team Vault".into())
    }

    #[test]
    fn nothing_is_signed_for_a_name_that_was_open_when_the_rest_was_asked_about() {
        let mut run = left(CredentialKind::ServiceAccount, vec![BatchOutcome::Open, BatchOutcome::Waiting]);
        run.items[1].confirmed = true;
        run.resume(false);
        assert_eq!(run.begin_next(), Some(1));
        // It turns out not to have been made.
        run.set_outcomes(vec![BatchOutcome::NotMade, BatchOutcome::Delivered("Team Vault: Bot 1".into())]);
        assert_eq!(run.begin_next(), None);
        run.pause(None);
        assert_eq!(run.state, BatchState::Paused(None), "the person can go on, and is asked about it");
    }

    #[test]
    fn what_is_not_signed_goes_on_without_a_question() {
        let mut run = left(CredentialKind::ApiKey, vec![BatchOutcome::Waiting]);
        run.resume(false);
        assert_eq!(run.begin_next(), Some(0));
    }
}
