//! Clipboard programs that keep a history, by the names of their processes.

/// A clipboard program.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Program {
    /// What people call it.
    pub name: &'static str,
    /// Whether it leaves out what is marked as a secret.
    pub leaves_secrets_out: bool,
    /// The name of its process, of which Linux tells the first 15 bytes.
    process: &'static str,
}

const fn program(process: &'static str, name: &'static str, leaves_secrets_out: bool) -> Program {
    Program { name, leaves_secrets_out, process }
}

/// Of those that Debian 12 has, all but Klipper ignore the mark: their binaries do not know of it.
const KNOWN: [Program; 15] = [
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
];

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
    fn each_name_is_one_that_linux_tells_whole() {
        assert!(KNOWN.iter().all(|program| program.process.len() <= 15));
    }
}
