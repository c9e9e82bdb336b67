//! What other programs of the same person, and a crash, get out of the app's processes.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, ensure};
use keybearer_support::{
    desktop::Desktop,
    launcher::Launcher,
    process::{self, Process},
    skipped::skip,
    wait::{self, SOON},
    window::Window,
};

use crate::steps::{CLOSED_TO_OTHERS, desktop, released};

#[tokio::test]
async fn none_of_its_processes_dumps_core() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, &released()?, &[]).await?;
    window.wait_for("signin-environment").await?;
    let processes = process::tree(window.app_process()?)?;
    for process in &processes {
        let limits = fs::read_to_string(format!("/proc/{process}/limits"))?;
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).context("it has limits")?;
        ensure!(core.split_whitespace().nth(4) == Some("0"), "{process}: {core}");
        // Whoever collects crashes gets a dump whatever the limit is, which has no kind of memory in it then.
        let kinds = fs::read_to_string(format!("/proc/{process}/coredump_filter"))?;
        ensure!(kinds.trim_end() == "00000000", "{process}: {kinds}");
    }
    ensure!(processes.len() > 2, "the web engine has processes of its own");
    Ok(())
}

/// The app on a person's desktop, started where it may dump core into their home.
fn theirs(desktop: &Desktop) -> Result<Launcher> {
    let (home, app) = (desktop.home().display(), desktop.program(&released()?)?);
    let start = format!("cd '{home}' && ulimit -c unlimited\nexec $person '{}' \"$@\"", app.display());
    Launcher::new(desktop, &start)
}

/// Whether another program of the person's can read a process's memory.
fn can_read(process: u32) -> Result<bool> {
    let mut head = process::command_of_person("head");
    head.args(["-c", "0", &format!("/proc/{process}/mem")]).stderr(Stdio::null());
    Ok(head.status()?.success())
}

/// Whether it can attach a debugger to it.
fn can_attach(process: u32) -> Result<bool> {
    let mut strace = process::command_of_person("sh");
    strace.args(["-c", &format!("exec strace -e trace=none -p {process} 2>&1")]);
    let (_strace, told) = Process::start_and_read_line(strace)?;
    let (attached, refused) = (told.contains(" attached"), told.contains("Operation not permitted"));
    ensure!(attached != refused, "strace tells {told:?}");
    Ok(attached)
}

#[tokio::test]
async fn other_programs_of_the_same_person_can_neither_read_its_memory_nor_attach_a_debugger() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, &released()?, &[]).await?;
    window.wait_for("signin-environment").await?;
    let (other, _) = sleeping(&desktop)?;
    if !can_read(other.id())? || !can_attach(other.id())? {
        return skip("this system lets nobody look into any other process of theirs");
    }
    let app = window.app_process()?;
    ensure!(!can_read(app)?, "its memory can be read");
    ensure!(!can_attach(app)?, "a debugger can be attached");
    for web in process::children_of(app)? {
        let (read, attached) = (can_read(web)?, can_attach(web)?);
        eprintln!("{}: its memory can be read: {read}, a debugger can be attached: {attached}", name_of(web)?);
        // Where that changes, SECURITY.md and the panel have to say so.
        ensure!(read && attached, "the web engine's processes are closed, which is not what is told");
    }
    Ok(())
}

fn name_of(process: u32) -> Result<String> {
    Ok(fs::read_to_string(format!("/proc/{process}/comm"))?.trim_end().to_owned())
}

/// Another program of the person's, which may dump core where it is. The second is the line by which it told that it is
/// there.
fn sleeping(desktop: &Desktop) -> Result<(Process, String)> {
    let commands = "ulimit -c unlimited\nexec $person sh -c 'echo there; sleep 1000 & wait'";
    let mut other = desktop.command_of_tests(Launcher::new(desktop, commands)?.path());
    other.current_dir(desktop.home());
    Process::start_and_read_line(other)
}

/// Lets a process of theirs crash, by the signal that an assertion in it ends with.
fn crash(process: u32) -> Result<()> {
    let mut kill = process::command_of_person("kill");
    ensure!(kill.args(["-ABRT", &process.to_string()]).status()?.success(), "{process} is not there");
    Ok(())
}

/// The core dumps in a folder.
fn dumps(folder: &Path) -> Result<Vec<PathBuf>> {
    let files = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let dumps = files.into_iter().filter(|file| file.file_name().to_string_lossy().starts_with("core"));
    Ok(dumps.map(|file| file.path()).collect())
}

#[tokio::test]
async fn a_crash_of_the_app_or_of_its_page_writes_no_memory_to_a_file() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let desktop = desktop()?;
    let (mut other, _) = sleeping(&desktop)?;
    crash(other.id())?;
    other.ended_well()?;
    let [control] = &dumps(desktop.home())?[..] else {
        return skip("this system does not write core dumps to where a program is");
    };
    fs::remove_file(control)?;

    let window = Window::open(&desktop, &theirs(&desktop)?, &[]).await?;
    window.wait_for("signin-environment").await?;
    let app = window.app_process()?;
    let webs = process::children_of(app)?;
    let page = webs.into_iter().find(|web| name_of(*web).is_ok_and(|name| name == "WebKitWebProces"));
    for process in [page.context("it has a page")?, app] {
        ensure!(fs::read_link(format!("/proc/{process}/cwd"))? == desktop.home(), "it would be written elsewhere");
        crash(process)?;
        wait::until("its end", SOON, async || {
            ensure!(!process::is_alive(process), "process {process} is running");
            Ok(())
        })
        .await?;
    }
    let dumps = dumps(desktop.home())?;
    ensure!(dumps.is_empty(), "{dumps:?}");
    Ok(())
}
