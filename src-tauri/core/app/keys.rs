//! The keys there are: listed, and changed or revoked one by one.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use parking_lot::Mutex;
use tokio::time::Instant;

use super::Keybearer;
use crate::{
    account::{SignedIn, Where},
    confirmation::Named,
    credential::CredentialKind,
    failure::{CallContext, Failure, NotNow, UnclearAnswer},
    issuance::{Held, Listed, Revocation},
    journal::{AskedChange, ChangeId, ChangeOutcome, Event, NewChange, NotedKey, Notes, PastChange, Record},
    key::{Change, Key, KeyApi, KeyId, KeyName, Owner},
    naming,
    words::{self, Message},
};

impl Keybearer {
    /// Every key of the organization, as Dfns lists them now, and what the journal knows of them. What is in doubt is
    /// looked for among them.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nobody is signed in; else the call's, where no kind could be listed. A sign-in that is over
    /// asks for a new token.
    pub async fn list_keys(&self) -> Result<ListedKeys, Failure> {
        let signed_in = self.sessions.signed_in()?;
        let (began, just_listed) = match signed_in.access.just_listed() {
            Some((at, listed)) => (at.into(), Some(listed)),
            None => (Instant::now(), None),
        };
        let keys: Arc<dyn KeyApi> = Arc::clone(&signed_in.access) as _;
        let listed = match list(&signed_in, &keys, just_listed).await {
            Err(Failure::SignInAgain) if self.session_ended(&keys).await => list(&signed_in, &keys, None).await,
            listed => listed,
        };
        let ByKind { kinds, keys: all, unlisted } = listed?;
        let (at, all) = (&signed_in.at, Arc::<[Key]>::from(all));
        self.sessions.reached();
        self.issuance.adopt(&at.owner(), &keys, &all, |owner| self.sessions.knows(owner));
        self.issuance.listed(&at.owner(), &keys, Listed { kinds: &kinds, keys: &all }).await;
        self.issuance.was_listed(&keys, &kinds, &all, began);
        *self.keys.listed.lock() = Last { of: at.account.id.clone(), keys: Arc::clone(&all) };
        self.lists.refresh().await;
        self.follow_up_roles(&keys, at.owner());
        // A journal that cannot be read is told as a problem of its own; the keys are there nevertheless.
        let records = self.issuance.records(at.base.to_string()).await.unwrap_or_default();
        self.watch_ends(&signed_in, &all, &records).await;
        let noted = self.noted(at.base.to_string()).await.unwrap_or_default();
        Ok(ListedKeys { keys: all, records, noted, unlisted })
    }

    /// One key as it is now, or why that could not be found out; and what the journal knows of it.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nobody is signed in.
    pub async fn get_key(&self, id: &KeyId) -> Result<KeyDetails, Failure> {
        let SignedIn { at, access, .. } = self.sessions.signed_in()?;
        let remembered = self.remembered_key(&at, id);
        let known = remembered.as_ref().map(|key| vec![key.kind]);
        let read = read(&*access, known.as_deref().unwrap_or(CredentialKind::ALL), id).await;
        let base = at.base.to_string();
        let record = self.record(id, base.clone()).await;
        // Why the journal cannot be read is told with that.
        let notes = match read.as_ref().ok().or(remembered.as_ref()) {
            Some(key) => self.notes_of(key, base.clone()).await.unwrap_or_default(),
            None => Notes::default(),
        };
        let its = id.clone();
        let changes = self.issuance.with_journal(move |journal| journal.changes(Some(&its))).await.unwrap_or_default();
        // That it was revoked is told with the rest of what happened to it, where it was made here.
        let revoked =
            record.as_ref().ok().and_then(Option::as_ref).and_then(|record| record.when(Event::Revoked)).is_some();
        let is_told = |change: &PastChange| revoked && change.is_done(&AskedChange::Archive);
        let is_its = |change: &PastChange| change.owner.base == base && !is_told(change);
        Ok(KeyDetails { read, record, changes: changes.into_iter().filter(is_its).collect(), notes })
    }

    /// A key of the account in use, by its id: the page names keys, and what they are is what Dfns told of them. One that was
    /// neither listed nor made here is read.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where nobody is signed in; else the call's.
    pub async fn known_key(&self, id: &KeyId) -> Result<Key, Failure> {
        let SignedIn { at, access, .. } = self.sessions.signed_in()?;
        match self.remembered_key(&at, id) {
            Some(key) => Ok(key),
            None => read(&*access, CredentialKind::ALL, id).await,
        }
    }

    /// What was listed last of this account; `None` where nothing was.
    pub(super) fn last_listed(&self, at: &Where) -> Option<Arc<[Key]>> {
        let listed = self.keys.listed.lock();
        (listed.of == at.account.id).then(|| Arc::clone(&listed.keys))
    }

