//! Signing in from the clipboard, the page or the sandbox, and from one account to another.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{
    Keybearer,
    taken::{Taken, WantedAgain},
};
use crate::{
    account::{Account, EnrolmentCode, Environment, Keep, Session, SigningCredential, Where, organization_id},
    address::BaseUrl,
    clipboard::{Cleared, off_the_loop},
    confirmation::{Named, Subject},
    failure::{ClipboardProblem, Failure, NotNow, TokenProblem},
    naming::{self, Likeness},
    pasted,
    secret::SignInToken,
    signing::{PrivateKey, PrivateKeyProblem},
    words::{self, Message},
};

impl Keybearer {
    /// Signs in with the token on the clipboard, and then clears it from there if it is there still.
    ///
    /// # Errors
    /// [`Failure::TokenMissing`] where the clipboard has none; else the check's, and the clipboard is left alone.
    pub async fn sign_in_pasted(
        self: &Arc<Self>,
        environment: Environment,
        name: &str,
        remember: bool,
    ) -> Result<(), Failure> {
        self.lists.nothing_open()?;
        self.names.parse(name)?;
        self.may_be_signed_in_at(&environment).await?;
        let text = self.clipboard_text().await?;
        let text = text.ok_or(Failure::TokenMissing(TokenProblem::ClipboardEmpty))?;
        let token =
            pasted::sign_in_token(&text).map_err(|other| Failure::TokenMissing(TokenProblem::Clipboard(other)))?;
        drop(text);
        // Only its hash is kept for the comparison afterwards: the token itself goes to the session.
        let pasted = fingerprint(token.open("recognize it on the clipboard later, by its hash"));
        self.sign_in(environment, name, token, remember).await?;
        self.clear_pasted(TOKEN, is_token(pasted), told_of_pasted);
        Ok(())
    }

    /// Signs in with a token that was typed or pasted into the page, and then clears the clipboard if it is on it.
    ///
    /// # Errors
    /// [`Failure::TokenMissing`]; else the check's.
    pub async fn sign_in_typed(
        self: &Arc<Self>,
        environment: Environment,
        name: &str,
        token: &str,
        remember: bool,
    ) -> Result<(), Failure> {
        self.lists.nothing_open()?;
        let token = pasted::sign_in_token(token).map_err(|other| Failure::TokenMissing(TokenProblem::Typed(other)))?;
        self.name_beside(name, &token)?;
        self.may_be_signed_in_at(&environment).await?;
        let typed = fingerprint(token.open("recognize it on the clipboard later, by its hash"));
        self.sign_in(environment, name, token, remember).await?;
        self.clear_pasted(TOKEN, is_token(typed), |what, cleared| match cleared {
            Ok(Cleared::Gone) => words::said_signed_in_cleared(what),
            Ok(Cleared::Replaced) => words::said_signed_in(),
            // It need not have come from there.
            Err(problem) => words::said_signed_in_unsure(problem.message()),
        });
        Ok(())
    }

    /// Registers a credential of this computer's own with a code from the dashboard, and signs in with it.
    ///
    /// # Errors
    /// [`Failure::Credential`] for what was typed; else as [`crate::account::Sessions::enrol`].
    pub async fn enrol(self: &Arc<Self>, to: SignInTo<'_>, code: &str, organization: &str) -> Result<(), Failure> {
        self.lists.nothing_open()?;
        // As they stand in the form.
        let (organization, code) = (organization_id(organization)?, EnrolmentCode::parse(code)?);
        self.names.parse(to.name)?;
        self.may_be_signed_in_at(&to.environment).await?;
        let at = self.at(to.environment, to.name)?;
        let name = words::credential_name(&self.computer).to_string();
        let former = self.sessions.enrol(at, &code, &organization, &name, to.keep).await?;
        self.leave_former(former).await;
        Ok(())
    }

    /// Deactivates the credential that the account had before, which nobody here can sign with any more; or tells that it stays.
    async fn leave_former(&self, former: Option<SigningCredential>) {
        let Some(former) = former else { return };
        let left = match self.may_sign(&words::signing_deactivate_former(), &[Named::of(&former.id)]).await {
            Ok(()) => self.sessions.deactivate_former(&former).await,
            Err(failure) => Err(failure),
        };
        self.messages.say(match left {
            Ok(()) => words::said_former_deactivated(),
            Err(_) => words::said_former_stays(&former.id),
        });
    }

