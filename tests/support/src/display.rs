//! A virtual X display, with a window manager so that windows get the focus.

use std::process::Command;

use anyhow::{Context, Result};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, Window};

use crate::process::{self, Process};

/// A display that nothing else is on. Ends when dropped.
#[derive(Debug)]
pub struct Display {
    // Dropped in this order: the window manager first, which would complain of a display that went away.
    _window_manager: Process,
    _server: Process,
    name: String,
}

impl Display {
    /// Starts one of 1280 by 900 pixels, and waits until its window manager is there.
    ///
    /// # Errors
    /// Where Xvfb or openbox are missing or end.
    pub fn open() -> Result<Self> {
        let mut server = process::command("Xvfb");
        // The server finds a free number itself, and tells it once it can be talked to.
        server.args(["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"]);
        server.stderr(std::process::Stdio::null());
        let (server, number) = Process::start_and_read_line(server).context("the virtual display did not start")?;
        let name = format!(":{number}");

        let mut window_manager = process::command("openbox");
        window_manager.env("DISPLAY", &name).args(["--sm-disable", "--startup", "echo ready"]);
        window_manager.stderr(std::process::Stdio::null());
        let (window_manager, _ready) =
            Process::start_and_read_line(window_manager).context("the window manager did not start")?;
        Ok(Self { _window_manager: window_manager, _server: server, name })
    }

    /// Its name, for the variable `DISPLAY`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Asks the window that was opened first to close, as a click on its frame's button does.
    ///
    /// # Errors
    /// Where no window is open.
    pub fn close_first_window(&self) -> Result<()> {
        let (connection, screen) = x11rb::connect(Some(&self.name)).context("the display does not answer")?;
        let root = connection.setup().roots.get(screen).context("a display has a screen")?.root;
        let first = windows(&connection, root)?.into_iter().next().context("no window is open")?;
        let close = connection.intern_atom(false, b"_NET_CLOSE_WINDOW")?.reply()?.atom;
        // Time and source are left open: nobody here can tell them.
        let request = ClientMessageEvent::new(32, first, close, [0; 5]);
        let to_the_manager = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        connection.send_event(false, root, to_the_manager, request)?.check()?;
        Ok(())
    }

    /// Lets a command draw on this display, and on no other of the person's.
    pub fn apply(&self, command: &mut Command) {
        command.env("DISPLAY", &self.name).env("GDK_BACKEND", "x11").env("XDG_SESSION_TYPE", "x11");
        for other in ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "XAUTHORITY"] {
            command.env_remove(other);
        }
    }
}

/// The windows that the window manager knows, in the order in which they were opened.
pub(crate) fn windows(connection: &impl Connection, root: Window) -> Result<Vec<Window>> {
    let list = connection.intern_atom(false, b"_NET_CLIENT_LIST")?.reply()?.atom;
    let list = connection.get_property(false, root, list, AtomEnum::WINDOW, 0, 64)?.reply()?;
    Ok(list.value32().into_iter().flatten().collect())
}