    /// Of those that were listed, or that the journal or the dialog knows.
    fn remembered_key(&self, at: &Where, id: &KeyId) -> Option<Key> {
        let listed = self.last_listed(at);
        let listed = listed.and_then(|listed| listed.iter().find(|key| key.id == *id).cloned());
        listed.or_else(|| self.noted_key(&at.owner(), id))
    }

    /// Of those that the journal or the dialog knows.
    fn noted_key(&self, owner: &Owner, id: &KeyId) -> Option<Key> {
        let noticed = self.issuance.notices().into_iter().filter(|notice| notice.owner().is_same_user(owner));
        let noticed = noticed.flat_map(|notice| [notice.key().cloned(), notice.replaces().cloned()]);
        let held = self.issuance.with_held(|held| [Some(held.key.clone()), held.replaces().cloned()]);
        noticed.chain(held.into_iter().flatten()).flatten().find(|key| key.id == *id)
    }

    /// Revokes a key by its id. `typed` is what the person typed as its name, which is asked for where there may be real
    /// funds, and compared with what Dfns calls it.
    ///
    /// # Errors
    /// [`Failure::NameDiffers`] in Production; [`Failure::NotNow`] while it is being revoked already; else the call's:
    /// whether it was revoked is then as unknown as it says.
    pub async fn revoke_key(&self, id: &KeyId, typed: &str) -> Result<(), Failure> {
        let SignedIn { at, access, .. } = self.sessions.signed_in()?;
        let key = &self.known_key(id).await?;
        if at.account.environment.has_real_funds() && !naming::is_same_to_the_eye(typed, &key.name) {
            return Err(Failure::NameDiffers);
        }
        self.may_archive(key).await?;
        let revocation = Revocation::begin();
        self.keys.begin(key, &revocation, NotNow::RevokingAlready)?;
        let written = self.begin_change(NewChange::of(at.owner(), key, AskedChange::Archive)).await;
        let keys: Arc<dyn KeyApi> = access;
        let mut outcome = revocation.run(&keys, key).await;
        if outcome == Err(Failure::SignInAgain) && self.session_ended(&keys).await {
            // To revoke a key twice does no harm.
            outcome = revocation.run(&keys, key).await;
        }
        self.end_change(written, ChangeOutcome::of(&outcome)).await;
        self.keys.end(&key.id);
        if outcome.is_ok() {
            // Whatever was open of it is settled by that.
            self.issuance.revoked(&at.owner().base, &key.id).await;
            self.lists.refresh().await;
            self.messages.say(words::said_revoked(&key.name));
        } else if matches!(outcome, Err(Failure::Unclear(..) | Failure::KeyGone)) {
            self.changed_at_dfns();
        }
        outcome
    }

    /// Gives a service account or a personal access token another name.
    ///
    /// # Errors
    /// As [`KeyName::parse`]; else as [`Self::change_key`].
    pub async fn rename_key(&self, id: &KeyId, typed: &str) -> Result<(), Failure> {
        self.names.is_no_secret(typed)?;
        self.change_key(id, &Change::Rename(KeyName::parse(typed)?)).await
    }

    /// Has a service account or a personal access token rest, or work again. The list tells how it is then.
    ///
    /// # Errors
    /// [`Failure::Unconfirmed`], [`Failure::NotNow`] while something is being done with it already; else the call's: whether it
    /// was changed is then as unknown as it says.
    pub async fn change_key(&self, id: &KeyId, change: &Change) -> Result<(), Failure> {
        let SignedIn { at, access, .. } = self.sessions.signed_in()?;
        let key = &self.known_key(id).await?;
        if !key.kind.signs() {
            return Err(Failure::NotNow(NotNow::Unchangeable));
        }
        if change.is_made_in(key) && matches!(change, Change::Rename(_)) {
            return Ok(());
        }
        self.may_change(key, change).await?;
        let asked = Revocation::begin();
        self.keys.begin(key, &asked, NotNow::DealtWith)?;
        let written = self.begin_change(NewChange::of(at.owner(), key, change.into())).await;
        let keys: Arc<dyn KeyApi> = access;
        let mut outcome = asked.change(&keys, key, change).await;
        if outcome == Err(Failure::SignInAgain) && self.session_ended(&keys).await {
            // To change a key twice does no harm.
            outcome = asked.change(&keys, key, change).await;
        }
        self.end_change(written, ChangeOutcome::of(&outcome)).await;
        self.keys.end(&key.id);
        self.changed_at_dfns();
        outcome.map(|key| self.messages.say(said(change, &key.name)))
    }

