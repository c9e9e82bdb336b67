//! The app without its windows: the use cases put together, and what stands between them.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{sync::watch, task::spawn_blocking};

use crate::{
    account::{
        Account, BaseUrl, Connect, Environment, RememberedAccounts, Session, Sessions, SignedIn, TokenStore, Where,
    },
    clipboard::{Cleared, Clipboard},
    dfns::Dfns,
    failure::{ClipboardProblem, Failure, TokenProblem},
    ipc::Closing,
    issuance::{Issuance, OnClipboard},
    key::{KeyName, Keys},
    own_file::OwnFile,
    sandbox::{Persona, Sandbox},
    settings::Settings,
    token::SignInToken,
};

/// The app's state, behind every command.
pub struct Keybearer {
    /// Who is signed in.
    pub sessions: Arc<Sessions>,
    /// The key being made, and the token being held.
    pub issuance: Arc<Issuance>,
    settings_file: OwnFile,
    clipboard: Arc<dyn Clipboard>,
    sandbox: tokio::sync::Mutex<Option<Sandbox>>,
    aside: Mutex<Aside>,
    changed: watch::Sender<()>,
}

/// What is neither the session's nor the key's.
#[derive(Clone, Default)]
pub struct Aside {
    /// One sentence on what just happened, and its number.
    pub said: Option<(u32, String)>,
    /// The person wants to close the window.
    closing: bool,
    /// A name that was typed before the page was replaced or a sign-in came between.
    pub draft: String,
    /// The settings.
    pub settings: Settings,
    /// What was found wrong with files of our own, and not put aside by the person yet.
    pub problems: Vec<Failure>,
}

impl Keybearer {
    /// Puts the app together. `folder` is where settings and the list of accounts are.
    #[must_use]
    pub fn new(folder: &Path, clipboard: Arc<dyn Clipboard>, store: Arc<dyn TokenStore>) -> Self {
        let settings_file = Settings::file(folder.join("settings.json"));
        let (settings, settings_problem) = match settings_file.read::<Settings>() {
            Ok(settings) => (settings.unwrap_or_default(), None),
            Err(failure) => (Settings::default(), Some(failure)),
        };
        let changed = watch::Sender::new(());
        let remembered = RememberedAccounts::in_folder(folder);
        let (sessions, accounts_problem) = Sessions::new(Box::new(OverHttp), store, remembered, changed.clone());
        let problems = [settings_problem, accounts_problem].into_iter().flatten().collect();
        Self {
            sessions,
            issuance: Issuance::new(Arc::clone(&clipboard), settings.times(), changed.clone()),
            settings_file,
            clipboard,
            sandbox: tokio::sync::Mutex::default(),
            aside: Mutex::new(Aside { settings, problems, ..Aside::default() }),
            changed,
        }
    }

    /// Tells whenever something changed that a window may show.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// What is neither the session's nor the key's.
    #[must_use]
    pub fn aside(&self) -> Aside {
        self.lock().clone()
    }

    /// Signs in with the token on the clipboard, and then clears it from there if it is there still.
    ///
    /// # Errors
    /// [`Failure::TokenMissing`] where the clipboard has none; else the check's, and the clipboard is left alone.
    pub async fn sign_in_pasted(&self, environment: Environment, name: &str, remember: bool) -> Result<(), Failure> {
        self.nothing_open()?;
        let clipboard = Arc::clone(&self.clipboard);
        let text = on_clipboard(move || clipboard.read()).await.map_err(Failure::Clipboard)?;
        let text = text.ok_or(Failure::TokenMissing(TokenProblem::ClipboardEmpty))?;
        let token = SignInToken::parse(&text).ok_or(Failure::TokenMissing(TokenProblem::ClipboardOther))?;
        drop(text);
        // Only its hash is kept for the comparison afterwards: the token itself goes to the session.
        let pasted = fingerprint(token.open("recognize it on the clipboard later, by its hash"));
        self.sign_in(environment, name, token, remember).await?;
        let clipboard = Arc::clone(&self.clipboard);
        let is_it = move |text: &str| {
            SignInToken::parse(text).is_some_and(|there| fingerprint(there.open("recognize it by its hash")) == pasted)
        };
        self.say(match on_clipboard(move || clipboard.clear_if(&is_it)).await {
            Ok(Cleared::Gone) => "Signed in. The sign-in token was cleared from the clipboard.".to_owned(),
            Ok(Cleared::Replaced) => "Signed in. The sign-in token is no longer on the clipboard.".to_owned(),
            Err(problem) => format!("Signed in. {problem} Copy something else to replace it."),
        });
        Ok(())
    }

