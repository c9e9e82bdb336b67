//! What a person sees of windows while they come: one look at the display after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use x11rb::connection::Connection;

use crate::picture::{self, Area};

/// Of as many pixels, one is looked at. No line of a window has a multiple of it.
const EACH: usize = 97;

/// A look at the windows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// When, since the watching began.
    pub at: Duration,
    /// The share of what the windows cover that is rather light than dark, from 0 to 1.
    pub light: f64,
}

/// Looks at a display, time and again. Ends when dropped.
#[derive(Debug)]
pub struct Frames {
    ended: Arc<AtomicBool>,
    looking: Option<JoinHandle<Result<Vec<Frame>>>>,
}

impl Frames {
    /// Begins to look.
    ///
    /// # Errors
    /// Where the display does not answer.
    pub fn watch(display: &str) -> Result<Self> {
        let (connection, root) = picture::connect(display)?;
        let ended = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&ended);
        let began = Instant::now();
        let looking = std::thread::spawn(move || {
            let mut frames: Vec<Frame> = Vec::new();
            while !until.load(Ordering::Acquire) {
                if let Some(light) = look(&connection, root)? {
                    frames.push(Frame { at: began.elapsed(), light });
                }
                std::thread::sleep(Duration::from_millis(2));
            }
            Ok(frames)
        });
        Ok(Self { ended, looking: Some(looking) })
    }

    /// Ends, and tells what was seen since the first window came.
    ///
    /// # Errors
    /// Where the display did not answer any more.
    pub fn end(mut self) -> Result<Vec<Frame>> {
        self.ended.store(true, Ordering::Release);
        let looking = self.looking.take().map(JoinHandle::join);
        looking.unwrap_or(Ok(Ok(Vec::new()))).map_err(|_| anyhow!("the looking failed"))?
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Release);
    }
}

/// `None` while there is no window.
fn look(connection: &impl Connection, root: u32) -> Result<Option<f64>> {
    let Some(part) = picture::areas(connection, root)?.into_iter().reduce(Area::around) else { return Ok(None) };
    // One that has just been closed leaves nothing to see.
    let Ok(bytes) = picture::bytes(connection, root, part) else { return Ok(None) };
    let (pixels, _) = bytes.as_chunks::<4>();
    // A look takes a moment itself, so not at each.
    let (mut light, mut looked) = (0_u32, 0_u32);
    for [one, other, third, _] in pixels.iter().step_by(EACH) {
        looked += 1;
        light += u32::from(u32::from(*one) + u32::from(*other) + u32::from(*third) > 3 * 128);
    }
    Ok(Some(f64::from(light) / f64::from(looked.max(1))))
}
