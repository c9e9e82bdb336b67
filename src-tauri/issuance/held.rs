//! The one-time token while it is held: copy, clear, show and check.

use std::{mem, sync::Arc, time::Duration};

use serde::Serialize;
use time::OffsetDateTime;
use tokio::time::{Instant, sleep_until};

use super::{
    Delivered, Delivering, Issuance, Place, Revocation, Stage, State, Undelivered,
    clearing::RETRY,
    journal::{Event, Origin, WishId},
};
use crate::{
    clipboard::{Cleared, Clipboard, QUIET, Watch, clear_for_good, off_the_loop},
    delivery::{Stored, Vault},
    failure::{ClipboardProblem, Failure, NotNow},
    jwt::{self, Facts},
    key::{Key, KeyId, Keys, Owner},
    token::{Mark, Token},
};

/// Nobody has read a question sooner: an answer that comes before was meant for what was there before it.
const READING: Duration = Duration::from_secs(1);

/// Names a token that is held, for as long as it is: what is meant for one never happens to another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HeldId(u32);

/// A key whose token is held.
pub struct Held {
    /// The key.
    pub key: Key,
    /// How many characters its token has.
    pub token_length: usize,
    /// What can be read of its token.
    pub facts: Option<Facts>,
    /// When the token is wiped.
    pub wiped_at: Instant,
    /// Where it is on the clipboard.
    pub clipboard: OnClipboard,
    /// The programs that have taken the copy over, by name: what they keep of it, nobody can tell.
    pub taken_over: Vec<String>,
    /// Until when the token's own window is open.
    pub shown_until: Option<Instant>,
    /// How the last check ended.
    pub check: Option<Check>,
    /// What is under way with it.
    pub activity: Activity,
    /// Who sees to it.
    pub course: Course,
    /// Where it was delivered.
    pub delivered: Vec<Delivered>,
    /// Why the last delivery did not end well.
    pub undelivered: Option<Undelivered>,
    /// Where it may be since a delivery that did not end clearly.
    pub(super) perhaps: Vec<Place>,
    /// Those that have taken it, though nothing shows that they keep it.
    pub(super) taken_by: Vec<Arc<dyn Vault>>,
    /// It was copied or shown: it may be anywhere since.
    pub(super) given_out: bool,
    /// Since when the person is asked whether it is in a vault, which nothing proves.
    asked: Option<Instant>,
    pub(super) keys: Arc<dyn Keys>,
    pub(super) origin: Origin,
    /// Tells it from one that is held later.
    pub(super) id: HeldId,
    token: Arc<Token>,
}

/// What is under way with a held token: one thing at a time.
pub enum Activity {
    /// Nothing.
    None,
    /// It is being delivered.
    Delivering(Delivering),
    /// Its key is being revoked. That stands until the token is let go, so that nothing else ends it meanwhile.
    Revoking(Revocation),
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

/// Where the token is on the clipboard.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum OnClipboard {
    /// It was not put there.
    Untouched,
    /// It is there.
    Live {
        /// When it is cleared.
        until: Instant,
        /// Put there by us, rather than by the vault it was checked from.
        own: bool,
    },
    /// It could not be made sure of that it is there.
    Unsure {
        /// When it is cleared.
        until: Instant,
        /// Why not.
        problem: ClipboardProblem,
    },
    /// It was cleared, and is watched for whether somebody puts it back.
    Clearing,
    /// It was cleared, and is gone: nobody has put it back for some time.
    Cleared,
    /// Something else was copied since.
    Replaced,
    /// It could not be cleared.
    StillThere(ClipboardProblem),
}

/// How a check ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Check {
    /// The same to the last byte.
    Stored,
    /// Something else.
    Different,
    /// The same, with white space around it.
    WhiteSpace,
    /// There was no text.
    Empty,
    /// It was our own copy, which proves nothing.
    OwnCopy,
}

/// What the token's own window shows, for as long as it may.
pub struct Shown {
    /// The token.
    pub token: Arc<Token>,
    /// The key's name.
    pub key_name: String,
    /// When the window closes.
    pub until: Instant,
}

