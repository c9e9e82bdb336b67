//! What a start from within another program brings along: a snap or an AppImage tells its own shell where its libraries
//! have their parts, and where it keeps its files. Libraries of this system that load such parts end the program.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Component, Path, PathBuf},
};

use gtk::glib;

/// The variables by which libraries are told of their parts, or programs of their folders.
const VARIABLES: [&str; 30] = [
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "GDK_PIXBUF_MODULEDIR",
    "GDK_PIXBUF_MODULE_FILE",
    "GIO_EXTRA_MODULES",
    "GIO_MODULE_DIR",
    "GI_TYPELIB_PATH",
    "GSETTINGS_SCHEMA_DIR",
    "GST_PLUGIN_PATH",
    "GST_PLUGIN_PATH_1_0",
    "GST_PLUGIN_SCANNER",
    "GST_PLUGIN_SCANNER_1_0",
    "GST_PLUGIN_SYSTEM_PATH",
    "GST_PLUGIN_SYSTEM_PATH_1_0",
    "GTK_DATA_PREFIX",
    "GTK_EXE_PREFIX",
    "GTK_IM_MODULE_FILE",
    "GTK_PATH",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "LIBGL_DRIVERS_PATH",
    "LIBVA_DRIVERS_PATH",
    "LOCPATH",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_DIRS",
    "XDG_CONFIG_HOME",
    "XDG_DATA_DIRS",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "__EGL_VENDOR_LIBRARY_DIRS",
];

/// The variables in which these programs name their own folders.
const NAMED_BY: [&str; 4] = ["APPDIR", "SNAP", "SNAP_USER_COMMON", "SNAP_USER_DATA"];

/// Leaves out of the environment what belongs to another program, and tells which variables that were. To be called before
/// there are other threads, and before any library has read them.
pub fn leave_out_what_is_anothers() -> Vec<&'static str> {
    let Some(others) = Others::here() else { return Vec::new() };
    let mut left_out = Vec::new();
    for name in VARIABLES {
        let Some(value) = env::var_os(name) else { continue };
        let Some(kept) = others.taken_out_of(&value) else { continue };
        if kept.is_empty() {
            glib::unsetenv(name);
        } else if glib::setenv(name, kept, true).is_err() {
            continue;
        }
        left_out.push(name);
    }
    left_out
}

/// The folders of other programs.
struct Others {
    home: Option<PathBuf>,
    named: Vec<PathBuf>,
}

impl Others {
    /// `None` where this is such a program itself: then the variables are its own.
    fn here() -> Option<Self> {
        let named = NAMED_BY.into_iter().filter_map(env::var_os).map(PathBuf::from).collect();
        let others = Self { home: env::home_dir(), named };
        (!others.hold(&env::current_exe().ok()?)).then_some(others)
    }

    /// Whether a path lies in one of them.
    fn hold(&self, path: &Path) -> bool {
        let of_home = self.home.as_ref().map(|home| home.join("snap"));
        let snaps = [Path::new("/snap"), Path::new("/var/lib/snapd/snap")].into_iter().chain(of_home.as_deref());
        snaps.into_iter().any(|snaps| path.strip_prefix(snaps).is_ok_and(|within| within.components().count() > 1))
            || path.strip_prefix("/tmp").is_ok_and(|within| within.to_string_lossy().starts_with(".mount_"))
            || self.named.iter().any(|folder| is_one(folder) && path.starts_with(folder))
    }

    /// A list of paths without those; `None` where there are none of them in it.
    fn taken_out_of(&self, paths: &OsStr) -> Option<OsString> {
        let all: Vec<PathBuf> = env::split_paths(paths).collect();
        let kept = all.iter().filter(|path| !self.hold(path));
        if kept.clone().count() == all.len() {
            return None;
        }
        // What was split can be joined.
        env::join_paths(kept).ok()
    }
}

/// Whether it may be a program's own folder: neither the root nor one of the system's own below that.
fn is_one(folder: &Path) -> bool {
    folder.is_absolute() && folder.components().filter(|part| matches!(part, Component::Normal(_))).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn others(named: &[&str]) -> Others {
        Others { home: Some("/home/ada".into()), named: named.iter().map(PathBuf::from).collect() }
    }

    #[test]
    fn what_lies_in_a_snap_or_an_appimage_is_taken_out_and_the_rest_stays() {
        let taken = |value: &str| others(&["/opt/editor/root"]).taken_out_of(OsStr::new(value));
        for all in [
            "/snap/code/130/usr/lib/gtk-3.0",
            "/var/lib/snapd/snap/code/130/usr",
            "/home/ada/snap/code/130/.local/share",
            "/tmp/.mount_editorXYZ/usr/lib",
            "/opt/editor/root/usr/lib:/snap/core20/current/lib",
        ] {
            assert_eq!(taken(all), Some(OsString::new()), "{all}");
        }
        assert_eq!(taken("/snap/code/130/usr/share:/usr/share:/opt/editor/root"), Some("/usr/share".into()));
    }

    #[test]
    fn what_is_the_systems_or_the_persons_stays_as_it_is() {
        let taken = |value: &str| others(&["/", "/usr", "relative", ""]).taken_out_of(OsStr::new(value));
        for none in [
            "",
            "/usr/share:/usr/local/share",
            "/var/lib/snapd/desktop",
            "/snap/bin",
            "/home/ada/.local/share",
            "/home/ada/snapshots/1",
            "/tmp/mine",
            "relative/lib",
            "/opt/editor/lib",
        ] {
            assert_eq!(taken(none), None, "{none}");
        }
    }
}
