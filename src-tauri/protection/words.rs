//! What was found, in words.

use super::{Clearing, Closed, Facts, Histories, Holds, Keyring, Lock, Memory, Protection, Screen, Swap};
use crate::{clipboard::programs::Program, failure::ClipboardProblem};

/// All of it, in the order in which a token meets it.
pub(super) fn all(facts: &Facts) -> Vec<Protection> {
    vec![
        keyring(&facts.keyring),
        screen(facts.screen),
        histories(&facts.histories),
        clearing(&facts.clearing),
        lock(facts.lock),
        memory(facts.memory),
        closed(facts.closed),
    ]
}

fn protection(what: &'static str, holds: Holds, found: impl Into<String>, advice: &str) -> Protection {
    Protection { what, holds, found: found.into(), advice: advice.to_owned() }
}

fn keyring(keyring: &Keyring) -> Protection {
    let what = "Keyring";
    match keyring {
        Keyring::Open => protection(
            what,
            Holds::Yes,
            "The system’s keyring answers and is unlocked. A sign-in token that you want remembered is kept there.",
            "",
        ),
        Keyring::Locked => protection(
            what,
            Holds::Partly,
            "The system’s keyring is there, but locked: no sign-in token can be kept or read before it is unlocked.",
            "Unlock it, or let your log-in do so.",
        ),
        Keyring::Unmade => protection(
            what,
            Holds::Partly,
            "The system has a service for keyrings, but no keyring yet. You are asked to make one, and for its password, \
             when the first sign-in token is to be remembered.",
            "",
        ),
        Keyring::KeePassXc => protection(
            what,
            Holds::Partly,
            "KeePassXC is your keyring, and is unlocked. A sign-in token that you want remembered is kept there. One that \
             is forgotten goes into its recycle bin, if its database has one, and one that is renewed into the history of \
             its entry.",
            "Empty both in KeePassXC, or do not let the sign-in be remembered.",
        ),
        Keyring::Unencrypted => protection(
            what,
            Holds::No,
            "The system’s keyring takes nothing encrypted, and your other programs could read along. Sign-in tokens are in \
             memory alone, and gone when Keybearer quits.",
            "Use another one, such as gnome-keyring or KWallet, or let KeePassXC be your Secret Service.",
        ),
        Keyring::Absent(why) => protection(
            what,
            Holds::No,
            format!(
                "No keyring answers ({}). Sign-in tokens are in memory alone, and gone when Keybearer quits.",
                why.trim_end_matches('.')
            ),
            "Install one, such as gnome-keyring or KWallet, or let KeePassXC be your Secret Service.",
        ),
    }
}

fn screen(screen: Screen) -> Protection {
    let what = "Screen capture";
    match screen {
        Screen::LeftOut => protection(
            what,
            Holds::Partly,
            "The system was asked to leave the token’s window out of screenshots and screen sharing. Whether it does, \
             Keybearer cannot tell.",
            "",
        ),
        Screen::X11 => protection(
            what,
            Holds::No,
            "On X11 every program of yours can take pictures of the screen, also while a token is shown.",
            "Use Copy, which needs no showing.",
        ),
        Screen::Wayland => protection(
            what,
            Holds::Partly,
            "On Wayland other programs see the screen only if your desktop lets them. A screen that you share shows the \
             token’s window too.",
            "Stop sharing before you press Show.",
        ),
        Screen::Unknown => protection(
            what,
            Holds::No,
            "Keybearer does not know this display, and takes it that every program can take pictures of it.",
            "Use Copy, which needs no showing.",
        ),
    }
}

fn histories(histories: &Histories) -> Protection {
    let what = "Clipboard history";
    let Histories::Running(programs) = histories else {
        let found = "This system does not tell which programs keep a history of what is copied. Each token is marked as \
                     a secret, which some of them leave out.";
        return protection(what, Holds::Partly, found, "");
    };
    let named = |which: fn(&&Program) -> bool| {
        programs.iter().filter(which).map(|program| program.name).collect::<Vec<_>>().join(" and ")
    };
    let keeping = named(|program| program.has_history && !program.leaves_secrets_out);
    let leaving_out = named(|program| program.has_history && program.leaves_secrets_out);
    let taking_over = named(|program| !program.has_history && !program.is_joined);
    let joined = named(|program| program.is_joined);
    if !joined.is_empty() {
        let others = if keeping.is_empty() {
            String::new()
        } else {
            format!(" {keeping} is running, too, and keeps what is copied in a history.")
        };
        let found = format!(
            "{joined} is running, and may have the clipboard in common with another computer or system. A token that you \
             copy is there as well then, and may stay there when the clipboard is cleared here.{others}"
        );
        return protection(what, Holds::No, found, "Switch the sharing of the clipboard off before you copy.");
    }
    if !keeping.is_empty() {
        let found = format!(
            "{keeping} is running, and keeps what is copied in a history, secrets too. A token that you copy stays in \
             there when the clipboard is cleared."
        );
        return protection(what, Holds::No, found, "Pause it before you copy, or remove the token from it afterwards.");
    }
    if !taking_over.is_empty() {
        let found = format!(
            "{taking_over} is running. It takes over what is copied, secrets too, until the clipboard is cleared or \
             something else is copied."
        );
        return protection(what, Holds::Partly, found, "Press Clear now before you copy a token out of your vault.");
    }
    if !leaving_out.is_empty() {
        let found = format!(
            "{leaving_out} is running. It leaves out what is marked as a secret, as each token is that Keybearer copies. \
             What other programs copy is not marked: a sign-in token out of your browser stays in its history, and so does \
             a token out of your vault."
        );
        return protection(what, Holds::Partly, found, "Remove those from its history once they are used.");
    }
    let found = "No program that is known to keep a history of what is copied is running. One that Keybearer does not \
                 know may be.";
    protection(what, Holds::Partly, found, "")
}

