//! The folders of a desktop.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::process::{give, person, unless_gone};

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

/// What the names of homes begin with.
const PREFIX: &str = "keybearer-";

/// Makes a home with all its folders, which is the person's.
pub(crate) fn make() -> Result<TempDir> {
    let home = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
    for (_, folder) in FOLDERS {
        fs::create_dir_all(home.path().join(folder))?;
    }
    fs::set_permissions(home.path().join("runtime"), fs::Permissions::from_mode(0o700))?;
    give(home.path())?;
    Ok(home)
}

/// Whether a folder is the home of a desktop.
pub(crate) fn is_one(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX)) && folder.join("runtime").is_dir()
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
        let told = || format!("{} could not be read", folder.display());
        let Some(entries) = unless_anothers(&folder, fs::read_dir(&folder)).with_context(told)? else { continue };
        for entry in entries {
            let path = entry?.path();
            let told = || format!("{} could not be read", path.display());
            let Some(kind) = unless_gone(fs::symlink_metadata(&path)).with_context(told)? else { continue };
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && kind.modified()? >= since {
                let content = unless_anothers(&path, fs::read(&path)).with_context(told)?.unwrap_or_default();
                if wanted(&content) {
                    found.push(path);
                }
            }
        }
    }
    Ok(found)
}

/// What somebody else keeps to themselves, as the system does in the computer's temporary folders, is none of the app's:
/// it can be written there no more than read. What is the person's own has to be read.
fn unless_anothers<T>(path: &Path, result: io::Result<T>) -> io::Result<Option<T>> {
    let result = unless_gone(result);
    let refused = result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied);
    if refused && fs::symlink_metadata(path).is_ok_and(|there| there.uid() != person()) {
        return Ok(None);
    }
    result
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

    #[test]
    fn what_another_keeps_to_themselves_is_passed_by_and_what_is_the_persons_own_is_not() {
        let home = make().unwrap();
        let refused = || io::Result::<()>::Err(io::ErrorKind::PermissionDenied.into());
        assert!(unless_anothers(Path::new("/proc/1/mem"), refused()).unwrap().is_none());
        assert!(unless_anothers(home.path(), refused()).is_err());
        assert!(unless_anothers(home.path(), io::Result::<()>::Err(io::ErrorKind::InvalidData.into())).is_err());
        assert!(unless_anothers(&home.path().join("gone"), fs::read(home.path().join("gone"))).unwrap().is_none());
    }
}
