//! Programs that end with the value that stands for them, and everything they started along with them.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

/// How long a program is given to end of itself: an X server removes its lock, the app clears the clipboard.
pub(crate) const GRACE: Duration = Duration::from_secs(3);

/// A command that the system ends with the thread that starts it, so that nothing stays after Ctrl-C or a crash.
///
/// The program is started through setpriv, which then becomes it: its process id is the program's.
#[must_use]
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

/// The same, as the [`person`] whose desktops these are.
#[must_use]
pub fn command_of_person(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    // In the same setpriv: who becomes another person is not ended with their thread any more.
    command.args(["--pdeathsig", "KILL"]).args(becoming()).arg("--").arg(program);
    command
}

/// Whether this runs as root.
#[must_use]
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The user whose desktops these are: an ordinary one, since root is let through where people are not. Whoever runs the
/// tests, or where that is root `NOBODY`.
#[must_use]
pub fn person() -> u32 {
    if is_root() { NOBODY } else { rustix::process::geteuid().as_raw() }
}

/// Somebody without any right beyond their own, whom every system knows. A number that no account has would not do: a
/// session bus turns away whom it finds in no list of accounts.
const NOBODY: u32 = 65534;

/// The arguments by which setpriv becomes the [`person`]; none where this is them already.
#[must_use]
pub fn becoming() -> Vec<String> {
    if !is_root() {
        return Vec::new();
    }
    let person = person();
    vec![format!("--reuid={person}"), format!("--regid={person}"), "--clear-groups".to_owned()]
}

/// Lets a file or a folder, with all that is in it, be the [`person`]'s, where it was made by root.
///
/// # Errors
/// Where it cannot be given away.
pub fn give(path: &Path) -> Result<()> {
    if is_root() {
        let person = Some(person());
        if let Some(there) = unless_gone(path.symlink_metadata())? {
            if there.uid() == 0 {
                unless_gone(lchown(path, person, person))?;
            }
            if there.is_dir() {
                for entry in unless_gone(path.read_dir())?.into_iter().flatten() {
                    give(&entry?.path())?;
                }
            }
        }
    }
    Ok(())
}

/// A running program may remove what was seen a moment ago.
pub(crate) fn unless_gone<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}

/// What [`command`] or [`command_of_person`] was given.
fn name_of(command: &Command) -> String {
    let program = command.get_args().skip_while(|argument| *argument != "--").nth(1).unwrap_or(command.get_program());
    program.to_string_lossy().into_owned()
}

/// A running program in a process group of its own. Dropping it ends the group.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
}

impl Process {
    /// Starts a [`command`].
    ///
    /// # Errors
    /// Where it cannot be started. A program that is missing ends at once instead, with setpriv's words.
    pub fn start(mut command: Command) -> Result<Self> {
        let name = name_of(&command);
        let child = command.process_group(0).spawn().with_context(|| format!("{name} could not be started"))?;
        Ok(Self { name, child })
    }

    /// Starts it and waits for the first line of its standard output: many programs tell so that they are ready.
    ///
    /// # Errors
    /// Where it cannot be started, or ends before it has printed a line.
    pub fn start_and_read_line(mut command: Command) -> Result<(Self, String)> {
        command.stdout(Stdio::piped());
        let mut process = Self::start(command)?;
        let output = process.child.stdout.take().context("its output is a pipe, as asked for")?;
        let mut output = BufReader::new(output);
        let mut line = String::new();
        output.read_line(&mut line)?;
        if !line.ends_with('\n') {
            bail!("{} ended before it was ready: {:?}", process.name, process.child.wait()?);
        }
        // Kept open: a program whose output is closed is ended by its next line.
        process.child.stdout = Some(output.into_inner());
        Ok((process, line.trim_end().to_owned()))
    }

    /// Starts it and gives it `stdin_payload`, then the end of its standard input.
    ///
    /// # Errors
    /// Where it cannot be started or does not read.
    pub fn start_with_input(mut command: Command, input: &[u8]) -> Result<Self> {
        command.stdin(Stdio::piped());
        let mut process = Self::start(command)?;
        let mut pipe = process.child.stdin.take().context("its input is a pipe, as asked for")?;
        pipe.write_all(input).with_context(|| format!("{} did not read its input", process.name))?;
        Ok(process)
    }