fn clearing(clearing: &Clearing) -> Protection {
    let what = "Clearing in the background";
    match clearing {
        Clearing::Anytime => protection(
            what,
            Holds::Yes,
            "The clipboard can be read and cleared at any time, whichever window you are in.",
            "",
        ),
        Clearing::WhenFocused => protection(
            what,
            Holds::Partly,
            "This desktop lets a program read and clear the clipboard only while you are in its window. A copied token \
             may stay until you come back to it.",
            "Come back to this window when the countdown ends: it is then cleared, and you are told.",
        ),
        Clearing::Never(problem) => protection(
            what,
            Holds::No,
            match problem {
                ClipboardProblem::Untrusted => {
                    "Other programs see nothing that Keybearer copies: this display trusts it only \
                     in part, as with ssh -X."
                        .to_owned()
                }
                ClipboardProblem::Unusable(why) => {
                    format!("The clipboard cannot be used here ({}).", why)
                }
                other => other.to_string(),
            },
            "",
        ),
    }
}

fn lock(lock: Lock) -> Protection {
    let what = "Lock and sleep";
    let then = "A token that is shown is hidden then, and one that is copied is cleared. A locker that tells nobody is not \
                noticed, such as swaylock or i3lock started by themselves. The time after which a held token is wiped \
                stands still while the computer sleeps.";
    match (lock.session, lock.sleep) {
        (true, true) => protection(
            what,
            Holds::Yes,
            format!("The system tells when the session is locked and before the computer sleeps. {then}"),
            "",
        ),
        (true, false) => protection(
            what,
            Holds::Partly,
            format!(
                "The system tells when the session is locked, but does not wait for Keybearer before the computer sleeps. \
                 {then}"
            ),
            "",
        ),
        (false, _) => protection(
            what,
            Holds::No,
            "The system tells neither when the session is locked nor when the computer goes to sleep. The time after which a \
             held token is wiped stands still while it sleeps.",
            "Press Clear now and Hide before you leave.",
        ),
    }
}

fn memory(memory: Memory) -> Protection {
    let what = "Memory and swap";
    let is_locked = "The memory that holds a token is kept from being moved to the disk.";
    let hibernation = "Hibernation writes all memory to the disk, this as well.";
    match (memory.locked, memory.swap) {
        (true, Swap::Nowhere) => {
            protection(what, Holds::Yes, format!("{is_locked} This computer does not move any memory there."), "")
        }
        (false, Swap::Nowhere) => protection(what, Holds::Yes, "This computer does not move memory to the disk.", ""),
        (true, Swap::Encrypted) => {
            let found = format!("{is_locked} What is moved there, is encrypted. {hibernation}");
            protection(what, Holds::Yes, found, "")
        }
        (false, Swap::Encrypted) => protection(
            what,
            Holds::Partly,
            "The memory that holds a token can be moved to the disk, where it is encrypted.",
            "Let programs lock more memory (ulimit -l).",
        ),
        (true, Swap::Disk | Swap::Untold) => protection(
            what,
            Holds::Partly,
            format!("{is_locked} What it passes through, for moments, is not. {hibernation}"),
            "Use an encrypted swap, and finish with a token before you hibernate.",
        ),
        (false, Swap::Disk | Swap::Untold) => protection(
            what,
            Holds::No,
            "The system refuses to keep the memory that holds a token from being moved to the disk.",
            "Let programs lock more memory (ulimit -l), or use an encrypted swap.",
        ),
    }
}

