//! The session: who is signed in, and from one account to another.

mod renewal;
mod signing_in;
mod signing_out;
mod transitions;
mod verify;

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;

use tokio::{sync::watch, time::Instant};

pub use self::signing_in::Keep;
pub(super) use self::transitions::{blocking, kept};
use self::{renewal::Attendance, transitions::forget, verify::Return};
use super::{
    Account, ApiHandle, AskPassphrase, Authentication, Checking, Offers, RememberedAccounts, Session, Sign,
    SignInStore, SignedIn, Signer, SigningCredential, Step, Storage, UserSession, Where, enrolment::InDoubt,
};
use crate::{
    address::BaseUrl,
    credential::CredentialKind,
    failure::{Failure, NotNow},
    journal::Enrolments,
    key::{KeyApi, Owner},
    secret::SignInToken,
};

/// The ways to Dfns.
pub trait Connect: Send + Sync {
    /// Prepares access for one user at one host, who signs requests by `signer` where there is one. Nothing is sent yet.
    ///
    /// # Errors
    /// Where this computer cannot make such connections.
    fn connect(
        &self,
        base: &BaseUrl,
        token: Arc<SignInToken>,
        signer: Option<Arc<dyn Sign>>,
    ) -> Result<Arc<dyn UserSession>, Failure>;

    /// Prepares the calls before anybody is signed in. Nothing is sent yet.
    ///
    /// # Errors
    /// As [`Connect::connect`].
    fn authentication(&self, base: &BaseUrl) -> Result<Arc<dyn Authentication>, Failure>;
}

#[derive(Clone)]
pub struct KnownAccount {
    pub at: Where,
    pub storage: Storage,
    /// Its sign-in token is known to be no good any more.
    pub over: bool,
    /// What the organization offers, once that was found out.
    pub offers: Option<Offers>,
    /// Why its session could not be renewed, where it is about to end.
    pub unrenewed: Option<Failure>,
    /// When its session began, and for how long it was good then; for no time where that is not known.
    began: Instant,
    life: Duration,
    /// Its session was begun by a signature here, and not in the dashboard: signing out ends it.
    is_own: bool,
    access: Arc<ApiHandle>,
    signer: Option<Arc<Signer>>,
}

