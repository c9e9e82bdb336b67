//! Who owns X11's clipboard: whoever's program it is, the server knows its process.

use std::{fs, process};

use x11rb::protocol::{
    res::{ClientIdMask, ClientIdSpec, ConnectionExt as _},
    xproto::{AtomEnum, ConnectionExt as _},
};

use super::{programs, x11::X11};

/// What a program is called that tells nothing of itself.
const NAMELESS: &str = "Another program";

/// The longest name that is told, in letters.
const LONGEST: usize = 40;

/// The program that owns the clipboard.
pub(super) struct Taker {
    /// What people call it, where that is known, or the name of its process or its window.
    pub(super) name: String,
    /// It keeps, takes over or passes on whatever is copied: no vault of anybody's.
    pub(super) is_known: bool,
}

impl X11 {
    /// The program that owns the clipboard; `None` where nobody does, or this one.
    pub(super) fn taker(&self) -> Option<Taker> {
        let window = self.owner().filter(|window| *window != x11rb::NONE)?;
        let process = self.process_of(window);
        if process == Some(process::id()) {
            return None;
        }
        let told = process.and_then(name_of_process).or_else(|| self.class_of(window));
        let Some(told) = told.map(|name| printable(&name)).filter(|name| !name.is_empty()) else {
            return Some(Taker { name: NAMELESS.to_owned(), is_known: false });
        };
        let known = programs::among([told.as_str()].into_iter());
        let name = known.first().map_or(told, |known| known.name.to_owned());
        Some(Taker { name, is_known: !known.is_empty() })
    }

    /// The process that a window is of, where it is one of this computer's.
    fn process_of(&self, window: u32) -> Option<u32> {
        // Without that the server takes the question for one of an older client, which knows no processes.
        self.connection.res_query_version(1, 2).ok()?.reply().ok()?;
        let asked = ClientIdSpec { client: window, mask: ClientIdMask::LOCAL_CLIENT_PID };
        let told = self.connection.res_query_client_ids(&[asked]).ok()?.reply().ok()?;
        told.ids.iter().find_map(|id| id.value.first().copied()).filter(|process| *process != 0)
    }

    /// The class that a program has given its window.
    fn class_of(&self, window: u32) -> Option<String> {
        let asked = self.connection.get_property(false, window, AtomEnum::WM_CLASS, AtomEnum::STRING, 0, 64).ok()?;
        // Its instance and its class, each with a zero at the end.
        let class = asked.reply().ok()?.value;
        let last = class.split(|byte| *byte == 0).rfind(|part| !part.is_empty())?;
        Some(String::from_utf8_lossy(last).into_owned())
    }
}

/// Of a process of anybody's.
fn name_of_process(process: u32) -> Option<String> {
    let name = fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
    Some(programs::process_name(name.trim_end(), || fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default()))
}

/// A program may call itself anything.
fn printable(name: &str) -> String {
    name.chars().filter(|letter| letter.is_ascii_graphic() || letter.is_alphanumeric()).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_nothing_in_it_that_could_be_taken_for_more() {
        assert_eq!(printable("par\u{202e}cel\nlite\0"), "parcellite");
        assert_eq!(printable(&"x".repeat(500)).len(), LONGEST);
    }

    #[test]
    fn a_process_of_anybodys_is_known_by_its_name() {
        assert!(name_of_process(process::id()).is_some_and(|name| !name.is_empty()));
        assert_eq!(name_of_process(u32::MAX), None);
    }
}
