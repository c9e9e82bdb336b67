//! How the token's life here ends: done, revoked, its time over, or the app's end.

use std::sync::Arc;

use time::OffsetDateTime;
use tokio::time::{Instant, sleep_until, timeout};

use super::{
    HeldId, Issuance, NoticeKind, OnClipboard, Revocation, Stage,
    delivering::AT_THE_END,
    held_secret::{Activity, Course, Held},
};
use crate::{
    failure::{Failure, NotNow},
    journal::{Event, Origin},
    key::{Key, KeyApi},
};

impl Issuance {
    /// Puts off the wiping by the whole time.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not held any more.
    pub fn extend_hold(&self, id: HeldId) -> Result<(), Failure> {
        let wiped_at = Instant::now() + self.times().held;
        self.change_held(id, |held| held.wiped_at = wiped_at)
    }

    /// Done: clears the clipboard if the token is on it, and wipes the token. Tells how the clipboard ended.
    ///
    /// # Errors
    /// [`Failure::NotProven`] without a proof, which is the question whether it is in a vault all the same, unless the person
    /// was asked and has had the time to read that; [`Failure::NeverLeft`] where it can be in none; [`Failure::NotNow`] where
    /// it is not held any more, or while it is being revoked; [`Failure::Clipboard`], once, where the token cannot be cleared
    /// from the clipboard. A delivery is waited for, and
    /// trying out is called off.
    pub async fn finish(self: &Arc<Self>, id: HeldId, unproven: bool) -> Result<OnClipboard, Failure> {
        self.after_delivery(id).await;
        self.give_up_trying(id).await;
        let (proven, revoking, told) = self.read_held(id, |held| {
            let told = matches!(held.clipboard, OnClipboard::StillThere(_));
            (held.proven(), held.revocation().is_some(), told)
        })?;
        if revoking {
            return Err(REVOKING);
        }
        if !proven {
            self.change_held(id, |held| held.said_to_be_in_a_vault(unproven))??;
        }
        // A revocation that was asked for and not confirmed does not end with the dialog.
        let event = |held: &Held| held.wiped(proven || held.course != Course::ToRevoke);
        // A clipboard that cannot be cleared is told once; pressing Done again goes on.
        let left = self.let_go(id, End::Done, told, event).await?;
        Ok(self.note_left(left).unwrap_or(OnClipboard::Untouched))
    }

    /// Revokes the key whose token is held, and then wipes the token, which is worth nothing from then on.
    ///
    /// # Errors
    /// [`Failure::NotNow`]; else the call's: the token is then held still.
    pub async fn revoke_held(self: &Arc<Self>, id: HeldId) -> Result<(), Failure> {
        let (keys, key, base, revocation) = self.change_held(id, |held| {
            if !matches!(held.activity, Activity::None) {
                return Err(Failure::NotNow(NotNow::KeyBusy));
            }
            let revocation = Revocation::begin();
            held.activity = Activity::Revoking(revocation.clone());
            Ok((Arc::clone(&held.keys), held.key.clone(), held.owner().base.clone(), revocation))
        })??;
        let outcome = revocation.run(&keys, &key).await;
        if outcome.is_err() {
            let _ = self.change_held(id, |held| {
                held.course = Course::ToRevoke;
                if held.revocation().is_some() {
                    held.activity = Activity::None;
                }
            });
        }
        outcome.map_err(|failure| match failure {
            // Nobody can sign in anew while the token is held.
            Failure::SignInAgain => Failure::SignInOver,
            failure => failure,
        })?;
        // What might stay on the clipboard is a token that no longer works.
        let left = self.let_go(id, End::Revoked, true, |_| Event::Revoked).await?;
        if left.is_none() {
            // It was let go as the app ends. What Dfns has confirmed is written down all the same.
            self.revoked(&base, &key.id).await;
        }
        Ok(())
    }

    /// Calls the revocation off, which leaves in doubt whether the key was revoked. Its token is held still.
    pub fn call_off_revocation(&self) {
        self.with_held(|held| held.revocation().map(Revocation::call_off));
    }

    /// The app ends: a delivery is called off, the clipboard is cleared and the token wiped at once.
    pub async fn shut_down(self: &Arc<Self>) {
        let Some(id) = self.held() else { return self.end_clearings().await };
        self.give_up_delivery(id).await;
        // Whatever hangs must not keep the app.
        let _ = timeout(AT_THE_END, self.give_up_trying(id)).await;
        // Nobody is left to be told how it ended. What hangs still is not waited for.
        let event = |held: &Held| held.wiped(held.proven());
        let left = self.let_go(id, End::OfTheApp, true, event).await;
        self.note_left(left.ok().flatten());
        self.end_clearings().await;
    }

