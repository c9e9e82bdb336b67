//! What was found, in words.

use keybearer_core::{
    failure::{ClipboardProblem, Failure},
    words::{self, Message},
};

use super::{Closed, Facts, Histories, Holds, Keyring, Lock, Memory, Protection, Screen, Swap};
use crate::clipboard::Clearing;
use crate::clipboard::programs::Program;

/// Whether it holds, what was found, and what one can do about it.
type Found = (Holds, Message, Option<Message>);

/// All of it, in the order in which a token meets it.
pub(super) fn all(facts: &Facts) -> Vec<Protection> {
    let all = [
        (words::protect_keyring(), keyring(&facts.keyring)),
        (words::protect_screen(), screen(facts.screen)),
        (words::protect_history(), histories(&facts.histories)),
        (words::protect_clearing(), clearing(&facts.clearing)),
        (words::protect_lock(), lock(facts.lock)),
        (words::protect_memory(), memory(facts.memory)),
        (words::protect_process(), closed(facts.closed)),
    ];
    all.into_iter().map(|(what, (holds, found, advice))| Protection { what, holds, found, advice }).collect()
}

fn keyring(keyring: &Keyring) -> Found {
    match keyring {
        Keyring::Open => (Holds::Yes, words::protect_keyring_open(), None),
        Keyring::Locked => {
            (Holds::Partly, words::protect_keyring_locked(), Some(words::protect_keyring_locked_advice()))
        }
        Keyring::Unmade => (Holds::Partly, words::protect_keyring_unmade(), None),
        Keyring::KeePassXc => {
            (Holds::Partly, words::protect_keyring_keepassxc(), Some(words::protect_keyring_keepassxc_advice()))
        }
        Keyring::Unencrypted => {
            (Holds::No, words::protect_keyring_unencrypted(), Some(words::protect_keyring_unencrypted_advice()))
        }
        Keyring::Absent(why) => {
            let found = words::protect_keyring_absent(
                why.as_deref()
                    .map_or_else(words::protect_keyring_refuses, |why| words::verbatim(why.trim_end_matches('.'))),
            );
            (Holds::No, found, Some(words::protect_keyring_absent_advice()))
        }
    }
}

fn screen(screen: Screen) -> Found {
    match screen {
        Screen::LeftOut => (Holds::Partly, words::protect_screen_left_out(), None),
        Screen::X11 => (Holds::No, words::protect_screen_x11(), Some(words::protect_copy_instead())),
        Screen::Wayland => {
            (Holds::Partly, words::protect_screen_wayland(), Some(words::protect_screen_wayland_advice()))
        }
        Screen::Unknown => (Holds::No, words::protect_screen_unknown(), Some(words::protect_copy_instead())),
    }
}

/// Programs, as a sentence names them.
struct Named {
    count: usize,
    names: Message,
}

impl Named {
    /// Those of which this is so; `None` where there are none.
    fn those(programs: &[Program], which: fn(&&Program) -> bool) -> Option<Self> {
        let names = || programs.iter().filter(which).map(|program| words::verbatim(program.name));
        Some(Self { count: names().count(), names: names().reduce(words::both)? })
    }
}

fn histories(histories: &Histories) -> Found {
    match histories {
        Histories::Untold => (Holds::Partly, words::protect_history_untold(), None),
        Histories::Running(programs) => running(programs),
    }
}

fn running(programs: &[Program]) -> Found {
    let keeping = Named::those(programs, |program| program.has_history && !program.leaves_secrets_out);
    if let Some(Named { count, names }) = Named::those(programs, |program| program.is_joined) {
        let joined = words::protect_history_joined(count, names);
        let found = match keeping {
            Some(Named { count, names }) => words::sentences(joined, words::protect_history_also(count, names)),
            None => joined,
        };
        return (Holds::No, found, Some(words::protect_history_joined_advice()));
    }
    if let Some(Named { count, names }) = keeping {
        let found = words::protect_history_kept(count, names);
        return (Holds::No, found, Some(words::protect_history_kept_advice()));
    }
    if let Some(Named { count, names }) = Named::those(programs, |program| !program.has_history) {
        let found = words::protect_history_taken_over(count, names);
        return (Holds::Partly, found, Some(words::protect_history_taken_over_advice()));
    }
    if let Some(Named { count, names }) = Named::those(programs, |program| program.leaves_secrets_out) {
        let found = words::protect_history_left_out(count, names);
        return (Holds::Partly, found, Some(words::protect_history_left_out_advice()));
    }
    (Holds::Partly, words::protect_history_none(), None)
}

fn clearing(clearing: &Clearing) -> Found {
    match clearing {
        Clearing::Anytime => (Holds::Yes, words::protect_clearing_anytime(), None),
        Clearing::WhenFocused => {
            (Holds::Partly, words::protect_clearing_focused(), Some(words::protect_clearing_focused_advice()))
        }
        Clearing::Never(ClipboardProblem::Untrusted) => (Holds::No, words::protect_clearing_untrusted(), None),
        Clearing::Never(problem) => (Holds::No, Failure::Clipboard(problem.clone()).message(), None),
    }
}

fn lock(lock: Lock) -> Found {
    let and_then = |found| words::sentences(found, words::protect_lock_then());
    match (lock.session, lock.sleep) {
        (true, true) => (Holds::Yes, and_then(words::protect_lock_both()), None),
        (true, false) => (Holds::Partly, and_then(words::protect_lock_session()), None),
        (false, _) => (Holds::No, words::protect_lock_none(), Some(words::protect_lock_none_advice())),
    }
}