/// The use case of signing in and out. At most one account is in use; of the others only those whose sign-in token is
/// kept nowhere else have it in memory.
pub struct Sessions {
    pub(super) connect: Box<dyn Connect>,
    pub(super) store: Arc<dyn SignInStore>,
    pub(super) passphrases: Arc<dyn AskPassphrase>,
    remembered: Arc<RememberedAccounts>,
    pub(super) enrolments: Arc<dyn Enrolments>,
    pub(super) in_doubt: InDoubt,
    state: Mutex<State>,
    attendance: Attendance,
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
        store: Arc<dyn SignInStore>,
        passphrases: Arc<dyn AskPassphrase>,
        remembered: RememberedAccounts,
        enrolments: Arc<dyn Enrolments>,
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
            Some(KnownAccount::remembered(Where { account, base }, &store, &passphrases))
        });
        let state = Mutex::new(State { stage: Stage::NOBODY, accounts: accounts.collect(), before: None });
        let (remembered, attendance) = (Arc::new(remembered), Attendance::default());
        let in_doubt = InDoubt::default();
        (
            Arc::new(Self {
                connect,
                store,
                passphrases,
                remembered,
                enrolments,
                in_doubt,
                state,
                attendance,
                changed,
            }),
            problem,
        )
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

    /// Whether the account in use has a credential to sign requests with.
    pub fn can_sign(&self) -> bool {
        self.signed_in().is_ok_and(|signed_in| signed_in.at.account.credential.is_some())
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

    /// Comes back to the account used last, if one is remembered; and forgets those that could not be forgotten when
    /// they were signed out of.
    pub async fn restore(self: &Arc<Self>) {
        for account in self.remembered.read().unwrap_or_default().signed_out {
            if let Some(base) = account.environment.base() {
                let place = Where { account, base };
                tokio::spawn(forget(Arc::clone(&self.store), Arc::clone(&self.remembered), place));
            }
        }
        let this = Arc::clone(self);
        tokio::spawn(async move { this.settle_enrolments().await });
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
    pub async fn switch(self: &Arc<Self>, id: &str) -> Result<(), Failure> {
        let known = self.known(id).ok_or(Failure::NotNow(NotNow::AccountGone))?;
        let step = if known.access.session().is_some() { Step::Dfns } else { Step::Keyring };
        let (before, call_off) = self.begin_checking(&known.at, step)?;
        self.close_kept();
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
            Return::Good { may_list, api_keys } => {
                self.settle(self.known(id).unwrap_or(known), may_list, None);
                self.find_offers(id, api_keys);
            }
            Return::Unchecked(failure) => self.settle(self.known(id).unwrap_or(known), true, Some(failure)),
            Return::AskAnew(failure) => self.ask_anew(&known, failure),
        }
        Ok(())
    }

    /// Closes the connections that are kept for the next call, to whichever account.
    fn close_kept(&self) {
        self.accounts().iter().filter_map(|known| known.access.session()).for_each(|session| session.close_kept());
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

    /// Dfns answered 401 in the middle of things. Where the account in use has a credential, its session is renewed, and `true`
    /// says so; else a new token is asked for, if the person `may_be_asked` now.
    pub async fn ended(self: &Arc<Self>, access: &Arc<dyn KeyApi>, may_be_asked: bool) -> bool {
        let Ok(signed_in) = self.signed_in() else { return false };
        let Some(known) = self.known(&signed_in.at.account.id).filter(|_| is_same(&signed_in.access, access)) else {
            return false;
        };
        if known.signer.is_some() && !self.is_attended() {
            // Whoever comes back is signed in anew by what they do then.
            return false;
        }
        match self.renew_now(&known).await {
            Ok(()) => true,
            Err(failure) => {
                if may_be_asked {
                    self.ask_anew(&known, failure);
                }
                false
            }
        }
    }

    /// Dfns refused this user a key: that is known from the first try alone, and remembered while they are signed in.
    pub fn refused(&self, kind: CredentialKind) {
        self.change(|state| {
            let Stage::SignedIn { id, .. } = &state.stage else { return };
            let known = state.accounts.iter_mut().find(|known| known.at.account.id == *id);
            if let Some(offers) = known.and_then(|known| known.offers.as_mut()) {
                offers.refused(kind);
            }
        });
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

    /// Adds an account that nobody is signed in to. A user who is known already stays one account, with the new credential. Tells
    /// the account's id, and the credential that it had before.
    ///
    /// # Errors
    /// [`Failure::File`] where the next start would not know of it: then it is not added.
    pub(super) fn add_known(
        &self,
        mut at: Where,
        storage: Storage,
        signer: Arc<Signer>,
    ) -> Result<(String, Option<SigningCredential>), Failure> {
        let known = self.known_as(&mut at.account);
        let mut former = None;
        if let Some(known) = &known {
            let credential = at.account.credential.take();
            former = known.at.account.credential.clone().filter(|it| it.id != signer.credential.id);
            at.account = Account { credential, ..known.at.account.clone() };
        }
        if storage == Storage::Keyring {
            self.remembered.remember(&at.account)?;
        }
        if let Some(former) = &former {
            self.forget_former(former, &at.base);
        }
        self.change(|state| match state.accounts.iter_mut().find(|other| other.at.account.id == at.account.id) {
            Some(there) => {
                (there.at.account.credential, there.signer) = (at.account.credential.clone(), Some(signer));
                (there.over, there.storage) = (false, storage);
                // Its session was begun with what it has no longer.
                there.access.close();
            }
            None => state.accounts.push(KnownAccount {
                storage,
                signer: Some(signer),
                ..KnownAccount::remembered(at.clone(), &self.store, &self.passphrases)
            }),
        });
        Ok((at.account.id, former.filter(|former| former.own)))
    }

    /// What was checked is good, and what is to be in use is checked next.
    pub(super) fn stop_checking(&self) {
        self.set(Stage::NOBODY);
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
                let known = known.expect("who is signed in is known").clone();
                let KnownAccount { at, storage, access, unrenewed, offers, .. } = known;
                let (may_list, unchecked) = (*may_list, unchecked.clone());
                Session::SignedIn(Box::new(SignedIn { at, access, may_list, storage, unchecked, unrenewed, offers }))
            }
        }
    }

    fn is_in_use(&self, account: &str) -> bool {
        matches!(&self.stage, Stage::SignedIn { id, .. } if id == account)
    }
}

impl KnownAccount {
    /// One that is signed in to by what the keyring holds.
    fn remembered(at: Where, store: &Arc<dyn SignInStore>, passphrases: &Arc<dyn AskPassphrase>) -> Self {
        let access = Arc::new(ApiHandle::closed(&at.account.label()));
        let signer = at.account.credential.clone().map(|credential| {
            let (store, passphrases) = (Arc::clone(store), Arc::clone(passphrases));
            Arc::new(Signer::new(credential, at.base.clone(), store, passphrases, None))
        });
        Self {
            at,
            storage: Storage::Keyring,
            over: false,
            offers: None,
            unrenewed: None,
            began: Instant::now(),
            life: Duration::ZERO,
            is_own: false,
            access,
            signer,
        }
    }
}

fn is_same(access: &Arc<ApiHandle>, keys: &Arc<dyn KeyApi>) -> bool {
    std::ptr::addr_eq(Arc::as_ptr(access), Arc::as_ptr(keys))
}
