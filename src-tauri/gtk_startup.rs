//! What is to be in the environment before GTK starts on Linux, and what is not.

use std::{
    env, fs,
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::PathBuf,
    process::Command,
};

use anyhow::{Context, bail};
use keybearer_core::words;
use webkit2gtk::{gio, glib};

/// Leaves out of the environment what belongs to another program, and says so: the program starts itself anew without it, as the
/// same process, so that nothing of it is loaded. Where that cannot be done it goes on as it is. To be called before anything
/// else, while nothing is open yet.
pub(crate) fn leave_out_what_is_anothers() {
    let left_out = keybearer::surroundings::leave_out_what_is_anothers();
    if left_out.is_empty() {
        return;
    }
    eprintln!("keybearer: {}", words::start_left_out(left_out.join(", ")));
    let Ok(program) = env::current_exe() else { return };
    let mut arguments = env::args_os();
    let mut command = Command::new(program);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    // It returns only where it fails.
    drop(command.args(arguments).exec());
}

/// Prepares the environment for a window.
///
/// # Errors
/// Where there is no display to open it on.
pub(crate) fn prepare() -> anyhow::Result<()> {
    if ["DISPLAY", "WAYLAND_DISPLAY"].iter().all(|name| env::var_os(name).is_none_or(|value| value.is_empty())) {
        bail!(words::start_no_display());
    }
    // Opens faster, takes less memory, and avoids an empty window with some graphics drivers.
    if env::var_os("WEBKIT_DISABLE_DMABUF_RENDERER").is_none() {
        glib::setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1", false).context(words::start_environment())?;
    }
    name_the_session_bus().context(words::start_environment())
}

/// Connects GTK to its display, as the windows would do: they take for granted that it can be reached.
///
/// # Errors
/// Where it cannot be reached.
pub(crate) fn open_display() -> anyhow::Result<()> {
    if gtk::init().is_ok() {
        return Ok(());
    }
    let named = |name: &str| {
        let value = env::var_os(name).filter(|value| !value.is_empty())?;
        Some(words::start_variable(name, value.display().to_string()).to_string())
    };
    let named: Vec<String> = ["WAYLAND_DISPLAY", "DISPLAY"].into_iter().filter_map(named).collect();
    bail!(words::start_display_unreachable(named.join(", ")))
}

/// Names the session bus at its usual place where nobody names it and it is not there: otherwise GLib and libdbus start
/// one of their own, on which GTK waits up to 25 s for a service.
fn name_the_session_bus() -> Result<(), glib::BoolError> {
    const ADDRESS: &str = "DBUS_SESSION_BUS_ADDRESS";
    let named = env::var_os(ADDRESS);
    if named.as_ref().is_some_and(|address| !address.is_empty()) {
        return Ok(());
    }
    let runtime = env::var_os("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    // Everybody finds this one without being told.
    if named.is_none() && runtime.as_ref().is_some_and(|folder| folder.join("bus").exists()) {
        return Ok(());
    }
    let usual = || Some(format!("/run/user/{}", fs::metadata("/proc/self").ok()?.uid()).into());
    let runtime: Option<PathBuf> = runtime.or_else(usual);
    let address = match runtime.as_ref().and_then(|folder| folder.to_str()) {
        Some(folder) => format!("unix:path={}/bus", gio::dbus_address_escape_value(folder)),
        None => "disabled:".to_owned(),
    };
    glib::setenv(ADDRESS, address, true)
}
