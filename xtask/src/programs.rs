//! The test programs: built by cargo, and run beside each other, since most of their time is spent waiting for clocks,
//! windows and processes. What each says is told in one piece.

use std::io::{BufRead, BufReader, pipe};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::project;

/// A test program.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// Of the crate that is tested, or of the file of tests.
    pub(crate) name: String,
    executable: PathBuf,
    /// The folder of its package, in which cargo would run it.
    folder: PathBuf,
}

/// How they ended.
#[derive(Debug, Default)]
pub(crate) struct Ran {
    /// Those that did not say how they ended, or that ended badly although nothing failed in them.
    pub(crate) broken: Vec<String>,
}

/// How many run at the same time, each with the threads that it takes by itself.
const BESIDE: usize = 2;

/// What a running program tells.
enum Said {
    Line(String),
    Ended { well: bool },
}

/// Builds all of them.
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
/// have ended.
pub(crate) fn run(
    programs: &[Program],
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
                    let well = run_one(program, prepare, place, &said).unwrap_or_else(|error| {
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
    prepare: &impl Fn(&Program, &mut Command),
    place: usize,
    said: &Sender<(usize, Said)>,
) -> Result<bool> {
    let (reader, writer) = pipe()?;
    let mut command = Command::new(&program.executable);
    command.current_dir(&program.folder).env("CARGO_MANIFEST_DIR", &program.folder).stdin(Stdio::null());
    prepare(program, &mut command);
    command.stdout(writer.try_clone()?).stderr(writer);
    let mut running = command.spawn().with_context(|| format!("{} could not be started", program.name))?;
    // It has the pipe's other end too, and would keep it open.
    drop(command);
    let _ = said.send((place, Said::Line(format!("\n     Running {}", program.name))));
    let mut told_how = false;
    for line in BufReader::new(reader).lines() {
        let line = line?;
        told_how |= line.starts_with("test result: FAILED");
        let _ = said.send((place, Said::Line(line)));
    }
    Ok(running.wait()?.success() || told_how)
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
