//! A stand-in for the desktop's portal, which tells whether the desktop is light or dark.

use std::os::unix::fs::MetadataExt;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use zbus::blocking::{Connection, connection};
use zbus::interface;
use zbus::message::Header;
use zbus::zvariant::Value;

use crate::desktop::Desktop;

const PATH: &str = "/org/freedesktop/portal/desktop";
const NAME: &str = "org.freedesktop.portal.Desktop";
const SETTINGS: &str = "org.freedesktop.portal.Settings";
const COLOURS: (&str, &str) = ("org.freedesktop.appearance", "color-scheme");

/// What a person has chosen for the whole desktop, by the portal's numbers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scheme {
    NoPreference = 0,
    Dark = 1,
    Light = 2,
}

/// The stand-in. Ends when dropped.
#[derive(Debug)]
pub struct Portal {
    connection: Connection,
    scheme: Arc<Mutex<Scheme>>,
}

struct Settings {
    scheme: Arc<Mutex<Scheme>>,
    hangs: bool,
}

#[interface(name = "org.freedesktop.portal.Settings")]
impl Settings {
    /// A variant in a variant, as this method has it ever since a mistake of its first version.
    async fn read(
        &self,
        namespace: &str,
        key: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
    ) -> zbus::fdo::Result<Value<'static>> {
        ensure_can_be_looked_into(connection, &header).await?;
        if self.hangs {
            std::future::pending::<()>().await;
        }
        if (namespace, key) != COLOURS {
            return Err(zbus::fdo::Error::Failed("the requested setting is not found".to_owned()));
        }
        let scheme = *self.scheme.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Value::Value(Box::new(Value::U32(scheme as u32))))
    }
}

/// The real one finds out whether a caller lives in a sandbox of Flatpak's, and answers nobody into whom it may not look.
/// This runs as whoever runs the tests, and so asks whose the caller's files in `/proc` are: root's, where it is closed.
async fn ensure_can_be_looked_into(connection: &zbus::Connection, header: &Header<'_>) -> zbus::fdo::Result<()> {
    let bus = zbus::fdo::DBusProxy::new(connection).await?;
    let caller = header.sender().ok_or_else(|| zbus::fdo::Error::Failed("nobody asks".to_owned()))?;
    let process = bus.get_connection_unix_process_id(caller.clone().into()).await?;
    let person = bus.get_connection_unix_user(caller.clone().into()).await?;
    let owner = std::fs::symlink_metadata(format!("/proc/{process}/environ")).map(|file| file.uid());
    if owner.is_ok_and(|owner| owner == person) {
        return Ok(());
    }
    Err(zbus::fdo::Error::AccessDenied("Portal operation not allowed: Unable to open /proc/…/root".to_owned()))
}

impl Portal {
    /// Starts it on the desktop's bus.
    ///
    /// # Errors
    /// Where there is no bus.
    pub fn start(desktop: &Desktop, scheme: Scheme) -> Result<Self> {
        Self::serve(desktop, scheme, false)
    }

    /// Starts one that never answers when it is asked for its settings. (One that answers nothing at all keeps GTK itself
    /// waiting for 25 s, in every program.)
    ///
    /// # Errors
    /// Where there is no bus.
    pub fn hanging(desktop: &Desktop) -> Result<Self> {
        Self::serve(desktop, Scheme::NoPreference, true)
    }

    fn serve(desktop: &Desktop, scheme: Scheme, hangs: bool) -> Result<Self> {
        let scheme = Arc::new(Mutex::new(scheme));
        let address = desktop.bus_address().context("this desktop has no bus")?;
        let settings = Settings { scheme: Arc::clone(&scheme), hangs };
        let connection = connection::Builder::address(address)?.name(NAME)?.serve_at(PATH, settings)?.build()?;
        Ok(Self { connection, scheme })
    }

    /// The person chooses otherwise, which is told to everybody.
    ///
    /// # Errors
    /// Where the bus is gone.
    pub fn choose(&self, scheme: Scheme) -> Result<()> {
        *self.scheme.lock().unwrap_or_else(PoisonError::into_inner) = scheme;
        let (namespace, key) = COLOURS;
        let told = (namespace, key, Value::U32(scheme as u32));
        Ok(self.connection.emit_signal(None::<&str>, PATH, SETTINGS, "SettingChanged", &told)?)
    }
}
