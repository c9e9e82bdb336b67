//! A stand-in for logind: it tells of sleep and of locking as logind does, and knows what sleep is delayed by.

use std::io::{PipeReader, pipe};
use std::os::fd::OwnedFd as StdFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use zbus::blocking::{Connection, connection};
use zbus::interface;
use zbus::zvariant::{ObjectPath, OwnedFd, OwnedObjectPath};

use crate::desktop::Desktop;

const PATH: &str = "/org/freedesktop/login1";
/// How long a sleep may be delayed: twice what logind allows, on a busy computer.
const DELAYED: Duration = Duration::from_secs(10);
const SESSION: &str = "/org/freedesktop/login1/session/_31";

/// The stand-in. Ends when dropped.
#[derive(Debug)]
pub struct Logind {
    connection: Connection,
    delays: Arc<Mutex<Vec<PipeReader>>>,
}

struct Login1(Arc<Mutex<Vec<PipeReader>>>);

#[interface(name = "org.freedesktop.login1.Manager")]
impl Login1 {
    fn inhibit(&self, _what: &str, _who: &str, _why: &str, _mode: &str) -> zbus::fdo::Result<OwnedFd> {
        let (reader, writer) = pipe().map_err(|error| zbus::fdo::Error::Failed(error.to_string()))?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        Ok(OwnedFd::from(StdFd::from(writer)))
    }

    #[zbus(name = "GetSessionByPID")]
    fn session_of(&self, _process: u32) -> OwnedObjectPath {
        ObjectPath::from_static_str_unchecked(SESSION).into()
    }
}

impl Logind {
    /// Starts it on the desktop's bus, which has to be its system bus as well: [`Desktop::system_bus_is_its_own`].
    ///
    /// # Errors
    /// Where there is no bus.
    pub fn start(desktop: &Desktop) -> Result<Self> {
        let delays = Arc::new(Mutex::new(Vec::new()));
        let address = desktop.bus_address().context("this desktop has no bus")?;
        let connection = connection::Builder::address(address)?
            .name("org.freedesktop.login1")?
            .serve_at(PATH, Login1(Arc::clone(&delays)))?
            .build()?;
        Ok(Self { connection, delays })
    }

    /// How often sleep was delayed so far.
    #[must_use]
    pub fn delays(&self) -> usize {
        self.delays.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Tells that the computer goes to sleep, and waits until the last delay is given up.
    ///
    /// # Errors
    /// Where nobody has delayed it, or the delay is held for longer than some seconds.
    pub fn sleep(&self) -> Result<()> {
        let delay = self.delays.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let delay = delay.context("nobody has delayed it")?;
        let manager = "org.freedesktop.login1.Manager";
        self.connection.emit_signal(None::<&str>, PATH, manager, "PrepareForSleep", &(true,))?;
        // The other end is closed once whoever delayed it is done.
        let within = Timespec { tv_sec: DELAYED.as_secs().try_into()?, tv_nsec: 0 };
        let closed = poll(&mut [PollFd::new(&delay, PollFlags::IN)], Some(&within))?;
        ensure!(closed == 1, "sleep is delayed still, {} s later", DELAYED.as_secs());
        Ok(())
    }

    /// Tells that the session is to be locked; or another person's.
    ///
    /// # Errors
    /// Where the bus is gone.
    pub fn lock(&self, own: bool) -> Result<()> {
        let path = if own { SESSION } else { "/org/freedesktop/login1/session/_32" };
        Ok(self.connection.emit_signal(None::<&str>, path, "org.freedesktop.login1.Session", "Lock", &())?)
    }
}
