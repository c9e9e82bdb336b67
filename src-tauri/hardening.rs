//! What keeps a secret from staying in memory after its use, and others from looking while it is there.
//!
//! Rust's own memory is wiped by the program's allocator. This is about the rest of the process: the C libraries, the
//! system's dumps, and other programs of the same person.

#[cfg(target_os = "linux")]
use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
};
use std::{hint::black_box, io, time::Duration};

#[cfg(target_os = "linux")]
use gtk::glib;
use tokio::runtime::Runtime;
use zeroize::Zeroize;

/// The variable through which glibc is told how to behave, when a program starts and never after.
#[cfg(target_os = "linux")]
const TUNABLES: &str = "GLIBC_TUNABLES";

/// Each freed piece of memory is overwritten. Without the second, those that are kept at hand for the same thread are not.
#[cfg(target_os = "linux")]
const WIPES_WHAT_IS_FREED: &str = "glibc.malloc.perturb=85:glibc.malloc.tcache_count=0";

/// The web engine's own variable and value by which it allocates as other C libraries do, for the processes that it starts. In
/// this one [`keybearer_wiping`] sees to it.
#[cfg(target_os = "linux")]
const ENGINE_ALLOCATES_LIKE_C: (&str, &str) = ("Malloc", "1");

/// More of the stack than anything here ever used that had a secret at hand, in bytes.
const STACK: usize = 128 << 10;

/// Lets the web engine allocate in such a way that what it frees is wiped: in this process, which [`keybearer_wiping`] sees to,
/// and in its own, which are told by their environment. To be called before anything else, while there are no other threads.
///
/// Where it cannot be done, the program goes on as it is, which [`crate::security_report`] tells.
pub fn wipe_what_c_frees() {
    #[cfg(target_os = "linux")]
    {
        let (engine, like_c) = ENGINE_ALLOCATES_LIKE_C;
        let _ = glib::setenv(engine, like_c, true);
        let _ = glib::setenv(TUNABLES, tuned(env::var_os(TUNABLES).unwrap_or_default()), true);
    }
}

/// Whether what C libraries free in this process is wiped.
#[cfg(target_os = "linux")]
pub(crate) fn c_wipes_what_it_frees() -> bool {
    keybearer_wiping::is_in_place()
}

/// No core dump of this process or of those that it starts, and no look into its memory for other programs of the same
/// person: debuggers, `/proc/PID/mem`. What the system refuses is found out where it is told, in [`crate::security_report`].
pub fn close() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
        // These two are inherited by the web engine's processes, which the third is not. A program that collects crashes is
        // handed a dump whatever the limit is: there is no memory in it then.
        let _ = fs::write("/proc/self/coredump_filter", "0");
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// Tells of a panic where it happened and nothing else: what it says of itself may have a text in it that is a secret.
pub fn keep_panics_short() {
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("keybearer: something failed that nobody foresaw, at {}", place_of(panic));
    }));
}

fn place_of(panic: &std::panic::PanicHookInfo<'_>) -> String {
    panic.location().map_or_else(|| "a place that is not known".to_owned(), ToString::to_string)
}

/// What work is done on that may have a secret at hand. Hash functions and compilers leave pieces of it on the stacks of
/// threads, where nothing writes over them while those have nothing to do; so each wipes its own before it rests or ends.
///
/// # Errors
/// Where the system gives no threads.
pub fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .on_thread_park(wipe_unused_stack)
        .on_thread_stop(wipe_unused_stack)
        // Threads for blocking work do not tell when they rest.
        .thread_keep_alive(Duration::from_millis(50))
        .build()
}

/// Overwrites what finished calls have left on this thread's stack.
#[inline(never)]
pub(crate) fn wipe_unused_stack() {
    let mut unused = [0_u8; STACK];
    unused.zeroize();
    black_box(&unused);
}

#[cfg(target_os = "linux")]
fn tunes_wiping(tunables: &OsStr) -> bool {
    // At the end, where it counts whatever the person has tuned before.
    tunables.to_string_lossy().ends_with(WIPES_WHAT_IS_FREED)
}

#[cfg(target_os = "linux")]
fn tuned(mut there: OsString) -> OsString {
    if !tunes_wiping(&there) {
        if !there.is_empty() {
            there.push(":");
        }
        // The last one counts.
        there.push(WIPES_WHAT_IS_FREED);
    }
    there
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{fs::File, os::unix::fs::FileExt, process::Command, time::Instant};

    use super::*;

    #[test]
    fn what_the_person_has_tuned_stays_and_what_wipes_is_added_once() {
        assert_eq!(tuned(OsString::new()), OsStr::new(WIPES_WHAT_IS_FREED));
        let both = tuned("glibc.malloc.arena_max=2".into());
        assert!(both.to_string_lossy().starts_with("glibc.malloc.arena_max=2:glibc.malloc.perturb="));
        assert!(tunes_wiping(&both) && !tunes_wiping(OsStr::new("glibc.malloc.perturb=85")));
        let unwiped = tuned("glibc.malloc.perturb=0".into());
        assert!(tunes_wiping(&unwiped));
        assert_eq!(tuned(unwiped.clone()), unwiped);
    }

    #[test]
    fn of_a_panic_its_place_alone_is_told() {
        const AGAIN: &str = "KEYBEARER_TEST_PANICS";
        if env::var_os(AGAIN).is_some() {
            keep_panics_short();
            panic!("{}", black_box("a secret"));
        }
        let this = "hardening::tests::of_a_panic_its_place_alone_is_told";
        let mut again = Command::new(env::current_exe().expect("this program"));
        let told = again.args(["--exact", this, "--nocapture"]).env(AGAIN, "1").output().expect("it can be started");
        let told = String::from_utf8_lossy(&told.stderr).into_owned();
        assert!(told.contains("nobody foresaw, at src-tauri/hardening.rs:") && !told.contains("a secret"), "{told}");
    }

    /// Leaves something on the stack: where, and how much.
    #[inline(never)]
    fn leave_something() -> (u64, usize) {
        let left = [0xA5_u8; STACK / 2];
        (black_box(&left).as_ptr() as u64, left.len())
    }

    /// How many bytes of it are there still.
    fn still_there((at, length): (u64, usize)) -> usize {
        let mut memory = vec![0; length];
        let own = File::open("/proc/self/mem").expect("its own memory");
        // The stack of a thread that ended may be gone altogether.
        let _ = own.read_exact_at(&mut memory, at);
        memory.iter().filter(|byte| **byte == 0xA5).count()
    }

    #[test]
    fn a_thread_that_rests_or_ends_has_nothing_left_on_its_stack() {
        let runtime = runtime().expect("a runtime");
        let left = runtime.block_on(async {
            let worker = tokio::spawn(async {
                let left = leave_something();
                assert!(still_there(left) > STACK / 4, "there is nothing to wipe");
                left
            });
            let blocking = tokio::task::spawn_blocking(leave_something);
            [worker.await.expect("it ends"), blocking.await.expect("it ends")]
        });
        let deadline = Instant::now() + Duration::from_secs(10);
        while left.iter().any(|left| still_there(*left) > 0) {
            assert!(Instant::now() < deadline, "{:?} bytes are there", left.map(still_there));
            std::thread::yield_now();
        }
    }
}
