//! Signing out, and what becomes of the session and the credential at Dfns.

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;

use super::{KnownAccount, Sessions, Stage, transitions::forget};
use crate::{
    account::{Session, SigningCredential, Storage},
    failure::{CallContext, Failure, NotNow, UnclearAnswer},
};

/// As long as Dfns may take to end a session while somebody waits to be signed out.
const UNTIL_ENDED: Duration = Duration::from_secs(5);

impl Sessions {
    /// Signs out of the account in use, or of the one that is asked for a token: what it is signed in with is forgotten in memory
    /// and in the keyring, the account in the file. A session that was begun here is ended at Dfns. With `deactivate`, its
    /// credential is deactivated there first; where that fails, nothing else is done.
    ///
    /// # Errors
    /// [`Failure::StaysInKeyring`] or [`Failure::File`] where something of it stays; signed out it is nevertheless, and
    /// the rest is tried again at the next start. [`Failure::InRecycleBin`] where nothing more can be done about it.
    /// [`Failure::SessionNotEnded`] where Dfns could not be told. Of deactivating, the call's.
    pub async fn sign_out(&self, deactivate: bool) -> Result<(), Failure> {
        let id = match self.now() {
            Session::SignedIn(signed_in) => signed_in.at.account.id,
            Session::SignedOut { account: Some(account), .. } => account.id,
            _ => return Ok(()),
        };
        let Some(known) = self.known(&id) else { return Ok(()) };
        if deactivate {
            self.deactivate(&known).await?;
        }
        let session = known.access.session();
        known.access.close();
        if let Some(signer) = &known.signer {
            signer.let_go();
        }
        let is_kept = match known.storage {
            Storage::Keyring | Storage::Keeping => Ok(true),
            // Not this token, but perhaps one of an earlier sign-in, or one that the keyring took and gave back to nobody.
            Storage::Memory | Storage::MemoryForWant(_) => self.remembered.knows(&id),
        };
        if is_kept == Ok(true) {
            // Before anybody sees it: a start after a crash must not sign them in again. A failure is told below.
            let _ = self.remembered.sign_out(&known.at.account);
        }
        self.change(|state| {
            state.accounts.retain(|known| known.at.account.id != id);
            state.before = None;
            state.stage = Stage::NOBODY;
        });
        let ended = match session.filter(|_| known.is_own) {
            Some(session) => timeout(UNTIL_ENDED, session.sign_out())
                .await
                .unwrap_or(Err(Failure::Unclear(CallContext::Read, UnclearAnswer::TimedOut(UNTIL_ENDED)))),
            None => Ok(()),
        };
        if is_kept? {
            forget(Arc::clone(&self.store), Arc::clone(&self.remembered), known.at).await?;
        }
        match ended {
            // It is over there as well.
            Ok(()) | Err(Failure::SignInAgain) => Ok(()),
            Err(failure) => Err(Failure::SessionNotEnded(Box::new(failure))),
        }
    }

    async fn deactivate(&self, known: &KnownAccount) -> Result<(), Failure> {
        let credential = known.at.account.credential.as_ref().ok_or(Failure::NotNow(NotNow::NothingToSignWith))?;
        let deactivated = match known.access.session() {
            Some(session) => session.deactivate_credential(&credential.id).await,
            None => Err(Failure::SignInAgain),
        };
        if deactivated == Err(Failure::SignInAgain) {
            // Its session is over, and it is good for another yet.
            let signer = known.signer.as_ref().ok_or(Failure::SignInAgain)?;
            let (session, _) = self.log_in(&known.at.base, signer).await?;
            session.deactivate_credential(&credential.id).await?;
        } else {
            deactivated?;
        }
        self.write_deactivated(credential).await;
        Ok(())
    }

    /// Deactivates a credential of the user's own that is in use no longer, with the one that is.
    ///
    /// # Errors
    /// The calls'.
    pub async fn deactivate_former(&self, former: &SigningCredential) -> Result<(), Failure> {
        let session = self.signed_in()?.access.session().ok_or(Failure::NotNow(NotNow::SignInFirst))?;
        session.deactivate_credential(&former.id).await?;
        self.write_deactivated(former).await;
        Ok(())
    }
}
