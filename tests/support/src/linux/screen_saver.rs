//! A stand-in for a desktop's screen saver, which locks the session by itself and tells so on the session bus.

use anyhow::{Context, Result};
use zbus::blocking::{Connection, connection};

use crate::desktop::Desktop;

const NAME: &str = "org.freedesktop.ScreenSaver";

/// The stand-in. Ends when dropped.
#[derive(Debug)]
pub struct ScreenSaver {
    connection: Connection,
}

impl ScreenSaver {
    /// Starts it on the desktop's bus.
    ///
    /// # Errors
    /// Where there is none.
    pub fn start(desktop: &Desktop) -> Result<Self> {
        let address = desktop.bus_address().context("this desktop has no bus")?;
        Ok(Self { connection: connection::Builder::address(address)?.name(NAME)?.build()? })
    }

    /// Tells that it is active from now on, or not any more.
    ///
    /// # Errors
    /// Where the bus is gone.
    pub fn tell(&self, active: bool) -> Result<()> {
        Ok(self.connection.emit_signal(None::<&str>, "/org/freedesktop/ScreenSaver", NAME, "ActiveChanged", &active)?)
    }
}
