//! Plasma: KWin without a screen, and plasmashell, which keeps a history of what is copied.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use zbus::blocking::Connection;

use super::real::{self, Environment};
use crate::process::{self, Process};

const KWIN: &str = "org.kde.KWin";
/// What plasmashell does not start without; where no service is started by its name on the bus, it has to be there before.
const ACTIVITIES: &str = "exec /usr/lib/*/libexec/kactivitymanagerd";
const SCRIPTING: &str = "org.kde.kwin.Scripting";

#[derive(Debug)]
pub(super) struct Plasma {
    bus: Connection,
    x11: Vec<(&'static str, String)>,
    folder: PathBuf,
    // Dropped in this order.
    _shell: Process,
    _activities: Process,
    _server: Process,
}

impl Plasma {
    pub(super) fn open(environment: &Environment<'_>) -> Result<Self> {
        let mut server = process::command_of_person("kwin_wayland");
        server.args(["--virtual", "--xwayland", "--no-global-shortcuts"]);
        server.args(["--width", "1280", "--height", "900", "--socket", real::SOCKET]);
        // It starts this once it is ready, and tells it where X11 is.
        server.arg("sh -c 'echo \"$DISPLAY $XAUTHORITY\"; exec sleep infinity'");
        environment.apply(&mut server)?;
        real::apply(&mut server, "KDE");
        let (server, told) = Process::start_and_read_line(server).context("KWin did not start")?;
        let x11 = ["DISPLAY", "XAUTHORITY"].into_iter().zip(told.split(' ').map(str::to_owned)).collect::<Vec<_>>();

        let start = |commands: &str| {
            let mut part = process::command_of_person("sh");
            part.args(["-c", commands]);
            environment.apply(&mut part)?;
            real::apply(&mut part, "KDE");
            part.env("WAYLAND_DISPLAY", real::SOCKET).envs(x11.iter().cloned()).env("QT_QPA_PLATFORM", "wayland");
            Process::start(part)
        };
        let bus = environment.connection()?;
        let activities = start(ACTIVITIES)?;
        let names = zbus::blocking::fdo::DBusProxy::new(&bus)?;
        real::wait("Plasma's activities", || {
            ensure!(names.name_has_owner("org.kde.ActivityManager".try_into()?)?, "there are none");
            Ok(())
        })?;
        let shell = start("exec plasmashell")?;
        let folder = environment.home.join("runtime");
        let plasma = Self { bus, folder, _shell: shell, _activities: activities, _server: server, x11 };
        real::wait("plasmashell", || plasma.history().map(drop))?;
        Ok(plasma)
    }

    pub(super) fn x11(&self) -> &[(&'static str, String)] {
        &self.x11
    }

    pub(super) fn lock_for_good(&self) -> Result<()> {
        real::lock(&self.bus, "org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver")
    }

    pub(super) fn close_first_window(&self) -> Result<()> {
        self.run(
            "const own = (each) => each.normalWindow && /keybearer/i.test(each.resourceClass);
             workspace.stackingOrder.filter(own)[0].closeWindow();",
        )
    }

    /// What Klipper, which is in plasmashell, keeps of what was copied.
    pub(super) fn history(&self) -> Result<Vec<String>> {
        let name = "org.kde.klipper";
        let told = self.bus.call_method(
            Some(name),
            "/klipper",
            Some("org.kde.klipper.klipper"),
            "getClipboardHistoryMenu",
            &(),
        )?;
        Ok(told.body().deserialize()?)
    }

    /// Runs a script in KWin, which returns nothing.
    fn run(&self, script: &str) -> Result<()> {
        let file = self.folder.join("script.js");
        fs::write(&file, script)?;
        process::give(&file)?;
        let path = file.to_str().context("the folder's name is text")?;
        let name = "keybearer";
        self.bus.call_method(Some(KWIN), "/Scripting", Some(SCRIPTING), "unloadScript", &name)?;
        let told = self.bus.call_method(Some(KWIN), "/Scripting", Some(SCRIPTING), "loadScript", &(path, name))?;
        let number: i32 = told.body().deserialize()?;
        ensure!(number >= 0, "KWin does not load a script");
        let object = format!("/Scripting/Script{number}");
        self.bus.call_method(Some(KWIN), object.as_str(), Some("org.kde.kwin.Script"), "run", &())?;
        Ok(())
    }
}
