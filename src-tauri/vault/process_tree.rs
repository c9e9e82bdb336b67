//! A program and all that it has started, which end together where it does not come to an end by itself.

/// The variable by which what a program has started is known, also where it has left its group and lost its parents.
pub(super) const MARK: &str = "KEYBEARER_DELIVERY";

/// Ends it all when it is dropped, unless it is left alone.
pub(super) struct Tree {
    root: Option<u32>,
    mark: String,
}

impl Tree {
    pub(super) fn of(root: Option<u32>, mark: String) -> Self {
        Self { root, mark }
    }

    /// It came to an end by itself. What it has left running is there on purpose: agents, daemons.
    pub(super) fn leave(&mut self) {
        self.root = None;
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        if let Some(root) = self.root.take() {
            system::end(root, &self.mark);
        }
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::{collections::HashMap, fs, thread, time::Duration};

    use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open, pidfd_send_signal};

    use super::MARK;

    /// So often it is looked for what was started while the rest was being ended.
    const LOOKS: u32 = 100;

    /// What is known of a process that has not ended.
    #[derive(Clone, Copy, Eq, PartialEq)]
    struct Living {
        parent: u32,
        group: u32,
        /// Tells it from a later one of the same number.
        since: u64,
    }

    pub(super) fn end(root: u32, mark: &str) {
        let group = pid(root);
        let marked = format!("{MARK}={mark}");
        for _ in 0..LOOKS {
            let all = family(root, marked.as_bytes());
            if all.is_empty() {
                return;
            }
            // Errors mean that they have ended meanwhile.
            if let Some(group) = group {
                let _ = kill_process_group(group, Signal::KILL);
            }
            for (process, living) in all {
                kill(process, living);
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Ends this very process, and none that has got its number meanwhile.
    fn kill(process: u32, seen: Living) -> Option<()> {
        let held = pidfd_open(pid(process)?, PidfdFlags::empty()).ok()?;
        (look_at(process)?.since == seen.since).then(|| pidfd_send_signal(held, Signal::KILL).ok())?
    }

    /// Those that live: the root, what descends from it, what is in its group, and what carries the mark.
    fn family(root: u32, marked: &[u8]) -> Vec<(u32, Living)> {
        let all = living();
        let descends = |mut process: u32| {
            // Bounded, since what is read of many processes is not one moment's.
            for _ in 0..64 {
                match all.get(&process) {
                    _ if process == root => return true,
                    Some(living) => process = living.parent,
                    None => return false,
                }
            }
            false
        };
        let carries = |process: u32| {
            fs::read(format!("/proc/{process}/environ"))
                .is_ok_and(|variables| variables.split(|byte| *byte == 0).any(|variable| variable == marked))
        };
        let of_it = |process: u32, living: Living| living.group == root || descends(process) || carries(process);
        let found = all.iter().filter(|(process, living)| of_it(**process, **living));
        found.map(|(process, living)| (*process, *living)).collect()
    }

    /// Each process that has not ended, by its number.
    fn living() -> HashMap<u32, Living> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        numbers.filter_map(|process| Some((process, look_at(process)?))).collect()
    }

    fn look_at(process: u32) -> Option<Living> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // pid (name) state parent group … start …; the name may hold anything.
        let mut rest = stat.rsplit_once(')')?.1.split_whitespace();
        let state = rest.next()?;
        let (parent, group) = (rest.next()?.parse().ok()?, rest.next()?.parse().ok()?);
        let since = rest.nth(16)?.parse().ok()?;
        (!["Z", "X"].contains(&state)).then_some(Living { parent, group, since })
    }

    fn pid(process: u32) -> Option<Pid> {
        Pid::from_raw(process.try_into().ok()?)
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
mod system {
    use rustix::process::{Pid, Signal, kill_process_group};

    pub(super) fn end(root: u32, _: &str) {
        if let Some(group) = i32::try_from(root).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

#[cfg(windows)]
mod system {
    pub(super) fn end(root: u32, _: &str) {
        let all = ["/F", "/T", "/PID", &root.to_string()];
        let _ = std::process::Command::new("taskkill").args(all).status();
    }
}