    /// Signs in with a credential that exists, whose private key is on the clipboard, and then clears it from there.
    ///
    /// # Errors
    /// [`Failure::PrivateKey`] where there is none; else the check's, and the clipboard is left alone.
    pub async fn sign_in_by_pasted_key(
        self: &Arc<Self>,
        to: SignInTo<'_>,
        credential: SigningCredential,
    ) -> Result<(), Failure> {
        self.lists.nothing_open()?;
        self.may_be_signed_in_at(&to.environment).await?;
        let text = self.clipboard_text().await?.ok_or(Failure::PrivateKey(PrivateKeyProblem::Empty))?;
        let key = PrivateKey::from_pem(&text).map_err(Failure::PrivateKey)?;
        // Only its hash is kept for the comparison afterwards.
        let pasted = fingerprint(text.trim());
        drop(text);
        self.sign_in_by_key(to, credential, key).await?;
        self.clear_pasted(KEY, move |text| fingerprint(text.trim()) == pasted, told_of_pasted);
        Ok(())
    }

    /// Signs in with a credential that exists, whose private key is in a file that the person chooses. `chosen` is its text. The
    /// file stays, which is told.
    ///
    /// # Errors
    /// [`Failure::PrivateKey`] where it holds none; else the check's.
    pub async fn sign_in_by_key_in_file(
        self: &Arc<Self>,
        to: SignInTo<'_>,
        credential: SigningCredential,
        chosen: impl Future<Output = Result<Option<Zeroizing<String>>, Failure>>,
    ) -> Result<(), Failure> {
        self.lists.nothing_open()?;
        self.may_be_signed_in_at(&to.environment).await?;
        let Some(text) = chosen.await? else { return Err(Failure::CheckCalledOff) };
        let key = PrivateKey::from_pem(&text).map_err(Failure::PrivateKey)?;
        drop(text);
        self.lists.nothing_open()?;
        self.sign_in_by_key(to, credential, key).await?;
        self.messages.say(words::said_signed_in_file_stays());
        Ok(())
    }

    async fn sign_in_by_key(
        self: &Arc<Self>,
        to: SignInTo<'_>,
        credential: SigningCredential,
        key: PrivateKey,
    ) -> Result<(), Failure> {
        let name = self.names.parse(to.name)?;
        let at = self.at(to.environment, &name)?;
        let former = self.sessions.sign_in_by_key(at, credential, key, to.keep).await?;
        self.leave_former(former).await;
        Ok(())
    }

    /// Keeps the name that stands in a page which is about to be replaced.
    pub fn keep_draft(&self, draft: String) {
        self.aside.lock().draft = draft;
    }

    /// Signs in to the sandbox as one of its users. `started` tells where it is, and the user's token; it is started by that
    /// if it does not run yet.
    ///
    /// # Errors
    /// Where it cannot be started; else the check's.
    pub async fn enter_sandbox(
        &self,
        started: impl Future<Output = Result<(BaseUrl, SignInToken), Failure>>,
    ) -> Result<(), Failure> {
        self.lists.nothing_open()?;
        let (base, token) = started.await?;
        let account = Account::new(Environment::Sandbox, "");
        self.sessions.sign_in(Where { account, base }, token, false).await
    }

    /// Switches to another account, unless a key is being made or held.
    ///
    /// # Errors
    /// As [`Sessions::switch`](crate::account::Sessions::switch).
    pub async fn switch_account(&self, id: &str) -> Result<(), Failure> {
        self.lists.nothing_open()?;
        self.sessions.switch(id).await
    }

    /// Shows the sign-in form: for a new token of the account in use, or else for another account.
    ///
    /// # Errors
    /// [`Failure::NotNow`] while a key is being made or held.
    pub fn ask_for_token(&self, same_account: bool) -> Result<(), Failure> {
        self.lists.nothing_open()?;
        if same_account {
            self.sessions.renew()
        } else {
            self.sessions.add()
        }
        Ok(())
    }

