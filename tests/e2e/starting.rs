//! What keeps the app from starting: told on standard error and in a dialog, and never by a panic that nobody sees.

use std::{fs, process::Stdio};

use anyhow::{Result, ensure};
use keybearer_support::{desktop::Desktop, picture, wait};

use crate::steps::{app, desktop, press_keys};

/// Starts the app with variables of the environment as given, waits for its dialog, reads it away with Enter, and tells
/// what it said on standard error.
async fn refused(desktop: &Desktop, set: &[(&str, &str)]) -> Result<String> {
    let mut command = desktop.command(desktop.program(app())?);
    for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        command.env_remove(variable);
    }
    let started = command.envs(set.iter().copied()).stderr(Stdio::piped()).spawn()?;
    wait::until("the dialog", wait::SOON, async || {
        let active = desktop.command("xdotool").args(["getactivewindow", "getwindowname"]).output()?;
        ensure!(active.stdout.starts_with(b"Keybearer does not start"), "{}", String::from_utf8_lossy(&active.stdout));
        Ok(())
    })
    .await?;
    if let Some(folder) = std::env::var_os("KEYBEARER_PICTURES") {
        picture::save(desktop.display().name(), &std::path::Path::new(&folder).join("refused.png"))?;
    }
    press_keys(desktop, &["Return"])?;
    let output = tokio::task::spawn_blocking(move || started.wait_with_output()).await??;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.code() == Some(1), "{:?}: {told}", output.status);
    ensure!(!told.contains("panicked"), "{told}");
    Ok(told)
}

#[tokio::test]
async fn a_home_in_which_nothing_can_be_made_is_told_with_the_folder_that_is_missing() -> Result<()> {
    let desktop = desktop()?;
    // Nobody can make anything in a file, root included.
    let file = desktop.home().join("no-folder");
    fs::write(&file, "")?;
    let home = file.display().to_string();
    let told = refused(&desktop, &[("HOME", &home)]).await?;
    ensure!(told.contains(&format!("cannot make its folder {home}/.local/share/app.keybearer.desktop")), "{told}");
    ensure!(told.contains("so it does not start without"), "{told}");
    Ok(())
}

#[tokio::test]
async fn a_home_without_a_full_path_is_told() -> Result<()> {
    let told = refused(&desktop()?, &[("HOME", "home/ada")]).await?;
    ensure!(told.contains("home/ada/.config is no full path"), "{told}");
    Ok(())
}