    /// Whether the person agrees to a change.
    ///
    /// # Errors
    /// [`Failure::Unconfirmed`].
    pub(super) async fn may_change(&self, key: &Key, change: &Change) -> Result<(), Failure> {
        let kind = key.kind.as_str();
        let (operation, renamed) = match change {
            Change::Rename(name) => (words::signing_rename(kind), Some(name.as_str())),
            Change::Deactivate => (words::signing_deactivate_it(kind), None),
            Change::Activate => (words::signing_activate(kind), None),
        };
        self.may_sign(&operation, &[Named { renamed, ..Named::of(&key.name) }]).await
    }

    /// Something may have been changed: what there is, is listed anew.
    pub(super) fn changed_at_dfns(&self) {
        self.issuance.changed_at_dfns();
        self.keys.changes.fetch_add(1, Ordering::Relaxed);
        self.changed.send_replace(());
    }

    /// Writes down what is about to be asked of a key; `None` where that cannot be written, which is told.
    async fn begin_change(&self, change: NewChange) -> Option<ChangeId> {
        let written = self.issuance.with_journal(move |journal| journal.begin_change(&change)).await;
        written.map_err(|failure| self.messages.tell_once(failure)).ok()
    }

    async fn end_change(&self, written: Option<ChangeId>, outcome: ChangeOutcome) {
        let Some(id) = written else { return };
        if let Err(failure) = self.issuance.with_journal(move |journal| journal.change_is(id, outcome)).await {
            self.messages.tell_once(failure);
        }
    }

    /// Makes sure that the person wants a key archived, where that is signed.
    pub(super) async fn may_archive(&self, key: &Key) -> Result<(), Failure> {
        let operation = match key.kind {
            CredentialKind::ApiKey => return Ok(()),
            CredentialKind::ServiceAccount => words::signing_archive_account(),
            CredentialKind::PersonalAccessToken => words::signing_archive_token(),
        };
        self.may_sign(&operation, &[Named::of(&key.name)]).await
    }

    /// Dfns no longer takes the sign-in token: whether it has a new one from now on. Where there is none, the person is asked for
    /// one, unless something is under way.
    pub(super) async fn session_ended(&self, keys: &Arc<dyn KeyApi>) -> bool {
        self.sessions.ended(keys, self.lists.nothing_open().is_ok()).await
    }

    /// Counts up whenever there may be other keys at Dfns than before, or other things known of them; `None` while that is
    /// about to change, or where they cannot be listed.
    pub fn keys_revision(&self) -> Option<u32> {
        let signed_in = self.sessions.signed_in().ok()?;
        let may_list = |kind: &CredentialKind| match kind {
            // Everybody may list their own, and most have none.
            CredentialKind::PersonalAccessToken => false,
            kind => signed_in.may_list(*kind) && (signed_in.may_list || signed_in.offers.is_some()),
        };
        if !CredentialKind::ALL.iter().any(may_list) {
            return None;
        }
        let is_hidden = self.issuance.with_held(Held::is_hidden) == Some(true);
        if is_hidden || self.issuance.asking().is_some() || self.lists.is_under_way() {
            return None;
        }
        // Let go of before anything else is asked.
        let finished = self.aside.lock().receipt.as_ref().map(|receipt| receipt.id.clone());
        let occasion = Occasion {
            account: signed_in.at.account.id,
            unchecked: signed_in.unchecked.is_some(),
            held: self.issuance.with_held(|held| held.key.id.clone()),
            finished,
            notices: self.issuance.count_notices(),
            made_of_list: self.lists.count_worked_on(),
            changes: self.keys.changes.load(Ordering::Relaxed),
            role_changes: self.assigning.revision(),
        };
        let mut last = self.keys.changed.lock();
        if last.occasion.as_ref() != Some(&occasion) {
            last.occasion = Some(occasion);
            last.revision += 1;
        }
        Some(last.revision)
    }

    /// Nobody is signed in who could ask for one of them.
    pub(super) fn forget_listed(&self) {
        *self.keys.listed.lock() = Last::default();
    }

    /// Calls the revocation of a key of the list off, which leaves in doubt whether it was revoked.
    pub fn call_off_revocation(&self, id: &KeyId) {
        if let Some(revocation) = self.keys.revocations.lock().get(id) {
            revocation.call_off();
        }
    }
}

/// The keys there are, as far as they could be listed.
#[derive(Debug)]
pub struct ListedKeys {
    pub keys: Arc<[Key]>,
    /// What the journal knows of those that were made here.
    pub records: Vec<Record>,
    /// What people have noted of keys, wherever those were made.
    pub noted: Vec<NotedKey>,
    /// The kinds that could not be listed for want of an answer, each with the reason.
    pub unlisted: Vec<(CredentialKind, Failure)>,
}

