//! Clipboard programs that keep a history, by the names of their processes.

/// A clipboard program.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Program {
    /// What people call it.
    pub name: &'static str,
    /// Whether it leaves out what is marked as a secret.
    pub leaves_secrets_out: bool,
    /// Whether it keeps a history, rather than the last copy alone.
    pub has_history: bool,
    /// The name of its process, of which Linux tells the first 15 bytes.
    process: &'static str,
}

const fn program(process: &'static str, name: &'static str, leaves_secrets_out: bool) -> Program {
    Program { name, leaves_secrets_out, has_history: true, process }
}

/// Of those that Debian 12 has, all but Klipper ignore the mark: their binaries do not know of it.
const KNOWN: [Program; 16] = [
    program("plasmashell", "Klipper", true),
    program("klipper", "Klipper", true),
    program("copyq", "CopyQ", false),
    program("xfce4-clipman", "Clipman", false),
    program("clipman", "clipman", false),
    program("parcellite", "Parcellite", false),
    program("diodon", "Diodon", false),
    program("clipit", "ClipIt", false),
    program("gpaste-daemon", "GPaste", false),
    program("qlipper", "Qlipper", false),
    program("clipmenud", "clipmenu", false),
    program("greenclip", "greenclip", false),
    program("clipcatd", "clipcat", false),
    program("clipse", "clipse", false),
    program("cliphist", "cliphist", false),
    // Serves what others copied, so that it outlives them.
    Program { has_history: false, ..program("wl-clip-persist", "wl-clip-persist", false) },
];

/// What a process is known by: its name, or the plugin that it runs for Xfce's panel, which calls each of them
/// `panel-12-…` and names it only among the arguments.
pub(super) fn process_name(name: &str, arguments: impl FnOnce() -> Vec<u8>) -> String {
    let is_clipman = |arguments: Vec<u8>| arguments.windows(7).any(|part| part == b"clipman");
    if name.starts_with("panel-") && is_clipman(arguments()) { "xfce4-clipman".to_owned() } else { name.to_owned() }
}

/// Those among processes of these names, each once.
pub(super) fn among<'a>(processes: impl Iterator<Item = &'a str>) -> Vec<Program> {
    let mut found: Vec<Program> = Vec::new();
    for process in processes {
        // A program that watches for others, one of which is started anew for each copy.
        let process = if process == "wl-paste" { "cliphist" } else { process };
        if let Some(program) = KNOWN.iter().find(|known| known.process == process)
            && !found.iter().any(|other| other.name == program.name)
        {
            found.push(*program);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_known_by_its_process_and_told_once() {
        let found = among(["bash", "copyq", "copyq", "plasmashell", "klipper"].into_iter());
        let names: Vec<&str> = found.iter().map(|program| program.name).collect();
        assert_eq!(names, ["CopyQ", "Klipper"]);
        assert!(among(["bash", "keybearer"].into_iter()).is_empty());
    }

    #[test]
    fn a_plugin_of_a_panel_is_known_by_its_arguments() {
        let clipman = || b"wrapper-2.0\0/usr/lib/xfce4/panel/plugins/libclipman.so\x0012\0".to_vec();
        let found = among([process_name("panel-12-xfce4-", clipman).as_str()].into_iter());
        assert_eq!(found.first().map(|program| program.name), Some("Clipman"));
        assert_eq!(process_name("panel-13-clock", || b"wrapper-2.0\0libclock.so\0".to_vec()), "panel-13-clock");
        assert_eq!(process_name("bash", || panic!("nobody asked")), "bash");
    }

    #[test]
    fn each_name_is_one_that_linux_tells_whole() {
        assert!(KNOWN.iter().all(|program| program.process.len() <= 15));
    }
}
