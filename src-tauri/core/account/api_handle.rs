//! An account's way to its keys, which outlives any one sign-in: a key that needs attention later is revoked with the
//! sign-in that its account has by then, and with none once that is signed out.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::UserSession;
use crate::{
    credential::{CredentialKind, Secrets, UserAction},
    failure::Failure,
    key::{Answer, Change, Created, Key, KeyApi, KeyId, Tried},
    order::Order,
    role::{Assigned, Assignment, Role},
};

/// As long as a list counts as fresh.
const A_MOMENT: Duration = Duration::from_secs(10);

/// Open while the account's sign-in token is in memory.
#[derive(Default)]
pub struct ApiHandle(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    account: String,
    session: Option<Arc<dyn UserSession>>,
    /// The API keys that the check of the sign-in token listed, until they are asked for.
    listed: Option<(Instant, Vec<Key>)>,
}

impl ApiHandle {
    /// Closed, until somebody signs in to the account of this name.
    pub fn closed(account: &str) -> Self {
        Self(Mutex::new(Inner { account: account.to_owned(), ..Inner::default() }))
    }

    /// Lets calls through from now on. `account` is what the account is called, `listed` what was listed just now.
    pub fn open(&self, account: &str, session: Arc<dyn UserSession>, listed: Option<Vec<Key>>) {
        let listed = listed.map(|listed| (Instant::now(), listed));
        *self.0.lock() = Inner { account: account.to_owned(), session: Some(session), listed };
    }

    /// The API keys, as they were listed a moment ago to check the sign-in token, and since when they had been by then: once, so
    /// that nothing is fetched twice.
    #[must_use]
    pub fn just_listed(&self) -> Option<(Instant, Vec<Key>)> {
        let (at, listed) = self.0.lock().listed.take()?;
        (at.elapsed() < A_MOMENT).then_some((at, listed))
    }

    /// Lets no call through from now on, and drops the sign-in token unless a call is on its way.
    pub fn close(&self) {
        let mut inner = self.0.lock();
        (inner.session, inner.listed) = (None, None);
    }

    /// The calls with the present sign-in token, while there is one.
    pub fn session(&self) -> Option<Arc<dyn UserSession>> {
        self.0.lock().session.clone()
    }

    fn opened(&self) -> Result<Arc<dyn UserSession>, Failure> {
        let inner = self.0.lock();
        inner.session.clone().ok_or_else(|| Failure::OtherAccount(inner.account.clone()))
    }
}

impl KeyApi for ApiHandle {
    fn sign<'a>(&'a self, order: &'a Order) -> Answer<'a, UserAction> {
        Box::pin(async move { self.opened()?.sign(order).await })
    }

    fn create<'a>(&'a self, order: &'a Order, action: UserAction) -> Answer<'a, Created> {
        Box::pin(async move { self.opened()?.create(order, action).await })
    }

    fn list(&self, kind: CredentialKind) -> Answer<'_, Vec<Key>> {
        Box::pin(async move { self.opened()?.list(kind).await })
    }

    fn roles(&self) -> Answer<'_, Vec<Role>> {
        Box::pin(async move { self.opened()?.roles().await })
    }

    fn read<'a>(&'a self, kind: CredentialKind, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move { self.opened()?.read(kind, id).await })
    }

    fn revoke<'a>(&'a self, kind: CredentialKind, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move { self.opened()?.revoke(kind, id).await })
    }

    fn change<'a>(&'a self, kind: CredentialKind, id: &'a KeyId, change: &'a Change) -> Answer<'a, Key> {
        Box::pin(async move { self.opened()?.change(kind, id, change).await })
    }

    fn assign<'a>(&'a self, role: &'a str, identity: &'a KeyId) -> Answer<'a, Assigned> {
        Box::pin(async move { self.opened()?.assign(role, identity).await })
    }

    fn unassign<'a>(&'a self, role: &'a str, assignment: &'a str) -> Answer<'a, Assigned> {
        Box::pin(async move { self.opened()?.unassign(role, assignment).await })
    }

    fn assignments<'a>(&'a self, role: &'a str) -> Answer<'a, Vec<Assignment>> {
        Box::pin(async move { self.opened()?.assignments(role).await })
    }

    fn try_out<'a>(&'a self, secrets: &'a Secrets) -> Answer<'a, Tried> {
        Box::pin(async move { self.opened()?.try_out(secrets).await })
    }

    fn is_token_in(&self, text: &str) -> bool {
        self.session().is_some_and(|session| session.is_token_in(text))
    }

    fn clock_ahead(&self) -> Option<time::Duration> {
        self.session()?.clock_ahead()
    }
}
