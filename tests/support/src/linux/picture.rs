//! Pictures of what is on a display, as a person would see it.
//!
//! Not through WebDriver, which waits for the page to be drawn anew: a page at rest never is, without a GPU.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat, ImageOrder, Window};
use x11rb::rust_connection::RustConnection;

use crate::display::windows;

/// Saves the part of a display that its windows cover, without their frames, as PNG.
///
/// # Errors
/// Where there is no window, or the file cannot be written.
pub fn save(display: &str, file: &Path) -> Result<()> {
    let (connection, root) = connect(display)?;
    let part = areas(&connection, root)?.into_iter().reduce(Area::around).context("no window is open")?;
    let rgb = pixels(&connection, root, part)?;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let file = File::create(file).with_context(|| format!("{} could not be written", file.display()))?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), part.width().into(), part.height().into());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rgb)?;
    Ok(writer.finish()?)
}

/// A connection of one's own to a display, and its root window.
pub(crate) fn connect(display: &str) -> Result<(RustConnection, Window)> {
    let (connection, screen) = x11rb::connect(Some(display)).context("the display does not answer")?;
    let root = connection.setup().roots.get(screen).context("a display has a screen")?.root;
    Ok((connection, root))
}

/// A rectangle on the screen; the right and the lower edge do not belong to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    left: i16,
    top: i16,
    right: i16,
    bottom: i16,
}

impl Area {
    /// The smallest that holds both.
    pub(crate) fn around(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    fn within(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }

    fn width(self) -> u16 {
        self.left.abs_diff(self.right)
    }

    fn height(self) -> u16 {
        self.top.abs_diff(self.bottom)
    }
}

/// Where the windows are, as far as they are on the screen.
pub(crate) fn areas(connection: &impl Connection, root: Window) -> Result<Vec<Area>> {
    let screen = area(connection, root, root)?;
    // One that was closed a moment ago is no more to be seen.
    let areas = windows(connection, root)?.into_iter().filter_map(|window| area(connection, window, root).ok());
    Ok(areas.map(|area| area.within(screen)).collect())
}

pub(crate) fn area(connection: &impl Connection, window: Window, root: Window) -> Result<Area> {
    let size = connection.get_geometry(window)?.reply()?;
    let place = connection.translate_coordinates(window, root, 0, 0)?.reply()?;
    Ok(Area {
        left: place.dst_x,
        top: place.dst_y,
        right: place.dst_x.saturating_add_unsigned(size.width),
        bottom: place.dst_y.saturating_add_unsigned(size.height),
    })
}

/// Three bytes a pixel: red, green, blue.
fn pixels(connection: &impl Connection, root: Window, part: Area) -> Result<Vec<u8>> {
    let data = bytes(connection, root, part)?;
    // Blue, green, red, and one byte that means nothing.
    Ok(data.chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect())
}

/// Four bytes a pixel: its three colours, and one that means nothing.
pub(crate) fn bytes(connection: &impl Connection, root: Window, part: Area) -> Result<Vec<u8>> {
    let (width, height) = (part.width(), part.height());
    let image =
        connection.get_image(ImageFormat::Z_PIXMAP, root, part.left, part.top, width, height, u32::MAX)?.reply()?;
    let plain = image.depth == 24 && connection.setup().image_byte_order == ImageOrder::LSB_FIRST;
    ensure!(plain, "the display has pixels of another kind than Xvfb's");
    Ok(image.data)
}
