//! What still lives in a home when it ends: programs that other programs started, and that left their group.

use std::ffi::OsStr;
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::process::GRACE;

/// Ends, when dropped, every process that was started with this home.
///
/// Where there is no session bus, GLib starts one by itself through dbus-launch, and that bus starts services: all of
/// them daemons, which no process group holds.
#[derive(Debug)]
pub(crate) struct Leftovers(PathBuf);

impl Leftovers {
    pub(crate) fn of(home: &Path) -> Self {
        Self(home.to_owned())
    }
}

impl Drop for Leftovers {
    fn drop(&mut self) {
        // A bus that is asked to end takes its socket along.
        for signal in [Signal::TERM, Signal::KILL] {
            let living = living_in(&self.0);
            for process in &living {
                // An error means that it has ended meanwhile.
                let _ = pidfd_send_signal(process, signal);
            }
            for process in &living {
                wait_for_the_end(process);
            }
        }
    }
}

/// The processes whose variable `HOME` is this folder. Each is held, so that no other gets its number meanwhile.
fn living_in(home: &Path) -> Vec<OwnedFd> {
    let processes = fs::read_dir("/proc").into_iter().flatten();
    processes
        .filter_map(|entry| {
            let process = entry.ok()?.file_name().to_str()?.parse().ok().and_then(Pid::from_raw)?;
            let held = pidfd_open(process, PidfdFlags::empty()).ok()?;
            // Another person's cannot be read, and are none of this home's.
            let environment = fs::read(format!("/proc/{process}/environ")).ok()?;
            let mut homes = environment.split(|byte| *byte == 0).filter_map(|variable| variable.strip_prefix(b"HOME="));
            // As paths, since one of the two may end with a slash.
            homes.any(|each| Path::new(OsStr::from_bytes(each)) == home).then_some(held)
        })
        .collect()
}

fn wait_for_the_end(process: &OwnedFd) {
    let grace = Timespec { tv_sec: GRACE.as_secs().cast_signed(), tv_nsec: 0 };
    // Whoever is still there then is ended by force, or cannot be ended at all.
    let _ = poll(&mut [PollFd::new(process, PollFlags::IN)], Some(&grace));
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::Instant;

    use super::*;
    use crate::desktop::{Desktop, Wanted};
    use crate::process::Process;
    use crate::wait::SOON;

    #[test]
    fn ends_a_daemon_of_this_home_and_no_other() {
        let (home, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for folder in [&home, &other] {
            // In a session of its own, and so in no group that would be ended.
            let mut shell = Command::new("setsid");
            shell.args(["--fork", "sh", "-c", "echo ready; sleep 1000"]).env("HOME", folder.path());
            let (_, line) = Process::start_and_read_line(shell).unwrap();
            assert_eq!(line, "ready");
            assert!(!living_in(folder.path()).is_empty());
        }
        drop(Leftovers::of(home.path()));
        assert!(living_in(home.path()).is_empty());
        assert!(!living_in(other.path()).is_empty());
        drop(Leftovers::of(other.path()));
    }

    #[test]
    fn a_daemon_and_what_glib_starts_for_want_of_a_bus_end_with_the_desktop() {
        let desktop = Desktop::open(Wanted { bus: false, ..Wanted::default() }).unwrap();
        let home = desktop.home().to_owned();
        // Where dbus-launch is installed this starts a bus, and on it whatever keyring the computer has.
        let mut lookup = desktop.command("secret-tool");
        lookup.args(["lookup", "for", "test"]).stderr(Stdio::null()).status().unwrap();
        // And this is there in any case.
        desktop.command("setsid").args(["--fork", "sleep", "1000"]).status().unwrap();
        let began = Instant::now();
        while living_in(&home).is_empty() {
            assert!(began.elapsed() < SOON, "no daemon is seen");
        }
        drop(desktop);
        assert!(living_in(&home).is_empty());
    }
}
