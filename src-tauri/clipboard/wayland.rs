//! Wayland's clipboard, through the protocol by which a program reads and sets it without a window: data-control.

use std::{
    convert::Infallible,
    io::{ErrorKind, Read},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel},
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use keybearer_core::{failure::ClipboardProblem, words};
use wl_clipboard_rs::{
    copy::{self, MimeSource, Source},
    paste,
};
use zeroize::Zeroizing;

use super::observer::{LARGEST, PATIENCE, unusable, utf8, wait_until_readable};
use crate::hardening;

/// Whether the compositor has the protocol.
pub(super) fn answers() -> bool {
    !matches!(
        paste::get_mime_types(paste::ClipboardType::Regular, paste::Seat::Unspecified),
        Err(paste::Error::MissingProtocol { .. }
            | paste::Error::WaylandConnection(_)
            | paste::Error::WaylandCommunication(_)
            | paste::Error::SocketOpenError(_))
    )
}

/// The text on the clipboard, over a connection of its own.
pub(super) fn text() -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
    text_of(paste::ClipboardType::Regular)
}

/// Whether the text is in the selection that the middle button pastes, where there is one.
pub(super) fn is_selected(is_secret: &dyn Fn(&str) -> bool) -> Result<bool, ClipboardProblem> {
    Ok(text_of(paste::ClipboardType::Primary)?.is_some_and(|text| is_secret(&text)))
}

/// Empties that selection where the text is there. Whether it was. One that its owner does not tell is emptied as well: it
/// may be the text, and a program that hangs misses nothing.
pub(super) fn clear_selected(is_secret: &dyn Fn(&str) -> bool) -> Result<bool, ClipboardProblem> {
    let selected = is_selected(is_secret);
    if selected != Ok(false) {
        copy::clear(copy::ClipboardType::Primary, copy::Seat::All).map_err(unusable)?;
    }
    Ok(selected == Ok(true))
}

/// Empties the clipboard, whoever's it is.
pub(super) fn empty() -> Result<(), ClipboardProblem> {
    copy::clear(copy::ClipboardType::Regular, copy::Seat::All).map_err(unusable)
}

fn text_of(which: paste::ClipboardType) -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
    let contents = paste::get_contents(which, paste::Seat::Unspecified, paste::MimeType::Text);
    let mut pipe = match contents {
        Ok((pipe, _)) => pipe,
        Err(
            paste::Error::ClipboardEmpty
            | paste::Error::NoMimeType
            | paste::Error::NoSeats
            | paste::Error::PrimarySelectionUnsupported,
        ) => return Ok(None),
        Err(error) => return Err(unusable(error)),
    };
    let deadline = Instant::now() + PATIENCE;
    let mut bytes = Zeroizing::new(Vec::with_capacity(8 << 10));
    let mut piece = Zeroizing::new([0; 4 << 10]);
    loop {
        // Its owner writes, which may have stopped working.
        if !wait_until_readable(&pipe, deadline)? {
            return Err(ClipboardProblem::Unusable(words::clipboard_owner_silent()));
        }
        match pipe.read(&mut *piece) {
            Ok(0) => return Ok(utf8(&bytes)),
            Ok(read) => bytes.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(unusable(error)),
        }
        if bytes.len() > LARGEST as usize {
            return Ok(None);
        }
    }
}

/// A text that this process serves to whoever asks for it, on a thread of its own: until something else is copied, or the
/// clipboard is cleared.
pub(super) struct Serving {
    /// Nothing comes here, but the end.
    ended: Mutex<Receiver<Infallible>>,
}

impl Serving {
    /// Puts the text there, marked as a secret. Others see it a moment later.
    pub(super) fn start(text: &str) -> Result<Self, ClipboardProblem> {
        let text = MimeSource { source: Source::Bytes(text.as_bytes().into()), mime_type: copy::MimeType::Text };
        let (tell, told) = sync_channel(1);
        let (serving, ended) = channel();
        let serve = move || {
            serve(text, &tell);
            // What is served passes over the stack, which the system keeps for the next thread.
            hardening::wipe_unused_stack();
            drop(serving);
        };
        thread::Builder::new().spawn(serve).map_err(unusable)?;
        told.recv().map_err(unusable)??;
        Ok(Self { ended: Mutex::new(ended) })
    }

    /// Whether it has come to its end, or comes to it within this time: the compositor tells of something else that was
    /// copied only once it is there.
    pub(super) fn has_ended(&self, within: Duration) -> bool {
        let ended = self.ended.lock();
        ended.recv_timeout(within) == Err(RecvTimeoutError::Disconnected)
    }
}

/// Returns at the end. Tells before that whether there is something that can end.
#[inline(never)]
fn serve(text: MimeSource, tell: &SyncSender<Result<(), ClipboardProblem>>) {
    let mut options = copy::Options::new();
    options.sensitive(true).foreground(true);
    match options.prepare_copy_multi(vec![text]) {
        Ok(copy) => {
            let _ = tell.send(Ok(()));
            // Whatever ends it: from then on it is not served any more.
            let _ = copy.serve();
        }
        Err(error) => {
            let _ = tell.send(Err(unusable(error)));
        }
    }
}
