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
        Account, AskPassphrase, Authentication, Challenge, Connect, EnrolmentCode, Environment, Forgotten, Keep,
        KeptKey, NewCredential, Offer, Offers, RegistrationChallenge, RememberedAccounts, Session, Sessions, Sign,
        SignInStore, SignedChallenge, SignedIn, Standing, Storage, Typed, UserSession, Where,
    },
    address::BaseUrl,
    credential::{CredentialKind, Secrets, UserAction},
    failure::{Failure, KeyringProblem},
    journal::{Enrolment, EnrolmentId, EnrolmentState, Enrolments, NewEnrolment},
    key::{Answer, Change, Created, Key, KeyApi, KeyId, Tried},
    order::Order,
    role::{Assigned, Assignment, Role},
    secret::SignInToken,
    signing::{Passphrase, PrivateKey},
    words,
};
use serde_json::json;
use tempfile::TempDir;
use time::OffsetDateTime;
use tokio::sync::{Notify, watch};

/// What happened where, in its order.
pub(crate) type Log = Arc<Mutex<Vec<String>>>;

#[derive(Default)]
pub(crate) struct Keyring {
    pub(crate) log: Log,
    keys: Mutex<BTreeMap<String, Vec<u8>>>,
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

impl SignInStore for Keyring {
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

    fn keep_key(&self, credential: &str, base: &BaseUrl, key: &KeptKey, standing: Standing) -> Result<(), Failure> {
        let der = match key {
            KeptKey::Open(key) => key.open("a stand-in for the keyring"),
            KeptKey::Locked(encrypted) => encrypted,
        };
        let der = der.to_vec();
        self.use_it(|_| locked(&self.keys).insert(format!("{credential} at {base}"), der))?;
        locked(&self.log).push(format!("kept {standing:?}"));
        Ok(())
    }

    fn fetch_key(&self, credential: &str, base: &BaseUrl) -> Result<Option<KeptKey>, Failure> {
        let kept = self.use_it(|_| locked(&self.keys).get(&format!("{credential} at {base}")).cloned())?;
        Ok(kept.map(|der| match PrivateKey::from_der(&der) {
            Ok(key) => KeptKey::Open(Arc::new(key)),
            Err(_) => KeptKey::Locked(der),
        }))
    }

    fn forget_key(&self, credential: &str, base: &BaseUrl) -> Result<Forgotten, Failure> {
        self.use_it(|_| locked(&self.keys).remove(&format!("{credential} at {base}")))?;
        Ok(Forgotten::Whole)
    }
}

/// A person who types passphrases: these, one after the other, and then none.
#[derive(Default)]
pub(crate) struct Typist(pub(crate) Mutex<VecDeque<&'static str>>);

impl AskPassphrase for Typist {
    fn choose(&self) -> Typed<'_> {
        Box::pin(async { locked(&self.0).pop_front().and_then(Passphrase::new) })
    }

    fn open<'a>(&'a self, _: &'a str, _: bool) -> Typed<'a> {
        self.choose()
    }
}

/// The journal's part of it.
#[derive(Default)]
pub(crate) struct Book {
    pub(crate) log: Log,
    pub(crate) full: Mutex<bool>,
    enrolments: Mutex<Vec<Enrolment>>,
}

impl Book {
    pub(crate) fn states(&self) -> Vec<EnrolmentState> {
        locked(&self.enrolments).iter().map(|enrolment| enrolment.state).collect()
    }

    /// As if it had begun so much earlier.
    pub(crate) fn age(&self, by: time::Duration) {
        locked(&self.enrolments).iter_mut().for_each(|enrolment| enrolment.begun -= by);
    }
}

impl Enrolments for Book {
    fn begin_enrolment(&self, enrolment: &NewEnrolment) -> Result<EnrolmentId, Failure> {
        if *locked(&self.full) {
            return Err(Failure::File(words::verbatim("the disk is full")));
        }
        assert!(enrolment.public_key.starts_with("-----BEGIN PUBLIC KEY-----"));
        locked(&self.log).push("written down".to_owned());
        let mut all = locked(&self.enrolments);
        let id = EnrolmentId(i64::try_from(all.len()).expect("few"));
        let (new, begun) = (enrolment.clone(), OffsetDateTime::now_utc());
        all.push(Enrolment { id, new, begun, state: EnrolmentState::Begun });
        Ok(id)
    }

    fn enrolment_is(&self, id: EnrolmentId, state: EnrolmentState) -> Result<(), Failure> {
        locked(&self.log).push(format!("{state:?}"));
        let mut all = locked(&self.enrolments);
        all.iter_mut().filter(|enrolment| enrolment.id == id).for_each(|enrolment| enrolment.state = state);
        Ok(())
    }

