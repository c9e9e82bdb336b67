//! The clipboard as another program sees it, on Linux: over a connection of its own, so that what it reads has really
//! travelled through the display server.

use std::{
    os::fd::AsFd,
    thread,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};
use x11rb::{
    connection::Connection,
    protocol::{
        Event,
        xproto::{Atom, AtomEnum, ConnectionExt, CreateWindowAux, PropMode, WindowClass},
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};
use zeroize::Zeroizing;

use super::wayland;
use crate::failure::ClipboardProblem;

/// How long the selection's owner may take to answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// The most that is read, in bytes: far more than any token has.
pub(super) const LARGEST: u32 = 1 << 20;
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

    /// The text on the clipboard.
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

    /// The window that owns the selection; `None` where the system does not tell.
    pub(super) fn owner(&mut self) -> Option<u32> {
        match self {
            Self::Wayland => None,
            Self::X11(x11) => x11.owner(),
        }
    }
}

/// Whether this is a Wayland session.
pub(super) fn is_wayland() -> bool {
    std::env::var_os("WAYLAND_DISPLAY").is_some_and(|display| !display.is_empty())
}

/// A connection to the X server that owns nothing and asks like any other program.
pub(super) struct X11 {
    connection: RustConnection,
    window: u32,
    clipboard: Atom,
    utf8: Atom,
    property: Atom,
}

impl X11 {
    fn connect() -> Result<Self, ClipboardProblem> {
        let (connection, screen) = RustConnection::connect(None).map_err(unusable)?;
        let root = connection.setup().roots.get(screen).ok_or_else(|| unusable("the display has no screen"))?;
        let (parent, visual) = (root.root, root.root_visual);
        let window = connection.generate_id().map_err(unusable)?;
        connection
            .create_window(0, window, parent, 0, 0, 1, 1, 0, WindowClass::INPUT_OUTPUT, visual, &CreateWindowAux::new())
            .map_err(unusable)?;
        let atom = |name: &[u8]| -> Result<Atom, ClipboardProblem> {
            Ok(connection.intern_atom(false, name).map_err(unusable)?.reply().map_err(unusable)?.atom)
        };
        let (clipboard, utf8, property) = (atom(b"CLIPBOARD")?, atom(b"UTF8_STRING")?, atom(b"KEYBEARER_SEEN")?);
        Ok(Self { connection, window, clipboard, utf8, property })
    }

    fn owner(&self) -> Option<u32> {
        Some(self.connection.get_selection_owner(self.clipboard).ok()?.reply().ok()?.owner)
    }

    fn text(&self) -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
        if self.owner() == Some(x11rb::NONE) {
            return Ok(None);
        }
        // Some programs have no more than the older form to give, which has the letters of Western Europe alone.
        match self.text_as(self.utf8)? {
            None => self.text_as(AtomEnum::STRING.into()),
            there => Ok(there),
        }
    }

    fn text_as(&self, form: Atom) -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
        self.connection
            .convert_selection(self.window, self.clipboard, form, self.property, x11rb::CURRENT_TIME)
            .map_err(unusable)?;
        self.connection.flush().map_err(unusable)?;
        if !self.answered()? {
            return Ok(None);
        }
        let reply = self
            .connection
            .get_property(false, self.window, self.property, AtomEnum::ANY, 0, LARGEST / 4)
            .map_err(unusable)?
            .reply()
            .map_err(unusable)?;
        let kind = reply.type_;
        let bytes = Zeroizing::new(reply.value);
        self.forget_property(bytes.len());
        // An answer in pieces (INCR) is longer than any token, and so is none.
        Ok(match kind {
            kind if kind == self.utf8 => utf8(&bytes),
            kind if kind == Atom::from(AtomEnum::STRING) => latin_1(&bytes),
            _ => None,
        })
    }

    /// Waits for the owner's answer; `false` where it has no text to give.
    fn answered(&self) -> Result<bool, ClipboardProblem> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.connection.poll_for_event().map_err(unusable)? {
                Some(Event::SelectionNotify(answer)) if answer.requestor == self.window => {
                    return Ok(answer.property != x11rb::NONE);
                }
                Some(_) => {}
                None => wait_until_readable(self.connection.stream(), deadline)?,
            }
        }
    }

    /// The server keeps a property until it is deleted: its bytes are written over before that.
    fn forget_property(&self, length: usize) {
        let blank = vec![0; length];
        let _ = self.connection.change_property8(PropMode::REPLACE, self.window, self.property, self.utf8, &blank);
        let _ = self.connection.delete_property(self.window, self.property);
        let _ = self.connection.sync();
    }
}

/// Waits until the clipboard's owner has written something, or has closed its end.
pub(super) fn wait_until_readable(from: impl AsFd, deadline: Instant) -> Result<(), ClipboardProblem> {
    let left = deadline.saturating_duration_since(Instant::now());
    let limit = Timespec { tv_sec: left.as_secs().try_into().unwrap_or(0), tv_nsec: left.subsec_nanos().into() };
    match poll(&mut [PollFd::new(&from, PollFlags::IN)], Some(&limit)) {
        Ok(0) => Err(unusable("the program that owns it does not answer")),
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(unusable(error)),
    }
}

pub(super) fn utf8(bytes: &[u8]) -> Option<Zeroizing<String>> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.is_empty()).map(|text| Zeroizing::new(text.to_owned()))
}

fn latin_1(bytes: &[u8]) -> Option<Zeroizing<String>> {
    // No letter takes more than two bytes: nothing of it is left behind where the text outgrows its place.
    let mut text = Zeroizing::new(String::with_capacity(2 * bytes.len()));
    text.extend(bytes.iter().map(|byte| char::from(*byte)));
    (!text.is_empty()).then_some(text)
}

/// None of these errors holds what is on the clipboard.
pub(super) fn unusable(error: impl std::fmt::Display) -> ClipboardProblem {
    ClipboardProblem::Unusable(error.to_string().trim_end_matches('.').to_owned())
}
