//! Light or dark, as the desktop has it and as that changes: on Linux the desktop's portal tells, whichever desktop it is.
//! The other systems tell the windows themselves.

#[cfg(target_os = "linux")]
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    time::Duration,
};

use tauri::AppHandle;

/// How long the window waits for the desktop's answer, where that is not there before the window is: well below what a
/// person notices. A window that is light at first and dark then is noticed.
#[cfg(target_os = "linux")]
const PATIENCE: Duration = Duration::from_millis(150);

/// The desktop's colours, as they are asked for while the window is made.
#[derive(Debug)]
pub struct Colours {
    #[cfg(target_os = "linux")]
    answer: mpsc::Receiver<Option<bool>>,
}

impl Colours {
    /// Asks. To be called as early as can be, and before there are other threads where they read the environment.
    #[must_use]
    pub fn ask() -> Self {
        Self {
            #[cfg(target_os = "linux")]
            answer: linux::ask_by_another(),
        }
    }

    /// Listens from now on, for as long as the app runs.
    pub(crate) fn follow(self, handle: &AppHandle) -> Followed {
        #[cfg(target_os = "linux")]
        {
            let followed = Followed { answer: self.answer, tell: linux::Tell::new(handle) };
            let tell = followed.tell.clone();
            // It ends where there is no bus, and nobody to be told. It does not wait for the answer: what changes is heard
            // while nobody has answered yet.
            std::thread::spawn(move || linux::listen(|scheme| tell.change(scheme)));
            followed
        }
        #[cfg(not(target_os = "linux"))]
        {
            let _ = (self, handle);
            Followed {}
        }
    }
}

/// The same, while changes are followed.
pub(crate) struct Followed {
    #[cfg(target_os = "linux")]
    answer: mpsc::Receiver<Option<bool>>,
    #[cfg(target_os = "linux")]
    tell: linux::Tell,
}

impl Followed {
    /// Lets what is drawn from here on have the desktop's colours, where those are known or told at once; else once they
    /// are told. Where nobody tells, they are those of GTK's settings. To be called by GTK's own thread.
    pub(crate) fn settle(self) {
        #[cfg(target_os = "linux")]
        {
            let Self { answer, tell } = self;
            match answer.recv_timeout(PATIENCE) {
                Ok(scheme) => tell.answer(scheme),
                Err(RecvTimeoutError::Timeout) => {
                    std::thread::spawn(move || answer.recv().map(|scheme| tell.answer_late(scheme)));
                }
                Err(RecvTimeoutError::Disconnected) => {}
            }
        }
    }
}

/// The argument with which the program only asks the portal, and prints the number that it answers.
///
/// The portal answers nobody into whose process it may not look, and the app's own is closed. So another one asks, which
/// has nothing to hide and ends with its answer.
#[cfg(target_os = "linux")]
pub const ASKS_FOR_COLOURS: &str = "--ask-for-colours";

