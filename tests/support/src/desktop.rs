//! A desktop of one's own: home, session bus, keyring and display, apart from the person's and gone afterwards.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::display::Display;
use crate::process::{self, Process};

/// What a desktop is to have.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Light or dark.
    pub theme: Theme,
    /// Whether a keyring is there, unlocked and empty.
    pub keyring: bool,
    /// Whether there is a session bus, without which there is no keyring either.
    pub bus: bool,
}

impl Default for Wanted {
    /// As most people's: light, with a keyring.
    fn default() -> Self {
        Self { theme: Theme::Light, keyring: true, bus: true }
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
    _bus: Option<Process>,
    bus_address: Option<String>,
    theme: Theme,
    variables: Vec<(&'static str, String)>,
    home: TempDir,
}

impl Desktop {
    /// Makes one.
    ///
    /// # Errors
    /// Where one of its programs is missing or does not start.
    pub fn open(wanted: Wanted) -> Result<Self> {
        let home = make_home().context("no home could be made")?;
        let (bus, bus_address) = match wanted.bus {
            true => start_bus(home.path()).map(|(bus, address)| (Some(bus), Some(address))),
            false => Ok((None, None)),
        }
        .context("the session bus did not start")?;
        let desktop = Self {
            display: Display::open()?,
            keyring: Mutex::default(),
            _bus: bus,
            bus_address,
            theme: wanted.theme,
            variables: Vec::new(),
            home,
        };
        if wanted.keyring && wanted.bus {
            desktop.start_keyring()?;
        }
        Ok(desktop)
    }

    /// Sets a variable for every program that is started from now on.
    pub fn set(&mut self, variable: &'static str, value: impl Into<String>) {
        self.variables.push((variable, value.into()));
    }

    /// Locks the keyring; there is nobody to ask for its password.
    ///
    /// # Errors
    /// Where there is none.
    pub fn lock_keyring(&self) -> Result<()> {
        let mut lock = self.command("gdbus");
        lock.args([
            "call",
            "--session",
            "--dest",
            "org.freedesktop.secrets",
            "--object-path",
            "/org/freedesktop/secrets",
        ])
        .args([
            "--method",
            "org.freedesktop.Secret.Service.Lock",
            "['/org/freedesktop/secrets/collection/login']",
        ]);
        let told = lock.stderr(Stdio::null()).output().context("gdbus could not be started")?;
        let told = String::from_utf8_lossy(&told.stdout);
        ensure!(told.contains("collection/login"), "the keyring was not locked: {told:?}");
        Ok(())
    }

    /// Starts a keyring, unlocked: the one that was there before, or an empty one.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn start_keyring(&self) -> Result<()> {
        let keyring = start_keyring(self).context("the keyring did not start")?;
        *self.keyring.lock().unwrap_or_else(PoisonError::into_inner) = Some(keyring);
        Ok(())
    }

    /// Ends the keyring, as a crash of it does.
    pub fn end_keyring(&self) {
        drop(self.keyring.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Every file in the home that has these bytes in it.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn files_with(&self, bytes: &[u8]) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let mut folders = vec![self.home().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() && fs::read(entry.path())?.windows(bytes.len()).any(|part| part == bytes) {
                    found.push(entry.path());
                }
            }
        }
        Ok(found)
    }

    /// A command that lives on this desktop, and ends with the thread that starts it.
    #[must_use]
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = process::command(program.as_ref());
        self.apply(&mut command);
        command
    }

    /// Lets any command live on this desktop.
    pub fn apply(&self, command: &mut Command) {
        for (variable, folder) in FOLDERS {
            command.env(variable, self.home().join(folder));
        }
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
        for variable in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY"]
        {
            command.env_remove(variable);
        }
        for (variable, value) in &self.variables {
            command.env(variable, value);
        }
    }

    /// The display.
    #[must_use]
    pub fn display(&self) -> &Display {
        &self.display
    }

