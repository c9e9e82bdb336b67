//! The folders of a desktop.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Result, ensure};
use tempfile::TempDir;

/// The variables that name folders in the home, each with the folder's name.
const FOLDERS: [(&str, &str); 7] = [
    ("HOME", ""),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_CONFIG_DIRS", "system-config"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_RUNTIME_DIR", "runtime"),
];

/// Makes a home with all its folders.
pub(crate) fn make() -> Result<TempDir> {
    let home = tempfile::Builder::new().prefix("keybearer-").tempdir()?;
    for (_, folder) in FOLDERS {
        fs::create_dir_all(home.path().join(folder))?;
    }
    fs::set_permissions(home.path().join("runtime"), fs::Permissions::from_mode(0o700))?;
    Ok(home)
}

/// Tells a command of the folders.
pub(crate) fn apply(home: &Path, command: &mut Command) {
    for (variable, folder) in FOLDERS {
        command.env(variable, home.join(folder));
    }
}

/// Every file that has these bytes in it; sockets and pipes have none.
pub(crate) fn files_with(home: &Path, bytes: &[u8]) -> Result<Vec<PathBuf>> {
    ensure!(!bytes.is_empty(), "there is nothing to look for");
    files_where(home, SystemTime::UNIX_EPOCH, |content| content.windows(bytes.len()).any(|part| part == bytes))
}

/// Every file below a folder that was written since then, and whose content is as wanted; sockets and pipes have none.
pub(crate) fn files_where(folder: &Path, since: SystemTime, wanted: impl Fn(&[u8]) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in unless_gone(fs::read_dir(folder))?.into_iter().flatten() {
            let path = entry?.path();
            let Some(kind) = unless_gone(fs::symlink_metadata(&path))? else { continue };
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && kind.modified()? >= since {
                let content = unless_gone(fs::read(&path))?.unwrap_or_default();
                if wanted(&content) {
                    found.push(path);
                }
            }
        }
    }
    Ok(found)
}

/// A running app may remove what was seen a moment ago.
fn unless_gone<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn tells_in_which_of_its_files_something_stands() {
        let home = make().unwrap();
        let file = home.path().join("cache/deep");
        fs::write(&file, "a needle in hay").unwrap();
        let _socket = UnixListener::bind(home.path().join("runtime/needle")).unwrap();
        assert_eq!(files_with(home.path(), b"needle").unwrap(), [file]);
        assert!(files_with(home.path(), b"no needle").unwrap().is_empty());
        assert!(files_with(home.path(), b"").is_err());
    }
}
