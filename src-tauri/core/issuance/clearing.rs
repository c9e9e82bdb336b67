//! What was copied, once it is cleared: watched until nobody puts it back, and tried again where it does not go, also after
//! the token itself is gone.

use std::{sync::Arc, time::Duration};

use tokio::time::sleep;

use super::{HeldId, Issuance, NoticeKind, OnClipboard, Stage, State};
use crate::{
    bundle,
    clipboard::{self, AT_THE_END, Cleared, Clipboard, QUIET, Watch, off_the_loop},
    credential::SaltedFingerprints,
    failure::ClipboardProblem,
    journal::{IntentId, Origin},
    key::{Key, KeyApi, KeyId},
};

/// Until the next try where it could not be cleared, and the longest.
pub(super) const RETRY: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(60);

/// How long it is watched in one go, while a token is held that was copied once, and what is between two.
const WATCH: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_secs(1);

/// A copy that is being cleared. It is known by its mark alone: the token may be gone.
pub(super) struct Clearing {
    /// Names it: one that was begun anew is another.
    number: u32,
    salted: SaltedFingerprints,
    /// Whether it was there when it was to be cleared.
    found: Cleared,
    /// Why it could not be cleared, the last time.
    failed: Option<ClipboardProblem>,
    /// Where that is told, once the token is gone.
    notice: Option<u32>,
    /// The token works no more: where its copy is matters to nobody.
    worthless: bool,
    key: Key,
    keys: Arc<dyn KeyApi>,
    origin: Origin,
}

impl Issuance {
    /// Waits until the copies of this key's token are gone from the clipboard for good, or it is known why they are not.
    pub async fn cleared(&self, key: &KeyId) -> Result<(), ClipboardProblem> {
        let mut changes = self.changed.subscribe();
        loop {
            let now =
                self.state.lock().clearings.values().find(|each| each.key.id == *key).map(|each| each.failed.clone());
            match now {
                None => return Ok(()),
                Some(Some(problem)) => return Err(problem),
                Some(None) if changes.changed().await.is_err() => return Ok(()),
                Some(None) => {}
            }
        }
    }

    /// The held token was cleared just now, or was not there, or could not be cleared: it is watched over from now on.
    pub(super) fn begin_clearing(
        self: &Arc<Self>,
        id: HeldId,
        salted: SaltedFingerprints,
        cleared: Result<Cleared, ClipboardProblem>,
    ) {
        let begun = self.change(|state| {
            let number = state.count();
            let held = state.held().filter(|held| held.id == id)?;
            let (key, keys, origin) = (held.key.clone(), Arc::clone(&held.keys), held.origin.clone());
            let intent = origin.id;
            let (found, failed) = (cleared.clone().unwrap_or(Cleared::Gone), cleared.err());
            let clearing =
                Clearing { number, salted, found, failed, notice: None, worthless: false, key, keys, origin };
            state.clearings.insert(intent, clearing);
            Some((intent, number))
        });
        if let Some((intent, number)) = begun {
            tokio::spawn(Arc::clone(self).keep_at_it(intent, number));
        }
    }

    /// It is copied anew: that is no putting back.
    pub(super) fn copied_anew(&self, id: HeldId) {
        let Some(intent) = self.intent_of(id) else { return };
        let mut state = self.state.lock();
        state.clearings.remove(&intent);
        state.watched = None;
    }

    /// The token is gone, and its copy may not be: that needs attention, unless it is worth nothing.
    pub(super) fn leave_clearing(&self, intent: IntentId, worthless: bool) {
        self.change(|state| {
            let Some(clearing) = state.clearings.get_mut(&intent) else { return };
            clearing.worthless = worthless;
            if let Some(problem) = clearing.failed.clone() {
                state.note_clearing(intent, problem);
            }
        });
    }

    /// The app ends: what was cleared a moment ago is looked for once more.
    pub(super) async fn end_clearings(&self) {
        let open: Vec<(IntentId, SaltedFingerprints)> =
            self.change(|state| state.clearings.drain().map(|(intent, each)| (intent, each.salted)).collect());
        for (intent, salted) in open {
            let cleared = off_the_loop(&self.clipboard, move |clipboard| {
                let is_secret = |text: &str| salted.is_of(text);
                clipboard::keep_clear(
                    clipboard,
                    &Watch { is_secret: &is_secret, within: AT_THE_END, is_wanted: &|| true },
                )
            })
            .await;
            if cleared.is_ok() {
                self.write_with(move |journal| journal.copy_gone(intent)).await;
            }
        }
    }

    async fn keep_at_it(self: Arc<Self>, intent: IntentId, number: u32) {
        let mut wait = RETRY;
        loop {
            let Some((salted, found, failed)) = self.is_current(intent, number) else { return };
            if failed {
                self.until_next_try(&mut wait).await;
            }
            let this = Arc::clone(&self);
            let cleared = off_the_loop(&self.clipboard, move |clipboard| {
                let is_wanted = || this.is_current(intent, number).is_some();
                // It may be copied anew between the look and this.
                let is_secret = |text: &str| salted.is_of(text) && is_wanted();
                let watch = Watch { is_secret: &is_secret, within: QUIET, is_wanted: &is_wanted };
                if failed {
                    clipboard::clear_for_good(clipboard, &watch)
                } else {
                    clipboard::keep_clear(clipboard, &watch)
                        .map(|was_back| if was_back { Cleared::Gone } else { found })
                }
            })
            .await;
            // A copy that is made just now is marked in the journal, and that mark stays.
            let turn = self.clipboard_turn.lock().await;
            if self.is_current(intent, number).is_none() {
                return;
            }
            match cleared {
                Ok(cleared) => {
                    self.write_with(move |journal| journal.copy_gone(intent)).await;
                    let gone = self.change(|state| state.is_gone(intent, cleared));
                    drop(turn);
                    if let Some(gone) = gone {
                        self.watch(intent, gone.number, gone.salted).await;
                    }
                    return;
                }
                Err(problem) => self.change(|state| state.not_gone(intent, problem)),
            }
        }
    }

