//! A virtual display that nothing else is on: X11 with a window manager, or sway, which is Wayland; or one of the desktops
//! that people have, where they are installed.

mod confirming;
mod gnome;
mod plasma;
mod real;
mod sway;
mod x11;

use std::process::Command;

use anyhow::{Result, bail};

pub use self::confirming::Confirming;
use self::gnome::Gnome;
use self::plasma::Plasma;
pub(crate) use self::real::Environment;
use self::sway::Sway;
use self::x11::X11;
pub(crate) use self::x11::windows;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Xvfb, with openbox so that windows get the focus.
    X11,
    /// sway without a screen, and without X11 beside it.
    Sway,
    /// GNOME Shell without a screen, with X11 beside its Wayland.
    Gnome,
    /// KWin without a screen, with X11 beside its Wayland, and plasmashell.
    Plasma,
}

/// A window as it is on the display, in pixels.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Seen {
    pub x: i32,
    pub y: i32,
    pub width: u32,
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
    Gnome(Gnome),
    Plasma(Plasma),
}

impl Display {
    /// Starts one of 1280 by 900 pixels for whoever has this home, and waits until windows can be opened on it.
    ///
    /// # Errors
    /// Where one of its programs is missing or ends.
    pub(crate) fn open(kind: Kind, environment: &Environment<'_>) -> Result<Self> {
        Ok(Self(match kind {
            Kind::X11 => Server::X11(X11::open(environment.home)?),
            Kind::Sway => Server::Sway(Sway::open()?),
            Kind::Gnome => Server::Gnome(Gnome::open(environment).map_err(|error| environment.explain(error))?),
            Kind::Plasma => Server::Plasma(Plasma::open(environment).map_err(|error| environment.explain(error))?),
        }))
    }

    #[must_use]
    pub fn kind(&self) -> Kind {
        match &self.0 {
            Server::X11(_) => Kind::X11,
            Server::Sway(_) => Kind::Sway,
            Server::Gnome(_) => Kind::Gnome,
            Server::Plasma(_) => Kind::Plasma,
        }
    }

    /// Its name, for the variable `DISPLAY`, or `WAYLAND_DISPLAY`.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.0 {
            Server::X11(x11) => x11.name(),
            Server::Sway(sway) => sway.name(),
            Server::Gnome(_) | Server::Plasma(_) => real::SOCKET,
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
            Server::Gnome(gnome) => gnome.close_first_window(),
            Server::Plasma(plasma) => plasma.close_first_window(),
        }
    }

    /// What the desktop's own history of the clipboard keeps, where it has one: Plasma's.
    ///
    /// # Errors
    /// Where it does not answer.
    pub fn history(&self) -> Result<Option<Vec<String>>> {
        match &self.0 {
            Server::Plasma(plasma) => plasma.history().map(Some),
            _ => Ok(None),
        }
    }

    /// Locks the session as the desktop itself does it. Nothing unlocks it again.
    ///
    /// # Errors
    /// Where the desktop does not lock, or has no lock.
    pub fn lock_for_good(&self) -> Result<()> {
        match &self.0 {
            Server::Plasma(plasma) => plasma.lock_for_good(),
            Server::Gnome(_) => bail!("GNOME Shell’s takes GDM, and a service beside it: neither is started here"),
            _ => bail!("there is none"),
        }
    }

    /// GNOME Shell, which alone reads its clipboard without a window.
    pub(crate) fn gnome(&self) -> Option<&Gnome> {
        if let Server::Gnome(gnome) = &self.0 { Some(gnome) } else { None }
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
            _ => bail!("Wayland tells nobody where a window is"),
        }
    }

    /// Lets a command draw on this display, and on no other of the person's.
    pub fn apply(&self, command: &mut Command) {
        for other in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "XAUTHORITY", "SWAYSOCK"] {
            command.env_remove(other);
        }
        let (variable, kind) = match &self.0 {
            Server::X11(_) => ("DISPLAY", "x11"),
            _ => ("WAYLAND_DISPLAY", "wayland"),
        };
        command.env(variable, self.name()).env("GDK_BACKEND", kind).env("XDG_SESSION_TYPE", kind);
        match &self.0 {
            Server::Gnome(gnome) => real::apply(command.envs(gnome.x11().iter().cloned()), "GNOME"),
            Server::Plasma(plasma) => real::apply(command.envs(plasma.x11().iter().cloned()), "KDE"),
            Server::X11(_) | Server::Sway(_) => {}
        }
    }
}
