//! Slips of the hand: double clicks, and clicks that come too soon, by the real pointer and keyboard. What ends something takes
//! none as it comes, and does once what it was pressed for.

mod creating;
mod ending;
mod lists;
mod sessions;

use anyhow::{Context, Result, bail, ensure};
use keybearer_support::{
    sandbox::Sandbox,
    wait::{self, SOON},
    window::Window,
};
use serde_json::{Value, json};

use crate::steps::press_keys;

/// Milliseconds between the two clicks of a double click: those of a nervous hand to those of a slow one.
const DOUBLE: [u32; 4] = [50, 150, 300, 600];

/// The window at its smallest, and as it opens.
const SIZES: [(u32, u32); 2] = [(420, 520), (880, 640)];

/// Buttons that end, make or revoke something.
const ENDING: [&str; 20] = [
    "reveal-discard",
    "reveal-revoke",
    "revoke-confirm",
    "attention-revoke",
    "attention-dismiss",
    "attention-anew",
    "create-anyway",
    "create-sign",
    "create-cancel",
    "destination-remove-confirm",
    "batch-start",
    "batch-stop",
    "batch-resume",
    "batch-again",
    "batch-done",
    "signout",
    "signout-confirm",
    "signin-forget",
    "closing-quit",
    "closing-revoke",
];

/// A place on the display, as `xdotool` takes it.
type Place = [String; 2];

/// The pointer, and what the page has had from it.
struct Hand<'a>(&'a Window<'a>);

impl Hand<'_> {
    /// Has the page note what each click is on; one that came in the place of another has to be told anew.
    async fn watch(&self) -> Result<()> {
        let note = "if (!window.clicked) addEventListener('mouseup', ({ target }) => {
                const found = target.closest?.('button');
                window.clicked.push(found?.dataset.test ?? found?.id ?? '');
            }, true);
            window.clicked = [];";
        self.0.execute(note, vec![]).await.map(drop)
    }

    /// The middle of a button on the display, once it is where it stays.
    async fn aim(&self, name: &str) -> Result<Place> {
        let place = "const found = document.querySelector(`:is([data-test='${arguments[0]}'], #${arguments[0]})`);
            found.scrollIntoView({ block: 'nearest' });
            const { x, y, width, height } = found.getBoundingClientRect();
            return width > 0 ? [x + width / 2, y + height / 2] : null;";
        let at = self
            .0
            .wait_until(&format!("{name} to stand still"), async || {
                let before = self.0.execute(place, vec![json!(name)]).await?;
                ensure!(!before.is_null(), "it is hidden");
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

    /// Moves the pointer and clicks, as `xdotool` is told to; what each click was on, once the page has had them all.
    async fn play(&self, moves: &[&str], clicks: usize) -> Result<Vec<String>> {
        self.watch().await?;
        let status = self.0.desktop().command("xdotool").args(moves).status()?;
        ensure!(status.success(), "xdotool could not do {moves:?}");
        self.0
            .wait_until("the clicks", async || {
                let had: Vec<String> = serde_json::from_value(self.0.execute("return window.clicked", vec![]).await?)?;
                ensure!(had.len() == clicks, "{had:?}");
                Ok(had)
            })
            .await
    }

    /// Clicks twice where a button is that takes a click, whatever is there the second time.
    async fn double(&self, name: &str, apart: u32) -> Result<()> {
        self.aim(name).await?;
        // What ends something takes none while it moves; what comes meanwhile may have moved it.
        self.0.wait_armed(name).await?;
        let place = self.aim(name).await?;
        let on = self.play(&twice(&place, &apart.to_string()), 2).await?;
        ensure!(on[0] == name, "{on:?} in place of {name}");
        Ok(())
    }

    /// Clicks once on what opens something. Looks what stands under the pointer then: nothing that ends something.
    async fn open(&self, opener: &str, opened: &str) -> Result<()> {
        let [x, y] = self.aim(opener).await?;
        self.play(&["mousemove", &x, &y, "click", "1"], 1).await?;
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

    /// A double click whose second half falls on what ends something, as the first has it come: where that is was seen before.
    async fn rush(&self, opener: &str, ending: (&str, &Place), apart: u32) -> Result<()> {
        let ([x, y], (name, [to_x, to_y]), delay) = (self.aim(opener).await?, ending, apart.to_string());
        let moves = ["mousemove", &x, &y, "click", "--delay", &delay, "1", "mousemove", to_x, to_y, "click", "1"];
        let on = self.play(&moves, 2).await?;
        // Only a hand that is faster than the page, or than Dfns, may click where nothing is yet.
        ensure!(apart < 300 || on[1] == name, "{on:?}: {name} was not where it had been");
        Ok(())
    }

    /// Closes what the second click may have opened on the page that lay under a dialog.
    async fn close_what_opened(&self) -> Result<()> {
        self.0
            .wait_until("no dialog", async || {
                let open = self.0.execute("return document.querySelector('dialog[open]')?.id ?? null", vec![]).await?;
                if open.is_null() {
                    return Ok(());
                }
                press_keys(self.0.desktop(), &["Escape"])?;
                bail!("{open} is open")
            })
            .await
    }

    /// Moves the pointer to where nothing is.
    fn away(&self) -> Result<()> {
        let page = self.0.desktop().display().first_window()?;
        let corner = [(page.x + 2).to_string(), (page.y + 2).to_string()];
        ensure!(self.0.desktop().command("xdotool").arg("mousemove").args(corner).status()?.success());
        Ok(())
    }
}

/// Two clicks at one place, so many milliseconds apart.
fn twice<'a>([x, y]: &'a Place, apart: &'a str) -> [&'a str; 9] {
    ["mousemove", x, y, "click", "--repeat", "2", "--delay", apart, "1"]
}

/// Each double click at each size: what is done with the size and the milliseconds between its two clicks.
async fn each_double_click(window: &Window<'_>, mut slip: impl AsyncFnMut(u32) -> Result<()>) -> Result<()> {
    for (width, height) in SIZES {
        window.resize(width, height).await?;
        for apart in DOUBLE {
            slip(apart).await.with_context(|| format!("{apart} ms apart, at {width}×{height}"))?;
        }
    }
    Ok(())
}

/// How often Dfns was asked to revoke something, and to make something.
async fn asked(sandbox: &Sandbox) -> Result<(usize, usize)> {
    let requests = sandbox.requests().await?;
    let count =
        |method: &str| requests.as_array().into_iter().flatten().filter(|each| each["method"] == method).count();
    Ok((count("DELETE"), count("POST")))
}

/// Waits until Dfns was asked so often to revoke, and to make, something.
async fn wait_asked(sandbox: &Sandbox, revoked: usize, made: usize) -> Result<()> {
    let wanted = (revoked, made);
    wait::until("what Dfns is asked for", SOON, async || {
        let had = asked(sandbox).await?;
        ensure!(had == wanted, "{had:?}, and not {wanted:?}");
        Ok(())
    })
    .await
}

/// How many rows there are of an account, a destination, or what needs attention.
async fn rows(window: &Window<'_>, name: &str) -> Result<usize> {
    let count = "return document.querySelectorAll(`[data-test=${arguments[0]}]`).length";
    let count: Value = window.execute(count, vec![json!(name)]).await?;
    Ok(usize::try_from(count.as_u64().context("a number")?)?)
}
