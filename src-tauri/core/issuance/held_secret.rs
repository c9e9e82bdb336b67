//! The one-time secrets while they are held.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use time::OffsetDateTime;
use tokio::time::Instant;

use super::{
    Check, Delivered, Delivering, Issuance, OnClipboard, Place, Revocation, Stage, State, TryingOut, Undelivered,
};
use crate::{
    credential::{SecretName, Secrets},
    delivery::FACTS,
    delivery::{Stored, Vault},
    failure::{Failure, NotNow},
    journal::{Ends, Event, IntentId, Origin},
    jwt::{self, Facts},
    key::{Key, KeyApi, KeyId, Owner, Tried},
    role::RolesGiven,
};

/// Nobody has read a question sooner: an answer that comes before was meant for what was there before it.
const READING: Duration = Duration::from_secs(1);

/// Names a token that is held, for as long as it is: what is meant for one never happens to another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HeldId(u32);

pub struct Held {
    pub key: Key,
    /// What can be read of its token.
    pub facts: Option<Facts>,
    pub wiped_at: Instant,
    pub clipboard: OnClipboard,
    /// The programs that have taken the copy over, by name: what they keep of it, nobody can tell.
    pub taken_over: Vec<String>,
    /// Which secret's own window is open, and until when.
    pub shown: Option<(SecretName, Instant)>,
    /// How the last check ended, and which secret it was of, where that is known.
    pub check: Option<(Check, Option<SecretName>)>,
    /// How trying them out ended the last time, where it was not called off; why that is not known, where it is not.
    pub tried: Option<Result<Tried, Failure>>,
    /// The secrets that were copied back out of a vault, and were the same to the last byte.
    pub(super) checked: BTreeSet<SecretName>,
    pub activity: Activity,
    pub course: Course,
    pub delivered: Vec<Delivered>,
    pub undelivered: Option<Undelivered>,
    /// Where it may be since a delivery that did not end clearly.
    pub(super) perhaps: Vec<Place>,
    /// Those that have taken it, though nothing shows that they keep it.
    pub(super) taken_by: Vec<Arc<dyn Vault>>,
    /// It was copied or shown: it may be anywhere since.
    pub(super) given_out: bool,
    /// Since when the person is asked whether it is in a vault, which nothing proves.
    asked: Option<Instant>,
    pub(super) keys: Arc<dyn KeyApi>,
    pub(super) origin: Origin,
    /// Tells it from one that is held later.
    pub id: HeldId,
    pub(super) secrets: Arc<Secrets>,
}

/// What is under way with a held token: one thing at a time.
pub enum Activity {
    None,
    Delivering(Delivering),
    /// Its key is being revoked. Once that is confirmed it stands until the token is let go, so that nothing else ends it
    /// meanwhile.
    Revoking(Revocation),
    /// Its secrets are being tried out, which changes nothing: whatever ends it calls that off.
    TryingOut(TryingOut),
    /// It is being let go: nothing is begun with it any more.
    Ending,
}

/// Who sees to a held token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Course {
    /// It goes straight into a vault, and is shown only where that does not end well.
    StraightToVault,
    /// The person, in its dialog.
    InDialog,
    /// The same; the person wanted its key revoked, and that was not confirmed.
    ToRevoke,
}

impl Held {
    /// Whether the secrets are known to be in a vault that keeps them: each was checked, or such a vault has taken them.
    pub fn proven(&self) -> bool {
        // What was checked may come out of the very vault that deletes it later.
        let checked = self.is_checked() && self.kept_for_a_time().is_none();
        let keeps = |stored: &Stored| stored.until.is_none() && stored.proof.counts();
        checked || self.delivered.iter().any(|delivered| keeps(&delivered.stored))
    }

    /// Whether this secret was copied back out of a vault.
    pub fn has_checked(&self, name: SecretName) -> bool {
        self.checked.contains(&name)
    }

    /// Whether each of the secrets was copied back out of a vault.
    pub(super) fn is_checked(&self) -> bool {
        self.secrets.iter().all(|(name, _)| self.checked.contains(&name))
    }

