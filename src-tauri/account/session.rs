//! Signing in and out: which account is in use, and where its token is kept.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{sync::watch, task::spawn_blocking};

use super::{Account, BaseUrl, Environment, RememberedAccounts, TokenStore};
use crate::{
    failure::Failure,
    jwt::{self, Facts},
    key::Keys,
    token::SignInToken,
};

/// Gives access to the keys of one user at one host.
pub trait Connect: Send + Sync {
    /// Prepares access; nothing is sent yet.
    ///
    /// # Errors
    /// Where this computer cannot make such connections.
    fn connect(&self, base: &BaseUrl, token: Arc<SignInToken>) -> Result<Arc<dyn Keys>, Failure>;
}

/// An account and the address it has now; the sandbox's changes with each start.
#[derive(Clone, Debug)]
pub struct Where {
    /// The account.
    pub account: Account,
    /// Its address.
    pub base: BaseUrl,
}

/// Where a sign-in token is kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Storage {
    /// In the keyring.
    Keyring,
    /// In memory, since the person wanted it so.
    Memory,
    /// In memory, since the keyring could not be used.
    MemoryForWant(Failure),
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// The account and its address.
    pub at: Where,
    /// The calls, with this user's token.
    pub keys: Arc<dyn Keys>,
    /// What the sign-in token says of itself.
    pub facts: Option<Facts>,
    /// Whether this user may list keys.
    pub may_list: bool,
    /// Where the sign-in token is kept.
    pub storage: Storage,
}

/// The session.
#[derive(Clone)]
pub enum Session {
    /// Nobody is signed in.
    SignedOut {
        /// Why, where it was not the person's own wish.
        reason: Option<Failure>,
        /// The account to ask for a token again.
        account: Option<Account>,
    },
    /// A token is being checked.
    Checking(Where),
    /// Somebody is signed in.
    SignedIn(Box<SignedIn>),
}

/// The use case of signing in and out.
pub struct Sessions {
    connect: Box<dyn Connect>,
    store: Arc<dyn TokenStore>,
    remembered: RememberedAccounts,
    session: Mutex<Session>,
    changed: watch::Sender<()>,
}

impl Sessions {
    /// Nobody is signed in at first. `changed` is told of every change.
    #[must_use]
    pub fn new(
        connect: Box<dyn Connect>,
        store: Arc<dyn TokenStore>,
        remembered: RememberedAccounts,
        changed: watch::Sender<()>,
    ) -> Self {
        let session = Mutex::new(Session::SignedOut { reason: None, account: None });
        Self { connect, store, remembered, session, changed }
    }

    /// The session as it is now.
    #[must_use]
    pub fn now(&self) -> Session {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nobody is.
    pub fn signed_in(&self) -> Result<SignedIn, Failure> {
        match self.now() {
            Session::SignedIn(signed_in) => Ok(*signed_in),
            _ => Err(Failure::NotNow("Sign in first.")),
        }
    }

    /// Checks a token with one call, and signs in with it. Not being allowed to list keys is no refusal.
    ///
    /// # Errors
    /// The call's, with a 401 as [`Failure::SignInRefused`]; who was signed in before is then signed in still.
    pub async fn sign_in(&self, at: Where, token: SignInToken, remember: bool) -> Result<(), Failure> {
        let before = self.begin_checking(&at)?;
        let token = Arc::new(token);
        match self.check(&at, &token).await {
            Ok((keys, may_list)) => {
                let storage = if remember { self.keep(&at, &token).await } else { Storage::Memory };
                self.settle(at, keys, &token, may_list, storage);
                Ok(())
            }
            Err(failure) => {
                self.set(before);
                Err(if failure == Failure::SignInAgain { Failure::SignInRefused } else { failure })
            }
        }
    }

    /// Signs in with the account used last, if one is remembered. A host that cannot be reached now does not sign out:
    /// its token is as good as before, and the failure is returned to be told.
    ///
    /// # Errors
    /// What kept the account from being checked.
    pub async fn restore(&self) -> Result<(), Failure> {
        let Some(account) = self.remembered.all().into_iter().next() else { return Ok(()) };
        let Some(base) = account.environment.base() else { return Ok(()) };
        let at = Where { account, base };
        self.begin_checking(&at)?;
        let token = match self.fetch(&at).await {
            Ok(Some(token)) => Arc::new(token),
            Ok(None) => {
                self.set(Session::SignedOut { reason: None, account: Some(at.account) });
                return Ok(());
            }
            Err(failure) => {
                self.set(Session::SignedOut { reason: Some(failure), account: Some(at.account) });
                return Ok(());
            }
        };
        match self.check(&at, &token).await {
            Ok((keys, may_list)) => self.settle(at, keys, &token, may_list, Storage::Keyring),
            Err(failure @ (Failure::Unreachable { .. } | Failure::NoClearAnswer(_) | Failure::RateLimited(_))) => {
                let keys = self.connect.connect(&at.base, Arc::clone(&token))?;
                self.settle(at, keys, &token, true, Storage::Keyring);
                return Err(failure);
            }
            Err(failure) => {
                self.set(Session::SignedOut { reason: Some(failure), account: Some(at.account) });
            }
        }
        Ok(())
    }

    /// Dfns answered 401 in the middle of things: asks for a new token for the same account.
    pub fn expire(&self) {
        if let Ok(signed_in) = self.signed_in() {
            let account = Some(signed_in.at.account);
            self.set(Session::SignedOut { reason: Some(Failure::SignInAgain), account });
        }
    }

    /// Signs out: the token is forgotten in memory and in the keyring, the account in the file.
    ///
    /// # Errors
    /// [`Failure::Keyring`] or [`Failure::File`] where something of it stays; signed out it is nevertheless.
    pub async fn sign_out(&self) -> Result<(), Failure> {
        let Session::SignedIn(signed_in) = self.now() else { return Ok(()) };
        let SignedIn { at, storage, .. } = *signed_in;
        self.set(Session::SignedOut { reason: None, account: None });
        if storage == Storage::Keyring { self.forget(at).await } else { Ok(()) }
    }

    fn begin_checking(&self, at: &Where) -> Result<Session, Failure> {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*session, Session::Checking(_)) {
            return Err(Failure::NotNow("A sign-in token is being checked already."));
        }
        let before = std::mem::replace(&mut *session, Session::Checking(at.clone()));
        drop(session);
        self.changed.send_replace(());
        Ok(before)
    }

