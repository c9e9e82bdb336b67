//! What a program and all that it starts ask of the system, as strace tells: each thread in a file of its own, so that no
//! line is torn, put together to processes here.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::desktop::Desktop;
use crate::launcher::Launcher;

/// What tells which thread belongs to which process, and what that is called.
const FAMILY: &str = "execve,execveat,clone,clone3,fork,vfork";

/// The folder that the files are in.
#[derive(Debug)]
pub struct Strace(PathBuf);

/// A process, and its lines: each a call with its arguments and its outcome.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The program that it became last.
    pub program: String,
    /// Of all its threads.
    pub calls: Vec<String>,
}

impl Strace {
    /// What will be told of a program that starts `app` and is to be started in its place. It is root that looks on, where
    /// root runs the tests: of a process that is closed to others, nobody else is told what it hands to the system. `calls` are strace's names,
    /// with commas between them.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn of(desktop: &Desktop, app: &Path, calls: &str) -> Result<(Self, Launcher)> {
        let folder = desktop.home().join("strace");
        fs::create_dir_all(&folder)?;
        let program = Launcher::new(
            desktop,
            &format!(
                "exec strace -ff --seccomp-bpf -qq -s 4096 -e signal=none -e trace={FAMILY},{calls} -o '{}' $person '{}' \"$@\"",
                folder.join("thread").display(),
                desktop.program(app)?.display()
            ),
        )?;
        Ok((Self(folder), program))
    }

    /// Every process there was, by its id. To be asked once they have ended.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn told(&self) -> Result<BTreeMap<u32, Told>> {
        let mut threads = BTreeMap::new();
        for entry in fs::read_dir(&self.0)? {
            let file = entry?.path();
            let thread: u32 = file.extension().and_then(|id| id.to_str()?.parse().ok()).context("a thread's file")?;
            threads.insert(thread, fs::read_to_string(&file)?);
        }
        let births = births(&threads);
        let mut processes: BTreeMap<u32, Told> = BTreeMap::new();
        for (thread, lines) in &threads {
            let mut process = *thread;
            while let Some(Birth { parent, is_thread: true, .. }) = births.get(&process) {
                process = *parent;
            }
            let told = processes.entry(process).or_default();
            told.calls.extend(lines.lines().filter(|line| !begins_another(line)).map(str::to_owned));
        }
        for (process, told) in &mut processes {
            let became = threads.get(process).and_then(|lines| lines.lines().filter_map(program).next_back());
            told.program = became.or_else(|| inherited(*process, &births)).unwrap_or_default().to_owned();
        }
        Ok(processes)
    }
}

/// Where a thread or a process comes from.
struct Birth<'a> {
    parent: u32,
    is_thread: bool,
    /// What its parent had become before, by itself.
    program: Option<&'a str>,
}

fn births(threads: &BTreeMap<u32, String>) -> HashMap<u32, Birth<'_>> {
    let mut births = HashMap::new();
    for (parent, lines) in threads {
        let mut became = None;
        for line in lines.lines() {
            became = program(line).or(became);
            if begins_another(line)
                && let Some(child) = outcome(line).and_then(|id| id.parse().ok())
            {
                let is_thread = line.contains("CLONE_THREAD");
                births.insert(child, Birth { parent: *parent, is_thread, program: became });
            }
        }
    }
    births
}

/// What a process was when it began: what its parent was then.
fn inherited<'a>(process: u32, births: &HashMap<u32, Birth<'a>>) -> Option<&'a str> {
    let birth = births.get(&process)?;
    birth.program.or_else(|| inherited(birth.parent, births))
}

fn begins_another(line: &str) -> bool {
    ["clone(", "clone3(", "fork(", "vfork("].iter().any(|call| line.starts_with(call))
}

fn outcome(line: &str) -> Option<&str> {
    line.rsplit_once(" = ")?.1.split(' ').next()
}

/// The name of the program that a line tells to be started.
fn program(line: &str) -> Option<&str> {
    (line.starts_with("execve") && outcome(line) == Some("0")).then_some(())?;
    line.split('"').nth(1)?.rsplit('/').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desktop::Wanted;

    #[test]
    fn a_process_is_what_it_became_last_or_else_what_its_parent_was_then() {
        let desktop = Desktop::open(Wanted { keyring: false, bus: false, ..Wanted::default() }).unwrap();
        let (strace, traced) = Strace::of(&desktop, Path::new("/bin/sh"), "chdir").unwrap();
        let script = "(cd /; :); cd /usr; env true; exec setpriv --pdeathsig KILL -- true";
        assert!(desktop.command_of_tests(traced.path()).args(["-c", script]).status().unwrap().success());
        let told = strace.told().unwrap();
        let calls = |told: &Told| told.calls.iter().filter(|call| call.starts_with("chdir(")).count();
        let mut all: Vec<_> = told.values().map(|told| (told.program.as_str(), calls(told))).collect();
        all.sort_unstable();
        // A subshell, what the shell started, and what it became itself.
        assert_eq!(all, [("sh", 1), ("true", 0), ("true", 1)]);
    }
}