    /// In which vault it is for a time, which deletes it by itself then: the last to do so.
    pub fn kept_for_a_time(&self) -> Option<(&Place, OffsetDateTime)> {
        let until = self.delivered.iter().filter_map(|delivered| Some((&delivered.at, delivered.stored.until?)));
        until.max_by_key(|(_, until)| *until)
    }

    /// Whether the token was out of our hands at all: one that never was can be in no vault.
    fn has_left(&self) -> bool {
        let found = matches!(self.check, Some((Check::Stored | Check::WhiteSpace, _)));
        self.given_out || found || !self.delivered.is_empty() || !self.perhaps.is_empty()
    }

    /// Nothing proves that the token is in a vault: the person is asked, and only what they say some time after that counts.
    pub(super) fn said_to_be_in_a_vault(&mut self, said: bool) -> Result<(), Failure> {
        // What was to be revoked is called stored by nobody: it stays to be revoked.
        if !self.has_left() && self.course != Course::ToRevoke {
            return Err(Failure::NeverLeft);
        }
        let now = Instant::now();
        match self.asked {
            Some(asked) if said && now.duration_since(asked) >= READING => return Ok(()),
            Some(_) if said => {}
            _ => self.asked = Some(now),
        }
        Err(Failure::NotProven)
    }

    /// Where the token may be, though that is not known.
    pub fn perhaps_in(&self) -> Option<&Place> {
        let mut taken = self.delivered.iter().rev().filter(|delivered| !delivered.stored.proof.counts());
        self.perhaps.last().or_else(|| taken.next().map(|delivered| &delivered.at))
    }

    /// The vault that a successful check shows to keep the tokens that it takes: the only place that this one can have come from.
    pub fn to_be_proven(&self) -> Option<&Arc<dyn Vault>> {
        let is_token = !self.key.kind.signs();
        let only = is_token && self.delivered.len() == 1 && self.perhaps.is_empty() && !self.given_out;
        self.taken_by.last().filter(|_| only)
    }

    pub fn delivering(&self) -> Option<&Delivering> {
        match &self.activity {
            Activity::Delivering(delivering) => Some(delivering),
            _ => None,
        }
    }

    pub fn revocation(&self) -> Option<&Revocation> {
        match &self.activity {
            Activity::Revoking(revocation) => Some(revocation),
            _ => None,
        }
    }

    pub fn trying_out(&self) -> Option<&TryingOut> {
        match &self.activity {
            Activity::TryingOut(trying) => Some(trying),
            _ => None,
        }
    }

    /// It goes straight into a vault, and nobody sees it.
    pub fn is_hidden(&self) -> bool {
        self.course == Course::StraightToVault
    }

    /// The person has to see to it from now on.
    pub(super) fn show_in_dialog(&mut self) {
        if self.is_hidden() {
            self.course = Course::InDialog;
        }
    }

    /// Something is under way with it that has to come to its end first.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.activity, Activity::Delivering(_) | Activity::Revoking(_))
    }

    pub fn secrets(&self) -> Arc<Secrets> {
        Arc::clone(&self.secrets)
    }

    pub fn owner(&self) -> &Owner {
        &self.origin.intent.owner
    }

    /// What an entry of it tells that is no secret.
    pub(super) fn vault_facts(&self) -> Vec<(&'static str, String)> {
        let Owner { label, user, .. } = self.owner();
        let Key { kind, id, name, organization, created, .. } = &self.key;
        let ends = Ends::of(&self.key, self.origin.intent.signing.as_ref(), Some(OffsetDateTime::now_utc()));
        let texts = [
            kind.as_str().to_owned(),
            id.0.clone(),
            name.clone(),
            organization.clone(),
            created.clone(),
            ends.map(Ends::in_data).unwrap_or_default(),
            user.clone().unwrap_or_else(|| label.clone()),
        ];
        FACTS.into_iter().zip(texts).filter(|(_, text)| !text.is_empty()).collect()
    }

    /// How its roles stand to those that it was asked for with; `None` of what has none.
    pub fn roles_given(&self) -> Option<RolesGiven> {
        self.origin.intent.signing.as_ref()?;
        Some(RolesGiven::of(self.origin.intent.roles(), self.key.roles()))
    }

    pub fn replaces(&self) -> Option<&Key> {
        self.origin.intent.replaces.as_ref()
    }

    /// What it means that the token is wiped now.
    pub(super) fn wiped(&self, in_vault: bool) -> Event {
        match (in_vault, self.replaces()) {
            (false, _) => Event::Wiped,
            (true, None) => Event::Finished,
            (true, Some(_)) => Event::HandedOver,
        }
    }
}

