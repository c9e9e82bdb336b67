//! A list of names, worked through: one key after the other, each delivered at once.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

use super::{BatchState, Item, Lists};
use crate::{
    account::SignedIn,
    app::replacing::give_the_other_roles,
    credential::CredentialKind,
    delivery::Vault,
    failure::{CallContext, Failure, NotNow, VaultContext, VaultProblem},
    issuance::{CreateRequest, Made},
    journal::{BatchId, BatchOutcome, Part},
    key::{KeyApi, KeyName, Owner},
    words,
};

/// How long to wait where Dfns asks for a pause and does not tell for how long.
const A_PAUSE: Duration = Duration::from_secs(10);

/// Nobody sits and waits for longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// So many in a row may end with a key that has to be looked after; then the list pauses.
const OPEN_IN_A_ROW: u32 = 2;

/// So often Dfns may ask for a pause before the next is waited for.
const PAUSES: u32 = 20;

impl Lists {
    /// Works through a list beside everything else.
    pub(super) fn set_off(self: &Arc<Self>, id: BatchId, vault: Arc<dyn Vault>) {
        self.closing.set(false);
        let this = Arc::clone(self);
        tokio::spawn(async move {
            if tokio::spawn(Arc::clone(&this).work_through(id, vault)).await.is_err() {
                // Whatever failed so badly: the list can be gone on with.
                this.pause_after(id, Some(Failure::Computer(words::err_failed_at_name())));
            }
        });
    }

    async fn work_through(self: Arc<Self>, id: BatchId, vault: Arc<dyn Vault>) {
        let mut open_in_a_row = 0;
        loop {
            let next = self.batch.lock().as_mut().filter(|run| run.id == id).and_then(|run| {
                let place = run.begin_next()?;
                Some((place, run.owner.clone(), run.kind, run.items[place].clone(), Arc::clone(&run.wake)))
            });
            self.changed.send_replace(());
            let Some((place, owner, kind, item, wake)) = next else { break };
            let part = Part { batch: id, place: u32::try_from(place).unwrap_or(u32::MAX) };
            let outcome = self.make_one(&owner, kind, &item, part, &vault, &wake).await;
            let read = self.refresh().await;
            let held = self.issuance.with_held(|_| ()).is_some();
            let mut batch = self.batch.lock();
            let Some(run) = batch.as_mut().filter(|run| run.id == id) else { break };
            run.set_work(|work| work.current = None);
            let sure = outcome.as_ref().is_err_and(|failure| !failure.is_doubtful()) && !held;
            if !read && !sure {
                // Nobody can look up what became of it: so it is not taken for one that is still to be made.
                run.items[place].outcome = BatchOutcome::Open;
                run.stop(None);
            }
            if let Err(failure) = outcome {
                if held || stops(&failure) {
                    run.stop(Some(failure));
                } else if run.items[place].is_to_be_made() {
                    run.items[place].failure = Some(failure);
                }
            }
            // One alone may be chance; a second shows how the next would end.
            open_in_a_row = if run.items[place].outcome == BatchOutcome::Open { open_in_a_row + 1 } else { 0 };
            if open_in_a_row >= OPEN_IN_A_ROW && matches!(run.state, BatchState::Running(_)) {
                run.stop(Some(Failure::NotNow(NotNow::OpenTooOften)));
            }
        }
        self.pause_after(id, None);
    }

    fn pause_after(&self, id: BatchId, problem: Option<Failure>) {
        if let Some(run) = self.batch.lock().as_mut().filter(|run| run.id == id) {
            run.pause(problem);
        }
        self.changed.send_replace(());
    }

    /// One key, from its name to the proof. A pause that Dfns itself asks for (429) is the one answer after which it is asked
    /// again by itself, and only once the keys were looked through and no new one was among them: what is open then is for
    /// the person to settle.
    async fn make_one(
        &self,
        owner: &Owner,
        kind: CredentialKind,
        item: &Item,
        part: Part,
        vault: &Arc<dyn Vault>,
        wake: &Notify,
    ) -> Result<(), Failure> {
        let name = KeyName::parse(&item.name)?;
        for _ in 0..PAUSES {
            let signed_in = self.is_signed_in(owner)?;
            let may_list = signed_in.may_list(kind);
            let SignedIn { at, access, .. } = signed_in;
            let keys: Arc<dyn KeyApi> = access;
            let request = CreateRequest {
                kind,
                name: name.clone(),
                // One that replaces an API key bears its name.
                despite_same_name: item.replaces.is_some() && !kind.signs(),
                despite_open: false,
                replaces: item.replaces.clone(),
                deliver_to: Some(Arc::clone(vault)),
                part_of: Some(part),
                terms: item.terms.clone(),
                signed: kind.signs(),
            };
            let created = self.issuance.create(Arc::clone(&keys), at.owner(), may_list, request).await;
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
                        // The next name is asked for with the new one, once the person resumes.
                        self.sessions.ended(&keys, true).await;
                    }
                    return Err(failure);
                }
                Ok(Made::WithoutToken) => return Ok(()),
                Ok(Made::Held(held)) => {
                    give_the_other_roles(&self.issuance, &self.assigning, held).await;
                    let delivered = self.issuance.deliver(held, vault).await?;
                    if delivered.stored.until.is_some() {
                        return Err(Failure::NotNow(NotNow::NotForGood));
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
            if let Some(run) = &mut *self.batch.lock() {
                run.set_work(|work| work.waits_until = until);
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
}

/// Whether what went wrong with one name would go wrong with the next as well.
fn stops(failure: &Failure) -> bool {
    !matches!(
        failure.refusal(),
        Failure::SameName(_)
            | Failure::StillOpen(_)
            | Failure::Name(_)
            | Failure::NameIsSecret(_)
            | Failure::Refused(_)
            | Failure::Conflict(_)
            | Failure::Unexpected { .. }
            | Failure::Unclear(CallContext::Create, _)
            | Failure::Vault(
                VaultContext::NoRoom,
                VaultProblem::Exists(_)
                    | VaultProblem::ExistsDeleted(_)
                    | VaultProblem::ExistsUnread(_)
                    | VaultProblem::NeedsUpdate(_)
            )
    )
}
