//! How long a window takes from its program's start until all of it is drawn.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use x11rb::connection::Connection;

use crate::picture;
use crate::process::Process;

/// A caret that blinks changes fewer pixels than this.
const A_CARET: usize = 400;

/// However slow.
const AT_MOST: Duration = Duration::from_secs(30);

/// Starts a program on a display on which nothing else changes, and looks at that, as often as it can, until nothing has changed for
/// as long as `settled`: how long it was from the start to the last change, and the program, which runs on.
///
/// # Errors
/// Where it cannot be started, or draws nothing.
pub fn until_complete(
    display: &str,
    settled: Duration,
    start: impl FnOnce() -> Result<Process>,
) -> Result<(Duration, Process)> {
    let (connection, root) = picture::connect(display)?;
    let whole = picture::area(&connection, root, root)?;
    let look = || picture::bytes(&connection, root, whole);
    let mut last = look()?;
    let began = Instant::now();
    let process = start()?;
    let mut complete = None;
    loop {
        let now = look()?;
        let at = began.elapsed();
        let changed = last.chunks_exact(4).zip(now.chunks_exact(4)).filter(|(before, after)| before != after).count();
        if changed > A_CARET {
            (complete, last) = (Some(at), now);
        }
        match complete {
            Some(complete) if at - complete > settled => return Ok((complete, process)),
            _ => ensure!(at < AT_MOST, "nothing was drawn, or it changes for ever"),
        }
        connection.flush()?;
        std::thread::sleep(Duration::from_millis(2));
    }
}