    fn enrolments(&self) -> Result<Vec<Enrolment>, Failure> {
        Ok(locked(&self.enrolments).clone())
    }
}

/// Answers every list with none, unless told otherwise.
#[derive(Default)]
pub(crate) struct Dfns {
    /// To which host, with which token.
    pub(crate) connections: Mutex<Vec<(String, String)>>,
    pub(crate) log: Log,
    /// The ids of those that are registered, and active.
    pub(crate) credentials: Mutex<Vec<String>>,
    /// What the next registrations are answered with, and whether they succeed in truth.
    pub(crate) registrations: Mutex<VecDeque<(Result<(), Failure>, bool)>>,
    /// What the next challenges to sign in are answered with instead, where they are to be.
    pub(crate) refusals: Mutex<VecDeque<Option<Failure>>>,
    /// For how long a session is good.
    pub(crate) life: Mutex<Option<time::Duration>>,
    pub(crate) ended: AtomicU32,
    /// What the next lists are answered with.
    pub(crate) lists: Mutex<VecDeque<Result<(), Failure>>>,
    gate: Mutex<Option<Arc<Notify>>>,
    sign_in_gate: Mutex<Option<Arc<Notify>>>,
}

impl Dfns {
    /// No further sign-in by a credential is answered before what is returned tells so.
    pub(crate) fn hold_sign_ins(&self) -> Arc<Notify> {
        Arc::clone(locked(&self.sign_in_gate).insert(Arc::default()))
    }

    /// No list is answered any more.
    pub(crate) fn hold_back(&self) {
        *locked(&self.gate) = Some(Arc::default());
    }
}

impl KeyApi for Dfns {
    fn sign<'a>(&'a self, _: &'a Order) -> Answer<'a, UserAction> {
        Box::pin(async { Ok(UserAction::Unsigned) })
    }

    fn create<'a>(&'a self, _: &'a Order, _: UserAction) -> Answer<'a, Created> {
        Box::pin(async { Err(Failure::SignInAgain) })
    }

    fn try_out<'a>(&'a self, _: &'a Secrets) -> Answer<'a, Tried> {
        Box::pin(async { Err(Failure::SignInAgain) })
    }

    fn roles(&self) -> Answer<'_, Vec<Role>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn list(&self, _: CredentialKind) -> Answer<'_, Vec<Key>> {
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

    fn change<'a>(&'a self, _: CredentialKind, _: &'a KeyId, _: &'a Change) -> Answer<'a, Key> {
        Box::pin(async { unreachable!("no test here changes one") })
    }

    fn assign<'a>(&'a self, _: &'a str, _: &'a KeyId) -> Answer<'a, Assigned> {
        Box::pin(async { unreachable!("no test here gives a role") })
    }

    fn unassign<'a>(&'a self, _: &'a str, _: &'a str) -> Answer<'a, Assigned> {
        Box::pin(async { unreachable!("no test here takes a role") })
    }

    fn assignments<'a>(&'a self, _: &'a str) -> Answer<'a, Vec<Assignment>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn revoke<'a>(&'a self, _: CredentialKind, _: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async { Err(Failure::SignInAgain) })
    }
}

impl UserSession for Dfns {
    fn offers(&self, _: Option<Offer>) -> Answer<'_, Offers> {
        let of = |kind| (kind, Offer::NotThere);
        let kinds = [CredentialKind::ApiKey, CredentialKind::ServiceAccount, CredentialKind::PersonalAccessToken];
        Box::pin(async move { Ok(Offers(kinds.map(of))) })
    }

    fn close_kept(&self) {}

    fn sign_out(&self) -> Answer<'_, ()> {
        Box::pin(async {
            self.ended.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })
    }

    fn deactivate_credential<'a>(&'a self, credential: &'a str) -> Answer<'a, ()> {
        Box::pin(async move {
            locked(&self.credentials).retain(|id| id != credential);
            Ok(())
        })
    }
}

impl Authentication for Dfns {
    fn begin_sign_in<'a>(&'a self, _: &'a str, _: &'a str) -> Answer<'a, Challenge> {
        Box::pin(async {
            let refused = locked(&self.refusals).pop_front().flatten();
            refused.map_or(Ok(()), Err)?;
            let credentials = locked(&self.credentials).clone();
            Ok(Challenge { identifier: "1".into(), challenge: "sign me".into(), credentials })
        })
    }

    fn sign_in<'a>(&'a self, _: &'a str, signed: &'a SignedChallenge) -> Answer<'a, SignInToken> {
        Box::pin(async move {
            let gate = locked(&self.sign_in_gate).clone();
            if let Some(gate) = gate {
                gate.notified().await;
            }
            assert!(locked(&self.credentials).contains(&signed.credential));
            let life = locked(&self.life).unwrap_or(time::Duration::HOUR);
            let expires = (OffsetDateTime::now_utc() + life).unix_timestamp();
            let claims = json!({ "email": "ada", "https://custom/orgId": "or-1", "exp": expires, "iat": OffsetDateTime::now_utc().unix_timestamp() });
            let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
            Ok(SignInToken::parse(&token).expect("a token"))
        })
    }

    fn begin_enrolment<'a>(&'a self, _: &'a EnrolmentCode) -> Answer<'a, RegistrationChallenge> {
        let (identifier, challenge, username) = ("1".into(), "register me".into(), "ada".into());
        Box::pin(async { Ok(RegistrationChallenge { identifier, challenge, username }) })
    }

    fn enrol<'a>(&'a self, credential: &'a NewCredential<'a>) -> Answer<'a, ()> {
        Box::pin(async move {
            locked(&self.log).push("asked to register it".to_owned());
            let (answer, registered) = locked(&self.registrations).pop_front().unwrap_or((Ok(()), true));
            if registered {
                locked(&self.credentials).push(credential.id.to_owned());
            }
            answer
        })
    }
}

