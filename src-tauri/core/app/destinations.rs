//! Destinations: what opens them, whether they work, and delivering to them.

use std::sync::Arc;

use parking_lot::MutexGuard;

use tokio::{sync::Notify, task::spawn_blocking};

use super::{
    Keybearer,
    taken::Taken,
    tested::{self, Tested},
};
use crate::{
    clipboard::Cleared,
    confirmation::Subject,
    delivery::{Entry, Proof, Vault},
    failure::{ClipboardProblem, Failure, NotNow, VaultContext, VaultProblem},
    hex::hex,
    issuance::Made,
    key::{Key, KeyId, KeyName},
    vault::Destination,
    words,
};

impl Keybearer {
    /// Keeps a destination.
    ///
    /// # Errors
    /// As [`crate::naming::parse`] and [`crate::vault::Destinations::save`].
    pub async fn save_destination(&self, destination: Destination) -> Result<(), Failure> {
        let destination = Destination { name: self.name(&destination.name)?, ..destination };
        let destinations = Arc::clone(&self.destinations);
        let saved =
            spawn_blocking(move || destinations.save(destination)).await.unwrap_or_else(|_| Err(keyring_failed()));
        self.changed.send_replace(());
        match saved {
            // Saved it is, and this is of what opened the one of before.
            Err(failure @ Failure::InRecycleBin) => {
                self.replace_problem(None, Some(failure));
                Ok(())
            }
            saved => saved,
        }
    }

    /// Forgets a destination, and what opens it.
    ///
    /// # Errors
    /// As [`crate::vault::Destinations::remove`].
    pub async fn remove_destination(&self, id: &str) -> Result<(), Failure> {
        let (destinations, id) = (Arc::clone(&self.destinations), id.to_owned());
        let removed = spawn_blocking(move || destinations.remove(&id)).await.unwrap_or_else(|_| Err(keyring_failed()));
        self.changed.send_replace(());
        match removed {
            // It is gone, with the place where this could be told.
            Err(failure @ (Failure::Keyring(_) | Failure::InRecycleBin)) => {
                self.replace_problem(None, Some(failure));
                Ok(())
            }
            removed => removed,
        }
    }

    /// Moves a destination one place towards the beginning, or the end.
    ///
    /// # Errors
    /// As [`crate::vault::Destinations::shift`].
    pub fn shift_destination(&self, id: &str, up: bool) -> Result<(), Failure> {
        let shifted = self.destinations.shift(id, up);
        self.changed.send_replace(());
        shifted
    }

    /// Lets keys be delivered to this destination at once, or to none.
    ///
    /// # Errors
    /// As [`crate::vault::Destinations::set_default`].
    pub fn set_default_destination(&self, id: Option<&str>) -> Result<(), Failure> {
        let set = self.destinations.set_default(id);
        self.changed.send_replace(());
        set
    }

    /// Takes what opens a destination from the clipboard, keeps it, and clears it from there if it is there still.
    ///
    /// # Errors
    /// [`Failure::Destination`] where the clipboard has nothing of the kind; else as
    /// [`crate::vault::Destinations::give_secret`].
    pub async fn give_vault_secret(self: &Arc<Self>, id: &str) -> Result<(), Failure> {
        if self.issuance.with_held(|_| ()).is_some() {
            return Err(Failure::NotNow(NotNow::KeyHeld));
        }
        let destination = self.destinations.one(id)?;
        let what = destination.secret().ok_or(Failure::NotNow(NotNow::NeedsNoSecret))?;
        self.may_have_secrets(Subject::Destination(&destination)).await?;
        if self.issuance.with_held(|_| ()).is_some() {
            return Err(Failure::NotNow(NotNow::KeyHeld));
        }
        let (clipboard, destinations) = (Arc::clone(&self.clipboard), Arc::clone(&self.destinations));
        let done = spawn_blocking(move || {
            let text = clipboard.read().map_err(Failure::Clipboard)?;
            let text = text.unwrap_or_default();
            let secret = destination.read_secret(&text).map_err(|why| {
                Failure::Destination(if why.is_empty() {
                    words::err_no_secret_copied(what)
                } else {
                    words::err_other_copied(why, what)
                })
            })?;
            let hash = |text: &str| ring::digest::digest(&ring::digest::SHA256, text.trim().as_bytes());
            let copied = hash(&text);
            let problem = destinations.give_secret_to(&destination, secret)?;
            Ok((problem, move |text: &str| hash(text).as_ref() == copied.as_ref()))
        });
        let (problem, is_it) = done.await.unwrap_or_else(|_| Err(keyring_failed()))?;
        let kept = match problem {
            None => words::said_secret_kept(what),
            Some(failure) => words::said_secret_in_memory(failure.message(), what),
        };
        let meanwhile = words::said_secret_kept_clearing(kept.clone());
        let told = move |cleared| {
            let kept = kept.clone();
            match cleared {
                Ok(Cleared::Gone) => words::said_secret_kept_cleared(kept),
                Ok(Cleared::Replaced) => words::said_secret_kept_replaced(kept),
                Err(problem @ (ClipboardProblem::StillThere(_) | ClipboardProblem::Unconfirmed(_))) => {
                    words::said_secret_kept_stays(kept, problem.message())
                }
                Err(problem) => words::said_secret_kept_not_cleared(kept, problem.message()),
            }
        };
        self.clear_taken(Taken { is_it: Arc::new(is_it), unless: None, meanwhile, told: Box::new(told) });
        Ok(())
    }

