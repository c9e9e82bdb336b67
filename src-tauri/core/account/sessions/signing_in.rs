//! Signing in: with a token, or with a credential.

use std::sync::Arc;

use super::{
    Sessions,
    transitions::{Settled, SignInSecret, blocking, forget},
    verify::CheckedSession,
};
use crate::{
    account::{Account, Signer, SigningCredential, Step, Storage, Where},
    address::BaseUrl,
    failure::Failure,
    secret::SignInToken,
    signing::PrivateKey,
};

/// What becomes of a private key once somebody is signed in with it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Keep {
    /// It is good until the app quits.
    Not,
    /// The keyring has it.
    Open,
    /// The keyring has it, locked with a passphrase.
    Locked,
}

impl Sessions {
    /// Checks a token with one call, and signs in with it. Not being allowed to list keys is no refusal. A user who is
    /// known already stays one account. Then the token is handed to the keyring, which may take its time.
    ///
    /// # Errors
    /// The call's, with a 401 as [`Failure::SignInRefused`], or [`Failure::CheckCalledOff`]; the session is then what
    /// it was before.
    pub async fn sign_in(self: &Arc<Self>, at: Where, token: SignInToken, remember: bool) -> Result<(), Failure> {
        let at = Where { account: Account { credential: None, ..at.account }, ..at };
        let token = Arc::new(token);
        let checked = self.checked(&at, self.check_token(&at.base, &token)).await?;
        self.take_up(at, checked, SignInSecret::Token(token), remember);
        Ok(())
    }

    /// Signs in with a credential that exists, by signing a challenge. Then the private key is handed to the keyring. Tells the
    /// credential of Keybearer's own that the account had before, which is registered still.
    ///
    /// # Errors
    /// [`Failure::Credential`]; else as [`Sessions::sign_in`].
    pub async fn sign_in_by_key(
        self: &Arc<Self>,
        at: Where,
        credential: SigningCredential,
        key: PrivateKey,
        keep: Keep,
    ) -> Result<Option<SigningCredential>, Failure> {
        let (at, signer) = self.signer_of(at, credential, Some(Arc::new(key)));
        let checked = self.checked(&at, self.check_signer(&at.base, &signer)).await?;
        let passphrase = match keep {
            // Given up, it is good for this run, as if nothing was to be kept.
            Keep::Locked => self.passphrases.choose().await,
            Keep::Not | Keep::Open => None,
        };
        let remember = keep == Keep::Open || passphrase.is_some();
        Ok(self.take_up(at, checked, SignInSecret::Key(signer, passphrase), remember))
    }

    /// What a check ends with, if it is not called off. In the end the session is what it was before.
    pub(in crate::account) async fn checked<T>(
        &self,
        at: &Where,
        check: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let (before, call_off) = self.begin_checking(at, Step::Dfns)?;
        let checked = tokio::select! {
            checked = check => checked,
            () = call_off.notified() => Err(Failure::CheckCalledOff),
        };
        checked.map_err(|failure| {
            self.set(before);
            if failure == Failure::SignInAgain { Failure::SignInRefused } else { failure }
        })
    }

    pub(in crate::account) fn signer_of(
        &self,
        at: Where,
        credential: SigningCredential,
        held: Option<Arc<PrivateKey>>,
    ) -> (Where, Arc<Signer>) {
        let signer = Signer::new(
            credential.clone(),
            at.base.clone(),
            Arc::clone(&self.store),
            Arc::clone(&self.passphrases),
            held,
        );
        let account = Account { credential: Some(credential), ..at.account };
        (Where { account, ..at }, Arc::new(signer))
    }

    /// Puts what was checked in use, and sees to what it is signed in with: to be kept, or not any more.
    fn take_up(
        self: &Arc<Self>,
        at: Where,
        checked: CheckedSession,
        secret: SignInSecret,
        remember: bool,
    ) -> Option<SigningCredential> {
        let storage = if remember { Storage::Keeping } else { Storage::Memory };
        let (base, api_keys) = (at.base.clone(), checked.api_keys);
        let Settled { id, kept_before, former, keeps } = self.settle_new(at, checked, &secret, storage);
        self.find_offers(&id, api_keys);
        if let Some(former) = &former {
            self.forget_former(former, &base);
        }
        if !keeps {
            return None;
        }
        if remember {
            tokio::spawn(Arc::clone(self).keep(id, secret));
        } else if let Some(known) = kept_before {
            // It was kept, and is to be no longer; what stays of it is told by the next start at the latest.
            tokio::spawn(forget(Arc::clone(&self.store), Arc::clone(&self.remembered), known));
        }
        former.filter(|former| former.own)
    }

    /// Nobody signs with this one's private key any more.
    pub(super) fn forget_former(&self, former: &SigningCredential, base: &BaseUrl) {
        let (store, id, base) = (Arc::clone(&self.store), former.id.clone(), base.clone());
        tokio::spawn(blocking(move || store.forget_key(&id, &base).map(drop)));
    }
}
