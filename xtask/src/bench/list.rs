//! How long the list of keys takes in the real window, and how that grows with the keys. They are of all kinds,
//! most of those that sign with a role, and every fourth was made here.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use keybearer_support::clipboard::Clipboard;
use keybearer_support::desktop::{Desktop, Wanted};
use keybearer_support::recorder::Recorder;
use keybearer_support::wait;
use keybearer_support::window::{Key, Window};
use serde_json::json;

use super::{listed, measure::Measured};

/// What the others are compared with: nearly no keys.
const FEW: usize = 10;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// Of each number of keys.
const SIGN_INS: usize = 5;

/// What all but a few are below.
const MOST: f64 = 0.95;

/// Typed and deleted again, a letter at a time, so that much is found and little.
const SEARCHED: [&str; 3] = ["key number 77", "api-key-9", "nothing of that"];

/// However many keys there are, on a busy computer.
const LONG: std::time::Duration = std::time::Duration::from_secs(60);

/// What the list is filtered by, one after the other, each time from all that work: much is left, little, or nothing.
const FILTERED: [(&str, &str); 6] = [
    ("key-kind", "personal-access-token"),
    ("filter-role", "no-role"),
    ("filter-age", "90"),
    ("filter-expiry", "unknown"),
    ("filter-token", "lost"),
    ("filter-status", "all"),
];

const SORTED: [&str; 4] = ["name", "ending", "oldest", "newest"];

/// Of each filter and each order.
const TIMES: usize = 5;

pub(super) async fn bench(app: &Path) -> Result<()> {
    println!("\n  Milliseconds: the median, and where 95 % are below; and how often as long as with {FEW} keys.\n");
    println!(
        "  {:>7}  {:>24}  {:>24}  {:>24}  {:>24}  {:>16}",
        "keys",
        "sign-in → first rows",
        "keystroke → next frame",
        "filter → next frame",
        "order → next frame",
        "in another field"
    );
    let few = measure(app, FEW).await?;
    few.print(FEW, &few);
    for size in SIZES {
        measure(app, size).await?.print(size, &few);
    }
    Ok(())
}

/// Milliseconds.
struct Taken {
    sign_in: Measured,
    searching: Measured,
    filtering: Measured,
    sorting: Measured,
    /// Each key of the search in the field for the name, which looks for nothing.
    idle: Measured,
}

/// The median, what most are below, and how often as long that is as with few.
fn beside(many: &Measured, few: &Measured) -> String {
    let median = many.median();
    format!("{median:.0} / {:.0}  {:>5.1} ×", many.part(MOST), median / few.median())
}

impl Taken {
    fn print(&self, size: usize, few: &Self) {
        let Self { sign_in, searching, filtering, sorting, idle } = self;
        println!(
            "  {size:>7}  {:>24}  {:>24}  {:>24}  {:>24}  {:>16}",
            beside(sign_in, &few.sign_in),
            beside(searching, &few.searching),
            beside(filtering, &few.filtering),
            beside(sorting, &few.sorting),
            format!("{:.0} / {:.0}", idle.median(), idle.part(MOST)),
        );
    }
}

async fn measure(app: &Path, size: usize) -> Result<Taken> {
    let dfns = Recorder::answering(listed::answering(size)).await?;
    let desktop = Desktop::open(Wanted { keyring: false, ..Wanted::default() })?;
    made_here(&desktop, app, &dfns, size).await?;
    let window = Window::open(&desktop, app, &[]).await?;

    let mut sign_ins = Vec::new();
    for number in 0..SIGN_INS {
        sign_ins.push(sign_in(&window, &dfns, number).await?);
        if sign_ins.len() < SIGN_INS {
            window.click("signout").await?;
        }
    }
    let all = |text: &str| text.replace([',', '.'], "") == size.to_string();
    window.wait_text("keys-count", all).await?;
    let searching = keystrokes(&window, "key-search").await?;
    let idle = keystrokes(&window, "key-name").await?;
    let (mut filtering, mut sorting) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        for (field, value) in FILTERED {
            filtering.push(choose(&window, field, value).await?);
            filtering.push(choose(&window, field, if field == "filter-status" { "working" } else { "" }).await?);
        }
        for order in SORTED {
            sorting.push(choose(&window, "key-sort", order).await?);
        }
    }
    window.wait_text("keys-count", all).await?;
    Ok(Taken {
        sign_in: Measured(sign_ins),
        searching: Measured(searching),
        filtering: Measured(filtering),
        sorting: Measured(sorting),
        idle: Measured(idle),
    })
}

