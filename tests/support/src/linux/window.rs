//! The app's real window, driven through WebDriver as a person would.
//!
//! Elements are named by their `data-test` attribute. The token's own window is a window of its own to WebDriver too:
//! [`Window::enter_token_window`] and [`Window::leave_token_window`] go there and back.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use fantoccini::actions::{InputSource, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
pub use fantoccini::key::Key;
use fantoccini::wd::{Capabilities, WindowHandle};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::desktop::Desktop;
use crate::display::Confirming;
use crate::launcher::Started;
use crate::picture;
use crate::process::{self, Process, children_of};
use crate::wait::{self, SOON};

/// What lets the app be the person's. It becomes the app: the process is the same.
const SETPRIV: &str = "/usr/bin/setpriv";

/// How long the app may take to open its window, on a busy computer.
const OPENING: Duration = Duration::from_secs(60);

/// The running app, with its page ready to be used. Ends when dropped.
#[derive(Debug)]
pub struct Window<'a> {
    desktop: &'a Desktop,
    driver: Process,
    client: Client,
    main: WindowHandle,
}

impl<'a> Window<'a> {
    /// Starts the app on a desktop as the person whose desktop it is, and waits until its page is there. What the test has
    /// put into the home is theirs from then on.
    ///
    /// # Errors
    /// Where WebKitWebDriver is missing, or the app does not open a window.
    pub async fn open(desktop: &'a Desktop, app: impl Into<Started<'_>>, arguments: &[&str]) -> Result<Self> {
        let Started { program, becomes_the_person } = app.into();
        ensure!(program.exists(), "{} was not built", program.display());
        desktop.give_home()?;
        let (binary, arguments) = if becomes_the_person || !process::is_root() {
            (program.to_owned(), arguments.iter().map(|argument| (*argument).to_owned()).collect())
        } else {
            let program = desktop.program(program)?.display().to_string();
            let before = process::becoming().into_iter().chain(["--".to_owned(), program]);
            (SETPRIV.into(), before.chain(arguments.iter().map(|argument| (*argument).to_owned())).collect::<Vec<_>>())
        };
        let port = free_port()?;
        let mut driver = desktop.command_of_tests("WebKitWebDriver");
        driver.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true");
        driver.stdin(Stdio::null()).stdout(Stdio::null());
        let driver = Process::start(driver)?;
        wait::until("WebKitWebDriver", SOON, async || Ok(TcpStream::connect(("127.0.0.1", port)).await?)).await?;

        let options = json!({ "binary": binary, "args": arguments });
        let capabilities = Capabilities::from_iter([("webkitgtk:browserOptions".to_owned(), options)]);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let url = format!("http://127.0.0.1:{port}");
        // The driver waits for ever for an app that does not come.
        let client = tokio::time::timeout(OPENING, builder.capabilities(capabilities).connect(&url))
            .await
            .context("the app did not open a window in time")?
            .context("the app did not open a window")?;
        let main = client.window().await.map_err(told)?;
        let window = Self { desktop, driver, client, main };
        window
            .wait_until("the page", async || {
                let state = window.execute("return document.readyState", vec![]).await?;
                ensure!(state == "complete", "{state}");
                Ok(())
            })
            .await?;
        Ok(window)
    }

    /// Looks until `look` succeeds; its error says what was seen instead, and means "not yet".
    ///
    /// # Errors
    /// After half a minute, with the last error, and what the page shows.
    pub async fn wait_until<T>(&self, what: &str, look: impl AsyncFnMut() -> Result<T>) -> Result<T> {
        match wait::until(what, SOON, look).await {
            Ok(found) => Ok(found),
            Err(error) => Err(anyhow!("{error:#}; the page shows: {}", self.shown().await)),
        }
    }

    /// What a person reads in the page, in one line.
    async fn shown(&self) -> String {
        match self.execute("return document.body.innerText", vec![]).await {
            Ok(text) => text.as_str().unwrap_or_default().replace('\n', " | "),
            Err(error) => format!("nothing that can be read: {error:#}"),
        }
    }

    /// An element that is there, shown or not. Waits for it.
    ///
    /// # Errors
    /// Where it does not come.
    pub async fn find(&self, name: &str) -> Result<Element> {
        self.wait_until(name, async || self.look(name).await).await
    }

    /// An element that is shown. Waits for it.
    ///
    /// # Errors
    /// Where it does not come.
    pub async fn wait_for(&self, name: &str) -> Result<Element> {
        self.wait_until(name, async || {
            let element = self.look(name).await?;
            ensure!(element.is_displayed().await.map_err(told)?, "it is hidden");
            Ok(element)
        })
        .await
    }

