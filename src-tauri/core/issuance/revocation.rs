//! Revoking a key, or changing one, which can be called off and is made sure of.

use std::sync::Arc;

use tokio::{sync::Notify, time::Instant};

use crate::{
    caught::caught,
    failure::{CallContext, Failure, UnclearAnswer},
    key::{Change, Key, KeyApi, KeyStatus},
};

#[derive(Clone, Debug)]
pub struct Revocation {
    pub since: Instant,
    call_off: Arc<Notify>,
}

impl Revocation {
    /// Nothing is asked for yet.
    pub fn begin() -> Self {
        Self { since: Instant::now(), call_off: Arc::default() }
    }

    /// Whether the key was revoked is then not known.
    pub fn call_off(&self) {
        self.call_off.notify_one();
    }

    /// Asks for it, once. Only an answer that says so counts: that there is no such key may be said of one that was made
    /// a moment ago, too. Where the answer leaves it open, the key is looked at.
    ///
    /// # Errors
    /// The call's; [`Failure::Unclear`], `Revoke`, where it may have been revoked.
    pub async fn run(&self, keys: &Arc<dyn KeyApi>, key: &Key) -> Result<(), Failure> {
        let asking = async {
            match keys.revoke(key.kind, &key.id).await {
                Ok(answer) if says_revoked(&answer, key) => Ok(()),
                Ok(_) => {
                    self.look(keys, key, Failure::Unclear(CallContext::Revoke, UnclearAnswer::NotUnderstood)).await
                }
                Err(failure @ (Failure::Unclear(CallContext::Revoke, _) | Failure::KeyGone)) => {
                    self.look(keys, key, failure).await
                }
                Err(failure) => Err(failure),
            }
        };
        self.unless_called_off(CallContext::Revoke, asking).await
    }

    /// Asks for a change of a key, once: how it is from then on. Where the answer leaves that open, the key is looked at.
    ///
    /// # Errors
    /// The call's; [`Failure::Unclear`], `Change`, where it may have been made.
    pub async fn change(&self, keys: &Arc<dyn KeyApi>, key: &Key, change: &Change) -> Result<Key, Failure> {
        let is_made = |answer: &Key| answer.id == key.id && change.is_made_in(answer);
        let asking = async {
            let open = match keys.change(key.kind, &key.id, change).await {
                Ok(answer) if is_made(&answer) => return Ok(answer),
                Ok(_) => Failure::Unclear(CallContext::Change, UnclearAnswer::NotUnderstood),
                Err(failure @ Failure::Unclear(CallContext::Change, _)) => failure,
                Err(failure) => return Err(failure),
            };
            match keys.read(key.kind, &key.id).await {
                Ok(answer) if is_made(&answer) => Ok(answer),
                _ => Err(open),
            }
        };
        self.unless_called_off(CallContext::Change, asking).await
    }

    /// Unless it is called off, which leaves it as open as an unclear answer does.
    pub(crate) async fn unless_called_off<T>(
        &self,
        context: CallContext,
        asking: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            // Whatever fails in it: a key that stays under revocation for ever could neither be finished with nor wiped.
            outcome = caught(asking) => {
                outcome.unwrap_or(Err(Failure::Unclear(context, UnclearAnswer::NotUnderstood)))
            }
            () = self.call_off.notified() => Err(Failure::Unclear(context, UnclearAnswer::CalledOff)),
        }
    }

    /// Whether it was revoked after all, which the answer left open.
    async fn look(&self, keys: &Arc<dyn KeyApi>, key: &Key, open: Failure) -> Result<(), Failure> {
        match keys.read(key.kind, &key.id).await {
            Ok(answer) if says_revoked(&answer, key) => Ok(()),
            Err(Failure::KeyGone) => Err(Failure::KeyGone),
            _ => Err(open),
        }
    }
}

/// Of this very key, since a proxy may answer with anything. One that signs, and is archived, may be seen still, as one that does
/// not work: which shows nothing of one that did not work before.
fn says_revoked(answer: &Key, key: &Key) -> bool {
    let stopped = key.kind.signs() && key.status == KeyStatus::Active && answer.status == KeyStatus::inactive();
    (matches!(answer.status, KeyStatus::Revoked(_)) || stopped) && answer.id == key.id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{credential::CredentialKind, key::KeyId};

    #[test]
    fn one_that_rested_before_is_archived_only_where_that_is_said() {
        let (account, api_key) = (CredentialKind::ServiceAccount, CredentialKind::ApiKey);
        let of = |kind, status| Key::of_id(kind, KeyId("us-1".into()), status);
        let (active, inactive) = (KeyStatus::Active, KeyStatus::inactive());
        let archived = KeyStatus::Revoked("Archived".into());
        for (kind, before, after, says) in [
            (account, &active, &archived, true),
            (account, &active, &inactive, true),
            (account, &active, &active, false),
            (account, &inactive, &inactive, false),
            (account, &inactive, &archived, true),
            (api_key, &active, &inactive, false),
            (api_key, &active, &archived, true),
        ] {
            let (before, after) = (of(kind, before.clone()), of(kind, after.clone()));
            assert_eq!(says_revoked(&after, &before), says, "{before:?} {after:?}");
        }
        assert!(!says_revoked(&Key::of_id(account, KeyId("us-2".into()), archived), &of(account, active)));
    }
}
