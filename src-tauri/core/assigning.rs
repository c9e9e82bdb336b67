//! Giving roles and taking them. Each is written down before Dfns is asked for it. An answer alone proves nothing: what Dfns lists
//! afterwards does. What waits for another admin's approval, and what is in doubt, stays open over restarts until the list of
//! assignments settles it, or the person does.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use parking_lot::Mutex;
use tokio::{sync::watch, task::spawn_blocking};

use crate::{
    caught::caught,
    failure::{CallContext, Failure, NotNow, UnclearAnswer},
    issuance::Revocation,
    journal::{Journal, NewRoleChange, RoleChange, RoleChangeId, RoleChangeState, RoleOperation},
    key::{Key, KeyApi, Owner},
    role::{Assigned, Assignment},
    words::{self, Message},
};

/// How a change that was asked for has ended, where it did not fail.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RoleOutcome {
    /// It was seen to be so.
    Done,
    /// Another admin has to approve of it.
    Pending,
}

/// A change that the person is to know of.
#[derive(Clone, Debug)]
pub struct OpenRoleChange {
    pub change: RoleChange,
    /// Dfns' list was looked at, and does not show it, though it may have been asked for.
    pub looked: bool,
    /// Why it could not be looked at the last time.
    pub problem: Option<Failure>,
    doing: Doing,
}

/// What is being done with it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Doing {
    Nothing,
    /// Dfns is being asked for it, and who asked waits for the outcome.
    Asking,
    Looking,
}

/// The changes of roles that are not settled.
pub struct Assigning {
    journal: Arc<dyn Journal>,
    open: Mutex<Vec<OpenRoleChange>>,
    /// Counts up whenever something may have another role than before.
    revision: AtomicU32,
    changed: watch::Sender<()>,
}

/// What Dfns shows of a change.
#[derive(Debug)]
enum Seen {
    So,
    /// The id of its change request.
    Pending(String),
    NotSo,
}

impl Assigning {
    /// With what is open from before.
    pub fn new(journal: Arc<dyn Journal>, changed: watch::Sender<()>) -> Self {
        // A journal that cannot be read is told as a problem of its own.
        let open = journal.role_changes().unwrap_or_default().into_iter().filter(|change| change.settled.is_none());
        let open = Mutex::new(open.map(OpenRoleChange::of).collect());
        Self { journal, open, revision: AtomicU32::new(0), changed }
    }

    /// Those that the person is to know of, newest first.
    pub fn open(&self) -> Vec<OpenRoleChange> {
        self.open.lock().iter().rev().filter(|each| each.doing != Doing::Asking).cloned().collect()
    }

    pub fn revision(&self) -> u32 {
        self.revision.load(Ordering::Relaxed)
    }

    /// Asks for a change once, and looks whether it is so.
    ///
    /// # Errors
    /// [`Failure::File`] where it cannot be written down, so that nothing was asked for; [`Failure::NotNow`] while the same role is
    /// pending; [`Failure::Unclear`], `GiveRole` or `TakeRole`, where it may have been done, which stays open; else the call's:
    /// it is sure then that nothing was done.
    pub async fn change(
        &self,
        keys: &Arc<dyn KeyApi>,
        new: NewRoleChange,
        asked: &Revocation,
    ) -> Result<RoleOutcome, Failure> {
        let before = self.none_pending(keys, &new).await?;
        let id = self.begin(new.clone()).await?;
        // What was open of the same role is of no interest to anybody from here on.
        for id in before {
            self.becomes(id, RoleChangeState::Settled, None).await;
        }
        let outcome = asked.unless_called_off(new.context(), ask(&**keys, &new)).await;
        let (state, request) = match &outcome {
            Ok(Some(request)) => (RoleChangeState::Pending, Some(request.as_str()).filter(|id| !id.is_empty())),
            Ok(None) => (RoleChangeState::Applied, None),
            Err(Failure::Unclear(CallContext::GiveRole | CallContext::TakeRole, _)) => (RoleChangeState::Asked, None),
            Err(_) => (RoleChangeState::NotDone, None),
        };
        self.becomes(id, state, request).await;
        outcome.map(|request| if request.is_some() { RoleOutcome::Pending } else { RoleOutcome::Done })
    }

    /// Looks what became of the open changes of this user: those that are so by now.
    pub async fn follow_up(&self, keys: &Arc<dyn KeyApi>, owner: &Owner) -> Vec<NewRoleChange> {
        let is_theirs = |each: &&OpenRoleChange| each.change.new.owner.is_same_user(owner);
        let theirs: Vec<_> = self.open.lock().iter().filter(is_theirs).map(|each| each.change.id).collect();
        let mut applied = Vec::new();
        for id in theirs {
            applied.extend(self.check(keys, id).await);
        }
        applied
    }

