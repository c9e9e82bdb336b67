//! The clipboard of this system, through arboard.

use std::time::Duration;

use parking_lot::Mutex;

#[cfg(target_os = "macos")]
use arboard::SetExtApple;
#[cfg(target_os = "linux")]
use arboard::SetExtLinux;
#[cfg(target_os = "windows")]
use arboard::SetExtWindows;
use keybearer_core::{
    clipboard::{CLEARINGS, Cleared, Clipboard, Watch},
    failure::ClipboardProblem,
    secret::Secret,
    words::{self, Message},
};
use zeroize::Zeroizing;

#[cfg(target_os = "linux")]
use super::{
    observer::{Others, PATIENCE},
    wayland::Serving,
};

/// As long as a compositor may take to tell that something else was copied.
#[cfg(target_os = "linux")]
const A_MOMENT: Duration = Duration::from_millis(200);

/// As long as a program may take to take over what was copied. Nobody can have pasted it by then, who is not told before that
/// it is there.
#[cfg(target_os = "linux")]
const TAKE_OVER: Duration = Duration::from_millis(300);

/// As long as a text may take to get to others in the place of another.
const A_BLINK: Duration = Duration::from_millis(20);

/// What takes the place of a secret that a program puts back: it keeps this then.
const IN_ITS_PLACE: &str = "(cleared by Keybearer)";

/// Between two looks on systems that tell of nothing.
#[cfg(not(target_os = "linux"))]
const A_LOOK: Duration = Duration::from_millis(100);
#[cfg(not(target_os = "linux"))]
const LOOKS: u32 = 60;

/// The clipboard of this system. On Linux its owner serves the content, so each copy is served anew, and until its clearing
/// is proven; after that nothing is left of what it held.
#[derive(Default)]
pub struct SystemClipboard {
    served: Mutex<Option<Served>>,
    /// Serves what is no secret.
    plain: Mutex<Option<arboard::Clipboard>>,
}

enum Served {
    /// Where the system tells whose it is, or where nobody needs to serve it.
    Handle {
        handle: arboard::Clipboard,
        /// Who owned the selection right after the copy: ourselves, and whoever took it over at once. What they serve is
        /// a copy of ours.
        #[cfg(target_os = "linux")]
        owners: Option<Vec<u32>>,
    },
    /// On Wayland, where it is told when something else was copied.
    #[cfg(target_os = "linux")]
    Wayland {
        serving: Serving,
        /// Another program took it over at once, and serves a copy of ours. Which one it is, nobody tells.
        taken_over: bool,
    },
}

impl Served {
    /// Puts a text there, marked as a secret.
    #[cfg(target_os = "linux")]
    fn start(text: &str, others: &Others) -> Result<Self, ClipboardProblem> {
        match others {
            Others::Wayland => Ok(Self::Wayland { serving: Serving::start(text)?, taken_over: false }),
            Others::X11(_) => Ok(Self::Handle { handle: holding_secret(text)?, owners: None }),
        }
    }

    /// Looks for a moment whether a program takes it over that was just copied.
    #[cfg(target_os = "linux")]
    fn notice_take_over(&mut self, others: &mut Others, copied: impl Fn(&str) -> bool) {
        match self {
            Self::Handle { owners, .. } => *owners = others.owners(copied, TAKE_OVER),
            Self::Wayland { serving, taken_over } => {
                *taken_over = serving.has_ended(TAKE_OVER)
                    && others.text().is_ok_and(|there| there.is_some_and(|text| copied(&text)));
            }
        }
    }

    /// Whether the window that owns the clipboard is what serves this copy, rather than whoever took it over.
    #[cfg(target_os = "linux")]
    fn is_owner(&self, now: Option<u32>) -> bool {
        matches!(self, Self::Handle { owners: Some(owners), .. } if owners.first().copied() == now)
    }

    fn clear(&mut self) -> Result<(), ClipboardProblem> {
        match self {
            Self::Handle { handle, .. } => clear(handle),
            #[cfg(target_os = "linux")]
            Self::Wayland { .. } => super::wayland::empty(),
        }
    }
}

impl SystemClipboard {
    /// Clears what satisfies `is_secret`, or puts this in its place.
    fn clear_or_replace(
        &self,
        is_secret: &dyn Fn(&str) -> bool,
        by: Option<&str>,
    ) -> Result<Cleared, ClipboardProblem> {
        let mut served = self.served.lock();
        #[cfg(target_os = "linux")]
        let beside = Others::connect().and_then(|others| others.clear_beside(is_secret)).map_err(in_doubt);
        #[cfg(not(target_os = "linux"))]
        let beside = Ok(false);
        let is_there = || Ok(self.read()?.is_some_and(|there| is_secret(&there)));
        let was_there = is_there().map_err(in_doubt)?;
        if was_there {
            let stuck = |problem: ClipboardProblem| match problem {
                ClipboardProblem::Unusable(why) => ClipboardProblem::StillThere(why),
                other => other,
            };
            match by {
                Some(text) => self.put_plain(text),
                None => empty(served.as_mut()),
            }
            .map_err(stuck)?;
            // Some programs put it back at once: then they get something else to put back.
            let mut tries = 0;
            while is_there().map_err(in_doubt)? {
                tries += 1;
                if tries > CLEARINGS {
                    return Err(ClipboardProblem::StillThere(words::clipboard_insisted_on()));
                }
                self.put_plain(IN_ITS_PLACE).map_err(stuck)?;
                std::thread::sleep(A_BLINK);
            }
            #[cfg(target_os = "linux")]
            if let Some(Served::Wayland { serving, .. }) = served.as_ref() {
                // Its own memory is wiped then.
                serving.has_ended(PATIENCE);
            }
        }
        *served = None;
        // The clipboard itself is cleared whatever is beside it.
        Ok(if beside? || was_there { Cleared::Gone } else { Cleared::Replaced })
    }
}