impl OnClipboard {
    /// When it is cleared, where a time is set.
    fn cleared_at(&self) -> Option<Instant> {
        match self {
            Self::Live { until, .. } | Self::Unsure { until, .. } => Some(*until),
            Self::Untouched | Self::Clearing | Self::Cleared | Self::Replaced | Self::StillThere(_) => None,
        }
    }

    /// Whether it may be there, as far as is known here.
    pub(super) fn may_be_there(&self) -> bool {
        matches!(self, Self::Live { .. } | Self::Unsure { .. } | Self::StillThere(_))
    }
}

impl Held {
    /// Whether the token is known to be in a vault that keeps it: it was checked, or such a vault has taken it.
    #[must_use]
    pub fn proven(&self) -> bool {
        // What was checked may come out of the very vault that deletes it later.
        let checked = self.check == Some(Check::Stored) && self.kept_for_a_time().is_none();
        let keeps = |stored: &Stored| stored.until.is_none() && stored.proof.counts();
        checked || self.delivered.iter().any(|delivered| keeps(&delivered.stored))
    }

    /// In which vault it is for a time, which deletes it by itself then: the last to do so.
    #[must_use]
    pub fn kept_for_a_time(&self) -> Option<(&Place, OffsetDateTime)> {
        let until = self.delivered.iter().filter_map(|delivered| Some((&delivered.at, delivered.stored.until?)));
        until.max_by_key(|(_, until)| *until)
    }

    /// Names it.
    #[must_use]
    pub fn id(&self) -> HeldId {
        self.id
    }

