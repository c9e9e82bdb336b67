//! A desktop of one's own: home, session bus, keyring and display, apart from the person's and gone afterwards.
//!
//! Its programs run as an ordinary user ([`process::person`]), also where root runs the tests: root is let through where
//! people are not. What only looks on stays root: the tests themselves, the window's driver, strace.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::display::{Display, Environment, Kind};
use crate::linux::leftovers::Leftovers;
use crate::linux::{home, services};
use crate::process::{self, Process};
use crate::traces::Secret;

/// What a desktop is to have.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// What its windows are drawn on.
    pub display: Kind,
    pub theme: Theme,
    /// Whether a keyring is there, unlocked and empty.
    pub keyring: bool,
    /// Whether there is a session bus, without which there is no keyring either.
    pub bus: bool,
}

impl Default for Wanted {
    /// As most people's: light, with a keyring.
    fn default() -> Self {
        Self { display: Kind::X11, theme: Theme::Light, keyring: true, bus: true }
    }
}

/// What pages get to know as `prefers-color-scheme`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Theme {
    /// `light`
    Light,
    /// `dark`
    Dark,
}

impl Theme {
    /// The GTK theme that WebKit reads the preference from.
    fn gtk(self) -> &'static str {
        match self {
            Self::Light => "Adwaita",
            Self::Dark => "Adwaita:dark",
        }
    }
}

/// The desktop. Ends when dropped, and its home with it.
#[derive(Debug)]
pub struct Desktop {
    // Dropped in this order.
    display: Display,
    keyring: Mutex<Option<Process>>,
    prompter: Mutex<Option<Process>>,
    _bus: Option<Process>,
    bus_address: Option<String>,
    theme: Theme,
    variables: Vec<(&'static str, String)>,
    _leftovers: Leftovers,
    home: TempDir,
    programs: TempDir,
}

impl Desktop {
    /// Makes one.
    ///
    /// # Errors
    /// Where one of its programs is missing or does not start.
    pub fn open(wanted: Wanted) -> Result<Self> {
        let home = home::make().context("no home could be made")?;
        let programs = tempfile::Builder::new().prefix("keybearer-programs-").tempdir()?;
        fs::set_permissions(programs.path(), fs::Permissions::from_mode(0o755))?;
        let (bus, bus_address) = match wanted.bus {
            true => services::start_bus(home.path()).map(|(bus, address)| (Some(bus), Some(address))),
            false => Ok((None, None)),
        }
        .context("the session bus did not start")?;
        let environment = Environment { home: home.path(), bus: bus_address.as_deref() };
        let desktop = Self {
            display: Display::open(wanted.display, &environment)?,
            keyring: Mutex::default(),
            prompter: Mutex::default(),
            _bus: bus,
            bus_address,
            theme: wanted.theme,
            variables: Vec::new(),
            _leftovers: Leftovers::of(home.path()),
            home,
            programs,
        };
        if wanted.keyring && wanted.bus {
            desktop.start_keyring()?;
        }
        Ok(desktop)
    }

    /// Sets a variable for every program that is started from now on.
    ///
    /// `HTTP_PROXY` and `http_proxy` keep a [`crate::window::Window`] from opening: WebKit goes through that proxy to
    /// reach its own driver on loopback.
    pub fn set(&mut self, variable: &'static str, value: impl Into<String>) {
        self.variables.push((variable, value.into()));
    }

    /// The address of its session bus, where it has one.
    #[must_use]
    pub fn bus_address(&self) -> Option<&str> {
        self.bus_address.as_deref()
    }

    /// Lets its session bus be its system bus too, on which a [`crate::logind::Logind`] can stand in.
    pub fn system_bus_is_its_own(&mut self) {
        if let Some(address) = self.bus_address.clone() {
            self.set("DBUS_SYSTEM_BUS_ADDRESS", address);
        }
    }

