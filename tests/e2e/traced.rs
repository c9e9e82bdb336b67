//! A whole run of which every program that it starts is noted, with its arguments and variables in full, and every file that it
//! writes is looked through.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use anyhow::{Result, ensure};
use keybearer_core::words;
use keybearer_support::{desktop::Desktop, sandbox::Sandbox, traces::Secret, window::Window};

use crate::{
    credentials::enrol,
    leaving::{ensure_in_no_file, traced},
    steps::{desktop, released, wait_told},
};

pub(crate) struct Traced {
    pub(crate) desktop: Desktop,
    pub(crate) sandbox: Sandbox,
    began: SystemTime,
}

impl Traced {
    pub(crate) fn new() -> Result<Self> {
        let began = SystemTime::now();
        Ok(Self { desktop: desktop()?, sandbox: Sandbox::start(&released()?)?, began })
    }

    /// Starts the app, and connects with a code; the credential is in the keyring.
    pub(crate) async fn enrolled(&self) -> Result<Window<'_>> {
        let window = Window::open(&self.desktop, &traced(&self.desktop, &self.trace())?, &[]).await?;
        enrol(&window, &self.sandbox).await?;
        wait_told(&window, "account", &words::session_keyring()).await?;
        Ok(window)
    }

    pub(crate) fn ensure_in_no_file(&self, secrets: &[(&str, &Secret)]) -> Result<()> {
        ensure_in_no_file(&self.desktop, self.began, secrets)
    }

    /// Ends the app: none of these was in an argument or a variable, or is in a file.
    pub(crate) async fn ensure_nowhere(&self, window: Window<'_>, secrets: &[(&str, &Secret)]) -> Result<()> {
        window.ask_to_close()?;
        window.wait_ended(Duration::from_secs(10)).await?;
        drop(window);
        let started = fs::read_to_string(self.trace())?;
        ensure!(started.contains("WebKitWebProcess") && started.contains("HOME="), "they are not told: {started}");
        for (what, secret) in secrets {
            ensure!(secret.pieces_in(started.as_bytes()) == 0, "the {what} was given to a program");
        }
        self.ensure_in_no_file(secrets)
    }

    /// That a look through the files finds this secret, where it is.
    pub(crate) fn ensure_found_once_planted(&self, secret: &Secret, text: &str) -> Result<()> {
        fs::write(self.desktop.home().join("planted"), text)?;
        ensure!(self.desktop.files_with_pieces_of(secret)?.len() == 1, "it is not found");
        Ok(())
    }

    fn trace(&self) -> PathBuf {
        self.desktop.home().join("started.txt")
    }
}
