//! What becomes of a sign-in token once it was checked: in use, kept in the keyring, forgotten, or asked for anew.

use std::sync::Arc;

use tokio::task::spawn_blocking;

use super::{KnownAccount, Sessions, Stage};
use crate::{
    account::{Account, Forgotten, RememberedAccounts, Session, Storage, TokenStore, Where},
    failure::{Failure, KeyringProblem},
    jwt,
    key::{Key, KeyApi},
    secret::SignInToken,
};

impl Sessions {
    /// Puts a new sign-in in use. Tells the account's id, and the account if the keyring has a token of it already.
    pub(super) fn settle_new(
        &self,
        mut at: Where,
        keys: &Arc<dyn KeyApi>,
        token: &SignInToken,
        listed: Option<Vec<Key>>,
        storage: Storage,
    ) -> (String, Option<Where>) {
        at.account.describe(jwt::read(token.open("tell who is signed in, where it says so")));
        let accounts = self.accounts();
        let asked = accounts.iter().find(|known| known.at.account.id == at.account.id);
        if let Some(asked) = asked.filter(|asked| asked.at.account.is_another_user(&at.account)) {
            // A token of somebody else, or of another organization: what is open in the account that was asked for is not
            // this one's to deal with.
            let name = if at.account.name == asked.at.account.name { "" } else { &at.account.name };
            let new = Account::new(at.account.environment.clone(), name);
            at.account = Account { id: new.id, name: new.name, ..at.account };
        }
        let known = accounts
            .into_iter()
            .find(|known| known.at.account.id == at.account.id || known.at.account.is_same_user(&at.account));
        let (access, kept_before) = match known {
            Some(known) => {
                at.account.id.clone_from(&known.at.account.id);
                if at.account.name.is_empty() {
                    at.account.name.clone_from(&known.at.account.name);
                }
                (known.access, (known.storage == Storage::Keyring).then_some(known.at))
            }
            None => (Arc::default(), None),
        };
        let may_list = listed.is_some();
        access.open(&at.account.label(), Arc::clone(keys), listed);
        let id = at.account.id.clone();
        self.settle(KnownAccount { at, storage, over: false, access }, may_list, None);
        (id, kept_before)
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
    pub(super) async fn keep(self: Arc<Self>, id: String, token: Arc<SignInToken>) {
        let Some(KnownAccount { at, .. }) = self.known(&id) else { return };
        let (store, remembered, place) = (Arc::clone(&self.store), Arc::clone(&self.remembered), at.clone());
        let kept = blocking(move || {
            // In this order no token is in the keyring of which nobody knows.
            let kept_before = remembered.knows(&place.account.id)?;
            remembered.remember(&place.account)?;
            store.keep(&place.account.id, &place.base, &token).inspect_err(|failure| {
                let stays = kept_before || matches!(failure, Failure::StaysInKeyring(_));
                // Nothing is lost if this fails too: the account asks for a token then.
                let _ = if stays { remembered.sign_out(&place.account) } else { remembered.forget(&place.account.id) };
            })
        });
        let storage = match kept.await {
            Ok(()) => Storage::Keyring,
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

/// Forgets an account's token in the keyring, and then the account in the file.
///
/// # Errors
/// [`Failure::StaysInKeyring`], or [`Failure::File`]; [`Failure::InRecycleBin`] where it is forgotten as far as it can be.
pub(super) async fn forget(
    store: Arc<dyn TokenStore>,
    remembered: Arc<RememberedAccounts>,
    at: Where,
) -> Result<(), Failure> {
    blocking(move || {
        let marked = remembered.sign_out(&at.account);
        let forgotten = store.forget(&at.account.id, &at.base).map_err(|failure| match failure {
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
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    spawn_blocking(work).await.unwrap_or(Err(Failure::Keyring(KeyringProblem::Refused)))
}

/// Whether it says that a token is no good: a keyring that does not answer says nothing about the token that it holds.
fn needs_new_token(reason: &Failure) -> bool {
    matches!(reason, Failure::SignInAgain | Failure::KeyringEmpty)
}
