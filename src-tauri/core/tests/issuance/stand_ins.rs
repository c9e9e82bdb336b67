//! A Dfns that answers as told, and a clipboard that anybody may use.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

use keybearer_core::{
    clipboard::{Cleared, Clipboard, Watch},
    credential::{CredentialKind, Fingerprints, SaltedFingerprints, Secrets, UserAction},
    failure::{ClipboardProblem, Failure},
    issuance::{CreateRequest, HeldId, Issuance, Listed, OnClipboard},
    journal::{
        Batch, BatchId, ChangeId, ChangeOutcome, Changes, Enrolment, EnrolmentId, EnrolmentState, Enrolments, Event,
        History, Intent, IntentId, Journal, KeyNotes, NewChange, NewEnrolment, NewRoleChange, NoteField, NotedKey,
        OpenBatch, OpenIntent, PastBatch, PastChange, PastEnrolment, PastIntent, Record, Reminder, Reminders,
        RoleChange, RoleChangeId, RoleChangeState, RoleChanges,
    },
    key::{Answer, Change, Created, Key, KeyApi, KeyId, KeyName, KeyStatus, Owner, Signing, Tried},
    order::{Order, Terms},
    role::{Assigned, Assignment, Role},
    secret::Secret,
    settings::Times,
    words,
};
use time::OffsetDateTime;
use tokio::{
    sync::{Notify, watch},
    time::sleep,
};
use zeroize::Zeroizing;

pub(crate) const TOKEN: &str = "one-time-token";
pub(crate) const CREDENTIAL: &str = "cr-one-of-its-own";
pub(crate) const CLIPBOARD: Duration = Duration::from_secs(30);
pub(crate) const HELD: Duration = Duration::from_secs(600);
/// So long a question stands before an answer to it counts.
pub(crate) const A_LOOK: Duration = Duration::from_secs(1);

/// Answers each call as told; counts how often it was asked for a key.
#[derive(Default)]
pub(crate) struct Dfns {
    pub(crate) keys: Mutex<Vec<Key>>,
    /// How each signing ends, where it is not unsigned.
    pub(crate) signatures: Mutex<VecDeque<Result<UserAction, Failure>>>,
    /// What each request for a key came with.
    pub(crate) actions: Mutex<Vec<UserAction>>,
    pub(crate) creations: Mutex<VecDeque<Result<Created, Failure>>>,
    /// The key that is made although the answer is lost.
    pub(crate) made: Mutex<Option<Key>>,
    /// What is asked for that signs is made, whatever the answer says.
    pub(crate) makes: Mutex<bool>,
    pub(crate) revocations: Mutex<VecDeque<Result<(), Failure>>>,
    pub(crate) revoking_panics: Mutex<bool>,
    /// How each trying out ends, where it does not prove the secrets.
    pub(crate) trials: Mutex<VecDeque<Result<Tried, Failure>>>,
    pub(crate) trying_panics: Mutex<bool>,
    /// Where trying out waits, if it is to.
    pub(crate) trial_gate: Option<Notify>,
    /// The keys that were revoked.
    pub(crate) revoked: Mutex<Vec<KeyId>>,
    /// What was changed.
    pub(crate) changed: Mutex<Vec<Change>>,
    pub(crate) asked: Mutex<u32>,
    /// Where a creation waits, if it is to.
    pub(crate) gate: Option<Notify>,
    /// Where a revocation waits, if it is to.
    pub(crate) revocation_gate: Option<Notify>,
    /// Why the keys cannot be listed any more once a key was asked for, if they cannot.
    pub(crate) unlisted: Mutex<Option<Failure>>,
    /// A creation panics, after the key of `made` was made.
    pub(crate) panics: Mutex<bool>,
    /// Where the list waits once a key was asked for, if it is to.
    pub(crate) verifying_gate: Option<Notify>,
}

impl KeyApi for Dfns {
    fn sign<'a>(&'a self, _: &'a Order) -> Answer<'a, UserAction> {
        Box::pin(async { locked(&self.signatures).pop_front().unwrap_or(Ok(UserAction::Unsigned)) })
    }

