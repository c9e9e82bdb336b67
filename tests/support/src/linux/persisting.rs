//! Clipboard programs that put on the clipboard what others have copied: at once, so that it outlives them, or once it is
//! empty, so that it never is.

use anyhow::Result;

use crate::desktop::Desktop;
use crate::display::Kind;
use crate::process::Process;

/// What such a program does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Habit {
    /// Takes over what was copied, at once, as wl-clip-persist does.
    TakesOver,
    /// Puts back what was there whenever the clipboard is empty, so often at most, as GPaste does.
    PutsBack(u32),
    /// Puts back what was there when it started, whatever is there now.
    Insists,
}

/// A running one. Ends when dropped, and what it serves with it.
#[derive(Debug)]
pub struct Persisting {
    _program: Process,
}

/// Looks all the time. `read` and `write` are the display's own programs; `$1` tells the habit.
const PROGRAM: &str = r#"
last= left=$2
# What it insists on it has seen by the time that it is ready.
while [ "$1" = insists ] && [ -z "$last" ]; do
    last=$(read_it 2>/dev/null)
done
echo ready
while :; do
    now=$(read_it 2>/dev/null)
    if [ "$1" = insists ]; then
        [ "$now" = "$last" ] || printf %s "$last" | write_it
    elif [ -n "$now" ] && [ "$now" != "$last" ]; then
        last=$now
        [ "$1" = back ] || printf %s "$now" | write_it
    elif [ -z "$now" ] && [ "$1" = back ] && [ -n "$last" ] && [ "$left" -gt 0 ]; then
        left=$((left - 1))
        printf %s "$last" | write_it
    elif [ -z "$now" ] && [ "$1" != back ]; then
        last=
    fi
done
"#;

impl Persisting {
    /// Starts one on a desktop, and waits until it looks.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn start(desktop: &Desktop, habit: Habit) -> Result<Self> {
        let (read, write) = match desktop.display().kind() {
            Kind::X11 => ("xclip -selection clipboard -o", "xclip -selection clipboard -i >/dev/null"),
            // What it reads it would keep in a file of the computer's temporary folder.
            Kind::Sway | Kind::Gnome | Kind::Plasma => ("wl-paste --no-newline", r#"wl-copy -- "$(cat)""#),
        };
        // An owner that ends while it is asked never answers, and xclip waits for it for ever.
        let program = format!("read_it() {{ timeout 1 {read}; }}\nwrite_it() {{ {write}; }}\n{PROGRAM}");
        let mut shell = desktop.command("sh");
        shell.args(["-c", &program, "sh"]);
        match habit {
            Habit::TakesOver => shell.args(["over", "0"]),
            Habit::Insists => shell.args(["insists", "0"]),
            Habit::PutsBack(times) => shell.args(["back", &times.to_string()]),
        };
        let (program, _ready) = Process::start_and_read_line(shell)?;
        Ok(Self { _program: program })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use anyhow::ensure;

    use super::*;
    use crate::clipboard::Clipboard;
    use crate::desktop::Wanted;
    use crate::wait::{self, SOON};

    #[tokio::test]
    async fn what_was_copied_outlives_whoever_copied_it() {
        for display in [Kind::X11, Kind::Sway] {
            let desktop = Desktop::open(Wanted { display, keyring: false, ..Wanted::default() }).unwrap();
            for habit in [Habit::TakesOver, Habit::PutsBack(u32::MAX)] {
                let _persisting = Persisting::start(&desktop, habit).unwrap();
                let clipboard = Clipboard::of(&desktop);
                let mut tries = 0;
                wait::until("what was copied to outlive whoever copied it", SOON, async || {
                    // It sees what stays for as long as a look takes, which nobody tells of: each time it stays longer.
                    tries += 1;
                    let text = format!("{habit:?} of {display:?}, at try {tries}");
                    let copied = clipboard.copy(&text).await?;
                    tokio::time::sleep(Duration::from_millis(100) * tries).await;
                    drop(copied);
                    wait::until("it to be there", Duration::from_secs(1), async || {
                        ensure!(clipboard.text().await?.as_ref() == Some(&text), "it is gone");
                        Ok(())
                    })
                    .await
                })
                .await
                .unwrap();
            }
        }
    }
}
