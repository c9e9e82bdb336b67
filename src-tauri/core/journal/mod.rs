//! What is written down of each intent for a key, so that none is forgotten: before it is asked for, and at each step after
//! that before the step is acted upon. No secret is ever among it.

mod before;
mod changes;
mod enrolments;
mod history;
mod notes;
mod reminders;
mod role_changes;

use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

pub use self::{
    before::Before,
    changes::{AskedChange, ChangeId, ChangeOutcome, Changes, NewChange, PastChange},
    enrolments::{Enrolment, EnrolmentId, EnrolmentState, Enrolments, NewEnrolment},
    history::{History, PastBatch, PastEnrolment, PastIntent},
    notes::{KeyNotes, NoteField, NotedKey, Notes, notes_of},
    reminders::{Reminded, Reminder, Reminders},
    role_changes::{NewRoleChange, RoleChange, RoleChangeId, RoleChangeState, RoleChanges, RoleOperation},
};
use crate::{
    credential::{CredentialKind, Fingerprints, SaltedFingerprints},
    delivery::Proof,
    failure::Failure,
    key::{Key, KeyId, Owner},
    order::{AskedSigning, Terms},
    redact,
    role::GivenRole,
};

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Intent {
    pub owner: Owner,
    pub kind: CredentialKind,
    pub name: String,
    pub before: Before,
    /// The key that the new one is to replace. It works until the new one's token is in a vault.
    pub replaces: Option<Key>,
    pub part_of: Option<Part>,
    /// Of a kind that signs.
    pub signing: Option<AskedSigning>,
}

impl Intent {
    /// The roles that it is to have, where it signs: those of what it replaces, or the one that it is asked for with.
    pub fn roles(&self) -> &[GivenRole] {
        roles_wanted(self.replaces.as_ref(), self.signing.as_ref().and_then(|signing| signing.role.as_ref()))
    }
}

/// The roles that something is to have which replaces this, or else is asked for with one.
pub fn roles_wanted<'a>(replaces: Option<&'a Key>, asked: Option<&'a GivenRole>) -> &'a [GivenRole] {
    replaces.map_or_else(|| asked.map(std::slice::from_ref).unwrap_or_default(), Key::roles)
}

/// One name of a list of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Part {
    pub batch: BatchId,
    /// Where in it the name stands, from 0 on.
    pub place: u32,
}

/// Names a list of names in the journal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BatchId(pub i64);

/// Names an intent in the journal.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct IntentId(pub i64);

/// An intent that was written down, as what came of it carries it along.
#[derive(Clone, Debug)]
pub struct Origin {
    pub id: IntentId,
    /// The intent. To the keys that were there before, those are added that the person has said are not it.
    pub intent: Intent,
    /// A policy held it back, so that its key may appear late, and without a token for us.
    pub held_back: bool,
    /// Dfns refused it in its own words, so that one look through the keys settles it.
    pub refused: bool,
}

impl Origin {
    /// Whether a key is the one that was asked for, as its public key proves; `None` where nothing does.
    pub fn is_proven(&self, key: &Key) -> Option<bool> {
        key.is_of(&self.intent.signing.as_ref()?.public_key)
    }

    /// Whether nothing proves that it is another.
    pub fn is_perhaps(&self, key: &Key) -> bool {
        self.is_proven(key) != Some(false)
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Event {
    Asked,
    /// It is sure that no key was made.
    NotMade,
    /// The answer leaves in doubt whether one was made.
    Doubtful,
    /// Dfns refused it, and whether it made a key all the same was not found out.
    Refused,
    AwaitingApproval,
    /// It was made, and its token is held.
    Created,
    WithoutToken,
    Copied,
    /// Its token was read back out of a vault.
    Checked,
    Delivering,
    Delivered(Proof),
    /// Its token is in a vault that deletes it by itself later.
    StoredForATime(Proof),
    /// The delivery failed: its token is not there.
    NotStored,
    /// The delivery did not end clearly: its token may be there.
    PerhapsStored,
    /// Its token was wiped, and is in a vault: proven, or by the person's word.
    Finished,
    /// The same, and the key that it replaces is still to be revoked.
    HandedOver,
    /// Its token was wiped without that.
    Wiped,
    Revoked,
    OldRevoked,
    /// The one that it replaces rests, and could be activated again.
    OldDeactivated,
    /// The one that it replaces works again.
    OldActivated,
    /// The person keeps the key that it was to replace.
    OldKept,
    /// The person has settled it otherwise.
    Settled,
}

/// What an event makes of an intent's stage.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Then {
    Stays,
    Is(Stage),
    Closed,
}

/// What an event tells of where the token is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tells {
    /// Nothing, or nothing that is not known without it.
    Nothing,
    PerhapsDelivered,
    /// A check or the person has said that it is in a vault.
    InVault,
}

