//! The clipboard of each system, and what is known of the programs that keep what was on it.

#[cfg(target_os = "linux")]
mod observer;
pub mod programs;
#[cfg(target_os = "linux")]
pub(crate) mod running;
mod system;
#[cfg(target_os = "linux")]
mod taker;
#[cfg(target_os = "linux")]
mod wayland;
#[cfg(target_os = "linux")]
mod x11;

use keybearer_core::failure::ClipboardProblem;

pub use self::system::SystemClipboard;

/// When the clipboard of this system can be read and cleared.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Clearing {
    /// At any time.
    Anytime,
    /// Only while a window of ours has the focus: Wayland without its data-control protocol.
    WhenFocused,
    Never(ClipboardProblem),
}

/// When the clipboard of this system can be reached. Blocking.
pub fn clearing() -> Clearing {
    #[cfg(target_os = "linux")]
    return match observer::Others::connect() {
        Ok(others) if others.is_untrusted() => Clearing::Never(ClipboardProblem::Untrusted),
        Ok(observer::Others::X11(_)) if observer::is_wayland() => Clearing::WhenFocused,
        Ok(_) => Clearing::Anytime,
        Err(problem) => Clearing::Never(problem),
    };
    #[cfg(not(target_os = "linux"))]
    Clearing::Anytime
}
