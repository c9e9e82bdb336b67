//! A stand-in for keyrings that know no encryption of what goes to them, such as some that keep it in `pass`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use zbus::blocking::{Connection, connection};
use zbus::fdo;
use zbus::interface;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

use crate::desktop::Desktop;

/// The stand-in. Ends when dropped.
#[derive(Debug)]
pub struct PlainKeyring {
    _connection: Connection,
    sessions: Arc<AtomicUsize>,
}

struct Service(Arc<AtomicUsize>);

#[interface(name = "org.freedesktop.Secret.Service")]
impl Service {
    fn open_session(&self, algorithm: &str, _input: Value<'_>) -> fdo::Result<(OwnedValue, OwnedObjectPath)> {
        if algorithm != "plain" {
            return Err(fdo::Error::NotSupported("only plain is supported".to_owned()));
        }
        self.0.fetch_add(1, Ordering::SeqCst);
        let output = Value::from("").try_into().map_err(|_| fdo::Error::Failed("no memory".to_owned()))?;
        Ok((output, ObjectPath::from_static_str_unchecked("/org/freedesktop/secrets/session/1").into()))
    }

    fn read_alias(&self, _name: &str) -> OwnedObjectPath {
        ObjectPath::from_static_str_unchecked("/org/freedesktop/secrets/collection/plain").into()
    }
}

impl PlainKeyring {
    /// Starts it on a desktop that has no other keyring.
    ///
    /// # Errors
    /// Where there is no bus.
    pub fn start(desktop: &Desktop) -> Result<Self> {
        let address = desktop.bus_address().context("this desktop has no bus")?;
        let sessions = Arc::<AtomicUsize>::default();
        let connection = connection::Builder::address(address)?
            .serve_at("/org/freedesktop/secrets", Service(Arc::clone(&sessions)))?
            .name("org.freedesktop.secrets")?
            .build()?;
        Ok(Self { _connection: connection, sessions })
    }

    /// How many sessions there were in which everything would have gone to it in clear.
    #[must_use]
    pub fn sessions_in_clear(&self) -> usize {
        self.sessions.load(Ordering::SeqCst)
    }
}