    /// Looks what became of one: what it was, where it is so by now.
    pub async fn check(&self, keys: &Arc<dyn KeyApi>, id: RoleChangeId) -> Option<NewRoleChange> {
        let change = self.with(id, |each| {
            let is_idle = each.doing == Doing::Nothing;
            is_idle.then(|| {
                each.doing = Doing::Looking;
                each.change.clone()
            })
        })??;
        let unforeseen = Failure::Unclear(CallContext::Read, UnclearAnswer::Failed);
        let seen = caught(look(&**keys, &change.new)).await.unwrap_or(Err(unforeseen));
        let state = match (&seen, change.state) {
            (Ok(Seen::So), _) => RoleChangeState::Applied,
            (Ok(Seen::Pending(_)), _) => RoleChangeState::Pending,
            (Ok(Seen::NotSo), RoleChangeState::Pending) => RoleChangeState::NoLongerPending,
            (Ok(Seen::NotSo) | Err(_), before) => before,
        };
        // Where it is dismissed meanwhile, it stays so.
        self.with(id, |each| {
            each.doing = Doing::Nothing;
            each.looked |= matches!(seen, Ok(Seen::NotSo));
            each.problem = seen.as_ref().err().cloned();
        })?;
        let request = match &seen {
            Ok(Seen::Pending(request)) if !request.is_empty() => Some(request.as_str()),
            _ => None,
        };
        if state == change.state {
            self.changed.send_replace(());
        } else {
            self.becomes(id, state, request).await;
        }
        (state == RoleChangeState::Applied).then_some(change.new)
    }

    /// The person has dealt with it.
    pub async fn dismiss(&self, id: RoleChangeId) {
        if self.with(id, |each| each.doing != Doing::Asking) == Some(true) {
            self.becomes(id, RoleChangeState::Settled, None).await;
        }
    }

    /// The changes of the same role that are open, none of which waits for anybody.
    async fn none_pending(&self, keys: &Arc<dyn KeyApi>, new: &NewRoleChange) -> Result<Vec<RoleChangeId>, Failure> {
        let of_it = |each: &&OpenRoleChange| {
            let its = &each.change.new;
            its.owner.base == new.owner.base && its.key == new.key && its.role.id == new.role.id
        };
        let ids = || self.open.lock().iter().filter(of_it).map(|each| each.change.id).collect::<Vec<_>>();
        for id in ids() {
            self.check(keys, id).await;
        }
        let is_pending = |each: &OpenRoleChange| each.change.state == RoleChangeState::Pending;
        if self.open.lock().iter().filter(of_it).any(is_pending) {
            return Err(Failure::NotNow(NotNow::RolePending));
        }
        Ok(ids())
    }

    async fn begin(&self, new: NewRoleChange) -> Result<RoleChangeId, Failure> {
        let (journal, written) = (Arc::clone(&self.journal), new.clone());
        let id = spawn_blocking(move || journal.begin_role_change(&written)).await;
        let id = id.unwrap_or_else(|_| Err(Failure::File(words::journal_unwritten(words::unclear_failed()))))?;
        let asked = time::OffsetDateTime::now_utc();
        let change = RoleChange { id, new, asked, settled: None, state: RoleChangeState::Asked, request: None };
        self.open.lock().push(OpenRoleChange { doing: Doing::Asking, ..OpenRoleChange::of(change) });
        Ok(id)
    }

    async fn becomes(&self, id: RoleChangeId, state: RoleChangeState, request: Option<&str>) {
        let (journal, written) = (Arc::clone(&self.journal), request.map(str::to_owned));
        let writing = spawn_blocking(move || journal.role_change_is(id, state, written.as_deref()));
        // What is not written is open at the next start still, and settled by the same look then.
        let _ = writing.await;
        let mut open = self.open.lock();
        if state.is_open() {
            if let Some(each) = open.iter_mut().find(|each| each.change.id == id) {
                (each.change.state, each.doing) = (state, Doing::Nothing);
                each.change.request = request.map(str::to_owned).or(each.change.request.take());
            }
        } else {
            open.retain(|each| each.change.id != id);
        }
        drop(open);
        // Refused or not, what is listed may be another by now.
        self.revision.fetch_add(1, Ordering::Relaxed);
        self.changed.send_replace(());
    }

