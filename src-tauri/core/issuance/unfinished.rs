//! An intent that is being asked for: whatever goes so wrong that its outcome is never seen, its key is accounted for.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use super::{Issuance, NoticeKind, Stage};
use crate::{
    journal::{Event, Origin},
    key::{Created, Key, KeyApi},
};

/// An intent on its way. Dropped before it is over, it leaves the stage free for the next, and under "Needs attention" what is
/// not known of it.
pub(super) struct Unfinished {
    issuance: Arc<Issuance>,
    keys: Arc<dyn KeyApi>,
    pub(super) asked: Arc<AtomicBool>,
    /// Once it is written.
    pub(super) intent: Option<Origin>,
    made: Option<Key>,
    over: bool,
}

impl Unfinished {
    /// Nothing is written or asked for yet. `asked` tells whether it was, also afterwards.
    pub(super) fn new(issuance: &Arc<Issuance>, keys: &Arc<dyn KeyApi>, asked: &Arc<AtomicBool>) -> Self {
        let (issuance, keys, asked) = (Arc::clone(issuance), Arc::clone(keys), Arc::clone(asked));
        Self { issuance, keys, asked, intent: None, made: None, over: false }
    }

    pub(super) fn is_answered(&mut self, created: &Created) {
        if let Created::WithSecrets(key, _) | Created::WithoutSecrets(key) = created {
            self.made = Some(key.clone());
        }
    }

    /// Its token is held, and the stage is that.
    pub(super) fn end_held(mut self) {
        self.over = true;
    }

    /// Its outcome is written and told.
    pub(super) fn end(mut self) {
        self.over = true;
        self.free();
    }

    fn free(&self) {
        self.issuance.change(|state| {
            if let Stage::Asking(_) = state.stage {
                state.stage = Stage::Idle;
            }
        });
    }

    fn account_for(&self, intent: &Origin) {
        let issuance = &self.issuance;
        if issuance.state.lock().notices.iter().any(|notice| notice.origin.id == intent.id) {
            // It stands there already.
            return;
        }
        match &self.made {
            Some(key) => {
                let made = issuance.journal.made(intent.id, key, None);
                if let Err(failure) = made.and_then(|()| issuance.journal.record(intent.id, Event::Wiped)) {
                    issuance.change(|state| state.unwritten = Some(failure));
                }
                issuance.note(NoticeKind::NotHandedOver(key.clone()), &self.keys, intent.clone());
            }
            None if self.asked.load(Ordering::SeqCst) => {
                issuance.record_now(intent.id, Event::Doubtful);
                issuance.doubt(&self.keys, intent, false);
            }
            None => issuance.record_now(intent.id, Event::NotMade),
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        let is_held = matches!(self.issuance.state.lock().stage, Stage::Held(_));
        if let Some(intent) = self.intent.take().filter(|_| !is_held) {
            self.account_for(&intent);
        }
        self.free();
    }
}