    /// Waits until a token nobody finished with is to be wiped. It can be put off, and waits for a revocation and a
    /// delivery, also for one that begins while this waits for its turn. Trying out is called off.
    pub(super) async fn wipe_in_time(self: Arc<Self>, id: HeldId) {
        let mut changes = self.changed.subscribe();
        loop {
            let Ok((wiped_at, busy)) = self.read_held(id, |held| (held.wiped_at, held.is_busy())) else { return };
            if busy || wiped_at > Instant::now() {
                tokio::select! {
                    () = sleep_until(wiped_at), if !busy => {}
                    changed = changes.changed() => if changed.is_err() { return },
                }
                continue;
            }
            self.give_up_trying(id).await;
            let event = |held: &Held| held.wiped(held.proven());
            match self.let_go(id, End::OfItsTime, true, event).await {
                // Something began, or it was put off: that comes to its end first.
                Err(_) => continue,
                Ok(left) => {
                    self.note_left(left);
                    return;
                }
            }
        }
    }

    /// Notes what is left to do once a token is gone: to revoke the key, unless it is in a vault; or else the key that it
    /// replaces. Tells where the token stood on the clipboard.
    fn note_left(&self, left: Option<Left>) -> Option<OnClipboard> {
        let Left { clipboard, event, key, keys, origin, kept, perhaps_in } = left?;
        match (event, origin.intent.replaces.clone()) {
            (Event::Wiped, _) => self.note(NoticeKind::unproven(key, kept, perhaps_in), &keys, origin),
            (_, Some(old)) => self.note(NoticeKind::OldToRevoke(old), &keys, origin),
            _ => {}
        }
        Some(clipboard)
    }

    /// Clears the clipboard if the token may be on it, then wipes the token: in one turn, so that no copy comes in
    /// between. The last one to hold the token wipes its memory. `None` where it is gone already, whatever else may be held
    /// by then.
    ///
    /// What may have begun while the turn was waited for is looked at once it is there: an end of its time that is not due
    /// any more, or a delivery or revocation that has to come to its own end, is refused.
    async fn let_go(
        self: &Arc<Self>,
        id: HeldId,
        end: End,
        even_if_still_there: bool,
        event: impl Fn(&Held) -> Event,
    ) -> Result<Option<Left>, Failure> {
        let _turn = self.clipboard_turn.lock().await;
        let refused = |why| Some(Err(Failure::NotNow(why)));
        let begun = self.change(|state| {
            let held = state.held().filter(|held| held.id == id)?;
            match (end, &held.activity) {
                (End::OfItsTime, _) if held.wiped_at > Instant::now() => return refused(NotNow::PutOff),
                (End::OfItsTime | End::Done, Activity::Delivering(_)) => return refused(NotNow::Delivering),
                (End::OfItsTime | End::Done, Activity::Revoking(_)) => return refused(NotNow::Revoking),
                (End::OfItsTime | End::Done, Activity::TryingOut(_)) => return refused(NotNow::TryingOut),
                (End::Revoked, Activity::Revoking(_)) => {}
                // As the app ends, nothing is waited for any more.
                (End::OfTheApp | End::Revoked, _) | (_, Activity::None | Activity::Ending) => {
                    held.activity = Activity::Ending;
                }
            }
            Some(Ok((event(held), held.origin.id)))
        });
        let Some((event, intent)) = begun.transpose()? else { return Ok(None) };
        if let Err(failure) = self.clear_what_may_be_there().await
            && !even_if_still_there
        {
            let _ = self.change_held(id, |held| held.activity = Activity::None);
            return Err(failure);
        }
        self.write(intent, event).await;
        let left = self.change(|state| match std::mem::take(&mut state.stage) {
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
        });
        if end != End::OfTheApp {
            self.leave_clearing(intent, end == End::Revoked);
        }
        Ok(left)
    }
}

/// How a token's life here ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum End {
    Done,
    Revoked,
    /// Nobody finished with it.
    OfItsTime,
    OfTheApp,
}

pub(super) const REVOKING: Failure = Failure::NotNow(NotNow::Revoking);

/// What is left of a key's holding once its token is wiped.
struct Left {
    clipboard: OnClipboard,
    event: Event,
    key: Key,
    keys: Arc<dyn KeyApi>,
    origin: Origin,
    /// Where its token is for a time, and until when.
    kept: Option<(String, OffsetDateTime)>,
    /// Where its token may be.
    perhaps_in: Option<String>,
}
