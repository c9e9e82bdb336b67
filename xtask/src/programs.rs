//! The test programs: built by cargo, and run beside each other, since most of their time is spent waiting for clocks,
//! windows and processes. What each says is told in one piece.

use std::io::{BufRead, BufReader, pipe};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::project;

#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// Of the crate that is tested, or of the file of tests.
    pub(crate) name: String,
    executable: PathBuf,
    /// The folder of its package, in which cargo would run it.
    folder: PathBuf,
}

#[derive(Debug, Default)]
pub(crate) struct Ran {
    /// Those that did not say how they ended, or that ended badly although nothing failed in them.
    pub(crate) broken: Vec<String>,
}

/// How many run at the same time, each with the threads that it takes by itself.
const BESIDE: usize = 2;

/// A program that tells nothing for so long waits for something that never comes.
const SILENCE: Duration = Duration::from_secs(600);

/// What a running program tells.
enum Said {
    Line(String),
    Ended { well: bool },
}

pub(crate) fn build() -> Result<Vec<Program>> {
    let mut cargo = project::cargo();
    cargo.args(["test", "--workspace", "--no-run", "--message-format=json-render-diagnostics"]).stdout(Stdio::piped());
    let mut cargo = cargo.spawn().context("cargo could not be started")?;
    let told = BufReader::new(cargo.stdout.take().context("its output is a pipe")?);
    let mut programs = Vec::new();
    for line in told.lines() {
        programs.extend(program(&serde_json::from_str(&line?)?));
    }
    ensure!(cargo.wait()?.success(), "the tests could not be built");
    Ok(programs)
}

/// The test program that one of cargo's messages tells of.
fn program(message: &Value) -> Option<Program> {
    let is_test = message["reason"] == "compiler-artifact" && message["profile"]["test"] == true;
    Some(Program {
        name: message["target"]["name"].as_str()?.to_owned(),
        executable: message["executable"].as_str().filter(|_| is_test)?.into(),
        folder: Path::new(message["manifest_path"].as_str()?).parent()?.to_owned(),
    })
}

/// Runs them, each as `prepare` wants it. Tells every line: of the first while it runs, of each other when those before it
/// have ended. One that tells nothing for ten minutes is ended.
pub(crate) fn run(
    programs: &[Program],
    prepare: impl Fn(&Program, &mut Command) + Sync,
    tell: impl FnMut(&str),
) -> Result<Ran> {
    run_while_they_tell(programs, SILENCE, prepare, tell)
}

fn run_while_they_tell(
    programs: &[Program],
    silence: Duration,
    prepare: impl Fn(&Program, &mut Command) + Sync,
    mut tell: impl FnMut(&str),
) -> Result<Ran> {
    let (said, hears) = channel();
    let waiting = Mutex::new(programs.iter().enumerate());
    let mut ran = Ran::default();
    thread::scope(|scope| -> Result<()> {
        for _ in 0..BESIDE {
            let (said, waiting, prepare) = (said.clone(), &waiting, &prepare);
            scope.spawn(move || {
                loop {
                    let next = waiting.lock().ok().and_then(|mut waiting| waiting.next());
                    let Some((place, program)) = next else { break };
                    let well = run_one(program, silence, prepare, |what| drop(said.send((place, what))))
                        .unwrap_or_else(|error| {
                            let _ = said.send((place, Said::Line(format!("{}: {error:#}", program.name))));
                            false
                        });
                    let _ = said.send((place, Said::Ended { well }));
                }
            });
        }
        drop(said);
        let (mut kept, mut turn) = (vec![Vec::new(); programs.len()], 0);
        let mut ended: Vec<Option<bool>> = vec![None; programs.len()];
        for (place, what) in hears {
            match what {
                Said::Line(line) if place == turn => tell(&line),
                Said::Line(line) => kept[place].push(line),
                Said::Ended { well } => ended[place] = Some(well),
            }
            while let Some(Some(well)) = ended.get(turn) {
                if !well {
                    ran.broken.push(programs[turn].name.clone());
                }
                turn += 1;
                kept.get_mut(turn).map(std::mem::take).into_iter().flatten().for_each(|line: String| tell(&line));
            }
        }
        Ok(())
    })?;
    Ok(ran)
}