/// Writes into a journal that the app has made what it would have written of each that was made here.
async fn made_here(desktop: &Desktop, app: &Path, dfns: &Recorder, size: usize) -> Result<()> {
    let window = Window::open(desktop, app, &[]).await?;
    window.wait_for("signin-environment").await?;
    window.ask_to_close()?;
    window.wait_ended(LONG).await?;
    drop(window);
    listed::write(&desktop.home().join("data/app.keybearer.desktop/journal.sqlite"), &dfns.url(), size)
}

/// Chooses one of several, and tells how long it was until the next frame.
async fn choose(window: &Window<'_>, field: &str, value: &str) -> Result<f64> {
    let choose = "const [field, value, done] = arguments;
        const select = document.getElementById(field);
        const began = performance.now();
        select.value = value;
        select.dispatchEvent(new Event('input'));
        requestAnimationFrame(() => {
            const drawn = new MessageChannel();
            drawn.port1.onmessage = () => done(select.value === value ? performance.now() - began : null);
            drawn.port2.postMessage(null);
        });";
    let taken = window.client().execute_async(choose, vec![json!(field), json!(value)]).await?;
    taken.as_f64().with_context(|| format!("{field} has no {value}"))
}

/// Signs in from the clipboard, and tells how long it was from the click to the frame with the first rows.
async fn sign_in(window: &Window<'_>, dfns: &Recorder, number: usize) -> Result<f64> {
    // Each time another: the last one may still be seen to, should a program put it back.
    let copied = Clipboard::of(window.desktop()).copy(&format!("some-token-{number}")).await?;
    window.choose("signin-environment", "custom").await?;
    window.clear("signin-url").await?;
    window.desktop().confirm_host(&dfns.url())?;
    window.type_into("signin-url", &dfns.url()).await?;
    let begin = "window.taken = null;
        document.querySelector('#signin-paste').addEventListener('click', () => { window.began = performance.now(); },
            { capture: true, once: true });
        const rows = new MutationObserver(() => {
            if (!document.querySelector('.key-row')) return;
            rows.disconnect();
            requestAnimationFrame(() => {
                const drawn = new MessageChannel();
                drawn.port1.onmessage = () => { window.taken = performance.now() - window.began; };
                drawn.port2.postMessage(null);
            });
        });
        rows.observe(document.querySelector('#key-space'), { childList: true });
        return null;";
    window.execute(begin, vec![]).await?;
    window.click("signin-paste").await?;
    let taken = wait::until("the first rows", LONG, async || {
        window.execute("return window.taken", vec![]).await?.as_f64().context("they are not there")
    })
    .await?;
    drop(copied);
    Ok(taken)
}

/// Types into a field, and tells how long it was from each key to the frame after it.
async fn keystrokes(window: &Window<'_>, field: &str) -> Result<Vec<f64>> {
    let begin = format!(
        "window.frames_ = [];
        document.querySelector('[data-test={field}]').addEventListener('keydown', () => {{
            const began = performance.now();
            requestAnimationFrame(() => {{
                const drawn = new MessageChannel();
                drawn.port1.onmessage = () => window.frames_.push(performance.now() - began);
                drawn.port2.postMessage(null);
            }});
        }});
        return null;"
    );
    window.execute(&begin, vec![]).await?;
    let mut pressed = 0;
    for text in SEARCHED {
        for letter in text.chars() {
            window.type_into(field, &letter.to_string()).await?;
            pressed += 1;
        }
        for _ in text.chars() {
            window.press(field, Key::Backspace).await?;
            pressed += 1;
        }
    }
    let frames = window.execute("return window.frames_", vec![]).await?;
    let frames: Vec<f64> = serde_json::from_value(frames)?;
    ensure!(frames.len() + 1 >= pressed, "{} of {pressed} keys were drawn", frames.len());
    Ok(frames)
}
