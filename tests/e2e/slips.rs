//! Slips of the hand: clicks that come twice or too soon, by the real pointer and keyboard. What ends something takes none.

use anyhow::{Context, Result, ensure};
use keybearer_support::{
    sandbox::Sandbox,
    store::Store,
    window::{Key, Window},
};
use serde_json::json;

use crate::steps::{app, copy, create, creations, desktop, paste_into, press_keys, sign_in, working};

/// Milliseconds between the two clicks of a double click: those of a nervous hand to those of a slow one.
const DOUBLE: [u32; 6] = [50, 80, 150, 300, 480, 600];

/// The window at its smallest, and as it opens.
const SIZES: [(u32, u32); 2] = [(420, 520), (880, 640)];

/// Buttons that end, make or revoke something.
const ENDING: [&str; 9] = [
    "reveal-discard",
    "reveal-revoke",
    "revoke-confirm",
    "attention-revoke",
    "attention-dismiss",
    "create-anyway",
    "destination-remove-confirm",
    "many-start",
    "create-cancel",
];

/// The pointer, and how many clicks the page has had from it.
struct Hand<'a>(&'a Window<'a>);

impl<'a> Hand<'a> {
    async fn new(window: &'a Window<'a>) -> Result<Self> {
        let count = "window.clicks = 0; addEventListener('mouseup', () => { window.clicks += 1; }, true);";
        window.execute(count, vec![]).await?;
        Ok(Self(window))
    }

    /// The middle of a button on the display, once it is where it stays.
    async fn aim(&self, name: &str) -> Result<[String; 2]> {
        let place = "const found = document.querySelector(`:is([data-test='${arguments[0]}'], #${arguments[0]})`);
            found.scrollIntoView({ block: 'nearest' });
            const { x, y, width, height } = found.getBoundingClientRect();
            return [x + width / 2, y + height / 2];";
        let at = self
            .0
            .wait_until(&format!("{name} to stand still"), async || {
                let before = self.0.execute(place, vec![json!(name)]).await?;
                let drawn = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))";
                self.0.client().execute_async(drawn, vec![]).await?;
                ensure!(self.0.execute(place, vec![json!(name)]).await? == before, "it moves");
                Ok(before)
            })
            .await?;
        let page = self.0.desktop().display().first_window()?;
        let on = |index: usize, edge: i32| Some((f64::from(edge) + at.get(index)?.as_f64()?).round().to_string());
        on(0, page.x).zip(on(1, page.y)).map(|(x, y)| [x, y]).context("it is nowhere")
    }

    /// Clicks so often where a button is, with so many milliseconds in between, whatever is there by then.
    async fn click(&self, name: &str, times: u32, apart: u32) -> Result<()> {
        let [x, y] = self.aim(name).await?;
        self.0.execute("window.clicks = 0;", vec![]).await?;
        let mut clicks = self.0.desktop().command("xdotool");
        clicks.args(["mousemove", &x, &y, "click", "--repeat", &times.to_string(), "--delay", &apart.to_string(), "1"]);
        ensure!(clicks.status()?.success(), "xdotool could not click");
        self.0
            .wait_until("the clicks", async || {
                let had = self.0.execute("return window.clicks;", vec![]).await?;
                ensure!(had == times, "{had}");
                Ok(())
            })
            .await?;
        Ok(())
    }

    /// Clicks once on what opens something, and looks what stands under the pointer then.
    async fn open(&self, opener: &str, opened: &str) -> Result<()> {
        let [x, y] = self.aim(opener).await?;
        self.click(opener, 1, 0).await?;
        self.0.wait_for(opened).await?;
        let page = self.0.desktop().display().first_window()?;
        let at = [x.parse::<i32>()? - page.x, y.parse::<i32>()? - page.y];
        let under = "const found = document.elementFromPoint(...arguments[0])?.closest('button');
            return found?.dataset.test ?? '';";
        let under = self.0.execute(under, vec![json!(at)]).await?;
        ensure!(
            !ENDING.iter().any(|ending| under == *ending),
            "{under} stands under the pointer that clicked {opener}"
        );
        Ok(())
    }

    /// Moves the pointer to where nothing is.
    fn away(&self) -> Result<()> {
        let page = self.0.desktop().display().first_window()?;
        let corner = [(page.x + 2).to_string(), (page.y + 2).to_string()];
        ensure!(self.0.desktop().command("xdotool").arg("mousemove").args(corner).status()?.success());
        Ok(())
    }
}

/// How often Dfns was asked to revoke something.
async fn revocations(sandbox: &Sandbox) -> Result<usize> {
    let requests = sandbox.requests().await?;
    Ok(requests.as_array().into_iter().flatten().filter(|request| request["method"] == "DELETE").count())
}

/// Opens a key's details from the list.
async fn open_key(window: &Window<'_>, id: &str) -> Result<()> {
    window
        .wait_until("the key in the list", async || {
            let open = format!("document.querySelector('[data-key-id={id}]').click()");
            window.execute(&open, vec![]).await.map(drop)
        })
        .await?;
    window.wait_for("key-revoke").await.map(drop)
}

