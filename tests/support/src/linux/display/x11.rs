//! X11, with a window manager so that windows get the focus.

use std::path::Path;

use anyhow::{Context, Result};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, Window};
use x11rb::rust_connection::RustConnection;

use super::Seen;
use crate::linux::home;
use crate::process::{self, Process};

#[derive(Debug)]
pub(super) struct X11 {
    // Dropped in this order: the window manager first, which would complain of a display that went away.
    _window_manager: Process,
    _server: Process,
    name: String,
}

impl X11 {
    pub(super) fn open(home: &Path) -> Result<Self> {
        // Not as the person: root alone makes the folder of its sockets where that is not there.
        let mut server = process::command("Xvfb");
        // The server finds a free number itself, and tells it once it can be talked to.
        server.args(["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"]);
        server.stderr(std::process::Stdio::null());
        let (server, number) = Process::start_and_read_line(server).context("the virtual display did not start")?;
        let name = format!(":{number}");

        let mut window_manager = process::command_of_person("openbox");
        home::apply(home, &mut window_manager);
        window_manager.env("DISPLAY", &name).args(["--sm-disable", "--startup", "echo ready"]);
        window_manager.stderr(std::process::Stdio::null());
        let (window_manager, _ready) =
            Process::start_and_read_line(window_manager).context("the window manager did not start")?;
        Ok(Self { _window_manager: window_manager, _server: server, name })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn close_first_window(&self) -> Result<()> {
        let (connection, root, first) = self.first()?;
        let close = connection.intern_atom(false, b"_NET_CLOSE_WINDOW")?.reply()?.atom;
        // Time and source are left open: nobody here can tell them.
        ask_the_manager(&connection, root, &ClientMessageEvent::new(32, first, close, [0; 5]))
    }

    pub(super) fn icon_sizes(&self) -> Result<Vec<u32>> {
        let (connection, _, first) = self.first()?;
        let icon = connection.intern_atom(false, b"_NET_WM_ICON")?.reply()?.atom;
        let icons = connection.get_property(false, first, icon, AtomEnum::CARDINAL, 0, u32::MAX)?.reply()?;
        // Each is its width, its height, and a number for each pixel.
        let mut numbers = icons.value32().into_iter().flatten();
        let mut sizes = Vec::new();
        while let (Some(width), Some(height)) = (numbers.next(), numbers.next()) {
            sizes.push(width);
            numbers.by_ref().take((width * height) as usize).for_each(drop);
        }
        Ok(sizes)
    }

    pub(super) fn first_window(&self) -> Result<Seen> {
        let (connection, root, first) = self.first()?;
        let size = connection.get_geometry(first)?.reply()?;
        let corner = connection.translate_coordinates(first, root, 0, 0)?.reply()?;
        let extents = connection.intern_atom(false, b"_NET_FRAME_EXTENTS")?.reply()?.atom;
        let extents = connection.get_property(false, first, extents, AtomEnum::CARDINAL, 0, 4)?.reply()?;
        let frame: Vec<u32> = extents.value32().into_iter().flatten().collect();
        Ok(Seen {
            x: corner.dst_x.into(),
            y: corner.dst_y.into(),
            width: size.width.into(),
            height: size.height.into(),
            frame: frame.try_into().ok().context("the window has no frame yet")?,
        })
    }

    pub(super) fn place_first_window(&self, x: u32, y: u32, width: u32, height: u32) -> Result<()> {
        const STATIC_GRAVITY: u32 = 10;
        const ALL_FOUR_BY_A_PERSON: u32 = 0b10_1111 << 8;
        let (connection, root, first) = self.first()?;
        let place = connection.intern_atom(false, b"_NET_MOVERESIZE_WINDOW")?.reply()?.atom;
        let data = [STATIC_GRAVITY | ALL_FOUR_BY_A_PERSON, x, y, width, height];
        ask_the_manager(&connection, root, &ClientMessageEvent::new(32, first, place, data))
    }

    fn first(&self) -> Result<(RustConnection, Window, Window)> {
        let (connection, screen) = x11rb::connect(Some(&self.name)).context("the display does not answer")?;
        let root = connection.setup().roots.get(screen).context("a display has a screen")?.root;
        let first = windows(&connection, root)?.into_iter().next().context("no window is open")?;
        Ok((connection, root, first))
    }
}

fn ask_the_manager(connection: &RustConnection, root: Window, request: &ClientMessageEvent) -> Result<()> {
    let to_the_manager = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
    connection.send_event(false, root, to_the_manager, *request)?.check()?;
    Ok(())
}

/// The windows that the window manager knows, in the order in which they were opened.
pub(crate) fn windows(connection: &impl Connection, root: Window) -> Result<Vec<Window>> {
    let list = connection.intern_atom(false, b"_NET_CLIENT_LIST")?.reply()?.atom;
    let list = connection.get_property(false, root, list, AtomEnum::WINDOW, 0, 64)?.reply()?;
    Ok(list.value32().into_iter().flatten().collect())
}
