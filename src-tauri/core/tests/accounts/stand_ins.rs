//! A keyring that can be slow, refuse and forget, and a Dfns that tells whom it was asked by.

use std::{
    collections::{BTreeMap, VecDeque},
    path::Path,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use keybearer_core::{
    account::{
        Account, Connect, Environment, Forgotten, RememberedAccounts, Session, Sessions, SignedIn, Storage, TokenStore,
        Where,
    },
    address::BaseUrl,
    credential::{CredentialKind, UserAction},
    failure::{Failure, KeyringProblem},
    key::{Answer, Created, Key, KeyApi, KeyId, KeyName},
    secret::SignInToken,
};
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::{Notify, watch};

#[derive(Default)]
pub(crate) struct Keyring {
    entries: Mutex<BTreeMap<String, String>>,
    problem: Mutex<Option<KeyringProblem>>,
    takes_and_fails: Mutex<Option<KeyringProblem>>,
    has_recycle_bin: Mutex<bool>,
    held_back: Mutex<bool>,
    going_on: Condvar,
    waiting: AtomicU32,
    uses: AtomicU32,
}

impl Keyring {
    /// It takes its time until [`Keyring::go_on`].
    pub(crate) fn hold_back(&self) {
        *locked(&self.held_back) = true;
    }

    pub(crate) fn go_on(&self) {
        *locked(&self.held_back) = false;
        self.going_on.notify_all();
    }

    pub(crate) fn fail_with(&self, problem: Option<KeyringProblem>) {
        *locked(&self.problem) = problem;
    }

    /// It takes what it is to keep, and says so to nobody.
    pub(crate) fn take_and_fail_with(&self, problem: Option<KeyringProblem>) {
        *locked(&self.takes_and_fails) = problem;
    }

    /// What it forgets it moves elsewhere from now on.
    pub(crate) fn has_a_recycle_bin(&self) {
        *locked(&self.has_recycle_bin) = true;
    }

    pub(crate) fn lose_everything(&self) {
        locked(&self.entries).clear();
    }

    pub(crate) fn tokens(&self) -> Vec<String> {
        locked(&self.entries).values().cloned().collect()
    }

    /// How often somebody began to use it.
    pub(crate) fn waiting(&self) -> u32 {
        self.waiting.load(Ordering::SeqCst)
    }

    /// How often it was used to the end.
    pub(crate) fn uses(&self) -> u32 {
        self.uses.load(Ordering::SeqCst)
    }

    fn use_it<T>(&self, work: impl FnOnce(&mut BTreeMap<String, String>) -> T) -> Result<T, Failure> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut held_back = locked(&self.held_back);
        while *held_back {
            held_back = self.going_on.wait(held_back).unwrap_or_else(PoisonError::into_inner);
        }
        let problem = *locked(&self.problem);
        let outcome = problem.map_or_else(|| Ok(work(&mut locked(&self.entries))), |it| Err(Failure::Keyring(it)));
        self.uses.fetch_add(1, Ordering::SeqCst);
        outcome
    }
}

impl TokenStore for Keyring {
    fn keep(&self, account: &str, base: &BaseUrl, token: &SignInToken) -> Result<(), Failure> {
        let token = token.open("a stand-in for the keyring").to_owned();
        self.use_it(|entries| drop(entries.insert(format!("{account} at {base}"), token)))?;
        locked(&self.takes_and_fails).map_or(Ok(()), |problem| Err(Failure::StaysInKeyring(problem)))
    }

    fn fetch(&self, account: &str, base: &BaseUrl) -> Result<Option<SignInToken>, Failure> {
        let entry = format!("{account} at {base}");
        self.use_it(|entries| entries.get(&entry).and_then(|token| SignInToken::parse(token)))
    }

    fn forget(&self, account: &str, base: &BaseUrl) -> Result<Forgotten, Failure> {
        let forgotten = self.use_it(|entries| entries.remove(&format!("{account} at {base}")))?;
        let has_bin = forgotten.is_some() && *locked(&self.has_recycle_bin);
        Ok(if has_bin { Forgotten::IntoRecycleBin } else { Forgotten::Whole })
    }
}

/// Answers every list with none, unless told otherwise.
#[derive(Default)]
pub(crate) struct Dfns {
    /// To which host, with which token.
    pub(crate) connections: Mutex<Vec<(String, String)>>,
    /// What the next lists are answered with.
    pub(crate) lists: Mutex<VecDeque<Result<(), Failure>>>,
    gate: Mutex<Option<Arc<Notify>>>,
}