#[cfg(target_os = "linux")]
fn empty(served: Option<&mut Served>) -> Result<(), ClipboardProblem> {
    let mut others = Others::connect()?;
    let owner = others.owner();
    match served {
        // It knows by that to forget it.
        Some(served) if served.is_owner(owner) => served.clear(),
        _ => others.empty(),
    }
}

#[cfg(not(target_os = "linux"))]
fn empty(served: Option<&mut Served>) -> Result<(), ClipboardProblem> {
    match served {
        Some(served) => served.clear(),
        None => clear(&mut open()?),
    }
}

impl Clipboard for SystemClipboard {
    fn put(&self, secret: &Secret) -> Result<(), ClipboardProblem> {
        const WHY: &str = "put it on the clipboard, as the person wishes";
        let mut served = self.served.lock();
        // A handle that outlived the token's would keep what that one had in memory.
        *self.plain.lock() = None;
        // Kept whatever comes: a handle that is dropped while it owns the selection hands the token to whatever
        // clipboard program asks for it.
        #[cfg(target_os = "linux")]
        let seen = {
            let mut others = Others::connect()?;
            if others.is_untrusted() {
                return Err(ClipboardProblem::Untrusted);
            }
            let held = served.insert(Served::start(secret.open(WHY), &others)?);
            let seen = others.see(|text| secret.equals(text))?;
            held.notice_take_over(&mut others, |text| secret.equals(text));
            seen
        };
        #[cfg(not(target_os = "linux"))]
        let seen = {
            let Served::Handle { handle } = served.insert(Served::Handle { handle: holding_secret(secret.open(WHY))? });
            text(handle)?.is_some_and(|text| secret.equals(&text))
        };
        if seen { Ok(()) } else { Err(ClipboardProblem::NotSeen) }
    }

    fn put_plain(&self, text: &str) -> Result<(), ClipboardProblem> {
        let mut plain = self.plain.lock();
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
        self.clear_or_replace(is_secret, None)
    }

    fn replace_if(&self, is_secret: &dyn Fn(&str) -> bool) -> Result<Cleared, ClipboardProblem> {
        self.clear_or_replace(is_secret, Some(IN_ITS_PLACE))
    }

    #[cfg(target_os = "linux")]
    fn comes_back(&self, watch: &Watch<'_>) -> Result<bool, ClipboardProblem> {
        Others::connect().and_then(|mut others| others.see_back(watch)).map_err(in_doubt)
    }

    #[cfg(not(target_os = "linux"))]
    fn comes_back(&self, watch: &Watch<'_>) -> Result<bool, ClipboardProblem> {
        let deadline = std::time::Instant::now() + watch.within;
        // Each look reads what is there: who looks for long looks less often.
        let pause = A_LOOK.max(watch.within / LOOKS);
        while (watch.is_wanted)() {
            let seen = self.read().map(|there| there.is_some_and(|there| (watch.is_secret)(&there)));
            // Where it cannot be read, another program may be using it at this moment: then the next look decides.
            if matches!(seen, Ok(true)) || std::time::Instant::now() > deadline {
                return seen.map_err(in_doubt);
            }
            std::thread::sleep(pause);
        }
        Ok(false)
    }

    #[cfg(target_os = "linux")]
    fn kept_by(&self) -> Vec<String> {
        let running = super::running::programs().unwrap_or_default();
        running
            .into_iter()
            .filter(super::programs::Program::keeps_secrets)
            .map(|program| program.name.to_owned())
            .collect()
    }

    #[cfg(target_os = "linux")]
    fn tells_who_takes_over(&self) -> bool {
        matches!(Others::connect(), Ok(Others::X11(_)))
    }

    #[cfg(target_os = "linux")]
    fn taken_over(&self, watch: &Watch<'_>, but: &[String]) -> Result<Option<String>, ClipboardProblem> {
        Others::connect()?.see_taken_over(watch, but)
    }

    #[cfg(target_os = "linux")]
    fn holds_own(&self) -> bool {
        match self.served.lock().as_ref() {
            None => false,
            Some(Served::Wayland { serving, taken_over }) => *taken_over || !serving.has_ended(A_MOMENT),
            // Where the owner could not be asked for, a copy of ours that was not cleared counts as there.
            Some(Served::Handle { owners: None, .. }) => true,
            // Something else was seen there since.
            Some(Served::Handle { owners: Some(owners), .. }) if owners.is_empty() => false,
            Some(Served::Handle { owners: Some(owners), .. }) => {
                let Ok(mut others) = Others::connect() else { return false };
                // A program that takes over what is copied may do so at any time.
                others.owner().is_some_and(|now| owners.contains(&now))
                    || others.taker().is_some_and(|taker| taker.is_known)
            }
        }
    }

    #[cfg(target_os = "linux")]
    fn replaced(&self) {
        match self.served.lock().as_mut() {
            Some(Served::Wayland { taken_over, .. }) => *taken_over = false,
            Some(Served::Handle { owners, .. }) => *owners = Some(Vec::new()),
            None => {}
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn holds_own(&self) -> bool {
        self.served.lock().is_some()
    }
}

/// What cannot be looked at may have the secret still.
fn in_doubt(problem: ClipboardProblem) -> ClipboardProblem {
    match problem {
        ClipboardProblem::Unusable(why) => ClipboardProblem::Unconfirmed(why),
        other => other,
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
fn plain_words(error: &arboard::Error) -> Message {
    words::verbatim(error.to_string().trim_end_matches('.'))
}
