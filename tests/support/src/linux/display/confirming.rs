//! The dialog in which the app asks where secrets may go, as it is on an X11 display.

use anyhow::{Context, Result};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, Window};

use super::{Display, windows};

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Confirming {
    pub window: u32,
    pub title: String,
    /// Whether its buttons take something.
    pub ready: bool,
    /// Left, top, width and height, in pixels.
    pub area: [i32; 4],
}

impl Display {
    /// Every such dialog that is open.
    ///
    /// # Errors
    /// Where the display does not answer, or is no X11.
    pub fn confirming(&self) -> Result<Vec<Confirming>> {
        let (connection, screen) = x11rb::connect(Some(self.x11()?.name())).context("the display does not answer")?;
        let root = connection.setup().roots.get(screen).context("a display has a screen")?.root;
        // One that is closed just now answers nothing any more.
        let all = windows(&connection, root)?.into_iter();
        Ok(all.filter_map(|window| look(&connection, root, window).ok()).flatten().collect())
    }
}

fn look(connection: &impl Connection, root: Window, window: Window) -> Result<Option<Confirming>> {
    // Its title is in the language that is spoken.
    let ready = match text(connection, window, b"WM_WINDOW_ROLE")?.as_str() {
        "confirm" => false,
        "confirm-ready" => true,
        _ => return Ok(None),
    };
    let title = text(connection, window, b"_NET_WM_NAME")?;
    let size = connection.get_geometry(window)?.reply()?;
    let corner = connection.translate_coordinates(window, root, 0, 0)?.reply()?;
    let area = [corner.dst_x.into(), corner.dst_y.into(), size.width.into(), size.height.into()];
    Ok(Some(Confirming { window, title, ready, area }))
}

fn text(connection: &impl Connection, window: Window, name: &[u8]) -> Result<String> {
    let name = connection.intern_atom(false, name)?.reply()?.atom;
    let value = connection.get_property(false, window, name, AtomEnum::ANY, 0, 256)?.reply()?.value;
    Ok(String::from_utf8_lossy(&value).into_owned())
}
