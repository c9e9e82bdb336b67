//! The same thing over and over: nothing is left each time that adds up.

use std::env;

use anyhow::{Result, bail, ensure};
use keybearer_support::{process, skipped::skip, wait, wait::SOON, window::Window};

use crate::steps::{CLOSED_TO_OTHERS, copy, create, desktop, enter_built_in_sandbox, released};

/// How often each is done, unless `KEYBEARER_TIMES` says otherwise.
const TIMES: u64 = 25;

/// The first of so many parts is for warming up: what is kept at hand for the next time is there then.
const PARTS: u64 = 5;

/// By so many KiB memory may differ for reasons of its own: a page's garbage is collected when it likes.
const PLAY: Size = Size { processes: 0, all: 12 << 10, own: 1 << 10 };

/// So many KiB the web engine itself keeps in the app's process, of each view that was drawn and destroyed. Before the app
/// let go of a view whole, it was 138.
const EACH: u64 = 32;

/// And of each copy, which draws no view.
const EACH_COPY: u64 = 4;

/// What there is of the app.
#[derive(Debug)]
struct Size {
    processes: usize,
    /// Of all of them together, in KiB.
    all: u64,
    /// The app's own process alone, in KiB.
    own: u64,
}

impl Size {
    fn of(window: &Window<'_>) -> Result<Self> {
        let app = window.app_process()?;
        let processes = process::tree(app)?;
        // One that ended meanwhile has none.
        let all = processes.iter().filter_map(|process| process::memory_of(*process).ok()).sum();
        Ok(Self { processes: processes.len(), all, own: process::memory_of(app)? })
    }
}

async fn show_and_hide(window: &Window<'_>) -> Result<()> {
    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    window.wait_text("token-text", |text| !text.is_empty()).await?;
    window.leave_token_window().await?;
    window.click("reveal-show").await?;
    window.wait_token_window_closed().await
}

async fn copy_and_clear(window: &Window<'_>) -> Result<()> {
    copy(window).await?;
    window.click("reveal-clear").await?;
    window.wait_text("reveal-clipboard", |text| text.contains("was cleared")).await?;
    Ok(())
}

#[tokio::test]
async fn copying_and_showing_a_token_over_and_over_takes_no_more_memory_and_leaves_no_process() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let times = env::var("KEYBEARER_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(TIMES);
    let desktop = desktop()?;
    let window = Window::open(&desktop, &released()?, &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    let before = Size::of(&window)?;
    let warming = times.div_ceil(PARTS);
    for what in ["copied", "shown"] {
        let mut sizes = Vec::new();
        for time in 1..=times {
            match what {
                "copied" => copy_and_clear(&window).await?,
                _ => show_and_hide(&window).await?,
            }
            if time % warming == 0 || time == times {
                let size = settled(&window, before.processes).await?;
                eprintln!(
                    "{what} {time:>3} times: {} processes, {} KiB in all, {} KiB of them the app's own",
                    size.processes, size.all, size.own
                );
                sizes.push(size);
            }
        }
        let [warm, .., last] = &sizes[..] else { bail!("{times} times are too few to tell") };
        let (all, own) = (last.all.saturating_sub(warm.all), last.own.saturating_sub(warm.own));
        eprintln!(
            "{what} {} times after warming up: {all} KiB more in all, {own} KiB in the app's own",
            times - warming
        );
        let engine = if what == "copied" { EACH_COPY } else { EACH } * (times - warming);
        ensure!(all < PLAY.all + engine && own < PLAY.own + engine, "{what}: memory grows");
    }
    Ok(())
}

/// Once as many processes are there as there were before.
async fn settled(window: &Window<'_>, processes: usize) -> Result<Size> {
    wait::until("the processes to end", SOON, async || {
        let size = Size::of(window)?;
        ensure!(size.processes == processes, "{} in place of {processes}", size.processes);
        Ok(size)
    })
    .await
}
