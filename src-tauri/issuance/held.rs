//! The one-time token while it is held: copy, clear, show and check.

use std::sync::Arc;

use time::OffsetDateTime;
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep_until},
};

use super::{
    Delivered, Delivering, Issuance, Place, Revocation, Stage, State, Undelivered,
    journal::{Event, Origin},
};
use crate::{
    clipboard::{Cleared, Clipboard},
    failure::{ClipboardProblem, Failure},
    jwt::{self, Facts},
    key::{Key, Keys, Owner},
    token::{Mark, Token},
};

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
    /// When the clipboard is cleared, if it may be there until then.
    pub(super) cleared_at: Option<Instant>,
    /// Until when the token's own window is open.
    pub shown_until: Option<Instant>,
    /// How the last check ended.
    pub check: Option<Check>,
    /// The key is being revoked.
    pub revocation: Option<Revocation>,
    /// The token is being delivered.
    pub delivering: Option<Delivering>,
    /// Where it was delivered.
    pub delivered: Vec<Delivered>,
    /// Why the last delivery did not end well.
    pub undelivered: Option<Undelivered>,
    /// Where it may be since a delivery that did not end clearly.
    pub(super) perhaps: Vec<Place>,
    /// It is being let go: nothing is begun with it any more.
    pub(super) ending: bool,
    /// It goes straight into a vault: it is shown only where that does not end well.
    pub hidden: bool,
    /// The person wanted it revoked, and that was not confirmed.
    pub(super) to_revoke: bool,
    pub(super) keys: Arc<dyn Keys>,
    pub(super) origin: Origin,
    /// Tells it from one that is held later.
    pub(super) number: u32,
    token: Arc<Token>,
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
    Unsure(ClipboardProblem),
    /// It was cleared, and is gone.
    Cleared,
    /// Something else was copied since.
    Replaced,
    /// It could not be cleared.
    StillThere(ClipboardProblem),
}

/// How a check ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
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
    /// Whether it may be there, as far as is known here.
    pub(super) fn may_be_there(&self) -> bool {
        matches!(self, Self::Live { .. } | Self::Unsure(_) | Self::StillThere(_))
    }
}

impl Held {
    /// Whether the token is known to be in a vault that keeps it: it was checked, or such a vault has taken it.
    #[must_use]
    pub fn proven(&self) -> bool {
        // What was checked may come out of the very vault that deletes it later.
        let checked = self.check == Some(Check::Stored) && self.kept_for_a_time().is_none();
        checked || self.delivered.iter().any(|delivered| delivered.stored.until.is_none())
    }

    /// In which vault it is for a time, which deletes it by itself then: the last to do so.
    #[must_use]
    pub fn kept_for_a_time(&self) -> Option<(&Place, OffsetDateTime)> {
        let until = self.delivered.iter().filter_map(|delivered| Some((&delivered.at, delivered.stored.until?)));
        until.max_by_key(|(_, until)| *until)
    }

    /// Where the token may be, though that is not known.
    #[must_use]
    pub fn perhaps_in(&self) -> Option<&Place> {
        self.perhaps.last()
    }