    /// Signs out, unless a key is being made or held.
    ///
    /// # Errors
    /// [`Failure::NotNow`]; or what stays of the account, though signed out it is.
    pub async fn sign_out(&self, deactivate: bool) -> Result<(), Failure> {
        self.lists.nothing_open()?;
        if deactivate {
            self.may_sign(&words::signing_deactivate(), &[]).await?;
        }
        self.forget_listed();
        self.sessions.sign_out(deactivate).await
    }

    async fn clipboard_text(&self) -> Result<Option<Zeroizing<String>>, Failure> {
        off_the_loop(&self.taking.clipboard, |clipboard| clipboard.read()).await.map_err(|problem| {
            Failure::Clipboard(match problem {
                ClipboardProblem::Unusable(why) => ClipboardProblem::Unreadable(why),
                other => other,
            })
        })
    }

    /// Clears the clipboard if what was pasted is on it, and tells how that ended: once, since the person may copy it again for
    /// another account.
    fn clear_pasted(
        self: &Arc<Self>,
        what: &'static str,
        is_it: impl Fn(&str) -> bool + Send + Sync + 'static,
        told: fn(&str, Result<Cleared, ClipboardProblem>) -> Message,
    ) {
        // Whoever is asked for one again may copy this one again.
        let sessions = Arc::clone(&self.sessions);
        let is_asked_for = move || matches!(sessions.now(), Session::SignedOut { .. });
        self.taking.clear(Taken {
            is_it: Arc::new(is_it),
            unless: Some(WantedAgain { is_it: Arc::new(is_asked_for), said: words::said_no_longer_watched() }),
            meanwhile: words::said_signed_in_clearing(what),
            told: Box::new(move |cleared| told(what, cleared)),
        });
    }

    /// Dfns' own hosts are known; any other is confirmed before the clipboard is so much as read for it.
    async fn may_be_signed_in_at(&self, environment: &Environment) -> Result<(), Failure> {
        let Environment::Custom(base) = environment else { return Ok(()) };
        self.confirmations.allow(Subject::Host(base), |problem| self.messages.tell_once(problem)).await?;
        // The person took their time to answer.
        self.lists.nothing_open()
    }

    /// The account's name, which is not the token itself that one signs in with.
    fn name_beside(&self, typed: &str, token: &SignInToken) -> Result<String, Failure> {
        if naming::holds(typed, token.open("see that it is not in the account's name")) {
            return Err(Failure::NameIsSecret(Likeness::SignInToken));
        }
        self.names.parse(typed)
    }

    async fn sign_in(
        &self,
        environment: Environment,
        name: &str,
        token: SignInToken,
        remember: bool,
    ) -> Result<(), Failure> {
        let name = &self.name_beside(name, &token)?;
        self.sessions.sign_in(self.at(environment, name)?, token, remember).await
    }

    fn at(&self, environment: Environment, name: &str) -> Result<Where, Failure> {
        let base = environment.base().ok_or(Failure::NotNow(NotNow::SandboxUsers))?;
        let account = match self.sessions.now() {
            // The account that is asked to sign in again stays the one it is.
            Session::SignedOut { account: Some(account), .. } if account.environment == environment => {
                Account { name: name.to_owned(), ..account }
            }
            _ => Account::new(environment, name),
        };
        Ok(Where { account, base })
    }
}

/// Where somebody signs in, and as what it is remembered.
pub struct SignInTo<'a> {
    pub environment: Environment,
    /// What the person calls the account; may be empty.
    pub name: &'a str,
    pub keep: Keep,
}

/// Whether a text is the sign-in token of this hash.
fn is_token(hash: Vec<u8>) -> impl Fn(&str) -> bool + Send + Sync {
    move |text| {
        pasted::sign_in_token(text).is_ok_and(|there| fingerprint(there.open("recognize it by its hash")) == hash)
    }
}

/// What was pasted, as the words have it.
const TOKEN: &str = "token";
const KEY: &str = "key";

fn told_of_pasted(what: &str, cleared: Result<Cleared, ClipboardProblem>) -> Message {
    match cleared {
        Ok(Cleared::Gone) => words::said_signed_in_cleared(what),
        Ok(Cleared::Replaced) => words::said_signed_in_replaced(what),
        Err(problem) => words::said_signed_in_stays(problem.message()),
    }
}

fn fingerprint(text: &str) -> Vec<u8> {
    ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref().to_vec()
}