    /// The home folder.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The app's settings file, which is not there before it is written.
    #[must_use]
    pub fn settings_file(&self) -> PathBuf {
        self.home().join("config/app.keybearer.desktop/settings.json")
    }

    /// Writes the app's settings file; it is read when the app starts.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_settings(&self, clipboard_seconds: u32, held_seconds: u32) -> Result<()> {
        let settings = serde_json::json!({ "clipboard_seconds": clipboard_seconds, "held_seconds": held_seconds });
        let file = self.settings_file();
        fs::create_dir_all(file.parent().context("the file lies in a folder")?)?;
        fs::write(file, settings.to_string()).context("the settings could not be written")
    }
}

/// The variables that name folders in the home, each with the folder's name.
const FOLDERS: [(&str, &str); 6] = [
    ("HOME", ""),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_RUNTIME_DIR", "runtime"),
];

fn make_home() -> Result<TempDir> {
    let home = tempfile::Builder::new().prefix("keybearer-").tempdir()?;
    for (_, folder) in FOLDERS {
        fs::create_dir_all(home.path().join(folder))?;
    }
    fs::set_permissions(home.path().join("runtime"), fs::Permissions::from_mode(0o700))?;
    Ok(home)
}

/// A bus that starts no services by itself: what is on it is what this desktop put there.
fn start_bus(home: &Path) -> Result<(Process, String)> {
    let configuration = home.join("runtime/bus.conf");
    fs::write(
        &configuration,
        format!(
            r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
            home.join("runtime/bus").display()
        ),
    )?;
    let mut bus = process::command("dbus-daemon");
    bus.args(["--nofork", "--print-address"]).arg("--config-file").arg(configuration);
    // It complains of every limit that it may not raise.
    bus.stderr(Stdio::null());
    Process::start_and_read_line(bus)
}

/// The Secret Service as GNOME has it, with an unlocked keyring whose password is empty.
fn start_keyring(desktop: &Desktop) -> Result<Process> {
    let mut keyring = desktop.command("gnome-keyring-daemon");
    keyring.args(["--foreground", "--unlock", "--components=secrets"]);
    keyring.stdout(Stdio::null()).stderr(Stdio::null());
    let keyring = Process::start_with_input(keyring, b"\n")?;
    // Ends as soon as somebody answers to the name.
    let there = desktop
        .command("gdbus")
        .args(["wait", "--session", "--timeout", "10", "org.freedesktop.secrets"])
        .status()
        .context("gdbus could not be started")?;
    ensure!(there.success(), "nobody answers to org.freedesktop.secrets after 10 s");
    Ok(keyring)
}

#[cfg(test)]
mod tests {
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
    fn tells_in_which_of_its_files_something_stands() {
        let desktop = Desktop::open(Wanted { keyring: false, ..Wanted::default() }).unwrap();
        let file = desktop.home().join("cache/deep");
        fs::write(&file, "a needle in hay").unwrap();
        assert_eq!(desktop.files_with(b"needle").unwrap(), [file]);
        assert!(desktop.files_with(b"no needle").unwrap().is_empty());
    }

    #[tokio::test]
    async fn has_a_clipboard_of_its_own() {
        let one = Desktop::open(Wanted { keyring: false, ..Wanted::default() }).unwrap();
        let other = Desktop::open(Wanted { keyring: false, ..Wanted::default() }).unwrap();
        let copied = Clipboard::of(&one).copy("text").await.unwrap();
        assert_eq!(Clipboard::of(&other).text().await.unwrap(), None);
        drop(copied);
        assert_eq!(Clipboard::of(&one).text().await.unwrap(), None);
    }

    #[test]
    fn leaves_nothing_behind() {
        let desktop = Desktop::open(Wanted::default()).unwrap();
        let home = desktop.home().to_owned();
        let socket = format!("/tmp/.X11-unix/X{}", desktop.display.name().trim_start_matches(':'));
        assert!(home.exists() && Path::new(&socket).exists());
        drop(desktop);
        assert!(!home.exists() && !Path::new(&socket).exists());
    }
}