impl Issuance {
    pub fn held(&self) -> Option<HeldId> {
        self.with_held(|held| held.id)
    }

    /// The token of this key, while it is held: what the person asks for is bound to it from then on.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where none is held, or another.
    pub fn held_of(&self, key: &KeyId) -> Result<HeldId, Failure> {
        match self.with_held(|held| (held.id, held.key.id == *key)) {
            Some((id, true)) => Ok(id),
            Some((_, false)) => Err(ANOTHER_HELD),
            None => Err(NOTHING_HELD),
        }
    }

    pub(super) fn hold(
        self: &Arc<Self>,
        keys: Arc<dyn KeyApi>,
        origin: Origin,
        key: Key,
        secrets: Secrets,
        course: Course,
    ) -> HeldId {
        let token = secrets.get(SecretName::Token);
        let facts = token.and_then(|token| jwt::read(token.open("tell what it says of itself, where it says so")));
        let id = self.change(|state| {
            let id = HeldId(state.count());
            state.stage = Stage::Held(Box::new(Held {
                key,
                facts,
                wiped_at: Instant::now() + self.times().held,
                clipboard: OnClipboard::Untouched,
                taken_over: Vec::new(),
                shown: None,
                check: None,
                tried: None,
                checked: BTreeSet::new(),
                activity: Activity::None,
                course,
                delivered: Vec::new(),
                undelivered: None,
                perhaps: Vec::new(),
                taken_by: Vec::new(),
                given_out: false,
                asked: None,
                secrets: Arc::new(secrets),
                keys,
                origin,
                id,
            }));
            id
        });
        tokio::spawn(Arc::clone(self).wipe_in_time(id));
        id
    }

    pub(super) async fn write_of_held(&self, id: HeldId, event: Event) {
        if let Some(intent) = self.intent_of(id) {
            self.write(intent, event).await;
        }
    }

    pub(super) fn intent_of(&self, id: HeldId) -> Option<IntentId> {
        self.read_held(id, |held| held.origin.id).ok()
    }

    pub(super) fn secrets(&self, id: HeldId) -> Result<Arc<Secrets>, Failure> {
        self.read_held(id, Held::secrets)
    }

    pub(super) fn is_among_held(&self, id: HeldId, name: SecretName) -> Result<(), Failure> {
        self.secrets(id)?.get(name).map(drop).ok_or(NOTHING_HELD)
    }

    /// Reads what is held, where it is still that.
    pub(super) fn read_held<T>(&self, id: HeldId, read: impl FnOnce(&Held) -> T) -> Result<T, Failure> {
        self.with_held(|held| if held.id == id { Ok(read(held)) } else { Err(ANOTHER_HELD) }).ok_or(NOTHING_HELD)?
    }

    /// Changes what is held, where it is still that.
    pub(super) fn change_held<T>(&self, id: HeldId, change: impl FnOnce(&mut Held) -> T) -> Result<T, Failure> {
        self.change(|state| match state.held() {
            Some(held) if held.id == id => Ok(change(held)),
            Some(_) => Err(ANOTHER_HELD),
            None => Err(NOTHING_HELD),
        })
    }
}

pub(super) const NOTHING_HELD: Failure = Failure::NotNow(NotNow::NothingHeld);

pub(super) const ANOTHER_HELD: Failure = Failure::NotNow(NotNow::AnotherHeld);

impl State {
    pub(super) fn held(&mut self) -> Option<&mut Held> {
        match &mut self.stage {
            Stage::Held(held) => Some(held),
            _ => None,
        }
    }
}
