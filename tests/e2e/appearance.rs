//! Light or dark as the desktop has it, also while the window is open; and the window's icon.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use keybearer_support::{
    portal::{Portal, Scheme},
    window::Window,
};

use crate::steps::{app, desktop, enter_built_in_sandbox};

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
