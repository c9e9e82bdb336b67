//! The app without its windows: the use cases put together, and what stands between them.

mod activity;
mod attention;
mod batch;
mod closing;
mod confirmed;
mod delivering;
mod destinations;
mod expiring;
mod keys;
mod looks;
mod messages;
mod names;
mod notes;
mod receipts;
mod replacing;
mod role_changes;
mod roles;
mod signing_in;
mod taken;
mod tested;

pub use self::{
    activity::ActivityList,
    attention::asks_name,
    batch::{BatchRun, BatchState, Checked, CheckedNames, Item, Lists},
    closing::Closing,
    destinations::Destinations,
    expiring::MOST_ROWS,
    keys::{KeyDetails, ListedKeys},
    looks::Looks,
    messages::Messages,
    replacing::Proposed,
    roles::Chosen,
    signing_in::SignInTo,
    tested::Tested,
};

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{sync::watch, time::timeout};

use self::{closing::ClosingIntent, expiring::Expiring, keys::KnownKeys, names::Names, taken::Taking};
use crate::{
    account::{AskPassphrase, Connect, RememberedAccounts, Sessions, SignInStore, SignedIn},
    assigning::Assigning,
    clipboard::{Cleared, Clipboard},
    confirmation::{Confirm, Confirmations, Named, Subject},
    credential::CredentialKind,
    delivery::Vault,
    failure::{Failure, NotNow},
    issuance::{CreateRequest, Held, HeldId, Issuance, Made, OnClipboard},
    journal::{Enrolments, Journal},
    json_file::JsonFile,
    key::{Key, KeyApi, KeyName, is_same_name},
    notification::Notify,
    org_policy::OrgPolicy,
    prepared::Prepared,
    receipt::Receipt,
    role::{ASSIGN, Role},
    settings::Settings,
    signing::NewKeyType,
    vault::{self, OpenVault, VaultSecrets},
    words,
};

/// As long as what is called off when the app ends may take to end.
const AT_THE_END: Duration = Duration::from_secs(3);

/// As long as a computer that goes to sleep waits for the clipboard: a system lets it wait for 5 seconds.
const BEFORE_SLEEP: Duration = Duration::from_millis(4500);

/// How old a list of roles may be that something is made with: Dfns refuses a role that is gone.
const ROLES_AHEAD: Duration = Duration::from_secs(30);

pub struct Effects {
    pub connect: Box<dyn Connect>,
    pub clipboard: Arc<dyn Clipboard>,
    pub tokens: Arc<dyn SignInStore>,
    /// Where it is kept what opens vaults.
    pub secrets: Arc<dyn VaultSecrets>,
    pub vaults: Arc<dyn OpenVault>,
    pub journal: Arc<dyn Journal>,
    pub journal_problem: Option<Failure>,
    /// The way to ask the person where secrets may go.
    pub confirm: Arc<dyn Confirm>,
    /// The way to ask for the passphrase of a private key.
    pub passphrases: Arc<dyn AskPassphrase>,
    /// The way to tell the person something outside the app's windows.
    pub notify: Arc<dyn Notify>,
    /// What this computer is called, as its credential at Dfns is to tell.
    pub computer: String,
}

/// The app's state, behind every command.
pub struct Keybearer {
    pub sessions: Arc<Sessions>,
    /// The key being made, and the token being held.
    pub issuance: Arc<Issuance>,
    /// The roles that are being given or taken.
    pub assigning: Arc<Assigning>,
    pub destinations: Arc<Destinations>,
    /// The lists of names that keys are made of.
    pub lists: Arc<Lists>,
    keys: KnownKeys,
    /// The roles there are, listed ahead of an intent.
    roles_ahead: Prepared<Vec<Role>>,
    expiring: Expiring,
    names: Arc<Names>,
    /// What the person is told wherever they are.
    pub messages: Arc<Messages>,
    taking: Arc<Taking>,
    /// What is only looked at: a test of a destination, or a check of names.
    pub looks: Arc<Looks>,
    closing_intent: Arc<ClosingIntent>,
    /// What secrets may go to.
    pub confirmations: Arc<Confirmations>,
    /// What the organization set up on this computer.
    pub org_policy: OrgPolicy,
    settings_file: JsonFile,
    downloads: PathBuf,
    computer: String,
    aside: Mutex<Aside>,
    changed: watch::Sender<()>,
}

/// A key as a person wants it.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub kind: CredentialKind,
    /// As it was typed.
    pub name: &'a str,
    /// Although there is one of that name, or one is open still.
    pub anyway: bool,
    /// Signed with the user's credential, though its kind does not ask for that.
    pub signed: bool,
    pub replaces: Option<Key>,
    pub terms: WantedTerms<'a>,
}