impl Dfns {
    /// No list is answered any more.
    pub(crate) fn hold_back(&self) {
        *locked(&self.gate) = Some(Arc::default());
    }
}

impl KeyApi for Dfns {
    fn sign<'a>(&'a self, _: CredentialKind, _: &'a KeyName) -> Answer<'a, UserAction> {
        Box::pin(async { Ok(UserAction::Unsigned) })
    }

    fn create<'a>(&'a self, _: CredentialKind, _: &'a KeyName, _: UserAction) -> Answer<'a, Created> {
        Box::pin(async { Err(Failure::SignInAgain) })
    }

    fn list(&self) -> Answer<'_, Vec<Key>> {
        Box::pin(async {
            let gate = locked(&self.gate).clone();
            if let Some(gate) = gate {
                gate.notified().await;
            }
            locked(&self.lists).pop_front().unwrap_or(Ok(())).map(|()| Vec::new())
        })
    }

    fn read<'a>(&'a self, _: CredentialKind, _: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async { Err(Failure::SignInAgain) })
    }

    fn revoke<'a>(&'a self, _: CredentialKind, _: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async { Err(Failure::SignInAgain) })
    }
}

struct ByDfns(Arc<Dfns>);

impl Connect for ByDfns {
    fn connect(&self, base: &BaseUrl, token: Arc<SignInToken>) -> Result<Arc<dyn KeyApi>, Failure> {
        let token = token.open("a stand-in for the network").to_owned();
        locked(&self.0.connections).push((base.host(), token));
        Ok(Arc::clone(&self.0) as Arc<dyn KeyApi>)
    }
}

/// The use case, with its stand-ins at hand.
pub(crate) struct Scene {
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) dfns: Arc<Dfns>,
    folder: Arc<TempDir>,
    changes: watch::Receiver<()>,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::in_folder(Arc::new(folder), Arc::default(), Arc::default())
    }

    /// The app quits and is started again: on the same computer, with the same keyring.
    pub(crate) fn started_anew(&self) -> Self {
        Self::in_folder(Arc::clone(&self.folder), Arc::clone(&self.keyring), Arc::clone(&self.dfns))
    }

    fn in_folder(folder: Arc<TempDir>, keyring: Arc<Keyring>, dfns: Arc<Dfns>) -> Self {
        let remembered = RememberedAccounts::in_folder(folder.path());
        let changed = watch::Sender::new(());
        let changes = changed.subscribe();
        let store = Arc::clone(&keyring) as Arc<dyn TokenStore>;
        let (sessions, problem) = Sessions::new(Box::new(ByDfns(Arc::clone(&dfns))), store, remembered, changed);
        assert_eq!(problem, None);
        Self { sessions, keyring, dfns, folder, changes }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn sign_in(&self, user: &str, environment: Environment, remember: bool) -> Result<(), Failure> {
        let account = Account::new(environment, "");
        let base = account.environment.base().expect("an address");
        let token = SignInToken::parse(&token(user)).expect("a token");
        self.sessions.sign_in(Where { account, base }, token, remember).await
    }

    /// Signs in, and waits until the keyring has the token.
    pub(crate) async fn sign_in_kept(&self, user: &str, environment: Environment) {
        self.sign_in(user, environment, true).await.expect("signed in");
        self.until(|scene| scene.signed_in().storage == Storage::Keyring).await;
    }

    pub(crate) fn signed_in(&self) -> SignedIn {
        match self.sessions.now() {
            Session::SignedIn(signed_in) => *signed_in,
            _ => panic!("nobody is signed in"),
        }
    }

    pub(crate) fn user(&self) -> String {
        self.signed_in().at.account.user.unwrap_or_default()
    }

    /// Waits until something is as wanted. What changes without an event of its own is looked at again soon.
    pub(crate) async fn until(&self, wanted: impl Fn(&Self) -> bool) {
        let mut changes = self.changes.clone();
        let waited = tokio::time::timeout(std::time::Duration::from_secs(10), async {
            while !wanted(self) {
                let soon = tokio::time::sleep(std::time::Duration::from_millis(5));
                tokio::select! {
                    changed = changes.changed() => changed.expect("the use case lives as long as the scene"),
                    () = soon => {}
                }
            }
        });
        waited.await.expect("it comes within ten seconds");
    }
}

/// The sign-in token of a user, which tells who that is.
pub(crate) fn token(user: &str) -> String {
    let claims = json!({ "email": user, "https://custom/orgId": "cu-1" });
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

pub(crate) fn custom(address: &str) -> Environment {
    Environment::Custom(BaseUrl::parse(address).expect("an address"))
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
