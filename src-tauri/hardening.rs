//! What keeps a secret from staying in memory after its use, and others from looking while it is there.
//!
//! Rust's own memory is wiped by the program's allocator. This is about the rest of the process: the C libraries, the
//! system's dumps, and other programs of the same person.

#[cfg(target_os = "linux")]
use std::{
    env,
    ffi::{OsStr, OsString},
    os::unix::process::CommandExt,
    process::Command,
};

/// The variable through which glibc is told how to behave, when a program starts and never after.
#[cfg(target_os = "linux")]
const TUNABLES: &str = "GLIBC_TUNABLES";

/// Each freed piece of memory is overwritten. Without the second, those that are kept at hand for the same thread are not.
#[cfg(target_os = "linux")]
const WIPES_WHAT_IS_FREED: &str = "glibc.malloc.perturb=85:glibc.malloc.tcache_count=0";

/// Starts the program anew, as the same process, where that is needed for the C libraries to wipe what they free. To be
/// called before anything else, while nothing is open yet.
///
/// Where it cannot be done the program goes on as it is.
pub fn wipe_what_c_frees() {
    #[cfg(target_os = "linux")]
    {
        let there = env::var_os(TUNABLES).unwrap_or_default();
        if tunes_wiping(&there) {
            return;
        }
        let Ok(program) = env::current_exe() else { return };
        let mut arguments = env::args_os();
        let mut command = Command::new(program);
        if let Some(name) = arguments.next() {
            command.arg0(name);
        }
        command.args(arguments).env(TUNABLES, tuned(there));
        // It returns only where it fails.
        drop(command.exec());
    }
}

/// No core dump of this process or of those that it starts, and no look into its memory for other programs of the same
/// person: debuggers, `/proc/PID/mem`. Returns what the system refused, in words.
pub fn close() -> Vec<&'static str> {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
        let mut refused = Vec::new();
        // Inherited by the web engine's processes, which the second is not.
        if setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).is_err() {
            refused.push("core dumps could not be switched off");
        }
        if set_dumpable_behavior(DumpableBehavior::NotDumpable).is_err() {
            refused.push("the process could not be closed to debuggers");
        }
        refused
    }
    #[cfg(not(target_os = "linux"))]
    Vec::new()
}

#[cfg(target_os = "linux")]
fn tunes_wiping(tunables: &OsStr) -> bool {
    // At the end, where it counts whatever the person has tuned before.
    tunables.to_string_lossy().ends_with(WIPES_WHAT_IS_FREED)
}

#[cfg(target_os = "linux")]
fn tuned(mut there: OsString) -> OsString {
    if !there.is_empty() {
        there.push(":");
    }
    // The last one counts.
    there.push(WIPES_WHAT_IS_FREED);
    there
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_the_person_has_tuned_stays_and_what_wipes_is_added_once() {
        assert_eq!(tuned(OsString::new()), OsStr::new(WIPES_WHAT_IS_FREED));
        let both = tuned("glibc.malloc.arena_max=2".into());
        assert!(both.to_string_lossy().starts_with("glibc.malloc.arena_max=2:glibc.malloc.perturb="));
        assert!(tunes_wiping(&both) && !tunes_wiping(OsStr::new("glibc.malloc.perturb=85")));
        let unwiped = tuned("glibc.malloc.perturb=0".into());
        assert!(tunes_wiping(&unwiped), "it would start itself anew again and again");
    }
}
