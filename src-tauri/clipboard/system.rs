//! The clipboard of this system, through arboard.

use std::sync::{Mutex, MutexGuard, PoisonError};
#[cfg(target_os = "linux")]
use std::time::Duration;

#[cfg(target_os = "macos")]
use arboard::SetExtApple;
#[cfg(target_os = "linux")]
use arboard::SetExtLinux;
#[cfg(target_os = "windows")]
use arboard::SetExtWindows;
use zeroize::Zeroizing;

use super::{Cleared, Clipboard};
#[cfg(target_os = "linux")]
use super::{
    others::{Others, PATIENCE},
    wayland::Serving,
};
use crate::{failure::ClipboardProblem, token::Token};

/// As long as a compositor may take to tell that something else was copied.
#[cfg(target_os = "linux")]
const A_MOMENT: Duration = Duration::from_millis(200);

/// The clipboard of this system. On Linux its owner serves the content, so each copy is served anew, and until its clearing
/// is proven; after that nothing is left of what it held.
#[derive(Default)]
pub struct SystemClipboard {
    served: Mutex<Option<Served>>,
    /// Serves what is no secret.
    plain: Mutex<Option<arboard::Clipboard>>,
}

/// What serves a copy.
enum Served {
    /// Where the system tells whose it is, or where nobody needs to serve it.
    Handle {
        handle: arboard::Clipboard,
        /// Who owned the selection right after the copy.
        #[cfg(target_os = "linux")]
        owner: Option<u32>,
    },
    /// On Wayland, where it is told when something else was copied.
    #[cfg(target_os = "linux")]
    Wayland(Serving),
}

impl Served {
    /// Puts a text there, marked as a secret.
    #[cfg(target_os = "linux")]
    fn start(text: &str, others: &Others) -> Result<Self, ClipboardProblem> {
        match others {
            Others::Wayland => Serving::start(text).map(Self::Wayland),
            Others::X11(_) => Ok(Self::Handle { handle: holding_secret(text)?, owner: None }),
        }
    }

    fn clear(&mut self) -> Result<(), ClipboardProblem> {
        match self {
            Self::Handle { handle, .. } => clear(handle),
            // Whoever asks for it.
            #[cfg(target_os = "linux")]
            Self::Wayland(_) => clear(&mut open()?),
        }
    }
}

impl SystemClipboard {
    fn served(&self) -> MutexGuard<'_, Option<Served>> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clipboard for SystemClipboard {
    fn put(&self, token: &Token) -> Result<(), ClipboardProblem> {
        const WHY: &str = "put it on the clipboard, at the person's wish";
        let mut served = self.served();
        // A handle that outlived the token's would keep what that one had in memory.
        *self.plain.lock().unwrap_or_else(PoisonError::into_inner) = None;
        // Kept whatever comes: a handle that is dropped while it owns the selection hands the token to whatever
        // clipboard program asks for it.
        #[cfg(target_os = "linux")]
        let seen = {
            let mut others = Others::connect()?;
            let held = served.insert(Served::start(token.open(WHY), &others)?);
            let seen = others.see(|text| token.equals(text))?;
            if let Served::Handle { owner, .. } = held {
                *owner = others.owner();
            }
            seen
        };
        #[cfg(not(target_os = "linux"))]
        let seen = {
            let Served::Handle { handle } = served.insert(Served::Handle { handle: holding_secret(token.open(WHY))? });
            text(handle)?.is_some_and(|text| token.equals(&text))
        };
        if seen { Ok(()) } else { Err(ClipboardProblem::NotSeen) }
    }

    fn put_plain(&self, text: &str) -> Result<(), ClipboardProblem> {
        let mut plain = self.plain.lock().unwrap_or_else(PoisonError::into_inner);
        let mut handle = open()?;
        handle.set_text(text).map_err(|error| ClipboardProblem::Unusable(plain_words(&error)))?;
        *plain = Some(handle);
        Ok(())
    }

    fn read(&self) -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
        #[cfg(target_os = "linux")]
        return Others::connect()?.text();
        #[cfg(not(target_os = "linux"))]
        return text(&mut open()?);
    }

    fn clear_if(&self, is_secret: &dyn Fn(&str) -> bool) -> Result<Cleared, ClipboardProblem> {
        let mut served = self.served();
        let still_there = |problem: ClipboardProblem| match problem {
            ClipboardProblem::Unusable(why) => ClipboardProblem::StillThere(why),
            other => other,
        };
        let there = self.read().map_err(still_there)?;
        if !there.is_some_and(|there| is_secret(&there)) {
            *served = None;
            return Ok(Cleared::Replaced);
        }
        let cleared = match served.as_mut() {
            Some(served) => served.clear(),
            None => open().and_then(|mut handle| clear(&mut handle)),
        };
        cleared.map_err(still_there)?;
        if self.read().map_err(still_there)?.is_some_and(|there| is_secret(&there)) {
            return Err(ClipboardProblem::StillThere("another program put it back".to_owned()));
        }
        #[cfg(target_os = "linux")]
        if let Some(Served::Wayland(serving)) = served.as_ref() {
            // Its own memory is wiped then.
            serving.has_ended(PATIENCE);
        }
        *served = None;
        Ok(Cleared::Gone)
    }

    #[cfg(target_os = "linux")]
    fn holds_own(&self) -> bool {
        match self.served().as_ref() {
            None => false,
            Some(Served::Wayland(serving)) => !serving.has_ended(A_MOMENT),
            // Where the owner could not be asked for, a copy of ours that was not cleared counts as there.
            Some(Served::Handle { owner: None, .. }) => true,
            Some(Served::Handle { owner, .. }) => Others::connect().is_ok_and(|mut others| others.owner() == *owner),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn holds_own(&self) -> bool {
        self.served().is_some()
    }
}

fn open() -> Result<arboard::Clipboard, ClipboardProblem> {
    arboard::Clipboard::new().map_err(|error| ClipboardProblem::Unusable(plain_words(&error)))
}

/// A handle that has put a text there, marked as a secret.
fn holding_secret(text: &str) -> Result<arboard::Clipboard, ClipboardProblem> {
    let mut handle = open()?;
    let set = handle.set();
    #[cfg(target_os = "windows")]
    let set = set.exclude_from_monitoring();
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    let set = set.exclude_from_history();
    set.text(text).map_err(|error| ClipboardProblem::Unusable(plain_words(&error)))?;
    Ok(handle)
}

fn clear(handle: &mut arboard::Clipboard) -> Result<(), ClipboardProblem> {
    handle.clear().map_err(|error| ClipboardProblem::Unusable(plain_words(&error)))
}

#[cfg(not(target_os = "linux"))]
fn text(handle: &mut arboard::Clipboard) -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
    match handle.get_text() {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(arboard::Error::ContentNotAvailable) => Ok(None),
        Err(error) => Err(ClipboardProblem::Unusable(plain_words(&error))),
    }
}

/// arboard's errors hold no content of the clipboard.
fn plain_words(error: &arboard::Error) -> String {
    error.to_string().trim_end_matches('.').to_owned()
}
