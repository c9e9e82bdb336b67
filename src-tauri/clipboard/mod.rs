//! The system's clipboard, behind a narrow trait.
//!
//! What the trait promises is told by what other programs see, never by what this process remembers: on X11 the owner
//! of a selection that reads it back gets its own memory, which proves nothing.

#[cfg(target_os = "linux")]
mod others;
mod system;
#[cfg(target_os = "linux")]
mod wayland;

use zeroize::Zeroizing;

pub use self::system::SystemClipboard;
use crate::{failure::ClipboardProblem, token::Token};

/// A clipboard. Blocking: another program may have to answer.
pub trait Clipboard: Send + Sync {
    /// Puts the token there, marked as a secret, and makes sure that others see it.
    ///
    /// # Errors
    /// [`ClipboardProblem::NotSeen`] where it may or may not be there; [`ClipboardProblem::Unusable`] where it is not.
    fn put(&self, token: &Token) -> Result<(), ClipboardProblem>;

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

    /// Clears it if what is there satisfies `is_secret`, and makes sure that it is gone, and stays gone for a moment:
    /// there are programs that put back what they have kept. What somebody else copied is left alone.
    ///
    /// # Errors
    /// [`ClipboardProblem::StillThere`].
    fn clear_if(&self, is_secret: &dyn Fn(&str) -> bool) -> Result<Cleared, ClipboardProblem>;

    /// The same at once, for what may be there again: without looking whether it stays gone.
    ///
    /// # Errors
    /// [`ClipboardProblem::StillThere`].
    fn clear_once_if(&self, is_secret: &dyn Fn(&str) -> bool) -> Result<Cleared, ClipboardProblem> {
        self.clear_if(is_secret)
    }

    /// Whether what is there now is what [`Clipboard::put`] put there, served by this process or by a program that took it
    /// over at once: reading that back proves nothing.
    fn holds_own(&self) -> bool;

    /// Something else was seen there: whoever had taken over what [`Clipboard::put`] put there, has it there no more.
    fn replaced(&self) {}
}

/// When the clipboard of this system can be read and cleared.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reach {
    /// At any time.
    Anytime,
    /// Only while a window of ours has the focus: Wayland without its data-control protocol.
    WhenFocused,
    /// Never; why.
    Never(ClipboardProblem),
}

/// When the clipboard of this system can be reached. Blocking.
#[must_use]
pub fn reach() -> Reach {
    #[cfg(target_os = "linux")]
    return match others::Others::connect() {
        Ok(others::Others::X11(_)) if others::is_wayland() => Reach::WhenFocused,
        Ok(_) => Reach::Anytime,
        Err(problem) => Reach::Never(problem),
    };
    #[cfg(not(target_os = "linux"))]
    Reach::Anytime
}

/// How clearing ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cleared {
    /// It was there, and is gone.
    Gone,
    /// It was not there any more; what is there was left alone.
    Replaced,
}
