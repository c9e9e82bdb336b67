//! A person's way through the app on a desktop, which is asked after each step what is true.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use keybearer_support::clipboard::{Clipboard, SECRET_HINT};
use keybearer_support::desktop::Desktop;
use keybearer_support::logind::Logind;
use keybearer_support::process::Process;
use keybearer_support::sandbox::Sandbox;
use keybearer_support::screen_saver::ScreenSaver;
use keybearer_support::wait;
use keybearer_support::window::{Key, Window};

use super::table::{Found, Table};

/// How long a copy stays by itself: longer than the steps take before it is cleared by hand, each by itself.
const CLIPBOARD_SECONDS: u32 = 15;

/// What is told of a clearing may take as long as that, and a moment.
const TOLD: Duration = Duration::from_secs(CLIPBOARD_SECONDS as u64 + 20);

/// How long it is looked whether a secret that is gone comes back.
const LOOKING: Duration = Duration::from_secs(2);

pub(super) async fn walk(desktop: &Desktop, app: &Path, table: &mut Table) -> Result<()> {
    desktop.write_settings(CLIPBOARD_SECONDS, 600)?;
    let (sandbox, logind) = (Sandbox::start(app)?, Logind::start(desktop)?);
    let window = Window::open(desktop, app, &[]).await?;
    let mut person = Person { desktop, window: &window, table: &mut *table, secrets: Vec::new() };
    person.sign_in(&sandbox).await?;
    person.create("Deploy bot").await?;
    person.copy_and_clear().await?;
    person.show().await?;
    person.time_out().await?;
    person.interruptions(&logind).await?;
    // From here on a history may have the token from another program, which did not mark it.
    person.check_from_a_vault().await?;
    person.done().await?;
    person.create("Left behind").await?;
    person.quit().await?;
    let secrets = person.secrets;
    drop(window);

    // Whoever is signed in still is, at the next start.
    let window = Window::open(desktop, app, &[]).await?;
    let mut person = Person { desktop, window: &window, table, secrets };
    person.create("Locked").await?;
    person.lock().await
}

struct Person<'a> {
    desktop: &'a Desktop,
    window: &'a Window<'a>,
    table: &'a mut Table,
    /// Whatever must not be on the clipboard, by what it is called; the newest first.
    secrets: Vec<(&'static str, String)>,
}

