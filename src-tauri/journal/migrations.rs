//! The journal's file: opened durably, brought to the present version, and set aside where it is damaged.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use keybearer_core::{
    failure::Failure,
    json_file::make_own_folder,
    words::{self, Message},
};
use rusqlite::{Connection, Error, ErrorCode, OpenFlags, ffi};

use super::{place, rows::MIGRATIONS};

/// How long one that is just ending may take to let go of the file.
const A_MOMENT: Duration = Duration::from_millis(500);

/// Opens the file, and sets a damaged one aside, which is told beside it.
pub(super) fn open(path: &Path) -> Result<(Connection, Option<Failure>), Failure> {
    if let Some(folder) = path.parent() {
        make_own_folder(folder).map_err(|error| refused(path, words::verbatim(error.to_string())))?;
    }
    match attempt(path) {
        Ok(connection) => Ok((connection, None)),
        Err(Problem::Damaged(error)) => {
            let aside = set_aside(path).map_err(|error| refused(path, words::verbatim(error.to_string())))?;
            let connection = attempt(path).map_err(|problem| problem.told(path))?;
            let shown = |path: &Path| path.display().to_string();
            let told = words::journal_damaged(shown(&aside), shown(path), error.to_string());
            Ok((connection, Some(Failure::File(told))))
        }
        Err(problem) => Err(problem.told(path)),
    }
}

enum Problem {
    Damaged(Error),
    Newer(i64),
    InUse,
    Other(Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged(error),
            Some(ErrorCode::DatabaseBusy) => Self::InUse,
            _ => Self::Other(error),
        }
    }
}

impl Problem {
    fn told(&self, path: &Path) -> Failure {
        match self {
            Self::Newer(version) => refused(path, words::journal_newer(*version)),
            // What SQLite calls busy may also be a file system that has no locks.
            Self::InUse => {
                let unlockable = place::unlockable(path).map(words::journal_unlockable);
                refused(path, unlockable.unwrap_or_else(words::journal_in_use))
            }
            Self::Damaged(error) | Self::Other(error) => refused(path, why(error)),
        }
    }
}

fn attempt(path: &Path) -> Result<Connection, Problem> {
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(A_MOMENT)?;
    // One Keybearer at a time: two would each look for what the other has under way. The system lifts it however we end.
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    // What is committed outlives a power failure.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is forgotten is overwritten.
    connection.pragma_update(None, "secure_delete", true)?;
    let sound: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if sound != "ok" {
        let code = ffi::Error::new(ffi::SQLITE_CORRUPT);
        return Err(Problem::Damaged(Error::SqliteFailure(code, Some(sound))));
    }
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let Some(missing) = usize::try_from(version).ok().and_then(|version| MIGRATIONS.get(version..)) else {
        return Err(Problem::Newer(version));
    };
    for (step, migration) in missing.iter().enumerate() {
        let transaction = connection.transaction()?;
        transaction.execute_batch(migration)?;
        let version = version + i64::try_from(step).unwrap_or_default() + 1;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    // A file that can be read and not written would be found out only when a key is asked for.
    connection.execute_batch("BEGIN EXCLUSIVE; ROLLBACK")?;
    Ok(connection)
}

/// Renames the file to a name that is free, and what SQLite keeps beside it.
fn set_aside(path: &Path) -> std::io::Result<PathBuf> {
    let free = |number: u32| {
        let aside = path.with_extension(format!("broken-{number}.sqlite"));
        (!aside.exists()).then_some(aside)
    };
    let aside = (1..1000).find_map(free).ok_or(std::io::ErrorKind::AlreadyExists)?;
    fs::rename(path, &aside)?;
    let beside = |path: &Path| path.with_extension("sqlite-journal");
    if beside(path).exists() {
        fs::rename(beside(path), beside(&aside))?;
    }
    Ok(aside)
}

/// Does something after which nothing of what was there before is to be found, in the file that SQLite keeps beside it for
/// going back either. At other times that file keeps its room, so that what happens to a key that was asked for can be
/// written down on a disk that is full by then.
pub(super) fn leaving_nothing<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Error>,
) -> Result<T, Error> {
    let keep_at_most = |bytes: i64| connection.pragma_update(None, "journal_size_limit", bytes);
    keep_at_most(0)?;
    let done = work(connection);
    keep_at_most(-1)?;
    done
}

fn refused(path: &Path, why: Message) -> Failure {
    Failure::File(words::journal_unusable(path.display().to_string(), why))
}

/// As a part of a sentence; in SQLite's words where it is nothing that happens to people.
pub(super) fn why(error: &Error) -> Message {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => words::journal_disk_full(),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => words::journal_read_only(),
        Some(ErrorCode::CannotOpen) => words::journal_unopened(),
        _ => words::verbatim(error.to_string()),
    }
}
