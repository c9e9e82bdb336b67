//! Whether the journal's file is where it was, and can be locked: what SQLite itself does not tell.

use std::path::{Path, PathBuf};

use keybearer_core::words::{self, Message};

/// The file that was opened. As long as it is open the system gives its number to no other.
pub(super) struct Place {
    path: PathBuf,
    opened: Option<(u64, u64)>,
}

impl Place {
    /// Of a file that was just opened.
    pub(super) fn of(path: &Path) -> Self {
        Self { path: path.to_owned(), opened: number(path).ok() }
    }

    /// Why what is written would not be found there any more, as a part of a sentence: programs that keep folders the same
    /// on several computers replace files, and others clean up.
    pub(super) fn left(&self) -> Option<Message> {
        let path = self.path.display().to_string();
        match number(&self.path) {
            Ok(now) if self.opened == Some(now) => None,
            Ok(_) => Some(words::journal_replaced(path)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some(words::journal_moved(path)),
            // Whoever writes finds out what that means.
            Err(_) => None,
        }
    }
}

/// What tells a file from every other.
#[cfg(unix)]
fn number(path: &Path) -> std::io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let file = std::fs::metadata(path)?;
    Ok((file.dev(), file.ino()))
}

/// On Windows a file that is open can be neither replaced nor deleted: it is the same for as long as anybody asks.
#[cfg(not(unix))]
fn number(_: &Path) -> std::io::Result<(u64, u64)> {
    Ok((0, 0))
}

/// Why the system does not let a file be locked, in its own words; `None` where it does, or where another process has
/// locked it. Only to be asked of a file that this process has not open: it would lose its lock with that.
pub(super) fn unlockable(path: &Path) -> Option<String> {
    Some(can_be_locked(path).err()?.to_string())
}

/// Whether another process has the journal open. Only to be asked where this one has not.
#[must_use]
pub fn is_in_use(path: &Path) -> bool {
    matches!(can_be_locked(path), Ok(false))
}

/// Whether a file can be locked, or another process has locked it; the error is why the system does not let it be. What
/// cannot be opened has nobody who could have.
#[cfg(unix)]
fn can_be_locked(path: &Path) -> std::io::Result<bool> {
    use rustix::{
        fs::{FlockOperation, fcntl_lock},
        io::Errno,
    };
    let Ok(file) = std::fs::OpenOptions::new().read(true).write(true).open(path) else { return Ok(true) };
    match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::AGAIN) => Ok(false),
        Err(refused) => Err(refused.into()),
    }
}

/// Elsewhere nothing is looked for: what SQLite says stands.
#[cfg(not(unix))]
fn can_be_locked(_: &Path) -> std::io::Result<bool> {
    Ok(true)
}
