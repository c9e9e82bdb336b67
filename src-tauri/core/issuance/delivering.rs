//! The held secrets on their way into a vault, without screen or clipboard.

use std::sync::Arc;

use time::OffsetDateTime;
use tokio::{
    sync::Notify,
    task::spawn_blocking,
    time::{Instant, timeout},
};

use super::{
    HeldId, Issuance, State,
    asking::entry_of_old,
    finish::REVOKING,
    held_secret::{Activity, Held, NOTHING_HELD},
    trying::TRYING_OUT,
};
use crate::{
    credential::{CredentialKind, Secrets},
    delivery::{Entry, Proof, Step, Stored, Vault},
    failure::{Failure, NotNow, VaultContext, VaultProblem},
    journal::{Event, IntentId},
};

/// As long as what is under way may take to be called off when the app ends.
pub(super) const AT_THE_END: std::time::Duration = std::time::Duration::from_secs(3);

#[derive(Clone, Debug)]
pub struct Delivering {
    pub to: Place,
    pub step: Step,
    pub since: Instant,
    call_off: Arc<Notify>,
}

/// A place in a vault, in words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    pub vault: String,
    pub entry: String,
    /// Whose account that is, where the vault tells.
    pub account: Option<String>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.vault, self.entry)?;
        self.account.as_ref().map_or(Ok(()), |account| write!(f, " (account {account})"))
    }
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Delivered {
    pub at: Place,
    /// How that is known, and whether it stays there.
    pub stored: Stored,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Undelivered {
    pub to: Place,
    /// Why it is not, or perhaps not.
    pub failure: Failure,
}

impl Issuance {
    /// Delivers this token, while it is the one that is held. It stays held, whatever comes of it.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not held any more, or something else is done with it; [`Failure::Vault`], `NotStored` or
    /// `PerhapsStored`, which the view tells as well.
    pub async fn deliver(&self, id: HeldId, vault: &Arc<dyn Vault>) -> Result<Delivered, Failure> {
        let Begun { intent, mut to, entry, secrets, call_off } = self.begin_delivery(id, vault)?;
        let step = |step| self.change_delivery(id, |delivering| delivering.step = step);
        // Who is let in may be another than the last time; who cannot be asked is not told, and stored for all the same.
        let whose = tokio::select! {
            whose = vault.whose() => Ok(whose.ok().flatten()),
            () = call_off.notified() => Err(self.called_off()),
        };
        if let Ok(whose) = &whose {
            to.account.clone_from(whose);
            self.change_delivery(id, |delivering| delivering.to = to.clone());
        }
        self.write_delivery(intent, Event::Delivering, &to, None).await;
        let outcome = match whose {
            Ok(_) => tokio::select! {
                biased;
                outcome = vault.store(&entry, &secrets, &step) => outcome,
                () = call_off.notified() => Err(self.called_off()),
            },
            Err(failure) => Err(failure),
        };
        drop(secrets);
        let outcome = outcome.map(|stored| as_known(stored, vault, entry.kind)).map_err(|failure| {
            match self.unless_in_doubt(id, &to, failure) {
                Failure::Vault(VaultContext::PerhapsStored, problem) if !vault.knows_again() => {
                    VaultProblem::Unnoticed(problem.into()).perhaps_stored()
                }
                failure => failure,
            }
        });
        let (event, until) = match &outcome {
            Ok(Stored { proof, until: None }) => (Event::Delivered(*proof), None),
            Ok(Stored { proof, until }) => (Event::StoredForATime(*proof), *until),
            Err(Failure::Vault(VaultContext::PerhapsStored, _)) => (Event::PerhapsStored, None),
            Err(_) => (Event::NotStored, None),
        };
        // Before anybody is told: what is told is written down.
        self.write_delivery(intent, event, &to, until).await;
        if matches!(outcome, Ok(Stored { proof: Proof::ReadBack, .. })) && !entry.kind.signs() {
            self.remember_proven(Arc::clone(vault)).await;
        }
        self.change(|state| state.end_delivery(id, &to, vault, &outcome));
        outcome.map(|stored| Delivered { at: to, stored })
    }

    /// This vault was shown to keep what it takes. Where that cannot be remembered, the person is told, and asked again.
    pub(super) async fn remember_proven(&self, vault: Arc<dyn Vault>) {
        if vault.is_proven() {
            return;
        }
        let remembered = spawn_blocking(move || vault.prove()).await.unwrap_or(Ok(()));
        if let Err(failure) = remembered {
            self.change(|state| state.unwritten = Some(failure));
        }
    }

    /// Calls the delivery off. Once the token was on its way, that leaves in doubt whether it was stored.
    pub fn call_off_delivery(&self) {
        self.with_held(|held| held.delivering().map(|delivering| delivering.call_off.notify_one()));
    }

    /// Waits for the outcome of a delivery, if one is on its way.
    pub(super) async fn after_delivery(&self, id: HeldId) {
        let mut changes = self.changed.subscribe();
        while self.read_held(id, |held| held.delivering().is_some()) == Ok(true) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// The app ends: a delivery is called off, and what it has started is ended.
    pub(super) async fn give_up_delivery(&self, id: HeldId) {
        self.call_off_delivery();
        // Whatever hangs must not keep the app.
        let _ = timeout(AT_THE_END, self.after_delivery(id)).await;
    }

    fn begin_delivery(&self, id: HeldId, vault: &Arc<dyn Vault>) -> Result<Begun, Failure> {
        self.change_held(id, |held| {
            match held.activity {
                Activity::None => {}
                Activity::Ending => return Err(NOTHING_HELD),
                Activity::Delivering(_) => return Err(Failure::NotNow(NotNow::DeliveringAlready)),
                Activity::Revoking(_) => return Err(REVOKING),
                Activity::TryingOut(_) => return Err(TRYING_OUT),
            }
            let entry = Entry {
                // As it was asked for: that is the entry that was looked for, whatever the answer calls the key.
                key_name: held.origin.intent.name.clone(),
                key_id: Some(held.key.id.0.clone()),
                // As it was looked for, where that was known.
                organization: held.owner().organization.clone().or_else(|| Some(held.key.organization.clone())),
                replaces: entry_of_old(held.replaces()),
                kind: held.key.kind,
                facts: held.vault_facts(),
            };
            let to = Place { vault: vault.name().to_owned(), entry: vault.place(&entry), account: None };
            let call_off = Arc::new(Notify::new());
            held.undelivered = None;
            held.activity = Activity::Delivering(Delivering {
                to: to.clone(),
                step: Step::Looking,
                since: Instant::now(),
                call_off: Arc::clone(&call_off),
            });
            Ok(Begun { intent: held.origin.id, to, entry, secrets: held.secrets(), call_off })
        })?
    }

    fn change_delivery(&self, id: HeldId, change: impl FnOnce(&mut Delivering)) {
        let _ = self.change_held(id, |held| {
            if let Activity::Delivering(delivering) = &mut held.activity {
                change(delivering);
            }
        });
    }

    /// What it means that the delivery on its way is called off now.
    fn called_off(&self) -> Failure {
        let step = self.with_held(|held| held.delivering().map(|delivering| delivering.step)).flatten();
        match step {
            Some(Step::Looking) => VaultProblem::CalledOff.not_stored(),
            _ => VaultProblem::CalledOff.perhaps_stored(),
        }
    }

    /// What is in doubt since an earlier delivery to the same place, a later one that stores nothing leaves in doubt.
    fn unless_in_doubt(&self, id: HeldId, to: &Place, failure: Failure) -> Failure {
        let in_doubt = self.read_held(id, |held| held.perhaps.contains(to)) == Ok(true);
        match failure {
            Failure::Vault(VaultContext::NotStored, problem) if in_doubt => problem.perhaps_stored(),
            failure => failure,
        }
    }

    /// Lets the person see a token that was to go straight into a vault: they have to see to it from now on.
    pub fn show_hidden(&self, id: HeldId) {
        let _ = self.change_held(id, Held::show_in_dialog);
    }

    async fn write_delivery(&self, intent: IntentId, event: Event, to: &Place, until: Option<OffsetDateTime>) {
        let place = to.to_string();
        self.write_of(intent, move |journal| journal.delivery(intent, event, &place, until)).await;
    }
}

struct Begun {
    intent: IntentId,
    to: Place,
    entry: Entry,
    secrets: Arc<Secrets>,
    call_off: Arc<Notify>,
}

/// What a vault has answered, together with what is known of it since an earlier delivery: of a token alone. How it keeps several
/// secrets is another way, which nothing has shown.
fn as_known(stored: Stored, vault: &Arc<dyn Vault>, kind: CredentialKind) -> Stored {
    match stored.proof {
        Proof::Taken if vault.is_proven() && !kind.signs() => Stored { proof: Proof::TakenAsBefore, ..stored },
        _ => stored,
    }
}

impl State {
    fn end_delivery(&mut self, id: HeldId, to: &Place, vault: &Arc<dyn Vault>, outcome: &Result<Stored, Failure>) {
        let Some(held) = self.held().filter(|held| held.id == id) else { return };
        if held.delivering().is_some() {
            held.activity = Activity::None;
        }
        match outcome {
            Ok(stored) => {
                held.perhaps.retain(|place| place != to);
                held.delivered.push(Delivered { at: to.clone(), stored: *stored });
                if stored.until.is_some() || !stored.proof.counts() {
                    // Whoever waits for it has to decide whether that is enough.
                    held.show_in_dialog();
                }
                if !stored.proof.counts() {
                    held.taken_by.push(Arc::clone(vault));
                }
            }
            Err(failure) => {
                if matches!(failure, Failure::Vault(VaultContext::PerhapsStored, _)) && !held.perhaps.contains(to) {
                    held.perhaps.push(to.clone());
                }
                held.show_in_dialog();
                held.undelivered = Some(Undelivered { to: to.clone(), failure: failure.clone() });
            }
        }
    }
}
