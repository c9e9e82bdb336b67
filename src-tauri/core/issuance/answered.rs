//! What an answer to a request for a key proves: neither a key nor a refusal is taken for Dfns' own for its form alone.

use std::sync::Arc;

use tokio::sync::Notify;

use super::{Issuance, Phase, State};
use crate::{
    credential::UserAction,
    failure::{CallContext, Failure, UnclearAnswer},
    journal::{Event, Origin},
    key::{Created, Key, KeyApi, may_be_made_of},
    order::Order,
};

impl Issuance {
    /// Asks for a key, once. That an answer has an id and a token is not enough, since others hand out such, too, and repeat
    /// what they have answered before: the key is new, and bears the name that was asked for, or what a server may make of
    /// it; or else the list has one of its id. What signs is told by its public key besides.
    pub(super) async fn answer(
        &self,
        keys: &Arc<dyn KeyApi>,
        order: &Order,
        action: UserAction,
        origin: &Origin,
    ) -> Result<Created, Failure> {
        let created = keys.create(order, action).await?;
        let told = match &created {
            Created::WithSecrets(key, _) | Created::WithoutSecrets(key) => key,
            Created::AwaitingApproval => return Ok(created),
        };
        let is_news = self.state.lock().is_news(told, origin);
        let is_named = may_be_made_of(&told.name, order.name.as_str());
        let is_ours = order.signing.as_ref().is_none_or(|signing| told.is_of(&signing.public_key()) == Some(true));
        if is_news && told.id.is_plain() && is_named && is_ours {
            return Ok(created);
        }
        self.phase(Phase::Verifying);
        let listed = self.listed_since(keys, origin).await.unwrap_or_default();
        let is_it = |there: &&Key| is_news && there.id == told.id && origin.is_perhaps(there);
        let Some(key) = listed.iter().find(is_it).cloned() else {
            return Err(Failure::Unclear(CallContext::Create, UnclearAnswer::NotUnderstood));
        };
        Ok(match created {
            Created::WithSecrets(_, secrets) => Created::WithSecrets(key, secrets),
            _ => Created::WithoutSecrets(key),
        })
    }

    /// Dfns refused. That it made no key is sure once it lists none: a refusal may be somebody else's who speaks as Dfns does.
    pub(super) async fn refused(
        self: &Arc<Self>,
        keys: &Arc<dyn KeyApi>,
        origin: Origin,
        refusal: Failure,
        call_off: &Notify,
    ) -> Failure {
        self.phase(Phase::Verifying);
        let listed = tokio::select! {
            listed = self.listed_since(keys, &origin) => listed,
            () = call_off.notified() => None,
        };
        let new = listed.as_ref().and_then(|listed| self.state.lock().candidates(&origin, listed));
        let is_whole = listed.as_ref().is_some_and(|listed| origin.intent.before.is_all_in(listed));
        let found = new.as_ref().is_some_and(|new| !new.is_empty());
        if new.is_some() && is_whole && !found {
            self.write(origin.id, Event::NotMade).await;
            return refusal;
        }
        self.write(origin.id, Event::Refused).await;
        let origin = Origin { refused: true, ..origin };
        self.doubt(keys, &origin, false);
        self.compare(origin.id, listed.as_deref()).await;
        Failure::Unsettled { refusal: Box::new(refusal), found }
    }

    /// The keys there are after an intent, where they could be listed before it and can be now.
    pub(super) async fn listed_since(&self, keys: &Arc<dyn KeyApi>, origin: &Origin) -> Option<Vec<Key>> {
        match origin.intent.before.listed {
            true => keys.list(origin.intent.kind).await.ok(),
            false => None,
        }
    }
}

impl State {
    /// Whether a key was neither there before an intent nor made for another.
    fn is_news(&self, key: &Key, origin: &Origin) -> bool {
        !self.made.contains(&key.id) && !origin.intent.before.had(&key.id)
    }
}
