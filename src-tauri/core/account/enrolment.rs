//! Registering a credential of this computer's own at Dfns, by a code from the dashboard. Its id and public key are written
//! down, and its private key is in the keyring, before Dfns is asked to register it: whatever happens then, Keybearer knows of
//! it, and can sign in with it to deactivate it.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;
use time::OffsetDateTime;
use tokio::time::sleep;

use super::{
    Account, EnrolmentCode, Environment, Keep, KeptKey, NewCredential, Session, Sessions, SigningCredential, Standing,
    Storage, Where,
    sessions::{blocking, kept},
};
use crate::{
    address::BaseUrl,
    failure::{CallContext, CredentialProblem, Failure, UnclearAnswer},
    journal::{Enrolment, EnrolmentId, EnrolmentState, NewEnrolment},
    signing::{NewKeyType, Passphrase, PrivateKey, new_credential_id},
};

/// The private keys of credentials of which it is in doubt whether they were registered, by their ids: for where no keyring
/// has them.
pub(super) type InDoubt = Mutex<HashMap<String, Arc<PrivateKey>>>;

/// A code is good for a minute, and clocks differ: what is not registered after this never will be.
const CODE_IS_OVER: Duration = Duration::from_secs(150);

/// When it is looked again whether a credential was registered after all; the last again and again.
const LOOKS: [Duration; 4] =
    [Duration::from_secs(2), Duration::from_secs(10), Duration::from_secs(60), Duration::from_secs(120)];

impl Sessions {
    /// Registers a credential of its own for the user who has this code, and signs in with it. `name` is what the dashboard
    /// will call it. Where the keyring is not to have the private key, or cannot, it is good until the app quits. Tells
    /// the credential of Keybearer's own that the account had before, which is registered still.
    ///
    /// # Errors
    /// [`Failure::Credential`] where Dfns refuses; [`Failure::File`] where it cannot be written down, so that nothing was asked
    /// for; [`Failure::Unclear`], `Enrol`, where it may have been registered, which is found out later; else the call's.
    pub async fn enrol(
        self: &Arc<Self>,
        at: Where,
        code: &EnrolmentCode,
        organization: &str,
        name: &str,
        keep: Keep,
    ) -> Result<Option<SigningCredential>, Failure> {
        let registered = self.checked(&at, self.register(&at, code, organization, name, keep)).await;
        if matches!(registered, Err(Failure::Unclear(CallContext::Enrol, _) | Failure::CheckCalledOff)) {
            // Called off it may have been asked for already.
            tokio::spawn(Arc::clone(self).look_later());
        }
        let (enrolment, credential, key, passphrase) = registered?;
        // From here on the account is there, whatever comes of signing in. It is remembered before the enrolment is settled, so
        // that one of both tells of it whenever the app ends.
        let base = at.base.clone();
        let kept = (keep != Keep::Not).then(|| kept(Arc::clone(&key), passphrase.as_ref())).transpose()?;
        let known = self.know(at, credential.clone(), Some(key), kept).await;
        self.stop_checking();
        // Where nothing lasting knows of it, it stays in doubt in the journal.
        let (id, former) = known?;
        self.settle_enrolment(enrolment, &base, &credential, true).await;
        self.switch(&id).await?;
        Ok(former)
    }

