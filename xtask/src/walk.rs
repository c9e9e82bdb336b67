//! A key walked through the app's real window: signed in, created, copied, shown, checked, cleared, done.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use keybearer_support::clipboard::{Clipboard, SECRET_HINT};
use keybearer_support::desktop::{Desktop, Wanted};
use keybearer_support::window::{Key, Window};

use crate::project;

/// How long a copy stays on the clipboard in the walk: long enough for the steps before it is cleared.
const CLIPBOARD_SECONDS: u32 = 10;

/// Walks, and prints each step with its time.
pub(crate) fn walk(app: &Path) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let desktop = Desktop::open(Wanted::default()).context("no desktop could be made for the window")?;
        desktop.write_settings(CLIPBOARD_SECONDS, 600)?;
        let mut walk = Walk::new(project::target().join("walk"))?;

        println!("\n  {:>2}  {:<56} {:>8}", "", "step", "ms");
        let window = walk.open(&desktop, app).await?;
        match steps(&mut walk, &window).await {
            Ok(()) => {
                let (total, folder) = (walk.began.elapsed().as_secs_f32(), walk.folder.display());
                println!("\n  all {} steps held, in {total:.1} s; pictures of them are in {folder}", walk.taken);
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => {
                walk.explain(&window, &error).await;
                Ok(ExitCode::FAILURE)
            }
        }
    })
}

async fn steps(walk: &mut Walk, window: &Window<'_>) -> Result<()> {
    let clipboard = Clipboard::of(window.desktop());
    let name = "Deploy bot";

    let step = walk.step("sign-in: choose the sandbox");
    window.choose("signin-environment", "sandbox").await?;
    step.held(window).await?;

    let step = walk.step("sign-in: come in");
    window.click("signin-submit").await?;
    window.wait_for("key-name").await?;
    window.wait_text("account", |text| text.to_lowercase().contains("sandbox")).await?;
    step.held(window).await?;

    let step = walk.step("create: type a name and press Enter");
    window.type_into("key-name", name).await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("reveal").await?;
    step.held(window).await?;

    let step = walk.step("dialog: it names the key, and masks the token");
    window.wait_text("reveal-key-id", |id| id.starts_with("api-")).await?;
    window.wait_text("reveal", |text| text.contains(name)).await?;
    let masked = window.content("reveal-masked").await?;
    ensure!(!masked.is_empty() && masked.chars().all(|each| each == '•'), "the mask shows {masked:?}");
    let length = window.text("reveal-length").await?;
    step.held(window).await?;

    let step = walk.step("copy: it says that the token is on the clipboard");
    window.click("reveal-copy").await?;
    window.wait_attribute("reveal-clipboard-row", "data-state", "live").await?;
    step.held(window).await?;

    let step = walk.step("copy: another program reads it, marked as a secret");
    let token = clipboard.text().await?.context("another program finds no text on the clipboard")?;
    let read = format!("{} characters", token.chars().count());
    ensure!(read == length, "another program reads {read}; the dialog tells of {length}");
    let targets = clipboard.targets().await?;
    ensure!(targets.iter().any(|target| target == SECRET_HINT), "it is offered without {SECRET_HINT}: {targets:?}");
    let page = window.execute("return document.documentElement.outerHTML", vec![]).await?;
    ensure!(!page.to_string().contains(&token), "the token is in the main window's page");
    step.held(window).await?;

    let step = walk.step("check: Keybearer's own copy proves nothing");
    window.click("reveal-check").await?;
    window.wait_attribute("reveal-outcome", "data-check", "ownCopy").await?;
    step.held(window).await?;

    let step = walk.step("show: the token is in a window of its own");
    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    let shown = window.wait_text("token-text", |text| !text.is_empty()).await?;
    ensure!(shown == token, "it shows a text of {} characters that is not the token", shown.chars().count());
    step.held(window).await?;

    let step = walk.step("hide: that window closes");
    window.leave_token_window().await?;
    window.click("reveal-show").await?;
    window.wait_token_window_closed().await?;
    step.held(window).await?;

    let step = walk.step("check: the token copied back out of a vault is right");
    let from_vault = clipboard.copy(&token).await?;
    window.click("reveal-check").await?;
    window.wait_attribute("reveal-outcome", "data-check", "stored").await?;
    step.held(window).await?;

    let step = walk.step("clear: the clipboard is cleared by itself");
    window.wait_attribute("reveal-clipboard-row", "data-state", "cleared").await?;
    clipboard.wait_for("no token", |text| text.is_none_or(str::is_empty)).await?;
    drop(from_vault);
    step.held(window).await?;

    let step = walk.step("done: the dialog closes, and the form is there again");
    window.click("reveal-done").await?;
    window.wait_gone("reveal").await?;
    window.wait_for("key-name").await?;
    ensure!(!window.is_shown("attention").await?, "a key that is in its vault needs attention");
    step.held(window).await
}

/// Counts the steps, and keeps what is needed to explain one that failed.
struct Walk {
    folder: PathBuf,
    began: Instant,
    taken: usize,
    current: &'static str,
}

struct Step<'a> {
    walk: &'a mut Walk,
    began: Instant,
}

impl Walk {
    fn new(folder: PathBuf) -> Result<Self> {
        // Pictures of an earlier walk would be taken for this one's.
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        Ok(Self { folder, began: Instant::now(), taken: 0, current: "" })
    }

    async fn open<'a>(&mut self, desktop: &'a Desktop, app: &Path) -> Result<Window<'a>> {
        let step = self.step("open: the window shows the sign-in form");
        let window = Window::open(desktop, app, &[]).await?;
        window.wait_for("signin-environment").await?;
        step.held(&window).await?;
        Ok(window)
    }

    fn step(&mut self, what: &'static str) -> Step<'_> {
        self.taken += 1;
        self.current = what;
        Step { walk: self, began: Instant::now() }
    }

    fn row(&self, outcome: &str) {
        println!("  {:>2}  {:<56} {outcome:>8}", self.taken, self.current);
    }

    fn picture(&self) -> PathBuf {
        let words: String = self.current.chars().map(|each| if each.is_alphanumeric() { each } else { ' ' }).collect();
        let name = words.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase();
        self.folder.join(format!("{:02}-{name}.png", self.taken))
    }

    async fn explain(&self, window: &Window<'_>, error: &anyhow::Error) {
        self.row("FAILED");
        println!("\n  {error:#}");
        let picture = self.picture();
        match tokio::time::timeout(Duration::from_secs(5), window.screenshot(&picture)).await {
            Ok(Ok(())) => println!("  a picture of it is {}", picture.display()),
            _ => println!("  no picture could be taken"),
        }
        match tokio::time::timeout(Duration::from_secs(5), window.page_text()).await {
            Ok(Ok(text)) => println!("  the page says:\n\n{text}"),
            _ => println!("  the page does not answer"),
        }
    }
}

impl Step<'_> {
    /// Prints its row, and takes a picture, which its time does not include.
    async fn held(self, window: &Window<'_>) -> Result<()> {
        self.walk.row(&self.began.elapsed().as_millis().to_string());
        window.screenshot(&self.walk.picture()).await
    }
}
