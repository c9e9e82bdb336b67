//! The Dfns API: the only place that speaks to Dfns, and the only user of reqwest for it. Each kind of credential has a client
//! of its own; all ask by way of the same transport.

mod access_tokens;
mod answer;
mod api_keys;
mod auth_wire;
mod authentication;
mod own_session;
mod refusal;
mod roles;
mod transport;
mod trying;
mod user_action;
mod wire;

use std::{sync::Arc, time::Duration};

use keybearer_core::{
    account::{Authentication, Connect, Offer, Offers, Sign, UserSession},
    address::BaseUrl,
    credential::{CredentialKind, Secrets, UserAction},
    failure::Failure,
    key::{Answer, Change, Created, Key, KeyApi, KeyId, Tried},
    order::Order,
    role::{Assigned, Assignment, Role},
    secret::SignInToken,
};

use self::{
    access_tokens::AccessTokens, api_keys::ApiKeys, authentication::Unauthenticated, transport::Transport,
    user_action::UserActions,
};
use crate::http::ClientOptions;

/// How long the connection to Dfns stays open that nobody uses: a little longer than what was listed over it is good for.
const KEPT: Duration = Duration::from_secs(20);

pub struct OverHttp;

impl Connect for OverHttp {
    fn connect(
        &self,
        base: &BaseUrl,
        token: Arc<SignInToken>,
        signer: Option<Arc<dyn Sign>>,
    ) -> Result<Arc<dyn UserSession>, Failure> {
        Ok(Arc::new(Dfns::new(base.clone(), token, signer, &ClientOptions::default())?))
    }

    fn authentication(&self, base: &BaseUrl) -> Result<Arc<dyn Authentication>, Failure> {
        Ok(Arc::new(Unauthenticated(Transport::new(base.clone(), None, &ClientOptions::default())?)))
    }
}

pub struct Dfns {
    actions: Arc<UserActions>,
    api_keys: ApiKeys,
    service_accounts: AccessTokens,
    personal_access_tokens: AccessTokens,
    /// For connections with another token.
    base: BaseUrl,
    options: ClientOptions,
}

/// The calls about one kind of credential, as [`KeyApi`] has them.
trait Client: Send + Sync {
    fn sign<'a>(&'a self, order: &'a Order) -> Answer<'a, UserAction>;
    fn create<'a>(&'a self, order: &'a Order, action: UserAction) -> Answer<'a, Created>;
    fn list(&self) -> Answer<'_, Vec<Key>>;
    fn read<'a>(&'a self, id: &'a KeyId) -> Answer<'a, Key>;
    fn revoke<'a>(&'a self, id: &'a KeyId) -> Answer<'a, Key>;
    fn change<'a>(&'a self, id: &'a KeyId, change: &'a Change) -> Answer<'a, Key>;
}

impl Dfns {
    /// Prepares access; nothing is sent yet.
    ///
    /// # Errors
    /// [`Failure::Computer`] where TLS cannot be set up, because the system has no root certificates, or where the authority
    /// cannot be read.
    pub fn new(
        base: BaseUrl,
        token: Arc<SignInToken>,
        signer: Option<Arc<dyn Sign>>,
        options: &ClientOptions,
    ) -> Result<Self, Failure> {
        let kept = ClientOptions { kept: Some(KEPT), ..options.clone() };
        let transport = Arc::new(Transport::new(base.clone(), Some(token), &kept)?);
        let actions = Arc::new(UserActions { transport, signer });
        let of = |kind| AccessTokens { actions: Arc::clone(&actions), kind };
        Ok(Self {
            api_keys: ApiKeys(Arc::clone(&actions)),
            service_accounts: of(CredentialKind::ServiceAccount),
            personal_access_tokens: of(CredentialKind::PersonalAccessToken),
            actions,
            base,
            options: options.clone(),
        })
    }

    fn of(&self, kind: CredentialKind) -> &dyn Client {
        match kind {
            CredentialKind::ApiKey => &self.api_keys,
            CredentialKind::ServiceAccount => &self.service_accounts,
            CredentialKind::PersonalAccessToken => &self.personal_access_tokens,
        }
    }
}

/// Where those of a kind are made and listed.
fn path(kind: CredentialKind) -> &'static [&'static str] {
    match kind {
        CredentialKind::ApiKey => &["api-keys", ""],
        CredentialKind::ServiceAccount => &["auth", "service-accounts"],
        CredentialKind::PersonalAccessToken => &["auth", "pats"],
    }
}

impl KeyApi for Dfns {
    fn sign<'a>(&'a self, order: &'a Order) -> Answer<'a, UserAction> {
        self.of(order.kind).sign(order)
    }

    fn create<'a>(&'a self, order: &'a Order, action: UserAction) -> Answer<'a, Created> {
        Box::pin(async move {
            let created = self.of(order.kind).create(order, action).await;
            // Whatever came over it, a token or the half of one, stays in no buffer of it.
            self.actions.transport.close_kept();
            created
        })
    }

    fn list(&self, kind: CredentialKind) -> Answer<'_, Vec<Key>> {
        self.of(kind).list()
    }

    fn roles(&self) -> Answer<'_, Vec<Role>> {
        Box::pin(roles::list(&self.actions.transport))
    }

    fn read<'a>(&'a self, kind: CredentialKind, id: &'a KeyId) -> Answer<'a, Key> {
        self.of(kind).read(id)
    }

    fn revoke<'a>(&'a self, kind: CredentialKind, id: &'a KeyId) -> Answer<'a, Key> {
        self.of(kind).revoke(id)
    }

    fn change<'a>(&'a self, kind: CredentialKind, id: &'a KeyId, change: &'a Change) -> Answer<'a, Key> {
        self.of(kind).change(id, change)
    }

    fn assign<'a>(&'a self, role: &'a str, identity: &'a KeyId) -> Answer<'a, Assigned> {
        Box::pin(roles::assign(&self.actions, role, identity))
    }

    fn unassign<'a>(&'a self, role: &'a str, assignment: &'a str) -> Answer<'a, Assigned> {
        Box::pin(roles::unassign(&self.actions, role, assignment))
    }

    fn assignments<'a>(&'a self, role: &'a str) -> Answer<'a, Vec<Assignment>> {
        Box::pin(roles::assignments(&self.actions.transport, role))
    }

    fn try_out<'a>(&'a self, secrets: &'a Secrets) -> Answer<'a, Tried> {
        let connect = |token| Transport::new(self.base.clone(), Some(token), &self.options);
        Box::pin(trying::try_out(secrets, connect))
    }

    fn is_token_in(&self, text: &str) -> bool {
        self.actions.transport.is_token_in(text)
    }

    fn clock_ahead(&self) -> Option<time::Duration> {
        self.actions.transport.clock_ahead()
    }
}

impl UserSession for Dfns {
    fn offers(&self, api_keys: Option<Offer>) -> Answer<'_, Offers> {
        Box::pin(async move { Ok(self.actions.offers(api_keys).await) })
    }

    fn sign_out(&self) -> Answer<'_, ()> {
        Box::pin(self.actions.sign_out())
    }

    fn close_kept(&self) {
        self.actions.transport.close_kept();
    }

    fn deactivate_credential<'a>(&'a self, credential: &'a str) -> Answer<'a, ()> {
        Box::pin(self.actions.deactivate(credential))
    }
}