    /// Locks the keyring; there is nobody to ask for its password.
    ///
    /// # Errors
    /// Where there is none.
    pub fn lock_keyring(&self) -> Result<()> {
        services::lock_keyring(self)
    }

    /// Starts a keyring, unlocked: the one that was there before, or an empty one.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn start_keyring(&self) -> Result<()> {
        let keyring = services::start_keyring(self).context("the keyring did not start")?;
        *self.keyring.lock().unwrap_or_else(PoisonError::into_inner) = Some(keyring);
        Ok(())
    }

    /// Starts GNOME's service for keyrings with none in it, and the program in which it asks the person for a password. For
    /// a desktop without a keyring.
    ///
    /// # Errors
    /// Where they do not start.
    pub fn start_service_without_keyring(&self) -> Result<()> {
        let (service, prompter) = services::start_service_without_keyring(self)?;
        *self.keyring.lock().unwrap_or_else(PoisonError::into_inner) = Some(service);
        *self.prompter.lock().unwrap_or_else(PoisonError::into_inner) = Some(prompter);
        Ok(())
    }

    /// Ends the keyring, as a crash of it does.
    pub fn end_keyring(&self) {
        drop(self.keyring.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Every file in the home that has these bytes in it.
    ///
    /// # Errors
    /// Where a file cannot be read, or no bytes are given.
    pub fn files_with(&self, bytes: &[u8]) -> Result<Vec<PathBuf>> {
        home::files_with(self.home(), bytes)
    }

    /// Every file in the home that has a piece of a secret in it, in whichever form.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn files_with_pieces_of(&self, secret: &Secret) -> Result<Vec<PathBuf>> {
        home::files_where(self.home(), SystemTime::UNIX_EPOCH, |content| secret.pieces_in(content) > 0)
    }

    /// A command of the person's that lives on this desktop, and ends with the thread that starts it. What the test has put
    /// into the home is theirs from then on.
    #[must_use]
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        // Where it does not get what it needs, it fails and says so.
        let _ = self.give_home();
        let program = self.program(program.as_ref()).unwrap_or_else(|_| program.as_ref().to_owned());
        let mut command = process::command_of_person(program);
        self.apply(&mut command);
        command
    }

    /// The same as whoever runs the tests: for what looks on, and for what root starts on a person's desktop.
    #[must_use]
    pub fn command_of_tests(&self, program: impl AsRef<Path>) -> Command {
        let mut command = process::command(program.as_ref());
        self.apply(&mut command);
        command
    }