    /// Does all with a destination but store: whether it answers, lets us in, and has room for an entry that nobody has.
    /// Tells, in words, what was found and that nothing was stored.
    ///
    /// # Errors
    /// [`Failure::Vault`], `Unusable`, for what would keep a token from being stored; [`Failure::CheckCalledOff`].
    pub async fn test_destination(&self, id: &str) -> Result<Tested, Failure> {
        self.look_at_destination(id).await.map_err(Failure::unusable)
    }

    async fn look_at_destination(&self, id: &str) -> Result<Tested, Failure> {
        let vault = self.open_destination(id).await?;
        // Not as many as an entry's digits, which would be followed by others.
        let mut random = [0; 5];
        let _ = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut random);
        let name = hex(&random);
        let entry = Entry {
            key_name: format!("keybearer-test-{name}"),
            key_id: Some("api-test".to_owned()),
            organization: self.sessions.signed_in().ok().and_then(|signed_in| signed_in.at.owner().organization),
            replaces: None,
        };
        let looked = self.unless_called_off(vault.look(&entry)).await?;
        let place = vault.place(&entry);
        let account = match self.unless_called_off(vault.whose()).await {
            Ok(None) => String::new(),
            Ok(Some(account)) => format!(" The account: {account}."),
            Err(Failure::Vault(VaultContext::NotStored, problem)) => {
                format!(" Whose account that is, it did not tell: {problem}.")
            }
            Err(failure) => return Err(failure),
        };
        // No name has braces in it: what still has them is a place of which nothing is known.
        let words = if place.contains("{org_id}") {
            format!(
                "It can be used so far. Whether there is room at {place} is asked once the organization is known, which \
                 this sign-in does not tell.{account} {}Nothing was stored.",
                tested::ends(&looked)
            )
        } else if vault.can_be_asked() {
            tested::words(&looked, &place, &account)
        } else {
            format!(
                "The program is there.{account} Whether it stores a token cannot be tried without storing one, so that was \
                 not tried."
            )
        };
        Ok(Tested { words, good: looked.for_good(place).is_ok() })
    }

    /// Where the token of a key that replaces another would go: its entry is named after both.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where the destination is not there any more; else as [`Keybearer::known_key`].
    pub async fn place_of_replacement(&self, replaced: &KeyId, destination: &str) -> Result<String, Failure> {
        let replaced = self.known_key(replaced).await?;
        let entry = Entry {
            key_name: replaced.name.clone(),
            key_id: None,
            organization: self.sessions.signed_in().ok().and_then(|signed_in| signed_in.at.owner().organization),
            replaces: Some(replaced.id.0.clone()),
        };
        Ok(self.destinations.one(destination)?.place(&entry))
    }

    /// Calls off whatever is being looked at: a test, or a check of names.
    pub fn call_off_look(&self) {
        for call_off in &*self.looks() {
            call_off.notify_one();
        }
    }

    /// Whether anything is being looked at, or a program that was started for it has not ended yet.
    pub(super) fn is_looking(&self) -> bool {
        !self.looks().is_empty()
    }

    fn looks(&self) -> MutexGuard<'_, Vec<Arc<Notify>>> {
        self.looks.lock()
    }

    /// Delivers the token of this key to a destination, while it is the one that is held: opening the destination may take
    /// a while, in which another may come to be held.
    ///
    /// # Errors
    /// [`Failure::Vault`], `NotStored`, where the destination cannot be opened; [`Failure::NotNow`]. How a delivery ended that was
    /// begun, the view tells.
    pub async fn deliver(&self, key: &KeyId, id: &str) -> Result<(), Failure> {
        let held = self.issuance.held_of(key)?;
        let vault = self.open_destination(id).await?;
        match self.issuance.deliver(held, &vault).await {
            Err(failure @ Failure::NotNow(_)) => Err(failure),
            _ => Ok(()),
        }
    }

    /// Asks for a key whose token goes straight to a destination, and finishes with it: nothing is shown, nothing copied.
    /// Where the delivery does not end well, the token is held.
    ///
    /// # Errors
    /// As [`Keybearer::create_key`] and [`Keybearer::deliver`].
    pub async fn create_and_deliver(
        self: &Arc<Self>,
        typed: &str,
        anyway: bool,
        replaces: Option<Key>,
        id: &str,
    ) -> Result<(), Failure> {
        // What is no name is said before anything is asked.
        self.is_no_secret(typed)?;
        KeyName::parse(typed)?;
        let vault = self.open_destination(id).await.map_err(Failure::no_room)?;
        let replacing = replaces.is_some();
        let created = self.create(typed, anyway, replaces, Some(Arc::clone(&vault))).await;
        let made = created.map_err(|failure| match failure {
            // Another name cannot be chosen for it.
            Failure::Vault(VaultContext::NoRoom, VaultProblem::Exists(place)) if replacing => {
                Failure::Vault(VaultContext::NoRoom, VaultProblem::ReplacedBefore(place))
            }
            failure => failure,
        })?;
        let Made::Held(held) = made else { return Ok(()) };
        // Where it did not end well, the dialog is open, and tells why.
        let Ok(delivered) = self.issuance.deliver(held, &vault).await else { return Ok(()) };
        if delivered.stored.until.is_some() || !delivered.stored.proof.counts() {
            // Whether that is enough, the dialog asks.
            return Ok(());
        }
        if let Err(failure) = self.finish(held, false).await {
            self.issuance.show_hidden(held);
            return Err(failure);
        }
        let place = delivered.at.to_string();
        self.say(match delivered.stored.proof {
            Proof::ReadBack => words::said_delivered_read_back(place),
            Proof::FirstVersion => words::said_delivered_first_version(place),
            Proof::TakenAsBefore => words::said_delivered_as_before(place),
            Proof::Taken => words::said_delivered_taken(place),
        });
        Ok(())
    }

    /// Makes a destination ready that secrets may go to: the very one that was confirmed. Away from the event loop, since the
    /// keyring may ask the person to unlock it.
    pub(super) async fn open_destination(&self, id: &str) -> Result<Arc<dyn Vault>, Failure> {
        let destination = self.destinations.one(id)?;
        self.may_have_secrets(Subject::Destination(&destination)).await?;
        let destinations = Arc::clone(&self.destinations);
        spawn_blocking(move || destinations.open_as(&destination)).await.unwrap_or_else(|_| Err(keyring_failed()))
    }

    /// Does what can be called off by [`Keybearer::call_off_look`].
    pub(super) async fn unless_called_off<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        // One at a time: its Cancel must mean this one.
        self.call_off_look();
        // Let go of after the work, and so after the programs that were started for it.
        let look = Look::begin(self);
        let call_off = Arc::clone(&look.call_off);
        tokio::select! {
            done = work => done,
            () = call_off.notified() => Err(Failure::CheckCalledOff),
        }
    }
}

/// Something that is being looked at.
struct Look<'a> {
    app: &'a Keybearer,
    call_off: Arc<Notify>,
}

impl<'a> Look<'a> {
    fn begin(app: &'a Keybearer) -> Self {
        let call_off = Arc::new(Notify::new());
        app.looks().push(Arc::clone(&call_off));
        Self { app, call_off }
    }
}

impl Drop for Look<'_> {
    fn drop(&mut self) {
        self.app.looks().retain(|each| !Arc::ptr_eq(each, &self.call_off));
        self.app.changed.send_replace(());
    }
}

fn keyring_failed() -> Failure {
    Failure::Vault(VaultContext::NotStored, VaultProblem::NoSecret("keyring"))
}