/// Whether it ended well, or said what failed.
fn run_one(
    program: &Program,
    silence: Duration,
    prepare: &impl Fn(&Program, &mut Command),
    say: impl Fn(Said),
) -> Result<bool> {
    let (reader, writer) = pipe()?;
    let mut command = Command::new(&program.executable);
    command.current_dir(&program.folder).env("CARGO_MANIFEST_DIR", &program.folder).stdin(Stdio::null());
    prepare(program, &mut command);
    command.stdout(writer.try_clone()?).stderr(writer);
    let mut running = command.spawn().with_context(|| format!("{} could not be started", program.name))?;
    // It has the pipe's other end too, and would keep it open.
    drop(command);
    say(Said::Line(format!("\n     Running {}", program.name)));
    let (tell, told) = channel();
    // On a thread of its own, since what the program has started may keep the pipe open when it is ended.
    thread::spawn(move || BufReader::new(reader).lines().try_for_each(|line| tell.send(line)));
    let mut told_how = false;
    loop {
        match told.recv_timeout(silence) {
            Ok(line) => {
                let line = line?;
                told_how |= line.starts_with("test result: FAILED");
                say(Said::Line(line));
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(running.wait()?.success() || told_how),
            Err(RecvTimeoutError::Timeout) => {
                running.kill()?;
                running.wait()?;
                say(Said::Line(format!("{} told nothing for {} s, and was ended", program.name, silence.as_secs())));
                return Ok(false);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of_shell(name: &str) -> Program {
        Program { name: name.to_owned(), executable: "/bin/sh".into(), folder: "/".into() }
    }

    #[test]
    fn what_each_says_is_told_in_one_piece_and_in_order_however_they_end() {
        let programs = ["sleep 0.2; echo one; echo more", "echo two; exit 1", "echo 'test result: FAILED'; exit 1"];
        let programs: Vec<Program> = programs.into_iter().map(of_shell).collect();
        let mut told = Vec::new();
        let prepare = |program: &Program, command: &mut Command| {
            command.args(["-c", &program.name]);
        };
        let ran = run(&programs, prepare, |line| told.push(line.to_owned())).expect("they run");
        told.retain(|line| !line.contains("Running"));
        assert_eq!(told, ["one", "more", "two", "test result: FAILED"]);
        assert_eq!(ran.broken, [programs[1].name.as_str()]);
    }

    #[test]
    fn one_that_waits_for_ever_is_ended_and_the_next_runs() {
        let programs: Vec<Program> = ["echo one; exec sleep 600", "echo two", "echo three"].map(of_shell).into();
        let mut told = Vec::new();
        let prepare = |program: &Program, command: &mut Command| {
            command.args(["-c", &program.name]);
        };
        let silence = Duration::from_secs(1);
        let ran =
            run_while_they_tell(&programs, silence, prepare, |line| told.push(line.to_owned())).expect("they run");
        told.retain(|line| !line.contains("Running"));
        let ended = format!("{} told nothing for 1 s, and was ended", programs[0].name);
        assert_eq!(told, ["one", &ended, "two", "three"]);
        assert_eq!(ran.broken, [programs[0].name.as_str()]);
    }

    #[test]
    fn cargo_tells_of_test_programs_and_of_much_else() {
        let message = |test: bool, executable: Value| {
            program(&json!({
                "reason": "compiler-artifact", "profile": { "test": test }, "target": { "name": "e2e" },
                "executable": executable, "manifest_path": "/project/Cargo.toml",
            }))
        };
        let built = message(true, "/project/target/e2e".into()).expect("a program");
        assert_eq!((built.name.as_str(), built.folder.as_path()), ("e2e", Path::new("/project")));
        assert!(message(false, "/project/target/app".into()).is_none());
        assert!(message(true, Value::Null).is_none());
        assert!(program(&json!({ "reason": "build-finished", "success": true })).is_none());
    }
}