    /// Writes a file into the home, with the folders that it lies in, as the person would: it is theirs. `file` is below the
    /// home, such as `data/app.keybearer.desktop/journal.sqlite`, or a whole path into it.
    ///
    /// A test may as well write there by itself: whatever root has made in the home is given to the person whenever a
    /// program of the desktop is started, by [`Self::command`] or [`crate::window::Window::open`]. What has to be theirs at
    /// once, because the app is running, is written through this.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, file: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> Result<PathBuf> {
        let file = self.home().join(file);
        let told = || format!("{} could not be written", file.display());
        fs::create_dir_all(file.parent().context("a file lies in a folder")?).with_context(told)?;
        fs::write(&file, contents).with_context(told)?;
        self.give_home()?;
        Ok(file)
    }

    /// Lets everything in the home that root has made be the person's.
    ///
    /// # Errors
    /// Where it cannot be given away.
    pub fn give_home(&self) -> Result<()> {
        process::give(self.home())
    }

    /// Where the person can start a program: there, or in a folder of this desktop where they may not go there, as into
    /// root's home.
    ///
    /// # Errors
    /// Where it cannot be copied.
    pub fn program(&self, program: &Path) -> Result<PathBuf> {
        if !program.is_absolute() || may_start(program) {
            return Ok(program.to_owned());
        }
        let there = self.programs.path().join(program.strip_prefix("/")?);
        if !there.exists() {
            fs::create_dir_all(there.parent().context("a program lies in a folder")?)?;
            fs::hard_link(program, &there).or_else(|_| fs::copy(program, &there).map(drop))?;
        }
        Ok(there)
    }

    /// Lets any command live on this desktop.
    pub fn apply(&self, command: &mut Command) {
        home::apply(self.home(), command);
        self.display.apply(command);
        command
            .env("GTK_THEME", self.theme.gtk())
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            // No settings of the person's, and no bus for accessibility that would have to be started.
            .env("GSETTINGS_BACKEND", "memory")
            .env("NO_AT_BRIDGE", "1")
            .env_remove("LC_ALL")
            .env_remove("GNOME_KEYRING_CONTROL");
        match &self.bus_address {
            Some(address) => command.env("DBUS_SESSION_BUS_ADDRESS", address),
            None => command.env_remove("DBUS_SESSION_BUS_ADDRESS"),
        };
        // What the person's own computer is set up with is no part of this desktop.
        for variable in PERSONAL {
            command.env_remove(variable);
        }
        for (variable, value) in &self.variables {
            command.env(variable, value);
        }
    }

    #[must_use]
    pub fn display(&self) -> &Display {
        &self.display
    }

    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The app's settings file, which is not there before it is written.
    #[must_use]
    pub fn settings_file(&self) -> PathBuf {
        self.home().join("config/app.keybearer.desktop/settings.json")
    }

    /// The file with the organization's presets, in place of the system's. It is not there before it is written.
    #[must_use]
    pub fn preset_file(&self) -> PathBuf {
        self.home().join("system-config/keybearer/preset.json")
    }

    /// The file with the main window's size and place. The app writes it at its end.
    #[must_use]
    pub fn placement_file(&self) -> PathBuf {
        self.home().join("state/app.keybearer.desktop/window.json")
    }

    /// Writes the app's settings file; it is read when the app starts.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_settings(&self, clipboard_seconds: u32, held_seconds: u32) -> Result<()> {
        let settings = serde_json::json!({ "clipboard_seconds": clipboard_seconds, "held_seconds": held_seconds });
        self.write(self.settings_file(), settings.to_string()).map(drop)
    }
}

/// Whether the person may start a program where it is. Asked once of each.
fn may_start(program: &Path) -> bool {
    static KNOWN: Mutex<BTreeMap<PathBuf, bool>> = Mutex::new(BTreeMap::new());
    let ask = || {
        let mut test = process::command_of_person("test");
        test.args(["-x".as_ref(), program.as_os_str()]).status().is_ok_and(|status| status.success())
    };
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    *known.entry(program.to_owned()).or_insert_with(ask)
}

