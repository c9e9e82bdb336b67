//! Finding out whether a sign-in token is good.

use std::sync::Arc;

use tokio::{sync::Notify, time::Instant};

use super::{KnownAccount, Sessions, Stage, transitions::blocking};
use crate::{
    account::{Checking, Step, Where},
    address::BaseUrl,
    failure::{Failure, NotNow},
    key::{Key, KeyApi},
    secret::SignInToken,
};

/// What an attempt to come back to an account ended with.
pub(super) enum Return {
    Good {
        may_list: bool,
    },
    /// Whether it is good could not be found out; it may well be.
    Unchecked(Failure),
    AskAnew(Failure),
}

impl Sessions {
    pub(super) fn begin_checking(&self, at: &Where, step: Step) -> Result<(Stage, Arc<Notify>), Failure> {
        let call_off = Arc::new(Notify::new());
        let checking = Checking { at: at.clone(), step, since: Instant::now(), call_off: Arc::clone(&call_off) };
        self.change(|state| match &state.stage {
            Stage::Checking(_) => Err(Failure::NotNow(NotNow::CheckingAlready)),
            _ => Ok((std::mem::replace(&mut state.stage, Stage::Checking(checking)), call_off)),
        })
    }

    pub(super) async fn check_new(
        &self,
        base: &BaseUrl,
        token: &Arc<SignInToken>,
    ) -> Result<(Arc<dyn KeyApi>, Option<Vec<Key>>), Failure> {
        let keys = self.connect.connect(base, Arc::clone(token))?;
        let listed = list(&*keys).await?;
        Ok((keys, listed))
    }

    pub(super) async fn come_back(&self, known: &KnownAccount) -> Return {
        let keys = match known.access.keys() {
            Some(keys) => keys,
            None => match self.fetch(&known.at).await {
                Ok(keys) => keys,
                Err(failure) => return Return::AskAnew(failure),
            },
        };
        self.change(|state| {
            if let Stage::Checking(checking) = &mut state.stage {
                checking.step = Step::Dfns;
            }
        });
        let checked = list(&*keys).await;
        let (returned, listed) = match checked {
            Ok(listed) => (Return::Good { may_list: listed.is_some() }, listed),
            Err(failure @ Failure::SignInAgain) => return Return::AskAnew(failure),
            // Whatever stands in between may be gone soon: the token is as good as before.
            Err(failure) => (Return::Unchecked(failure), None),
        };
        known.access.open(&known.at.account.label(), keys, listed);
        returned
    }

    /// The calls with the token that the keyring holds for this account at this very address.
    pub(super) async fn fetch(&self, at: &Where) -> Result<Arc<dyn KeyApi>, Failure> {
        let (store, place) = (Arc::clone(&self.store), at.clone());
        let token = blocking(move || store.fetch(&place.account.id, &place.base)).await?;
        self.connect.connect(&at.base, Arc::new(token.ok_or(Failure::KeyringEmpty)?))
    }
}

/// Asks for the keys, which tells whether the token is good; not being allowed to (`None`) is an answer too.
async fn list(keys: &dyn KeyApi) -> Result<Option<Vec<Key>>, Failure> {
    match keys.list().await {
        Ok(listed) => Ok(Some(listed)),
        Err(Failure::Forbidden { .. }) => Ok(None),
        Err(failure) => Err(failure),
    }
}
