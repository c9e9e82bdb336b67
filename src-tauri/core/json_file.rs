//! Small JSON files of Keybearer's own, which the person may edit: read whole, replaced whole, and set aside rather than
//! lost where they cannot be read. One that a newer Keybearer wrote, in another format, is neither.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error},
};
use serde_json::Value;

use crate::{
    failure::Failure,
    words::{self, Message},
};

/// The format that is written and understood. The first needs no number in the file; every later one writes it there, as
/// `"version"`, so that an older Keybearer tells it from a mistake.
const FORMAT: u64 = 1;

pub struct JsonFile {
    path: PathBuf,
    /// What is true while it cannot be read: one sentence.
    otherwise: fn() -> Message,
}

impl JsonFile {
    /// The file need not be there yet, nor its folder.
    pub fn new(path: PathBuf, otherwise: fn() -> Message) -> Self {
        Self { path, otherwise }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds; `None` where it is not there.
    ///
    /// # Errors
    /// [`Failure::File`] with line and column where it is malformed: it is then set aside under another name, so that
    /// the next writing destroys nothing. Also where it cannot be read at all, or was written by a newer Keybearer; it is
    /// left as it is then.
    pub fn read<T: DeserializeOwned>(&self) -> Result<Option<T>, Failure> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.told(words::file_unreadable(self.shown(), error.to_string()))),
        };
        self.refuse_newer(&bytes)?;
        match serde_json::from_slice(&bytes) {
            Ok(contents) => Ok(Some(contents)),
            Err(error) => {
                let (path, why) = (self.shown(), error.to_string());
                Err(self.told(match self.set_aside() {
                    Ok(aside) => words::file_malformed(aside.display().to_string(), path, why),
                    Err(refused) => words::file_malformed_left(path, refused.to_string(), why),
                }))
            }
        }
    }

    /// Replaces what it holds. Written beside and renamed, so that a full disk or a crash leaves the old file whole.
    ///
    /// # Errors
    /// [`Failure::File`], also where a newer Keybearer wrote what would be replaced.
    pub fn write<T: Serialize>(&self, contents: &T) -> Result<(), Failure> {
        // What cannot be read cannot be told from a mistake, and is to be replaced as one.
        self.refuse_newer(&fs::read(&self.path).unwrap_or_default())?;
        self.replace(contents).map_err(|error| Failure::File(words::file_unwritten(self.shown(), error.to_string())))
    }

    /// Removes it; fine where it is not there.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub fn remove(&self) -> Result<(), Failure> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Failure::File(words::file_unremoved(self.shown(), error.to_string())))
            }
            _ => Ok(()),
        }
    }

    fn refuse_newer(&self, bytes: &[u8]) -> Result<(), Failure> {
        let contents: Value = serde_json::from_slice(bytes).unwrap_or_default();
        match contents["version"].as_u64() {
            Some(version) if version > FORMAT => Err(self.told(words::file_newer(self.shown(), version))),
            _ => Ok(()),
        }
    }

    fn replace<T: Serialize>(&self, contents: &T) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            make_own_folder(folder)?;
        }
        let mut text = serde_json::to_vec_pretty(contents)?;
        text.push(b'\n');
        let beside = self.path.with_extension("json.new");
        let mut file = File::create(&beside)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(beside, &self.path)
    }

    /// Renames it to a name that is free.
    fn set_aside(&self) -> io::Result<PathBuf> {
        let free = |number: u32| {
            let aside = self.path.with_extension(format!("broken-{number}.json"));
            (!aside.exists()).then_some(aside)
        };
        let aside = (1..1000).find_map(free).ok_or(io::ErrorKind::AlreadyExists)?;
        fs::rename(&self.path, &aside)?;
        Ok(aside)
    }

    fn told(&self, problem: Message) -> Failure {
        Failure::File(words::sentences(problem, (self.otherwise)()))
    }

    fn shown(&self) -> String {
        self.path.display().to_string()
    }
}

/// For the `"version"` in a file whose other fields are all known by name: whoever writes it there makes no mistake.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Version;

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            FORMAT => Ok(Self),
            other => Err(D::Error::custom(words::file_no_version(other))),
        }
    }
}

