//! Looks at what there is on this computer.

use std::sync::atomic::{AtomicBool, Ordering};

use keybearer_core::locked_memory::LockedText;

use crate::{
    clipboard::{self, Clearing, programs::Program},
    session_lock::Listening,
};

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Facts {
    pub keyring: Keyring,
    pub screen: Screen,
    pub histories: Histories,
    /// When the clipboard can be cleared.
    pub clearing: Clearing,
    /// What the system tells of.
    pub lock: Lock,
    pub memory: Memory,
    /// Who can look into this process.
    pub closed: Closed,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Keyring {
    /// There is a keyring, unlocked.
    Open,
    Locked,
    /// There is one, unlocked, and it is KeePassXC.
    KeePassXc,
    /// There is a service for keyrings, and no keyring in it.
    Unmade,
    /// There is one that takes nothing encrypted.
    Unencrypted,
    /// None answers; why, as far as the system says.
    Absent(Option<String>),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Screen {
    /// The system is asked to leave the token's window out of pictures.
    LeftOut,
    /// Every program may take pictures.
    X11,
    /// Programs have to ask.
    Wayland,
    Unknown,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Histories {
    /// These programs are running.
    Running(Vec<Program>),
    /// The system does not tell.
    Untold,
}

/// Whether the system tells of these, and is listened to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lock {
    pub session: bool,
    /// The computer goes to sleep, and waits until a token is cleared.
    pub sleep: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Memory {
    /// The system keeps their memory from being moved to the disk.
    pub locked: bool,
    /// Where memory is moved to.
    pub swap: Swap,
}

/// Where memory is moved to when it gets scarce.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Swap {
    /// Nowhere, or to memory.
    Nowhere,
    /// To an encrypted disk.
    Encrypted,
    /// To a disk or a file of which nothing better is known.
    Disk,
    /// The system does not tell.
    Untold,
}

/// Who can look into this process.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Closed {
    /// No core dump is written, of this process or of those that it starts.
    pub dumps: bool,
    /// Debuggers and readers of memory are refused.
    pub debuggers: bool,
    /// C libraries wipe what they free.
    pub wiped: bool,
    /// Into the page's processes only those can look who started them.
    pub pages: bool,
    /// It was started to be driven by another program.
    pub driven: bool,
}

impl Facts {
    /// Looks. Blocking.
    pub(super) fn find_out(screen: Screen, listening: &Listening) -> Self {
        Self {
            keyring: system::keyring(),
            screen,
            histories: system::histories(),
            clearing: clipboard::clearing(),
            lock: system::lock(listening),
            memory: Memory { locked: LockedText::new("tried out").is_locked(), swap: system::swap() },
            closed: system::closed(driven()),
        }
    }
}

fn is(listened_to: &AtomicBool) -> bool {
    listened_to.load(Ordering::Relaxed)
}

/// Whether another program may drive the window, as whoever started this one wished.
fn driven() -> bool {
    std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some_and(|value| value == "true")
}

#[cfg(target_os = "linux")]
mod system {
    use std::{fs, path::Path, time::Duration};

    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};
    use zbus::{
        blocking::{Proxy, connection::Builder, fdo::DBusProxy},
        zvariant::OwnedObjectPath,
    };

    use super::{Closed, Histories, Keyring, Lock, Swap, is};
    use crate::{
        clipboard::running,
        hardening,
        keyring::secret_service,
        session_lock::{self, Listening},
    };
    use keybearer_core::failure::KeyringProblem;

    /// As long as another program may take to answer.
    const PATIENCE: Duration = Duration::from_secs(5);

    const SECRETS: &str = "org.freedesktop.secrets";

    pub(super) fn keyring() -> Keyring {
        look_at_keyring().unwrap_or_else(|error| match error {
            zbus::Error::MethodError(_, Some(why), _) => Keyring::Absent(Some(why)),
            error => Keyring::Absent(Some(error.to_string())),
        })
    }

    fn look_at_keyring() -> zbus::Result<Keyring> {
        let bus = Builder::session()?.method_timeout(PATIENCE).build()?;
        let service = Proxy::new(&bus, SECRETS, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service")?;
        let default: OwnedObjectPath = service.call("ReadAlias", &"default")?;
        if secret_service::is_encrypted() == Err(KeyringProblem::Unencrypted) {
            return Ok(Keyring::Unencrypted);
        }
        if default.as_str() == "/" {
            return Ok(Keyring::Unmade);
        }
        let keyring = Proxy::new(&bus, SECRETS, default, "org.freedesktop.Secret.Collection")?;
        if keyring.get_property("Locked")? {
            return Ok(Keyring::Locked);
        }
        Ok(if secret_service::is_keepassxc() { Keyring::KeePassXc } else { Keyring::Open })
    }

    pub(super) fn histories() -> Histories {
        running::programs().map_or(Histories::Untold, Histories::Running)
    }

    /// By what is listened to, and whether there is somebody who would tell.
    pub(super) fn lock(listening: &Listening) -> Lock {
        let there = |builder: zbus::Result<Builder<'_>>, name: &str| -> zbus::Result<bool> {
            let bus = builder?.method_timeout(PATIENCE).build()?;
            Ok(DBusProxy::new(&bus)?.name_has_owner(name.try_into()?)?)
        };
        let logind = is(&listening.logind) && there(Builder::system(), session_lock::LOGIND).unwrap_or(false);
        let screen_saver = || {
            let mut names = session_lock::SCREEN_SAVERS.iter();
            is(&listening.screen_savers) && names.any(|name| there(Builder::session(), name).unwrap_or(false))
        };
        Lock { session: logind || screen_saver(), sleep: logind && is(&listening.delays_sleep) }
    }

    pub(super) fn swap() -> Swap {
        let Ok(table) = fs::read_to_string("/proc/swaps") else { return Swap::Untold };
        swap_of(&table, |device| fs::read_to_string(Path::new("/sys/block").join(device).join("dm/uuid")).ok())
    }

    /// From the kernel's table, whose first line is its head; `mapped` gives the id of a mapped device.
    fn swap_of(table: &str, mapped: impl Fn(&str) -> Option<String>) -> Swap {
        let places = table.lines().skip(1).filter_map(|line| line.split_whitespace().next());
        let mut found = Swap::Nowhere;
        for place in places {
            let device = place.strip_prefix("/dev/");
            // Compressed, in memory.
            if device.is_some_and(|device| device.starts_with("zram")) {
                continue;
            }
            if !device.and_then(&mapped).is_some_and(|id| id.starts_with("CRYPT-")) {
                return Swap::Disk;
            }
            found = Swap::Encrypted;
        }
        found
    }

    pub(super) fn closed(driven: bool) -> Closed {
        let core = getrlimit(Resource::Core);
        let scope = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").ok();
        Closed {
            dumps: core.current == Some(0) && core.maximum == Some(0),
            debuggers: dumpable_behavior() == Ok(DumpableBehavior::NotDumpable),
            wiped: hardening::c_wipes_what_it_frees(),
            pages: scope.and_then(|scope| scope.trim().parse::<u8>().ok()).is_some_and(|scope| scope > 0),
            driven,
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        const HEAD: &str = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";

        #[test]
        fn swap_is_what_the_worst_of_its_places_is() {
            let mapped = |device: &str| (device == "dm-1").then(|| "CRYPT-PLAIN-swap".to_owned());
            for (places, swap) in [
                ("", Swap::Nowhere),
                ("/dev/zram0 partition 100 0 5\n", Swap::Nowhere),
                ("/dev/dm-1 partition 100 0 -2\n", Swap::Encrypted),
                ("/dev/dm-0 partition 100 0 -2\n", Swap::Disk),
                ("/dev/sda2 partition 100 0 -2\n/dev/dm-1 partition 100 0 -3\n", Swap::Disk),
                ("/swapfile file 100 0 -2\n", Swap::Disk),
            ] {
                assert_eq!(swap_of(&format!("{HEAD}{places}"), mapped), swap, "{places}");
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::{Closed, Histories, Keyring, Lock, Swap, is};
    use crate::session_lock::Listening;

    pub(super) fn keyring() -> Keyring {
        // An entry that nobody ever made: whether it is missed tells that the keyring answers.
        let asked = keyring::v1::Entry::new(keybearer_core::APP_ID, "asked whether it is there");
        match asked.and_then(|entry| entry.inner.get_secret()) {
            Ok(_) | Err(keyring_core::Error::NoEntry) => Keyring::Open,
            // Not told as it is: some of these errors hold what was read.
            Err(_) => Keyring::Absent(None),
        }
    }

    pub(super) fn histories() -> Histories {
        Histories::Untold
    }

    pub(super) fn lock(listening: &Listening) -> Lock {
        Lock { session: is(&listening.logind) || is(&listening.screen_savers), sleep: is(&listening.delays_sleep) }
    }

    pub(super) fn swap() -> Swap {
        Swap::Untold
    }

    pub(super) fn closed(driven: bool) -> Closed {
        Closed { dumps: false, debuggers: false, wiped: false, pages: false, driven }
    }
}