fn closed(closed: Closed) -> Protection {
    let what = "Debuggers and core dumps";
    let mut open = Vec::new();
    if !closed.debuggers {
        open.push("Your other programs can look into Keybearer’s memory.");
    }
    if !closed.dumps {
        open.push("A crash may write its memory to a file.");
    }
    let mut advice = "";
    if closed.privileged {
        open.push(
            "What libraries free is not wiped: the program’s file has capabilities, or the rights of another user or group, \
             and the system ignores then what Keybearer asks for.",
        );
        advice = "Quit, take them off the file (setcap -r, chmod u-s,g-s), and start it anew.";
    } else if !closed.wiped {
        open.push("What libraries free is not wiped.");
    }
    if !open.is_empty() {
        return protection(what, Holds::No, open.join(" "), advice);
    }
    if closed.driven {
        return protection(
            what,
            Holds::Partly,
            "Your other programs cannot look into Keybearer’s memory; but it was started so that another program can \
             drive its window.",
            "Quit, and start it without TAURI_WEBVIEW_AUTOMATION.",
        );
    }
    let kept = "Your other programs cannot look into Keybearer’s memory, and a crash writes none of it to a file. What a \
                screen reader is told they can read: of a shown token nothing, before you press “Let screen readers read it”.";
    if closed.pages {
        protection(what, Holds::Yes, format!("{kept} The process that draws a shown token is closed to them, too."), "")
    } else {
        protection(
            what,
            Holds::Partly,
            format!("{kept} They can look into the process that draws a shown token, while it is shown."),
            "Use Copy, which needs no showing.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clipboard::programs;

    fn running(names: &[&str]) -> Protection {
        histories(&Histories::Running(programs::among(names.iter().copied())))
    }

    #[test]
    fn a_program_that_keeps_secrets_counts_though_another_leaves_them_out() {
        let both = running(&["klipper", "copyq"]);
        assert_eq!(both.holds, Holds::No);
        assert!(both.found.starts_with("CopyQ is running"), "{both:?}");
        assert!(running(&["klipper"]).found.starts_with("Klipper is running. It leaves out"));
        let takes_over = running(&["wl-clip-persist", "klipper"]);
        assert_eq!(takes_over.holds, Holds::Partly);
        assert!(takes_over.found.starts_with("wl-clip-persist is running. It takes over"), "{takes_over:?}");
        let joined = running(&["kdeconnectd", "copyq"]);
        assert_eq!(joined.holds, Holds::No);
        assert!(joined.found.starts_with("KDE Connect is running, and may have"), "{joined:?}");
        assert!(joined.found.contains("CopyQ is running, too") && joined.advice.contains("off"), "{joined:?}");
        assert_eq!(running(&["autocutsel"]).holds, Holds::Partly);
        // None is known to run, which is not to say that none does.
        assert_eq!(running(&[]).holds, Holds::Partly);
    }

    #[test]
    fn swap_counts_only_where_memory_is_moved_to_a_disk_as_it_is() {
        let holds = |locked, swap| memory(Memory { locked, swap }).holds;
        assert_eq!(holds(true, Swap::Nowhere), Holds::Yes);
        assert_eq!(holds(false, Swap::Nowhere), Holds::Yes);
        assert_eq!(holds(true, Swap::Encrypted), Holds::Yes);
        assert_eq!(holds(true, Swap::Disk), Holds::Partly);
        assert_eq!(holds(false, Swap::Disk), Holds::No);
        assert_eq!(holds(false, Swap::Untold), Holds::No);
    }

    #[test]
    fn one_gap_is_enough_for_the_process_not_to_be_called_closed() {
        let all = Closed { dumps: true, debuggers: true, wiped: true, privileged: false, pages: true, driven: false };
        assert_eq!(closed(all).holds, Holds::Yes);
        assert_eq!(closed(Closed { dumps: false, ..all }).holds, Holds::No);
        assert_eq!(closed(Closed { debuggers: false, ..all }).holds, Holds::No);
        assert_eq!(closed(Closed { wiped: false, ..all }).holds, Holds::No);
        let privileged = closed(Closed { wiped: false, privileged: true, ..all });
        assert!(privileged.found.contains("has capabilities") && privileged.advice.contains("setcap -r"));
        assert_eq!(closed(Closed { pages: false, ..all }).holds, Holds::Partly);
        assert_eq!(closed(Closed { driven: true, ..all }).holds, Holds::Partly);
    }

    #[test]
    fn why_there_is_no_keyring_is_told() {
        let told = keyring(&Keyring::Absent("The name is not activatable.".to_owned()));
        assert_eq!(told.holds, Holds::No);
        assert!(told.found.starts_with("No keyring answers (The name is not activatable). "), "{told:?}");
    }

    #[test]
    fn where_nothing_holds_there_is_something_to_do() {
        for told in [
            keyring(&Keyring::Absent(String::new())),
            screen(Screen::X11),
            running(&["copyq"]),
            lock(Lock { session: false, sleep: false }),
            memory(Memory { locked: false, swap: Swap::Disk }),
        ] {
            assert!(told.holds == Holds::No && !told.advice.is_empty(), "{told:?}");
        }
    }
}
