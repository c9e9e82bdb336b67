//! `cargo xtask screenshots`: a picture of every state of the app, light and dark, large and small.

mod accounts;
mod credentials;
mod errors;
mod expiring;
mod keys;
mod vaults;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use keybearer_support::clipboard::Clipboard;
use keybearer_support::company::Company;
use keybearer_support::desktop::{Desktop, Theme, Wanted};
use keybearer_support::sandbox::Sandbox;
use keybearer_support::store::Store;
use keybearer_support::window::{Key, Window};
use serde_json::json;

use crate::{project, setup};

/// The window as it opens, and as small as it gets.
const SIZES: [(u32, u32); 2] = [(880, 640), (420, 520)];

/// Each theme; and the language that is made of English, which shows what has no room for a longer one.
const GALLERIES: [(&str, Theme, Option<&str>); 3] =
    [("light", Theme::Light, None), ("dark", Theme::Dark, None), ("pseudo", Theme::Light, Some("en_XA.UTF-8"))];

/// All of them, or those that are named, such as `dark` or `420x520`.
pub(crate) fn screenshots(named: &[String]) -> Result<ExitCode> {
    setup::check("screenshots")?;
    let app = project::build_app()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for (name, theme, language) in GALLERIES {
        for size @ (width, height) in SIZES {
            let size_name = format!("{width}x{height}");
            let is_wanted = |own: &str, is_one: fn(&str) -> bool| {
                let mut of_its_sort = named.iter().filter(|each| is_one(each)).peekable();
                of_its_sort.peek().is_none() || of_its_sort.any(|each| each == own)
            };
            let is_theme = |each: &str| GALLERIES.iter().any(|(theme, ..)| *theme == each);
            if !is_wanted(name, is_theme) || !is_wanted(&size_name, |each| each.contains('x')) {
                continue;
            }
            let began = Instant::now();
            let folder = project::target().join(format!("screenshots/{name}/{size_name}"));
            let taken = runtime.block_on(gallery(&app, theme, language, size, folder.clone()));
            let taken = taken.with_context(|| format!("{name}, {width}×{height}"))?;
            println!("{taken} pictures in {} ({:.1} s)", folder.display(), began.elapsed().as_secs_f32());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Goes through all states in a window of one size and theme, and returns how many there were.
async fn gallery(
    app: &Path,
    theme: Theme,
    language: Option<&str>,
    (width, height): (u32, u32),
    folder: PathBuf,
) -> Result<usize> {
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let wanted = Wanted { theme, ..Wanted::default() };
    let mut desktop = Desktop::open(wanted)?;
    if let Some(language) = language {
        desktop.set("LANG", language);
    }
    let company = Company::around(&mut desktop, app).await?;
    let sandbox = Sandbox::start(app)?;
    let store = Store::of(&desktop)?;
    let window = Window::open(&desktop, app, &[]).await?;
    window.wait_for("signin-environment").await?;
    window.resize(width, height).await?;

    let mut camera = Camera { window: &window, folder, taken: 0 };
    let outcome = async {
        credentials::of_ones_own(&mut camera, &company.production).await?;
        signing_in(&mut camera, &sandbox).await?;
        creating(&mut camera, &sandbox).await?;
        holding(&mut camera).await?;
        errors::of_creation(&mut camera, &sandbox).await?;
        errors::in_doubt(&mut camera, &sandbox).await?;
        keys::listed(&mut camera).await?;
        keys::replaced(&mut camera).await?;
        vaults::adding(&mut camera, &store).await?;
        vaults::delivering(&mut camera, &store).await?;
        vaults::taking(&mut camera, &store).await?;
        vaults::many(&mut camera, &store).await?;
        keys::activity(&mut camera).await?;
        settings(&mut camera).await?;
        accounts::several(&mut camera, &sandbox).await?;
        accounts::in_production(&mut camera, &company.production).await?;
        credentials::many(&mut camera, &company.staging).await?;
        accounts::ends(&mut camera, &sandbox).await?;
        expiring::ending(&mut camera, app, wanted, language).await?;
        accounts::at_the_start(&mut camera, sandbox).await
    };
    match outcome.await {
        Ok(()) => Ok(camera.taken),
        Err(error) => {
            let last = camera.taken;
            // The error matters more than its picture.
            let _ = camera.take("where-it-failed").await;
            Err(error.context(format!("after picture {last}")))
        }
    }
}

async fn signing_in(camera: &mut Camera<'_>, sandbox: &Sandbox) -> Result<()> {
    let window = camera.window;
    for environment in ["production", "productionUae", "staging", "sandbox", "custom"] {
        window.choose("signin-environment", environment).await?;
        camera.take(&format!("sign-in-{environment}")).await?;
    }
    ways_in(camera).await?;
    window.choose("signin-environment", "custom").await?;
    window.type_into("signin-url", &sandbox.url).await?;
    window.act()?;
    window.execute("document.querySelector('#signin-paste').click()", vec![]).await?;
    window.wait_confirming(true).await?;
    camera.take("confirm-host").await?;
    window.answer_confirming("Escape").await?;
    window.desktop().confirm_host(&sandbox.url)?;
    window.click("signin-type").await?;
    window.wait_for("signin-token").await?;
    camera.take("sign-in-typed").await?;

    // A token that is typed, refused or not, ends the page's process in the end, and WebDriver's session along with it.
    window.click("signin-type").await?;
    let refused = Clipboard::of(window.desktop()).copy("not-a-token").await?;
    window.click("signin-paste").await?;
    window.wait_for("signin-error").await?;
    drop(refused);
    camera.take("sign-in-refused").await?;

    let copied = Clipboard::of(window.desktop()).copy(&sandbox.admin).await?;
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    drop(copied);
    camera.take("signed-in").await?;
    quiet(window).await?;
    window.wait_for("kinds").await?;
    camera.take_part("kinds", "what-is-offered").await?;
    window.execute("scrollTo(0, 0)", vec![]).await.map(drop)
}

/// Each way in, unfolded, and what it says of a field that is empty or wrong.
async fn ways_in(camera: &mut Camera<'_>) -> Result<()> {
    let window = camera.window;
    window.choose("signin-environment", "production").await?;
    camera.take_part("signin-connect-submit", "sign-in-code").await?;
    refused_at(camera, "signin-connect-submit", "signin-organization").await?;
    camera.take("sign-in-organization-missing").await?;
    window.type_into("signin-organization", "or-catcat-freddie-a150fe2ce0").await?;
    refused_at(camera, "signin-connect-submit", "signin-code").await?;
    camera.take("sign-in-code-missing").await?;

    window.click("signin-key").await?;
    camera.take_part("signin-key-submit", "sign-in-key").await?;
    for (field, text) in [
        ("signin-key-id", "cr-catcat-freddie-a150fe2ce0"),
        ("signin-username", "ada@example.org"),
        ("signin-key-organization", "or-catcat-freddie-a150fe2ce0"),
    ] {
        refused_at(camera, "signin-key-submit", field).await?;
        camera.take(&format!("{field}-missing")).await?;
        window.type_into(field, text).await?;
    }
    let copied = Clipboard::of(window.desktop()).copy("no private key").await?;
    refused_at(camera, "signin-key-submit", "signin-key-paste").await?;
    drop(copied);
    camera.take("sign-in-key-refused").await?;
    window.click("signin-connect").await
}

/// Presses this button, and waits until what is wrong is told at this field.
async fn refused_at(camera: &Camera<'_>, button: &str, field: &str) -> Result<()> {
    camera.window.click(button).await?;
    camera.window.wait_attribute(field, "aria-invalid", "true").await?;
    camera
        .window
        .execute("document.querySelector('#signin-error').scrollIntoView({ block: 'center' })", vec![])
        .await
        .map(drop)
}

async fn creating(camera: &mut Camera<'_>, sandbox: &Sandbox) -> Result<()> {
    let window = camera.window;
    sandbox.fault("create", json!({ "kind": "slow", "ms": 2000 }), 1).await?;
    ask_for(window, "Deploy bot").await?;
    window.wait_for("create-progress").await?;
    camera.take("creating").await?;
    window.wait_for("reveal").await?;
    Ok(())
}

/// The one-time dialog, from masked to done.
async fn holding(camera: &mut Camera<'_>) -> Result<()> {
    let window = camera.window;
    let clipboard = Clipboard::of(window.desktop());
    camera.take("reveal-masked").await?;

    window.click("reveal-copy").await?;
    window.wait_attribute("reveal-clipboard-row", "data-state", "live").await?;
    let token = clipboard.text().await?.context("the token is not on the clipboard")?;
    camera.take("reveal-copied").await?;

    window.click("reveal-show").await?;
    window.enter_token_window().await?;
    window.wait_text("token-text", |text| !text.is_empty()).await?;
    camera.take("reveal-shown").await?;
    window.leave_token_window().await?;
    window.click("reveal-show").await?;
    window.wait_token_window_closed().await?;

    window.click("reveal-done").await?;
    window.wait_for("reveal-discard").await?;
    camera.take("reveal-asking").await?;
    window.click("reveal-back").await?;

    window.ask_to_close()?;
    window.wait_for("closing").await?;
    camera.take("closing").await?;
    window.click("closing-back").await?;
    window.wait_gone("closing").await?;

    let from_vault = clipboard.copy("something else").await?;
    window.click("reveal-check").await?;
    window.wait_attribute("reveal-outcome", "data-check", "different").await?;
    camera.take("reveal-different").await?;
    drop(from_vault);

    let from_vault = clipboard.copy(&token).await?;
    window.click("reveal-check").await?;
    window.wait_attribute("reveal-outcome", "data-check", "stored").await?;
    camera.take("reveal-checked").await?;

    window.click("reveal-done").await?;
    window.wait_gone("reveal").await?;
    drop(from_vault);
    window.wait_for("receipt").await?;
    camera.take("done-and-its-receipt").await?;
    window.click("receipt-copy").await?;
    window.wait_text("toast-text", |text| plain(text).contains("Markdown")).await?;
    camera.take("receipt-copied").await?;
    // What is said lies over the button in a small window.
    quiet(window).await?;
    window.click("receipt-close").await
}

async fn settings(camera: &mut Camera<'_>) -> Result<()> {
    let window = camera.window;
    window.click("settings").await?;
    window.wait_for("settings-dialog").await?;
    camera.take("settings").await?;
    window.click("about-open").await?;
    window.wait_for("about").await?;
    camera.take("about").await?;
    window.click("about-close").await?;
    window.wait_gone("about").await?;
    window.clear("settings-clipboard").await?;
    window.type_into("settings-clipboard", "9000").await?;
    window.click("settings-save").await?;
    window.wait_for("settings-error").await?;
    camera.take("settings-refused").await?;
    window.click("settings-cancel").await?;
    window.wait_gone("settings-dialog").await?;
    window.click("protection-open").await?;
    window.wait_text("protection-summary", |text| !text.is_empty()).await?;
    camera.take("what-protects").await?;
    window.execute("document.querySelector('#protection-close').click()", vec![]).await?;
    window.wait_gone("protection").await
}

/// Signs in to a Dfns of one's own, from the form.
async fn sign_in(window: &Window<'_>, url: &str, token: &str, name: &str) -> Result<()> {
    let copied = Clipboard::of(window.desktop()).copy(token).await?;
    window.choose("signin-environment", "custom").await?;
    window.clear("signin-url").await?;
    window.desktop().confirm_host(url)?;
    window.type_into("signin-url", url).await?;
    window.clear("signin-name").await?;
    window.type_into("signin-name", name).await?;
    window.click("signin-paste").await?;
    window.wait_for("key-name").await?;
    drop(copied);
    quiet(window).await
}

/// Dismisses what was just said, which would be in the pictures that follow.
async fn quiet(window: &Window<'_>) -> Result<()> {
    if window.is_shown("toast-close").await? {
        window.click("toast-close").await?;
    }
    Ok(())
}

/// What a text says in English, where it is said in the language that is made of it: each vowel twice, with an accent.
fn plain(text: &str) -> String {
    const VOWELS: [(&str, &str); 12] = [
        ("áá", "a"),
        ("éé", "e"),
        ("íí", "i"),
        ("óó", "o"),
        ("úú", "u"),
        ("ýý", "y"),
        ("ÁÁ", "A"),
        ("ÉÉ", "E"),
        ("ÍÍ", "I"),
        ("ÓÓ", "O"),
        ("ÚÚ", "U"),
        ("ÝÝ", "Y"),
    ];
    VOWELS.iter().fold(text.to_owned(), |text, (accented, vowel)| text.replace(accented, vowel))
}

/// Types a key's name in place of what is there, and presses Enter.
async fn ask_for(window: &Window<'_>, name: &str) -> Result<()> {
    window.clear("key-name").await?;
    window.type_into("key-name", name).await?;
    window.press("key-name", Key::Enter).await
}

struct Camera<'a> {
    window: &'a Window<'a>,
    folder: PathBuf,
    taken: usize,
}

impl Camera<'_> {
    /// With this in sight.
    async fn take_part(&mut self, name: &str, state: &str) -> Result<()> {
        let show = "document.querySelector(`[data-test=${arguments[0]}]`).scrollIntoView({ block: 'center' })";
        self.window.execute(show, vec![json!(name)]).await?;
        self.take(state).await
    }

    async fn take(&mut self, state: &str) -> Result<()> {
        self.taken += 1;
        self.window.screenshot(&self.folder.join(format!("{:02}-{state}.png", self.taken))).await
    }
}
