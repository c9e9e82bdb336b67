//! The one-time token while it is held: copy, show, check, done, and the time limits.

use std::sync::Arc;

use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep_until},
};

use super::{Issuance, NoticeKind, Stage, State, notice::revoke};
use crate::{
    clipboard::{Cleared, Clipboard},
    failure::{ClipboardProblem, Failure},
    jwt::{self, Facts},
    key::{Key, Keys},
    token::Token,
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
    /// Until when the token's own window is open.
    pub shown_until: Option<Instant>,
    /// How the last check ended.
    pub check: Option<Check>,
    /// The key is being revoked.
    pub revoking: bool,
    token: Arc<Token>,
    keys: Arc<dyn Keys>,
    number: u32,
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

impl Held {
    /// Whether the token is proven to be in a vault.
    #[must_use]
    pub fn proven(&self) -> bool {
        self.check == Some(Check::Stored)
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
        let put = self.on_clipboard(move |clipboard| clipboard.put(&token)).await;
        match put {
            Ok(()) => {
                self.count_down(true);
                Ok(())
            }
            Err(problem) => {
                self.set_clipboard(OnClipboard::Unsure(problem.clone()));
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
                } else if token.equals(text.trim()) {
                    Check::WhiteSpace
                } else {
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
            // Whoever put it there, it is a copy of a secret that is in its vault: it goes as our own does.
            self.count_down(false);
        }
        Ok(())
    }

    /// Lets the token be shown for a while in a window of its own, which whoever draws the windows opens and closes.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where none is held.
    pub fn show(self: &Arc<Self>) -> Result<(), Failure> {
        let until = Instant::now() + self.times.shown;
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

    /// Puts off the wiping by the whole time.
    pub fn keep_longer(&self) {
        let wiped_at = Instant::now() + self.times.held;
        self.change(|state| {
            if let Some(held) = state.held() {
                held.wiped_at = wiped_at;
            }
        });
    }

    /// Done: clears the clipboard if the token is on it, and wipes the token. Tells how the clipboard ended.
    ///
    /// # Errors
    /// [`Failure::NotProven`] without a proof, unless the person says so; [`Failure::NotNow`] while it is being revoked;
    /// [`Failure::Clipboard`], once, where the token cannot be cleared from the clipboard.
    pub async fn finish(&self, unproven: bool) -> Result<OnClipboard, Failure> {
        let (proven, revoking, told) = self
            .with_held(|held| {
                let told = matches!(held.clipboard, OnClipboard::StillThere(_));
                (held.proven(), held.revoking, told)
            })
            .ok_or(NOTHING_HELD)?;
        if revoking {
            return Err(Failure::NotNow("The key is being revoked; wait for the outcome."));
        }
        if !proven && !unproven {
            return Err(Failure::NotProven);
        }
        // A clipboard that cannot be cleared is told once; pressing Done again goes on.
        Ok(self.let_go(told).await?.unwrap_or(OnClipboard::Untouched))
    }

    /// Revokes the key whose token is held, and then wipes the token, which is worth nothing from then on.
    ///
    /// # Errors
    /// [`Failure::NotNow`]; else the call's: the token is then held still.
    pub async fn revoke_held(&self) -> Result<(), Failure> {
        let (keys, key) = self
            .change(|state| {
                let held = state.held().filter(|held| !held.revoking)?;
                held.revoking = true;
                Some((Arc::clone(&held.keys), held.key.clone()))
            })
            .ok_or(NOTHING_HELD)?;
        let outcome = revoke(&keys, &key).await;
        self.change(|state| {
            if let Some(held) = state.held() {
                held.revoking = false;
            }
        });
        outcome?;
        // What might stay on the clipboard is a token that no longer works.
        self.let_go(true).await.map(|_| ())
    }

    /// The app ends: the clipboard is cleared and the token wiped at once.
    pub async fn shut_down(&self) {
        // Nobody is left to be told how it ended.
        let _ = self.let_go(true).await;
    }

    pub(super) fn hold(self: &Arc<Self>, keys: Arc<dyn Keys>, key: Key, token: Token) {
        let facts = jwt::read(token.open("tell what it says of itself, where it says so"));
        let number = self.change(|state| {
            let number = state.count();
            state.stage = Stage::Held(Box::new(Held {
                key,
                token_length: token.length(),
                facts,
                wiped_at: Instant::now() + self.times.held,
                clipboard: OnClipboard::Untouched,
                shown_until: None,
                check: None,
                revoking: false,
                token: Arc::new(token),
                keys,
                number,
            }));
            number
        });
        tokio::spawn(Arc::clone(self).wipe_in_time(number));
    }

    /// Waits until a token nobody finished with is to be wiped. It can be put off, and waits for a revocation.
    async fn wipe_in_time(self: Arc<Self>, number: u32) {
        let mut changes = self.changed.subscribe();
        loop {
            let Some((wiped_at, busy)) =
                self.with_held(|held| (held.number == number).then_some((held.wiped_at, held.revoking))).flatten()
            else {
                return;
            };
            if wiped_at <= Instant::now() && !busy {
                break;
            }
            tokio::select! {
                () = sleep_until(wiped_at), if !busy => {}
                changed = changes.changed() => if changed.is_err() { return },
            }
        }
        let Some((proven, key, keys)) = self
            .with_held(|held| {
                (held.number == number).then(|| (held.proven(), held.key.clone(), Arc::clone(&held.keys)))
            })
            .flatten()
        else {
            return;
        };
        let gone = self.let_go(true).await;
        if !proven && matches!(gone, Ok(Some(_))) {
            self.note(NoticeKind::NotHandedOver, key.name.clone(), Some(key), &keys);
        }
    }

    /// Starts the countdown to the clearing of the clipboard.
    fn count_down(self: &Arc<Self>, own: bool) {
        let until = Instant::now() + self.times.clipboard;
        self.set_clipboard(OnClipboard::Live { until, own });
        let this = Arc::clone(self);
        tokio::spawn(async move {
            sleep_until(until).await;
            let mine = OnClipboard::Live { until, own };
            if this.with_held(|held| held.clipboard == mine) == Some(true) {
                // How it ended is in the view.
                let _ = this.clear_clipboard().await;
            }
        });
    }

    /// Clears the clipboard if the token may be on it, then wipes the token: in one turn, so that no copy comes in
    /// between. The last one to hold the token wipes its memory. Tells where it stood on the clipboard.
    async fn let_go(&self, even_if_still_there: bool) -> Result<Option<OnClipboard>, Failure> {
        let _turn = self.clipboard_turn.lock().await;
        let may_be_there = self.with_held(|held| {
            matches!(held.clipboard, OnClipboard::Live { .. } | OnClipboard::Unsure(_) | OnClipboard::StillThere(_))
        });
        if may_be_there == Some(true)
            && let Err(failure) = self.clear_in_turn().await
            && !even_if_still_there
        {
            return Err(failure);
        }
        Ok(self.change(|state| match std::mem::take(&mut state.stage) {
            Stage::Held(held) => Some(held.clipboard),
            other => {
                state.stage = other;
                None
            }
        }))
    }

    async fn clear_in_turn(&self) -> Result<(), Failure> {
        let token = self.token()?;
        let cleared = self.on_clipboard(move |clipboard| clipboard.clear_if(&|text| token.equals(text))).await;
        let (now, outcome) = match cleared {
            Ok(Cleared::Gone) => (OnClipboard::Cleared, Ok(())),
            Ok(Cleared::Replaced) => (OnClipboard::Replaced, Ok(())),
            Err(problem) => (OnClipboard::StillThere(problem.clone()), Err(Failure::Clipboard(problem))),
        };
        self.set_clipboard(now);
        outcome
    }

    fn token(&self) -> Result<Arc<Token>, Failure> {
        self.with_held(|held| Arc::clone(&held.token)).ok_or(NOTHING_HELD)
    }

    fn set_clipboard(&self, now: OnClipboard) {
        self.change(|state| {
            if let Some(held) = state.held() {
                held.clipboard = now;
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

const NOTHING_HELD: Failure = Failure::NotNow("No token is held any more.");

impl State {
    fn held(&mut self) -> Option<&mut Held> {
        match &mut self.stage {
            Stage::Held(held) => Some(held),
            _ => None,
        }
    }
}
