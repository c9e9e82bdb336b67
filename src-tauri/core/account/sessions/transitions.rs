//! What becomes of a sign-in token once it was checked: in use, kept in the keyring, forgotten, or asked for anew.

use std::{sync::Arc, time::Duration};

use tokio::{task::spawn_blocking, time::Instant};

use super::{KnownAccount, Sessions, Stage, verify::CheckedSession};
use crate::{
    account::{
        Account, Forgotten, KeptKey, RememberedAccounts, Session, Sign, SignInStore, Signer, SigningCredential,
        Standing, Storage, Where,
    },
    failure::{Failure, KeyringProblem},
    jwt::{self, Facts},
    secret::SignInToken,
    signing::{Passphrase, PrivateKey},
};

impl Sessions {
    /// Puts a new sign-in in use.
    pub(super) fn settle_new(
        &self,
        mut at: Where,
        CheckedSession { session, token, listed, .. }: CheckedSession,
        secret: &SignInSecret,
        storage: Storage,
    ) -> Settled {
        let facts = jwt::read(token.open("tell who is signed in, where it says so"));
        let life = life(facts.as_ref());
        at.account.describe(facts);
        let known = self.known_as(&mut at.account);
        let (mut signer, mut former, mut session, mut storage, mut keeps) = (None, None, session, storage, true);
        if let SignInSecret::Key(new, _) = secret {
            signer = Some(Arc::clone(new));
        }
        let (access, kept_before) = match known {
            Some(known) => {
                match (&signer, known.signer) {
                    // Its credential stays, to sign with and to come back by: this token is good for this run.
                    (None, Some(its)) => {
                        at.account.credential.clone_from(&known.at.account.credential);
                        (storage, keeps) = (known.storage.clone(), false);
                        if let Ok(signing) =
                            self.connect.connect(&at.base, token, Some(Arc::clone(&its) as Arc<dyn Sign>))
                        {
                            session = signing;
                        }
                        signer = Some(its);
                    }
                    (None, None) => {}
                    (Some(signer), _) => {
                        former = known.at.account.credential.clone().filter(|it| it.id != signer.credential.id);
                    }
                }
                at.account.id.clone_from(&known.at.account.id);
                if at.account.name.is_empty() {
                    at.account.name.clone_from(&known.at.account.name);
                }
                (known.access, (known.storage == Storage::Keyring).then_some(known.at))
            }
            None => (Arc::default(), None),
        };
        let may_list = listed.is_some();
        access.open(&at.account.label(), session, listed);
        let id = at.account.id.clone();
        let known = KnownAccount {
            life,
            began: Instant::now(),
            is_own: matches!(secret, SignInSecret::Key(..)),
            over: false,
            offers: None,
            unrenewed: None,
            at,
            storage,
            access,
            signer,
        };
        self.settle(known, may_list, None);
        Settled { id, kept_before, former, keeps }
    }

    /// The account that is known of this user. One that was asked for, and is another's, becomes one of its own.
    pub(super) fn known_as(&self, account: &mut Account) -> Option<KnownAccount> {
        let accounts = self.accounts();
        let asked = accounts.iter().find(|known| known.at.account.id == account.id);
        if let Some(asked) = asked.filter(|asked| asked.at.account.is_another_user(account)) {
            // Somebody else, or of another organization: what is open in the account that was asked for is not theirs to deal
            // with.
            let name = if account.name == asked.at.account.name { "" } else { &account.name };
            let new = Account::new(account.environment.clone(), name);
            (account.id, account.name) = (new.id, new.name);
        }
        accounts.into_iter().find(|known| known.at.account.id == account.id || known.at.account.is_same_user(account))
    }

    /// Puts an account in use whose access is open. The others' tokens go, where they are kept elsewhere.
    pub(super) fn settle(&self, known: KnownAccount, may_list: bool, unchecked: Option<Failure>) {
        let KnownAccount { at, storage, .. } = &known;
        if *storage == Storage::Keyring {
            // A failure only costs that the next start begins with another account.
            let _ = self.remembered.remember(&at.account);
        }
        self.change(|state| {
            for other in state.accounts.iter().filter(|other| other.at.account.id != at.account.id) {
                if other.storage == Storage::Keyring {
                    other.access.close();
                }
                if let Some(signer) = &other.signer {
                    signer.lock();
                }
            }
            state.before = Some(at.account.id.clone());
            state.stage = Stage::SignedIn { id: at.account.id.clone(), may_list, unchecked };
            match state.accounts.iter_mut().find(|other| other.at.account.id == at.account.id) {
                Some(there) => *there = KnownAccount { over: false, ..known.clone() },
                None => state.accounts.push(known.clone()),
            }
        });
    }

    pub(super) fn ask_anew(&self, known: &KnownAccount, reason: Failure) {
        let over = needs_new_token(&reason);
        known.access.close();
        self.change(|state| {
            let account = known.at.account.clone();
            for known in state.accounts.iter_mut().filter(|known| known.at.account.id == account.id) {
                known.over = over;
            }
            state.stage = Stage::SignedOut { reason: Some(reason), account: Some(account) };
        });
    }

    pub(super) fn leave(&self, asked: impl FnOnce(&Account) -> Option<Account>) {
        self.close_kept();
        self.change(|state| {
            state.stage = match state.session() {
                Session::SignedIn(signed_in) => {
                    state.before = Some(signed_in.at.account.id.clone());
                    Stage::SignedOut { reason: None, account: asked(&signed_in.at.account) }
                }
                Session::SignedOut { .. } => Stage::NOBODY,
                Session::Checking(checking) => Stage::Checking(checking),
            };
        });
    }