    /// Signs in with a token that was typed or pasted into the page. `draft` is what stands in the page's own form: the
    /// page is about to be replaced.
    ///
    /// # Errors
    /// [`Failure::TokenMissing`]; else the check's.
    pub async fn sign_in_typed(
        &self,
        environment: Environment,
        name: &str,
        token: &str,
        remember: bool,
        draft: String,
    ) -> Result<(), Failure> {
        self.nothing_open()?;
        let token = SignInToken::parse(token).ok_or(Failure::TokenMissing(TokenProblem::Typed))?;
        self.sign_in(environment, name, token, remember).await?;
        self.lock().draft = draft;
        self.say("Signed in.".to_owned());
        Ok(())
    }

    /// Signs in to the sandbox as one of its users; it is started if it does not run yet.
    ///
    /// # Errors
    /// [`Failure::Computer`] where it cannot be started; else the check's.
    pub async fn enter_sandbox(&self, persona: Persona) -> Result<(), Failure> {
        self.nothing_open()?;
        let (base, token) = {
            let mut sandbox = self.sandbox.lock().await;
            if sandbox.is_none() {
                let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                let started = Sandbox::start(anywhere, false).await;
                *sandbox = Some(started.map_err(|error| {
                    Failure::Computer(format!("The sandbox cannot be started on this computer: {error}."))
                })?);
            }
            let sandbox = sandbox.as_ref().expect("it was started just above");
            let base = BaseUrl::parse(&format!("http://{}", sandbox.address()))?;
            let token = SignInToken::parse(&sandbox.sign_in_token(persona))
                .expect("the sandbox makes tokens that can stand in a header");
            (base, token)
        };
        let account = Account::new(Environment::Sandbox, "");
        self.sessions.sign_in(Where { account, base }, token, false).await
    }

    /// Switches to another account, unless a key is being made or held.
    ///
    /// # Errors
    /// As [`Sessions::switch`].
    pub async fn switch_account(&self, id: &str) -> Result<(), Failure> {
        self.nothing_open()?;
        self.sessions.switch(id).await
    }

    /// Shows the sign-in form: for a new token of the account in use, or else for another account.
    ///
    /// # Errors
    /// [`Failure::NotNow`] while a key is being made or held.
    pub fn ask_for_token(&self, same_account: bool) -> Result<(), Failure> {
        self.nothing_open()?;
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
        self.nothing_open()?;
        self.sessions.sign_out().await
    }

    /// Asks for a key and holds its token. A sign-in token that has expired asks for a new one, and the name is kept.
    ///
    /// # Errors
    /// As [`Issuance::create`].
    pub async fn create_key(&self, name: &str, despite_same_name: bool) -> Result<(), Failure> {
        let typed = name;
        let name = KeyName::parse(typed)?;
        let signed_in = self.sessions.signed_in()?;
        // A wish to close that was overtaken by events does not outlive them.
        self.lock().closing = false;
        let SignedIn { access, may_list, .. } = signed_in;
        let keys: Arc<dyn Keys> = access;
        let outcome = self.issuance.create(Arc::clone(&keys), may_list, name, despite_same_name).await;
        self.lock().draft = match &outcome {
            Ok(()) => String::new(),
            Err(_) => typed.to_owned(),
        };
        match &outcome {
            Err(Failure::SignInAgain) => self.sessions.expire(&keys),
            Ok(()) => self.sessions.reached(),
            Err(_) => {}
        }
        outcome
    }

    /// Done with the new key: wipes its token, and tells how the clipboard ended.
    ///
    /// # Errors
    /// As [`Issuance::finish`].
    pub async fn finish(&self, unproven: bool) -> Result<(), Failure> {
        let clipboard = self.issuance.finish(unproven).await?;
        self.say(match clipboard {
            OnClipboard::Cleared => "Done. The token is wiped, and cleared from the clipboard.".to_owned(),
            OnClipboard::Replaced => {
                "Done. The token is wiped. The clipboard holds something else by now, which was left alone.".to_owned()
            }
            OnClipboard::StillThere(problem) => format!("Done. The token is wiped here. {problem}"),
            _ => "Done. The token is wiped.".to_owned(),
        });
        Ok(())
    }

