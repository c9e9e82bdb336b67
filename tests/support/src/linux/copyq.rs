//! CopyQ, a real clipboard program: it keeps a history of what is copied, and does not know the hint of a secret.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::clipboard::Clipboard;
use crate::desktop::Desktop;
use crate::process::Process;
use crate::wait::{self, SOON};

/// What it adds to a text that it has put on the clipboard itself.
const ITS_OWN: &str = "application/x-copyq-owner";

/// As long as it takes to keep a text, once it watches.
const AT_ONCE: Duration = Duration::from_secs(1);

/// A running CopyQ with an empty history, as it is right after it was installed. Ends when dropped.
#[derive(Debug)]
pub struct CopyQ<'a> {
    desktop: &'a Desktop,
    _server: Process,
}

impl<'a> CopyQ<'a> {
    /// Starts it on a desktop of X11.
    ///
    /// # Errors
    /// Where it is missing or does not start.
    pub async fn start(desktop: &'a Desktop) -> Result<Self> {
        let mut server = desktop.command("copyq");
        server.env("QT_QPA_PLATFORM", "xcb");
        let copyq = Self { desktop, _server: Process::start(server)? };
        wait::until("CopyQ", SOON, async || copyq.history().await).await?;
        copyq.wait_watching().await?;
        Ok(copyq)
    }

    /// It answers before it watches the clipboard: what is copied in between it does not get to see.
    async fn wait_watching(&self) -> Result<()> {
        let clipboard = Clipboard::of(self.desktop);
        let mut tries = 0;
        wait::until("CopyQ to watch the clipboard", SOON, async || {
            tries += 1;
            let _copied = clipboard.copy(&format!("seen at try {tries}?")).await?;
            wait::until("it to be kept", AT_ONCE, async || {
                ensure!(!self.history().await?.is_empty(), "nothing is");
                Ok(())
            })
            .await
        })
        .await?;
        self.ask(&["eval", "while (size() > 0) remove(0)"]).await.map(drop)
    }

    /// The texts that it keeps, newest first.
    ///
    /// # Errors
    /// Where it does not answer.
    pub async fn history(&self) -> Result<Vec<String>> {
        let texts = "texts = []; for (i = 0; i < size(); ++i) texts.push(str(read(i))); JSON.stringify(texts)";
        Ok(serde_json::from_slice(&self.ask(&["eval", texts]).await?)?)
    }

    /// Waits until a text is in its history.
    ///
    /// # Errors
    /// Where it does not get there.
    pub async fn wait_kept(&self, text: &str) -> Result<()> {
        wait::until("CopyQ to keep the text", SOON, async || {
            let texts = self.history().await?;
            ensure!(texts.iter().any(|kept| kept == text), "{} others are kept", texts.len());
            Ok(())
        })
        .await
    }

    /// Chooses the newest text, as a click on it does: from then on it is CopyQ that serves it to others.
    ///
    /// # Errors
    /// Where it does not get onto the clipboard.
    pub async fn take_over(&self) -> Result<()> {
        self.ask(&["select", "0"]).await?;
        wait::until("CopyQ to own the clipboard", SOON, async || {
            let targets = Clipboard::of(self.desktop).targets().await?;
            ensure!(targets.iter().any(|target| target == ITS_OWN), "{targets:?}");
            Ok(())
        })
        .await
    }

    async fn ask(&self, arguments: &[&str]) -> Result<Vec<u8>> {
        let mut client = tokio::process::Command::from(self.desktop.command("copyq"));
        client.args(arguments).kill_on_drop(true);
        let answer = tokio::time::timeout(SOON, client.output()).await.context("CopyQ does not answer")??;
        ensure!(answer.status.success(), "CopyQ: {}", String::from_utf8_lossy(&answer.stderr));
        Ok(answer.stdout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desktop::Wanted;

    #[tokio::test]
    async fn it_keeps_what_was_copied_and_serves_it_once_it_is_chosen() {
        let desktop = Desktop::open(Wanted { keyring: false, ..Wanted::default() }).unwrap();
        let (copyq, clipboard) = (CopyQ::start(&desktop).await.unwrap(), Clipboard::of(&desktop));
        let copied = clipboard.copy("text").await.unwrap();
        copyq.wait_kept("text").await.unwrap();
        copyq.take_over().await.unwrap();
        drop(copied);
        assert_eq!(clipboard.text().await.unwrap().as_deref(), Some("text"));
    }
}
