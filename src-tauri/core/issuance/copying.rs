//! A held secret on the clipboard: copied, checked against what a vault gave back, and cleared.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    sync::Arc,
    time::Duration,
};

use serde::Serialize;
use tokio::time::{Instant, sleep_until};

use super::{Held, HeldId, Issuance, clearing::RETRY, held_secret::NOTHING_HELD};
use crate::{
    bundle::{self, BundleFormat},
    clipboard::{Cleared, Clipboard, QUIET, Watch, clear_for_good, off_the_loop},
    credential::{SaltedFingerprints, SecretName, Secrets},
    failure::{ClipboardProblem, Failure, NotNow},
    journal::Event,
    secret::Secret,
    words,
};

/// So long at most all the secrets in one text stay there, whatever the settings say: whoever reads it needs nothing else.
const ALL_AT_ONCE: Duration = Duration::from_secs(15);

/// Where the token is on the clipboard.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum OnClipboard {
    Untouched,
    Live {
        /// When it is cleared.
        until: Instant,
        /// Put there by us, rather than by the vault it was checked from.
        own: bool,
    },
    /// It may be there: that could not be checked.
    Unsure {
        /// When it is cleared.
        until: Instant,
        problem: ClipboardProblem,
    },
    /// It was cleared, and is watched for whether somebody puts it back.
    Clearing,
    /// It was cleared, and is gone: nobody has put it back for some time.
    Cleared,
    /// Something else was copied since.
    Replaced,
    StillThere(ClipboardProblem),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Check {
    /// The same to the last byte.
    Stored,
    Different,
    /// The same, with white space around it.
    WhiteSpace,
    Empty,
    /// It was our own copy, which proves nothing.
    OwnCopy,
}

impl OnClipboard {
    fn cleared_at(&self) -> Option<Instant> {
        match self {
            Self::Live { until, .. } | Self::Unsure { until, .. } => Some(*until),
            Self::Untouched | Self::Clearing | Self::Cleared | Self::Replaced | Self::StillThere(_) => None,
        }
    }

    /// Whether it may be there, as far as is known here.
    pub(super) fn may_be_there(&self) -> bool {
        matches!(self, Self::Live { .. } | Self::Unsure { .. } | Self::StillThere(_))
    }
}

/// What a check has found on the clipboard.
struct Seen {
    check: Check,
    /// The secret that this is said of; `None` where it is said of all, or which it was is not known.
    of: Option<SecretName>,
    /// How each was, where several were in one text.
    each: BTreeMap<SecretName, Check>,
}

impl Seen {
    fn one(check: Check, of: Option<SecretName>) -> Self {
        Self { check, of, each: BTreeMap::new() }
    }

    /// What is wrong with one counts for the whole, which may have all of them.
    fn several(each: BTreeMap<SecretName, Check>, is_whole: bool) -> Self {
        let first = |wanted: Check| each.iter().find(|(_, check)| **check == wanted).map(|(name, _)| *name);
        let (check, of) = match [Check::Different, Check::WhiteSpace].map(|wrong| (wrong, first(wrong))) {
            [(check, Some(name)), _] | [_, (check, Some(name))] => (check, Some(name)),
            _ if first(Check::OwnCopy).is_some() => (Check::OwnCopy, None),
            _ => (Check::Stored, first(Check::Stored).filter(|_| !is_whole)),
        };
        Self { check, of, each }
    }

    fn has(&self, wanted: Check) -> bool {
        self.check == wanted || self.each.values().any(|check| *check == wanted)
    }
}

impl Held {
    /// A check has ended like this, and this is the secret that was found, or else meant.
    fn judge(&mut self, check: Check, name: Option<SecretName>) {
        match (check, name) {
            (Check::Stored, Some(name)) => _ = self.checked.insert(name),
            (_, Some(name)) => _ = self.checked.remove(&name),
            // Which of them was meant, nobody tells.
            (_, None) => self.checked = BTreeSet::new(),
        }
    }
}

