//! The clipboard as another program sees it.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::desktop::Desktop;
use crate::display::Kind;
use crate::process::Process;
use crate::wait::{self, SOON};

/// A target with which a program tells clipboard managers to keep what it copied out of their history.
pub const SECRET_HINT: &str = "x-kde-passwordManagerHint";

/// As long as an owner is given to answer where it is asked again.
const A_LOOK: Duration = Duration::from_secs(2);

/// The clipboard of a desktop, over a connection of its own each time.
#[derive(Clone, Copy, Debug)]
pub struct Clipboard<'a> {
    desktop: &'a Desktop,
}

/// A text that another program has copied. It is on the clipboard until this is dropped or something else is copied.
#[derive(Debug)]
pub struct Copied {
    /// None where the desktop copied it by itself.
    owner: Option<Process>,
}

impl Copied {
    /// From now on whoever asks for it gets no answer.
    ///
    /// # Errors
    /// Where its program has ended.
    pub fn keep_silent(&self) -> Result<()> {
        self.owner.as_ref().context("it is the desktop itself")?.freeze()
    }

    /// Whoever asks for it, or has asked, gets it again.
    ///
    /// # Errors
    /// As for [`Self::keep_silent`].
    pub fn answer_again(&self) -> Result<()> {
        self.owner.as_ref().context("it is the desktop itself")?.thaw()
    }
}

impl<'a> Clipboard<'a> {
    #[must_use]
    pub fn of(desktop: &'a Desktop) -> Self {
        Self { desktop }
    }

    /// The text on it; `None` where there is none.
    ///
    /// # Errors
    /// Where the program that reads it cannot be started, or its owner does not answer.
    pub async fn text(&self) -> Result<Option<String>> {
        self.target("UTF8_STRING").await
    }

    /// What its owner offers it as; empty where nobody owns it.
    ///
    /// # Errors
    /// As for [`Self::text`].
    pub async fn targets(&self) -> Result<Vec<String>> {
        let targets = self.target("TARGETS").await?.unwrap_or_default();
        Ok(targets.lines().map(str::to_owned).collect())
    }

    /// One of its targets; `None` where it is not offered.
    ///
    /// # Errors
    /// As for [`Self::text`].
    pub async fn target(&self, target: &str) -> Result<Option<String>> {
        if let Some(gnome) = self.desktop.display().gnome() {
            return gnome.read("CLIPBOARD", target);
        }
        let mut read = tokio::process::Command::from(match self.desktop.display().kind() {
            Kind::X11 => {
                let mut xclip = self.desktop.command("xclip");
                xclip.args(["-selection", "clipboard", "-o", "-t", target]);
                xclip
            }
            Kind::Sway | Kind::Gnome | Kind::Plasma => {
                let mut paste = self.desktop.command("wl-paste");
                match target {
                    "TARGETS" => paste.arg("--list-types"),
                    // Programs of Wayland's own need not offer it by the name that it has on X11.
                    "UTF8_STRING" if self.desktop.display().kind() != Kind::Sway => {
                        paste.args(["--no-newline", "--type", "text"])
                    }
                    target => paste.args(["--no-newline", "--type", target]),
                };
                paste
            }
        });
        read.stdin(Stdio::null()).kill_on_drop(true);
        let output =
            tokio::time::timeout(SOON, read.output()).await.context("the clipboard's owner does not answer")?;
        let output = output.context("the program that reads it could not be started")?;
        if !output.status.success() {
            return Ok(None);
        }
        Ok(Some(String::from_utf8(output.stdout)?))
    }

    /// The text that is selected, which the middle button pastes; `None` where none is.
    ///
    /// # Errors
    /// Where the program that reads it cannot be started.
    pub async fn selected(&self) -> Result<Option<String>> {
        let mut read = tokio::process::Command::from(match self.desktop.display().kind() {
            Kind::X11 => {
                let mut xclip = self.desktop.command("xclip");
                xclip.args(["-selection", "primary", "-o"]);
                xclip
            }
            Kind::Gnome => {
                let gnome = self.desktop.display().gnome().context("that is what it is")?;
                return gnome.read("PRIMARY", "UTF8_STRING");
            }
            Kind::Sway | Kind::Plasma => {
                let mut paste = self.desktop.command("wl-paste");
                paste.args(["--primary", "--no-newline", "--type", "text"]);
                paste
            }
        });
        read.stdin(Stdio::null()).kill_on_drop(true);
        let output =
            tokio::time::timeout(SOON, read.output()).await.context("the selection's owner does not answer")??;
        Ok(output.status.success().then(|| String::from_utf8(output.stdout)).transpose()?)
    }

    /// Copies a text as another program, and waits until it is there.
    ///
    /// # Errors
    /// Where that program cannot be started, or the text does not get there.
    pub async fn copy(&self, text: &str) -> Result<Copied> {
        let copied = self.own("clipboard", text)?;
        self.wait_for("the text that was copied", |there| there == Some(text)).await?;
        Ok(copied)
    }

    /// Selects a text in another program, and waits until the middle button pastes it.
    ///
    /// # Errors
    /// As for [`Self::copy`].
    pub async fn select(&self, text: &str) -> Result<Copied> {
        let selected = self.own("primary", text)?;
        wait::until("the text that was selected", SOON, async || {
            ensure!(self.selected().await?.as_deref() == Some(text), "another one is selected, or none");
            Ok(())
        })
        .await?;
        Ok(selected)
    }

    fn own(&self, selection: &str, text: &str) -> Result<Copied> {
        if let Some(gnome) = self.desktop.display().gnome() {
            gnome.copy(&selection.to_uppercase(), text)?;
            return Ok(Copied { owner: None });
        }
        // In the foreground, so that it ends with the value.
        let mut copy = match self.desktop.display().kind() {
            Kind::X11 => {
                let mut xclip = self.desktop.command("xclip");
                xclip.args(["-selection", selection, "-in", "-quiet"]);
                xclip
            }
            Kind::Sway | Kind::Gnome | Kind::Plasma => {
                let mut copy = self.desktop.command("wl-copy");
                if selection == "primary" {
                    copy.arg("--primary");
                }
                // What it reads it would keep in a file of the computer's temporary folder.
                copy.args(["--foreground", "--type", "text/plain;charset=utf-8", "--", text]);
                copy
            }
        };
        copy.stderr(Stdio::null());
        Ok(Copied { owner: Some(Process::start_with_input(copy, text.as_bytes())?) })
    }

    /// Waits until the text on it is as wanted, and returns it.
    ///
    /// # Errors
    /// Where it is not within some seconds. The error tells the text's length, and not the text.
    pub async fn wait_for(&self, what: &str, wanted: impl Fn(Option<&str>) -> bool) -> Result<Option<String>> {
        let what = format!("{what} on the clipboard");
        wait::until(&what, SOON, async || {
            // An owner that died before it answered never will; the next look finds another one.
            let text = tokio::time::timeout(A_LOOK, self.text()).await.context("the owner does not answer")??;
            let length = text.as_ref().map_or(0, String::len);
            ensure!(wanted(text.as_deref()), "a text of {length} bytes");
            Ok(text)
        })
        .await
    }
}