    async fn check(&self, at: &Where, token: &Arc<SignInToken>) -> Result<(Arc<dyn Keys>, bool), Failure> {
        let keys = self.connect.connect(&at.base, Arc::clone(token))?;
        let may_list = match keys.list().await {
            Ok(_) => true,
            Err(Failure::Forbidden { .. }) => false,
            Err(failure) => return Err(failure),
        };
        Ok((keys, may_list))
    }

    fn settle(&self, at: Where, keys: Arc<dyn Keys>, token: &SignInToken, may_list: bool, storage: Storage) {
        let facts = jwt::read(token.open("tell who is signed in, where it says so"));
        self.set(Session::SignedIn(Box::new(SignedIn { at, keys, facts, may_list, storage })));
    }

    async fn keep(&self, at: &Where, token: &Arc<SignInToken>) -> Storage {
        // One account is kept for now: those before it leave nothing behind.
        for old in self.remembered.all().into_iter().filter(|old| old.id != at.account.id) {
            if let Some(base) = old.environment.base() {
                // Best effort: the keyring speaks up below if it cannot be used at all.
                let _ = self.forget(Where { account: old, base }).await;
            }
        }
        let (store, token, place) = (Arc::clone(&self.store), Arc::clone(token), at.clone());
        let kept = blocking(move || store.keep(&place.account.id, &place.base, &token)).await;
        match kept.and_then(|()| self.remembered.remember(&at.account)) {
            Ok(()) => Storage::Keyring,
            Err(failure) => Storage::MemoryForWant(failure),
        }
    }

    async fn fetch(&self, at: &Where) -> Result<Option<SignInToken>, Failure> {
        let (store, at) = (Arc::clone(&self.store), at.clone());
        blocking(move || store.fetch(&at.account.id, &at.base)).await
    }

    async fn forget(&self, at: Where) -> Result<(), Failure> {
        let (store, id) = (Arc::clone(&self.store), at.account.id.clone());
        let forgotten = blocking(move || store.forget(&at.account.id, &at.base)).await;
        forgotten.and(self.remembered.forget(&id))
    }

    fn set(&self, session: Session) {
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = session;
        self.changed.send_replace(());
    }
}

impl Account {
    /// An account that was not there before.
    #[must_use]
    pub fn new(environment: Environment, name: &str) -> Self {
        let mut random = [0; 8];
        // Without randomness the time tells accounts apart well enough; an id is no secret.
        if ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut random).is_err() {
            random = time::OffsetDateTime::now_utc().unix_timestamp().to_be_bytes();
        }
        let id = random.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { id, environment, name: name.trim().to_owned() }
    }
}

/// Runs what may block, such as a keyring that asks the person, away from the event loop.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    spawn_blocking(work).await.unwrap_or_else(|_| Err(Failure::Keyring("it failed while it was asked".to_owned())))
}