impl Issuance {
    /// Puts one of the secrets on the clipboard, and clears it after its time.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not held any more; [`Failure::Clipboard`], which the view tells as well.
    pub async fn copy(self: &Arc<Self>, id: HeldId, name: SecretName) -> Result<(), Failure> {
        let turn = self.clipboard_turn.lock().await;
        self.is_among_held(id, name)?;
        let secrets = self.secrets(id)?;
        let put = move |clipboard: &dyn Clipboard| secrets.get(name).map_or(Ok(()), |secret| clipboard.put(secret));
        self.put_in_turn(&turn, id, Duration::MAX, put).await
    }

    /// Puts all the secrets on the clipboard in one text, and clears it after its time, which is short. A check of that copy proves
    /// as little as of any other.
    ///
    /// # Errors
    /// As [`Issuance::copy`]; [`Failure::NotNow`] where there is one alone, or one cannot stand in such a text;
    /// [`ClipboardProblem::Kept`] where a program is known to be running that keeps what is copied or passes it on.
    pub async fn copy_all(self: &Arc<Self>, id: HeldId, format: BundleFormat) -> Result<(), Failure> {
        let turn = self.clipboard_turn.lock().await;
        let secrets = self.secrets(id)?;
        if secrets.iter().count() < 2 {
            return Err(Failure::NotNow(NotNow::OneSecret));
        }
        let bundle = format.write(&secrets).ok_or(Failure::NotNow(NotNow::NotAsEnv))?;
        drop(secrets);
        let keepers = off_the_loop(&self.clipboard, |clipboard| Ok(clipboard.kept_by())).await;
        if let Some(names) = keepers.map_err(Failure::Clipboard)?.iter().map(words::verbatim).reduce(words::both) {
            return Err(Failure::Clipboard(ClipboardProblem::Kept(names)));
        }
        self.put_in_turn(&turn, id, ALL_AT_ONCE, move |clipboard| clipboard.put(&bundle)).await
    }

    /// Puts what may be anywhere from then on onto the clipboard, where it stays for no longer than this.
    async fn put_in_turn(
        self: &Arc<Self>,
        _turn: &tokio::sync::MutexGuard<'_, ()>,
        id: HeldId,
        longest: Duration,
        put: impl FnOnce(&dyn Clipboard) -> Result<(), ClipboardProblem> + Send + 'static,
    ) -> Result<(), Failure> {
        let (secrets, before) =
            self.change_held(id, |held| (held.secrets(), mem::replace(&mut held.given_out, true)))?;
        self.write_of_held(id, Event::Copied).await;
        self.record_copy(id, &secrets).await;
        drop(secrets);
        self.copied_anew(id);
        let put = off_the_loop(&self.clipboard, put).await;
        if matches!(put, Err(ClipboardProblem::Unusable(_) | ClipboardProblem::Untrusted)) {
            // It did not get there.
            let _ = self.change_held(id, |held| held.given_out = before);
        }
        match put {
            Err(problem @ ClipboardProblem::Untrusted) => {
                // It was not so much as tried.
                if let Some(intent) = self.intent_of(id) {
                    self.write_with(move |journal| journal.copy_gone(intent)).await;
                }
                Err(Failure::Clipboard(problem))
            }
            Ok(()) => {
                self.count_down(id, longest, |until| OnClipboard::Live { until, own: true });
                self.begin_naming(id);
                Ok(())
            }
            Err(problem) => {
                // It may be there all the same.
                self.count_down(id, longest, |until| OnClipboard::Unsure { until, problem: problem.clone() });
                Err(Failure::Clipboard(problem))
            }
        }
    }

    /// Clears the clipboard now, if one of the secrets is still there.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not held any more; [`Failure::Clipboard`] where it is still there.
    pub async fn clear_clipboard(self: &Arc<Self>, id: HeldId) -> Result<(), Failure> {
        let _turn = self.clipboard_turn.lock().await;
        self.clear_in_turn(id).await
    }