/// One key: as Dfns tells it, and as it is known here.
#[derive(Debug)]
pub struct KeyDetails {
    pub read: Result<Key, Failure>,
    /// What the journal knows of it; `None` where it was not made here.
    pub record: Result<Option<Record>, Failure>,
    /// What was changed of it from here, oldest first.
    pub changes: Vec<PastChange>,
    pub notes: Notes,
}

/// What was listed of which kinds, and of which it was not.
#[derive(Default)]
struct ByKind {
    kinds: Vec<CredentialKind>,
    keys: Vec<Key>,
    unlisted: Vec<(CredentialKind, Failure)>,
}

/// What is known of the keys at Dfns.
#[derive(Default)]
pub(super) struct KnownKeys {
    listed: Mutex<Last>,
    changed: Mutex<Changed>,
    /// Those that are being revoked or changed.
    revocations: Mutex<HashMap<KeyId, Revocation>>,
    /// How often one was changed, or may have been.
    changes: AtomicU32,
}

impl KnownKeys {
    /// One thing is done with a key at a time: another is told this.
    pub(super) fn begin(&self, key: &Key, asked: &Revocation, otherwise: NotNow) -> Result<(), Failure> {
        let mut all = self.revocations.lock();
        if all.contains_key(&key.id) {
            return Err(Failure::NotNow(otherwise));
        }
        all.insert(key.id.clone(), asked.clone());
        Ok(())
    }

    pub(super) fn end(&self, id: &KeyId) {
        self.revocations.lock().remove(id);
    }
}

/// What there was when the keys may have changed the last time.
#[derive(Default)]
struct Changed {
    revision: u32,
    occasion: Option<Occasion>,
}

/// What another list of keys would come of.
#[derive(Eq, PartialEq)]
struct Occasion {
    account: String,
    unchecked: bool,
    held: Option<KeyId>,
    finished: Option<String>,
    notices: usize,
    made_of_list: Option<usize>,
    changes: u32,
    role_changes: u32,
}

/// What was listed last, of all kinds.
#[derive(Default)]
struct Last {
    of: String,
    keys: Arc<[Key]>,
}

/// Lists each kind that this user may list, API keys as `just_listed` where they were.
///
/// # Errors
/// Where none could be listed: why not API keys, or what is there instead.
async fn list(signed_in: &SignedIn, keys: &Arc<dyn KeyApi>, just_listed: Option<Vec<Key>>) -> Result<ByKind, Failure> {
    let of = |kind| async move {
        // Of API keys it is told why not, where nothing else can be listed either.
        let asks = kind == CredentialKind::ApiKey || signed_in.may_list(kind);
        if asks { keys.list(kind).await.map(Some) } else { Ok(None) }
    };
    let api_keys = async {
        match just_listed {
            Some(listed) => Ok(Some(listed)),
            None => of(CredentialKind::ApiKey).await,
        }
    };
    let (api_keys, accounts, tokens) =
        tokio::join!(api_keys, of(CredentialKind::ServiceAccount), of(CredentialKind::PersonalAccessToken));
    let (mut by_kind, mut refused) = (ByKind::default(), None);
    for (kind, listed) in CredentialKind::ALL.iter().zip([api_keys, accounts, tokens]) {
        match listed {
            Ok(Some(mut listed)) => {
                by_kind.kinds.push(*kind);
                by_kind.keys.append(&mut listed);
            }
            Ok(None) => {}
            Err(failure @ Failure::SignInAgain) => return Err(failure),
            // That it may not be seen, or is not there, is told where it could be made.
            Err(failure @ (Failure::Forbidden { .. } | Failure::NoSuchService(_))) => {
                refused.get_or_insert(failure);
            }
            Err(failure) => by_kind.unlisted.push((*kind, failure)),
        }
    }
    let why = by_kind.unlisted.first().map(|(_, failure)| failure.clone()).or(refused);
    match why {
        Some(failure) if by_kind.keys.is_empty() => Err(failure),
        _ => Ok(by_kind),
    }
}

/// A change has been made, of one that had this name or has it now.
pub(super) fn said(change: &Change, name: &str) -> Message {
    match change {
        Change::Rename(_) => words::said_renamed(name),
        Change::Deactivate => words::said_deactivated(name),
        Change::Activate => words::said_activated(name),
    }
}

pub(super) async fn read(keys: &dyn KeyApi, kinds: &[CredentialKind], id: &KeyId) -> Result<Key, Failure> {
    for kind in kinds {
        match keys.read(*kind, id).await {
            Err(Failure::KeyGone) => {}
            // Whatever answers for another key is not to be believed.
            Ok(key) if key.id != *id => {
                return Err(Failure::Unclear(CallContext::Read, UnclearAnswer::NotUnderstood));
            }
            read => return read,
        }
    }
    Err(Failure::KeyGone)
}