impl Event {
    /// What it makes of the intent's stage, and what it tells of the token.
    pub fn effect(self) -> (Then, Tells) {
        match self {
            Self::Asked | Self::Copied => (Then::Stays, Tells::Nothing),
            Self::Doubtful => (Then::Is(Stage::Doubtful), Tells::Nothing),
            Self::Refused => (Then::Is(Stage::Refused), Tells::Nothing),
            Self::AwaitingApproval => (Then::Is(Stage::AwaitingApproval), Tells::Nothing),
            Self::Created | Self::Wiped => (Then::Is(Stage::Created), Tells::Nothing),
            Self::WithoutToken => (Then::Is(Stage::WithoutToken), Tells::Nothing),
            Self::Checked => (Then::Is(Stage::Checked), Tells::InVault),
            Self::Delivered(Proof::ReadBack | Proof::FirstVersion | Proof::TakenAsBefore) => {
                (Then::Is(Stage::Checked), Tells::Nothing)
            }
            // That a vault has taken it shows nothing. What is not known of one delivery takes nothing from another.
            Self::Delivering | Self::PerhapsStored | Self::Delivered(Proof::Taken) => {
                (Then::Stays, Tells::PerhapsDelivered)
            }
            // What the vault deletes is in no vault afterwards.
            Self::NotStored | Self::StoredForATime(_) => (Then::Stays, Tells::Nothing),
            Self::HandedOver => (Then::Is(Stage::OldToRevoke), Tells::InVault),
            Self::OldActivated => (Then::Is(Stage::OldToRevoke), Tells::Nothing),
            Self::OldDeactivated => (Then::Is(Stage::OldToArchive), Tells::Nothing),
            Self::Finished | Self::Settled => (Then::Closed, Tells::InVault),
            Self::NotMade | Self::Revoked | Self::OldRevoked | Self::OldKept => (Then::Closed, Tells::Nothing),
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stage {
    /// It was asked for, and no answer was recorded.
    Asked,
    Doubtful,
    /// Dfns refused it, and whether it made a key all the same was not found out.
    Refused,
    AwaitingApproval,
    /// Its token was held, and nothing shows that it reached a vault.
    Created,
    /// Its token was held, and read back out of a vault or delivered.
    Checked,
    WithoutToken,
    /// Its token is in a vault, and the key that it replaces still works.
    OldToRevoke,
    /// The same, and what it replaces rests until the person has it archived.
    OldToArchive,
}

/// An intent that is not settled.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OpenIntent {
    pub id: IntentId,
    pub intent: Intent,
    /// When, by this computer's clock.
    pub asked_at: OffsetDateTime,
    pub stage: Stage,
    pub key: Option<Key>,
    /// Where its token was on its way to, where it is not known whether it arrived.
    pub perhaps_in: Option<String>,
    /// Where its token is for a time, and until when.
    pub kept: Option<(String, OffsetDateTime)>,
}

/// What is known of a key that was asked for here.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Record {
    /// The key, as it was when it was made.
    pub key: Key,
    pub kind: CredentialKind,
    pub owner: Owner,
    /// Of its secrets; empty where none came.
    pub fingerprints: Fingerprints,
    pub replaces: Option<Key>,
    /// What it was asked for with, where it signs.
    pub signing: Option<AskedSigning>,
    /// What happened, oldest first.
    pub events: Vec<Happened>,
    /// What happened besides, as a version wrote it that knows more than this one; oldest first.
    pub unknown: Vec<Unknown>,
}

/// Something that happened to a key, and that this version does not know.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unknown {
    /// When, by this computer's clock.
    pub at: OffsetDateTime,
    /// What, in the journal's own word.
    pub word: String,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Happened {
    /// When, by this computer's clock.
    pub at: OffsetDateTime,
    pub event: Event,
    pub place: Option<String>,
    /// When the vault deletes it by itself, where it does.
    pub until: Option<OffsetDateTime>,
}

/// When the token of something ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ends {
    pub at: OffsetDateTime,
    /// From the days that it was asked for with, since the token does not say: so about then.
    pub is_reckoned: bool,
}

impl Ends {
    /// As its token says, else from the days that it was asked for with and from when it was made, as Dfns says; where that
    /// does not tell, from `made`, which is by this computer's clock, as far as Dfns' own was known to be ahead of it.
    pub fn of(key: &Key, asked: Option<&AskedSigning>, made: Option<OffsetDateTime>) -> Option<Self> {
        let said = key.expires.as_deref().and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
        if let Some(at) = said {
            return Some(Self { at, is_reckoned: false });
        }
        let AskedSigning { days, clock_ahead, .. } = asked?;
        let by_clock = || made?.checked_add(Duration::seconds(clock_ahead.unwrap_or_default()));
        let made = before::made_at(key).or_else(by_clock)?;
        Some(Self { at: made.checked_add(Duration::days((*days)?.into()))?, is_reckoned: true })
    }