    /// Waits until an element is hidden, or is not there at all.
    ///
    /// # Errors
    /// Where it stays.
    pub async fn wait_gone(&self, name: &str) -> Result<()> {
        let mut looks = 0;
        self.wait_until(&format!("{name} to go"), async || {
            let there = self.is_shown(name).await?;
            looks += 1;
            // What is done with stays under the pointer that did it.
            if there && looks == 2 {
                self.move_pointer_away().await?;
            }
            ensure_gone(there)
        })
        .await
    }

    /// Moves the pointer to the page's corner, where nothing stands.
    ///
    /// # Errors
    /// Where the app does not answer.
    pub async fn move_pointer_away(&self) -> Result<()> {
        let to = |x, y| PointerAction::MoveTo { duration: None, x, y };
        // It is told of no move to where it believes that the pointer is, and clicks move it past it.
        let moves = MouseActions::new("mouse".to_owned()).then(to(8.0, 8.0)).then(to(1.0, 1.0));
        self.client.perform_actions(moves).await.map_err(told)
    }

    /// Waits until an element's text is as wanted, and returns it.
    ///
    /// # Errors
    /// Where it does not become so, with the text that it had last.
    pub async fn wait_text(&self, name: &str, wanted: impl Fn(&str) -> bool) -> Result<String> {
        self.wait_until(&format!("the text of {name}"), async || {
            let text = self.look(name).await?.text().await.map_err(told)?;
            ensure!(wanted(&text), "{text:?}");
            Ok(text)
        })
        .await
    }

    /// Whether an element is shown at this moment.
    ///
    /// # Errors
    /// Where the app does not answer.
    pub async fn is_shown(&self, name: &str) -> Result<bool> {
        match self.client.find_all(Locator::Css(&css(name))).await.map_err(told)?.first() {
            Some(element) => Ok(element.is_displayed().await.unwrap_or(false)),
            None => Ok(false),
        }
    }

    /// Clicks on an element once it is shown and can be used.
    ///
    /// # Errors
    /// Where it cannot be clicked on.
    pub async fn click(&self, name: &str) -> Result<()> {
        self.wait_until(&format!("a click on {name}"), async || {
            let element = self.look(name).await?;
            ensure!(element.is_enabled().await.map_err(told)?, "it is disabled");
            // One that comes in between would not be armed, and was not looked at.
            ensure!(element.is_displayed().await.map_err(told)?, "it is hidden");
            self.ensure_armed(&element).await?;
            // A click is aimed at where it was a moment ago.
            let before = element.rectangle().await.map_err(told)?;
            ensure!(element.rectangle().await.map_err(told)? == before, "it moves");
            element.click().await.map_err(told)
        })
        .await
    }

    /// Waits until an element is shown, and takes a click: what ends something takes none as soon as it comes, or moves.
    ///
    /// # Errors
    /// Where it does not come, or goes on taking none.
    pub async fn wait_armed(&self, name: &str) -> Result<()> {
        self.wait_until(&format!("{name} to take a click"), async || {
            let element = self.look(name).await?;
            ensure!(element.is_displayed().await.map_err(told)?, "it is hidden");
            self.ensure_armed(&element).await
        })
        .await
    }

    /// Clicks on an element inside the one of several whose attribute has a value.
    ///
    /// # Errors
    /// Where it cannot be clicked on.
    pub async fn click_within(&self, each: &str, attribute: &str, value: &str, name: &str) -> Result<()> {
        let inside = format!("{}[{attribute}='{value}'] {}", css(each), css(name));
        self.wait_until(&format!("a click on {name} of {value}"), async || {
            self.client.find(Locator::Css(&inside)).await.map_err(told)?.click().await.map_err(told)
        })
        .await
    }

