//! The accessibility bus, as a screen reader has it: what every program of the person's can read there.

use std::collections::BTreeSet;
use std::process::Stdio;

use anyhow::{Context, Result};
use zbus::blocking::connection::Builder;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::OwnedObjectPath;

use crate::desktop::Desktop;
use crate::process::Process;

/// Whose it is and where, of which program, of which other, its place, how many are in it, what it can do, its name, its role,
/// its description, and its states.
type Item = (Reference, Reference, Reference, i32, i32, Vec<String>, String, u32, String, Vec<u32>);

type Reference = (String, OwnedObjectPath);

/// The bus of a desktop. Ends when dropped.
#[derive(Debug)]
pub struct Accessibility {
    connection: Connection,
    _launcher: Process,
}

impl Accessibility {
    /// Starts it, as for somebody who uses a screen reader. Programs that are started from then on take part in it.
    ///
    /// # Errors
    /// Where it is missing or does not start.
    pub async fn start(desktop: &mut Desktop) -> Result<Self> {
        desktop.set("NO_AT_BRIDGE", "0");
        let mut launcher = desktop.command("/usr/libexec/at-spi-bus-launcher");
        launcher.args(["--launch-immediately", "--screen-reader=1", "--a11y=1"]);
        launcher.stdout(Stdio::null()).stderr(Stdio::null());
        let launcher = Process::start(launcher)?;
        let mut wait = tokio::process::Command::from(desktop.command("gdbus"));
        wait.args(["wait", "--session", "--timeout", "10", "org.a11y.Bus"]).status().await?;
        let address = desktop.bus_address().context("this desktop has no bus")?.to_owned();
        let ask = move || -> Result<Connection> {
            let session = Builder::address(address.as_str())?.build()?;
            let address: String =
                Proxy::new(&session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus")?.call("GetAddress", &())?;
            Ok(Builder::address(address.as_str())?.build()?)
        };
        Ok(Self { connection: tokio::task::spawn_blocking(ask).await??, _launcher: launcher })
    }

    /// What everything that is drawn by a page is called, and what it says, as any program of the person's finds it.
    ///
    /// # Errors
    /// Where the bus does not answer.
    pub async fn told(&self) -> Result<Vec<String>> {
        let connection = self.connection.clone();
        tokio::task::spawn_blocking(move || told_on(&connection)).await?
    }
}

fn told_on(connection: &Connection) -> Result<Vec<String>> {
    let mut left = Vec::new();
    let names = DBusProxy::new(connection)?.list_names()?;
    for page in names.iter().filter(|name| name.contains("WebProcess")) {
        let cache = Proxy::new(connection, page.to_string(), "/org/a11y/atspi/cache", "org.a11y.atspi.Cache")?;
        // One that ends in this moment tells nothing any more.
        let Ok(items) = cache.call::<_, _, Vec<Item>>("GetItems", &()) else { continue };
        left.extend(items.into_iter().map(|item| (item.0.0, item.0.1.to_string())));
    }
    let (mut told, mut seen) = (Vec::new(), BTreeSet::new());
    while let Some((program, path)) = left.pop() {
        let object = |interface: &'static str| Proxy::new(connection, program.clone(), path.clone(), interface);
        if !seen.insert((program.clone(), path.clone())) {
            continue;
        }
        let accessible = object("org.a11y.atspi.Accessible")?;
        told.extend(accessible.get_property::<String>("Name"));
        told.extend(accessible.get_property::<String>("Description"));
        told.extend(object("org.a11y.atspi.Text")?.call::<_, _, String>("GetText", &(0, -1)));
        let children: Vec<(String, OwnedObjectPath)> = accessible.call("GetChildren", &()).unwrap_or_default();
        left.extend(children.into_iter().map(|(program, path)| (program, path.to_string())));
    }
    Ok(told)
}
