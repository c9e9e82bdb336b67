//! How the token's life here ends: done, revoked, its time over, or the app's end.

use std::sync::Arc;

use time::OffsetDateTime;
use tokio::time::{Instant, sleep_until};

use super::{
    Issuance, NoticeKind, OnClipboard, Revocation, Stage,
    held::{Held, NOTHING_HELD},
    journal::{Event, Origin},
};
use crate::{
    failure::Failure,
    key::{Key, Keys},
};

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
    /// [`Failure::Clipboard`], once, where the token cannot be cleared from the clipboard. A delivery is waited for.
    pub async fn finish(&self, unproven: bool) -> Result<OnClipboard, Failure> {
        self.after_delivery().await;
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
        // A wish to revoke it that could not be fulfilled does not end with the dialog.
        let in_vault = |held: &Held| proven || !held.to_revoke;
        // A clipboard that cannot be cleared is told once; pressing Done again goes on.
        Ok(self.let_go(number, told, in_vault).await?.unwrap_or(OnClipboard::Untouched))
    }

    /// Revokes the key whose token is held, and then wipes the token, which is worth nothing from then on.
    ///
    /// # Errors
    /// [`Failure::NotNow`]; else the call's: the token is then held still.
    pub async fn revoke_held(&self) -> Result<(), Failure> {
        let (number, keys, key, revocation) = self
            .change(|state| {
                let held = state.held().filter(|held| held.revocation.is_none() && held.delivering.is_none())?;
                let revocation = held.revocation.insert(Revocation::begin()).clone();
                Some((held.number, Arc::clone(&held.keys), held.key.clone(), revocation))
            })
            .ok_or(Failure::NotNow("Wait for what is under way with this key."))?;
        let outcome = revocation.run(&keys, &key).await;
        self.change(|state| {
            if let Some(held) = state.held().filter(|held| held.number == number) {
                held.revocation = None;
                held.to_revoke = outcome.is_err();
                held.hidden &= outcome.is_ok();
            }
        });
        outcome.map_err(|failure| match failure {
            // Nobody can sign in anew while the token is held.
            Failure::SignInAgain => Failure::SignInOver,
            failure => failure,
        })?;
        // What might stay on the clipboard is a token that no longer works.
        self.let_go_as(number, true, |_| Event::Revoked).await.map(|_| ())
    }

    /// Calls the revocation off, which leaves in doubt whether the key was revoked. Its token is held still.
    pub fn call_off_revocation(&self) {
        self.with_held(|held| held.revocation.as_ref().map(Revocation::call_off));
    }

    /// The app ends: a delivery is called off, the clipboard is cleared and the token wiped at once.
    pub async fn shut_down(&self) {
        self.give_up_delivery().await;
        if let Some(number) = self.with_held(|held| held.number) {
            // Nobody is left to be told how it ended.
            // What hangs still is not waited for.
            self.change(|state| state.held().map(|held| held.delivering = None));
            let _ = self.let_go(number, true, Held::proven).await;
        }
    }

    /// Waits until a token nobody finished with is to be wiped. It can be put off, and waits for a revocation and a
    /// delivery.
    pub(super) async fn wipe_in_time(self: Arc<Self>, number: u32) {
        let mut changes = self.changed.subscribe();
        loop {
            let Some((wiped_at, busy)) =
                self.with_held(|held| (held.number == number).then_some((held.wiped_at, held.is_busy()))).flatten()
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
        let Some((key, keys, origin)) = self
            .with_held(|held| {
                (held.number == number).then(|| (held.key.clone(), Arc::clone(&held.keys), held.origin.clone()))
            })
            .flatten()
        else {
            return;
        };
        if let Ok(Some(OnClipboard::StillThere(problem))) = self.let_go(number, true, Held::proven).await {
            self.note(NoticeKind::OnClipboard(problem), key.name.clone(), Some(key), &keys, origin);
        }
    }

    /// Lets the token go, and notes what is left to do: to revoke the key, unless it is in a vault; or else the key that
    /// it replaces. Tells where the token stood on the clipboard, as [`Issuance::let_go_as`] does.
    async fn let_go(
        &self,
        number: u32,
        even_if_still_there: bool,
        in_vault: impl Fn(&Held) -> bool,
    ) -> Result<Option<OnClipboard>, Failure> {
        let event = |held: &Held| held.wiped(in_vault(held));
        let Some(Left { clipboard, event, key, keys, origin, kept, perhaps_in }) =
            self.let_go_as(number, even_if_still_there, event).await?
        else {
            return Ok(None);
        };
        match (event, origin.wish.replaces.clone()) {
            (Event::Wiped, _) => {
                self.note(NoticeKind::unproven(kept, perhaps_in), key.name.clone(), Some(key), &keys, origin);
            }
            (_, Some(old)) => self.note(NoticeKind::OldToRevoke, old.name.clone(), Some(old), &keys, origin),
            _ => {}
        }
        Ok(Some(clipboard))
    }

    /// Clears the clipboard if the token may be on it, then wipes the token: in one turn, so that no copy comes in
    /// between. The last one to hold the token wipes its memory. `None` where the token of this number is gone already,
    /// whatever else may be held by then.
    async fn let_go_as(
        &self,
        number: u32,
        even_if_still_there: bool,
        event: impl Fn(&Held) -> Event,
    ) -> Result<Option<Left>, Failure> {
        let _turn = self.clipboard_turn.lock().await;
        let begun = self.change(|state| {
            let held = state.held().filter(|held| held.number == number)?;
            if held.delivering.is_some() {
                return Some(Err(Failure::NotNow("The token is being delivered; wait for the outcome.")));
            }
            held.ending = true;
            Some(Ok((event(held), held.origin.id)))
        });
        let Some((event, wish)) = begun.transpose()? else { return Ok(None) };
        if let Err(failure) = self.clear_what_may_be_there().await
            && !even_if_still_there
        {
            self.change(|state| state.held().map(|held| held.ending = false));
            return Err(failure);
        }
        self.write(wish, event).await;
        Ok(self.change(|state| match std::mem::take(&mut state.stage) {
            Stage::Held(held) => {
                let kept = held.kept_for_a_time().map(|(place, until)| (place.to_string(), until));
                let perhaps_in = held.perhaps_in().map(ToString::to_string);
                let Held { clipboard, key, keys, origin, .. } = *held;
                Some(Left { clipboard, event, key, keys, origin, kept, perhaps_in })
            }
            other => {
                state.stage = other;
                None
            }
        }))
    }
}

/// What is left of a key's holding once its token is wiped.
struct Left {
    clipboard: OnClipboard,
    event: Event,
    key: Key,
    keys: Arc<dyn Keys>,
    origin: Origin,
    /// Where its token is for a time, and until when.
    kept: Option<(String, OffsetDateTime)>,
    /// Where its token may be.
    perhaps_in: Option<String>,
}
