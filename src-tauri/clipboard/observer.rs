//! The clipboard as another program sees it, on Linux: over a connection of its own, so that what it reads has really
//! travelled through the display server.

use std::{
    os::fd::AsFd,
    thread,
    time::{Duration, Instant},
};

use keybearer_core::{clipboard::Watch, failure::ClipboardProblem, words};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};
use zeroize::Zeroizing;

use super::{
    taker::Taker,
    wayland,
    x11::{Listening, X11},
};
use crate::hardening;

/// How long the selection's owner may take to answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// The most that is read, in bytes: far more than any token has.
pub(super) const LARGEST: u32 = 1 << 20;
/// Between two looks where nobody tells of a change, or at whether anybody wants to know of one.
const A_LOOK: Duration = Duration::from_millis(100);
/// So often at most it is looked where nobody tells of a change.
const LOOKS: u32 = 60;
/// Between two looks at what is not there yet.
const PAUSE: Duration = Duration::from_millis(10);

/// Somebody else's view of the clipboard.
pub(super) enum Others {
    /// Through Wayland's data-control protocol.
    Wayland,
    /// Through X11.
    X11(Box<X11>),
}

impl Others {
    /// Chooses as arboard does: Wayland where it can be asked without a focused window, else X11.
    pub(super) fn connect() -> Result<Self, ClipboardProblem> {
        if is_wayland() && wayland::answers() {
            return Ok(Self::Wayland);
        }
        Ok(Self::X11(Box::new(X11::connect()?)))
    }

    pub(super) fn text(&mut self) -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
        match self {
            Self::Wayland => wayland::text(),
            Self::X11(x11) => x11.text(),
        }
    }

    /// Whether a text that was just copied is seen.
    pub(super) fn see(&mut self, copied: impl Fn(&str) -> bool) -> Result<bool, ClipboardProblem> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let there = self.text();
            if let Ok(Some(text)) = &there
                && copied(text)
            {
                return Ok(true);
            }
            // It was sent over another connection, and nobody tells when it is there.
            if Instant::now() > deadline {
                return there.map(|_| false);
            }
            thread::sleep(PAUSE);
        }
    }

    /// The windows of a text that was just copied: its own, and that of whoever takes it over within this time. `None`
    /// where the system does not tell.
    pub(super) fn owners(&mut self, copied: impl Fn(&str) -> bool, within: Duration) -> Option<Vec<u32>> {
        let mut owners = vec![self.owner()?];
        let deadline = Instant::now() + within;
        while Instant::now() < deadline {
            thread::sleep(PAUSE);
            let owner = self.owner()?;
            if !owners.contains(&owner) && self.text().is_ok_and(|there| there.is_some_and(|text| copied(&text))) {
                owners.push(owner);
            }
        }
        Some(owners)
    }

    /// The window that owns the clipboard; `None` where the system does not tell.
    pub(super) fn owner(&mut self) -> Option<u32> {
        match self {
            Self::Wayland => None,
            Self::X11(x11) => x11.owner(),
        }
    }

    /// Whether what is put there is kept from others.
    pub(super) fn is_untrusted(&self) -> bool {
        matches!(self, Self::X11(x11) if x11.is_untrusted())
    }

    /// Empties the clipboard, whoever's it is.
    pub(super) fn empty(&self) -> Result<(), ClipboardProblem> {
        match self {
            Self::Wayland => wayland::empty(),
            Self::X11(x11) => x11.empty(is_wayland()),
        }
    }

    /// Empties what programs join with the clipboard, where the text is there. Whether it was.
    pub(super) fn clear_beside(&self, is_secret: &dyn Fn(&str) -> bool) -> Result<bool, ClipboardProblem> {
        match self {
            Self::Wayland => wayland::clear_selected(is_secret),
            Self::X11(x11) => x11.clear_beside(is_secret, is_wayland()),
        }
    }

    /// Whether the text is on the clipboard, or in what programs join with it.
    fn has(&mut self, is_secret: &dyn Fn(&str) -> bool) -> Result<bool, ClipboardProblem> {
        Ok(self.text()?.is_some_and(|text| is_secret(&text))
            || match self {
                // An owner that does not answer has had it emptied.
                Self::Wayland => wayland::is_selected(is_secret).unwrap_or(false),
                Self::X11(x11) => x11.is_beside(is_secret),
            })
    }

    /// Whose the clipboard is, where that is told, and where it is another program's.
    pub(super) fn taker(&self) -> Option<Taker> {
        match self {
            Self::Wayland => None,
            Self::X11(x11) => x11.taker(),
        }
    }

    /// The program, other than these, that takes over what is watched for.
    pub(super) fn see_taken_over(
        &mut self,
        watch: &Watch<'_>,
        but: &[String],
    ) -> Result<Option<String>, ClipboardProblem> {
        let deadline = Instant::now() + watch.within;
        let listening = Listening::start()?;
        let mut changed = true;
        while (watch.is_wanted)() && Instant::now() < deadline {
            let taker = if changed { self.taker() } else { None };
            if let Some(taker) = taker.filter(|taker| !but.contains(&taker.name))
                && self.text().is_ok_and(|there| there.is_some_and(|text| (watch.is_secret)(&text)))
            {
                return Ok(Some(taker.name));
            }
            hardening::wipe_unused_stack();
            changed = listening.wait(deadline.min(Instant::now() + A_LOOK))?;
        }
        Ok(None)
    }

    /// Whether what is watched for comes back.
    pub(super) fn see_back(&mut self, watch: &Watch<'_>) -> Result<bool, ClipboardProblem> {
        let deadline = Instant::now() + watch.within;
        // Before the first look, so that nothing comes in between.
        let listening =
            matches!(self, Self::X11(_)).then(Listening::start).transpose()?.filter(|listening| listening.is_told);
        // Each look is a connection of its own where nobody tells: who looks for long looks less often.
        let pause = A_LOOK.max(watch.within / LOOKS);
        let (mut changed, mut unanswered) = (true, None);
        while (watch.is_wanted)() {
            if changed {
                match self.has(watch.is_secret) {
                    Ok(true) => return Ok(true),
                    Ok(false) => unanswered = None,
                    // Its owner is slow, or has ended meanwhile: what it has is not known.
                    Err(problem) => unanswered = Some(problem),
                }
                // This waits for long, perhaps, with what reading and hashing have left there.
                hardening::wipe_unused_stack();
            }
            let now = Instant::now();
            let left = deadline.saturating_duration_since(now);
            // A look may have taken long: what was copied meanwhile is looked at as well, though not without end.
            let news = match &listening {
                Some(listening) => listening.wait(now + left.min(A_LOOK))?,
                None => {
                    thread::sleep(left.min(pause));
                    !left.is_zero()
                }
            };
            if left.is_zero() && (!news || now > deadline + PATIENCE) {
                return unanswered.map_or(Ok(false), Err);
            }
            changed = news || unanswered.is_some();
        }
        Ok(false)
    }
}