impl Person<'_> {
    async fn sign_in(&mut self, sandbox: &Sandbox) -> Result<()> {
        let window = self.window;
        // With the mouse, as one does before one copies.
        let _selected =
            self.clipboard().select(&sandbox.admin).await.context("nothing can be selected on this desktop")?;
        let _copied = self.clipboard().copy(&sandbox.admin).await.context("nothing can be copied on this desktop")?;
        window.choose("signin-environment", "custom").await?;
        window.clear("signin-url").await?;
        self.desktop.confirm_host(&sandbox.url)?;
        window.type_into("signin-url", &sandbox.url).await?;
        window.click("signin-paste").await?;
        window.wait_for("key-name").await?;
        let said = self.said("Signed in").await?;
        self.secrets.push(("the sign-in token", sandbox.admin.clone()));
        let found = self.look().await?;
        self.table.gone("sign-in: selected, copied and pasted from another program", &said, &found);
        Ok(())
    }

    async fn create(&self, name: &str) -> Result<()> {
        self.window.type_into("key-name", name).await?;
        self.window.press("key-name", Key::Enter).await?;
        self.window.wait_for("reveal").await?;
        Ok(())
    }

    async fn copy_and_clear(&mut self) -> Result<()> {
        let window = self.window;
        let (said, token) = self.copy().await?;
        self.secrets.insert(0, ("the token", token.clone()));
        let length = window.text("reveal-length").await?;
        let marked = self.is_marked().await?;
        let truth =
            format!("{} characters are there, {}marked", token.chars().count(), if marked { "" } else { "not " });
        let whole = length.starts_with(&token.chars().count().to_string());
        self.table.told("copy", &said, &truth, whole && marked);

        window.click("reveal-check").await?;
        let said = window.wait_text("reveal-outcome", |text| !text.is_empty()).await?;
        let found = self.found().await?;
        self.table.told("check: of the app's own copy", &said, "it is the app's own", found == "ownCopy");
        self.clear("clear: of the app's own copy").await
    }

    async fn check_from_a_vault(&mut self) -> Result<()> {
        let window = self.window;
        let (_, token) = self.copy().await?;
        let _from_vault = self.clipboard().copy(&token).await?;
        // The text alone does not tell whose it is.
        ensure!(!self.is_marked().await?, "the app's own copy is still there, in place of another program's");
        let before = window.text("reveal-outcome").await?;
        window.click("reveal-check").await?;
        let said = window.wait_text("reveal-outcome", |text| !text.is_empty() && text != before).await?;
        let truth = "another program has copied the token";
        self.table.told("check: of another program's copy", &said, truth, self.found().await? == "stored");
        self.clear("clear: of another program's copy").await
    }

    /// How the last check ended.
    async fn found(&self) -> Result<String> {
        Ok(self.window.attribute("reveal-outcome", "data-check").await?.unwrap_or_default())
    }

    /// Whether what is on the clipboard is marked as a secret.
    async fn is_marked(&self) -> Result<bool> {
        Ok(self.clipboard().targets().await?.iter().any(|target| target == SECRET_HINT))
    }

    async fn clear(&mut self, step: &str) -> Result<()> {
        self.window.click("reveal-clear").await?;
        self.cleared(step).await
    }

    async fn show(&mut self) -> Result<()> {
        let window = self.window;
        let (_, token) = self.copy().await?;
        window.click("reveal-show").await?;
        window.enter_token_window().await?;
        let shown = window.wait_text("token-text", |text| !text.is_empty()).await?;
        window.leave_token_window().await?;
        let said = format!("{} characters", shown.chars().count());
        let truth = if shown == token { "they are the token" } else { "they are not the token" };
        self.table.told("show", &said, truth, shown == token);
        // It goes by itself where another window gets the focus.
        if window.text("reveal-show").await? == "Hide" {
            window.click("reveal-show").await?;
        }
        window.wait_token_window_closed().await?;
        self.clear("clear: after it was shown").await
    }

    async fn time_out(&mut self) -> Result<()> {
        self.copy().await?;
        let mut other = self.desktop.command("foot");
        other.args(["--title", "Something else", "sleep", "600"]).stderr(Stdio::null());
        let other = Process::start(other)?;
        self.window
            .wait_until("another window to have the focus", async || {
                let focused = self.window.execute("return document.hasFocus()", vec![]).await?;
                ensure!(focused == false, "the app has it");
                Ok(())
            })
            .await?;
        self.cleared("time-out: while another window has the focus").await?;
        drop(other);
        Ok(())
    }

    async fn interruptions(&mut self, logind: &Logind) -> Result<()> {
        self.copy().await?;
        logind.lock(true)?;
        self.cleared("lock: told by a stand-in for logind").await?;
        self.copy().await?;
        logind.sleep()?;
        self.cleared("sleep: told by a stand-in for logind").await?;
        let step = "lock: told by a stand-in for a screen saver";
        match ScreenSaver::start(self.desktop) {
            Ok(screen_saver) => {
                self.copy().await?;
                screen_saver.tell(true)?;
                self.cleared(step).await?;
            }
            Err(_) => self.table.skipped(step, "the desktop has one of its own"),
        }
        Ok(())
    }

    async fn lock(&mut self) -> Result<()> {
        let step = "lock: the desktop's own";
        let (_, token) = self.copy().await?;
        self.secrets.insert(0, ("the third token", token));
        match self.desktop.display().lock_for_good() {
            Ok(()) => self.cleared(step).await?,
            Err(error) => self.table.skipped(step, &format!("{error:#}")),
        }
        Ok(())
    }

    async fn done(&mut self) -> Result<()> {
        let window = self.window;
        self.copy().await?;
        window.click("reveal-done").await?;
        let refused = window
            .wait_until("the dialog to close, or to say why not", async || {
                let refused = window.is_shown("reveal-error").await?;
                ensure!(refused || !window.is_shown("reveal").await?, "{}", window.text("reveal").await?);
                Ok(refused)
            })
            .await?;
        if refused {
            let said = window.text("reveal-error").await?;
            let found = self.look().await?;
            self.table.gone("done: pressed once", &said, &found);
            // Once it is told, the next press goes on.
            window.click("reveal-done").await?;
            window.wait_gone("reveal").await?;
        }
        let mut said = self.said("Done").await?;
        if window.is_shown("attention").await? {
            said = format!("{said} – Needs attention: {}", window.text("attention").await?);
        }
        let found = self.look().await?;
        self.table.gone("done", &said, &found);
        Ok(())
    }

    async fn quit(&mut self) -> Result<()> {
        let window = self.window;
        let (_, token) = self.copy().await?;
        self.secrets.insert(0, ("the second token", token));
        window.ask_to_close()?;
        window.wait_armed("closing-quit").await?;
        // The click itself may find nobody left to answer for it.
        let _ = window.find("closing-quit").await?.click().await;
        window.wait_ended(TOLD).await?;
        let found = self.look().await?;
        self.table.gone("quit: with a copy on the clipboard", "", &found);
        Ok(())
    }

    /// Copies the token by the app, and returns what it says, and what is on the clipboard.
    async fn copy(&self) -> Result<(String, String)> {
        self.window.click("reveal-copy").await?;
        let said = self.window.wait_text("reveal-clipboard", |text| text.starts_with("Copied, clears in")).await?;
        let text =
            self.clipboard().wait_for("the token", |text| text.is_some_and(|text| text.starts_with("eyJ"))).await?;
        Ok((said, text.context("it was just there")?))
    }

    /// Waits for what is told once the token was to be cleared, and looks whether it is so.
    async fn cleared(&mut self, step: &str) -> Result<()> {
        let window = self.window;
        let said = wait::until("what is told of the clearing", TOLD, async || {
            let text = window.text("reveal-clipboard").await?;
            ensure!(!text.is_empty() && !is_under_way(&text), "{text:?}");
            Ok(text)
        })
        .await?;
        let found = self.look().await?;
        self.table.gone(step, &said, &found);
        Ok(())
    }

    /// What is told below the window's content, once nothing is under way any more.
    async fn said(&self, beginning: &str) -> Result<String> {
        wait::until("what is told of it", TOLD, async || {
            let text = self.window.text("toast-text").await?;
            ensure!(text.starts_with(beginning) && !is_under_way(&text), "{text:?}");
            Ok(text)
        })
        .await
    }

    /// Where the secrets are, now or within a moment: some programs put back what was cleared.
    async fn look(&self) -> Result<Found> {
        let clipboard = self.clipboard();
        tokio::time::sleep(LOOKING).await;
        let places = [("on the clipboard", clipboard.text().await?), ("in PRIMARY", clipboard.selected().await?)];
        let history = self.desktop.display().history()?.unwrap_or_default();
        let mut found = Found::default();
        for (name, secret) in &self.secrets {
            for (place, text) in &places {
                if text.as_ref().is_some_and(|text| text.contains(secret)) {
                    found.pasted.push(format!("{name} is {place}"));
                }
            }
            found.history.extend(history.iter().any(|entry| entry.contains(secret)).then_some(*name));
        }
        Ok(found)
    }

    fn clipboard(&self) -> Clipboard<'_> {
        Clipboard::of(self.desktop)
    }
}

/// Whether a sentence tells of a clearing that is to come.
fn is_under_way(said: &str) -> bool {
    ["clears in", "will be cleared in", "Clearing"].iter().any(|words| said.contains(words))
}