    fn create<'a>(&'a self, order: &'a Order, action: UserAction) -> Answer<'a, Created> {
        Box::pin(async move {
            locked(&self.actions).push(action);
            *locked(&self.asked) += 1;
            if let Some(gate) = &self.gate {
                gate.notified().await;
            }
            locked(&self.keys).extend(locked(&self.made).take());
            if *locked(&self.makes) {
                locked(&self.keys).push(account(order));
            }
            assert!(!*locked(&self.panics), "as planned");
            locked(&self.creations).pop_front().unwrap_or_else(|| Ok(with_secrets(order)))
        })
    }

    fn try_out<'a>(&'a self, secrets: &'a Secrets) -> Answer<'a, Tried> {
        Box::pin(async move {
            if let Some(gate) = &self.trial_gate {
                gate.notified().await;
            }
            assert!(!*locked(&self.trying_panics), "as nobody foresaw");
            assert_eq!(secrets.open("see that all came").len(), 3);
            locked(&self.trials).pop_front().unwrap_or(Ok(Tried::Proven))
        })
    }

    fn roles(&self) -> Answer<'_, Vec<Role>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn list(&self, _: CredentialKind) -> Answer<'_, Vec<Key>> {
        Box::pin(async {
            if let Some(gate) = self.verifying_gate.as_ref().filter(|_| *locked(&self.asked) > 0) {
                gate.notified().await;
            }
            let unlisted = locked(&self.unlisted).clone().filter(|_| *locked(&self.asked) > 0);
            unlisted.map_or_else(|| Ok(locked(&self.keys).clone()), Err)
        })
    }

    fn read<'a>(&'a self, _: CredentialKind, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move { locked(&self.keys).iter().find(|key| key.id == *id).cloned().ok_or(Failure::KeyGone) })
    }

    fn change<'a>(&'a self, _: CredentialKind, id: &'a KeyId, change: &'a Change) -> Answer<'a, Key> {
        Box::pin(async move {
            locked(&self.changed).push(change.clone());
            let mut keys = locked(&self.keys);
            let key = keys.iter_mut().find(|key| key.id == *id).ok_or(Failure::KeyGone)?;
            key.status = if *change == Change::Activate { KeyStatus::Active } else { KeyStatus::inactive() };
            Ok(key.clone())
        })
    }

    fn assign<'a>(&'a self, _: &'a str, _: &'a KeyId) -> Answer<'a, Assigned> {
        Box::pin(async { unreachable!("no test here gives a role") })
    }

    fn unassign<'a>(&'a self, _: &'a str, _: &'a str) -> Answer<'a, Assigned> {
        Box::pin(async { unreachable!("no test here takes a role") })
    }

    fn assignments<'a>(&'a self, _: &'a str) -> Answer<'a, Vec<Assignment>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn revoke<'a>(&'a self, _: CredentialKind, id: &'a KeyId) -> Answer<'a, Key> {
        Box::pin(async move {
            if let Some(gate) = &self.revocation_gate {
                gate.notified().await;
            }
            assert!(!*locked(&self.revoking_panics), "as nobody foresaw");
            locked(&self.revocations).pop_front().unwrap_or(Ok(()))?;
            locked(&self.revoked).push(id.clone());
            Ok(Key { id: id.clone(), status: KeyStatus::read("Revoked"), ..key("revoked") })
        })
    }
}

/// A clipboard in memory. `own` tells whether the app put there what is there.
#[derive(Default)]
pub(crate) struct Board {
    pub(crate) text: Mutex<Option<String>>,
    own: Mutex<bool>,
    /// Another program keeps putting the text back.
    pub(crate) stubborn: Mutex<bool>,
    /// Another program puts this back so often, whenever somebody looks whether one does.
    pub(crate) puts_back: Mutex<Option<(String, u32)>>,
    /// How often somebody looked whether it is put back.
    pub(crate) looks: Mutex<u32>,
    /// How often somebody tried to clear it.
    pub(crate) clearings: Mutex<u32>,
    /// Nobody sees that what is put there is there.
    pub(crate) unseen: Mutex<bool>,
    /// The display lets nobody see it.
    pub(crate) untrusted: Mutex<bool>,
    /// The programs that keep what is put there.
    pub(crate) kept_by: Mutex<Vec<String>>,
    /// Whoever puts something there waits until it is let go.
    hanging: Mutex<bool>,
    let_go: Condvar,
    entered: Notify,
}