    fn with<T>(&self, id: RoleChangeId, change: impl FnOnce(&mut OpenRoleChange) -> T) -> Option<T> {
        self.open.lock().iter_mut().find(|each| each.change.id == id).map(change)
    }
}

impl NewRoleChange {
    /// What an unclear answer to it means.
    fn context(&self) -> CallContext {
        match self.operation {
            RoleOperation::Give => CallContext::GiveRole,
            RoleOperation::Take => CallContext::TakeRole,
        }
    }

    /// What the person is told once it is so.
    pub fn said(&self) -> Message {
        match self.operation {
            RoleOperation::Give => words::said_role_given(&self.key_name, self.role_name()),
            RoleOperation::Take => words::said_role_taken(&self.key_name, self.role_name()),
        }
    }

    /// What the person is told once it waits for somebody else.
    pub fn said_pending(&self) -> Message {
        match self.operation {
            RoleOperation::Give => words::said_role_give_pending(&self.key_name, self.role_name()),
            RoleOperation::Take => words::said_role_take_pending(&self.key_name, self.role_name()),
        }
    }

    /// By its id where Dfns did not tell its name.
    fn role_name(&self) -> &str {
        if self.role.name.is_empty() { &self.role.id } else { &self.role.name }
    }
}

impl RoleChange {
    /// What was asked for, and what became of it.
    pub fn message(&self) -> Message {
        let role = self.new.role_name();
        let asked = match self.new.operation {
            RoleOperation::Give => words::happened_role_give(role),
            RoleOperation::Take => words::happened_role_take(role),
        };
        let became = match self.state {
            RoleChangeState::Applied => match self.new.operation {
                RoleOperation::Give => return words::happened_role_given(role),
                RoleOperation::Take => return words::happened_role_taken(role),
            },
            RoleChangeState::Asked => words::happened_role_doubtful(),
            RoleChangeState::Pending => words::happened_role_pending(),
            RoleChangeState::NoLongerPending => words::happened_role_over(),
            RoleChangeState::NotDone => words::happened_role_not_done(),
            RoleChangeState::Settled => words::happened_settled(),
        };
        words::happened_role(asked, became)
    }
}

impl OpenRoleChange {
    fn of(change: RoleChange) -> Self {
        Self { change, looked: false, problem: None, doing: Doing::Nothing }
    }

    pub fn is_looked_at(&self) -> bool {
        self.doing == Doing::Looking
    }

    /// What is known.
    pub fn message(&self) -> Message {
        use RoleOperation::{Give, Take};
        let RoleChange { new, state, .. } = &self.change;
        let (name, role) = (new.key_name.as_str(), new.role_name());
        match (state, new.operation) {
            (RoleChangeState::Pending, Give) => words::role_give_pending(name, role),
            (RoleChangeState::Pending, Take) => words::role_take_pending(name, role),
            (RoleChangeState::NoLongerPending, Give) => words::role_give_over(name, role),
            (RoleChangeState::NoLongerPending, Take) => words::role_take_over(name, role),
            (_, Give) if self.looked => words::role_give_unseen(name, role),
            (_, Take) if self.looked => words::role_take_unseen(name, role),
            (_, Give) => words::role_give_doubtful(name, role),
            (_, Take) => words::role_take_doubtful(name, role),
        }
    }

    /// What to do.
    pub fn hint(&self) -> Message {
        if let Some(problem) = &self.problem {
            return words::sentences(words::role_not_checked(), problem.in_full());
        }
        match self.change.state {
            RoleChangeState::Pending => words::role_pending_hint(),
            RoleChangeState::NoLongerPending => words::role_over_hint(),
            _ if self.looked => words::role_unseen_hint(),
            _ => words::role_doubtful_hint(),
        }
    }
}

/// Asks for a change: the change request where one is pending, and none where it is so by now.
async fn ask(keys: &dyn KeyApi, new: &NewRoleChange) -> Result<Option<String>, Failure> {
    let answer = match new.operation {
        RoleOperation::Give => keys.assign(&new.role.id, &new.identity).await,
        RoleOperation::Take => {
            let assignment = new.role.assignment.as_deref().ok_or(Failure::KeyWithoutId)?;
            keys.unassign(&new.role.id, assignment).await
        }
    };
    let open = match answer {
        Ok(Assigned::Pending { change }) => return Ok(Some(change)),
        Ok(Assigned::Applied) => Failure::Unclear(new.context(), UnclearAnswer::NotUnderstood),
        Err(failure @ Failure::Unclear(CallContext::GiveRole | CallContext::TakeRole, _)) => failure,
        Err(failure) => return Err(failure),
    };
    match look(keys, new).await {
        Ok(Seen::So) => Ok(None),
        Ok(Seen::Pending(request)) => Ok(Some(request)),
        Ok(Seen::NotSo) | Err(_) => Err(open),
    }
}

