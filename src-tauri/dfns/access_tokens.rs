//! Service accounts and personal access tokens: `/auth/service-accounts`, `/auth/pats`. They differ in what stands around the
//! token in an answer, and in little else.
//!
//! To make one is not idempotent, so nothing here ever tries again. Every call that changes something is signed.

use std::sync::Arc;

use keybearer_core::{
    credential::{CredentialKind, Secrets, UserAction},
    failure::{Failure, NotNow, UnclearAnswer},
    key::{Answer, Change, Created, Key, KeyId, KeyStatus},
    order::{NewSigning, Order, Terms},
    secret::Secret,
};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::{Serialize, de::IgnoredAny};

use super::{
    Client,
    answer::{Call, Received},
    api_keys::{of_signed, segment},
    auth_wire::body,
    transport::Transport,
    user_action::UserActions,
    wire::{AccessTokenBody, AccountBody},
};

pub(super) struct AccessTokens {
    pub(super) actions: Arc<UserActions>,
    pub(super) kind: CredentialKind,
}

/// What Dfns' clients send with a call that has nothing to say.
const NOTHING: &str = "{}";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Wish<'a> {
    name: &'a str,
    public_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    permission_id: Option<&'a str>,
    external_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    days_valid: Option<u16>,
}

impl AccessTokens {
    async fn call(&self, call: Call, request: RequestBuilder) -> Result<Received, Failure> {
        self.transport().call(call.expected(), request).await
    }

    fn transport(&self) -> &Transport {
        &self.actions.transport
    }

    fn path<'a>(&self, id: &'a KeyId) -> Result<Vec<&'a str>, Failure> {
        Ok([super::path(self.kind), &[segment(id)?]].concat())
    }

    /// What it was that Dfns refused.
    fn refused(&self, received: &Received, call: Call) -> Failure {
        received.failure(self.kind, call, &self.transport().host(), self.transport().own_token())
    }

    /// Has something about one that is there signed and asked for. A good answer alone proves nothing yet.
    async fn alter(&self, call: Call, method: Method, path: &[&str], content: String) -> Result<(), Failure> {
        let action = self.actions.sign(&method, path, &content).await?;
        let request = self.transport().signed(method, path, content, &action);
        let received = self.call(call, request).await?;
        if !received.status.is_success() || !received.is_dfns() {
            return Err(of_signed(self.refused(&received, call), &action));
        }
        match received.status {
            StatusCode::ACCEPTED => Err(Failure::NotNow(NotNow::ChangeHeldBack)),
            _ => Ok(()),
        }
    }

    fn created(&self, received: &Received, signing: &NewSigning) -> Result<Created, Failure> {
        if !received.status.is_success() {
            return Err(self.refused(received, Call::Create));
        }
        let made = match self.kind {
            CredentialKind::ServiceAccount => received.parse::<AccountBody>(Call::Create.expected())?.made(self.kind),
            _ => received.parse::<AccessTokenBody>(Call::Create.expected())?.made(self.kind),
        };
        received.made(made, |token, key| {
            let id = key.signing.as_ref().and_then(|signing| Secret::new(signing.credential.clone()));
            Secrets::of_signing(token, signing.private_key(), id)
        })
    }
}

/// What is put where, for a change.
fn put(change: &Change) -> (&'static [&'static str], String) {
    #[derive(Serialize)]
    struct Renamed<'a> {
        name: &'a str,
    }
    match change {
        Change::Rename(name) => (&[], body(&Renamed { name: name.as_str() })),
        Change::Deactivate => (&["deactivate"], NOTHING.to_owned()),
        Change::Activate => (&["activate"], NOTHING.to_owned()),
    }
}

/// The body of the request, the same each time it is written.
fn wish(order: &Order) -> Result<(&NewSigning, String), Failure> {
    // A kind that signs is asked for with a key pair, always.
    let signing = order.signing.as_ref().ok_or(Failure::SignatureRequired)?;
    let Terms { role, days, .. } = &signing.terms;
    let wish = Wish {
        name: order.name.as_str(),
        public_key: signing.public_key_pem(),
        permission_id: role.as_ref().map(|role| role.id.as_str()),
        external_id: signing.external_id(),
        days_valid: *days,
    };
    Ok((signing, body(&wish)))
}

impl Client for AccessTokens {
    fn sign<'a>(&'a self, order: &'a Order) -> Answer<'a, UserAction> {
        Box::pin(async move { self.actions.sign(&Method::POST, super::path(self.kind), &wish(order)?.1).await })
    }

    fn create<'a>(&'a self, order: &'a Order, action: UserAction) -> Answer<'a, Created> {
        Box::pin(async move {
            let (signing, content) = wish(order)?;
            let request = self.transport().signed(Method::POST, super::path(self.kind), content, &action);
            let received = self.call(Call::Create, request).await?;
            self.created(&received, signing).map_err(|failure| of_signed(failure, &action))
        })
    }

    fn list(&self) -> Answer<'_, Vec<Key>> {
        Box::pin(async move {
            let request = self.transport().request(Method::GET, super::path(self.kind));
            let received = self.call(Call::List, request).await?;
            let (host, own) = (self.transport().host(), self.transport().own_token());
            match self.kind {
                CredentialKind::ServiceAccount => received.listed::<AccountBody<IgnoredAny>>(self.kind, &host, own),
                _ => received.listed::<AccessTokenBody<IgnoredAny>>(self.kind, &host, own),
            }
        })
    }

    fn read<'a>(&'a self, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move {
            let request = self.transport().request(Method::GET, &self.path(id)?);
            let received = self.call(Call::Read, request).await?;
            let (host, own) = (self.transport().host(), self.transport().own_token());
            match self.kind {
                CredentialKind::ServiceAccount => {
                    received.key::<AccountBody<IgnoredAny>>(self.kind, Call::Read, &host, own)
                }
                _ => received.key::<AccessTokenBody<IgnoredAny>>(self.kind, Call::Read, &host, own),
            }
        })
    }

    fn revoke<'a>(&'a self, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move {
            self.alter(Call::Revoke, Method::DELETE, &self.path(id)?, NOTHING.to_owned()).await?;
            // What is archived can be seen no more, or does not work.
            match self.read(id).await {
                Err(Failure::KeyGone) => {
                    Ok(Key::of_id(self.kind, id.clone(), KeyStatus::Revoked("Archived".to_owned())))
                }
                Ok(key) => Ok(key),
                Err(_) => Err(Call::Revoke.unclear(UnclearAnswer::NotUnderstood)),
            }
        })
    }

    fn change<'a>(&'a self, id: &'a KeyId, change: &'a Change) -> Answer<'a, Key> {
        Box::pin(async move {
            let (last, content) = put(change);
            self.alter(Call::Change, Method::PUT, &[&self.path(id)?, last].concat(), content).await?;
            self.read(id).await.map_err(|_| Call::Change.unclear(UnclearAnswer::NotUnderstood))
        })
    }
}