impl Board {
    pub(crate) fn copy(&self, text: &str) {
        *locked(&self.text) = Some(text.to_owned());
        *locked(&self.own) = false;
    }

    pub(crate) fn text(&self) -> Option<String> {
        locked(&self.text).clone()
    }

    /// Another program does not answer from now on.
    pub(crate) fn hold(&self) {
        *locked(&self.hanging) = true;
    }

    /// Waits until something is to be put there.
    pub(crate) async fn wait_entered(&self) {
        self.entered.notified().await;
    }

    pub(crate) fn let_go(&self) {
        *locked(&self.hanging) = false;
        self.let_go.notify_all();
    }
}

impl Clipboard for Board {
    fn put(&self, token: &Secret) -> Result<(), ClipboardProblem> {
        self.entered.notify_one();
        drop(self.let_go.wait_while(locked(&self.hanging), |hanging| *hanging));
        if *locked(&self.untrusted) {
            return Err(ClipboardProblem::Untrusted);
        }
        *locked(&self.text) = Some(token.open("a stand-in for the clipboard").to_owned());
        *locked(&self.own) = true;
        if *locked(&self.unseen) { Err(ClipboardProblem::NotSeen) } else { Ok(()) }
    }

    fn put_plain(&self, text: &str) -> Result<(), ClipboardProblem> {
        self.copy(text);
        Ok(())
    }

    fn read(&self) -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
        Ok(self.text().map(Zeroizing::new))
    }

    fn clear_if(&self, is_secret: &dyn Fn(&str) -> bool) -> Result<Cleared, ClipboardProblem> {
        *locked(&self.clearings) += 1;
        if !self.text().is_some_and(|text| is_secret(&text)) {
            return Ok(Cleared::Replaced);
        }
        if *locked(&self.stubborn) {
            return Err(ClipboardProblem::StillThere(words::verbatim("another program put it back")));
        }
        *locked(&self.text) = None;
        Ok(Cleared::Gone)
    }

    /// Nobody waits for it here: whoever puts it back has done so.
    fn comes_back(&self, watch: &Watch<'_>) -> Result<bool, ClipboardProblem> {
        *locked(&self.looks) += 1;
        let mut programs = locked(&self.puts_back);
        if let Some((text, times)) = programs.as_mut().filter(|(_, times)| *times > 0) {
            *times -= 1;
            let text = text.clone();
            drop(programs);
            self.copy(&text);
        }
        Ok(self.text().is_some_and(|text| (watch.is_secret)(&text)))
    }

    fn kept_by(&self) -> Vec<String> {
        locked(&self.kept_by).clone()
    }

    fn holds_own(&self) -> bool {
        *locked(&self.own)
    }
}

/// A journal in memory, which can refuse.
#[derive(Default)]
pub(crate) struct Book {
    pub(crate) intents: Mutex<Vec<Intent>>,
    pub(crate) events: Mutex<Vec<Event>>,
    pub(crate) made: Mutex<Vec<Key>>,
    /// Where tokens were on their way to, at each step of a delivery.
    pub(crate) places: Mutex<Vec<String>>,
    /// When vaults delete what was delivered.
    pub(crate) untils: Mutex<Vec<OffsetDateTime>>,
    pub(crate) copies: Mutex<Vec<(IntentId, SaltedFingerprints)>>,
    /// The keys that are not those that were asked for.
    pub(crate) not_ours: Mutex<Vec<KeyId>>,
    pub(crate) refuses: Mutex<bool>,
}

impl Book {
    fn may_write(&self) -> Result<(), Failure> {
        if *locked(&self.refuses) { Err(Failure::File(words::verbatim("the disk is full"))) } else { Ok(()) }
    }
}