    /// Compares what is on the clipboard, copied back out of the vault, with the secrets; `meant` is the one that it should be,
    /// where that is told. Where they can have come from one vault alone, that one is known from then on to keep what it takes.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not held any more; [`Failure::Clipboard`] where it cannot be read.
    pub async fn check(self: &Arc<Self>, id: HeldId, meant: Option<SecretName>) -> Result<(), Failure> {
        let _turn = self.clipboard_turn.lock().await;
        let secrets = self.secrets(id)?;
        let read = off_the_loop(&self.clipboard, move |clipboard| {
            let Some(text) = clipboard.read()? else { return Ok(Seen::one(Check::Empty, None)) };
            let judged = |secret: &Secret, text: &str| match (secret.equals(text), secret.is_copied_in(text)) {
                (true, _) if clipboard.holds_own() => Check::OwnCopy,
                (true, _) => Check::Stored,
                (false, true) => Check::WhiteSpace,
                (false, false) => Check::Different,
            };
            if let Some((name, secret)) = secrets.iter().find(|(_, secret)| secret.is_copied_in(&text)) {
                return Ok(Seen::one(judged(secret, &text), Some(name)));
            }
            let mut each = BTreeMap::new();
            // Of two of one name, programs take the last.
            for part in bundle::parts_of(&text) {
                if let Some(secret) = secrets.get(part.name) {
                    each.insert(part.name, judged(secret, &part.value));
                }
            }
            if each.values().all(|check| *check == Check::Different) {
                clipboard.replaced();
                return Ok(Seen::one(Check::Different, None));
            }
            let is_whole = secrets.iter().all(|(name, _)| each.contains_key(&name));
            Ok(Seen::several(each, is_whole))
        })
        .await;
        let seen = read.map_err(Failure::Clipboard)?;
        let Seen { check, of, each } = &seen;
        let (all, shown) = self.change_held(id, |held| {
            // A proof is not undone by something else on the clipboard afterwards.
            if !(held.proven() && matches!(check, Check::Empty | Check::OwnCopy)) {
                match each.is_empty() {
                    true => held.judge(*check, of.or(meant)),
                    false => each.iter().for_each(|(name, check)| held.judge(*check, Some(*name))),
                }
                held.check = Some((*check, if each.is_empty() { of.or(meant) } else { *of }));
            }
            let all = held.is_checked() && seen.has(Check::Stored);
            (all, held.to_be_proven().cloned().filter(|_| all))
        })?;
        if all {
            self.write_of_held(id, Event::Checked).await;
        }
        if let Some(vault) = shown {
            self.remember_proven(vault).await;
        }
        if seen.has(Check::Stored) || seen.has(Check::WhiteSpace) {
            self.copied_anew(id);
            self.found_on_clipboard(id, !each.is_empty()).await;
        }
        Ok(())
    }

