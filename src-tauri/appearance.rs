//! Light or dark, as the desktop has it and as that changes: on Linux the desktop's portal tells, whichever desktop it is.
//! The other systems tell the windows themselves.

#[cfg(target_os = "linux")]
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tauri::AppHandle;

/// Listens for as long as the app runs. Nothing waits for it: where nobody tells, the colours are those of GTK's settings.
pub(crate) fn follow(handle: &AppHandle) {
    #[cfg(target_os = "linux")]
    {
        use gtk::prelude::GtkSettingsExt;
        let Some(settings) = gtk::Settings::default() else { return };
        let usual = settings.is_gtk_application_prefer_dark_theme();
        let handle = handle.clone();
        let tell = move |scheme: Option<bool>| {
            let dark = scheme.unwrap_or(usual);
            // GTK answers on its own thread alone. The pages are told by the web engine, which follows it.
            let _ = handle.run_on_main_thread(move || {
                if let Some(settings) = gtk::Settings::default() {
                    settings.set_gtk_application_prefer_dark_theme(dark);
                }
            });
        };
        let changed = Arc::new(AtomicBool::new(false));
        let (tell_now, changed_since) = (tell.clone(), Arc::clone(&changed));
        // Each ends where there is no bus or no portal, and there is nobody to be told. They are not one: what changes is
        // heard while nobody has answered yet.
        std::thread::spawn(move || {
            if let Some(scheme) = linux::asked_by_another()
                && !changed_since.load(Ordering::Acquire)
            {
                tell_now(scheme);
            }
        });
        std::thread::spawn(move || {
            linux::listen(|scheme| {
                changed.store(true, Ordering::Release);
                tell(scheme);
            })
        });
    }
    #[cfg(not(target_os = "linux"))]
    let _ = handle;
}

/// The argument with which the program only asks the portal, and prints the number that it answers.
///
/// The portal answers nobody into whose process it may not look, and the app's own is closed. So another one asks, which
/// has nothing to hide and ends with its answer.
#[cfg(target_os = "linux")]
pub const ASKS_FOR_COLOURS: &str = "--ask-for-colours";

/// The number by which the desktop's portal tells its colours; as a process that is not closed. It ends with whoever
/// started it.
///
/// # Errors
/// Where there is no bus or no portal, or it does not answer in time.
#[cfg(target_os = "linux")]
pub fn ask_for_colours() -> zbus::Result<u32> {
    linux::ask()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        env,
        process::{Command, Stdio},
        sync::Arc,
        time::Duration,
    };

    use rustix::process::{Signal, set_parent_process_death_signal};
    use zbus::{
        Error, Result,
        blocking::{Connection, MessageIterator, connection::Builder, fdo::DBusProxy},
        zvariant::Value,
    };

    /// No portal needs as long, and nobody waits for it.
    const NOT_FOR_EVER: Duration = Duration::from_secs(25);

    const PORTAL: &str = "org.freedesktop.portal.Desktop";
    const PATH: &str = "/org/freedesktop/portal/desktop";
    const SETTINGS: &str = "org.freedesktop.portal.Settings";
    const COLOURS: (&str, &str) = ("org.freedesktop.appearance", "color-scheme");

    /// Whether the desktop is dark, `None` where it leaves that to others: as another process was answered.
    pub(super) fn asked_by_another() -> Option<Option<bool>> {
        let mut other = Command::new(env::current_exe().ok()?);
        let output = other.arg(super::ASKS_FOR_COLOURS).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        str::from_utf8(&output.stdout).ok()?.trim_end().parse().ok().map(is_dark)
    }

    pub(super) fn ask() -> Result<u32> {
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