impl Enrolments for Book {
    fn begin_enrolment(&self, _: &NewEnrolment) -> Result<EnrolmentId, Failure> {
        unreachable!("nobody signs in here")
    }

    fn enrolment_is(&self, _: EnrolmentId, _: EnrolmentState) -> Result<(), Failure> {
        unreachable!("nobody signs in here")
    }

    fn enrolments(&self) -> Result<Vec<Enrolment>, Failure> {
        Ok(Vec::new())
    }
}

impl RoleChanges for Book {
    fn begin_role_change(&self, _: &NewRoleChange) -> Result<RoleChangeId, Failure> {
        Ok(RoleChangeId(1))
    }

    fn role_change_is(&self, _: RoleChangeId, _: RoleChangeState, _: Option<&str>) -> Result<(), Failure> {
        Ok(())
    }

    fn role_changes(&self) -> Result<Vec<RoleChange>, Failure> {
        Ok(Vec::new())
    }
}

impl Changes for Book {
    fn begin_change(&self, _: &NewChange) -> Result<ChangeId, Failure> {
        Ok(ChangeId(0))
    }

    fn change_is(&self, _: ChangeId, _: ChangeOutcome) -> Result<(), Failure> {
        Ok(())
    }

    fn changes(&self, _: Option<&KeyId>) -> Result<Vec<PastChange>, Failure> {
        Ok(Vec::new())
    }
}

impl Reminders for Book {
    fn reminders(&self, _: &str) -> Result<Vec<Reminder>, Failure> {
        Ok(Vec::new())
    }

    fn remind(&self, _: &[Reminder]) -> Result<(), Failure> {
        self.may_write()
    }

    fn take_back(&self, _: &[Reminder]) -> Result<(), Failure> {
        self.may_write()
    }
}

impl KeyNotes for Book {
    fn note(&self, _: &Owner, _: &Key, _: NoteField, _: &str) -> Result<(), Failure> {
        Ok(())
    }

    fn notes(&self, _: Option<&str>) -> Result<Vec<NotedKey>, Failure> {
        Ok(Vec::new())
    }
}

impl History for Book {
    fn past_intents(&self) -> Result<Vec<PastIntent>, Failure> {
        Ok(Vec::new())
    }

    fn past_batches(&self) -> Result<Vec<PastBatch>, Failure> {
        Ok(Vec::new())
    }

    fn past_enrolments(&self) -> Result<Vec<PastEnrolment>, Failure> {
        Ok(Vec::new())
    }

    fn batch_records(&self, _: BatchId) -> Result<Vec<Record>, Failure> {
        Ok(Vec::new())
    }
}

impl Journal for Book {
    fn begin(&self, intent: &Intent) -> Result<IntentId, Failure> {
        self.may_write()?;
        let mut intents = locked(&self.intents);
        intents.push(intent.clone());
        Ok(IntentId(i64::try_from(intents.len()).expect("few")))
    }

    fn made(&self, _: IntentId, key: &Key, fingerprints: Option<&Fingerprints>) -> Result<(), Failure> {
        self.may_write()?;
        locked(&self.made).push(key.clone());
        locked(&self.events).push(if fingerprints.is_some() { Event::Created } else { Event::WithoutToken });
        Ok(())
    }

    fn revoked_later(&self, _: &str, _: &KeyId) -> Result<(), Failure> {
        self.may_write()
    }

    fn not_ours(&self, _: IntentId, id: &KeyId) -> Result<(), Failure> {
        self.may_write()?;
        locked(&self.not_ours).push(id.clone());
        Ok(())
    }

    fn keys_made(&self) -> Result<Vec<KeyId>, Failure> {
        Ok(locked(&self.made).iter().map(|key| key.id.clone()).collect())
    }

    fn delivery(&self, _: IntentId, event: Event, place: &str, until: Option<OffsetDateTime>) -> Result<(), Failure> {
        self.may_write()?;
        locked(&self.events).push(event);
        locked(&self.places).push(place.to_owned());
        locked(&self.untils).extend(until);
        Ok(())
    }

