//! The app without its windows: the use cases put together, and what stands between them.

mod attention;
mod closing;
mod destinations;
mod keys;
mod many;
mod names;
mod receipts;
mod signing_in;
mod taken;
mod tested;

pub use self::{
    attention::asks_name,
    closing::Closing,
    many::{Checked, CheckedNames, Item, Many, ManyState},
    tested::Tested,
};

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use parking_lot::{Mutex, MutexGuard};

use tokio::{
    sync::{Notify, watch},
    time::{Instant, timeout},
};

use crate::words::{self, Message};
use crate::{
    account::{Connect, RememberedAccounts, Sessions, SignedIn, TokenStore, VaultSecrets},
    clipboard::{Cleared, Clipboard},
    confirmation::{Confirm, Confirmations, Subject},
    delivery::Vault,
    failure::{Failure, NotNow},
    issuance::{HeldId, Issuance, Made, OnClipboard, Order, Revocation},
    journal::Journal,
    key::{Key, KeyId, KeyName, Keys, is_same_name},
    own_file::OwnFile,
    preset::Preset,
    receipt::Receipt,
    settings::Settings,
    vault::{Destinations, OpenVault},
};

/// As long as what is called off when the app ends may take to end.
const AT_THE_END: Duration = Duration::from_secs(3);

/// As long as a computer that goes to sleep waits for the clipboard: a system lets it wait for 5 seconds.
const BEFORE_SLEEP: Duration = Duration::from_millis(4500);

/// What the app does its work by.
pub struct Effects {
    /// The way to Dfns.
    pub connect: Box<dyn Connect>,
    /// The system's clipboard.
    pub clipboard: Arc<dyn Clipboard>,
    /// Where sign-in tokens are kept.
    pub tokens: Arc<dyn TokenStore>,
    /// Where it is kept what opens vaults.
    pub secrets: Arc<dyn VaultSecrets>,
    /// The way to vaults.
    pub vaults: Arc<dyn OpenVault>,
    /// Where wishes are written down.
    pub journal: Arc<dyn Journal>,
    /// What is wrong with that.
    pub journal_problem: Option<Failure>,
}

/// The app's state, behind every command.
pub struct Keybearer {
    /// Who is signed in.
    pub sessions: Arc<Sessions>,
    /// The key being made, and the token being held.
    pub issuance: Arc<Issuance>,
    /// The vaults that tokens can be delivered to.
    pub destinations: Arc<Destinations>,
    settings_file: OwnFile,
    downloads: PathBuf,
    clipboard: Arc<dyn Clipboard>,
    preset: Preset,
    aside: Mutex<Aside>,
    /// What secrets may go to.
    confirmations: Confirmations,
    /// The keys, as they were listed last.
    listed: Mutex<keys::Listed>,
    keys_changed: Mutex<keys::Changed>,
    /// The keys of the list that are being revoked.
    revocations: Mutex<HashMap<KeyId, Revocation>>,
    /// The list of names that is worked on, or was.
    batch: Mutex<Option<Many>>,
    /// One list is begun or gone on with at a time.
    many_turn: tokio::sync::Mutex<()>,
    /// The names that were looked through last, before anything is done with them.
    checked: Mutex<many::LastChecked>,
    /// Call off what is only looked at, for as long as it is.
    looks: Mutex<Vec<Arc<Notify>>>,
    changed: watch::Sender<()>,
}

/// What is neither the session's nor the key's.
#[derive(Clone, Default)]
pub struct Aside {
    /// One sentence on what just happened, and its number.
    pub said: Option<(u32, Message)>,
    /// Since when the person wants to close the window.
    closing: Option<Instant>,
    /// A name that was typed before the page was replaced or a sign-in came between.
    pub draft: String,
    /// The settings.
    pub settings: Settings,
    /// The receipt of the key that was finished with last.
    pub receipt: Option<Receipt>,
    /// What was found wrong with files of our own, and not put aside by the person yet.
    pub problems: Vec<Failure>,
    /// What was cleared from the clipboard a moment ago, by the number of what was said of it.
    taken: HashMap<u32, taken::IsTaken>,
}

