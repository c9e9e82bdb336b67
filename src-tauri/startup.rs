//! What can go wrong before there is a window, and how it is told: on standard error, and in a dialog of the system's own.

use std::{
    io,
    path::{Path, PathBuf},
};

use keybearer_core::{
    APP_ID,
    app::Folders,
    json_file::make_own_folder,
    words::{self, Message},
};
use thiserror::Error;

/// Why the app does not start.
#[derive(Debug, Error)]
#[error("{}", self.message())]
pub enum Unstartable {
    /// There is no home folder, and so no place for anything.
    NoHome,
    /// A folder that is not where it is whatever folder one is in.
    Relative(PathBuf),
    /// The folder without which nothing can be written down.
    Folder {
        folder: PathBuf,
        why: io::Error,
    },
    Threads(io::Error),
    /// The first start's process keeps silent.
    Silent(Option<u32>),
    Window(#[from] tauri::Error),
}

impl Unstartable {
    fn message(&self) -> Message {
        match self {
            Self::NoHome => words::start_no_home(),
            Self::Relative(folder) => words::start_relative(folder.display().to_string()),
            Self::Folder { folder, why } => words::start_folder(folder.display().to_string(), why.to_string()),
            Self::Threads(why) => words::start_no_threads(why.to_string()),
            Self::Silent(Some(process)) if is_stopped(*process) => words::start_stopped(process.to_string()),
            Self::Silent(Some(process)) => words::start_silent_process(process.to_string()),
            Self::Silent(None) => words::start_silent(),
            Self::Window(why) => words::start_no_window(why.to_string()),
        }
    }
}

/// Whether a process was stopped, by a shell's Ctrl-Z, say, or by a debugger.
fn is_stopped(process: u32) -> bool {
    let told = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // pid (name) state …; the name may hold spaces and brackets.
    told.rsplit_once(')').is_some_and(|(_, after)| after.trim_start().starts_with(['T', 't']))
}

/// Whether a first start is there, whose window then came to the front: a second one has nothing left to do.
///
/// The plugin that finds the first would wait for its answer for ever.
///
/// # Errors
/// Where it does not answer in time.
#[cfg(target_os = "linux")]
pub(crate) fn first_came_to_front() -> Result<bool, Unstartable> {
    use std::time::Duration;

    use zbus::blocking::{connection::Builder, fdo::DBusProxy};

    /// Longer than a first one needs on a busy computer, and not longer than a person waits.
    const PATIENCE: Duration = Duration::from_secs(5);
    /// The names by which the plugin makes itself known.
    const PATH: &str = "/app/keybearer/desktop/SingleInstance";
    const CALLED: &str = "org.SingleInstance.DBus";

    let first = format!("{APP_ID}.SingleInstance");
    let connection = Builder::session().and_then(|builder| builder.method_timeout(PATIENCE).build());
    // Where there is no bus, there is nobody to be found on it.
    let Ok(connection) = connection else { return Ok(false) };
    // What was written on a command line is nothing to the first one.
    let nothing = (Vec::<&str>::new(), "");
    match connection.call_method(Some(first.as_str()), PATH, Some(CALLED), "ExecuteCallback", &nothing) {
        Ok(_) => Ok(true),
        Err(zbus::Error::InputOutput(error)) if error.kind() == io::ErrorKind::TimedOut => {
            let first = first.as_str().try_into().ok().zip(DBusProxy::new(&connection).ok());
            Err(Unstartable::Silent(first.and_then(|(name, bus)| bus.get_connection_unix_process_id(name).ok())))
        }
        // Nobody has that name.
        Err(_) => Ok(false),
    }
}

/// The folders, none of which need exist yet.
///
/// # Errors
/// Where there is no home, or it has no full path.
pub(crate) fn folders() -> Result<Folders, Unstartable> {
    let folders = Folders {
        config: own(dirs::config_dir())?,
        data: own(dirs::data_dir())?,
        downloads: dirs::download_dir().or_else(dirs::home_dir).ok_or(Unstartable::NoHome)?,
    };
    Ok(folders)
}

/// The folder for what is worth keeping, and not worth taking along to another computer.
///
/// # Errors
/// As [`folders`].
pub(crate) fn state_folder() -> Result<PathBuf, Unstartable> {
    own(dirs::state_dir().or_else(dirs::data_local_dir))
}

/// Makes the one folder without which no key could be asked for and no page drawn, and keeps others out of each that is
/// there. Whatever else cannot be written is told where it is.
///
/// # Errors
/// Where it is not there, and cannot be made.
pub(crate) fn ensure_made(folders: &Folders, state: &Path) -> Result<(), Unstartable> {
    for folder in [folders.config.as_path(), state].into_iter().filter(|folder| folder.is_dir()) {
        // What is written there first tells.
        let _ = make_own_folder(folder);
    }
    let folder = &folders.data;
    make_own_folder(folder).map_err(|why| Unstartable::Folder { folder: folder.clone(), why })
}

fn own(folder: Option<PathBuf>) -> Result<PathBuf, Unstartable> {
    let folder = folder.ok_or(Unstartable::NoHome)?;
    if Path::is_absolute(&folder) { Ok(folder.join(APP_ID)) } else { Err(Unstartable::Relative(folder)) }
}

/// Says in a dialog why the app does not start, and waits until it was read. Where there is no display it was said on
/// standard error alone.
pub fn tell(why: &str) {
    #[cfg(target_os = "linux")]
    {
        use gtk::{ButtonsType, DialogFlags, MessageDialog, MessageType, prelude::*};
        if !gtk::is_initialized() {
            return;
        }
        let (flags, kind) = (DialogFlags::empty(), MessageType::Error);
        let title = words::start_failed().to_string();
        let dialog = MessageDialog::new(None::<&gtk::Window>, flags, kind, ButtonsType::Close, &title);
        dialog.set_title(&title);
        dialog.set_secondary_text(Some(why));
        dialog.run();
        dialog.close();
    }
    #[cfg(not(target_os = "linux"))]
    let _ = why;
}

/// What this computer is called, as its owner would know it again.
pub(crate) fn computer_name() -> String {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").unwrap_or_default();
    // What the dashboard has room for.
    name.chars().filter(|letter| !letter.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_home_that_is_none_is_told_for_what_it_is() {
        assert!(matches!(own(None), Err(Unstartable::NoHome)));
        let told = own(Some("home/.config".into())).expect_err("it moves about").to_string();
        assert_eq!(told, words::start_relative("home/.config").to_string());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("file"), "").expect("written");
        let data = folder.path().join("file/app");
        let folders = Folders { config: data.clone(), data: data.clone(), downloads: data.clone() };
        let told = ensure_made(&folders, &data).expect_err("a file is in the way").to_string();
        let why = fs::create_dir_all(&data).expect_err("a file is in the way").to_string();
        assert_eq!(told, words::start_folder(data.display().to_string(), why).to_string());
    }

    #[test]
    fn one_that_keeps_silent_and_was_not_stopped_is_told_with_what_its_end_would_lose() {
        let own = std::process::id();
        assert_eq!(Unstartable::Silent(Some(own)).message(), words::start_silent_process(own.to_string()));
        assert_eq!(Unstartable::Silent(None).message(), words::start_silent());
    }
}
