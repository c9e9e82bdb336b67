//! How the token's life here ends: done, revoked, its time over, or the app's end.

use std::sync::Arc;

use tokio::time::{Instant, sleep_until};

use super::{Issuance, NoticeKind, OnClipboard, Stage, held::NOTHING_HELD, notice::revoke};
use crate::failure::Failure;

impl Issuance {
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
        let (number, proven, revoking, told) = self
            .with_held(|held| {
                let told = matches!(held.clipboard, OnClipboard::StillThere(_));
                (held.number, held.proven(), held.revoking, told)
            })
            .ok_or(NOTHING_HELD)?;
        if revoking {
            return Err(Failure::NotNow("The key is being revoked; wait for the outcome."));
        }
        if !proven && !unproven {
            return Err(Failure::NotProven);
        }
        // A clipboard that cannot be cleared is told once; pressing Done again goes on.
        Ok(self.let_go(number, told).await?.unwrap_or(OnClipboard::Untouched))
    }

    /// Revokes the key whose token is held, and then wipes the token, which is worth nothing from then on.
    ///
    /// # Errors
    /// [`Failure::NotNow`]; else the call's: the token is then held still.
    pub async fn revoke_held(&self) -> Result<(), Failure> {
        let (number, keys, key) = self
            .change(|state| {
                let held = state.held().filter(|held| !held.revoking)?;
                held.revoking = true;
                Some((held.number, Arc::clone(&held.keys), held.key.clone()))
            })
            .ok_or(NOTHING_HELD)?;
        let outcome = revoke(&keys, &key).await;
        self.change(|state| {
            if let Some(held) = state.held().filter(|held| held.number == number) {
                held.revoking = false;
            }
        });
        outcome?;
        // What might stay on the clipboard is a token that no longer works.
        self.let_go(number, true).await.map(|_| ())
    }

    /// The app ends: the clipboard is cleared and the token wiped at once.
    pub async fn shut_down(&self) {
        if let Some(number) = self.with_held(|held| held.number) {
            // Nobody is left to be told how it ended.
            let _ = self.let_go(number, true).await;
        }
    }

    /// Waits until a token nobody finished with is to be wiped. It can be put off, and waits for a revocation.
    pub(super) async fn wipe_in_time(self: Arc<Self>, number: u32) {
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
        let Ok(Some(clipboard)) = self.let_go(number, true).await else { return };
        if let OnClipboard::StillThere(problem) = clipboard {
            self.note(NoticeKind::OnClipboard(problem), key.name.clone(), Some(key.clone()), &keys);
        }
        if !proven {
            self.note(NoticeKind::NotHandedOver, key.name.clone(), Some(key), &keys);
        }
    }

    /// Clears the clipboard if the token may be on it, then wipes the token: in one turn, so that no copy comes in
    /// between. The last one to hold the token wipes its memory. Tells where it stood on the clipboard; `None` where the
    /// token of this number is gone already, whatever else may be held by then.
    async fn let_go(&self, number: u32, even_if_still_there: bool) -> Result<Option<OnClipboard>, Failure> {
        let _turn = self.clipboard_turn.lock().await;
        let Some((true, may_be_there)) = self.with_held(|held| {
            let may_be_there = matches!(
                held.clipboard,
                OnClipboard::Live { .. } | OnClipboard::Unsure(_) | OnClipboard::StillThere(_)
            );
            (held.number == number, may_be_there)
        }) else {
            return Ok(None);
        };
        if may_be_there
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
}