    /// Clicks on the radio button of a value inside an element.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn choose(&self, name: &str, value: &str) -> Result<()> {
        let radio = format!("{} input[value='{value}']", css(name));
        self.wait_until(&format!("a click on {value} in {name}"), async || {
            self.client.find(Locator::Css(&radio)).await.map_err(told)?.click().await.map_err(told)
        })
        .await
    }

    /// Types into an element, behind what is there.
    ///
    /// # Errors
    /// Where it cannot be typed into.
    pub async fn type_into(&self, name: &str, text: &str) -> Result<()> {
        self.wait_for(name).await?.send_keys(text).await.map_err(told)
    }

    /// Empties a field.
    ///
    /// # Errors
    /// Where it cannot be typed into.
    pub async fn clear(&self, name: &str) -> Result<()> {
        let field = self.wait_for(name).await?;
        // WebKit's driver empties only what is in sight, and does not scroll to it, as it does to click.
        let script = "document.querySelector(`[data-test='${arguments[0]}'], #${arguments[0]}`).scrollIntoView({ block: 'nearest' })";
        self.execute(script, vec![name.into()]).await?;
        field.clear().await.map_err(told)
    }

    /// Presses a key while an element has the focus.
    ///
    /// # Errors
    /// Where it cannot have it.
    pub async fn press(&self, name: &str, key: Key) -> Result<()> {
        self.wait_for(name).await?.send_keys(&key.to_string()).await.map_err(told)
    }

    /// An element's text as it is shown.
    ///
    /// # Errors
    /// Where there is no such element.
    pub async fn text(&self, name: &str) -> Result<String> {
        self.find(name).await?.text().await.map_err(told)
    }

    /// An element's text as it stands in the page, whether and however it is shown.
    ///
    /// # Errors
    /// Where there is no such element.
    pub async fn content(&self, name: &str) -> Result<String> {
        Ok(self.find(name).await?.prop("textContent").await.map_err(told)?.unwrap_or_default())
    }

    /// An element's attribute.
    ///
    /// # Errors
    /// Where there is no such element.
    pub async fn attribute(&self, name: &str, attribute: &str) -> Result<Option<String>> {
        self.find(name).await?.attr(attribute).await.map_err(told)
    }

    /// Waits until an element's attribute is as wanted: what automation goes by, whatever the text says of it.
    ///
    /// # Errors
    /// Where it does not become so, with what it was last.
    pub async fn wait_attribute(&self, name: &str, attribute: &str, wanted: &str) -> Result<()> {
        self.wait_until(&format!("{attribute} of {name}"), async || {
            let value = self.look(name).await?.attr(attribute).await.map_err(told)?;
            ensure!(value.as_deref() == Some(wanted), "{value:?}");
            Ok(())
        })
        .await
    }

    /// What a field holds.
    ///
    /// # Errors
    /// Where there is no such element.
    pub async fn value(&self, name: &str) -> Result<String> {
        Ok(self.find(name).await?.prop("value").await.map_err(told)?.unwrap_or_default())
    }

    /// All the text that the window shows.
    ///
    /// # Errors
    /// Where the app does not answer.
    pub async fn page_text(&self) -> Result<String> {
        let text = self.execute("return document.body.innerText", vec![]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Runs JavaScript in the page, as the body of a function, and returns what it returns.
    ///
    /// # Errors
    /// What it throws.
    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        // A page that is stuck would keep the test for ever.
        let ran = tokio::time::timeout(SOON, self.client.execute(script, arguments)).await;
        ran.context("the page does not answer")?.map_err(told)
    }

    /// Goes to the token's own window, once it is there: what follows happens in it.
    ///
    /// # Errors
    /// Where it does not open.
    pub async fn enter_token_window(&self) -> Result<()> {
        self.wait_until("the token's own window", async || {
            let other = self.client.windows().await.map_err(told)?.into_iter().find(|handle| *handle != self.main);
            self.client.switch_to_window(other.context("there is one window only")?).await.map_err(told)?;
            Ok(())
        })
        .await
    }

    /// Goes back to the main window. The token's stays open if it is.
    ///
    /// # Errors
    /// Where the app does not answer.
    pub async fn leave_token_window(&self) -> Result<()> {
        self.client.switch_to_window(self.main.clone()).await.map_err(told)
    }

    /// Waits until the token's own window is closed, and goes back to the main one.
    ///
    /// # Errors
    /// Where it stays.
    pub async fn wait_token_window_closed(&self) -> Result<()> {
        self.leave_token_window().await?;
        self.wait_until("the token's window to close", async || {
            ensure_gone(self.client.windows().await.map_err(told)?.len() > 1)
        })
        .await
    }

    /// Saves a picture of the app's windows as a person sees them, once what moves has come to rest.
    ///
    /// # Errors
    /// Where it cannot be taken or written; pictures are taken on X11 alone.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        self.client.execute_async(AT_REST, vec![]).await.map_err(told)?;
        picture::save(self.desktop.display().name(), file)
    }

    /// Makes the page this large, and waits until it is.
    ///
    /// # Errors
    /// Where it does not become so.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.client.set_window_size(width, height).await.map_err(told)?;
        self.wait_until(&format!("a page of {width}×{height}"), async || {
            let size = self.execute("return [innerWidth, innerHeight]", vec![]).await?;
            ensure!(size == json!([width, height]), "{size}");
            Ok(())
        })
        .await
    }

    /// Asks the main window to close, as its frame's button does.
    ///
    /// # Errors
    /// Where it is closed already.
    pub fn ask_to_close(&self) -> Result<()> {
        self.desktop.display().close_first_window()
    }

    /// The dialog in which the app asks where secrets may go, once it is there, or once its buttons take something.
    ///
    /// # Errors
    /// Where it does not come, or there are two.
    pub async fn wait_confirming(&self, ready: bool) -> Result<Confirming> {
        self.wait_until("the dialog that asks to confirm", async || {
            let all = self.desktop.display().confirming()?;
            ensure!(all.len() == 1 && (all[0].ready || !ready), "{all:?}");
            Ok(all[0].clone())
        })
        .await
    }

    /// Presses a key in that dialog, as xdotool calls it, once its buttons take something; and waits until it is gone.
    ///
    /// # Errors
    /// Where it does not come, or stays.
    pub async fn answer_confirming(&self, key: &str) -> Result<()> {
        self.wait_confirming(true).await?;
        ensure!(self.desktop.command("xdotool").args(["key", key]).status()?.success(), "{key} could not be pressed");
        self.wait_until("the dialog to go", async || ensure_gone(!self.desktop.display().confirming()?.is_empty()))
            .await
    }

    /// Does what tells the app that a person is there, by the real keyboard and without an effect of its own: what WebDriver
    /// does, comes from no person.
    ///
    /// # Errors
    /// Where the key cannot be pressed.
    pub fn act(&self) -> Result<()> {
        let pressed = self.desktop.command("xdotool").args(["key", "Shift_L"]).status()?.success();
        ensure!(pressed, "the key could not be pressed");
        Ok(())
    }

    /// The app's process id.
    ///
    /// # Errors
    /// Where it is not running.
    pub fn app_process(&self) -> Result<u32> {
        children_of(self.driver.id())?.first().copied().context("the app is not running")
    }

    /// The WebDriver session, for what this does not have.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The desktop that it is on.
    #[must_use]
    pub fn desktop(&self) -> &'a Desktop {
        self.desktop
    }

    /// Waits until the app has ended, within a time.
    ///
    /// # Errors
    /// Where it is still running then.
    pub async fn wait_ended(&self, within: Duration) -> Result<()> {
        wait::until("the app's end", within, async || match self.app_process() {
            Ok(process) => bail!("process {process} is running"),
            Err(_) => Ok(()),
        })
        .await
    }

    async fn ensure_armed(&self, element: &Element) -> Result<()> {
        let unarmed = self.execute(INTO_VIEW, vec![serde_json::to_value(element)?]).await?;
        ensure!(unarmed == json!(false), "it takes nothing yet");
        Ok(())
    }

    async fn look(&self, name: &str) -> Result<Element> {
        self.client.find(Locator::Css(&css(name))).await.map_err(told)
    }
}