    /// Hands the token to the keyring, and tells in the session how that ended.
    pub(super) async fn keep(self: Arc<Self>, id: String, secret: SignInSecret) {
        let Some(KnownAccount { at, .. }) = self.known(&id) else { return };
        let (store, remembered, place) = (Arc::clone(&self.store), Arc::clone(&self.remembered), at.clone());
        let signer = match &secret {
            SignInSecret::Token(_) => None,
            SignInSecret::Key(signer, passphrase) => Some((Arc::clone(signer), passphrase.is_some())),
        };
        let kept = blocking(move || {
            // In this order no secret is in the keyring of which nobody knows.
            let kept_before = remembered.knows(&place.account.id)?;
            remembered.remember(&place.account)?;
            secret.keep(&*store, &place).inspect_err(|failure| {
                let stays = kept_before || matches!(failure, Failure::StaysInKeyring(_));
                // Nothing is lost if this fails too: the account asks for a token then.
                let _ = if stays { remembered.sign_out(&place.account) } else { remembered.forget(&place.account.id) };
            })
        });
        let storage = match kept.await {
            Ok(()) => {
                // Opened there for each signature from now on, or once after each start where it is locked.
                match signer.map(|(signer, is_locked)| (signer.held().filter(|_| is_locked), signer)) {
                    Some((Some(key), signer)) => signer.keep_open(key),
                    Some((None, signer)) => signer.let_go(),
                    None => {}
                }
                Storage::Keyring
            }
            Err(failure) => Storage::MemoryForWant(failure),
        };
        let there = self.change(|state| {
            let known = state.accounts.iter_mut().find(|known| known.at.account.id == id)?;
            known.storage = storage.clone();
            let access = Arc::clone(&known.access);
            // Another account is in use by now.
            if storage == Storage::Keyring && !state.is_in_use(&id) {
                access.close();
            }
            Some(())
        });
        if there.is_none() {
            // Signed out while the keyring took its time.
            let _ = forget(Arc::clone(&self.store), Arc::clone(&self.remembered), at).await;
        }
    }
}

/// An account that a new sign-in was put in use for.
pub(super) struct Settled {
    pub(super) id: String,
    /// The account, if the keyring has something of it already.
    pub(super) kept_before: Option<Where>,
    /// The credential that it had before, and has no longer.
    pub(super) former: Option<SigningCredential>,
    /// Whether what was signed in with is what the account comes back by.
    pub(super) keeps: bool,
}

/// For how long a session is good that tells so of itself, by the clock of whoever set its end.
pub(super) fn life(facts: Option<&Facts>) -> Duration {
    let facts = facts.and_then(|facts| facts.expires.zip(facts.issued));
    facts.and_then(|(expires, issued)| Duration::try_from(expires - issued).ok()).unwrap_or_default()
}

/// What somebody signs in with.
pub(super) enum SignInSecret {
    Token(Arc<SignInToken>),
    /// The private key of a credential, and what it is to be locked with in the keyring.
    Key(Arc<Signer>, Option<Passphrase>),
}

impl SignInSecret {
    fn keep(&self, store: &dyn SignInStore, at: &Where) -> Result<(), Failure> {
        match self {
            Self::Token(token) => store.keep(&at.account.id, &at.base, token),
            Self::Key(signer, passphrase) => match signer.held() {
                Some(key) => {
                    let kept = kept(key, passphrase.as_ref())?;
                    store.keep_key(&signer.credential.id, &at.base, &kept, Standing::Confirmed)
                }
                // It came from there.
                None => Ok(()),
            },
        }
    }
}

/// A private key as the keyring is to have it.
pub(in crate::account) fn kept(key: Arc<PrivateKey>, passphrase: Option<&Passphrase>) -> Result<KeptKey, Failure> {
    match passphrase {
        Some(passphrase) => key.encrypted(passphrase).map(KeptKey::Locked),
        None => Ok(KeptKey::Open(key)),
    }
}

/// Forgets an account's token or private key in the keyring, and then the account in the file.
///
/// # Errors
/// [`Failure::StaysInKeyring`], or [`Failure::File`]; [`Failure::InRecycleBin`] where it is forgotten as far as it can be.
pub(super) async fn forget(
    store: Arc<dyn SignInStore>,
    remembered: Arc<RememberedAccounts>,
    at: Where,
) -> Result<(), Failure> {
    blocking(move || {
        let marked = remembered.sign_out(&at.account);
        let forget = || {
            let of_token = store.forget(&at.account.id, &at.base)?;
            let Some(credential) = &at.account.credential else { return Ok(of_token) };
            let of_key = store.forget_key(&credential.id, &at.base)?;
            Ok(if of_token == Forgotten::Whole { of_key } else { of_token })
        };
        let forgotten = forget().map_err(|failure| match failure {
            Failure::Keyring(problem) => Failure::StaysInKeyring(problem),
            failure => failure,
        })?;
        marked.and_then(|()| remembered.forget(&at.account.id))?;
        match forgotten {
            Forgotten::Whole => Ok(()),
            Forgotten::IntoRecycleBin => Err(Failure::InRecycleBin),
        }
    })
    .await
}

/// Runs what may block, such as a keyring that asks the person, away from the event loop.
pub(in crate::account) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    spawn_blocking(work).await.unwrap_or(Err(Failure::Keyring(KeyringProblem::Refused)))
}

/// Whether it says that what one signs in with is no good: a keyring that does not answer says nothing about what it holds,
/// and neither does a network.
fn needs_new_token(reason: &Failure) -> bool {
    matches!(reason, Failure::SignInAgain | Failure::KeyringEmpty | Failure::Credential(_))
}
