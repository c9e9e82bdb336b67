//! The desktop's portal as people have it: xdg-desktop-portal, with GTK's part of it, which reads dconf's settings.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::desktop::Desktop;
use crate::portal::Scheme;
use crate::process::Process;

const DCONF: &str = "ca.desrt.dconf";
const PART_OF_GTK: &str = "org.freedesktop.impl.portal.desktop.gtk";
const PORTAL: &str = "org.freedesktop.portal.Desktop";

/// The portal and what it is made of, each a program of the person's. Ends when dropped.
#[derive(Debug)]
pub struct XdgPortal<'a> {
    desktop: &'a Desktop,
    // Dropped in this order.
    _portal: Process,
    _part_of_gtk: Process,
    _dconf: Process,
}

impl<'a> XdgPortal<'a> {
    /// Starts it on a desktop whose person has chosen a scheme before.
    ///
    /// # Errors
    /// Where one of its programs is missing or does not start.
    pub fn start(desktop: &'a Desktop, scheme: Scheme) -> Result<Self> {
        let dconf = service(desktop, "dconf-service", DCONF)?;
        choose(desktop, scheme)?;
        let part_of_gtk = service(desktop, "xdg-desktop-portal-gtk", PART_OF_GTK)?;
        let portal = service(desktop, "xdg-desktop-portal", PORTAL)?;
        Ok(Self { desktop, _portal: portal, _part_of_gtk: part_of_gtk, _dconf: dconf })
    }

    /// The person chooses otherwise.
    ///
    /// # Errors
    /// Where dconf does not take it.
    pub fn choose(&self, scheme: Scheme) -> Result<()> {
        choose(self.desktop, scheme)
    }
}

/// Starts one of the programs, and waits until somebody answers to its name.
fn service(desktop: &Desktop, program: &str, name: &str) -> Result<Process> {
    let mut command = desktop.command(format!("/usr/libexec/{program}"));
    command.env("GSETTINGS_BACKEND", "dconf").stdin(Stdio::null()).stdout(Stdio::null());
    // It complains of each part that is not there: of documents, of location, of the system's bus.
    command.stderr(Stdio::null());
    let process = Process::start(command)?;
    let there = desktop.command("gdbus").args(["wait", "--session", "--timeout", "10", name]).status()?;
    ensure!(there.success(), "nobody answers to {name} after 10 s: {program} did not start");
    Ok(process)
}

fn choose(desktop: &Desktop, scheme: Scheme) -> Result<()> {
    let value = match scheme {
        Scheme::NoPreference => "default",
        Scheme::Dark => "prefer-dark",
        Scheme::Light => "prefer-light",
    };
    let mut set = desktop.command("gsettings");
    set.args(["set", "org.gnome.desktop.interface", "color-scheme", value]).env("GSETTINGS_BACKEND", "dconf");
    let set = set.status().context("gsettings could not be started")?;
    ensure!(set.success(), "dconf does not take {value}");
    Ok(())
}
