//! What keeps the app from starting: told on standard error and in a dialog, and never by a panic that nobody sees.

use std::{
    fs::{self, File},
    io,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use keybearer_core::words;
use keybearer_support::{
    desktop::Desktop,
    picture,
    process::{self, Process},
    wait,
    window::Window,
};

use crate::steps::{app, desktop, press_keys, start_again};

/// The system's number for a file where a folder is to be.
const NOT_A_FOLDER: i32 = 20;

/// Starts the app, waits for its dialog, reads it away with Enter, and tells what it said on standard error.
async fn refused(desktop: &Desktop, mut command: Command) -> Result<String> {
    let started = command.stderr(Stdio::piped()).spawn()?;
    wait::until("the dialog", wait::SOON, async || {
        let active = desktop.command("xdotool").args(["getactivewindow", "getwindowname"]).output()?;
        ensure!(
            active.stdout.starts_with(words::start_failed().to_string().as_bytes()),
            "{}",
            String::from_utf8_lossy(&active.stdout)
        );
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

/// The same, by the folders that a home has of itself.
async fn refused_at(desktop: &Desktop, home: &str) -> Result<String> {
    let mut command = desktop.command(desktop.program(app())?);
    for variable in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        command.env_remove(variable);
    }
    command.env("HOME", home);
    refused(desktop, command).await
}

#[tokio::test]
async fn a_home_in_which_nothing_can_be_made_is_told_with_the_folder_that_is_missing() -> Result<()> {
    let desktop = desktop()?;
    // Nobody can make anything in a file, root included.
    let file = desktop.home().join("no-folder");
    fs::write(&file, "")?;
    let home = file.display().to_string();
    let told = refused_at(&desktop, &home).await?;
    let why = io::Error::from_raw_os_error(NOT_A_FOLDER).to_string();
    let folder = words::start_folder(format!("{home}/.local/share/app.keybearer.desktop"), why);
    ensure!(told == format!("keybearer: {folder}\n"), "{told}");
    Ok(())
}

#[tokio::test]
async fn a_home_without_a_full_path_is_told() -> Result<()> {
    let told = refused_at(&desktop()?, "home/ada").await?;
    ensure!(told == format!("keybearer: {}\n", words::start_relative("home/ada/.config")), "{told}");
    Ok(())
}

/// Sends a signal to a process of the person's.
fn signal(process: u32, name: &str) -> Result<()> {
    let mut kill = process::command_of_person("kill");
    ensure!(kill.args([&format!("-{name}"), &process.to_string()]).status()?.success(), "{process} is not there");
    Ok(())
}

#[tokio::test]
async fn a_second_start_says_so_where_the_first_was_stopped_and_one_after_it_went_on_brings_it_to_the_front()
-> Result<()> {
    let desktop = desktop()?;
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    let first = window.app_process()?;
    signal(first, "STOP")?;
    let began = Instant::now();
    let told = refused(&desktop, desktop.command(app())).await?;
    let took = began.elapsed();
    eprintln!("after {took:.1?}: {told}");
    signal(first, "CONT")?;
    ensure!(told == format!("keybearer: {}\n", words::start_stopped(first.to_string())), "{told}");
    ensure!(took < Duration::from_secs(9), "it took {took:.1?}");

    start_again(&window).await?;
    window.wait_for("signin-environment").await.map(drop)
}

/// Starts the app with its standard error in a file, and waits for its window.
async fn shown(desktop: &Desktop) -> Result<(Process, PathBuf)> {
    let told = desktop.home().join("told");
    let mut command = desktop.command(app());
    command.stderr(File::create(&told)?);
    let started = Process::start(command)?;
    wait::until("the window", wait::SOON, async || {
        let shown = desktop.command("xdotool").args(["search", "--onlyvisible", "--name", "^Keybearer$"]).output()?;
        ensure!(!shown.stdout.is_empty(), "it is not there");
        Ok(())
    })
    .await?;
    Ok((started, told))
}

#[tokio::test]
async fn without_any_font_it_says_so_where_letters_can_be_read() -> Result<()> {
    let mut desktop = desktop()?;
    let (mut with_fonts, told) = shown(&desktop).await?;
    with_fonts.terminate()?;
    let told = fs::read_to_string(told)?;
    ensure!(!told.contains(&words::start_no_fonts().to_string()), "{told}");

    let none = "<fontconfig><dir>/nowhere</dir><cachedir prefix='xdg'>fontconfig</cachedir></fontconfig>";
    let none = desktop.write("fonts.conf", none)?;
    desktop.set("FONTCONFIG_FILE", none.display().to_string());
    let (_without, told) = shown(&desktop).await?;
    wait::until("the line", wait::SOON, async || {
        let told = fs::read_to_string(&told)?;
        ensure!(told.contains(&words::start_no_fonts().to_string()), "{told:?}");
        Ok(())
    })
    .await
}
