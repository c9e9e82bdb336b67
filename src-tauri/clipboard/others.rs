//! The clipboard as another program sees it, on Linux: over a connection of its own, so that what it reads has really
//! travelled through the display server.

use std::{
    io::Read,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};
use wl_clipboard_rs::paste;
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

use crate::failure::ClipboardProblem;

/// How long the selection's owner may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// The most that is read, in bytes: far more than any token has.
const LARGEST: u32 = 1 << 20;

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
        if std::env::var_os("WAYLAND_DISPLAY").is_some() && wayland_answers() {
            return Ok(Self::Wayland);
        }
        Ok(Self::X11(Box::new(X11::connect()?)))
    }

    /// The text on the clipboard.
    pub(super) fn text(&mut self) -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
        match self {
            Self::Wayland => wayland_text(),
            Self::X11(x11) => x11.text(),
        }
    }

    /// The window that owns the selection; `None` where the system does not tell.
    pub(super) fn owner(&mut self) -> Option<u32> {
        match self {
            Self::Wayland => None,
            Self::X11(x11) => x11.owner(),
        }
    }
}

fn wayland_answers() -> bool {
    !matches!(
        paste::get_mime_types(paste::ClipboardType::Regular, paste::Seat::Unspecified),
        Err(paste::Error::MissingProtocol { .. }
            | paste::Error::WaylandConnection(_)
            | paste::Error::WaylandCommunication(_)
            | paste::Error::SocketOpenError(_))
    )
}

fn wayland_text() -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
    let contents = paste::get_contents(paste::ClipboardType::Regular, paste::Seat::Unspecified, paste::MimeType::Text);
    let pipe = match contents {
        Ok((pipe, _)) => pipe,
        Err(paste::Error::ClipboardEmpty | paste::Error::NoMimeType | paste::Error::NoSeats) => return Ok(None),
        Err(error) => return Err(unusable(error)),
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(8 << 10));
    pipe.take(LARGEST.into()).read_to_end(&mut bytes).map_err(unusable)?;
    Ok(utf8(&bytes))
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
        self.connection
            .convert_selection(self.window, self.clipboard, self.utf8, self.property, x11rb::CURRENT_TIME)
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
        Ok(if kind == self.utf8 { utf8(&bytes) } else { None })
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
                None if Instant::now() > deadline => {
                    return Err(unusable("the program that owns it does not answer"));
                }
                None => self.wait_until_readable(deadline)?,
            }
        }
    }

    fn wait_until_readable(&self, deadline: Instant) -> Result<(), ClipboardProblem> {
        let left = deadline.saturating_duration_since(Instant::now());
        let limit = Timespec { tv_sec: left.as_secs().try_into().unwrap_or(0), tv_nsec: left.subsec_nanos().into() };
        let mut sockets = [PollFd::new(self.connection.stream(), PollFlags::IN)];
        match poll(&mut sockets, Some(&limit)) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(unusable(error)),
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

fn utf8(bytes: &[u8]) -> Option<Zeroizing<String>> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.is_empty()).map(|text| Zeroizing::new(text.to_owned()))
}

/// None of these errors holds what is on the clipboard.
fn unusable(error: impl std::fmt::Display) -> ClipboardProblem {
    ClipboardProblem::Unusable(error.to_string().trim_end_matches('.').to_owned())
}