/// What a service account or a personal access token is to be, as it stands in the form.
#[derive(Clone, Copy, Debug, Default)]
pub struct WantedTerms<'a> {
    /// The id of a role; `None` for no permission yet.
    pub role: Option<&'a str>,
    /// For how many days its token is to be good.
    pub days: Option<u32>,
    pub key_type: NewKeyType,
}

/// What is neither the session's nor the key's.
#[derive(Clone, Default)]
struct Aside {
    /// A name that was typed before the page was replaced or a sign-in came between.
    draft: String,
    settings: Settings,
    receipt: Option<Receipt>,
    activity: ActivityList,
}

impl Keybearer {
    /// Puts the app together, with what the organization set up on this computer. Settings and the list of accounts are in
    /// the one folder, the journal in the other. What is wrong with any of that is told in the window.
    pub fn new(folders: &Folders, effects: Effects, policy: Result<OrgPolicy, Failure>) -> Self {
        let Effects {
            connect,
            clipboard,
            tokens,
            secrets,
            vaults,
            journal,
            journal_problem,
            confirm,
            passphrases,
            notify,
            computer,
        } = effects;
        let folder = &folders.config;
        let settings_file = Settings::file(folder.join("settings.json"));
        let (settings, settings_problem) = match settings_file.read::<Settings>() {
            Ok(settings) => (settings.unwrap_or_default(), None),
            Err(failure) => (Settings::default(), Some(failure)),
        };
        let changed = watch::Sender::new(());
        let remembered = RememberedAccounts::in_folder(folder);
        let (sessions, accounts_problem) = Sessions::new(
            connect,
            tokens,
            passphrases,
            remembered,
            Arc::clone(&journal) as Arc<dyn Enrolments>,
            changed.clone(),
        );
        sessions.set_idle(settings.idle());
        let (open, unread) = match journal.open() {
            Ok(open) => (open, None),
            // Why it cannot be used is told already.
            Err(_) if journal_problem.is_some() => (Vec::new(), None),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        let assigning = Arc::new(Assigning::new(Arc::clone(&journal), changed.clone()));
        let issuance = Issuance::new(Arc::clone(&clipboard), Arc::clone(&journal), settings.times(), changed.clone());
        issuance.recall(open, |owner| sessions.calls_of(owner));
        let (kept, destinations_problem) = vault::Destinations::in_folder(folder, secrets, vaults);
        let (org_policy, policy_problem) = match policy {
            Ok(policy) => {
                let problem = kept.begin_with(policy.destinations()).err();
                (policy, problem)
            }
            Err(failure) => (OrgPolicy::default(), Some(failure)),
        };
        let problems =
            [settings_problem, accounts_problem, destinations_problem, journal_problem, unread, policy_problem];
        let messages = Arc::new(Messages::new(problems.into_iter().flatten().collect(), changed.clone()));
        let confirmations = Arc::new(confirmations(folder, confirm, &org_policy));
        let names = Arc::new(Names::new(&sessions, &issuance));
        let taking = Arc::new(Taking::new(clipboard, &messages));
        let looks = Arc::new(Looks::new(changed.clone()));
        let destinations = Arc::new(Destinations {
            kept: Arc::new(kept),
            confirmations: Arc::clone(&confirmations),
            sessions: Arc::clone(&sessions),
            issuance: Arc::clone(&issuance),
            names: Arc::clone(&names),
            messages: Arc::clone(&messages),
            taking: Arc::clone(&taking),
            looks: Arc::clone(&looks),
            changed: changed.clone(),
        });
        let closing_intent = Arc::new(ClosingIntent::new(changed.clone()));
        let lists = Arc::new(Lists::new(&destinations, &closing_intent, &assigning));
        lists.recall_from(&*journal);
        Self {
            sessions,
            issuance,
            assigning,
            destinations,
            lists,
            keys: KnownKeys::default(),
            roles_ahead: Prepared::good_for(ROLES_AHEAD),
            expiring: Expiring::new(notify, changed.clone()),
            names,
            messages,
            taking,
            looks,
            closing_intent,
            confirmations,
            org_policy,
            settings_file,
            downloads: folders.downloads.clone(),
            computer,
            aside: Mutex::new(Aside { settings, ..Aside::default() }),
            changed,
        }
    }

    /// Tells whenever something changed that a window may show.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// A name that was typed before the page was replaced or a sign-in came between.
    pub fn draft(&self) -> String {
        self.aside.lock().draft.clone()
    }

    pub fn settings(&self) -> Settings {
        self.aside.lock().settings
    }

    pub fn last_receipt(&self) -> Option<Receipt> {
        self.aside.lock().receipt.clone()
    }

    /// Asks for a key and holds its token. A sign-in token that has expired asks for a new one, and the name is kept.
    ///
    /// # Errors
    /// As [`Issuance::create`].
    pub async fn create_key(&self, wanted: Wanted<'_>) -> Result<(), Failure> {
        self.create(wanted, None).await.map(drop)
    }

    async fn create(&self, wanted: Wanted<'_>, deliver_to: Option<Arc<dyn Vault>>) -> Result<Made, Failure> {
        let Wanted { kind, name: typed, anyway, signed, replaces, terms } = wanted;
        if self.lists.is_under_way() {
            return Err(Failure::NotNow(NotNow::ListUnderWay));
        }
        self.names.is_no_secret(typed)?;
        let name = KeyName::parse(typed)?;
        let signed_in = self.sessions.signed_in()?;
        let replaces = match replaces {
            // Its roles are those that it has now.
            Some(old) if kind.signs() => Some(self.fresh_key(&old.id).await?),
            replaces => replaces,
        };
        let Chosen { terms, roles } = self.terms(kind, terms, replaces.as_ref()).await?;
        let signed = signed || kind.signs();
        if signed {
            let roles = kind.signs().then_some(roles.as_slice());
            self.may_sign(&confirmed::making(kind, 1), &[Named { roles, ..Named::of(name.as_str()) }]).await?;
        }
        // An intent to close that was overtaken by events does not outlive them, and neither does the last receipt.
        self.closing_intent.set(false);
        self.aside.lock().receipt = None;
        let may_list = signed_in.may_list(kind);
        let SignedIn { at, access, .. } = signed_in;
        let keys: Arc<dyn KeyApi> = access;
        // One that replaces another bears its name; of those that sign Dfns lets no two bear one.
        let bears_its_name = replaces.as_ref().is_some_and(|old| !kind.signs() && is_same_name(typed, &old.name));
        let despite_same_name = anyway || bears_its_name;
        let (despite_open, part_of) = (anyway, None);
        let request =
            CreateRequest { kind, name, despite_same_name, despite_open, replaces, deliver_to, part_of, terms, signed };
        let outcome = self.issuance.create(Arc::clone(&keys), at.owner(), may_list, request).await;
        if let Ok(Made::Held(held)) = outcome {
            replacing::give_the_other_roles(&self.issuance, &self.assigning, held).await;
        }
        self.aside.lock().draft = match &outcome {
            Ok(_) => String::new(),
            Err(_) => typed.to_owned(),
        };
        match &outcome {
            Ok(_) => self.sessions.reached(),
            Err(failure) if *failure.refusal() == Failure::SignInAgain => {
                // What is in doubt by that is looked up, and settled, once the person has signed in again.
                let renewed = self.sessions.ended(&keys, true).await;
                return Err(if renewed { Failure::SessionRenewed } else { Failure::SignInAgain });
            }
            // Whoever may give no roles may make one without.
            Err(Failure::Forbidden { permission, .. }) if permission.as_deref() == Some(ASSIGN) => {}
            Err(Failure::Forbidden { .. }) => self.sessions.refused(kind),
            Err(failure) if *failure.refusal() == Failure::SignatureRequired && self.sessions.can_sign() => {
                return Err(Failure::SignatureOffered);
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
        let of_held = |now: &Held| (now.id == held).then(|| (now.key.id.clone(), now.owner().base.clone()));
        let key = self.issuance.with_held(of_held).flatten();
        let clipboard = self.issuance.finish(held, unproven).await?;
        if let Some((id, base)) = &key {
            // Where the journal cannot be read, that is told as a problem of its own.
            let record = self.record(id, base.clone()).await.ok().flatten();
            let receipt = match record {
                Some(record) => self.receipt_of(&record).await.ok(),
                None => None,
            };
            self.aside.lock().receipt = receipt.filter(|receipt| receipt.delivery.is_some());
        }
        self.lists.refresh().await;
        let is_clearing = clipboard == OnClipboard::Clearing;
        let said = self.messages.say_beginning(match clipboard {
            OnClipboard::Clearing => words::said_done_clearing(),
            OnClipboard::Cleared => words::said_done_cleared(),
            OnClipboard::Replaced => words::said_done_replaced(),
            OnClipboard::StillThere(problem) => words::said_done_stays(problem.message()),
            _ => words::said_done(),
        });
        if let (true, Some((id, _))) = (is_clearing, key) {
            let this = Arc::clone(self);
            tokio::spawn(async move {
                // What could not be cleared is under “Needs attention” as well.
                let end = match this.issuance.cleared(&id).await {
                    Ok(()) => words::said_done_cleared(),
                    Err(problem) => words::said_done_stays(problem.message()),
                };
                this.messages.say_end(said, end);
            });
        }
        Ok(())
    }

    /// Revokes the key whose token is held.
    ///
    /// # Errors
    /// As [`Issuance::revoke_held`].
    pub async fn revoke_held(&self, held: HeldId) -> Result<(), Failure> {
        let key = self.issuance.with_held(|held| held.key.clone());
        let name = key.as_ref().map(|key| key.name.clone()).unwrap_or_default();
        if let Some(key) = &key {
            self.may_archive(key).await?;
        }
        if let Err(failure) = self.issuance.revoke_held(held).await {
            let SignedIn { access, .. } = self.sessions.signed_in()?;
            let keys: Arc<dyn KeyApi> = access;
            // Nobody can be asked for a token while one is held.
            if failure != Failure::SignInOver || !self.sessions.ended(&keys, false).await {
                return Err(failure);
            }
            self.issuance.revoke_held(held).await?;
        }
        self.lists.refresh().await;
        self.messages.say(words::said_revoked_held(name));
        Ok(())
    }

    /// Keeps other settings, which hold at once.
    ///
    /// # Errors
    /// [`Failure::File`] where they cannot be written; they hold until the app quits nevertheless.
    pub fn change_settings(&self, settings: Settings) -> Result<(), Failure> {
        self.aside.lock().settings = settings;
        self.issuance.set_times(settings.times());
        self.sessions.set_idle(settings.idle());
        self.changed.send_replace(());
        // What came near before they wanted to hear of it is told now.
        self.expiring.look_again.notify_one();
        self.settings_file.write(&settings)
    }

    pub fn settings_path(&self) -> &Path {
        self.settings_file.path()
    }

    /// The person has read what is wrong with files of our own.
    pub fn dismiss_problems(&self) {
        self.messages.dismiss_problems();
        self.issuance.dismiss_unwritten();
        self.changed.send_replace(());
    }

    /// The app ends: no further name of a list is begun, what is looked at or asked for is called off, with the programs
    /// that were started for it, and what is held goes.
    pub async fn shut_down(&self) {
        self.lists.pause();
        self.looks.call_off();
        self.issuance.call_off();
        // Whatever hangs must not keep the app.
        let _ = timeout(AT_THE_END, self.nothing_looked_at_or_asked()).await;
        self.issuance.shut_down().await;
        self.taking.clear_for_good().await;
    }

    async fn nothing_looked_at_or_asked(&self) {
        let mut changes = self.changes();
        while self.looks.are_under_way() || self.issuance.asking().is_some() {
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
                    self.messages.replace_problem(told.replace(failure.clone()).as_ref(), Some(failure));
                }
            })
            .await;
        self.messages.replace_problem(told.as_ref(), None);
        if cleared == Some(Cleared::Gone) {
            self.messages.say(words::said_leftover_cleared());
        }
    }

    /// The person did something that no page can make up: they are there, and may be asked again what they refused.
    pub fn person_acted(&self) {
        self.confirmations.person_acted();
        self.sessions.set_locked(false);
    }

    /// The session is locked, or the computer goes to sleep, which waits until this returns, though not for long.
    pub async fn step_back(&self) {
        self.sessions.set_locked(true);
        let Some(key) = self.issuance.with_held(|held| held.key.id.clone()) else { return };
        if !self.issuance.step_back().await {
            return;
        }
        let said = self.messages.say_beginning(words::said_locked_clearing());
        let cleared = timeout(BEFORE_SLEEP, self.issuance.cleared(&key)).await;
        let told = match cleared {
            Ok(Ok(())) => words::said_locked_cleared(),
            Ok(Err(problem)) => words::said_locked_stays(Failure::Clipboard(problem).in_full()),
            Err(_) => words::said_locked_unsure(),
        };
        self.messages.say_end(said, told);
    }
}

/// What secrets may go to: what was confirmed, and what the organization set up.
fn confirmations(folder: &Path, confirm: Arc<dyn Confirm>, policy: &OrgPolicy) -> Confirmations {
    let mut confirmations = Confirmations::in_folder(folder);
    confirmations.count_as_confirmed(policy.destinations().iter().map(Subject::Destination));
    confirmations.count_as_confirmed(policy.environments().iter().map(|each| Subject::Host(&each.url)));
    confirmations.ask_by(confirm);
    confirmations
}

/// The folders that the app writes to, by the system's convention.
#[derive(Clone, Debug)]
pub struct Folders {
    pub config: PathBuf,
    pub data: PathBuf,
    /// Where people look for what an app has saved for them.
    pub downloads: PathBuf,
}

impl Folders {
    pub fn journal(&self) -> PathBuf {
        self.data.join("journal.sqlite")
    }
}
