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

/// What lets the window be drawn without a GPU, which a form and a list are faster without: it opens in less time, takes less
/// memory, and is not left empty by some graphics drivers. Where the first is set, neither GTK nor the web engine draws by OpenGL
/// in this process, and yet both would load it with its drivers: some 20 MiB and 20 ms.
const WITHOUT_GPU: [(&str, &str); 3] = [
    ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
    ("GDK_GL", "disable"),
    // The engine looks for no device to draw with where it is told one, and this one cannot draw.
    ("WEBKIT_WEB_RENDER_DEVICE_FILE", "/dev/null"),
];

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
    // Whoever wants the GPU to draw says so by the first of them.
    if env::var_os(WITHOUT_GPU[0].0).is_none_or(|value| value != "0") {
        for (name, value) in WITHOUT_GPU {
            // What else the person has set stays.
            glib::setenv(name, value, false).context(words::start_environment())?;
        }
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