#[tokio::test]
async fn a_token_that_is_held_outlives_every_double_click_on_done() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    create(&window, "Held").await?;
    let hand = Hand::new(&window).await?;
    for (width, height) in SIZES {
        window.resize(width, height).await?;
        for copied in [false, true] {
            if copied {
                copy(&window).await?;
            }
            for apart in DOUBLE {
                hand.click("reveal-done", 2, apart).await?;
                ensure!(window.is_shown("reveal").await?, "{apart} ms at {width}×{height}: it is gone");
                if window.is_shown("reveal-back").await? {
                    window.click("reveal-back").await?;
                }
            }
            if width == SIZES[0].0 && !copied {
                let told = window.text("reveal-error").await?;
                ensure!(told.contains("never copied, shown or delivered, so it is in no vault"), "{told}");
            }
        }
        hand.open("reveal-done", "reveal-discard").await?;
        hand.click("reveal-discard", 1, 0).await?;
        window.click("reveal-back").await?;
        // Closing the window asks, too.
        window.ask_to_close()?;
        window.wait_for("closing-revoke").await?;
        for name in ["closing-quit", "closing-revoke"] {
            hand.click(name, 1, 0).await?;
        }
        window.click("closing-back").await?;
        window.wait_gone("closing").await?;
    }
    copy(&window).await?;
    ensure!((working(&sandbox, "Held").await?.len(), revocations(&sandbox).await?) == (1, 0));
    // Pressed on purpose, it ends.
    window.click("reveal-done").await?;
    window.click("reveal-discard").await?;
    window.wait_gone("reveal").await
}

#[tokio::test]
async fn nothing_is_revoked_made_or_removed_by_a_click_or_an_enter_that_came_twice() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    Store::of(&desktop)?.configure(&desktop, false)?;
    let key = sandbox.make_elsewhere("Taken", None).await?;
    let key = key["id"].as_str().context("it has an id")?.to_owned();
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    let hand = Hand::new(&window).await?;
    for size in SIZES {
        window.resize(size.0, size.1).await?;
        for apart in DOUBLE {
            open_key(&window, &key).await?;
            hand.click("key-revoke", 2, apart).await?;
            window.press("key-dialog", Key::Escape).await?;
            window.wait_gone("key-dialog").await?;
        }
        open_key(&window, &key).await?;
        hand.open("key-revoke", "revoke-confirm").await?;
        hand.click("revoke-confirm", 1, 0).await?;
        window.press("key-dialog", Key::Escape).await?;
        window.wait_gone("key-dialog").await?;

        window.type_into("key-name", "Taken").await?;
        for apart in DOUBLE {
            window.press("key-name", Key::End).await?;
            let apart = apart.to_string();
            press_keys(&desktop, &["--delay", &apart, "Return", "Return"])?;
            window.wait_for("create-anyway").await?;
        }
        hand.click("create-submit", 2, 300).await?;
        window.wait_for("create-anyway").await?;
        hand.open("create-submit", "create-anyway").await?;
        hand.click("create-anyway", 1, 0).await?;
        window.clear("key-name").await?;

        window.click("many-open").await?;
        for apart in DOUBLE {
            paste_into(&window, "many-names", "One\nTwo").await?;
            hand.click("many-check", 2, apart).await?;
            window.wait_for("many-start").await?;
            window.click("many-back").await?;
        }
        hand.open("many-check", "many-start").await?;
        hand.click("many-start", 1, 0).await?;
        window.wait_for("many-start").await?;
        window.click("many-checked-close").await?;

        window.click("destinations-open").await?;
        hand.open("destination-remove", "destination-remove-confirm").await?;
        hand.click("destination-remove-confirm", 1, 0).await?;
        window.wait_for("destination-row").await?;
        window.click("destinations-close").await?;
    }
    ensure!((creations(&sandbox).await?, revocations(&sandbox).await?) == (0, 0), "{}", sandbox.requests().await?);
    Ok(())
}

#[tokio::test]
async fn of_what_needs_attention_a_double_click_settles_one_and_the_next_keeps_its_place() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = Window::open(&desktop, app(), &[]).await?;
    sign_in(&window, &sandbox, &sandbox.admin).await?;
    let count = u32::try_from(DOUBLE.len() + 2)?;
    sandbox.fault("create", json!({ "kind": "withoutToken" }), count).await?;
    for number in 0..count {
        window.type_into("key-name", &format!("Key {number}")).await?;
        window.press("key-name", Key::Enter).await?;
        window.wait_text("attention", |text| text.contains(&format!("Key {number}"))).await?;
    }
    let open = async || -> Result<usize> {
        let rows =
            window.execute("return document.querySelectorAll('[data-test=attention-row]').length", vec![]).await?;
        Ok(usize::try_from(rows.as_u64().context("a number")?)?)
    };
    let hand = Hand::new(&window).await?;
    let mut left = usize::try_from(count)?;
    for (index, apart) in DOUBLE.into_iter().enumerate() {
        let (width, height) = SIZES[index % SIZES.len()];
        window.resize(width, height).await?;
        // The one is revoked, the other said to be as it should be.
        let name = if index % 4 < 2 { "attention-revoke" } else { "attention-dismiss" };
        window.wait_armed(name).await?;
        hand.click(name, 2, apart).await?;
        left -= 1;
        window.wait_for("attention-settled").await?;
        ensure!(open().await? == left, "{apart} ms: more than one was settled");
        hand.away()?;
        window.wait_gone("attention-settled").await?;
    }
    ensure!((open().await?, revocations(&sandbox).await?) == (2, 4));
    // A second Enter presses nothing, wherever the focus has gone.
    window.wait_armed("attention-revoke").await?;
    window.execute("document.querySelector('[data-test=attention-revoke]').focus()", vec![]).await?;
    press_keys(&desktop, &["--delay", "300", "Return", "Return"])?;
    window
        .wait_until("one that is left", async || {
            ensure!(open().await? == 1, "{} are", open().await?);
            Ok(())
        })
        .await?;
    window.wait_armed("attention-dismiss").await?;
    ensure!((open().await?, revocations(&sandbox).await?) == (1, 5));
    Ok(())
}