/// Variables through which a computer is set up with a proxy, or with authorities of its own.
const PERSONAL: [&str; 10] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;
    use std::process::Stdio;

    use super::*;
    use crate::clipboard::Clipboard;

    #[test]
    fn has_a_keyring_that_keeps_what_it_is_given() {
        let desktop = Desktop::open(Wanted::default()).unwrap();
        let mut store = desktop.command("secret-tool");
        store.args(["store", "--label=test", "for", "test"]);
        let mut store = Process::start_with_input(store, b"secret").unwrap();
        assert!(store.ended_well().unwrap());
        let kept = desktop.command("secret-tool").args(["lookup", "for", "test"]).output().unwrap();
        assert_eq!(kept.stdout, b"secret");
    }

    #[test]
    fn has_a_keyring_that_can_be_locked_and_can_end() {
        let desktop = Desktop::open(Wanted::default()).unwrap();
        let lookup = || desktop.command("secret-tool").args(["lookup", "for", "test"]).output().unwrap();
        desktop.lock_keyring().unwrap();
        let mut store = desktop.command("secret-tool");
        store.args(["store", "--label=test", "for", "test"]).stderr(Stdio::null());
        let mut store = Process::start_with_input(store, b"secret").unwrap();
        assert!(!store.ended_well().unwrap());
        desktop.end_keyring();
        assert!(!lookup().status.success());
    }

    #[test]
    fn has_no_bus_where_none_is_wanted() {
        let desktop = Desktop::open(Wanted { bus: false, ..Wanted::default() }).unwrap();
        let told = desktop.command("env").output().unwrap();
        assert!(!String::from_utf8(told.stdout).unwrap().contains("DBUS_SESSION_BUS_ADDRESS"));
        assert!(!desktop.home().join("runtime/bus").exists());
    }

    #[test]
    fn a_keyring_that_was_locked_or_ended_is_as_it_was_once_it_is_started_again() {
        let desktop = Desktop::open(Wanted::default()).unwrap();
        let mut store = desktop.command("secret-tool");
        store.args(["store", "--label=test", "for", "test"]);
        assert!(Process::start_with_input(store, b"secret").unwrap().ended_well().unwrap());
        desktop.lock_keyring().unwrap();
        desktop.end_keyring();
        desktop.start_keyring().unwrap();
        let kept = desktop.command("secret-tool").args(["lookup", "for", "test"]).output().unwrap();
        assert_eq!(kept.stdout, b"secret");
    }

    #[test]
    fn gives_its_programs_what_was_set_and_nothing_of_the_computers_proxies_and_authorities() {
        let mut desktop = Desktop::open(Wanted { keyring: false, ..Wanted::default() }).unwrap();
        desktop.set("SSL_CERT_FILE", "/set/here");
        let mut env = process::command("env");
        env.env("SSL_CERT_DIR", "/of/the/computer").env("no_proxy", "of-the-computer");
        desktop.apply(&mut env);
        let told = String::from_utf8(env.output().unwrap().stdout).unwrap();
        assert!(told.contains("SSL_CERT_FILE=/set/here"));
        assert!(!told.contains("of-the-computer") && !told.contains("/of/the/computer"));
    }

    #[tokio::test]
    async fn has_a_clipboard_of_its_own_on_each_kind_of_display() {
        for display in [Kind::X11, Kind::Sway] {
            let wanted = Wanted { display, keyring: false, ..Wanted::default() };
            let (one, other) = (Desktop::open(wanted).unwrap(), Desktop::open(wanted).unwrap());
            let copied = Clipboard::of(&one).copy("text").await.unwrap();
            assert_eq!(Clipboard::of(&other).text().await.unwrap(), None);
            drop(copied);
            assert_eq!(Clipboard::of(&one).text().await.unwrap(), None);
        }
    }

    #[tokio::test]
    async fn a_program_that_keeps_silent_is_on_the_clipboard_and_gives_nothing() {
        let desktop = Desktop::open(Wanted { display: Kind::Sway, keyring: false, ..Wanted::default() }).unwrap();
        let clipboard = Clipboard::of(&desktop);
        let copied = clipboard.copy("text").await.unwrap();
        copied.keep_silent().unwrap();
        assert!(!clipboard.targets().await.unwrap().is_empty());
        let read = tokio::time::timeout(std::time::Duration::from_millis(300), clipboard.text()).await;
        assert!(read.is_err(), "it was read");
    }

    #[test]
    fn leaves_nothing_behind() {
        for display in [Kind::X11, Kind::Sway] {
            let desktop = Desktop::open(Wanted { display, ..Wanted::default() }).unwrap();
            let home = desktop.home().to_owned();
            let name = desktop.display.name();
            let socket = match display {
                Kind::X11 => format!("/tmp/.X11-unix/X{}", name.trim_start_matches(':')),
                _ => name.to_owned(),
            };
            // A display that is opened elsewhere right after it may be given the same number.
            let number = |path: &str| fs::metadata(path).map(|file| (file.ino(), file.ctime_nsec())).ok();
            let own = number(&socket);
            assert!(home.exists() && own.is_some());
            drop(desktop);
            assert!(!home.exists(), "the home is there");
            assert!(number(&socket).is_none_or(|there| Some(there) != own), "the display is there");
        }
    }
}