    async fn register(
        self: &Arc<Self>,
        at: &Where,
        code: &EnrolmentCode,
        organization: &str,
        name: &str,
        keep: Keep,
    ) -> Result<(EnrolmentId, SigningCredential, Arc<PrivateKey>, Option<Passphrase>), Failure> {
        let authentication = self.connect.authentication(&at.base)?;
        let challenge = authentication.begin_enrolment(code).await?;
        match authentication.begin_sign_in(&challenge.username, organization).await {
            // There may be no such credential yet.
            Ok(_) | Err(Failure::Credential(CredentialProblem::KindNotTaken(_))) => {}
            // What is registered for another organization could neither sign in nor be deactivated.
            Err(failure) => return Err(failure),
        }
        // The code is taken by now: there is time to choose one.
        let passphrase = match keep {
            Keep::Locked => Some(self.passphrases.choose().await.ok_or(Failure::CheckCalledOff)?),
            Keep::Not | Keep::Open => None,
        };
        let key = Arc::new(PrivateKey::generate(NewKeyType::P256)?);
        let credential = SigningCredential {
            id: new_credential_id()?,
            username: challenge.username,
            organization: organization.to_owned(),
            own: true,
        };
        let registration = key.registration(&challenge.challenge)?;
        let id = self.write_down(at, &credential, &key, name).await?;
        self.in_doubt.lock().insert(credential.id.clone(), Arc::clone(&key));
        if keep != Keep::Not {
            let kept = kept(Arc::clone(&key), passphrase.as_ref())?;
            // Without a keyring the credential is good for this run, and can be deactivated in it: that is told once somebody
            // is signed in.
            let _ = self.keep_key(&at.base, &credential, kept, Standing::Unconfirmed).await;
        }
        let new =
            NewCredential { id: &credential.id, name, challenge: &challenge.identifier, registration: &registration };
        match authentication.enrol(&new).await {
            // An answer alone proves nothing, and a lost one neither: whether it is there, Dfns tells whoever asks for a challenge.
            Ok(()) if self.is_registered(&at.base, &credential).await == Ok(true) => {}
            Ok(()) => return Err(Failure::Unclear(CallContext::Enrol, UnclearAnswer::NotUnderstood)),
            Err(failure @ Failure::Unclear(CallContext::Enrol, _)) => {
                if self.is_registered(&at.base, &credential).await != Ok(true) {
                    return Err(failure);
                }
            }
            Err(failure) => {
                self.settle_enrolment(id, &at.base, &credential, false).await;
                return Err(failure);
            }
        }
        Ok((id, credential, key, passphrase))
    }

    /// Looks whether the credentials in doubt were registered: those that were get an account, and the keys of the others are
    /// forgotten.
    pub async fn settle_enrolments(self: &Arc<Self>) {
        for Enrolment { id, new, begun, .. } in self.enrolments_in_doubt().await {
            let NewEnrolment { credential, base, .. } = new;
            let Ok(base) = BaseUrl::with_prefix(&base) else { continue };
            match self.is_registered(&base, &credential).await {
                Ok(true) => {
                    let key = self.in_doubt.lock().get(&credential.id).cloned();
                    // Locked or open, it stays as the keyring has it, where it was to have it and could.
                    let (store, place, its) = (Arc::clone(&self.store), base.clone(), credential.id.clone());
                    // One that does not answer may have it.
                    let Ok(kept) = blocking(move || store.fetch_key(&its, &place)).await else { continue };
                    let account = Account::new(Environment::at(base.clone()), "");
                    let at = Where { account, base: base.clone() };
                    let Ok((account, _)) = self.know(at, credential.clone(), key, kept).await else { continue };
                    self.settle_enrolment(id, &base, &credential, true).await;
                    if matches!(self.now(), Session::SignedOut { reason: None, account: None }) {
                        // Whoever waits for it still is told there how it ends.
                        let _ = self.switch(&account).await;
                    }
                }
                Ok(false) if OffsetDateTime::now_utc() - begun > CODE_IS_OVER => {
                    self.settle_enrolment(id, &base, &credential, false).await;
                }
                Ok(false) | Err(_) => {}
            }
        }
    }

    async fn look_later(self: Arc<Self>) {
        for pause in LOOKS.into_iter().chain(std::iter::repeat(LOOKS[LOOKS.len() - 1])) {
            sleep(pause).await;
            self.settle_enrolments().await;
            if self.enrolments_in_doubt().await.is_empty() {
                return;
            }
        }
    }

