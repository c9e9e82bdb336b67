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
    let contestants = [
        ("Keybearer", &nobody, app, false),
        ("Keybearer, signed in", &somebody, app, false),
        ("bare window", &nobody, &*bare, false),
        ("bare window, without DMABUF", &nobody, &*bare, true),
    ];
    // What is read from the disk for the first time is so for none of them.
    for (_, desktop, program, without) in contestants {
        run(desktop, program, without)?;
    }
    let mut taken: [(Measured, Measured); 4] = Default::default();
    for _ in 0..RUNS {
        for ((_, desktop, program, without), (start, memory)) in contestants.into_iter().zip(&mut taken) {
            let (milliseconds, mebibytes) = run(desktop, program, without)?;
            start.0.push(milliseconds);
            memory.0.push(mebibytes);
        }
    }
    println!(
        "\n  Start to visually complete in milliseconds, and memory then in MiB (PSS of all processes): the median, and"
    );
    println!("  where the middle half of {RUNS} lie.\n");
    println!("  {:<44}  {:>18}  {:>18}  ratio", "", "Keybearer", "bare window");
    let mut all = Vec::new();
    for (unit, of) in [("start", (|of| of.0) as fn((Measured, Measured)) -> Measured), ("memory", |of| of.1)] {
        for ours in 0..2 {
            for theirs in 2..4 {
                let what = format!("{unit}: {} beside {}", contestants[ours].0, contestants[theirs].0);
                let what = what.replace("Keybearer beside", "beside").replace("Keybearer, ", "");
                let (ours, theirs) = (of(taken[ours].clone()), of(taken[theirs].clone()));
                all.push(Compared { what, ours, theirs });
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
