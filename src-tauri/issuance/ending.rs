//! How the token's life here ends: done, revoked, its time over, or the app's end.

use std::sync::Arc;

use tokio::time::{Instant, sleep_until};

use super::{
    Issuance, NoticeKind, OnClipboard, Revocation, Stage,
    held::{Held, NOTHING_HELD},
    journal::Step,
};
use crate::failure::Failure;

impl Issuance {
    /// Puts off the wiping by the whole time.
    pub fn keep_longer(&self) {
        let wiped_at = Instant::now() + self.times().held;
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
                (held.number, held.proven(), held.revocation.is_some(), told)
            })
            .ok_or(NOTHING_HELD)?;
        if revoking {
            return Err(Failure::NotNow("The key is being revoked; wait for the outcome."));
        }
        if !proven && !unproven {
            return Err(Failure::NotProven);
        }
        let to_revoke = |held: &Held| {
            (held.to_revoke && !proven).then(|| (held.key.clone(), Arc::clone(&held.keys), held.origin.clone()))
        };
        let to_revoke = self.with_held(to_revoke).flatten();
        let step = if to_revoke.is_some() { Step::Wiped } else { Step::Finished };
        // A clipboard that cannot be cleared is told once; pressing Done again goes on.
        let clipboard = self.let_go(number, told, step).await?.unwrap_or(OnClipboard::Untouched);
        if let Some((key, keys, origin)) = to_revoke {
            // A wish to revoke it that could not be fulfilled does not end with the dialog.
            self.note(NoticeKind::NotHandedOver, key.name.clone(), Some(key), &keys, origin);
        }
        Ok(clipboard)
    }

    /// Revokes the key whose token is held, and then wipes the token, which is worth nothing from then on.
    ///
    /// # Errors
    /// [`Failure::NotNow`]; else the call's: the token is then held still.
    pub async fn revoke_held(&self) -> Result<(), Failure> {
        let (number, keys, key, revocation) = self
            .change(|state| {
                let held = state.held().filter(|held| held.revocation.is_none())?;
                let revocation = held.revocation.insert(Revocation::begin()).clone();
                Some((held.number, Arc::clone(&held.keys), held.key.clone(), revocation))
            })
            .ok_or(NOTHING_HELD)?;
        let outcome = revocation.run(&keys, &key).await;
        self.change(|state| {
            if let Some(held) = state.held().filter(|held| held.number == number) {
                held.revocation = None;
                held.to_revoke = outcome.is_err();
            }
        });
        outcome.map_err(|failure| match failure {
            // Nobody can sign in anew while the token is held.
            Failure::SignInAgain => Failure::SignInOver,
            failure => failure,
        })?;
        // What might stay on the clipboard is a token that no longer works.
        self.let_go(number, true, Step::Revoked).await.map(|_| ())
    }

    /// Calls the revocation off, which leaves in doubt whether the key was revoked. Its token is held still.
    pub fn call_off_revocation(&self) {
        self.with_held(|held| held.revocation.as_ref().map(Revocation::call_off));
    }

    /// The app ends: the clipboard is cleared and the token wiped at once.
    pub async fn shut_down(&self) {
        if let Some((number, proven)) = self.with_held(|held| (held.number, held.proven())) {
            // Nobody is left to be told how it ended.
            let _ = self.let_go(number, true, wiped(proven)).await;
        }
    }

    /// Waits until a token nobody finished with is to be wiped. It can be put off, and waits for a revocation.
    pub(super) async fn wipe_in_time(self: Arc<Self>, number: u32) {
        let mut changes = self.changed.subscribe();
        loop {
            let Some((wiped_at, busy)) = self
                .with_held(|held| (held.number == number).then_some((held.wiped_at, held.revocation.is_some())))
                .flatten()
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
        let Some((proven, key, keys, origin)) = self
            .with_held(|held| {
                (held.number == number)
                    .then(|| (held.proven(), held.key.clone(), Arc::clone(&held.keys), held.origin.clone()))
            })
            .flatten()
        else {
            return;
        };
        let Ok(Some(clipboard)) = self.let_go(number, true, wiped(proven)).await else { return };
        if let OnClipboard::StillThere(problem) = clipboard {
            self.note(NoticeKind::OnClipboard(problem), key.name.clone(), Some(key.clone()), &keys, origin.clone());
        }
        if !proven {
            self.note(NoticeKind::NotHandedOver, key.name.clone(), Some(key), &keys, origin);
        }
    }

    /// Clears the clipboard if the token may be on it, then wipes the token: in one turn, so that no copy comes in
    /// between. The last one to hold the token wipes its memory. Tells where it stood on the clipboard; `None` where the
    /// token of this number is gone already, whatever else may be held by then.
    async fn let_go(&self, number: u32, even_if_still_there: bool, step: Step) -> Result<Option<OnClipboard>, Failure> {
        let _turn = self.clipboard_turn.lock().await;
        let Some((true, may_be_there, wish)) = self.with_held(|held| {
            let may_be_there = matches!(
                held.clipboard,
                OnClipboard::Live { .. } | OnClipboard::Unsure(_) | OnClipboard::StillThere(_)
            );
            (held.number == number, may_be_there, held.origin.id)
        }) else {
            return Ok(None);
        };
        if may_be_there
            && let Err(failure) = self.clear_in_turn().await
            && !even_if_still_there
        {
            return Err(failure);
        }
        self.write_step(wish, step).await;
        Ok(self.change(|state| match std::mem::take(&mut state.stage) {
            Stage::Held(held) => Some(held.clipboard),
            other => {
                state.stage = other;
                None
            }
        }))
    }
}

/// What a wiping means that nobody asked for.
fn wiped(proven: bool) -> Step {
    if proven { Step::Finished } else { Step::Wiped }
}
