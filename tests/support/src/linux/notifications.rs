//! A stand-in for what shows notifications on a desktop, which keeps them.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use zbus::blocking::{Connection, connection};
use zbus::interface;
use zbus::zvariant::OwnedValue;

use crate::desktop::Desktop;

const NAME: &str = "org.freedesktop.Notifications";

/// One as it came.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Notified {
    /// Who it is from.
    pub app: String,
    /// Its headline, which is plain text.
    pub summary: String,
    /// The rest, which is markup.
    pub body: String,
}

/// The stand-in. Ends when dropped.
#[derive(Debug)]
pub struct Notifications {
    _connection: Connection,
    all: Arc<Mutex<Vec<Notified>>>,
}

struct Service(Arc<Mutex<Vec<Notified>>>);

#[interface(name = "org.freedesktop.Notifications")]
impl Service {
    fn get_capabilities(&self) -> Vec<&'static str> {
        vec!["body", "body-markup", "persistence"]
    }

    #[allow(clippy::too_many_arguments, reason = "they are the protocol's")]
    fn notify(
        &self,
        app: String,
        _replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        _actions: Vec<String>,
        _hints: std::collections::HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Notified { app, summary, body });
        u32::try_from(all.len()).unwrap_or(u32::MAX)
    }
}

impl Notifications {
    /// Starts it on the desktop's bus.
    ///
    /// # Errors
    /// Where there is none, or another shows them there.
    pub fn start(desktop: &Desktop) -> Result<Self> {
        let all = Arc::new(Mutex::new(Vec::new()));
        let address = desktop.bus_address().context("this desktop has no bus")?;
        let connection = connection::Builder::address(address)?
            .name(NAME)?
            .serve_at("/org/freedesktop/Notifications", Service(Arc::clone(&all)))?
            .build()?;
        Ok(Self { _connection: connection, all })
    }

    /// Those that came so far, the oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Notified> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