    /// As it stands in data that other programs and people read: a time where it is known, and no more than about which day
    /// where it is reckoned, which nobody takes for what the token says.
    pub fn in_data(self) -> String {
        let at = redact::iso(self.at);
        match self.is_reckoned {
            true => format!("about {}, reckoned from the days asked for", at.split('T').next().unwrap_or_default()),
            false => at,
        }
    }
}

impl Record {
    /// When its token ends: as the token said, else as it was asked for; `None` where neither tells.
    pub fn ends(&self) -> Option<Ends> {
        let made = self.when(Event::Created).or_else(|| self.when(Event::WithoutToken));
        Ends::of(&self.key, self.signing.as_ref(), made)
    }

    pub fn when(&self, event: Event) -> Option<OffsetDateTime> {
        self.events.iter().rev().find(|happened| happened.event == event).map(|happened| happened.at)
    }
}

/// A list of names for keys that are made one after the other, each delivered at once.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Batch {
    pub owner: Owner,
    pub kind: CredentialKind,
    pub destination: String,
    pub names: Vec<NameInBatch>,
}

/// A name of a list, and what is asked for under it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct NameInBatch {
    pub name: String,
    /// Of a kind that signs.
    pub terms: Terms,
    /// What the new one is to replace.
    pub replaces: Option<Key>,
}

/// A list of names that was not put aside yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OpenBatch {
    pub id: BatchId,
    pub batch: Batch,
    pub outcomes: Vec<BatchOutcome>,
}

/// What became of a name of a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum BatchOutcome {
    /// Its key was not asked for yet.
    Waiting,
    /// It is sure that no key was made.
    NotMade,
    /// Its key was made, and its token is in this place of a vault.
    Delivered(String),
    /// A key was made or may have been, and the person has settled it.
    Settled,
    /// A key was made or may have been, and needs attention.
    Open,
}

/// Where it is written down. Blocking: each call returns once what it wrote would outlive a power failure, and
/// fails with [`Failure::File`] where the file cannot be read or written.
pub trait Journal: Enrolments + Changes + KeyNotes + History + Reminders + RoleChanges {
    /// Writes an intent down, before it is asked for. Where that fails, nothing must be asked for.
    fn begin(&self, intent: &Intent) -> Result<IntentId, Failure>;

    /// Writes down that its key was made, of whose secrets only the fingerprints are kept; `None` where none came.
    fn made(&self, intent: IntentId, key: &Key, fingerprints: Option<&Fingerprints>) -> Result<(), Failure>;

    /// Writes down what happened. An event that settles the intent closes it.
    fn record(&self, intent: IntentId, event: Event) -> Result<(), Failure>;

    /// Writes down that a key of the Dfns at this address was revoked whose intent is settled. Nothing is written where no
    /// such key was made here.
    fn revoked_later(&self, base: &str, id: &KeyId) -> Result<(), Failure>;

    /// Writes down that a key is not the one that was asked for, as if it had been there before.
    fn not_ours(&self, intent: IntentId, id: &KeyId) -> Result<(), Failure>;

    /// The keys that are known to have been made.
    fn keys_made(&self) -> Result<Vec<KeyId>, Failure>;

    /// Writes down what happened to a delivery, where it goes, and when the vault deletes it by itself, where it does.
    fn delivery(
        &self,
        intent: IntentId,
        event: Event,
        place: &str,
        until: Option<OffsetDateTime>,
    ) -> Result<(), Failure>;

    /// Writes down what its secrets can be recognized by on the clipboard, where one is about to be.
    fn copied(&self, intent: IntentId, salted: &SaltedFingerprints) -> Result<(), Failure>;

    /// Its secrets are proven not to be on the clipboard any more: the marks are forgotten.
    fn copy_gone(&self, intent: IntentId) -> Result<(), Failure>;

    /// Writes a list of names down, before the first is asked for. One that was left open is closed. Where that
    /// fails, nothing must be asked for.
    fn begin_batch(&self, batch: &Batch) -> Result<BatchId, Failure>;

    fn open_batch(&self) -> Result<Option<OpenBatch>, Failure>;

    /// The person has put a list of names aside.
    fn close_batch(&self, id: BatchId) -> Result<(), Failure>;

    /// The secrets that may be on the clipboard still.
    fn copies(&self) -> Result<Vec<(IntentId, SaltedFingerprints)>, Failure>;

    /// The intents that are not settled, oldest first.
    fn open(&self) -> Result<Vec<OpenIntent>, Failure>;

    /// What is known of the keys that were made at the Dfns of this address, oldest first.
    fn records(&self, base: &str) -> Result<Vec<Record>, Failure>;
}
