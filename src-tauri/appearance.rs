//! Light or dark, as the desktop has it and as that changes: on Linux the desktop's portal tells, whichever desktop it is.
//! The other systems tell the windows themselves.

use tauri::AppHandle;

/// Listens for as long as the app runs. Nothing waits for it: where nobody tells, the colours are those of GTK's settings.
pub(crate) fn follow(handle: &AppHandle) {
    #[cfg(target_os = "linux")]
    {
        use gtk::prelude::GtkSettingsExt;
        let Some(settings) = gtk::Settings::default() else { return };
        let usual = settings.is_gtk_application_prefer_dark_theme();
        let handle = handle.clone();
        // A bus that is not there ends it, and there is nobody to be told.
        std::thread::spawn(move || {
            linux::listen(|scheme| {
                let dark = scheme.unwrap_or(usual);
                // GTK answers on its own thread alone. The pages are told by the web engine, which follows it.
                let _ = handle.run_on_main_thread(move || {
                    if let Some(settings) = gtk::Settings::default() {
                        settings.set_gtk_application_prefer_dark_theme(dark);
                    }
                });
            })
        });
    }
    #[cfg(not(target_os = "linux"))]
    let _ = handle;
}

#[cfg(target_os = "linux")]
mod linux {
    use zbus::{
        Message, Result,
        blocking::{Connection, MessageIterator, fdo::DBusProxy},
        message::Type,
        zvariant::Value,
    };

    const PORTAL: &str = "org.freedesktop.portal.Desktop";
    const PATH: &str = "/org/freedesktop/portal/desktop";
    const SETTINGS: &str = "org.freedesktop.portal.Settings";
    const COLOURS: (&str, &str) = ("org.freedesktop.appearance", "color-scheme");

    /// Tells whether the desktop is dark, `None` where it leaves that to others: now, and whenever it changes. A portal that
    /// does not answer is heard nevertheless, once it tells of a change.
    pub(super) fn listen(tell: impl Fn(Option<bool>)) -> Result<()> {
        let connection = Connection::session()?;
        let rule = format!("type='signal',sender='{PORTAL}',interface='{SETTINGS}',member='SettingChanged'");
        DBusProxy::new(&connection)?.add_match_rule(rule.as_str().try_into()?)?;
        let messages = MessageIterator::from(&connection);
        let question = Message::method_call(PATH, "Read")?.destination(PORTAL)?.interface(SETTINGS)?.build(&COLOURS)?;
        connection.send(&question)?;
        let asked = question.primary_header().serial_num();
        for message in messages.flatten() {
            let header = message.header();
            let is_answer = header.message_type() == Type::MethodReturn && header.reply_serial() == Some(asked);
            let is_change = header.member().is_some_and(|member| member == "SettingChanged");
            let body = message.body();
            let scheme = if is_answer {
                body.deserialize::<Value<'_>>().ok().and_then(|value| number(&value))
            } else if is_change && let Ok((namespace, key, value)) = body.deserialize::<(&str, &str, Value<'_>)>() {
                number(&value).filter(|_| (namespace, key) == COLOURS)
            } else {
                None
            };
            match scheme {
                Some(1) => tell(Some(true)),
                Some(2) => tell(Some(false)),
                Some(_) => tell(None),
                None => {}
            }
        }
        Ok(())
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
