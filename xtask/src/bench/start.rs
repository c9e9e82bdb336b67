//! How long a start takes until all of the window is drawn, and how much memory it takes then, beside a bare window.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use keybearer_support::clipboard::Clipboard;
use keybearer_support::desktop::{Desktop, Wanted};
use keybearer_support::drawn;
use keybearer_support::process::{self, Process};
use keybearer_support::sandbox::Sandbox;
use keybearer_support::window::Window;

use super::measure::{self, Compared, Measured};
use crate::bare;

/// Of each window.
const RUNS: usize = 11;

/// A window in which nothing changes for so long is drawn.
const SETTLED: Duration = Duration::from_millis(1500);

/// By which GPUs are left alone. Without it the bare window draws by way of one, or of what stands in for it.
const WITHOUT_DMABUF: (&str, &str) = ("WEBKIT_DISABLE_DMABUF_RENDERER", "1");

pub(super) async fn bench(app: &Path) -> Result<()> {
    let bare = bare::build()?;
    let (nobody, somebody) = (desktop()?, desktop()?);
    let sandbox = Sandbox::start(app)?;
    sign_in(&somebody, app, &sandbox).await?;
    let ours = [("nobody signed in", &nobody, app, false), ("signed in", &somebody, app, false)];
    let theirs = [("bare", &nobody, &*bare, false), ("bare, without DMABUF", &nobody, &*bare, true)];
    let contestants = || ours.into_iter().chain(theirs);
    // What is read from the disk for the first time is so for none of them.
    for (_, desktop, program, without) in contestants() {
        run(desktop, program, without)?;
    }
    let (mut start, mut memory): ([Measured; 4], [Measured; 4]) = Default::default();
    for _ in 0..RUNS {
        for (place, (_, desktop, program, without)) in contestants().enumerate() {
            let (milliseconds, mebibytes) = run(desktop, program, without)?;
            start[place].0.push(milliseconds);
            memory[place].0.push(mebibytes);
        }
    }
    println!(
        "\n  Start to visually complete in milliseconds, and memory then in MiB (PSS of all processes): the median, and"
    );
    println!("  where the middle half of {RUNS} lie.\n");
    println!("  {:<44}  {:>18}  {:>18}  ratio", "", "Keybearer", "bare window");
    let mut all = Vec::new();
    for (unit, taken) in [("start", start), ("memory", memory)] {
        let (of_ours, of_theirs) = taken.split_at(ours.len());
        for ((our, ..), measured) in ours.iter().zip(of_ours) {
            for ((their, ..), beside) in theirs.iter().zip(of_theirs) {
                let what = format!("{unit}: {our}, beside {their}");
                all.push(Compared { what, ours: measured.clone(), theirs: beside.clone() });
            }
        }
    }
    all.iter().for_each(Compared::print);
    measure::keep("start", &all)
}

fn desktop() -> Result<Desktop> {
    Desktop::open(Wanted::default())
}

/// Milliseconds and mebibytes.
fn run(desktop: &Desktop, program: &Path, without_dmabuf: bool) -> Result<(f64, f64)> {
    let mut command: Command = desktop.command(program);
    command.env_remove(WITHOUT_DMABUF.0);
    if without_dmabuf {
        command.env(WITHOUT_DMABUF.0, WITHOUT_DMABUF.1);
    }
    let (complete, mut process) = drawn::until_complete(desktop.display().name(), SETTLED, || Process::start(command))?;
    let memory = process::memory_of_tree(process.id())?;
    process.terminate()?;
    #[allow(clippy::cast_precision_loss, reason = "no window takes that much")]
    Ok((complete.as_secs_f64() * 1000.0, memory as f64 / 1024.0))
}

/// Lets the next start come back to an account.
async fn sign_in(desktop: &Desktop, app: &Path, sandbox: &Sandbox) -> Result<()> {
    let window = Window::open(desktop, app, &[]).await?;
    let copied = Clipboard::of(desktop).copy(&sandbox.admin).await?;
    window.choose("signin-environment", "custom").await?;
    window.clear("signin-url").await?;
    desktop.confirm_host(&sandbox.url)?;
    window.type_into("signin-url", &sandbox.url).await?;
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    drop(copied);
    window.wait_text("account", |text| text.contains("keyring")).await?;
    window
        .wait_until("the keys", async || {
            let rows = window.execute("return document.querySelectorAll('.key-row').length", vec![]).await?;
            rows.as_u64().filter(|rows| *rows > 0).context("none is listed")
        })
        .await?;
    window.ask_to_close()?;
    window.wait_ended(Duration::from_secs(10)).await
}