    /// Whether the token was out of our hands at all: one that never was can be in no vault.
    fn has_left(&self) -> bool {
        let found = matches!(self.check, Some(Check::Stored | Check::WhiteSpace));
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
    #[must_use]
    pub fn perhaps_in(&self) -> Option<&Place> {
        let mut taken = self.delivered.iter().rev().filter(|delivered| !delivered.stored.proof.counts());
        self.perhaps.last().or_else(|| taken.next().map(|delivered| &delivered.at))
    }

    /// The vault that a successful check shows to keep what it takes: the only place that the token can have come from.
    #[must_use]
    pub fn to_be_proven(&self) -> Option<&Arc<dyn Vault>> {
        let only = self.delivered.len() == 1 && self.perhaps.is_empty() && !self.given_out;
        self.taken_by.last().filter(|_| only)
    }

    /// The delivery that is on its way.
    #[must_use]
    pub fn delivering(&self) -> Option<&Delivering> {
        match &self.activity {
            Activity::Delivering(delivering) => Some(delivering),
            _ => None,
        }
    }

    /// The revocation that is on its way.
    #[must_use]
    pub fn revocation(&self) -> Option<&Revocation> {
        match &self.activity {
            Activity::Revoking(revocation) => Some(revocation),
            _ => None,
        }
    }

    /// It goes straight into a vault, and nobody sees it.
    #[must_use]
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

    pub(super) fn token(&self) -> Arc<Token> {
        Arc::clone(&self.token)
    }

    /// Whose it is.
    #[must_use]
    pub fn owner(&self) -> &Owner {
        &self.origin.wish.owner
    }

    /// The key that this one is to replace.
    #[must_use]
    pub fn replaces(&self) -> Option<&Key> {
        self.origin.wish.replaces.as_ref()
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
    /// The token that is held.
    #[must_use]
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

    /// Puts the token on the clipboard, and clears it after its time.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not held any more; [`Failure::Clipboard`], which the view tells as well.
    pub async fn copy(self: &Arc<Self>, id: HeldId) -> Result<(), Failure> {
        let _turn = self.clipboard_turn.lock().await;
        let (token, before) = self.change_held(id, |held| (held.token(), mem::replace(&mut held.given_out, true)))?;
        self.write_of_held(id, Event::Copied).await;
        self.mark_copy(id, &token).await;
        if let Some(wish) = self.wish_of(id) {
            self.copied_anew(wish);
        }
        let put = self.on_clipboard(move |clipboard| clipboard.put(&token)).await;
        if matches!(put, Err(ClipboardProblem::Unusable(_) | ClipboardProblem::Untrusted)) {
            // It did not get there.
            let _ = self.change_held(id, |held| held.given_out = before);
        }
        match put {
            Err(problem @ ClipboardProblem::Untrusted) => {
                // It was not so much as tried.
                if let Some(wish) = self.wish_of(id) {
                    self.write_with(move |journal| journal.copy_gone(wish)).await;
                }
                Err(Failure::Clipboard(problem))
            }
            Ok(()) => {
                self.count_down(id, |until| OnClipboard::Live { until, own: true });
                self.begin_naming(id);
                Ok(())
            }
            Err(problem) => {
                // It may be there all the same.
                self.count_down(id, |until| OnClipboard::Unsure { until, problem: problem.clone() });
                Err(Failure::Clipboard(problem))
            }
        }
    }

    /// Clears the clipboard now, if the token is still there.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not held any more; [`Failure::Clipboard`] where it is still there.
    pub async fn clear_clipboard(self: &Arc<Self>, id: HeldId) -> Result<(), Failure> {
        let _turn = self.clipboard_turn.lock().await;
        self.clear_in_turn(id).await
    }

    /// Compares what is on the clipboard, copied back out of the vault, with the token. Where it can have come from one
    /// vault alone, that one is known from then on to keep what it takes.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not held any more; [`Failure::Clipboard`] where it cannot be read.
    pub async fn check(self: &Arc<Self>, id: HeldId) -> Result<(), Failure> {
        let _turn = self.clipboard_turn.lock().await;
        let token = self.token(id)?;
        let read = self
            .on_clipboard(move |clipboard| {
                let Some(text) = clipboard.read()? else { return Ok(Check::Empty) };
                Ok(if token.equals(&text) {
                    if clipboard.holds_own() { Check::OwnCopy } else { Check::Stored }
                } else if token.is_copied_in(&text) {
                    Check::WhiteSpace
                } else {
                    clipboard.replaced();
                    Check::Different
                })
            })
            .await;
        let check = read.map_err(Failure::Clipboard)?;
        let shown = self.change_held(id, |held| {
            // A proof is not undone by something else on the clipboard afterwards.
            if !(held.proven() && matches!(check, Check::Empty | Check::OwnCopy)) {
                held.check = Some(check);
            }
            held.to_be_proven().cloned().filter(|_| check == Check::Stored)
        })?;
        if check == Check::Stored {
            self.write_of_held(id, Event::Checked).await;
        }
        if let Some(vault) = shown {
            self.remember_proven(vault).await;
        }
        if matches!(check, Check::Stored | Check::WhiteSpace) {
            if let Some(wish) = self.wish_of(id) {
                self.copied_anew(wish);
            }
            self.found_on_clipboard(id).await;
        }
        Ok(())
    }

    /// The session is locked, or the computer goes to sleep: the token's own window closes, and the clipboard is cleared if
    /// the token may be on it, also by a copy that is just being made. Whether there was anything to do.
    pub async fn step_back(self: &Arc<Self>) -> bool {
        let Some(shown) = self.with_held(|held| held.shown_until.is_some()) else { return false };
        if shown {
            self.hide();
        }
        let _turn = self.clipboard_turn.lock().await;
        let copied = self.with_held(|held| held.clipboard.may_be_there()) == Some(true);
        // How it ended is in the view.
        let _ = self.clear_what_may_be_there().await;
        shown || copied
    }

    /// The person is back in our window: a clipboard that could not be cleared before is tried again, since some desktops
    /// let a program clear it only then.
    pub async fn try_clearing_again(self: &Arc<Self>) {
        self.try_again.notify_waiters();
        let _turn = self.clipboard_turn.lock().await;
        let tried = |held: &Held| matches!(held.clipboard, OnClipboard::StillThere(_)).then_some(held.id);
        if let Some(id) = self.with_held(tried).flatten() {
            // How it ended is in the view.
            let _ = self.clear_in_turn(id).await;
        }
    }

    /// The app was ended while tokens were on the clipboard: clears what is there, if it is one of them. Tells how that
    /// ended; `None` where nothing was copied then. Where it cannot be cleared, tells why, and tries again.
    pub async fn clear_leftover(&self, mut failed: impl FnMut(ClipboardProblem)) -> Option<Cleared> {
        // A journal that cannot be read is told as a problem of its own.
        let copies = self.with_journal(|journal| journal.copies()).await.ok()?;
        if copies.is_empty() {
            return None;
        }
        let mut wait = RETRY;
        loop {
            let turn = self.clipboard_turn.lock().await;
            let marks: Vec<Mark> = copies.iter().map(|(_, mark)| mark.clone()).collect();
            // A program may put it back only now, that finds nothing there: until then it is not forgotten.
            let cleared = self
                .on_clipboard(move |clipboard| {
                    let is_secret = |text: &str| marks.iter().any(|mark| mark.is_of(text));
                    clear_for_good(clipboard, &Watch { is_secret: &is_secret, within: QUIET, is_wanted: &|| true })
                })
                .await;
            match cleared {
                Ok(cleared) => {
                    for (wish, _) in copies {
                        self.write_with(move |journal| journal.copy_gone(wish)).await;
                    }
                    return Some(cleared);
                }
                Err(problem) => failed(problem),
            }
            drop(turn);
            self.until_next_try(&mut wait).await;
        }
    }

    /// Lets the token be shown for a while in a window of its own, which whoever draws the windows opens and closes.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not held any more.
    pub fn show(self: &Arc<Self>, id: HeldId) -> Result<(), Failure> {
        let until = Instant::now() + self.times().shown;
        self.change_held(id, |held| {
            held.given_out = true;
            held.shown_until = Some(until);
        })?;
        let this = Arc::clone(self);
        tokio::spawn(async move {
            sleep_until(until).await;
            if this.with_held(|held| held.shown_until == Some(until)) == Some(true) {
                this.hide();
            }
        });
        Ok(())
    }

    /// Ends the showing.
    pub fn hide(&self) {
        self.change(|state| {
            if let Some(held) = state.held() {
                held.shown_until = None;
            }
        });
    }

    /// What the token's own window draws; `None` once its time is over.
    #[must_use]
    pub fn shown(&self) -> Option<Shown> {
        self.with_held(|held| {
            let until = held.shown_until.filter(|until| *until > Instant::now())?;
            Some(Shown { token: Arc::clone(&held.token), key_name: held.key.name.clone(), until })
        })
        .flatten()
    }

    pub(super) fn hold(
        self: &Arc<Self>,
        keys: Arc<dyn Keys>,
        origin: Origin,
        key: Key,
        token: Token,
        course: Course,
    ) -> HeldId {
        let facts = jwt::read(token.open("tell what it says of itself, where it says so"));
        let id = self.change(|state| {
            let id = HeldId(state.count());
            state.stage = Stage::Held(Box::new(Held {
                key,
                token_length: token.length(),
                facts,
                wiped_at: Instant::now() + self.times().held,
                clipboard: OnClipboard::Untouched,
                taken_over: Vec::new(),
                shown_until: None,
                check: None,
                activity: Activity::None,
                course,
                delivered: Vec::new(),
                undelivered: None,
                perhaps: Vec::new(),
                taken_by: Vec::new(),
                given_out: false,
                asked: None,
                token: Arc::new(token),
                keys,
                origin,
                id,
            }));
            id
        });
        tokio::spawn(Arc::clone(self).wipe_in_time(id));
        id
    }

    /// Starts the countdown to the clearing of the clipboard, on which the token is, or may be, until then.
    fn count_down(self: &Arc<Self>, id: HeldId, on_clipboard: impl FnOnce(Instant) -> OnClipboard) {
        let until = Instant::now() + self.times().clipboard;
        let begun = self.change_held(id, |held| held.clipboard = on_clipboard(until));
        if begun.is_err() {
            return;
        }
        let this = Arc::clone(self);
        tokio::spawn(async move {
            sleep_until(until).await;
            if this.read_held(id, |held| held.clipboard.cleared_at() == Some(until)) == Ok(true) {
                // How it ended is in the view.
                let _ = this.clear_clipboard(id).await;
            }
        });
    }

    /// Clears the clipboard if the token may be on it. Where it was proven to be gone, it is looked for once more: there are
    /// programs that put back what they have kept.
    pub(super) async fn clear_what_may_be_there(self: &Arc<Self>) -> Result<(), Failure> {
        let (id, token, clipboard) =
            self.with_held(|held| (held.id, held.token(), held.clipboard.clone())).ok_or(NOTHING_HELD)?;
        let is_back = match clipboard {
            OnClipboard::Untouched => false,
            there if there.may_be_there() => true,
            // One that cannot be read now was read when it was proven.
            _ => {
                let read = self
                    .on_clipboard(move |clipboard| Ok(clipboard.read()?.is_some_and(|text| token.is_copied_in(&text))));
                read.await.unwrap_or(false)
            }
        };
        if is_back { self.clear_in_turn(id).await } else { Ok(()) }
    }

    pub(super) async fn clear_in_turn(self: &Arc<Self>, id: HeldId) -> Result<(), Failure> {
        let token = self.token(id)?;
        let mark = token.mark();
        let cleared = self.on_clipboard(move |clipboard| clipboard.clear_if(&|text| token.is_copied_in(text))).await;
        let now = match &cleared {
            // Nobody would know it again that puts it back.
            Ok(_) if mark.is_none() => OnClipboard::StillThere(ClipboardProblem::Unconfirmed(NO_MARK.to_owned())),
            Ok(Cleared::Gone) => OnClipboard::Clearing,
            Ok(Cleared::Replaced) => OnClipboard::Replaced,
            Err(problem) => OnClipboard::StillThere(problem.clone()),
        };
        let is_news = self.change_held(id, |held| {
            // It was cleared in the turn before, and is watched over since.
            let known = matches!(held.clipboard, OnClipboard::Clearing | OnClipboard::Cleared);
            if known && now == OnClipboard::Replaced {
                return false;
            }
            held.clipboard = now;
            true
        })?;
        if let Some(mark) = mark.filter(|_| is_news) {
            self.begin_clearing(id, mark, cleared.clone());
        }
        cleared.map(drop).map_err(Failure::Clipboard)
    }

    /// A copy of the held token is on the clipboard that was not put there by us: it goes as our own does.
    pub(super) async fn found_on_clipboard(self: &Arc<Self>, id: HeldId) {
        let Ok(token) = self.token(id) else { return };
        self.mark_copy(id, &token).await;
        self.count_down(id, |until| OnClipboard::Live { until, own: false });
    }

    /// The token is about to be on the clipboard: should the app die, the next start knows it there and clears it.
    async fn mark_copy(&self, id: HeldId, token: &Token) {
        if let (Some(wish), Some(mark)) = (self.wish_of(id), token.mark()) {
            self.write_with(move |journal| journal.copied(wish, &mark)).await;
        }
    }

    async fn write_of_held(&self, id: HeldId, event: Event) {
        if let Some(wish) = self.wish_of(id) {
            self.write(wish, event).await;
        }
    }

    fn wish_of(&self, id: HeldId) -> Option<WishId> {
        self.read_held(id, |held| held.origin.id).ok()
    }

    pub(super) fn token(&self, id: HeldId) -> Result<Arc<Token>, Failure> {
        self.read_held(id, Held::token)
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

    pub(super) async fn on_clipboard<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Clipboard) -> Result<T, ClipboardProblem> + Send + 'static,
    ) -> Result<T, ClipboardProblem> {
        off_the_loop(&self.clipboard, work).await
    }
}

/// Why it may be there again.
const NO_MARK: &str = "this computer has no randomness, without which Keybearer does not know it again";

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
