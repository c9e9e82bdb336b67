//! What was taken from the clipboard and is kept elsewhere now: it is cleared from there, which is told once nobody has put it
//! back.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;

use super::messages::Messages;
use crate::{
    clipboard::{AT_THE_END, Cleared, Clipboard, QUIET, Watch, keep_clear, off_the_loop},
    failure::ClipboardProblem,
    words::Message,
};

/// Whether a text is what was taken, which is here no more itself.
type IsTaken = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// What was taken, and what is said of it.
pub(super) struct Taken {
    pub is_it: IsTaken,
    /// When it may be wanted there again, if ever.
    pub unless: Option<WantedAgain>,
    /// What is said until it is known whether somebody puts it back.
    pub meanwhile: Message,
    /// What is said in the end.
    pub told: Box<dyn Fn(Result<Cleared, ClipboardProblem>) -> Message + Send>,
}

/// When what was taken may be wanted on the clipboard again: from then on it is not looked for.
pub(super) struct WantedAgain {
    pub is_it: Arc<dyn Fn() -> bool + Send + Sync>,
    pub said: Message,
}

/// Takes what was copied for Keybearer, and sees that it does not stay on the clipboard.
pub(super) struct Taking {
    pub(super) clipboard: Arc<dyn Clipboard>,
    messages: Arc<Messages>,
    /// What was cleared a moment ago, by the number of what was said of it.
    cleared: Mutex<HashMap<u32, IsTaken>>,
}

impl Taking {
    pub(super) fn new(clipboard: Arc<dyn Clipboard>, messages: &Arc<Messages>) -> Self {
        Self { clipboard, messages: Arc::clone(messages), cleared: Mutex::default() }
    }

    /// Clears it from the clipboard if it is there, and tells how that ended. Nobody waits for it: another program may have
    /// to answer.
    pub(super) fn clear(self: &Arc<Self>, taken: Taken) {
        let this = Arc::clone(self);
        tokio::spawn(async move {
            let Taken { is_it, unless, meanwhile, told } = taken;
            let at_once = Arc::clone(&is_it);
            let cleared = off_the_loop(&this.clipboard, move |clipboard| clipboard.clear_if(&*at_once)).await;
            if cleared != Ok(Cleared::Gone) {
                return this.messages.say(told(cleared));
            }
            let said = this.messages.say_beginning(meanwhile);
            this.cleared.lock().insert(said, Arc::clone(&is_it));
            let (is_wanted_again, said_then) = unless.map(|WantedAgain { is_it, said }| (is_it, said)).unzip();
            let kept_clear = off_the_loop(&this.clipboard, move |clipboard| {
                let is_wanted = || !is_wanted_again.as_ref().is_some_and(|is_it| is_it());
                let is_secret = |text: &str| is_it(text) && is_wanted();
                let watch = Watch { is_secret: &is_secret, within: QUIET, is_wanted: &is_wanted };
                keep_clear(clipboard, &watch).map(|_| is_wanted())
            });
            let kept_clear = kept_clear.await;
            this.cleared.lock().remove(&said);
            match kept_clear {
                Ok(true) => this.messages.say_end(said, told(Ok(Cleared::Gone))),
                Ok(false) => {
                    if let Some(text) = said_then {
                        this.messages.say_end(said, text);
                    }
                }
                Err(problem) => this.messages.say(told(Err(problem))),
            }
        });
    }

    /// The app ends: what was cleared a moment ago is looked for once more.
    pub(super) async fn clear_for_good(&self) {
        let open: Vec<IsTaken> = self.cleared.lock().drain().map(|(_, is_it)| is_it).collect();
        if open.is_empty() {
            return;
        }
        // Nobody is left to be told how it ended.
        let _ = off_the_loop(&self.clipboard, move |clipboard| {
            let is_secret = |text: &str| open.iter().any(|is_it| is_it(text));
            keep_clear(clipboard, &Watch { is_secret: &is_secret, within: AT_THE_END, is_wanted: &|| true })
        })
        .await;
    }
}
