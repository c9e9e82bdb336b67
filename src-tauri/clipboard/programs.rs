//! What is known of programs that keep, take over or pass on what is copied, by the names of their processes.

#![cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "elsewhere no processes are looked for"))]

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Program {
    pub name: &'static str,
    /// Whether it leaves out what is marked as a secret.
    pub leaves_secrets_out: bool,
    /// Whether it keeps a history, rather than the last copy alone.
    pub has_history: bool,
    /// Whether it has the clipboard in common with another computer, or another system on this one.
    pub is_joined: bool,
    /// The name of its process, of which Linux tells the first 15 bytes.
    process: &'static str,
}

impl Program {
    /// Whether a secret that is copied stays with it, or goes to another computer.
    pub(crate) fn keeps_secrets(&self) -> bool {
        self.is_joined || (self.has_history && !self.leaves_secrets_out)
    }
}

const fn program(process: &'static str, name: &'static str, leaves_secrets_out: bool) -> Program {
    Program { name, leaves_secrets_out, has_history: true, is_joined: false, process }
}

const fn joined(process: &'static str, name: &'static str) -> Program {
    Program { name, leaves_secrets_out: false, has_history: false, is_joined: true, process }
}

/// Of those that Debian 12 has, all but Klipper ignore the mark: their binaries do not know of it.
const KNOWN: [Program; 68] = [
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
    // Joins the selections and the cut buffers of one display.
    Program { has_history: false, ..program("autocutsel", "autocutsel", false) },
    program("fcitx5", "Fcitx 5", false),
    // Extensions of GNOME Shell, which run inside it.
    program("shell:gpaste", "GPaste", false),
    program("shell:indicator", "Clipboard Indicator", false),
    program("shell:pano", "Pano", false),
    program("shell:history", "Clipboard History", false),
    joined("VBoxClient", "VirtualBox"),
    joined("VirtualBoxVM", "VirtualBox"),
    joined("spice-vdagent", "SPICE"),
    joined("remote-viewer", "Virt Viewer"),
    joined("virt-viewer", "Virt Viewer"),
    joined("virt-manager", "Virtual Machine Manager"),
    joined("gnome-boxes", "GNOME Boxes"),
    joined("vmtoolsd", "VMware Tools"),
    joined("vmware-user", "VMware Tools"),
    joined("vmware-vmx", "VMware"),
    joined("vncconfig", "VNC"),
    joined("Xvnc", "VNC"),
    joined("Xtigervnc", "VNC"),
    joined("x0tigervncserve", "VNC"),
    joined("x0vncserver", "VNC"),
    joined("x11vnc", "VNC"),
    joined("wayvnc", "VNC"),
    joined("krfb", "VNC"),
    joined("vncviewer", "VNC"),
    joined("xtigervncviewer", "VNC"),
    joined("xrdp-chansrv", "xrdp"),
    joined("gnome-remote-de", "GNOME Remote Desktop"),
    joined("xfreerdp", "FreeRDP"),
    joined("xfreerdp3", "FreeRDP"),
    joined("wlfreerdp", "FreeRDP"),
    joined("rdesktop", "rdesktop"),
    joined("remmina", "Remmina"),
    joined("vinagre", "Vinagre"),
    joined("krdc", "KRDC"),
    joined("x2goagent", "X2Go"),
    joined("x2goclient", "X2Go"),
    joined("nxagent", "NX"),
    joined("TeamViewer", "TeamViewer"),
    joined("anydesk", "AnyDesk"),
    joined("rustdesk", "RustDesk"),
    joined("kdeconnectd", "KDE Connect"),
    joined("wineserver", "Wine"),
    joined("wineserver64", "Wine"),
    joined("synergy-core", "Synergy"),
    joined("synergyc", "Synergy"),
    joined("synergys", "Synergy"),
    joined("barrierc", "Barrier"),
    joined("barriers", "Barrier"),
    joined("input-leapc", "Input Leap"),
    joined("input-leaps", "Input Leap"),
    joined("deskflow-core", "Deskflow"),
];

/// Extensions of GNOME Shell by the beginning of their folders' names, and what they are known by here.
const EXTENSIONS: [(&str, &str); 4] = [
    ("GPaste@", "shell:gpaste"),
    ("clipboard-indicator@", "shell:indicator"),
    ("pano@", "shell:pano"),
    ("clipboard-history@", "shell:history"),
];

/// What an extension of GNOME Shell is known by, of the folder of this name.
pub(crate) fn extension(folder: &str) -> Option<&'static str> {
    EXTENSIONS.iter().find(|(name, _)| folder.starts_with(name)).map(|(_, known)| *known)
}

/// What a process is known by: its name, or the plugin that it runs for Xfce's panel, which calls each of them
/// `panel-12-…` and names it only among the arguments.
pub(crate) fn process_name(name: &str, arguments: impl FnOnce() -> Vec<u8>) -> String {
    let is_clipman = |arguments: Vec<u8>| arguments.windows(7).any(|part| part == b"clipman");
    if name.starts_with("panel-") && is_clipman(arguments()) { "xfce4-clipman".to_owned() } else { name.to_owned() }
}

/// Those among processes of these names, each once.
pub(crate) fn among<'a>(processes: impl Iterator<Item = &'a str>) -> Vec<Program> {
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
    fn extensions_and_joined_computers_are_known() {
        let names =
            ["fcitx5", "kdeconnectd", "Xtigervnc", "vncconfig", extension("pano@elhan.io").expect("it is known")];
        let found = among(names.into_iter());
        let told: Vec<_> = found.iter().map(|program| (program.name, program.is_joined)).collect();
        assert_eq!(told, [("Fcitx 5", false), ("KDE Connect", true), ("VNC", true), ("Pano", false)]);
        assert_eq!(extension("dash-to-dock@micxgx.gmail.com"), None);
    }

    #[test]
    fn what_keeps_a_secret_or_passes_it_on_is_told_from_what_leaves_it_out_or_has_the_last_copy_alone() {
        let found = among(["copyq", "klipper", "autocutsel", "kdeconnectd", "wl-clip-persist"].into_iter());
        let keeping: Vec<&str> =
            found.iter().filter(|program| program.keeps_secrets()).map(|program| program.name).collect();
        assert_eq!(keeping, ["CopyQ", "KDE Connect"]);
    }

    #[test]
    fn each_name_is_one_that_linux_tells_whole() {
        assert!(KNOWN.iter().all(|program| program.process.len() <= 15));
    }
}
