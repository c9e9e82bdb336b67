//! Sessions that are renewed before they end: by signing again, without asking, while somebody is there.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;
use time::OffsetDateTime;
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

use super::{KnownAccount, Sessions, Stage};
use crate::{failure::Failure, key::KeyApi};

/// So long before its end a session is renewed, or sooner where it is a short one.
const AHEAD: Duration = Duration::from_secs(5 * 60);

/// A renewal that failed is tried again after this.
const UNTIL_NEXT_TRY: Duration = Duration::from_secs(20);

/// So much at least is between two renewals, where it is not known for how long a session is good.
const BETWEEN: Duration = Duration::from_secs(60);

fn pause_after(life: Duration) -> Duration {
    if life.is_zero() { BETWEEN } else { life * 3 / 5 }
}

/// How long nobody needs to do anything before sessions are left to end.
const IDLE: Duration = Duration::from_secs(30 * 60);

/// Whether somebody is there, for whom a session may be renewed.
pub(super) struct Attendance {
    state: Mutex<Presence>,
    /// Somebody has come back.
    back: Notify,
    /// One renewal at a time.
    turn: tokio::sync::Mutex<()>,
}

struct Presence {
    locked: bool,
    last_act: Instant,
    idle: Duration,
}

impl Default for Attendance {
    fn default() -> Self {
        let presence = Presence { locked: false, last_act: Instant::now(), idle: IDLE };
        Self { state: Mutex::new(presence), back: Notify::new(), turn: tokio::sync::Mutex::default() }
    }
}

impl Presence {
    fn is_there(&self) -> bool {
        !self.locked && self.last_act.elapsed() < self.idle
    }
}

/// Whether trying again by itself would come to the same: what is done by a person is tried then.
fn is_final(failure: &Failure) -> bool {
    matches!(failure, Failure::Credential(_) | Failure::PrivateKey(_) | Failure::KeyringEmpty)
}

impl Sessions {
    /// The computer's session was locked, or somebody is there. No session is renewed behind a lock, and no
    /// connection is kept.
    pub fn set_locked(&self, locked: bool) {
        let mut state = self.attendance.state.lock();
        let was_there = state.is_there();
        state.locked = locked;
        if !locked {
            state.last_act = Instant::now();
        }
        drop(state);
        if locked {
            self.accounts().iter().filter_map(|known| known.signer.as_ref()).for_each(|signer| signer.lock());
            self.close_kept();
        }
        if !locked && !was_there {
            self.attendance.back.notify_one();
        }
    }

    /// Whether somebody is there, for whom a session may be renewed.
    pub(super) fn is_attended(&self) -> bool {
        self.attendance.state.lock().is_there()
    }

    /// After how long without anybody doing anything no session is renewed.
    pub fn set_idle(&self, idle: Duration) {
        self.attendance.state.lock().idle = idle;
        self.attendance.back.notify_one();
    }

    /// Renews the session of the account in use before it ends, for as long as the app runs.
    pub async fn keep_renewed(self: Arc<Self>) {
        let mut changes = self.changed.subscribe();
        let mut not_before = Instant::now();
        loop {
            let Some((known, due)) = self.next_renewal() else {
                if changes.changed().await.is_err() {
                    return;
                }
                continue;
            };
            let now = Instant::now();
            let wait = due.max(not_before).saturating_duration_since(now);
            tokio::select! {
                () = sleep(wait) => {}
                changed = changes.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => return,
                },
            }
            if !self.is_attended() {
                self.attendance.back.notified().await;
                continue;
            }
            let renewed = self.renew_now(&known).await;
            // Whatever a server or a clock says of the end of its sessions.
            let pause = if renewed.is_ok() { pause_after(known.life) } else { UNTIL_NEXT_TRY };
            not_before = Instant::now() + pause;
        }
    }

    /// The account in use, and when its session is to be renewed; `None` where it cannot be, or no end of it is known.
    fn next_renewal(&self) -> Option<(KnownAccount, Instant)> {
        let state = self.state.lock();
        let Stage::SignedIn { id, .. } = &state.stage else { return None };
        let known = state.accounts.iter().find(|known| known.at.account.id == *id)?;
        known.signer.as_ref()?;
        if known.unrenewed.as_ref().is_some_and(is_final) {
            return None;
        }
        let expires = known.at.account.expires?;
        // By the clock of whoever set the end: a computer that slept has missed some of it.
        let now = OffsetDateTime::now_utc() + known.access.clock_ahead().unwrap_or_default();
        let left = Duration::try_from(expires - now).unwrap_or_default();
        let ahead = AHEAD.min(known.life / 5);
        let by_clock = Instant::now() + left.saturating_sub(ahead);
        let due = if known.life.is_zero() { by_clock } else { by_clock.min(known.began + known.life - ahead) };
        Some((known.clone(), due))
    }

    /// Signs in again for the same account. Why that could not be done stands in the session meanwhile.
    ///
    /// # Errors
    /// [`Failure::SignInAgain`] where the account has no credential; else why, of which [`Failure::Credential`] is for good.
    pub(super) async fn renew_now(self: &Arc<Self>, known: &KnownAccount) -> Result<(), Failure> {
        let signer = known.signer.as_ref().ok_or(Failure::SignInAgain)?;
        let _turn = self.attendance.turn.lock().await;
        let renewed = self.log_in(&known.at.base, signer).await;
        let id = &known.at.account.id;
        match renewed {
            Ok((session, token)) => {
                // Signed out meanwhile, or switched away from: what nobody uses is in memory no more.
                let is_wanted = self.change(|state| {
                    let is_wanted = state.is_in_use(id);
                    if is_wanted {
                        known.access.open(&known.at.account.label(), session, None);
                    }
                    is_wanted
                });
                if is_wanted {
                    self.describe(id, &token);
                }
                Ok(())
            }
            Err(failure) => {
                self.change(|state| {
                    if let Some(known) = state.accounts.iter_mut().find(|known| known.at.account.id == *id) {
                        known.unrenewed = Some(failure.clone());
                    }
                });
                Err(failure)
            }
        }
    }
}