/// Makes a folder of Keybearer's own, and keeps others out of it, where one of an earlier version let them in: names and ids
/// are in there. On Windows the folders of a home are open to nobody else anyway.
///
/// # Errors
/// Where it is not there, and cannot be made.
pub fn make_own_folder(folder: &Path) -> io::Result<()> {
    let mut make = fs::DirBuilder::new();
    make.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
        make.mode(0o700).create(folder)?;
        let mode = fs::metadata(folder)?.permissions().mode();
        if mode & 0o077 != 0 {
            // A file system without rights lets whom it lets.
            let _ = fs::set_permissions(folder, fs::Permissions::from_mode(mode & 0o700));
        }
        Ok(())
    }
    #[cfg(not(unix))]
    make.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &Path) -> JsonFile {
        JsonFile::new(folder.join("deep/numbers.json"), words::file_settings)
    }

    #[test]
    fn what_is_written_is_read_and_without_a_file_there_is_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = file(folder.path());
        assert_eq!(file.read::<Vec<u32>>(), Ok(None));
        file.write(&[1, 2]).expect("written");
        assert_eq!(file.read(), Ok(Some(vec![1, 2])));
        file.remove().and_then(|()| file.remove()).expect("removed");
        assert_eq!(file.read::<Vec<u32>>(), Ok(None));
    }

    #[test]
    fn a_malformed_file_is_told_with_line_and_column_and_set_aside_each_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = file(folder.path());
        file.write(&0).expect("written");
        for number in 1..=2 {
            let text = format!("[\n  {number}, two]");
            fs::write(file.path(), &text).expect("written");
            let told = file.read::<Vec<u32>>().expect_err("malformed").to_string();
            assert!(told.contains("line 2 column 7") && told.ends_with(&words::file_settings().to_string()), "{told}");
            let aside = folder.path().join(format!("deep/numbers.broken-{number}.json"));
            assert!(told.contains(&aside.display().to_string()), "{told}");
            assert_eq!(fs::read_to_string(aside).expect("set aside"), text);
            assert!(!file.path().exists());
        }
    }

    #[test]
    fn a_file_of_a_newer_version_is_told_and_neither_set_aside_nor_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = file(folder.path());
        file.write(&0).expect("written");
        let text = r#"{ "version": 2, "numbers": "another kind" }"#;
        fs::write(file.path(), text).expect("written");
        let refused = [file.read::<Vec<u32>>().map(drop), file.write(&[3])];
        let newer = words::sentences(words::file_newer(file.shown(), 2_u8), words::file_settings()).to_string();
        for told in refused.map(|refused| refused.expect_err("newer").to_string()) {
            assert_eq!(told, newer);
        }
        assert_eq!(fs::read_to_string(file.path()).expect("it is there"), text);
        assert_eq!(fs::read_dir(folder.path().join("deep")).expect("a folder").count(), 1);
        // The number alone says nothing of a file that is of this version.
        fs::write(file.path(), r#"{ "version": 1 }"#).expect("written");
        file.write(&[3]).expect("written");
        assert_eq!(file.read(), Ok(Some(vec![3])));
    }

    #[test]
    fn a_version_that_never_was_is_a_mistake() {
        assert_eq!(serde_json::from_str::<Version>("1").ok(), Some(Version));
        for text in ["0", "-1", "1.5", "\"1\"", "null"] {
            assert!(serde_json::from_str::<Version>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_written_is_told_with_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        // A file where the folder should be.
        fs::write(folder.path().join("deep"), "").expect("written");
        let told = file(folder.path()).write(&0).expect_err("refused").to_string();
        assert!(told.contains("numbers.json"), "{told}");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_looks_into_a_folder_that_is_made_or_was_there() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().expect("a folder");
        let there = home.path().join("there");
        fs::create_dir(&there).expect("made");
        fs::set_permissions(&there, fs::Permissions::from_mode(0o755)).expect("changed");
        for folder in [there, home.path().join("not/yet/there")] {
            let file = JsonFile::new(folder.join("settings.json"), words::file_settings);
            file.write(&serde_json::json!({})).expect("written");
            let mode = fs::metadata(&folder).expect("read").permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{}", folder.display());
        }
    }
}
