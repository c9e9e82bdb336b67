//! Finding out whether a sign-in token is good.

use std::sync::Arc;

use tokio::{sync::Notify, time::Instant};

use super::{
    KnownAccount, Sessions, Stage,
    transitions::{blocking, life},
};
use crate::{
    account::{Checking, Offer, Sign, Signer, SigningCredential, Step, UserSession, Where},
    address::BaseUrl,
    credential::CredentialKind,
    failure::{CredentialProblem, Failure, NotNow},
    jwt,
    key::Key,
    secret::SignInToken,
};

/// What an attempt to come back to an account ended with.
pub(super) enum Return {
    Good {
        may_list: bool,
        api_keys: Offer,
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

    pub(super) async fn check_token(
        &self,
        base: &BaseUrl,
        token: &Arc<SignInToken>,
    ) -> Result<CheckedSession, Failure> {
        check(self.connect.connect(base, Arc::clone(token), None)?, token).await
    }

    /// Signs in with a credential, and sees whether that is any good.
    pub(super) async fn check_signer(&self, base: &BaseUrl, signer: &Arc<Signer>) -> Result<CheckedSession, Failure> {
        let (session, token) = self.log_in(base, signer).await?;
        check(session, &token).await
    }

    /// Signs a challenge for a session of its own.
    pub(super) async fn log_in(
        &self,
        base: &BaseUrl,
        signer: &Arc<Signer>,
    ) -> Result<(Arc<dyn UserSession>, Arc<SignInToken>), Failure> {
        let authentication = self.connect.authentication(base)?;
        let SigningCredential { id, username, organization, .. } = &signer.credential;
        let challenge = authentication.begin_sign_in(username, organization).await?;
        if !challenge.credentials.contains(id) {
            let (id, username) = (id.clone(), username.clone());
            return Err(Failure::Credential(CredentialProblem::NotAmongTheUsers { id, username }));
        }
        let signed = signer.sign(&challenge.challenge).await?;
        let token = Arc::new(authentication.sign_in(&challenge.identifier, &signed).await?);
        let session = self.connect.connect(base, Arc::clone(&token), Some(Arc::clone(signer) as Arc<dyn Sign>))?;
        Ok((session, token))
    }

    pub(super) async fn come_back(&self, known: &KnownAccount) -> Return {
        let session = match known.access.session() {
            Some(session) => session,
            None => match self.fetch(known).await {
                Ok(session) => session,
                Err(failure) => return Return::AskAnew(failure),
            },
        };
        self.change(|state| {
            if let Stage::Checking(checking) = &mut state.stage {
                checking.step = Step::Dfns;
            }
        });
        let mut session = session;
        let mut checked = list(&*session).await;
        if checked.as_ref().err() == Some(&Failure::SignInAgain) && known.signer.is_some() {
            // Its session is over, and its credential is good for another.
            session = match self.fetch(known).await {
                Ok(session) => session,
                Err(failure) => return Return::AskAnew(failure),
            };
            checked = list(&*session).await;
        }
        let (returned, listed) = match checked {
            Ok((listed, api_keys)) => (Return::Good { may_list: listed.is_some(), api_keys }, listed),
            Err(failure @ Failure::SignInAgain) => return Return::AskAnew(failure),
            // Whatever stands in between may be gone soon: the token is as good as before.
            Err(failure) => (Return::Unchecked(failure), None),
        };
        known.access.open(&known.at.account.label(), session, listed);
        returned
    }

    /// The calls with what the keyring holds for this account at this very address: its token, or a new one for a signature.
    async fn fetch(&self, known: &KnownAccount) -> Result<Arc<dyn UserSession>, Failure> {
        let at = &known.at;
        if let Some(signer) = &known.signer {
            let (session, token) = self.log_in(&at.base, signer).await?;
            self.describe(&at.account.id, &token);
            return Ok(session);
        }
        let (store, place) = (Arc::clone(&self.store), at.clone());
        let token = blocking(move || store.fetch(&place.account.id, &place.base)).await?;
        self.connect.connect(&at.base, Arc::new(token.ok_or(Failure::KeyringEmpty)?), None)
    }

    /// Takes over what the token of a session that was begun here says of its user and its end.
    pub(super) fn describe(&self, account: &str, token: &SignInToken) {
        let facts = jwt::read(token.open("tell until when it is good"));
        let life = life(facts.as_ref());
        self.change(|state| {
            if let Some(known) = state.accounts.iter_mut().find(|known| known.at.account.id == account) {
                known.at.account.describe(facts);
                (known.began, known.life) = (Instant::now(), life);
                (known.over, known.unrenewed, known.is_own) = (false, None, true);
            }
        });
    }

    /// Finds out what the organization offers, meanwhile.
    pub(super) fn find_offers(self: &Arc<Self>, account: &str, api_keys: Offer) {
        let Some(session) = self.known(account).and_then(|known| known.access.session()) else { return };
        let (this, account) = (Arc::clone(self), account.to_owned());
        tokio::spawn(async move {
            let Ok(offers) = session.offers(Some(api_keys)).await else { return };
            this.change(|state| {
                if let Some(known) = state.accounts.iter_mut().find(|known| known.at.account.id == account) {
                    known.offers = Some(offers);
                }
            });
        });
    }
}

/// A session that Dfns has answered.
pub(super) struct CheckedSession {
    pub(super) session: Arc<dyn UserSession>,
    pub(super) token: Arc<SignInToken>,
    /// The keys, if they may be listed.
    pub(super) listed: Option<Vec<Key>>,
    /// What that tells of API keys.
    pub(super) api_keys: Offer,
}

async fn check(session: Arc<dyn UserSession>, token: &Arc<SignInToken>) -> Result<CheckedSession, Failure> {
    let (listed, api_keys) = list(&*session).await?;
    Ok(CheckedSession { session, token: Arc::clone(token), listed, api_keys })
}

/// Asks for the API keys, which tells whether the token is good; not being allowed to (`None`) is an answer too. Where there are
/// no API keys any more, what there is instead tells as much.
async fn list(session: &dyn UserSession) -> Result<(Option<Vec<Key>>, Offer), Failure> {
    match session.list(CredentialKind::ApiKey).await {
        Ok(listed) => Ok((Some(listed), Offer::Listed)),
        Err(Failure::Forbidden { .. }) => Ok((None, Offer::NoPermission)),
        Err(failure @ Failure::NoSuchService(_)) => {
            let offers = session.offers(Some(Offer::NotThere)).await?;
            if offers.are_of_dfns() { Ok((None, Offer::NotThere)) } else { Err(failure) }
        }
        Err(failure) => Err(failure),
    }
}
