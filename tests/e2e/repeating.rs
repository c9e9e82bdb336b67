//! The same thing over and over: nothing is left each time that adds up.

use std::env;

use anyhow::{Result, bail, ensure};
use keybearer_core::words;
use keybearer_support::{process, skipped::skip, wait, wait::SOON, window::Window};

use crate::steps::{CLOSED_TO_OTHERS, copy, create, desktop, enter_built_in_sandbox, released, says};

/// Each is done in so many parts. The first two are for warming up: what is kept at hand for the next time is there then. Of the two after
/// them, and of the last two, the smaller one counts: something short-lived may be there at any moment.
const PARTS: u64 = 6;

/// What is done, how often, unless `KEYBEARER_TIMES` says otherwise, and so many KiB more there may be in the app's own process of each copy, and of each showing: what the web engine itself
/// keeps, and what two measurements after so few times differ by. Before the app let go of a view whole, a showing took 138. A copy has
/// threads of its own that look after it, each of which wipes its whole stack: it takes some thirty until as many of them as
/// ever meet have met, whose memory is kept at hand.
const OWN: [(&str, u64, u64); 2] = [("copied", 90, 24), ("shown", 30, 48)];

/// And of each of either in all processes together: the garbage of a page is collected when it likes.
const ALL: u64 = 400;

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
    window
        .wait_text("reveal-clipboard", |text| {
            says(text, &words::clipboard_clearing()) || says(text, &words::clipboard_cleared())
        })
        .await?;
    Ok(())
}

#[tokio::test]
async fn copying_and_showing_a_token_over_and_over_takes_no_more_memory_and_leaves_no_process() -> Result<()> {
    if !process::is_root() {
        return skip(CLOSED_TO_OTHERS);
    }
    let wanted = env::var("KEYBEARER_TIMES").ok().and_then(|times| times.parse().ok());
    let desktop = desktop()?;
    let window = Window::open(&desktop, &released()?, &[]).await?;
    enter_built_in_sandbox(&window).await?;
    create(&window, "Server Key 3").await?;
    let before = Size::of(&window)?;
    for (what, times, own_each) in OWN {
        let times = wanted.unwrap_or(times);
        let part = times / PARTS;
        let mut sizes = Vec::new();
        for time in 1..=part * PARTS {
            match what {
                "copied" => copy_and_clear(&window).await?,
                _ => show_and_hide(&window).await?,
            }
            if time % part == 0 {
                let size = settled(&window, before.processes).await?;
                eprintln!(
                    "{what} {time:>3} times: {} processes, {} KiB in all, {} KiB of them the app's own",
                    size.processes, size.all, size.own
                );
                sizes.push(size);
            }
        }
        let [_, _, one, two, three, four] = &sizes[..] else { bail!("{times} times are too few to tell") };
        let grown = |of: fn(&Size) -> u64| of(three).min(of(four)).saturating_sub(of(one).min(of(two)));
        let (all, own, counted) = (grown(|size| size.all), grown(|size| size.own), 2 * part);
        eprintln!("{what} {counted} times after warming up: {all} KiB more in all, {own} KiB in the app's own");
        ensure!(own <= own_each * counted && all <= ALL * counted, "{what}: memory grows");
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
