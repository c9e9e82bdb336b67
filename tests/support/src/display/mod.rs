//! A virtual display that nothing else is on: X11 with a window manager, or sway, which is Wayland.

mod confirming;
mod sway;
mod x11;

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

pub use self::confirming::Confirming;
use self::sway::Sway;
use self::x11::X11;
pub(crate) use self::x11::windows;

/// What kind of display.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Xvfb, with openbox so that windows get the focus.
    X11,
    /// sway without a screen, and without X11 beside it.
    Sway,
}

/// A window as it is on the display, in pixels.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Seen {
    /// The page's left edge.
    pub x: i32,
    /// The page's upper edge.
    pub y: i32,
    /// The page's width.
    pub width: u32,
    /// The page's height.
    pub height: u32,
    /// The frame's width at the left, right, top and bottom.
    pub frame: [u32; 4],
}

/// The display. Ends when dropped.
#[derive(Debug)]
pub struct Display(Server);

#[derive(Debug)]
enum Server {
    X11(X11),
    Sway(Sway),
}

impl Display {
    /// Starts one of 1280 by 900 pixels for whoever has this home, and waits until windows can be opened on it.
    ///
    /// # Errors
    /// Where one of its programs is missing or ends.
    pub(crate) fn open(kind: Kind, home: &Path) -> Result<Self> {
        Ok(Self(match kind {
            Kind::X11 => Server::X11(X11::open(home)?),
            Kind::Sway => Server::Sway(Sway::open()?),
        }))
    }

    /// What kind it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &self.0 {
            Server::X11(_) => Kind::X11,
            Server::Sway(_) => Kind::Sway,
        }
    }

    /// Its name, for the variable `DISPLAY`, or `WAYLAND_DISPLAY`.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.0 {
            Server::X11(x11) => x11.name(),
            Server::Sway(sway) => sway.name(),
        }
    }

    /// Asks the window that was opened first to close, as a click on its frame's button does.
    ///
    /// # Errors
    /// Where no window is open.
    pub fn close_first_window(&self) -> Result<()> {
        match &self.0 {
            Server::X11(x11) => x11.close_first_window(),
            Server::Sway(sway) => sway.close_first_window(),
        }
    }

    /// Where the page of the window that was opened first is on the display, and its frame around it; on X11 alone, since
    /// Wayland tells nobody.
    ///
    /// # Errors
    /// Where no window is open, or this is Wayland.
    pub fn first_window(&self) -> Result<Seen> {
        self.x11()?.first_window()
    }

    /// Moves the window that was opened first, and makes its page this large, as a person does at its frame; on X11 alone.
    ///
    /// # Errors
    /// Where no window is open, or this is Wayland.
    pub fn place_first_window(&self, x: u32, y: u32, width: u32, height: u32) -> Result<()> {
        self.x11()?.place_first_window(x, y, width, height)
    }

    /// The sizes, in pixels, in which the window that was opened first has its icon; on X11 alone, as above.
    ///
    /// # Errors
    /// Where no window is open, or this is Wayland.
    pub fn icon_sizes(&self) -> Result<Vec<u32>> {
        self.x11()?.icon_sizes()
    }

    fn x11(&self) -> Result<&X11> {
        match &self.0 {
            Server::X11(x11) => Ok(x11),
            Server::Sway(_) => bail!("Wayland tells nobody where a window is"),
        }
    }

    /// Lets a command draw on this display, and on no other of the person's.
    pub fn apply(&self, command: &mut Command) {
        for other in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "XAUTHORITY", "SWAYSOCK"] {
            command.env_remove(other);
        }
        let (variable, kind) = match &self.0 {
            Server::X11(_) => ("DISPLAY", "x11"),
            Server::Sway(_) => ("WAYLAND_DISPLAY", "wayland"),
        };
        command.env(variable, self.name()).env("GDK_BACKEND", kind).env("XDG_SESSION_TYPE", kind);
    }
}
