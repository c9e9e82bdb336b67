//! The file with a private key, chosen in a dialog of GTK's own: neither its path nor what is in it comes to the page.

use keybearer_core::failure::Failure;
use tauri::AppHandle;
use zeroize::Zeroizing;

#[cfg(target_os = "linux")]
pub(crate) use self::linux::choose;

/// There is no such dialog yet.
///
/// # Errors
/// [`Failure::Computer`], always.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn choose(_: &AppHandle) -> Result<Option<Zeroizing<String>>, Failure> {
    Err(Failure::Computer(keybearer_core::words::err_no_file_dialog()))
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        fs::OpenOptions,
        io::{self, Read},
        os::unix::fs::OpenOptionsExt,
        path::{Path, PathBuf},
    };

    use gtk::{FileChooserAction, ResponseType, prelude::*};
    use keybearer_core::{signing::PrivateKeyProblem, words};
    use rustix::fs::OFlags;
    use tokio::{
        sync::oneshot::{self, Sender},
        task::spawn_blocking,
    };

    use super::{AppHandle, Failure, Zeroizing};
    use crate::window;

    /// A file that is larger is no private key, in bytes.
    const LARGEST: usize = 64 << 10;

    /// Asks for a file, and reads it. `None` where the person chose none.
    ///
    /// # Errors
    /// [`Failure::PrivateKey`] for a file that is too large or no text; [`Failure::File`] where it cannot be read.
    pub(crate) async fn choose(handle: &AppHandle) -> Result<Option<Zeroizing<String>>, Failure> {
        let (answer, answered) = oneshot::channel();
        let on = handle.clone();
        let no_dialog = || Failure::Computer(words::err_no_file_dialog());
        handle.run_on_main_thread(move || open(&on, answer)).map_err(|_| no_dialog())?;
        // Gone without an answer, with the whole app perhaps.
        let Some(path) = answered.await.unwrap_or_default() else { return Ok(None) };
        spawn_blocking(move || read(&path)).await.unwrap_or_else(|_| Err(no_dialog())).map(Some)
    }

    fn open(handle: &AppHandle, answer: Sender<Option<PathBuf>>) {
        let parent = window::main(handle).and_then(|window| window.gtk_window().ok());
        let title = words::key_file_title().to_string();
        let dialog = gtk::FileChooserDialog::new(Some(&title), parent.as_ref(), FileChooserAction::Open);
        dialog.add_button(&words::confirm_cancel().to_string(), ResponseType::Cancel);
        dialog.add_button(&words::key_file_open().to_string(), ResponseType::Accept);
        dialog.set_default_response(ResponseType::Accept);
        dialog.set_modal(true);
        // What was opened is nothing to be offered by other programs.
        dialog.set_local_only(true);
        dialog.set_role("key-file");
        let answer = std::cell::Cell::new(Some(answer));
        dialog.connect_response(move |dialog, response| {
            let path = if response == ResponseType::Accept { dialog.filename() } else { None };
            if let Some(answer) = answer.take() {
                let _ = answer.send(path);
            }
            dialog.close();
        });
        dialog.show_all();
        dialog.present();
    }

    fn read(path: &Path) -> Result<Zeroizing<String>, Failure> {
        let unread = |error: &io::Error| Failure::File(words::err_key_file(error.to_string()));
        // A pipe or a device would have nobody at its other end, or never end.
        let mut options = OpenOptions::new();
        let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
        let mut file = options.read(true).custom_flags(flags).open(path).map_err(|error| unread(&error))?;
        let is_file = file.metadata().map_err(|error| unread(&error))?.is_file();
        if !is_file {
            return Err(Failure::File(words::err_key_file_special()));
        }
        // With room for all of it, since one that grows leaves its old contents behind.
        let mut bytes = Zeroizing::new(vec![0; LARGEST + 1]);
        let mut length = 0;
        while length < bytes.len() {
            match file.read(&mut bytes[length..]) {
                Ok(0) => break,
                Ok(read) => length += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unread(&error)),
            }
        }
        if length > LARGEST {
            return Err(Failure::PrivateKey(PrivateKeyProblem::TooLarge(LARGEST >> 10)));
        }
        let text = str::from_utf8(&bytes[..length]).map_err(|_| Failure::PrivateKey(PrivateKeyProblem::NoPem))?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    #[cfg(test)]
    mod tests {
        use std::fs;

        use super::*;

        #[test]
        fn a_text_is_read_whole_and_nothing_else() {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("key.pem");
            fs::write(&path, "-----BEGIN").expect("written");
            assert_eq!(read(&path).expect("a text").as_str(), "-----BEGIN");
            for (bytes, problem) in [
                (vec![b'x'; LARGEST + 1], PrivateKeyProblem::TooLarge(64)),
                (vec![0xff, 0xfe], PrivateKeyProblem::NoPem),
            ] {
                fs::write(&path, bytes).expect("written");
                assert_eq!(read(&path), Err(Failure::PrivateKey(problem)));
            }
            for special in [folder.path(), Path::new("/dev/zero"), Path::new("/dev/null")] {
                assert_eq!(read(special), Err(Failure::File(words::err_key_file_special())), "{}", special.display());
            }
            assert!(matches!(read(&folder.path().join("none")), Err(Failure::File(_))));
        }

        #[test]
        fn a_pipe_keeps_nobody_waiting() {
            let folder = tempfile::tempdir().expect("a folder");
            let pipe = folder.path().join("pipe");
            rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).expect("a pipe");
            assert_eq!(read(&pipe), Err(Failure::File(words::err_key_file_special())));
        }
    }
}
