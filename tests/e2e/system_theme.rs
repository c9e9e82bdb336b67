//! Light or dark as the desktop has it, also while the window is open; and the window's icon.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use keybearer_support::{
    desktop::Desktop,
    frames::{Frame, Frames},
    portal::{Portal, Scheme},
    process,
    window::Window,
    xdg_portal::XdgPortal,
};

use crate::steps::{app, desktop, enter_built_in_sandbox, released};

/// Sooner than any time limit with which a library would wait for the portal.
const NOBODY_WAITED: Duration = Duration::from_secs(15);

async fn wait_dark(window: &Window<'_>, dark: bool) -> Result<()> {
    let what = if dark { "the page to be dark" } else { "the page to be light" };
    window
        .wait_until(what, async || {
            let asked = "return matchMedia('(prefers-color-scheme: dark)').matches";
            ensure!(window.execute(asked, vec![]).await? == dark, "it is not");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn the_window_is_dark_where_the_desktop_is_and_follows_it_while_it_is_open() -> Result<()> {
    let desktop = desktop()?;
    let portal = Portal::start(&desktop, Scheme::Dark)?;
    let window = Window::open(&desktop, app(), &[]).await?;
    wait_dark(&window, true).await?;
    portal.choose(Scheme::Light)?;
    wait_dark(&window, false).await?;
    portal.choose(Scheme::Dark)?;
    wait_dark(&window, true).await?;
    // As GTK's own settings have it then.
    portal.choose(Scheme::NoPreference)?;
    wait_dark(&window, false).await
}

/// Opens the app on a desktop with the portal that people have, and tells what was seen of its window until the page was
/// there.
async fn opened<'a>(desktop: &'a Desktop) -> Result<(Window<'a>, Vec<Frame>)> {
    let frames = Frames::watch(desktop.display().name())?;
    let window = Window::open(desktop, &released()?, &[]).await?;
    window.wait_for("signin-environment").await?;
    window
        .wait_until("the page to be drawn", async || {
            let drawn = "return performance.getEntriesByType('paint').length";
            ensure!(window.execute(drawn, vec![]).await? != 0, "it is not");
            Ok(())
        })
        .await?;
    let frames = frames.end()?;
    let mut changes = frames.clone();
    changes.dedup_by(|now, before| (now.light - before.light).abs() < 0.01);
    let told: Vec<String> =
        changes.iter().map(|frame| format!("{} ms {:.2}", frame.at.as_millis(), frame.light)).collect();
    eprintln!("{} frames, of which were light: {}", frames.len(), told.join(", "));
    Ok((window, frames))
}

/// A desktop without a theme of its own making: GTK has its usual one, light or dark as the app lets it.
fn with_the_usual_theme() -> Result<Desktop> {
    let mut desktop = desktop()?;
    desktop.set("GTK_THEME", "");
    Ok(desktop)
}

/// The portal answers nobody into whom it may not look. Root it lets through, so this takes the app as an ordinary user's.
#[tokio::test]
async fn as_an_ordinary_user_with_the_portal_that_people_have_the_window_is_dark_from_the_first_frame() -> Result<()> {
    ensure!(process::person() != 0, "the app would be root's");
    let desktop = with_the_usual_theme()?;
    let portal = XdgPortal::start(&desktop, Scheme::Dark)?;
    let (window, frames) = opened(&desktop).await?;
    wait_dark(&window, true).await?;
    let flash = frames.iter().find(|frame| frame.light > 0.5);
    ensure!(flash.is_none(), "it was light at first: {flash:?}");
    ensure!(frames.last().is_some_and(|frame| frame.light > 0.0), "nothing was drawn");
    portal.choose(Scheme::Light)?;
    wait_dark(&window, false).await?;
    portal.choose(Scheme::Dark)?;
    wait_dark(&window, true).await?;
    drop(window);

    // By the same means a light one is seen to be light.
    portal.choose(Scheme::Light)?;
    let (window, frames) = opened(&desktop).await?;
    wait_dark(&window, false).await?;
    ensure!(frames.last().is_some_and(|frame| frame.light > 0.5), "nobody would have noticed a light window");
    Ok(())
}

#[tokio::test]
async fn a_portal_that_hangs_keeps_nobody_waiting_and_is_heard_once_it_tells_something() -> Result<()> {
    let desktop = desktop()?;
    let portal = Portal::hanging(&desktop)?;
    let open = async {
        let window = Window::open(&desktop, app(), &[]).await?;
        enter_built_in_sandbox(&window).await?;
        anyhow::Ok(window)
    };
    let window = tokio::time::timeout(NOBODY_WAITED, open).await.context("the start waited for the portal")??;
    portal.choose(Scheme::Dark)?;
    wait_dark(&window, true).await
}

#[tokio::test]
async fn the_window_has_its_icon_in_every_size_that_title_bars_and_panels_may_want() -> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window
        .wait_until("the icons", async || {
            let mut sizes = desktop.display().icon_sizes()?;
            sizes.sort_unstable();
            ensure!(sizes == [16, 24, 32, 48, 64, 128], "{sizes:?}");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn on_a_screen_of_twice_the_density_the_page_has_two_pixels_for_each_of_its_own() -> Result<()> {
    let mut desktop = desktop()?;
    desktop.set("GDK_SCALE", "2");
    let window = Window::open(&desktop, app(), &[]).await?;
    enter_built_in_sandbox(&window).await?;
    let measured = window.execute("return [devicePixelRatio, innerWidth]", vec![]).await?;
    let seen = desktop.display().first_window()?;
    ensure!(measured[0] == 2.0 || measured[0] == 2, "{measured}");
    ensure!(measured[1].as_u64().is_some_and(|width| width * 2 == u64::from(seen.width)), "{measured}, {seen:?}");
    Ok(())
}