    /// Adds the account of a credential that is registered, without signing in. The keyring has its key, or is given what is to be
    /// `kept`. As [`Sessions::add_known`].
    async fn know(
        self: &Arc<Self>,
        at: Where,
        credential: SigningCredential,
        key: Option<Arc<PrivateKey>>,
        kept: Option<KeptKey>,
    ) -> Result<(String, Option<SigningCredential>), Failure> {
        let is_locked = matches!(kept, Some(KeptKey::Locked(_)));
        let storage = match (&key, kept) {
            (_, Some(kept)) => match self.keep_key(&at.base, &credential, kept, Standing::Confirmed).await {
                Ok(()) => Storage::Keyring,
                Err(failure) => Storage::MemoryForWant(failure),
            },
            (Some(_), None) => Storage::Memory,
            (None, None) => Storage::Keyring,
        };
        let (opened, held) = if storage == Storage::Keyring { (key.filter(|_| is_locked), None) } else { (None, key) };
        let (mut at, signer) = self.signer_of(at, credential.clone(), held);
        if let Some(opened) = opened {
            signer.keep_open(opened);
        }
        (at.account.user, at.account.organization) = (Some(credential.username), Some(credential.organization));
        self.add_known(at, storage, signer)
    }

    /// Whether Dfns names a credential among those that its user may sign with. Nothing is signed for that.
    async fn is_registered(&self, base: &BaseUrl, credential: &SigningCredential) -> Result<bool, Failure> {
        let authentication = self.connect.authentication(base)?;
        let challenge = authentication.begin_sign_in(&credential.username, &credential.organization).await?;
        Ok(challenge.credentials.contains(&credential.id))
    }

    async fn write_down(
        &self,
        at: &Where,
        credential: &SigningCredential,
        key: &PrivateKey,
        name: &str,
    ) -> Result<EnrolmentId, Failure> {
        let enrolment = NewEnrolment {
            credential: credential.clone(),
            base: at.base.to_string(),
            name: name.to_owned(),
            public_key: key.public_key_pem(),
        };
        let journal = Arc::clone(&self.enrolments);
        blocking(move || journal.begin_enrolment(&enrolment)).await
    }

    async fn settle_enrolment(
        &self,
        id: EnrolmentId,
        base: &BaseUrl,
        credential: &SigningCredential,
        registered: bool,
    ) {
        let state = if registered { EnrolmentState::Registered } else { EnrolmentState::NotRegistered };
        let journal = Arc::clone(&self.enrolments);
        // What is not written down is looked at again at the next start.
        let written = blocking(move || journal.enrolment_is(id, state)).await;
        self.in_doubt.lock().remove(&credential.id);
        if !registered && written.is_ok() {
            let (store, base, id) = (Arc::clone(&self.store), base.clone(), credential.id.clone());
            // Nobody can do anything with it.
            let _ = blocking(move || store.forget_key(&id, &base)).await;
        }
    }

    pub(super) async fn write_deactivated(&self, credential: &SigningCredential) {
        let (journal, id) = (Arc::clone(&self.enrolments), credential.id.clone());
        let written = blocking(move || {
            let all = journal.enrolments()?;
            let ours = all.iter().find(|enrolment| enrolment.new.credential.id == id);
            ours.map_or(Ok(()), |enrolment| journal.enrolment_is(enrolment.id, EnrolmentState::Deactivated))
        });
        // Unwritten, it counts as one that is registered still: more than there is, and never less.
        let _ = written.await;
    }

    async fn enrolments_in_doubt(&self) -> Vec<Enrolment> {
        let journal = Arc::clone(&self.enrolments);
        // A journal that cannot be read is told as a problem of its own.
        let all = blocking(move || journal.enrolments()).await.unwrap_or_default();
        all.into_iter().filter(|enrolment| enrolment.state == EnrolmentState::Begun).collect()
    }

    async fn keep_key(
        &self,
        base: &BaseUrl,
        credential: &SigningCredential,
        key: KeptKey,
        standing: Standing,
    ) -> Result<(), Failure> {
        let (store, base, id) = (Arc::clone(&self.store), base.clone(), credential.id.clone());
        blocking(move || store.keep_key(&id, &base, &key, standing)).await
    }
}
