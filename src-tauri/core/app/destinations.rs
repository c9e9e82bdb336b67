//! Destinations: what opens them, and whether they work.

use std::sync::Arc;

use tokio::{sync::watch, task::spawn_blocking};

use super::{
    looks::Looks,
    messages::Messages,
    names::Names,
    taken::{Taken, Taking},
    tested::{self, Tested},
};
use crate::{
    account::Sessions,
    clipboard::Cleared,
    confirmation::{Confirmations, Subject},
    delivery::{Entry, Vault},
    failure::{ClipboardProblem, Failure, NotNow, VaultContext, VaultProblem},
    hex::hex,
    issuance::Issuance,
    key::Key,
    vault::{self, Destination, Known},
    words,
};

/// The vaults that tokens can be delivered to.
pub struct Destinations {
    pub(super) kept: Arc<vault::Destinations>,
    pub(super) confirmations: Arc<Confirmations>,
    pub(super) sessions: Arc<Sessions>,
    pub(super) issuance: Arc<Issuance>,
    pub(super) names: Arc<Names>,
    pub(super) messages: Arc<Messages>,
    pub(super) taking: Arc<Taking>,
    pub(super) looks: Arc<Looks>,
    pub(super) changed: watch::Sender<()>,
}

impl Destinations {
    /// All of them, in the person's order.
    pub fn all(&self) -> Vec<Known> {
        self.kept.all()
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not there any more.
    pub(super) fn one(&self, id: &str) -> Result<Destination, Failure> {
        self.kept.one(id)
    }

    /// Keeps a destination.
    ///
    /// # Errors
    /// As [`crate::naming::parse`] and [`crate::vault::Destinations::save`].
    pub async fn save(&self, destination: Destination) -> Result<(), Failure> {
        let destination = Destination { name: self.names.parse(&destination.name)?, ..destination };
        let destinations = Arc::clone(&self.kept);
        let saved =
            spawn_blocking(move || destinations.save(destination)).await.unwrap_or_else(|_| Err(keyring_failed()));
        self.changed.send_replace(());
        match saved {
            // Saved it is, and this is of what opened the one of before.
            Err(failure @ Failure::InRecycleBin) => {
                self.messages.replace_problem(None, Some(failure));
                Ok(())
            }
            saved => saved,
        }
    }

    /// Forgets a destination, and what opens it.
    ///
    /// # Errors
    /// As [`crate::vault::Destinations::remove`].
    pub async fn remove(&self, id: &str) -> Result<(), Failure> {
        let (destinations, id) = (Arc::clone(&self.kept), id.to_owned());
        let removed = spawn_blocking(move || destinations.remove(&id)).await.unwrap_or_else(|_| Err(keyring_failed()));
        self.changed.send_replace(());
        match removed {
            // It is gone, with the place where this could be told.
            Err(failure @ (Failure::Keyring(_) | Failure::InRecycleBin)) => {
                self.messages.replace_problem(None, Some(failure));
                Ok(())
            }
            removed => removed,
        }
    }

    /// Moves a destination one place towards the beginning, or the end.
    ///
    /// # Errors
    /// As [`crate::vault::Destinations::shift`].
    pub fn shift(&self, id: &str, up: bool) -> Result<(), Failure> {
        let shifted = self.kept.shift(id, up);
        self.changed.send_replace(());
        shifted
    }

    /// Lets keys be delivered to this destination at once, or to none.
    ///
    /// # Errors
    /// As [`crate::vault::Destinations::set_default`].
    pub fn set_default(&self, id: Option<&str>) -> Result<(), Failure> {
        let set = self.kept.set_default(id);
        self.changed.send_replace(());
        set
    }

    /// Takes what opens a destination from the clipboard, keeps it, and clears it from there if it is there still.
    ///
    /// # Errors
    /// [`Failure::Destination`] where the clipboard has nothing of the kind; else as
    /// [`crate::vault::Destinations::give_secret`].
    pub async fn give_secret(&self, id: &str) -> Result<(), Failure> {
        if self.issuance.with_held(|_| ()).is_some() {
            return Err(Failure::NotNow(NotNow::KeyHeld));
        }
        let destination = self.kept.one(id)?;
        let what = destination.secret().ok_or(Failure::NotNow(NotNow::NeedsNoSecret))?;
        self.may_have_secrets(Subject::Destination(&destination)).await?;
        if self.issuance.with_held(|_| ()).is_some() {
            return Err(Failure::NotNow(NotNow::KeyHeld));
        }
        let (clipboard, destinations) = (Arc::clone(&self.taking.clipboard), Arc::clone(&self.kept));
        let done = spawn_blocking(move || {
            let text = clipboard.read().map_err(Failure::Clipboard)?;
            let text = text.unwrap_or_default();
            let secret = destination.read_secret(&text).map_err(|why| {
                Failure::Destination(match why {
                    None => words::err_no_secret_copied(what),
                    Some(why) => words::err_other_copied(why, what),
                })
            })?;
            let hash = |text: &str| ring::digest::digest(&ring::digest::SHA256, text.trim().as_bytes());
            let copied = hash(&text);
            let problem = destinations.give_secret(&destination, secret)?;
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
        self.taking.clear(Taken { is_it: Arc::new(is_it), unless: None, meanwhile, told: Box::new(told) });
        Ok(())
    }

    /// Does all with a destination but store: whether it answers, lets us in, and has room for an entry that nobody has.
    /// Tells, in words, what was found and that nothing was stored.
    ///
    /// # Errors
    /// [`Failure::Vault`], `Unusable`, for what would keep a token from being stored; [`Failure::CheckCalledOff`].
    pub async fn test(&self, id: &str) -> Result<Tested, Failure> {
        self.look(id).await.map_err(Failure::unusable)
    }

    async fn look(&self, id: &str) -> Result<Tested, Failure> {
        let vault = self.open(id).await?;
        // Not as many as an entry's digits, which would be followed by others.
        let mut random = [0; 5];
        let _ = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut random);
        let name = hex(&random);
        let entry = Entry {
            key_name: format!("keybearer-test-{name}"),
            key_id: Some("api-test".to_owned()),
            organization: self.sessions.signed_in().ok().and_then(|signed_in| signed_in.at.owner().organization),
            ..Entry::default()
        };
        let looked = self.looks.unless_called_off(vault.look(&entry)).await?;
        let place = vault.place(&entry);
        let account = match self.looks.unless_called_off(vault.whose()).await {
            Ok(account) => account.map(words::vault_account),
            Err(Failure::Vault(VaultContext::NotStored, problem)) => {
                Some(words::tested_account_untold(problem.message()))
            }
            Err(failure) => return Err(failure),
        };
        // No name has braces in it: what still has them is a place of which nothing is known.
        let words = if place.contains("{org_id}") {
            tested::before_the_organization(&looked, &place, account)
        } else if vault.can_be_asked() {
            tested::asked(&looked, &place, account)
        } else {
            tested::not_asked(account)
        };
        Ok(Tested { words, good: looked.for_good(place).is_ok() })
    }

    /// Where the token of a key that replaces another would go: its entry is named after both.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where the destination is not there any more.
    pub(super) fn place_of_replacement(&self, replaced: &Key, destination: &str) -> Result<String, Failure> {
        let entry = Entry {
            key_name: replaced.name.clone(),
            key_id: None,
            organization: self.sessions.signed_in().ok().and_then(|signed_in| signed_in.at.owner().organization),
            replaces: Some(replaced.id.0.clone()),
            kind: replaced.kind,
            ..Entry::default()
        };
        Ok(self.kept.one(destination)?.place(&entry))
    }

    /// Makes a destination ready that secrets may go to: the very one that was confirmed. Away from the event loop, since the
    /// keyring may ask the person to unlock it.
    ///
    /// # Errors
    /// [`Failure::Unconfirmed`]; else as [`vault::Destinations::open`].
    pub(super) async fn open(&self, id: &str) -> Result<Arc<dyn Vault>, Failure> {
        let destination = self.kept.one(id)?;
        self.may_have_secrets(Subject::Destination(&destination)).await?;
        let destinations = Arc::clone(&self.kept);
        spawn_blocking(move || destinations.open(&destination)).await.unwrap_or_else(|_| Err(keyring_failed()))
    }

    /// Makes sure that secrets may go there.
    async fn may_have_secrets(&self, subject: Subject<'_>) -> Result<(), Failure> {
        self.confirmations.allow(subject, |problem| self.messages.tell_once(problem)).await
    }
}

fn keyring_failed() -> Failure {
    VaultProblem::NoSecret("keyring").not_stored()
}
