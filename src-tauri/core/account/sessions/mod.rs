//! Signing in and out, and from one account to another.

mod transitions;
mod verify;

use std::sync::Arc;

use parking_lot::Mutex;

use tokio::sync::watch;

use self::{transitions::forget, verify::Return};
use super::{Account, ApiHandle, Checking, RememberedAccounts, Session, SignedIn, Step, Storage, TokenStore, Where};
use crate::{
    address::BaseUrl,
    failure::{Failure, NotNow},
    key::{KeyApi, Owner},
    secret::SignInToken,
};

/// Gives access to the keys of one user at one host.
pub trait Connect: Send + Sync {
    /// Prepares access; nothing is sent yet.
    ///
    /// # Errors
    /// Where this computer cannot make such connections.
    fn connect(&self, base: &BaseUrl, token: Arc<SignInToken>) -> Result<Arc<dyn KeyApi>, Failure>;
}

#[derive(Clone)]
pub struct KnownAccount {
    pub at: Where,
    pub storage: Storage,
    /// Its sign-in token is known to be no good any more.
    pub over: bool,
    access: Arc<ApiHandle>,
}

/// The use case of signing in and out. At most one account is in use; of the others only those whose sign-in token is
/// kept nowhere else have it in memory.
pub struct Sessions {
    connect: Box<dyn Connect>,
    store: Arc<dyn TokenStore>,
    remembered: Arc<RememberedAccounts>,
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

struct State {
    stage: Stage,
    accounts: Vec<KnownAccount>,
    /// The account that was in use before the person wanted to sign in to another.
    before: Option<String>,
}

/// How far somebody is signed in. Of an account that is known, only its id is here.
#[derive(Clone)]
enum Stage {
    SignedOut { reason: Option<Failure>, account: Option<Account> },
    Checking(Checking),
    SignedIn { id: String, may_list: bool, unchecked: Option<Failure> },
}

impl Sessions {
    /// Nobody is signed in at first. `changed` is told of every change. What is wrong with the file of the remembered
    /// accounts is returned beside it.
    pub fn new(
        connect: Box<dyn Connect>,
        store: Arc<dyn TokenStore>,
        remembered: RememberedAccounts,
        changed: watch::Sender<()>,
    ) -> (Arc<Self>, Option<Failure>) {
        let (read, problem) = match remembered.read() {
            Ok(mut read) => {
                let unread = read.unread.take();
                (read, unread)
            }
            Err(failure) => (Default::default(), Some(failure)),
        };
        let accounts = read.accounts.into_iter().filter_map(|account| {
            let base = account.environment.base()?;
            let access = Arc::new(ApiHandle::closed(&account.label()));
            Some(KnownAccount { at: Where { account, base }, storage: Storage::Keyring, over: false, access })
        });
        let state = Mutex::new(State { stage: Stage::NOBODY, accounts: accounts.collect(), before: None });
        (Arc::new(Self { connect, store, remembered: Arc::new(remembered), state, changed }), problem)
    }

    pub fn now(&self) -> Session {
        self.state.lock().session()
    }

    /// The accounts there are, in the order in which they were used at the start.
    pub fn accounts(&self) -> Vec<KnownAccount> {
        self.state.lock().accounts.clone()
    }

    /// Whether a text holds a sign-in token that is in memory.
    pub fn is_token_in(&self, text: &str) -> bool {
        self.accounts().iter().any(|known| known.access.is_token_in(text))
    }

    /// What the account is called that these calls belong to, unless it is the one in use. One that was signed out of
    /// is not in use either.
    pub fn elsewhere(&self, keys: &Arc<dyn KeyApi>, owner: &Owner) -> Option<String> {
        let state = self.state.lock();
        let Some(known) = state.accounts.iter().find(|known| is_same(&known.access, keys)) else {
            return Some(owner.label.clone());
        };
        (!state.is_in_use(&known.at.account.id)).then(|| known.at.account.label())
    }

    /// Whether there is an account of this user, signed in to or remembered.
    pub fn knows(&self, owner: &Owner) -> bool {
        self.state.lock().accounts.iter().any(|known| known.at.owner().is_same_user(owner))
    }

    /// The calls of the account that an intent belongs to: closed ones, where nobody is signed in to it.
    pub fn calls_of(&self, owner: &Owner) -> Arc<dyn KeyApi> {
        let state = self.state.lock();
        let known = state.accounts.iter().find(|known| known.at.owner().is_same_user(owner));
        known.map_or_else(|| Arc::new(ApiHandle::closed(&owner.label)), |known| Arc::clone(&known.access))
            as Arc<dyn KeyApi>
    }