    /// Waits for a while, which grows, or until the person is back in our window.
    pub(super) async fn until_next_try(&self, wait: &mut Duration) {
        tokio::select! {
            () = sleep(*wait) => *wait = LONGEST.min(*wait * 2),
            () = self.try_again.notified() => {}
        }
    }

    fn is_current(&self, intent: IntentId, number: u32) -> Option<(SaltedFingerprints, Cleared, bool)> {
        let state = self.state.lock();
        let clearing = state.clearings.get(&intent).filter(|clearing| clearing.number == number)?;
        Some((clearing.salted.clone(), clearing.found, clearing.failed.is_some()))
    }

    /// While its token is held, a copy that comes later may be the person's, out of the vault: it goes in its time.
    async fn watch(self: Arc<Self>, intent: IntentId, number: u32, salted: SaltedFingerprints) {
        while self.is_watched(intent, number).is_some() {
            let (this, salted) = (Arc::clone(&self), salted.clone());
            let is_back = off_the_loop(&self.clipboard, move |clipboard| {
                let is_wanted = || this.is_watched(intent, number).is_some();
                clipboard.comes_back(&Watch {
                    is_secret: &|text| salted.is_of(text),
                    within: WATCH,
                    is_wanted: &is_wanted,
                })
            })
            .await;
            if is_back == Ok(true) {
                let _turn = self.clipboard_turn.lock().await;
                if let Some(id) = self.is_watched(intent, number) {
                    let read = |clipboard: &dyn Clipboard| Ok(clipboard.read()?.map(|text| bundle::parts_of(&text)));
                    // What cannot be read now may be all of them.
                    let of_all = off_the_loop(&self.clipboard, read).await;
                    self.found_on_clipboard(id, of_all.map_or(true, |parts| parts.is_some_and(|it| !it.is_empty())))
                        .await;
                }
                return;
            }
            sleep(PAUSE).await;
        }
    }

    /// Which token is held still whose copy was cleared, and is watched for under this number.
    fn is_watched(&self, intent: IntentId, number: u32) -> Option<HeldId> {
        let state = self.state.lock();
        let Stage::Held(held) = &state.stage else { return None };
        let is_cleared = matches!(held.clipboard, OnClipboard::Cleared | OnClipboard::Replaced);
        (state.watched == Some(number) && held.origin.id == intent && is_cleared).then_some(held.id)
    }
}

impl State {
    /// It is gone for good. What was cleared is to be watched for, where its token is held still.
    fn is_gone(&mut self, intent: IntentId, cleared: Cleared) -> Option<Clearing> {
        let gone = self.clearings.remove(&intent)?;
        self.notices.retain(|notice| Some(notice.number) != gone.notice);
        let now = if cleared == Cleared::Gone { OnClipboard::Cleared } else { OnClipboard::Replaced };
        self.set_on_clipboard(intent, now);
        if !self.holds(intent) {
            return None;
        }
        self.watched = Some(gone.number);
        Some(gone)
    }

    fn holds(&self, intent: IntentId) -> bool {
        matches!(&self.stage, Stage::Held(held) if held.origin.id == intent)
    }

    fn set_on_clipboard(&mut self, intent: IntentId, now: OnClipboard) {
        if let Stage::Held(held) = &mut self.stage
            && held.origin.id == intent
            && matches!(held.clipboard, OnClipboard::Clearing | OnClipboard::Replaced | OnClipboard::StillThere(_))
        {
            held.clipboard = now;
        }
    }

    fn not_gone(&mut self, intent: IntentId, problem: ClipboardProblem) {
        if let Some(clearing) = self.clearings.get_mut(&intent) {
            clearing.failed = Some(problem.clone());
        }
        self.set_on_clipboard(intent, OnClipboard::StillThere(problem.clone()));
        if !self.holds(intent) {
            self.note_clearing(intent, problem);
        }
    }

    /// Once: what the person has put aside is not told again.
    fn note_clearing(&mut self, intent: IntentId, problem: ClipboardProblem) {
        let Some(clearing) = self.clearings.get(&intent).filter(|clearing| !clearing.worthless) else { return };
        let kind = NoticeKind::OnClipboard(clearing.key.clone(), problem);
        if let Some(number) = clearing.notice {
            if let Some(notice) = self.notices.iter_mut().find(|notice| notice.number == number) {
                notice.kind = kind;
            }
            return;
        }
        let (keys, origin) = (Arc::clone(&clearing.keys), clearing.origin.clone());
        let number = self.note(kind, &keys, origin).number;
        if let Some(clearing) = self.clearings.get_mut(&intent) {
            clearing.notice = Some(number);
        }
    }
}
