//! Where the main window was and how large, from one start to the next. It never opens off the screen: it may have been
//! on one that is not there any more.

use std::{fs, path::Path};

use parking_lot::Mutex;

use keybearer_core::{json_file::JsonFile, words};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, LogicalSize, Manager, Monitor, PhysicalPosition, WebviewWindow};

/// The size that the window has at first, and the least it can have, in logical pixels.
pub(crate) const USUAL: LogicalSize<f64> = LogicalSize::new(880.0, 640.0);
pub(crate) const LEAST: LogicalSize<f64> = LogicalSize::new(420.0, 520.0);

/// What the window's frame may take around the page, in logical pixels: no system tells it before the window is there.
const FRAME: LogicalSize<f64> = LogicalSize::new(8.0, 40.0);

/// Where a window is and how large.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Placement {
    /// The frame's corner, in pixels of the desktop. Wayland tells nobody, so it is nought there and moves nothing.
    x: i32,
    y: i32,
    /// The page's size in logical pixels, which a screen of another density shows as large.
    width: f64,
    height: f64,
    #[serde(default)]
    maximized: bool,
}

/// The part of a screen that windows may be on, in pixels of the desktop.
#[derive(Clone, Copy, Debug)]
struct Area {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
    /// Pixels of the desktop to a logical one.
    scale: f64,
}

/// The main window's placement, and the small file that it is kept in.
pub(crate) struct Remembered {
    file: JsonFile,
    last: Mutex<Option<Placement>>,
}

impl Remembered {
    /// In `window.json` in this folder; neither need exist.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        let file = JsonFile::new(folder.join("window.json"), words::file_window);
        // A file that cannot be read tells nothing, and is not worth telling of: the next end writes a new one.
        let last = fs::read(file.path()).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self { file, last: Mutex::new(last) }
    }

    /// The size to open the window in.
    pub(crate) fn size(&self, handle: &AppHandle) -> LogicalSize<f64> {
        self.now(handle).map_or(USUAL, |placement| LogicalSize::new(placement.width, placement.height))
    }

    /// Brings a window that is not shown yet to where it was; one that was nowhere stays where it is.
    pub(crate) fn restore(&self, window: &WebviewWindow) {
        let Some(placement) = self.now(window.app_handle()) else { return };
        // Whatever of it a desktop refuses, the window is there.
        let _ = window.set_position(PhysicalPosition::new(placement.x, placement.y));
        if placement.maximized {
            let _ = window.maximize();
        }
    }

    /// The window was moved, or its size has changed.
    pub(crate) fn note(&self, window: &WebviewWindow) {
        let mut last = self.last.lock();
        if let Some(placement) = look(window, *last) {
            *last = Some(placement);
        }
    }

    /// Writes it down, at the end.
    pub(crate) fn keep(&self) {
        if let Some(placement) = *self.last.lock() {
            // Where it cannot be written the window opens as it did before: nothing to keep a person from ending.
            let _ = self.file.write(&placement);
        }
    }

    fn now(&self, handle: &AppHandle) -> Option<Placement> {
        let last = *self.last.lock();
        let screens: Vec<Area> = handle.available_monitors().ok()?.iter().map(Area::of).collect();
        last?.within(&screens)
    }
}

/// Where a window is now. `None` where it cannot be told, and while nobody sees it.
fn look(window: &WebviewWindow, before: Option<Placement>) -> Option<Placement> {
    if !window.is_visible().ok()? || window.is_minimized().ok()? || window.is_fullscreen().ok()? {
        return None;
    }
    if window.is_maximized().ok()? {
        // What it goes back to is what it was before.
        return before.map(|placement| Placement { maximized: true, ..placement });
    }
    let PhysicalPosition { x, y } = window.outer_position().ok()?;
    let LogicalSize { width, height } = window.inner_size().ok()?.to_logical::<f64>(window.scale_factor().ok()?);
    Some(Placement { x, y, width, height, maximized: false })
}

impl Area {
    fn of(monitor: &Monitor) -> Self {
        let area = monitor.work_area();
        Self {
            x: area.position.x,
            y: area.position.y,
            width: area.size.width,
            height: area.size.height,
            scale: monitor.scale_factor(),
        }
    }

    /// How many pixels of it a window would cover.
    fn covered_by(&self, placement: &Placement) -> i64 {
        let (width, height) = placement.pixels(self.scale);
        shared(self.x, self.width, placement.x, width) * shared(self.y, self.height, placement.y, height)
    }
}