    /// Something is under way with it that has to come to its end first.
    pub(super) fn is_busy(&self) -> bool {
        self.revocation.is_some() || self.delivering.is_some()
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
    /// Puts the token on the clipboard, and clears it after its time.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where none is held; [`Failure::Clipboard`], which the view tells as well.
    pub async fn copy(self: &Arc<Self>) -> Result<(), Failure> {
        let _turn = self.clipboard_turn.lock().await;
        let token = self.token()?;
        self.write_of_held(Event::Copied).await;
        self.mark_copy(&token).await;
        let put = self.on_clipboard(move |clipboard| clipboard.put(&token)).await;
        match put {
            Ok(()) => {
                self.count_down(|until| OnClipboard::Live { until, own: true });
                Ok(())
            }
            Err(problem) => {
                // It may be there all the same.
                self.count_down(|_| OnClipboard::Unsure(problem.clone()));
                Err(Failure::Clipboard(problem))
            }
        }
    }

    /// Clears the clipboard now, if the token is still there.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where none is held; [`Failure::Clipboard`] where it is still there.
    pub async fn clear_clipboard(&self) -> Result<(), Failure> {
        let _turn = self.clipboard_turn.lock().await;
        self.clear_in_turn().await
    }

    /// Compares what is on the clipboard, copied back out of the vault, with the token.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where none is held; [`Failure::Clipboard`] where it cannot be read.
    pub async fn check(self: &Arc<Self>) -> Result<(), Failure> {
        let _turn = self.clipboard_turn.lock().await;
        let token = self.token()?;
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
        self.change(|state| {
            if let Some(held) = state.held() {
                // A proof is not undone by something else on the clipboard afterwards.
                if !(held.proven() && matches!(check, Check::Empty | Check::OwnCopy)) {
                    held.check = Some(check);
                }
            }
        });
        if check == Check::Stored {
            self.write_of_held(Event::Checked).await;
        }
        if matches!(check, Check::Stored | Check::WhiteSpace) {
            let token = self.token()?;
            self.mark_copy(&token).await;
            // Whoever put it there, it is a copy of a secret that came out of a vault: it goes as our own does.
            self.count_down(|until| OnClipboard::Live { until, own: false });
        }
        Ok(())
    }

    /// The session is locked, or the computer goes to sleep: the token's own window closes, and the clipboard is cleared if
    /// the token may be on it, also by a copy that is just being made. Whether there was anything to do.
    pub async fn step_back(&self) -> bool {
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
    pub async fn try_clearing_again(&self) {
        let _turn = self.clipboard_turn.lock().await;
        if self.with_held(|held| matches!(held.clipboard, OnClipboard::StillThere(_))) == Some(true) {
            // How it ended is in the view.
            let _ = self.clear_in_turn().await;
        }
    }

    /// The app was ended while tokens were on the clipboard: clears what is there, if it is one of them. Tells how that
    /// ended; `None` where nothing was copied then.
    pub async fn clear_leftover(&self) -> Option<Result<Cleared, Failure>> {
        let journal = Arc::clone(&self.journal);
        // A journal that cannot be read is told as a problem of its own.
        let copies = spawn_blocking(move || journal.copies()).await.ok()?.ok()?;
        if copies.is_empty() {
            return None;
        }
        let _turn = self.clipboard_turn.lock().await;
        let marks: Vec<Mark> = copies.iter().map(|(_, mark)| mark.clone()).collect();
        let is_one = move |text: &str| marks.iter().any(|mark| mark.is_of(text));
        let cleared = self.on_clipboard(move |clipboard| clipboard.clear_if(&is_one)).await;
        if cleared.is_ok() {
            for (wish, _) in copies {
                self.write_with(move |journal| journal.copy_gone(wish)).await;
            }
        }
        Some(cleared.map_err(Failure::Clipboard))
    }

    /// Lets the token be shown for a while in a window of its own, which whoever draws the windows opens and closes.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where none is held.
    pub fn show(self: &Arc<Self>) -> Result<(), Failure> {
        let until = Instant::now() + self.times().shown;
        self.change(|state| state.held().map(|held| held.shown_until = Some(until))).ok_or(NOTHING_HELD)?;
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

    pub(super) fn hold(self: &Arc<Self>, keys: Arc<dyn Keys>, origin: Origin, key: Key, token: Token, hidden: bool) {
        let facts = jwt::read(token.open("tell what it says of itself, where it says so"));
        let number = self.change(|state| {
            let number = state.count();
            state.stage = Stage::Held(Box::new(Held {
                key,
                token_length: token.length(),
                facts,
                wiped_at: Instant::now() + self.times().held,
                clipboard: OnClipboard::Untouched,
                cleared_at: None,
                shown_until: None,
                check: None,
                revocation: None,
                delivering: None,
                delivered: Vec::new(),
                undelivered: None,
                perhaps: Vec::new(),
                ending: false,
                hidden,
                to_revoke: false,
                token: Arc::new(token),
                keys,
                origin,
                number,
            }));
            number
        });
        tokio::spawn(Arc::clone(self).wipe_in_time(number));
    }

    /// Starts the countdown to the clearing of the clipboard, on which the token is, or may be, until then.
    fn count_down(self: &Arc<Self>, on_clipboard: impl FnOnce(Instant) -> OnClipboard) {
        let until = Instant::now() + self.times().clipboard;
        let number = self.change(|state| {
            let held = state.held()?;
            held.clipboard = on_clipboard(until);
            held.cleared_at = Some(until);
            Some(held.number)
        });
        let Some(number) = number else { return };
        let this = Arc::clone(self);
        tokio::spawn(async move {
            sleep_until(until).await;
            if this.with_held(|held| held.number == number && held.cleared_at == Some(until)) == Some(true) {
                // How it ended is in the view.
                let _ = this.clear_clipboard().await;
            }
        });
    }

    /// Clears the clipboard if the token may be on it. Where it was proven to be gone, it is looked for once more: there are
    /// programs that put back what they have kept.
    pub(super) async fn clear_what_may_be_there(&self) -> Result<(), Failure> {
        let (token, clipboard) = self.with_held(|held| (held.token(), held.clipboard.clone())).ok_or(NOTHING_HELD)?;
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
        if is_back { self.clear_in_turn().await } else { Ok(()) }
    }

    pub(super) async fn clear_in_turn(&self) -> Result<(), Failure> {
        let token = self.token()?;
        let cleared = self.on_clipboard(move |clipboard| clipboard.clear_if(&|text| token.is_copied_in(text))).await;
        if let (Ok(_), Some(wish)) = (&cleared, self.with_held(|held| held.origin.id)) {
            self.write_with(move |journal| journal.copy_gone(wish)).await;
        }
        let (now, outcome) = match cleared {
            Ok(Cleared::Gone) => (OnClipboard::Cleared, Ok(())),
            Ok(Cleared::Replaced) => (OnClipboard::Replaced, Ok(())),
            Err(problem) => (OnClipboard::StillThere(problem.clone()), Err(Failure::Clipboard(problem))),
        };
        self.set_clipboard(now);
        outcome
    }

    /// The token is about to be on the clipboard: should the app die, the next start knows it there and clears it.
    async fn mark_copy(&self, token: &Token) {
        if let (Some(wish), Some(mark)) = (self.with_held(|held| held.origin.id), token.mark()) {
            self.write_with(move |journal| journal.copied(wish, &mark)).await;
        }
    }

    async fn write_of_held(&self, event: Event) {
        if let Some(wish) = self.with_held(|held| held.origin.id) {
            self.write(wish, event).await;
        }
    }

    fn token(&self) -> Result<Arc<Token>, Failure> {
        self.with_held(Held::token).ok_or(NOTHING_HELD)
    }

    fn set_clipboard(&self, now: OnClipboard) {
        self.change(|state| {
            if let Some(held) = state.held() {
                held.clipboard = now;
                held.cleared_at = None;
            }
        });
    }

    /// Uses the clipboard away from the event loop, since another program may be slow to answer.
    async fn on_clipboard<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Clipboard) -> Result<T, ClipboardProblem> + Send + 'static,
    ) -> Result<T, ClipboardProblem> {
        let clipboard = Arc::clone(&self.clipboard);
        spawn_blocking(move || work(&*clipboard))
            .await
            .unwrap_or_else(|_| Err(ClipboardProblem::Unusable("it failed while it was used".to_owned())))
    }
}

pub(super) const NOTHING_HELD: Failure = Failure::NotNow("No token is held any more.");

impl State {
    pub(super) fn held(&mut self) -> Option<&mut Held> {
        match &mut self.stage {
            Stage::Held(held) => Some(held),
            _ => None,
        }
    }
}