struct ByDfns(Arc<Dfns>);

impl Connect for ByDfns {
    fn connect(
        &self,
        base: &BaseUrl,
        token: Arc<SignInToken>,
        _: Option<Arc<dyn Sign>>,
    ) -> Result<Arc<dyn UserSession>, Failure> {
        let token = token.open("a stand-in for the network").to_owned();
        locked(&self.0.connections).push((base.host(), token));
        Ok(Arc::clone(&self.0) as Arc<dyn UserSession>)
    }

    fn authentication(&self, _: &BaseUrl) -> Result<Arc<dyn Authentication>, Failure> {
        Ok(Arc::clone(&self.0) as Arc<dyn Authentication>)
    }
}

/// The use case, with its stand-ins at hand.
pub(crate) struct Scene {
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) dfns: Arc<Dfns>,
    pub(crate) book: Arc<Book>,
    pub(crate) typist: Arc<Typist>,
    folder: Arc<TempDir>,
    changes: watch::Receiver<()>,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let log = Log::default();
        let keyring = Keyring { log: Arc::clone(&log), ..Keyring::default() };
        let dfns = Dfns { log: Arc::clone(&log), ..Dfns::default() };
        let book = Book { log, ..Book::default() };
        Self::in_folder(Arc::new(folder), Arc::new(keyring), Arc::new(dfns), Arc::new(book))
    }

    /// The app quits and is started again: on the same computer, with the same keyring.
    pub(crate) fn started_anew(&self) -> Self {
        let (keyring, dfns, book) = (Arc::clone(&self.keyring), Arc::clone(&self.dfns), Arc::clone(&self.book));
        Self::in_folder(Arc::clone(&self.folder), keyring, dfns, book)
    }

    fn in_folder(folder: Arc<TempDir>, keyring: Arc<Keyring>, dfns: Arc<Dfns>, book: Arc<Book>) -> Self {
        let (remembered, typist) = (RememberedAccounts::in_folder(folder.path()), Arc::<Typist>::default());
        let changed = watch::Sender::new(());
        let changes = changed.subscribe();
        let store = Arc::clone(&keyring) as Arc<dyn SignInStore>;
        let (sessions, problem) = Sessions::new(
            Box::new(ByDfns(Arc::clone(&dfns))),
            store,
            Arc::clone(&typist) as Arc<dyn AskPassphrase>,
            remembered,
            Arc::clone(&book) as Arc<dyn Enrolments>,
            changed,
        );
        assert_eq!(problem, None);
        Self { sessions, keyring, dfns, book, typist, folder, changes }
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

    pub(crate) async fn enrol(&self, remember: bool) -> Result<(), Failure> {
        self.enrol_and(if remember { Keep::Open } else { Keep::Not }).await
    }

    pub(crate) async fn enrol_and(&self, keep: Keep) -> Result<(), Failure> {
        let account = Account::new(Environment::Staging, "");
        let base = account.environment.base().expect("an address");
        let code = EnrolmentCode::parse("ABCD-1234").expect("a code");
        self.sessions.enrol(Where { account, base }, &code, "or-1", "Keybearer on a test", keep).await.map(drop)
    }

    /// With a token that says this of itself.
    pub(crate) async fn sign_in_with(&self, claims: &serde_json::Value, remember: bool) -> Result<(), Failure> {
        let account = Account::new(Environment::Staging, "");
        let base = account.environment.base().expect("an address");
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let token = SignInToken::parse(&token).expect("a token");
        self.sessions.sign_in(Where { account, base }, token, remember).await
    }

    /// How many private keys the keyring has.
    pub(crate) fn private_keys(&self) -> usize {
        locked(&self.keyring.keys).len()
    }

    /// Whether each of them is locked.
    pub(crate) fn are_locked(&self) -> bool {
        let keys = locked(&self.keyring.keys);
        !keys.is_empty() && keys.values().all(|der| PrivateKey::from_der(der).is_err())
    }

    pub(crate) fn log(&self) -> Vec<String> {
        locked(&self.book.log).clone()
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