    /// The session is locked, or the computer goes to sleep: the token's own window closes, and the clipboard is cleared if
    /// the token may be on it, also by a copy that is just being made. Whether there was anything to do.
    pub async fn step_back(self: &Arc<Self>) -> bool {
        let Some(shown) = self.with_held(|held| held.shown.is_some()) else { return false };
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
    pub async fn try_clearing_again(self: &Arc<Self>) {
        self.try_again.notify_waiters();
        let _turn = self.clipboard_turn.lock().await;
        let tried = |held: &Held| matches!(held.clipboard, OnClipboard::StillThere(_)).then_some(held.id);
        if let Some(id) = self.with_held(tried).flatten() {
            // How it ended is in the view.
            let _ = self.clear_in_turn(id).await;
        }
    }

    /// The app was ended while tokens were on the clipboard: clears what is there, if it is one of them. Tells how that
    /// ended; `None` where nothing was copied then. Where it cannot be cleared, tells why, and tries again.
    pub async fn clear_leftover(&self, mut failed: impl FnMut(ClipboardProblem)) -> Option<Cleared> {
        // A journal that cannot be read is told as a problem of its own.
        let copies = self.with_journal(|journal| journal.copies()).await.ok()?;
        if copies.is_empty() {
            return None;
        }
        let mut wait = RETRY;
        loop {
            let turn = self.clipboard_turn.lock().await;
            let salted = SaltedFingerprints(copies.iter().flat_map(|(_, salted)| salted.0.clone()).collect());
            // A program may put it back only now, that finds nothing there: until then it is not forgotten.
            let cleared = off_the_loop(&self.clipboard, move |clipboard| {
                let is_secret = |text: &str| salted.is_of(text);
                clear_for_good(clipboard, &Watch { is_secret: &is_secret, within: QUIET, is_wanted: &|| true })
            })
            .await;
            match cleared {
                Ok(cleared) => {
                    for (intent, _) in copies {
                        self.write_with(move |journal| journal.copy_gone(intent)).await;
                    }
                    return Some(cleared);
                }
                Err(problem) => failed(problem),
            }
            drop(turn);
            self.until_next_try(&mut wait).await;
        }
    }

    /// Starts the countdown to the clearing of the clipboard, on which the token is, or may be, until then.
    fn count_down(self: &Arc<Self>, id: HeldId, longest: Duration, on_clipboard: impl FnOnce(Instant) -> OnClipboard) {
        let until = Instant::now() + self.times().clipboard.min(longest);
        let begun = self.change_held(id, |held| held.clipboard = on_clipboard(until));
        if begun.is_err() {
            return;
        }
        let this = Arc::clone(self);
        tokio::spawn(async move {
            sleep_until(until).await;
            if this.read_held(id, |held| held.clipboard.cleared_at() == Some(until)) == Ok(true) {
                // How it ended is in the view.
                let _ = this.clear_clipboard(id).await;
            }
        });
    }

    /// Clears the clipboard if the token may be on it. Where it was proven to be gone, it is looked for once more: there are
    /// programs that put back what they have kept.
    pub(super) async fn clear_what_may_be_there(self: &Arc<Self>) -> Result<(), Failure> {
        let (id, secrets, clipboard) =
            self.with_held(|held| (held.id, held.secrets(), held.clipboard.clone())).ok_or(NOTHING_HELD)?;
        let is_back = match clipboard {
            OnClipboard::Untouched => false,
            there if there.may_be_there() => true,
            // One that cannot be read now was read when it was proven.
            _ => {
                let read = off_the_loop(&self.clipboard, move |clipboard| {
                    Ok(clipboard.read()?.is_some_and(|text| secrets.is_copied_in(&text)))
                });
                read.await.unwrap_or(false)
            }
        };
        if is_back { self.clear_in_turn(id).await } else { Ok(()) }
    }

    pub(super) async fn clear_in_turn(self: &Arc<Self>, id: HeldId) -> Result<(), Failure> {
        let secrets = self.secrets(id)?;
        let salted = secrets.salted_fingerprints();
        let cleared =
            off_the_loop(&self.clipboard, move |clipboard| clipboard.clear_if(&|text| secrets.is_copied_in(text)))
                .await;
        let now = match &cleared {
            // Nobody would know it again that puts it back.
            Ok(_) if salted.is_none() => {
                OnClipboard::StillThere(ClipboardProblem::Unconfirmed(words::clipboard_no_randomness()))
            }
            Ok(Cleared::Gone) => OnClipboard::Clearing,
            Ok(Cleared::Replaced) => OnClipboard::Replaced,
            Err(problem) => OnClipboard::StillThere(problem.clone()),
        };
        let is_news = self.change_held(id, |held| {
            // It was cleared in the turn before, and is watched over since.
            let known = matches!(held.clipboard, OnClipboard::Clearing | OnClipboard::Cleared);
            if known && now == OnClipboard::Replaced {
                return false;
            }
            held.clipboard = now;
            true
        })?;
        if let Some(salted) = salted.filter(|_| is_news) {
            self.begin_clearing(id, salted, cleared.clone());
        }
        cleared.map(drop).map_err(Failure::Clipboard)
    }

    /// A copy of a held secret is on the clipboard that was not put there by us, perhaps of all in one text: it goes as our own
    /// does.
    pub(super) async fn found_on_clipboard(self: &Arc<Self>, id: HeldId, of_all: bool) {
        let Ok(secrets) = self.secrets(id) else { return };
        self.record_copy(id, &secrets).await;
        let longest = if of_all { ALL_AT_ONCE } else { Duration::MAX };
        self.count_down(id, longest, |until| OnClipboard::Live { until, own: false });
    }

    /// A secret is about to be on the clipboard: should the app die, the next start knows it there and clears it. All are
    /// recorded, since another may be there from before.
    async fn record_copy(&self, id: HeldId, secrets: &Secrets) {
        if let (Some(intent), Some(salted)) = (self.intent_of(id), secrets.salted_fingerprints()) {
            self.write_with(move |journal| journal.copied(intent, &salted)).await;
        }
    }
}