    fn begin_batch(&self, _: &Batch) -> Result<BatchId, Failure> {
        Ok(BatchId(1))
    }

    fn open_batch(&self) -> Result<Option<OpenBatch>, Failure> {
        Ok(None)
    }

    fn close_batch(&self, _: BatchId) -> Result<(), Failure> {
        Ok(())
    }

    fn copied(&self, intent: IntentId, salted: &SaltedFingerprints) -> Result<(), Failure> {
        self.may_write()?;
        locked(&self.copies).push((intent, salted.clone()));
        Ok(())
    }

    fn copy_gone(&self, intent: IntentId) -> Result<(), Failure> {
        locked(&self.copies).retain(|(copied, _)| *copied != intent);
        Ok(())
    }

    fn copies(&self) -> Result<Vec<(IntentId, SaltedFingerprints)>, Failure> {
        Ok(locked(&self.copies).clone())
    }

    fn record(&self, _: IntentId, event: Event) -> Result<(), Failure> {
        self.may_write()?;
        locked(&self.events).push(event);
        Ok(())
    }

    fn open(&self) -> Result<Vec<OpenIntent>, Failure> {
        Ok(Vec::new())
    }

    fn records(&self, _: &str) -> Result<Vec<Record>, Failure> {
        Ok(Vec::new())
    }
}

/// The use case, with its stand-ins at hand.
pub(crate) struct Scene {
    pub(crate) issuance: Arc<Issuance>,
    pub(crate) dfns: Arc<Dfns>,
    pub(crate) board: Arc<Board>,
    pub(crate) book: Arc<Book>,
    changes: watch::Receiver<()>,
}

impl Scene {
    pub(crate) fn new(dfns: Dfns) -> Self {
        Self::with_times(dfns, CLIPBOARD)
    }

    /// With another time for what is copied.
    pub(crate) fn with_times(dfns: Dfns, clipboard: Duration) -> Self {
        let times = Times { clipboard, held: HELD, shown: Duration::from_secs(20) };
        let (board, dfns) = (Arc::new(Board::default()), Arc::new(dfns));
        let changed = watch::Sender::new(());
        let changes = changed.subscribe();
        let book = Arc::new(Book::default());
        let journal = Arc::clone(&book) as Arc<dyn Journal>;
        let issuance = Issuance::new(Arc::clone(&board) as Arc<dyn Clipboard>, journal, times, changed);
        Self { issuance, dfns, board, book, changes }
    }

    /// With a token held already.
    pub(crate) async fn holding() -> Self {
        Self::holding_of(Dfns::default()).await
    }

    /// With a token of this Dfns held already.
    pub(crate) async fn holding_of(dfns: Dfns) -> Self {
        let scene = Self::new(dfns);
        scene.create("Server Key 3").await.expect("the stand-in makes a key");
        scene
    }

    /// With the three secrets of a service account of this Dfns held already.
    pub(crate) async fn holding_signing(dfns: Dfns) -> Self {
        Self::holding_signing_for(dfns, CLIPBOARD).await
    }

    pub(crate) async fn holding_signing_for(dfns: Dfns, clipboard: Duration) -> Self {
        let scene = Self::with_times(dfns, clipboard);
        let request = CreateRequest { kind: CredentialKind::ServiceAccount, ..request("Deploy bot").expect("a name") };
        scene.request(request).await.expect("the stand-in makes one");
        scene
    }

    pub(crate) async fn create(&self, name: &str) -> Result<(), Failure> {
        self.request(request(name)?).await
    }

    /// With a key held that is to replace another of its name, which is there and works.
    pub(crate) async fn replacing(dfns: Dfns) -> Self {
        let scene = Self::new(dfns);
        locked(&scene.dfns.keys).push(old());
        let request = CreateRequest {
            despite_same_name: true,
            replaces: Some(old()),
            ..request("Server Key 3").expect("a name")
        };
        scene.request(request).await.expect("the stand-in makes a key");
        scene
    }