/// What Dfns shows of a change by now: in the list of assignments, or, where that does not show it, in what it tells of the key.
async fn look(keys: &dyn KeyApi, new: &NewRoleChange) -> Result<Seen, Failure> {
    let listed = keys.assignments(&new.role.id).await.map(|listed| new.seen_in(&listed));
    match (listed, new.operation) {
        (Ok(seen @ (Seen::So | Seen::Pending(_))), _) | (Ok(seen), RoleOperation::Take) => Ok(seen),
        (listed, RoleOperation::Give) => match keys.read(new.kind, &new.key).await {
            Ok(key) if key.id == new.key && key.has_role(&new.role.id) => Ok(Seen::So),
            _ => listed,
        },
        // That something tells of no role shows nothing, unless it is all that one may see.
        (Err(failure @ Failure::Forbidden { .. }), RoleOperation::Take) => match keys.read(new.kind, &new.key).await {
            Ok(key) if key.id == new.key && !key.has_role(&new.role.id) => Ok(Seen::So),
            _ => Err(failure),
        },
        (Err(failure), RoleOperation::Take) => Err(failure),
    }
}

impl NewRoleChange {
    fn seen_in(&self, listed: &[Assignment]) -> Seen {
        let taken = self.role.assignment.as_deref();
        let found = match self.operation {
            RoleOperation::Give => listed.iter().find(|it| it.identity == self.identity),
            RoleOperation::Take => listed.iter().find(|it| Some(it.id.as_str()) == taken),
        };
        // What is pending may be the opposite, which somebody else asked for: the role is given until it is taken.
        let opposite = self.operation == RoleOperation::Give;
        match (found.map(|it| &it.pending), self.operation) {
            (None, RoleOperation::Give) | (Some(None), RoleOperation::Take) => Seen::NotSo,
            (None, RoleOperation::Take) | (Some(None), RoleOperation::Give) => Seen::So,
            (Some(Some(pending)), _) if pending.takes == Some(opposite) => {
                if opposite {
                    Seen::So
                } else {
                    Seen::NotSo
                }
            }
            (Some(Some(pending)), _) => Seen::Pending(pending.id.clone()),
        }
    }
}

impl Key {
    fn has_role(&self, role: &str) -> bool {
        self.signing.iter().flat_map(|signing| &signing.roles).any(|given| given.id == role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        credential::CredentialKind,
        key::KeyId,
        role::{GivenRole, PendingChange},
    };

    fn change(operation: RoleOperation) -> NewRoleChange {
        let role = GivenRole { id: "pm-1".into(), name: "Reader".into(), assignment: Some("as-1".into()) };
        let (key, identity) = (KeyId("us-1".into()), KeyId("us-1".into()));
        let (owner, kind) = (Owner::default(), CredentialKind::ServiceAccount);
        NewRoleChange { owner, operation, kind, key, key_name: "Bot".into(), identity, role }
    }

    #[test]
    fn what_is_listed_tells_what_became_of_a_change() {
        use RoleOperation::{Give, Take};
        let pending = |takes| Some(PendingChange { id: "cr-1".into(), takes });
        for (operation, listed, expected) in [
            (Give, None, "NotSo"),
            (Give, Some(None), "So"),
            (Give, Some(pending(Some(false))), "Pending(\"cr-1\")"),
            (Give, Some(pending(None)), "Pending(\"cr-1\")"),
            // Somebody wants it taken again, so it is given.
            (Give, Some(pending(Some(true))), "So"),
            (Take, None, "So"),
            (Take, Some(None), "NotSo"),
            (Take, Some(pending(Some(true))), "Pending(\"cr-1\")"),
            (Take, Some(pending(None)), "Pending(\"cr-1\")"),
            (Take, Some(pending(Some(false))), "NotSo"),
        ] {
            let of = |id: &str, identity: &str, pending| Assignment {
                id: id.into(),
                identity: KeyId(identity.into()),
                pending,
            };
            let mut all = vec![of("as-2", "us-2", None)];
            all.extend(listed.clone().map(|pending| of("as-1", "us-1", pending)));
            assert_eq!(format!("{:?}", change(operation).seen_in(&all)), expected, "{operation:?} {listed:?}");
        }
    }
}