#[cfg(target_os = "linux")]
pub use self::linux::ask as ask_for_colours;

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        env,
        io::Read,
        process::{Child, Command, Stdio},
        time::Duration,
    };

    use gtk::prelude::GtkSettingsExt;
    use rustix::process::{Signal, set_parent_process_death_signal};
    use zbus::{
        Error, Result,
        blocking::{Connection, MessageIterator, connection::Builder, fdo::DBusProxy},
        zvariant::Value,
    };

    use super::{AppHandle, Arc, AtomicBool, Ordering, mpsc};

    /// No portal needs as long, and nobody waits for it.
    const NOT_FOR_EVER: Duration = Duration::from_secs(25);

    const PORTAL: &str = "org.freedesktop.portal.Desktop";
    const PATH: &str = "/org/freedesktop/portal/desktop";
    const SETTINGS: &str = "org.freedesktop.portal.Settings";
    const COLOURS: (&str, &str) = ("org.freedesktop.appearance", "color-scheme");

    /// Lets GTK be light or dark. The pages are told by the web engine, which follows it.
    #[derive(Clone)]
    pub(super) struct Tell {
        handle: AppHandle,
        /// As GTK's own settings have it.
        usual: bool,
        changed: Arc<AtomicBool>,
    }

    impl Tell {
        pub(super) fn new(handle: &AppHandle) -> Self {
            let usual =
                gtk::Settings::default().is_some_and(|settings| settings.is_gtk_application_prefer_dark_theme());
            Self { handle: handle.clone(), usual, changed: Arc::default() }
        }

        /// What was told later than the answer, or has overtaken it.
        pub(super) fn change(&self, scheme: Option<bool>) {
            self.changed.store(true, Ordering::Release);
            let it = self.clone();
            let _ = self.handle.run_on_main_thread(move || it.set(scheme));
        }

        /// By GTK's own thread.
        pub(super) fn answer(&self, scheme: Option<bool>) {
            if !self.changed.load(Ordering::Acquire) {
                self.set(scheme);
            }
        }

        pub(super) fn answer_late(&self, scheme: Option<bool>) {
            let it = self.clone();
            let _ = self.handle.run_on_main_thread(move || it.answer(scheme));
        }

        fn set(&self, scheme: Option<bool>) {
            if let Some(settings) = gtk::Settings::default() {
                settings.set_gtk_application_prefer_dark_theme(scheme.unwrap_or(self.usual));
            }
        }
    }

    /// Whether the desktop is dark, `None` where it leaves that to others: as another process is answered. Nothing comes
    /// where that is not.
    pub(super) fn ask_by_another() -> mpsc::Receiver<Option<bool>> {
        let (tell, told) = mpsc::channel();
        if let Ok(other) = start_another() {
            std::thread::spawn(move || read_from(other).map(|number| tell.send(is_dark(number))));
        }
        told
    }

    fn start_another() -> std::io::Result<Child> {
        let mut other = Command::new(env::current_exe()?);
        other.arg(super::ASKS_FOR_COLOURS).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
    }

    fn read_from(mut other: Child) -> Option<u32> {
        let mut number = String::new();
        let read = other.stdout.take()?.read_to_string(&mut number);
        // Nothing stays of it in the system's list.
        let _ = other.wait();
        read.ok()?;
        number.trim_end().parse().ok()
    }

    /// The number by which the desktop's portal tells its colours; as a process that is not closed. It ends with whoever
    /// started it.
    ///
    /// # Errors
    /// Where there is no bus or no portal, or it does not answer in time.
    pub fn ask() -> Result<u32> {
        // Whoever started it may end while the portal keeps silent.
        set_parent_process_death_signal(Some(Signal::KILL))
            .map_err(|error| Error::InputOutput(Arc::new(error.into())))?;
        let connection = Builder::session()?.method_timeout(NOT_FOR_EVER).build()?;
        let answer = connection.call_method(Some(PORTAL), PATH, Some(SETTINGS), "Read", &COLOURS)?;
        let answer = answer.body();
        number(&answer.deserialize::<Value<'_>>()?).ok_or(Error::InvalidReply)
    }

    /// Tells the same whenever it changes.
    pub(super) fn listen(tell: impl Fn(Option<bool>)) -> Result<()> {
        let connection = Connection::session()?;
        let rule = format!("type='signal',sender='{PORTAL}',interface='{SETTINGS}',member='SettingChanged'");
        DBusProxy::new(&connection)?.add_match_rule(rule.as_str().try_into()?)?;
        for message in MessageIterator::from(&connection).flatten() {
            if message.header().member().is_none_or(|member| member != "SettingChanged") {
                continue;
            }
            let body = message.body();
            let told = body.deserialize::<(&str, &str, Value<'_>)>().ok();
            let told = told.filter(|(namespace, key, _)| (*namespace, *key) == COLOURS);
            if let Some(number) = told.and_then(|(_, _, value)| number(&value)) {
                tell(is_dark(number));
            }
        }
        Ok(())
    }

    /// By the portal's numbers.
    fn is_dark(number: u32) -> Option<bool> {
        match number {
            1 => Some(true),
            2 => Some(false),
            _ => None,
        }
    }

    /// The answer has its number in a variant of a variant, a change in a single one.
    fn number(value: &Value<'_>) -> Option<u32> {
        match value {
            Value::U32(number) => Some(*number),
            Value::Value(inner) => number(inner),
            _ => None,
        }
    }
}