    pub(crate) async fn request(&self, request: CreateRequest) -> Result<(), Failure> {
        let keys = Arc::clone(&self.dfns) as Arc<dyn KeyApi>;
        self.issuance.create(keys, Owner::default(), true, request).await.map(drop)
    }

    /// Done without a proof, as the person says who was asked, and has read that.
    pub(crate) async fn finish_as_said(&self) -> Result<OnClipboard, Failure> {
        assert_eq!(self.issuance.finish(self.held(), false).await, Err(Failure::NotProven));
        sleep(A_LOOK).await;
        self.issuance.finish(self.held(), true).await
    }

    /// Waits until the state is as wanted. The clock jumps to the next timer when nothing else is left to do.
    pub(crate) async fn until(&self, wanted: impl Fn(&Issuance) -> bool) {
        let mut changes = self.changes.clone();
        while !wanted(&self.issuance) {
            changes.changed().await.expect("the use case lives as long as the scene");
        }
    }

    /// The token that is held now.
    pub(crate) fn held(&self) -> HeldId {
        self.issuance.held().expect("a token is held")
    }

    pub(crate) fn asked(&self) -> u32 {
        *locked(&self.dfns.asked)
    }
}

pub(crate) fn key(name: &str) -> Key {
    Key {
        kind: CredentialKind::ApiKey,
        id: KeyId(format!("api-{}", name.to_lowercase().replace(' ', "-"))),
        name: name.to_owned(),
        organization: "cu-purple-pip-1b417b958500".to_owned(),
        author: "ce-finch-march-5b59fcbb571b".to_owned(),
        created: "2022-09-01T09:06:32.567Z".to_owned(),
        status: KeyStatus::Active,
        expires: None,
        signing: None,
    }
}

/// The key that a new one is to replace.
pub(crate) fn old() -> Key {
    Key { id: KeyId("api-old".into()), ..key("Server Key 3") }
}

pub(crate) fn request(name: &str) -> Result<CreateRequest, Failure> {
    Ok(CreateRequest {
        kind: CredentialKind::ApiKey,
        name: KeyName::parse(name)?,
        despite_same_name: false,
        despite_open: false,
        replaces: None,
        deliver_to: None,
        part_of: None,
        terms: Terms::default(),
        signed: false,
    })
}

pub(crate) fn with_token(name: &str) -> Created {
    Created::WithSecrets(key(name), Secrets::token(Secret::new(TOKEN.to_owned()).expect("it is not empty")))
}

/// What Dfns makes of an order that signs.
pub(crate) fn account(order: &Order) -> Key {
    let signing = order.signing.as_ref().map(|signing| Signing {
        credential: CREDENTIAL.to_owned(),
        public_key: Some(signing.public_key()),
        roles: signing.terms.role.iter().cloned().collect(),
    });
    let name = order.name.as_str();
    Key { kind: order.kind, id: KeyId(format!("us-{}", name.replace(' ', "-"))), signing, ..key(name) }
}

/// The usual answer to an order.
pub(crate) fn with_secrets(order: &Order) -> Created {
    let Some(signing) = &order.signing else { return with_token(order.name.as_str()) };
    let secret = |text: &str| Secret::new(text.to_owned()).expect("it is not empty");
    let secrets = Secrets::of_signing(secret(TOKEN), signing.private_key(), Some(secret(CREDENTIAL)));
    Created::WithSecrets(account(order), secrets)
}

/// All keys there are, as whoever may see each kind lists them.
pub(crate) fn listing(keys: &[Key]) -> Listed<'_> {
    Listed { kinds: CredentialKind::ALL, keys }
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asserts that just such notices are there, each a pattern of its kind, newest first.
macro_rules! assert_notices {
    ($scene:expr, [$($kind:pat),*] $(, $why:literal)?) => {{
        let notices = $scene.issuance.notices();
        let kinds: Vec<_> = notices.iter().map(|notice| &notice.kind).collect();
        assert!(matches!(kinds[..], [$($kind),*]), concat!("{:?}", $(" ", $why)?), kinds);
    }};
}

pub(crate) use assert_notices;