    /// Revokes the key whose token is held.
    ///
    /// # Errors
    /// As [`Issuance::revoke_held`].
    pub async fn revoke_held(&self) -> Result<(), Failure> {
        let name = self.issuance.with_held(|held| held.key.name.clone()).unwrap_or_default();
        self.issuance.revoke_held().await?;
        self.say(format!("“{name}” is revoked. Its token is wiped, and works nowhere any more."));
        Ok(())
    }

    /// Revokes the key that a notice names.
    ///
    /// # Errors
    /// As [`Issuance::revoke_noticed`].
    pub async fn revoke_noticed(&self, number: u32) -> Result<(), Failure> {
        let notice = self.issuance.notices().into_iter().find(|notice| notice.number == number);
        let outcome = self.issuance.revoke_noticed(number).await;
        match (&outcome, notice) {
            (Ok(()), Some(notice)) => self.say(format!("“{}” is revoked.", notice.name)),
            (Err(Failure::SignInAgain), Some(notice)) if self.issuance.is_idle() => self.sessions.expire(&notice.keys),
            _ => {}
        }
        outcome
    }

    /// Keeps other settings, which hold at once.
    ///
    /// # Errors
    /// [`Failure::File`] where they cannot be written; they hold until the app quits nevertheless.
    pub fn change_settings(&self, settings: Settings) -> Result<(), Failure> {
        self.lock().settings = settings;
        self.issuance.set_times(settings.times());
        self.changed.send_replace(());
        self.settings_file.write(&settings)
    }

    /// Where the settings are kept.
    #[must_use]
    pub fn settings_path(&self) -> &Path {
        self.settings_file.path()
    }

    /// The person has read what is wrong with files of our own.
    pub fn put_problems_aside(&self) {
        self.lock().problems.clear();
        self.changed.send_replace(());
    }

    /// The person wants to close the window. Whether it may close now; if not, the page asks.
    #[must_use]
    pub fn may_close(&self) -> bool {
        self.set_closing(true);
        self.closing().is_none()
    }

    /// What stands in the way of closing the window, while the person wants to.
    #[must_use]
    pub fn closing(&self) -> Option<Closing> {
        if !self.lock().closing {
            None
        } else if self.issuance.asking().is_some() {
            Some(Closing::Creating)
        } else {
            self.issuance.with_held(|_| Closing::Holding)
        }
    }

    /// The person goes back instead of closing.
    pub fn keep_open(&self) {
        self.set_closing(false);
    }

    /// Says one sentence, in passing.
    pub fn say(&self, text: String) {
        let mut aside = self.lock();
        let number = aside.said.as_ref().map_or(1, |(number, _)| number + 1);
        aside.said = Some((number, text));
        drop(aside);
        self.changed.send_replace(());
    }

    async fn sign_in(
        &self,
        environment: Environment,
        name: &str,
        token: SignInToken,
        remember: bool,
    ) -> Result<(), Failure> {
        let base =
            environment.base().ok_or(Failure::NotNow("The sandbox has users of its own, and needs no token."))?;
        let account = match self.sessions.now() {
            // The account that is asked for a new token stays the one it is.
            Session::SignedOut { account: Some(account), .. } if account.environment == environment => {
                Account { name: name.trim().to_owned(), ..account }
            }
            _ => Account::new(environment, name),
        };
        self.sessions.sign_in(Where { account, base }, token, remember).await
    }

    /// Who is signed in does not change while a key is being made or its token held.
    fn nothing_open(&self) -> Result<(), Failure> {
        if self.issuance.is_idle() { Ok(()) } else { Err(Failure::NotNow("Finish with the new key first.")) }
    }

    fn set_closing(&self, closing: bool) {
        self.lock().closing = closing;
        self.changed.send_replace(());
    }

    fn lock(&self) -> MutexGuard<'_, Aside> {
        self.aside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct OverHttp;

impl Connect for OverHttp {
    fn connect(&self, base: &BaseUrl, token: Arc<SignInToken>) -> Result<Arc<dyn Keys>, Failure> {
        Ok(Arc::new(Dfns::new(base.clone(), token)?))
    }
}

fn fingerprint(text: &str) -> Vec<u8> {
    ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref().to_vec()
}

/// Uses the clipboard away from the event loop, since another program may be slow to answer.
async fn on_clipboard<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ClipboardProblem> + Send + 'static,
) -> Result<T, ClipboardProblem> {
    spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(ClipboardProblem::Unusable("it failed while it was used".to_owned())))
}