impl Aside {
    /// Says something, in place of what was said before. Its number.
    fn say(&mut self, text: Message) -> u32 {
        let number = self.said.as_ref().map_or(1, |(number, _)| number + 1);
        self.said = Some((number, text));
        number
    }
}

impl Keybearer {
    /// Puts the app together. Settings and the list of accounts are in the one folder, the journal in the other.
    #[must_use]
    pub fn new(folders: &Folders, effects: Effects) -> Self {
        let Effects { connect, clipboard, tokens, secrets, vaults, journal, journal_problem } = effects;
        let folder = &folders.config;
        let settings_file = Settings::file(folder.join("settings.json"));
        let (settings, settings_problem) = match settings_file.read::<Settings>() {
            Ok(settings) => (settings.unwrap_or_default(), None),
            Err(failure) => (Settings::default(), Some(failure)),
        };
        let changed = watch::Sender::new(());
        let remembered = RememberedAccounts::in_folder(folder);
        let (sessions, accounts_problem) = Sessions::new(connect, tokens, remembered, changed.clone());
        let (open, unread) = match journal.open() {
            Ok(open) => (open, None),
            // Why it cannot be used is told already.
            Err(_) if journal_problem.is_some() => (Vec::new(), None),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        let issuance = Issuance::new(Arc::clone(&clipboard), journal, settings.times(), changed.clone());
        issuance.recall(open, |owner| sessions.calls_of(owner));
        let (destinations, destinations_problem) = Destinations::in_folder(folder, secrets, vaults);
        let problems = [settings_problem, accounts_problem, destinations_problem, journal_problem, unread];
        let problems = problems.into_iter().flatten().collect();
        let app = Self {
            sessions,
            issuance,
            destinations: Arc::new(destinations),
            settings_file,
            downloads: folders.downloads.clone(),
            clipboard,
            preset: Preset::default(),
            confirmations: Confirmations::in_folder(folder),
            listed: Mutex::default(),
            keys_changed: Mutex::default(),
            revocations: Mutex::default(),
            batch: Mutex::default(),
            many_turn: tokio::sync::Mutex::default(),
            checked: Mutex::default(),
            looks: Mutex::default(),
            aside: Mutex::new(Aside { settings, problems, ..Aside::default() }),
            changed,
        };
        // A journal that cannot be read is told already.
        let journal = app.issuance.journal();
        match journal.open_batch() {
            // Its keys have ended with the sandbox. What cannot be written now is tried again at the next start.
            Ok(Some(open)) if open.batch.owner.is_of_sandbox() => drop(journal.close_batch(open.id)),
            Ok(Some(open)) => app.recall_many(open),
            Ok(None) | Err(_) => {}
        }
        app
    }

    /// Takes over what the organization set up on this computer; what is wrong with that is told in the window.
    #[must_use]
    pub fn with_preset(mut self, preset: Result<Preset, Failure>) -> Self {
        match preset {
            Ok(preset) => {
                self.confirmations.count_as_confirmed(preset.destinations().iter().map(Subject::Destination));
                self.confirmations
                    .count_as_confirmed(preset.environments().iter().map(|each| Subject::Host(&each.url)));
                if let Err(failure) = self.destinations.begin_with(preset.destinations()) {
                    self.lock().problems.push(failure);
                }
                self.preset = preset;
            }
            Err(failure) => self.lock().problems.push(failure),
        }
        self
    }

    /// Asks the person in this way where secrets may go. Without one, nobody is asked, and they go nowhere new.
    #[must_use]
    pub fn with_confirm(mut self, asker: Arc<dyn Confirm>) -> Self {
        self.confirmations.ask_by(asker);
        self
    }

    /// The person did something that no page can do in their place.
    pub fn person_acted(&self) {
        self.confirmations.person_acted();
    }

    /// Makes sure that secrets may go there.
    async fn may_have_secrets(&self, subject: Subject<'_>) -> Result<(), Failure> {
        let problem = |failure| {
            let mut aside = self.lock();
            // It is met each time, and told once.
            if !aside.problems.contains(&failure) {
                aside.problems.push(failure);
            }
            drop(aside);
            self.changed.send_replace(());
        };
        self.confirmations.allow(subject, problem).await
    }

    /// What the organization set up on this computer.
    #[must_use]
    pub fn preset(&self) -> &Preset {
        &self.preset
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

    /// Asks for a key and holds its token: `anyway` though there is one of that name, or one is open still. A sign-in token
    /// that has expired asks for a new one, and the name is kept.
    ///
    /// # Errors
    /// As [`Issuance::create`].
    pub async fn create_key(&self, typed: &str, anyway: bool, replaces: Option<Key>) -> Result<(), Failure> {
        self.create(typed, anyway, replaces, None).await.map(drop)
    }

    async fn create(
        &self,
        typed: &str,
        anyway: bool,
        replaces: Option<Key>,
        deliver_to: Option<Arc<dyn Vault>>,
    ) -> Result<Made, Failure> {
        if self.many_under_way() {
            return Err(Failure::NotNow(NotNow::ListUnderWay));
        }
        self.is_no_secret(typed)?;
        let name = KeyName::parse(typed)?;
        let signed_in = self.sessions.signed_in()?;
        {
            let mut aside = self.lock();
            // A wish to close that was overtaken by events does not outlive them, and neither does the last receipt.
            aside.closing = None;
            aside.receipt = None;
        }
        let SignedIn { at, access, may_list, .. } = signed_in;
        let keys: Arc<dyn Keys> = access;
        // One that replaces another bears its name.
        let bears_its_name = replaces.as_ref().is_some_and(|replaced| is_same_name(typed, &replaced.name));
        let despite_same_name = anyway || bears_its_name;
        let order = Order { name, despite_same_name, despite_open: anyway, replaces, deliver_to, part_of: None };
        let outcome = self.issuance.create(Arc::clone(&keys), at.owner(), may_list, order).await;
        self.lock().draft = match &outcome {
            Ok(_) => String::new(),
            Err(_) => typed.to_owned(),
        };
        match &outcome {
            Ok(_) => self.sessions.reached(),
            Err(failure) if *failure.refusal() == Failure::SignInAgain => {
                // What is in doubt by that is looked up, and settled, once the person has signed in again.
                self.sessions.expire(&keys);
                return Err(Failure::SignInAgain);
            }
            Err(_) => {}
        }
        outcome
    }

    /// Done with the new key: wipes its token, and tells how the clipboard ended.
    ///
    /// # Errors
    /// As [`Issuance::finish`].
    pub async fn finish(self: &Arc<Self>, held: HeldId, unproven: bool) -> Result<(), Failure> {
        let key =
            self.issuance.with_held(|now| (now.id() == held).then(|| (now.key.id.clone(), now.owner().base.clone())));
        let clipboard = self.issuance.finish(held, unproven).await?;
        let key = key.flatten();
        let id = key.as_ref().map(|(id, _)| id.clone());
        if let Some((id, base)) = key {
            // Where the journal cannot be read, that is told as a problem of its own.
            let receipt = self.record(&id, base).await.ok().flatten().map(|record| Receipt::of(&record));
            self.lock().receipt = receipt.filter(|receipt| receipt.delivery.is_some());
        }
        self.refresh_many().await;
        let is_clearing = clipboard == OnClipboard::Clearing;
        let said = self.say_beginning(match clipboard {
            OnClipboard::Clearing => words::said_done_clearing(),
            OnClipboard::Cleared => words::said_done_cleared(),
            OnClipboard::Replaced => words::said_done_replaced(),
            OnClipboard::StillThere(problem) => words::said_done_stays(problem.message()),
            _ => words::said_done(),
        });
        if let (true, Some(id)) = (is_clearing, id) {
            let this = Arc::clone(self);
            tokio::spawn(async move {
                // What could not be cleared is under “Needs attention” as well.
                let end = match this.issuance.cleared(&id).await {
                    Ok(()) => words::said_done_cleared(),
                    Err(problem) => words::said_done_stays(problem.message()),
                };
                this.say_end(said, end);
            });
        }
        Ok(())
    }

    /// Revokes the key whose token is held.
    ///
    /// # Errors
    /// As [`Issuance::revoke_held`].
    pub async fn revoke_held(&self, held: HeldId) -> Result<(), Failure> {
        let name = self.issuance.with_held(|held| held.key.name.clone()).unwrap_or_default();
        self.issuance.revoke_held(held).await?;
        self.refresh_many().await;
        self.say(words::said_revoked_held(name));
        Ok(())
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
        self.issuance.put_unwritten_aside();
        self.changed.send_replace(());
    }

    /// The app ends: no further name of a list is begun, what is looked at or asked for is called off, with the programs
    /// that were started for it, and what is held goes.
    pub async fn shut_down(&self) {
        self.pause_many();
        self.call_off_look();
        self.issuance.call_off();
        // Whatever hangs must not keep the app.
        let _ = timeout(AT_THE_END, self.nothing_looked_at_or_asked()).await;
        self.issuance.shut_down().await;
        self.clear_taken_for_good().await;
    }

    async fn nothing_looked_at_or_asked(&self) {
        let mut changes = self.changes();
        while self.is_looking() || self.issuance.asking().is_some() {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// The app was ended while a token was on the clipboard: it goes from there now, if it is there still.
    /// Where it cannot be cleared, it is tried again until it can.
    pub async fn clear_leftover(&self) {
        let mut told = None;
        let cleared = self
            .issuance
            .clear_leftover(|problem| {
                let failure = Failure::Clipboard(problem);
                if told.as_ref() != Some(&failure) {
                    self.replace_problem(told.replace(failure.clone()), Some(failure));
                }
            })
            .await;
        self.replace_problem(told, None);
        if cleared == Some(Cleared::Gone) {
            self.say(words::said_leftover_cleared());
        }
    }

    /// Tells of a problem in place of another, where there was one; or of none any more.
    fn replace_problem(&self, before: Option<Failure>, now: Option<Failure>) {
        let problems = &mut self.lock().problems;
        problems.retain(|problem| Some(problem) != before.as_ref());
        problems.extend(now);
        self.changed.send_replace(());
    }

    /// The session is locked, or the computer goes to sleep, which waits until this returns, though not for long.
    pub async fn step_back(&self) {
        let Some(key) = self.issuance.with_held(|held| held.key.id.clone()) else { return };
        if !self.issuance.step_back().await {
            return;
        }
        let said = self.say_beginning(words::said_locked_clearing());
        let cleared = timeout(BEFORE_SLEEP, self.issuance.cleared(&key)).await;
        let told = match cleared {
            Ok(Ok(())) => words::said_locked_cleared(),
            Ok(Err(problem)) => words::said_locked_stays(Failure::Clipboard(problem).in_full()),
            Err(_) => words::said_locked_unsure(),
        };
        self.say_end(said, told);
    }

    /// Says one sentence, in passing.
    pub fn say(&self, text: impl Into<Message>) {
        self.lock().say(text.into());
        self.changed.send_replace(());
    }

    /// Says that something began whose end is said by [`Keybearer::say_end`], which gets what this returns.
    fn say_beginning(&self, text: impl Into<Message>) -> u32 {
        let number = self.lock().say(text.into());
        self.changed.send_replace(());
        number
    }

    /// Says how it ended, in the place of its beginning: unless something else was said since, or the person has put that
    /// aside. That is news, and this is none.
    fn say_end(&self, beginning: u32, end: impl Into<Message>) {
        if let Some((number, text)) = &mut self.lock().said
            && *number == beginning
        {
            *text = end.into();
        }
        self.changed.send_replace(());
    }

    /// Who is signed in does not change while a key is being made or its token held.
    fn nothing_open(&self) -> Result<(), Failure> {
        if self.many_under_way() {
            return Err(Failure::NotNow(NotNow::ListUnderWay));
        }
        if self.issuance.is_idle() { Ok(()) } else { Err(Failure::NotNow(NotNow::KeyHeld)) }
    }

    fn revocations(&self) -> MutexGuard<'_, HashMap<KeyId, Revocation>> {
        self.revocations.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Aside> {
        self.aside.lock()
    }
}

/// The folders that the app writes to, by the system's convention.
#[derive(Clone, Debug)]
pub struct Folders {
    /// Settings and accounts.
    pub config: PathBuf,
    /// The journal.
    pub data: PathBuf,
    /// Where people look for what an app has saved for them.
    pub downloads: PathBuf,
}

impl Folders {
    /// The journal's file.
    #[must_use]
    pub fn journal(&self) -> PathBuf {
        self.data.join("journal.sqlite")
    }
}
