//! The clipboard of this system, through arboard.

use std::sync::{Mutex, MutexGuard, PoisonError};

#[cfg(target_os = "macos")]
use arboard::SetExtApple;
#[cfg(target_os = "linux")]
use arboard::SetExtLinux;
#[cfg(target_os = "windows")]
use arboard::SetExtWindows;
use zeroize::Zeroizing;

#[cfg(target_os = "linux")]
use super::others::Others;
use super::{Cleared, Clipboard};
use crate::{failure::ClipboardProblem, token::Token};

/// The clipboard of this system. On Linux its owner serves the content, so a handle is opened for each copy and kept
/// until its clearing is proven; dropping it frees what it held.
#[derive(Default)]
pub struct SystemClipboard {
    served: Mutex<Option<Served>>,
    /// Serves what is no secret.
    plain: Mutex<Option<arboard::Clipboard>>,
}

struct Served {
    handle: arboard::Clipboard,
    /// Who owned the selection right after the copy, where the system tells.
    #[cfg(target_os = "linux")]
    owner: Option<u32>,
}

impl SystemClipboard {
    fn served(&self) -> MutexGuard<'_, Option<Served>> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clipboard for SystemClipboard {
    fn put(&self, token: &Token) -> Result<(), ClipboardProblem> {
        let mut served = self.served();
        // A handle that outlived the token's would keep what that one had in memory.
        *self.plain.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let mut handle = open()?;
        set_secret(&mut handle, token.open("put it on the clipboard, at the person's wish"))?;
        // Kept whatever comes: a handle that is dropped while it owns the selection hands the token to whatever
        // clipboard program asks for it.
        let held = served.insert(Served {
            handle,
            #[cfg(target_os = "linux")]
            owner: None,
        });
        #[cfg(target_os = "linux")]
        let seen = {
            let mut others = Others::connect()?;
            let seen = others.text()?;
            held.owner = others.owner();
            seen
        };
        #[cfg(not(target_os = "linux"))]
        let seen = text(&mut held.handle)?;
        match seen {
            Some(seen) if token.equals(&seen) => Ok(()),
            _ => Err(ClipboardProblem::NotSeen),
        }
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
            Some(served) => served.handle.clear(),
            None => open().map_err(still_there)?.clear(),
        };
        cleared.map_err(|error| ClipboardProblem::StillThere(plain_words(&error)))?;
        if self.read().map_err(still_there)?.is_some_and(|there| is_secret(&there)) {
            return Err(ClipboardProblem::StillThere("another program put it back".to_owned()));
        }
        *served = None;
        Ok(Cleared::Gone)
    }

    #[cfg(target_os = "linux")]
    fn holds_own(&self) -> bool {
        match self.served().as_ref() {
            None => false,
            // Wayland does not tell who owns the selection; then a copy of ours that was not cleared counts as there.
            Some(Served { owner: None, .. }) => true,
            Some(Served { owner, .. }) => Others::connect().is_ok_and(|mut others| others.owner() == *owner),
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

fn set_secret(handle: &mut arboard::Clipboard, text: &str) -> Result<(), ClipboardProblem> {
    let set = handle.set();
    #[cfg(target_os = "windows")]
    let set = set.exclude_from_monitoring();
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    let set = set.exclude_from_history();
    set.text(text).map_err(|error| ClipboardProblem::Unusable(plain_words(&error)))
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
