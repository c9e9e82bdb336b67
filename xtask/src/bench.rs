//! `cargo xtask bench`: how long the list of keys takes in the real window, and how that grows with the keys.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use keybearer_support::clipboard::Clipboard;
use keybearer_support::desktop::{Desktop, Wanted};
use keybearer_support::recorder::{Recorder, Reply};
use keybearer_support::wait;
use keybearer_support::window::{Key, Window};
use serde_json::{Value, json};

use crate::{project, setup};

/// What the others are compared with: nearly no keys.
const FEW: usize = 10;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// Of each number of keys.
const SIGN_INS: usize = 5;

/// Typed and deleted again, a letter at a time, so that much is found and little.
const SEARCHED: [&str; 3] = ["key number 77", "api-key-9", "nothing of that"];

/// However many keys there are, on a busy computer.
const LONG: std::time::Duration = std::time::Duration::from_secs(60);

pub(crate) fn bench() -> Result<ExitCode> {
    setup::check("bench")?;
    let app = project::build_release()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        println!("\n  {:>7}  {:<34} {:<40}", "", "sign-in → first rows", "keystroke in the search → next frame");
        println!("  {:>7}  {:>10} {:>22} {:>10} {:>10} {:>24}", "keys", "median", "", "median", "95 %", "");
        let few = measure(&app, FEW).await?;
        println!("  {FEW:>7}  {:>7.0} ms {:>22} {:>7.1} ms {:>7.1} ms", few.sign_in, "", few.median, few.most);
        println!("  {:>7}  {:>10} {:>22} {:>7.1} ms {:>7.1} ms", "name", "", "", few.idle_median, few.idle_most);
        for size in SIZES {
            let taken = measure(&app, size).await?;
            println!(
                "  {size:>7}  {:>7.0} ms {:>22} {:>7.1} ms {:>7.1} ms {:>24}",
                taken.sign_in,
                format!("{:.1} × as {FEW} keys", taken.sign_in / few.sign_in),
                taken.median,
                taken.most,
                format!("{:.1} × as the name field", taken.median / taken.idle_median),
            );
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Milliseconds.
struct Taken {
    sign_in: f64,
    median: f64,
    most: f64,
    /// The same keys in the field for the name, which looks for nothing.
    idle_median: f64,
    idle_most: f64,
}

async fn measure(app: &Path, size: usize) -> Result<Taken> {
    let items: Vec<Value> = (0..size).map(key).collect();
    let list = Reply::json(200, &json!({ "items": items }));
    let dfns = Recorder::answering(move |_| list.clone()).await?;
    let desktop = Desktop::open(Wanted { keyring: false, ..Wanted::default() })?;
    let window = Window::open(&desktop, app, &[]).await?;

    let mut sign_ins = Vec::new();
    for number in 0..SIGN_INS {
        sign_ins.push(sign_in(&window, &dfns, number).await?);
        if sign_ins.len() < SIGN_INS {
            window.click("signout").await?;
        }
    }
    window.wait_text("keys-count", |text| text.replace([',', '.'], "") == size.to_string()).await?;
    let mut searching = keystrokes(&window, "key-search").await?;
    let mut idle = keystrokes(&window, "key-name").await?;
    Ok(Taken {
        sign_in: part(&mut sign_ins, 0.5),
        median: part(&mut searching, 0.5),
        most: part(&mut searching, 0.95),
        idle_median: part(&mut idle, 0.5),
        idle_most: part(&mut idle, 0.95),
    })
}

fn key(number: usize) -> Value {
    json!({
        "id": format!("api-key-{number}"), "name": format!("Key number {number}"), "status": "Active",
        "orgId": "cu-purple-pip-1b417b958500", "authorId": "ce-finch-march-5b59fcbb571b",
        "dateCreated": format!("2026-{:02}-{:02}T09:06:32.567Z", number / 28 % 12 + 1, number % 28 + 1),
    })
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

/// The value below which this part of them lies.
fn part(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "few values"
    )]
    let place = ((values.len() as f64 * part) as usize).min(values.len().saturating_sub(1));
    values.get(place).copied().unwrap_or(f64::NAN)
}