/// Brings an element to where it can be clicked on, as a person does, and tells whether it takes no click yet.
const INTO_VIEW: &str = "
    const [element] = arguments;
    const { top, left, width, height } = element.getBoundingClientRect();
    const there = document.elementFromPoint(left + width / 2, top + height / 2);
    if (!element.contains(there)) element.scrollIntoView({ block: 'center' });
    return 'unarmed' in element.dataset || Math.abs(element.getBoundingClientRect().top - top) > 1;
";

/// Calls back once each transition has ended, and what the page is now has been drawn.
const AT_REST: &str = "
    const done = arguments[arguments.length - 1];
    const ending = document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime !== Infinity);
    Promise.allSettled(ending.map((each) => each.finished))
        .then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(null))));
";

/// What WebDriver says is often its error's kind alone, which the library leaves out of its words.
fn told(error: CmdError) -> anyhow::Error {
    match error {
        CmdError::Standard(error) => anyhow!("{} {}", error.error(), error.message),
        other => other.into(),
    }
}

/// By the name for automation, or by the id of what has none.
fn css(name: &str) -> String {
    format!(":is([data-test='{name}'], #{name})")
}

fn ensure_gone(there: bool) -> Result<()> {
    ensure!(!there, "it is still there");
    Ok(())
}

/// The driver cannot choose a free port itself. This one was free a moment ago, and Linux gives it to nobody else soon.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