fn memory(memory: Memory) -> Found {
    match (memory.locked, memory.swap) {
        (true, Swap::Nowhere) => (Holds::Yes, words::protect_memory_locked(), None),
        (false, Swap::Nowhere) => (Holds::Yes, words::protect_memory_no_swap(), None),
        (true, Swap::Encrypted) => (Holds::Yes, words::protect_memory_locked_encrypted(), None),
        (false, Swap::Encrypted) => {
            (Holds::Partly, words::protect_memory_encrypted(), Some(words::protect_lock_more_memory()))
        }
        (true, Swap::Disk | Swap::Untold) => {
            (Holds::Partly, words::protect_memory_locked_disk(), Some(words::protect_memory_locked_disk_advice()))
        }
        (false, Swap::Disk | Swap::Untold) => {
            (Holds::No, words::protect_memory_disk(), Some(words::protect_memory_disk_advice()))
        }
    }
}

fn closed(closed: Closed) -> Found {
    gaps(closed).unwrap_or_else(|| without_gaps(closed))
}

fn gaps(closed: Closed) -> Option<Found> {
    let mut gaps = Vec::new();
    if !closed.debuggers {
        gaps.push(words::protect_process_debuggers());
    }
    if !closed.dumps {
        gaps.push(words::protect_process_dumps());
    }
    if !closed.wiped {
        gaps.push(words::protect_process_unwiped());
    }
    Some((Holds::No, gaps.into_iter().reduce(words::sentences)?, None))
}

fn without_gaps(closed: Closed) -> Found {
    if closed.driven {
        let advice = words::protect_process_driven_advice();
        return (Holds::Partly, words::protect_process_driven(), Some(advice));
    }
    let and = |page| words::sentences(words::protect_process_closed(words::token_read()), page);
    if closed.pages {
        (Holds::Yes, and(words::protect_process_page_closed()), None)
    } else {
        (Holds::Partly, and(words::protect_process_page_open()), Some(words::protect_copy_instead()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clipboard::programs;

    fn of(names: &[&str]) -> Found {
        histories(&Histories::Running(programs::among(names.iter().copied())))
    }

    #[test]
    fn a_program_that_keeps_secrets_counts_though_another_leaves_them_out() {
        let both = of(&["klipper", "copyq"]);
        assert_eq!((both.0, both.1), (Holds::No, words::protect_history_kept(1_usize, words::verbatim("CopyQ"))));
        let left_out = words::protect_history_left_out(1_usize, words::verbatim("Klipper"));
        assert_eq!(of(&["klipper"]).1, left_out);
        let takes_over = of(&["wl-clip-persist", "klipper"]);
        let found = words::protect_history_taken_over(1_usize, words::verbatim("wl-clip-persist"));
        assert_eq!((takes_over.0, takes_over.1), (Holds::Partly, found));
        let joined = of(&["kdeconnectd", "copyq"]);
        let found = words::sentences(
            words::protect_history_joined(1_usize, words::verbatim("KDE Connect")),
            words::protect_history_also(1_usize, words::verbatim("CopyQ")),
        );
        assert_eq!((joined.0, joined.1), (Holds::No, found));
        assert_eq!(joined.2, Some(words::protect_history_joined_advice()));
        assert_eq!(of(&["autocutsel"]).0, Holds::Partly);
        // None is known to run, which is not to say that none does.
        assert_eq!(of(&[]).0, Holds::Partly);
    }

    #[test]
    fn several_programs_are_named_in_one_sentence() {
        let told = of(&["copyq", "parcellite", "diodon"]).1.to_string();
        assert!(told.starts_with("CopyQ and Parcellite and Diodon are running and keep "), "{told}");
    }

    #[test]
    fn swap_counts_only_where_memory_is_moved_to_a_disk_as_it_is() {
        let holds = |locked, swap| memory(Memory { locked, swap }).0;
        assert_eq!(holds(true, Swap::Nowhere), Holds::Yes);
        assert_eq!(holds(false, Swap::Nowhere), Holds::Yes);
        assert_eq!(holds(true, Swap::Encrypted), Holds::Yes);
        assert_eq!(holds(true, Swap::Disk), Holds::Partly);
        assert_eq!(holds(false, Swap::Disk), Holds::No);
        assert_eq!(holds(false, Swap::Untold), Holds::No);
    }

    #[test]
    fn one_gap_is_enough_for_the_process_not_to_be_called_closed() {
        let all = Closed { dumps: true, debuggers: true, wiped: true, pages: true, driven: false };
        assert_eq!(closed(all).0, Holds::Yes);
        assert_eq!(closed(Closed { dumps: false, ..all }).0, Holds::No);
        assert_eq!(closed(Closed { debuggers: false, ..all }).0, Holds::No);
        assert_eq!(closed(Closed { wiped: false, ..all }).0, Holds::No);
        assert_eq!(closed(Closed { pages: false, ..all }).0, Holds::Partly);
        assert_eq!(closed(Closed { driven: true, ..all }).0, Holds::Partly);
    }

    #[test]
    fn why_there_is_no_keyring_is_told() {
        let told = keyring(&Keyring::Absent(Some("The name is not activatable.".to_owned())));
        assert_eq!(told.0, Holds::No);
        assert_eq!(told.1, words::protect_keyring_absent(words::verbatim("The name is not activatable")));
    }

    #[test]
    fn where_nothing_holds_there_is_something_to_do() {
        for told in [
            keyring(&Keyring::Absent(None)),
            screen(Screen::X11),
            of(&["copyq"]),
            lock(Lock { session: false, sleep: false }),
            memory(Memory { locked: false, swap: Swap::Disk }),
        ] {
            assert!(told.0 == Holds::No && told.2.is_some(), "{told:?}");
        }
    }
}
