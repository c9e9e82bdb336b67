//! The system's clipboard, behind a narrow trait.
//!
//! What the trait promises is told by what other programs see, never by what this process remembers: on X11 the owner
//! of a selection that reads it back gets its own memory, which proves nothing.

use std::{sync::Arc, time::Duration};

use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use crate::{failure::ClipboardProblem, secret::Secret, words};

/// A clipboard. Blocking: another program may have to answer.
pub trait Clipboard: Send + Sync {
    /// Puts this there, marked as a secret, and makes sure that others see it.
    ///
    /// # Errors
    /// [`ClipboardProblem::NotSeen`] where it may or may not be there; [`ClipboardProblem::Unusable`] where it is not.
    fn put(&self, secret: &Secret) -> Result<(), ClipboardProblem>;

    /// Puts a text there that is no secret.
    ///
    /// # Errors
    /// [`ClipboardProblem::Unusable`].
    fn put_plain(&self, text: &str) -> Result<(), ClipboardProblem>;

    /// The text that is there; `None` where there is no text.
    ///
    /// # Errors
    /// [`ClipboardProblem::Unusable`].
    fn read(&self) -> Result<Option<Zeroizing<String>>, ClipboardProblem>;

    /// Clears it if what is there satisfies `is_secret`, with the places that programs join with it, and makes sure that
    /// others see it no more. What somebody else copied is left alone.
    ///
    /// # Errors
    /// [`ClipboardProblem::StillThere`]; [`ClipboardProblem::Unconfirmed`] where that could not be made sure of.
    fn clear_if(&self, is_secret: &dyn Fn(&str) -> bool) -> Result<Cleared, ClipboardProblem>;

    /// The same, with a text that is no secret in its place on the clipboard itself: there are programs that put back what
    /// they have kept, and they keep what came last.
    ///
    /// # Errors
    /// As for [`Clipboard::clear_if`].
    fn replace_if(&self, is_secret: &dyn Fn(&str) -> bool) -> Result<Cleared, ClipboardProblem> {
        self.clear_if(is_secret)
    }

    /// Whether what was cleared comes back: `false` once it has not in its time, or nobody wants to know any more.
    ///
    /// # Errors
    /// [`ClipboardProblem::Unconfirmed`].
    fn comes_back(&self, watch: &Watch<'_>) -> Result<bool, ClipboardProblem>;

    /// The programs that are known to be running and to keep what is copied, a secret as well, or to pass it on to another
    /// computer; none also where the system does not tell.
    fn kept_by(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether the system tells who takes over what [`Clipboard::put`] put there.
    fn tells_who_takes_over(&self) -> bool {
        false
    }

    /// Waits for a program that takes over what [`Clipboard::put`] put there, other than these: what it is called. `None` where
    /// none does in its time, or nobody wants to know any more.
    ///
    /// # Errors
    /// [`ClipboardProblem::Unusable`].
    fn taken_over(&self, _watch: &Watch<'_>, _but: &[String]) -> Result<Option<String>, ClipboardProblem> {
        Ok(None)
    }

    /// Whether what is there now is what [`Clipboard::put`] put there, served by this process or by a program that took it
    /// over at once: reading that back proves nothing.
    fn holds_own(&self) -> bool;

    /// Something else was seen there: whoever had taken over what [`Clipboard::put`] put there, has it there no more.
    fn replaced(&self) {}
}

/// What is looked for on a clipboard.
pub struct Watch<'a> {
    /// Whether a text is it.
    pub is_secret: &'a dyn Fn(&str) -> bool,
    pub within: Duration,
    /// Whether anybody wants to know still: what is copied anew was not put back.
    pub is_wanted: &'a dyn Fn() -> bool,
}

/// So long nobody may have put back what was cleared before it is called cleared. The clipboard programs of Debian look
/// every half second.
pub const QUIET: Duration = Duration::from_secs(3);

/// As long as somebody is given to put it back when the app ends.
pub const AT_THE_END: Duration = Duration::from_millis(600);

/// So often what was put back is cleared.
pub const CLEARINGS: usize = 5;

/// Uses a clipboard away from the event loop, since another program may be slow to answer.
///
/// # Errors
/// The work's own; [`ClipboardProblem::Unusable`] where it panics.
pub async fn off_the_loop<T: Send + 'static>(
    clipboard: &Arc<dyn Clipboard>,
    work: impl FnOnce(&dyn Clipboard) -> Result<T, ClipboardProblem> + Send + 'static,
) -> Result<T, ClipboardProblem> {
    let clipboard = Arc::clone(clipboard);
    spawn_blocking(move || work(&*clipboard))
        .await
        .unwrap_or_else(|_| Err(ClipboardProblem::Unusable(words::clipboard_failed())))
}

/// Clears it as [`Clipboard::clear_if`] does, and again whenever it is put back, until nobody has for this time. Blocking.
///
/// # Errors
/// As for [`Clipboard::clear_if`]; [`ClipboardProblem::StillThere`] where somebody does not stop putting it back.
pub fn clear_for_good(clipboard: &dyn Clipboard, watch: &Watch<'_>) -> Result<Cleared, ClipboardProblem> {
    let cleared = clipboard.clear_if(watch.is_secret)?;
    Ok(if keep_clear(clipboard, watch)? { Cleared::Gone } else { cleared })
}

/// Puts another text in its place whenever it is put back, until nobody has for this time: who fills a clipboard that is
/// empty would fill it again. Whether somebody had. Blocking.
///
/// # Errors
/// As for [`clear_for_good`].
pub fn keep_clear(clipboard: &dyn Clipboard, watch: &Watch<'_>) -> Result<bool, ClipboardProblem> {
    for times in 0..=CLEARINGS {
        if !clipboard.comes_back(watch)? {
            return Ok(times > 0);
        }
        clipboard.replace_if(watch.is_secret)?;
    }
    Err(ClipboardProblem::StillThere(words::clipboard_insisted_on()))
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cleared {
    /// It was there, and is gone.
    Gone,
    /// It was not there any more; what is there was left alone.
    Replaced,
}
