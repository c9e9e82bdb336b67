//! Signing in from the clipboard, the page or the sandbox, and from one account to another.

use std::sync::Arc;

use super::{
    Keybearer,
    taken::{Taken, WantedAgain},
};
use crate::{
    account::{Account, Environment, Session, Where},
    address::BaseUrl,
    clipboard::{Cleared, off_the_loop},
    confirmation::Subject,
    failure::{ClipboardProblem, Failure, NotNow, TokenProblem},
    naming::{self, Likeness},
    pasted,
    secret::SignInToken,
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
        let text = off_the_loop(&self.taking.clipboard, |clipboard| clipboard.read()).await.map_err(|problem| {
            Failure::Clipboard(match problem {
                ClipboardProblem::Unusable(why) => ClipboardProblem::Unreadable(why),
                other => other,
            })
        })?;
        let text = text.ok_or(Failure::TokenMissing(TokenProblem::ClipboardEmpty))?;
        let token =
            pasted::sign_in_token(&text).map_err(|other| Failure::TokenMissing(TokenProblem::Clipboard(other)))?;
        drop(text);
        // Only its hash is kept for the comparison afterwards: the token itself goes to the session.
        let pasted = fingerprint(token.open("recognize it on the clipboard later, by its hash"));
        self.sign_in(environment, name, token, remember).await?;
        self.clear_sign_in_token(pasted, |cleared| match cleared {
            Ok(Cleared::Gone) => words::said_signed_in_cleared(),
            Ok(Cleared::Replaced) => words::said_signed_in_replaced(),
            Err(problem) => words::said_signed_in_stays(problem.message()),
        });
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
        self.clear_sign_in_token(typed, |cleared| match cleared {
            Ok(Cleared::Gone) => words::said_signed_in_cleared(),
            Ok(Cleared::Replaced) => words::said_signed_in(),
            // It need not have come from there.
            Err(problem) => words::said_signed_in_unsure(problem.message()),
        });
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
    pub async fn sign_out(&self) -> Result<(), Failure> {
        self.lists.nothing_open()?;
        self.forget_listed();
        self.sessions.sign_out().await
    }

    /// Clears the clipboard if the sign-in token of this hash is on it, and tells how that ended: once, since the person may
    /// copy it again for another account.
    fn clear_sign_in_token(self: &Arc<Self>, hash: Vec<u8>, told: fn(Result<Cleared, ClipboardProblem>) -> Message) {
        let is_it = move |text: &str| {
            pasted::sign_in_token(text).is_ok_and(|there| fingerprint(there.open("recognize it by its hash")) == hash)
        };
        // Whoever is asked for one again may copy this one again.
        let sessions = Arc::clone(&self.sessions);
        let is_asked_for = move || matches!(sessions.now(), Session::SignedOut { .. });
        self.taking.clear(Taken {
            is_it: Arc::new(is_it),
            unless: Some(WantedAgain { is_it: Arc::new(is_asked_for), said: words::said_no_longer_watched() }),
            meanwhile: words::said_signed_in_clearing(),
            told: Box::new(told),
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
        let base = environment.base().ok_or(Failure::NotNow(NotNow::SandboxUsers))?;
        let account = match self.sessions.now() {
            // The account that is asked for a new token stays the one it is.
            Session::SignedOut { account: Some(account), .. } if account.environment == environment => {
                Account { name: name.clone(), ..account }
            }
            _ => Account::new(environment, name),
        };
        self.sessions.sign_in(Where { account, base }, token, remember).await
    }
}

fn fingerprint(text: &str) -> Vec<u8> {
    ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref().to_vec()
}
