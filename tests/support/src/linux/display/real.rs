//! What the desktops that people have need where there is no screen, no graphics card and no logind.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use zbus::blocking::{Connection, connection};

use crate::linux::home;

/// The name of their socket, in the folder for those.
pub(super) const SOCKET: &str = "keybearer-0";

/// How long they are given to start without a graphics card, and to answer.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Environment<'a> {
    pub(crate) home: &'a Path,
    /// The address of the session bus, which they are nothing without.
    pub(crate) bus: Option<&'a str>,
}

impl Environment<'_> {
    /// Lets a part of the desktop live in it. What it complains of goes to a file beside the home's other folders.
    pub(super) fn apply(&self, command: &mut Command) -> Result<()> {
        home::apply(self.home, command);
        for other in ["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"] {
            command.env_remove(other);
        }
        let bus = self.bus.context("this desktop has no bus")?;
        // They give up where there is no system bus. Nothing of a system's is on this one, so they do without.
        command.env("DBUS_SESSION_BUS_ADDRESS", bus).env("DBUS_SYSTEM_BUS_ADDRESS", bus);
        command.envs([("LIBGL_ALWAYS_SOFTWARE", "1"), ("LANG", "C.UTF-8"), ("GSETTINGS_BACKEND", "memory")]);
        let complaints = File::options().create(true).append(true).open(self.home.join("complaints"))?;
        command.stdin(Stdio::null()).stderr(complaints);
        Ok(())
    }

    /// What they complained of last, beside what went wrong.
    pub(super) fn explain(&self, error: anyhow::Error) -> anyhow::Error {
        let told = fs::read_to_string(self.home.join("complaints")).unwrap_or_default();
        let lines: Vec<&str> = told.lines().collect();
        let last = lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n");
        error.context(format!("the desktop did not start; it said last:\n{last}\n"))
    }

    pub(super) fn connection(&self) -> Result<Connection> {
        let builder = connection::Builder::address(self.bus.context("this desktop has no bus")?)?;
        Ok(builder.method_timeout(PATIENCE).build()?)
    }
}

/// Asks a desktop to lock the session by its own lock, and waits until it says that it has.
pub(super) fn lock(bus: &Connection, name: &str, path: &str) -> Result<()> {
    bus.call_method(Some(name), path, Some(name), "Lock", &())?;
    let is_locked = || -> Result<()> {
        let active: bool = bus.call_method(Some(name), path, Some(name), "GetActive", &())?.body().deserialize()?;
        ensure!(active, "it is not locked");
        Ok(())
    };
    wait("the desktop's own lock", is_locked)
}

/// What programs are told of the desktop that they are on.
pub(super) fn apply(command: &mut Command, desktop: &str) {
    command.env("XDG_CURRENT_DESKTOP", desktop).env("XDG_SESSION_TYPE", "wayland");
}

/// Looks until `look` succeeds.
pub(super) fn wait<T>(what: &str, mut look: impl FnMut() -> Result<T>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match look() {
            Ok(found) => return Ok(found),
            Err(seen) if Instant::now() > deadline => return Err(seen.context(format!("waited for {what}"))),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}