    /// Its process id, which is its group's too.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it is still running.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until it has ended by itself, and tells whether it was content.
    ///
    /// # Errors
    /// Where it does not end within some seconds.
    pub fn ended_well(&mut self) -> Result<bool> {
        if !self.ends_within(GRACE) {
            bail!("{} does not end", self.name);
        }
        Ok(self.child.wait()?.success())
    }

    /// Asks the program itself, and not its group, to end, and waits until it has.
    ///
    /// # Errors
    /// Where it does not within some seconds.
    pub fn terminate(&mut self) -> Result<()> {
        if self.is_running() {
            rustix::process::kill_process(group(&self.child), Signal::TERM)?;
        }
        if !self.ends_within(GRACE) {
            bail!("{} did not end when it was asked to", self.name);
        }
        Ok(())
    }

    /// Stops it where it is, so that it answers nobody until it ends.
    ///
    /// # Errors
    /// Where it has ended.
    pub fn freeze(&self) -> Result<()> {
        Ok(rustix::process::kill_process(group(&self.child), Signal::STOP)?)
    }

    /// Lets it go on where it was stopped.
    ///
    /// # Errors
    /// Where it has ended.
    pub fn thaw(&self) -> Result<()> {
        Ok(rustix::process::kill_process(group(&self.child), Signal::CONT)?)
    }

    fn ends_within(&mut self, grace: Duration) -> bool {
        within(grace, || !self.is_running())
    }
}

/// Waits until something is so; whether it is, in this time.
fn within(grace: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + grace;
    while !is_so() {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}

impl Drop for Process {
    fn drop(&mut self) {
        let started = children_of(self.child.id()).unwrap_or_default();
        // Errors mean that nobody is left in the group.
        let group = group(&self.child);
        let _ = kill_process_group(group, Signal::TERM);
        let _ = kill_process_group(group, Signal::CONT);
        self.ends_within(GRACE);
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.child.wait();
        // What it started holds its names on the bus until it has ended as well: the next of its kind would give way to it.
        within(GRACE, || !started.iter().any(|process| is_alive(*process)));
    }
}

fn group(child: &Child) -> Pid {
    Pid::from_child(child)
}

/// The processes whose parent is `parent`, oldest first.
///
/// # Errors
/// Where `/proc` cannot be read.
pub fn children_of(parent: u32) -> Result<Vec<u32>> {
    let mut children: Vec<u32> = std::fs::read_dir("/proc")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|process| parent_of(*process) == Some(parent))
        .collect();
    children.sort_unstable();
    Ok(children)
}

/// A process and all that it started, whoever came first first.
///
/// # Errors
/// Where `/proc` cannot be read.
pub fn tree(root: u32) -> Result<Vec<u32>> {
    let (mut processes, mut looked) = (vec![root], 0);
    while let Some(process) = processes.get(looked).copied() {
        processes.extend(children_of(process)?);
        looked += 1;
    }
    Ok(processes)
}

/// How much of a process is in memory, in KiB (RSS). What several share counts for each: who else is running would change
/// what does not.
///
/// # Errors
/// Where it has ended.
pub fn memory_of(process: u32) -> Result<u64> {
    let told = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let line = told.lines().find(|line| line.starts_with("Rss:")).context("the system tells it")?;
    Ok(line.split_whitespace().nth(1).context("a number")?.parse()?)
}

/// How much memory a process and all that it started take, in KiB (PSS): what several share counts once.
///
/// # Errors
/// Where `/proc` cannot be read.
pub fn memory_of_tree(root: u32) -> Result<u64> {
    // One that has ended meanwhile takes none.
    let told =
        tree(root)?.into_iter().filter_map(|each| std::fs::read_to_string(format!("/proc/{each}/smaps_rollup")).ok());
    let pss = told.filter_map(|told| {
        let line = told.lines().find(|line| line.starts_with("Pss:"))?.to_owned();
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    });
    Ok(pss.sum())
}

/// Whether a process has not ended yet, waited for or not.
#[must_use]
pub fn is_alive(process: u32) -> bool {
    state_and_parent(process).is_some_and(|(state, _)| state != 'Z')
}

fn parent_of(process: u32) -> Option<u32> {
    Some(state_and_parent(process)?.1)
}

fn state_and_parent(process: u32) -> Option<(char, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // pid (name) state parent …; the name may hold spaces and brackets.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