/// Whether this is a Wayland session.
pub(super) fn is_wayland() -> bool {
    std::env::var_os("WAYLAND_DISPLAY").is_some_and(|display| !display.is_empty())
}

/// Waits until something is written there, or its end is closed; `false` where neither is so in time.
pub(super) fn wait_until_readable(from: impl AsFd, deadline: Instant) -> Result<bool, ClipboardProblem> {
    let left = deadline.saturating_duration_since(Instant::now());
    let limit = Timespec { tv_sec: left.as_secs().try_into().unwrap_or(0), tv_nsec: left.subsec_nanos().into() };
    match poll(&mut [PollFd::new(&from, PollFlags::IN)], Some(&limit)) {
        Ok(0) => Ok(false),
        Ok(_) | Err(Errno::INTR) => Ok(true),
        Err(error) => Err(unusable(error)),
    }
}

pub(super) fn utf8(bytes: &[u8]) -> Option<Zeroizing<String>> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.is_empty()).map(|text| Zeroizing::new(text.to_owned()))
}

pub(super) fn latin_1(bytes: &[u8]) -> Option<Zeroizing<String>> {
    // No letter takes more than two bytes: nothing of it is left behind where the text outgrows its place.
    let mut text = Zeroizing::new(String::with_capacity(2 * bytes.len()));
    text.extend(bytes.iter().map(|byte| char::from(*byte)));
    (!text.is_empty()).then_some(text)
}

/// None of these errors holds what is on the clipboard.
pub(super) fn unusable(error: impl std::fmt::Display) -> ClipboardProblem {
    ClipboardProblem::Unusable(words::verbatim(error.to_string().trim_end_matches('.')))
}
