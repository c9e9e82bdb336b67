//! Which of the programs that keep, take over or pass on what is copied are running on this display.

use std::{env, ffi::OsString, fs, os::unix::fs::MetadataExt, path::Path};

use super::programs::{self, Program};

/// Those that keep, take over or pass on what is copied here; `None` where the system does not tell.
pub(crate) fn programs() -> Option<Vec<Program>> {
    let Ok(own) = fs::metadata("/proc/self").map(|own| own.uid()) else { return None };
    let Ok(entries) = fs::read_dir("/proc") else { return None };
    let theirs = entries.flatten().filter(|entry| entry.metadata().is_ok_and(|entry| entry.uid() == own));
    let names: Vec<String> = theirs
        .map(|entry| entry.path())
        .filter(|process| fs::read(process.join("environ")).is_ok_and(|variables| is_here(&variables)))
        .filter_map(|process| {
            let comm = fs::read_to_string(process.join("comm")).ok()?;
            Some(programs::process_name(comm.trim_end(), || fs::read(process.join("cmdline")).unwrap_or_default()))
        })
        .collect();
    let shell = names.iter().any(|name| name == "gnome-shell");
    let extensions = if shell { extensions() } else { Vec::new() };
    Some(programs::among(names.iter().map(String::as_str).chain(extensions)))
}

/// Those that are installed for GNOME Shell: which of them are switched on, only it can tell.
fn extensions() -> Vec<&'static str> {
    let own = dirs::data_dir().into_iter();
    let places = own.chain([Path::new("/usr/local/share").into(), Path::new("/usr/share").into()]);
    let folders = places.filter_map(|place| fs::read_dir(place.join("gnome-shell/extensions")).ok());
    let names = folders.flat_map(|folder| folder.flatten()).map(|entry| entry.file_name());
    names.filter_map(|name| programs::extension(name.to_str()?)).collect()
}

/// Whether a process of these variables may be on the display that this one is on: the same person may have others.
fn is_here(variables: &[u8]) -> bool {
    let own = |name: &str| env::var_os(name).map(OsString::into_encoded_bytes);
    let theirs = ["DISPLAY", "WAYLAND_DISPLAY"].map(|name| (display_of(variables, name), own(name)));
    theirs.iter().all(|(theirs, _)| theirs.is_none())
        || theirs.iter().any(|(theirs, own)| match (theirs, own) {
            (Some(theirs), Some(own)) => without_screen(theirs) == without_screen(own),
            _ => false,
        })
}

fn display_of<'a>(variables: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut all = variables.split(|byte| *byte == 0);
    all.find_map(|variable| variable.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
}

/// The screens of a display share its clipboard: `:0.1` is on `:0`.
fn without_screen(display: &[u8]) -> &[u8] {
    let Some(colon) = display.iter().rposition(|byte| *byte == b':') else { return display };
    let dot = display[colon..].iter().position(|byte| *byte == b'.');
    dot.map_or(display, |dot| &display[..colon + dot])
}

#[cfg(test)]
mod tests {
    use std::{
        process::{Command, Stdio},
        thread,
        time::{Duration, Instant},
    };

    use keybearer_core::clipboard::Clipboard;

    use super::*;
    use crate::clipboard::SystemClipboard;

    /// By its name alone: it stands in for a program that need not be installed.
    #[test]
    fn a_program_that_keeps_what_is_copied_is_named_while_it_runs() {
        let folder = tempfile::tempdir().expect("a folder");
        let copyq = folder.path().join("copyq");
        fs::copy("/bin/cat", &copyq).expect("copied");
        let mut running = Command::new(&copyq).stdin(Stdio::piped()).spawn().expect("it starts");
        let is_named = || SystemClipboard::default().kept_by().iter().any(|name| name == "CopyQ");
        let deadline = Instant::now() + Duration::from_secs(10);
        while !is_named() {
            assert!(Instant::now() < deadline, "it is not named");
            thread::sleep(Duration::from_millis(20));
        }
        running.kill().expect("it runs");
        running.wait().expect("it ends");
        assert!(!is_named(), "it has ended");
    }

    #[test]
    fn the_screens_of_a_display_are_one_display() {
        for (one, other) in [(":0", ":0.0"), (":10.1", ":10"), ("host:0.0", "host:0"), ("wayland-0", "wayland-0")] {
            assert_eq!(without_screen(one.as_bytes()), without_screen(other.as_bytes()));
        }
        for (one, other) in [(":1", ":10"), ("a.b:0", "a.c:0"), ("wayland-0", "wayland-1")] {
            assert_ne!(without_screen(one.as_bytes()), without_screen(other.as_bytes()));
        }
    }
}
