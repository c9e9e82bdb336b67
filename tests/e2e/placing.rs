//! The main window opens where it was and as large, and never off the screen.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use keybearer_support::{desktop::Desktop, display::Seen, process, window::Window};
use serde_json::{Value, json};

use crate::steps::{app, desktop};

/// The display that the tests have.
const SCREEN: (i64, i64) = (1280, 900);

/// Moves the window and makes it this large, and waits until it is. A window that opened a moment ago may still be settling,
/// which undoes it; a person moves it once more.
async fn put(window: &Window<'_>, (x, y, width, height): (i32, i32, u32, u32)) -> Result<()> {
    let display = window.desktop().display();
    window
        .wait_until("the window to be where it was put", async || {
            let seen = display.first_window()?;
            if (seen.x, seen.y, seen.width, seen.height) == (x, y, width, height) {
                return Ok(());
            }
            display.place_first_window(x.unsigned_abs(), y.unsigned_abs(), width, height)?;
            bail!("{seen:?}")
        })
        .await
}

async fn wait_placed(window: &Window<'_>, wanted: impl Fn(&Seen) -> bool) -> Result<Seen> {
    window
        .wait_until("the window to be in its place", async || {
            let seen = window.desktop().display().first_window()?;
            ensure!(wanted(&seen), "{seen:?}");
            Ok(seen)
        })
        .await
}

/// Whether all of it is on the screen, the frame included.
fn is_on_screen(seen: &Seen) -> bool {
    let [left, right, top, bottom] = seen.frame.map(i64::from);
    let (x, y) = (i64::from(seen.x), i64::from(seen.y));
    let (end, low) = (x + i64::from(seen.width) + right, y + i64::from(seen.height) + bottom);
    x >= left && y >= top && end <= SCREEN.0 && low <= SCREEN.1
}

fn write_placement(desktop: &Desktop, placement: &Value) -> Result<()> {
    let file = desktop.placement_file();
    fs::create_dir_all(file.parent().context("a folder")?)?;
    Ok(fs::write(file, placement.to_string())?)
}

#[tokio::test]
async fn it_opens_where_it_was_closed_and_where_it_was_ended() -> Result<()> {
    let desktop = desktop()?;
    let placed =
        |x, y, width, height| move |seen: &Seen| (seen.x, seen.y, seen.width, seen.height) == (x, y, width, height);
    let window = Window::open(&desktop, app(), &[]).await?;
    wait_placed(&window, |seen| (seen.width, seen.height) == (880, 640) && is_on_screen(seen)).await?;
    put(&window, (137, 91, 700, 560)).await?;
    window.ask_to_close()?;
    window.wait_ended(Duration::from_secs(10)).await?;
    drop(window);

    let window = Window::open(&desktop, app(), &[]).await?;
    wait_placed(&window, placed(137, 91, 700, 560)).await?;
    put(&window, (480, 300, 640, 530)).await?;
    let id = window.app_process()?.to_string();
    ensure!(process::command("kill").args(["-TERM", &id]).status()?.success());
    window.wait_ended(Duration::from_secs(10)).await?;
    drop(window);

    let window = Window::open(&desktop, app(), &[]).await?;
    wait_placed(&window, placed(480, 300, 640, 530)).await?;
    Ok(())
}

#[tokio::test]
async fn it_never_opens_off_the_screen_nor_larger_than_it() -> Result<()> {
    for (x, y, width, height) in [
        (5000, 200, 880, 640),
        (-3000, -3000, 880, 640),
        (1100, 800, 880, 640),
        (-200, -90, 700, 600),
        (0, 0, 4000, 3000),
    ] {
        let desktop = desktop()?;
        write_placement(&desktop, &json!({ "x": x, "y": y, "width": width, "height": height }))?;
        let window = Window::open(&desktop, app(), &[]).await?;
        let seen = wait_placed(&window, is_on_screen).await?;
        ensure!(seen.width >= 420 && seen.height >= 520, "{seen:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_broken_file_is_nothing_and_one_that_cannot_be_written_keeps_nobody() -> Result<()> {
    let desktop = desktop()?;
    write_placement(&desktop, &json!("nowhere"))?;
    let window = Window::open(&desktop, app(), &[]).await?;
    wait_placed(&window, |seen| (seen.width, seen.height) == (880, 640)).await?;
    ensure!(!window.is_shown("problems").await?, "a window’s size is nothing to be told of");
    let folder = desktop.placement_file();
    let folder: &Path = folder.parent().context("a folder")?;
    fs::remove_dir_all(folder)?;
    fs::write(folder, "a file in place of the folder")?;
    window.ask_to_close()?;
    window.wait_ended(Duration::from_secs(10)).await
}
