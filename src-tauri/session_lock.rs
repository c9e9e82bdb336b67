//! The session being locked and the computer going to sleep, as the system tells of it: nothing of a token is to be seen or
//! on the clipboard then.

#[cfg(target_os = "linux")]
use std::sync::atomic::Ordering;
use std::sync::{Arc, atomic::AtomicBool};

#[cfg(target_os = "linux")]
pub(crate) use self::linux::{LOGIND, SCREEN_SAVERS};
use keybearer_core::app::Keybearer;

/// What is listened to at present.
#[derive(Default)]
pub(crate) struct Listening {
    pub(crate) logind: AtomicBool,
    /// What screen savers tell arrives.
    pub(crate) screen_savers: AtomicBool,
    /// Sleep waits until a token is cleared.
    pub(crate) delays_sleep: AtomicBool,
}

/// Listens for as long as the app runs. Where the system does not tell, nothing happens, and what is returned tells so.
pub(crate) fn follow(app: &Arc<Keybearer>) -> Arc<Listening> {
    let listening = Arc::new(Listening::default());
    #[cfg(target_os = "linux")]
    {
        let (app, state) = (Arc::clone(app), Arc::clone(&listening));
        std::thread::spawn(move || {
            // A bus that is not there ends it.
            let _ = linux::to_the_system(&app, &state);
            state.logind.store(false, Ordering::Relaxed);
            state.delays_sleep.store(false, Ordering::Relaxed);
        });
    }
    #[cfg(target_os = "linux")]
    {
        let (app, state) = (Arc::clone(app), Arc::clone(&listening));
        std::thread::spawn(move || {
            let _ = linux::to_the_screen_saver(&app, &state);
            state.screen_savers.store(false, Ordering::Relaxed);
        });
    }
    #[cfg(not(target_os = "linux"))]
    let _ = app;
    listening
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{process, sync::atomic::Ordering};

    use gtk::{
        gio::{self, BusType, Cancellable, DBusCallFlags, UnixFDList},
        glib::{ToVariant, VariantTy},
    };
    use tauri::async_runtime::block_on;
    use zbus::{
        Message, Result,
        blocking::{Connection, MessageIterator, Proxy, fdo::DBusProxy},
        zvariant::OwnedObjectPath,
    };

    use super::Listening;
    use keybearer_core::{app::Keybearer, words};

    pub(crate) const LOGIND: &str = "org.freedesktop.login1";
    const LOGINDS_PATH: &str = "/org/freedesktop/login1";
    const MANAGER: &str = "org.freedesktop.login1.Manager";

    /// How long logind may take to answer, in milliseconds.
    const PATIENCE: i32 = 5_000;

    /// What desktops call their screen savers; all tell in the same way.
    pub(crate) const SCREEN_SAVERS: [&str; 5] = [
        "org.freedesktop.ScreenSaver",
        "org.gnome.ScreenSaver",
        "org.cinnamon.ScreenSaver",
        "org.mate.ScreenSaver",
        "org.xfce.ScreenSaver",
    ];

    /// logind: before sleep, which it delays for a moment, and where a session is to be locked.
    pub(super) fn to_the_system(app: &Keybearer, listening: &Listening) -> Result<()> {
        let connection = Connection::system()?;
        let manager = Proxy::new(&connection, LOGIND, LOGINDS_PATH, MANAGER)?;
        let bus = DBusProxy::new(&connection)?;
        for rule in [
            "type='signal',sender='org.freedesktop.login1',interface='org.freedesktop.login1.Manager',\
             member='PrepareForSleep'",
            "type='signal',sender='org.freedesktop.login1',interface='org.freedesktop.login1.Session',member='Lock'",
        ] {
            bus.add_match_rule(rule.try_into()?)?;
        }
        let messages = MessageIterator::from(&connection);
        let session = manager.call::<_, _, OwnedObjectPath>("GetSessionByPID", &process::id()).ok();
        let mut delay = delay_sleep(listening);
        listening.logind.store(true, Ordering::Relaxed);
        for message in messages.flatten() {
            let header = message.header();
            match header.member().map(|member| member.as_str()) {
                Some("PrepareForSleep") if is_true(&message) => {
                    block_on(app.step_back());
                    // Now it may sleep.
                    delay = None;
                }
                Some("PrepareForSleep") => delay = delay.or_else(|| delay_sleep(listening)),
                // Another person's session is theirs.
                Some("Lock") if session.as_ref().is_none_or(|session| header.path() == Some(&**session)) => {
                    block_on(app.step_back());
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The screen saver of the desktop, which locks the session by itself.
    pub(super) fn to_the_screen_saver(app: &Keybearer, listening: &Listening) -> Result<()> {
        let connection = Connection::session()?;
        let bus = DBusProxy::new(&connection)?;
        for name in SCREEN_SAVERS {
            let rule = format!("type='signal',sender='{name}',interface='{name}',member='ActiveChanged'");
            bus.add_match_rule(rule.as_str().try_into()?)?;
        }
        let messages = MessageIterator::from(&connection);
        listening.screen_savers.store(true, Ordering::Relaxed);
        for message in messages.flatten() {
            let is_active = message.header().member().is_some_and(|member| member == "ActiveChanged");
            if is_active && is_true(&message) {
                block_on(app.step_back());
            }
        }
        Ok(())
    }

    fn is_true(message: &Message) -> bool {
        message.body().deserialize().unwrap_or(false)
    }

    /// Asks logind to wait with sleeping, for as long as what is returned is held.
    fn delay_sleep(listening: &Listening) -> Option<UnixFDList> {
        let delay = ask_for_a_delay();
        listening.delays_sleep.store(delay.is_some(), Ordering::Relaxed);
        delay
    }

    /// Through GIO, for which what it receives is never anybody else's: zbus hands on to every program that is started
    /// meanwhile what logind takes for our wish to wait. The page's processes, which are started at that time, would then
    /// hold up the computer's sleep for as long as logind lets anybody.
    fn ask_for_a_delay() -> Option<UnixFDList> {
        let connection = gio::bus_get_sync(BusType::System, Cancellable::NONE).ok()?;
        // Otherwise the app would end along with the bus.
        connection.set_exit_on_close(false);
        let why = words::sleep_delayed().to_string();
        let arguments = ("sleep", "Keybearer", why.as_str(), "delay").to_variant();
        let answer = connection.call_with_unix_fd_list_sync(
            Some(LOGIND),
            LOGINDS_PATH,
            MANAGER,
            "Inhibit",
            Some(&arguments),
            Some(VariantTy::new("(h)").ok()?),
            DBusCallFlags::NONE,
            PATIENCE,
            None::<&UnixFDList>,
            Cancellable::NONE,
        );
        answer.ok().map(|(_, delay)| delay)
    }
}
