//! An account's way to its keys, which outlives any one sign-in: a key that needs attention later is revoked with the
//! sign-in that its account has by then, and with none once that is signed out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    failure::Failure,
    key::{Answer, Created, Key, KeyId, KeyName, Keys},
};

/// Open while the account's sign-in token is in memory.
#[derive(Default)]
pub struct Access(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    account: String,
    keys: Option<Arc<dyn Keys>>,
}

impl Access {
    /// Closed, until somebody signs in to the account of this name.
    #[must_use]
    pub fn closed(account: &str) -> Self {
        Self(Mutex::new(Inner { account: account.to_owned(), keys: None }))
    }

    /// Lets calls through from now on. `account` is what the account is called.
    pub fn open(&self, account: &str, keys: Arc<dyn Keys>) {
        *self.inner() = Inner { account: account.to_owned(), keys: Some(keys) };
    }

    /// Lets no call through from now on, and drops the sign-in token unless a call is on its way.
    pub fn close(&self) {
        self.inner().keys = None;
    }

    /// The calls with the present sign-in token, while there is one.
    #[must_use]
    pub fn keys(&self) -> Option<Arc<dyn Keys>> {
        self.inner().keys.clone()
    }

    fn opened(&self) -> Result<Arc<dyn Keys>, Failure> {
        let inner = self.inner();
        inner.keys.clone().ok_or_else(|| Failure::OtherAccount(inner.account.clone()))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keys for Access {
    fn create<'a>(&'a self, name: &'a KeyName) -> Answer<'a, Created> {
        Box::pin(async move { self.opened()?.create(name).await })
    }

    fn list(&self) -> Answer<'_, Vec<Key>> {
        Box::pin(async move { self.opened()?.list().await })
    }

    fn revoke<'a>(&'a self, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move { self.opened()?.revoke(id).await })
    }
}