impl Placement {
    /// The same, moved and made smaller so that all of it is on the screen that most of it was on. `None` where none of it
    /// would be seen: the window then opens in the middle, as at the first time.
    fn within(self, screens: &[Area]) -> Option<Self> {
        let screen = screens.iter().max_by_key(|screen| screen.covered_by(&self))?;
        if screen.covered_by(&self) == 0 {
            return None;
        }
        let fits = |pixels: u32, frame: f64, least: f64| (f64::from(pixels) / screen.scale - frame).max(least);
        let size = Self {
            width: self.width.clamp(LEAST.width, fits(screen.width, FRAME.width, LEAST.width)),
            height: self.height.clamp(LEAST.height, fits(screen.height, FRAME.height, LEAST.height)),
            ..self
        };
        let (width, height) = size.pixels(screen.scale);
        Some(Self {
            x: moved_in(screen.x, screen.width, self.x, width),
            y: moved_in(screen.y, screen.height, self.y, height),
            ..size
        })
    }

    /// The size with its frame, in pixels of a desktop.
    fn pixels(&self, scale: f64) -> (u32, u32) {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a file may say anything, and a cast ends at the bounds"
        )]
        let pixels = |logical: f64, frame: f64| ((logical + frame) * scale).round() as u32;
        (pixels(self.width, FRAME.width), pixels(self.height, FRAME.height))
    }
}

/// How much two stretches have in common.
fn shared(one: i32, length: u32, other: i32, other_length: u32) -> i64 {
    let end = (i64::from(one) + i64::from(length)).min(i64::from(other) + i64::from(other_length));
    (end - i64::from(one.max(other))).max(0)
}

/// Where a stretch has to begin to be inside of another: what is longer begins where that begins.
fn moved_in(start: i32, length: u32, wanted: i32, wanted_length: u32) -> i32 {
    let last = i64::from(start) + (i64::from(length) - i64::from(wanted_length)).max(0);
    i32::try_from(i64::from(wanted).clamp(i64::from(start), last)).unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Area = Area { x: 0, y: 0, width: 1280, height: 900, scale: 1.0 };
    const BESIDE: Area = Area { x: 1280, y: -100, width: 3840, height: 2160, scale: 2.0 };

    fn at(x: i32, y: i32) -> Placement {
        Placement { x, y, width: 880.0, height: 640.0, maximized: false }
    }

    #[test]
    fn a_window_that_is_on_a_screen_stays_where_it_was() {
        assert_eq!(at(100, 50).within(&[SCREEN]), Some(at(100, 50)));
        assert_eq!(at(1400, 200).within(&[SCREEN, BESIDE]), Some(at(1400, 200)));
    }

    #[test]
    fn one_that_was_on_a_screen_that_is_gone_opens_as_at_the_first_time() {
        assert_eq!(at(1400, 200).within(&[SCREEN]), None);
        assert_eq!(at(0, -700).within(&[SCREEN]), None);
        assert_eq!(at(i32::MIN, i32::MAX).within(&[SCREEN]), None);
        assert_eq!(at(0, 0).within(&[]), None);
    }

    #[test]
    fn one_that_is_partly_off_the_screen_is_moved_onto_it() {
        assert_eq!(at(1000, -30).within(&[SCREEN]), Some(at(1280 - 888, 0)));
        assert_eq!(at(-200, 700).within(&[SCREEN]), Some(at(0, 900 - 680)));
        assert_eq!(at(4000, 1900).within(&[SCREEN, BESIDE]), Some(at(1280 + 3840 - 2 * 888, 2060 - 2 * 680)));
    }

    #[test]
    fn one_that_is_larger_than_the_screen_is_made_as_large_as_that_and_never_smaller_than_it_can_be() {
        let large = Placement { width: 3000.0, height: 2000.0, ..at(-500, -500) };
        assert_eq!(large.within(&[SCREEN]), Some(Placement { width: 1272.0, height: 860.0, ..at(0, 0) }));
        let tiny = Placement { width: 1.0, height: -7.0, ..at(10, 10) };
        assert_eq!(tiny.within(&[SCREEN]), Some(Placement { width: 420.0, height: 520.0, ..at(10, 10) }));
        let low = Area { width: 400, height: 300, ..SCREEN };
        assert_eq!(at(50, 50).within(&[low]), Some(Placement { width: 420.0, height: 520.0, ..at(0, 0) }));
    }

    #[test]
    fn what_a_file_says_is_read_and_one_that_says_nothing_of_use_is_as_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let last = |text: &str| {
            fs::write(folder.path().join("window.json"), text).expect("written");
            *Remembered::in_folder(folder.path()).last.lock()
        };
        assert_eq!(last(r#"{"x":1,"y":2,"width":880.0,"height":640.0}"#), Some(at(1, 2)));
        assert_eq!(last(r#"{"x":1e999}"#), None);
        assert_eq!(last(""), None);
    }
}
