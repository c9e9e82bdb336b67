//! X11's clipboard, the selection beside it, and the cut buffers, over a connection of its own.

use std::{
    ops::RangeInclusive,
    time::{Duration, Instant},
};

use keybearer_core::{failure::ClipboardProblem, words};
use x11rb::{
    connection::{Connection, RequestConnection},
    protocol::{
        Event,
        xfixes::{self, ConnectionExt as _, SelectionEventMask},
        xproto::{
            Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
            SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, WindowClass,
        },
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};
use zeroize::Zeroizing;

use super::observer::{LARGEST, PATIENCE, latin_1, unusable, utf8, wait_until_readable};

/// As long as Wayland's compositor may take to ask for what is on the clipboard now.
const TAKEN_NOTE: Duration = Duration::from_secs(1);
/// As long as it may take, once it has asked, to make that known to everybody.
const MADE_KNOWN: Duration = Duration::from_millis(100);
/// The extensions that clients see which the server does not trust, as those of `ssh -X`: these, and no others.
const OF_UNTRUSTED: [&[u8]; 2] = [b"XC-MISC", b"BIG-REQUESTS"];

/// A connection to the X server that owns nothing and asks like any other program.
pub(super) struct X11 {
    pub(super) connection: RustConnection,
    root: u32,
    window: u32,
    clipboard: Atom,
    utf8: Atom,
    targets: Atom,
    property: Atom,
}

impl X11 {
    pub(super) fn connect() -> Result<Self, ClipboardProblem> {
        let (connection, screen) = RustConnection::connect(None).map_err(unusable)?;
        let root = connection
            .setup()
            .roots
            .get(screen)
            .ok_or_else(|| ClipboardProblem::Unusable(words::clipboard_no_screen()))?;
        let (root, visual) = (root.root, root.root_visual);
        let window = connection.generate_id().map_err(unusable)?;
        connection
            .create_window(0, window, root, 0, 0, 1, 1, 0, WindowClass::INPUT_OUTPUT, visual, &CreateWindowAux::new())
            .map_err(unusable)?;
        let atom = |name: &[u8]| -> Result<Atom, ClipboardProblem> {
            Ok(connection.intern_atom(false, name).map_err(unusable)?.reply().map_err(unusable)?.atom)
        };
        let (clipboard, utf8) = (atom(b"CLIPBOARD")?, atom(b"UTF8_STRING")?);
        let (targets, property) = (atom(b"TARGETS")?, atom(b"KEYBEARER_SEEN")?);
        Ok(Self { connection, root, window, clipboard, utf8, targets, property })
    }

    /// Whether the server keeps from others what this connection puts on the clipboard.
    pub(super) fn is_untrusted(&self) -> bool {
        let listed = self.connection.list_extensions().ok().and_then(|asked| asked.reply().ok());
        listed.is_some_and(|listed| listed.names.iter().all(|each| OF_UNTRUSTED.contains(&each.name.as_slice())))
    }

    /// The window that owns the clipboard.
    pub(super) fn owner(&self) -> Option<u32> {
        self.owner_of(self.clipboard)
    }

    pub(super) fn text(&self) -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
        self.text_of(self.clipboard)
    }

    /// Empties the clipboard, whoever's it is.
    pub(super) fn empty(&self, seen_by_wayland: bool) -> Result<(), ClipboardProblem> {
        self.empty_selection(self.clipboard, seen_by_wayland)
    }

    /// Whether the text is in the selection that the middle button pastes, or in a cut buffer: programs that join these
    /// with the clipboard put there what was copied.
    pub(super) fn is_beside(&self, is_secret: &dyn Fn(&str) -> bool) -> bool {
        // An owner that does not answer has had it emptied.
        self.is_selected(is_secret).unwrap_or(false) || cut_buffers().any(|buffer| self.is_in(buffer, is_secret))
    }

    /// Empties the selection and the cut buffers where they hold the text. Whether one did. A selection that its owner does
    /// not tell is emptied as well: it may be the text, and a program that hangs misses nothing.
    pub(super) fn clear_beside(
        &self,
        is_secret: &dyn Fn(&str) -> bool,
        seen_by_wayland: bool,
    ) -> Result<bool, ClipboardProblem> {
        let mut did = false;
        // First, so that nobody takes it from there meanwhile.
        for buffer in cut_buffers().filter(|buffer| self.is_in(*buffer, is_secret)) {
            did = true;
            self.connection.delete_property(self.root, buffer).map_err(unusable)?;
            self.connection.sync().map_err(unusable)?;
        }
        let selected = self.is_selected(is_secret);
        if selected != Ok(false) {
            self.empty_selection(AtomEnum::PRIMARY.into(), seen_by_wayland)?;
        }
        Ok(did || selected == Ok(true))
    }

    fn is_selected(&self, is_secret: &dyn Fn(&str) -> bool) -> Result<bool, ClipboardProblem> {
        Ok(self.text_of(AtomEnum::PRIMARY.into())?.is_some_and(|text| is_secret(&text)))
    }

    fn is_in(&self, buffer: Atom, is_secret: &dyn Fn(&str) -> bool) -> bool {
        let asked = self.connection.get_property(false, self.root, buffer, AtomEnum::ANY, 0, LARGEST / 4);
        let Some(reply) = asked.ok().and_then(|asked| asked.reply().ok()) else { return false };
        let bytes = Zeroizing::new(reply.value);
        utf8(&bytes).or_else(|| latin_1(&bytes)).is_some_and(|text| is_secret(&text))
    }

    fn owner_of(&self, selection: Atom) -> Option<u32> {
        Some(self.connection.get_selection_owner(selection).ok()?.reply().ok()?.owner)
    }

    /// Takes it over with nothing that anybody could paste, and lets go of it: on Wayland, letting go of what is another's
    /// clears nothing.
    fn empty_selection(&self, selection: Atom, seen_by_wayland: bool) -> Result<(), ClipboardProblem> {
        let own = |owner| self.connection.set_selection_owner(owner, selection, x11rb::CURRENT_TIME);
        own(self.window).map_err(unusable)?;
        if self.owner_of(selection) != Some(self.window) {
            return Err(ClipboardProblem::Unusable(words::clipboard_not_let_go()));
        }
        let noted = !seen_by_wayland || self.is_asked_for(Instant::now() + TAKEN_NOTE)?;
        own(x11rb::NONE).map_err(unusable)?;
        self.connection.sync().map_err(unusable)?;
        if noted { Ok(()) } else { Err(ClipboardProblem::Unconfirmed(words::clipboard_not_noted())) }
    }

    /// Whether somebody takes note of what is there now, which has no content.
    fn is_asked_for(&self, deadline: Instant) -> Result<bool, ClipboardProblem> {
        let (mut asked, mut deadline) = (false, deadline);
        loop {
            match self.event(deadline)? {
                None => return Ok(asked),
                Some(Event::SelectionRequest(request)) => {
                    self.answer(request)?;
                    if !asked {
                        (asked, deadline) = (true, Instant::now() + MADE_KNOWN);
                    }
                }
                Some(_) => {}
            }
        }
    }

    fn answer(&self, request: SelectionRequestEvent) -> Result<(), ClipboardProblem> {
        let property = if request.target == self.targets { request.property } else { x11rb::NONE };
        if property != x11rb::NONE {
            self.connection
                .change_property32(PropMode::REPLACE, request.requestor, property, AtomEnum::ATOM, &[self.targets])
                .map_err(unusable)?;
        }
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property,
        };
        self.connection.send_event(false, request.requestor, EventMask::NO_EVENT, answer).map_err(unusable)?;
        self.connection.flush().map_err(unusable)
    }

    fn text_of(&self, selection: Atom) -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
        if self.owner_of(selection) == Some(x11rb::NONE) {
            return Ok(None);
        }
        // Some programs have no more than the older form to give, which has the letters of Western Europe alone.
        match self.text_as(selection, self.utf8)? {
            None => self.text_as(selection, AtomEnum::STRING.into()),
            there => Ok(there),
        }
    }

    fn text_as(&self, selection: Atom, form: Atom) -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
        self.connection
            .convert_selection(self.window, selection, form, self.property, x11rb::CURRENT_TIME)
            .map_err(unusable)?;
        self.connection.flush().map_err(unusable)?;
        if !self.answered(selection, form)? {
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
    fn answered(&self, selection: Atom, form: Atom) -> Result<bool, ClipboardProblem> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.event(deadline)? {
                // One to an earlier question, that came too late, is none to this.
                Some(Event::SelectionNotify(answer)) if (answer.selection, answer.target) == (selection, form) => {
                    return Ok(answer.property != x11rb::NONE);
                }
                Some(_) => {}
                None => return Err(ClipboardProblem::Unusable(words::clipboard_owner_silent())),
            }
        }
    }

    /// The next event; `None` where there is none in time.
    fn event(&self, deadline: Instant) -> Result<Option<Event>, ClipboardProblem> {
        loop {
            match self.connection.poll_for_event().map_err(unusable)? {
                Some(event) => return Ok(Some(event)),
                None if !wait_until_readable(self.connection.stream(), deadline)? => return Ok(None),
                None => {}
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

fn cut_buffers() -> RangeInclusive<Atom> {
    AtomEnum::CUT_BUFFE_R0.into()..=AtomEnum::CUT_BUFFE_R7.into()
}

/// Is told of each copy, in the clipboard, the selection and the cut buffers.
pub(super) struct Listening {
    on: X11,
    /// Whether the server tells of it.
    pub(super) is_told: bool,
}

impl Listening {
    pub(super) fn start() -> Result<Self, ClipboardProblem> {
        let on = X11::connect()?;
        let is_told = on.listen().is_ok();
        Ok(Self { on, is_told })
    }

    /// Waits until something is copied; `false` where nothing was in time.
    pub(super) fn wait(&self, deadline: Instant) -> Result<bool, ClipboardProblem> {
        // Other properties of the screen change all the time.
        let is_meant = |event: &Event| !matches!(event, Event::PropertyNotify(of) if !cut_buffers().contains(&of.atom));
        loop {
            match self.on.event(deadline)? {
                Some(event) if is_meant(&event) => return Ok(true),
                Some(_) => {}
                None => return Ok(false),
            }
        }
    }
}

impl X11 {
    fn listen(&self) -> Result<(), Box<dyn std::error::Error>> {
        self.connection
            .extension_information(xfixes::X11_EXTENSION_NAME)?
            .ok_or("the server does not tell of new owners")?;
        self.connection.xfixes_query_version(5, 0)?.reply()?;
        let owner = SelectionEventMask::SET_SELECTION_OWNER;
        for selection in [self.clipboard, AtomEnum::PRIMARY.into()] {
            self.connection.xfixes_select_selection_input(self.window, selection, owner)?;
        }
        let properties = ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        self.connection.change_window_attributes(self.root, &properties)?;
        self.connection.sync()?;
        Ok(())
    }
}