    /// The account to go back to from the sign-in form, where there is one that needs no token.
    pub fn before(&self) -> Option<Account> {
        let state = self.state.lock();
        let before = state.before.as_ref()?;
        state
            .accounts
            .iter()
            .find(|known| known.at.account.id == *before && !known.over)
            .map(|known| known.at.account.clone())
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nobody is.
    pub fn signed_in(&self) -> Result<SignedIn, Failure> {
        match self.now() {
            Session::SignedIn(signed_in) => Ok(*signed_in),
            _ => Err(Failure::NotNow(NotNow::SignInFirst)),
        }
    }

    /// Checks a token with one call, and signs in with it. Not being allowed to list keys is no refusal. A user who is
    /// known already stays one account. Then the token is handed to the keyring, which may take its time.
    ///
    /// # Errors
    /// The call's, with a 401 as [`Failure::SignInRefused`], or [`Failure::CheckCalledOff`]; the session is then what
    /// it was before.
    pub async fn sign_in(self: &Arc<Self>, at: Where, token: SignInToken, remember: bool) -> Result<(), Failure> {
        let (before, call_off) = self.begin_checking(&at, Step::Dfns)?;
        let token = Arc::new(token);
        let checked = tokio::select! {
            checked = self.check_new(&at.base, &token) => checked,
            () = call_off.notified() => Err(Failure::CheckCalledOff),
        };
        let (keys, listed) = match checked {
            Ok(checked) => checked,
            Err(failure) => {
                self.set(before);
                return Err(if failure == Failure::SignInAgain { Failure::SignInRefused } else { failure });
            }
        };
        let storage = if remember { Storage::Keeping } else { Storage::Memory };
        let (id, kept_before) = self.settle_new(at, &keys, &token, listed, storage);
        if remember {
            tokio::spawn(Arc::clone(self).keep(id, token));
        } else if let Some(known) = kept_before {
            // It was kept, and is to be no longer; what stays of it is told by the next start at the latest.
            tokio::spawn(forget(Arc::clone(&self.store), Arc::clone(&self.remembered), known));
        }
        Ok(())
    }

    /// Comes back to the account used last, if one is remembered; and forgets those that could not be forgotten when
    /// they were signed out of.
    pub async fn restore(&self) {
        for account in self.remembered.read().unwrap_or_default().signed_out {
            if let Some(base) = account.environment.base() {
                let place = Where { account, base };
                tokio::spawn(forget(Arc::clone(&self.store), Arc::clone(&self.remembered), place));
            }
        }
        let last = self.state.lock().accounts.first().map(|known| known.at.account.id.clone());
        if let Some(last) = last {
            // At the start there is nobody to be told that a check is under way already.
            let _ = self.switch(&last).await;
        }
    }

    /// Comes back to an account: with the token in memory, or else in the keyring. One that is no good any more asks for
    /// a new one. A host that cannot be reached does not sign out: its token is as good as before, and why it was not
    /// checked is in the session.
    ///
    /// # Errors
    /// [`Failure::NotNow`], or [`Failure::CheckCalledOff`]; the session is then what it was before, as far as it can be.
    pub async fn switch(&self, id: &str) -> Result<(), Failure> {
        let known = self.known(id).ok_or(Failure::NotNow(NotNow::AccountGone))?;
        let step = if known.access.keys().is_some() { Step::Dfns } else { Step::Keyring };
        let (before, call_off) = self.begin_checking(&known.at, step)?;
        let returned = tokio::select! {
            returned = self.come_back(&known) => returned,
            () = call_off.notified() => {
                self.set(match before {
                    // At the start there is no session to go back to.
                    Stage::SignedOut { reason: None, account: None } if self.before().is_none() => {
                        Stage::SignedOut { reason: None, account: Some(known.at.account) }
                    }
                    before => before,
                });
                return Err(Failure::CheckCalledOff);
            }
        };
        match returned {
            Return::Good { may_list } => self.settle(known, may_list, None),
            Return::Unchecked(failure) => self.settle(known, true, Some(failure)),
            Return::AskAnew(failure) => self.ask_anew(&known, failure),
        }
        Ok(())
    }

    pub fn call_off(&self) {
        if let Stage::Checking(checking) = &self.state.lock().stage {
            checking.call_off.notify_one();
        }
    }

    /// Asks for the token of an account that is not known yet.
    pub fn add(&self) {
        self.leave(|_| None);
    }

    /// Asks for a new token for the account in use, which stays good until then.
    pub fn renew(&self) {
        self.leave(|account| Some(account.clone()));
    }

    /// Dfns answered 401 in the middle of things: asks for a new token for the same account, if it is the one in use.
    pub fn expire(&self, access: &Arc<dyn KeyApi>) {
        if let Ok(signed_in) = self.signed_in()
            && is_same(&signed_in.access, access)
            && let Some(known) = self.known(&signed_in.at.account.id)
        {
            self.ask_anew(&known, Failure::SignInAgain);
        }
    }

    /// Dfns answered: what could not be checked before was good.
    pub fn reached(&self) {
        self.change(|state| {
            if let Stage::SignedIn { unchecked, .. } = &mut state.stage {
                *unchecked = None;
            }
        });
    }

    /// Gives the account in use another name.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nobody is signed in; [`Failure::File`] where it cannot be remembered.
    pub fn rename(&self, name: &str) -> Result<(), Failure> {
        let SignedIn { at, storage, .. } = self.signed_in()?;
        let account = Account { name: name.trim().to_owned(), ..at.account };
        self.change(|state| {
            for known in state.accounts.iter_mut().filter(|known| known.at.account.id == account.id) {
                known.at.account.name.clone_from(&account.name);
            }
        });
        if storage == Storage::Keyring { self.remembered.remember(&account) } else { Ok(()) }
    }

    /// Signs out of the account in use, or of the one that is asked for a token: its token is forgotten in memory and in
    /// the keyring, the account in the file.
    ///
    /// # Errors
    /// [`Failure::StaysInKeyring`] or [`Failure::File`] where something of it stays; signed out it is nevertheless, and
    /// the rest is tried again at the next start. [`Failure::InRecycleBin`] where nothing more can be done about it.
    pub async fn sign_out(&self) -> Result<(), Failure> {
        let id = match self.now() {
            Session::SignedIn(signed_in) => signed_in.at.account.id,
            Session::SignedOut { account: Some(account), .. } => account.id,
            _ => return Ok(()),
        };
        let Some(known) = self.known(&id) else { return Ok(()) };
        known.access.close();
        let is_kept = match known.storage {
            Storage::Keyring | Storage::Keeping => Ok(true),
            // Not this token, but perhaps one of an earlier sign-in, or one that the keyring took and gave back to nobody.
            Storage::Memory | Storage::MemoryForWant(_) => self.remembered.knows(&id),
        };
        if is_kept == Ok(true) {
            // Before anybody sees it: a start after a crash must not sign them in again. A failure is told below.
            let _ = self.remembered.sign_out(&known.at.account);
        }
        self.change(|state| {
            state.accounts.retain(|known| known.at.account.id != id);
            state.before = None;
            state.stage = Stage::NOBODY;
        });
        if !is_kept? {
            return Ok(());
        }
        forget(Arc::clone(&self.store), Arc::clone(&self.remembered), known.at).await
    }

    fn known(&self, id: &str) -> Option<KnownAccount> {
        self.state.lock().accounts.iter().find(|known| known.at.account.id == id).cloned()
    }

    fn set(&self, stage: Stage) {
        self.change(|state| state.stage = stage);
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.state.lock());
        self.changed.send_replace(());
        changed
    }
}

impl Stage {
    const NOBODY: Self = Self::SignedOut { reason: None, account: None };
}

impl State {
    fn session(&self) -> Session {
        match &self.stage {
            Stage::SignedOut { reason, account } => {
                Session::SignedOut { reason: reason.clone(), account: account.clone() }
            }
            Stage::Checking(checking) => Session::Checking(checking.clone()),
            Stage::SignedIn { id, may_list, unchecked } => {
                let known = self.accounts.iter().find(|known| known.at.account.id == *id);
                let KnownAccount { at, storage, access, .. } = known.expect("who is signed in is known").clone();
                let (may_list, unchecked) = (*may_list, unchecked.clone());
                Session::SignedIn(Box::new(SignedIn { at, access, may_list, storage, unchecked }))
            }
        }
    }

    fn is_in_use(&self, account: &str) -> bool {
        matches!(&self.stage, Stage::SignedIn { id, .. } if id == account)
    }
}

fn is_same(access: &Arc<ApiHandle>, keys: &Arc<dyn KeyApi>) -> bool {
    std::ptr::addr_eq(Arc::as_ptr(access), Arc::as_ptr(keys))
}
